package api

import (
	"context"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

const (
	uploadsPath = "/api/v1/uploads/"
	tusVersion  = "1.0.0"
	tusChunk    = "application/offset+octet-stream"
)

// uploadRoutes are resumable uploads by the tus protocol 1.0 (https://tus.io/protocols/resumable-upload), with the
// extensions creation, creation-with-upload and termination. Every upload is its creator's alone.
func (a *API) uploadRoutes() error {
	if a.hub != nil {
		if space, ok := a.hub.UploadSpace(); ok {
			var err error
			if a.tus, err = newTus(space); err != nil {
				return err
			}
			a.cfg.Limits.ImageBytes, a.cfg.Limits.VideoBytes, a.cfg.Limits.FileBytes = space.Limits.Image, space.Limits.Video, space.Limits.File
		}
	}
	const one = uploadsPath + "{upload}"
	for _, r := range []rawRoute{
		{Act: court.ActUploadCreate, Method: http.MethodOptions, Path: uploadsPath, Handle: a.describeUploads},
		{Act: court.ActUploadCreate, Method: http.MethodPost, Path: uploadsPath, MaxBody: -1, Handle: a.createUpload},
		{Act: court.ActUploadSend, Method: http.MethodHead, Path: one, Handle: a.uploadOffset},
		{Act: court.ActUploadSend, Method: http.MethodPatch, Path: one, MaxBody: -1, Handle: a.sendUpload},
		{Act: court.ActUploadSend, Method: http.MethodDelete, Path: one, Handle: a.cancelUpload},
	} {
		a.raw(r)
	}
	route(a, court.ActUploadSend, huma.Operation{Method: http.MethodGet, Path: one + "/attachment", OperationID: "read-upload",
		Summary: "What became of my upload; 202 while it is being processed"}, a.readUpload)
	return nil
}

// tusHeaders stand on every answer about uploads.
func tusHeaders(w http.ResponseWriter) { w.Header().Set("Tus-Resumable", tusVersion) }

// speaksTus refuses another version of the protocol, as the protocol says.
func (a *API) speaksTus(w http.ResponseWriter, r *http.Request) bool {
	tusHeaders(w)
	if r.Header.Get("Tus-Resumable") == tusVersion {
		return true
	}
	w.Header().Set("Tus-Version", tusVersion)
	a.refuseAs(w, r, http.StatusPreconditionFailed, court.ErrInvalid.In("Tus-Resumable"))
	return false
}

func (a *API) describeUploads(w http.ResponseWriter, r *http.Request) error {
	tusHeaders(w)
	w.Header().Set("Tus-Version", tusVersion)
	w.Header().Set("Tus-Extension", "creation,creation-with-upload,termination")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (a *API) createUpload(w http.ResponseWriter, r *http.Request) error {
	if !a.speaksTus(w, r) {
		return nil
	}
	meta, err := parseUploadMetadata(r.Header.Get("Upload-Metadata"))
	if err != nil {
		return err
	}
	size, err := strconv.ParseInt(r.Header.Get("Upload-Length"), 10, 64)
	if err != nil || size < 0 {
		return court.ErrInvalid.In("Upload-Length")
	}
	up, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.CreateUpload{Kind: meta.kind, Name: meta.filename, Size: size})
	if err != nil {
		return err
	}
	w.Header().Set("Location", uploadsPath+up.ID)
	if r.Header.Get("Content-Type") != tusChunk {
		w.WriteHeader(http.StatusCreated)
		return nil
	}
	r.Header.Set("Upload-Offset", "0")
	return a.receive(w, r, up)
}

// uploadOffset says how much of an upload has arrived.
func (a *API) uploadOffset(w http.ResponseWriter, r *http.Request) error {
	tusHeaders(w)
	up, err := a.ownUpload(r)
	if err != nil {
		return err
	}
	w.Header().Set("Upload-Metadata", formatUploadMetadata(up.Name, up.Kind))
	if up.Done() {
		w.Header().Set("Upload-Offset", strconv.FormatInt(up.Size, 10))
		w.Header().Set("Upload-Length", strconv.FormatInt(up.Size, 10))
		w.WriteHeader(http.StatusOK)
		return nil
	}
	a.serveTus(w, r, http.MethodHead, up.Transfer, a.tus.HeadFile)
	return nil
}

func (a *API) sendUpload(w http.ResponseWriter, r *http.Request) error {
	if !a.speaksTus(w, r) {
		return nil
	}
	up, err := a.ownUpload(r)
	switch {
	case err != nil:
		return err
	case !up.Done():
		return a.receive(w, r, up)
	case r.Header.Get("Upload-Offset") != strconv.FormatInt(up.Size, 10):
		a.refuseAs(w, r, http.StatusConflict, court.ErrInvalid.In("Upload-Offset"))
		return nil
	}
	w.Header().Set("Upload-Offset", strconv.FormatInt(up.Size, 10))
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// receive takes bytes, and starts the processing when the last have come.
func (a *API) receive(w http.ResponseWriter, r *http.Request, up *store.Upload) error {
	status := a.serveTus(w, r, http.MethodPatch, up.Transfer, a.tus.PatchFile)
	if status >= 400 || w.Header().Get("Upload-Offset") != strconv.FormatInt(up.Size, 10) {
		return nil
	}
	ctx := context.WithoutCancel(r.Context()) // the answer is written; only the work is left
	if _, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.UploadArrived{ID: up.ID}); err != nil {
		a.log.WarnContext(ctx, "an upload is processed only when asked for", "err", err, "request", requestOf(ctx).id)
	}
	return nil
}

func (a *API) cancelUpload(w http.ResponseWriter, r *http.Request) error {
	if !a.speaksTus(w, r) {
		return nil
	}
	if _, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.CancelUpload{ID: chi.URLParam(r, "upload")}); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// ownUpload gives the upload in the path, if it is the actor's own and there is something to send it to.
func (a *API) ownUpload(r *http.Request) (*store.Upload, error) {
	up, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.SendUpload{ID: chi.URLParam(r, "upload")})
	if err == nil && !up.Done() && up.Transfer == "" {
		return nil, court.ErrNotFound // a crash came before its beginning was noted
	}
	return up, err
}

type uploadIn struct {
	Upload string `path:"upload"`
}

// uploadResult is a finished upload, or only a state.
type uploadResult struct {
	State     string `json:"state,omitempty" enum:"processing" doc:"stands alone while the upload is being processed"`
	ID        string `json:"id,omitempty" doc:"of the attachment, for messages to name"`
	Name      string `json:"name,omitempty"`
	Type      string `json:"type,omitempty" doc:"sniffed media type"`
	Size      int64  `json:"size,omitempty" doc:"bytes"`
	Width     int64  `json:"width,omitempty"`
	Height    int64  `json:"height,omitempty"`
	Thumbnail bool   `json:"thumbnail,omitempty"`
	SHA256    string `json:"sha256,omitempty"`
}

type uploadOut struct {
	Status int
	Body   uploadResult
}

func (a *API) readUpload(ctx context.Context, in *uploadIn) (*uploadOut, error) {
	up, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadUpload{ID: in.Upload})
	if err != nil {
		return nil, err
	}
	at := up.Attachment
	if at == nil {
		return &uploadOut{http.StatusAccepted, uploadResult{State: "processing"}}, nil
	}
	return &uploadOut{http.StatusOK, uploadResult{ID: at.ID, Name: at.Name, Type: at.Type, Size: at.Size, Width: at.Width, Height: at.Height,
		Thumbnail: at.Thumbnail, SHA256: at.SHA256}}, nil
}

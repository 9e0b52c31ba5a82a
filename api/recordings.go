package api

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// recordingRoutes play hearings' recordings to whom the court allows it.
func (a *API) recordingRoutes() {
	const one = "/api/v1/cases/{case}/hearings/{hearing}"
	route(a, court.ActRecordingPlay, huma.Operation{Method: http.MethodGet, Path: one + "/recording", OperationID: "read-recording",
		Summary: "A hearing's recording: what there is of it, its gaps, who spoke, and what one jumps to; that it is opened is audited"}, a.readRecording)
	route(a, court.ActRecordingPlay, huma.Operation{Method: http.MethodGet, Path: one + "/recording/{file}/verification", OperationID: "verify-recording",
		Summary: "Compare a stored file of it with the hash in the record"}, a.verifyRecording)
	route(a, court.ActRecordingShare, huma.Operation{Method: http.MethodPut, Path: one + "/viewers/{seat}", OperationID: "share-recording",
		Summary: "Let a party or representative play it, or no longer"}, a.shareRecording)
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		a.raw(rawRoute{Act: court.ActRecordingPlay, Method: method, Path: one + "/recording/{file}", Handle: a.playRecording})
	}
}

func (a *API) readRecording(ctx context.Context, in *HearingIn) (*body[*hub.RecordingView], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadRecording{CaseID: in.Case, Hearing: in.Hearing}))
}

type verifyRecordingIn struct {
	HearingIn
	File string `path:"file" maxLength:"64"`
}

func (a *API) verifyRecording(ctx context.Context, in *verifyRecordingIn) (*body[*store.RecordedHash], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.VerifyRecording{CaseID: in.Case, Hearing: in.Hearing, File: in.File}))
}

type shareRecordingIn struct {
	HearingIn
	Seat string `path:"seat" maxLength:"64"`
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		On     bool   `json:"on"`
		Reason string `json:"reason,omitempty" maxLength:"500" doc:"needed to take it back"`
	}
}

func (a *API) shareRecording(ctx context.Context, in *shareRecordingIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ShareRecording{CaseID: in.Case, ID: b.Event, Hearing: in.Hearing, Seat: in.Seat, On: b.On, Reason: b.Reason}))
}

// playRecording answers with a file of a recording or with the part that was asked for. It is to be played where it is and kept nowhere.
func (a *API) playRecording(w http.ResponseWriter, r *http.Request) error {
	id := chi.URLParam(r, "file")
	file, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.PlayRecording{CaseID: chi.URLParam(r, "case"), Hearing: chi.URLParam(r, "hearing"), File: id,
		Beginning: fromStart(r.Header.Get("Range")), HeadOnly: r.Method == http.MethodHead})
	if err != nil {
		return err
	}
	defer file.Close()
	h := w.Header()
	h.Set("Content-Type", file.Type)
	h.Set("Content-Disposition", "inline")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("ETag", `"`+id+`"`)
	h.Set("Cache-Control", "private, no-store")
	h.Set("Vary", "Cookie, Authorization")
	control := http.NewResponseController(w)
	http.ServeContent(w, r, "", time.Time{}, &paced{file, control})
	control.SetWriteDeadline(time.Time{}) // the connection outlives this request
	return nil
}

// fromStart reports whether a range (RFC 9110 section 14) holds the first byte; one that can't be read is taken for the whole.
func fromStart(header string) bool {
	spec, ok := strings.CutPrefix(header, "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return true
	}
	first, _, ok := strings.Cut(spec, "-")
	first = strings.TrimSpace(first)
	return !ok || first != "" && strings.Trim(first, "0") == ""
}

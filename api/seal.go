package api

import (
	"context"
	"io"
	"mime"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/store/court"
)

// sealRoutes are the sealed record: its published heads, and the archives that are held against them.
func (a *API) sealRoutes() {
	route(a, court.ActSealRead, huma.Operation{Method: http.MethodGet, Path: "/api/v1/seals", OperationID: "list-seals",
		Summary: "The published heads of the sealed record, newest first"}, a.listHeads)
	a.raw(rawRoute{Act: court.ActCaseExport, Method: http.MethodGet, Path: "/api/v1/cases/{case}/export", Handle: a.export})
}

type listHeadsIn struct {
	Before int64 `query:"before" minimum:"0" doc:"heads with smaller numbers; 0: the newest"`
	Limit  int   `query:"limit" minimum:"1" maximum:"100" default:"10"`
}

func (a *API) listHeads(ctx context.Context, in *listHeadsIn) (*body[hub.Heads], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListHeads{Before: in.Before, Limit: in.Limit}))
}

// export answers with an archive as it is being made. An archive that can't be finished is broken off, and no zip file then.
func (a *API) export(w http.ResponseWriter, r *http.Request) error {
	archive, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.ExportCase{CaseID: chi.URLParam(r, "case"), WithFile: r.URL.Query().Get("efile") == "true"})
	if err != nil {
		return err
	}
	defer archive.Close()
	h := w.Header()
	h.Set("Content-Type", "application/zip")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": archive.Docket + ".zip"}))
	control := http.NewResponseController(w)
	if err := archive.WriteZip(r.Context(), &pacedWriter{w, control}); err != nil {
		if r.Context().Err() == nil {
			a.log.ErrorContext(r.Context(), "an archive could not be finished", "err", err, "request", requestOf(r.Context()).id)
		}
		panic(http.ErrAbortHandler)
	}
	control.SetWriteDeadline(time.Time{}) // the connection outlives this request
	return nil
}

// pacedWriter gives a slow reader as long as it needs, but nobody forever.
type pacedWriter struct {
	io.Writer
	control *http.ResponseController
}

func (p *pacedWriter) Write(b []byte) (int, error) {
	p.control.SetWriteDeadline(time.Now().Add(sendPatience))
	return p.Writer.Write(b)
}

package api

import (
	"context"
	"mime"
	"net/http"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/chi/v5"

	"microcourt/hub"
	"microcourt/hub/efile"
	"microcourt/store/court"
)

// fileRoutes are a case's file (电子卷宗): its table of contents, and each part of its papers.
func (a *API) fileRoutes() {
	const file = "/api/v1/cases/{case}/file"
	route(a, court.ActFileRead, huma.Operation{Method: http.MethodGet, Path: file, OperationID: "read-file",
		Summary: "The table of contents of the case's file, as far as I read it"}, a.readFile)
	a.raw(rawRoute{Act: court.ActFileRead, Method: http.MethodGet, Path: file + "/{paper}/{part}", Handle: a.readFilePart})
}

func (a *API) readFile(ctx context.Context, in *CaseIn) (*body[*efile.Contents], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCaseFile{CaseID: in.Case}))
}

// readFilePart answers with pages that were set, or leads to the file as it was sent.
func (a *API) readFilePart(w http.ResponseWriter, r *http.Request) error {
	part, err := strconv.Atoi(chi.URLParam(r, "part"))
	if err != nil {
		part = 0 // there is none, which only who may ask is told
	}
	p, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.PrintFilePart{CaseID: chi.URLParam(r, "case"), Paper: chi.URLParam(r, "paper"), Part: part})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Cache-Control", "private, no-store")
	if p.Attachment != "" {
		http.Redirect(w, r, "/api/v1/attachments/"+p.Attachment, http.StatusTemporaryRedirect)
		return nil
	}
	h.Set("Content-Type", "application/pdf")
	h.Set("Content-Security-Policy", filePolicy)
	h.Set("Content-Length", strconv.Itoa(len(p.PDF)))
	h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": p.Title + ".pdf"}))
	w.Write(p.PDF) // where that fails the reader has gone
	return nil
}

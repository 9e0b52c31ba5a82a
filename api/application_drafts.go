package api

import (
	"cmp"
	"context"
	"mime"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// applicationDraftRoutes are applications that somebody is preparing. They are their author's alone.
func (a *API) applicationDraftRoutes() {
	const drafts = "/api/v1/cases/{case}/application-drafts"
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodGet, Path: "/api/v1/cases/{case}/application-kinds", OperationID: "offer-applications",
		Summary: "What I may apply for in this case"}, a.offerApplications)
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodGet, Path: drafts, OperationID: "list-application-drafts",
		Summary: "My drafts of applications"}, a.listApplicationDrafts)
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodGet, Path: drafts + "/{draft}", OperationID: "read-application-draft",
		Summary: "One of my drafts"}, a.readApplicationDraft)
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodPut, Path: drafts + "/{draft}", OperationID: "save-application-draft",
		Summary: "Keep a draft; this takes its signature away", MaxBodyBytes: 128 << 10}, a.saveApplicationDraft)
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodDelete, Path: drafts + "/{draft}", OperationID: "remove-application-draft",
		Summary: "Forget a draft", DefaultStatus: http.StatusNoContent}, a.removeApplicationDraft)
	route(a, court.ActApplicationDraft, huma.Operation{Method: http.MethodGet, Path: drafts + "/{draft}/document", OperationID: "preview-application",
		Summary: "The draft as a document (PDF)", Responses: pdfResponse("The document")}, a.previewApplication)
	route(a, court.ActApplicationSign, huma.Operation{Method: http.MethodPost, Path: drafts + "/{draft}/signature", OperationID: "sign-application",
		Summary: "Sign exactly the document that was shown"}, a.signApplication)
}

// pdfResponse describes an answer that is a document.
func pdfResponse(description string) map[string]*huma.Response {
	return map[string]*huma.Response{"200": {Description: description, Content: map[string]*huma.MediaType{
		"application/pdf": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
}

// documentOut answers with a document that was printed for this request.
type documentOut struct {
	ContentType  string `header:"Content-Type"`
	Disposition  string `header:"Content-Disposition"`
	CacheControl string `header:"Cache-Control"`
	Policy       string `header:"Content-Security-Policy"`
	SHA256       string `header:"X-Document-SHA256" doc:"of the document's bytes, in hex; what is signed"`
	Pages        int    `header:"X-Document-Pages"`
	Missing      string `header:"X-Document-Missing" doc:"characters that no font has, such as U+2F9FF, parted by spaces; each stands in the document as a box with its code"`
	Body         []byte
}

func documentAnswer(d *hub.Document, err error) (*documentOut, error) {
	if err != nil {
		return nil, err
	}
	name := cmp.Or(d.FileName, d.Title) + ".pdf"
	return &documentOut{ContentType: "application/pdf", Disposition: mime.FormatMediaType("inline", map[string]string{"filename": court.CleanFileName(name)}),
		CacheControl: "private, no-store", Policy: filePolicy, SHA256: d.SHA256, Pages: d.Pages, Missing: strings.Join(d.Missing, " "), Body: d.PDF}, nil
}

type offerIn struct {
	CaseIn
	For string `query:"for" maxLength:"64" doc:"the party; left out by who acts for one only"`
}

type offeredKinds struct {
	Kinds []store.OfferedKind `json:"kinds" nullable:"false"`
}

func (a *API) offerApplications(ctx context.Context, in *offerIn) (*body[offeredKinds], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.OfferApplications{CaseID: in.Case, For: in.For})
	return answer(offeredKinds{list}, err)
}

type applicationDrafts struct {
	Drafts []store.ApplicationDraft `json:"drafts" nullable:"false"`
}

func (a *API) listApplicationDrafts(ctx context.Context, in *CaseIn) (*body[applicationDrafts], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListApplicationDrafts{CaseID: in.Case})
	return answer(applicationDrafts{list}, err)
}

// ApplicationDraftIn names a draft of an application.
type ApplicationDraftIn struct {
	CaseIn
	Draft string `path:"draft" maxLength:"64"`
}

func (a *API) readApplicationDraft(ctx context.Context, in *ApplicationDraftIn) (*body[*store.ApplicationDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadApplicationDraft{CaseID: in.Case, ID: in.Draft}))
}

type saveApplicationDraftIn struct {
	ApplicationDraftIn
	Body struct {
		Revision int64 `json:"revision" minimum:"0" doc:"the one that was seen; 0 for a new draft"`
		store.ApplicationBody
	}
}

func (a *API) saveApplicationDraft(ctx context.Context, in *saveApplicationDraftIn) (*body[*store.ApplicationDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SaveApplicationDraft{
		CaseID: in.Case, ID: in.Draft, Revision: in.Body.Revision, Body: in.Body.ApplicationBody}))
}

func (a *API) removeApplicationDraft(ctx context.Context, in *ApplicationDraftIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveApplicationDraft{CaseID: in.Case, ID: in.Draft}))
}

type previewApplicationIn struct {
	ApplicationDraftIn
	Signed bool `query:"signed" doc:"with my signature on file in its place, as it is to be signed"`
}

func (a *API) previewApplication(ctx context.Context, in *previewApplicationIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PreviewApplication{CaseID: in.Case, ID: in.Draft, Signed: in.Signed}))
}

type signApplicationIn struct {
	ApplicationDraftIn
	Body struct {
		Revision int64  `json:"revision" minimum:"1"`
		SHA256   string `json:"sha256" maxLength:"64" doc:"X-Document-SHA256 of the signed preview that was shown"`
	}
}

func (a *API) signApplication(ctx context.Context, in *signApplicationIn) (*body[*store.Signed], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SignApplication{
		CaseID: in.Case, ID: in.Draft, Revision: in.Body.Revision, SHA256: in.Body.SHA256}))
}

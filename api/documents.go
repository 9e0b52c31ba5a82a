package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// documentRoutes are the court's documents: preparing and serving them, reading what was served, confirming receipt.
func (a *API) documentRoutes() {
	const one = "/api/v1/cases/{case}"
	const drafts = one + "/document-drafts"
	route(a, court.ActDocumentFind, huma.Operation{Method: http.MethodGet, Path: "/api/v1/documents", OperationID: "find-documents",
		Summary: "Documents served on me over all my cases, or for the court's people those of their cases, the newest first"}, a.findDocuments)
	route(a, court.ActDocumentRead, huma.Operation{Method: http.MethodGet, Path: one + "/documents", OperationID: "list-documents",
		Summary: "The documents of a case that were served on me, or for the court all of them"}, a.listDocuments)
	route(a, court.ActDocumentServe, huma.Operation{Method: http.MethodPost, Path: one + "/documents", OperationID: "serve-document",
		Summary: "Serve a document on participants of the case"}, a.serveDocument)
	route(a, court.ActDocumentRead, huma.Operation{Method: http.MethodGet, Path: one + "/documents/{document}", OperationID: "read-document",
		Summary: "One document and how it was served"}, a.readDocument)
	route(a, court.ActDocumentServe, huma.Operation{Method: http.MethodPost, Path: one + "/documents/{document}/deliveries", OperationID: "note-delivery",
		Summary: "Note that a document was served on somebody in another way, or that this was tried in vain"}, a.noteDelivery)
	route(a, court.ActDocumentConfirm, huma.Operation{Method: http.MethodPost, Path: one + "/services/{service}/confirmation", OperationID: "confirm-document",
		Summary: "Confirm receipt of a document that was served on me"}, a.confirmDocument)
	route(a, court.ActDocumentRead, huma.Operation{Method: http.MethodGet, Path: one + "/services/{service}/voucher", OperationID: "print-voucher",
		Summary: "The voucher of service (PDF), for the recipient and the court", Responses: pdfResponse("The voucher")}, a.printVoucher)
	route(a, court.ActDocumentDraft, huma.Operation{Method: http.MethodGet, Path: one + "/document-recipients", OperationID: "list-recipients",
		Summary: "On whom the court might serve, and whether they have agreed to electronic service"}, a.listRecipients)
	route(a, court.ActDocumentDraft, huma.Operation{Method: http.MethodGet, Path: drafts, OperationID: "list-document-drafts",
		Summary: "Documents that I am preparing"}, a.listDocumentDrafts)
	route(a, court.ActDocumentDraft, huma.Operation{Method: http.MethodGet, Path: drafts + "/{draft}", OperationID: "read-document-draft",
		Summary: "One of my drafts"}, a.readDocumentDraft)
	route(a, court.ActDocumentDraft, huma.Operation{Method: http.MethodPut, Path: drafts + "/{draft}", OperationID: "save-document-draft",
		Summary: "Keep a draft"}, a.saveDocumentDraft)
	route(a, court.ActDocumentDraft, huma.Operation{Method: http.MethodDelete, Path: drafts + "/{draft}", OperationID: "remove-document-draft",
		Summary: "Forget a draft", DefaultStatus: http.StatusNoContent}, a.removeDocumentDraft)
}

type findDocumentsIn struct {
	Q       string `query:"q" maxLength:"200" doc:"parts of docket number, case, document or a participant's name; all must be found"`
	Waiting bool   `query:"waiting" doc:"only those whose receipt is not confirmed"`
	Cursor  string `query:"cursor" maxLength:"1000"`
	Limit   int    `query:"limit" minimum:"1" maximum:"100" default:"30"`
}

type foundDocuments struct {
	Documents []store.DocumentOnCard `json:"documents" nullable:"false"`
	Next      string                 `json:"next" doc:"cursor of the next page, empty at the end"`
}

func (a *API) findDocuments(ctx context.Context, in *findDocumentsIn) (*body[foundDocuments], error) {
	from, err := readPlace(in.Cursor)
	if err != nil {
		return nil, err
	}
	found, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.FindDocuments{Query: in.Q, Waiting: in.Waiting, From: from, Limit: in.Limit})
	return answer(foundDocuments{found.Documents, writePlace(found.Next)}, err)
}

type documentList struct {
	Documents []store.Document `json:"documents" nullable:"false"`
}

func (a *API) listDocuments(ctx context.Context, in *CaseIn) (*body[documentList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListDocuments{CaseID: in.Case})
	return answer(documentList{list}, err)
}

type serveDocumentIn struct {
	CaseIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		court.DocumentInput
		Draft string `json:"draft,omitempty" maxLength:"64" doc:"my draft that this was prepared as; it is removed"`
	}
}

func (a *API) serveDocument(ctx context.Context, in *serveDocumentIn) (*body[*store.Document], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ServeDocument{CaseID: in.Case, ID: in.Body.Event, Document: in.Body.DocumentInput, Draft: in.Body.Draft}))
}

// DocumentIn names a document of a case.
type DocumentIn struct {
	CaseIn
	Document string `path:"document" maxLength:"64"`
}

type deliveryIn struct {
	DocumentIn
	Body struct {
		Event       string                `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Recipient   string                `json:"recipient" maxLength:"64" doc:"participant id; also somebody who can't be served here"`
		Way         court.DeliveryWay     `json:"way" enum:"direct,left,entrusted,mail,forwarded,public_notice"`
		Outcome     court.DeliveryOutcome `json:"outcome,omitempty" enum:"served,failed" default:"served" doc:"failed: it was tried in vain, and serves nothing"`
		DeliveredAt int64                 `json:"delivered_at" minimum:"1" doc:"when it was served or tried, not in the future"`
		Note        string                `json:"note,omitempty" maxLength:"500" doc:"consignment number, who took it ...; for an attempt that failed why, and then needed"`
		File        *court.PageInput      `json:"file,omitempty" doc:"the receipt on paper (送达回证) or what shows the attempt: image or PDF"`
	}
}

func (a *API) noteDelivery(ctx context.Context, in *deliveryIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.NoteDelivery{CaseID: in.Case, ID: b.Event, Document: in.Document, Recipient: b.Recipient, Way: b.Way,
		Outcome: b.Outcome, DeliveredAt: b.DeliveredAt, Note: b.Note, File: b.File}))
}

func (a *API) readDocument(ctx context.Context, in *DocumentIn) (*body[*store.Document], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadDocument{CaseID: in.Case, ID: in.Document}))
}

// ServiceIn names the service of a document on one recipient.
type ServiceIn struct {
	CaseIn
	Service string `path:"service" maxLength:"64"`
}

type confirmDocumentIn struct {
	ServiceIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Sign  bool   `json:"sign,omitempty" doc:"put my signature on file under it"`
	}
}

func (a *API) confirmDocument(ctx context.Context, in *confirmDocumentIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ConfirmDocument{CaseID: in.Case, ID: in.Body.Event, Service: in.Service, Sign: in.Body.Sign}))
}

func (a *API) printVoucher(ctx context.Context, in *ServiceIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintVoucher{CaseID: in.Case, Service: in.Service}))
}

type recipientList struct {
	Recipients []store.PossibleRecipient `json:"recipients" nullable:"false"`
}

func (a *API) listRecipients(ctx context.Context, in *CaseIn) (*body[recipientList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListRecipients{CaseID: in.Case})
	return answer(recipientList{list}, err)
}

type documentDrafts struct {
	Drafts []store.DocumentDraft `json:"drafts" nullable:"false"`
}

func (a *API) listDocumentDrafts(ctx context.Context, in *CaseIn) (*body[documentDrafts], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListDocumentDrafts{CaseID: in.Case})
	return answer(documentDrafts{list}, err)
}

// DocumentDraftIn names a draft of a document.
type DocumentDraftIn struct {
	CaseIn
	Draft string `path:"draft" maxLength:"64"`
}

func (a *API) readDocumentDraft(ctx context.Context, in *DocumentDraftIn) (*body[*store.DocumentDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadDocumentDraft{CaseID: in.Case, ID: in.Draft}))
}

type saveDocumentDraftIn struct {
	DocumentDraftIn
	Body struct {
		Revision int64 `json:"revision" minimum:"0" doc:"the one that was seen; 0 for a new draft"`
		court.DocumentInput
	}
}

func (a *API) saveDocumentDraft(ctx context.Context, in *saveDocumentDraftIn) (*body[*store.DocumentDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SaveDocumentDraft{CaseID: in.Case, ID: in.Draft, Revision: in.Body.Revision, Document: in.Body.DocumentInput}))
}

func (a *API) removeDocumentDraft(ctx context.Context, in *DocumentDraftIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveDocumentDraft{CaseID: in.Case, ID: in.Draft}))
}

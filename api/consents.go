package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// consentRoutes are consent to stages online, and copies on paper.
func (a *API) consentRoutes() {
	const consents, copies = "/api/v1/cases/{case}/consents", "/api/v1/cases/{case}/paper-copies"
	route(a, court.ActConsentRead, huma.Operation{Method: http.MethodGet, Path: consents, OperationID: "list-consents",
		Summary: "Which stages each party agrees to hold online"}, a.listConsents)
	route(a, court.ActConsentRead, huma.Operation{Method: http.MethodGet, Path: consents + "/document", OperationID: "print-consent",
		Summary: "What a party has declared on stages online (PDF)", Responses: pdfResponse("The statement")}, a.printConsent)
	route(a, court.ActConsentDeclare, huma.Operation{Method: http.MethodPost, Path: consents, OperationID: "declare-consent",
		Summary: "Agree to hold stages online, or not, on the notice online_consent"}, a.declareConsent)
	route(a, court.ActStageTransfer, huma.Operation{Method: http.MethodPost, Path: consents + "/transfers", OperationID: "transfer-stages",
		Summary: "Move stages offline for all parties or some, or back"}, a.transferStages)
	route(a, court.ActCopyRead, huma.Operation{Method: http.MethodGet, Path: copies, OperationID: "list-paper-copies",
		Summary: "Requests for copies on paper, the newest first"}, a.listCopies)
	route(a, court.ActCopyRequest, huma.Operation{Method: http.MethodPost, Path: copies, OperationID: "request-paper-copy",
		Summary: "Ask for a file of the case on paper"}, a.requestCopy)
	route(a, court.ActCopyAnswer, huma.Operation{Method: http.MethodPut, Path: copies + "/{copy}", OperationID: "answer-paper-copy",
		Summary: "Note what became of a request", DefaultStatus: http.StatusNoContent}, a.answerCopy)
}

func (a *API) listConsents(ctx context.Context, in *CaseIn) (*body[*store.Consents], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListConsents{CaseID: in.Case}))
}

type consentPaperIn struct {
	CaseIn
	Party string `query:"party" maxLength:"64" required:"true" doc:"participant id"`
}

func (a *API) printConsent(ctx context.Context, in *consentPaperIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintConsent{CaseID: in.Case, Party: in.Party}))
}

type declareConsentIn struct {
	CaseIn
	Body struct {
		Event   string                 `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For     string                 `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
		Stages  map[consent.Stage]bool `json:"stages" minProperties:"1" doc:"true: online; what is left out stays undeclared"`
		Version string                 `json:"version" maxLength:"16" doc:"of the notice online_consent that was shown"`
		SHA256  string                 `json:"sha256" maxLength:"64" doc:"of its text"`
		Note    string                 `json:"note,omitempty" maxLength:"500" doc:"how the court came to know of it, where it notes it for a party"`
	}
}

func (a *API) declareConsent(ctx context.Context, in *declareConsentIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.DeclareConsent{CaseID: in.Case, ID: b.Event, For: b.For, Stages: b.Stages, Version: b.Version, SHA256: b.SHA256, Note: b.Note}))
}

type transferStagesIn struct {
	CaseIn
	Body struct {
		Event   string          `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Stages  []consent.Stage `json:"stages" minItems:"1" enum:"filing,mediation,exchange_synchronous,exchange_asynchronous,inquiry,hearing_synchronous,hearing_asynchronous,service,judgment"`
		Parties []string        `json:"parties,omitempty" nullable:"false" doc:"participant ids; none: all parties"`
		Offline bool            `json:"offline" doc:"false: online again, as far as each party agrees"`
		Reason  string          `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (a *API) transferStages(ctx context.Context, in *transferStagesIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.TransferStages{CaseID: in.Case, ID: b.Event, Stages: b.Stages, Parties: b.Parties, Offline: b.Offline, Reason: b.Reason}))
}

type paperCopies struct {
	Copies []store.PaperCopy `json:"copies" nullable:"false"`
}

func (a *API) listCopies(ctx context.Context, in *CaseIn) (*body[paperCopies], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListCopies{CaseID: in.Case})
	return answer(paperCopies{list}, err)
}

type requestCopyIn struct {
	CaseIn
	Body struct {
		Event      string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For        string `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
		Attachment string `json:"attachment" maxLength:"64" doc:"a file of the case that I can read"`
		Delivery   string `json:"delivery" enum:"mail,collect" doc:"by post to the address for service, or collected at the court"`
		Note       string `json:"note,omitempty" maxLength:"500"`
	}
}

func (a *API) requestCopy(ctx context.Context, in *requestCopyIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RequestCopy{CaseID: in.Case, ID: b.Event, For: b.For, Attachment: b.Attachment, Delivery: b.Delivery, Note: b.Note}))
}

type answerCopyIn struct {
	CaseIn
	Copy string `path:"copy" maxLength:"64"`
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		State string `json:"state" enum:"ready,sent,refused"`
		Note  string `json:"note,omitempty" maxLength:"500" doc:"consignment number, where to collect it, or why not"`
	}
}

func (a *API) answerCopy(ctx context.Context, in *answerCopyIn) (*struct{}, error) {
	b := &in.Body
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerCopy{CaseID: in.Case, ID: b.Event, Copy: in.Copy, State: b.State, Note: b.Note}))
}

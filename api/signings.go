package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/signing"
)

// signingRoutes are papers that several people sign: mediation agreements, records of mediation, undisputed facts.
func (a *API) signingRoutes() {
	const list, one = "/api/v1/cases/{case}/signings", "/api/v1/cases/{case}/signings/{signing}"
	route(a, court.ActSigningRead, huma.Operation{Method: http.MethodGet, Path: list, OperationID: "list-signings",
		Summary: "Papers that several sign, and where they stand"}, a.listSignings)
	route(a, court.ActSigningOpen, huma.Operation{Method: http.MethodPost, Path: list, OperationID: "open-signing",
		Summary: "Lay a paper before those who have to sign it", MaxBodyBytes: 128 << 10}, a.openSigning)
	route(a, court.ActSigningOpen, huma.Operation{Method: http.MethodPost, Path: list + "/preview", OperationID: "preview-signing",
		Summary: "A paper that is being written, as a document (PDF)", MaxBodyBytes: 128 << 10, Responses: pdfResponse("The paper")}, a.previewSigning)
	route(a, court.ActSigningRead, huma.Operation{Method: http.MethodGet, Path: one + "/document", OperationID: "print-signing",
		Summary: "The paper with the signatures that it bears now (PDF)", Responses: pdfResponse("The paper")}, a.printSigning)
	route(a, court.ActSigningSign, huma.Operation{Method: http.MethodPost, Path: one + "/signatures", OperationID: "sign-paper",
		Summary: "Sign exactly the paper that was shown"}, a.signPaper)
	route(a, court.ActSigningRefuse, huma.Operation{Method: http.MethodPost, Path: one + "/refusals", OperationID: "refuse-signing",
		Summary: "Say that I won't sign; that stays visible"}, a.refuseSigning)
	route(a, court.ActSigningEnd, huma.Operation{Method: http.MethodPut, Path: one + "/end", OperationID: "end-signing",
		Summary: "Withdraw a paper, or close a record with refusals noted"}, a.endSigning)
}

type signings struct {
	Signings []store.Signing `json:"signings" nullable:"false"`
}

func (a *API) listSignings(ctx context.Context, in *CaseIn) (*body[signings], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListSignings{CaseID: in.Case})
	return answer(signings{list}, err)
}

type openSigningIn struct {
	CaseIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		store.SigningInput
	}
}

func (a *API) openSigning(ctx context.Context, in *openSigningIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.OpenSigning{CaseID: in.Case, ID: in.Body.Event, Paper: in.Body.SigningInput}))
}

type previewSigningIn struct {
	CaseIn
	Body store.SigningInput
}

func (a *API) previewSigning(ctx context.Context, in *previewSigningIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PreviewSigning{CaseID: in.Case, Paper: in.Body}))
}

// SigningIn names a paper of a case.
type SigningIn struct {
	CaseIn
	Signing string `path:"signing" maxLength:"64"`
}

func (a *API) printSigning(ctx context.Context, in *SigningIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintSigning{CaseID: in.Case, Signing: in.Signing}))
}

type signPaperIn struct {
	SigningIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For    string `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
		SHA256 string `json:"sha256" maxLength:"64" doc:"of the paper as it was laid before me (sha256 of the list, computed from the bytes of document)"`
	}
}

func (a *API) signPaper(ctx context.Context, in *signPaperIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SignPaper{CaseID: in.Case, ID: b.Event, Signing: in.Signing, For: b.For, SHA256: b.SHA256}))
}

type refuseSigningIn struct {
	SigningIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For    string `json:"for,omitempty" maxLength:"64" doc:"the party; left out by who acts for one only"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) refuseSigning(ctx context.Context, in *refuseSigningIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RefuseSigning{CaseID: in.Case, ID: b.Event, Signing: in.Signing, For: b.For, Reason: b.Reason}))
}

type endSigningIn struct {
	SigningIn
	Body struct {
		Event  string        `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		State  signing.State `json:"state" enum:"withdrawn,closed" doc:"closed: a record that each has signed or refused to sign"`
		Reason string        `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (a *API) endSigning(ctx context.Context, in *endSigningIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.EndSigning{CaseID: in.Case, ID: b.Event, Signing: in.Signing, State: b.State, Reason: b.Reason}))
}

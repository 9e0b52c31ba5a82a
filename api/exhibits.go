package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// maxEvidenceBody bounds the description of a submission, in bytes; the files come as uploads.
const maxEvidenceBody = 512 << 10

// exhibitRoutes are evidence: handing it in, answering to it, reading it.
func (a *API) exhibitRoutes() {
	const one = "/api/v1/cases/{case}"
	const exhibit = one + "/exhibits/{exhibit}"
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: one + "/evidence", OperationID: "read-evidence",
		Summary: "All exhibits of a case, where each party stands on them, exchanges and deadlines"}, a.readEvidence)
	route(a, court.ActExhibitSubmit, huma.Operation{Method: http.MethodPost, Path: one + "/exhibits", OperationID: "submit-exhibits",
		Summary: "Hand in one or more exhibits", MaxBodyBytes: maxEvidenceBody}, a.submitExhibits)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: exhibit, OperationID: "read-exhibit",
		Summary: "One exhibit with its pages and all versions of all opinions"}, a.readExhibit)
	route(a, court.ActExhibitWithdraw, huma.Operation{Method: http.MethodPost, Path: exhibit + "/withdrawal", OperationID: "withdraw-exhibit",
		Summary: "Say that the party no longer relies on its exhibit; the record keeps it"}, a.withdrawExhibit)
	route(a, court.ActOpinionGive, huma.Operation{Method: http.MethodPost, Path: exhibit + "/opinions", OperationID: "give-opinion",
		Summary: "Give or replace a party's opinion on another's exhibit"}, a.giveOpinion)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: exhibit + "/verification", OperationID: "verify-exhibit",
		Summary: "Compare the stored files with the hashes in the record"}, a.verifyExhibit)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: one + "/submissions/{submission}/receipt", OperationID: "read-receipt",
		Summary: "The court's receipt for what was handed in, for the party's own side and the court"}, a.readReceipt)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: one + "/evidence/catalog", OperationID: "read-catalog",
		Summary: "A party's exhibit list"}, a.readCatalog)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: one + "/submissions/{submission}/receipt/document", OperationID: "print-receipt",
		Summary: "The receipt as a document (PDF)", Responses: pdfResponse("The receipt")}, a.printReceipt)
	route(a, court.ActEvidenceRead, huma.Operation{Method: http.MethodGet, Path: one + "/evidence/catalog/document", OperationID: "print-catalog",
		Summary: "A party's exhibit list as a document (PDF)", Responses: pdfResponse("The exhibit list")}, a.printCatalog)
}

// ExhibitIn names an exhibit of a case.
type ExhibitIn struct {
	CaseIn
	Exhibit string `path:"exhibit" maxLength:"64"`
}

// pageIn is a page as a client names it.
type pageIn struct {
	Attachment string `json:"attachment" maxLength:"64" doc:"a finished upload of mine that no event names yet"`
	SHA256     string `json:"sha256,omitempty" maxLength:"64" doc:"that the phone computed, in lower-case hex; compared with the file that arrived"`
	Turn       int    `json:"turn,omitempty" enum:"0,90,180,270" doc:"degrees clockwise by which it is to be shown turned; for images and PDF"`
}

// exhibitIn is an exhibit as a client hands it in. In a draft everything may still be empty.
type exhibitIn struct {
	Name         string             `json:"name" maxLength:"200"`
	Kind         court.EvidenceKind `json:"kind" enum:"party_statement,documentary,physical,audio_visual,electronic_data,witness_testimony,expert_opinion,inspection_records,"`
	Purpose      string             `json:"purpose" maxLength:"1000" doc:"what it is to prove"`
	Source       string             `json:"source,omitempty" maxLength:"500"`
	OriginalHeld bool               `json:"original_held" doc:"the party holds the original"`
	Pages        []pageIn           `json:"pages" nullable:"false" maxItems:"50" doc:"in their order: images, PDF, audio, video"`
}

func exhibitInputs(list []exhibitIn) []court.ExhibitInput {
	inputs := make([]court.ExhibitInput, len(list))
	for i, e := range list {
		inputs[i] = court.ExhibitInput{Name: e.Name, Kind: e.Kind, Purpose: e.Purpose, Source: e.Source, OriginalHeld: e.OriginalHeld, Pages: pageInputs(e.Pages)}
	}
	return inputs
}

func pageInputs(list []pageIn) []court.PageInput {
	inputs := make([]court.PageInput, len(list))
	for i, p := range list {
		inputs[i] = court.PageInput(p)
	}
	return inputs
}

func (a *API) readEvidence(ctx context.Context, in *CaseIn) (*body[*store.Evidence], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadEvidence{CaseID: in.Case}))
}

type submitIn struct {
	CaseIn
	Body struct {
		Event      string      `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For        string      `json:"for,omitempty" maxLength:"64" doc:"participant id of the party; may be left out by who acts for one only"`
		Exhibits   []exhibitIn `json:"exhibits" nullable:"false" minItems:"1" maxItems:"20"`
		LateReason string      `json:"late_reason,omitempty" maxLength:"500" doc:"why it comes after the deadline"`
		Draft      string      `json:"draft,omitempty" maxLength:"64" doc:"my draft that this was prepared as; it is removed"`
	}
}

func (a *API) submitExhibits(ctx context.Context, in *submitIn) (*body[*store.Submission], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SubmitExhibits{
		CaseID: in.Case, ID: b.Event, For: b.For, Exhibits: exhibitInputs(b.Exhibits), LateReason: b.LateReason, Draft: b.Draft}))
}

func (a *API) readExhibit(ctx context.Context, in *ExhibitIn) (*body[*store.ExhibitDetails], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadExhibit{CaseID: in.Case, Exhibit: in.Exhibit}))
}

type withdrawIn struct {
	ExhibitIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) withdrawExhibit(ctx context.Context, in *withdrawIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.WithdrawExhibit{CaseID: in.Case, ID: in.Body.Event, Exhibit: in.Exhibit, Reason: in.Body.Reason}))
}

// aspectIn is what an opinion says on one question.
type aspectIn struct {
	Objection bool   `json:"objection" doc:"false: 无异议"`
	Text      string `json:"text,omitempty" maxLength:"1000"`
}

type opinionIn struct {
	ExhibitIn
	Body struct {
		Event        string   `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		For          string   `json:"for,omitempty" maxLength:"64" doc:"participant id of the party; may be left out by who acts for one only"`
		Authenticity aspectIn `json:"authenticity" doc:"真实性"`
		Legality     aspectIn `json:"legality" doc:"合法性"`
		Relevance    aspectIn `json:"relevance" doc:"关联性"`
		Text         string   `json:"text,omitempty" maxLength:"5000"`
		Images       []pageIn `json:"images,omitempty" nullable:"false" maxItems:"20"`
	}
}

func (a *API) giveOpinion(ctx context.Context, in *opinionIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.GiveOpinion{CaseID: in.Case, ID: b.Event, Exhibit: in.Exhibit, For: b.For, Opinion: court.OpinionInput{
		Authenticity: court.Aspect(b.Authenticity), Legality: court.Aspect(b.Legality), Relevance: court.Aspect(b.Relevance), Text: b.Text, Images: pageInputs(b.Images)}}))
}

type verifyExhibitIn struct {
	ExhibitIn
	Page int64 `query:"page" minimum:"0" maximum:"50" doc:"only this page, from 1; 0: all"`
}

func (a *API) verifyExhibit(ctx context.Context, in *verifyExhibitIn) (*body[*store.HashCheck], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.VerifyExhibit{CaseID: in.Case, Exhibit: in.Exhibit, Page: in.Page}))
}

type receiptIn struct {
	CaseIn
	Submission string `path:"submission" maxLength:"64"`
}

func (a *API) readReceipt(ctx context.Context, in *receiptIn) (*body[*store.EvidenceReceipt], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadReceipt{CaseID: in.Case, Submission: in.Submission}))
}

type catalogIn struct {
	CaseIn
	Party string `query:"party" required:"true" maxLength:"64" doc:"participant id"`
}

func (a *API) readCatalog(ctx context.Context, in *catalogIn) (*body[*store.Catalog], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCatalog{CaseID: in.Case, Party: in.Party}))
}

func (a *API) printReceipt(ctx context.Context, in *receiptIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintReceipt{CaseID: in.Case, Submission: in.Submission}))
}

func (a *API) printCatalog(ctx context.Context, in *catalogIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintCatalog{CaseID: in.Case, Party: in.Party}))
}

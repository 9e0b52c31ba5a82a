package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/consent"
)

// applicationRoutes are applications in a case and what the court answers.
func (a *API) applicationRoutes() {
	const list, one = "/api/v1/cases/{case}/applications", "/api/v1/cases/{case}/applications/{application}"
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/application-kinds", OperationID: "list-application-kinds",
		Summary: "All kinds of applications with the fields of their templates"}, a.listApplicationKinds)
	route(a, court.ActApplicationRead, huma.Operation{Method: http.MethodGet, Path: list, OperationID: "list-applications",
		Summary: "The applications of a case, the newest first"}, a.listApplications)
	route(a, court.ActApplicationSubmit, huma.Operation{Method: http.MethodPost, Path: list, OperationID: "submit-application",
		Summary: "Hand in one of my drafts"}, a.submitApplication)
	route(a, court.ActApplicationRead, huma.Operation{Method: http.MethodGet, Path: one, OperationID: "read-application",
		Summary: "One application with everything that happened with it"}, a.readApplication)
	route(a, court.ActApplicationSupply, huma.Operation{Method: http.MethodPost, Path: one + "/supplements", OperationID: "supplement-application",
		Summary: "Send what the court asked for"}, a.supplementApplication)
	route(a, court.ActApplicationRevoke, huma.Operation{Method: http.MethodPost, Path: one + "/revocation", OperationID: "revoke-application",
		Summary: "Withdraw my application before it is decided"}, a.revokeApplication)
	route(a, court.ActApplicationAnswer, huma.Operation{Method: http.MethodPost, Path: one + "/answers", OperationID: "answer-application",
		Summary: "The court looks at it, asks for more, or decides"}, a.answerApplication)
}

type applicationKinds struct {
	Kinds []application.Kind `json:"kinds" nullable:"false"`
}

func (a *API) listApplicationKinds(ctx context.Context, _ *struct{}) (*body[applicationKinds], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListApplicationKinds{})
	return answer(applicationKinds{list}, err)
}

type applications struct {
	Applications []store.Application `json:"applications" nullable:"false"`
}

func (a *API) listApplications(ctx context.Context, in *CaseIn) (*body[applications], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListApplications{CaseID: in.Case})
	return answer(applications{list}, err)
}

type submitApplicationIn struct {
	CaseIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Draft string `json:"draft" maxLength:"64"`
	}
}

func (a *API) submitApplication(ctx context.Context, in *submitApplicationIn) (*body[*store.Application], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SubmitApplication{CaseID: in.Case, ID: in.Body.Event, Draft: in.Body.Draft}))
}

// ApplicationIn names an application of a case.
type ApplicationIn struct {
	CaseIn
	Application string `path:"application" maxLength:"64"`
}

func (a *API) readApplication(ctx context.Context, in *ApplicationIn) (*body[*store.Application], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadApplication{CaseID: in.Case, ID: in.Application}))
}

type supplementIn struct {
	ApplicationIn
	Body struct {
		Event string            `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Note  string            `json:"note,omitempty" maxLength:"2000"`
		Pages []court.PageInput `json:"pages,omitempty" nullable:"false" maxItems:"20"`
	}
}

func (a *API) supplementApplication(ctx context.Context, in *supplementIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SupplementApplication{
		CaseID: in.Case, ID: in.Body.Event, Application: in.Application, Note: in.Body.Note, Pages: in.Body.Pages}))
}

type revokeApplicationIn struct {
	ApplicationIn
	Body struct {
		Event  string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Reason string `json:"reason,omitempty" maxLength:"500"`
	}
}

func (a *API) revokeApplication(ctx context.Context, in *revokeApplicationIn) (*body[store.Appended], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RevokeApplication{
		CaseID: in.Case, ID: in.Body.Event, Application: in.Application, Reason: in.Body.Reason}))
}

type answerApplicationIn struct {
	ApplicationIn
	Body struct {
		Event    string            `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		State    application.State `json:"state" enum:"under_review,need_supplement,granted,partly_granted,denied,recorded"`
		Decision string            `json:"decision,omitempty" maxLength:"200" doc:"for a decision: one of the kind's, in its words"`
		Reason   string            `json:"reason,omitempty" maxLength:"2000" doc:"needed for a refusal, a part, and to ask for more"`
		Until    int64             `json:"until,omitempty" minimum:"0" doc:"until when what is lacking should come"`
		Stages   []consent.Stage   `json:"stages,omitempty" nullable:"false" enum:"filing,mediation,exchange_synchronous,exchange_asynchronous,inquiry,hearing_synchronous,hearing_asynchronous,service,judgment" doc:"for a decision to go offline: the stages; left out: those applied for. Needed where the application is a paper"`
	}
}

func (a *API) answerApplication(ctx context.Context, in *answerApplicationIn) (*body[store.Appended], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.AnswerApplication{CaseID: in.Case, ID: b.Event, Application: in.Application,
		Answer: application.Answer{State: b.State, Decision: b.Decision, Reason: b.Reason, Until: b.Until, Stages: b.Stages}}))
}

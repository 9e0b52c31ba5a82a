package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/pleading"
)

// pleadingRoutes are papers that somebody fills in without a case (书状助手).
func (a *API) pleadingRoutes() {
	const mine = "/api/v1/me/pleadings"
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/pleading-forms", OperationID: "list-pleading-forms",
		Summary: "Papers that can be filled in without a case, with their fields"}, a.listPleadingForms)
	route(a, court.ActPleadingWrite, huma.Operation{Method: http.MethodPost, Path: "/api/v1/pleadings", OperationID: "print-pleading",
		Summary: "A paper that was filled in, as a document (PDF); nothing of it is kept", MaxBodyBytes: 128 << 10, Responses: pdfResponse("The paper")}, a.printPleading)
	route(a, court.ActPleadingWrite, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "list-pleadings",
		Summary: "Papers that I have asked to keep"}, a.listPleadings)
	route(a, court.ActPleadingWrite, huma.Operation{Method: http.MethodPut, Path: mine + "/{pleading}", OperationID: "save-pleading",
		Summary: "Keep a paper that I am filling in", MaxBodyBytes: 128 << 10}, a.savePleading)
	route(a, court.ActPleadingWrite, huma.Operation{Method: http.MethodDelete, Path: mine + "/{pleading}", OperationID: "remove-pleading",
		Summary: "Forget a kept paper", DefaultStatus: http.StatusNoContent}, a.removePleading)
}

type pleadingForms struct {
	Forms []pleading.Form `json:"forms" nullable:"false"`
}

func (a *API) listPleadingForms(ctx context.Context, _ *struct{}) (*body[pleadingForms], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListPleadingForms{})
	return answer(pleadingForms{list}, err)
}

type printPleadingIn struct {
	Signed bool `query:"signed" doc:"with my signature on file in its place"`
	Body   struct {
		Form   string             `json:"form" maxLength:"64"`
		Values application.Values `json:"values" doc:"by the keys of the form's fields"`
	}
}

func (a *API) printPleading(ctx context.Context, in *printPleadingIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintPleading{Form: in.Body.Form, Values: in.Body.Values, Signed: in.Signed}))
}

type pleadings struct {
	Pleadings []store.PleadingDraft `json:"pleadings" nullable:"false"`
}

func (a *API) listPleadings(ctx context.Context, _ *struct{}) (*body[pleadings], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListPleadings{})
	return answer(pleadings{list}, err)
}

// PleadingIn names a kept paper.
type PleadingIn struct {
	Pleading string `path:"pleading" maxLength:"64"`
}

type savePleadingIn struct {
	PleadingIn
	Body struct {
		Revision int64              `json:"revision" minimum:"0" doc:"the one that was seen; 0 for a new one"`
		Form     string             `json:"form" maxLength:"64"`
		Values   application.Values `json:"values,omitempty" doc:"by the keys of the form's fields"`
	}
}

func (a *API) savePleading(ctx context.Context, in *savePleadingIn) (*body[*store.PleadingDraft], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.SavePleading{ID: in.Pleading, Revision: in.Body.Revision, Form: in.Body.Form, Values: in.Body.Values}))
}

func (a *API) removePleading(ctx context.Context, in *PleadingIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemovePleading{ID: in.Pleading}))
}

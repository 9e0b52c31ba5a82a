package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// organisationRoutes are the organisations that people act for as their staff (单位绑定).
func (a *API) organisationRoutes() {
	const mine, all = "/api/v1/me/organisations", "/api/v1/organisation-bindings"
	route(a, court.ActOrganisationBind, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "list-bindings",
		Summary: "Organisations that I act for, or have asked to"}, a.listBindings)
	route(a, court.ActOrganisationBind, huma.Operation{Method: http.MethodPost, Path: mine, OperationID: "bind-organisation",
		Summary: "Ask to act for an organisation; people of the court look at licence and letter", MaxBodyBytes: 2*hub.MaxBindingProof*4/3 + 4096, BodyReadTimeout: captureWait}, a.bindOrganisation)
	route(a, court.ActOrganisationBind, huma.Operation{Method: http.MethodDelete, Path: mine + "/{binding}", OperationID: "unbind-organisation",
		Summary: "Act for it no longer, in all cases", DefaultStatus: http.StatusNoContent}, a.unbindOrganisation)
	route(a, court.ActOrganisationReview, huma.Operation{Method: http.MethodGet, Path: all, OperationID: "queue-bindings",
		Summary: "Those that wait for the court, the longest first"}, a.queueBindings)
	route(a, court.ActOrganisationReview, huma.Operation{Method: http.MethodGet, Path: all + "/{binding}", OperationID: "review-binding",
		Summary: "One with its pictures; the look is audited"}, a.reviewBinding)
	route(a, court.ActOrganisationReview, huma.Operation{Method: http.MethodPost, Path: all + "/{binding}/decisions", OperationID: "decide-binding",
		Summary: "Approve, refuse, or take an approval back"}, a.decideBinding)
}

type bindingList struct {
	Bindings []store.Binding `json:"bindings" nullable:"false"`
}

func (a *API) listBindings(ctx context.Context, _ *struct{}) (*body[bindingList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListBindings{})
	return answer(bindingList{append([]store.Binding{}, list...)}, err)
}

type bindIn struct {
	Body struct {
		court.Organisation
		Licence []byte `json:"licence" doc:"JPEG, PNG or WebP of at most 2 MiB: business licence or certificate"`
		Letter  []byte `json:"letter" doc:"the organisation's letter that authorises me"`
	}
}

func (a *API) bindOrganisation(ctx context.Context, in *bindIn) (*body[store.Binding], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.BindOrganisation{Organisation: in.Body.Organisation, Licence: in.Body.Licence, Letter: in.Body.Letter}))
}

// BindingIn names a binding.
type BindingIn struct {
	Binding string `path:"binding" maxLength:"64"`
}

func (a *API) unbindOrganisation(ctx context.Context, in *BindingIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.UnbindOrganisation{ID: in.Binding}))
}

func (a *API) queueBindings(ctx context.Context, _ *struct{}) (*body[bindingList], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.QueueBindings{})
	return answer(bindingList{append([]store.Binding{}, list...)}, err)
}

func (a *API) reviewBinding(ctx context.Context, in *BindingIn) (*body[*hub.BindingReview], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReviewBinding{ID: in.Binding}))
}

type decideBindingIn struct {
	BindingIn
	Body struct {
		Approve   bool   `json:"approve"`
		Authority string `json:"authority,omitempty" enum:"一般授权,特别授权," doc:"as the letter says; an approval needs it"`
		Reason    string `json:"reason,omitempty" maxLength:"2000" doc:"at most 500 characters; needed where it isn't approved"`
	}
}

func (a *API) decideBinding(ctx context.Context, in *decideBindingIn) (*body[store.Binding], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.DecideBinding{ID: in.Binding, Approve: in.Body.Approve, Authority: in.Body.Authority, Reason: in.Body.Reason}))
}

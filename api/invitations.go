package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// invitationRoutes are those whom the court tells of a case that was filed, and how they come to their places in it.
func (a *API) invitationRoutes() {
	const list = "/api/v1/cases/{case}/invitations"
	route(a, court.ActCaseLink, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/case-links", OperationID: "link-cases",
		Summary: "Link the cases that I was invited to, by my verified identity"}, a.linkCases)
	route(a, court.ActInvitations, huma.Operation{Method: http.MethodGet, Path: list, OperationID: "list-invitations", Summary: "Who was invited to the case, and who has linked it"}, a.listInvitations)
	route(a, court.ActCaseInvite, huma.Operation{Method: http.MethodPost, Path: list + "/{participant}", OperationID: "invite-again",
		Summary: "Invite somebody anew who hasn't linked the case"}, a.inviteAgain)
}

type linkedCases struct {
	Linked []store.LinkedCase `json:"linked" nullable:"false"`
}

func (a *API) linkCases(ctx context.Context, _ *struct{}) (*body[linkedCases], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.LinkCases{})
	return answer(linkedCases{list}, err)
}

type invitations struct {
	Invitations []store.Invitation `json:"invitations" nullable:"false"`
}

func (a *API) listInvitations(ctx context.Context, in *CaseIn) (*body[invitations], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListInvitations{CaseID: in.Case})
	return answer(invitations{list}, err)
}

type inviteAgainIn struct {
	CaseIn
	Participant string `path:"participant" maxLength:"64"`
	Body        struct {
		Phone    string `json:"phone,omitempty" maxLength:"40" doc:"that the court has learnt since; left out: as it is known"`
		IDType   string `json:"id_type,omitempty" maxLength:"64"`
		IDNumber string `json:"id_number,omitempty" maxLength:"64" doc:"of the document by which the case can be linked; left out: as it is known"`
	}
}

func (a *API) inviteAgain(ctx context.Context, in *inviteAgainIn) (*body[invitations], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.InviteAgain{CaseID: in.Case, Participant: in.Participant, Phone: in.Body.Phone, IDType: in.Body.IDType, IDNumber: in.Body.IDNumber})
	return answer(invitations{list}, err)
}

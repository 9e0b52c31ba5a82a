package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// LinkCases links the cases that the actor was invited to.
type LinkCases struct{}

func (l LinkCases) rule() rule { return rule{act: court.ActCaseLink} }

func (l LinkCases) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.LinkedCase, error) {
	return h.store.LinkCases(ctx, actor.PersonID, actor.SessionID)
}

// ListInvitations gives the court who was invited to a case, who has linked it, and who hasn't in time.
type ListInvitations struct{ CaseID string }

func (l ListInvitations) rule() rule { return rule{act: court.ActInvitations, caseID: l.CaseID} }

func (l ListInvitations) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.Invitation, error) {
	return h.store.Invitations(ctx, l.CaseID)
}

// InviteAgain invites somebody anew who hasn't linked the case, with a phone number or document that the court has learnt since; "" leaves what is known.
type InviteAgain struct{ CaseID, Participant, Phone, IDType, IDNumber string }

func (i InviteAgain) rule() rule {
	return rule{act: court.ActCaseInvite, caseID: i.CaseID, inRecord: true}
}

func (i InviteAgain) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.Invitation, error) {
	return h.store.InviteAgain(ctx, store.Reinvitation{CaseID: i.CaseID, Participant: i.Participant, By: actor.by(), SessionID: actor.SessionID, Phone: i.Phone, IDType: i.IDType, IDNumber: i.IDNumber,
		Calendar: h.figures.Calendar})
}

package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// SaveEvidenceDraft keeps a submission that the actor is preparing. Revision is the one that the actor saw, 0 for a new draft.
type SaveEvidenceDraft struct {
	CaseID, ID, For string
	Revision        int64
	Exhibits        []court.ExhibitInput
	LateReason      string
}

func (s SaveEvidenceDraft) rule() rule {
	return rule{act: court.ActDraftKeep, caseID: s.CaseID, inRecord: true}
}

func (s SaveEvidenceDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.EvidenceDraft, error) {
	return h.store.SaveDraft(ctx, store.DraftChange{
		CaseID: s.CaseID, ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision,
		DraftBody: store.DraftBody{For: s.For, LateReason: s.LateReason, Exhibits: s.Exhibits},
	})
}

// ListEvidenceDrafts gives the actor's own drafts in a case.
type ListEvidenceDrafts struct{ CaseID string }

func (l ListEvidenceDrafts) rule() rule { return rule{act: court.ActDraftKeep, caseID: l.CaseID} }

func (l ListEvidenceDrafts) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.EvidenceDraft, error) {
	return h.store.Drafts(ctx, l.CaseID, actor.PersonID)
}

// ReadEvidenceDraft gives one of the actor's own drafts.
type ReadEvidenceDraft struct{ CaseID, ID string }

func (r ReadEvidenceDraft) rule() rule { return rule{act: court.ActDraftKeep, caseID: r.CaseID} }

func (r ReadEvidenceDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.EvidenceDraft, error) {
	return h.store.Draft(ctx, r.CaseID, actor.PersonID, r.ID)
}

// RemoveEvidenceDraft forgets one of the actor's own drafts.
type RemoveEvidenceDraft struct{ CaseID, ID string }

func (r RemoveEvidenceDraft) rule() rule {
	return rule{act: court.ActDraftKeep, caseID: r.CaseID, inRecord: true}
}

func (r RemoveEvidenceDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveDraft(ctx, r.CaseID, actor.PersonID, actor.SessionID, r.ID)
}

package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// SaveDocumentDraft keeps a document that the actor is preparing. Revision is the one that the actor saw, 0 for a new draft.
type SaveDocumentDraft struct {
	CaseID, ID string
	Revision   int64
	Document   court.DocumentInput
}

func (s SaveDocumentDraft) rule() rule {
	return rule{act: court.ActDocumentDraft, caseID: s.CaseID, inRecord: true}
}

func (s SaveDocumentDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.DocumentDraft, error) {
	return h.store.SaveDocumentDraft(ctx, store.DocumentDraftChange{
		CaseID: s.CaseID, ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision, DocumentInput: s.Document})
}

// ListDocumentDrafts gives the actor's own drafts in a case.
type ListDocumentDrafts struct{ CaseID string }

func (l ListDocumentDrafts) rule() rule { return rule{act: court.ActDocumentDraft, caseID: l.CaseID} }

func (l ListDocumentDrafts) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.DocumentDraft, error) {
	return h.store.DocumentDrafts(ctx, l.CaseID, actor.PersonID)
}

// ReadDocumentDraft gives one of the actor's own drafts.
type ReadDocumentDraft struct{ CaseID, ID string }

func (r ReadDocumentDraft) rule() rule { return rule{act: court.ActDocumentDraft, caseID: r.CaseID} }

func (r ReadDocumentDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.DocumentDraft, error) {
	return h.store.DocumentDraft(ctx, r.CaseID, actor.PersonID, r.ID)
}

// RemoveDocumentDraft forgets one of the actor's own drafts.
type RemoveDocumentDraft struct{ CaseID, ID string }

func (r RemoveDocumentDraft) rule() rule {
	return rule{act: court.ActDocumentDraft, caseID: r.CaseID, inRecord: true}
}

func (r RemoveDocumentDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveDocumentDraft(ctx, r.CaseID, actor.PersonID, actor.SessionID, r.ID)
}

// ListRecipients gives on whom the court might serve, and whether they have agreed to electronic service.
type ListRecipients struct{ CaseID string }

func (l ListRecipients) rule() rule { return rule{act: court.ActDocumentDraft, caseID: l.CaseID} }

func (l ListRecipients) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.PossibleRecipient, error) {
	return h.store.Recipients(ctx, l.CaseID)
}

// ServeDocument serves a document on participants of the case. The same ID is the same act.
type ServeDocument struct {
	CaseID, ID string
	Document   court.DocumentInput
	Draft      string
}

func (s ServeDocument) rule() rule {
	return rule{act: court.ActDocumentServe, caseID: s.CaseID, inRecord: true}
}

func (s ServeDocument) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Document, error) {
	id, err := h.store.ServeDocument(ctx, store.NewDocument{RoomAct: actor.roomAct(s.CaseID, s.ID), DocumentInput: s.Document, Draft: s.Draft})
	if err != nil {
		return nil, err
	}
	st, err := h.store.Standing(ctx, s.CaseID, actor.PersonID, actor.SessionID)
	if err != nil {
		return nil, err
	}
	if st == nil {
		return nil, court.ErrNotFound
	}
	return h.store.Document(ctx, s.CaseID, id, st)
}

// ListDocuments gives the documents of a case that the actor may know of.
type ListDocuments struct{ CaseID string }

func (l ListDocuments) rule() rule { return rule{act: court.ActDocumentRead, caseID: l.CaseID} }

func (l ListDocuments) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.Document, error) {
	return h.store.Documents(ctx, l.CaseID, st)
}

// ReadDocument gives one of them.
type ReadDocument struct{ CaseID, ID string }

func (r ReadDocument) rule() rule { return rule{act: court.ActDocumentRead, caseID: r.CaseID} }

func (r ReadDocument) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.Document, error) {
	return h.store.Document(ctx, r.CaseID, r.ID, st)
}

// FindDocuments finds documents over all of the actor's cases.
type FindDocuments struct {
	Query   string
	Waiting bool
	From    store.Place
	Limit   int
}

// FoundDocuments is a page of them.
type FoundDocuments struct {
	Documents []store.DocumentOnCard
	Next      store.Place // ID "" at the end
}

func (f FindDocuments) rule() rule { return rule{act: court.ActDocumentFind} }

func (f FindDocuments) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (FoundDocuments, error) {
	list, next, err := h.store.FindDocuments(ctx, store.DocumentQuery{PersonID: actor.PersonID, Q: f.Query, Waiting: f.Waiting, Cursor: f.From, Limit: f.Limit})
	if list == nil {
		list = []store.DocumentOnCard{}
	}
	return FoundDocuments{list, next}, err
}

// ConfirmDocument confirms receipt of a document that was served on the actor; Sign puts the actor's signature on file under it.
type ConfirmDocument struct {
	CaseID, ID, Service string
	Sign                bool
}

func (c ConfirmDocument) rule() rule { return rule{act: court.ActDocumentConfirm, caseID: c.CaseID} }

func (c ConfirmDocument) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	signature := ""
	if c.Sign {
		sig, err := h.store.SignatureOf(ctx, actor.PersonID)
		if err != nil {
			return store.Appended{}, err
		}
		signature = sig.ID
	}
	return h.store.ConfirmDocument(ctx, actor.roomAct(c.CaseID, c.ID), c.Service, signature)
}

// NoteDelivery notes that a document was served on somebody in another way, or that this was tried in vain.
type NoteDelivery struct {
	CaseID, ID, Document, Recipient string
	Way                             court.DeliveryWay
	Outcome                         court.DeliveryOutcome
	DeliveredAt                     int64
	Note                            string
	File                            *court.PageInput
}

func (n NoteDelivery) rule() rule {
	return rule{act: court.ActDocumentServe, caseID: n.CaseID, inRecord: true}
}

func (n NoteDelivery) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.NoteDelivery(ctx, store.NewDelivery{RoomAct: actor.roomAct(n.CaseID, n.ID), Document: n.Document, Recipient: n.Recipient, Way: n.Way,
		Outcome: n.Outcome, DeliveredAt: n.DeliveredAt, Note: n.Note, File: n.File})
}

package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
)

// SaveApplicationDraft keeps an application that the actor is preparing. Revision is the one that the actor saw, 0 for a new draft.
type SaveApplicationDraft struct {
	CaseID, ID string
	Revision   int64
	Body       store.ApplicationBody
}

func (s SaveApplicationDraft) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: s.CaseID, inRecord: true}
}

func (s SaveApplicationDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.ApplicationDraft, error) {
	return h.store.SaveApplicationDraft(ctx, store.ApplicationDraftChange{
		CaseID: s.CaseID, ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision, ApplicationBody: s.Body})
}

// ListApplicationDrafts gives the actor's own drafts in a case.
type ListApplicationDrafts struct{ CaseID string }

func (l ListApplicationDrafts) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: l.CaseID}
}

func (l ListApplicationDrafts) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.ApplicationDraft, error) {
	return h.store.ApplicationDrafts(ctx, l.CaseID, actor.PersonID)
}

// ReadApplicationDraft gives one of the actor's own drafts.
type ReadApplicationDraft struct{ CaseID, ID string }

func (r ReadApplicationDraft) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: r.CaseID}
}

func (r ReadApplicationDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.ApplicationDraft, error) {
	return h.store.ApplicationDraft(ctx, r.CaseID, actor.PersonID, r.ID)
}

// RemoveApplicationDraft forgets one of the actor's own drafts.
type RemoveApplicationDraft struct{ CaseID, ID string }

func (r RemoveApplicationDraft) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: r.CaseID, inRecord: true}
}

func (r RemoveApplicationDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveApplicationDraft(ctx, r.CaseID, actor.PersonID, actor.SessionID, r.ID)
}

// PreviewApplication prints one of the actor's own drafts; Signed with the signature on file in its place, as it is to be signed.
type PreviewApplication struct {
	CaseID, ID string
	Signed     bool
}

func (p PreviewApplication) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: p.CaseID}
}

func (p PreviewApplication) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*Document, error) {
	d, err := h.store.ApplicationDraft(ctx, p.CaseID, actor.PersonID, p.ID)
	if err != nil {
		return nil, err
	}
	var sig *store.Signature
	if p.Signed {
		if sig, err = h.store.SignatureOf(ctx, actor.PersonID); err != nil {
			return nil, err
		}
	}
	return h.printApplication(ctx, p.CaseID, actor, st, d, sig)
}

// SignApplication signs one of the actor's own drafts: exactly the document whose hash is given, as PreviewApplication showed it signed.
type SignApplication struct {
	CaseID, ID string
	Revision   int64
	SHA256     string
}

func (s SignApplication) rule() rule { return rule{act: court.ActApplicationSign, caseID: s.CaseID} }

func (s SignApplication) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*store.Signed, error) {
	d, err := h.store.ApplicationDraft(ctx, s.CaseID, actor.PersonID, s.ID)
	if err != nil {
		return nil, err
	}
	if d.Revision != s.Revision {
		return nil, court.ErrDraftChanged
	}
	if d.Signed != nil && d.Signed.SHA256 == s.SHA256 {
		return d.Signed, nil
	}
	kind, err := application.Find(d.Kind)
	if err != nil {
		return nil, err
	}
	if d.Mode == store.ModeTemplate {
		if _, err := kind.Fill(d.Values, true); err != nil { // nobody signs what is not complete
			return nil, err
		}
	}
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	doc, err := h.printApplication(ctx, s.CaseID, actor, st, d, sig)
	if err != nil {
		return nil, err
	}
	if doc.SHA256 != s.SHA256 {
		return nil, court.ErrDocumentChanged
	}
	file, err := h.keepPaper(ctx, actor, doc)
	if err != nil {
		return nil, err
	}
	return h.store.SignApplicationDraft(ctx, store.ApplicationSigning{CaseID: s.CaseID, Draft: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID,
		Revision: s.Revision, Document: file, Title: doc.Title, SHA256: doc.SHA256, Signature: sig.ID})
}

// SubmitApplication hands in one of the actor's own drafts. The same ID is the same act.
type SubmitApplication struct{ CaseID, ID, Draft string }

func (s SubmitApplication) rule() rule {
	return rule{act: court.ActApplicationSubmit, caseID: s.CaseID, inRecord: true}
}

func (s SubmitApplication) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Application, error) {
	return h.store.SubmitApplication(ctx, store.NewApplication{RoomAct: actor.roomAct(s.CaseID, s.ID), Draft: s.Draft, Calendar: h.figures.Calendar})
}

// ListApplicationKinds gives all kinds of applications with the fields of their templates, for everybody.
type ListApplicationKinds struct{}

func (l ListApplicationKinds) rule() rule { return rule{act: court.ActToolUse} }

func (l ListApplicationKinds) do(context.Context, *Hub, Actor, *court.Standing) ([]application.Kind, error) {
	return application.Kinds, nil
}

// ListApplications gives the applications of a case that the actor reads.
type ListApplications struct{ CaseID string }

func (l ListApplications) rule() rule { return rule{act: court.ActApplicationRead, caseID: l.CaseID} }

func (l ListApplications) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.Application, error) {
	return h.store.Applications(ctx, l.CaseID, st)
}

// ReadApplication gives one application with everything that happened with it.
type ReadApplication struct{ CaseID, ID string }

func (r ReadApplication) rule() rule { return rule{act: court.ActApplicationRead, caseID: r.CaseID} }

func (r ReadApplication) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.Application, error) {
	return h.store.Application(ctx, r.CaseID, r.ID, st)
}

// OfferApplications gives the kinds that the actor may apply for in a case, for a party.
type OfferApplications struct{ CaseID, For string }

func (o OfferApplications) rule() rule {
	return rule{act: court.ActApplicationDraft, caseID: o.CaseID}
}

func (o OfferApplications) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.OfferedKind, error) {
	return h.store.OfferedKinds(ctx, o.CaseID, o.For, st)
}

// SupplementApplication sends what the court asked for.
type SupplementApplication struct {
	CaseID, ID, Application, Note string
	Pages                         []court.PageInput
}

func (s SupplementApplication) rule() rule {
	return rule{act: court.ActApplicationSupply, caseID: s.CaseID, inRecord: true}
}

func (s SupplementApplication) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SupplementApplication(ctx, store.ApplicationSupplement{
		RoomAct: actor.roomAct(s.CaseID, s.ID), Application: s.Application, Note: s.Note, Pages: s.Pages})
}

// RevokeApplication withdraws one of the actor's own applications before it is decided.
type RevokeApplication struct{ CaseID, ID, Application, Reason string }

func (r RevokeApplication) rule() rule {
	return rule{act: court.ActApplicationRevoke, caseID: r.CaseID, inRecord: true}
}

func (r RevokeApplication) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.RevokeApplication(ctx, actor.roomAct(r.CaseID, r.ID), r.Application, r.Reason)
}

// AnswerApplication is the court's answer to an application.
type AnswerApplication struct {
	CaseID, ID, Application string
	Answer                  application.Answer
}

func (a AnswerApplication) rule() rule {
	return rule{act: court.ActApplicationAnswer, caseID: a.CaseID, inRecord: true}
}

func (a AnswerApplication) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.AnswerApplication(ctx, store.ApplicationAnswer{RoomAct: actor.roomAct(a.CaseID, a.ID), Application: a.Application, Answer: a.Answer})
}

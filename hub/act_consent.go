package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// ListConsents gives where the parties of a case stand on each stage.
type ListConsents struct{ CaseID string }

func (l ListConsents) rule() rule { return rule{act: court.ActConsentRead, caseID: l.CaseID} }

func (l ListConsents) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.Consents, error) {
	return h.store.Consents(ctx, l.CaseID, st)
}

// PrintConsent prints what a party has declared on stages online (在线诉讼同意书).
type PrintConsent struct{ CaseID, Party string }

func (p PrintConsent) rule() rule { return rule{act: court.ActConsentRead, caseID: p.CaseID} }

func (p PrintConsent) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	said, err := h.store.ConsentPaper(ctx, p.CaseID, p.Party, st)
	if err != nil {
		return nil, err
	}
	return h.printConsent(ctx, said)
}

// DeclareConsent is a party's word on stages, given on the notice whose version and hash are named: exactly the text that was shown.
type DeclareConsent struct {
	CaseID, ID, For, Version, SHA256, Note string
	Stages                                 map[consent.Stage]bool
}

func (d DeclareConsent) rule() rule { return rule{act: court.ActConsentDeclare, caseID: d.CaseID} }

func (d DeclareConsent) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	text, err := h.noticeText(ctx, d.CaseID, court.NoticeConsent, actor)
	if err != nil {
		return store.Appended{}, err
	}
	if d.Version != text.Version || d.SHA256 != text.SHA256 {
		return store.Appended{}, court.ErrNoticeChanged
	}
	return h.store.DeclareConsent(ctx, store.ConsentDeclaration{RoomAct: actor.roomAct(d.CaseID, d.ID), For: d.For, Stages: d.Stages,
		Version: d.Version, SHA256: d.SHA256, Note: d.Note})
}

// TransferStages moves stages offline, or back.
type TransferStages struct {
	CaseID, ID, Reason string
	Stages             []consent.Stage
	Parties            []string
	Offline            bool
}

func (t TransferStages) rule() rule {
	return rule{act: court.ActStageTransfer, caseID: t.CaseID, inRecord: true}
}

func (t TransferStages) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.TransferStages(ctx, store.StageTransfer{RoomAct: actor.roomAct(t.CaseID, t.ID), Stages: t.Stages, Parties: t.Parties, Offline: t.Offline, Reason: t.Reason})
}

// RequestCopy asks for a file of the case on paper.
type RequestCopy struct{ CaseID, ID, For, Attachment, Delivery, Note string }

func (r RequestCopy) rule() rule {
	return rule{act: court.ActCopyRequest, caseID: r.CaseID, inRecord: true}
}

func (r RequestCopy) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.RequestCopy(ctx, store.CopyRequest{RoomAct: actor.roomAct(r.CaseID, r.ID), For: r.For, Attachment: r.Attachment, Delivery: r.Delivery, Note: r.Note})
}

// ListCopies gives the requests for copies on paper that the actor may see.
type ListCopies struct{ CaseID string }

func (l ListCopies) rule() rule { return rule{act: court.ActCopyRead, caseID: l.CaseID} }

func (l ListCopies) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.PaperCopy, error) {
	return h.store.PaperCopies(ctx, l.CaseID, st)
}

// AnswerCopy notes what became of a request.
type AnswerCopy struct{ CaseID, ID, Copy, State, Note string }

func (a AnswerCopy) rule() rule {
	return rule{act: court.ActCopyAnswer, caseID: a.CaseID, inRecord: true}
}

func (a AnswerCopy) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.AnswerCopy(ctx, store.CopyAnswer{RoomAct: actor.roomAct(a.CaseID, a.ID), Copy: a.Copy, State: a.State, Note: a.Note})
}

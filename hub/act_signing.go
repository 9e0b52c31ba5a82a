package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/signing"
)

// PreviewSigning prints a paper that the court is writing, before anybody sees it.
type PreviewSigning struct {
	CaseID string
	Paper  store.SigningInput
}

func (p PreviewSigning) rule() rule { return rule{act: court.ActSigningOpen, caseID: p.CaseID} }

func (p PreviewSigning) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	paper, err := h.store.NewSigningPaper(ctx, p.CaseID, st, p.Paper)
	if err != nil {
		return nil, err
	}
	return h.printSigning(ctx, paper)
}

// OpenSigning lays a paper before those who have to sign it. The same ID is the same act.
type OpenSigning struct {
	CaseID, ID string
	Paper      store.SigningInput
}

func (o OpenSigning) rule() rule { return rule{act: court.ActSigningOpen, caseID: o.CaseID} }

func (o OpenSigning) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (store.Appended, error) {
	paper, err := h.store.NewSigningPaper(ctx, o.CaseID, st, o.Paper)
	if err != nil {
		return store.Appended{}, err
	}
	doc, err := h.printSigning(ctx, paper)
	if err != nil {
		return store.Appended{}, err
	}
	file, err := h.keepPaper(ctx, actor, doc)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.OpenSigning(ctx, store.NewSigning{RoomAct: actor.roomAct(o.CaseID, o.ID), SigningInput: o.Paper, Document: file, SHA256: doc.SHA256})
}

// ListSignings gives the papers of a case that several sign.
type ListSignings struct{ CaseID string }

func (l ListSignings) rule() rule { return rule{act: court.ActSigningRead, caseID: l.CaseID} }

func (l ListSignings) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.Signing, error) {
	return h.store.Signings(ctx, l.CaseID, st)
}

// PrintSigning prints a paper with the signatures that it bears now.
type PrintSigning struct{ CaseID, Signing string }

func (p PrintSigning) rule() rule { return rule{act: court.ActSigningRead, caseID: p.CaseID} }

func (p PrintSigning) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	paper, err := h.store.SigningPaper(ctx, p.CaseID, p.Signing, st)
	if err != nil {
		return nil, err
	}
	return h.printSigning(ctx, paper)
}

// SignPaper signs a paper: exactly the one whose hash is given, with the signature on file.
type SignPaper struct{ CaseID, ID, Signing, For, SHA256 string }

func (s SignPaper) rule() rule { return rule{act: court.ActSigningSign, caseID: s.CaseID} }

func (s SignPaper) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.SignPaper(ctx, store.SigningSignature{RoomAct: actor.roomAct(s.CaseID, s.ID), Signing: s.Signing, For: s.For, SHA256: s.SHA256, Signature: sig.ID})
}

// RefuseSigning says that the actor won't sign.
type RefuseSigning struct{ CaseID, ID, Signing, For, Reason string }

func (r RefuseSigning) rule() rule {
	return rule{act: court.ActSigningRefuse, caseID: r.CaseID, inRecord: true}
}

func (r RefuseSigning) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.RefuseSigning(ctx, store.SigningRefusal{RoomAct: actor.roomAct(r.CaseID, r.ID), Signing: r.Signing, For: r.For, Reason: r.Reason})
}

// EndSigning withdraws a paper, or closes a record with refusals noted.
type EndSigning struct {
	CaseID, ID, Signing, Reason string
	State                       signing.State
}

func (e EndSigning) rule() rule {
	return rule{act: court.ActSigningEnd, caseID: e.CaseID, inRecord: true}
}

func (e EndSigning) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.EndSigning(ctx, store.SigningEnd{RoomAct: actor.roomAct(e.CaseID, e.ID), Signing: e.Signing, State: e.State, Reason: e.Reason})
}

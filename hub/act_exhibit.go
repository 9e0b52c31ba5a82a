package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// roomAct says for the record who does an act of the room.
func (a Actor) roomAct(caseID, id string) store.RoomAct {
	return store.RoomAct{CaseID: caseID, ID: id, PersonID: a.PersonID, SessionID: a.SessionID, Address: a.Address}
}

// SubmitExhibits hands in evidence. The same ID is the same act. For is the party; it may be empty where the actor acts for one only.
type SubmitExhibits struct {
	CaseID, ID, For string
	Exhibits        []court.ExhibitInput
	LateReason      string
	Draft           string // the actor's draft that it was prepared as
}

func (s SubmitExhibits) rule() rule {
	return rule{act: court.ActExhibitSubmit, caseID: s.CaseID, inRecord: true}
}

func (s SubmitExhibits) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Submission, error) {
	return h.store.SubmitExhibits(ctx, store.NewSubmission{
		RoomAct: actor.roomAct(s.CaseID, s.ID), For: s.For, Exhibits: s.Exhibits, LateReason: s.LateReason, Draft: s.Draft,
	})
}

// WithdrawExhibit says that a party no longer relies on its exhibit.
type WithdrawExhibit struct{ CaseID, ID, Exhibit, Reason string }

func (w WithdrawExhibit) rule() rule {
	return rule{act: court.ActExhibitWithdraw, caseID: w.CaseID, inRecord: true}
}

func (w WithdrawExhibit) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.WithdrawExhibit(ctx, actor.roomAct(w.CaseID, w.ID), w.Exhibit, w.Reason)
}

// GiveOpinion gives a party's opinion on another's exhibit, or replaces it.
type GiveOpinion struct {
	CaseID, ID, Exhibit, For string
	Opinion                  court.OpinionInput
}

func (g GiveOpinion) rule() rule {
	return rule{act: court.ActOpinionGive, caseID: g.CaseID, inRecord: true}
}

func (g GiveOpinion) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.GiveOpinion(ctx, store.NewOpinion{RoomAct: actor.roomAct(g.CaseID, g.ID), Exhibit: g.Exhibit, For: g.For, OpinionInput: g.Opinion})
}

// ReadEvidence gives the evidence of a case at a glance.
type ReadEvidence struct{ CaseID string }

func (r ReadEvidence) rule() rule { return rule{act: court.ActEvidenceRead, caseID: r.CaseID} }

func (r ReadEvidence) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.Evidence, error) {
	return h.store.Evidence(ctx, r.CaseID, st)
}

// ReadExhibit gives one exhibit with its pages and all versions of all opinions on it.
type ReadExhibit struct{ CaseID, Exhibit string }

func (r ReadExhibit) rule() rule { return rule{act: court.ActEvidenceRead, caseID: r.CaseID} }

func (r ReadExhibit) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*store.ExhibitDetails, error) {
	return h.store.Exhibit(ctx, r.CaseID, r.Exhibit)
}

// VerifyExhibit compares the stored files of an exhibit, or of one page of it, with the hashes in the record.
type VerifyExhibit struct {
	CaseID, Exhibit string
	Page            int64 // from 1; 0 means all
}

func (v VerifyExhibit) rule() rule { return rule{act: court.ActEvidenceRead, caseID: v.CaseID} }

func (v VerifyExhibit) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*store.HashCheck, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	return h.files.VerifyExhibit(ctx, v.CaseID, v.Exhibit, v.Page)
}

// ReadReceipt gives the receipt of a submission to those who act for its party, and to the court.
type ReadReceipt struct{ CaseID, Submission string }

func (r ReadReceipt) rule() rule { return rule{act: court.ActEvidenceRead, caseID: r.CaseID} }

func (r ReadReceipt) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.EvidenceReceipt, error) {
	return h.store.EvidenceReceipt(ctx, r.CaseID, r.Submission, st)
}

// ReadCatalog gives a party's exhibit list (证据目录).
type ReadCatalog struct{ CaseID, Party string }

func (r ReadCatalog) rule() rule { return rule{act: court.ActEvidenceRead, caseID: r.CaseID} }

func (r ReadCatalog) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*store.Catalog, error) {
	return h.store.Catalog(ctx, r.CaseID, r.Party)
}

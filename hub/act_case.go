package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/retrial"
)

// ListCases gives a page of the actor's cases.
type ListCases struct {
	Q, State, Sort, Cursor string
	Limit                  int
}

// CasePage is a page of cases.
type CasePage struct {
	Cases []store.CaseCard `json:"cases" nullable:"false"`
	Next  string           `json:"next" doc:"cursor of the next page, empty at the end"`
}

func (l ListCases) rule() rule { return rule{act: court.ActCaseList} }

func (l ListCases) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (CasePage, error) {
	cards, next, err := h.store.Cases(ctx, store.CaseQuery{
		PersonID: actor.PersonID, Capacity: actor.Capacity, Q: l.Q, State: l.State, Sort: l.Sort, Cursor: l.Cursor, Limit: l.Limit,
	})
	if cards == nil {
		cards = []store.CaseCard{}
	}
	return CasePage{cards, next}, err
}

// ReadCase gives one case and who is in it.
type ReadCase struct{ CaseID string }

// CaseDetails is a case as one participant sees it.
type CaseDetails struct {
	Case         store.CaseCard      `json:"case"`
	Me           string              `json:"me" doc:"my participant id"`
	Participants []store.Participant `json:"participants" nullable:"false"`
	Review       *retrial.Review     `json:"review,omitempty" doc:"the clock of a case in which an application for retrial is reviewed, as far as it concerns me"`
}

func (r ReadCase) rule() rule { return rule{act: court.ActCaseRead, caseID: r.CaseID} }

func (r ReadCase) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (CaseDetails, error) {
	cards, _, err := h.store.Cases(ctx, store.CaseQuery{PersonID: actor.PersonID, CaseID: r.CaseID, Capacity: st.Capacity, Limit: 1})
	if err != nil {
		return CaseDetails{}, err
	}
	if len(cards) == 0 {
		return CaseDetails{}, court.ErrNotFound
	}
	participants, err := h.store.Participants(ctx, r.CaseID, st)
	if err != nil {
		return CaseDetails{}, err
	}
	review, err := h.store.Review(ctx, r.CaseID, st, h.figures.Calendar)
	return CaseDetails{cards[0], st.ParticipantID, participants, review}, err
}

// ExtendReview notes that the court's president has given more time for the review of an application for retrial.
type ExtendReview struct {
	CaseID, ID string
	Until      int64
	Reason     string
}

func (e ExtendReview) rule() rule {
	return rule{act: court.ActReviewExtend, caseID: e.CaseID, inRecord: true}
}

func (e ExtendReview) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ExtendReview(ctx, store.ReviewExtension{RoomAct: actor.roomAct(e.CaseID, e.ID), Until: e.Until, Reason: e.Reason})
}

// VerifyParticipant records that a clerk has seen the person and verified who it is.
type VerifyParticipant struct {
	CaseID      string
	Participant string
	Method      string
	Note        string
}

// MethodInPerson is the only way in which a clerk verifies somebody by hand.
const MethodInPerson = "in_person"

func (v VerifyParticipant) rule() rule { return rule{act: court.ActPersonVerify, caseID: v.CaseID} }

func (v VerifyParticipant) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (Nothing, error) {
	if v.Method != MethodInPerson {
		return Nothing{}, court.ErrInvalid.In("method")
	}
	if len([]rune(v.Note)) > court.MaxLabelRunes {
		return Nothing{}, court.ErrTooLarge.In("note")
	}
	return Nothing{}, h.store.VerifyParticipant(ctx, v.CaseID, v.Participant, actor.PersonID, st.ParticipantID, v.Method, v.Note, actor.Address)
}

// ReadCourse gives what has happened in a case as far as the actor reads it, the newest first.
type ReadCourse struct {
	CaseID string
	From   store.Place
	Limit  int
}

func (r ReadCourse) rule() rule { return rule{act: court.ActCaseCourse, caseID: r.CaseID} }

func (r ReadCourse) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (FoundEvents, error) {
	events, next, err := h.store.Course(ctx, r.CaseID, actor.PersonID, r.From, min(max(r.Limit, 1), 200))
	return FoundEvents{events, next}, err
}

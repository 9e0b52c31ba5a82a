package hub

import (
	"context"
	"slices"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/hearing"
)

// ListHearings gives the hearings of a case, the soonest first, what is over behind.
type ListHearings struct{ CaseID string }

func (l ListHearings) rule() rule { return rule{act: court.ActHearingRead, caseID: l.CaseID} }

func (l ListHearings) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]*hearing.State, error) {
	return h.store.Hearings(ctx, l.CaseID)
}

// HearingView is a hearing as one of its case sees it.
type HearingView struct {
	hearing.State
	Phases   []HearingPhase `json:"phases" nullable:"false" doc:"the usual steps of this type"`
	Unwaived []string       `json:"unwaived" nullable:"false" doc:"parties that haven't waived a notice shorter than three days; it can't be opened before"`
	// Asked is what I can do about a recording in place of the transcript.
	Asked  store.ReplacementAsked `json:"asked"`
	Me     string                 `json:"me" doc:"my seat"`
	Rights hearing.Rights         `json:"rights" doc:"what I may receive and send now"`
	Lacks  []Lack                 `json:"lacks" nullable:"false" doc:"what stands between me and the lobby, in the order in which it is to be dealt with"`
	CodeAt int64                  `json:"code_at,omitempty" doc:"when I have last answered a code on my phone"`
	Now    int64                  `json:"now" doc:"the server's clock"`
}

// HearingPhase is a step of a hearing.
type HearingPhase struct {
	Phase hearing.Phase `json:"phase"`
	Name  exact.Text    `json:"name"`
}

// Lack is an error that entering would be answered with.
type Lack struct {
	Code string `json:"code"`
	Text string `json:"text"`
}

// ReadHearing gives a hearing.
type ReadHearing struct{ CaseID, Hearing string }

func (r ReadHearing) rule() rule { return rule{act: court.ActHearingRead, caseID: r.CaseID} }

func (r ReadHearing) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*HearingView, error) {
	s, err := h.hearingIn(ctx, r.CaseID, r.Hearing)
	if err != nil {
		return nil, err
	}
	v := &HearingView{State: *s, Phases: []HearingPhase{}, Unwaived: []string{}, Me: st.ParticipantID, Rights: hearing.Permissions(s, st.ParticipantID), Lacks: []Lack{}, Now: h.now().UnixMilli()}
	for _, p := range hearing.Phases(s.Type) {
		v.Phases = append(v.Phases, HearingPhase{p, hearing.PhaseNames[p]})
	}
	parties, err := h.store.Parties(ctx, r.CaseID)
	if err != nil {
		return nil, err
	}
	v.Unwaived = append(v.Unwaived, s.Short(parties)...)
	if v.Asked, err = h.store.ReplacementAsked(ctx, r.CaseID, s, st); err != nil {
		return nil, err
	}
	lacks, code, err := h.store.EntryLacks(ctx, store.EntryQuestion{CaseID: r.CaseID, PersonID: actor.PersonID, SessionID: actor.SessionID, Standing: st, Hearing: s, Entry: h.hearingEntry(), Statement: s.Mode == hearing.Asynchronous})
	for _, e := range lacks {
		v.Lacks = append(v.Lacks, Lack{e.Code, e.Text(actor.Lang)})
	}
	v.CodeAt = code
	return v, err
}

// hearingIn gives a hearing of a case; that of another is not_found.
func (h *Hub) hearingIn(ctx context.Context, caseID, id string) (*hearing.State, error) {
	s, of, err := h.store.HearingState(ctx, id)
	if err == nil && of != caseID {
		err = court.ErrNotFound
	}
	return s, err
}

// nextHearing gives the hearing of a case that comes first, nil where none does.
func (h *Hub) nextHearing(ctx context.Context, caseID string) (*hearing.State, error) {
	list, err := h.store.Hearings(ctx, caseID)
	if i := slices.IndexFunc(list, func(s *hearing.State) bool { return !s.Status.Over() }); err == nil && i >= 0 {
		return list[i], nil
	}
	return nil, err
}

// HearingCalendar gives a hearing as a calendar file.
type HearingCalendar struct{ CaseID, Hearing string }

func (c HearingCalendar) rule() rule { return rule{act: court.ActHearingRead, caseID: c.CaseID} }

func (c HearingCalendar) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]byte, error) {
	s, err := h.hearingIn(ctx, c.CaseID, c.Hearing)
	if err != nil {
		return nil, err
	}
	card, err := h.store.Case(ctx, c.CaseID, actor.PersonID)
	if err != nil {
		return nil, err
	}
	return s.Calendar(hearing.CalendarWords{Court: card.Court, DocketNumber: card.DocketNumber, Phone: card.Phone, Lang: actor.Lang}), nil
}

package hub

import (
	"context"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// usualCodeAge is how long a code answered on the phone stands for who somebody is, before a hearing.
const usualCodeAge = 2 * time.Hour

// hearingEntry is what entering goes by: the rules of the hearing as they stand, and the age of the phone's code.
func (h *Hub) hearingEntry() store.HearingEntry {
	return store.HearingEntry{Discipline: h.notices[court.NoticeHearing].Version, CodeAge: h.codeAge}
}

// ScheduleHearing schedules a hearing.
type ScheduleHearing struct {
	CaseID, ID string
	Hearing    store.NewHearing
}

func (s ScheduleHearing) rule() rule {
	return rule{act: court.ActHearingSchedule, caseID: s.CaseID, inRecord: true}
}

func (s ScheduleHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*hearing.State, error) {
	s.Hearing.RoomAct, s.Hearing.Discipline = actor.roomAct(s.CaseID, s.ID), h.hearingEntry().Discipline
	return h.store.ScheduleHearing(ctx, s.Hearing)
}

// PostponeHearing gives a hearing another time.
type PostponeHearing struct {
	CaseID, ID, Hearing, Reason string
	At                          int64
	Minutes                     int
	Short                       bool
}

func (p PostponeHearing) rule() rule {
	return rule{act: court.ActHearingSchedule, caseID: p.CaseID, inRecord: true}
}

func (p PostponeHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.PostponeHearing(ctx, store.HearingMove{RoomAct: actor.roomAct(p.CaseID, p.ID), Hearing: p.Hearing, At: p.At, Minutes: p.Minutes, Reason: p.Reason, Short: p.Short})
}

// WaiveHearingNotice is a party's word that it does without three days' notice.
type WaiveHearingNotice struct{ CaseID, ID, Hearing, For string }

func (w WaiveHearingNotice) rule() rule {
	return rule{act: court.ActHearingWaive, caseID: w.CaseID, inRecord: true}
}

func (w WaiveHearingNotice) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.WaiveHearingNotice(ctx, store.HearingWaiver{RoomAct: actor.roomAct(w.CaseID, w.ID), Hearing: w.Hearing, For: w.For})
}

// ProposeReplacement proposes that a hearing's recording stands in place of its transcript, or takes that back.
type ProposeReplacement struct {
	CaseID, ID, Hearing string
	On                  bool
	Reason              string // needed to take it back
}

func (p ProposeReplacement) rule() rule {
	return rule{act: court.ActRecordingPropose, caseID: p.CaseID, inRecord: true}
}

func (p ProposeReplacement) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ProposeReplacement(ctx, store.ReplacementProposal{RoomAct: actor.roomAct(p.CaseID, p.ID), Hearing: p.Hearing, On: p.On, Reason: p.Reason})
}

// AnswerReplacement is a party's word on that.
type AnswerReplacement struct {
	CaseID, ID, Hearing, For string
	Agrees                   bool
}

func (a AnswerReplacement) rule() rule {
	return rule{act: court.ActRecordingAgree, caseID: a.CaseID, inRecord: true}
}

func (a AnswerReplacement) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.AnswerReplacement(ctx, store.ReplacementAnswer{RoomAct: actor.roomAct(a.CaseID, a.ID), Hearing: a.Hearing, For: a.For, Agrees: a.Agrees})
}

// OpenHearing lets people come into the lobby.
type OpenHearing struct{ CaseID, ID, Hearing string }

func (o OpenHearing) rule() rule {
	return rule{act: court.ActHearingConduct, caseID: o.CaseID, inRecord: true}
}

func (o OpenHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.StepHearing(ctx, store.HearingStep{RoomAct: actor.roomAct(o.CaseID, o.ID), Hearing: o.Hearing, Kind: court.KindHearingOpened})
}

// hearingSteps are the steps that a judge takes, by what they are called.
var hearingSteps = map[string]court.Kind{
	"start": court.KindHearingStarted, "resume": court.KindHearingResumed, "adjourn": court.KindHearingAdjourned,
	"close": court.KindHearingClosed, "cancel": court.KindHearingCancelled, "offline": court.KindHearingOffline,
}

// StepHearing starts, resumes, adjourns, closes, cancels a hearing, or moves it offline.
type StepHearing struct{ CaseID, ID, Hearing, Step, Reason string }

func (s StepHearing) rule() rule {
	return rule{act: court.ActHearingPreside, caseID: s.CaseID, inRecord: true}
}

func (s StepHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.StepHearing(ctx, store.HearingStep{RoomAct: actor.roomAct(s.CaseID, s.ID), Hearing: s.Hearing, Kind: hearingSteps[s.Step], Reason: s.Reason})
}

// ConsultHearing begins or ends a consultation of the bench.
type ConsultHearing struct {
	CaseID, ID, Hearing string
	On                  bool
}

func (c ConsultHearing) rule() rule {
	return rule{act: court.ActHearingPreside, caseID: c.CaseID, inRecord: true}
}

func (c ConsultHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ConsultHearing(ctx, actor.roomAct(c.CaseID, c.ID), c.Hearing, c.On)
}

// SetHearingPhase marks which step of the hearing begins.
type SetHearingPhase struct {
	CaseID, ID, Hearing string
	Phase               hearing.Phase
}

func (s SetHearingPhase) rule() rule {
	return rule{act: court.ActHearingConduct, caseID: s.CaseID, inRecord: true}
}

func (s SetHearingPhase) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SetHearingPhase(ctx, actor.roomAct(s.CaseID, s.ID), s.Hearing, s.Phase)
}

// ShowExhibit puts a page of an exhibit on every screen, or with no exhibit takes it away.
type ShowExhibit struct {
	CaseID, ID, Hearing, Exhibit string
	Page                         int
	Witness                      bool // also to the witness who is in the room
}

func (s ShowExhibit) rule() rule {
	return rule{act: court.ActHearingConduct, caseID: s.CaseID, inRecord: true}
}

func (s ShowExhibit) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ShowExhibit(ctx, actor.roomAct(s.CaseID, s.ID), s.Hearing, s.Exhibit, s.Page, s.Witness)
}

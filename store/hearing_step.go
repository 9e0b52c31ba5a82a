package store

import (
	"context"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/hearing"
)

// HearingWaiver is a party's word that it does without three days' notice of the hearing's time as it is.
type HearingWaiver struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	For     string `json:"for,omitempty"` // the party; "" where the author acts for one only
}

// WaiveHearingNotice puts it into the room.
func (s *Store) WaiveHearingNotice(ctx context.Context, n HearingWaiver) (Appended, error) {
	return s.roomAct(ctx, n.RoomAct, court.ActHearingWaive, court.KindHearingWaived, n, func(ctx context.Context, x *acting) (any, error) {
		st, party, err := x.answering(ctx, n.Hearing, n.For)
		switch {
		case err != nil:
			return nil, err
		case len(st.Short([]string{party})) == 0:
			return nil, court.ErrHearingState
		}
		return hearing.WaivedBody{Hearing: st.ID, Party: party, At: st.At}, nil
	})
}

// answering gives a hearing that isn't over, and the party for whom the author says something to it.
func (x *acting) answering(ctx context.Context, id, wanted string) (st *hearing.State, party string, err error) {
	if st, err = x.hearing(ctx, id); err != nil {
		return nil, "", err
	}
	p, _, err := x.party(ctx, wanted)
	switch {
	case err != nil:
		return nil, "", err
	case st.Status.Over():
		return nil, "", court.ErrHearingOver
	}
	return st, p.ID, nil
}

// HearingMove gives a hearing another time.
type HearingMove struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	At      int64  `json:"at"`
	Minutes int    `json:"minutes,omitempty"` // 0: as it was
	Reason  string `json:"reason"`
	Short   bool   `json:"short_notice,omitempty"`
}

// PostponeHearing moves a hearing that isn't in session. Its parties are notified anew.
func (s *Store) PostponeHearing(ctx context.Context, n HearingMove) (Appended, error) {
	if err := court.CheckReason(n.Reason, true, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, court.ActHearingSchedule, court.KindHearingPostponed, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		minutes := n.Minutes
		switch {
		case err != nil:
			return nil, err
		case st.Status.Over():
			return nil, court.ErrHearingOver
		case st.Status == hearing.InSession:
			return nil, court.ErrHearingState
		case minutes == 0:
			minutes = st.Minutes
		}
		if err := hearing.CheckTime(st.Mode, n.At, minutes, x.at); err != nil {
			return nil, err
		}
		if !n.Short && !hearing.EnoughNotice(x.at, n.At) {
			return nil, court.ErrHearingNotice.In("at")
		}
		return hearing.MovedBody{Hearing: st.ID, At: n.At, Minutes: minutes, Reason: n.Reason}, nil
	})
}

// HearingStep is a step of a hearing's life. Reason is needed to adjourn, cancel and move offline.
type HearingStep struct {
	RoomAct `json:"-"`
	Hearing string     `json:"hearing"`
	Kind    court.Kind `json:"kind"`
	Reason  string     `json:"reason,omitempty"`
}

// hearingStep says what a step is: who does it, where it leads, and what it needs.
type hearingStep struct {
	act    court.Act
	to     hearing.Status
	reason bool // one is needed
	sits   bool // the author has to be in the room, and the parties' notice in order
}

var hearingSteps = map[court.Kind]hearingStep{
	court.KindHearingOpened:    {court.ActHearingConduct, hearing.Open, false, false},
	court.KindHearingStarted:   {court.ActHearingPreside, hearing.InSession, false, true},
	court.KindHearingResumed:   {court.ActHearingPreside, hearing.InSession, false, true},
	court.KindHearingAdjourned: {court.ActHearingPreside, hearing.Adjourned, true, false},
	court.KindHearingClosed:    {court.ActHearingPreside, hearing.Closed, false, false},
	court.KindHearingCancelled: {court.ActHearingPreside, hearing.Cancelled, true, false},
	court.KindHearingOffline:   {court.ActHearingPreside, hearing.Offline, true, false},
}

// offlineBody is what hearing_moved_offline says: the stage goes on at the court for all parties.
type offlineBody struct {
	hearing.StepBody
	Transferred transferredBody `json:"transferred"`
}

// StepHearing takes a step of a hearing's life. Errors: court.ErrHearingState, court.ErrHearingOver, court.ErrHearingUnwaived, court.ErrEnterFirst.
func (s *Store) StepHearing(ctx context.Context, n HearingStep) (Appended, error) {
	step, ok := hearingSteps[n.Kind]
	if !ok {
		return Appended{}, court.ErrInvalid.In("step")
	}
	if err := court.CheckReason(n.Reason, step.reason, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, step.act, n.Kind, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err == nil {
			err = x.mayStep(ctx, st, n.Kind, step)
		}
		if err != nil {
			return nil, err
		}
		if n.Kind == court.KindHearingClosed {
			return x.closing(ctx, st, n.Reason)
		}
		b := hearing.StepBody{Hearing: st.ID, Reason: n.Reason}
		if n.Kind != court.KindHearingOffline {
			return b, nil
		}
		parties, err := x.partiesNamed(ctx, nil)
		stage := hearing.Stage(st.Type, st.Mode)
		return offlineBody{b, transferredBody{[]consent.Stage{stage}, parties, true, n.Reason}}, err
	})
}

// mayStep rules a step of a hearing.
func (x *acting) mayStep(ctx context.Context, st *hearing.State, kind court.Kind, step hearingStep) error {
	goesOn := kind == court.KindHearingResumed && st.Paused
	each := st.Mode == hearing.Asynchronous // which nobody sits in: it is open until it is closed
	if each && (step.sits || kind == court.KindHearingAdjourned) {
		return court.ErrHearingMode
	}
	if err := st.Status.To(step.to); err != nil && !goesOn && !(each && st.Status == hearing.Open && step.to == hearing.Closed) {
		return err
	}
	if first := st.Status == hearing.Open; step.to == hearing.InSession && first != (kind == court.KindHearingStarted) {
		return court.ErrHearingState
	}
	if step.to == hearing.Open || step.sits {
		parties, err := evidenceParties(ctx, x, x.CaseID)
		if err != nil {
			return err
		}
		parties = slices.DeleteFunc(parties, func(p EvidenceParty) bool { return p.Removed })
		ids := make([]string, len(parties))
		for i, p := range parties {
			ids[i] = p.ID
		}
		if len(st.Short(ids)) > 0 {
			return court.ErrHearingUnwaived
		}
	}
	if p := st.Seat(x.st.ParticipantID); step.sits && (p == nil || p.Presence != hearing.Admitted) {
		return court.ErrEnterFirst
	}
	return nil
}

package store

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// SeatAct is something that the court does with one seat.
type SeatAct struct {
	RoomAct `json:"-"`
	Hearing string     `json:"hearing"`
	Seat    string     `json:"seat"`
	Kind    court.Kind `json:"kind"`
	Reason  string     `json:"reason,omitempty"` // needed to remove and to warn
}

// seatRules say what each of these acts needs of the seat.
var seatRules = map[court.Kind]func(st *hearing.State, p *hearing.Seat) error{
	court.KindHearingChecked: func(_ *hearing.State, p *hearing.Seat) error { return present(p.Presence.Here()) },
	court.KindHearingAdmitted: func(_ *hearing.State, p *hearing.Seat) error {
		switch {
		case p.Presence == hearing.Removed:
			return nil // may come back
		case p.Role == hearing.Witness:
			return court.ErrInvalid.In("seat")
		case p.Presence != hearing.Lobby:
			return court.ErrNotPresent
		case p.CheckedAt == 0:
			return court.ErrUnchecked
		}
		return nil
	},
	court.KindHearingCalled: func(st *hearing.State, p *hearing.Seat) error {
		switch {
		case p.Role != hearing.Witness:
			return court.ErrInvalid.In("seat")
		case !st.Sits():
			return court.ErrHearingState
		case p.Presence != hearing.Lobby && p.Presence != hearing.Dismissed:
			return court.ErrNotPresent
		case p.CheckedAt == 0:
			return court.ErrUnchecked
		}
		return nil
	},
	court.KindHearingDismissed: func(_ *hearing.State, p *hearing.Seat) error {
		if p.Role != hearing.Witness {
			return court.ErrInvalid.In("seat")
		}
		return present(p.Presence == hearing.Admitted)
	},
	court.KindHearingRemoved: func(_ *hearing.State, p *hearing.Seat) error {
		if p.Role == hearing.Judge {
			return court.ErrForbidden
		}
		return present(p.Presence != hearing.Removed && (p.Presence != hearing.Absent || p.Role == hearing.Witness)) // who was summoned no longer is
	},
	court.KindHearingWarned: func(_ *hearing.State, p *hearing.Seat) error {
		if p.Role.OfCourt() {
			return court.ErrForbidden
		}
		return nil
	},
}

func present(is bool) error {
	if !is {
		return court.ErrNotPresent
	}
	return nil
}

// ActOnSeat does something with a seat. Errors: court.ErrHearingState while nobody can be in, court.ErrNotPresent, court.ErrUnchecked.
func (s *Store) ActOnSeat(ctx context.Context, n SeatAct) (Appended, error) {
	rule, ok := seatRules[n.Kind]
	if !ok {
		return Appended{}, court.ErrInvalid.In("act")
	}
	reason := n.Kind == court.KindHearingRemoved || n.Kind == court.KindHearingWarned
	if err := court.CheckReason(n.Reason, reason, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, court.ActHearingConduct, n.Kind, n, func(ctx context.Context, x *acting) (any, error) {
		st, p, err := x.seat(ctx, n.Hearing, n.Seat)
		if err == nil {
			err = rule(st, p)
		}
		return hearing.SeatActBody{Hearing: n.Hearing, Seat: n.Seat, Reason: n.Reason}, err
	})
}

// seat gives a seat of a hearing in which people can be.
func (x *acting) seat(ctx context.Context, hearingID, seat string) (*hearing.State, *hearing.Seat, error) {
	st, err := x.hearing(ctx, hearingID)
	if err != nil {
		return nil, nil, err
	}
	if st.Status.Over() {
		return nil, nil, court.ErrHearingOver
	}
	if !st.Status.Entered() {
		return nil, nil, court.ErrHearingState
	}
	if p := st.Seat(seat); p != nil {
		return st, p, nil
	}
	return nil, nil, court.ErrNotFound
}

// SeatSetting is what the court sets of a seat, or somebody of its own.
type SeatSetting struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	Seat    string `json:"seat,omitempty"`
	hearing.SeatSet
}

// SetSeat mutes, stops a camera, gives the floor and the like. A clerk sets nothing of a judge's seat.
func (s *Store) SetSeat(ctx context.Context, n SeatSetting) (Appended, error) {
	if n.SeatSet == (hearing.SeatSet{}) || n.Locked != nil && *n.Locked && n.Muted != nil && !*n.Muted {
		return Appended{}, court.ErrInvalid.In("muted")
	}
	return s.roomAct(ctx, n.RoomAct, court.ActHearingConduct, court.KindHearingSeatSet, n, func(ctx context.Context, x *acting) (any, error) {
		_, p, err := x.seat(ctx, n.Hearing, n.Seat)
		if err == nil && p.Role == hearing.Judge && x.st.Role != court.RoleJudge {
			err = court.ErrForbidden
		}
		return hearing.SeatSetBody{Hearing: n.Hearing, Seat: n.Seat, SeatSet: n.SeatSet}, err
	})
}

// SetOwnSeat raises or lowers the author's hand, mutes or unmutes it. court.ErrMuteLocked for who was muted by the court and unmutes.
func (s *Store) SetOwnSeat(ctx context.Context, n SeatSetting) (Appended, error) {
	if n.Muted == nil && n.Hand == nil {
		return Appended{}, court.ErrInvalid.In("muted")
	}
	n.Seat, n.SeatSet = "", hearing.SeatSet{Muted: n.Muted, Hand: n.Hand}
	return s.ownSeatAct(ctx, n.RoomAct, n.Hearing, court.KindHearingSeatSet, n, func(ctx context.Context, x *acting) (any, error) {
		_, p, err := x.seat(ctx, n.Hearing, x.st.ParticipantID)
		switch {
		case err != nil:
			return nil, err
		case !p.Presence.Here():
			return nil, court.ErrEnterFirst
		case p.Locked && n.Muted != nil && !*n.Muted:
			return nil, court.ErrMuteLocked
		}
		return hearing.SeatSetBody{Hearing: n.Hearing, Seat: p.ID, SeatSet: n.SeatSet}, nil
	})
}

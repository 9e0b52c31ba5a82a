package store

import (
	"context"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// RecordingShare is that a judge lets a party or representative play a hearing's recording, or no longer.
type RecordingShare struct {
	RoomAct `json:"-"`
	hearing.SharedBody
}

// ShareRecording puts that into the room. A reason is needed to take it back. Errors: court.ErrNotFound for a hearing or seat that there isn't, court.ErrInvalid for a
// seat of neither party nor representative, court.ErrHearingState where it is so already.
func (s *Store) ShareRecording(ctx context.Context, n RecordingShare) (Appended, error) {
	if err := court.CheckReason(n.Reason, !n.On, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, n.RoomAct, court.ActRecordingShare, court.KindRecordingShared, n, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.hearing(ctx, n.Hearing)
		if err != nil {
			return nil, err
		}
		p := st.Seat(n.Seat)
		switch {
		case p == nil || p.Gone && n.On:
			return nil, court.ErrNotFound
		case p.Role != hearing.Party && p.Role != hearing.Representative:
			return nil, court.ErrInvalid.In("seat")
		case slices.Contains(st.Viewers, n.Seat) == n.On:
			return nil, court.ErrHearingState
		}
		return n.SharedBody, nil
	})
}

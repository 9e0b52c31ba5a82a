package store

import (
	"context"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// inSession gives a hearing that is in session: court.ErrHearingOver or court.ErrHearingState for any other.
func (x *acting) inSession(ctx context.Context, id string) (*hearing.State, error) {
	st, err := x.hearing(ctx, id)
	switch {
	case err != nil:
		return nil, err
	case st.Status.Over():
		return nil, court.ErrHearingOver
	case st.Status != hearing.InSession:
		return nil, court.ErrHearingState
	}
	return st, nil
}

// SetHearingPhase marks which step of the hearing begins.
func (s *Store) SetHearingPhase(ctx context.Context, a RoomAct, hearingID string, phase hearing.Phase) (Appended, error) {
	if _, known := hearing.PhaseNames[phase]; !known {
		return Appended{}, court.ErrInvalid.In("phase")
	}
	b := hearing.PhaseBody{Hearing: hearingID, Phase: phase}
	return s.roomAct(ctx, a, court.ActHearingConduct, court.KindHearingPhase, b, func(ctx context.Context, x *acting) (any, error) {
		_, err := x.inSession(ctx, hearingID)
		return b, err
	})
}

// ShowExhibit puts a page of an exhibit of the case on every screen, or with no exhibit takes it away. Pages count from 1. A witness sees it only if the court says so.
func (s *Store) ShowExhibit(ctx context.Context, a RoomAct, hearingID, exhibit string, page int, witness bool) (Appended, error) {
	if exhibit == "" {
		page, witness = 0, false
	}
	b := hearing.ShownBody{Hearing: hearingID, Exhibit: exhibit, Page: page, Witness: witness}
	return s.roomAct(ctx, a, court.ActHearingConduct, court.KindHearingShown, b, func(ctx context.Context, x *acting) (any, error) {
		b := b
		if _, err := x.inSession(ctx, hearingID); err != nil || exhibit == "" {
			return b, err
		}
		var party string
		var number, withdrawn int64
		var pages int
		err := x.row(ctx, `SELECT party_id, number, withdrawn_at, (SELECT COUNT(*) FROM exhibit_page p WHERE p.exhibit_id = exhibit.id) FROM exhibit
			WHERE case_id = $1 AND id = $2`, x.CaseID, exhibit).Scan(&party, &number, &withdrawn, &pages)
		switch {
		case err != nil:
			return nil, inField(notFound(err), "exhibit")
		case withdrawn != 0:
			return nil, court.ErrExhibitWithdrawn
		case page < 1 || page > pages:
			return nil, court.ErrInvalid.In("page")
		}
		parties, err := evidenceParties(ctx, x, x.CaseID)
		if err != nil {
			return nil, err
		}
		owner, err := partyIn(parties, party)
		if err == nil {
			b.Label = owner.label(number)
		}
		return b, err
	})
}

// ConsultHearing begins or ends a consultation of the bench.
func (s *Store) ConsultHearing(ctx context.Context, a RoomAct, hearingID string, on bool) (Appended, error) {
	b := hearing.ConsultationBody{Hearing: hearingID, On: on}
	return s.roomAct(ctx, a, court.ActHearingPreside, court.KindHearingConsultation, b, func(ctx context.Context, x *acting) (any, error) {
		st, err := x.inSession(ctx, hearingID)
		if err == nil && st.Consults == on {
			err = court.ErrHearingState
		}
		return b, err
	})
}

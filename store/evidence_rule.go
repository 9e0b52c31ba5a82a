package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// DeadlineSetting is the time until which evidence is in time, as the court sets it.
type DeadlineSetting struct {
	RoomAct  `json:"-"`
	Party    string `json:"party,omitempty"`    // "": all who have none of their own
	Deadline int64  `json:"deadline,omitempty"` // Unix milliseconds, exclusive; 0 lifts it
	Reason   string `json:"reason,omitempty"`
}

// SetDeadline sets, moves or lifts the deadline for evidence (举证期限, 民事诉讼法 第六十八条). What was handed in before keeps its mark.
func (s *Store) SetDeadline(ctx context.Context, d DeadlineSetting) (Appended, error) {
	if err := court.CheckReason(d.Reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, d.RoomAct, court.ActDeadlineSet, court.KindDeadlineSet, d, func(ctx context.Context, x *acting) (any, error) {
		if err := court.CheckDeadline(d.Deadline, x.at); err != nil {
			return nil, err
		}
		if d.Party != "" {
			parties, err := evidenceParties(ctx, x, x.CaseID)
			if err != nil {
				return nil, err
			}
			if p, err := partyIn(parties, d.Party); err != nil || p.Removed {
				return nil, court.ErrInvalid.In("party")
			}
		}
		return d, nil
	})
}

// Deadline is until when evidence is in time.
type Deadline struct {
	Party    string `json:"party" doc:"participant id; empty: all who have none of their own"`
	Deadline int64  `json:"deadline" doc:"what comes at this time or later is late"`
	Reason   string `json:"reason,omitempty"`
	SetBy    string `json:"set_by" doc:"participant id"`
	SetAt    int64  `json:"set_at"`
}

func deadlinesOf(ctx context.Context, q queryer, caseID string) ([]Deadline, error) {
	rows, err := q.query(ctx, "SELECT party_id, deadline, reason, set_by, set_at FROM evidence_deadline WHERE case_id = $1 AND deadline > 0 ORDER BY party_id", caseID)
	return collect(rows, err, func(r *sql.Rows) (d Deadline, err error) {
		return d, r.Scan(&d.Party, &d.Deadline, &d.Reason, &d.SetBy, &d.SetAt)
	})
}

// OriginalCheck is what the court notes on the original of an exhibit.
type OriginalCheck struct {
	RoomAct `json:"-"`
	Exhibit string              `json:"exhibit"`
	State   court.OriginalState `json:"state"`
	Note    string              `json:"note,omitempty"`
}

// originalBody is what the event of a check says.
type originalBody struct {
	exhibitRef
	State court.OriginalState `json:"state"`
	Note  string              `json:"note,omitempty"`
}

// CheckOriginal notes how far the original of an exhibit was checked. The newest note stands.
func (s *Store) CheckOriginal(ctx context.Context, c OriginalCheck) (Appended, error) {
	if err := court.CheckOriginal(c.State, c.Note); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, c.RoomAct, court.ActOriginalCheck, court.KindOriginalChecked, c, func(ctx context.Context, x *acting) (any, error) {
		e, err := x.exhibit(ctx, c.Exhibit)
		if err != nil {
			return nil, err
		}
		return originalBody{e.exhibitRef, c.State, c.Note}, nil
	})
}

// ExhibitRuling is what the court decides on an exhibit.
type ExhibitRuling struct {
	RoomAct `json:"-"`
	Exhibit string       `json:"exhibit"`
	Ruling  court.Ruling `json:"ruling"`
	Reason  string       `json:"reason"`
}

// ruledBody is what the event of a ruling says.
type ruledBody struct {
	exhibitRef
	Ruling court.Ruling `json:"ruling"`
	Reason string       `json:"reason"`
}

// RuleExhibit puts the court's ruling on an exhibit into the room. A later ruling stands in place of the earlier. What was not
// cross-examined can't be admitted: court.ErrNotCrossExamined.
func (s *Store) RuleExhibit(ctx context.Context, r ExhibitRuling) (Appended, error) {
	if err := court.CheckRuling(r.Ruling, r.Reason); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, r.RoomAct, court.ActExhibitRule, court.KindExhibitRuled, r, func(ctx context.Context, x *acting) (any, error) {
		e, err := x.exhibit(ctx, r.Exhibit)
		if err != nil {
			return nil, err
		}
		if r.Ruling.NeedsCrossExamination() {
			if done, err := x.crossExamined(ctx, e); err != nil || !done {
				return nil, orElse(err, court.ErrNotCrossExamined)
			}
		}
		return ruledBody{e.exhibitRef, r.Ruling, r.Reason}, nil
	})
}

// orElse gives the first error where there is one.
func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/hearing"
)

// NewHearing is a hearing that the court schedules.
type NewHearing struct {
	RoomAct    `json:"-"`
	Title      string                     `json:"title,omitempty"` // "" for the type's name
	Type       hearing.Type               `json:"type"`
	Mode       hearing.Mode               `json:"mode"`
	At         int64                      `json:"at"`
	Minutes    int                        `json:"minutes"`
	Public     bool                       `json:"public"`
	Reason     string                     `json:"reason,omitempty"`       // why it is not public
	Presiding  string                     `json:"presiding,omitempty"`    // "": the author if a judge, otherwise the case's first
	Short      bool                       `json:"short_notice,omitempty"` // the parties will be asked to waive the three days' notice
	Checklist  map[hearing.Question]bool  `json:"checklist,omitempty"`
	Conditions map[hearing.Condition]bool `json:"conditions,omitempty"`

	Discipline string `json:"-"` // version of the notice whose acceptance counts
}

// check rules what doesn't depend on the case.
func (n *NewHearing) check(now int64) error {
	if !slices.Contains(hearing.Types, n.Type) {
		return court.ErrInvalid.In("type")
	}
	if n.Title = strings.TrimSpace(n.Title); n.Title == "" {
		n.Title = hearing.TypeNames[n.Type].ZH
	}
	if err := court.CheckText(n.Title, hearing.MaxTitle, "title"); err != nil {
		return err
	}
	if err := court.CheckReason(n.Reason, !n.Public, "reason"); err != nil {
		return err
	}
	if err := hearing.CheckTime(n.Mode, n.At, n.Minutes, now); err != nil {
		return err
	}
	switch n.Mode {
	case hearing.Synchronous:
		if err := hearing.CheckExclusion(n.Checklist); err != nil {
			return err
		}
	case hearing.Asynchronous:
		if err := hearing.CheckConditions(n.Type, n.Conditions); err != nil {
			return err
		}
	default:
		return court.ErrInvalid.In("mode")
	}
	if !n.Short && !hearing.EnoughNotice(now, n.At) {
		return court.ErrHearingNotice.In("at")
	}
	return nil
}

// ScheduleHearing schedules a hearing and gives it. Errors: those of court/hearing's checks; court.ErrCaseClosed.
func (s *Store) ScheduleHearing(ctx context.Context, n NewHearing) (*hearing.State, error) {
	done, err := s.roomAct(ctx, n.RoomAct, court.ActHearingSchedule, court.KindHearingScheduled, n, func(ctx context.Context, x *acting) (any, error) {
		n := n // decide may run again
		if x.st.CaseClosed {
			return nil, court.ErrCaseClosed
		}
		if err := n.check(x.at); err != nil {
			return nil, err
		}
		var count int
		if err := x.row(ctx, "SELECT COUNT(*) FROM hearing WHERE case_id = $1", x.CaseID).Scan(&count); err != nil {
			return nil, err
		}
		if count >= hearing.MaxOfCase {
			return nil, court.ErrTooLarge
		}
		offline, err := x.onlineParties(ctx, hearing.Stage(n.Type, n.Mode), n.Mode)
		if err != nil {
			return nil, err
		}
		seats, err := x.hearingSeats(ctx, n.Discipline, offline)
		if err != nil {
			return nil, err
		}
		if n.Presiding == "" && x.st.Role == court.RoleJudge {
			n.Presiding = x.st.ParticipantID
		}
		i := slices.IndexFunc(seats, func(p hearing.SeatBody) bool {
			return p.Role == hearing.Judge && (n.Presiding == "" || n.Presiding == p.ID)
		})
		if i < 0 {
			return nil, court.ErrInvalid.In("presiding")
		}
		x.words = n.Title
		return hearing.ScheduledBody{Hearing: NewID(), Title: n.Title, Type: n.Type, Mode: n.Mode, At: n.At, Minutes: n.Minutes, Public: n.Public, Reason: n.Reason,
			Presiding: seats[i].ID, Seats: seats, Checklist: n.Checklist, Conditions: n.Conditions}, nil
	})
	if err != nil {
		return nil, err
	}
	return readHearing(s.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND seq = $2", n.CaseID, done.Seq))
}

// onlineParties rules whether a stage can be held online as the parties stand on it, and gives those that take part at the court.
func (x *acting) onlineParties(ctx context.Context, stage consent.Stage, m hearing.Mode) (offline []string, err error) {
	parties, err := evidenceParties(ctx, x, x.CaseID)
	var states []consent.State
	for _, p := range parties {
		if err != nil || p.Removed {
			continue
		}
		var state consent.State
		state, err = consentOf(ctx, x, x.CaseID, p.ID, stage)
		if states = append(states, state); state == consent.Offline {
			offline = append(offline, p.ID)
		}
	}
	return offline, orElse(err, hearing.CheckConsent(m, states))
}

// hearingSeats gives the seats of the people in the case.
func (x *acting) hearingSeats(ctx context.Context, discipline string, offline []string) ([]hearing.SeatBody, error) {
	rows, err := x.query(ctx, `SELECT p.id, p.role, p.name, p.standing,
		CASE WHEN EXISTS (SELECT 1 FROM notice_acceptance n WHERE n.case_id = p.case_id AND n.person_id = p.person_id AND n.notice = '`+court.NoticeHearing+`' AND n.version = $2) THEN 1 ELSE 0 END
		FROM participant p WHERE p.case_id = $1 AND p.removed_at IS NULL AND p.kind = 'person' ORDER BY p.position, p.id`, x.CaseID, discipline)
	return collect(rows, err, func(r *sql.Rows) (p hearing.SeatBody, err error) {
		var accepted int
		err = r.Scan(&p.ID, &p.Role, &p.Name, &p.Standing, &accepted)
		p.Offline, p.Discipline = slices.Contains(offline, p.ID), accepted != 0
		return p, err
	})
}

func readHearing(row *sql.Row) (*hearing.State, error) {
	var text string
	if err := row.Scan(&text); err != nil {
		return nil, notFound(err)
	}
	return parseHearing(text)
}

func parseHearing(text string) (*hearing.State, error) {
	var st hearing.State
	return &st, json.Unmarshal([]byte(text), &st)
}

// hearing gives a hearing of the act's case; that of another case is not_found.
func (x *acting) hearing(ctx context.Context, id string) (*hearing.State, error) {
	return readHearing(x.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", x.CaseID, id))
}

// HearingState gives a hearing as it stands, and its case.
func (s *Store) HearingState(ctx context.Context, id string) (st *hearing.State, caseID string, err error) {
	var text string
	if err := s.row(ctx, "SELECT case_id, state FROM hearing WHERE id = $1", id).Scan(&caseID, &text); err != nil {
		return nil, "", notFound(err)
	}
	st, err = parseHearing(text)
	return st, caseID, err
}

// Hearings gives the hearings of a case, the soonest first, those that are over behind, the latest first.
func (s *Store) Hearings(ctx context.Context, caseID string) ([]*hearing.State, error) {
	rows, err := s.query(ctx, `SELECT state FROM hearing WHERE case_id = $1
		ORDER BY CASE WHEN status IN ('closed', 'cancelled', 'offline') THEN 1 ELSE 0 END, CASE WHEN status IN ('closed', 'cancelled', 'offline') THEN -at ELSE at END, id`, caseID)
	return collect(rows, err, scanHearing)
}

func scanHearing(r *sql.Rows) (*hearing.State, error) {
	var text string
	if err := r.Scan(&text); err != nil {
		return nil, err
	}
	return parseHearing(text)
}

// Parties gives the participant ids of a case's parties.
func (s *Store) Parties(ctx context.Context, caseID string) (ids []string, err error) {
	parties, err := evidenceParties(ctx, s, caseID)
	for _, p := range parties {
		if !p.Removed {
			ids = append(ids, p.ID)
		}
	}
	return ids, err
}

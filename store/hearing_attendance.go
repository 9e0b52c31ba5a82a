package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// Attendance gives who attended a hearing, from its events, with the reminders that were sent; court.ErrNotFound for a hearing of another case, court.ErrHearingMode for one that nobody
// comes to, because each attends at its own time: it would call all of them absent.
func (s *Store) Attendance(ctx context.Context, caseID, hearingID string) (*hearing.Attendance, error) {
	rows, err := s.query(ctx, `SELECT e.case_id, e.thread, e.seq, e.id, e.at, e.by_id, e.kind, e.body, e.withdrawn_by
		FROM hearing h JOIN event e ON e.case_id = h.case_id AND e.thread = 'room' AND e.seq >= h.seq
		WHERE h.case_id = $1 AND h.id = $2 AND (e.kind LIKE 'hearing\_%' ESCAPE '\' OR e.kind IN ('case_changed', 'notice_accepted', 'stages_transferred', 'application_answered')) ORDER BY e.seq`, caseID, hearingID)
	events, err := collect(rows, err, scanEvent)
	if err != nil {
		return nil, err
	}
	a := hearing.Attend(hearingID, events, s.nowMS())
	if a == nil {
		return nil, court.ErrNotFound
	}
	if a.State.Mode == hearing.Asynchronous {
		return nil, court.ErrHearingMode
	}
	type sent struct {
		seat string
		at   int64
	}
	rows, err = s.query(ctx, `SELECT COALESCE(p.id, g.id, ''), r.at FROM reminder r
		LEFT JOIN participant p ON p.case_id = r.case_id AND p.person_id = r.person_id AND p.removed_at IS NULL
		LEFT JOIN hearing_guest g ON g.hearing_id = $2 AND g.person_id = r.person_id AND g.role = 'witness'
		WHERE r.case_id = $1 AND r.kind = 'hearing' AND r.state = 'sent' AND r.about LIKE $2 || '/%' ORDER BY r.at`, caseID, hearingID)
	reminders, err := collect(rows, err, func(r *sql.Rows) (x sent, err error) { return x, r.Scan(&x.seat, &x.at) })
	for _, r := range reminders {
		for i := range a.Seats {
			if a.Seats[i].Seat == r.seat {
				a.Seats[i].Reminded = append(a.Seats[i].Reminded, r.at)
			}
		}
	}
	return a, err
}

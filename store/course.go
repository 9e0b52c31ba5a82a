package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// Course gives what has happened in a case, as far as a person reads it, the newest first: acts of the case, no messages. cursor is the last entry's place,
// empty at first; next is empty at the end.
func (s *Store) Course(ctx context.Context, caseID, personID string, cursor Place, limit int) (events []court.Event, next Place, err error) {
	args := []any{caseID, personID}
	where := ""
	for _, kind := range court.TalkKinds() {
		args = append(args, string(kind))
		if where != "" {
			where += ","
		}
		where += param(len(args))
	}
	where = " AND e.kind NOT IN (" + where + ")"
	if cursor.ID != "" {
		args = append(args, cursor.At, cursor.ID)
		where += " AND (e.at < " + param(len(args)-1) + " OR e.at = " + param(len(args)-1) + " AND e.id < " + param(len(args)) + ")"
	}
	args = append(args, limit+1)
	rows, err := s.query(ctx, `SELECT e.case_id, e.thread, e.seq, e.id, e.at, e.by_id, e.kind, e.body, e.withdrawn_by
		FROM participant p JOIN thread t ON t.case_id = p.case_id AND `+mine+`
		JOIN event e ON e.case_id = t.case_id AND e.thread = t.name
		WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL
		AND (t.name NOT LIKE 'bench/%' OR t.name = 'bench/' || p.id OR e.at >= p.joined_at)`+where+`
		ORDER BY e.at DESC, e.id DESC LIMIT `+param(len(args)), args...)
	events, err = collect(rows, err, func(r *sql.Rows) (court.Event, error) { return scanEvent(r) })
	if err == nil && len(events) > limit {
		events = events[:limit]
		next = Place{At: events[limit-1].At, ID: events[limit-1].ID}
	}
	if events == nil {
		events = []court.Event{}
	}
	return events, next, err
}

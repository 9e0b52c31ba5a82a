package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// AuditEntry is one act of staff, or that somebody has played a recording or come and gone as an observer, as the audit keeps it.
type AuditEntry struct {
	ID       string
	At       int64
	PersonID string
	Name     string // of the person, as it is now
	Act      court.Act
	Subject  string // id of what the act was about
	Detail   string
	Address  string
}

// Audit gives the audit from the newest entry back. cursor is the last entry's place, empty at first; next is empty
// at the end.
func (s *Store) Audit(ctx context.Context, cursor Place, limit int) (entries []AuditEntry, next Place, err error) {
	if cursor.ID == "" {
		cursor = Place{At: 1 << 62, ID: "~"}
	}
	rows, err := s.query(ctx, `SELECT a.id, a.at, a.person_id, COALESCE(p.name, ''), a.act, a.subject, a.detail, a.address
		FROM audit a LEFT JOIN person p ON p.id = a.person_id
		WHERE a.at < $1 OR a.at = $1 AND a.id < $2 ORDER BY a.at DESC, a.id DESC LIMIT $3`, cursor.At, cursor.ID, limit+1)
	entries, err = collect(rows, err, func(r *sql.Rows) (e AuditEntry, err error) {
		return e, r.Scan(&e.ID, &e.At, &e.PersonID, &e.Name, &e.Act, &e.Subject, &e.Detail, &e.Address)
	})
	if err == nil && len(entries) > limit {
		entries = entries[:limit]
		next = Place{At: entries[limit-1].At, ID: entries[limit-1].ID}
	}
	return entries, next, err
}

// Note writes an act into the audit that changes nothing else.
func (s *Store) Note(ctx context.Context, by By, act court.Act, subject, detail string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		return tx.audit(ctx, by.PersonID, act, subject, detail, by.Address)
	})
}

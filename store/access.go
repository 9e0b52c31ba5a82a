package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// accessChange says whose rights have changed: everybody's in a case, all of a person's, or one session's.
type accessChange struct {
	CaseID    string
	PersonID  string
	SessionID string
}

// AccessChange is one row of what took rights away or gave them.
type AccessChange struct {
	ID string
	At int64
	accessChange
}

// accessChanged notes a change of rights in the same transaction, for every node to find (promise P4: within 3 s
// also where the message about it was lost).
func (tx *Tx) accessChanged(ctx context.Context, c accessChange) error {
	change := AccessChange{NewID(), tx.now, c}
	tx.access = append(tx.access, change)
	_, err := tx.exec(ctx, "INSERT INTO access_change (id, at, case_id, person_id, session_id) VALUES ($1, $2, $3, $4, $5)",
		change.ID, change.At, c.CaseID, c.PersonID, c.SessionID)
	return err
}

// AccessChanges gives the changes of rights noted at or after a time (Unix milliseconds). Transactions commit out of
// the order of their times: ask with a margin and be ready to see one again.
func (s *Store) AccessChanges(ctx context.Context, since int64) ([]AccessChange, error) {
	rows, err := s.query(ctx, "SELECT id, at, case_id, person_id, session_id FROM access_change WHERE at >= $1 ORDER BY at", since)
	return collect(rows, err, func(r *sql.Rows) (c AccessChange, err error) {
		return c, r.Scan(&c.ID, &c.At, &c.CaseID, &c.PersonID, &c.SessionID)
	})
}

// ForgetAccessChanges removes those older than a time; nodes that were away so long load everything anew.
func (s *Store) ForgetAccessChanges(ctx context.Context, before int64) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM access_change WHERE at < $1", before)
		return err
	})
}

// Audit notes an act of staff. subject is an id, detail says what was done in words without personal data.
func (tx *Tx) audit(ctx context.Context, personID string, act court.Act, subject, detail, address string) error {
	_, err := tx.exec(ctx, "INSERT INTO audit (id, at, person_id, act, subject, detail, address) VALUES ($1, $2, $3, $4, $5, $6, $7)",
		NewID(), tx.now, personID, string(act), subject, detail, address)
	return err
}

package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
)

// known is what the SQLite writer needn't ask at each message: its author's standing and how far its thread is. It lives
// inside the one writer: every act that could change a standing or a thread clears it, and so does a write by another
// process.
type known struct {
	version   int64
	standings map[standingKey]knownStanding
	heads     map[threadKey]head
}

type standingKey struct{ caseID, personID, sessionID string }

type knownStanding struct {
	st      *court.Standing
	expires int64
}

// seatedQuery gives standing and session at once for the usual author, who has both.
var seatedQuery = `SELECT ` + standingColumns("$3") + `, ` + sessionCapacity + `, s.expires_at
	FROM session s
	JOIN participant p ON p.case_id = $1 AND p.person_id = s.person_id AND p.removed_at IS NULL
	JOIN court_case c ON c.id = p.case_id
	WHERE s.id = $4 AND s.person_id = $2 AND s.revoked_at IS NULL AND s.expires_at > $5`

type scanner func(dest ...any) error

func (s scanner) Scan(dest ...any) error { return s(dest...) }

// maxKnown bounds each of the maps.
const maxKnown = 50_000

func (k *known) clear() {
	clear(k.standings)
	clear(k.heads)
}

// validate clears what is known if another process has written to the database since.
func (k *known) validate(ctx context.Context, tx *Tx) error {
	var version int64
	if err := tx.row(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return err
	}
	if version != k.version {
		k.clear()
		k.version = version
	}
	return nil
}

// standing gives the standing of a draft's author, whose session is seen to be valid. A session in use moves its end
// without clearing what is known, so past the end that is known the record is asked.
func (k *known) standing(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error) {
	key := standingKey{d.CaseID, d.PersonID, d.SessionID}
	if s, ok := k.standings[key]; ok && tx.now < s.expires {
		return s.st, nil
	}
	var expires int64
	row := tx.row(ctx, seatedQuery, d.CaseID, d.PersonID, tx.s.noticeVersion, d.SessionID, tx.now)
	st, err := scanActing(row, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return tx.standingOf(ctx, d) // which of the two is missing
	}
	if err != nil {
		return nil, err
	}
	if len(k.standings) >= maxKnown {
		clear(k.standings)
	}
	k.standings[key] = knownStanding{st, expires}
	return st, nil
}

// head says how far a draft's thread is.
func (k *known) head(ctx context.Context, tx *Tx, d *Draft) (head, error) {
	key := threadKey{d.CaseID, d.Thread}
	if h, ok := k.heads[key]; ok {
		return h, nil
	}
	if len(k.heads) >= maxKnown {
		clear(k.heads)
	}
	h, err := tx.lockHead(ctx, d.CaseID, d.Thread)
	if err == nil {
		k.heads[key] = h
	}
	return h, err
}

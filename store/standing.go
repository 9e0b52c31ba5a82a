package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
)

// standingColumns are the columns that scanStanding reads, of participant p and case c; notice is the parameter with
// the version of the first-entry notice.
func standingColumns(notice string) string {
	return `p.id, p.role, p.joined_at, p.speech_barred, c.state,
	CASE WHEN EXISTS (SELECT 1 FROM verification v WHERE v.person_id = p.person_id AND v.revoked_at IS NULL) THEN 1 ELSE 0 END,
	CASE WHEN EXISTS (SELECT 1 FROM notice_acceptance n WHERE n.case_id = p.case_id AND n.person_id = p.person_id
		AND n.notice = 'first_entry' AND n.version = ` + notice + `) THEN 1 ELSE 0 END`
}

var standingQuery = `SELECT ` + standingColumns("$3") + `
	FROM participant p JOIN court_case c ON c.id = p.case_id
	WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL`

// Standing gives all that the rules need to know of a person in a case, or nil where the person is not in it.
func (s *Store) Standing(ctx context.Context, caseID, personID string) (*court.Standing, error) {
	return s.standing(ctx, s, caseID, personID)
}

func (s *Store) standing(ctx context.Context, q queryer, caseID, personID string) (*court.Standing, error) {
	st, err := scanStanding(q.row(ctx, standingQuery, caseID, personID, s.noticeVersion))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return st, err
}

func scanStanding(row interface{ Scan(...any) error }) (*court.Standing, error) {
	var st court.Standing
	var barred, verified, accepted int
	var state string
	err := row.Scan(&st.ParticipantID, &st.Role, &st.JoinedAt, &barred, &state, &verified, &accepted)
	st.SpeechBarred, st.Verified, st.NoticeAccepted = barred != 0, verified != 0, accepted != 0
	st.CaseClosed = state == CaseClosed
	return &st, err
}

// checkSession refuses a session that has ended. Acts without a session are the program's own.
func (tx *Tx) checkSession(ctx context.Context, sessionID, personID string) error {
	expires, err := sessionExpiry(ctx, tx, sessionID, personID)
	if err != nil {
		return err
	}
	if tx.now >= expires {
		return court.ErrUnauthenticated
	}
	return nil
}

// sessionExpiry gives when a session ends (Unix milliseconds), 0 for one that has been revoked or never was.
func sessionExpiry(ctx context.Context, q queryer, sessionID, personID string) (int64, error) {
	var expires int64
	err := q.row(ctx, "SELECT expires_at FROM session WHERE id = $1 AND person_id = $2 AND revoked_at IS NULL", sessionID, personID).Scan(&expires)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return expires, err
}

// standingCache saves the SQLite writer from asking for the same author's standing at each message. It lives inside
// the one writer: every act that could change a standing clears it, and so does a write by another process.
type standingCache struct {
	version int64
	entries map[standingKey]cachedStanding
}

type standingKey struct{ caseID, personID, sessionID string }

type cachedStanding struct {
	st      *court.Standing
	expires int64
}

const maxCachedStandings = 50_000

func (c *standingCache) clear() { c.entries = nil }

// validate clears the cache if another process has written to the database since.
func (c *standingCache) validate(ctx context.Context, tx *Tx) error {
	var version int64
	if err := tx.row(ctx, "PRAGMA data_version").Scan(&version); err != nil {
		return err
	}
	if version != c.version {
		c.clear()
		c.version = version
	}
	return nil
}

// get gives the standing of a draft's author, whose session is seen to be valid. A session in use moves its end without
// clearing the cache, so past the end that is cached the record is asked.
func (c *standingCache) get(ctx context.Context, tx *Tx, d *Draft) (*court.Standing, error) {
	key := standingKey{d.CaseID, d.PersonID, d.SessionID}
	if cached, ok := c.entries[key]; ok && tx.now < cached.expires {
		return cached.st, nil
	}
	expires, err := sessionExpiry(ctx, tx, d.SessionID, d.PersonID)
	if err != nil {
		return nil, err
	}
	if tx.now >= expires {
		return nil, court.ErrUnauthenticated
	}
	st, err := tx.s.standing(ctx, tx, d.CaseID, d.PersonID)
	if err != nil {
		return nil, err
	}
	if c.entries == nil || len(c.entries) >= maxCachedStandings {
		c.entries = map[standingKey]cachedStanding{}
	}
	c.entries[key] = cachedStanding{st, expires}
	return st, nil
}

// SessionValid reports whether a person's session is open at this moment.
func (s *Store) SessionValid(ctx context.Context, sessionID, personID string) (bool, error) {
	expires, err := sessionExpiry(ctx, s, sessionID, personID)
	return s.nowMS() < expires, err
}

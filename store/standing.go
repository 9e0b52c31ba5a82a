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

var standingQuery = `SELECT ` + standingColumns("$3") + `, ` + sessionCapacity + `
	FROM participant p JOIN court_case c ON c.id = p.case_id
	LEFT JOIN session s ON s.id = $4 AND s.person_id = p.person_id
	WHERE p.case_id = $1 AND p.person_id = $2 AND p.removed_at IS NULL`

// Standing gives all that the rules need to know of a person in a case, or nil where the person is not in it. sessionID is the session that acts there, "" for none.
func (s *Store) Standing(ctx context.Context, caseID, personID, sessionID string) (*court.Standing, error) {
	return s.standing(ctx, s, caseID, personID, sessionID)
}

func (s *Store) standing(ctx context.Context, q queryer, caseID, personID, sessionID string) (*court.Standing, error) {
	st, err := scanActing(q.row(ctx, standingQuery, caseID, personID, s.noticeVersion, sessionID))
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	return st, err
}

// scanActing reads a standing and, behind it, sessionCapacity and what else was asked for.
func scanActing(row interface{ Scan(...any) error }, more ...any) (*court.Standing, error) {
	var capacity court.Role
	st, err := scanStanding(scanner(func(dest ...any) error { return row.Scan(append(append(dest, &capacity), more...)...) }))
	st.Capacity = capacity
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

// SessionNow says whether a person's session is open at this moment, and in which capacity it is used.
func (s *Store) SessionNow(ctx context.Context, sessionID, personID string) (open bool, capacity court.Role, err error) {
	var expires int64
	err = s.row(ctx, "SELECT s.expires_at, "+sessionCapacity+" FROM session s WHERE s.id = $1 AND s.person_id = $2 AND s.revoked_at IS NULL", sessionID, personID).Scan(&expires, &capacity)
	if errors.Is(err, sql.ErrNoRows) {
		return false, "", nil
	}
	return s.nowMS() < expires, capacity, err
}

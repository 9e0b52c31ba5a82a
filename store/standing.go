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

// SessionValid reports whether a person's session is open at this moment.
func (s *Store) SessionValid(ctx context.Context, sessionID, personID string) (bool, error) {
	expires, err := sessionExpiry(ctx, s, sessionID, personID)
	return s.nowMS() < expires, err
}

package store

import (
	"context"
	"database/sql"
	"errors"

	"microcourt/store/court"
)

// NoticeAcceptance is that a person has accepted a text: which version, which bytes, when, on which session.
type NoticeAcceptance struct {
	CaseID    string
	PersonID  string
	SessionID string
	Notice    string
	Version   string
	SHA256    string
}

// AcceptNotice records an acceptance and puts it into the room. Accepting the same version again changes nothing.
func (s *Store) AcceptNotice(ctx context.Context, a NoticeAcceptance) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, a.SessionID, a.PersonID); err != nil {
			return err
		}
		st, err := s.standing(ctx, tx, a.CaseID, a.PersonID, a.SessionID)
		if err != nil {
			return err
		}
		if err := court.CheckInCase(court.ActNoticeAccept, st); err != nil {
			return err
		}
		n, err := tx.exec(ctx, `INSERT INTO notice_acceptance (case_id, person_id, notice, version, sha256, session_id, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
			a.CaseID, a.PersonID, a.Notice, a.Version, a.SHA256, a.SessionID, tx.now)
		if err != nil || n == 0 {
			return err
		}
		return tx.appendSystem(ctx, a.CaseID, court.RoomThread, court.KindNoticeAccepted, a.PersonID, st.ParticipantID,
			map[string]string{"notice": a.Notice, "version": a.Version, "sha256": a.SHA256})
	})
}

// AcceptedAt gives when a person accepted a version of a notice in a case, 0 for never.
func (s *Store) AcceptedAt(ctx context.Context, caseID, personID, notice, version string) (int64, error) {
	return acceptedAt(ctx, s, caseID, personID, notice, version)
}

func acceptedAt(ctx context.Context, q queryer, caseID, personID, notice, version string) (at int64, err error) {
	err = q.row(ctx, "SELECT at FROM notice_acceptance WHERE case_id = $1 AND person_id = $2 AND notice = $3 AND version = $4",
		caseID, personID, notice, version).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return at, err
}

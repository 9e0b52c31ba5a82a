package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/risk"
)

// KeptRiskReport is a report of risks that somebody has kept. It is nobody else's, and says what it said when it was made.
type KeptRiskReport struct {
	ID        string      `json:"id"`
	CreatedAt int64       `json:"created_at"`
	Report    risk.Report `json:"report"`
}

// RiskKeep is a report to be kept, with what it was made of: the same under the same id is kept once.
type RiskKeep struct {
	ID, PersonID, SessionID string
	Answers                 risk.Answers
	Report                  *risk.Report
}

// maxRiskReports bounds the reports that are kept for one person.
const maxRiskReports = 20

// riskBody is what lies sealed.
type riskBody struct {
	Answers risk.Answers
	Report  risk.Report
}

// KeepRiskReport keeps a report. court.ErrIDReused where the id is another report's.
func (s *Store) KeepRiskReport(ctx context.Context, k RiskKeep) (*KeptRiskReport, error) {
	if !court.ValidID(k.ID) {
		return nil, court.ErrInvalid.In("report")
	}
	text, err := json.Marshal(riskBody{k.Answers, *k.Report}) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.keepRiskReport(ctx, &k, string(text)) })
	if err != nil {
		return nil, err
	}
	return s.RiskReport(ctx, k.PersonID, k.ID)
}

func (tx *Tx) keepRiskReport(ctx context.Context, k *RiskKeep, text string) error {
	if err := tx.checkSession(ctx, k.SessionID, k.PersonID); err != nil {
		return err
	}
	var one, n int // the person's row is the lock: of one person's devices one writes
	if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, k.PersonID).Scan(&one); err != nil {
		return notFound(err)
	}
	var sealed []byte
	err := tx.row(ctx, "SELECT body_enc FROM risk_report WHERE person_id = $1 AND id = $2", k.PersonID, k.ID).Scan(&sealed)
	if err == nil {
		if was, err := tx.s.keys.Open(sealed); err != nil || was == text {
			return err // the answer was lost
		}
		return court.ErrIDReused
	}
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	if err := tx.row(ctx, "SELECT COUNT(*) FROM risk_report WHERE person_id = $1", k.PersonID).Scan(&n); err != nil {
		return err
	}
	if n >= maxRiskReports {
		return court.ErrTooMany
	}
	_, err = tx.exec(ctx, "INSERT INTO risk_report (id, person_id, body_enc, created_at) VALUES ($1, $2, $3, $4)", k.ID, k.PersonID, tx.s.keys.Seal(text), tx.now)
	return err
}

// RiskReports gives a person's kept reports, the newest first.
func (s *Store) RiskReports(ctx context.Context, personID string) ([]KeptRiskReport, error) {
	return s.riskReports(ctx, personID, "")
}

// RiskReport gives one of a person's kept reports, or court.ErrNotFound.
func (s *Store) RiskReport(ctx context.Context, personID, id string) (*KeptRiskReport, error) {
	list, err := s.riskReports(ctx, personID, " AND id = $2", id)
	if err != nil || len(list) == 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	return &list[0], nil
}

func (s *Store) riskReports(ctx context.Context, personID, where string, args ...any) ([]KeptRiskReport, error) {
	rows, err := s.query(ctx, "SELECT id, body_enc, created_at FROM risk_report WHERE person_id = $1"+where+" ORDER BY created_at DESC, id", append([]any{personID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (k KeptRiskReport, err error) {
		var sealed []byte
		if err = r.Scan(&k.ID, &sealed, &k.CreatedAt); err != nil {
			return k, err
		}
		text, err := s.keys.Open(sealed)
		if err != nil {
			return k, err
		}
		var b riskBody
		err = json.Unmarshal([]byte(text), &b)
		k.Report = b.Report
		return k, err
	})
	if list == nil {
		list = []KeptRiskReport{}
	}
	return list, err
}

// RemoveRiskReport forgets a kept report.
func (s *Store) RemoveRiskReport(ctx context.Context, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, sessionID, personID); err != nil {
			return err
		}
		n, err := tx.exec(ctx, "DELETE FROM risk_report WHERE person_id = $1 AND id = $2", personID, id)
		if err == nil && n == 0 {
			err = court.ErrNotFound
		}
		return err
	})
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"microcourt/store/court"
)

// applyEvidence brings the read models of evidence up to an event of the room. It takes everything from the event, so that the tables
// can be made anew; events that are not about evidence change nothing.
func (tx *Tx) applyEvidence(ctx context.Context, ev *court.Event) error {
	switch ev.Kind {
	case court.KindExhibitsSubmitted:
		return applyAs(ev, func(b *submittedBody) error { return tx.applySubmitted(ctx, ev, b) })
	case court.KindExhibitWithdrawn:
		return applyAs(ev, func(b *withdrawnBody) error {
			_, err := tx.exec(ctx, "UPDATE exhibit SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_why = $4 WHERE id = $1", b.Exhibit, ev.At, ev.By, b.Reason)
			return err
		})
	case court.KindOpinion:
		return applyAs(ev, func(b *opinionBody) error {
			_, err := tx.exec(ctx, `INSERT INTO opinion (exhibit_id, party_id, version, by_id, by_court, objection, body, at, seq)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
				b.Exhibit, b.For, b.Version, ev.By, bit(b.ByCourt), bit(b.Objection), string(ev.Body), ev.At, ev.Seq)
			return err
		})
	case court.KindExchangeOpened, court.KindExchangeChanged, court.KindExchangeClosed:
		return applyAs(ev, func(b *exchangeBody) error { return tx.applyExchange(ctx, ev, b) })
	case court.KindDeadlineSet:
		return applyAs(ev, func(b *DeadlineSetting) error {
			_, err := tx.exec(ctx, `INSERT INTO evidence_deadline (case_id, party_id, deadline, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (case_id, party_id) DO UPDATE SET deadline = excluded.deadline, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`,
				ev.CaseID, b.Party, b.Deadline, b.Reason, ev.By, ev.At)
			return err
		})
	case court.KindOriginalChecked:
		return applyAs(ev, func(b *originalBody) error {
			_, err := tx.exec(ctx, "UPDATE exhibit SET original_state = $2, original_note = $3, original_by = $4, original_at = $5 WHERE id = $1",
				b.Exhibit, string(b.State), b.Note, ev.By, ev.At)
			return err
		})
	case court.KindExhibitRuled:
		return applyAs(ev, func(b *ruledBody) error {
			_, err := tx.exec(ctx, "UPDATE exhibit SET ruling = $2, ruling_reason = $3, ruling_by = $4, ruling_at = $5 WHERE id = $1",
				b.Exhibit, string(b.Ruling), b.Reason, ev.By, ev.At)
			return err
		})
	case court.KindWatermarkSet:
		return applyAs(ev, func(b *WatermarkSetting) error {
			_, err := tx.exec(ctx, `INSERT INTO watermark (case_id, shown, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
				ON CONFLICT (case_id) DO UPDATE SET shown = excluded.shown, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`,
				ev.CaseID, bit(b.On), b.Reason, ev.By, ev.At)
			return err
		})
	}
	return nil
}

// applyAs reads an event's body as what its kind says.
func applyAs[B any](ev *court.Event, apply func(b *B) error) error {
	var b B
	if err := json.Unmarshal(ev.Body, &b); err != nil {
		return err
	}
	return apply(&b)
}

func (tx *Tx) applySubmitted(ctx context.Context, ev *court.Event, b *submittedBody) error {
	_, err := tx.exec(ctx, `INSERT INTO submission (id, case_id, number, party_id, by_id, by_court, at, seq, deadline, late, late_reason)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		b.Submission, ev.CaseID, b.Number, b.Party, ev.By, bit(b.ByCourt), ev.At, ev.Seq, b.Deadline, bit(b.Late), b.LateReason)
	for _, e := range b.Exhibits {
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO exhibit (id, case_id, submission_id, party_id, number, name, kind, purpose, source, original_held, pages)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			e.ID, ev.CaseID, b.Submission, b.Party, e.Number, e.Name, string(e.Kind), e.Purpose, e.Source, bit(e.OriginalHeld), len(e.Pages))
		for i, p := range e.Pages {
			if err != nil {
				return err
			}
			_, err = tx.exec(ctx, "INSERT INTO exhibit_page (exhibit_id, position, attachment_id, media, turn) VALUES ($1, $2, $3, $4, $5)", e.ID, i+1, p.Attachment, string(p.Media), p.Turn)
		}
	}
	return err
}

func (tx *Tx) applyExchange(ctx context.Context, ev *court.Event, b *exchangeBody) error {
	var err error
	switch ev.Kind {
	case court.KindExchangeOpened:
		var subjects []byte
		if subjects, err = json.Marshal(append([]string{}, b.Exhibits...)); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO exchange (id, case_id, mode, opens_at, ends_at, exhibits, note, opened_by, opened_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`, b.Exchange, ev.CaseID, string(b.Mode), b.OpensAt, b.EndsAt, string(subjects), b.Note, ev.By, ev.At)
	case court.KindExchangeChanged:
		_, err = tx.exec(ctx, "UPDATE exchange SET opens_at = $2, ends_at = $3, note = $4 WHERE id = $1", b.Exchange, b.OpensAt, b.EndsAt, b.Note)
	case court.KindExchangeClosed:
		_, err = tx.exec(ctx, "UPDATE exchange SET closed_at = $2, closed_by = $3, reason = $4 WHERE id = $1", b.Exchange, ev.At, ev.By, b.Reason)
	}
	return err
}

// RebuildEvidence makes the read models of a case's evidence anew from the events of its room, and names the tables that were not as
// the events say.
func (s *Store) RebuildEvidence(ctx context.Context, caseID string, by By) (wrong []string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		wrong = nil
		was, err := tx.evidenceRows(ctx, caseID)
		if err != nil {
			return err
		}
		if _, err := tx.lockHead(ctx, caseID, court.RoomThread); err != nil {
			return err
		}
		rows, err := tx.query(ctx, "SELECT case_id, thread, seq, id, at, by_id, kind, body, withdrawn_by FROM event WHERE case_id = $1 AND thread = $2 ORDER BY seq",
			caseID, court.RoomThread)
		events, err := collect(rows, err, scanEvent)
		if err == nil {
			err = tx.forgetEvidence(ctx, caseID, events)
		}
		for i := range events {
			if err != nil {
				return err
			}
			err = tx.applyEvidence(ctx, &events[i])
		}
		if err != nil {
			return err
		}
		now, err := tx.evidenceRows(ctx, caseID)
		if err != nil {
			return err
		}
		for i, t := range evidenceTables {
			if !slices.Equal(was[i], now[i]) {
				wrong = append(wrong, t.name)
			}
		}
		return tx.audit(ctx, by.PersonID, court.ActListRebuild, caseID, strings.TrimSpace("evidence "+strings.Join(wrong, " ")), by.Address)
	})
	return wrong, err
}

// evidenceTables are the read models of evidence, and how their rows of a case ($1) are found.
var evidenceTables = []struct{ name, ofCase string }{
	{"submission", "case_id = $1"},
	{"exhibit", "case_id = $1"},
	{"exhibit_page", "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1)"},
	{"opinion", "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1)"},
	{"exchange", "case_id = $1"},
	{"evidence_deadline", "case_id = $1"},
	{"watermark", "case_id = $1"},
}

// evidenceRows gives the rows of each of the evidenceTables as text, sorted.
func (tx *Tx) evidenceRows(ctx context.Context, caseID string) ([][]string, error) {
	all := make([][]string, len(evidenceTables))
	for i, t := range evidenceTables {
		rows, err := tx.query(ctx, "SELECT * FROM "+t.name+" WHERE "+t.ofCase, caseID)
		all[i], err = collect(rows, err, func(r *sql.Rows) (string, error) {
			columns, err := r.Columns()
			if err != nil {
				return "", err
			}
			row, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range row {
				into[i] = &row[i]
			}
			err = r.Scan(into...)
			return fmt.Sprintf("%#v", row), err
		})
		if err != nil {
			return nil, err
		}
		slices.Sort(all[i])
	}
	return all, nil
}

// forgetEvidence removes the read models of a case's evidence: what the events say is the case's, and what the tables say is.
func (tx *Tx) forgetEvidence(ctx context.Context, caseID string, events []court.Event) error {
	var submissions, exhibits, exchanges []string
	for i := range events {
		var err error
		switch ev := &events[i]; ev.Kind {
		case court.KindExhibitsSubmitted:
			err = applyAs(ev, func(b *submittedBody) error {
				submissions = append(submissions, b.Submission)
				for _, e := range b.Exhibits {
					exhibits = append(exhibits, e.ID)
				}
				return nil
			})
		case court.KindExchangeOpened:
			err = applyAs(ev, func(b *exchangeBody) error { exchanges = append(exchanges, b.Exchange); return nil })
		}
		if err != nil {
			return err
		}
	}
	const (
		ofExhibit = "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1) OR exhibit_id NOT IN (SELECT id FROM exhibit)"
		ofCase    = "case_id = $1 OR case_id NOT IN (SELECT id FROM court_case)" // what is of no case is nobody's
	)
	for _, t := range []struct {
		table, rows, byID string // byID: $1 is one of ids
		ids               []string
	}{
		{"opinion", ofExhibit, "exhibit_id = $1", exhibits},
		{"exhibit_page", ofExhibit, "exhibit_id = $1", exhibits},
		{"exhibit", ofCase, "id = $1", exhibits},
		{"exhibit", ofCase, "submission_id = $1", submissions},
		{"submission", ofCase, "id = $1", submissions},
		{"exchange", ofCase, "id = $1", exchanges},
		{"evidence_deadline", ofCase, "", nil},
		{"watermark", ofCase, "", nil},
	} {
		for _, id := range t.ids {
			if _, err := tx.exec(ctx, "DELETE FROM "+t.table+" WHERE "+t.byID, id); err != nil {
				return err
			}
		}
		if _, err := tx.exec(ctx, "DELETE FROM "+t.table+" WHERE "+t.rows, caseID); err != nil {
			return err
		}
	}
	return nil
}

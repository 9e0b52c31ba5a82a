package store

import (
	"context"
	"encoding/json"

	"microcourt/store/court"
)

// evidenceLists are the read models of evidence, from events of the room.
var evidenceLists = lists{applyEvidence, forgetEvidence, evidenceTables}

func applyEvidence(ctx context.Context, tx *Tx, ev *court.Event) error {
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

var evidenceTables = []listTable{
	{"submission", "case_id = $1"},
	{"exhibit", "case_id = $1"},
	{"exhibit_page", "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1)"},
	{"opinion", "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1)"},
	{"exchange", "case_id = $1"},
	{"evidence_deadline", "case_id = $1"},
	{"watermark", "case_id = $1"},
}

func forgetEvidence(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
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
	const ofExhibit = "exhibit_id IN (SELECT id FROM exhibit WHERE case_id = $1) OR exhibit_id NOT IN (SELECT id FROM exhibit)"
	return tx.forget(ctx, caseID, []removal{
		{"opinion", ofExhibit, "exhibit_id = $1", exhibits},
		{"exhibit_page", ofExhibit, "exhibit_id = $1", exhibits},
		{"exhibit", ofCase, "id = $1", exhibits},
		{"exhibit", ofCase, "submission_id = $1", submissions},
		{"submission", ofCase, "id = $1", submissions},
		{"exchange", ofCase, "id = $1", exchanges},
		{"evidence_deadline", ofCase, "", nil},
		{"watermark", ofCase, "", nil},
	})
}

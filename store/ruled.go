package store

import (
	"context"
	"database/sql"
	"encoding/json"

	"microcourt/store/court"
)

// appendRuled commits a draft that changes a read model with it: a message with a file, a recall, a hide, a rule of
// speech. The same id again changes nothing.
func (s *Store) appendRuled(ctx context.Context, d *Draft) (Appended, error) {
	var a Appended
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.admitted(ctx, d)
		if err != nil {
			return err
		}
		body, err := tx.completeBody(ctx, d)
		if err != nil {
			return err
		}
		if a, err = tx.number(ctx, d, st.ParticipantID, body); err != nil || a.Repeat {
			return err
		}
		switch d.Kind {
		case court.KindRecall, court.KindHide:
			return tx.withdraw(ctx, d, st, a)
		case court.KindSpeech:
			return tx.ruleSpeech(ctx, d)
		}
		return tx.bindAttachment(ctx, d, a)
	})
	return a, err
}

// withdraw takes an event's content from view. Its row keeps the content.
func (tx *Tx) withdraw(ctx context.Context, d *Draft, st *court.Standing, a Appended) error {
	var by, id string
	var kind court.Kind
	var at int64
	err := tx.row(ctx, "SELECT by_person, kind, at, id FROM event WHERE case_id = $1 AND thread = $2 AND seq = $3 AND withdrawn_by = ''"+tx.lock,
		d.CaseID, d.Thread, d.Body.Target).Scan(&by, &kind, &at, &id)
	if err != nil {
		return notFound(err)
	}
	if court.KindActs[kind] != court.ActMessageSend {
		return court.ErrInvalid.In("body.seq")
	}
	if th, _ := court.ParseThread(d.Thread); at < th.ReadsFrom(st) {
		return court.ErrNotFound
	}
	if d.Kind == court.KindRecall {
		if by != d.PersonID {
			return court.ErrForbidden
		}
		if a.At-at > court.RecallWindowMS {
			return court.ErrRecallLate
		}
	}
	_, err = tx.exec(ctx, "UPDATE event SET withdrawn_by = $4 WHERE case_id = $1 AND thread = $2 AND seq = $3",
		d.CaseID, d.Thread, d.Body.Target, string(d.Kind))
	return err
}

// ruleSpeech restricts the speech of a party or representative, or lifts the restriction.
func (tx *Tx) ruleSpeech(ctx context.Context, d *Draft) error {
	var rule struct{ Barred bool }
	if err := json.Unmarshal(d.Body.JSON, &rule); err != nil {
		return err
	}
	n, err := tx.exec(ctx, `UPDATE participant SET speech_barred = $3 WHERE case_id = $1 AND id = $2 AND removed_at IS NULL
		AND role IN ('party', 'representative')`, d.CaseID, d.Body.Participant, bit(rule.Barred))
	if err == nil && n == 0 {
		return court.ErrInvalid.In("body.participant")
	}
	if err != nil {
		return err
	}
	return tx.accessChanged(ctx, accessChange{CaseID: d.CaseID})
}

// completeBody adds to a message what the record knows of its file, so that a reader needs no second question.
func (tx *Tx) completeBody(ctx context.Context, d *Draft) (json.RawMessage, error) {
	if d.Body.Attachment == "" {
		return d.Body.JSON, nil
	}
	file, err := tx.ownFinishedUpload(ctx, d)
	if err != nil {
		return nil, err
	}
	var fields struct {
		Attachment string `json:"attachment"`
		DurationMS int64  `json:"duration_ms,omitempty"`
		Quote      int64  `json:"quote,omitempty"`
		File       File   `json:"file"`
	}
	if err := json.Unmarshal(d.Body.JSON, &fields); err != nil {
		return nil, err
	}
	fields.File = file
	d.Body.Words = file.Name
	return json.Marshal(fields)
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// ownFinishedUpload gives the file that a draft names, which must be the author's own, complete, of a type that fits
// the kind, and not yet named by another event. Another's upload is not_found, as one that never was.
func (tx *Tx) ownFinishedUpload(ctx context.Context, d *Draft) (File, error) {
	var f File
	var thumb, refused, boundCase, boundThread string
	var finished sql.NullInt64
	var boundSeq int64
	err := tx.row(ctx, `SELECT name, type, size, width, height, thumb_sha256, refused, finished_at, case_id, thread, seq FROM attachment
		WHERE id = $1 AND person_id = $2`+tx.lock, d.Body.Attachment, d.PersonID).
		Scan(&f.Name, &f.Type, &f.Size, &f.Width, &f.Height, &thumb, &refused, &finished, &boundCase, &boundThread, &boundSeq)
	if err != nil {
		return f, notFound(err)
	}
	if refused != "" {
		return f, refusal(refused).In("body.attachment")
	}
	if !finished.Valid {
		return f, court.ErrUploadUnfinished.In("body.attachment")
	}
	if !court.TypeFits(d.Kind, f.Type) {
		return f, court.ErrFileType.In("body.attachment")
	}
	f.Thumbnail = thumb != ""
	if boundSeq == 0 {
		return f, nil
	}
	var same string // bound already: only the event that bound it may come again
	err = tx.row(ctx, "SELECT id FROM event WHERE case_id = $1 AND thread = $2 AND seq = $3", boundCase, boundThread, boundSeq).Scan(&same)
	if err == nil && same != d.ID {
		return f, court.ErrInvalid.In("body.attachment")
	}
	return f, err
}

func (tx *Tx) bindAttachment(ctx context.Context, d *Draft, a Appended) error {
	_, err := tx.exec(ctx, "UPDATE attachment SET case_id = $2, thread = $3, seq = $4 WHERE id = $1",
		d.Body.Attachment, d.CaseID, d.Thread, a.Seq)
	return err
}

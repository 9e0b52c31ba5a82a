package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
)

// EvidenceDraft is a submission that somebody is preparing. Nobody but its author sees it or its files (promise P3).
type EvidenceDraft struct {
	ID         string               `json:"id"`
	Revision   int64                `json:"revision" doc:"counts the changes, from 1"`
	For        string               `json:"for,omitempty"`
	LateReason string               `json:"late_reason,omitempty"`
	Exhibits   []court.ExhibitInput `json:"exhibits" nullable:"false"`
	Files      map[string]File      `json:"files" nullable:"false" doc:"what the record knows of the pages, by attachment"`
	CreatedAt  int64                `json:"created_at"`
	UpdatedAt  int64                `json:"updated_at"`
}

// DraftChange is what a draft is to say from now on. Revision is the one that the author saw, 0 for a new draft.
type DraftChange struct {
	CaseID, ID, PersonID, SessionID string
	Revision                        int64
	DraftBody
}

// DraftBody is what a draft says.
type DraftBody struct {
	For        string               `json:"for,omitempty"`
	LateReason string               `json:"late_reason,omitempty"`
	Exhibits   []court.ExhibitInput `json:"exhibits"`
}

// maxDrafts bounds the drafts of one person in one case.
const maxDrafts = 10

// SaveDraft keeps a draft. Its pages are the author's own finished uploads; others are not_found. court.ErrDraftChanged where another
// device has changed it since; the same change again is good.
func (s *Store) SaveDraft(ctx context.Context, c DraftChange) (*EvidenceDraft, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("draft")
	}
	if err := court.CheckExhibitsDraft(c.Exhibits); err != nil {
		return nil, err
	}
	if err := court.CheckReason(c.LateReason, false, "late_reason"); err != nil {
		return nil, err
	}
	if c.For != "" && !court.ValidID(c.For) {
		return nil, court.ErrInvalid.In("for")
	}
	text, err := json.Marshal(c.DraftBody)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.saveDraft(ctx, &c, string(text)) })
	if err != nil {
		return nil, err
	}
	return s.Draft(ctx, c.CaseID, c.PersonID, c.ID)
}

func (tx *Tx) saveDraft(ctx context.Context, c *DraftChange, text string) error {
	st, err := tx.standingOf(ctx, &Draft{CaseID: c.CaseID, PersonID: c.PersonID, SessionID: c.SessionID})
	if err != nil {
		return err
	}
	if err := court.CheckInCase(court.ActDraftKeep, st); err != nil {
		return err
	}
	var one, revision int64 // the person's row is the lock: of one person's devices one writes
	if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, c.PersonID).Scan(&one); err != nil {
		return err
	}
	var caseID, was string
	err = tx.row(ctx, "SELECT case_id, revision, body FROM evidence_draft WHERE person_id = $1 AND id = $2", c.PersonID, c.ID).Scan(&caseID, &revision, &was)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = tx.roomForDraft(ctx, c)
	case err != nil:
	case caseID != c.CaseID:
		err = court.ErrIDReused
	case revision == c.Revision+1 && was == text:
		return nil // the answer was lost
	case revision != c.Revision:
		err = court.ErrDraftChanged
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO evidence_draft (id, case_id, person_id, revision, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (person_id, id) DO UPDATE SET revision = excluded.revision, body = excluded.body, updated_at = excluded.updated_at`,
		c.ID, c.CaseID, c.PersonID, revision+1, text, tx.now)
	if err != nil {
		return err
	}
	return tx.keepDraftFiles(ctx, c)
}

// roomForDraft sees that a new draft may come. One that somebody saw before and that is gone was submitted or removed.
func (tx *Tx) roomForDraft(ctx context.Context, c *DraftChange) error {
	if c.Revision != 0 {
		return court.ErrDraftChanged
	}
	var n int
	err := tx.row(ctx, "SELECT COUNT(*) FROM evidence_draft WHERE person_id = $1 AND case_id = $2", c.PersonID, c.CaseID).Scan(&n)
	if err == nil && n >= maxDrafts {
		err = court.ErrTooMany
	}
	return err
}

// keepDraftFiles notes the files of a draft, so that they aren't swept while it stands.
func (tx *Tx) keepDraftFiles(ctx context.Context, c *DraftChange) error {
	if _, err := tx.exec(ctx, "DELETE FROM evidence_draft_file WHERE person_id = $1 AND draft_id = $2", c.PersonID, c.ID); err != nil {
		return err
	}
	fields := map[string]string{}
	var ids []string
	for i, e := range c.Exhibits {
		for n, p := range e.Pages {
			ids = append(ids, p.Attachment)
			fields[p.Attachment] = court.PageField(court.PageField("exhibits", i)+".pages", n) + ".attachment"
		}
	}
	if len(ids) == 0 {
		return nil
	}
	marks, args := inList(ids, 3)
	_, err := tx.exec(ctx, `INSERT INTO evidence_draft_file (attachment_id, person_id, draft_id)
		SELECT id, person_id, $2 FROM attachment WHERE person_id = $1 AND seq = 0 AND finished_at IS NOT NULL AND id IN (`+marks+")",
		append([]any{c.PersonID, c.ID}, args...)...)
	if err != nil {
		return err
	}
	rows, err := tx.query(ctx, "SELECT attachment_id FROM evidence_draft_file WHERE person_id = $1 AND draft_id = $2", c.PersonID, c.ID)
	kept, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil || len(kept) == len(ids) {
		return err
	}
	for _, id := range kept {
		delete(fields, id)
	}
	for _, id := range ids {
		if field, missing := fields[id]; missing {
			return court.ErrNotFound.In(field)
		}
	}
	return nil
}

// Drafts gives a person's drafts in a case, the newest first.
func (s *Store) Drafts(ctx context.Context, caseID, personID string) ([]EvidenceDraft, error) {
	return s.drafts(ctx, caseID, personID, "")
}

// Draft gives one of a person's drafts, or court.ErrNotFound.
func (s *Store) Draft(ctx context.Context, caseID, personID, id string) (*EvidenceDraft, error) {
	list, err := s.drafts(ctx, caseID, personID, " AND d.id = $3", id)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, court.ErrNotFound
	}
	return &list[0], nil
}

func (s *Store) drafts(ctx context.Context, caseID, personID, where string, args ...any) ([]EvidenceDraft, error) {
	args = append([]any{caseID, personID}, args...)
	rows, err := s.query(ctx, `SELECT d.id, d.revision, d.body, d.created_at, d.updated_at FROM evidence_draft d
		WHERE d.case_id = $1 AND d.person_id = $2`+where+" ORDER BY d.updated_at DESC, d.id", args...)
	list, err := collect(rows, err, func(r *sql.Rows) (EvidenceDraft, error) {
		d := EvidenceDraft{Files: map[string]File{}}
		var text string
		var b DraftBody
		err := r.Scan(&d.ID, &d.Revision, &text, &d.CreatedAt, &d.UpdatedAt)
		if err == nil {
			err = json.Unmarshal([]byte(text), &b)
		}
		d.For, d.LateReason, d.Exhibits = b.For, b.LateReason, b.Exhibits
		return d, err
	})
	if err != nil {
		return nil, err
	}
	index := map[string]int{}
	for i, d := range list {
		index[d.ID] = i
	}
	files, err := s.query(ctx, `SELECT d.id, a.id, a.name, a.type, a.size, a.width, a.height, a.thumb_sha256
		FROM evidence_draft d JOIN evidence_draft_file f ON f.person_id = d.person_id AND f.draft_id = d.id JOIN attachment a ON a.id = f.attachment_id
		WHERE d.case_id = $1 AND d.person_id = $2`+where, args...)
	if err != nil {
		return nil, err
	}
	defer files.Close()
	for files.Next() {
		var draft, attachment, thumb string
		var f File
		if err := files.Scan(&draft, &attachment, &f.Name, &f.Type, &f.Size, &f.Width, &f.Height, &thumb); err != nil {
			return nil, err
		}
		f.Thumbnail = thumb != ""
		if i, ok := index[draft]; ok {
			list[i].Files[attachment] = f
		}
	}
	return list, files.Err()
}

// RemoveDraft forgets a draft; its files go when nothing else needs them.
func (s *Store) RemoveDraft(ctx context.Context, caseID, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.standingOf(ctx, &Draft{CaseID: caseID, PersonID: personID, SessionID: sessionID})
		if err != nil {
			return err
		}
		if err := court.CheckInCase(court.ActDraftKeep, st); err != nil {
			return err
		}
		n, err := tx.removeDraft(ctx, caseID, personID, id)
		if err == nil && n == 0 {
			err = court.ErrNotFound
		}
		return err
	})
}

func (tx *Tx) removeDraft(ctx context.Context, caseID, personID, id string) (int64, error) {
	n, err := tx.exec(ctx, "DELETE FROM evidence_draft WHERE person_id = $1 AND id = $2 AND case_id = $3", personID, id, caseID)
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.exec(ctx, "DELETE FROM evidence_draft_file WHERE person_id = $1 AND draft_id = $2", personID, id)
	return n, err
}

// forgetDraft removes the draft that has become a submission, if there is one.
func (x *acting) forgetDraft(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := x.removeDraft(ctx, x.CaseID, x.PersonID, id)
	return err
}

// sweepDrafts removes the drafts, of evidence, applications and documents, that were last changed before a time, and counts them.
func (s *Store) sweepDrafts(ctx context.Context, before int64) (count int, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		count = 0
		for _, table := range []string{"evidence_draft", "application_draft", "document_draft"} {
			_, err := tx.exec(ctx, "DELETE FROM "+table+"_file WHERE EXISTS (SELECT 1 FROM "+table+" d WHERE d.person_id = "+table+
				"_file.person_id AND d.id = "+table+"_file.draft_id AND d.updated_at < $1)", before)
			if err != nil {
				return err
			}
			n, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE updated_at < $1", before)
			if err != nil {
				return err
			}
			count += int(n)
		}
		n, err := tx.exec(ctx, "DELETE FROM pleading_draft WHERE updated_at < $1", before)
		if err != nil {
			return err
		}
		count += int(n)
		return nil
	})
	return count, err
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
)

// DocumentDraft is a document that somebody of the court is preparing. Nobody but its author sees it or its file (promise P3): what has not been served
// isn't there for anybody.
type DocumentDraft struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision" doc:"counts the changes, from 1"`
	court.DocumentInput
	FileInfo  *File `json:"file_info,omitempty" doc:"what the record knows of the file"`
	CreatedAt int64 `json:"created_at"`
	UpdatedAt int64 `json:"updated_at"`
}

// DocumentDraftChange is what a draft is to say from now on. Revision is the one that the author saw, 0 for a new draft.
type DocumentDraftChange struct {
	CaseID, ID, PersonID, SessionID string
	Revision                        int64
	court.DocumentInput
}

// SaveDocumentDraft keeps a draft. Its file is the author's own finished upload; others are not_found. court.ErrDraftChanged where another device has
// changed it since; the same change again is good.
func (s *Store) SaveDocumentDraft(ctx context.Context, c DocumentDraftChange) (*DocumentDraft, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("draft")
	}
	if err := c.Check(false); err != nil {
		return nil, err
	}
	text, err := json.Marshal(c.DocumentInput)
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.saveDocumentDraft(ctx, &c, string(text)) })
	if err != nil {
		return nil, err
	}
	return s.DocumentDraft(ctx, c.CaseID, c.PersonID, c.ID)
}

func (tx *Tx) saveDocumentDraft(ctx context.Context, c *DocumentDraftChange, text string) error {
	if err := tx.mayDraftDocument(ctx, c.CaseID, c.PersonID, c.SessionID); err != nil {
		return err
	}
	var caseID, was string
	var revision int64
	err := tx.row(ctx, "SELECT case_id, revision, body FROM document_draft WHERE person_id = $1 AND id = $2", c.PersonID, c.ID).Scan(&caseID, &revision, &was)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		err = tx.roomForDocumentDraft(ctx, c)
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
	_, err = tx.exec(ctx, `INSERT INTO document_draft (id, case_id, person_id, revision, body, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (person_id, id) DO UPDATE SET revision = excluded.revision, body = excluded.body, updated_at = excluded.updated_at`,
		c.ID, c.CaseID, c.PersonID, revision+1, text, tx.now)
	if err != nil {
		return err
	}
	if _, err := tx.exec(ctx, "DELETE FROM document_draft_file WHERE person_id = $1 AND draft_id = $2", c.PersonID, c.ID); err != nil || c.File == nil {
		return err
	}
	kept, err := tx.exec(ctx, `INSERT INTO document_draft_file (attachment_id, person_id, draft_id)
		SELECT id, person_id, $2 FROM attachment WHERE person_id = $1 AND seq = 0 AND finished_at IS NOT NULL AND id = $3`, c.PersonID, c.ID, c.File.Attachment)
	if err == nil && kept == 0 {
		err = court.ErrNotFound.In("file.attachment")
	}
	return err
}

// mayDraftDocument checks the rule and locks the person's row: of one person's devices one writes.
func (tx *Tx) mayDraftDocument(ctx context.Context, caseID, personID, sessionID string) error {
	st, err := tx.standingOf(ctx, &Draft{CaseID: caseID, PersonID: personID, SessionID: sessionID})
	if err != nil {
		return err
	}
	if err := court.CheckInCase(court.ActDocumentDraft, st); err != nil {
		return err
	}
	var one int
	return tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, personID).Scan(&one)
}

// roomForDocumentDraft sees that a new draft may come. One that somebody saw before and that is gone was served or removed.
func (tx *Tx) roomForDocumentDraft(ctx context.Context, c *DocumentDraftChange) error {
	if c.Revision != 0 {
		return court.ErrDraftChanged
	}
	var n int
	err := tx.row(ctx, "SELECT COUNT(*) FROM document_draft WHERE person_id = $1 AND case_id = $2", c.PersonID, c.CaseID).Scan(&n)
	if err == nil && n >= court.MaxDocumentDrafts {
		err = court.ErrTooMany
	}
	return err
}

// DocumentDrafts gives a person's drafts in a case, the newest first.
func (s *Store) DocumentDrafts(ctx context.Context, caseID, personID string) ([]DocumentDraft, error) {
	return s.documentDrafts(ctx, caseID, personID, "")
}

// DocumentDraft gives one of a person's drafts, or court.ErrNotFound.
func (s *Store) DocumentDraft(ctx context.Context, caseID, personID, id string) (*DocumentDraft, error) {
	list, err := s.documentDrafts(ctx, caseID, personID, " AND d.id = $3", id)
	if err == nil && len(list) == 0 {
		err = court.ErrNotFound
	}
	if err != nil {
		return nil, err
	}
	return &list[0], nil
}

func (s *Store) documentDrafts(ctx context.Context, caseID, personID, where string, args ...any) ([]DocumentDraft, error) {
	rows, err := s.query(ctx, `SELECT d.id, d.revision, d.body, d.created_at, d.updated_at, a.name, a.type, a.size FROM document_draft d
		LEFT JOIN document_draft_file f ON f.person_id = d.person_id AND f.draft_id = d.id LEFT JOIN attachment a ON a.id = f.attachment_id
		WHERE d.case_id = $1 AND d.person_id = $2`+where+" ORDER BY d.updated_at DESC, d.id", append([]any{caseID, personID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (d DocumentDraft, err error) {
		var text string
		var name, mediaType sql.NullString
		var size sql.NullInt64
		if err := r.Scan(&d.ID, &d.Revision, &text, &d.CreatedAt, &d.UpdatedAt, &name, &mediaType, &size); err != nil {
			return d, err
		}
		if name.Valid {
			d.FileInfo = &File{Name: name.String, Type: mediaType.String, Size: size.Int64}
		}
		err = json.Unmarshal([]byte(text), &d.DocumentInput)
		if d.Recipients == nil {
			d.Recipients = []string{}
		}
		return d, err
	})
	if list == nil {
		list = []DocumentDraft{}
	}
	return list, err
}

// RemoveDocumentDraft forgets a draft; its file goes when nothing else needs it.
func (s *Store) RemoveDocumentDraft(ctx context.Context, caseID, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.mayDraftDocument(ctx, caseID, personID, sessionID); err != nil {
			return err
		}
		n, err := tx.removeDocumentDraft(ctx, caseID, personID, id)
		if err == nil && n == 0 {
			err = court.ErrNotFound
		}
		return err
	})
}

func (tx *Tx) removeDocumentDraft(ctx context.Context, caseID, personID, id string) (int64, error) {
	n, err := tx.exec(ctx, "DELETE FROM document_draft WHERE person_id = $1 AND id = $2 AND case_id = $3", personID, id, caseID)
	if err != nil || n == 0 {
		return n, err
	}
	_, err = tx.exec(ctx, "DELETE FROM document_draft_file WHERE person_id = $1 AND draft_id = $2", personID, id)
	return n, err
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"

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
	if _, err := draftsOfDocuments.may(ctx, tx, c.CaseID, c.PersonID, c.SessionID); err != nil {
		return err
	}
	d := draftOf{c.CaseID, c.ID, c.PersonID, c.Revision}
	if changed, err := draftsOfDocuments.save(ctx, tx, d, text); err != nil || !changed {
		return err
	}
	var files []draftFile
	if c.File != nil {
		files = []draftFile{{c.File.Attachment, "file.attachment"}}
	}
	return draftsOfDocuments.keepFiles(ctx, tx, d, files)
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
	return s.removeDraft(ctx, draftsOfDocuments, caseID, personID, sessionID, id)
}

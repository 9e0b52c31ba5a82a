package store

import (
	"context"
	"database/sql"
	"encoding/json"

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
	if _, err := draftsOfEvidence.may(ctx, tx, c.CaseID, c.PersonID, c.SessionID); err != nil {
		return err
	}
	d := draftOf{c.CaseID, c.ID, c.PersonID, c.Revision}
	if changed, err := draftsOfEvidence.save(ctx, tx, d, text); err != nil || !changed {
		return err
	}
	var files []draftFile
	for i, e := range c.Exhibits {
		for n, p := range e.Pages {
			files = append(files, draftFile{p.Attachment, court.PageField(court.PageField("exhibits", i)+".pages", n) + ".attachment"})
		}
	}
	return draftsOfEvidence.keepFiles(ctx, tx, d, files)
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
	err = draftsOfEvidence.eachFile(ctx, s, where, args, func(draft, attachment string, f File) {
		if i, ok := index[draft]; ok {
			list[i].Files[attachment] = f
		}
	})
	return list, err
}

// RemoveDraft forgets a draft; its files go when nothing else needs them.
func (s *Store) RemoveDraft(ctx context.Context, caseID, personID, sessionID, id string) error {
	return s.removeDraft(ctx, draftsOfEvidence, caseID, personID, sessionID, id)
}

// forgetDraft removes the draft that has become a submission, if there is one.
func (x *acting) forgetDraft(ctx context.Context, id string) error {
	if id == "" {
		return nil
	}
	_, err := draftsOfEvidence.remove(ctx, x.Tx, x.CaseID, x.PersonID, id)
	return err
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/filing"
)

// maxFilingDrafts bounds the filings that one person is filling in.
const maxFilingDrafts = 20

// FilingDraft is a filing that somebody is filling in. Nobody but its author sees it or its files, and it lies sealed with the data key. Under the id of a filing that the court wants
// corrected it is the correction.
type FilingDraft struct {
	ID       string `json:"id"`
	Revision int64  `json:"revision" doc:"counts the changes, from 1"`
	filing.Stored
	Files     map[string]File `json:"files" nullable:"false" doc:"what the record knows of the files, by attachment"`
	CreatedAt int64           `json:"created_at"`
	UpdatedAt int64           `json:"updated_at"`
}

// FilingDraftChange is what a draft is to say from now on. Revision is the one that the author saw, 0 for a new draft.
type FilingDraftChange struct {
	ID, PersonID, SessionID string
	Revision                int64
	Kind                    *filing.Kind
	Step                    string
	Values, Aside           filing.Values
}

// SaveFilingDraft keeps a draft at a step. Its files are the author's own finished uploads; others are not_found. Where another device has changed it since, it is
// court.ErrDraftChanged, and the draft as the record has it comes with the error, so that the person can choose between both; the same change again is good.
func (s *Store) SaveFilingDraft(ctx context.Context, c FilingDraftChange) (*FilingDraft, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("draft")
	}
	if c.Kind.Retired {
		return nil, court.ErrFilingKind
	}
	if err := c.Kind.Keep(c.Step, c.Values); err != nil {
		return nil, err
	}
	if err := filing.KeepAside(c.Aside); err != nil {
		return nil, err
	}
	stored := filing.Stored{Kind: c.Kind.Key, Version: c.Kind.Version, Step: c.Step, Values: c.Values, Aside: c.Aside}
	text, err := json.Marshal(stored) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.saveFilingDraft(ctx, &c, string(text)) })
	if err != nil && !errors.Is(err, court.ErrDraftChanged) {
		return nil, err
	}
	d, readErr := s.FilingDraft(ctx, c.PersonID, c.ID)
	if err != nil && errors.Is(readErr, court.ErrNotFound) { // it was handed in or removed
		return nil, err
	}
	return d, orElse(err, readErr)
}

func (tx *Tx) saveFilingDraft(ctx context.Context, c *FilingDraftChange, text string) error {
	if err := tx.mayFile(ctx, c.PersonID, c.SessionID); err != nil {
		return err
	}
	f, err := tx.filingFor(ctx, c.PersonID, c.ID)
	switch {
	case errors.Is(err, court.ErrNotFound):
	case err != nil:
		return err
	case f.id != c.ID: // handed in
		return court.ErrFilingState
	case f.state != filing.CorrectionAsked || f.kind != c.Kind.Key:
		return court.ErrFilingState
	}
	d := draftOf{"", c.ID, c.PersonID, c.Revision}
	if changed, err := draftsOfFilings.save(ctx, tx, d, text); err != nil || !changed {
		return err
	}
	var files []draftFile
	for _, id := range (&filing.Draft{Kind: c.Kind, Values: c.Values}).Attachments() {
		files = append(files, draftFile{id, "values.materials"})
	}
	return draftsOfFilings.keepFiles(ctx, tx, d, files)
}

// mayFile checks the session and locks the person's row: of one person's devices one writes. Staff file nothing.
func (tx *Tx) mayFile(ctx context.Context, personID, sessionID string) error {
	if err := tx.checkSession(ctx, sessionID, personID); err != nil {
		return err
	}
	var staff int
	if err := tx.row(ctx, "SELECT COUNT(*) FROM staff WHERE person_id = $1", personID).Scan(&staff); err != nil {
		return err
	}
	role := court.RolePerson
	if staff > 0 {
		role = court.RoleClerk
	}
	if err := court.CheckAccount(court.ActFilingWrite, role); err != nil {
		return err
	}
	var one int
	return notFound(tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, personID).Scan(&one))
}

// FilingDrafts gives what a person is filling in, the newest first.
func (s *Store) FilingDrafts(ctx context.Context, personID string) ([]FilingDraft, error) {
	return s.filingDrafts(ctx, s, personID, "")
}

// FilingDraft gives one of a person's drafts, or court.ErrNotFound.
func (s *Store) FilingDraft(ctx context.Context, personID, id string) (*FilingDraft, error) {
	return s.oneFilingDraft(ctx, s, personID, id)
}

func (s *Store) oneFilingDraft(ctx context.Context, q queryer, personID, id string) (*FilingDraft, error) {
	list, err := s.filingDrafts(ctx, q, personID, " AND d.id = $3", id)
	if err != nil || len(list) == 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	return &list[0], nil
}

func (s *Store) filingDrafts(ctx context.Context, q queryer, personID, where string, args ...any) ([]FilingDraft, error) {
	args = append([]any{"", personID}, args...)
	rows, err := q.query(ctx, "SELECT d.id, d.revision, d.body_enc, d.created_at, d.updated_at FROM filing_draft d WHERE d.case_id = $1 AND d.person_id = $2"+where+" ORDER BY d.updated_at DESC, d.id", args...)
	list, err := collect(rows, err, func(r *sql.Rows) (d FilingDraft, err error) {
		var kept []byte
		d.Files = map[string]File{}
		if err = r.Scan(&d.ID, &d.Revision, &kept, &d.CreatedAt, &d.UpdatedAt); err != nil {
			return d, err
		}
		text, err := draftsOfFilings.read(s.keys, kept)
		if err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(text), &d.Stored)
	})
	if err != nil || len(list) == 0 {
		return []FilingDraft{}, err
	}
	index := map[string]int{}
	for i, d := range list {
		index[d.ID] = i
	}
	err = draftsOfFilings.eachFile(ctx, q, where, args, func(draft, attachment string, f File) {
		if i, ok := index[draft]; ok {
			list[i].Files[attachment] = f
		}
	})
	return list, err
}

// RemoveFilingDraft forgets a draft; its files go when nothing else needs them.
func (s *Store) RemoveFilingDraft(ctx context.Context, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.mayFile(ctx, personID, sessionID); err != nil {
			return err
		}
		removed, err := draftsOfFilings.remove(ctx, tx, "", personID, id)
		if err == nil && !removed {
			err = court.ErrNotFound
		}
		return err
	})
}

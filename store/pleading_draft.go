package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/pleading"
)

// PleadingDraft is a paper that somebody fills in without a case and has asked to keep. It is nobody else's, and lies sealed with the data key.
type PleadingDraft struct {
	ID        string             `json:"id"`
	Revision  int64              `json:"revision" doc:"counts the changes, from 1"`
	Form      string             `json:"form"`
	Values    application.Values `json:"values,omitempty"`
	CreatedAt int64              `json:"created_at"`
	UpdatedAt int64              `json:"updated_at"`
}

// PleadingChange is what a draft is to say from now on. Revision is the one that the author saw, 0 for a new draft.
type PleadingChange struct {
	ID, PersonID, SessionID string
	Revision                int64
	Form                    string
	Values                  application.Values
}

// maxPleadings bounds the papers that are kept for one person.
const maxPleadings = 20

// SavePleading keeps a paper. court.ErrDraftChanged where another device has changed it since; the same change again is good.
func (s *Store) SavePleading(ctx context.Context, c PleadingChange) (*PleadingDraft, error) {
	if !court.ValidID(c.ID) {
		return nil, court.ErrInvalid.In("pleading")
	}
	form, err := pleading.Find(c.Form)
	if err != nil {
		return nil, err
	}
	if _, err := form.Fill(c.Values, false); err != nil {
		return nil, err
	}
	text, err := json.Marshal(c.Values) // maps are written in the order of their keys
	if err != nil {
		return nil, err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.savePleading(ctx, &c, string(text)) })
	if err != nil {
		return nil, err
	}
	return s.Pleading(ctx, c.PersonID, c.ID)
}

func (tx *Tx) savePleading(ctx context.Context, c *PleadingChange, text string) error {
	if err := tx.checkSession(ctx, c.SessionID, c.PersonID); err != nil {
		return err
	}
	var one, n int // the person's row is the lock: of one person's devices one writes
	if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, c.PersonID).Scan(&one); err != nil {
		return notFound(err)
	}
	var revision int64
	var form string
	var sealed []byte
	err := tx.row(ctx, "SELECT revision, form, body_enc FROM pleading_draft WHERE person_id = $1 AND id = $2", c.PersonID, c.ID).Scan(&revision, &form, &sealed)
	switch {
	case errors.Is(err, sql.ErrNoRows) && c.Revision != 0:
		return court.ErrDraftChanged
	case errors.Is(err, sql.ErrNoRows):
		err = tx.row(ctx, "SELECT COUNT(*) FROM pleading_draft WHERE person_id = $1", c.PersonID).Scan(&n)
		if err == nil && n >= maxPleadings {
			err = court.ErrTooMany
		}
	case err != nil:
	case revision == c.Revision+1 && form == c.Form:
		was, err := tx.s.keys.Open(sealed)
		if err != nil || was == text {
			return err // the answer was lost
		}
		return court.ErrDraftChanged
	case revision != c.Revision:
		return court.ErrDraftChanged
	}
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `INSERT INTO pleading_draft (id, person_id, revision, form, body_enc, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $6)
		ON CONFLICT (person_id, id) DO UPDATE SET revision = excluded.revision, form = excluded.form, body_enc = excluded.body_enc, updated_at = excluded.updated_at`,
		c.ID, c.PersonID, revision+1, c.Form, tx.s.keys.Seal(text), tx.now)
	return err
}

// Pleadings gives a person's kept papers, the newest first.
func (s *Store) Pleadings(ctx context.Context, personID string) ([]PleadingDraft, error) {
	return s.pleadings(ctx, personID, "")
}

// Pleading gives one of a person's kept papers, or court.ErrNotFound.
func (s *Store) Pleading(ctx context.Context, personID, id string) (*PleadingDraft, error) {
	list, err := s.pleadings(ctx, personID, " AND id = $2", id)
	if err != nil || len(list) == 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	return &list[0], nil
}

func (s *Store) pleadings(ctx context.Context, personID, where string, args ...any) ([]PleadingDraft, error) {
	rows, err := s.query(ctx, "SELECT id, revision, form, body_enc, created_at, updated_at FROM pleading_draft WHERE person_id = $1"+where+" ORDER BY updated_at DESC, id",
		append([]any{personID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (d PleadingDraft, err error) {
		var sealed []byte
		if err = r.Scan(&d.ID, &d.Revision, &d.Form, &sealed, &d.CreatedAt, &d.UpdatedAt); err != nil {
			return d, err
		}
		text, err := s.keys.Open(sealed)
		if err != nil {
			return d, err
		}
		return d, json.Unmarshal([]byte(text), &d.Values)
	})
	if list == nil {
		list = []PleadingDraft{}
	}
	return list, err
}

// RemovePleading forgets a kept paper.
func (s *Store) RemovePleading(ctx context.Context, personID, sessionID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, sessionID, personID); err != nil {
			return err
		}
		n, err := tx.exec(ctx, "DELETE FROM pleading_draft WHERE person_id = $1 AND id = $2", personID, id)
		if err == nil && n == 0 {
			err = court.ErrNotFound
		}
		return err
	})
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// Proofing is one proof of somebody's identity. Times are Unix milliseconds, 0 where it didn't happen.
type Proofing struct {
	ID          string
	PersonID    string
	State       proofing.State
	Reason      proofing.Reason // why it is in review
	Facts       proofing.Facts
	Files       []ProofingFile // the newest of each kind
	CreatedAt   int64
	UpdatedAt   int64
	SubmittedAt int64
	DecidedAt   int64
	Decision    string // the reason given to the person
}

// ProofingFile is a picture, a video or a capture of frames.
type ProofingFile struct {
	ID   string            `json:"id"`
	Kind proofing.FileKind `json:"kind"`
	Type string            `json:"type"`
	Size int64             `json:"size"`
	At   int64             `json:"at"`
}

// Kinds gives which files are there.
func (p *Proofing) Kinds() []proofing.FileKind {
	kinds := make([]proofing.FileKind, len(p.Files))
	for i, f := range p.Files {
		kinds[i] = f.Kind
	}
	return kinds
}

// Bounds of what one person can begin.
const (
	maxProofings   = 10 // in 30 days
	maxChallenges  = 20 // in an hour
	proofingPeriod = 30 * 24 * time.Hour
)

const proofingColumns = "id, person_id, state, reason, facts_enc, created_at, updated_at, submitted_at, decided_at, decision"

func (s *Store) scanProofing(row interface{ Scan(...any) error }) (*Proofing, error) {
	var p Proofing
	var sealed []byte
	err := row.Scan(&p.ID, &p.PersonID, &p.State, &p.Reason, &sealed, &p.CreatedAt, &p.UpdatedAt, &p.SubmittedAt, &p.DecidedAt, &p.Decision)
	if err != nil {
		return nil, notFound(err)
	}
	p.Facts, err = s.openFacts(sealed)
	return &p, err
}

func (s *Store) openFacts(sealed []byte) (facts proofing.Facts, err error) {
	text, err := s.keys.Open(sealed)
	if err != nil {
		return facts, err
	}
	return facts, json.Unmarshal([]byte(text), &facts)
}

// proofingFiles gives the newest file of each kind.
func proofingFiles(ctx context.Context, q queryer, id string) ([]ProofingFile, error) {
	rows, err := q.query(ctx, `SELECT f.id, f.kind, f.type, f.size, f.at FROM proofing_file f WHERE f.proofing_id = $1 AND NOT EXISTS
		(SELECT 1 FROM proofing_file n WHERE n.proofing_id = f.proofing_id AND n.kind = f.kind AND (n.at > f.at OR n.at = f.at AND n.id > f.id)) ORDER BY f.at, f.id`, id)
	return collect(rows, err, func(r *sql.Rows) (f ProofingFile, err error) {
		return f, r.Scan(&f.ID, &f.Kind, &f.Type, &f.Size, &f.At)
	})
}

// ProofingOf gives a person's newest proofing, or court.ErrNotFound.
func (s *Store) ProofingOf(ctx context.Context, personID string) (*Proofing, error) {
	p, err := s.scanProofing(s.row(ctx, "SELECT "+proofingColumns+" FROM proofing WHERE person_id = $1 ORDER BY created_at DESC, id DESC LIMIT 1", personID))
	if err != nil {
		return nil, err
	}
	p.Files, err = proofingFiles(ctx, s, p.ID)
	return p, err
}

// StartProofing gives the proofing that a person has begun, or begins one. Who was verified before, and changes name or document, is looked at by a person.
func (s *Store) StartProofing(ctx context.Context, personID, sessionID string) (p *Proofing, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if err = tx.lockPerson(ctx, sessionID, personID); err != nil {
			return err
		}
		if p, err = tx.currentProofing(ctx, personID); err == nil || !errors.Is(err, court.ErrNotFound) {
			return err
		}
		var begun, verified int
		err = tx.row(ctx, `SELECT (SELECT COUNT(*) FROM proofing WHERE person_id = $1 AND created_at > $2),
			(SELECT COUNT(*) FROM verification WHERE person_id = $1 AND revoked_at IS NULL)`, personID, tx.now-proofingPeriod.Milliseconds()).Scan(&begun, &verified)
		if err != nil {
			return err
		}
		if begun >= maxProofings {
			return court.ErrTooMany
		}
		p = &Proofing{ID: NewID(), PersonID: personID, State: proofing.Open, CreatedAt: tx.now, Facts: proofing.Facts{Taken: verified > 0}}
		if _, err = tx.exec(ctx, "INSERT INTO proofing (id, person_id, state, facts_enc, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $5)",
			p.ID, personID, string(p.State), s.keys.Seal("{}"), tx.now); err != nil {
			return err
		}
		return tx.saveProofing(ctx, p)
	})
	return p, err
}

// lockPerson checks the session and locks the person's row: of one person's devices one writes at a time.
func (tx *Tx) lockPerson(ctx context.Context, sessionID, personID string) error {
	if err := tx.checkSession(ctx, sessionID, personID); err != nil {
		return err
	}
	var one int
	return notFound(tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, personID).Scan(&one))
}

// currentProofing gives the proofing of a person that is open or in review, locked, or court.ErrNotFound.
func (tx *Tx) currentProofing(ctx context.Context, personID string) (*Proofing, error) {
	return tx.lockedProofing(ctx, "person_id = $1 AND state IN ('open', 'review')", personID)
}

func (tx *Tx) lockedProofing(ctx context.Context, where string, arg any) (*Proofing, error) {
	p, err := tx.s.scanProofing(tx.row(ctx, "SELECT "+proofingColumns+" FROM proofing WHERE "+where+tx.lock, arg))
	if err != nil {
		return nil, err
	}
	p.Files, err = proofingFiles(ctx, tx, p.ID)
	return p, err
}

// saveProofing writes what may have changed.
func (tx *Tx) saveProofing(ctx context.Context, p *Proofing) error {
	text, err := json.Marshal(p.Facts)
	if err != nil {
		return err
	}
	var mac []byte
	if d := p.Facts.Document; d != nil {
		mac = tx.s.idNumberMAC(d.IDType, d.IDNumber)
	}
	p.UpdatedAt = tx.now
	_, err = tx.exec(ctx, `UPDATE proofing SET state = $2, reason = $3, facts_enc = $4, id_number_mac = $5, updated_at = $6, submitted_at = $7, decided_at = $8, decision = $9
		WHERE id = $1`, p.ID, string(p.State), string(p.Reason), tx.s.keys.Seal(string(text)), mac, p.UpdatedAt, p.SubmittedAt, p.DecidedAt, p.Decision)
	return err
}

// ChangeProofing changes the proofing that a person has open: change is given it, and the time, and may run more than once. Errors are court.ErrNotFound where
// none was begun, court.ErrProofingState for one that was handed in, and those of change.
func (s *Store) ChangeProofing(ctx context.Context, personID, sessionID string, change func(p *Proofing, now int64) error) (p *Proofing, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if p, err = tx.openProofing(ctx, personID, sessionID); err != nil {
			return err
		}
		if err = change(p, tx.now); err != nil {
			return err
		}
		return tx.saveProofing(ctx, p)
	})
	return p, err
}

func (tx *Tx) openProofing(ctx context.Context, personID, sessionID string) (*Proofing, error) {
	if err := tx.lockPerson(ctx, sessionID, personID); err != nil {
		return nil, err
	}
	p, err := tx.currentProofing(ctx, personID)
	if err == nil && p.State != proofing.Open {
		return nil, court.ErrProofingState
	}
	return p, err
}

// WithdrawProofing ends a person's own proofing before it is decided. Its pictures are removed at once.
func (s *Store) WithdrawProofing(ctx context.Context, personID, sessionID string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.lockPerson(ctx, sessionID, personID); err != nil {
			return err
		}
		p, err := tx.currentProofing(ctx, personID)
		if err != nil {
			return err
		}
		p.State, p.DecidedAt = proofing.Withdrawn, tx.now
		return tx.scrubProofing(ctx, p)
	})
}

// scrubProofing removes what shows or says who it was.
func (tx *Tx) scrubProofing(ctx context.Context, p *Proofing) error {
	p.Facts.Scrub()
	if err := tx.saveProofing(ctx, p); err != nil {
		return err
	}
	for _, sql := range []string{"DELETE FROM proofing_file WHERE proofing_id = $1", "DELETE FROM proofing_challenge WHERE proofing_id = $1"} {
		if _, err := tx.exec(ctx, sql, p.ID); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, "UPDATE proofing SET scrubbed_at = $2 WHERE id = $1", p.ID, tx.now)
	return err
}

// scrubProofings removes the pictures and numbers of proofings that were decided, or last touched, before a time. One in review waits for the court.
func (s *Store) scrubProofings(ctx context.Context, before int64) (n int, err error) {
	rows, err := s.query(ctx, "SELECT id FROM proofing WHERE scrubbed_at = 0 AND (state = 'open' AND updated_at < $1 OR decided_at > 0 AND decided_at < $1)", before)
	ids, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return 0, err
	}
	for _, id := range ids {
		err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
			p, err := tx.lockedProofing(ctx, "id = $1", id)
			if err != nil || p.State == proofing.Review || p.State == proofing.Open && p.UpdatedAt >= before {
				return err
			}
			if p.State == proofing.Open {
				p.State, p.DecidedAt = proofing.Withdrawn, tx.now
			}
			return tx.scrubProofing(ctx, p)
		})
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// CodeAt gives when a person has last answered a code in a session, 0 for never.
func (s *Store) CodeAt(ctx context.Context, sessionID string) (int64, error) {
	return codeAt(ctx, s, sessionID)
}

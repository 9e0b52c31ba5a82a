package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"

	"microcourt/store/court"
)

// Signature is a person's signature on file (预留签名).
type Signature struct {
	ID     string `json:"id"`
	At     int64  `json:"at" doc:"when it was drawn"`
	SHA256 string `json:"sha256" doc:"of the picture, in hex"`
	Image  []byte `json:"image" doc:"PNG"`
}

// maxSignatures bounds how often in 24 hours somebody can draw a new one.
const maxSignatures = 20

// KeepSignature makes a picture, which was checked, a person's signature on file. Earlier ones are kept for the documents that bear them. The same picture again changes
// nothing.
func (s *Store) KeepSignature(ctx context.Context, personID, sessionID string, image []byte) (*Signature, error) {
	sum := sha256.Sum256(image)
	sig := &Signature{SHA256: hex.EncodeToString(sum[:]), Image: image}
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.checkSession(ctx, sessionID, personID); err != nil {
			return err
		}
		var one, recent int // the person's row is the lock: of one person's devices one writes
		if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = $1"+tx.lock, personID).Scan(&one); err != nil {
			return notFound(err)
		}
		var sum string
		err := tx.row(ctx, "SELECT id, at, sha256 FROM signature WHERE person_id = $1 ORDER BY at DESC, id DESC LIMIT 1", personID).Scan(&sig.ID, &sig.At, &sum)
		if err == nil && sum == sig.SHA256 {
			return nil
		}
		if err != nil && err != sql.ErrNoRows {
			return err
		}
		if err := tx.row(ctx, "SELECT COUNT(*) FROM signature WHERE person_id = $1 AND at > $2", personID, tx.now-24*3600_000).Scan(&recent); err != nil {
			return err
		}
		if recent >= maxSignatures {
			return court.ErrTooMany
		}
		sig.ID, sig.At = NewID(), max(tx.now, sig.At+1)
		_, err = tx.exec(ctx, "INSERT INTO signature (id, person_id, image_enc, sha256, session_id, at) VALUES ($1, $2, $3, $4, $5, $6)",
			sig.ID, personID, s.keys.Seal(string(image)), sig.SHA256, sessionID, sig.At)
		return err
	})
	return sig, err
}

// SignatureOf gives a person's signature on file, or court.ErrSignatureNeeded.
func (s *Store) SignatureOf(ctx context.Context, personID string) (*Signature, error) {
	var sig Signature
	var sealed []byte
	err := s.row(ctx, "SELECT id, at, sha256, image_enc FROM signature WHERE person_id = $1 ORDER BY at DESC, id DESC LIMIT 1", personID).
		Scan(&sig.ID, &sig.At, &sig.SHA256, &sealed)
	if err == sql.ErrNoRows {
		return nil, court.ErrSignatureNeeded
	}
	if err != nil {
		return nil, err
	}
	image, err := s.keys.Open(sealed)
	sig.Image = []byte(image)
	return &sig, err
}

// signatureImage gives a signature that a paper bears.
func (s *Store) signatureImage(ctx context.Context, id string) ([]byte, error) {
	var sealed []byte
	if err := s.row(ctx, "SELECT image_enc FROM signature WHERE id = $1", id).Scan(&sealed); err != nil {
		return nil, notFound(err)
	}
	image, err := s.keys.Open(sealed)
	return []byte(image), err
}

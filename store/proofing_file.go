package store

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
)

// MaxProofingFile bounds one picture, video or capture of a proofing, in bytes. Each is sealed and opened in memory.
const MaxProofingFile = 12 << 20

// ProofingChallenge is what the camera has to answer.
type ProofingChallenge struct {
	ID        string
	Kind      proofing.FileKind
	Challenge string // in the words of who made it
	CreatedAt int64
	ExpiresAt int64
}

// ChallengeProofing keeps a challenge for the open proofing of a session, which can answer it once, within life.
func (s *Store) ChallengeProofing(ctx context.Context, personID, sessionID string, kind proofing.FileKind, challenge string, life time.Duration) (ProofingChallenge, error) {
	c := ProofingChallenge{ID: NewID(), Kind: kind, Challenge: challenge}
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		p, err := tx.openProofing(ctx, personID, sessionID)
		if err != nil {
			return err
		}
		if p.Facts.FaceConsent == nil {
			return court.ErrFaceConsent
		}
		var recent int
		if err := tx.row(ctx, "SELECT COUNT(*) FROM proofing_challenge WHERE proofing_id = $1 AND created_at > $2", p.ID, tx.now-time.Hour.Milliseconds()).Scan(&recent); err != nil {
			return err
		}
		if recent >= maxChallenges || len(p.Facts.Captures) >= proofing.MaxCaptures {
			return court.ErrTooMany
		}
		c.CreatedAt, c.ExpiresAt = tx.now, tx.now+life.Milliseconds()
		_, err = tx.exec(ctx, "INSERT INTO proofing_challenge (id, proofing_id, session_id, kind, challenge, created_at, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7)",
			c.ID, p.ID, sessionID, string(kind), challenge, c.CreatedAt, c.ExpiresAt)
		return err
	})
	return c, err
}

// TakeChallenge gives a challenge that a session answers now, and marks it used: whatever becomes of the answer, there is no second. One that is another
// session's, used or too late is court.ErrChallenge.
func (s *Store) TakeChallenge(ctx context.Context, personID, sessionID, id string) (c ProofingChallenge, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		p, err := tx.openProofing(ctx, personID, sessionID)
		if err != nil {
			return err
		}
		c.ID = id
		err = tx.row(ctx, `SELECT kind, challenge, created_at, expires_at FROM proofing_challenge WHERE id = $1 AND proofing_id = $2 AND session_id = $3 AND used_at = 0 AND expires_at > $4`,
			id, p.ID, sessionID, tx.now).Scan(&c.Kind, &c.Challenge, &c.CreatedAt, &c.ExpiresAt)
		if errors.Is(err, sql.ErrNoRows) {
			return court.ErrChallenge
		}
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, "UPDATE proofing_challenge SET used_at = $2 WHERE id = $1", id, tx.now)
		return err
	})
	return c, err
}

// maxFilesOfKind bounds how many of one kind are kept: the reviewer sees the tries before the last too.
const maxFilesOfKind = 3

// KeepProofingFile keeps a file of a person's open proofing, sealed, and what the program made of a capture.
func (f *Files) KeepProofingFile(ctx context.Context, personID, sessionID string, kind proofing.FileKind, mediaType string, data []byte, capture *proofing.Capture) (*Proofing, error) {
	key := make([]byte, 32)
	rand.Read(key)
	sealed, err := sealWith(key, data)
	if err != nil {
		return nil, err
	}
	file := ProofingFile{ID: NewID(), Kind: kind, Type: mediaType, Size: int64(len(data))}
	content, err := f.placeOnce(ctx, sha256.Sum256(sealed), int64(len(sealed)), func(name blob.Name) error { return f.blobs.Put(ctx, name, bytes.NewReader(sealed)) })
	if err != nil {
		return nil, err
	}
	return f.s.noteProofingFile(ctx, personID, sessionID, file, key, content, capture) // content that it doesn't note is swept, and nobody has its key
}

func (s *Store) noteProofingFile(ctx context.Context, personID, sessionID string, file ProofingFile, key []byte, content placed, capture *proofing.Capture) (p *Proofing, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) (err error) {
		if p, err = tx.openProofing(ctx, personID, sessionID); err != nil {
			return err
		}
		if _, err := tx.useBlob(ctx, content); err != nil {
			return err
		}
		file.At = tx.now
		if capture != nil {
			if len(p.Facts.Captures) >= proofing.MaxCaptures {
				return court.ErrTooMany
			}
			c := *capture
			c.At, c.File = tx.now, file.ID
			p.Facts.Captures = append(p.Facts.Captures, c)
		}
		if _, err := tx.exec(ctx, "INSERT INTO proofing_file (id, proofing_id, kind, type, size, sha256, key_enc, at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			file.ID, p.ID, string(file.Kind), file.Type, file.Size, content.sum(), tx.s.keys.Seal(base64.StdEncoding.EncodeToString(key)), file.At); err != nil {
			return err
		}
		if err := tx.forgetOldFiles(ctx, p.ID, file.Kind); err != nil {
			return err
		}
		if p.Files, err = proofingFiles(ctx, tx, p.ID); err != nil {
			return err
		}
		return tx.saveProofing(ctx, p)
	})
	return p, err
}

// forgetOldFiles keeps the newest of a kind: of pictures one, of captures a few.
func (tx *Tx) forgetOldFiles(ctx context.Context, id string, kind proofing.FileKind) error {
	keep := maxFilesOfKind
	if slices.Contains(proofing.Photos, kind) {
		keep = 1
	}
	_, err := tx.exec(ctx, `DELETE FROM proofing_file WHERE proofing_id = $1 AND kind = $2 AND id NOT IN
		(SELECT id FROM proofing_file WHERE proofing_id = $1 AND kind = $2 ORDER BY at DESC, id DESC LIMIT $3)`, id, string(kind), keep)
	return err
}

// OpenProofingFile gives a file of a proofing in clear; who may have it was decided before.
func (f *Files) OpenProofingFile(ctx context.Context, proofingID, fileID string) (ProofingFile, []byte, error) {
	file := ProofingFile{ID: fileID}
	var sum string
	var keyEnc []byte
	err := f.s.row(ctx, "SELECT kind, type, size, at, sha256, key_enc FROM proofing_file WHERE id = $1 AND proofing_id = $2", fileID, proofingID).
		Scan(&file.Kind, &file.Type, &file.Size, &file.At, &sum, &keyEnc)
	if err != nil {
		return file, nil, notFound(err)
	}
	text, err := f.s.keys.Open(keyEnc)
	if err != nil {
		return file, nil, err
	}
	key, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return file, nil, err
	}
	name, err := f.s.blobOf(ctx, sum)
	if err != nil || name == "" {
		return file, nil, errors.Join(err, fmt.Errorf("proofing file %s: the content is not known", fileID))
	}
	content, err := f.blobs.Open(ctx, name)
	if err != nil {
		return file, nil, err
	}
	defer content.Close()
	sealed, err := io.ReadAll(io.LimitReader(content, MaxProofingFile+1024))
	if err != nil {
		return file, nil, err
	}
	data, err := openWith(key, sealed)
	return file, data, err
}

// sealWith encrypts with a key that is used for this alone (AES-256-GCM).
func sealWith(key, data []byte) ([]byte, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return aead.Seal(nil, nil, data, nil), nil
}

func openWith(key, sealed []byte) ([]byte, error) {
	aead, err := gcm(key)
	if err != nil {
		return nil, err
	}
	return aead.Open(nil, nil, sealed, nil)
}

// gcm has a random nonce written before what it seals.
func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

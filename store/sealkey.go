package store

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// SealKey signs the heads of the sealed record (Ed25519). It lies in a file beside the data key and never in the database: who can
// change the record can't sign for what it says then.
type SealKey struct {
	signer note.Signer
	// Public is the key that people verify with, in the form of golang.org/x/mod/sumdb/note.
	Public string
}

// OpenSealKey reads the key from a file, and makes the file where it doesn't exist yet. name is what stands in the signatures.
func OpenSealKey(path, name string) (*SealKey, error) {
	key, err := ReadSealKey(path)
	if errors.Is(err, os.ErrNotExist) {
		return createSealKey(path, name)
	}
	return key, err
}

// ReadSealKey reads a key that must be there.
func ReadSealKey(path string) (*SealKey, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	private, public, _ := strings.Cut(strings.TrimSpace(string(text)), "\n")
	return newSealKey(private, public)
}

// NewSealKey makes a key that is kept nowhere.
func NewSealKey(name string) (*SealKey, error) {
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, err
	}
	return newSealKey(private, public)
}

func newSealKey(private, public string) (*SealKey, error) {
	signer, err := note.NewSigner(private)
	if err != nil {
		return nil, fmt.Errorf("the key of the seals can't be read: %w", err)
	}
	verifier, err := note.NewVerifier(public)
	if err != nil || verifier.Name() != signer.Name() || verifier.KeyHash() != signer.KeyHash() {
		return nil, errors.New("the key of the seals can't be read: its public part doesn't fit")
	}
	return &SealKey{signer, public}, nil
}

func createSealKey(path, name string) (*SealKey, error) {
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".seal-key-*") // nobody ever sees half of a key
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(private + "\n" + public + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
		return OpenSealKey(path, name)
	} else if err != nil {
		return nil, err
	}
	return newSealKey(private, public)
}

// sign writes a note with the key's signature.
func (k *SealKey) sign(text string) (string, error) {
	signed, err := note.Sign(&note.Note{Text: text}, k.signer)
	return string(bytes.Clone(signed)), err
}

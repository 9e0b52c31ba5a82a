package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Keys seal personal data (ID and phone numbers, addresses, TOTP secrets) and make keyed hashes for looking them
// up. They come from one secret that lives outside of the database.
type Keys struct {
	aead cipher.AEAD
	mac  []byte
}

// NewKeys derives the keys from a secret of at least 32 bytes.
func NewKeys(secret []byte) (*Keys, error) {
	if len(secret) < 32 {
		return nil, errors.New("the data key needs at least 32 bytes")
	}
	seal, err := hkdf.Key(sha256.New, secret, nil, "microcourt seal v1", 32)
	if err != nil {
		return nil, err
	}
	mac, err := hkdf.Key(sha256.New, secret, nil, "microcourt look-up v1", 32)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	return &Keys{aead: aead, mac: mac}, nil
}

// OpenKeys reads the secret (base64, one line) from a file, and makes the file where it doesn't exist yet.
func OpenKeys(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return createKeys(path)
	}
	if err != nil {
		return nil, err
	}
	secret, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("data key %s: not base64: %w", path, err)
	}
	return NewKeys(secret)
}

func createKeys(path string) (*Keys, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, os.ErrExist) {
		return OpenKeys(path)
	}
	if err != nil {
		return nil, err
	}
	_, err = f.WriteString(base64.StdEncoding.EncodeToString(secret) + "\n")
	err = errors.Join(err, f.Sync(), f.Close())
	if err != nil {
		return nil, err
	}
	return NewKeys(secret)
}

// Seal encrypts a value (AES-256-GCM, random nonce). The empty value stays nil, so that 'not known' is visible.
func (k *Keys) Seal(value string) []byte {
	if value == "" {
		return nil
	}
	nonce := make([]byte, k.aead.NonceSize())
	rand.Read(nonce)
	return k.aead.Seal(nonce, nonce, []byte(value), nil)
}

// Open decrypts what Seal made.
func (k *Keys) Open(sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	n := k.aead.NonceSize()
	if len(sealed) < n {
		return "", errors.New("sealed value is too short")
	}
	plain, err := k.aead.Open(nil, sealed[:n], sealed[n:], nil)
	return string(plain), err
}

// MAC is the keyed hash of a value for look-up; purpose separates the kinds of values. The empty value gives nil.
func (k *Keys) MAC(purpose, value string) []byte {
	if value == "" {
		return nil
	}
	h := hmac.New(sha256.New, k.mac)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return h.Sum(nil)
}

// checkKeys refuses to work with another key than the one the data is sealed with: people would not be found, and
// would be made anew.
func (s *Store) checkKeys(ctx context.Context) error {
	check := hex.EncodeToString(s.keys.MAC("check", "microcourt"))
	var stored string
	err := s.row(ctx, "SELECT value FROM meta WHERE key = 'key_check'").Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "INSERT INTO meta (key, value) VALUES ('key_check', $1) ON CONFLICT (key) DO NOTHING", check)
			return err
		})
		if err == nil {
			err = s.row(ctx, "SELECT value FROM meta WHERE key = 'key_check'").Scan(&stored)
		}
	}
	if err != nil {
		return err
	}
	if stored != check {
		return errors.New("the data key does not belong to this database: restore the key file that was in use with it")
	}
	return nil
}

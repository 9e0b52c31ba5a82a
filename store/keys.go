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
// up. They come from secrets that live outside of the database: the one in force, and those of before, with which older values are opened.
type Keys struct {
	ring []keySet // the oldest first
	now  int      // the one in force; those after it wait for RotateKeys
}

type keySet struct {
	aead cipher.AEAD
	mac  []byte
}

// NewKeys derives the keys from secrets of at least 32 bytes each, the oldest first.
func NewKeys(secrets ...[]byte) (*Keys, error) {
	if len(secrets) == 0 {
		return nil, errors.New("there is no data key")
	}
	k := &Keys{now: len(secrets) - 1}
	for _, secret := range secrets {
		set, err := newKeySet(secret)
		if err != nil {
			return nil, err
		}
		k.ring = append(k.ring, set)
	}
	return k, nil
}

func newKeySet(secret []byte) (keySet, error) {
	if len(secret) < 32 {
		return keySet{}, errors.New("the data key needs at least 32 bytes")
	}
	seal, err := hkdf.Key(sha256.New, secret, nil, "microcourt seal v1", 32)
	if err != nil {
		return keySet{}, err
	}
	mac, err := hkdf.Key(sha256.New, secret, nil, "microcourt look-up v1", 32)
	if err != nil {
		return keySet{}, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return keySet{}, err
	}
	aead, err := cipher.NewGCM(block)
	return keySet{aead: aead, mac: mac}, err
}

// OpenKeys reads the secrets (base64, one on a line, the oldest first) from a file, and makes the file where it doesn't exist yet.
func OpenKeys(path string) (*Keys, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return createKeys(path)
	}
	if err != nil {
		return nil, err
	}
	var secrets [][]byte
	for _, line := range strings.Fields(string(text)) {
		secret, err := base64.StdEncoding.DecodeString(line)
		if err != nil {
			return nil, fmt.Errorf("data key %s: not base64: %w", path, err)
		}
		secrets = append(secrets, secret)
	}
	return NewKeys(secrets...)
}

func createKeys(path string) (*Keys, error) {
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
	secret, line := newSecret()
	_, err = f.WriteString(line)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	return NewKeys(secret)
}

func newSecret() (secret []byte, line string) {
	secret = make([]byte, 32)
	rand.Read(secret)
	return secret, base64.StdEncoding.EncodeToString(secret) + "\n"
}

// Seal encrypts a value (AES-256-GCM, random nonce). The empty value stays nil, so that 'not known' is visible.
func (k *Keys) Seal(value string) []byte {
	if value == "" {
		return nil
	}
	aead := k.ring[k.now].aead
	nonce := make([]byte, aead.NonceSize())
	rand.Read(nonce)
	return aead.Seal(nonce, nonce, []byte(value), nil)
}

// Open decrypts what Seal made, with this key or an earlier one.
func (k *Keys) Open(sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	plain, err := k.ring[k.now].open(sealed)
	for i := len(k.ring) - 1; i >= 0 && err != nil; i-- {
		if other, failed := k.ring[i].open(sealed); i != k.now && failed == nil {
			plain, err = other, nil
		}
	}
	return string(plain), err
}

func (s keySet) open(sealed []byte) ([]byte, error) {
	n := s.aead.NonceSize()
	if len(sealed) < n {
		return nil, errors.New("sealed value is too short")
	}
	return s.aead.Open(nil, sealed[:n], sealed[n:], nil)
}

// MAC is the keyed hash of a value for look-up; purpose separates the kinds of values. The empty value gives nil.
func (k *Keys) MAC(purpose, value string) []byte { return k.ring[k.now].hash(purpose, value) }

// RecordMAC is the keyed hash for what the record and its seals hold for ever: it is made with the oldest key, whichever is in force.
func (k *Keys) RecordMAC(purpose, value string) []byte { return k.ring[0].hash(purpose, value) }

func (s keySet) hash(purpose, value string) []byte {
	if value == "" {
		return nil
	}
	h := hmac.New(sha256.New, s.mac)
	h.Write([]byte(purpose))
	h.Write([]byte{0})
	h.Write([]byte(value))
	return h.Sum(nil)
}

// check is what a database knows the key in force by.
func (s keySet) check() string { return hex.EncodeToString(s.hash("check", "microcourt")) }

// checkKeys takes the key in force, which the database knows, and refuses to work with others: people would not be found, and
// would be made anew.
func (s *Store) checkKeys(ctx context.Context) error {
	var stored string
	err := s.row(ctx, "SELECT value FROM meta WHERE key = 'key_check'").Scan(&stored)
	if errors.Is(err, sql.ErrNoRows) {
		err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
			_, err := tx.exec(ctx, "INSERT INTO meta (key, value) VALUES ('key_check', $1) ON CONFLICT (key) DO NOTHING", s.keys.ring[s.keys.now].check())
			return err
		})
		if err == nil {
			err = s.row(ctx, "SELECT value FROM meta WHERE key = 'key_check'").Scan(&stored)
		}
	}
	if err != nil {
		return err
	}
	for i, set := range s.keys.ring {
		if set.check() == stored {
			keys := *s.keys // others may open another record with the same
			keys.now = i
			s.keys = &keys
			return nil
		}
	}
	return errors.New("the data key does not belong to this database: restore the key file that was in use with it")
}

// Package push sends Web Push messages: encrypted for the browser that asked for them (RFC 8291, RFC 8188) and signed by this server (VAPID, RFC 8292). It knows nothing
// of cases, keeps nothing and retries nothing: a push message only tells that there is something to come and see. It is a leaf under hub.
package push

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Key is the server's key for push messages (VAPID). Browsers bind their subscriptions to its public part, so a new key ends them all.
type Key struct {
	private *ecdsa.PrivateKey
	// Public is what a page subscribes with: the uncompressed point, base64url without padding.
	Public string
}

var b64 = base64.RawURLEncoding

// OpenKey reads the key (base64url of the private number, one line) from a file, and makes the file where it doesn't exist yet.
func OpenKey(path string) (*Key, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, os.ErrNotExist) {
		return createKey(path)
	}
	if err != nil {
		return nil, err
	}
	raw, err := b64.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, fmt.Errorf("push: %s holds no key: %w", path, err)
	}
	private, err := ecdsa.ParseRawPrivateKey(elliptic.P256(), raw)
	if err != nil {
		return nil, fmt.Errorf("push: %s holds no key: %w", path, err)
	}
	return newKey(private)
}

// NewKey makes a key that is kept nowhere.
func NewKey() (*Key, error) {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	return newKey(private)
}

func newKey(private *ecdsa.PrivateKey) (*Key, error) {
	point, err := private.PublicKey.Bytes()
	return &Key{private, b64.EncodeToString(point)}, err
}

func createKey(path string) (*Key, error) {
	k, err := NewKey()
	if err != nil {
		return nil, err
	}
	raw, err := k.private.Bytes()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".push-key-*") // nobody ever sees half of a key
	if err != nil {
		return nil, err
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(b64.EncodeToString(raw) + "\n")
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, os.ErrExist) {
		return OpenKey(path)
	} else if err != nil {
		return nil, err
	}
	return k, nil
}

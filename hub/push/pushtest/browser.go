// Package pushtest is a browser that has subscribed to push messages, for tests: it opens what was sealed for it as RFC 8291 says.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"testing"
)

// Browser is a subscribed browser. P256DH and Auth are its keys as a page gets them.
type Browser struct {
	Endpoint     string
	P256DH, Auth string

	private *ecdh.PrivateKey
	auth    []byte
}

// New makes a browser that is reached at an endpoint.
func New(t testing.TB, endpoint string) *Browser {
	t.Helper()
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	b := &Browser{Endpoint: endpoint, private: private, auth: make([]byte, 16)}
	rand.Read(b.auth)
	b.P256DH = base64.RawURLEncoding.EncodeToString(private.PublicKey().Bytes())
	b.Auth = base64.RawURLEncoding.EncodeToString(b.auth)
	return b
}

// Open opens a message; what wasn't sealed for this browser fails the test.
func (b *Browser) Open(t testing.TB, body []byte) string {
	t.Helper()
	if len(body) < 86 || body[20] != 65 || int(binary.BigEndian.Uint32(body[16:20])) < len(body)-86 {
		t.Fatalf("a body of %d bytes is no record", len(body))
	}
	salt, sender := body[:16], body[21:86]
	theirs, err := ecdh.P256().NewPublicKey(sender)
	if err != nil {
		t.Fatal(err)
	}
	shared, err := b.private.ECDH(theirs)
	if err != nil {
		t.Fatal(err)
	}
	derive := func(secret, salt []byte, info string, n int) []byte {
		key, err := hkdf.Key(sha256.New, secret, salt, info, n)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	secret := derive(shared, b.auth, "WebPush: info\x00"+string(b.private.PublicKey().Bytes())+string(sender), 32)
	block, err := aes.NewCipher(derive(secret, salt, "Content-Encoding: aes128gcm\x00", 16))
	if err != nil {
		t.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := aead.Open(nil, derive(secret, salt, "Content-Encoding: nonce\x00", 12), body[86:], nil)
	if err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutSuffix(strings.TrimRight(string(plain), "\x00"), "\x02")
	if !marked {
		t.Fatalf("no end mark: %q", plain)
	}
	return text
}

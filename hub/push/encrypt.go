package push

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
)

// Subscription is where a browser is reached, and its keys. Who holds one can send to that browser.
type Subscription struct {
	Endpoint string `json:"endpoint"`
	P256DH   []byte `json:"p256dh"` // the browser's public key, an uncompressed point
	Auth     []byte `json:"auth"`   // a secret of 16 bytes
}

// ErrSubscription says that a subscription can't be one.
var ErrSubscription = errors.New("push: not a subscription")

// maxEndpoint bounds an endpoint's address, in bytes.
const maxEndpoint = 1000

// ParseSubscription checks what a browser's PushSubscription says: keys are base64url with or without padding.
func ParseSubscription(endpoint, p256dh, auth string) (*Subscription, error) {
	s := &Subscription{Endpoint: endpoint}
	var errs [3]error
	s.P256DH, errs[0] = decode(p256dh)
	s.Auth, errs[1] = decode(auth)
	_, errs[2] = ecdh.P256().NewPublicKey(s.P256DH)
	u, err := url.Parse(endpoint)
	if err != nil || errors.Join(errs[:]...) != nil || len(s.Auth) != 16 || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || len(endpoint) > maxEndpoint {
		return nil, ErrSubscription
	}
	return s, nil
}

func decode(text string) ([]byte, error) {
	for len(text) > 0 && text[len(text)-1] == '=' {
		text = text[:len(text)-1]
	}
	return b64.DecodeString(text)
}

// payloadSize is the size to which every message is filled up, so that its length tells nothing: within the 4,096 bytes that each push service takes.
const payloadSize = 1024

// encrypt seals a message for a browser.
func encrypt(s *Subscription, message []byte) ([]byte, error) {
	if len(message) > payloadSize {
		return nil, fmt.Errorf("push: a message of %d bytes", len(message))
	}
	own, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	salt := make([]byte, 16)
	rand.Read(salt)
	return seal(s, message, own, salt, payloadSize-len(message))
}

// recordSize is what stands in the head of the one record of a message.
const recordSize = 4096

// seal writes one aes128gcm record (RFC 8188) under the keys of RFC 8291, filled up with so many zeroes.
func seal(s *Subscription, message []byte, own *ecdh.PrivateKey, salt []byte, padding int) ([]byte, error) {
	theirs, err := ecdh.P256().NewPublicKey(s.P256DH)
	if err != nil {
		return nil, ErrSubscription
	}
	shared, err := own.ECDH(theirs)
	if err != nil {
		return nil, err
	}
	mine := own.PublicKey().Bytes()
	aead, nonce, err := recordKeys(shared, s.Auth, s.P256DH, mine, salt)
	if err != nil {
		return nil, err
	}
	out := append([]byte{}, salt...)
	out = binary.BigEndian.AppendUint32(out, recordSize)
	out = append(append(out, byte(len(mine))), mine...)
	plain := append(append(append([]byte{}, message...), 2), make([]byte, padding)...)
	return aead.Seal(out, nonce, plain, nil), nil
}

// recordKeys derives what a record is sealed with.
func recordKeys(shared, auth, receiver, sender, salt []byte) (cipher.AEAD, []byte, error) {
	info := "WebPush: info\x00" + string(receiver) + string(sender)
	secret, err := hkdf.Key(sha256.New, shared, auth, info, 32)
	if err != nil {
		return nil, nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return nil, nil, err
	}
	nonce, err := hkdf.Key(sha256.New, secret, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return nil, nil, err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, nil, err
	}
	aead, err := cipher.NewGCM(block)
	return aead, nonce, err
}

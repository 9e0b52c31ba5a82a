// Package signed is how this program and the services that an operator runs beside it know each other's messages: an HMAC over time and body, under a
// secret that both have.
package signed

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strconv"
	"time"
)

// Headers of a signed message: the signature is the hex HMAC-SHA256, under the shared secret, of the timestamp (Unix seconds), a dot and
// the body.
const (
	TimestampHeader = "X-Microcourt-Timestamp"
	SignatureHeader = "X-Microcourt-Signature"
)

// MinSecret is how many characters a secret has at least.
const MinSecret = 16

// window is how old a message may be, and how far its sender's clock may go ahead.
const window = 5 * time.Minute

// ErrRefused: the signature is wrong, or the message too old.
var ErrRefused = errors.New("signed: the signature is wrong or the message too old")

// Signature is what the SignatureHeader holds.
func Signature(secret []byte, timestamp string, body []byte) string {
	h := hmac.New(sha256.New, secret)
	h.Write([]byte(timestamp))
	h.Write([]byte("."))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

// Check refuses a message whose signature is wrong or whose time is not about now.
func Check(secret []byte, timestamp, signature string, body []byte, now time.Time) error {
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || len(secret) < MinSecret || !hmac.Equal([]byte(Signature(secret, timestamp, body)), []byte(signature)) {
		return ErrRefused
	}
	if age := now.Sub(time.Unix(seconds, 0)); age > window || age < -window {
		return ErrRefused
	}
	return nil
}

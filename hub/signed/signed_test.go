package signed_test

import (
	"strconv"
	"testing"
	"time"

	"microcourt/hub/signed"
)

func TestOnlyAFreshMessageWithTheRightSignatureIsTaken(t *testing.T) {
	secret, body, now := []byte("0123456789abcdef"), []byte(`{"a":1}`), time.Now()
	stamp := func(d time.Duration) string { return strconv.FormatInt(now.Add(d).Unix(), 10) }
	good := func(d time.Duration) (string, string) { return stamp(d), signed.Signature(secret, stamp(d), body) }
	check := func(what string, secret []byte, at, signature, body string, taken bool) {
		t.Helper()
		if err := signed.Check(secret, at, signature, []byte(body), now); (err == nil) != taken {
			t.Errorf("%s: %v", what, err)
		}
	}
	at, sig := good(0)
	check("as signed", secret, at, sig, string(body), true)
	check("another body", secret, at, sig, `{"a":2}`, false)
	check("another time", secret, stamp(time.Second), sig, string(body), false)
	check("another secret", []byte("0123456789abcdeX"), at, sig, string(body), false)
	check("no secret", nil, at, signed.Signature(nil, at, body), string(body), false)
	check("no signature", secret, at, "", string(body), false)
	check("no time", secret, "", signed.Signature(secret, "", body), string(body), false)
	at, sig = good(-6 * time.Minute)
	check("old", secret, at, sig, string(body), false)
	at, sig = good(6 * time.Minute)
	check("from the future", secret, at, sig, string(body), false)
	at, sig = good(-4 * time.Minute)
	check("a little late", secret, at, sig, string(body), true)
}

// Package passkeytest is an authenticator in software, with the browser around it: it makes passkeys (ECDSA on P-256, without attestation) and signs with them as W3C Web
// Authentication has it. Tests tell it to do so wrongly.
package passkeytest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
)

// Authenticator holds passkeys of one site.
type Authenticator struct {
	Origin    string // that the browser says the page is of
	Site      string // name that passkeys are bound to, where it isn't what the question says
	Counts    bool   // counts its signatures, as keys on a card do; phones don't
	Synced    bool   // its maker may copy the passkeys
	Unchecked bool   // asks for no finger, face or PIN
	Framed    bool   // the page stands in another site's

	Keys []*Key
}

// Key is a passkey.
type Key struct {
	ID, Handle []byte
	Count      uint32
	secret     *ecdsa.PrivateKey
}

// Copy gives a second authenticator with the same keys, which counts for itself.
func (a *Authenticator) Copy() *Authenticator {
	c := *a
	c.Keys = nil
	for _, k := range a.Keys {
		copied := *k
		c.Keys = append(c.Keys, &copied)
	}
	return &c
}

// options is what a question holds that an authenticator looks at.
type options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
	Exclude []struct {
		ID string `json:"id"`
	} `json:"excludeCredentials"`
}

func read(t testing.TB, question any) (o options) {
	t.Helper()
	text, err := json.Marshal(question)
	if err == nil {
		err = json.Unmarshal(text, &o)
	}
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// Make answers a question for a new passkey (RegistrationResponseJSON); nil where the authenticator holds one that the question names.
func (a *Authenticator) Make(t testing.TB, question any) json.RawMessage {
	t.Helper()
	o := read(t, question)
	for _, x := range o.Exclude {
		for _, k := range a.Keys {
			if x.ID == b64(k.ID) {
				return nil
			}
		}
	}
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	handle, err := base64.RawURLEncoding.DecodeString(o.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	k := &Key{ID: random(32), Handle: handle, secret: secret}
	a.Keys = append(a.Keys, k)
	point, err := secret.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	// COSE_Key (RFC 9053, 7.1.1): kty EC2, alg ES256, crv P-256, x, y.
	cose := bytes.Join([][]byte{{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33], {0x22, 0x58, 32}, point[33:]}, nil)
	data := a.data(o.RP.ID, k, 0x40)
	data = append(data, make([]byte, 16)...) // AAGUID: whose make it is isn't said
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.ID)))
	data = append(append(data, k.ID...), cose...)
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59")
	object = append(binary.BigEndian.AppendUint16(object, uint16(len(data))), data...)
	return a.answer(t, k, map[string]any{
		"clientDataJSON": b64(a.client(t, "webauthn.create", o.Challenge)), "attestationObject": b64(object), "transports": []string{"internal", "by pigeon"},
	})
}

// Sign answers a question of a sign-in (AuthenticationResponseJSON) with the last passkey that it holds.
func (a *Authenticator) Sign(t testing.TB, question any) json.RawMessage {
	t.Helper()
	o := read(t, question)
	k := a.Keys[len(a.Keys)-1]
	data, client := a.data(o.RPID, k, 0), a.client(t, "webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(bytes.Clone(data), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, k.secret, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(t, k, map[string]any{
		"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature), "userHandle": b64(k.Handle),
	})
}

// data is the authenticator's data (6.1), without what comes after the counter.
func (a *Authenticator) data(site string, k *Key, flags byte) []byte {
	if a.Site != "" {
		site = a.Site
	}
	flags |= 0x01
	if !a.Unchecked {
		flags |= 0x04
	}
	if a.Synced {
		flags |= 0x18
	}
	if a.Counts {
		k.Count++
	}
	hash := sha256.Sum256([]byte(site))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.Count)
}

// client is what the browser says of the page.
func (a *Authenticator) client(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	text, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": a.Framed})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func (a *Authenticator) answer(t testing.TB, k *Key, response map[string]any) json.RawMessage {
	t.Helper()
	text, err := json.Marshal(map[string]any{
		"id": b64(k.ID), "rawId": b64(k.ID), "type": "public-key", "authenticatorAttachment": "platform", "clientExtensionResults": map[string]any{}, "response": response,
	})
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func random(n int) []byte {
	b := make([]byte, n)
	rand.Read(b)
	return b
}

// Package passkey speaks with browsers about passkeys (W3C Web Authentication, Level 3): it makes what an authenticator is asked and checks what it answers. It knows no
// accounts and keeps nothing.
package passkey

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrRefused is what every answer gets that doesn't hold: of another site, to another question, unsigned, without the person's finger, face or PIN. Its text is for logs.
var ErrRefused = errors.New("passkey: refused")

// MaxAnswer bounds an answer in bytes. Keys that are on no card, with an attestation that nobody asked for, stay below.
const MaxAnswer = 16 << 10

// Site is where passkeys are used: they are bound to its name, and answers to its origin.
type Site struct {
	web     *webauthn.WebAuthn
	host    string
	origin  string
	anyPort bool
}

// New gives the site that people open at origin, which is https, or http on localhost; name is what authenticators show. An origin that ends in ":*" is any port of
// localhost, where a program under development listens. Passkeys need a name: an address without one, such as https://192.0.2.1, is an error.
func New(origin, name string) (*Site, error) {
	bare, anyPort := strings.CutSuffix(origin, ":*")
	u, err := url.Parse(bare)
	if err != nil || u.Host == "" || u.Path != "" {
		return nil, fmt.Errorf("passkey: %q is no origin", origin)
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil {
		return nil, fmt.Errorf("passkey: %s has no name, and passkeys are bound to one", origin)
	}
	if local := host == "localhost"; u.Scheme != "https" && !(u.Scheme == "http" && local) || anyPort && !local {
		return nil, fmt.Errorf("passkey: %s is not https", origin)
	}
	required := true
	web, err := webauthn.New(&webauthn.Config{
		RPID: host, RPDisplayName: name, RPOrigins: []string{bare},
		AttestationPreference: protocol.PreferNoAttestation, // which maker's it is doesn't matter to us, and is nobody's business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &required, UserVerification: protocol.VerificationRequired,
		},
	})
	if err != nil {
		return nil, err
	}
	return &Site{web: web, host: host, origin: origin, anyPort: anyPort}, nil
}

// Origin gives the origin under which pages use passkeys, as New was told it.
func (s *Site) Origin() string { return s.origin }

// Key is what is kept of a passkey.
type Key struct {
	CredentialID []byte
	PublicKey    []byte // COSE
	SignCount    uint32 // 0 where the authenticator doesn't count
	Synced       bool   // may be copied to the person's other devices by its maker
	Transports   []string
}

// User is for whom a passkey is made. ID is opaque, 1 to 64 bytes; Name and Display are shown by authenticators, and kept in their makers' clouds.
type User struct {
	ID, Name, Display string
	Has               []Key // which an authenticator that holds one of them is told, so that it makes no second
}

// WebAuthnID and the methods below are how the library asks for a user.
func (u User) WebAuthnID() []byte          { return []byte(u.ID) }
func (u User) WebAuthnName() string        { return u.Name }
func (u User) WebAuthnDisplayName() string { return u.Display }

func (u User) WebAuthnCredentials() []webauthn.Credential {
	all := make([]webauthn.Credential, 0, len(u.Has))
	for _, k := range u.Has {
		all = append(all, k.credential())
	}
	return all
}

func (k Key) credential() webauthn.Credential {
	c := webauthn.Credential{
		ID: k.CredentialID, PublicKey: k.PublicKey, Flags: webauthn.CredentialFlags{BackupEligible: k.Synced},
		Authenticator: webauthn.Authenticator{SignCount: k.SignCount},
	}
	for _, t := range k.Transports {
		c.Transport = append(c.Transport, protocol.AuthenticatorTransport(t))
	}
	return c
}

// Register gives what a browser is asked for a new passkey (PublicKeyCredentialCreationOptionsJSON), and the challenge in it.
func (s *Site) Register(u User) (options any, challenge string, err error) {
	var known []protocol.CredentialDescriptor
	for _, c := range u.WebAuthnCredentials() {
		known = append(known, c.Descriptor())
	}
	creation, session, err := s.web.BeginRegistration(u, webauthn.WithExclusions(known))
	if err != nil {
		return nil, "", err
	}
	return creation.Response, session.Challenge, nil
}

// Registered checks the answer (RegistrationResponseJSON) to Register's question for the same user, and gives the key to keep.
func (s *Site) Registered(u User, challenge string, answer []byte) (Key, error) {
	if len(answer) > MaxAnswer {
		return Key{}, fmt.Errorf("%w: %d bytes", ErrRefused, len(answer))
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return Key{}, refused(err)
	}
	session := s.session(challenge, parsed.Response.CollectedClientData.Origin)
	session.UserID, session.CredParams = u.WebAuthnID(), webauthn.CredentialParametersDefault()
	c, err := s.web.CreateCredential(u, session, parsed)
	if err != nil {
		return Key{}, refused(err)
	}
	k := Key{CredentialID: c.ID, PublicKey: c.PublicKey, SignCount: c.Authenticator.SignCount, Synced: c.Flags.BackupEligible}
	for _, t := range c.Transport {
		if slices.Contains(transports, t) {
			k.Transports = append(k.Transports, string(t))
		}
	}
	return k, nil
}

// transports are the standard's; what else a browser says is left out.
var transports = []protocol.AuthenticatorTransport{protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal}

// Ask gives what a browser is asked of somebody who signs in (PublicKeyCredentialRequestOptionsJSON), and the challenge in it. It names no passkey: which there are tells nobody.
func (s *Site) Ask() (options any, challenge string, err error) {
	assertion, session, err := s.web.BeginDiscoverableLogin()
	if err != nil {
		return nil, "", err
	}
	return assertion.Response, session.Challenge, nil
}

// Answered checks the answer (AuthenticationResponseJSON) to Ask's question. find gives whose a passkey is, and what is kept of it; its error comes back as it is. Copied says that the
// authenticator's counter went back, as that of a copy does; otherwise count is the counter to keep.
func (s *Site) Answered(challenge string, answer []byte, find func(credentialID []byte) (userID string, k Key, err error)) (count uint32, copied bool, err error) {
	if len(answer) > MaxAnswer {
		return 0, false, fmt.Errorf("%w: %d bytes", ErrRefused, len(answer))
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return 0, false, refused(err)
	}
	userID, k, err := find(parsed.RawID)
	if err != nil {
		return 0, false, err
	}
	owner := func(_, handle []byte) (webauthn.User, error) { return User{ID: userID, Has: []Key{k}}, nil }
	_, c, err := s.web.ValidatePasskeyLogin(owner, s.session(challenge, parsed.Response.CollectedClientData.Origin), parsed)
	if err != nil {
		return 0, false, refused(err)
	}
	return c.Authenticator.SignCount, c.Authenticator.CloneWarning, nil
}

// session is what the library remembers of a question.
func (s *Site) session(challenge, origin string) webauthn.SessionData {
	d := webauthn.SessionData{Challenge: challenge, RelyingPartyID: s.host, UserVerification: protocol.VerificationRequired}
	if s.anyPort && s.local(origin) {
		d.Origin = origin
	}
	return d
}

// local reports whether an origin is some port of the site's own.
func (s *Site) local(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && u.Hostname() == s.host && (u.Scheme == "http" || u.Scheme == "https") && u.Scheme+"://"+u.Host == origin
}

func refused(err error) error { return fmt.Errorf("%w: %w", ErrRefused, err) }

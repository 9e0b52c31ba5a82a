package hub

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"

	"microcourt/hub/passkey"
	"microcourt/store"
	"microcourt/store/court"
)

// PasskeyOrigin gives the origin under which pages use passkeys, as passkey.New has it; "" where there are none.
func (h *Hub) PasskeyOrigin() string {
	if s := h.accounts.cfg.Passkeys; s != nil {
		return s.Origin()
	}
	return ""
}

// passkeys gives the site that passkeys are bound to, or court.ErrPasskeyOff.
func (h *Hub) passkeys() (*passkey.Site, error) {
	if s := h.accounts.cfg.Passkeys; s != nil {
		return s, nil
	}
	return nil, court.ErrPasskeyOff
}

// PasskeyQuestion is what an authenticator is asked. Attempt is the secret with which the answer is given, once, within five minutes.
type PasskeyQuestion struct {
	Attempt string `json:"attempt"`
	Options any    `json:"options" doc:"for navigator.credentials, in the JSON form of Web Authentication Level 3"`
}

// BeginPasskeySignIn asks whoever wants to sign in for a passkey. It names none, so the answer is the same for everybody.
type BeginPasskeySignIn struct{}

func (BeginPasskeySignIn) rule() rule { return rule{act: court.ActSignInPasskey} }

func (BeginPasskeySignIn) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (q PasskeyQuestion, err error) {
	site, err := h.passkeys()
	if err != nil {
		return q, err
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return q, err
	}
	options, challenge, err := site.Ask()
	if err != nil {
		return q, err
	}
	q.Options = options
	q.Attempt, err = h.store.BeginPasskeySignIn(ctx, challenge)
	return q, err
}

// FinishPasskeySignIn signs in whose passkey it is. There is nothing to guess, so nothing is counted but the requests of an address.
type FinishPasskeySignIn struct {
	Attempt, Device string
	Answer          json.RawMessage
}

func (FinishPasskeySignIn) rule() rule { return rule{act: court.ActSignInPasskey} }

// do answers everything that isn't an owner's right answer alike, also for a passkey that nobody has. What follows from whose it is comes after.
func (f FinishPasskeySignIn) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (SignedIn, error) {
	site, err := h.passkeys()
	if err != nil {
		return SignedIn{}, err
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return SignedIn{}, err
	}
	challenge, err := h.store.TakePasskeyChallenge(ctx, f.Attempt, "", "")
	if err != nil {
		return SignedIn{}, err
	}
	var p store.Passkey
	count, copied, err := site.Answered(challenge, f.Answer, func(credentialID []byte) (string, passkey.Key, error) {
		var err error
		p, err = h.store.PasskeyByCredential(ctx, credentialID)
		if errors.Is(err, court.ErrNotFound) {
			err = passkey.ErrRefused
		}
		return p.PersonID, keyOf(p), err
	})
	if err != nil {
		return SignedIn{}, h.passkeyError(err)
	}
	session, token, err := h.store.SignInByPasskey(ctx, store.PasskeySignIn{
		PasskeyID: p.ID, SignCount: count, Copied: copied, StaffElsewhere: !h.StaffSignInWays().Password, Session: actor.sessionData(f.Device),
	})
	if err != nil {
		return SignedIn{}, err
	}
	return h.signedIn(ctx, session, token)
}

// PasskeyInfo is one of a person's passkeys, as they see it.
type PasskeyInfo struct {
	ID         string `json:"id"`
	Name       string `json:"name"`
	Credential string `json:"credential" doc:"the authenticator's own id of it, base64url, by which a page tells the browser that it is gone"`
	Synced     bool   `json:"synced" doc:"the maker of the phone or password manager may copy it to my other devices"`
	Suspended  bool   `json:"suspended" doc:"its counter went back, as that of a copy does: it opens nothing any more"`
	CreatedAt  int64  `json:"created_at"`
	LastUsedAt int64  `json:"last_used_at" doc:"0 for never"`
}

func passkeyInfo(p store.Passkey) PasskeyInfo {
	return PasskeyInfo{p.ID, p.Name, base64.RawURLEncoding.EncodeToString(p.CredentialID), p.Synced, p.SuspendedAt != 0, p.CreatedAt, p.LastUsedAt}
}

func keyOf(p store.Passkey) passkey.Key {
	return passkey.Key{CredentialID: p.CredentialID, PublicKey: p.PublicKey, SignCount: p.SignCount, Synced: p.Synced, Transports: p.Transports}
}

// ListPasskeys gives the actor's passkeys.
type ListPasskeys struct{}

func (ListPasskeys) rule() rule { return rule{act: court.ActPasskeyKeep} }

func (ListPasskeys) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]PasskeyInfo, error) {
	all, err := h.store.Passkeys(ctx, actor.PersonID)
	out := make([]PasskeyInfo, 0, len(all))
	for _, p := range all {
		out = append(out, passkeyInfo(p))
	}
	return out, err
}

// BeginPasskey asks the actor's authenticator for a new passkey.
type BeginPasskey struct{}

func (BeginPasskey) rule() rule { return rule{act: court.ActPasskeyKeep} }

func (BeginPasskey) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (q PasskeyQuestion, err error) {
	site, user, err := h.passkeyUser(ctx, actor)
	if err != nil {
		return q, err
	}
	options, challenge, err := site.Register(user)
	if err != nil {
		return q, err
	}
	q.Options = options
	q.Attempt, err = h.store.BeginPasskey(ctx, actor.PersonID, actor.SessionID, challenge)
	return q, err
}

// AddPasskey keeps what the authenticator has made.
type AddPasskey struct {
	Attempt, Name string
	Answer        json.RawMessage
}

func (AddPasskey) rule() rule { return rule{act: court.ActPasskeyKeep} }

func (a AddPasskey) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (PasskeyInfo, error) {
	name, err := passkeyName(a.Name)
	if err != nil {
		return PasskeyInfo{}, err
	}
	site, user, err := h.passkeyUser(ctx, actor)
	if err != nil {
		return PasskeyInfo{}, err
	}
	challenge, err := h.store.TakePasskeyChallenge(ctx, a.Attempt, actor.PersonID, actor.SessionID)
	if err != nil {
		return PasskeyInfo{}, err
	}
	k, err := site.Registered(user, challenge, a.Answer)
	if err != nil {
		return PasskeyInfo{}, h.passkeyError(err)
	}
	added, err := h.store.AddPasskey(ctx, store.Passkey{
		PersonID: actor.PersonID, Name: name, CredentialID: k.CredentialID, PublicKey: k.PublicKey, SignCount: k.SignCount, Synced: k.Synced, Transports: k.Transports,
	}, actor.SessionID, actor.Address)
	return passkeyInfo(added), err
}

// RenamePasskey calls one of the actor's passkeys something else.
type RenamePasskey struct{ ID, Name string }

func (RenamePasskey) rule() rule { return rule{act: court.ActPasskeyKeep} }

func (r RenamePasskey) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	name, err := passkeyName(r.Name)
	if err != nil {
		return Nothing{}, err
	}
	return Nothing{}, h.store.RenamePasskey(ctx, actor.PersonID, r.ID, name)
}

// RemovePasskey takes one of the actor's passkeys away.
type RemovePasskey struct{ ID string }

func (RemovePasskey) rule() rule { return rule{act: court.ActPasskeyKeep} }

func (r RemovePasskey) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemovePasskey(ctx, actor.PersonID, r.ID, actor.Address)
}

// passkeyUser is the actor as authenticators know them. What is shown there is kept by their makers too, so a phone number is masked.
func (h *Hub) passkeyUser(ctx context.Context, actor Actor) (*passkey.Site, passkey.User, error) {
	site, err := h.passkeys()
	if err != nil {
		return nil, passkey.User{}, err
	}
	if actor.Role.Staff() && !h.StaffSignInWays().Password {
		return nil, passkey.User{}, court.ErrPasswordOff
	}
	p, err := h.store.Person(ctx, actor.PersonID)
	if err != nil {
		return nil, passkey.User{}, err
	}
	u := passkey.User{ID: p.ID, Name: p.Phone, Display: p.Name}
	if actor.Role.Staff() {
		st, err := h.store.StaffByPerson(ctx, p.ID)
		if err != nil {
			return nil, passkey.User{}, err
		}
		u.Name = st.Login
	}
	if u.Display == "" {
		u.Display = u.Name
	}
	all, err := h.store.Passkeys(ctx, p.ID)
	for _, k := range all {
		u.Has = append(u.Has, keyOf(k))
	}
	return site, u, err
}

// maxPasskeyName bounds what a passkey is called, in characters.
const maxPasskeyName = 40

func passkeyName(typed string) (string, error) {
	name := strings.TrimSpace(typed)
	if name == "" || utf8.RuneCountInString(name) > maxPasskeyName || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return "", court.ErrInvalid.In("name")
	}
	return name, nil
}

func (h *Hub) passkeyError(err error) error {
	if errors.Is(err, passkey.ErrRefused) {
		h.log.Info("an answer of a passkey was refused", "err", err)
		return court.ErrPasskey
	}
	return err
}

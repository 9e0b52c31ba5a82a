package hub

import (
	"context"
	"errors"
	"strings"

	"microcourt/store"
	"microcourt/store/court"
)

// SignInStaff signs in one of the court's own people. TOTP is the code of the second step, or empty.
type SignInStaff struct{ Login, Password, TOTP, Device string }

func (SignInStaff) rule() rule { return rule{act: court.ActSignInStaff} }

// do answers a wrong password, an unknown name and a disabled account alike, and after the same work.
func (s SignInStaff) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (SignedIn, error) {
	if !h.StaffSignInWays().Password {
		return SignedIn{}, court.ErrPasswordOff
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return SignedIn{}, err
	}
	login := normalLogin(s.Login)
	limits := signInLimits(login, actor.Address)
	if err := h.store.BeginAttempt(ctx, limits); err != nil {
		return SignedIn{}, err
	}
	st, err := h.store.StaffByLogin(ctx, login)
	if errors.Is(err, court.ErrNotFound) {
		st, err = &store.StaffSecrets{}, nil
	}
	if err != nil {
		return SignedIn{}, err
	}
	right, err := h.accounts.passwords.check(ctx, s.Password, st.PasswordHash)
	if err != nil {
		return SignedIn{}, err
	}
	if !right || st.DisabledAt != 0 {
		return SignedIn{}, h.signInRefused(ctx, st, actor, court.ErrCredentials, "wrong password")
	}
	var step int64
	if st.TOTP {
		if s.TOTP == "" {
			if err := h.store.WithdrawAttempt(ctx, limits); err != nil {
				return SignedIn{}, err
			}
			return SignedIn{}, court.ErrTOTP.In("totp")
		}
		if step = totpStep(st.TOTPSecret, s.TOTP, h.now()); step <= st.TOTPStep {
			return SignedIn{}, h.signInRefused(ctx, st, actor, court.ErrCode.In("totp"), "wrong code")
		}
	}
	session, token, err := h.store.SignInStaff(ctx, store.StaffSignIn{
		PersonID: st.PersonID, PasswordHash: st.PasswordHash, Step: step, Attempts: limits, Session: actor.sessionData(s.Device),
	})
	if err != nil {
		return SignedIn{}, err
	}
	return h.signedIn(ctx, session, token)
}

// signInRefused notes the attempt, for unknown names too: the time that the note takes must not tell which names exist.
// The name as typed is never noted, because people type their password there.
func (h *Hub) signInRefused(ctx context.Context, st *store.StaffSecrets, actor Actor, refusal *court.Error, detail string) error {
	switch {
	case st.PersonID == "":
		detail = "unknown name"
	case st.DisabledAt != 0:
		detail = "account is disabled"
	}
	by := store.By{PersonID: st.PersonID, Address: actor.Address}
	if err := h.store.Note(ctx, by, court.ActSignInStaff, st.PersonID, "refused: "+detail); err != nil {
		return err
	}
	return refusal
}

// signInLimits: five wrong tries from one place; thirty from anywhere, so that many machines together guess no
// faster. Known and unknown names are counted alike.
func signInLimits(login, address string) []store.AttemptLimit {
	return []store.AttemptLimit{
		{Key: "login " + login + " from " + addressKey(address).String(), Free: 5},
		{Key: "login " + login, Free: 30},
	}
}

// ownLimits bound guessing at one's own password or second step, by who holds a session that isn't theirs.
func ownLimits(personID string) []store.AttemptLimit {
	return []store.AttemptLimit{{Key: "own " + personID, Free: 5}}
}

// maxLogin bounds a login; logins are plain ASCII.
const maxLogin = 64

func normalLogin(login string) string {
	login = strings.ToLower(strings.TrimSpace(login))
	if len(login) > maxLogin {
		return login[:maxLogin] + "…" // nobody's
	}
	return login
}

func validLogin(login string) bool {
	for _, r := range login {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' && r != '_' {
			return false
		}
	}
	return len(login) >= 2 && len(login) <= maxLogin
}

// ChangePassword changes the actor's own password and ends their other sessions.
type ChangePassword struct{ Old, New string }

func (ChangePassword) rule() rule { return rule{act: court.ActPasswordChange} }

func (c ChangePassword) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	st, err := h.store.StaffByPerson(ctx, actor.PersonID)
	if err != nil {
		return Nothing{}, err
	}
	if err := checkNewPassword(c.New, st.Login, "new"); err != nil {
		return Nothing{}, err
	}
	limits := ownLimits(actor.PersonID)
	if err := h.store.BeginAttempt(ctx, limits); err != nil {
		return Nothing{}, err
	}
	right, err := h.accounts.passwords.check(ctx, c.Old, st.PasswordHash)
	if err != nil {
		return Nothing{}, err
	}
	if !right {
		return Nothing{}, court.ErrCredentials.In("old")
	}
	hash, err := h.accounts.passwords.hash(ctx, c.New)
	if err != nil {
		return Nothing{}, err
	}
	return Nothing{}, h.store.SetPassword(ctx, actor.PersonID, st.PasswordHash, hash, actor.SessionID, limits, actor.Address)
}

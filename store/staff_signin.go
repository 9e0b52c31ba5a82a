package store

import (
	"context"
	"errors"

	"microcourt/store/court"
)

// StaffSignIn is a sign-in whose password and second step were found right.
type StaffSignIn struct {
	PersonID     string
	PasswordHash string // against which the password was checked; the account must still have it
	Step         int64  // time step of the code that was used, 0 where none was asked for
	Attempts     []AttemptLimit
	Session      SessionData
}

// SignInStaff opens the session. It checks again, inside the transaction, that the account is not disabled, that its
// password hasn't changed meanwhile, and that the code's step was not used before: a code counts once, on all nodes.
func (s *Store) SignInStaff(ctx context.Context, in StaffSignIn) (session Session, token string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.lockedStaff(ctx, in.PersonID)
		if err != nil {
			return err
		}
		if st.DisabledAt != 0 || st.PasswordHash != in.PasswordHash {
			return court.ErrCredentials
		}
		if st.TOTP {
			if err := tx.useStep(ctx, in.PersonID, in.Step, "totp"); err != nil {
				return err
			}
		}
		if err := tx.forgetAttempts(ctx, in.Attempts); err != nil {
			return err
		}
		if session, token, err = tx.openSession(ctx, st.PersonID, st.Role, in.Session); err != nil {
			return err
		}
		return tx.audit(ctx, st.PersonID, court.ActSignInStaff, session.ID, "signed in", in.Session.Address)
	})
	return session, token, err
}

// SetPassword changes one's own password, if it is still the one with oldHash, and ends all other sessions.
func (s *Store) SetPassword(ctx context.Context, personID, oldHash, newHash, keepSession string, attempts []AttemptLimit, address string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE staff SET password_hash = $3 WHERE person_id = $1 AND password_hash = $2", personID, oldHash, newHash)
		if err != nil {
			return err
		}
		if n == 0 {
			return court.ErrCredentials.In("old")
		}
		if err := tx.forgetAttempts(ctx, attempts); err != nil {
			return err
		}
		if err := tx.revokeSessions(ctx, personID, keepSession); err != nil {
			return err
		}
		return tx.audit(ctx, personID, court.ActPasswordChange, personID, "", address)
	})
}

// BeginTOTP keeps a secret that waits for its first code. Where the second step is on it is court.ErrTOTPOn.
func (s *Store) BeginTOTP(ctx context.Context, personID, secret string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.lockedStaff(ctx, personID)
		if err != nil {
			return err
		}
		if st.TOTP {
			return court.ErrTOTPOn
		}
		_, err = tx.exec(ctx, "UPDATE staff SET totp_enc = $2 WHERE person_id = $1", personID, tx.s.keys.Seal(secret))
		return err
	})
}

// SetTOTP turns the second step on or off, with a code that was found right for the secret and whose step is used up by
// this.
func (s *Store) SetTOTP(ctx context.Context, personID, secret string, step int64, on bool, attempts []AttemptLimit, address string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.lockedStaff(ctx, personID)
		if err != nil {
			return err
		}
		switch {
		case on && st.TOTP:
			return court.ErrTOTPOn
		case !on && !st.TOTP:
			return court.ErrTOTPOff
		case st.TOTPSecret != secret:
			return court.ErrCode.In("code")
		}
		if err := tx.useStep(ctx, personID, step, "code"); err != nil {
			return err
		}
		change, did := "UPDATE staff SET totp_on = 1 WHERE person_id = $1", "on"
		if !on {
			change, did = "UPDATE staff SET totp_on = 0, totp_enc = NULL WHERE person_id = $1", "off"
		}
		if _, err := tx.exec(ctx, change, personID); err != nil {
			return err
		}
		if err := tx.forgetAttempts(ctx, attempts); err != nil {
			return err
		}
		return tx.audit(ctx, personID, court.ActTOTPSet, personID, did, address)
	})
}

func (tx *Tx) lockedStaff(ctx context.Context, personID string) (*StaffSecrets, error) {
	if err := tx.lockNamed(ctx, []byte("staff "+personID)); err != nil {
		return nil, err
	}
	return tx.s.staff(ctx, tx, "s.person_id = $1", personID)
}

// useStep marks a code's time step as used; one that was used, or an older one, is court.ErrCode (RFC 6238, 5.2).
func (tx *Tx) useStep(ctx context.Context, personID string, step int64, field string) error {
	n, err := tx.exec(ctx, "UPDATE staff SET totp_step = $2 WHERE person_id = $1 AND totp_step < $2", personID, step)
	if err == nil && n == 0 {
		return court.ErrCode.In(field)
	}
	return err
}

// SignInStaffBy opens a session for the account of a login that somebody trusted vouches for; how goes into the audit. No account of that login, and one that is
// disabled, is court.ErrCredentials.
func (s *Store) SignInStaffBy(ctx context.Context, login, how string, d SessionData) (session Session, token string, err error) {
	found, err := s.StaffByLogin(ctx, login)
	if errors.Is(err, court.ErrNotFound) {
		err = court.ErrCredentials
	}
	if err != nil {
		return Session{}, "", err
	}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		st, err := tx.lockedStaff(ctx, found.PersonID)
		if err != nil {
			return err
		}
		if st.DisabledAt != 0 {
			return court.ErrCredentials
		}
		if session, token, err = tx.openSession(ctx, st.PersonID, st.Role, d); err != nil {
			return err
		}
		return tx.audit(ctx, st.PersonID, court.ActSignInStaff, session.ID, how, d.Address)
	})
	return session, token, err
}

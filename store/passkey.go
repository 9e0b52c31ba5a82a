package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"microcourt/store/court"
)

// Passkey is what is kept of a passkey (通行密钥). Times are Unix milliseconds.
type Passkey struct {
	ID, PersonID string
	Name         string // as its owner calls it
	CredentialID []byte
	PublicKey    []byte // COSE
	SignCount    uint32 // 0 where the authenticator doesn't count
	Synced       bool   // its maker may copy it to the person's other devices
	Transports   []string
	CreatedAt    int64
	LastUsedAt   int64 // 0 for never
	SuspendedAt  int64 // 0 for not: its counter went back, as that of a copy does
}

const (
	// passkeyChallengeLife is how long an authenticator has to answer.
	passkeyChallengeLife = 5 * time.Minute
	// maxPasskeys bounds those of one person.
	maxPasskeys = 20
)

const passkeyColumns = "id, person_id, name, credential_id, public_key, sign_count, synced, transports, created_at, last_used_at, suspended_at"

func scanPasskey(row interface{ Scan(...any) error }) (p Passkey, err error) {
	var synced int64
	var transports string
	err = row.Scan(&p.ID, &p.PersonID, &p.Name, &p.CredentialID, &p.PublicKey, &p.SignCount, &synced, &transports, &p.CreatedAt, &p.LastUsedAt, &p.SuspendedAt)
	p.Synced, p.Transports = synced != 0, strings.Fields(transports)
	return p, err
}

// Passkeys gives a person's passkeys, the oldest first.
func (s *Store) Passkeys(ctx context.Context, personID string) ([]Passkey, error) {
	return passkeysOf(ctx, s, personID)
}

func passkeysOf(ctx context.Context, q queryer, personID string) ([]Passkey, error) {
	rows, err := q.query(ctx, "SELECT "+passkeyColumns+" FROM passkey WHERE person_id = $1 ORDER BY created_at, id", personID)
	return collect(rows, err, func(r *sql.Rows) (Passkey, error) { return scanPasskey(r) })
}

// PasskeyByCredential gives the passkey that an authenticator names, or court.ErrNotFound.
func (s *Store) PasskeyByCredential(ctx context.Context, credentialID []byte) (Passkey, error) {
	p, err := scanPasskey(s.row(ctx, "SELECT "+passkeyColumns+" FROM passkey WHERE credential_id = $1", credentialID))
	return p, notFound(err)
}

// BeginPasskeySignIn keeps the challenge of somebody who signs in, and gives the secret with which that attempt goes on, on any node.
func (s *Store) BeginPasskeySignIn(ctx context.Context, challenge string) (attempt string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		attempt, err = tx.keepPasskeyChallenge(ctx, challenge, "", "")
		return err
	})
	return attempt, err
}

// BeginPasskey keeps the challenge for a new passkey of somebody signed in. Who has a session that isn't theirs must not make it last: the phone has answered a code in this
// session within phoneProofAge, or else court.ErrReverification; one of the court's own people has signed in within it, or else court.ErrSignInAgain.
func (s *Store) BeginPasskey(ctx context.Context, personID, sessionID, challenge string) (attempt string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.mayAddPasskey(ctx, personID, sessionID); err != nil {
			return err
		}
		attempt, err = tx.keepPasskeyChallenge(ctx, challenge, personID, sessionID)
		return err
	})
	return attempt, err
}

func (tx *Tx) mayAddPasskey(ctx context.Context, personID, sessionID string) error {
	if err := tx.lockPerson(ctx, sessionID, personID); err != nil {
		return err
	}
	var role court.Role
	var opened, code int64
	var have int
	err := tx.row(ctx, "SELECT role, created_at, code_at, (SELECT COUNT(*) FROM passkey WHERE person_id = $2) FROM session WHERE id = $1", sessionID, personID).Scan(&role, &opened, &code, &have)
	switch {
	case err != nil:
		return err
	case role.Staff() && tx.now-opened > phoneProofAge.Milliseconds():
		return court.ErrSignInAgain
	case !role.Staff() && tx.now-code > phoneProofAge.Milliseconds():
		return court.ErrReverification
	case have >= maxPasskeys:
		return court.ErrPasskeyCount
	}
	return nil
}

func (tx *Tx) keepPasskeyChallenge(ctx context.Context, challenge, personID, sessionID string) (attempt string, err error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	attempt = base64.RawURLEncoding.EncodeToString(secret)
	_, err = tx.exec(ctx, "INSERT INTO passkey_challenge (attempt_hash, challenge, person_id, session_id, expires_at) VALUES ($1, $2, $3, $4, $5)",
		tokenHash(attempt), challenge, personID, sessionID, tx.now+passkeyChallengeLife.Milliseconds())
	return attempt, err
}

// TakePasskeyChallenge gives the challenge of an attempt, once: whatever becomes of the answer, it is gone. One that is too late, was taken, or isn't of this person and session
// ("" for who signs in) is court.ErrPasskey.
func (s *Store) TakePasskeyChallenge(ctx context.Context, attempt, personID, sessionID string) (challenge string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		challenge = ""
		err := tx.row(ctx, "DELETE FROM passkey_challenge WHERE attempt_hash = $1 AND person_id = $2 AND session_id = $3 AND expires_at > $4 RETURNING challenge",
			tokenHash(attempt), personID, sessionID, tx.now).Scan(&challenge)
		if errors.Is(err, sql.ErrNoRows) {
			return court.ErrPasskey
		}
		return err
	})
	return challenge, err
}

// AddPasskey keeps a new passkey of somebody signed in, whose rights to it are looked at again. One that is known is court.ErrPasskeyKnown.
func (s *Store) AddPasskey(ctx context.Context, p Passkey, sessionID, address string) (added Passkey, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if err := tx.mayAddPasskey(ctx, p.PersonID, sessionID); err != nil {
			return err
		}
		added = p
		added.ID, added.CreatedAt, added.LastUsedAt, added.SuspendedAt = NewID(), tx.now, 0, 0
		synced := 0
		if p.Synced {
			synced = 1
		}
		n, err := tx.exec(ctx, "INSERT INTO passkey ("+passkeyColumns+") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0) ON CONFLICT (credential_id) DO NOTHING",
			added.ID, p.PersonID, p.Name, p.CredentialID, p.PublicKey, p.SignCount, synced, strings.Join(p.Transports, " "), tx.now)
		if err != nil {
			return err
		}
		if n == 0 {
			return court.ErrPasskeyKnown
		}
		return tx.audit(ctx, p.PersonID, court.ActPasskeyKeep, added.ID, "added", address)
	})
	return added, err
}

// RenamePasskey calls one of a person's passkeys something else; another's is court.ErrNotFound.
func (s *Store) RenamePasskey(ctx context.Context, personID, id, name string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE passkey SET name = $3 WHERE id = $1 AND person_id = $2", id, personID, name)
		if err == nil && n == 0 {
			err = court.ErrNotFound
		}
		return err
	})
}

// RemovePasskey takes one of a person's passkeys away; another's is court.ErrNotFound.
func (s *Store) RemovePasskey(ctx context.Context, personID, id, address string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "DELETE FROM passkey WHERE id = $1 AND person_id = $2", id, personID)
		if err != nil {
			return err
		}
		if n == 0 {
			return court.ErrNotFound
		}
		return tx.audit(ctx, personID, court.ActPasskeyKeep, id, "removed", address)
	})
}

// forgetPasskeys takes all of a person's passkeys away, those that are being made too: where all sessions end because the phone or the account may be in other hands, what opens new
// ones goes with them. It comes before the sessions are ended, so that locks are always taken in one order.
func (tx *Tx) forgetPasskeys(ctx context.Context, personID string) error {
	for _, table := range []string{"passkey", "passkey_challenge"} {
		if _, err := tx.exec(ctx, "DELETE FROM "+table+" WHERE person_id = $1", personID); err != nil {
			return err
		}
	}
	return nil
}

// PasskeySignIn is a sign-in whose passkey has answered rightly.
type PasskeySignIn struct {
	PasskeyID      string
	SignCount      uint32
	Copied         bool // the counter went back
	StaffElsewhere bool // the court's own people sign in through its identity provider alone
	Session        SessionData
}

// SignInByPasskey opens the session. Inside the transaction it looks again whether the passkey is there, isn't suspended, and has counted on since: a copy's counter goes back, or
// comes twice, and then the passkey is suspended, because which of the two is its owner's can't be told. A passkey is possession and the person's finger, face or PIN in one, so the
// court's own people are asked for no second step; it is no code on the phone that is known by the person's real name, so none counts as answered (人民法院在线诉讼规则 第七条).
// Errors are court.ErrPasskey, court.ErrPasskeySuspended, court.ErrCredentials for a disabled account, and court.ErrPasswordOff.
func (s *Store) SignInByPasskey(ctx context.Context, in PasskeySignIn) (session Session, token string, err error) {
	in.Session.byPasskey = true
	var copied bool
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		copied, session, token = false, Session{}, ""
		p, err := tx.lockedPasskey(ctx, in.PasskeyID)
		switch {
		case errors.Is(err, court.ErrNotFound):
			return court.ErrPasskey
		case err != nil:
			return err
		case p.SuspendedAt != 0:
			return court.ErrPasskeySuspended
		}
		if copied = in.Copied || in.SignCount <= p.SignCount && (in.SignCount != 0 || p.SignCount != 0); copied {
			if _, err := tx.exec(ctx, "UPDATE passkey SET suspended_at = $2 WHERE id = $1", p.ID, tx.now); err != nil {
				return err
			}
			return tx.audit(ctx, p.PersonID, court.ActSignInPasskey, p.ID, "refused and suspended: the counter went back", in.Session.Address) // committed: it stays suspended
		}
		st, err := tx.lockedStaff(ctx, p.PersonID)
		role := court.RolePerson
		switch {
		case errors.Is(err, court.ErrNotFound):
		case err != nil:
			return err
		case st.DisabledAt != 0:
			return court.ErrCredentials
		case in.StaffElsewhere:
			return court.ErrPasswordOff
		default:
			role = st.Role
		}
		if _, err := tx.exec(ctx, "UPDATE passkey SET sign_count = $2, last_used_at = $3 WHERE id = $1", p.ID, in.SignCount, tx.now); err != nil {
			return err
		}
		if session, token, err = tx.openSession(ctx, p.PersonID, role, in.Session); err != nil || !role.Staff() {
			return err
		}
		return tx.audit(ctx, p.PersonID, court.ActSignInStaff, session.ID, "signed in by passkey", in.Session.Address)
	})
	if err == nil && copied {
		err = court.ErrPasskeySuspended
	}
	return session, token, err
}

// lockedPasskey locks the person before the passkey, as everything does that takes passkeys away.
func (tx *Tx) lockedPasskey(ctx context.Context, id string) (Passkey, error) {
	var one int
	if err := tx.row(ctx, "SELECT 1 FROM person WHERE id = (SELECT person_id FROM passkey WHERE id = $1)"+tx.lock, id).Scan(&one); err != nil {
		return Passkey{}, notFound(err)
	}
	p, err := scanPasskey(tx.row(ctx, "SELECT "+passkeyColumns+" FROM passkey WHERE id = $1"+tx.lock, id))
	return p, notFound(err)
}

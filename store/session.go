package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/base64"
	"errors"
	"time"

	"microcourt/store/court"
)

// Session is one sign-in on one device. Times are Unix milliseconds.
type Session struct {
	ID         string
	PersonID   string
	Role       court.Role
	Device     string
	Address    string
	CreatedAt  int64
	LastSeenAt int64
	ExpiresAt  int64
	Capacity   court.Role // in which capacity it is used, as SessionByToken found it; "" for the court's own people
}

// SessionData is what a new session is opened with.
type SessionData struct {
	Device  string
	Address string
	// Replaces is the session that signed in anew on the same device, or "". It ends.
	Replaces string

	byPasskey bool // and not by a code on the phone
}

// sessionLife says how long a session lasts without being used, and how long at most.
type sessionLife struct{ idle, most time.Duration }

// Parties come back after weeks and should not have to wait for a code each time; the court's own accounts open far
// more and sit on shared desks.
func lifeOf(role court.Role) sessionLife {
	if role.Staff() {
		return sessionLife{idle: 12 * time.Hour, most: 7 * 24 * time.Hour}
	}
	return sessionLife{idle: 30 * 24 * time.Hour, most: 90 * 24 * time.Hour}
}

// MaxSessionLife is how long a session of the role can last at most.
func MaxSessionLife(role court.Role) time.Duration { return lifeOf(role).most }

// touchEvery is how exactly a session knows when it was last used.
const touchEvery = time.Minute

const sessionColumns = "id, person_id, role, device, address, created_at, last_seen_at, expires_at"

func scanSession(row interface{ Scan(...any) error }) (s Session, err error) {
	return s, row.Scan(&s.ID, &s.PersonID, &s.Role, &s.Device, &s.Address, &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt)
}

func askSessionsByToken(s *Store) *together[Session] {
	t := newTogether(s, "SELECT token_hash, "+sessionColumns+", "+sessionCapacity+" FROM session s WHERE revoked_at IS NULL AND expires_at > $1 AND token_hash IN (KEYS)",
		func() []any { return []any{s.nowMS()} },
		func(row scanner) (s Session, err error) {
			return s, row.Scan(&s.ID, &s.PersonID, &s.Role, &s.Device, &s.Address, &s.CreatedAt, &s.LastSeenAt, &s.ExpiresAt, &s.Capacity)
		})
	t.param = func(key string) any { return []byte(key) }
	return t
}

// tokenHash is what the database knows of a token: who reads the database cannot sign in with what is there.
func tokenHash(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// openSession makes a session and its token, 256 bits of chance, which is given out this once.
func (tx *Tx) openSession(ctx context.Context, personID string, role court.Role, d SessionData) (Session, string, error) {
	secret := make([]byte, 32)
	rand.Read(secret)
	token := base64.RawURLEncoding.EncodeToString(secret)
	s := Session{
		ID: NewID(), PersonID: personID, Role: role, Device: d.Device, Address: d.Address,
		CreatedAt: tx.now, LastSeenAt: tx.now, ExpiresAt: tx.now + lifeOf(role).idle.Milliseconds(),
	}
	if d.Replaces != "" {
		if err := tx.revokeSession(ctx, d.Replaces); err != nil {
			return Session{}, "", err
		}
	}
	var code int64
	if role == court.RolePerson && !d.byPasskey { // the public signs in by a code on the phone
		code = tx.now
	}
	_, err := tx.exec(ctx, `INSERT INTO session (`+sessionColumns+`, token_hash, code_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.ID, s.PersonID, string(s.Role), s.Device, s.Address, s.CreatedAt, s.LastSeenAt, s.ExpiresAt, tokenHash(token), code)
	return s, token, err
}

// SessionByToken gives the session that a token belongs to, or court.ErrUnauthenticated. It asks the database each
// time, so that a session that was ended anywhere is ended here.
func (s *Store) SessionByToken(ctx context.Context, token string) (Session, error) {
	found, err := s.sessionsByToken.get(ctx, string(tokenHash(token)))
	if err == nil && len(found) == 0 {
		err = court.ErrUnauthenticated
	}
	if err != nil {
		return Session{}, err
	}
	return found[0], nil
}

// Unused reports whether the use of a session was last noted so long ago that TouchSessions would note it.
func (s *Store) Unused(lastSeenAt int64) bool {
	return s.nowMS()-lastSeenAt >= touchEvery.Milliseconds()
}

// TouchSessions notes that sessions are in use and moves their ends. It writes at most once a minute for each.
func (s *Store) TouchSessions(ctx context.Context, ids []string) error {
	run := func(ctx context.Context, tx *Tx) error {
		for _, id := range ids {
			if err := tx.touchSession(ctx, id); err != nil {
				return err
			}
		}
		return nil
	}
	if s.engine == SQLite { // a later end takes no right away, so the writer may keep what it knows
		return s.writer.do(ctx, &job{run: run, keepsAccess: true})
	}
	return s.write(ctx, run)
}

func (tx *Tx) touchSession(ctx context.Context, id string) error {
	var role court.Role
	var created int64
	err := tx.row(ctx, "SELECT role, created_at FROM session WHERE id = $1", id).Scan(&role, &created)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	life := lifeOf(role)
	expires := min(tx.now+life.idle.Milliseconds(), created+life.most.Milliseconds())
	_, err = tx.exec(ctx, `UPDATE session SET last_seen_at = $2, expires_at = $3
		WHERE id = $1 AND revoked_at IS NULL AND expires_at > $2 AND last_seen_at <= $4`, id, tx.now, expires, tx.now-touchEvery.Milliseconds())
	return err
}

// Sessions gives a person's sessions that are open, the last used first.
func (s *Store) Sessions(ctx context.Context, personID string) ([]Session, error) {
	rows, err := s.query(ctx, "SELECT "+sessionColumns+` FROM session WHERE person_id = $1 AND revoked_at IS NULL AND expires_at > $2
		ORDER BY last_seen_at DESC, id DESC`, personID, s.nowMS())
	return collect(rows, err, func(r *sql.Rows) (Session, error) { return scanSession(r) })
}

// RevokeSession ends one of a person's sessions; another's is court.ErrNotFound.
func (s *Store) RevokeSession(ctx context.Context, personID, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var owner string
		err := tx.row(ctx, "SELECT person_id FROM session WHERE id = $1 AND revoked_at IS NULL", id).Scan(&owner)
		if err != nil {
			return notFound(err)
		}
		if owner != personID {
			return court.ErrNotFound
		}
		return tx.revokeSession(ctx, id)
	})
}

// RevokeSessions ends all of a person's sessions.
func (s *Store) RevokeSessions(ctx context.Context, personID string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error { return tx.revokeSessions(ctx, personID, "") })
}

// SignOutPerson ends all of a person's sessions, and takes the passkeys away, for the administrator who asks for it. An unknown person is
// court.ErrNotFound.
func (s *Store) SignOutPerson(ctx context.Context, personID string, by By) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var id string
		if err := tx.row(ctx, "SELECT id FROM person WHERE id = $1", personID).Scan(&id); err != nil {
			return notFound(err)
		}
		if err := tx.forgetPasskeys(ctx, id); err != nil {
			return err
		}
		if err := tx.revokeSessions(ctx, id, ""); err != nil {
			return err
		}
		return tx.audit(ctx, by.PersonID, court.ActPersonSignOut, id, "", by.Address)
	})
}

// revokeSession ends a session and lets every node know.
func (tx *Tx) revokeSession(ctx context.Context, id string) error {
	n, err := tx.exec(ctx, "UPDATE session SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, tx.now)
	if err != nil || n == 0 {
		return err
	}
	if err := tx.forgetPush(ctx, id); err != nil {
		return err
	}
	return tx.accessChanged(ctx, accessChange{SessionID: id})
}

// revokeSessions ends a person's sessions, but for the one to keep ("" keeps none).
func (tx *Tx) revokeSessions(ctx context.Context, personID, keep string) error {
	rows, err := tx.query(ctx, "SELECT id FROM session WHERE person_id = $1 AND id <> $2 AND revoked_at IS NULL ORDER BY id"+tx.lock, personID, keep)
	ids, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.revokeSession(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

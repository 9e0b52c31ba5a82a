package store

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"hash/fnv"
	"math/big"
	"time"

	"microcourt/store/court"
)

// CodeLimits bound the codes that are sent to one phone number.
type CodeLimits struct {
	Pause   time.Duration // between two codes
	PerHour int
	Life    time.Duration
	Tries   int // wrong ones, until the code is void
}

// DefaultCodeLimits are those of a real installation.
var DefaultCodeLimits = CodeLimits{Pause: time.Minute, PerHour: 5, Life: 5 * time.Minute, Tries: 5}

// SignInCode is a code on its way to a phone. Code and Phone are secrets.
type SignInCode struct {
	ID    string
	Phone string // normalised
	Code  string // six digits
}

// CreateSignInCode makes a code for a phone number, known or not. Errors are court.ErrPhone and, beyond the limits,
// court.ErrTooMany with the time to wait. The limits count in the database: they hold over all nodes.
func (s *Store) CreateSignInCode(ctx context.Context, phone string, limits CodeLimits) (SignInCode, error) {
	phone, err := normalPhone(phone)
	if err != nil {
		return SignInCode{}, err
	}
	number, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		return SignInCode{}, err
	}
	code := SignInCode{ID: NewID(), Phone: phone, Code: fmt.Sprintf("%06d", number)}
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		mac := tx.s.phoneMAC(phone)
		if err := tx.lockNamed(ctx, mac); err != nil {
			return err
		}
		if err := tx.checkCodeLimits(ctx, mac, limits); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "INSERT INTO sign_in_code (id, phone_mac, code_mac, created_at, expires_at) VALUES ($1, $2, $3, $4, $5)",
			code.ID, mac, tx.s.codeMAC(code.ID, code.Code), tx.now, tx.now+limits.Life.Milliseconds())
		return err
	})
	return code, err
}

// codeMAC binds a code to its row, so that equal codes of two people don't look equal in the database.
func (s *Store) codeMAC(id, code string) []byte { return s.keys.MAC("sign_in_code", id+":"+code) }

func (tx *Tx) checkCodeLimits(ctx context.Context, phoneMAC []byte, limits CodeLimits) error {
	hour := tx.now - time.Hour.Milliseconds()
	rows, err := tx.query(ctx, "SELECT created_at, expires_at FROM sign_in_code WHERE phone_mac = $1 AND created_at > $2 ORDER BY created_at DESC", phoneMAC, hour)
	type times struct{ created, expires int64 }
	recent, err := collect(rows, err, func(r *sql.Rows) (t times, err error) { return t, r.Scan(&t.created, &t.expires) })
	if err != nil {
		return err
	}
	var wait int64
	for _, t := range recent {
		if t.expires > t.created { // one that could not be sent counts for the hour only
			wait = max(wait, t.created+limits.Pause.Milliseconds()-tx.now)
		}
	}
	if len(recent) >= limits.PerHour {
		wait = max(wait, recent[limits.PerHour-1].created-hour)
	}
	if wait > 0 {
		return court.ErrTooMany.RetryIn(seconds(wait))
	}
	return nil
}

// seconds rounds milliseconds up.
func seconds(ms int64) int { return int((ms + 999) / 1000) }

// VoidSignInCode takes back a code that could not be sent, so that another can be asked for at once. It still counts
// for the hour: a gateway that sends and then fails must not become a way to flood a phone.
func (s *Store) VoidSignInCode(ctx context.Context, id string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE sign_in_code SET expires_at = created_at WHERE id = $1", id)
		return err
	})
}

// SignInByCode opens a session for whoever has a phone number, if the code is right. Only the newest code counts, once,
// and only for so many tries; everything else is court.ErrCode, the same for known and unknown numbers. A number that
// nobody had makes a new person, whose identity is not verified.
func (s *Store) SignInByCode(ctx context.Context, phone, code string, limits CodeLimits, d SessionData) (session Session, token string, err error) {
	phone, err = normalPhone(phone)
	if err != nil {
		return Session{}, "", err
	}
	var right bool
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		right, session, token = false, Session{}, ""
		var err error
		if right, err = tx.useCode(ctx, phone, code, limits); err != nil || !right {
			return err // a wrong try is committed: it counts
		}
		person, err := tx.personByPhone(ctx, phone)
		if err == nil && person == "" {
			person, err = tx.createPerson(ctx, PersonData{Phone: phone})
		}
		if err != nil {
			return err
		}
		session, token, err = tx.openSession(ctx, person, court.RolePerson, d)
		return err
	})
	if err == nil && !right {
		err = court.ErrCode.In("code")
	}
	return session, token, err
}

func (tx *Tx) useCode(ctx context.Context, phone, code string, limits CodeLimits) (right bool, err error) {
	mac := tx.s.phoneMAC(phone)
	if err := tx.lockNamed(ctx, mac); err != nil {
		return false, err
	}
	var id string
	var want []byte
	var expires, tries int64
	var used sql.NullInt64
	err = tx.row(ctx, "SELECT id, code_mac, expires_at, tries, used_at FROM sign_in_code WHERE phone_mac = $1 ORDER BY created_at DESC, id DESC LIMIT 1", mac).
		Scan(&id, &want, &expires, &tries, &used)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if used.Valid || tx.now >= expires || tries >= int64(limits.Tries) {
		return false, nil
	}
	if !hmac.Equal(want, tx.s.codeMAC(id, code)) {
		_, err = tx.exec(ctx, "UPDATE sign_in_code SET tries = tries + 1 WHERE id = $1", id)
		return false, err
	}
	_, err = tx.exec(ctx, "UPDATE sign_in_code SET used_at = $2 WHERE id = $1", id, tx.now)
	return true, err
}

// lockNamed makes transactions that name the same thing run one after the other, also where there is no row yet to
// lock. SQLite's one writer does so anyway.
func (tx *Tx) lockNamed(ctx context.Context, name []byte) error {
	if tx.s.engine == SQLite {
		return nil
	}
	h := fnv.New64a()
	h.Write(name)
	_, err := tx.exec(ctx, "SELECT pg_advisory_xact_lock($1)", int64(h.Sum64()))
	return err
}

package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"microcourt/store/court"
)

// AttemptLimit bounds guessing at one secret. Attempts are counted in the database, before the guess is looked at: they
// hold over all nodes and for any number of guesses at the same time.
type AttemptLimit struct {
	// Key says whose secret it is and from where it is tried; the database sees only its keyed hash.
	Key string
	// Free attempts have no wait; each one after them doubles it, from 30 s to 15 min.
	Free int
}

const (
	firstAttemptWait = 30 * time.Second
	maxAttemptWait   = 15 * time.Minute
	attemptMemory    = 24 * time.Hour // after so long without an attempt, counting starts anew
)

func attemptWait(over int64) time.Duration {
	wait := firstAttemptWait
	for ; over > 0 && wait < maxAttemptWait; over-- {
		wait *= 2
	}
	return min(wait, maxAttemptWait)
}

// BeginAttempt counts an attempt against all limits, or refuses it with court.ErrSignInLocked and the time to wait;
// what is refused isn't counted.
func (s *Store) BeginAttempt(ctx context.Context, limits []AttemptLimit) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var until int64
		counts := make([]int64, len(limits))
		for i, l := range limits {
			key := tx.s.attemptKey(l)
			if err := tx.lockNamed(ctx, key); err != nil {
				return err
			}
			var at, locked int64
			err := tx.row(ctx, "SELECT attempts, at, locked_until FROM sign_in_attempt WHERE key = $1", key).Scan(&counts[i], &at, &locked)
			if err != nil && !errors.Is(err, sql.ErrNoRows) {
				return err
			}
			if tx.now-at > attemptMemory.Milliseconds() {
				counts[i] = 0
			}
			until = max(until, locked)
		}
		if until > tx.now {
			return court.ErrSignInLocked.RetryIn(seconds(until - tx.now))
		}
		for i, l := range limits {
			if err := tx.countAttempt(ctx, l, counts[i]+1); err != nil {
				return err
			}
		}
		return nil
	})
}

func (tx *Tx) countAttempt(ctx context.Context, l AttemptLimit, count int64) error {
	var locked int64
	if over := count - int64(l.Free); over >= 0 {
		locked = tx.now + attemptWait(over).Milliseconds()
	}
	_, err := tx.exec(ctx, `INSERT INTO sign_in_attempt (key, attempts, at, locked_until) VALUES ($1, $2, $3, $4)
		ON CONFLICT (key) DO UPDATE SET attempts = excluded.attempts, at = excluded.at, locked_until = excluded.locked_until`,
		tx.s.attemptKey(l), count, tx.now, locked)
	return err
}

// WithdrawAttempt takes back one that was no guess, for instance a right password without the second step.
func (s *Store) WithdrawAttempt(ctx context.Context, limits []AttemptLimit) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, l := range limits {
			if _, err := tx.exec(ctx, "UPDATE sign_in_attempt SET attempts = attempts - 1, locked_until = 0 WHERE key = $1 AND attempts > 0", tx.s.attemptKey(l)); err != nil {
				return err
			}
		}
		return nil
	})
}

// forgetAttempts starts counting anew, after a success.
func (tx *Tx) forgetAttempts(ctx context.Context, limits []AttemptLimit) error {
	for _, l := range limits {
		if _, err := tx.exec(ctx, "DELETE FROM sign_in_attempt WHERE key = $1", tx.s.attemptKey(l)); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) attemptKey(l AttemptLimit) []byte { return s.keys.MAC("sign_in_attempt", l.Key) }

// SweepAccounts removes what signing in leaves behind and nobody asks for any more: codes after a day, passkeys' challenges when they are too late, counted
// attempts after two days, sessions that ended 90 days ago, with them the browsers that were told of news, and reminders as old.
func (s *Store) SweepAccounts(ctx context.Context) error {
	const day = 24 * 60 * 60 * 1000
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.exec(ctx, "DELETE FROM sign_in_code WHERE created_at < $1", tx.now-day); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM sign_in_attempt WHERE at < $1", tx.now-2*day); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM passkey_challenge WHERE expires_at < $1", tx.now); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM push_subscription WHERE session_id IN (SELECT id FROM session WHERE expires_at <= $1 OR revoked_at IS NOT NULL)", tx.now); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, "DELETE FROM reminder WHERE at < $1", tx.now-90*day); err != nil {
			return err
		}
		_, err := tx.exec(ctx, "DELETE FROM session WHERE expires_at < $1 OR revoked_at < $1", tx.now-90*day)
		return err
	})
}

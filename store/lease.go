package store

import (
	"context"
	"time"
)

// TakeLease takes what one node of all does at a time, or renews it, for ttl. It says who holds it: holder if it was free, had run out, or was holder's own.
func (s *Store) TakeLease(ctx context.Context, name, holder string, ttl time.Duration) (held string, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.takeLease(ctx, name, holder, ttl); err != nil {
			return err
		}
		return tx.row(ctx, "SELECT holder FROM lease WHERE name = $1", name).Scan(&held)
	})
	return held, err
}

// DropLease gives a lease up, so that the next node needn't wait until it runs out. Somebody else's stays.
func (s *Store) DropLease(ctx context.Context, name, holder string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM lease WHERE name = $1 AND holder = $2", name, holder)
		return err
	})
}

// takeLease reports whether holder has the lease now.
func (tx *Tx) takeLease(ctx context.Context, name, holder string, ttl time.Duration) (bool, error) {
	n, err := tx.exec(ctx, `INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
		ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until
		WHERE lease.until < $4 OR lease.holder = excluded.holder`, name, holder, tx.now+ttl.Milliseconds(), tx.now)
	return n > 0, err
}

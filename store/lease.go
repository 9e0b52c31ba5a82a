package store

import (
	"context"
	"database/sql"
	"errors"
	"time"
)

// A lease is what one node of all does, or has, at a time. It names its holder until a time of the record's clock; the nodes' clocks have to agree within a second.

// Lapse says of a lease that was given anew when its former holder renewed it last, Unix milliseconds; 0 where nobody had it. GivenUp: that holder hadn't died but gave it up.
type Lapse struct {
	At      int64
	GivenUp bool
}

// Holders gives who holds leases of these names now. What nobody holds, or nobody has renewed, is left out.
func (s *Store) Holders(ctx context.Context, names []string) (map[string]string, error) {
	held := map[string]string{}
	for _, name := range names { // few, and each by its key
		var holder string
		err := s.row(ctx, "SELECT holder FROM lease WHERE name = $1 AND until >= $2 AND holder <> ''", name, s.nowMS()).Scan(&holder)
		if errors.Is(err, sql.ErrNoRows) {
			continue
		}
		if err != nil {
			return nil, err
		}
		held[name] = holder
	}
	return held, nil
}

// GiveLease gives a lease to holder for ttl where nobody has it, and says who has it then. lapse is of the holder before, where holder got it.
func (s *Store) GiveLease(ctx context.Context, name, holder string, ttl time.Duration) (held string, lapse Lapse, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		lapse = Lapse{}
		var former string
		var until int64
		err := tx.row(ctx, "SELECT holder, until FROM lease WHERE name = $1"+tx.lock, name).Scan(&former, &until)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		n, err := tx.exec(ctx, `INSERT INTO lease (name, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE lease.until < $4 OR lease.holder = ''`, name, holder, tx.now+ttl.Milliseconds(), tx.now)
		if err != nil {
			return err
		}
		if held = holder; n > 0 {
			if until != 0 {
				lapse = Lapse{until - ttl.Milliseconds(), former == ""}
			}
			return nil
		}
		return tx.row(ctx, "SELECT holder FROM lease WHERE name = $1", name).Scan(&held)
	})
	return held, lapse, err
}

// RenewLeases renews those of the names that holder has, for ttl from now.
func (s *Store) RenewLeases(ctx context.Context, names []string, holder string, ttl time.Duration) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		for _, name := range names {
			if _, err := tx.exec(ctx, "UPDATE lease SET until = $3 WHERE name = $1 AND holder = $2", name, holder, tx.now+ttl.Milliseconds()); err != nil {
				return err
			}
		}
		return nil
	})
}

// HandLease gives holder's lease on to somebody else for ttl, or with "" up, and reports whether it was holder's.
func (s *Store) HandLease(ctx context.Context, name, holder, to string, ttl time.Duration) (handed bool, err error) {
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, "UPDATE lease SET holder = $3, until = $4 WHERE name = $1 AND holder = $2", name, holder, to, tx.now+ttl.Milliseconds())
		handed = n > 0
		return err
	})
	return handed, err
}

// DropLease ends a lease of what is over. Somebody else's stays.
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

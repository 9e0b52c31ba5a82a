package store

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"
)

// uploadLocks are leases in the record, for uploads on which several nodes may work. A holder that dies loses its lease
// after leaseTime.
type uploadLocks struct {
	s   *Store
	log *slog.Logger
}

const (
	leaseTime  = 30 * time.Second
	renewEvery = 5 * time.Second
	// lockPoll is how often a holder looks whether somebody wants the lock, and who waits whether it is free.
	lockPoll = 250 * time.Millisecond
)

func (l uploadLocks) NewLock(transfer string) (handler.Lock, error) {
	return &uploadLock{uploadLocks: l, transfer: transfer, holder: NewID(), quit: make(chan struct{})}, nil
}

// uploadLock is one holder's claim. Lock and Unlock are called once each.
type uploadLock struct {
	uploadLocks
	transfer, holder string

	quit   chan struct{} // closed by Unlock
	keeper sync.WaitGroup
}

// Lock asks whoever holds the lease to give it up and waits for that, at most until ctx ends.
func (l *uploadLock) Lock(ctx context.Context, requestUnlock func()) error {
	for {
		got, err := l.claim(ctx)
		if err != nil && ctx.Err() == nil {
			return err
		}
		if got {
			l.keeper.Go(func() { l.keep(requestUnlock) }) // Unlock stops and awaits it
			return nil
		}
		select {
		case <-ctx.Done():
			return handler.ErrLockTimeout
		case <-time.After(lockPoll):
		}
	}
}

// claim takes the lease if it is free, mine, or run out; otherwise it notes that somebody wants it.
func (l *uploadLock) claim(ctx context.Context) (got bool, err error) {
	err = l.s.write(ctx, func(ctx context.Context, tx *Tx) error {
		n, err := tx.exec(ctx, `INSERT INTO upload_lock (transfer, holder, until) VALUES ($1, $2, $3)
			ON CONFLICT (transfer) DO UPDATE SET holder = excluded.holder, until = excluded.until, wanted = 0
			WHERE upload_lock.until < $4 OR upload_lock.holder = excluded.holder`,
			l.transfer, l.holder, tx.now+leaseTime.Milliseconds(), tx.now)
		if err != nil {
			return err
		}
		if got = n > 0; !got {
			_, err = tx.exec(ctx, "UPDATE upload_lock SET wanted = 1 WHERE transfer = $1 AND wanted = 0", l.transfer)
		}
		return err
	})
	return got, err
}

// keep renews the lease and tells its holder when somebody wants it, or when it was lost.
func (l *uploadLock) keep(requestUnlock func()) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	ticker := time.NewTicker(lockPoll)
	defer ticker.Stop()
	renewed := time.Now()
	for {
		select {
		case <-l.quit:
			return
		case <-ticker.C:
		}
		var wanted int
		err := l.s.row(ctx, "SELECT wanted FROM upload_lock WHERE transfer = $1 AND holder = $2", l.transfer, l.holder).Scan(&wanted)
		if err == nil && wanted == 0 && time.Since(renewed) < renewEvery {
			continue
		}
		if err != nil || wanted != 0 {
			requestUnlock()
		}
		if time.Since(renewed) < renewEvery {
			continue
		}
		if err := l.renew(ctx); err != nil {
			l.log.Warn("an upload's lock could not be renewed", "err", err)
			requestUnlock()
			continue
		}
		renewed = time.Now()
	}
}

func (l *uploadLock) renew(ctx context.Context) error {
	return l.s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "UPDATE upload_lock SET until = $3 WHERE transfer = $1 AND holder = $2",
			l.transfer, l.holder, tx.now+leaseTime.Milliseconds())
		return err
	})
}

// Unlock gives the lease back.
func (l *uploadLock) Unlock() error {
	close(l.quit)
	l.keeper.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), renewEvery)
	defer cancel()
	return l.s.write(ctx, func(ctx context.Context, tx *Tx) error {
		_, err := tx.exec(ctx, "DELETE FROM upload_lock WHERE transfer = $1 AND holder = $2", l.transfer, l.holder)
		return err
	})
}

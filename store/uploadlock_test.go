package store_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tus/tusd/v2/pkg/handler"

	"microcourt/store"
	"microcourt/store/storetest"
)

func TestOneNodeAtATimeWorksOnAnUpload(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			var later atomic.Int64
			cfg := storetest.Config(t, engine)
			cfg.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
			one := store.NewUploadLocks(storetest.OpenConfig(t, cfg))
			two := store.NewUploadLocks(storetest.OpenConfig(t, cfg))
			claim := func(locks handler.Locker, patience time.Duration, requestUnlock func()) (handler.Lock, error) {
				lock, err := locks.NewLock("u1")
				if err != nil {
					t.Fatal(err)
				}
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				return lock, lock.Lock(ctx, requestUnlock)
			}

			asked := make(chan struct{}, 100)
			held, err := claim(one, time.Minute, func() { asked <- struct{}{} })
			if err != nil {
				t.Fatal(err)
			}
			if _, err := claim(two, 600*time.Millisecond, func() {}); !errors.Is(err, handler.ErrLockTimeout) {
				t.Fatalf("a lock that is held: %v", err)
			}
			<-asked // its holder heard that somebody wants it

			released := make(chan error, 1)
			go func() { // ends with Unlock
				<-asked
				released <- held.Unlock()
			}()
			next, err := claim(two, time.Minute, func() {})
			if err != nil {
				t.Fatalf("a lock whose holder was asked to give it up: %v", err)
			}
			if err := <-released; err != nil {
				t.Fatal(err)
			}

			// A holder that died is not waited for longer than its lease.
			later.Add(int64(store.LeaseTime + time.Second))
			last, err := claim(one, time.Minute, func() {})
			if err != nil {
				t.Fatalf("a lease that ran out: %v", err)
			}
			if err := next.Unlock(); err != nil { // no longer its own
				t.Fatal(err)
			}
			if _, err := claim(two, 300*time.Millisecond, func() {}); !errors.Is(err, handler.ErrLockTimeout) {
				t.Errorf("the former holder's unlock freed another's lock: %v", err)
			}
			if err := last.Unlock(); err != nil {
				t.Fatal(err)
			}
		})
	}
}

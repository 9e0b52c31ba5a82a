package bench

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest/servers"
)

// publish measures what committing in groups gains: many callers of the append against one, without sockets, both
// durable, in turn.
func (b *bench) publish(ctx context.Context) error {
	if !b.wants("publish") {
		return nil
	}
	if err := b.publishOn(ctx, "SQLite FULL", filepath.Join(b.dir, "publish.db"), 2.7); err != nil {
		return err
	}
	database := b.Postgres
	if database == "" {
		server, err := servers.StartPostgres()
		if err != nil {
			b.say("MISSING: durable publish on PostgreSQL is not measured: %v", err)
			return err
		}
		defer server.Stop()
		database = server.URL("postgres")
	}
	fresh, drop, err := servers.CreateDatabase(database)
	if err != nil {
		return err
	}
	defer drop()
	return b.publishOn(ctx, "PostgreSQL", fresh, 5)
}

// authorsRooms is how many rooms the callers write into; each caller has a seat of its own.
const authorsRooms = 64

func (b *bench) publishOn(ctx context.Context, name, database string, budget float64) error {
	b.say("durable publish, %s", name)
	if err := seed(ctx, database, authorsRooms); err != nil {
		return err
	}
	cfg, err := recordConfig(database)
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, cfg)
	if err != nil {
		return err
	}
	defer s.Close()
	body, err := court.ParseBody(court.KindText, []byte(`{"text":"请问第二次庭审的时间是否已经确定？"}`))
	if err != nil {
		return err
	}
	var single, grouped []float64
	for range b.rounds {
		one, err := b.appendFor(ctx, s, body, 1)
		if err != nil {
			return err
		}
		many, err := b.appendFor(ctx, s, body, b.callers)
		if err != nil {
			return err
		}
		single, grouped = append(single, one), append(grouped, many)
	}
	b.report.atLeast("durable publish, "+name, median(grouped)/median(single), budget, "x one by one",
		fmt.Sprintf("%d callers: %.0f/s; one by one %.0f/s", b.callers, median(grouped), median(single)))
	return nil
}

// appendFor has callers append for a while and gives messages a second.
func (b *bench) appendFor(ctx context.Context, s *store.Store, body court.Body, callers int) (float64, error) {
	var appended atomic.Int64
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	began := time.Now()
	until := began.Add(time.Duration(b.publishMS) * time.Millisecond)
	for i := range callers {
		n := i % (authorsRooms * phonesPerRoom)
		all.Go(func() {
			for time.Now().Before(until) {
				d := store.Draft{CaseID: caseOf(n / phonesPerRoom), Thread: court.RoomThread, ID: store.NewID(),
					PersonID: personOf(n), SessionID: sessionOf(n), Kind: court.KindText, Body: body}
				if _, err := s.Append(ctx, d); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				appended.Add(1)
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return float64(appended.Load()) / time.Since(began).Seconds(), nil
}

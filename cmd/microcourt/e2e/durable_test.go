package e2e_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/storetest/servers"
)

// TestP1NothingAcknowledgedOrSeenIsLostByKill9: the server is killed at random moments under load. In the end everything that
// was acknowledged stands exactly once in its acknowledged place, and all that anybody saw is there.
func TestP1NothingAcknowledgedOrSeenIsLostByKill9(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			rec := seed(t, databaseOf(t, engine), 3)
			// As courts run it; the race detector takes longer to start than many of its lives last.
			srv := newServer(t, rec.setup(built(t, inSoak(plainProgram, raceProgram))))
			srv.start()
			cr := newCrowd(t, rec, crowdSize{each: 1, pace: 40 * time.Millisecond}, srv)
			began := time.Now()
			kills := inSoak(22, 220)
			for k := range kills {
				cr.awaitAcks(cr.acked(), 30, 30*time.Second)
				time.Sleep(rand.N(400 * time.Millisecond)) // the moment is the point, not a wait
				srv.kill()
				if k%7 == 6 { // and once while it is starting
					srv.launch()
					time.Sleep(rand.N(150 * time.Millisecond))
					srv.kill()
				}
				srv.start()
			}
			t.Logf("%d kills in %v", kills, time.Since(began).Round(time.Second))
			cr.finish(srv)
		})
	}
}

// TestP1ACrashedPostgreSQLLosesNothing: the database is ended at once, as by a cut cable, while the server lives on.
func TestP1ACrashedPostgreSQLLosesNothing(t *testing.T) {
	pg := servers.OwnPostgres(t)
	rec := seed(t, pg.URL("postgres"), 3)
	srv := newServer(t, rec.setup(built(t, raceProgram)))
	srv.start()
	cr := newCrowd(t, rec, crowdSize{each: 1, pace: 40 * time.Millisecond}, srv)
	for range inSoak(4, 40) {
		cr.awaitAcks(cr.acked(), 200, 30*time.Second)
		time.Sleep(rand.N(200 * time.Millisecond)) // the moment is the point, not a wait
		pg.Crash(t)
		pg.Start(t)
	}
	cr.awaitAcks(cr.acked(), 200, 30*time.Second)
	cr.finish(srv)
}

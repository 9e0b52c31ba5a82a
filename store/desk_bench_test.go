package store_test

import (
	"fmt"
	"testing"

	"microcourt/store"
	"microcourt/store/storetest"
)

// BenchmarkDesk asks for the desk of a clerk with 500 rooms; in each stand 20 exhibits, half of them answered to, an exchange, 3 applications, a fee notice
// and 100 events.
func BenchmarkDesk(b *testing.B) {
	const rooms = 500
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		b.Run(string(engine), func(b *testing.B) {
			cfg := storetest.Config(b, engine)
			s := storetest.OpenConfig(b, cfg)
			w := storetest.NewWorld(b, s, rooms)
			fillDesks(b, cfg, w)
			b.ResetTimer()
			for b.Loop() {
				d, err := s.Desk(b.Context(), store.DeskQuery{PersonID: w.Seats["clerk"].PersonID, State: store.CaseOpen})
				if err != nil || len(d.Rooms) != rooms || d.Total.Opinions != 10*rooms || d.Total.Applications != 3*rooms {
					b.Fatalf("%d rooms, %+v, %v", len(d.Rooms), d.Total, err)
				}
			}
		})
	}
}

// fillDesks fills the tables that the desk reads, past the program: making as much by acts would take minutes.
func fillDesks(b *testing.B, cfg store.Config, w *storetest.World) {
	b.Helper()
	db := openRaw(b, cfg)
	tx, err := db.Begin()
	if err != nil {
		b.Fatal(err)
	}
	exec := func(query string, args ...any) {
		if _, err := tx.Exec(query, args...); err != nil {
			b.Fatalf("%s: %v", query, err)
		}
	}
	for _, c := range w.Cases {
		plaintiff, defendant := w.Seats["plaintiff"].Participant[c], w.Seats["defendant"].Participant[c]
		exec(`INSERT INTO submission (id, case_id, number, party_id, by_id, by_court, at, seq) VALUES ($1, $1, 1, $2, $2, 0, 1000, 1)`, c, plaintiff)
		for i := range 20 {
			id := fmt.Sprint(c, "-", i)
			exec(`INSERT INTO exhibit (id, case_id, submission_id, party_id, number, name, kind, purpose, source, original_held, pages) VALUES ($1, $2, $2, $3, $4, '合同', 'documentary', '证明', '', 1, 1)`, id, c, plaintiff, i+1)
			if i%2 == 0 {
				exec(`INSERT INTO opinion (exhibit_id, party_id, version, by_id, by_court, objection, body, at, seq) VALUES ($1, $2, 1, $2, 0, 0, '{}', 2000, 2)`, id, defendant)
			}
		}
		exec(`INSERT INTO exchange (id, case_id, mode, opens_at, ends_at, exhibits, note, opened_by, opened_at) VALUES ($1, $1, 'asynchronous', 1, 4000000000000, '[]', '', $2, 1)`, c, plaintiff)
		for i := range 3 {
			exec(`INSERT INTO application (id, case_id, thread, seq, kind, party_id, by_id, state, at, updated_at) VALUES ($1, $2, 'room', 3, 'other', $3, $3, 'submitted', 3000, 3000)`, fmt.Sprint(c, "-", i), c, plaintiff)
		}
		exec(`INSERT INTO fee_notice (id, case_id, thread, seq, party_id, to_id, by_id, title, amount, result, status, due, at, updated_at) VALUES ($1, $1, $2, 1, $3, $3, $3, '受理费', 1, '{}', 'unpaid', 4000000000000, 1, 1)`, c, "bench/"+plaintiff, plaintiff)
		for i := range 100 {
			exec(`INSERT INTO event (case_id, thread, seq, id, at, by_id, kind, body, by_person, session_id, words, digest, salt, withdrawn_by) VALUES ($1, 'room', $2, $3, 4000, $4, 'text', '{"text":"x"}', $5, '', 'x', $6, $6, '')`,
				c, 100+i, fmt.Sprint("e", c, i), plaintiff, w.Seats["plaintiff"].PersonID, []byte{1})
		}
		exec("UPDATE thread SET last_seq = 199 WHERE case_id = $1 AND name = 'room'", c)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
}

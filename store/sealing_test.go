package store_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal"
	"microcourt/store/seal/archive"
	"microcourt/store/storetest"
)

// notary is a witness of the test's own. Its first answer is a failure.
type notary struct {
	mu    sync.Mutex
	asked int
	notes []string
}

func (n *notary) Name() string { return "notary" }

func (n *notary) Attest(_ context.Context, text string) ([]byte, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.asked++; n.asked == 1 {
		return nil, errors.New("not at home")
	}
	n.notes = append(n.notes, text)
	return []byte("seen: " + text), nil
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !ok(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: not in 20 s", what)
		}
	}
}

// TestTheRecordIsSealedOnTheClockByOneNodeWhetherOrNotAnythingHappens, and witnesses are asked until they answer.
func TestTheRecordIsSealedOnTheClockByOneNodeWhetherOrNotAnythingHappens(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			cfg := storetest.Config(t, engine)
			s := storetest.OpenConfig(t, cfg)
			w := storetest.NewWorld(t, s, 3)
			key, err := store.NewSealKey(s.Installation())
			if err != nil {
				t.Fatal(err)
			}
			other := s
			if engine == store.PostgreSQL {
				other = storetest.OpenConfig(t, cfg)
			}
			const every = 300 * time.Millisecond
			witness := &notary{}
			ctx, cancel := context.WithCancel(t.Context())
			var nodes sync.WaitGroup
			for _, node := range []*store.Store{s, other} {
				sealing := store.NewSealing(node, store.SealingConfig{Key: key, Every: every, Witnesses: []store.Witness{witness}})
				if err := sealing.Check(ctx); err != nil {
					t.Fatal(err)
				}
				nodes.Go(func() { sealing.Run(ctx) })
			}
			heads := func() []store.PublishedHead {
				_, heads, err := s.PublishedHeads(t.Context(), 0, 100)
				if err != nil {
					t.Fatal(err)
				}
				return heads
			}
			eventually(t, "five heads, and a witness's word", func() bool {
				witness.mu.Lock()
				defer witness.mu.Unlock()
				return len(heads()) >= 5 && len(witness.notes) >= 2
			})
			cancel()
			nodes.Wait()
			all := heads()
			verifier, err := note.NewVerifier(key.Public)
			if err != nil {
				t.Fatal(err)
			}
			for i, h := range all {
				n, err := note.Open([]byte(h.Note), note.VerifierList(verifier))
				if err != nil {
					t.Fatal(err)
				}
				c, err := seal.ParseCheckpoint(n.Text)
				if err != nil || c.Number != int64(len(all)-i) || c.At != h.At || c.At%every.Milliseconds() != 0 || c.Leaves != seal.MinCheckpointLeaves {
					t.Errorf("head %d: %+v, %v", h.Number, c, err)
				}
				if i+1 < len(all) && c.Previous != seal.TextHash(archive.NoteText(all[i+1].Note)) {
					t.Errorf("head %d doesn't name the one before", h.Number)
				}
			}
			db := openRaw(t, cfg)
			for _, id := range w.Cases {
				var seals, largest int
				if err := db.QueryRow("SELECT count(*), max(number) FROM seal WHERE case_id = $1 AND checkpoint <= $2", id, len(all)).Scan(&seals, &largest); err != nil {
					t.Fatal(err)
				}
				if seals != len(all) || largest != len(all) {
					t.Errorf("a case without a word has %d seals of %d", seals, len(all))
				}
			}
			if witness.notes[0] == "" || witness.asked < 3 {
				t.Errorf("the witness was asked %d times", witness.asked)
			}
		})
	}
}

// TestAWorkOfSealingThatBreaksOffIsFinishedByTheNext: what was done stays, and the head holds every case once.
func TestAWorkOfSealingThatBreaksOffIsFinishedByTheNext(t *testing.T) {
	w := newSealed(t, store.SQLite)
	for i := range 300 {
		w.say("plaintiff", court.RoomThread, fmt.Sprint(i))
	}
	w.seal()
	a := attack(w)
	for i := range 200 {
		w.say("plaintiff", court.RoomThread, fmt.Sprint(i))
	}
	w.seal()
	a.exec("DELETE FROM checkpoint WHERE number = 2") // as if the program had ended just before the head
	a.exec("DELETE FROM checkpoint_tile WHERE checkpoint = 2")
	a.exec("DELETE FROM seal WHERE case_id = $1 AND number = 2", w.Cases[0]) // and before this case, but for its tiles
	a.exec("DELETE FROM seal_head WHERE case_id = $1 AND seal = 2", w.Cases[0])
	w.say("plaintiff", court.RoomThread, "after the start")
	published := w.seal()
	if r := verifyZip(t, w.export(store.CourtArchive(w.Cases[0])), archive.Trust{Published: published}); !r.OK() || r.Checkpoint != 2 || r.Events < 501 {
		t.Error(r.Text("en"))
	}
	var seals int
	if err := a.db.QueryRow("SELECT count(DISTINCT case_id) FROM seal WHERE checkpoint = 2").Scan(&seals); err != nil || seals != 2 {
		t.Errorf("%d cases in the head, %v", seals, err)
	}
}

// TestAnotherKeyDoesNotGoOnSealing unless that is said: it would look like a forgery.
func TestAnotherKeyDoesNotGoOnSealing(t *testing.T) {
	w := newSealed(t, store.SQLite)
	other, err := store.NewSealKey(w.Store.Installation())
	if err != nil {
		t.Fatal(err)
	}
	if err := store.NewSealing(w.Store, store.SealingConfig{Key: other, Every: time.Hour}).Check(t.Context()); err == nil {
		t.Error("a second key is taken")
	}
	w.talk()
	w.seal()
	if w.sealing = store.NewSealing(w.Store, store.SealingConfig{Key: other, Every: time.Hour}); w.sealing.TakeNewKey(t.Context()) != nil || w.sealing.Check(t.Context()) != nil {
		t.Error("a new key is not taken where that is wanted")
	}
	text := func() []byte {
		w.putForward(2 * time.Minute) // the lease of the other has run out
		published := w.seal()
		if r := verifyZip(t, w.export(store.CourtArchive(w.Cases[0])), archive.Trust{Published: published}); !r.OK() {
			t.Error(r.Text("en"))
		}
		return w.export(store.CourtArchive(w.Cases[0]))
	}()
	both := w.byKey()
	v, err := note.NewVerifier(other.Public)
	if err != nil {
		t.Fatal(err)
	}
	if both.Keys = append(both.Keys, v); !verifyZip(t, text, both).OK() {
		t.Error("held against both keys it doesn't verify")
	}
	if r := verifyZip(t, text, w.byKey()); r.OK() {
		t.Error("with the old key alone it verifies")
	}
}

// TestOnlyWhatWasRecordedUpToItsTimeIsInASeal also where more is there already.
func TestOnlyWhatWasRecordedUpToItsTimeIsInASeal(t *testing.T) {
	w := newSealed(t, store.SQLite)
	w.say("plaintiff", court.RoomThread, "in time")
	w.putForward(time.Minute)
	tick := w.cfg.Now()
	w.putForward(time.Minute)
	late := w.say("plaintiff", court.RoomThread, "late")
	if _, err := w.sealing.Seal(t.Context(), tick); err != nil {
		t.Fatal(err)
	}
	r := verifyZip(t, w.export(store.CourtArchive(w.Cases[0])), w.byKey())
	if !r.OK() || r.Later != 1 || r.Events != late-1 {
		t.Error(r.Text("en"))
	}
}

// TestAHeadFromTheFutureIsWarnedOf: with it nothing more is sealed until that time has come, and somebody has to know why.
func TestAHeadFromTheFutureIsWarnedOf(t *testing.T) {
	w := newSealed(t, store.SQLite)
	if _, err := w.sealing.Seal(t.Context(), w.cfg.Now().Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	log := &syncedText{}
	sealing := store.NewSealing(w.Store, store.SealingConfig{Key: w.key, Every: 100 * time.Millisecond, Log: slog.New(slog.NewTextHandler(log, nil))})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { sealing.Run(ctx) })
	eventually(t, "a warning", func() bool { return strings.Contains(log.String(), "clock of a node") })
	cancel()
	running.Wait()
	if n := strings.Count(log.String(), "clock of a node"); n != 1 {
		t.Errorf("it was said %d times", n)
	}
}

// syncedText is a log that can be read while it is written.
type syncedText struct {
	mu   sync.Mutex
	text strings.Builder
}

func (s *syncedText) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *syncedText) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// TestAClosedCaseIsSealedOnceAWeekAMonthAfterItsEnd, which is nothing that only some know.
func TestAClosedCaseIsSealedOnceAWeekAMonthAfterItsEnd(t *testing.T) {
	w := newSealed(t, store.SQLite)
	w.Import(t, w.CaseFile(0, store.CaseClosed, "judge")) // closed on 2026-02-05
	a := attack(w)
	count := func(id string) (n int) {
		if err := a.db.QueryRow("SELECT count(*) FROM seal WHERE case_id = $1", id).Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	at := time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)
	if now := w.cfg.Now(); at.Before(now) {
		at = now
	}
	for day := range 29 {
		if _, err := w.sealing.Seal(t.Context(), at.AddDate(0, 0, day)); err != nil {
			t.Fatal(err)
		}
	}
	if open, closed := count(w.Cases[1]), count(w.Cases[0]); open != 29 || closed < 4 || closed > 6 {
		t.Errorf("%d seals of the open case, %d of the closed one", open, closed)
	}
	if r := verifyZip(t, w.export(store.CourtArchive(w.Cases[0])), w.byKey()); !r.OK() {
		t.Error(r.Text("en"))
	}
}

// TestSealingKeepsNobodyWaiting: acts go through while the record of a long case is sealed for the first time.
func TestSealingKeepsNobodyWaiting(t *testing.T) {
	w := newSealed(t, store.SQLite)
	const n = 6000
	ctx := context.Background()
	var wg sync.WaitGroup
	for range 64 {
		wg.Go(func() {
			for range n / 64 {
				if _, err := w.Store.Append(ctx, w.Seats["plaintiff"].Draft(w.Cases[0], court.RoomThread, "words")); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	w.putForward(time.Minute)
	var slowest atomic.Int64
	done := make(chan struct{})
	var talk sync.WaitGroup
	talk.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				return
			default:
			}
			began := time.Now()
			if _, err := w.Store.Append(ctx, w.Seats["defendant"].Draft(w.Cases[1], court.RoomThread, "meanwhile")); err != nil {
				t.Error(err)
			}
			slowest.Store(max(slowest.Load(), int64(time.Since(began))))
		}
	})
	w.seal()
	close(done)
	talk.Wait()
	if d := time.Duration(slowest.Load()); d > 2*time.Second {
		t.Errorf("an act waited %v while the record was sealed", d)
	}
	if r := verifyZip(t, w.export(store.CourtArchive(w.Cases[0])), w.byKey()); !r.OK() || r.Events < n/64*64 {
		t.Error(r.Text("en"))
	}
}

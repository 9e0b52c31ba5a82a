package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

func allEvents(t testing.TB, s *store.Store, caseID, thread string) []court.Event {
	t.Helper()
	var all []court.Event
	for after := int64(0); ; {
		page, more, err := s.Events(context.Background(), caseID, thread, 0, store.Page{After: after, Limit: store.MaxPage})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, page...)
		if !more {
			return all
		}
		after = page[len(page)-1].Seq
	}
}

// TestP2NumbersHaveNoGapsAndTimesNeverGoBack: many authors at once, one order.
func TestP2NumbersHaveNoGapsAndTimesNeverGoBack(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 2)
		threads := []string{court.RoomThread, storetest.Pair(w.Cases[0], w.Seats["plaintiff"], w.Seats["clerk"])}
		before := len(allEvents(t, s, w.Cases[0], court.RoomThread))
		const each = 60
		var wg sync.WaitGroup
		for _, name := range []string{"plaintiff", "clerk"} {
			for g := range 4 {
				wg.Go(func() {
					for i := range each {
						d := w.Seats[name].Draft(w.Cases[0], threads[(g+i)%2], fmt.Sprint(name, g, i))
						if _, err := s.Append(context.Background(), d); err != nil {
							t.Errorf("append: %v", err)
						}
					}
				})
			}
		}
		wg.Wait()
		total := 0
		for _, thread := range threads {
			var last court.Event
			for i, ev := range allEvents(t, s, w.Cases[0], thread) {
				if ev.Seq != int64(i+1) || ev.At < last.At {
					t.Fatalf("%s: event %d has seq %d at %d after %d", thread, i, ev.Seq, ev.At, last.At)
				}
				last = ev
				total++
			}
		}
		if total != before+2*4*each {
			t.Errorf("%d events, want %d", total, before+2*4*each)
		}
	})
}

// TestP2ARetryIsTheSameAct also within one batch and across openings of the record.
func TestP2ARetryIsTheSameAct(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			cfg := storetest.Config(t, engine)
			s, err := store.Open(t.Context(), cfg)
			if err != nil {
				t.Fatal(err)
			}
			w := storetest.NewWorld(t, s, 1)
			d := w.Seats["plaintiff"].Draft(w.Cases[0], court.RoomThread, "once")
			var wg sync.WaitGroup
			var mu sync.Mutex
			seqs, firsts := map[int64]bool{}, 0
			for range 20 {
				wg.Go(func() {
					a, err := s.Append(context.Background(), d)
					if err != nil {
						t.Errorf("append: %v", err)
					}
					mu.Lock()
					defer mu.Unlock()
					seqs[a.Seq] = true
					if !a.Repeat {
						firsts++
					}
				})
			}
			wg.Wait()
			if len(seqs) != 1 || firsts != 1 {
				t.Errorf("20 tries of one act gave %d places, %d of them new", len(seqs), firsts)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = storetest.OpenConfig(t, cfg)
			again, err := s.Append(context.Background(), d)
			if err != nil || !again.Repeat || !seqs[again.Seq] {
				t.Errorf("after reopening: %+v, %v", again, err)
			}
			other := w.Seats["plaintiff"].Draft(w.Cases[0], court.RoomThread, "something else")
			other.ID = d.ID
			if _, err := s.Append(context.Background(), other); !errors.Is(err, court.ErrIDReused) {
				t.Errorf("the same id with other content gives %v", err)
			}
			theirs := w.Seats["defendant"].Draft(w.Cases[0], court.RoomThread, "mine")
			theirs.ID = d.ID
			if a, err := s.Append(context.Background(), theirs); err != nil || a.Repeat {
				t.Errorf("another author's use of the same id gives %+v, %v: it must not be consulted", a, err)
			}
		})
	}
}

// TestP4TheRuleIsCheckedInTheTransaction: what is refused leaves no trace, and never spoils its group.
func TestP4TheRuleIsCheckedInTheTransaction(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		c := w.Cases[0]
		p := w.Seats
		quote := p["plaintiff"].Draft(c, court.RoomThread, "quotes the future")
		quote.Body.Quote = 10_000
		ended := *p["lawyer"]
		ended.SessionID = store.NewID()
		cases := []struct {
			name  string
			draft store.Draft
			want  error
		}{
			{"stranger", p["stranger"].Draft(c, court.RoomThread, "x"), court.ErrNotFound},
			{"no such case", p["plaintiff"].Draft(store.NewID(), court.RoomThread, "x"), court.ErrNotFound},
			{"a private thread of others", p["plaintiff"].Draft(c, storetest.Pair(c, p["defendant"], p["clerk"]), "x"), court.ErrNotFound},
			{"a bench thread of others", p["plaintiff"].Draft(c, storetest.Bench(c, p["defendant"]), "x"), court.ErrNotFound},
			{"one's own service thread", p["plaintiff"].Draft(c, court.ServiceThread(p["plaintiff"].Participant[c]), "x"), court.ErrInvalid},
			{"a service thread as clerk", p["clerk"].Draft(c, court.ServiceThread(p["plaintiff"].Participant[c]), "x"), court.ErrInvalid},
			{"a service thread of others", p["plaintiff"].Draft(c, court.ServiceThread(p["defendant"].Participant[c]), "x"), court.ErrNotFound},
			{"a bench thread as clerk", p["clerk"].Draft(c, storetest.Bench(c, p["defendant"]), "x"), court.ErrNotFound},
			{"a pair with nobody", p["plaintiff"].Draft(c, court.PairThread(p["plaintiff"].Participant[c], store.NewID()), "x"), court.ErrNotFound},
			{"quoting what isn't there", quote, court.ErrInvalid},
			{"an ended session", ended.Draft(c, court.RoomThread, "x"), court.ErrUnauthenticated},
		}
		var wg sync.WaitGroup
		for range 5 {
			for _, tc := range cases {
				wg.Go(func() {
					if _, err := s.Append(context.Background(), tc.draft); !errors.Is(err, tc.want) {
						t.Errorf("%s: got %v, want %v", tc.name, err, tc.want)
					}
				})
				wg.Go(func() {
					if _, err := s.Append(context.Background(), p["judge"].Draft(c, court.RoomThread, "fine")); err != nil {
						t.Errorf("the neighbour of a refused act: %v", err)
					}
				})
			}
		}
		wg.Wait()
		fine := 0
		for i, ev := range allEvents(t, s, c, court.RoomThread) {
			if ev.Seq != int64(i+1) {
				t.Fatalf("a refused act took number %d", i+1)
			}
			if ev.Kind == court.KindText {
				fine++
			}
		}
		if fine != 5*len(cases) {
			t.Errorf("%d messages stand, want %d", fine, 5*len(cases))
		}
	})
}

// TestP4ARevokedSessionCannotSpeak, at once.
func TestP4ARevokedSessionCannotSpeak(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		p := w.Seats["plaintiff"]
		if _, err := s.Append(context.Background(), p.Draft(w.Cases[0], court.RoomThread, "before")); err != nil {
			t.Fatal(err)
		}
		if err := s.RevokeSession(context.Background(), p.PersonID, p.SessionID); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(context.Background(), p.Draft(w.Cases[0], court.RoomThread, "after")); !errors.Is(err, court.ErrUnauthenticated) {
			t.Errorf("after revocation: %v", err)
		}
	})
}

// TestRecallAndHideTakeFromViewAndKeepTheRecord.
func TestRecallAndHideTakeFromViewAndKeepTheRecord(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		c, ctx := w.Cases[0], context.Background()
		act := func(who string, kind court.Kind, raw string) error {
			body, err := court.ParseBody(kind, []byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			d := w.Seats[who].Draft(c, court.RoomThread, "x")
			d.Kind, d.Body = kind, body
			_, err = s.Append(ctx, d)
			return err
		}
		a, err := s.Append(ctx, w.Seats["plaintiff"].Draft(c, court.RoomThread, "taken back"))
		if err != nil {
			t.Fatal(err)
		}
		if err := act("defendant", court.KindRecall, fmt.Sprintf(`{"seq":%d}`, a.Seq)); !errors.Is(err, court.ErrForbidden) {
			t.Errorf("recalling another's message: %v", err)
		}
		if err := act("plaintiff", court.KindHide, fmt.Sprintf(`{"seq":%d,"reason":"r"}`, a.Seq)); !errors.Is(err, court.ErrForbidden) {
			t.Errorf("a party hides: %v", err)
		}
		if err := act("plaintiff", court.KindRecall, fmt.Sprintf(`{"seq":%d}`, a.Seq)); err != nil {
			t.Fatal(err)
		}
		if err := act("judge", court.KindHide, fmt.Sprintf(`{"seq":%d,"reason":"again"}`, a.Seq)); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("hiding what was recalled: %v", err)
		}
		for _, ev := range allEvents(t, s, c, court.RoomThread) {
			if ev.Seq == a.Seq && (ev.Withdrawn != court.KindRecall || string(ev.Body) != "{}") {
				t.Errorf("the recalled message is shown as %s, withdrawn %q", ev.Body, ev.Withdrawn)
			}
		}
		found, _, err := s.SearchEvents(ctx, c, w.Seats["judge"].PersonID, "taken", store.Place{}, 10)
		if err != nil || len(found) != 0 {
			t.Errorf("search finds %d recalled messages (%v)", len(found), err)
		}
	})
}

// TestP3SQLAndRulesAgreeOnWhoReadsWhat: what the lists select is what the rules allow, for random threads.
func TestP3SQLAndRulesAgreeOnWhoReadsWhat(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		c, ctx := w.Cases[0], context.Background()
		names := []string{"judge", "clerk", "plaintiff", "defendant", "lawyer"}
		rapid.Check(t, func(rt *rapid.T) {
			from := w.Seats[rapid.SampledFrom(names).Draw(rt, "from")]
			to := w.Seats[rapid.SampledFrom(names).Draw(rt, "to")]
			thread := storetest.Bench(c, from)
			if from != to {
				thread = storetest.Pair(c, from, to)
			}
			var a store.Appended
			var err error
			if from.Role == court.RolePerson && from == to && rapid.Bool().Draw(rt, "service") {
				thread = court.ServiceThread(from.Participant[c])
				a, err = s.ConfirmAddress(ctx, store.AddressConfirmation{RoomAct: store.RoomAct{CaseID: c, ID: store.NewID(), PersonID: from.PersonID, SessionID: from.SessionID},
					Basis: court.ConsentConfirmed, Address: theirAddress(true, true)})
			} else {
				a, err = s.Append(ctx, from.Draft(c, thread, "secret "+store.NewID()))
			}
			if from == to && from.Name == "judge" {
				if !errors.Is(err, court.ErrNotFound) {
					rt.Fatalf("a judge's own bench thread: %v", err)
				}
				return
			}
			if err != nil {
				rt.Fatal(err)
			}
			th, err := court.ParseThread(thread)
			if err != nil {
				rt.Fatal(err)
			}
			for _, name := range names {
				p := w.Seats[name]
				st, err := s.Standing(ctx, c, p.PersonID, "")
				if err != nil {
					rt.Fatal(err)
				}
				listed := false
				threads, err := s.Threads(ctx, c, p.PersonID)
				if err != nil {
					rt.Fatal(err)
				}
				for _, ts := range threads {
					listed = listed || ts.Thread == thread && ts.Seq >= a.Seq
				}
				if listed != th.Reads(st) {
					rt.Fatalf("%s: %s is listed %v, read %v", name, th.Kind, listed, th.Reads(st))
				}
				found, _, err := s.SearchEvents(ctx, c, p.PersonID, "secret", store.Place{}, 100)
				if err != nil {
					rt.Fatal(err)
				}
				for _, ev := range found {
					of, _ := court.ParseThread(ev.Thread)
					if !of.Reads(st) {
						rt.Fatalf("%s finds an event of %s", name, of.Kind)
					}
				}
			}
		})
	})
}

// TestWhoMayNotSpeakInTheRoomCanStillTurnToTheBench, and to nobody else, until the judge lifts it.
func TestWhoMayNotSpeakInTheRoomCanStillTurnToTheBench(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		c, ctx, p := w.Cases[0], context.Background(), w.Seats
		rule := func(barred bool) {
			t.Helper()
			body, err := court.ParseBody(court.KindSpeech, fmt.Appendf(nil, `{"participant":%q,"barred":%v,"reason":"r"}`, p["defendant"].Participant[c], barred))
			if err != nil {
				t.Fatal(err)
			}
			d := p["judge"].Draft(c, court.RoomThread, "x")
			d.Kind, d.Body = court.KindSpeech, body
			if _, err := s.Append(ctx, d); err != nil {
				t.Fatal(err)
			}
		}
		threads := map[string]string{"room": court.RoomThread, "pair": storetest.Pair(c, p["defendant"], p["clerk"]), "bench": storetest.Bench(c, p["defendant"])}
		for _, barred := range []bool{true, false} {
			rule(barred)
			for name, thread := range threads {
				var want error
				if barred && name != "bench" {
					want = court.ErrSpeechRestricted
				}
				if _, err := s.Append(ctx, p["defendant"].Draft(c, thread, "may I?")); !errors.Is(err, want) {
					t.Errorf("barred %v, %s: got %v, want %v", barred, name, err, want)
				}
			}
		}
	})
}

// TestWhoIsToldOfAnActKnowsWhetherTheOthersKnowAlready: before its event is published, or with Published.
func TestWhoIsToldOfAnActKnowsWhetherTheOthersKnowAlready(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		var mu sync.Mutex
		published := map[string]bool{}
		s.OnCommit(func(events []court.Event) {
			mu.Lock()
			defer mu.Unlock()
			for _, e := range events {
				published[e.ID] = true
			}
		})
		said := w.Seats["plaintiff"].Draft(w.Cases[0], court.RoomThread, "x")
		recall := w.Seats["plaintiff"].Draft(w.Cases[0], court.RoomThread, "x")
		for _, d := range []*store.Draft{&said, &recall} {
			told := make(chan bool, 1)
			s.AppendThen(t.Context(), d, func(a store.Appended, err error) {
				mu.Lock()
				defer mu.Unlock()
				if err != nil || a.Published != published[d.ID] {
					t.Errorf("%s: %+v, %v; published %v", d.Kind, a, err, published[d.ID])
				}
				recall.Kind, recall.Body = court.KindRecall, court.Body{JSON: fmt.Appendf(nil, `{"seq":%d}`, a.Seq), Target: a.Seq}
				told <- true
			})
			<-told
		}
	})
}

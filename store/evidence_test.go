package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// evidenceWorld is a world with files whose clock stands still until a test moves it.
type evidenceWorld struct {
	*filesWorld
	cfg   store.Config
	clock *atomic.Int64 // Unix milliseconds
}

// eachEvidenceWorld runs a test on both engines.
func eachEvidenceWorld(t *testing.T, test func(t *testing.T, w *evidenceWorld)) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) { test(t, newEvidenceWorld(t, engine)) })
	}
}

func newEvidenceWorld(t *testing.T, engine store.Engine) *evidenceWorld {
	t.Helper()
	return newEvidenceWorldAt(t, engine, time.Now())
}

func newEvidenceWorldAt(t *testing.T, engine store.Engine, now time.Time) *evidenceWorld {
	t.Helper()
	w := &evidenceWorld{filesWorld: &filesWorld{}, clock: new(atomic.Int64)}
	w.clock.Store(now.UnixMilli())
	cfg := storetest.Config(t, engine)
	cfg.Now = func() time.Time { return time.UnixMilli(w.clock.Load()) }
	w.cfg = cfg
	s := storetest.OpenConfig(t, cfg)
	w.World = storetest.NewWorld(t, s, 1)
	w.blobs = openFolder(t, t.TempDir())
	w.files = openFiles(t, s, w.blobs)
	return w
}

func openFolder(t *testing.T, place string) blob.Store {
	t.Helper()
	blobs, err := blob.Open(t.Context(), blob.Config{Place: place})
	if err != nil {
		t.Fatal(err)
	}
	return blobs
}

var pageSeed atomic.Int64

// page uploads a picture of somebody's.
func (w *evidenceWorld) page(t *testing.T, who string) court.PageInput {
	t.Helper()
	a := w.upload(t, w.Seats[who], court.KindFile, "page.pdf", pdf(1000+int(pageSeed.Add(1)), byte(pageSeed.Load())))
	return court.PageInput{Attachment: a.ID, SHA256: a.SHA256}
}

func (w *evidenceWorld) exhibit(t *testing.T, who, name string) court.ExhibitInput {
	t.Helper()
	return court.ExhibitInput{Name: name, Kind: court.EvidenceDocument, Purpose: "证明" + name, OriginalHeld: true, Pages: []court.PageInput{w.page(t, who)}}
}

// act says who does something now.
func (w *evidenceWorld) act(who string) store.RoomAct {
	p := w.Seats[who]
	return store.RoomAct{CaseID: w.Cases[0], ID: store.NewID(), PersonID: p.PersonID, SessionID: p.SessionID}
}

// party gives somebody's participant id.
func (w *evidenceWorld) party(who string) string { return w.Seats[who].Participant[w.Cases[0]] }

// submit hands in one exhibit.
func (w *evidenceWorld) submit(t *testing.T, who, name string) *store.Submission {
	t.Helper()
	n := store.NewSubmission{RoomAct: w.act(who), Exhibits: []court.ExhibitInput{w.exhibit(t, who, name)}}
	if w.Seats[who].Role.Staff() {
		n.For = w.party("plaintiff")
	}
	sub, err := w.Store.SubmitExhibits(t.Context(), n)
	if err != nil {
		t.Fatalf("%s hands in %s: %v", who, name, err)
	}
	return sub
}

func (w *evidenceWorld) opine(who, exhibit, text string) (store.Appended, error) {
	o := court.OpinionInput{Text: text}
	o.Authenticity.Objection = text != ""
	return w.Store.GiveOpinion(context.Background(), store.NewOpinion{RoomAct: w.act(who), Exhibit: exhibit, OpinionInput: o})
}

func (w *evidenceWorld) evidence(t *testing.T, who string) *store.Evidence {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Store.Evidence(t.Context(), w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// cell gives where a party stands on an exhibit.
func (w *evidenceWorld) cell(t *testing.T, exhibit, party string) store.OpinionState {
	t.Helper()
	for _, e := range w.evidence(t, "judge").Exhibits {
		for _, o := range e.Opinions {
			if e.ID == exhibit && o.Party == party {
				return o
			}
		}
	}
	return store.OpinionState{}
}

// TestExhibitsAreNumberedPerPartyWithoutGaps: however many hand in at once, for the same party and for others, alone and several
// together; and what is refused takes no number.
func TestExhibitsAreNumberedPerPartyWithoutGaps(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		expected, submissions := map[string]int{}, 0
		rapid.Check(t, func(rt *rapid.T) {
			var wg sync.WaitGroup
			for range rapid.IntRange(1, 3).Draw(rt, "at once") {
				who := rapid.SampledFrom([]string{"plaintiff", "defendant", "lawyer", "clerk"}).Draw(rt, "who")
				n := store.NewSubmission{RoomAct: w.act(who)}
				for i := range rapid.IntRange(1, 2).Draw(rt, "exhibits") {
					n.Exhibits = append(n.Exhibits, w.exhibit(t, who, fmt.Sprint("exhibit ", i)))
				}
				party := map[string]string{"plaintiff": "plaintiff", "defendant": "defendant", "lawyer": "defendant", "clerk": "plaintiff"}[who]
				if who == "clerk" {
					n.For = w.party(party)
				}
				if rapid.Bool().Draw(rt, "wrong") {
					n.Exhibits[len(n.Exhibits)-1].Pages[0].Attachment = "none"
				} else {
					expected[party] += len(n.Exhibits)
					submissions++
				}
				wg.Go(func() {
					_, err := w.Store.SubmitExhibits(context.Background(), n)
					if refused := n.Exhibits[len(n.Exhibits)-1].Pages[0].Attachment == "none"; (err != nil) != refused {
						t.Errorf("%s: %v", who, err)
					}
				})
			}
			wg.Wait()
			numbers, serial := map[string][]int64{}, map[string]bool{}
			for _, e := range w.evidence(t, "judge").Exhibits {
				numbers[e.Party] = append(numbers[e.Party], e.Number)
				serial[e.Submission] = true
			}
			for name, want := range expected {
				got := numbers[w.party(name)]
				for i, n := range got {
					if n != int64(i)+1 {
						rt.Fatalf("%s: numbers %v", name, got)
					}
				}
				if len(got) != want {
					rt.Fatalf("%s has %d exhibits, want %d", name, len(got), want)
				}
			}
			if len(serial) != submissions {
				rt.Fatalf("%d submissions, want %d", len(serial), submissions)
			}
		})
	})
}

// TestP2TheSameEvidenceAgainIsTheSameAct also when it comes after the time for it is over.
func TestP2TheSameEvidenceAgainIsTheSameAct(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		n := store.NewSubmission{RoomAct: w.act("plaintiff"), Exhibits: []court.ExhibitInput{w.exhibit(t, "plaintiff", "合同")}}
		first, err := w.Store.SubmitExhibits(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		exhibit := first.Exhibits[0].ID
		o := store.NewOpinion{RoomAct: w.act("defendant"), Exhibit: exhibit}
		said, err := w.Store.GiveOpinion(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Store.OpenExchange(t.Context(), store.NewExchange{RoomAct: w.act("clerk"), Mode: court.ExchangeAsynchronous, EndsAt: w.clock.Load() + 1000}); err != nil {
			t.Fatal(err)
		}
		w.clock.Add(2000)
		again, err := w.Store.SubmitExhibits(t.Context(), n)
		if err != nil || again.ID != first.ID || again.Seq != first.Seq || len(again.Exhibits) != 1 || again.Exhibits[0].ID != exhibit {
			t.Errorf("again: %+v, %v", again, err)
		}
		repeat, err := w.Store.GiveOpinion(t.Context(), o)
		if err != nil || !repeat.Repeat || repeat.Seq != said.Seq {
			t.Errorf("the opinion again: %+v, %v", repeat, err)
		}
		n.Exhibits[0].Name = "另一份合同"
		if _, err := w.Store.SubmitExhibits(t.Context(), n); !errors.Is(err, court.ErrIDReused) {
			t.Errorf("other content under the same id: %v", err)
		}
		if list := w.evidence(t, "judge").Exhibits; len(list) != 1 || list[0].Opinions[0].Version != 1 {
			t.Errorf("the record has %+v", list)
		}
	})
}

// TestEvidenceIsLateFromTheDeadlineOn: to the millisecond, by the party's own deadline where it has one.
func TestEvidenceIsLateFromTheDeadlineOn(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		base := w.clock.Load()
		set := func(party string, deadline int64) error {
			_, err := w.Store.SetDeadline(t.Context(), store.DeadlineSetting{RoomAct: w.act("judge"), Party: party, Deadline: deadline})
			return err
		}
		if err := errors.Join(set("", base+10_000), set(w.party("defendant"), base+20_000)); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who   string
			after int64
			late  bool
		}{
			{"plaintiff", 9_999, false}, {"plaintiff", 10_000, true}, {"defendant", 10_000, false}, {"lawyer", 19_999, false}, {"lawyer", 20_000, true},
		} {
			w.clock.Store(base + c.after)
			sub := w.submit(t, c.who, fmt.Sprint("after ", c.after))
			if sub.Late != c.late || sub.Exhibits[0].Late != c.late || sub.At != base+c.after {
				t.Errorf("%s at %d: late %v", c.who, c.after, sub.Late)
			}
		}
		if err := set("", base+20_000); !errors.Is(err, court.ErrInvalid) {
			t.Errorf("a deadline that is over: %v", err)
		}
		if err := set(w.party("defendant"), 0); err != nil {
			t.Fatal(err)
		}
		if sub := w.submit(t, "lawyer", "by the deadline of all"); !sub.Late || sub.Deadline != base+10_000 {
			t.Errorf("without a deadline of its own: %+v", sub)
		}
		if err := set("", 0); err != nil {
			t.Fatal(err)
		}
		if sub := w.submit(t, "plaintiff", "without deadline"); sub.Late {
			t.Error("late without a deadline")
		}
		late := 0
		for _, e := range w.evidence(t, "judge").Exhibits {
			if e.Late {
				late++
			}
		}
		if late != 3 {
			t.Errorf("%d exhibits are marked late; a deadline lifted later changes no mark", late)
		}
	})
}

// TestAnOpinionIsTakenUntilTheExchangeEnds by the server's clock, to the millisecond, whether or not somebody noted its end.
func TestAnOpinionIsTakenUntilTheExchangeEnds(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		base := w.clock.Load()
		exhibit := w.submit(t, "plaintiff", "合同").Exhibits[0].ID
		if _, err := w.opine("defendant", exhibit, "before any exchange"); err != nil {
			t.Errorf("before any exchange: %v", err)
		}
		open := store.NewExchange{RoomAct: w.act("clerk"), Mode: court.ExchangeAsynchronous, OpensAt: base + 1000, EndsAt: base + 2000}
		if _, err := w.Store.OpenExchange(t.Context(), open); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			after int64
			want  error
		}{{999, court.ErrExchangeNotOpen}, {1000, nil}, {1999, nil}, {2000, court.ErrExchangeClosed}, {2001, court.ErrExchangeClosed}} {
			w.clock.Store(base + c.after)
			if _, err := w.opine("lawyer", exhibit, fmt.Sprint("after ", c.after)); !errors.Is(err, c.want) {
				t.Errorf("after %d ms: %v, want %v", c.after, err, c.want)
			}
		}
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := w.Store.CloseDueExchanges(context.Background()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		closed := 0
		for _, ev := range allEvents(t, w.Store, w.Cases[0], court.RoomThread) {
			if ev.Kind == court.KindExchangeClosed {
				closed++
			}
		}
		if closed != 1 {
			t.Errorf("closed %d times", closed)
		}
		later := w.submit(t, "plaintiff", "a later exhibit").Exhibits[0].ID
		if _, err := w.opine("defendant", later, "to what came after the end"); err != nil {
			t.Errorf("to what came after the end: %v", err)
		}
		if _, err := w.Store.OpenExchange(t.Context(), store.NewExchange{RoomAct: w.act("judge"), Mode: court.ExchangeSynchronous, Exhibits: []string{later}}); err != nil {
			t.Errorf("a second exchange: %v", err)
		}
		if _, err := w.opine("defendant", exhibit, "x"); !errors.Is(err, court.ErrExchangeClosed) {
			t.Errorf("the second exchange is not about the first exhibit: %v", err)
		}
		second := w.evidence(t, "judge").Exchanges[1]
		if _, err := w.Store.CloseExchange(t.Context(), w.act("judge"), second.ID, "各方均已质证"); err != nil {
			t.Fatal(err)
		}
		if _, err := w.opine("defendant", later, "x"); !errors.Is(err, court.ErrExchangeClosed) {
			t.Errorf("after the court closed it: %v", err)
		}
		if _, err := w.Store.ChangeExchange(t.Context(), store.ExchangeChange{RoomAct: w.act("judge"), Exchange: second.ID}); !errors.Is(err, court.ErrExchangeClosed) {
			t.Errorf("moving a closed exchange: %v", err)
		}
	})
}

// TestAnExchangeThatRanOutMakesRoomForTheNext also where nobody has noted its end: the end stands in the record before the
// beginning of the next.
func TestAnExchangeThatRanOutMakesRoomForTheNext(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		open := func() error {
			_, err := w.Store.OpenExchange(t.Context(), store.NewExchange{RoomAct: w.act("clerk"), Mode: court.ExchangeAsynchronous, EndsAt: w.clock.Load() + 1000})
			return err
		}
		if err := open(); err != nil {
			t.Fatal(err)
		}
		if err := open(); !errors.Is(err, court.ErrExchangeRunning) {
			t.Errorf("two at once: %v", err)
		}
		w.clock.Add(1000)
		if err := open(); err != nil {
			t.Fatal(err)
		}
		var kinds []court.Kind
		for i, ev := range allEvents(t, w.Store, w.Cases[0], court.RoomThread) {
			if ev.Seq != int64(i)+1 {
				t.Fatalf("event %d has seq %d", i, ev.Seq)
			}
			if ev.Kind == court.KindExchangeOpened || ev.Kind == court.KindExchangeClosed {
				kinds = append(kinds, ev.Kind)
			}
		}
		if want := []court.Kind{court.KindExchangeOpened, court.KindExchangeClosed, court.KindExchangeOpened}; !slices.Equal(kinds, want) {
			t.Errorf("the record says %v", kinds)
		}
	})
}

// TestAPartysOpinionIsOneAndItsEarlierVersionsAreKept, whoever gives it for the party.
func TestAPartysOpinionIsOneAndItsEarlierVersionsAreKept(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		exhibit := w.submit(t, "plaintiff", "合同").Exhibits[0].ID
		if c := w.cell(t, exhibit, w.party("defendant")); c.State != store.OpinionMissing {
			t.Errorf("nothing said yet: %+v", c)
		}
		if _, err := w.opine("defendant", exhibit, "不是我签的字"); err != nil {
			t.Fatal(err)
		}
		if c := w.cell(t, exhibit, w.party("defendant")); c.State != store.OpinionObjection || c.Version != 1 {
			t.Errorf("after the objection: %+v", c)
		}
		if _, err := w.opine("lawyer", exhibit, ""); err != nil {
			t.Fatal(err)
		}
		if c := w.cell(t, exhibit, w.party("defendant")); c.State != store.OpinionNone || c.Version != 2 {
			t.Errorf("after the representative's: %+v", c)
		}
		d, err := w.Store.Exhibit(t.Context(), w.Cases[0], exhibit)
		if err != nil || len(d.Versions) != 2 || d.Versions[0].Version != 2 || d.Versions[1].Text != "不是我签的字" || d.Versions[0].By != w.party("lawyer") {
			t.Errorf("the versions are %+v, %v", d, err)
		}
		if _, err := w.opine("plaintiff", exhibit, "x"); !errors.Is(err, court.ErrForbidden) {
			t.Errorf("on one's own exhibit: %v", err)
		}
		o := store.NewOpinion{RoomAct: w.act("clerk"), Exhibit: exhibit}
		if _, err := w.Store.GiveOpinion(t.Context(), o); !errors.Is(err, court.ErrPartyNeeded) {
			t.Errorf("the court for nobody: %v", err)
		}
		o.For = w.party("defendant")
		if _, err := w.Store.GiveOpinion(t.Context(), o); err != nil {
			t.Errorf("the court for a party that can't: %v", err)
		}
		o.RoomAct, o.For = w.act("lawyer"), w.party("plaintiff")
		if _, err := w.Store.GiveOpinion(t.Context(), o); !errors.Is(err, court.ErrInvalid) {
			t.Errorf("for a party that one doesn't represent: %v", err)
		}
	})
}

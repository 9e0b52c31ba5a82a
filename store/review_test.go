package store_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calc"
	"microcourt/store/court/retrial"
)

// reviewed puts a case in which the plaintiff applies for retrial in the place of the world's first.
func (w *evidenceWorld) reviewed(t *testing.T) {
	t.Helper()
	w.Import(t, strings.NewReplacer("民初2号", "民申2号", `"standing":"原告"`, `"standing":"再审申请人"`, `"standing":"被告"`, `"standing":"被申请人"`).Replace(w.CaseFile(1, "open", "judge")))
	w.Refresh(t)
	for i, id := range w.Cases {
		if card := w.cards(t, "clerk")[id]; strings.Contains(card.DocketNumber, "民申") {
			w.Cases[0], w.Cases[i] = w.Cases[i], w.Cases[0]
		}
	}
	for _, who := range []string{"plaintiff", "defendant", "lawyer"} {
		w.Accept(t, w.Cases[0], w.Seats[who])
	}
}

func (w *evidenceWorld) cards(t *testing.T, who string) map[string]store.CaseCard {
	t.Helper()
	cards, _, err := w.Store.Cases(t.Context(), store.CaseQuery{PersonID: w.Seats[who].PersonID, Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]store.CaseCard{}
	for _, c := range cards {
		by[c.ID] = c
	}
	return by
}

func (w *evidenceWorld) review(t *testing.T, who string) *retrial.Review {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Store.Review(t.Context(), w.Cases[0], st, calc.Default().Calendar)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// runsOut gives what runs out next on the clerk's desk, and how much the court is late with there.
func (w *evidenceWorld) runsOut(t *testing.T) string {
	t.Helper()
	d, err := w.Store.Desk(t.Context(), store.DeskQuery{PersonID: w.Seats["clerk"].PersonID, Cases: w.Cases[:1], Calendar: calc.Default().Calendar})
	if err != nil || len(d.Rooms) != 1 {
		t.Fatal(d, err)
	}
	next := ""
	if n := d.Rooms[0].Next; n != nil {
		next = n.Kind + " " + time.UnixMilli(n.At).In(court.CourtZone).Format("2006-01-02 15:04:05")
	}
	return fmt.Sprintf("%s, late %d", next, d.Rooms[0].Waiting.ReviewsOverdue)
}

// TestTheClockOfARetrialReviewFollowsFromTheRecord: acceptance, the copy served, the opinion handed in, the time extended, the ruling served.
func TestTheClockOfARetrialReviewFollowsFromTheRecord(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			w := newEvidenceWorldAt(t, engine, time.Date(2026, 1, 5, 10, 0, 0, 0, court.CourtZone))
			if v := w.review(t, "judge"); v != nil {
				t.Errorf("a case of first instance has the clock: %+v", v)
			}
			w.reviewed(t)
			day := func(d int, hour time.Duration) {
				w.clock.Store(time.Date(2026, 1, d, 0, 0, 0, 0, court.CourtZone).Add(hour * time.Hour).UnixMilli())
				for _, s := range w.Seats {
					w.SignIn(t, s)
				}
			}
			look := func(when, want string) {
				t.Helper()
				if got := w.runsOut(t); got != want {
					t.Errorf("%s: %s, want %s", when, got, want)
				}
			}
			look("accepted", "copy 2026-01-12 23:59:59, late 0")
			day(13, 9)
			look("the copy is late", "review 2026-04-07 23:59:59, late 1")
			w.agree(t, "defendant", true, true)
			w.serve(t, court.DocCopy, "defendant")
			look("the copy is served", "opinion 2026-01-28 23:59:59, late 0")
			for who, sides := range map[string]int{"judge": 1, "clerk": 1, "defendant": 1, "lawyer": 1, "plaintiff": 0} {
				v := w.review(t, who)
				if len(v.Sides) != sides || v.CopyDue == nil || v.Decision.Due == 0 {
					t.Errorf("%s sees %+v", who, v)
				}
				knows := who != "plaintiff" && who != "lawyer"
				if len(v.Sides) == 1 && (v.Sides[0].ServedAt != 0) != knows {
					t.Errorf("%s is told of what was served on the defendant: %+v", who, v.Sides[0])
				}
			}
			w.apply(t, "lawyer", retrial.OpinionKind)
			look("the opinion is handed in", "review 2026-04-07 23:59:59, late 0")
			day(98, 9) // April 8th
			look("the decision is late", ", late 1")
			until := time.Date(2026, 6, 1, 23, 59, 59, 999e6, court.CourtZone).UnixMilli()
			if _, err := w.Store.ExtendReview(t.Context(), store.ReviewExtension{RoomAct: w.act("clerk"), Until: w.clock.Load() - 1, Reason: "案情复杂"}); !errors.Is(err, court.ErrInvalid) {
				t.Errorf("extended into the past: %v", err)
			}
			if _, err := w.Store.ExtendReview(t.Context(), store.ReviewExtension{RoomAct: w.act("plaintiff"), Until: until, Reason: "案情复杂"}); !errors.Is(err, court.ErrForbidden) {
				t.Errorf("a party extends: %v", err)
			}
			w.done(t)(w.Store.ExtendReview(t.Context(), store.ReviewExtension{RoomAct: w.act("clerk"), Until: until, Reason: "案情复杂，经院长批准"}))
			look("extended", "review 2026-06-01 23:59:59, late 0")
			if wrong, err := w.Store.Rebuild(t.Context(), w.Cases[0], store.By{PersonID: w.Seats["admin"].PersonID}); err != nil || len(wrong) != 0 {
				t.Errorf("made anew from the record: %v %v", wrong, err)
			}
			w.serve(t, court.DocRuling, "defendant")
			look("decided", ", late 0")
			if v := w.review(t, "plaintiff"); v.Decision.DoneAt != 0 {
				t.Errorf("the applicant is told of the ruling before it is served there: %+v", v)
			}
		})
	}
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

func (w *evidenceWorld) rule(exhibit string, ruling court.Ruling) error {
	_, err := w.Store.RuleExhibit(context.Background(), store.ExhibitRuling{RoomAct: w.act("judge"), Exhibit: exhibit, Ruling: ruling, Reason: "理由"})
	return err
}

// TestWhatWasNotCrossExaminedIsNotAdmitted (民事诉讼法 第七十一条): the others have answered, or their time is over.
func TestWhatWasNotCrossExaminedIsNotAdmitted(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		answered, open, late := w.submit(t, "plaintiff", "一").Exhibits[0].ID, w.submit(t, "plaintiff", "二").Exhibits[0].ID, w.submit(t, "plaintiff", "三").Exhibits[0].ID
		for _, ruling := range []court.Ruling{court.RulingAdmitted, court.RulingPartly} {
			if err := w.rule(answered, ruling); !errors.Is(err, court.ErrNotCrossExamined) {
				t.Errorf("%s before anybody answered: %v", ruling, err)
			}
		}
		if err := w.rule(late, court.RulingRefused); err != nil {
			t.Errorf("what isn't admitted needs no answer: %v", err)
		}
		if _, err := w.opine("defendant", answered, "不真实"); err != nil {
			t.Fatal(err)
		}
		if err := w.rule(answered, court.RulingPartly); err != nil {
			t.Errorf("after all have answered: %v", err)
		}
		if _, err := w.Store.OpenExchange(t.Context(), store.NewExchange{RoomAct: w.act("judge"), Mode: court.ExchangeAsynchronous, EndsAt: w.clock.Load() + 10}); err != nil {
			t.Fatal(err)
		}
		if err := w.rule(open, court.RulingAdmitted); !errors.Is(err, court.ErrNotCrossExamined) {
			t.Errorf("while there is time to answer: %v", err)
		}
		w.clock.Add(10)
		if err := w.rule(open, court.RulingAdmitted); err != nil {
			t.Errorf("after the time to answer: %v", err)
		}
		if err := w.rule(open, court.RulingRefused); err != nil {
			t.Errorf("a later ruling: %v", err)
		}
		d, err := w.Store.Exhibit(t.Context(), w.Cases[0], open)
		if err != nil || d.Ruling == nil || d.Ruling.Ruling != court.RulingRefused || d.Ruling.By != w.party("judge") {
			t.Errorf("what stands is %+v, %v", d.Ruling, err)
		}
	})
}

// TestAWithdrawnExhibitLeavesItsTrace: its number is not given again, its pages stay, and nothing more happens to it. Its own side withdraws
// it, and the court what it took in for somebody; nobody what was ruled on.
func TestAWithdrawnExhibitLeavesItsTrace(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		withdraw := func(who, exhibit string) error {
			_, err := w.Store.WithdrawExhibit(t.Context(), w.act(who), exhibit, "重复")
			return err
		}
		first := w.submit(t, "defendant", "一").Exhibits[0].ID
		for _, who := range []string{"plaintiff", "clerk", "judge"} {
			if err := withdraw(who, first); !errors.Is(err, court.ErrForbidden) {
				t.Errorf("withdrawn by %s: %v", who, err)
			}
		}
		if err := withdraw("lawyer", first); err != nil {
			t.Errorf("by the representative: %v", err)
		}
		if err := withdraw("defendant", first); !errors.Is(err, court.ErrExhibitWithdrawn) {
			t.Errorf("twice: %v", err)
		}
		second := w.submit(t, "defendant", "二").Exhibits[0]
		if second.Number != 2 || second.Label != "被告证据2" {
			t.Errorf("the next has number %d, label %s", second.Number, second.Label)
		}
		for what, err := range map[string]error{
			"opinion": func() error { _, err := w.opine("plaintiff", first, "x"); return err }(),
			"ruling":  w.rule(first, court.RulingRefused),
			"original": func() error {
				_, err := w.Store.CheckOriginal(t.Context(), store.OriginalCheck{RoomAct: w.act("clerk"), Exhibit: first, State: court.OriginalMatched})
				return err
			}(),
		} {
			if !errors.Is(err, court.ErrExhibitWithdrawn) {
				t.Errorf("%s on what was withdrawn: %v", what, err)
			}
		}
		d, err := w.Store.Exhibit(t.Context(), w.Cases[0], first)
		if err != nil || d.Withdrawn == nil || d.Withdrawn.Reason != "重复" || d.Withdrawn.By != w.party("lawyer") || len(d.Pages) != 1 {
			t.Errorf("the trace is %+v, %v", d, err)
		}
		if _, err := w.read(w.Seats["plaintiff"], d.Pages[0].Attachment, false); err != nil {
			t.Errorf("its page is gone: %v", err)
		}
		list, err := w.Store.Catalog(t.Context(), w.Cases[0], w.party("defendant"))
		if err != nil || len(list.Rows) != 1 || list.Rows[0].Number != 2 {
			t.Errorf("the exhibit list is %+v, %v", list, err)
		}
		byCourt := w.submit(t, "clerk", "代为提交").Exhibits[0]
		if !byCourt.ByCourt || byCourt.Party != w.party("plaintiff") {
			t.Errorf("the court took in %+v", byCourt)
		}
		if err := withdraw("clerk", byCourt.ID); err != nil {
			t.Errorf("the court takes back what it took in: %v", err)
		}
		if err := w.rule(second.ID, court.RulingRefused); err != nil {
			t.Fatal(err)
		}
		if err := withdraw("defendant", second.ID); !errors.Is(err, court.ErrExhibitRuled) {
			t.Errorf("after the ruling: %v", err)
		}
	})
}

// TestTheCourtsActsOnEvidenceAreAudited, each once, also where they come again; the parties' own are not.
func TestTheCourtsActsOnEvidenceAreAudited(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		exhibit := w.submit(t, "plaintiff", "一").Exhibits[0].ID
		w.submit(t, "clerk", "二")
		check := store.OriginalCheck{RoomAct: w.act("clerk"), Exhibit: exhibit, State: court.OriginalRequired, Note: "对方要求核对原件"}
		for range 2 {
			if _, err := w.Store.CheckOriginal(t.Context(), check); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.rule(exhibit, court.RulingRefused); err != nil {
			t.Fatal(err)
		}
		entries, _, err := w.Store.Audit(t.Context(), store.Place{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		count := map[court.Act]int{}
		for _, e := range entries {
			count[e.Act]++
			if strings.Contains(e.Detail, "原件") {
				t.Errorf("the audit repeats what was said: %s", e.Detail)
			}
		}
		for _, act := range []court.Act{court.ActExhibitSubmit, court.ActOriginalCheck, court.ActExhibitRule} {
			if count[act] != 1 {
				t.Errorf("%s stands %d times in the audit", act, count[act])
			}
		}
	})
}

// severalParties is a case with two plaintiffs whom one lawyer represents, and a defendant.
const severalParties = `{"court":"宁波市鄞州区人民法院","cases":[{"docket_number":"（2026）浙0212民初88号","title":"两原告与被告合同纠纷","cause":"合同纠纷","procedure":"第一审",
	"phone":"0574-00000001","state":"open","filed_on":"2026-01-05","panel":[{"login":"clerk","role":"clerk","standing":"书记员"},{"login":"judge","role":"judge","standing":"审判员"}],
	"parties":[{"ref":"p1","kind":"person","name":"原告甲","standing":"原告","phone":"%s","id_number":"%s","verified":{"method":"in_person","at":"2026-01-05"}},
		{"ref":"p2","kind":"organisation","name":"四海公司","standing":"原告"},
		{"ref":"p3","kind":"person","name":"被告乙","standing":"被告","phone":"%s","id_number":"%s","verified":{"method":"in_person","at":"2026-01-05"}}],
	"representatives":[{"ref":"r1","name":"律师丙","phone":"%s","id_number":"%s","for":["p1","p2"],"authority":"一般授权","verified":{"method":"in_person","at":"2026-01-05"}}]}]}`

// TestWhoRepresentsSeveralSaysForWhom, and parties of the same standing are told apart by name.
func TestWhoRepresentsSeveralSaysForWhom(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		var people []any
		for _, name := range []string{"plaintiff", "defendant", "lawyer"} {
			people = append(people, w.Seats[name].Phone, w.Seats[name].IDNumber)
		}
		other := w.Cases[0]
		w.Import(t, fmt.Sprintf(severalParties, people...))
		w.Refresh(t)
		if w.Cases[0] == other {
			w.Cases[0], w.Cases[1] = w.Cases[1], w.Cases[0]
		}
		for _, name := range []string{"plaintiff", "defendant", "lawyer"} {
			w.Accept(t, w.Cases[0], w.Seats[name])
		}
		v := w.evidence(t, "lawyer")
		if len(v.ActsFor) != 2 || len(v.Parties) != 3 || !v.Parties[0].Shared || v.Parties[2].Shared {
			t.Fatalf("the lawyer sees %+v", v)
		}
		n := store.NewSubmission{RoomAct: w.act("lawyer"), Exhibits: []court.ExhibitInput{w.exhibit(t, "lawyer", "合同")}}
		if _, err := w.Store.SubmitExhibits(t.Context(), n); !errors.Is(err, court.ErrPartyNeeded) {
			t.Errorf("for nobody: %v", err)
		}
		n.For = v.Parties[1].ID
		sub, err := w.Store.SubmitExhibits(t.Context(), n)
		if err != nil || sub.Exhibits[0].Label != "原告四海公司证据1" {
			t.Errorf("for the company: %+v, %v", sub, err)
		}
		if sub := w.submit(t, "plaintiff", "照片"); sub.Exhibits[0].Label != "原告原告甲证据1" {
			t.Errorf("each party has its own numbers: %s", sub.Exhibits[0].Label)
		}
		if sub := w.submit(t, "defendant", "照片"); sub.Exhibits[0].Label != "被告证据1" {
			t.Errorf("the only defendant: %s", sub.Exhibits[0].Label)
		}
		for _, e := range w.evidence(t, "judge").Exhibits {
			if len(e.Opinions) != 2 {
				t.Errorf("%s waits for %d others, want 2", e.Label, len(e.Opinions))
			}
		}
	})
}

// TestAnExchangeIsClosedOnceByManyNodes: every node closes what is due at the same moment.
func TestAnExchangeIsClosedOnceByManyNodes(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			cfg := storetest.Config(t, engine)
			nodes := []*store.Store{storetest.OpenConfig(t, cfg)}
			w := storetest.NewWorld(t, nodes[0], 4)
			for engine == store.PostgreSQL && len(nodes) < 3 {
				nodes = append(nodes, storetest.OpenConfig(t, cfg))
			}
			clerk := w.Seats["clerk"]
			for _, id := range w.Cases {
				a := store.RoomAct{CaseID: id, ID: store.NewID(), PersonID: clerk.PersonID, SessionID: clerk.SessionID}
				if _, err := nodes[0].OpenExchange(t.Context(), store.NewExchange{RoomAct: a, Mode: court.ExchangeSynchronous, EndsAt: store.Clock(nodes[0]) + 300}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(350 * time.Millisecond) // all are due now
			var wg sync.WaitGroup
			for _, s := range nodes {
				for range 4 {
					wg.Go(func() {
						for range 5 {
							if err := s.CloseDueExchanges(context.Background()); err != nil {
								t.Error(err)
							}
						}
					})
				}
			}
			wg.Wait()
			for _, id := range w.Cases {
				closed := 0
				for _, ev := range allEvents(t, nodes[0], id, court.RoomThread) {
					if ev.Kind == court.KindExchangeClosed {
						closed++
					}
				}
				if closed != 1 {
					t.Errorf("closed %d times", closed)
				}
			}
		})
	}
}

// TestOpinionsAskForTheCodeOfTheDay: cross-examination is for whoever has shown anew who they are (人民法院在线诉讼规则 第七条第三款).
func TestOpinionsAskForTheCodeOfTheDay(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		exhibit := w.submit(t, "plaintiff", "合同").Exhibits[0].ID
		w.clock.Add(25 * time.Hour.Milliseconds())
		if _, err := w.opine("defendant", exhibit, ""); !errors.Is(err, court.ErrReverification) {
			t.Fatalf("a day later: %v", err)
		}
		seat := w.Seats["defendant"]
		code, err := w.Store.CreateSignInCode(t.Context(), seat.Phone, limits)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Store.Reverify(t.Context(), seat.PersonID, seat.SessionID, code.Code, limits); err != nil {
			t.Fatal(err)
		}
		if _, err := w.opine("defendant", exhibit, ""); err != nil {
			t.Fatalf("with the code: %v", err)
		}
	})
}

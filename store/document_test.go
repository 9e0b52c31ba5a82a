package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
)

func (w *evidenceWorld) newDocument(t *testing.T, kind court.DocumentKind, whom ...string) store.NewDocument {
	t.Helper()
	page := w.page(t, "clerk")
	n := store.NewDocument{RoomAct: w.act("clerk"), DocumentInput: court.DocumentInput{Kind: kind, Title: kind.Name() + "一", Number: "（2026）浙0212民初1号之一", Note: "请查收", File: &page}}
	for _, name := range whom {
		n.Recipients = append(n.Recipients, w.party(name))
	}
	return n
}

// serve serves a document and gives it as somebody sees it.
func (w *evidenceWorld) serve(t *testing.T, kind court.DocumentKind, whom ...string) *store.Document {
	t.Helper()
	id, err := w.Store.ServeDocument(t.Context(), w.newDocument(t, kind, whom...))
	if err != nil {
		t.Fatal(err)
	}
	return w.document(t, "judge", id)
}

func (w *evidenceWorld) document(t *testing.T, who, id string) *store.Document {
	t.Helper()
	for _, d := range w.documents(t, who) {
		if d.ID == id {
			return &d
		}
	}
	return nil
}

func (w *evidenceWorld) documents(t *testing.T, who string) []store.Document {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.Store.Documents(t.Context(), w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// everyService does every kind of act on service at least once.
func (w *evidenceWorld) everyService(t *testing.T) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(1000)
	}
	ctx := t.Context()
	w.agree(t, "plaintiff", false, false)
	w.clock.Add(1000)
	w.agree(t, "plaintiff", true, true)
	w.record(t, "defendant", court.ConsentAgreed)
	w.record(t, "lawyer", court.ConsentPaper)
	w.clock.Add(1000)
	d := w.serve(t, court.DocSummons, "plaintiff", "defendant", "lawyer")
	w.clock.Add(1000)
	for _, v := range d.Services {
		if v.Recipient == w.party("defendant") {
			must(w.Store.OpenDocument(ctx, w.act("defendant"), v.ID))
			_, err := w.Store.ConfirmDocument(ctx, w.act("defendant"), v.ID, "G")
			must(err)
		}
	}
	w.serve(t, court.DocJudgment, "plaintiff")
	w.clock.Add(1000)
	scan := w.page(t, "clerk")
	w.done(t)(w.deliver(d.ID, "plaintiff", w.clock.Load()-500, &scan))
	w.done(t)(w.deliver(d.ID, "defendant", w.clock.Load()-9000, nil))
	w.done(t)(w.Store.NoteDelivery(ctx, store.NewDelivery{RoomAct: w.act("clerk"), Document: d.ID, Recipient: w.party("lawyer"), Way: court.WayDirect, Outcome: court.DeliveryFailed,
		DeliveredAt: w.clock.Load(), Note: "家中无人"}))
}

// deliver has the clerk note that a document was served by mail.
func (w *evidenceWorld) deliver(document, whom string, at int64, file *court.PageInput) (store.Appended, error) {
	return w.Store.NoteDelivery(context.Background(), store.NewDelivery{RoomAct: w.act("clerk"), Document: document, Recipient: w.party(whom), Way: court.WayMail, DeliveredAt: at,
		Note: "EMS 1234567890", File: file})
}

// TestOfSeveralWaysOfServiceTheFirstThatIsEffectiveCounts (人民法院在线诉讼规则 第三十一条), in whatever order they come to be known.
func TestOfSeveralWaysOfServiceTheFirstThatIsEffectiveCounts(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.agree(t, "plaintiff", true, true)
		w.record(t, "defendant", court.ConsentAgreed)
		w.clock.Add(10_000)
		base := w.clock.Load()
		d := w.serve(t, court.DocNotice, "plaintiff", "defendant")
		served := func(who string) (at int64) {
			for _, v := range w.document(t, "clerk", d.ID).Services {
				if v.Recipient == w.party(who) {
					at = v.ServedAt
				}
			}
			return at
		}
		expect := func(when string, plaintiff, defendant int64) {
			t.Helper()
			if p, d := served("plaintiff"), served("defendant"); p != plaintiff || d != defendant {
				t.Errorf("%s: served at %d and %d, want %d and %d", when, p, d, plaintiff, defendant)
			}
		}
		expect("at once", base, 0)
		w.clock.Add(5000)
		w.done(t)(w.deliver(d.ID, "plaintiff", base+3000, nil))
		w.done(t)(w.deliver(d.ID, "defendant", base+4000, nil))
		expect("by mail later", base, base+4000)
		attempt := store.NewDelivery{RoomAct: w.act("clerk"), Document: d.ID, Recipient: w.party("defendant"), Way: court.WayDirect, Outcome: court.DeliveryFailed, DeliveredAt: base + 1000}
		if _, err := w.Store.NoteDelivery(t.Context(), attempt); court.AsError(err).Field != "note" {
			t.Errorf("an attempt that failed for no reason: %v", err)
		}
		attempt.Note = "家中无人"
		w.done(t)(w.Store.NoteDelivery(t.Context(), attempt))
		expect("tried in vain earlier", base, base+4000)
		if err := w.Store.OpenDocument(t.Context(), w.act("defendant"), w.document(t, "defendant", d.ID).Services[0].ID); err != nil {
			t.Fatal(err)
		}
		w.done(t)(w.Store.ConfirmDocument(t.Context(), w.act("defendant"), w.document(t, "defendant", d.ID).Services[0].ID, ""))
		expect("opened and confirmed after that", base, base+4000)
		w.done(t)(w.deliver(d.ID, "defendant", base+2000, nil))
		w.done(t)(w.deliver(d.ID, "plaintiff", base-2000, nil))
		expect("what was earlier is known later", base-2000, base+2000)
		w.done(t)(w.deliver(d.ID, "lawyer", base, nil)) // who has not agreed is served in no other way
		if got := w.document(t, "judge", d.ID).Deliveries; len(got) != 6 {
			t.Errorf("the court sees %+v", got)
		}
		if got := w.document(t, "defendant", d.ID).Deliveries; len(got) != 3 || got[0].Outcome != court.DeliveryFailed || got[1].Outcome != court.DeliveryServed {
			t.Errorf("the defendant sees %+v", got)
		}
		for field, err := range map[string]error{
			"delivered_at": second(w.deliver(d.ID, "plaintiff", w.clock.Load()+1, nil)), "recipient": second(w.deliver(d.ID, "judge", base, nil)), "": second(w.deliver("none", "plaintiff", base, nil)),
		} {
			if err == nil || court.AsError(err).Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func second[A, B any](_ A, b B) B { return b }

// TestTheTablesOfServiceFollowFromTheEventsAlone, as those of evidence do.
func TestTheTablesOfServiceFollowFromTheEventsAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyService(t)
		w.followsFromTheEvents(t, []string{"service_address", "document", "service", "delivery"})
	})
}

// TestADocumentIsServedWhenItArrivesAtAConfirmedAddress, not when it is opened; at one that was not confirmed when it is first opened or its receipt
// confirmed (人民法院在线诉讼规则 第三十一条).
func TestADocumentIsServedWhenItArrivesAtAConfirmedAddress(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.agree(t, "plaintiff", true, true)
		w.record(t, "lawyer", court.ConsentPaper)
		w.record(t, "defendant", court.ConsentAgreed)
		w.clock.Add(1000)
		arrived := w.clock.Load()
		first, second := w.serve(t, court.DocNotice, "plaintiff", "defendant", "lawyer"), w.serve(t, court.DocNotice, "defendant")
		served := func(d *store.Document, who string) (at int64) {
			t.Helper()
			for _, v := range w.document(t, "clerk", d.ID).Services {
				if v.Recipient == w.party(who) {
					if v.ArrivedAt != arrived {
						t.Errorf("arrived %d, want %d", v.ArrivedAt, arrived)
					}
					return v.ServedAt
				}
			}
			t.Fatalf("nothing was served on the %s", who)
			return 0
		}
		own := func(d *store.Document, who string) string {
			t.Helper()
			return w.document(t, who, d.ID).Services[0].ID
		}
		expect := func(when string, plaintiff, lawyer, defendant, other int64) {
			t.Helper()
			for _, c := range []struct {
				d    *store.Document
				who  string
				want int64
			}{{first, "plaintiff", plaintiff}, {first, "lawyer", lawyer}, {first, "defendant", defendant}, {second, "defendant", other}} {
				if got := served(c.d, c.who); got != c.want {
					t.Errorf("%s: %s is served at %d, want %d", when, c.who, got, c.want)
				}
			}
		}
		expect("at once", arrived, arrived, 0, 0)
		w.clock.Add(5000)
		for range 2 {
			for _, who := range []string{"plaintiff", "lawyer", "defendant"} {
				if err := w.Store.OpenDocument(t.Context(), w.act(who), own(first, who)); err != nil {
					t.Fatal(err)
				}
			}
			w.clock.Add(1000) // opening it again is no opening
		}
		expect("opened", arrived, arrived, arrived+5000, 0)
		for d, who := range map[*store.Document]string{first: "defendant", second: "defendant"} {
			if _, err := w.Store.ConfirmDocument(t.Context(), w.act(who), own(d, who), ""); err != nil {
				t.Fatal(err)
			}
		}
		expect("confirmed", arrived, arrived, arrived+5000, arrived+7000)
		if _, err := w.Store.ConfirmDocument(t.Context(), w.act("defendant"), own(first, "defendant"), ""); !errors.Is(err, court.ErrReceiptConfirmed) {
			t.Errorf("confirmed again: %v", err)
		}
	})
}

// TestNobodyIsServedElectronicallyWithoutConsent (民事诉讼法 第九十条): the refusal names the recipient, and nothing of it is served on the others either. The
// newest confirmation counts, so that a consent can be taken back.
func TestNobodyIsServedElectronicallyWithoutConsent(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.agree(t, "plaintiff", true, true)
		try := func(what string, kind court.DocumentKind, want *court.Error, field string, whom ...string) {
			t.Helper()
			before := len(w.documents(t, "judge"))
			_, err := w.Store.ServeDocument(t.Context(), w.newDocument(t, kind, whom...))
			switch {
			case want == nil && err != nil:
				t.Errorf("%s: %v", what, err)
			case want != nil && (err == nil || court.AsError(err).Code != want.Code || court.AsError(err).Field != field):
				t.Errorf("%s: %v, want %v in %s", what, err, want, field)
			}
			if after := len(w.documents(t, "judge")); (after > before) != (want == nil) {
				t.Errorf("%s: %d documents, then %d", what, before, after)
			}
		}
		try("who never agreed", court.DocNotice, court.ErrNoElectronicService, "recipients[1]", "plaintiff", "defendant")
		w.agree(t, "defendant", true, false)
		try("who agreed", court.DocNotice, nil, "", "plaintiff", "defendant")
		try("a judgment without consent to that", court.DocJudgment, court.ErrNoElectronicService, "recipients[0]", "defendant", "plaintiff")
		w.agree(t, "defendant", false, false)
		try("who agreed once", court.DocNotice, court.ErrNoElectronicService, "recipients[0]", "defendant")
		w.agree(t, "defendant", true, true)
		try("who agreed again", court.DocJudgment, nil, "", "defendant")
		obstacle := func(want string) {
			t.Helper()
			list, err := w.Store.Recipients(t.Context(), w.Cases[0])
			if err != nil || list[1].Participant != w.party("defendant") || list[1].Obstacle != want {
				t.Errorf("the clerk is told %+v, %v; want %q", list[1], err, want)
			}
		}
		obstacle("")
		move := store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.Service}, Parties: []string{w.party("defendant")}, Offline: true, Reason: "无法登录"}
		w.done(t)(w.Store.TransferStages(t.Context(), move))
		obstacle("offline")
		try("whose service was moved offline", court.DocNotice, court.ErrNoElectronicService, "recipients[0]", "defendant")
		move.RoomAct, move.Offline = w.act("judge"), false
		w.done(t)(w.Store.TransferStages(t.Context(), move))
		try("who came back", court.DocNotice, nil, "", "defendant")
		n := w.newDocument(t, court.DocNotice)
		for recipient, want := range map[string]*court.Error{w.party("judge"): court.ErrInvalid, "nobody": court.ErrInvalid} {
			n.ID, n.Recipients = store.NewID(), []string{recipient}
			if _, err := w.Store.ServeDocument(t.Context(), n); err == nil || court.AsError(err).Code != want.Code {
				t.Errorf("served on %s: %v", recipient, err)
			}
		}
	})
}

// TestP2TheSameServiceAgainIsTheSameAct, and another under its id is refused.
func TestP2TheSameServiceAgainIsTheSameAct(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.agree(t, "plaintiff", true, true)
		w.agree(t, "defendant", true, true)
		n := w.newDocument(t, court.DocSummons, "defendant", "plaintiff")
		first, err := w.Store.ServeDocument(t.Context(), n)
		if err != nil {
			t.Fatal(err)
		}
		w.agree(t, "defendant", false, false) // the same act is not judged anew
		again, err := w.Store.ServeDocument(t.Context(), n)
		if err != nil || again != first || len(w.documents(t, "judge")) != 1 || len(w.document(t, "judge", first).Services) != 2 {
			t.Errorf("again: %s, %v, want %s; %+v", again, err, first, w.documents(t, "judge"))
		}
		n.Recipients = n.Recipients[1:]
		if _, err := w.Store.ServeDocument(t.Context(), n); !errors.Is(err, court.ErrIDReused) {
			t.Errorf("others under the same id: %v", err)
		}
	})
}

// TestP3WhoIsServedWithWhatIsTheRecipientsAndTheCourtsToKnow: whatever is served on whom, opened and confirmed in any order, everybody finds exactly the own ones,
// in all lists, threads and files.
func TestP3WhoIsServedWithWhatIsTheRecipientsAndTheCourtsToKnow(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		people := []string{"plaintiff", "defendant", "lawyer"}
		for _, who := range people {
			w.agree(t, who, true, true)
		}
		count, total := map[string]int{}, 0
		rapid.Check(t, func(rt *rapid.T) {
			if total > 25 { // a case has its bounds, and the test its time
				return
			}
			whom := rapid.SliceOfNDistinct(rapid.SampledFrom(people), 1, 3, rapid.ID[string]).Draw(rt, "whom")
			d := w.serve(t, rapid.SampledFrom([]court.DocumentKind{court.DocJudgment, court.DocCopy}).Draw(rt, "kind"), whom...)
			w.clock.Add(1000)
			total++
			files := map[string]string{}
			for _, v := range d.Services {
				files[v.Attachment] = v.Recipient
			}
			if len(files) != len(whom) {
				rt.Fatalf("%d files for %d recipients", len(files), len(whom))
			}
			for _, who := range whom {
				count[who]++
			}
			for _, who := range []string{"plaintiff", "defendant", "lawyer", "judge", "clerk", "stranger", "admin"} {
				want, court := count[who], who == "judge" || who == "clerk"
				if court {
					want = total
				}
				if who != "stranger" && who != "admin" {
					list := w.documents(t, who)
					for _, d := range list {
						if len(d.Services) != 1 && !court || len(d.Services) == 0 {
							rt.Fatalf("%s sees %d services", who, len(d.Services))
						}
					}
					if len(list) != want {
						rt.Fatalf("%s lists %d documents, want %d", who, len(list), want)
					}
				}
				found, _, err := w.Store.FindDocuments(context.Background(), store.DocumentQuery{PersonID: w.Seats[who].PersonID, Limit: 100})
				if err != nil || !court && len(found) != want {
					rt.Fatalf("%s finds %d documents, want %d; %v", who, len(found), want, err)
				}
				for id, recipient := range files {
					_, err := w.files.Open(context.Background(), w.Seats[who].PersonID, id, false)
					if may := court || w.Seats[who].Participant[w.Cases[0]] == recipient; (err == nil) != may || err != nil && !errors.Is(err, courtNotFound) {
						rt.Fatalf("the file for %s as %s: %v", recipient, who, err)
					}
				}
				threads, err := w.Store.Threads(context.Background(), w.Cases[0], w.Seats[who].PersonID)
				if err != nil {
					rt.Fatal(err)
				}
				for _, th := range threads {
					if strings.HasPrefix(th.Thread, "service/") && !court && th.Thread != "service/"+w.party(who) {
						rt.Fatalf("%s sees %s", who, th.Thread)
					}
				}
			}
		})
		if total < 20 {
			t.Errorf("only %d documents were served", total)
		}
	})
}

var courtNotFound = court.ErrNotFound

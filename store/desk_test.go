package store_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/consent"
	"microcourt/store/court/fee"
	"microcourt/store/court/hearing"
	"microcourt/store/court/signing"
	"microcourt/store/court/transcript"
	"microcourt/store/storetest"
)

// said is what the desk needs of the bodies of events, whatever their kind.
type said struct {
	Exhibits    json.RawMessage // ids, or objects with an id
	Exhibit     string
	For         string
	Exchange    string
	OpensAt     int64 `json:"opens_at"`
	EndsAt      int64 `json:"ends_at"`
	Party       string
	Deadline    int64
	Application string
	State       string
	Until       int64
	Notice      string
	Due         int64
	Status      string
	Service     string
	ServedAt    int64 `json:"served_at"`
	Copy        string
	Signing     string
	Signers     []string
	Complete    bool
}

// told is a desk's room as its events tell it to somebody, without any table.
func (w *evidenceWorld) told(t *testing.T, who string) (waiting store.DeskWaiting, next int64) {
	t.Helper()
	now := w.clock.Load()
	parties := []string{w.party("plaintiff"), w.party("defendant")}
	type exhibit struct {
		party    string
		at       int64
		answered map[string]bool
	}
	type applied struct {
		at, until int64
		state     string
	}
	type notice struct {
		due    int64
		status string
	}
	exhibits, exchanges, order := map[string]*exhibit{}, map[string]court.Exchange{}, []string{}
	type paper struct {
		until   int64
		answers map[string]bool // by party, "" for the court: whether they have answered
	}
	copies, papers, hearings := map[string]string{}, map[string]*paper{}, map[string]*hearing.State{}
	transcripts := map[string]*transcript.State{}
	deadlines, applications, notices, services := map[string]int64{}, map[string]*applied{}, map[string]*notice{}, map[string]int64{}
	threads := []string{court.RoomThread}
	for _, name := range []string{"plaintiff", "defendant", "lawyer", "clerk"} {
		threads = append(threads, storetest.Bench(w.Cases[0], w.Seats[name]), court.ServiceThread(w.party(name)))
	}
	for _, thread := range threads {
		for _, ev := range allEvents(t, w.Store, w.Cases[0], thread) {
			var b said
			if err := json.Unmarshal(ev.Body, &b); err != nil {
				t.Fatal(err)
			}
			reads := who == "judge" || !strings.HasPrefix(thread, "bench/")
			if st := hearing.New(ev.Kind, ev.Body, ev.At); st != nil {
				hearings[st.ID] = st
			}
			for _, st := range hearings {
				st.Apply(ev.Kind, ev.Body, ev.At, ev.By)
			}
			if id := transcript.Of(ev.Body); strings.HasPrefix(string(ev.Kind), "transcript_") {
				if transcripts[id] == nil {
					transcripts[id] = transcript.New(id)
				}
				transcripts[id].Apply(ev.Kind, ev.Body, ev.Seq, ev.At, ev.By)
			}
			switch ev.Kind {
			case court.KindExhibitsSubmitted:
				var list []struct{ ID string }
				if err := json.Unmarshal(b.Exhibits, &list); err != nil {
					t.Fatal(err)
				}
				for _, e := range list {
					exhibits[e.ID] = &exhibit{b.Party, ev.At, map[string]bool{}}
				}
			case court.KindExhibitWithdrawn, court.KindExhibitRuled:
				delete(exhibits, b.Exhibit)
			case court.KindOpinion:
				if e := exhibits[b.Exhibit]; e != nil {
					e.answered[b.For] = true
				}
			case court.KindExchangeOpened, court.KindExchangeChanged, court.KindExchangeClosed:
				x, known := exchanges[b.Exchange]
				if !known {
					order = append(order, b.Exchange)
				}
				x = court.Exchange{ID: b.Exchange, OpensAt: b.OpensAt, EndsAt: b.EndsAt, ClosedAt: x.ClosedAt}
				if len(b.Exhibits) > 0 {
					json.Unmarshal(b.Exhibits, &x.Exhibits)
				}
				if ev.Kind == court.KindExchangeClosed {
					x.ClosedAt = ev.At
				}
				exchanges[b.Exchange] = x
			case court.KindDeadlineSet:
				deadlines[b.Party] = b.Deadline
			case court.KindApplication:
				if reads {
					applications[b.Application] = &applied{at: ev.At, state: "submitted"}
				}
			case court.KindApplicationAnswered:
				if a := applications[b.Application]; a != nil {
					a.state, a.until = b.State, b.Until
				}
			case court.KindApplicationSupplemented:
				if a := applications[b.Application]; a != nil {
					a.state = "submitted"
				}
			case court.KindApplicationRevoked:
				delete(applications, b.Application)
			case court.KindFeeNotice:
				notices[b.Notice] = &notice{b.Due, "unpaid"}
			case court.KindFeeChanged:
				notices[b.Notice].status = b.Status
			case court.KindDocumentServed, court.KindDocumentOpened, court.KindDocumentConfirmed:
				services[b.Service] = b.ServedAt
			case court.KindCopyRequested:
				copies[b.Copy] = "requested"
			case court.KindCopyAnswered:
				copies[b.Copy] = b.State
			case court.KindSigningOpened:
				papers[b.Signing] = &paper{b.Until, map[string]bool{"": false}}
				for _, p := range b.Signers {
					papers[b.Signing].answers[p] = false
				}
			case court.KindSigned, court.KindSigningRefused:
				papers[b.Signing].answers[b.Party] = true
				if b.Complete {
					delete(papers, b.Signing)
				}
			case court.KindSigningEnded:
				delete(papers, b.Signing)
			}
		}
	}
	runs := func(at int64) {
		if at > now && (next == 0 || at < next) {
			next = at
		}
	}
	var list []court.Exchange
	for _, id := range order {
		x := exchanges[id]
		list = append(list, x)
		if !x.Ended(now) {
			runs(x.EndsAt)
		}
	}
	for id, e := range exhibits {
		missing := 0
		for _, p := range parties {
			if p != e.party && !e.answered[p] {
				missing++
			}
		}
		if x := court.ExchangeOf(list, id, e.at); missing == 0 || x != nil && x.Ended(now) {
			waiting.Rulings++
		} else {
			waiting.Opinions++
		}
	}
	for _, at := range deadlines {
		runs(at)
	}
	for _, a := range applications {
		switch a.state {
		case "need_supplement":
			waiting.Supplements++
			if a.until != 0 && a.until <= now {
				waiting.SupplementsOverdue++
			}
			runs(a.until)
		case "submitted", "under_review":
			waiting.Applications++
			if waiting.Oldest == 0 || a.at < waiting.Oldest {
				waiting.Oldest = a.at
			}
		}
	}
	for _, n := range notices {
		if n.status == "unpaid" || n.status == "paying" || n.status == "failed" {
			waiting.Fees++
			runs(n.due)
			if n.due < now && n.status != "paying" {
				waiting.FeesOverdue++
			}
		}
	}
	for _, at := range services {
		if at == 0 {
			waiting.Services++
		}
	}
	for _, state := range copies {
		if state == "requested" || state == "ready" {
			waiting.Copies++
		}
	}
	for _, p := range papers {
		missing := 0
		for party, answered := range p.answers {
			if party != "" && !answered {
				missing++
			}
		}
		if missing == 0 || !p.answers[""] {
			waiting.Signings++
		}
		if missing > 0 {
			waiting.Signatures++
			runs(p.until)
			if p.until != 0 && p.until <= now {
				waiting.SignaturesOverdue++
			}
		}
	}
	begins := time.UnixMilli(now).In(time.FixedZone("", 8*60*60)).Format("2006-01-02")
	for _, h := range hearings {
		if h.Status.Over() {
			continue
		}
		if time.UnixMilli(h.At).In(time.FixedZone("", 8*60*60)).Format("2006-01-02") == begins || h.Status == hearing.Open || h.Status == hearing.InSession {
			waiting.Hearings++
		}
		for _, p := range h.Seats {
			if p.Presence == hearing.Lobby {
				waiting.Lobby++
			}
		}
		runs(h.At)
	}
	for _, t := range transcripts {
		if t.Status == transcript.Reading && (t.Open() > 0 || slices.ContainsFunc(t.Signers, func(p transcript.Signer) bool { return p.OfCourt && p.Answer != transcript.Signed })) {
			waiting.Transcripts++
		}
	}
	return waiting, next
}

// TestTheDeskCountsWhatTheEventsTell, whatever happens and in whichever order, for the judge and for the clerk, who doesn't read what is confidential.
func TestTheDeskCountsWhatTheEventsTell(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		seed := uint64(time.Now().UnixNano())
		t.Logf("seed %d", seed)
		random := rand.New(rand.NewPCG(seed, 1))
		w.record(t, "lawyer", court.ConsentPaper)
		w.agree(t, "plaintiff", true, true)
		w.acceptMediation(t, "plaintiff", "lawyer")
		for _, who := range []string{"plaintiff", "lawyer"} {
			w.done(t)(w.declare(who, map[consent.Stage]bool{consent.Mediation: true}))
		}
		for i := range 110 {
			w.step(t, random)
			w.clock.Add(random.Int64N(int64(10 * time.Minute / time.Millisecond)))
			if i%10 == 9 {
				w.clock.Add(int64(18 * time.Hour / time.Millisecond))
				for _, seat := range w.Seats {
					w.SignIn(t, seat)
				}
			}
			for _, who := range []string{"judge", "clerk"} {
				d, err := w.Store.Desk(t.Context(), store.DeskQuery{PersonID: w.Seats[who].PersonID})
				if err != nil || len(d.Rooms) != 1 {
					t.Fatalf("%s has %d rooms: %v", who, len(d.Rooms), err)
				}
				want, next := w.told(t, who)
				got := int64(0)
				if d.Rooms[0].Next != nil {
					got = d.Rooms[0].Next.At
				}
				if d.Rooms[0].Waiting != want || d.Total != want || got != next {
					t.Fatalf("the %s's desk: %+v, next %d; the events tell %+v, %d", who, d.Rooms[0].Waiting, got, want, next)
				}
			}
		}
	})
}

// step does something at random; the rules may refuse it.
func (w *evidenceWorld) step(t *testing.T, random *rand.Rand) {
	t.Helper()
	ctx, parties := t.Context(), []string{"plaintiff", "defendant"}
	who := parties[random.IntN(2)]
	v := w.evidence(t, "judge")
	soon := w.clock.Load() + random.Int64N(int64(24*time.Hour/time.Millisecond)) + 1000
	anyExhibit := ""
	if len(v.Exhibits) > 0 {
		anyExhibit = v.Exhibits[random.IntN(len(v.Exhibits))].ID
	}
	st, err := w.Store.Standing(ctx, w.Cases[0], w.Seats["judge"].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	applications, err := w.Store.Applications(ctx, w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	fees, err := w.Store.FeeNotices(ctx, w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	switch random.IntN(22) {
	case 20, 21:
		w.stepHearingAtRandom(t, random, soon)
	case 0, 1:
		w.submit(t, who, "证据")
	case 2, 3, 4:
		w.opine(who, anyExhibit, []string{"", "不真实"}[random.IntN(2)])
	case 5:
		w.Store.WithdrawExhibit(ctx, w.act(who), anyExhibit, "")
	case 6:
		w.rule(anyExhibit, court.RulingAdmitted)
	case 7:
		x := store.NewExchange{RoomAct: w.act("clerk"), Mode: court.ExchangeAsynchronous, EndsAt: soon}
		if random.IntN(2) == 0 && anyExhibit != "" {
			x.Exhibits = []string{anyExhibit}
		}
		w.Store.OpenExchange(ctx, x)
	case 8:
		if n := len(v.Exchanges); n > 0 {
			w.Store.CloseExchange(ctx, w.act("judge"), v.Exchanges[n-1].ID, "")
		}
	case 9:
		set := store.DeadlineSetting{RoomAct: w.act("judge"), Deadline: soon}
		if random.IntN(2) == 0 {
			set.Party = w.party(who)
		}
		if random.IntN(3) == 0 {
			set.Deadline = 0
		}
		w.Store.SetDeadline(ctx, set)
	case 10:
		w.apply(t, who, []string{"other", "property_preservation"}[random.IntN(2)])
	case 11, 12:
		if len(applications) > 0 {
			a := applications[random.IntN(len(applications))]
			answer := application.Answer{State: application.NeedSupplement, Reason: "请补充", Until: soon}
			if random.IntN(3) == 0 {
				answer = application.Answer{State: application.State(a.Decisions[0].Outcome), Decision: a.Decisions[0].Text, Reason: "理由"}
			}
			w.Store.AnswerApplication(ctx, store.ApplicationAnswer{RoomAct: w.act("judge"), Application: a.ID, Answer: answer})
			if random.IntN(3) == 0 {
				w.Store.SupplementApplication(ctx, store.ApplicationSupplement{RoomAct: w.act(who), Application: a.ID, Note: "已补充"})
			}
			if random.IntN(6) == 0 {
				w.Store.RevokeApplication(ctx, w.act(who), a.ID, "")
			}
		}
	case 13:
		w.issueFee(t)
	case 14:
		if len(fees) > 0 {
			f := fees[random.IntN(len(fees))]
			if random.IntN(2) == 0 {
				w.Store.BeginPayment(ctx, w.act("plaintiff"), f.ID)
			} else {
				w.Store.SetFee(ctx, store.FeeChange{RoomAct: w.act("clerk"), Notice: f.ID, Status: fee.PaidOffline, Reason: "窗口已交"})
			}
		}
	case 15:
		d := w.serve(t, court.DocSummons, "plaintiff", "lawyer")
		for _, s := range d.Services {
			if s.Recipient == w.party("lawyer") && random.IntN(2) == 0 {
				w.Store.OpenDocument(ctx, w.act("lawyer"), s.ID)
			}
		}
	case 16:
		if anyExhibit != "" {
			e, err := w.Store.Exhibit(ctx, w.Cases[0], anyExhibit)
			if err != nil {
				t.Fatal(err)
			}
			w.Store.RequestCopy(ctx, store.CopyRequest{RoomAct: w.act(who), Attachment: e.Pages[0].Attachment, Delivery: store.CopyCollected})
		}
	case 17:
		copies, err := w.Store.PaperCopies(ctx, w.Cases[0], st)
		if err != nil {
			t.Fatal(err)
		}
		if len(copies) > 0 {
			state := []string{store.CopyReady, store.CopySent, store.CopyRefused}[random.IntN(3)]
			w.Store.AnswerCopy(ctx, store.CopyAnswer{RoomAct: w.act("clerk"), Copy: copies[random.IntN(len(copies))].ID, State: state, Note: "窗口领取"})
		}
	case 18, 19:
		w.stepSigning(t, random, soon)
	}
}

// stepHearingAtRandom schedules a hearing, or has it go on; the rules may refuse it.
func (w *evidenceWorld) stepHearingAtRandom(t *testing.T, random *rand.Rand, soon int64) {
	t.Helper()
	list, err := w.Store.Hearings(t.Context(), w.Cases[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(list) == 0 || list[0].Status.Over() || random.IntN(8) == 0 {
		n := w.newHearing("clerk")
		if random.IntN(2) == 0 {
			n.At, n.Short = soon, true
		}
		w.schedule(t, n)
		return
	}
	id := list[0].ID
	for _, who := range []string{"plaintiff", "defendant"} {
		w.Store.WaiveHearingNotice(t.Context(), store.HearingWaiver{RoomAct: w.act(who), Hearing: id})
	}
	for _, kind := range []court.Kind{court.KindHearingOpened, court.KindHearingStarted, court.KindHearingAdjourned, court.KindHearingClosed, court.KindHearingCancelled}[:1+random.IntN(5)] {
		w.acceptRules(t, "plaintiff")
		w.enterHearing([]string{"judge", "plaintiff"}[random.IntN(2)], id)
		w.stepHearing("judge", id, kind, "理由")
	}
}

// stepSigning lays a paper before the parties, or has somebody sign it, refuse it or end it.
func (w *evidenceWorld) stepSigning(t *testing.T, random *rand.Rand, soon int64) {
	t.Helper()
	list := w.signings(t, "judge")
	if len(list) == 0 || list[0].State != signing.Open || random.IntN(6) == 0 {
		page := w.page(t, "judge")
		n := store.NewSigning{RoomAct: w.act("judge"), SigningInput: store.SigningInput{Kind: signing.Undisputed, Lines: []signing.Line{{Text: "双方签有合同。"}}, Until: soon},
			Document: page.Attachment, SHA256: page.SHA256}
		w.done(t)(w.Store.OpenSigning(t.Context(), n))
		return
	}
	g := &list[random.IntN(len(list))]
	for range 1 + random.IntN(3) {
		switch who := []string{"plaintiff", "lawyer", "judge"}[random.IntN(3)]; random.IntN(4) {
		case 0, 1:
			w.signPaper(who, g)
		case 2:
			w.Store.RefuseSigning(t.Context(), store.SigningRefusal{RoomAct: w.act(who), Signing: g.ID})
		case 3:
			if random.IntN(3) == 0 {
				w.Store.EndSigning(t.Context(), store.SigningEnd{RoomAct: w.act("judge"), Signing: g.ID, State: signing.Withdrawn, Reason: "文字有误"})
			}
		}
	}
}

// TestTheDeskFiltersSortsAndSearches.
func TestTheDeskFiltersSortsAndSearches(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.Import(t, w.CaseFile(1, store.CaseOpen, "judge2"))
		w.Import(t, w.CaseFile(2, store.CaseClosed, "judge"))
		first := w.Cases[0]
		w.submit(t, "plaintiff", "一")
		w.clock.Add(1000)
		w.openSigning(t, signing.Undisputed, signing.Line{Text: "双方签有合同。"})
		if _, err := w.Store.SetDeadline(t.Context(), store.DeadlineSetting{RoomAct: w.act("judge"), Deadline: w.clock.Load() + 5000}); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			who  string
			q    store.DeskQuery
			want string // docket numbers
		}{
			{"clerk", store.DeskQuery{}, "1 2 3"}, // urgent: what runs out, then the newest
			{"clerk", store.DeskQuery{State: store.CaseOpen}, "1 2"},
			{"clerk", store.DeskQuery{State: store.CaseClosed}, "3"},
			{"clerk", store.DeskQuery{Sort: "docket"}, "1 2 3"},
			{"clerk", store.DeskQuery{Waiting: "opinions"}, "1"},
			{"clerk", store.DeskQuery{Waiting: "rulings"}, ""},
			{"clerk", store.DeskQuery{Waiting: "copies"}, ""},
			{"clerk", store.DeskQuery{Waiting: "hearings"}, ""},
			{"judge", store.DeskQuery{Waiting: "signings"}, "1"},
			{"clerk", store.DeskQuery{Waiting: "deadline"}, "1"},
			{"clerk", store.DeskQuery{Waiting: "unread"}, "1"},
			{"clerk", store.DeskQuery{Q: "民初2号"}, "2"},
			{"clerk", store.DeskQuery{Q: "被告乙", Waiting: "any", State: store.CaseOpen}, "1"},
			{"clerk", store.DeskQuery{Cases: []string{first, "none"}}, "1"},
			{"judge", store.DeskQuery{Sort: "docket"}, "1 3"},
			{"judge2", store.DeskQuery{}, "2"},
			{"plaintiff", store.DeskQuery{}, ""},
			{"admin", store.DeskQuery{}, ""},
		} {
			c.q.PersonID = w.Seats[c.who].PersonID
			d, err := w.Store.Desk(t.Context(), c.q)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, r := range d.Rooms {
				var n int
				fmt.Sscanf(r.DocketNumber, "（2026）浙0212民初%d号", &n)
				got = append(got, fmt.Sprint(n))
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s, %+v: %v, want %s", c.who, c.q, got, c.want)
			}
		}
		for _, q := range []store.DeskQuery{{Sort: "none"}, {Waiting: "none"}} {
			if _, err := w.Store.Desk(t.Context(), q); court.AsError(err).Code != court.ErrInvalid.Code {
				t.Errorf("%+v: %v", q, err)
			}
		}
	})
}

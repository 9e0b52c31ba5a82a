package api_test

import (
	"encoding/base64"
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"
	"time"

	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// walk is one run of a fixed script, of which everything that an observer receives is noted. The observer is the
// lawyer, a participant of both cases and no party to any private word of the script.
type walk struct {
	t       *testing.T
	s       *site
	secret  bool // whether the others also exchange private messages
	phones  map[string]*hubtest.Phone
	names   *strings.Replacer
	answers []string
	pushes  []string
	events  int
}

// TestP3TwoRunsThatDifferInPrivateWordsOnlyLookTheSame: live, replayed, searched, listed, counted, or guessed at.
func TestP3TwoRunsThatDifferInPrivateWordsOnlyLookTheSame(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			quiet, busy := runWalk(t, engine, false), runWalk(t, engine, true)
			compare(t, "pushed", quiet.pushes, busy.pushes)
			compare(t, "answered", quiet.answers, busy.answers)
			if len(quiet.pushes) < 12 || len(quiet.answers) < 35 {
				t.Errorf("the script shows little: %d pushes, %d answers", len(quiet.pushes), len(quiet.answers))
			}
		})
	}
}

func compare(t *testing.T, what string, quiet, busy []string) {
	t.Helper()
	for i := range max(len(quiet), len(busy)) {
		a, b := "(nothing)", "(nothing)"
		if i < len(quiet) {
			a = quiet[i]
		}
		if i < len(busy) {
			b = busy[i]
		}
		if a != b {
			t.Fatalf("%s %d differs.\nwithout private messages: %s\nwith:                     %s", what, i, a, b)
		}
	}
}

func runWalk(t *testing.T, engine store.Engine, secret bool) *walk {
	w := &walk{t: t, s: startSite(t, engine, 2), secret: secret, phones: map[string]*hubtest.Phone{}}
	var ids []string
	for i, c := range w.s.Cases {
		ids = append(ids, c, fmt.Sprintf("CASE%d", i))
		for name, seat := range w.s.Seats {
			if id := seat.Participant[c]; id != "" {
				ids = append(ids, id, fmt.Sprintf("%s@%d", name, i))
			}
		}
	}
	for name, seat := range w.s.Seats {
		ids = append(ids, seat.PersonID, name, seat.SessionID, name+"'s session")
	}
	w.names = strings.NewReplacer(ids...)
	w.script()
	w.takePushes()
	return w
}

// private does something that only others may know of, in the run that has it.
func (w *walk) private(do func()) {
	if w.secret {
		do()
	}
}

func (w *walk) script() {
	c0, c1 := w.s.Cases[0], w.s.Cases[1]
	p := w.s.Seats
	present := 0
	for _, name := range []string{"lawyer", "judge", "clerk", "plaintiff", "defendant"} {
		w.phones[name] = w.s.dial(w.t, p[name])
		w.phones[name].Join(c0, nil)
		present++
		w.phones["lawyer"].Await("presence", func(m hubtest.Message) bool { return len(m.Here) == present }) // for the first, the answer to the join
	}
	bench, pair := storetest.Bench(c0, p["plaintiff"]), storetest.Pair(c0, p["plaintiff"], p["clerk"])
	w.private(func() { w.say("plaintiff", c0, bench, "secret for the judge", "judge") })
	w.public("plaintiff", c0, "good morning")
	w.private(func() {
		seq := w.say("clerk", c0, pair, "secret for the plaintiff", "plaintiff")
		w.phones["plaintiff"].Ask(fmt.Sprintf(`"t":"read","case":"%s","thread":"%s","seq":%d`, c0, pair, seq))
		w.phones["clerk"].Await("receipt", func(m hubtest.Message) bool { return m.T == "receipt" && m.Thread == pair })
		w.phones["clerk"].Ask(fmt.Sprintf(`"t":"send","case":"%s","thread":"%s","event":"%s","kind":"recall","body":{"seq":%d}`, c0, pair, store.NewID(), seq))
	})
	mine := w.public("lawyer", c0, "for the defendant")
	w.phones["judge"].Ask(fmt.Sprintf(`"t":"read","case":"%s","thread":"room","seq":%d`, c0, mine))
	w.phones["lawyer"].Await("receipt", func(m hubtest.Message) bool { return m.T == "receipt" && m.Seq == mine })
	w.private(func() {
		w.phones["judge"].Join(c1, nil)
		w.phones["defendant"].Join(c1, nil)
		w.say("defendant", c1, storetest.Bench(c1, p["defendant"]), "secret of the other case", "judge")
		w.phones["judge"].Ask(`"t":"leave","case":"` + c1 + `"`)
		w.phones["defendant"].Ask(`"t":"leave","case":"` + c1 + `"`)
	})
	w.private(func() { w.apply(c0) })
	w.private(func() { w.serve() })
	w.private(func() {
		f := w.s.issue(w.t, "secret-fee")
		w.s.must(w.t, "clerk", "PUT", "/fees/"+f.ID+"/status", `{"event":"secret-relief","status":"exempted","reason":"准予免交"}`, nil)
	})
	w.private(func() { w.copy(c0, bench) })
	w.phones["clerk"].Say(c1, court.RoomThread, store.NewID(), "to the other room")
	w.phones["lawyer"].Await("head", func(m hubtest.Message) bool { return m.T == "head" && m.Case == c1 })
	w.guess(c0, bench, pair)

	w.takePushes()
	fours := 0 // the judge has seen four present before, when the plaintiff came
	w.phones["judge"].Await("the lawyer's going", func(m hubtest.Message) bool {
		if m.T == "presence" && len(m.Here) == present-1 {
			fours++
		}
		return fours == 2
	})
	w.private(func() { w.say("plaintiff", c0, bench, "secret while the lawyer is away", "judge") })
	w.private(func() { // what somebody is preparing is a private word too
		path := "/api/v1/cases/" + c0 + "/evidence-drafts/secret-draft"
		if status, text := w.s.call(w.t, p["plaintiff"].Token, "PUT", path, `{"revision":0,"exhibits":[]}`); status != 200 {
			w.t.Fatalf("the draft: %d %s", status, text)
		}
	})
	last := w.phones["judge"].Say(c0, court.RoomThread, store.NewID(), "said while the lawyer was away").Seq
	w.private(func() { w.say("judge", c0, bench, "secret answer", "plaintiff") })
	w.phones["lawyer"] = w.s.dial(w.t, p["lawyer"])
	a := w.phones["lawyer"].Join(c0, map[string]int64{"room": mine, bench: 0, pair: 7})
	w.note(a.Raw)
	w.phones["lawyer"].AwaitSeq(court.RoomThread, last)
	w.public("clerk", c0, "welcome back")
	w.rest(c0, c1, bench, pair)
}

// apply makes a confidential application, which the judge takes up and the plaintiff withdraws.
func (w *walk) apply(caseID string) {
	w.t.Helper()
	_, page := w.s.sendFile(w.t, "plaintiff", court.KindFile, "申请书.pdf", somePDF(1000))
	draft := store.NewID()
	w.s.must(w.t, "plaintiff", "PUT", "/application-drafts/"+draft, fmt.Sprintf(`{"revision":0,"kind":"property_preservation","mode":"paper","pages":[{"attachment":%q}]}`, page), nil)
	var a store.Application
	w.s.must(w.t, "plaintiff", "POST", "/applications", fmt.Sprintf(`{"event":"secret-application","draft":%q}`, draft), &a)
	if a.Thread != storetest.Bench(caseID, w.s.Seats["plaintiff"]) {
		w.t.Fatalf("a confidential application stands in %s", a.Thread)
	}
	w.s.must(w.t, "judge", "POST", "/applications/"+a.ID+"/answers", `{"event":"secret-answer","state":"under_review"}`, nil)
	w.s.must(w.t, "plaintiff", "POST", "/applications/"+a.ID+"/revocation", `{"event":"secret-revocation"}`, nil)
}

// serve has the plaintiff be served with a document, open it and confirm its receipt.
func (w *walk) serve() {
	w.t.Helper()
	w.s.agree(w.t, "plaintiff")
	d := w.s.serve(w.t, "secret-service", "secret judgment", "plaintiff")
	w.s.fetchAs(w.t, "plaintiff", "/api/v1/attachments/"+d.Services[0].Attachment)
	w.s.must(w.t, "plaintiff", "POST", "/services/"+d.Services[0].ID+"/confirmation", `{"event":"secret-confirmation"}`, nil)
}

// copy asks for a copy on paper, which the clerk sends.
func (w *walk) copy(caseID, bench string) {
	w.t.Helper()
	_, page := w.s.sendFile(w.t, "plaintiff", court.KindFile, "secret.pdf", somePDF(1000))
	w.s.must(w.t, "plaintiff", "POST", "/events", fmt.Sprintf(`{"thread":%q,"event":"secret-file","kind":"file","body":{"attachment":%q}}`, bench, page), nil)
	w.s.must(w.t, "plaintiff", "POST", "/paper-copies", fmt.Sprintf(`{"event":"secret-copy","attachment":%q,"delivery":"mail"}`, page), nil)
	var list struct{ Copies []store.PaperCopy }
	w.s.must(w.t, "clerk", "GET", "/paper-copies", "", &list)
	w.s.must(w.t, "clerk", "PUT", "/paper-copies/"+list.Copies[0].ID, `{"event":"secret-sent","state":"sent"}`, nil)
}

// say sends a private message and waits until its reader has it.
func (w *walk) say(from, caseID, thread, text, reader string) int64 {
	w.t.Helper()
	a := w.phones[from].Say(caseID, thread, store.NewID(), text)
	if a.T != "ack" {
		w.t.Fatalf("%s could not speak privately: %s", from, a.Raw)
	}
	w.phones[reader].AwaitSeq(thread, a.Seq)
	return a.Seq
}

// public speaks in the room and waits until the observer has it.
func (w *walk) public(from, caseID, text string) int64 {
	w.t.Helper()
	w.events++
	a := w.phones[from].Say(caseID, court.RoomThread, fmt.Sprintf("public-%d", w.events), text)
	w.phones["lawyer"].AwaitSeq(court.RoomThread, a.Seq)
	return a.Seq
}

// guess tries what somebody might who wonders what the others say to each other.
func (w *walk) guess(caseID, bench, pair string) {
	o := w.phones["lawyer"]
	for i, thread := range []string{bench, pair, court.PairThread("nobody", "anybody"), "no thread"} {
		w.note(o.Say(caseID, thread, fmt.Sprintf("guess-%d", i), "is somebody there?").Raw)
		w.note(o.Ask(fmt.Sprintf(`"t":"read","case":"%s","thread":"%s","seq":1`, caseID, thread)).Raw)
		for _, act := range []string{`"kind":"recall","body":{"seq":1}`, `"kind":"text","body":{"text":"x","quote":1}`} {
			w.note(o.Ask(fmt.Sprintf(`"t":"send","case":"%s","thread":"%s","event":"guess-b-%d",%s`, caseID, thread, i, act)).Raw)
		}
	}
}

// rest asks for everything that the observer can ask for.
func (w *walk) rest(c0, c1, bench, pair string) {
	token := w.s.Seats["lawyer"].Token
	for _, path := range []string{
		"/cases", "/cases?sort=docket", "/cases?sort=filed&state=open", "/cases?q=secret", "/cases?q=" + "%E5%8E%9F%E5%91%8A", "/cases?limit=1",
		"/cases/" + c0, "/cases/" + c1, "/cases/" + c0 + "/threads", "/cases/" + c1 + "/threads",
		"/cases/" + c0 + "/events?thread=room", "/cases/" + c0 + "/events?thread=room&before=4&limit=2", "/cases/" + c0 + "/events?thread=room&after=2",
		"/cases/" + c0 + "/events?thread=" + bench, "/cases/" + c0 + "/events?thread=" + pair, "/cases/" + c1 + "/events?thread=" + bench,
		"/cases/" + c0 + "/search?q=secret", "/cases/" + c0 + "/search?q=the", "/cases/" + c1 + "/search?q=secret",
		"/cases/" + c0 + "/evidence", "/cases/" + c0 + "/evidence-drafts", "/cases/" + c1 + "/evidence", "/cases/" + c0 + "/notices/first_entry",
		"/cases/" + c0 + "/fees", "/cases/" + c1 + "/fees", "/me/fees", "/me/fees?status=exempted",
		"/cases/" + c0 + "/applications", "/cases/" + c0 + "/applications/none", "/cases/" + c0 + "/application-drafts", "/cases/" + c0 + "/application-kinds",
		"/documents", "/documents?q=secret", "/cases/" + c0 + "/documents", "/cases/" + c0 + "/file", "/desk", "/cases/" + c0 + "/bench", "/cases/" + c0 + "/course", "/cases/" + c0 + "/service-address",
		"/cases/" + c0 + "/participants/" + w.s.Seats["plaintiff"].Participant[c0] + "/service-address",
		"/cases/" + c0 + "/events?thread=service/" + w.s.Seats["plaintiff"].Participant[c0], "/me", "/auth/sessions",
		"/cases/" + c0 + "/paper-copies", "/cases/" + c0 + "/consents", "/cases/" + c0 + "/signings", "/cases/" + c0 + "/hearings",
	} {
		status, text := w.s.call(w.t, token, "GET", "/api/v1"+path, "")
		w.note(fmt.Sprint(status, " ", text))
	}
}

var times = regexp.MustCompile(`\b\d{13}\b`)

var cursors = regexp.MustCompile(`"next":"([^"]+)"`)

// normal makes times and ids comparable, also inside of cursors.
func (w *walk) normal(text string) string {
	text = cursors.ReplaceAllStringFunc(text, func(next string) string {
		plain, err := base64.RawURLEncoding.DecodeString(cursors.FindStringSubmatch(next)[1])
		if err != nil {
			w.t.Errorf("%s is no cursor: %v", next, err)
		}
		return `"next":` + string(plain)
	})
	return times.ReplaceAllString(w.names.Replace(text), "TIME")
}

func (w *walk) note(text string) { w.answers = append(w.answers, w.normal(text)) }

// takePushes ends the observer's connection and notes what came of itself, in its order, with ids that the server
// made named in the order of their coming.
func (w *walk) takePushes() {
	w.phones["lawyer"].Drop()
	for _, m := range w.phones["lawyer"].Messages() {
		if m.T == "ack" || m.T == "error" {
			continue
		}
		w.pushes = append(w.pushes, w.normal(m.Raw))
	}
	known := map[string]string{}
	for _, list := range [][]string{w.pushes, w.answers} {
		for i, text := range list {
			list[i] = madeIDs.ReplaceAllStringFunc(text, func(id string) string {
				if known[id] == "" {
					known[id] = fmt.Sprintf("ID%d", len(known))
				}
				return known[id]
			})
		}
	}
}

var madeIDs = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)

// TestP3RefusalsTakeTheSameTimeWhetherOrNotSomethingWasSaid compares how long it takes to be refused a private
// thread full of messages and one in which nothing was ever said: which of the two is slower must be a coin's toss.
func TestP3RefusalsTakeTheSameTimeWhetherOrNotSomethingWasSaid(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	c, p := s.Cases[0], s.Seats
	full, empty := storetest.Pair(c, p["plaintiff"], p["clerk"]), storetest.Pair(c, p["plaintiff"], p["judge"])
	for range 300 {
		if _, err := s.Store.Append(t.Context(), p["plaintiff"].Draft(c, full, "secret")); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(thread string) float64 {
		began := time.Now()
		if status, _ := s.call(t, p["lawyer"].Token, "GET", "/api/v1/cases/"+c+"/events?thread="+thread, ""); status != 404 {
			t.Fatalf("got %d", status)
		}
		return float64(time.Since(began))
	}
	const n = 500
	var ofFull, ofEmpty []float64
	for i := range n + 20 {
		a, b := full, empty
		if i%2 == 1 {
			a, b = empty, full
		}
		x, y := ask(a), ask(b)
		if i < 20 {
			continue // warm up
		}
		if i%2 == 1 {
			x, y = y, x
		}
		ofFull, ofEmpty = append(ofFull, x), append(ofEmpty, y)
	}
	// The share of pairs in which the full thread was slower (Mann-Whitney): a half, give or take what chance does to
	// so many pairs. Five standard deviations are 0.092.
	share := 0.0
	for _, x := range ofFull {
		for _, y := range ofEmpty {
			if x > y {
				share += 1.0 / n / n
			}
		}
	}
	if deviation := math.Sqrt((2*n + 1.0) / (12 * n * n)); math.Abs(share-0.5) > 5*deviation {
		t.Errorf("a full thread is slower in %.3f of all pairs, want 0.5 within %.3f", share, 5*deviation)
	}
}

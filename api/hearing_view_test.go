package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/court"
)

// shownSite is a site with a hearing in session in which the plaintiff's exhibit is shown. The judge, the clerk, the plaintiff, a called witness and an observer are in the room, the
// defendant waits.
type shownSite struct {
	*site
	hearing, exhibit string
	phones           map[string]*hubtest.Phone
}

// of is a path in the hearing as one of the case's.
func (s *shownSite) of(path string) string { return "/hearings/" + s.hearing + path }

// act does something in the hearing.
func (s *shownSite) act(t testing.TB, who, method, path, more string) {
	t.Helper()
	s.must(t, who, method, s.of(path), `{"event":"`+store.NewID()+`"`+more+`}`, nil)
}

func (s *shownSite) seat(t testing.TB, who string) string {
	t.Helper()
	st, err := s.Store.HearingStanding(t.Context(), s.hearing, s.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	return st.ParticipantID
}

func startShown(t testing.TB) *shownSite {
	t.Helper()
	media := &watchedMedia{roles: map[string]rtc.Role{}, may: map[string]rtc.Permissions{}, left: map[string]bool{}}
	s := &shownSite{site: startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { c.Media = media; c.Pacing.Drop = time.Hour }), phones: map[string]*hubtest.Phone{}}
	var pages []string
	for range 2 {
		_, page := s.sendFile(t, "plaintiff", court.KindFile, "收货单.pdf", somePDF(1000))
		pages = append(pages, fmt.Sprintf(`{"attachment":%q}`, page))
	}
	var sub store.Submission
	s.must(t, "plaintiff", "POST", "/exhibits", `{"event":"s1","exhibits":[{"name":"收货单","kind":"documentary","purpose":"证明送货","original_held":true,"pages":[`+strings.Join(pages, ",")+`]}]}`, &sub)
	s.exhibit, s.hearing = sub.Exhibits[0].ID, s.inviteGuests(t)
	s.act(t, "judge", "POST", "/opening", "")
	for _, who := range []string{"judge", "clerk", "plaintiff", "defendant", "witness", "observer"} {
		s.phones[who] = s.dial(t, s.Seats[who])
		join := `"t":"hearing_join","hearing":"` + s.hearing + `"`
		switch who {
		case "witness", "observer":
			s.acceptRulesOf(t, who, s.hearing)
			if status, text := s.call(t, s.Seats[who].Token, "POST", "/api/v1"+s.of("/entries"), `{"event":"`+store.NewID()+`"}`); status >= 300 {
				t.Fatal(text)
			}
		case "plaintiff", "defendant":
			s.acceptRules(t, who)
			fallthrough
		default:
			s.act(t, who, "POST", "/entries", "")
			join += `,"case":"` + s.Cases[0] + `"`
		}
		if a := s.phones[who].Ask(join); a.T != "ack" {
			t.Fatal(a.Raw)
		}
	}
	s.act(t, "judge", "POST", "/steps", `,"step":"start"`)
	for who, act := range map[string]string{"plaintiff": "admit", "witness": "call"} {
		seat := "/seats/" + s.seat(t, who) + "/acts"
		s.act(t, "clerk", "POST", seat, `,"act":"check"`)
		s.act(t, "clerk", "POST", seat, `,"act":"`+act+`"`)
	}
	s.act(t, "clerk", "PUT", "/shown", `,"exhibit":"`+s.exhibit+`","page":1`)
	return s
}

// view is a frame of somebody who has everybody look at page 1 of the exhibit.
func (s *shownSite) view(more string) string { return s.viewOf(1, more) }

func (s *shownSite) viewOf(page int, more string) string {
	return fmt.Sprintf(`"t":"hearing_view","case":%q,"hearing":%q,"exhibit":%q,"page":%d,%s`, s.Cases[0], s.hearing, s.exhibit, page, more)
}

// lead has somebody lead, as soon as what is shown has come to the room.
func (s *shownSite) lead(t testing.TB, who string, page int, more string) {
	t.Helper()
	for range 200 {
		a := s.phones[who].Ask(s.viewOf(page, more))
		if a.T == "ack" {
			return
		}
		if a.Code != "hearing_state" {
			t.Fatal(a.Raw)
		}
		time.Sleep(25 * time.Millisecond)
	}
	t.Fatal("what is shown doesn't come to the room")
}

func viewsOf(p *hubtest.Phone) (views []string) {
	for _, m := range p.Messages() {
		if m.T == "hearing_view" {
			views = append(views, m.Raw)
		}
	}
	return views
}

// TestTheCourtLeadsHowAnExhibitIsLookedAt: everybody in the room who sees it follows, and whoever comes late; nobody else does, or may lead, and nothing of it is recorded.
func TestTheCourtLeadsHowAnExhibitIsLookedAt(t *testing.T) {
	s := startShown(t)
	events := func() (n int64) {
		t.Helper()
		evs, _, err := s.Store.Events(t.Context(), s.Cases[0], court.RoomThread, 0, store.Page{Limit: store.MaxPage})
		if err != nil {
			t.Fatal(err)
		}
		return int64(len(evs))
	}
	before := events()
	s.lead(t, "judge", 1, `"view":{"zoom":250,"x":5000,"y":3200},"pointer":{"x":4100,"y":0}`)
	has := func(part string) func(hubtest.Message) bool {
		return func(m hubtest.Message) bool { return m.T == "hearing_view" && strings.Contains(m.Raw, part) }
	}
	for _, who := range []string{"clerk", "plaintiff"} {
		got := s.phones[who].Await("the view", has(`"pointer"`))
		if want := fmt.Sprintf(`{"t":"hearing_view","hearing":%q,"exhibit":%q,"page":1,"by":%q,"view":{"zoom":250,"x":5000,"y":3200},"pointer":{"x":4100,"y":0}}`, s.hearing, s.exhibit, s.seat(t, "judge")); got.Raw != want {
			t.Errorf("the %s is told %s\nwant %s", who, got.Raw, want)
		}
	}

	// Bounds: a thousand frames at once are told as a few, of which the last is the last that was said.
	const many = 400
	began := time.Now()
	for i := range many {
		s.phones["judge"].Send(s.view(fmt.Sprintf(`"pointer":{"x":%d,"y":1}`, i)))
	}
	s.phones["plaintiff"].Await("the last place", has(fmt.Sprintf(`"view":{"zoom":250,"x":5000,"y":3200},"pointer":{"x":%d,"y":1}`, many-1)))
	if told, most := len(viewsOf(s.phones["plaintiff"])), 4+int(15*time.Since(began).Seconds()); told > most {
		t.Errorf("the plaintiff was told %d times, want at most %d", told, most)
	}

	// Who may not.
	for _, c := range []struct{ who, frame, code, field string }{
		{"plaintiff", s.view(`"pointer":{"x":1,"y":1}`), "forbidden", ""},
		{"defendant", s.view(`"pointer":{"x":1,"y":1}`), "forbidden", ""},
		{"witness", s.view(`"pointer":{"x":1,"y":1}`), "not_found", ""},
		{"observer", s.view(`"pointer":{"x":1,"y":1}`), "not_found", ""},
		{"judge", s.view(`"pointer":{"x":1,"y":10001}`), "invalid", "pointer"},
		{"judge", s.view(`"pointer":{"x":-1,"y":0}`), "invalid", "pointer"},
		{"judge", s.view(`"view":{"zoom":99,"x":1,"y":1}`), "invalid", "view"},
		{"judge", s.view(`"view":{"zoom":801,"x":1,"y":1}`), "invalid", "view"},
		{"judge", s.view(`"view":{"zoom":100,"x":1,"y":10001}`), "invalid", "view"},
		{"judge", s.view(`"view":{"zoom":100.5,"x":1,"y":1}`), "bad_frame", ""},
		{"judge", strings.Replace(s.view(`"pointer":{"x":1,"y":1}`), `"page":1`, `"page":2`, 1), "hearing_state", ""},
	} {
		if a := s.phones[c.who].Ask(c.frame); a.Code != c.code || c.field != "" && !strings.Contains(a.Raw, `"field":"`+c.field+`"`) {
			t.Errorf("%s sends %s: %s, want %s %s", c.who, c.frame, a.Raw, c.code, c.field)
		}
	}

	// Who comes late, or comes back, is told the view at rest. When another page is shown it is seen as a whole.
	again := s.dial(t, s.Seats["plaintiff"])
	if a := again.Ask(`"t":"hearing_join","case":"` + s.Cases[0] + `","hearing":"` + s.hearing + `"`); a.T != "ack" {
		t.Fatal(a.Raw)
	}
	if got := again.Await("the view at rest", has(`"view"`)).Raw; strings.Contains(got, "pointer") || strings.Contains(got, `"by"`) || !strings.Contains(got, `"zoom":250`) {
		t.Errorf("at rest: %s", got)
	}
	s.act(t, "clerk", "PUT", "/shown", `,"exhibit":"`+s.exhibit+`","page":2`)
	s.lead(t, "clerk", 2, `"pointer":{"x":7,"y":7}`)
	seat := "/seats/" + s.seat(t, "defendant") + "/acts"
	s.act(t, "clerk", "POST", seat, `,"act":"check"`)
	s.act(t, "clerk", "POST", seat, `,"act":"admit"`)
	s.act(t, "clerk", "PUT", "/shown", `,"exhibit":"`+s.exhibit+`","page":1`)
	s.lead(t, "clerk", 1, `"pointer":{"x":7,"y":7}`)
	if got := s.phones["defendant"].Await("the clerk's place", has(`"pointer":{"x":7,"y":7}`)).Raw; strings.Contains(got, `"view"`) {
		t.Errorf("the view outlives what was shown: %s", got)
	}
	if got := viewsOf(s.phones["defendant"]); len(got) != 1 {
		t.Errorf("the defendant was told before it was let in: %q", got)
	}
	if got := viewsOf(s.phones["witness"]); len(got) != 0 {
		t.Errorf("the witness is told %q", got)
	}
	s.phones["observer"].Await("the clerk's place", has(`"pointer":{"x":7,"y":7}`))
	if after := events(); after != before+4 { // shown twice, checked, admitted
		t.Errorf("%d events are new, want 4", after-before)
	}
}

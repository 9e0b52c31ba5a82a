package api_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court/hearing"
)

const noQuestion = `{"objected":false,"no_means":false,"in_person":false,"complex":false,"state_security":false,"public_attention":false,"unsuitable":false}`

// scheduleHearing has the clerk schedule a hearing in five days.
func (s *site) scheduleHearing(t testing.TB, event string) *hearing.State {
	t.Helper()
	var h hearing.State
	s.must(t, "clerk", "POST", "/hearings", fmt.Sprintf(`{"event":%q,"type":"trial","at":%d,"minutes":90,"public":true,"checklist":%s}`, event, time.Now().Add(5*24*time.Hour).UnixMilli(), noQuestion), &h)
	return &h
}

// acceptRules accepts the rules of the hearing as they are shown to somebody.
func (s *site) acceptRules(t testing.TB, who string) hub.NoticeText {
	t.Helper()
	var n hub.NoticeText
	s.must(t, who, "GET", "/notices/hearing_notice", "", &n)
	s.must(t, who, "POST", "/notices/hearing_notice/acceptance", fmt.Sprintf(`{"version":%q,"sha256":%q}`, n.Version, n.SHA256), nil)
	return n
}

// TestAHearingIsHeldOverREST, from its scheduling to its end, each as it sees it.
func TestAHearingIsHeldOverREST(t *testing.T) {
	s := startSite(t, store.SQLite, 2)
	h := s.scheduleHearing(t, "h1")
	at := "/hearings/" + h.ID
	view := func(who string) (v hub.HearingView) {
		t.Helper()
		s.must(t, who, "GET", at, "", &v)
		return v
	}
	codes := func(v hub.HearingView) string {
		var all []string
		for _, l := range v.Lacks {
			all = append(all, l.Code)
		}
		return strings.Join(all, " ")
	}
	if got := codes(view("plaintiff")); got != "hearing_not_open discipline_required" {
		t.Errorf("the plaintiff lacks %q", got)
	}
	s.must(t, "clerk", "POST", at+"/opening", `{"event":"h2"}`, nil)
	if n := s.acceptRules(t, "plaintiff"); !strings.Contains(n.Text, "审判员judge 主持") || strings.Contains(n.Text, "＿＿＿＿ 主持") {
		t.Errorf("the rules say %s", n.Text[:200])
	}
	if v := view("plaintiff"); len(v.Lacks) > 0 || v.Me != s.Seats["plaintiff"].Participant[s.Cases[0]] || v.CodeAt == 0 || len(v.Phases) != 10 || !v.Seat(v.Me).Discipline {
		t.Errorf("the plaintiff sees %+v", v)
	}
	seat := at + "/seats/" + s.Seats["plaintiff"].Participant[s.Cases[0]]
	for i, step := range []struct{ who, method, path, body string }{
		{"plaintiff", "POST", at + "/entries", `{"event":"EVENT"}`},
		{"judge", "POST", at + "/entries", `{"event":"EVENT"}`},
		{"clerk", "POST", seat + "/acts", `{"event":"EVENT","act":"check"}`},
		{"clerk", "POST", seat + "/acts", `{"event":"EVENT","act":"admit"}`},
		{"judge", "POST", at + "/steps", `{"event":"EVENT","step":"start"}`},
		{"judge", "PUT", at + "/phase", `{"event":"EVENT","phase":"identity"}`},
		{"plaintiff", "PATCH", at + "/me", `{"event":"EVENT","hand":true}`},
		{"clerk", "PATCH", seat, `{"event":"EVENT","mute_locked":true}`},
	} {
		s.must(t, step.who, step.method, step.path, strings.ReplaceAll(step.body, "EVENT", fmt.Sprintf("s%d", i)), nil)
	}
	if v := view("plaintiff"); v.Rights.SendAudio || !v.Rights.Receive || v.Phase != hearing.Identity || v.Status != hearing.InSession || !v.Seat(v.Me).Hand {
		t.Errorf("in session the plaintiff sees %+v", v)
	}
	path := "/api/v1/cases/" + s.Cases[0] + at
	if status, text := s.call(t, s.Seats["plaintiff"].Token, "PATCH", path+"/me", `{"event":"u1","muted":false}`); status != 403 || codeOf(text) != "mute_locked" {
		t.Errorf("unmuting itself: %d %s", status, text)
	}
	if status, text := s.call(t, s.Seats["lawyer"].Token, "GET", path+"/calendar.ics", ""); status != 200 || !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\n") || !strings.Contains(text, "UID:"+h.ID) {
		t.Errorf("the calendar file: %d %s", status, text)
	}
	// The hearing is the case's: by another case's address it isn't there.
	if status, text := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/cases/"+s.Cases[1]+at, ""); status != 404 {
		t.Errorf("in the other case: %d %s", status, text)
	}
	s.must(t, "judge", "POST", at+"/steps", `{"event":"end","step":"close"}`, nil)
	var list struct{ Hearings []hearing.State }
	s.must(t, "lawyer", "GET", "/hearings", "", &list)
	if len(list.Hearings) != 1 || list.Hearings[0].Status != hearing.Closed || codes(view("plaintiff")) != "hearing_over" {
		t.Errorf("at the end it is %+v", list)
	}
}

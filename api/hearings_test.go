package api_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/storetest"
)

const noQuestion = `{"objected":false,"no_means":false,"in_person":false,"complex":false,"state_security":false,"public_attention":false,"unsuitable":false}`

// scheduleHearing has the clerk schedule a hearing in five days.
func (s *site) scheduleHearing(t testing.TB, event string) *hearing.State {
	t.Helper()
	var h hearing.State
	s.must(t, "clerk", "POST", "/hearings", fmt.Sprintf(`{"event":%q,"type":"trial","at":%d,"minutes":90,"public":true,"checklist":%s}`, event, time.Now().Add(5*24*time.Hour).UnixMilli(), noQuestion), &h)
	return &h
}

// inviteGuests has the clerk schedule a hearing, to which a witness is summoned and an observer let in. Both sign in and have seats of the site.
func (s *site) inviteGuests(t testing.TB) (hearingID string) {
	t.Helper()
	h := s.scheduleHearing(t, store.NewID())
	s.must(t, "clerk", "POST", "/hearings/"+h.ID+"/witnesses", `{"event":"`+store.NewID()+`","name":"丁","phone":"13700000001"}`, nil)
	s.must(t, "clerk", "POST", "/hearings/"+h.ID+"/observers", `{"name":"戊","phone":"13700000002"}`, nil)
	for name, phone := range map[string]string{"witness": "13700000001", "observer": "13700000002"} {
		s.Seats[name] = &storetest.Seat{Name: name, Role: court.RolePerson, Phone: phone, Participant: map[string]string{}}
		s.SignIn(t, s.Seats[name])
	}
	return h.ID
}

// acceptRules accepts the rules of the hearing as they are shown to somebody.
func (s *site) acceptRules(t testing.TB, who string) hub.NoticeText {
	t.Helper()
	var n hub.NoticeText
	s.must(t, who, "GET", "/notices/hearing_notice", "", &n)
	s.must(t, who, "POST", "/notices/hearing_notice/acceptance", fmt.Sprintf(`{"version":%q,"sha256":%q}`, n.Version, n.SHA256), nil)
	return n
}

// acceptRulesOf accepts the rules of a hearing as they are shown to a guest.
func (s *site) acceptRulesOf(t testing.TB, who, hearingID string) (n hub.NoticeText) {
	t.Helper()
	path := "/api/v1/hearings/" + hearingID + "/rules"
	_, text := s.call(t, s.Seats[who].Token, "GET", path, "")
	if err := json.Unmarshal([]byte(text), &n); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	if status, text := s.call(t, s.Seats[who].Token, "POST", path+"/acceptance", fmt.Sprintf(`{"version":%q,"sha256":%q}`, n.Version, n.SHA256)); status >= 300 {
		t.Fatalf("%d %s", status, text)
	}
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
	// What somebody does of its own seat is bounded: it stands in the record for ever.
	bounded := false
	for i := 0; i < 60 && !bounded; i++ {
		status, text := s.call(t, s.Seats["plaintiff"].Token, "PATCH", path+"/me", fmt.Sprintf(`{"event":"hand-%d","hand":%v}`, i, i%2 == 0))
		if bounded = status == 429 && codeOf(text) == "too_many"; !bounded && status != 200 {
			t.Fatalf("raising a hand: %d %s", status, text)
		}
	}
	if !bounded {
		t.Error("a hand is raised without end")
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
	if _, text := s.call(t, s.Seats["lawyer"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/course", ""); !strings.Contains(text, "hearing_started") || strings.Contains(text, "hearing_entered") {
		t.Errorf("the course of the case is %s", text)
	}
	var attended hearing.Attendance
	s.must(t, "clerk", "GET", at+"/attendance", "", &attended)
	if p := attended.State.Seat(s.Seats["plaintiff"].Participant[s.Cases[0]]); p == nil || p.EnteredAt == 0 || len(attended.Seats) != 5 || attended.Session <= 0 {
		t.Errorf("who attended: %+v", attended)
	}
	if !paper.Available() {
		return
	}
	if status, text := s.call(t, s.Seats["judge"].Token, "GET", path+"/attendance/document", ""); status != 200 || !strings.HasPrefix(text, "%PDF") {
		t.Errorf("who attended, printed: %d %.80s", status, text)
	}
	if c, _ := s.caseFile(t, "lawyer"); !strings.Contains(titles(c), "hearing") {
		t.Errorf("the case's file has %s", titles(c))
	}
}

// TestAGuestOfAHearingSeesNothingOfTheCase, and of the hearing only what its place allows: a witness before being called the door, an observer what is public while it is in session.
func TestAGuestOfAHearingSeesNothingOfTheCase(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	s := startSite(t, store.SQLite, 1)
	id := s.inviteGuests(t)
	at := "/hearings/" + id
	call := func(who, method, path, body string) (int, string) {
		t.Helper()
		return s.call(t, s.Seats[who].Token, method, "/api/v1"+path, strings.ReplaceAll(body, "EVENT", store.NewID()))
	}
	must := func(who, method, path, body string) string {
		t.Helper()
		status, text := call(who, method, path, body)
		if status >= 300 {
			t.Fatalf("%s %s as %s: %d %s", method, path, who, status, text)
		}
		return text
	}
	view := func(who string) (v hub.SittingView) {
		t.Helper()
		if err := json.Unmarshal([]byte(must(who, "GET", at, "")), &v); err != nil {
			t.Fatal(err)
		}
		return v
	}
	court := func(who, method, path, body string) {
		t.Helper()
		s.must(t, who, method, at+path, strings.ReplaceAll(body, "EVENT", store.NewID()), nil)
	}
	court("judge", "POST", "/opening", `{"event":"EVENT"}`)
	for _, who := range []string{"witness", "observer"} {
		if list := must(who, "GET", "/hearings", ""); !strings.Contains(list, id) || strings.Contains(list, s.Cases[0]) || strings.Contains(list, "浙0212") {
			t.Errorf("%s's list is %s", who, list)
		}
		if status, text := call(who, "POST", at+"/entries", `{"event":"EVENT"}`); status != 403 || codeOf(text) != "discipline_required" {
			t.Errorf("%s enters without having read the rules: %d %s", who, status, text)
		}
		if n := s.acceptRulesOf(t, who, id); strings.Contains(n.Text, "浙0212") {
			t.Errorf("the rules tell %s of the case: %s", who, n.Text)
		}
		must(who, "POST", at+"/entries", `{"event":"EVENT"}`)
	}
	court("judge", "POST", "/entries", `{"event":"EVENT"}`)
	court("judge", "POST", "/steps", `{"event":"EVENT","step":"start"}`)
	court("judge", "PUT", "/phase", `{"event":"EVENT","phase":"investigation"}`)

	door := view("witness")
	if door.Presence != hearing.Lobby || door.Rights != (hearing.Rights{Lobby: true}) || len(door.Seats) != 0 || door.Phase != "" || door.Case != "" || door.Presiding != "judge" {
		t.Errorf("a witness that isn't called sees %+v", door)
	}
	if v := view("observer"); v.Rights != (hearing.Rights{Receive: true, Hidden: true}) || len(v.Seats) != 1 || v.Case != "" {
		t.Errorf("an observer sees %+v", v)
	}
	if status, text := call("observer", "PATCH", at+"/me", `{"event":"EVENT","hand":true}`); status != 403 {
		t.Errorf("an observer raises a hand: %d %s", status, text)
	}
	var v hub.HearingView
	s.must(t, "plaintiff", "GET", at, "", &v)
	seat := door.Me
	if p := v.Seat(seat); len(v.Seats) != 6 || p == nil || p.Role != hearing.Witness || p.Standing != "证人" || strings.Contains(fmt.Sprint(v.Seats), "戊") {
		t.Errorf("the parties see %+v", v.Seats)
	}
	if text := must("plaintiff", "GET", "/cases/"+s.Cases[0]+"/events?thread=room", ""); strings.Contains(text, "13700000001") || strings.Contains(text, "戊") {
		t.Errorf("the room tells of guests what it mustn't: %s", text)
	}
	if status, _ := call("plaintiff", "GET", "/cases/"+s.Cases[0]+at+"/guests", ""); status != 403 {
		t.Errorf("a party reads the list of guests: %d", status)
	}
	if list := must("clerk", "GET", "/cases/"+s.Cases[0]+at+"/guests", ""); !strings.Contains(list, `"watching":1`) {
		t.Errorf("the court sees %s", list)
	}
	var promise hub.NoticeText
	if err := json.Unmarshal([]byte(must("witness", "GET", at+"/undertaking", "")), &promise); err != nil || !strings.Contains(promise.Text, "丁") {
		t.Fatalf("%s, %v", promise.Text, err)
	}
	given := fmt.Sprintf(`{"event":"EVENT","version":%q,"sha256":%q}`, promise.Version, promise.SHA256)
	if status, text := call("witness", "POST", at+"/undertaking", given); codeOf(text) != "signature_needed" {
		t.Errorf("without a signature it is given: %d %s", status, text)
	}
	s.sign(t, "witness")
	must("witness", "POST", at+"/undertaking", given)
	if s.must(t, "judge", "GET", at, "", &v); v.Seat(seat).Undertaken == 0 {
		t.Error("the witness's promise isn't seen")
	}
	if _, text := s.caseFile(t, "plaintiff"); !strings.Contains(text, "证人保证书 丁.pdf") {
		t.Errorf("the case's file lacks what the witness signed: %s", text)
	}
	document := regexp.MustCompile(`"document":\{"attachment":"([^"]+)"`).FindStringSubmatch(must("plaintiff", "GET", "/cases/"+s.Cases[0]+"/events?thread=room", ""))
	if printed := must("plaintiff", "GET", "/attachments/"+document[1], ""); !strings.Contains(textOf(t, []byte(printed)), promise.SHA256) {
		t.Error("it isn't printed with its hash")
	}
	for _, act := range []string{"check", "call"} {
		court("judge", "POST", "/seats/"+seat+"/acts", `{"event":"EVENT","act":"`+act+`"}`)
	}
	if v := view("witness"); !v.Rights.SendAudio || len(v.Seats) != 2 {
		t.Errorf("called it sees %+v", v)
	}
	must("witness", "PATCH", at+"/me", `{"event":"EVENT","muted":true}`)
	court("judge", "POST", "/seats/"+seat+"/acts", `{"event":"EVENT","act":"dismiss"}`)
	if v := view("witness"); v.Rights != (hearing.Rights{}) || len(v.Seats) != 0 {
		t.Errorf("dismissed it sees %+v", v)
	}
	// Who takes part in the case is no guest; who was let in can be sent away.
	if status, text := call("clerk", "POST", "/cases/"+s.Cases[0]+at+"/observers", `{"name":"原告","phone":"`+s.Seats["plaintiff"].Phone+`"}`); status != 409 || codeOf(text) != "guest_known" {
		t.Errorf("a party as observer: %d %s", status, text)
	}
	court("clerk", "DELETE", "/observers/"+view("observer").Me, "")
	if status, _ := call("observer", "GET", at, ""); status != 404 {
		t.Errorf("sent away an observer gets %d", status)
	}
}

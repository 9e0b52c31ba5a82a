package hearing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

func event(kind court.Kind, fields string) (court.Kind, []byte) {
	if fields != "" {
		fields = "," + fields
	}
	return kind, []byte(`{"hearing":"H"` + fields + `}`)
}

// people are the seats of the hearing in the tests.
var people = []SeatBody{{ID: "J", Role: Judge, Name: "审判长"}, {ID: "J2", Role: Judge}, {ID: "C", Role: Clerk}, {ID: "P", Role: Party}, {ID: "D", Role: Party}, {ID: "W", Role: Witness}}

func scheduled(t testing.TB) *State {
	t.Helper()
	body, err := json.Marshal(ScheduledBody{Hearing: "H", Title: "庭审", Type: Trial, Mode: Synchronous, At: 1_000_000_000, Minutes: 60, Public: true, Presiding: "J", Seats: people})
	if err != nil {
		t.Fatal(err)
	}
	s := New(court.KindHearingScheduled, body, 1)
	if s == nil {
		t.Fatal("it isn't scheduled")
	}
	return s
}

// TestAHearingsLife walks it step by step: who is where after each event, and who may do what.
func TestAHearingsLife(t *testing.T) {
	s := scheduled(t)
	full := Rights{Receive: true, SendAudio: true, SendVideo: true}
	screen := Rights{Receive: true, SendAudio: true, SendVideo: true, SendScreen: true}
	waits := Rights{Lobby: true}
	for i, c := range []struct {
		kind   court.Kind
		fields string
		status Status
		seat   string
		at     Presence
		rights Rights
	}{
		{court.KindHearingEntered, `"seat":"P","role":"party"`, Scheduled, "P", Absent, Rights{}}, // the lobby isn't open
		{court.KindHearingOpened, ``, Open, "P", Absent, Rights{}},
		{court.KindHearingEntered, `"seat":"P","role":"party"`, Open, "P", Lobby, waits},
		{court.KindHearingEntered, `"seat":"J","role":"judge"`, Open, "J", Admitted, Rights{}}, // not in session
		{court.KindHearingEntered, `"seat":"W","role":"witness"`, Open, "W", Lobby, waits},
		{court.KindHearingChecked, `"seat":"P"`, Open, "P", Lobby, waits},
		{court.KindHearingAdmitted, `"seat":"P"`, Open, "P", Admitted, Rights{}},
		{court.KindHearingStarted, ``, InSession, "P", Admitted, full},
		{court.KindHearingAdmitted, `"seat":"W"`, InSession, "W", Lobby, waits}, // a witness is called, not admitted
		{court.KindHearingSeatSet, `"seat":"P","muted":true`, InSession, "P", Admitted, Rights{Receive: true, SendVideo: true}},
		{court.KindHearingSeatSet, `"seat":"P","muted":false,"floor":true`, InSession, "P", Admitted, screen},
		{court.KindHearingSeatSet, `"seat":"P","camera_stopped":true`, InSession, "P", Admitted, Rights{Receive: true, SendAudio: true}},
		{court.KindHearingSeatSet, `"seat":"P","camera_stopped":false,"floor":false,"mute_locked":true`, InSession, "P", Admitted, Rights{Receive: true, SendVideo: true}},
		{court.KindHearingCalled, `"seat":"W"`, InSession, "W", Admitted, full},
		{court.KindHearingDismissed, `"seat":"W"`, InSession, "W", Dismissed, Rights{}},
		{court.KindHearingConsultation, `"on":true`, InSession, "P", Admitted, Rights{}},
		{court.KindHearingSeatSet, `"seat":"J","hand":true`, InSession, "J", Admitted, screen},
		{court.KindHearingConsultation, `"on":false`, InSession, "P", Admitted, Rights{Receive: true, SendVideo: true}},
		{court.KindHearingLeft, `"seat":"P","reason":"dropped"`, InSession, "P", Dropped, Rights{}},
		{court.KindHearingEntered, `"seat":"P","role":"party"`, InSession, "P", Admitted, Rights{Receive: true, SendVideo: true}}, // back in the room, still muted
		{court.KindHearingLeft, `"seat":"P","reason":"left"`, InSession, "P", Left, Rights{}},
		{court.KindHearingEntered, `"seat":"P","role":"party"`, InSession, "P", Lobby, waits},
		{court.KindHearingLeft, `"seat":"J","reason":"dropped"`, InSession, "J", Dropped, Rights{}},
		{court.KindHearingPaused, `"seat":"J"`, InSession, "P", Lobby, waits},
		{court.KindHearingEntered, `"seat":"J","role":"judge"`, InSession, "J", Admitted, Rights{}}, // paused
		{court.KindHearingResumed, ``, InSession, "J", Admitted, screen},
		{court.KindHearingRemoved, `"seat":"P","reason":"吵闹"`, InSession, "P", Removed, Rights{}},
		{court.KindHearingEntered, `"seat":"P","role":"party"`, InSession, "P", Removed, Rights{}},
		{court.KindHearingAdmitted, `"seat":"P"`, InSession, "P", Absent, Rights{}},
		{court.KindHearingEntered, `"seat":"L","role":"representative"`, InSession, "L", Lobby, waits}, // has joined the case since
		{court.KindHearingAdjourned, `"reason":"休息"`, Adjourned, "J", Admitted, Rights{}},
		{court.KindHearingPostponed, `"at":2000000000,"minutes":30,"reason":"改期"`, Adjourned, "L", Lobby, waits},
		{court.KindHearingResumed, ``, InSession, "J", Admitted, screen},
		{court.KindHearingClosed, ``, Closed, "J", Absent, Rights{}},
		{court.KindHearingStarted, ``, Closed, "J", Absent, Rights{}},
	} {
		kind, body := event(c.kind, c.fields)
		s.Apply(kind, body, int64(i+10), "J")
		if p := s.Seat(c.seat); s.Status != c.status || p.Presence != c.at || Permissions(s, c.seat) != c.rights {
			t.Errorf("%d, after %s %s: %s, %s is %s with %+v", i, kind, c.fields, s.Status, c.seat, p.Presence, Permissions(s, c.seat))
		}
	}
	if p := s.Seat("P"); p.Drops != 1 || p.Leaves != 2-1 || p.EnteredAt != 12 {
		t.Errorf("the absence report would be of %+v", p)
	}
	if s.At != 2_000_000_000 || s.Minutes != 30 || s.StartedAt != 17 || s.Moves != 1 || s.EndedAt == 0 {
		t.Errorf("it is %+v", s)
	}
}

// TestWhatHappensToTheCaseHappensToItsHearings: rules accepted, people who leave the case, stages moved offline; other hearings' events don't.
func TestWhatHappensToTheCaseHappensToItsHearings(t *testing.T) {
	s := scheduled(t)
	for _, e := range []struct {
		kind   court.Kind
		fields string
	}{{court.KindHearingOpened, ``}, {court.KindHearingEntered, `"seat":"D"`}, {court.KindHearingAdmitted, `"seat":"D"`}, {court.KindHearingEntered, `"seat":"J"`}, {court.KindHearingStarted, ``}} {
		kind, body := event(e.kind, e.fields)
		s.Apply(kind, body, 5, "J")
	}
	s.Apply(court.KindNoticeAccepted, []byte(`{"notice":"hearing_notice"}`), 6, "P")
	s.Apply(court.KindStagesTransferred, []byte(`{"stages":["hearing_synchronous"],"parties":["P"],"offline":true}`), 7, "J")
	if p := s.Seat("P"); !p.Discipline || !p.Offline {
		t.Errorf("it is %+v", p)
	}
	s.Apply(court.KindApplicationAnswered, []byte(`{"transferred":{"stages":["hearing_synchronous"],"parties":["P"],"offline":false}}`), 8, "J")
	s.Apply(court.KindCaseChanged, []byte(`{"joined":[],"left":["D"]}`), 9, "")
	if s.Seat("P").Offline || Permissions(s, "D") != (Rights{}) || Permissions(s, "J") == (Rights{}) {
		t.Errorf("it is %+v", s)
	}
	s.Apply(court.KindHearingEntered, []byte(`{"hearing":"H","seat":"D"}`), 10, "D")
	if s.Seat("D").Presence.Here() {
		t.Error("who has left the case comes back in")
	}
	was, _ := json.Marshal(s)
	s.Apply(court.KindHearingClosed, []byte(`{"hearing":"another"}`), 11, "J")
	s.Apply(court.KindText, []byte(`{"text":"x","hearing":"H"}`), 12, "J")
	if now, _ := json.Marshal(s); string(now) != string(was) {
		t.Errorf("changed to %s", now)
	}
}

// seatKinds and caseKinds are the kinds of events that a fold meets.
var hearingKinds = []court.Kind{court.KindHearingScheduled, court.KindHearingWaived, court.KindHearingPostponed, court.KindHearingCancelled, court.KindHearingOffline, court.KindHearingOpened,
	court.KindHearingStarted, court.KindHearingAdjourned, court.KindHearingResumed, court.KindHearingPaused, court.KindHearingClosed, court.KindHearingEntered, court.KindHearingLeft,
	court.KindHearingChecked, court.KindHearingAdmitted, court.KindHearingCalled, court.KindHearingDismissed, court.KindHearingRemoved, court.KindHearingWarned, court.KindHearingSeatSet,
	court.KindHearingPhase, court.KindHearingShown, court.KindHearingConsultation, court.KindHearingRecording, court.KindHearingInterrupted, court.KindReplaceProposed, court.KindReplaceAnswered, court.KindHearingStatement, court.KindHearingWitness, court.KindHearingUndertaking, court.KindNoticeAccepted, court.KindCaseChanged}

// TestNobodyHearsOrSpeaksWithoutRight: after any events in any order, a seat that is muted, not admitted, not called, dismissed, removed or gone has nothing of what it
// mustn't have; the fold never fails, and its JSON gives it back.
func TestNobodyHearsOrSpeaksWithoutRight(t *testing.T) {
	sat := 0
	rapid.Check(t, func(t *rapid.T) {
		body, _ := json.Marshal(ScheduledBody{Hearing: "H", Type: Trial, Mode: Synchronous, Public: true, Presiding: "J", Seats: people})
		s := New(court.KindHearingScheduled, body, 1)
		draw := rapid.Custom(func(t *rapid.T) court.Kind {
			if rapid.Bool().Draw(t, "usual") { // so that hearings get under way
				return rapid.SampledFrom([]court.Kind{court.KindHearingOpened, court.KindHearingStarted, court.KindHearingEntered, court.KindHearingAdmitted, court.KindHearingCalled, court.KindHearingResumed}).Draw(t, "kind")
			}
			return rapid.SampledFrom(hearingKinds).Draw(t, "kind")
		})
		for at := range rapid.IntRange(1, 60).Draw(t, "events") {
			kind := draw.Draw(t, "event")
			if kind == court.KindHearingClosed && rapid.IntRange(0, 4).Draw(t, "end") > 0 {
				continue
			}
			seat := rapid.SampledFrom([]string{"J", "J2", "C", "P", "D", "W", "stranger", ""}).Draw(t, "seat")
			fields := fmt.Sprintf(`"seat":%q,"role":"party","reason":%q,"on":%v,"state":"started","part":1,"at":9,"left":[%q],"joined":[]`, seat,
				rapid.SampledFrom([]string{"left", "dropped", ""}).Draw(t, "reason"), rapid.Bool().Draw(t, "on"), seat)
			for _, f := range []string{"muted", "mute_locked", "camera_stopped", "floor", "hand"} {
				if rapid.IntRange(0, 3).Draw(t, f) == 0 {
					fields += fmt.Sprintf(`,%q:%v`, f, rapid.Bool().Draw(t, f+" on"))
				}
			}
			kind, body := event(kind, fields)
			if rapid.IntRange(0, 20).Draw(t, "broken") == 0 {
				body = []byte(rapid.SampledFrom([]string{"", "null", "[]", `{"hearing":"H","seat":1}`, `{"hearing":"H"`, `{"hearing":"H","on":"x"}`}).Draw(t, "body"))
			}
			s.Apply(kind, body, int64(at+2), seat)
			check(t, s)
		}
		if s.Sits() {
			sat++
		}
		text, err := json.Marshal(s)
		var back State
		if err != nil || json.Unmarshal(text, &back) != nil {
			t.Fatalf("%s, %v", text, err)
		}
		if again, _ := json.Marshal(&back); string(again) != string(text) {
			t.Fatalf("%s\nis read as\n%s", text, again)
		}
	})
	if sat == 0 {
		t.Error("no hearing ever got under way")
	}
}

func check(t *rapid.T, s *State) {
	floors := 0
	for i := range s.Seats {
		p := &s.Seats[i]
		r := Permissions(s, p.ID)
		if p.Floor {
			floors++
		}
		live := r.Receive || r.SendAudio || r.SendVideo || r.SendScreen
		switch {
		case live && (p.Presence != Admitted || p.Gone || s.Status != InSession || s.Paused):
			t.Fatalf("%+v has %+v in %s", p, r, s.Status)
		case live && s.Consults && p.Role != Judge:
			t.Fatalf("%+v has %+v during the consultation", p, r)
		case r.SendAudio && (p.Muted || p.Locked), (r.SendVideo || r.SendScreen) && p.Stopped:
			t.Fatalf("%+v has %+v", p, r)
		case r.Lobby && (live || p.Presence != Lobby):
			t.Fatalf("%+v has %+v", p, r)
		case p.Locked && !p.Muted:
			t.Fatalf("%+v is locked and not muted", p)
		}
	}
	if floors > 1 {
		t.Fatalf("%d have the floor", floors)
	}
	if r := Observer(s); r.SendAudio || r.SendVideo || r.SendScreen || !r.Hidden || r.Receive && (!s.Public || !s.Sits() || s.Consults) {
		t.Fatalf("an observer has %+v of %+v", r, s)
	}
	if Permissions(s, "nobody") != (Rights{}) {
		t.Fatal("nobody has rights")
	}
}

// TestAWitnessHasNothingBeforeBeingCalledAndAfterBeingDismissed, whatever is done with its seat.
func TestAWitnessHasNothingBeforeBeingCalledAndAfterBeingDismissed(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		body, _ := json.Marshal(ScheduledBody{Hearing: "H", Type: Trial, Mode: Synchronous, Presiding: "J", Seats: people})
		s := New(court.KindHearingScheduled, body, 1)
		called := false
		for at := range rapid.IntRange(1, 60).Draw(t, "events") {
			kind := rapid.SampledFrom(hearingKinds).Draw(t, "kind")
			kind, body := event(kind, fmt.Sprintf(`"seat":"W","role":"witness","reason":%q,"left":[],"joined":["W"]`, rapid.SampledFrom([]string{"left", "dropped"}).Draw(t, "reason")))
			before := s.Seat("W").Presence
			s.Apply(kind, body, int64(at+2), "W")
			switch kind {
			case court.KindHearingCalled:
				called = called || before == Lobby || before == Dismissed
			case court.KindHearingDismissed, court.KindHearingRemoved:
				called = false
			}
			if r := Permissions(s, "W"); !called && (r.Receive || r.SendAudio || r.SendVideo || r.SendScreen) {
				t.Fatalf("it has %+v after %s", r, kind)
			}
		}
	})
}

func TestTheStepsOfAHearingsLife(t *testing.T) {
	all := []Status{Scheduled, Open, InSession, Adjourned, Closed, Cancelled, Offline}
	can := map[Status]string{Scheduled: "open cancelled offline", Open: "in_session scheduled cancelled offline", InSession: "adjourned closed offline", Adjourned: "in_session closed cancelled offline"}
	for _, from := range all {
		for _, to := range all {
			want := ""
			switch {
			case from.Over():
				want = court.ErrHearingOver.Code
			case !slices.Contains(strings.Fields(can[from]), string(to)):
				want = court.ErrHearingState.Code
			}
			got := ""
			if err := from.To(to); err != nil {
				got = court.AsError(err).Code
			}
			if got != want {
				t.Errorf("from %s to %s: %q, want %q", from, to, got, want)
			}
		}
	}
}

// TestEachQuestionOfTheRuleExcludesAHearingOnline (人民法院在线诉讼规则 第二十一条), and each has to be answered.
func TestEachQuestionOfTheRuleExcludesAHearingOnline(t *testing.T) {
	answers := func() map[Question]bool {
		m := map[Question]bool{}
		for _, q := range Questions {
			m[q] = false
		}
		return m
	}
	if err := CheckExclusion(answers()); err != nil || len(Questions) != 7 {
		t.Errorf("%d questions, %v", len(Questions), err)
	}
	for _, q := range Questions {
		yes, silent := answers(), answers()
		yes[q] = true
		delete(silent, q)
		if e := court.AsError(CheckExclusion(yes)); e.Code != "hearing_excluded" || e.Field != "checklist."+string(q) {
			t.Errorf("%s: %+v", q, e)
		}
		if e := court.AsError(CheckExclusion(silent)); e.Code != "invalid" || e.Field != "checklist."+string(q) {
			t.Errorf("%s unanswered: %+v", q, e)
		}
		if QuestionNames[q].ZH == "" || QuestionNames[q].EN == "" {
			t.Errorf("%s has no words", q)
		}
	}
	more := answers()
	more["another"] = false
	if CheckExclusion(more) == nil {
		t.Error("a question that there isn't is answered")
	}
}

// TestAHearingEachAtItsOwnTimeNeedsEveryCondition (第二十条), and says which is missing.
func TestAHearingEachAtItsOwnTimeNeedsEveryCondition(t *testing.T) {
	all := map[Condition]bool{Simple: true, Difficult: true, Applied: true, Undisputed: true}
	if err := CheckConditions(Trial, all); err != nil {
		t.Error(err)
	}
	seen := map[string]bool{}
	for _, c := range Conditions {
		some := map[Condition]bool{}
		for k := range all {
			some[k] = k != c
		}
		e := court.AsError(CheckConditions(Trial, some))
		if e.Field != "conditions."+string(c) || seen[e.Code] || ConditionNames[c].ZH == "" {
			t.Errorf("%s: %+v", c, e)
		}
		seen[e.Code] = true
	}
	if CheckConditions(Mediation, all) == nil {
		t.Error("a mediation is held so")
	}
}

func TestConsentRulesWhetherAHearingIsOnline(t *testing.T) {
	for _, c := range []struct {
		mode   Mode
		states []consent.State
		want   string
	}{
		{Synchronous, []consent.State{consent.Agreed, consent.Undeclared}, ""},
		{Synchronous, []consent.State{consent.Agreed, consent.Refused}, "hearing_refused"},
		{Synchronous, []consent.State{consent.Agreed, consent.Offline}, ""},
		{Synchronous, []consent.State{consent.Offline, consent.Offline}, "stage_offline"},
		{Asynchronous, []consent.State{consent.Agreed, consent.Agreed}, ""},
		{Asynchronous, []consent.State{consent.Agreed, consent.Undeclared}, "hearing_agreement"},
		{Asynchronous, []consent.State{consent.Agreed, consent.Offline}, "hearing_agreement"},
	} {
		got := ""
		if err := CheckConsent(c.mode, c.states); err != nil {
			got = court.AsError(err).Code
		}
		if got != c.want {
			t.Errorf("%s, %v: %q, want %q", c.mode, c.states, got, c.want)
		}
	}
}

// TestThreeDaysLieBetweenNoticeAndHearing, counted in the court's days and not in hours (民事诉讼法 第一百三十九条).
func TestThreeDaysLieBetweenNoticeAndHearing(t *testing.T) {
	at := func(s string) int64 {
		d, err := time.ParseInLocation("2006-01-02 15:04", s, courtZone)
		if err != nil {
			t.Fatal(err)
		}
		return d.UnixMilli()
	}
	for _, c := range []struct {
		notified, begins string
		want             bool
	}{
		{"2026-11-26 16:00", "2026-11-29 09:00", true},
		{"2026-11-26 00:00", "2026-11-29 00:00", true},
		{"2026-11-26 23:59", "2026-11-28 23:59", false},
		{"2026-12-30 10:00", "2027-01-02 10:00", true},
		{"2026-02-26 10:00", "2026-02-28 10:00", false},
	} {
		if got := EnoughNotice(at(c.notified), at(c.begins)); got != c.want {
			t.Errorf("%s for %s: %v", c.notified, c.begins, got)
		}
	}
	s := &State{Notified: at("2026-11-26 10:00"), At: at("2026-11-27 10:00"), Waived: []string{"P"}}
	if got := s.Short([]string{"P", "D"}); !slices.Equal(got, []string{"D"}) {
		t.Errorf("still to waive: %v", got)
	}
}

// TestTheCalendarFileIsWhatCalendarsRead (RFC 5545): CRLF, lines of at most 75 octets that don't cut characters, escaped text, alarms.
func TestTheCalendarFileIsWhatCalendarsRead(t *testing.T) {
	s := &State{ID: "H1", Title: "庭审；第一次,开庭", At: 1_790_000_000_000, Minutes: 90, Notified: 1_789_000_000_000, Moves: 2}
	words := CalendarWords{Court: strings.Repeat("示范人民法院", 8), DocketNumber: "（2026）浙0212民初1号", Phone: "0574-1; 2\nx", Lang: "zh"}
	text := string(s.Calendar(words))
	if strings.Contains(strings.ReplaceAll(text, "\r\n", ""), "\n") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Errorf("lines end otherwise: %q", text)
	}
	for _, line := range strings.Split(text, "\r\n") {
		if len(line) > 75 || !json.Valid([]byte(`"`+strings.ReplaceAll(line, `\`, `\\`)+`"`)) || strings.ToValidUTF8(line, "?") != line {
			t.Errorf("line %q of %d octets", line, len(line))
		}
	}
	whole := strings.ReplaceAll(text, "\r\n ", "")
	for _, want := range []string{"UID:H1@microcourt\r\n", "SEQUENCE:2\r\n", "DTSTART:20260921T141320Z\r\n", "DTEND:20260921T154320Z\r\n", `SUMMARY:庭审；第一次\,开庭 （2026）浙0212民初1号`,
		words.Court, `0574-1\; 2\nx`, "TRIGGER:-P1D\r\n", "TRIGGER:-PT1H\r\n", "STATUS:CONFIRMED\r\n"} {
		if !strings.Contains(whole, want) {
			t.Errorf("%q is missing in\n%s", want, whole)
		}
	}
	if strings.Count(whole, "BEGIN:VALARM") != 2 || strings.Count(whole, "\nEND:") != 4 {
		t.Errorf("it is not well formed:\n%s", whole)
	}
	s.Status = Cancelled
	if text := string(s.Calendar(words)); !strings.Contains(text, "STATUS:CANCELLED") || strings.Contains(text, "VALARM") {
		t.Errorf("cancelled it is\n%s", text)
	}
}

// TestAttendanceCountsTheSessionOnly: who was in the room and for how long, what was an interruption left out, and how each came and went.
func TestAttendanceCountsTheSessionOnly(t *testing.T) {
	body, _ := json.Marshal(ScheduledBody{Hearing: "H", Type: Trial, Mode: Synchronous, Presiding: "J", Seats: people})
	events := []court.Event{{At: 5, Kind: court.KindText, Body: []byte(`{}`)}, {At: 10, Kind: court.KindHearingScheduled, Body: body}}
	add := func(at int64, kind court.Kind, fields string) {
		kind, body := event(kind, fields)
		events = append(events, court.Event{At: at, Kind: kind, Body: body})
	}
	add(20, court.KindHearingOpened, ``)
	add(30, court.KindHearingEntered, `"seat":"P"`)
	add(31, court.KindHearingEntered, `"seat":"J"`)
	add(40, court.KindHearingAdmitted, `"seat":"P"`)
	add(100, court.KindHearingStarted, ``)
	add(150, court.KindHearingLeft, `"seat":"P","reason":"dropped"`)
	add(180, court.KindHearingEntered, `"seat":"P"`)
	add(200, court.KindHearingPaused, `"seat":"J"`)
	add(300, court.KindHearingResumed, ``)
	add(320, court.KindHearingRemoved, `"seat":"P","reason":"吵闹"`)
	add(400, court.KindHearingClosed, ``)
	a := Attend("H", events, 9000)
	if a == nil || a.Session != 200 || a.State.Status != Closed {
		t.Fatalf("%+v", a)
	}
	for seat, want := range map[string]string{"J": "200 1", "P": "90 5", "D": "0 0"} {
		if p := a.of(seat); fmt.Sprint(p.Present, " ", len(p.Moments)) != want {
			t.Errorf("%s: %+v, want %s", seat, p, want)
		}
	}
	if left, removed := a.of("P").Moments[2], a.of("P").Moments[4]; left.Away != 30 || removed.Away != 0 {
		t.Errorf("the one who came back was away %d, the one who didn't %d", left.Away, removed.Away)
	}
	if len(a.Seats) != len(people) || Attend("another", events, 9000) != nil {
		t.Errorf("%d seats", len(a.Seats))
	}
	if going := Attend("H", events[:8], 160); going.Session != 60 || going.of("P").Present != 50 {
		t.Errorf("under way it is %+v", going)
	}
}

// TestAPageIsShownSinceItTookThePlaceOfAnother, and not anew when the witness is shown it too.
func TestAPageIsShownSinceItTookThePlaceOfAnother(t *testing.T) {
	st := &State{ID: "h", Status: InSession}
	for i, want := range []int64{1, 1, 3, 4} {
		at, page, witness := int64(i+1), 1, i == 1
		if i == 2 {
			page = 2
		}
		st.Apply(court.KindHearingShown, fmt.Appendf(nil, `{"hearing":"h","exhibit":"e","page":%d,"witness":%t}`, page, witness), at, "")
		if st.Shown == nil || st.Shown.Since != want {
			t.Errorf("after %d: %+v, want since %d", at, st.Shown, want)
		}
	}
}

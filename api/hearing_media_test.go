package api_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/rtc"
	"microcourt/store"
)

// watchedMedia carries nothing and notes what it is told.
type watchedMedia struct {
	mu    sync.Mutex
	roles map[string]rtc.Role
	may   map[string]rtc.Permissions
	left  map[string]bool
}

func (m *watchedMedia) Join(_, seat string, role rtc.Role, _ rtc.Signaller) (hub.MediaSeat, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.roles[seat] = role
	return &mediaSeat{m, seat}, nil
}

func (m *watchedMedia) Permit(_ string, may map[string]rtc.Permissions) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.may = may
}

func (m *watchedMedia) Record(string, string, func(error)) error { return nil }
func (m *watchedMedia) StopRecording(string) *rtc.Recorded       { return nil }
func (m *watchedMedia) End(string)                               {}
func (m *watchedMedia) Ways() int                                { return 0 }

func (m *watchedMedia) of(seat string) (rtc.Permissions, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.may[seat], m.left[seat]
}

type mediaSeat struct {
	m    *watchedMedia
	seat string
}

func (s *mediaSeat) Answer(int, string) error         { return nil }
func (s *mediaSeat) Resume(rtc.Signaller) error       { return nil }
func (s *mediaSeat) Restart() error                   { return nil }
func (s *mediaSeat) Wish(layers map[string]rtc.Layer) {}
func (s *mediaSeat) Leave() {
	s.m.mu.Lock()
	defer s.m.mu.Unlock()
	s.m.left[s.seat] = true
}

// TestGuestsOfAHearingTakeTheirPlaceInItsMedia: by the hearing alone, a witness with a seat and without rights before being called, an observer to receive, until it is sent away.
func TestGuestsOfAHearingTakeTheirPlaceInItsMedia(t *testing.T) {
	media := &watchedMedia{roles: map[string]rtc.Role{}, may: map[string]rtc.Permissions{}, left: map[string]bool{}}
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { c.Media = media; c.Pacing.Drop = time.Hour })
	id := s.inviteGuests(t)
	at := "/hearings/" + id
	do := func(who, method, path, body string) {
		t.Helper()
		if status, text := s.call(t, s.Seats[who].Token, method, "/api/v1"+path, strings.ReplaceAll(body, "EVENT", store.NewID())); status >= 300 {
			t.Fatalf("%s %s as %s: %d %s", method, path, who, status, text)
		}
	}
	of := "/cases/" + s.Cases[0] + at
	do("judge", "POST", of+"/opening", `{"event":"EVENT"}`)
	join := `"t":"hearing_join","hearing":"` + id + `"`
	seats := map[string]string{}
	for _, who := range []string{"witness", "observer"} {
		phone := s.dial(t, s.Seats[who])
		if a := phone.Ask(join); a.Code != "enter_first" {
			t.Errorf("%s joins before it has entered: %s", who, a.Raw)
		}
		if a := phone.Ask(join + `,"case":"` + s.Cases[0] + `"`); a.Code != "not_found" {
			t.Errorf("%s joins by the case: %s", who, a.Raw)
		}
		s.acceptRulesOf(t, who, id)
		do(who, "POST", at+"/entries", `{"event":"EVENT"}`)
		if a := phone.Ask(join); a.T != "ack" {
			t.Errorf("%s: %s", who, a.Raw)
		}
		st, err := s.Store.HearingStanding(t.Context(), id, s.Seats[who].PersonID, "")
		if err != nil {
			t.Fatal(err)
		}
		seats[who] = st.ParticipantID
	}
	stranger := s.dial(t, s.Seats["stranger"])
	if a := stranger.Ask(join); a.Code != "not_found" {
		t.Errorf("a stranger joins: %s", a.Raw)
	}
	if media.roles[seats["observer"]].Sends || !media.roles[seats["witness"]].Sends {
		t.Errorf("they joined as %+v", media.roles)
	}
	do("judge", "POST", of+"/entries", `{"event":"EVENT"}`)
	do("judge", "POST", of+"/steps", `{"event":"EVENT","step":"start"}`)
	until := func(what string, is func(may rtc.Permissions, left bool) bool, who string) {
		t.Helper()
		for range 400 {
			if is(media.of(seats[who])) {
				return
			}
			time.Sleep(25 * time.Millisecond)
		}
		may, left := media.of(seats[who])
		t.Fatalf("%s: %s has %+v, left %v", what, who, may, left)
	}
	until("in session", func(may rtc.Permissions, _ bool) bool { return may == rtc.Permissions{Receive: true} }, "observer")
	until("not called", func(may rtc.Permissions, _ bool) bool { return may == rtc.Permissions{Video: true, Waits: true} }, "witness")
	for _, act := range []string{"check", "call"} {
		do("judge", "POST", fmt.Sprintf("%s/seats/%s/acts", of, seats["witness"]), `{"event":"EVENT","act":"`+act+`"}`)
	}
	until("called", func(may rtc.Permissions, _ bool) bool { return may.Receive && may.Audio }, "witness")
	do("judge", "POST", fmt.Sprintf("%s/seats/%s/acts", of, seats["witness"]), `{"event":"EVENT","act":"dismiss"}`)
	until("dismissed", func(may rtc.Permissions, left bool) bool { return may == rtc.Permissions{} && left }, "witness")
	do("clerk", "DELETE", of+"/observers/"+seats["observer"], "")
	until("sent away", func(_ rtc.Permissions, left bool) bool { return left }, "observer")
}

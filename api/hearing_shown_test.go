package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"microcourt/hub"
)

// TestAGuestIsShownTheShownPageAloneAndWhileItIsShown (P3): observers what is shown in open court, a witness what the court shows to the witness too (民事证据规定 第七十四条). Whatever
// else they ask for is not found, in the same words.
func TestAGuestIsShownTheShownPageAloneAndWhileItIsShown(t *testing.T) {
	s := startShown(t)
	get := func(who string, page int) (int, string) {
		return s.call(t, s.Seats[who].Token, "GET", fmt.Sprintf("/api/v1/hearings/%s/shown/%s/%d", s.hearing, s.exhibit, page), "")
	}
	_, none := s.call(t, s.Seats["observer"].Token, "GET", "/api/v1/hearings/"+s.hearing+"/shown/none/1", "")
	// sees wants that a guest is told of a page and gets it, or of page 0: neither of any.
	sees := func(when, who string, page int) {
		t.Helper()
		_, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/hearings/"+s.hearing, "")
		var v hub.SittingView
		if err := json.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err, text)
		}
		switch {
		case page == 0 && (v.Shown != nil || strings.Contains(text, s.exhibit)):
			t.Errorf("%s: the %s is told of %+v", when, who, v.Shown)
		case page > 0 && (v.Shown == nil || v.Shown.Exhibit != s.exhibit || v.Shown.Page != page || v.Shown.Label != "原告证据1" || v.Shown.Media != "pdf"):
			t.Errorf("%s: the %s is told of %+v, want page %d", when, who, v.Shown, page)
		}
		for p := range 4 {
			status, text := get(who, p)
			if p == page && p > 0 {
				if status != 200 || !strings.HasPrefix(text, "%PDF") {
					t.Errorf("%s: the %s gets page %d: %d %.60q", when, who, p, status, text)
				}
			} else if status != 404 || text != none {
				t.Errorf("%s: the %s gets page %d: %d %.60q", when, who, p, status, text)
			}
		}
	}
	show := func(more string) { s.act(t, "clerk", "PUT", "/shown", `,"exhibit":"`+s.exhibit+`"`+more) }
	witness := "/seats/" + s.seat(t, "witness") + "/acts"

	sees("shown in court", "observer", 1)
	sees("shown in court", "witness", 0)
	for _, who := range []string{"plaintiff", "defendant"} { // read the evidence of their case, or wait outside
		sees("shown in court", who, 0)
	}
	show(`,"page":2,"witness":true`)
	sees("shown to the witness", "observer", 2)
	sees("shown to the witness", "witness", 2)
	sees("shown to the witness", "defendant", 0)
	s.act(t, "clerk", "POST", witness, `,"act":"dismiss"`)
	sees("dismissed", "witness", 0)
	s.act(t, "clerk", "POST", witness, `,"act":"call"`)
	sees("called when it was shown to the witness before", "witness", 0)
	show(`,"page":1,"witness":true`)
	sees("shown to the one called", "witness", 1)
	show(`,"page":1`)
	sees("shown to the others again", "witness", 0)
	show(`,"page":1,"witness":true`)
	s.act(t, "judge", "PUT", "/consultation", `,"on":true`)
	sees("the bench consults", "observer", 0)
	sees("the bench consults", "witness", 0)
	s.act(t, "judge", "PUT", "/consultation", `,"on":false`)
	sees("after the consultation", "observer", 1)
	s.must(t, "clerk", "DELETE", s.of("/observers/"+s.seat(t, "observer")), "", nil)
	if status, text := get("observer", 1); status != 404 || text != none {
		t.Errorf("let out: %d %s", status, text)
	}
	s.act(t, "clerk", "PUT", "/shown", "")
	sees("put away", "witness", 0)
}

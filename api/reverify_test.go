package api

import (
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/storetest"
)

// TestWhoIsSignedInAnswersACodeOnItsPhoneAgain: the code goes to its own number and counts for its own session, once.
func TestWhoIsSignedInAnswersACodeOnItsPhoneAgain(t *testing.T) {
	limits := store.CodeLimits{PerHour: 100, Life: time.Minute, Tries: 5}
	f := openFront(t, func(c *Config) {
		h := hub.New(hub.Config{Store: storetest.Open(t, store.SQLite), Accounts: hub.AccountConfig{Demo: true, Codes: limits}})
		t.Cleanup(h.Close)
		c.Hub = h
	})
	cookie, other := f.person("13800000001"), f.person("13900000002")
	as := func(cookie, path, body string) problem {
		t.Helper()
		w := f.ask("POST", path, body, "Cookie", cookie, "Origin", sameSite)
		var p problem
		json.Unmarshal(w.Body.Bytes(), &p)
		return p
	}
	w := f.ask("POST", "/api/v1/me/codes", "", "Cookie", cookie, "Origin", sameSite)
	f.expect(w, http.StatusAccepted, "")
	var sent hub.CodeSent
	if err := json.Unmarshal(w.Body.Bytes(), &sent); err != nil || len(sent.DemoCode) != 6 {
		t.Fatalf("%s, %v", w.Body, err)
	}
	answer := `{"code":"` + sent.DemoCode + `"}`
	if p := as(other, "/api/v1/me/reverification", answer); p.Code != "bad_code" {
		t.Errorf("another's code is %q", p.Code)
	}
	if p := as(cookie, "/api/v1/me/reverification", answer); p.Code != "" {
		t.Errorf("refused: %+v", p)
	}
	if p := as(cookie, "/api/v1/me/reverification", answer); p.Code != "bad_code" {
		t.Errorf("the same code again is %q", p.Code)
	}
}

package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/casesystem"
	"microcourt/hub/signed"
	"microcourt/store"
)

// TestSomebodysCasesAreBroughtUpToDateOnRequest: the case system is asked about nobody but who asks, once verified; what it answers comes in as an import does, and what is no
// case file harms nothing.
func TestSomebodysCasesAreBroughtUpToDateOnRequest(t *testing.T) {
	const secret = "a secret of 16 characters"
	var answer, asked string
	status := http.StatusOK
	system := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if err := signed.Check([]byte(secret), r.Header.Get(signed.TimestampHeader), r.Header.Get(signed.SignatureHeader), body, time.Now()); err != nil {
			t.Error(err)
		}
		asked = string(body)
		w.WriteHeader(status)
		io.WriteString(w, answer)
	}))
	t.Cleanup(system.Close)
	source, err := casesystem.New(system.URL, secret)
	if err != nil {
		t.Fatal(err)
	}
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { c.CaseSource = source })
	plaintiff := s.Seats["plaintiff"]
	refresh := func(token, code string) (r hub.Refreshed) {
		t.Helper()
		_, text := s.call(t, token, "POST", "/api/v1/me/refresh", "")
		if got := codeOf(text); got != code {
			t.Errorf("%s, want %q", text, code)
		}
		json.Unmarshal([]byte(text), &r)
		return r
	}
	refresh(s.Seats["stranger"].Token, "identity_required")
	if asked != "" {
		t.Errorf("the case system was asked about somebody unverified: %s", asked)
	}
	answer = strings.Replace(s.CaseFile(0, "open", "judge"), "买卖合同纠纷1", "买卖合同纠纷（更新）", 1)
	if r := refresh(plaintiff.Token, ""); !r.Connected || r.Updated != 1 || !strings.Contains(asked, plaintiff.IDNumber) {
		t.Errorf("%+v, asked %s", r, asked)
	}
	answer = "no case file"
	refresh(plaintiff.Token, "unavailable")
	status, answer = http.StatusNoContent, ""
	if r := refresh(plaintiff.Token, ""); r.Updated != 0 || !r.Connected {
		t.Errorf("%+v", r)
	}
	refresh(plaintiff.Token, "too_many")
}

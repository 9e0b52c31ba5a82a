package api

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// front is the API in a test, without a network: requests can come from any address, with or without TLS.
type front struct {
	*testing.T
	api *API
	hub *hub.Hub
}

func openFront(t *testing.T, change ...func(*Config)) *front {
	t.Helper()
	h := hub.New(hub.Config{
		Store:    storetest.Open(t, store.SQLite),
		Accounts: hub.AccountConfig{Demo: true, Password: hub.PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}},
	})
	t.Cleanup(h.Close)
	cfg := Config{Hub: h, Version: "test"}
	for _, f := range change {
		f(&cfg)
	}
	a, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return &front{t, a, h}
}

// ask sends a request; headers are pairs of name and value.
func (f *front) ask(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	f.Helper()
	r := httptest.NewRequestWithContext(f.Context(), method, target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(headers); i += 2 {
		switch headers[i] {
		case "Host":
			r.Host = headers[i+1]
		case "Remote":
			r.RemoteAddr = headers[i+1]
		default:
			r.Header.Set(headers[i], headers[i+1])
		}
	}
	w := httptest.NewRecorder()
	f.api.Handler().ServeHTTP(w, r)
	return w
}

func (f *front) expect(w *httptest.ResponseRecorder, status int, code string) problem {
	f.Helper()
	var p problem
	if w.Body.Len() > 0 {
		json.Unmarshal(w.Body.Bytes(), &p)
	}
	if w.Code != status || p.Code != code {
		f.Fatalf("answered %d %s, want %d %q", w.Code, w.Body, status, code)
	}
	return p
}

// person signs in with a phone and gives the cookie, as a browser would send it.
func (f *front) person(phone string) (cookie string) {
	f.Helper()
	w := f.ask("POST", "/api/v1/auth/codes", `{"phone":"`+phone+`"}`)
	f.expect(w, http.StatusAccepted, "")
	var sent hub.CodeSent
	json.Unmarshal(w.Body.Bytes(), &sent)
	w = f.ask("POST", "/api/v1/auth/phone", `{"phone":"`+phone+`","code":"`+sent.DemoCode+`","device":"测试"}`)
	f.expect(w, http.StatusOK, "")
	cookie, _, _ = strings.Cut(w.Header().Get("Set-Cookie"), ";")
	return cookie
}

const staffPassword = "correct horse battery"

// staff makes an account and gives the answer to signing in to it.
func (f *front) staff(login string, role court.Role, headers ...string) *httptest.ResponseRecorder {
	f.Helper()
	if _, err := hub.Do(f.Context(), f.hub, hub.Console(), hub.CreateStaff{Login: login, Name: login, Role: role, Password: staffPassword}); err != nil {
		f.Fatal(err)
	}
	return f.ask("POST", "/api/v1/auth/staff", `{"login":"`+login+`","password":"`+staffPassword+`"}`, headers...)
}

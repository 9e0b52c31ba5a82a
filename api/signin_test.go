package api

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

const sameSite = "http://example.com" // the host of test requests

func TestABrowserGetsACookieThatScriptsCannotReadAndNoToken(t *testing.T) {
	f := openFront(t)
	w := f.staff("judge.li", court.RoleJudge)
	f.expect(w, http.StatusOK, "")
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies: %v", cookies)
	}
	c := cookies[0]
	if c.Name != "microcourt_session" || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Secure || len(c.Value) != 43 {
		t.Errorf("the cookie is %v", c)
	}
	if strings.Contains(w.Body.String(), c.Value) || strings.Contains(w.Body.String(), `"token"`) {
		t.Errorf("the body gives the token away: %s", w.Body)
	}
	if w := f.ask("GET", "https://example.com/api/v1/me", "", "Cookie", c.String()); w.Code != http.StatusOK {
		t.Errorf("with the cookie: %d %s", w.Code, w.Body)
	}
	secure := f.ask("POST", "https://example.com/api/v1/auth/staff", `{"login":"judge.li","password":"`+staffPassword+`"}`)
	if c := secure.Result().Cookies(); len(c) != 1 || !c[0].Secure {
		t.Errorf("under TLS the cookie is %v", c)
	}
}

func TestAProgramGetsATokenAndNoCookie(t *testing.T) {
	f := openFront(t)
	w := f.staff("judge.li", court.RoleJudge, "X-Session", "token")
	var in struct{ Token string }
	json.Unmarshal(w.Body.Bytes(), &in)
	if len(in.Token) != 43 || len(w.Result().Cookies()) != 0 {
		t.Fatalf("got %s with %v", w.Body, w.Result().Cookies())
	}
	f.expect(f.ask("GET", "/api/v1/me", "", "Authorization", "Bearer "+in.Token), http.StatusOK, "")
	f.expect(f.ask("POST", "/api/v1/auth/sign-out", "", "Authorization", "Bearer "+in.Token), http.StatusNoContent, "")
	f.expect(f.ask("GET", "/api/v1/me", "", "Authorization", "Bearer "+in.Token), http.StatusUnauthorized, "unauthenticated")
	f.expect(f.ask("GET", "/api/v1/me", "", "Authorization", "Bearer nonsense"), http.StatusUnauthorized, "unauthenticated")
}

func TestSigningOutEndsTheSessionAndTakesTheCookieAway(t *testing.T) {
	f := openFront(t)
	cookie := f.person("13800000001")
	other := f.person("13900000002")
	w := f.ask("POST", "/api/v1/auth/sign-out", "", "Cookie", cookie, "Origin", sameSite)
	f.expect(w, http.StatusNoContent, "")
	if c := w.Result().Cookies(); len(c) != 1 || c[0].MaxAge >= 0 || c[0].Value != "" {
		t.Errorf("the cookie is %v", c)
	}
	f.expect(f.ask("GET", "/api/v1/me", "", "Cookie", cookie), http.StatusUnauthorized, "unauthenticated")
	f.expect(f.ask("GET", "/api/v1/me", "", "Cookie", other), http.StatusOK, "")
}

func TestAStaleCookieDoesNotKeepAnybodyFromSigningIn(t *testing.T) {
	f := openFront(t)
	stale := "microcourt_session=0123456789012345678901234567890123456789012"
	f.expect(f.ask("GET", "/api/v1/config", "", "Cookie", stale), http.StatusOK, "")
	f.expect(f.ask("POST", "/api/v1/auth/codes", `{"phone":"13800000001"}`, "Cookie", stale, "Origin", sameSite), http.StatusAccepted, "")
}

func TestP4_WhoIsNobodyIsRefusedBeforeTheBodyIsLookedAt(t *testing.T) {
	f := openFront(t)
	f.expect(f.ask("PUT", "/api/v1/me/password", `{"nonsense`), http.StatusUnauthorized, "unauthenticated")
	party := f.person("13800000001")
	f.expect(f.ask("POST", "/api/v1/staff", `{"nonsense`, "Cookie", party, "Origin", sameSite), http.StatusForbidden, "forbidden")
	f.expect(f.ask("GET", "/api/v1/ws", "", "Connection", "Upgrade", "Upgrade", "websocket"), http.StatusUnauthorized, "unauthenticated")
}

func TestP4_APersonIsNotAnAdministrator(t *testing.T) {
	f := openFront(t)
	party := f.person("13800000001")
	judge, _, _ := strings.Cut(f.staff("judge.li", court.RoleJudge).Header().Get("Set-Cookie"), ";")
	for _, cookie := range []string{party, judge} {
		f.expect(f.ask("GET", "/api/v1/staff", "", "Cookie", cookie), http.StatusForbidden, "forbidden")
		f.expect(f.ask("GET", "/api/v1/audit", "", "Cookie", cookie), http.StatusForbidden, "forbidden")
		f.expect(f.ask("POST", "/api/v1/people/x/sign-out", "", "Cookie", cookie, "Origin", sameSite), http.StatusForbidden, "forbidden")
	}
	f.expect(f.ask("PUT", "/api/v1/me/password", `{"old":"x","new":"y"}`, "Cookie", party, "Origin", sameSite), http.StatusForbidden, "forbidden")
}

func TestTheImportTokenOpensNothingButTheImport(t *testing.T) {
	f := openFront(t, func(c *Config) { c.ImportToken = "the case system's own token" })
	with := []string{"Authorization", "Bearer the case system's own token"}
	for _, path := range []string{"/api/v1/me", "/api/v1/cases", "/api/v1/staff", "/api/v1/audit", "/api/v1/auth/sessions"} {
		f.expect(f.ask("GET", path, "", with...), http.StatusForbidden, "forbidden")
	}
	if w := f.ask("POST", "/api/v1/import", `{}`, with...); w.Code == http.StatusForbidden || w.Code == http.StatusUnauthorized {
		t.Errorf("the import itself: %d %s", w.Code, w.Body)
	}
	f.expect(f.ask("POST", "/api/v1/import", `{}`, "Authorization", "Bearer wrong"), http.StatusUnauthorized, "unauthenticated")
	none := openFront(t)
	none.expect(none.ask("POST", "/api/v1/import", `{}`, "Authorization", "Bearer "), http.StatusUnauthorized, "unauthenticated")
}

func TestAnAdministratorLooksAfterAccounts(t *testing.T) {
	f := openFront(t)
	admin, _, _ := strings.Cut(f.staff("admin", court.RoleAdmin).Header().Get("Set-Cookie"), ";")
	as := []string{"Cookie", admin, "Origin", sameSite}
	w := f.ask("POST", "/api/v1/staff", `{"login":"clerk.wang","name":"王书记员","role":"clerk","password":"`+staffPassword+`"}`, as...)
	f.expect(w, http.StatusCreated, "")
	var made struct{ ID string }
	json.Unmarshal(w.Body.Bytes(), &made)
	f.expect(f.ask("POST", "/api/v1/staff", `{"login":"clerk.wang","name":"x","role":"clerk","password":"`+staffPassword+`"}`, as...), http.StatusConflict, "login_taken")
	p := f.expect(f.ask("POST", "/api/v1/staff", `{"login":"x.y","name":"x","role":"party","password":"`+staffPassword+`"}`, as...), http.StatusBadRequest, "invalid")
	if p.Field != "role" {
		t.Errorf("the field is %q", p.Field)
	}
	f.expect(f.ask("PATCH", "/api/v1/staff/"+made.ID, `{"disabled":true}`, as...), http.StatusNoContent, "")
	f.expect(f.ask("PATCH", "/api/v1/staff/nobody", `{"disabled":true}`, as...), http.StatusNotFound, "not_found")
	f.expect(f.ask("POST", "/api/v1/auth/staff", `{"login":"clerk.wang","password":"`+staffPassword+`"}`), http.StatusForbidden, "bad_credentials")
	w = f.ask("GET", "/api/v1/audit?limit=3", "", as...)
	var page struct {
		Entries []struct{ Act string }
		Next    string
	}
	json.Unmarshal(w.Body.Bytes(), &page)
	if len(page.Entries) != 3 || page.Next == "" {
		t.Fatalf("the audit answered %s", w.Body)
	}
	f.expect(f.ask("GET", "/api/v1/audit?cursor="+page.Next, "", as...), http.StatusOK, "")
	f.expect(f.ask("GET", "/api/v1/audit?cursor=nonsense", "", as...), http.StatusBadRequest, "invalid")
}

// A page that reads 401 signs out and forgets; a database that is away must not do that to everybody.
func TestARecordThatIsAwaySignsNobodyOut(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	h := hub.New(hub.Config{Store: s, Accounts: hub.AccountConfig{Demo: true}})
	t.Cleanup(h.Close)
	f := &front{T: t, hub: h}
	var err error
	if f.api, err = New(Config{Hub: h}); err != nil {
		t.Fatal(err)
	}
	cookie := f.person("13800000001")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	f.expect(f.ask("GET", "/api/v1/me", "", "Cookie", cookie), http.StatusServiceUnavailable, "unavailable")
	f.expect(f.ask("GET", "/api/v1/config", "", "Cookie", cookie), http.StatusOK, "")
}

package api_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	oidclib "github.com/coreos/go-oidc/v3/oidc"
	"github.com/coreos/go-oidc/v3/oidc/oidctest"

	"microcourt/hub"
	"microcourt/hub/oidc"
	"microcourt/store"
)

// issuer is an identity provider on loopback, at which whoever comes is login.
type issuer struct {
	*httptest.Server
	keys  oidctest.Server
	key   *ecdsa.PrivateKey
	login string
	spoil func(claims map[string]any) // changes an ID token before it is signed
	codes map[string]url.Values       // what was asked for each code
}

const clientID, clientSecret = "microcourt", "a secret for tests"

func startIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &issuer{key: key, codes: map[string]url.Values{}, spoil: func(map[string]any) {}}
	i.keys = oidctest.Server{PublicKeys: []oidctest.PublicKey{{PublicKey: key.Public(), KeyID: "k", Algorithm: oidclib.ES256}}, Algorithms: []string{oidclib.ES256}}
	i.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/auth":
			code := fmt.Sprint("code", len(i.codes))
			i.codes[code] = r.URL.Query()
			http.Redirect(w, r, r.URL.Query().Get("redirect_uri")+"?"+url.Values{"code": {code}, "state": {r.URL.Query().Get("state")}}.Encode(), http.StatusFound)
		case "/token":
			i.token(w, r)
		default:
			i.keys.ServeHTTP(w, r)
		}
	}))
	i.keys.SetIssuer(i.URL)
	t.Cleanup(i.Close)
	return i
}

func (i *issuer) token(w http.ResponseWriter, r *http.Request) {
	asked, known := i.codes[r.FormValue("code")]
	delete(i.codes, r.FormValue("code"))
	id, secret, _ := r.BasicAuth()
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || id != clientID || secret != url.QueryEscape(clientSecret) || asked.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) || asked.Get("code_challenge_method") != "S256" {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusBadRequest)
		w.Write([]byte(`{"error":"invalid_grant"}`))
		return
	}
	claims := map[string]any{"iss": i.URL, "aud": clientID, "sub": "s", "exp": time.Now().Add(time.Hour).Unix(), "nonce": asked.Get("nonce"), "preferred_username": i.login}
	i.spoil(claims)
	text, err := json.Marshal(claims)
	if err != nil {
		panic(err)
	}
	w.Header().Set("Content-Type", "application/json")
	json.NewEncoder(w).Encode(map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": oidctest.SignIDToken(i.key, "k", oidclib.ES256, string(text))})
}

// browser follows redirects and keeps cookies. stop is an address that it doesn't go to any more.
func browser(t *testing.T, stop func(*url.URL) bool) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if stop(r.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}}
}

// TestStaffSignInThroughTheCourtsIdentityProvider and nobody else does: an unknown or disabled login, a token for another program, of another sign-in, expired or without
// a login, and a way back that this browser didn't begin are refused.
func TestStaffSignInThroughTheCourtsIdentityProvider(t *testing.T) {
	provider := startIssuer(t)
	back := ""
	var s *site
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { s.server.Config.Handler.ServeHTTP(w, r) }))
	t.Cleanup(front.Close)
	back = front.URL + "/api/v1/auth/oidc/callback"
	p, err := oidc.New(oidc.Config{Issuer: provider.URL, ClientID: clientID, Secret: clientSecret, Redirect: back})
	if err != nil {
		t.Fatal(err)
	}
	s = startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { c.Accounts.OIDC, c.Accounts.OIDCOnly = p, true })
	disabled := true
	if err := s.Store.ChangeStaff(t.Context(), s.Seats["judge2"].PersonID, store.StaffChange{Disabled: &disabled}, store.By{}); err != nil {
		t.Fatal(err)
	}
	page := func(u *url.URL) bool {
		return u.Host == strings.TrimPrefix(front.URL, "http://") && !strings.HasPrefix(u.Path, "/api/")
	}
	goes := func(c *http.Client, address string) string { // where it ends
		t.Helper()
		res, err := c.Get(address)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.Header.Get("Location")
	}
	begin := front.URL + "/api/v1/auth/oidc?to=/desk"
	c := browser(t, page)
	provider.login = "Judge"
	if to := goes(c, begin); to != "/desk" {
		t.Fatalf("it led to %q", to)
	}
	res, err := c.Get(front.URL + "/api/v1/me")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var me hub.Me
	if err := json.NewDecoder(res.Body).Decode(&me); err != nil || me.ID != s.Seats["judge"].PersonID {
		t.Errorf("it is %+v, %v", me, err)
	}

	refused := func(what, login string, spoil func(map[string]any)) {
		t.Helper()
		provider.login, provider.spoil = login, spoil
		c := browser(t, page)
		if to := goes(c, begin); to != "/sign-in?error=bad_credentials" {
			t.Errorf("%s led to %q", what, to)
		}
		u, _ := url.Parse(front.URL)
		for _, cookie := range c.Jar.Cookies(u) {
			if cookie.Name == "microcourt_session" {
				t.Errorf("%s has a session", what)
			}
		}
	}
	fine := func(map[string]any) {}
	refused("an unknown login", "nobody", fine)
	refused("a disabled account", "judge2", fine)
	refused("a party's name", "原告甲", fine)
	refused("no login", "", fine)
	refused("a token for another program", "judge", func(c map[string]any) { c["aud"] = "another" })
	refused("a token of another issuer", "judge", func(c map[string]any) { c["iss"] = "https://another.example" })
	refused("an expired token", "judge", func(c map[string]any) { c["exp"] = time.Now().Add(-time.Hour).Unix() })
	refused("a token of another sign-in", "judge", func(c map[string]any) { c["nonce"] = "another" })
	refused("a login that is no text", "judge", func(c map[string]any) { c["preferred_username"] = 1 })

	// Somebody else's way back, given to a browser that has begun none, or another.
	provider.login, provider.spoil = "judge", fine
	var stolen string
	thief := browser(t, func(u *url.URL) bool {
		if strings.HasSuffix(u.Path, "/callback") {
			stolen = u.String()
			return true
		}
		return false
	})
	goes(thief, begin)
	victim := browser(t, page)
	if to := goes(victim, stolen); to != "/sign-in?error=bad_credentials" {
		t.Errorf("a way back that wasn't begun led to %q", to)
	}
	if to := goes(browser(t, page), front.URL+"/api/v1/auth/oidc/callback"); to != "/sign-in?error=bad_credentials" {
		t.Errorf("an empty way back led to %q", to)
	}

	if _, text := s.call(t, "", "POST", "/api/v1/auth/staff", `{"login":"judge","password":"a password for tests"}`); codeOf(text) != "password_off" {
		t.Errorf("by password: %s", text)
	}
	for _, to := range []string{"//evil.example", "https://evil.example", "/\\evil.example"} {
		if got := goes(browser(t, page), front.URL+"/api/v1/auth/oidc?to="+url.QueryEscape(to)); got != "/" {
			t.Errorf("to %q led to %q", to, got)
		}
	}
}

func TestAnIdentityProviderThatIsAwayIsSaid(t *testing.T) {
	p, err := oidc.New(oidc.Config{Issuer: "http://127.0.0.1:1", ClientID: clientID, Redirect: "http://127.0.0.1/x"})
	if err != nil {
		t.Fatal(err)
	}
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) { c.Accounts.OIDC = p })
	c := browser(t, func(*url.URL) bool { return true })
	res, err := c.Get(s.server.URL + "/api/v1/auth/oidc")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if to := res.Header.Get("Location"); to != "/sign-in?error=unavailable" {
		t.Errorf("%d, %q", res.StatusCode, to)
	}
	if _, text := s.call(t, "", "POST", "/api/v1/auth/staff", `{"login":"judge","password":"wrong password"}`); codeOf(text) != "bad_credentials" {
		t.Errorf("the password doesn't serve any more: %s", text)
	}
}

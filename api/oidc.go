package api

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"

	"microcourt/hub"
	"microcourt/hub/oidc"
	"microcourt/store/court"
)

const (
	oidcPath   = "/api/v1/auth/oidc"
	oidcCookie = "microcourt_oidc"
	// oidcSeconds is how long signing in at the identity provider may take.
	oidcSeconds = 600
)

// oidcRoutes sign the court's own people in through its identity provider. A browser goes there and comes back by itself, so both answer with redirects; what went wrong
// stands in the sign-in page's address as an error code.
func (a *API) oidcRoutes() {
	a.raw(rawRoute{Act: court.ActSignInStaff, Method: http.MethodGet, Path: oidcPath, Handle: a.beginOIDC})
	a.raw(rawRoute{Act: court.ActSignInStaff, Method: http.MethodGet, Path: oidcPath + "/callback", Handle: a.finishOIDC})
}

// oidcCarried is what the browser holds until it comes back.
type oidcCarried struct {
	oidc.Pending
	To string `json:"to"` // the page to go to afterwards
}

func (a *API) beginOIDC(w http.ResponseWriter, r *http.Request) error {
	begun, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.BeginOIDC{})
	if err != nil {
		return a.backToSignIn(w, r, err)
	}
	text, err := json.Marshal(oidcCarried{begun.Pending, ownPage(r.URL.Query().Get("to"))})
	if err != nil {
		return err
	}
	a.carry(w, r, base64.RawURLEncoding.EncodeToString(text), oidcSeconds)
	http.Redirect(w, r, begun.Address, http.StatusSeeOther)
	return nil
}

// carry sets the cookie, or takes it away. It comes along when the provider's page leads back here, which is another site: hence Lax.
func (a *API) carry(w http.ResponseWriter, r *http.Request, value string, seconds int) {
	http.SetCookie(w, &http.Cookie{Name: oidcCookie, Value: value, Path: oidcPath, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: requestOf(r.Context()).client.https})
}

func (a *API) finishOIDC(w http.ResponseWriter, r *http.Request) error {
	var carried oidcCarried
	if cookie, err := r.Cookie(oidcCookie); err == nil {
		if text, err := base64.RawURLEncoding.DecodeString(cookie.Value); err == nil && json.Unmarshal(text, &carried) != nil {
			carried = oidcCarried{}
		}
	}
	a.carry(w, r, "", -1) // once, whatever becomes of it
	q := r.URL.Query()
	signed, err := hub.Do(r.Context(), a.hub, actorOf(r.Context()), hub.FinishOIDC{Pending: carried.Pending, State: q.Get("state"), Code: q.Get("code")})
	if err != nil {
		return a.backToSignIn(w, r, err)
	}
	session := a.sessionCookie(requestOf(r.Context()), signed)
	http.SetCookie(w, &session)
	http.Redirect(w, r, ownPage(carried.To), http.StatusSeeOther)
	return nil
}

// backToSignIn shows a person, who sees nothing of this address, what went wrong.
func (a *API) backToSignIn(w http.ResponseWriter, r *http.Request, err error) error {
	e := court.AsError(err)
	if e == court.ErrInternal {
		return err
	}
	http.Redirect(w, r, "/sign-in?"+url.Values{"error": {e.Code}}.Encode(), http.StatusSeeOther)
	return nil
}

// ownPage lets nothing lead out of this site.
func ownPage(to string) string {
	if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n") || len(to) > 500 {
		return "/"
	}
	return to
}

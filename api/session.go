package api

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"net/http"
	"strings"
	"time"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// cookieName is the browser's session.
const cookieName = "microcourt_session"

// authenticated finds out who asks: by `Authorization: Bearer`, else by the session cookie. A token that stands for no
// session is nobody; what then may be done is ruled by the table, as always. A cookie comes with every request of a
// browser, also with those that other sites make it send, so changes made with it need this site's origin.
func (a *API) authenticated(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isAPI(r.URL.Path) {
			next.ServeHTTP(w, r)
			return
		}
		if err := a.findOut(r, requestOf(r.Context())); err != nil {
			a.refuse(w, r, err)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// findOut finds out who asks, and refuses what another site makes a browser ask.
func (a *API) findOut(r *http.Request, req *request) error {
	token, bearer := bearerToken(r)
	if !bearer {
		if cookie, err := r.Cookie(cookieName); err == nil {
			token = cookie.Value
		}
		if err := checkOrigin(r, token != "", req.client.https); err != nil {
			return err
		}
	}
	if token != "" {
		a.identify(r, req, token, bearer)
	}
	return nil
}

func (a *API) identify(r *http.Request, req *request, token string, bearer bool) {
	if bearer && a.isImportToken(token) {
		req.actor.Role = court.RoleCaseSystem
		return
	}
	if a.hub == nil {
		return
	}
	authenticate := a.hub.Authenticate
	if r.URL.Path == socketPath {
		authenticate = a.hub.AuthenticateSocket
	}
	actor, err := authenticate(r.Context(), token, req.lang, req.client.address)
	switch {
	case err == nil:
		req.actor = actor
	case !errors.Is(err, court.ErrUnauthenticated):
		a.log.ErrorContext(r.Context(), "a session could not be looked up", "err", err, "request", req.id)
		req.authErr = court.ErrUnavailable
	}
}

func bearerToken(r *http.Request) (string, bool) {
	scheme, token, ok := strings.Cut(r.Header.Get("Authorization"), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "Bearer")
}

func (a *API) isImportToken(token string) bool {
	if a.cfg.ImportToken == "" {
		return false
	}
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(a.cfg.ImportToken))
	return subtle.ConstantTimeCompare(got[:], want[:]) == 1
}

// sessionCookie is the cookie that carries a session. The page's scripts never see it.
func (a *API) sessionCookie(req *request, in hub.SignedIn) http.Cookie {
	return http.Cookie{
		Name: cookieName, Value: in.Token, Path: "/", MaxAge: int(store.MaxSessionLife(in.Session.Role) / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: req.client.https,
	}
}

// noCookie takes the session cookie away.
func noCookie(req *request) http.Cookie {
	return http.Cookie{Name: cookieName, Path: "/", MaxAge: -1, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: req.client.https}
}

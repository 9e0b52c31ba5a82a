package api

import (
	"net/http"
	"net/url"
	"strings"

	"microcourt/store/court"
)

// checkOrigin refuses what another site made a browser send: every request that changes something, and the WebSocket,
// whose handshake is a GET. With a cookie the browser must say that the request is this site's own; without one a
// request of a program, which says nothing, is let through.
func checkOrigin(r *http.Request, cookie, https bool) error {
	switch r.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
			return nil
		}
	}
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	switch {
	case origin == "" && site == "":
		if cookie {
			return court.ErrOrigin
		}
	case site != "" && site != "same-origin":
		return court.ErrOrigin
	case origin != "" && !sameOrigin(origin, r.Host, https):
		return court.ErrOrigin
	}
	return nil
}

// sameOrigin compares host and port. The scheme is compared only where it is known to be https: a server behind a
// proxy that isn't configured as trusted can't know.
func sameOrigin(origin, host string, https bool) bool {
	u, err := url.Parse(origin)
	if err != nil || u.Host == "" || !strings.EqualFold(u.Host, host) {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && !https
}

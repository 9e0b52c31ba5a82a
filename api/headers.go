package api

import (
	"net/http"
	"strings"
)

// contentPolicy lets the page load and run only what is ours. connect-src names the sockets of the own host because
// older browsers don't count them to 'self'.
const contentPolicy = "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; " +
	"media-src 'self' blob:; connect-src 'self'SOCKETS; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// withHeaders sets the headers that protect whoever opens an answer in a browser. A handler may replace them by
// stricter ones.
func (a *API) withHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		https := requestOf(r.Context()).client.https
		h := w.Header()
		h.Set("Content-Security-Policy", strings.Replace(contentPolicy, "SOCKETS", sockets(r.Host, https), 1))
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		if isAPI(r.URL.Path) {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// sockets names the WebSocket origins of a host. A host that could say something in the policy's own language is
// left out.
func sockets(host string, https bool) string {
	for _, c := range host {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune(".:-[]", c) {
			return ""
		}
	}
	if host == "" {
		return ""
	}
	if https {
		return " wss://" + host
	}
	return " ws://" + host + " wss://" + host
}

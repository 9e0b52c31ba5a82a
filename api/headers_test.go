package api

import (
	"strings"
	"testing"
)

func TestEveryAnswerCarriesTheHeadersThatProtectThePage(t *testing.T) {
	f := openFront(t)
	for _, path := range []string{"/", "/cases/1", "/api/v1/config", "/api/v1/me", "/api/v1/nothing", "/healthz", "/assets/none.js"} {
		for _, scheme := range []string{"http", "https"} {
			h := f.ask("GET", scheme+"://court.example:8443"+path, "").Header()
			sockets := " ws://court.example:8443 wss://court.example:8443"
			if scheme == "https" {
				sockets = " wss://court.example:8443"
			}
			policy := "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' blob: data:; media-src 'self' blob:; " +
				"connect-src 'self'" + sockets + "; worker-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
			for name, want := range map[string]string{
				"Content-Security-Policy": policy, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
				"Permissions-Policy": "camera=(self), microphone=(self), geolocation=(self)",
			} {
				if got := h.Get(name); got != want {
					t.Errorf("%s %s: %s is %q, want %q", scheme, path, name, got, want)
				}
			}
			if got := h.Get("Strict-Transport-Security"); (got != "") != (scheme == "https") {
				t.Errorf("%s %s: Strict-Transport-Security is %q", scheme, path, got)
			}
			if strings.HasPrefix(path, "/api/") && h.Get("Cache-Control") != "no-store" {
				t.Errorf("%s may be cached: %q", path, h.Get("Cache-Control"))
			}
			if len(h.Get("X-Request-Id")) != 16 {
				t.Errorf("%s has no request id", path)
			}
		}
	}
}

func TestAHostNameCannotWriteIntoThePolicy(t *testing.T) {
	f := openFront(t)
	for _, host := range []string{"a;script-src *", "a'b", "a*", "", "a,b"} {
		policy := f.ask("GET", "/", "", "Host", host).Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "connect-src 'self'; worker-src") {
			t.Errorf("host %q: %s", host, policy)
		}
	}
}

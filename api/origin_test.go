package api

import (
	"net/http"
	"testing"
)

func TestP4_AnotherSiteCannotActWithMyCookie(t *testing.T) {
	f := openFront(t)
	cookie := f.person("13800000001")
	for _, c := range []struct {
		name    string
		headers []string
		want    int
	}{
		{"own origin", []string{"Origin", "http://example.com"}, http.StatusNotFound},
		{"own fetch", []string{"Sec-Fetch-Site", "same-origin"}, http.StatusNotFound},
		{"both", []string{"Origin", "http://example.com", "Sec-Fetch-Site", "same-origin"}, http.StatusNotFound},
		{"nothing said", nil, http.StatusForbidden},
		{"other site", []string{"Origin", "https://evil.example"}, http.StatusForbidden},
		{"other port", []string{"Origin", "http://example.com:8080"}, http.StatusForbidden},
		{"name that begins alike", []string{"Origin", "http://example.com.evil.example"}, http.StatusForbidden},
		{"opaque origin", []string{"Origin", "null"}, http.StatusForbidden},
		{"sister site", []string{"Sec-Fetch-Site", "same-site"}, http.StatusForbidden},
		{"cross-site with a lie", []string{"Origin", "http://example.com", "Sec-Fetch-Site", "cross-site"}, http.StatusForbidden},
		{"other scheme", []string{"Origin", "ftp://example.com"}, http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, method := range []string{"DELETE", "WebSocket"} {
				headers := append([]string{"Cookie", cookie}, c.headers...)
				path, want := "/api/v1/auth/sessions/unknown", c.want
				if method == "WebSocket" { // its handshake is a GET
					method, path = "GET", "/api/v1/ws"
					headers = append(headers, "Connection", "Upgrade", "Upgrade", "WebSocket")
				}
				w := f.ask(method, path, "", headers...)
				if refused := w.Code == http.StatusForbidden && f.expect(w, 403, "bad_origin").Code != ""; refused != (want == http.StatusForbidden) {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
		})
	}
	f.expect(f.ask("GET", "/api/v1/me", "", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"), http.StatusOK, "") // reads nothing across sites: no CORS
	f.expect(f.ask("POST", "/api/v1/auth/codes", `{"phone":"13800000009"}`, "Origin", "https://evil.example"), http.StatusForbidden, "bad_origin")
	if w := f.ask("GET", "/api/v1/me", "", "Cookie", cookie, "Origin", "https://evil.example"); w.Header().Get("Access-Control-Allow-Origin") != "" {
		t.Error("another site may read answers")
	}
}

func TestUnderTLSAPlainPageOfTheSameHostIsAnotherSite(t *testing.T) {
	f := openFront(t)
	cookie := f.person("13800000001")
	ask := func(origin string) int {
		return f.ask("DELETE", "https://example.com/api/v1/auth/sessions/unknown", "", "Cookie", cookie, "Origin", origin).Code
	}
	if got := ask("http://example.com"); got != http.StatusForbidden {
		t.Errorf("http: %d", got)
	}
	if got := ask("https://example.com"); got != http.StatusNotFound {
		t.Errorf("https: %d", got)
	}
}

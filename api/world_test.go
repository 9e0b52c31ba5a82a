package api_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"microcourt/api"
	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/storetest"
)

// site is the whole server in a test: record, hub, and the API on loopback.
type site struct {
	*storetest.World
	api    *api.API
	server *httptest.Server
}

const importToken = "the case system's token, for tests only"

func startSite(t testing.TB, engine store.Engine, cases int) *site {
	t.Helper()
	return startPaidSite(t, engine, cases, nil)
}

// startPaidSite is startSite with a payment service.
func startPaidSite(t testing.TB, engine store.Engine, cases int, payments hub.Payments) *site {
	t.Helper()
	return startSiteWith(t, engine, cases, func(c *hub.Config) { c.Payments = payments })
}

// startSiteWith is startSite with a hub of another configuration.
func startSiteWith(t testing.TB, engine store.Engine, cases int, change func(*hub.Config)) *site {
	t.Helper()
	s := storetest.Open(t, engine)
	w := storetest.NewWorld(t, s, cases)
	blobs, err := blob.Open(t.Context(), blob.Config{Place: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	files := store.NewFiles(s, blobs, store.FilesConfig{})
	cfg := hub.Config{Store: s, Files: files, Version: "test"}
	change(&cfg)
	h := hub.New(cfg)
	a, err := api.New(api.Config{Hub: h, Store: s, ImportToken: importToken})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(a.Handler())
	server.Listener = a.Front(server.Listener)
	server.Start()
	t.Cleanup(func() {
		h.Close()
		server.Close()
		files.Close()
	})
	return &site{World: w, api: a, server: server}
}

func (s *site) dial(t testing.TB, seat *storetest.Seat) *hubtest.Phone {
	t.Helper()
	return hubtest.Dial(t, "ws"+strings.TrimPrefix(s.server.URL, "http")+"/api/v1/ws", seat.Token)
}

// call makes a request as the bearer of a token ("" for none) and gives status and body.
func (s *site) call(t testing.TB, token, method, path, body string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, s.server.URL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if strings.Contains(path, "/uploads/") {
		req.Header.Set("Tus-Resumable", "1.0.0")
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

// codeOf gives the error code of an answer, "" for a good one.
func codeOf(body string) string {
	var e struct{ Code string }
	json.Unmarshal([]byte(body), &e)
	return e.Code
}

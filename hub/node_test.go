package hub_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/storetest"
)

// node is a hub behind a real server on loopback, as the api would serve it.
type node struct {
	hub    *hub.Hub
	url    string
	inDoor func() // called for who is known and has not come in yet; nil for nothing
}

// startNode serves a hub on a store; who knocks is known by the token of a session.
func startNode(t testing.TB, s *store.Store, relay hub.Relay) *node {
	t.Helper()
	return startNodeWith(t, hub.Config{Store: s, Relay: relay, Version: "test"})
}

func startNodeWith(t testing.TB, cfg hub.Config) *node {
	t.Helper()
	h := hub.New(cfg)
	n := &node{hub: h}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		actor, err := h.AuthenticateSocket(r.Context(), strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer "), "zh", "")
		if err == nil && n.inDoor != nil {
			n.inDoor()
		}
		if err == nil {
			err = h.ServeSocket(rw, r, actor)
		}
		if err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
		}
	}))
	t.Cleanup(func() {
		h.Close()
		server.Close()
	})
	n.url = "ws" + strings.TrimPrefix(server.URL, "http")
	return n
}

func actorOf(s *storetest.Seat) hub.Actor {
	return hub.Actor{PersonID: s.PersonID, SessionID: s.SessionID, Role: s.Role, Lang: "zh"}
}

func dial(t testing.TB, n *node, s *storetest.Seat) *hubtest.Phone {
	t.Helper()
	return hubtest.Dial(t, n.url, s.Token)
}

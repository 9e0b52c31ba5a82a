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
	hub *hub.Hub
	url string
}

// startNode serves a hub on a store; seats are known by their token.
func startNode(t testing.TB, s *store.Store, w *storetest.World, relay hub.Relay) *node {
	t.Helper()
	h := hub.New(hub.Config{Store: s, Relay: relay, Version: "test"})
	byToken := map[string]*storetest.Seat{}
	for _, seat := range w.Seats {
		byToken[seat.Token] = seat
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seat := byToken[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		actor := hub.Anyone("zh", "")
		if seat != nil {
			actor = actorOf(seat)
		}
		if err := h.ServeSocket(rw, r, actor); err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
		}
	}))
	t.Cleanup(func() {
		h.Close()
		server.Close()
	})
	return &node{h, "ws" + strings.TrimPrefix(server.URL, "http")}
}

func actorOf(s *storetest.Seat) hub.Actor {
	return hub.Actor{PersonID: s.PersonID, SessionID: s.SessionID, Role: s.Role, Lang: "zh"}
}

func dial(t testing.TB, n *node, s *storetest.Seat) *hubtest.Phone {
	t.Helper()
	return hubtest.Dial(t, n.url, s.Token)
}

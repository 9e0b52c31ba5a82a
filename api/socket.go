package api

import (
	"context"
	"net"
	"net/http"
	"time"

	"microcourt/hub"
	"microcourt/store/court"
)

const socketPath = "/api/v1/ws"

// socketRoutes: the way into the room's WebSocket, which the hub speaks from then on. Session and origin were checked
// on the way here.
func (a *API) socketRoutes() {
	a.raw(rawRoute{Act: court.ActConnect, Method: http.MethodGet, Path: socketPath, Handle: func(w http.ResponseWriter, r *http.Request) error {
		return a.hub.ServeSocket(w, r, actorOf(r.Context()))
	}})
}

// Listen listens on an address for the server. The kernel's keep-alive stays off: the hub pings its phones, and a request
// that doesn't get on runs out of its time, so it would only cost system calls for each phone that comes back.
func Listen(address string) (net.Listener, error) {
	config := net.ListenConfig{KeepAlive: -1}
	return config.Listen(context.Background(), "tcp", address)
}

// Front listens for the server that serves Handler, and lets phones into the room's WebSocket itself, under the same
// rules. It is for plain connections: under TLS the request can't be seen. The server's closing closes it.
func (a *API) Front(l net.Listener) net.Listener { return hub.NewFront(l, a.hub, socketPath, a.letIn) }

// letIn is the front's door. Whom it doesn't let in, the router refuses.
func (a *API) letIn(r *http.Request, enter func(hub.Actor) bool) bool {
	started := time.Now()
	req := a.newRequest(r)
	if a.findOut(r, req) != nil || mayTry(req, court.ActConnect) != nil || !enter(req.actor) {
		return false
	}
	a.note(r, req, socketPath, http.StatusSwitchingProtocols, started)
	return true
}

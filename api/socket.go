package api

import (
	"net/http"

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

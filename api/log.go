package api

import (
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// logged writes one line for each request: which route, never which path, query or body, because those can hold
// numbers and words of people.
func (a *API) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		seen := middleware.NewWrapResponseWriter(w, r.ProtoMajor)
		defer func() {
			req := requestOf(r.Context())
			status := seen.Status()
			if status == 0 {
				status = http.StatusOK
				if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") { // the hub answered on the connection itself
					status = http.StatusSwitchingProtocols
				}
			}
			a.note(r, req, routeOf(r), status, started)
		}()
		next.ServeHTTP(seen, r)
	})
}

// note logs and counts a request that was answered.
func (a *API) note(r *http.Request, req *request, route string, status int, started time.Time) {
	level := slog.LevelInfo
	if status >= 500 {
		level = slog.LevelError
	} else if !isAPI(r.URL.Path) {
		level = slog.LevelDebug
	}
	took := time.Since(started)
	if a.cfg.Observe != nil {
		a.cfg.Observe(r.Method, route, status, took)
	}
	a.log.LogAttrs(r.Context(), level, "request",
		slog.String("method", r.Method), slog.String("route", route), slog.Int("status", status),
		slog.Int64("ms", took.Milliseconds()), slog.String("request", req.id), slog.String("person", req.actor.PersonID))
}

// routeOf gives the pattern of the route that answered, "" where there was none.
func routeOf(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		return c.RoutePattern()
	}
	return ""
}

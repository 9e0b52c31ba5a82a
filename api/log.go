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
			level := slog.LevelInfo
			if status >= 500 {
				level = slog.LevelError
			} else if !isAPI(r.URL.Path) {
				level = slog.LevelDebug
			}
			if a.cfg.Observe != nil {
				a.cfg.Observe(r.Method, routeOf(r), status, time.Since(started))
			}
			a.log.LogAttrs(r.Context(), level, "request",
				slog.String("method", r.Method), slog.String("route", routeOf(r)), slog.Int("status", status),
				slog.Int64("ms", time.Since(started).Milliseconds()), slog.String("request", req.id), slog.String("person", req.actor.PersonID))
		}()
		next.ServeHTTP(seen, r)
	})
}

// routeOf gives the pattern of the route that answered, "" where there was none.
func routeOf(r *http.Request) string {
	if c := chi.RouteContext(r.Context()); c != nil {
		return c.RoutePattern()
	}
	return ""
}

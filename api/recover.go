package api

import (
	"fmt"
	"net/http"
	"runtime/debug"

	"microcourt/store/court"
)

// recovered turns a panic into `internal`: its text and stack go to the log only.
func (a *API) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			a.log.ErrorContext(r.Context(), "panic", "err", fmt.Sprint(p), "request", requestOf(r.Context()).id, "stack", string(debug.Stack()))
			a.refuse(w, r, court.ErrInternal)
		}()
		next.ServeHTTP(w, r)
	})
}

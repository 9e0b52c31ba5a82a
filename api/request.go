package api

import (
	"context"
	"net/http"

	"microcourt/hub"
	"microcourt/store/court"
)

// request is what is known of a request beside its path and body.
type request struct {
	id     string
	lang   string // "zh" or "en"
	client client
	actor  hub.Actor
}

type requestKey struct{}

// nobody stands for a context without a request.
var nobody = &request{lang: "zh", actor: hub.Anyone("zh", "")}

func requestOf(ctx context.Context) *request {
	if r, ok := ctx.Value(requestKey{}).(*request); ok {
		return r
	}
	return nobody
}

// actorOf gives who asks, as the session or token at the door says.
func actorOf(ctx context.Context) hub.Actor { return requestOf(ctx).actor }

// withRequest makes what the other parts read from the context.
func (a *API) withRequest(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		req := &request{lang: language(r.Header.Get("Accept-Language"))}
		req.actor = hub.Actor{Role: court.RoleAnyone, Lang: req.lang}
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, req)))
	})
}

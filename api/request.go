package api

import (
	"context"
	"crypto/rand"
	"encoding/hex"
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
	// authErr is why it can't be said who asks: the record doesn't answer. It is not the same as being nobody, which
	// would make the page sign out.
	authErr error
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
		req := a.newRequest(r)
		w.Header().Set("X-Request-Id", req.id)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, req)))
	})
}

func (a *API) newRequest(r *http.Request) *request {
	req := &request{id: newRequestID(), lang: language(r.Header.Get("Accept-Language")), client: a.clientOf(r)}
	req.actor = hub.Anyone(req.lang, req.client.address)
	req.actor.Device = r.UserAgent()
	return req
}

func newRequestID() string {
	var b [8]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// isAPI reports whether a path is the API's and not a page's.
func isAPI(path string) bool { return len(path) >= 5 && path[:5] == "/api/" }

// notFound answers for paths and methods that the API does not have.
func (a *API) notFound(w http.ResponseWriter, r *http.Request) { a.refuse(w, r, court.ErrNotFound) }

package api

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/store/court"
)

// RouteInfo says under which act of court.Table a route falls (promise P4).
type RouteInfo struct {
	Method string
	Path   string
	Act    court.Act
}

// Routes lists every route, also those that are not REST: the socket, uploads, files, pages.
func (a *API) Routes() []RouteInfo { return slices.Clone(a.routes) }

// route registers a REST operation under its act. The handler hands an act to hub.Do and returns its error as it is:
// what people read of it is decided in errors.go. Whoever cannot do the act after all is refused before the request's
// body is looked at.
func route[I, O any](a *API, act court.Act, op huma.Operation, handle func(ctx context.Context, in *I) (*O, error)) {
	if op.MaxBodyBytes == 0 {
		op.MaxBodyBytes = maxBody
	}
	if op.BodyReadTimeout == 0 {
		op.BodyReadTimeout = maxBodyWait
	}
	if op.OperationID == "" {
		op.OperationID = strings.ReplaceAll(string(act), ".", "-")
	}
	refuseEmbedded(reflect.TypeFor[I]())
	refuseEmbedded(reflect.TypeFor[O]())
	op.Middlewares = append(huma.Middlewares{a.door(act)}, op.Middlewares...)
	a.routes = append(a.routes, RouteInfo{op.Method, op.Path, act})
	huma.Register(a.huma, op, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(ctx, requestTimeout)
		defer cancel()
		out, err := handle(ctx, in)
		if err != nil {
			return nil, a.problem(ctx, err)
		}
		return out, nil
	})
}

// refuseEmbedded stops the program at start where a type embeds an unexported struct: huma passes over those without a
// word, and a parameter would stay empty.
func refuseEmbedded(t reflect.Type) {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && !f.IsExported() {
			panic("api: " + t.String() + " embeds " + f.Name + ", whose fields would not be filled in")
		}
	}
}

// door refuses before the body is read who would be refused after it.
func (a *API) door(act court.Act) func(ctx huma.Context, next func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if err := mayTry(requestOf(ctx.Context()), act); err != nil {
			p := a.problem(ctx.Context(), err)
			huma.WriteErr(a.huma, ctx, p.status, "", p)
			return
		}
		next(ctx)
	}
}

func mayTry(req *request, act court.Act) error {
	rule := court.Table[act]
	if err := req.authErr; err != nil && rule.Scope != court.Public {
		return err
	}
	role := req.actor.Role
	if rule.Scope != court.InCase && rule.Scope != court.InHearing {
		return court.CheckAccount(act, role)
	}
	if role == court.RoleAnyone {
		return court.ErrUnauthenticated
	}
	return nil
}

// rawRoute is a route outside of the OpenAPI document: the socket, uploads, files, pages.
type rawRoute struct {
	Act    court.Act
	Method string
	Path   string // chi pattern
	// MaxBody bounds the request's body in bytes; 0 means the usual 64 KiB, -1 leaves it to the handler.
	MaxBody int64
	// Handle answers the request, or returns an error without having written anything.
	Handle func(w http.ResponseWriter, r *http.Request) error
}

// raw registers a route that is not a REST operation.
func (a *API) raw(route rawRoute) {
	a.routes = append(a.routes, RouteInfo{route.Method, route.Path, route.Act})
	if route.MaxBody == 0 {
		route.MaxBody = maxBody
	}
	a.router.MethodFunc(route.Method, route.Path, func(w http.ResponseWriter, r *http.Request) {
		if err := mayTry(requestOf(r.Context()), route.Act); err != nil {
			a.refuse(w, r, err)
			return
		}
		if route.MaxBody > 0 && r.Body != nil {
			r.Body = http.MaxBytesReader(w, r.Body, route.MaxBody)
		}
		if err := route.Handle(w, r); err != nil {
			a.refuse(w, r, err)
		}
	})
}

package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/store/court"
)

// serviceRoutes: what anybody may know of the service itself.
func (a *API) serviceRoutes() {
	route(a, court.ActServiceRead, huma.Operation{
		Method: http.MethodGet, Path: "/api/v1/config", OperationID: "config", Summary: "What the page needs to know of the service",
	}, a.config)
	a.raw(rawRoute{Act: court.ActServiceRead, Method: http.MethodGet, Path: openAPIPath, Handle: a.serveOpenAPI})
	a.raw(rawRoute{Act: court.ActServiceRead, Method: http.MethodGet, Path: "/healthz", Handle: healthy})
	a.raw(rawRoute{Act: court.ActServiceRead, Method: http.MethodGet, Path: "/readyz", Handle: a.ready})
}

type configOut struct {
	Body struct {
		Name          string       `json:"name"`
		Court         string       `json:"court"`
		Version       string       `json:"version"`
		Demo          bool         `json:"demo"`
		Languages     []string     `json:"languages" nullable:"false"`
		Limits        Limits       `json:"limits"`
		PushKey       string       `json:"push_key,omitempty" doc:"applicationServerKey for push subscriptions; left out where there are none"`
		StaffPassword bool         `json:"staff_password" doc:"the court's own people can sign in by name and password"`
		StaffOIDC     bool         `json:"staff_oidc" doc:"and through the court's identity provider, at GET /api/v1/auth/oidc?to=/PAGE"`
		Links         []Link       `json:"links" nullable:"false" doc:"services outside that the page leads to after asking, in the order in which it shows them"`
		PasskeyOrigin string       `json:"passkey_origin,omitempty" doc:"origin of the page under which passkeys are used; ends in :* where any port of localhost will do; left out where there are none"`
		DemoPeople    []DemoPerson `json:"demo_people,omitempty" nullable:"false"`
	}
}

func (a *API) config(ctx context.Context, _ *struct{}) (*configOut, error) {
	var out configOut
	out.Body.Name, out.Body.Court, out.Body.Version = a.cfg.Name, a.cfg.Court, a.cfg.Version
	out.Body.Languages = []string{"zh", "en"}
	ways := a.hub.StaffSignInWays()
	out.Body.StaffPassword, out.Body.StaffOIDC = ways.Password, ways.OIDC
	out.Body.PasskeyOrigin = a.hub.PasskeyOrigin()
	out.Body.Limits, out.Body.PushKey = a.cfg.Limits, a.hub.PushKey()
	out.Body.Links = append([]Link{}, a.cfg.Links...)
	if out.Body.Demo = a.cfg.Demo; a.cfg.Demo {
		out.Body.DemoPeople = a.cfg.DemoPeople
	}
	return &out, nil
}

func (a *API) serveOpenAPI(w http.ResponseWriter, r *http.Request) error {
	text, err := a.openAPI()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Write(text)
	return nil
}

// healthy says that the process lives; it looks at nothing else, so that a database that is away doesn't get the
// program restarted.
func healthy(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Write([]byte(`{"ok":true}` + "\n"))
	return nil
}

// readyTimeout bounds how long a part may take to say that it is there.
const readyTimeout = 3 * time.Second

// ready says whether this node can serve: 200, or 503 with the names of the parts that don't answer. Why they don't is
// for the log.
func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	ctx, cancel := context.WithTimeout(r.Context(), readyTimeout)
	defer cancel()
	parts := map[string]bool{}
	status := http.StatusOK
	for name, part := range a.cfg.Ready {
		err := part.Ping(ctx)
		if parts[name] = err == nil; err != nil {
			status = http.StatusServiceUnavailable
			a.log.WarnContext(ctx, "not ready", "part", name, "err", err)
		}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	return json.NewEncoder(w).Encode(map[string]any{"ok": status == http.StatusOK, "parts": parts})
}

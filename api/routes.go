package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/store/court"
)

// addRoutes registers every route. Each group has a file of its own.
func (a *API) addRoutes() error {
	a.serviceRoutes()
	a.caseRoutes()
	a.eventRoutes()
	return nil
}

func (a *API) serviceRoutes() {
	route(a, court.ActServiceRead, huma.Operation{Method: http.MethodGet, Path: "/api/v1/config", OperationID: "config"}, a.config)
}

type configOut struct {
	Body struct {
		Name       string       `json:"name"`
		Court      string       `json:"court"`
		Version    string       `json:"version"`
		Demo       bool         `json:"demo"`
		Languages  []string     `json:"languages" nullable:"false"`
		Limits     Limits       `json:"limits"`
		DemoPeople []DemoPerson `json:"demo_people,omitempty" nullable:"false"`
	}
}

func (a *API) config(ctx context.Context, _ *struct{}) (*configOut, error) {
	var out configOut
	out.Body.Name, out.Body.Court, out.Body.Version = a.cfg.Name, a.cfg.Court, a.cfg.Version
	out.Body.Languages = []string{"zh", "en"}
	out.Body.Limits = a.cfg.Limits
	if out.Body.Demo = a.cfg.Demo; a.cfg.Demo {
		out.Body.DemoPeople = a.cfg.DemoPeople
	}
	return &out, nil
}

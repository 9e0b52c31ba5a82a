package api

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"
)

// openAPIPath is where the API's description is served.
const openAPIPath = "/api/v1/openapi.json"

func (a *API) humaConfig() huma.Config {
	cfg := huma.DefaultConfig("Microcourt", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema links in our bodies
	return cfg
}

// openAPI gives the API's description, indented, so that its changes can be read.
func (a *API) openAPI() ([]byte, error) {
	text, err := json.MarshalIndent(a.huma.OpenAPI(), "", "  ")
	return append(text, '\n'), err
}

// OpenAPI gives the API's description (OpenAPI 3.1) without a running service.
func OpenAPI() ([]byte, error) {
	a, err := New(Config{})
	if err != nil {
		return nil, err
	}
	return a.openAPI()
}

package api

import (
	"encoding/json"
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// openAPIPath is where the API's description is served.
const openAPIPath = "/api/v1/openapi.json"

func (a *API) humaConfig() huma.Config {
	cfg := huma.DefaultConfig("Microcourt", "1")
	cfg.OpenAPIPath, cfg.DocsPath, cfg.SchemasPath = "", "", ""
	cfg.CreateHooks = nil // no $schema links in our bodies
	cfg.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaName)
	return cfg
}

// schemaName names types of the packages of rules with their package, because alone (Request, Text) they say little.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice {
		t = t.Elem()
	}
	if folder, pkg := path.Split(t.PkgPath()); t.Name() != "" && folder == "microcourt/store/court/" {
		return strings.ToUpper(pkg[:1]) + pkg[1:] + name
	}
	return name
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

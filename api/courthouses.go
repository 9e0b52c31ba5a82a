package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/courthouse"
)

// courthouseRoutes: the courts and how to get there (法院导航), for everybody; the court's IT brings the list.
func (a *API) courthouseRoutes() {
	route(a, court.ActCourthouseRead, huma.Operation{Method: http.MethodGet, Path: "/api/v1/courts", OperationID: "list-courts",
		Summary: "The courts, or those in whose name or address all words of a query stand"}, a.listCourthouses)
	route(a, court.ActCourthouseRead, huma.Operation{Method: http.MethodGet, Path: "/api/v1/courts/{court}", OperationID: "read-court", Summary: "One court"}, a.readCourthouse)
	route(a, court.ActCourthouseImport, huma.Operation{Method: http.MethodPost, Path: "/api/v1/courts", OperationID: "import-courts",
		Summary:      "Bring a list of courts in, as JSON or CSV",
		Description:  "Courts are known by their names: those that are there are brought up to date. Rows that can't be taken are named by their line; the others go in.",
		MaxBodyBytes: courthouse.MaxFileBytes, BodyReadTimeout: importBodyWait,
		SkipValidateBody: true, // hub.ImportCourthouses reads the file, and says more of what is wrong with it
	}, a.importCourthouses)
}

type listCourthousesIn struct {
	Query string `query:"q" maxLength:"100"`
}

func (a *API) listCourthouses(ctx context.Context, in *listCourthousesIn) (*body[hub.Courthouses], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListCourthouses{Query: in.Query}))
}

type courthouseIn struct {
	Court string `path:"court" maxLength:"64"`
}

func (a *API) readCourthouse(ctx context.Context, in *courthouseIn) (*body[*store.Courthouse], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadCourthouse{ID: in.Court}))
}

type importCourthousesIn struct {
	Complete bool   `query:"complete" doc:"the list names all courts: take out those that it doesn't name, unless a row is bad"`
	RawBody  []byte `contentType:"application/json" doc:"a list of courts, JSON or CSV"`
}

func (a *API) importCourthouses(ctx context.Context, in *importCourthousesIn) (*body[hub.CourthouseReport], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ImportCourthouses{File: in.RawBody, Complete: in.Complete}))
}

package api

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store/court"
)

// Limits of taking cases over: a whole file comes in one request.
const (
	importBodyWait = 2 * time.Minute
	importTimeout  = 10 * time.Minute
)

// importRoutes: what the court's own case system hands over, with its import token.
func (a *API) importRoutes() {
	route(a, court.ActCaseImport, huma.Operation{
		Method: http.MethodPost, Path: "/api/v1/import", OperationID: "import-cases",
		Summary:      "Take cases over from the court's case system",
		Description:  "Each case is taken over as a whole or refused by name and field; the others go in. The same file again changes nothing. Participants who are no longer listed leave their case.",
		MaxBodyBytes: court.MaxCaseFileBytes, BodyReadTimeout: importBodyWait,
		SkipValidateBody: true, // hub.ImportCases reads the file, and says more of what is wrong with it
	}, a.importCases)
	route(a, court.ActCaseRefresh, huma.Operation{Method: http.MethodPost, Path: "/api/v1/me/refresh", OperationID: "refresh-cases",
		Summary: "Have the court's case system asked for my cases as they are now"}, a.refreshCases)
}

func (a *API) refreshCases(ctx context.Context, _ *struct{}) (*body[hub.Refreshed], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.RefreshCases{}))
}

type importIn struct {
	RawBody []byte `contentType:"application/json" doc:"a case file"`
}

// importCases goes on when the case system hangs up: it would send the same file again, and find the work done.
func (a *API) importCases(ctx context.Context, in *importIn) (*body[hub.ImportReport], error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), importTimeout)
	defer cancel()
	report, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ImportCases{File: in.RawBody})
	return &body[hub.ImportReport]{report}, err
}

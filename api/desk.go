package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

// deskRoutes are the desk of judges and clerks, and the bench's view of one case.
func (a *API) deskRoutes() {
	route(a, court.ActDesk, huma.Operation{Method: http.MethodGet, Path: "/api/v1/desk", OperationID: "read-desk",
		Summary: "All my rooms as judge or clerk, with what waits there"}, a.readDesk)
	route(a, court.ActBench, huma.Operation{Method: http.MethodGet, Path: "/api/v1/cases/{case}/bench", OperationID: "read-bench",
		Summary: "One case as the bench works on it: evidence, applications, what runs out, what has happened"}, a.readBench)
}

type readDeskIn struct {
	Q       string `query:"q" maxLength:"100" doc:"docket number, title, cause, names: all terms"`
	State   string `query:"state" enum:"open,closed,all" default:"open"`
	Waiting string `query:"waiting" enum:"any,unread,applications,supplements,opinions,rulings,exchange,deadline,services,fees,copies,signings,hearings,unlinked,reviews" doc:"only rooms in which this waits; deadline: something runs out"`
	Sort    string `query:"sort" enum:"urgent,active,docket,filed,unread" default:"urgent" doc:"urgent: what runs out soonest, then what waits longest, then the newest"`
}

func (a *API) readDesk(ctx context.Context, in *readDeskIn) (*body[*store.Desk], error) {
	state := in.State
	if state == "all" {
		state = ""
	}
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadDesk{Q: in.Q, State: state, Waiting: in.Waiting, Sort: in.Sort}))
}

func (a *API) readBench(ctx context.Context, in *CaseIn) (*body[hub.Bench], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReadBench{CaseID: in.Case}))
}

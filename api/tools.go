package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store/court"
	"microcourt/store/court/calc"
)

// toolRoutes are the calculators, which everybody may use. They are POST so that what people earn and owe stands in no log of
// addresses.
func (a *API) toolRoutes() {
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/tools", OperationID: "list-tools",
		Summary: "The calculators, the periods of the law, and up to when announced figures are known"}, a.listTools)
	tool(a, "litigation-fee", "Court fee", (*calc.Figures).LitigationFee)
	tool(a, "preservation-fee", "Fee of an application for preservation", (*calc.Figures).PreservationFee)
	tool(a, "execution-fee", "Fee of an application for enforcement", (*calc.Figures).ExecutionFee)
	tool(a, "delay-interest", "Interest for delayed performance, the doubled part", (*calc.Figures).DelayInterest)
	tool(a, "loan-interest", "Interest of a private loan, held against four times the LPR", (*calc.Figures).LoanInterest)
	tool(a, "overdue-interest", "Interest of a late payment at the LPR", (*calc.Figures).OverdueInterest)
	tool(a, "liquidated-damages", "Agreed damages for each day", (*calc.Figures).LiquidatedDamages)
	tool(a, "personal-injury", "Compensation for personal injury", (*calc.Figures).PersonalInjury)
	tool(a, "work-injury", "Work injury benefits", (*calc.Figures).WorkInjury)
	tool(a, "severance", "Severance pay and damages", (*calc.Figures).Severance)
	tool(a, "deadline", "When a period ends", (*calc.Figures).Deadline)
	tool(a, "days-between", "Days between two dates", (*calc.Figures).DaysBetween)
	tool(a, "date-offset", "A date so many days, months or years away", (*calc.Figures).DateOffset)
}

func (a *API) listTools(ctx context.Context, _ *struct{}) (*body[calc.Catalogue], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ListTools{}))
}

// tool registers one calculator.
func tool[I, R any](a *API, name, summary string, with func(*calc.Figures, I) (R, error)) {
	op := huma.Operation{Method: http.MethodPost, Path: "/api/v1/tools/" + name, OperationID: "calculate-" + name, Summary: summary}
	route(a, court.ActToolUse, op, func(ctx context.Context, in *body[I]) (*body[R], error) {
		return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.UseTool[I, R]{With: with, In: in.Body}))
	})
}

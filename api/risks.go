package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/risk"
)

// riskRoutes are the assessment of risks (诉讼风险评估), open to everybody, and the reports that somebody keeps.
func (a *API) riskRoutes() {
	const mine = "/api/v1/me/risk-reports"
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodGet, Path: "/api/v1/risk-questionnaires", OperationID: "list-risk-questionnaires",
		Summary: "The questionnaires by which risks of going to court are assessed"}, a.listQuestionnaires)
	// POST, so that what people quarrel about stands in no log of addresses.
	route(a, court.ActToolUse, huma.Operation{Method: http.MethodPost, Path: "/api/v1/risk-reports", OperationID: "assess-risk",
		Summary: "A report of risks from answers and the amount in dispute; nothing is kept"}, a.assessRisk)
	route(a, court.ActRiskKeep, huma.Operation{Method: http.MethodGet, Path: mine, OperationID: "list-risk-reports",
		Summary: "My kept reports, the newest first"}, a.listRiskReports)
	route(a, court.ActRiskKeep, huma.Operation{Method: http.MethodPut, Path: mine + "/{report}", OperationID: "keep-risk-report",
		Summary: "Make a report and keep it; the same under the same id is kept once"}, a.keepRiskReport)
	route(a, court.ActRiskKeep, huma.Operation{Method: http.MethodGet, Path: mine + "/{report}/document", OperationID: "print-risk-report",
		Summary: "A kept report as PDF"}, a.printRiskReport)
	route(a, court.ActRiskKeep, huma.Operation{Method: http.MethodDelete, Path: mine + "/{report}", OperationID: "remove-risk-report",
		Summary: "Forget a kept report", DefaultStatus: http.StatusNoContent}, a.removeRiskReport)
}

type questionnaires struct {
	Questionnaires []risk.Questionnaire `json:"questionnaires" nullable:"false"`
}

func (a *API) listQuestionnaires(ctx context.Context, _ *struct{}) (*body[questionnaires], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListQuestionnaires{})
	return answer(questionnaires{list}, err)
}

type assessment struct {
	Dispute string       `json:"dispute" maxLength:"64" doc:"key of the questionnaire"`
	Answers risk.Answers `json:"answers" doc:"keys of the options chosen, by key of the question; the questions that were asked and no others"`
	Amount  int64        `json:"amount" minimum:"0" maximum:"1000000000000000" doc:"in dispute, 分"`
}

func (s assessment) act() hub.AssessRisk {
	return hub.AssessRisk{Dispute: s.Dispute, Answers: s.Answers, Amount: s.Amount}
}

func (a *API) assessRisk(ctx context.Context, in *body[assessment]) (*body[*risk.Report], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), in.Body.act()))
}

type riskReports struct {
	Reports []store.KeptRiskReport `json:"reports" nullable:"false"`
}

func (a *API) listRiskReports(ctx context.Context, _ *struct{}) (*body[riskReports], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListRiskReports{})
	return answer(riskReports{list}, err)
}

// RiskReportIn names a kept report.
type RiskReportIn struct {
	Report string `path:"report" maxLength:"64"`
}

type keepRiskReportIn struct {
	RiskReportIn
	Body assessment
}

func (a *API) keepRiskReport(ctx context.Context, in *keepRiskReportIn) (*body[*store.KeptRiskReport], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.KeepRiskReport{ID: in.Report, AssessRisk: in.Body.act()}))
}

func (a *API) printRiskReport(ctx context.Context, in *RiskReportIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintRiskReport{ID: in.Report}))
}

func (a *API) removeRiskReport(ctx context.Context, in *RiskReportIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.RemoveRiskReport{ID: in.Report}))
}

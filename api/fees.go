package api

import (
	"context"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/fee"
)

// feeRoutes are fee notices and payments.
func (a *API) feeRoutes() {
	const list, one = "/api/v1/cases/{case}/fees", "/api/v1/cases/{case}/fees/{notice}"
	route(a, court.ActFeeRead, huma.Operation{Method: http.MethodGet, Path: list, OperationID: "list-fees",
		Summary: "The fee notices of those for whom I act; for the court all of the case"}, a.listFees)
	route(a, court.ActFeeList, huma.Operation{Method: http.MethodGet, Path: "/api/v1/me/fees", OperationID: "list-my-fees",
		Summary: "My fee notices over all my cases, the newest first"}, a.listMyFees)
	route(a, court.ActFeeIssue, huma.Operation{Method: http.MethodPost, Path: list, OperationID: "issue-fee",
		Summary: "Have a party pay a fee, computed by the tariff"}, a.issueFee)
	route(a, court.ActFeeSet, huma.Operation{Method: http.MethodPut, Path: one + "/status", OperationID: "set-fee",
		Summary: "Note that a fee was paid offline, or need not be paid any more", DefaultStatus: http.StatusNoContent}, a.setFee)
	route(a, court.ActFeeRead, huma.Operation{Method: http.MethodGet, Path: one + "/document", OperationID: "print-fee",
		Summary: "The fee notice as a document (PDF)", Responses: pdfResponse("The notice")}, a.printFee)
	route(a, court.ActFeePay, huma.Operation{Method: http.MethodPost, Path: one + "/payments", OperationID: "pay-fee",
		Summary: "Begin to pay online; payment_unavailable where the court takes no payments online"}, a.payFee)
	route(a, court.ActPaymentReport, huma.Operation{Method: http.MethodPost, Path: "/api/v1/payments/reports", OperationID: "report-payment",
		Summary: "The payment service's signed report", SkipValidateBody: true}, a.reportPayment)
}

type fees struct {
	Fees []store.FeeNotice `json:"fees" nullable:"false"`
}

func (a *API) listFees(ctx context.Context, in *CaseIn) (*body[fees], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListFees{CaseID: in.Case})
	return answer(fees{list}, err)
}

type myFeesIn struct {
	Status fee.Status `query:"status" enum:"unpaid,paying,paid,failed,paid_offline,exempted,withdrawn,expired" doc:"only those in this state"`
}

type myFees struct {
	Fees []store.FeeOfMine `json:"fees" nullable:"false"`
}

func (a *API) listMyFees(ctx context.Context, in *myFeesIn) (*body[myFees], error) {
	list, err := hub.Do(ctx, a.hub, actorOf(ctx), hub.ListMyFees{Status: in.Status})
	return answer(myFees{list}, err)
}

type issueFeeIn struct {
	CaseIn
	Body struct {
		Event   string      `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Party   string      `json:"party" maxLength:"64" doc:"participant id of who has to pay"`
		To      string      `json:"to,omitempty" maxLength:"64" doc:"participant id of who gets the notice: the party or who represents it; left out: the party, or where it can't sign in who represents it"`
		Title   string      `json:"title" minLength:"1" maxLength:"200" doc:"案件受理费, 申请费 ..."`
		Request fee.Request `json:"request" doc:"it has to come to one amount: where the law leaves a range, with the base"`
		Days    int         `json:"days,omitempty" minimum:"0" maximum:"90" doc:"to pay in; left out: the law's seven"`
	}
}

func (a *API) issueFee(ctx context.Context, in *issueFeeIn) (*body[*store.FeeNotice], error) {
	b := &in.Body
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.IssueFeeNotice{CaseID: in.Case, ID: b.Event, Party: b.Party, To: b.To, Title: b.Title, Request: b.Request, Days: b.Days}))
}

// NoticeOfFeeIn names a fee notice of a case.
type NoticeOfFeeIn struct {
	CaseIn
	Notice string `path:"notice" maxLength:"64"`
}

func (a *API) printFee(ctx context.Context, in *NoticeOfFeeIn) (*documentOut, error) {
	return documentAnswer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PrintFee{CaseID: in.Case, Notice: in.Notice}))
}

type setFeeIn struct {
	NoticeOfFeeIn
	Body struct {
		Event  string     `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
		Status fee.Status `json:"status" enum:"paid_offline,exempted,withdrawn,expired"`
		Reason string     `json:"reason" minLength:"1" maxLength:"500"`
	}
}

func (a *API) setFee(ctx context.Context, in *setFeeIn) (*struct{}, error) {
	return done(hub.Do(ctx, a.hub, actorOf(ctx), hub.SetFee{CaseID: in.Case, ID: in.Body.Event, Notice: in.Notice, Status: in.Body.Status, Reason: in.Body.Reason}))
}

type payFeeIn struct {
	NoticeOfFeeIn
	Body struct {
		Event string `json:"event" maxLength:"64" doc:"a UUID made by the client, kept over every retry"`
	}
}

func (a *API) payFee(ctx context.Context, in *payFeeIn) (*body[hub.PaymentBegun], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.PayFee{CaseID: in.Case, ID: in.Body.Event, Notice: in.Notice}))
}

type reportPaymentIn struct {
	Timestamp string `header:"X-Microcourt-Timestamp" maxLength:"20"`
	Signature string `header:"X-Microcourt-Signature" maxLength:"128"`
	RawBody   []byte `contentType:"application/json" doc:"{id, order, amount, status}, see the protocol document"`
}

func (a *API) reportPayment(ctx context.Context, in *reportPaymentIn) (*body[hub.ReportTaken], error) {
	return answer(hub.Do(ctx, a.hub, actorOf(ctx), hub.ReportPayment{Timestamp: in.Timestamp, Signature: in.Signature, Body: in.RawBody}))
}

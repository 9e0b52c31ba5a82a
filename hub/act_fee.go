package hub

import (
	"bytes"
	"context"
	"encoding/json"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/fee"
)

// Payments is the service through which people pay online.
type Payments interface {
	// Begin asks for a payment, amount in 分, and gives the address where the person pays. The same order again is the same payment.
	Begin(ctx context.Context, order, title string, amount int64) (url string, err error)
	// Check refuses a report that isn't the service's.
	Check(timestamp, signature string, body []byte) error
}

// usualFeeDays is the time to pay that the law sets (诉讼费用交纳办法 第二十二条).
const usualFeeDays = 7

// IssueFeeNotice has a party pay a fee that is computed from the request. It must come to one amount: where the law leaves a range, the request
// says the base. Days 0 means the law's seven.
type IssueFeeNotice struct {
	CaseID, ID, Party, To, Title string
	Request                      fee.Request
	Days                         int
}

func (i IssueFeeNotice) rule() rule {
	return rule{act: court.ActFeeIssue, caseID: i.CaseID, inRecord: true}
}

func (i IssueFeeNotice) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.FeeNotice, error) {
	result, err := h.figures.LitigationFee(i.Request)
	if err != nil {
		e := court.AsError(err)
		return nil, e.In("request." + e.Field)
	}
	if result.Amount.Min != result.Amount.Max {
		return nil, court.ErrInvalid.In("request.base")
	}
	if i.Days == 0 {
		i.Days = usualFeeDays
	}
	return h.store.IssueFeeNotice(ctx, store.NewFeeNotice{RoomAct: actor.roomAct(i.CaseID, i.ID), Party: i.Party, To: i.To, Title: i.Title,
		Request: i.Request, Days: i.Days, Result: result, Calendar: h.figures.Calendar})
}

// SetFee is what the court's people set by hand: paid offline, exempted, withdrawn, expired.
type SetFee struct {
	CaseID, ID, Notice string
	Status             fee.Status
	Reason             string
}

func (s SetFee) rule() rule { return rule{act: court.ActFeeSet, caseID: s.CaseID, inRecord: true} }

func (s SetFee) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.SetFee(ctx, store.FeeChange{RoomAct: actor.roomAct(s.CaseID, s.ID), Notice: s.Notice, Status: s.Status, Reason: s.Reason})
}

// ListFees gives the fee notices of a case that the actor may see.
type ListFees struct{ CaseID string }

func (l ListFees) rule() rule { return rule{act: court.ActFeeRead, caseID: l.CaseID} }

func (l ListFees) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) ([]store.FeeNotice, error) {
	return h.store.FeeNotices(ctx, l.CaseID, st)
}

// PrintFee prints a fee notice (交纳诉讼费用通知书), for those who may see it.
type PrintFee struct{ CaseID, Notice string }

func (p PrintFee) rule() rule { return rule{act: court.ActFeeRead, caseID: p.CaseID} }

func (p PrintFee) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	f, err := h.store.FeePaper(ctx, p.CaseID, p.Notice, st)
	if err != nil {
		return nil, err
	}
	return h.printFee(ctx, f)
}

// ListMyFees gives the actor's fee notices over all cases, of a state or all.
type ListMyFees struct{ Status fee.Status }

func (l ListMyFees) rule() rule { return rule{act: court.ActFeeList} }

func (l ListMyFees) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.FeeOfMine, error) {
	return h.store.FeesOf(ctx, actor.PersonID, l.Status)
}

// PayFee begins an online payment.
type PayFee struct{ CaseID, ID, Notice string }

// PaymentBegun is where the person pays.
type PaymentBegun struct {
	URL string `json:"url"`
}

func (p PayFee) rule() rule { return rule{act: court.ActFeePay, caseID: p.CaseID} }

func (p PayFee) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (PaymentBegun, error) {
	if h.payments == nil { // the same for every notice, also for one that isn't there
		return PaymentBegun{}, court.ErrPaymentUnavailable
	}
	order, err := h.store.BeginPayment(ctx, actor.roomAct(p.CaseID, p.ID), p.Notice)
	if err != nil {
		return PaymentBegun{}, err
	}
	url, err := h.payments.Begin(ctx, order.ID, order.Title, order.Amount)
	if err != nil {
		h.log.Warn("a payment could not be begun", "order", order.ID, "err", err)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
		defer cancel()
		if err := h.store.PaymentNotBegun(ctx, order.ID); err != nil {
			h.log.Error("a payment that was not begun could not be noted", "order", order.ID, "err", err)
		}
		return PaymentBegun{}, court.ErrPaymentUnavailable
	}
	return PaymentBegun{url}, nil
}

// ReportPayment is a report of the payment service, as it came.
type ReportPayment struct {
	Timestamp, Signature string
	Body                 []byte
}

// ReportTaken says what became of a report.
type ReportTaken struct {
	Outcome string `json:"outcome" enum:"taken,idle,unwanted" doc:"unwanted: money came for a notice that is not to be paid any more; the court has to give it back"`
}

func (r ReportPayment) rule() rule { return rule{act: court.ActPaymentReport} }

func (r ReportPayment) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (ReportTaken, error) {
	if h.payments == nil || h.payments.Check(r.Timestamp, r.Signature, r.Body) != nil {
		return ReportTaken{}, court.ErrPaymentRefused
	}
	var report store.PaymentReport
	dec := json.NewDecoder(bytes.NewReader(r.Body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&report); err != nil || dec.More() {
		return ReportTaken{}, court.ErrInvalid.In("body")
	}
	switch {
	case !court.ValidID(report.ID):
		return ReportTaken{}, court.ErrInvalid.In("id")
	case !court.ValidID(report.Order):
		return ReportTaken{}, court.ErrInvalid.In("order")
	case report.Status != string(fee.Paid) && report.Status != string(fee.Failed):
		return ReportTaken{}, court.ErrInvalid.In("status")
	}
	outcome, err := h.store.TakePaymentReport(ctx, report)
	switch {
	case err != nil:
		h.log.Warn("a payment report was refused", "order", report.Order, "err", err)
	case outcome == store.ReportUnwanted:
		h.log.Warn("money came for a fee notice that is not to be paid any more; the court has to give it back", "order", report.Order)
	}
	return ReportTaken{outcome}, err
}

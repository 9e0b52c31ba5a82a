package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"

	"microcourt/store/court"
	"microcourt/store/court/fee"
)

// feeChanged is what the event of a change says.
type feeChanged struct {
	feeRef
	Status fee.Status `json:"status"`
	Reason string     `json:"reason,omitempty"`
	Order  string     `json:"order,omitempty"`  // as the payment service knows the payment, once it has begun
	Report string     `json:"report,omitempty"` // the payment service's, where that changed it
	// Received is money that came although nothing was to be paid any more, 分: the court has to give it back.
	Received int64 `json:"received,omitempty"`
}

// feeAct commits a change of a notice as one event of its thread. Who may not see the notice is answered court.ErrNotFound. It doesn't tell where the event stands: the author
// may be no reader of the thread.
func (s *Store) feeAct(ctx context.Context, a RoomAct, act court.Act, id string, asked any, decide func(ctx context.Context, x *acting, f *FeeNotice) (feeChanged, error)) error {
	find := func(ctx context.Context, tx *Tx, st *court.Standing) (*FeeNotice, error) {
		list, err := s.feeNotices(ctx, tx, a.CaseID, " AND id = $2", id)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 || !s.seesFee(ctx, tx, a.CaseID, st, &list[0], &err) {
			return nil, orElse(err, court.ErrNotFound)
		}
		return &list[0], nil
	}
	_, err := s.threadAct(ctx, a, act, court.KindFeeChanged, asked,
		func(ctx context.Context, tx *Tx, st *court.Standing) (thread string, err error) {
			err = tx.row(ctx, "SELECT thread FROM fee_notice WHERE case_id = $1 AND id = $2", a.CaseID, id).Scan(&thread)
			return thread, notFound(err)
		},
		func(ctx context.Context, x *acting) (any, error) {
			f, err := find(ctx, x.Tx, x.st)
			if err != nil {
				return nil, err
			}
			return decide(ctx, x, f)
		})
	return err
}

// becomes is what the event says of a notice that comes into another state.
func (f *FeeNotice) becomes(next fee.Status, reason string) feeChanged {
	return feeChanged{feeRef: feeRef{f.ID, f.Title, f.Party, f.Amount}, Status: next, Reason: reason}
}

// FeeChange is what the court sets by hand.
type FeeChange struct {
	RoomAct `json:"-"`
	Notice  string     `json:"notice"`
	Status  fee.Status `json:"status"`
	Reason  string     `json:"reason"`
}

// SetFee notes that a fee was paid offline, or need not be paid any more, with the reason.
func (s *Store) SetFee(ctx context.Context, c FeeChange) error {
	if !c.Status.ByCourt() {
		return court.ErrInvalid.In("status")
	}
	if err := court.CheckReason(c.Reason, true, "reason"); err != nil {
		return err
	}
	return s.feeAct(ctx, c.RoomAct, court.ActFeeSet, c.Notice, c, func(_ context.Context, _ *acting, f *FeeNotice) (feeChanged, error) {
		return f.becomes(c.Status, c.Reason), f.Status.Becomes(c.Status)
	})
}

// PaymentOrder is a payment as the payment service is to know it.
type PaymentOrder struct {
	ID     string
	Title  string
	Amount int64 // 分
}

// BeginPayment puts a notice into the state of being paid, and gives the order for it. One that is being paid already is begun again with the same order.
// The same act again, after the payment has ended, is court.ErrFeeState, or court.ErrPaymentUnavailable where it failed.
func (s *Store) BeginPayment(ctx context.Context, a RoomAct, notice string) (*PaymentOrder, error) {
	asked := struct {
		Notice string `json:"notice"`
	}{notice}
	err := s.feeAct(ctx, a, court.ActFeePay, notice, asked, func(ctx context.Context, x *acting, f *FeeNotice) (feeChanged, error) {
		said := f.becomes(fee.Paying, "")
		if f.Status != fee.Paying {
			if err := f.Status.Becomes(fee.Paying); err != nil {
				return said, err
			}
		}
		err := x.row(ctx, "SELECT id FROM payment_order WHERE notice_id = $1", f.ID).Scan(&said.Order)
		if errors.Is(err, sql.ErrNoRows) {
			said.Order, err = NewID(), nil
		}
		return said, err
	})
	if err != nil {
		return nil, err
	}
	var o PaymentOrder
	var status fee.Status
	err = s.row(ctx, "SELECT o.id, f.title, o.amount, f.status FROM payment_order o JOIN fee_notice f ON f.id = o.notice_id WHERE f.id = $1 AND f.case_id = $2", notice, a.CaseID).
		Scan(&o.ID, &o.Title, &o.Amount, &status)
	switch {
	case err == nil && status == fee.Failed:
		err = court.ErrPaymentUnavailable
	case err == nil && status != fee.Paying:
		err = court.ErrFeeState
	}
	return &o, notFound(err)
}

// PaymentReport is what the payment service says of an order. Its id is the service's own.
type PaymentReport struct {
	ID     string `json:"id"`
	Order  string `json:"order"`
	Amount int64  `json:"amount"` // 分
	Status string `json:"status"` // paid or failed
}

// What became of a report: it changed the notice, it changed nothing, or money came that nobody waits for any more.
const (
	ReportTaken    = "taken"
	ReportIdle     = "idle"
	ReportUnwanted = "unwanted"
)

// TakePaymentReport takes a report whose signature was checked. The same report again is the same; the same id with other content is court.ErrIDReused. A wrong
// amount is court.ErrPaymentAmount and changes nothing. Money for a notice that isn't to be paid any more is noted in its thread.
func (s *Store) TakePaymentReport(ctx context.Context, r PaymentReport) (outcome string, err error) {
	text, err := json.Marshal(r)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	digest := hex.EncodeToString(sum[:])
	err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var caseID, notice, thread, was string
		var amount int64
		err := tx.row(ctx, `SELECT f.case_id, f.id, f.thread, o.amount FROM payment_order o JOIN fee_notice f ON f.id = o.notice_id WHERE o.id = $1`, r.Order).
			Scan(&caseID, &notice, &thread, &amount)
		if err != nil {
			return notFound(err)
		}
		if _, err := tx.lockHead(ctx, caseID, thread); err != nil { // the thread before the notice, as everybody locks them
			return err
		}
		list, err := s.feeNotices(ctx, tx, caseID, " AND id = $2", notice)
		if err != nil || len(list) == 0 {
			return orElse(err, court.ErrNotFound)
		}
		switch err := tx.row(ctx, "SELECT sha256, outcome FROM payment_report WHERE id = $1", r.ID).Scan(&was, &outcome); {
		case err == nil && was != digest:
			return court.ErrIDReused.In("id")
		case err == nil:
			return nil
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		if r.Amount != amount {
			return court.ErrPaymentAmount.In("amount")
		}
		if outcome, err = tx.applyReport(ctx, caseID, &list[0], r); err != nil {
			return err
		}
		_, err = tx.exec(ctx, "INSERT INTO payment_report (id, order_id, sha256, outcome, at) VALUES ($1, $2, $3, $4, $5)", r.ID, r.Order, digest, outcome, tx.now)
		return err
	})
	return outcome, err
}

// applyReport changes the notice as the report says, if it still can be.
func (tx *Tx) applyReport(ctx context.Context, caseID string, f *FeeNotice, r PaymentReport) (string, error) {
	next := fee.Status(r.Status)
	if f.Status == fee.Paid || next == fee.Failed && f.Status != fee.Paying {
		return ReportIdle, nil
	}
	from := f.Status
	if from == fee.Failed && next == fee.Paid { // reported as failed before, and paid after all
		from = fee.Paying
	}
	said, outcome := f.becomes(next, ""), ReportTaken
	if from.Becomes(next) != nil {
		said.Status, said.Received, outcome = f.Status, r.Amount, ReportUnwanted
		said.Reason = f.Reason
	}
	said.Order, said.Report = r.Order, r.ID
	return outcome, tx.appendSystem(ctx, caseID, f.Thread, court.KindFeeChanged, "", "", said)
}

// PaymentNotBegun notes that the payment service did not take an order, so that the person can try again.
func (s *Store) PaymentNotBegun(ctx context.Context, order string) error {
	return s.write(ctx, func(ctx context.Context, tx *Tx) error {
		var caseID, notice, thread string
		err := tx.row(ctx, `SELECT f.case_id, f.id, f.thread FROM payment_order o JOIN fee_notice f ON f.id = o.notice_id WHERE o.id = $1`, order).Scan(&caseID, &notice, &thread)
		if err != nil {
			return notFound(err)
		}
		if _, err := tx.lockHead(ctx, caseID, thread); err != nil {
			return err
		}
		list, err := s.feeNotices(ctx, tx, caseID, " AND id = $2", notice)
		if err != nil || len(list) == 0 || list[0].Status != fee.Paying {
			return err
		}
		said := list[0].becomes(fee.Failed, "")
		said.Order = order
		return tx.appendSystem(ctx, caseID, thread, court.KindFeeChanged, "", "", said)
	})
}

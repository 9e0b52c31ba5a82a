package store

import (
	"context"
	"encoding/json"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

// feeIssued is what the event of a fee notice says.
type feeIssued struct {
	feeRef
	Due    int64        `json:"due"`
	Result exact.Result `json:"result"`
}

// feeLists are the read models of fee notices, from events of bench threads. What the payment service reported (payment_report) is none of them: that is
// how a report that comes again is known.
var feeLists = lists{applyFee, forgetFees, []listTable{
	{"fee_notice", "case_id = $1"},
	{"payment_order", "notice_id IN (SELECT id FROM fee_notice WHERE case_id = $1)"},
}}

func applyFee(ctx context.Context, tx *Tx, ev *court.Event) error {
	switch ev.Kind {
	case court.KindFeeNotice:
		return applyAs(ev, func(b *feeIssued) error {
			th, err := court.ParseThread(ev.Thread)
			if err != nil {
				return err
			}
			result, err := json.Marshal(b.Result)
			if err != nil {
				return err
			}
			_, err = tx.exec(ctx, `INSERT INTO fee_notice (id, case_id, thread, seq, party_id, to_id, by_id, title, amount, result, status, due, at, updated_at)
				VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13)`, b.Notice, ev.CaseID, ev.Thread, ev.Seq, b.Party, th.A, ev.By,
				b.Title, b.Amount, string(result), string(fee.Unpaid), b.Due, ev.At)
			return err
		})
	case court.KindFeeChanged:
		return applyAs(ev, func(b *feeChanged) error {
			_, err := tx.exec(ctx, "UPDATE fee_notice SET status = $2, reason = $3, updated_at = $4 WHERE id = $1", b.Notice, string(b.Status), b.Reason, ev.At)
			if err != nil || b.Order == "" {
				return err
			}
			_, err = tx.exec(ctx, "INSERT INTO payment_order (id, notice_id, amount, created_at) VALUES ($1, $2, $3, $4) ON CONFLICT (notice_id) DO NOTHING",
				b.Order, b.Notice, b.Amount, ev.At)
			return err
		})
	}
	return nil
}

func forgetFees(ctx context.Context, tx *Tx, caseID string, events []court.Event) error {
	ids, err := idsOf(events, court.KindFeeNotice, func(b *feeIssued) string { return b.Notice })
	if err != nil {
		return err
	}
	orders, err := idsOf(events, court.KindFeeChanged, func(b *feeChanged) string { return b.Order })
	if err != nil {
		return err
	}
	const ofNotice = "notice_id IN (SELECT id FROM fee_notice WHERE case_id = $1) OR notice_id NOT IN (SELECT id FROM fee_notice)"
	return tx.forget(ctx, caseID, []removal{
		{"payment_order", ofNotice, "notice_id = $1", ids},
		{"payment_order", ofNotice, "id = $1", orders},
		{"fee_notice", ofCase, "id = $1", ids},
	})
}

package store_test

import (
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calc"
	"microcourt/store/court/fee"
)

// TestTheListsOfWhatIsAppliedForAgreedToAndPaidFollowFromTheEventsAlone, as those of evidence do, also where the events stand in private threads.
func TestTheListsOfWhatIsAppliedForAgreedToAndPaidFollowFromTheEventsAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyApplication(t)
		w.everyFee(t)
		w.everyConsent(t)
		w.everySigning(t)
		w.followsFromTheEvents(t, []string{"application", "application_step", "consent", "paper_copy", "signing", "signing_signer", "fee_notice", "payment_order"})
	})
}

// apply hands in an application on paper.
func (w *evidenceWorld) apply(t *testing.T, who, kind string) *store.Application {
	t.Helper()
	p, draft := w.Seats[who], store.NewID()
	_, err := w.Store.SaveApplicationDraft(t.Context(), store.ApplicationDraftChange{CaseID: w.Cases[0], ID: draft, PersonID: p.PersonID, SessionID: p.SessionID,
		ApplicationBody: store.ApplicationBody{Kind: kind, Mode: store.ModePaper, Pages: []court.PageInput{w.page(t, who)}}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := w.Store.SubmitApplication(t.Context(), store.NewApplication{RoomAct: w.act(who), Draft: draft, Calendar: calc.Default().Calendar})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(1000)
	return a
}

// everyApplication does every kind of act on applications.
func (w *evidenceWorld) everyApplication(t *testing.T) {
	t.Helper()
	must := func(_ store.Appended, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(1000)
	}
	ctx := t.Context()
	must(w.Store.SetDeadline(ctx, store.DeadlineSetting{RoomAct: w.act("judge"), Deadline: w.clock.Load() + 500}))
	late := w.apply(t, "lawyer", "collect_evidence")
	if !late.Late || late.Deadline == 0 {
		t.Errorf("after the deadline: %+v", late)
	}
	must(w.Store.AnswerApplication(ctx, store.ApplicationAnswer{RoomAct: w.act("clerk"), Application: late.ID,
		Answer: application.Answer{State: application.NeedSupplement, Reason: "请补充", Until: w.clock.Load() + 100_000}}))
	must(w.Store.SupplementApplication(ctx, store.ApplicationSupplement{RoomAct: w.act("lawyer"), Application: late.ID, Note: "已补充"}))
	must(w.Store.AnswerApplication(ctx, store.ApplicationAnswer{RoomAct: w.act("judge"), Application: late.ID,
		Answer: application.Answer{State: application.State(application.Granted), Decision: late.Decisions[0].Text}}))
	secret := w.apply(t, "plaintiff", "property_preservation")
	must(w.Store.RevokeApplication(ctx, w.act("plaintiff"), secret.ID, "已和解"))
	w.apply(t, "plaintiff", "other")
}

// issueFee has the plaintiff pay the fee of a labour case.
func (w *evidenceWorld) issueFee(t *testing.T) *store.FeeNotice {
	t.Helper()
	figures := calc.Default()
	result, err := figures.LitigationFee(fee.Request{Kind: "labor"})
	if err != nil {
		t.Fatal(err)
	}
	f, err := w.Store.IssueFeeNotice(t.Context(), store.NewFeeNotice{RoomAct: w.act("clerk"), Party: w.party("plaintiff"), Title: "案件受理费", Days: 7, Result: result, Calendar: figures.Calendar})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(1000)
	return f
}

// everyFee does every kind of act on fee notices, and lets the payment service report everything that it can.
func (w *evidenceWorld) everyFee(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	begin := func(f *store.FeeNotice) *store.PaymentOrder {
		t.Helper()
		o, err := w.Store.BeginPayment(ctx, w.act("plaintiff"), f.ID)
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(1000)
		return o
	}
	report := func(o *store.PaymentOrder, status, want string) {
		t.Helper()
		if got, err := w.Store.TakePaymentReport(ctx, store.PaymentReport{ID: store.NewID(), Order: o.ID, Amount: o.Amount, Status: status}); err != nil || got != want {
			t.Fatalf("reported %s: %s, %v; want %s", status, got, err, want)
		}
		w.clock.Add(1000)
	}
	paid, relieved := w.issueFee(t), w.issueFee(t)
	order := begin(paid)
	if err := w.Store.PaymentNotBegun(ctx, order.ID); err != nil {
		t.Fatal(err)
	}
	if again := begin(paid); again.ID != order.ID {
		t.Errorf("tried again as another order: %s, then %s", order.ID, again.ID)
	}
	report(order, "failed", store.ReportTaken)
	report(order, "paid", store.ReportTaken)
	report(order, "failed", store.ReportIdle)
	order = begin(relieved)
	err := w.Store.SetFee(ctx, store.FeeChange{RoomAct: w.act("judge"), Notice: relieved.ID, Status: fee.Exempted, Reason: "准予免交"})
	if err != nil {
		t.Fatal(err)
	}
	report(order, "paid", store.ReportUnwanted)
	w.issueFee(t)
}

// TestAPaymentThatHasEndedIsNotBegunBySendingTheSameActAgain.
func TestAPaymentThatHasEndedIsNotBegunBySendingTheSameActAgain(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		f, act := w.issueFee(t), w.act("plaintiff")
		order, err := w.Store.BeginPayment(t.Context(), act, f.ID)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.Store.BeginPayment(t.Context(), act, f.ID); err != nil || again.ID != order.ID {
			t.Errorf("the same act is %+v, %v", again, err)
		}
		if err := w.Store.PaymentNotBegun(t.Context(), order.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Store.BeginPayment(t.Context(), act, f.ID); court.AsError(err).Code != court.ErrPaymentUnavailable.Code {
			t.Errorf("after the service was away: %v", err)
		}
		if err := w.Store.SetFee(t.Context(), store.FeeChange{RoomAct: w.act("clerk"), Notice: f.ID, Status: fee.PaidOffline, Reason: "窗口已交"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Store.BeginPayment(t.Context(), act, f.ID); court.AsError(err).Code != court.ErrFeeState.Code {
			t.Errorf("after it was paid offline: %v", err)
		}
	})
}

package store_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// tell says without a session that an account is stolen, with a code that was sent to a phone.
func (w *filesWorld) tell(t *testing.T, phone, code string, account *store.StolenAccount) error {
	t.Helper()
	return w.Store.TellTheft(t.Context(), store.TheftTold{Phone: phone, Code: code, Limits: limits, Since: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC).UnixMilli(),
		Note: "没有发过和解的消息", Account: account, Address: "192.0.2.9"})
}

func (w *filesWorld) sendCode(t *testing.T, phone string) string {
	t.Helper()
	c, err := w.Store.CreateSignInCode(t.Context(), phone, store.CodeLimits{PerHour: 100, Life: time.Minute, Tries: 5})
	if err != nil {
		t.Fatal(err)
	}
	return c.Code
}

// lasts reports whether somebody is still signed in.
func (w *filesWorld) lasts(t *testing.T, s *storetest.Seat) bool {
	t.Helper()
	_, err := w.Store.StartProofing(t.Context(), s.PersonID, s.SessionID)
	if err != nil && !errors.Is(err, court.ErrUnauthenticated) {
		t.Fatal(err)
	}
	return err == nil
}

// toldBench gives what the judges of the first case read of somebody in private.
func (w *filesWorld) toldBench(t *testing.T, s *storetest.Seat) (texts []string) {
	t.Helper()
	events, _, err := w.Store.Events(t.Context(), w.Cases[0], storetest.Bench(w.Cases[0], s), 0, store.Page{Limit: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		texts = append(texts, string(e.Body))
	}
	return texts
}

// TestP4WhoHasTheAccountsPhoneEndsItsSessionsWithoutSigningIn, and nobody else does: a wrong code, a code of another phone, and a phone of no account end nobody's.
func TestP4WhoHasTheAccountsPhoneEndsItsSessionsWithoutSigningIn(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		seat, other := w.Seats["plaintiff"], w.Seats["defendant"]
		code := w.sendCode(t, seat.Phone)
		if err := w.tell(t, seat.Phone, wrong(code), nil); !errors.Is(err, court.ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		if err := w.tell(t, other.Phone, code, nil); !errors.Is(err, court.ErrCode) {
			t.Errorf("another's phone: %v", err)
		}
		if err := w.tell(t, "13700000030", w.sendCode(t, "13700000030"), nil); err != nil {
			t.Errorf("a phone of no account: %v", err)
		}
		if !w.lasts(t, seat) || !w.lasts(t, other) || len(w.toldBench(t, seat)) != 0 {
			t.Fatal("sessions ended without the phone")
		}
		if err := w.tell(t, seat.Phone, code, nil); err != nil {
			t.Fatal(err)
		}
		if w.lasts(t, seat) || !w.lasts(t, other) {
			t.Error("the account's sessions last, or another's ended")
		}
		told := w.toldBench(t, seat)
		if len(told) != 1 || !strings.Contains(told[0], "自2026年11月20日09时00分起") || !strings.Contains(told[0], "没有发过和解的消息") || strings.Contains(told[0], "书记员") {
			t.Errorf("the judges read %q", told)
		}
		if err := w.tell(t, seat.Phone, code, nil); !errors.Is(err, court.ErrCode) {
			t.Errorf("a code twice: %v", err)
		}
		if w.SignIn(t, seat); !w.lasts(t, seat) {
			t.Error("the owner can't sign in")
		}
	})
}

// TestP4AnotherPhoneEndsNoSessionsUntilTheCourtHasLooked, whatever is said of the account. What is said is answered alike where there is no such account.
func TestP4AnotherPhoneEndsNoSessionsUntilTheCourtHasLooked(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		const phone = "13700000031"
		seat, clerk := w.Seats["plaintiff"], w.Seats["clerk"]
		by := store.By{PersonID: clerk.PersonID, Address: "192.0.2.77"}
		for _, a := range []*store.StolenAccount{{Name: "原告甲", IDNumber: strings.ToLower(seat.IDNumber) + " "}, {Name: "别人", IDNumber: seat.IDNumber}, {Name: "无人", IDNumber: "X0000000"}} {
			if err := w.tell(t, phone, w.sendCode(t, phone), a); err != nil {
				t.Errorf("%s: %v", a.Name, err)
			}
		}
		if err := w.tell(t, phone, w.sendCode(t, phone), &store.StolenAccount{Name: "再来", IDNumber: "X1"}); !errors.Is(err, court.ErrTooMany) {
			t.Errorf("a fourth that waits: %v", err)
		}
		if err := w.tell(t, phone, "", &store.StolenAccount{Name: "原告甲", IDNumber: seat.IDNumber}); !errors.Is(err, court.ErrCode) {
			t.Errorf("without a code: %v", err)
		}
		if !w.lasts(t, seat) || len(w.toldBench(t, seat)) != 0 {
			t.Fatal("the account's sessions ended on hearsay")
		}
		list, err := w.Store.TheftsTold(t.Context())
		if err != nil || len(list) != 3 {
			t.Fatalf("%+v, %v", list, err)
		}
		for i, want := range []struct{ known, fits bool }{{true, true}, {true, false}, {false, false}} {
			got := list[i]
			if got.Known != want.known || got.NameFits != want.fits || (got.Phone != "") != want.known || got.Contact != phone || strings.Contains(got.IDNumber, seat.IDNumber[6:14]) || got.Note == "" {
				t.Errorf("the court sees %+v", got)
			}
		}
		answer := func(i int, lock bool) error {
			return w.Store.AnswerTheft(t.Context(), store.TheftAnswer{ID: list[i].ID, Lock: lock, Note: "电话核实", By: by})
		}
		if err := answer(1, false); err != nil {
			t.Error(err)
		}
		if err := answer(2, true); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("an account that isn't there: %v", err)
		}
		if !w.lasts(t, seat) {
			t.Fatal("the account's sessions ended though the court left it")
		}
		if err := answer(0, true); err != nil {
			t.Fatal(err)
		}
		if w.lasts(t, seat) {
			t.Error("the account's sessions last")
		}
		if told := w.toldBench(t, seat); len(told) != 1 || !strings.Contains(told[0], "经书记员核实身份") {
			t.Errorf("the judges read %q", told)
		}
		for _, e := range w.log(t, seat) {
			if e.What == "theft_reported" && e.Address != "" {
				t.Errorf("the account's owner sees from where the court worked: %+v", e)
			}
		}
		if err := answer(0, true); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("answered twice: %v", err)
		}
		if left, err := w.Store.TheftsTold(t.Context()); err != nil || len(left) != 1 || left[0].ID != list[2].ID {
			t.Errorf("there wait %+v, %v", left, err)
		}
		entries, _, err := w.Store.Audit(t.Context(), store.Place{}, 10)
		if err != nil {
			t.Fatal(err)
		}
		var audited []string
		for _, e := range entries {
			if e.Act == court.ActTheftReview {
				audited = append(audited, e.Subject+" "+e.Detail)
			}
		}
		if want := []string{seat.PersonID + " locked 电话核实", seat.PersonID + " dismissed 电话核实"}; strings.Join(audited, "|") != strings.Join(want, "|") {
			t.Errorf("the audit has %q, want %q", audited, want)
		}
	})
}

func (w *filesWorld) log(t *testing.T, s *storetest.Seat) []store.AccountEntry {
	t.Helper()
	log, err := w.Store.AccountLog(t.Context(), s.PersonID, 0)
	if err != nil {
		t.Fatal(err)
	}
	return log
}

package fee

import "testing"

func TestTheEightStatesChangeAsTheFileSaysAndNoOtherWay(t *testing.T) {
	if len(StatusNames) != 8 || len(transitions) != 16 {
		t.Fatalf("%d states, %d changes", len(StatusNames), len(transitions))
	}
	for s, name := range StatusNames {
		if name.ZH == "" || name.EN == "" || s.Becomes(s) == nil {
			t.Errorf("%s: %+v", s, name)
		}
		for _, open := range []Status{Unpaid, Paying, Failed} { // a payment that was begun and left must not be in the court's way
			if s.ByCourt() && open.Becomes(s) != nil {
				t.Errorf("the court can't set what is %s to %s", open, s)
			}
		}
		for _, end := range []Status{Paid, PaidOffline, Exempted, Withdrawn, Expired} {
			if end.Becomes(s) == nil {
				t.Errorf("%s is no end: it becomes %s", end, s)
			}
		}
	}
	if Unpaid.Becomes(Paid) == nil || Unpaid.Becomes(Paying) != nil || Failed.Becomes(Paying) != nil || Paid.ByCourt() || Paying.ByCourt() {
		t.Error("a payment counts without having been begun, or can't be tried again, or is set by hand")
	}
}

package retrial

import (
	"testing"
	"time"

	"microcourt/store/court/calc"
	"microcourt/store/court/calendar"
)

// end is the last moment of a day, at is its noon.
func end(m time.Month, d int) int64 { return calendar.Date(2026, m, d).End() }
func at(m time.Month, d int) int64  { return end(m, d) - 12*3600_000 }

// TestTheReviewOfARetrialIsCountedByTheLaw: five days for the copy, fifteen for the opinion from when it was served, three months for the decision (民事诉讼法 第二百一十四、二百一十五条); in
// administrative cases the copy is the court's to decide, and it has six (行诉解释 第一百一十一、一百一十二条). Ends on days of rest move.
func TestTheReviewOfARetrialIsCountedByTheLaw(t *testing.T) {
	cal := calc.Default().Calendar
	civil, administrative := RuleOf("（2026）浙02民申7号"), RuleOf("（2026）浙02行申7号")
	for _, other := range []string{"（2026）浙02民再7号", "（2026）浙0212民初7号", "（2014）甬鄞民申字第123号", ""} {
		if RuleOf(other) != nil {
			t.Errorf("%q has a clock", other)
		}
	}
	clock := func(r *Rule, f Facts, now int64) *Review {
		t.Helper()
		v, err := r.Clock(f, now, cal)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	// Came in on Monday, January 5th. The 10th is a Saturday; April 5th is a Sunday within 清明节, which ends on the 6th.
	f := Facts{Received: at(1, 5), Accepted: at(1, 7), Known: at(1, 7), Others: []Side{{Party: "a"}, {Party: "b", Sent: at(1, 12), Served: at(1, 12)}}}
	v := clock(civil, f, at(1, 13))
	if v.Months != 3 || v.CopyDue == nil || v.CopyDue.At != end(1, 12) || v.Decision.Due != end(4, 7) || !v.Decision.Certain || v.Decision.Late || v.Extended {
		t.Errorf("%+v %+v", v, v.CopyDue)
	}
	a, b := v.Sides[0], v.Sides[1]
	if !a.Copy.Late || a.Copy.DoneAt != 0 || a.Opinion != nil {
		t.Errorf("who was not sent the copy in time: %+v", a)
	}
	if b.Copy.Late || b.Copy.Waits() || b.Opinion.Due != end(1, 27) || b.Opinion.Late || !b.Opinion.Waits() {
		t.Errorf("who was: %+v", b)
	}
	f.Others[1].At = end(1, 27)
	if o := clock(civil, f, at(3, 1)).Sides[1].Opinion; o.Late || o.Waits() {
		t.Errorf("an opinion of the last day: %+v", o)
	}
	f.Others[1].At++
	if o := clock(civil, f, at(3, 1)).Sides[1].Opinion; !o.Late {
		t.Errorf("an opinion of the day after: %+v", o)
	}
	if d := clock(civil, f, end(4, 7)).Decision; d.Late {
		t.Errorf("on the last day: %+v", d)
	}
	if d := clock(civil, f, end(4, 7)+1).Decision; !d.Late {
		t.Errorf("after it: %+v", d)
	}
	f.Extended = end(3, 1)
	if v := clock(civil, f, at(3, 10)); v.Decision.Due != end(4, 7) || v.Extended {
		t.Errorf("extended to before its end: %+v", v)
	}
	f.Extended = end(6, 1)
	if v := clock(civil, f, at(5, 1)); v.Decision.Late || v.Decision.Due != end(6, 1) || !v.Extended {
		t.Errorf("extended: %+v", v)
	}
	f.Decided = at(6, 2)
	if v := clock(civil, f, at(5, 1)); !v.Decision.Late || v.Decision.Waits() {
		t.Errorf("decided after all: %+v", v)
	}
	f = Facts{Received: at(1, 5), Accepted: at(1, 7), Known: at(1, 7), Others: f.Others}
	v = clock(administrative, f, at(5, 1))
	if v.Months != 6 || v.CopyDue != nil || v.Decision.Due != end(7, 7) || v.Sides[0].Copy != nil || v.Sides[1].Copy.Late || v.Sides[1].Opinion.Due != end(1, 27) {
		t.Errorf("an administrative case: %+v", v)
	}
	f.Known = at(2, 1)
	if v := clock(civil, f, at(2, 2)); v.CopyDue != nil || v.Sides[0].Copy != nil || v.Sides[1].Copy == nil {
		t.Errorf("what was before the record is held against nobody: %+v", v)
	}
	if v := clock(civil, Facts{Accepted: at(11, 27), Received: at(11, 27)}, at(11, 28)); v.Decision.Certain || v.Decision.Due != calendar.Date(2027, 2, 27).End() {
		t.Errorf("where holidays aren't known the count is kept, and says so: %+v", v.Decision)
	}
}

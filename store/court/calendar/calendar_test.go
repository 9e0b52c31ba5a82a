package calendar

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/court"
)

func TestADayIsWrittenAndReadTheSame(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := Day(rapid.Int64Range(int64(MinDay), int64(MaxDay)).Draw(rt, "day"))
		if back, err := ParseDay(d.String()); err != nil || back != d {
			rt.Fatalf("%d is %s is %d, %v", d, d, back, err)
		}
		if at := DayAt(d.End()); at != d || DayAt(d.End()+1) != d+1 {
			rt.Fatalf("the last millisecond of %s is on %s", d, at)
		}
	})
	for _, bad := range []string{"2026-02-29", "1899-12-31", "2200-01-01", "26-1-1", "2026-01-20T00:00:00Z", ""} {
		if _, err := ParseDay(bad); err == nil {
			t.Errorf("%q is read", bad)
		}
	}
}

func TestAMonthWithoutTheDayEndsOnItsLast(t *testing.T) {
	for _, c := range [][2]string{{"2025-08-31", "2026-02-28"}, {"2023-08-31", "2024-02-29"}, {"2025-12-31", "2026-06-30"}} {
		from, _ := ParseDay(c[0])
		if got := from.AddMonths(6).String(); got != c[1] {
			t.Errorf("six months from %s: %s, want %s", c[0], got, c[1])
		}
	}
}

func TestAPeriodNeverEndsOnADayOfRestAndNeverEarly(t *testing.T) {
	day := func(s string) Day { d, _ := ParseDay(s); return d }
	c, err := New([]Entry{{day("2026-05-01"), "劳动节", TypeHoliday}, {day("2026-05-09"), "劳动节", TypeMakeup}})
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(rt *rapid.T) {
		from := Day(rapid.Int64Range(int64(day("2025-06-01")), int64(day("2026-12-01"))).Draw(rt, "from"))
		n := rapid.IntRange(1, 100).Draw(rt, "n")
		unit := rapid.SampledFrom([]Unit{Days, Months, Years}).Draw(rt, "unit")
		end, err := c.Period(from, n, unit)
		if err != nil {
			rt.Fatal(err)
		}
		if end.Nominal <= from || end.Last != nil && (*end.Last < end.Nominal || c.DayOff(*end.Last) || !c.Known(*end.Last)) {
			rt.Fatalf("%+v from %s", end, from)
		}
		if end.Last == nil && c.Known(end.Nominal) && end.Nominal < Date(2026, 12, 19) {
			rt.Fatalf("%s is known, but not that a period ends there", end.Nominal)
		}
	})
	if _, err := c.Period(0, 0, Days); !errors.Is(err, court.ErrInvalid) {
		t.Error("a period of nothing is counted")
	}
}

func TestACalendarThatContradictsItselfIsRefused(t *testing.T) {
	saturday, _ := ParseDay("2026-05-09")
	for _, list := range [][]Entry{
		{{saturday, "x", TypeMakeup}, {saturday, "x", TypeHoliday}},
		{{saturday + 2, "x", TypeMakeup}},
		{{saturday, "x", "festival"}},
	} {
		if _, err := New(list); err == nil {
			t.Errorf("%v is taken", list)
		}
	}
}

package filing

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/calc"
	"microcourt/store/court/calendar"
)

var acts = []Act{Submit, Resubmit, Withdraw, AskCorrection, Accept, Refuse, Transfer}

// TestAFilingGoesTheLawsWay writes the whole table out: every state, every act.
func TestAFilingGoesTheLawsWay(t *testing.T) {
	want := map[State]string{ // by act, in the order of acts; - is that it can't be done
		"":              "submitted - - - - - -",
		Submitted:       "- - withdrawn correction_asked accepted refused transferred",
		CorrectionAsked: "- resubmitted withdrawn - - refused -",
		Resubmitted:     "- - withdrawn - accepted refused transferred",
		Accepted:        "- - - - - - -", Refused: "- - - - - - -", Withdrawn: "- - - - - - -", Transferred: "- - - - - - -",
	}
	if len(want) != len(States)+1 {
		t.Errorf("%d states", len(States))
	}
	for state, line := range want {
		for i, to := range strings.Fields(line) {
			got, err := state.After(acts[i], true)
			if (err == nil) != (to != "-") || err == nil && string(got) != to {
				t.Errorf("%s in %q: %q %v, want %s", acts[i], state, got, err, to)
			}
		}
		if state.Over() != (state != "" && line == "- - - - - - -") {
			t.Errorf("%q is over: %v", state, state.Over())
		}
	}
	if _, err := CorrectionAsked.After(Refuse, false); !errors.Is(err, court.ErrFilingState) {
		t.Errorf("refused while there was time to correct: %v", err)
	}
}

// TestCorrectionsAreAskedForOnceAndEveryFilingEnds: on any way through the table.
func TestCorrectionsAreAskedForOnceAndEveryFilingEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		state, asked := State(""), 0
		for range 10 {
			act := rapid.SampledFrom(acts).Draw(t, "act")
			to, err := state.After(act, rapid.Bool().Draw(t, "overdue"))
			if err != nil {
				continue
			}
			if act == AskCorrection {
				asked++
			}
			state = to
		}
		if asked > 1 {
			t.Fatalf("corrections were asked for %d times", asked)
		}
		if !state.Over() {
			if _, err := state.After(map[bool]Act{true: Submit, false: Withdraw}[state == ""], false); err != nil {
				t.Fatalf("%q is a dead end", state)
			}
		}
	})
}

func at(day string, hour int) int64 {
	t, err := time.ParseInLocation("2006-01-02", day, court.CourtZone)
	if err != nil {
		panic(err)
	}
	return t.Add(time.Duration(hour) * time.Hour).UnixMilli()
}

func TestTheCourtsTimeIsCountedByTheLaw(t *testing.T) {
	cal := calc.Default().Calendar
	first, _ := Default().Find("civil_first")
	retrial, _ := Default().Find("civil_retrial")
	for _, c := range []struct {
		kind     *Kind
		handedIn string
		hour     int
		last     string
	}{
		{first, "2026-03-02", 9, "2026-03-09"},    // Monday to Monday: the day itself isn't counted
		{first, "2026-03-02", 23, "2026-03-09"},   // late in the evening is the same day in China
		{first, "2026-03-07", 12, "2026-03-16"},   // ends on Saturday the 14th: moves to Monday
		{first, "2026-09-24", 12, "2026-10-08"},   // ends on October 1st: moves behind the holiday
		{retrial, "2026-03-02", 9, "2026-03-09"},  // five days end on Saturday the 7th
		{retrial, "2026-03-03", 23, "2026-03-09"}, // and on Sunday the 8th
	} {
		for _, again := range []bool{false, true} {
			clock, err := c.kind.ClockOf(map[bool]State{false: Submitted, true: Resubmitted}[again], at(c.handedIn, c.hour), again, at(c.handedIn, c.hour), cal)
			if err != nil || clock.Last == nil || clock.Last.String() != c.last || !clock.Running || clock.Restarted != again || clock.Over {
				t.Errorf("%s handed in on %s: %+v %v, want %s", c.kind.Key, c.handedIn, clock, err, c.last)
			}
		}
	}
	clock, _ := first.ClockOf(Submitted, at("2026-03-02", 9), false, at("2026-03-10", 0), cal)
	if in, _ := first.ClockOf(Submitted, at("2026-03-02", 9), false, at("2026-03-10", 0)-1, cal); !clock.Over || in.Over {
		t.Error("the time ends with the last day")
	}
	if clock, _ = first.ClockOf(CorrectionAsked, at("2026-03-02", 9), false, at("2026-04-10", 0), cal); clock.Running || clock.Over {
		t.Errorf("while a correction is awaited: %+v", clock)
	}
	if clock, _ = first.ClockOf(Submitted, at("2027-03-02", 9), false, at("2027-03-02", 9), cal); clock.Last != nil {
		t.Errorf("a year whose holidays aren't known: %+v", clock)
	}
}

func TestTimesForCorrectionAndLinkingEndOnWorkingDays(t *testing.T) {
	cal := calc.Default().Calendar
	for _, c := range []struct {
		count func(int64) (int64, error)
		from  string
		last  string
	}{
		{func(ms int64) (int64, error) { return CorrectionDue(ms, 7, cal) }, "2026-03-02", "2026-03-09"},
		{func(ms int64) (int64, error) { return CorrectionDue(ms, 5, cal) }, "2026-03-02", "2026-03-09"},
		{func(ms int64) (int64, error) { return LinkDue(ms, cal) }, "2026-03-02", "2026-03-05"},
		{func(ms int64) (int64, error) { return LinkDue(ms, cal) }, "2026-03-04", "2026-03-09"},
		{func(ms int64) (int64, error) { return LinkDue(ms, cal) }, "2028-03-04", "2028-03-07"}, // not known: by count
	} {
		if end, err := c.count(at(c.from, 15)); err != nil || calendar.DayAt(end).String() != c.last || calendar.DayAt(end+1).String() == c.last {
			t.Errorf("from %s: %v %v, want %s", c.from, calendar.DayAt(end), err, c.last)
		}
	}
}

func TestAnAnswerSaysWhatItHasToAndNoMore(t *testing.T) {
	one := []Correction{{"materials.identity", "身份证照片不清楚，请重新拍照"}}
	for field, a := range map[string]Answer{
		"":               {Act: AskCorrection, Corrections: one, Days: 7},
		"act":            {Act: Submit},
		"corrections":    {Act: AskCorrection, Days: 7},
		"days":           {Act: AskCorrection, Corrections: one},
		"reason":         {Act: Refuse},
		"court":          {Act: Transfer, Reason: "不属于本院管辖"},
		"corrections[0]": {Act: AskCorrection, Corrections: []Correction{{"cause", " "}}, Days: 7},
	} {
		err := a.Check()
		if field == "" {
			if err != nil {
				t.Errorf("%+v: %v", a, err)
			}
		} else if err == nil || court.AsError(err).Field != field {
			t.Errorf("%+v: %v, want %s", a, err, field)
		}
	}
	for _, a := range []Answer{{Act: AskCorrection, Corrections: one, Days: 31}, {Act: Accept, Reason: "好"}, {Act: Refuse, Reason: "x", Court: "某法院"}, {Act: AskCorrection, Corrections: one, Days: -1}} {
		if a.Check() == nil {
			t.Errorf("%+v is taken", a)
		}
	}
	for _, a := range []Answer{{Act: Accept}, {Act: Refuse, Reason: "不符合起诉条件"}, {Act: Transfer, Reason: "不属于本院管辖", Court: "宁波市海曙区人民法院"}} {
		if err := a.Check(); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

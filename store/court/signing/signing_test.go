package signing

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/court"
)

func TestAPaperIsCheckedLineByLine(t *testing.T) {
	long := make([]Line, 201)
	for i := range long {
		long[i].Text = "x"
	}
	for _, c := range []struct {
		kind  Kind
		lines []Line
		field string
	}{
		{Agreement, []Line{{Text: "被告于2026年3月1日前支付1000元。"}}, ""},
		{Record, []Line{{"调解员", "是否愿意调解？"}, {"原告", "愿意。"}}, ""},
		{"transcript", []Line{{Text: "x"}}, "kind"},
		{Agreement, nil, "lines"},
		{Agreement, []Line{{Text: " "}}, "lines[0].text"},
		{Agreement, []Line{{"原告", "x"}}, "lines[0].speaker"},
		{Record, []Line{{"原告", "x"}, {"", "x"}}, "lines[1].speaker"},
		{Undisputed, long, "lines"},
	} {
		if err := Check(c.kind, c.lines); (err == nil) != (c.field == "") || err != nil && court.AsError(err).Field != c.field {
			t.Errorf("%s %.60v: %v, want %q", c.kind, c.lines, err, c.field)
		}
	}
}

// TestNoAgreementIsInForceThatSomebodyHasNotSigned, whatever is tried; and what has ended stays as it is.
func TestNoAgreementIsInForceThatSomebodyHasNotSigned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		kind := rapid.SampledFrom([]Kind{Agreement, Record, Undisputed}).Draw(rt, "kind")
		state, answers := Open, []Answer{Waiting, Waiting, Waiting}
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			before := state
			i := rapid.IntRange(0, 2).Draw(rt, "who")
			switch rapid.IntRange(0, 3).Draw(rt, "act") {
			case 0:
				if Sign(state, answers[i]) == nil {
					answers[i] = Signed
					if answers[0] == Signed && answers[1] == Signed && answers[2] == Signed {
						state = Complete
					}
				}
			case 1:
				if Sign(state, answers[i]) == nil {
					answers[i] = Refused
				}
			case 2:
				if End(kind, state, Closed, answers) == nil {
					state = Closed
				}
			case 3:
				if End(kind, state, Withdrawn, answers) == nil {
					state = Withdrawn
				}
			}
			waits := answers[0] == Waiting || answers[1] == Waiting || answers[2] == Waiting
			if before != Open && before != state || state == Closed && (kind != Record || waits) {
				rt.Fatalf("%s from %s to %s with %v", kind, before, state, answers)
			}
			if _, named := StateNames[state]; !named {
				rt.Fatalf("%s has no name", state)
			}
		}
	})
	if err := End(Record, Open, Complete, nil); !errors.Is(err, court.ErrInvalid) {
		t.Errorf("the court makes a paper complete: %v", err)
	}
}

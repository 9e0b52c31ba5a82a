package consent_test

import (
	"errors"
	"slices"
	"testing"

	"microcourt/store/court"
	"microcourt/store/court/application"
	. "microcourt/store/court/consent"
)

// TestWhatIsAgreedIsTakenBackByTheJudgeOnly, and a stage that was moved offline comes back by the judge only.
func TestWhatIsAgreedIsTakenBackByTheJudgeOnly(t *testing.T) {
	for _, c := range []struct {
		state                         State
		agree, refuse, chosen, needed error
	}{
		{Undeclared, nil, nil, nil, court.ErrConsentNeeded},
		{Agreed, nil, court.ErrConsentGiven, nil, nil},
		{Refused, nil, nil, court.ErrStageOffline, court.ErrStageOffline},
		{Offline, court.ErrStageOffline, court.ErrStageOffline, court.ErrStageOffline, court.ErrStageOffline},
	} {
		for what, e := range map[string][2]error{"agree": {c.state.Declare(true), c.agree}, "refuse": {c.state.Declare(false), c.refuse},
			"chosen": {c.state.Chosen(), c.chosen}, "needed": {c.state.Needed(), c.needed}} {
			if !errors.Is(e[0], e[1]) && !(e[0] == nil && e[1] == nil) {
				t.Errorf("%s, %s: %v, want %v", c.state, what, e[0], e[1])
			}
		}
	}
}

// TestTheApplicationForGoingOfflineNamesStages: every word of its form, and each stage has a name in both languages.
func TestTheApplicationForGoingOfflineNamesStages(t *testing.T) {
	kind, err := application.Find(application.KindOffline)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(kind.Fields, func(f application.Field) bool { return f.Key == "stage" })
	for _, word := range kind.Fields[i].Options {
		if len(Offered([]string{word})) == 0 {
			t.Errorf("%s is no stage", word)
		}
	}
	if got := Offered([]string{"庭审", "调解", "none"}); !slices.Equal(got, []Stage{Mediation, HearingSync, HearingEach}) {
		t.Errorf("offered %v", got)
	}
	for _, s := range Stages {
		if Names[s].ZH == "" || Names[s].EN == "" {
			t.Errorf("%s has no name", s)
		}
	}
	for _, bad := range [][]Stage{nil, {Filing, Filing}, {"all"}} {
		if CheckStages(bad, "stages") == nil {
			t.Errorf("%v is taken", bad)
		}
	}
}

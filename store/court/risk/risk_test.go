package risk

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

// walk answers at random until only the amount is missing.
func walk(t *rapid.T, q *Questionnaire, answers Answers) {
	for range len(q.Questions) + 1 {
		_, next, err := q.Path(answers)
		if err != nil {
			t.Fatalf("%s: %v", q.Key, err)
		}
		if next == End {
			return
		}
		question := q.question(next)
		n := 1
		if question.Multi {
			n = rapid.IntRange(1, len(question.Options)).Draw(t, "many")
		}
		for _, i := range rapid.Permutation(indexes(len(question.Options))).Draw(t, "options")[:n] {
			answers[next] = append(answers[next], question.Options[i].Key)
		}
	}
	t.Fatalf("%s: more rounds than questions", q.Key)
}

func indexes(n int) (all []int) {
	for i := range n {
		all = append(all, i)
	}
	return all
}

// TestEveryWayThroughAQuestionnaireEndsInAReport, in which each risk stands once and the gravest first; and who goes back and forward again by the same answers gets the same.
func TestEveryWayThroughAQuestionnaireEndsInAReport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := &Questionnaires[rapid.IntRange(0, len(Questionnaires)-1).Draw(t, "dispute")]
		answers := Answers{}
		walk(t, q, answers)
		amount := rapid.Int64Range(0, 1_000_000_000_00).Draw(t, "amount")
		report, err := Assess(q.Key, answers, amount, fee.Local{})
		if err != nil {
			t.Fatalf("%s %v: %v", q.Key, answers, err)
		}
		seen := map[string]bool{}
		for i, r := range slices.Concat(report.Risks, report.Hints) {
			if seen[r.Key] || i > 0 && i < len(report.Risks) && r.Severity > report.Risks[i-1].Severity || r.Title.ZH == "" {
				t.Fatalf("%s stands twice, or after a lesser one", r.Key)
			}
			seen[r.Key] = true
		}
		for _, key := range always {
			if !seen[key] {
				t.Fatalf("nobody is told of %s", key)
			}
		}
		if report.HalfFee.Max > report.Fee.Amount.Max || len(report.Risks) == 0 {
			t.Fatalf("%+v", report)
		}

		asked, _, _ := q.Path(answers)
		back := Answers{}
		for _, question := range asked[:rapid.IntRange(0, len(asked)-1).Draw(t, "back to")] {
			back[question.Key] = answers[question.Key]
		}
		other := Answers{}
		for key, chosen := range back {
			other[key] = chosen
		}
		walk(t, q, other) // another way, which can be left again
		for {
			_, next, err := q.Path(back)
			if err != nil {
				t.Fatal(err)
			}
			if next == End {
				break
			}
			back[next] = answers[next]
		}
		again, err := Assess(q.Key, back, amount, fee.Local{})
		if err != nil || !reflect.DeepEqual(again, report) {
			t.Fatalf("back and forward again: %+v, not %+v, %v", again, report, err)
		}
	})
}

// TestNoQuestionIsOutOfReachAndNoneLeadsToItself: an answer leads to a question that comes later, and the options of a question with several answers to the same.
func TestNoQuestionIsOutOfReachAndNoneLeadsToItself(t *testing.T) {
	if len(Questionnaires) != 8 || len(risks) != 55 {
		t.Errorf("%d questionnaires, %d risks", len(Questionnaires), len(risks))
	}
	told := map[string]bool{"low_risk": true}
	for _, key := range always {
		told[key] = true
	}
	for _, q := range Questionnaires {
		reached := map[string]bool{q.Start: true}
		for i, question := range q.Questions {
			if !reached[question.Key] {
				t.Errorf("%s: %s can't be reached", q.Key, question.Key)
			}
			for _, o := range question.Options {
				reached[o.Next] = true
				if at := slices.IndexFunc(q.Questions, func(x Question) bool { return x.Key == o.Next }); o.Next != End && at <= i {
					t.Errorf("%s: %s %s leads to %s", q.Key, question.Key, o.Key, o.Next)
				}
				if question.Multi && o.Next != question.Options[0].Next {
					t.Errorf("%s: %s leads to several questions at once", q.Key, question.Key)
				}
				for _, key := range o.risks {
					told[key] = true
					if _, ok := risks[key]; !ok {
						t.Errorf("%s: %s %s names the risk %s, which isn't there", q.Key, question.Key, o.Key, key)
					}
				}
			}
		}
		if !reached[End] {
			t.Errorf("%s never ends", q.Key)
		}
	}
	for key := range risks {
		if !told[key] {
			t.Errorf("nobody is ever told of %s", key)
		}
	}
}

// TestWhatIsAskedAndToldStandsInBothLanguages, and the English has no Chinese in it.
func TestWhatIsAskedAndToldStandsInBothLanguages(t *testing.T) {
	check := func(where string, text exact.Text) {
		t.Helper()
		if text.ZH == "" || text.EN == "" || strings.IndexFunc(text.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
			t.Errorf("%s: %+v", where, text)
		}
	}
	for key, r := range risks {
		check(key, r.Title)
		check(key, r.Text)
		for _, b := range r.Basis {
			check(key, b)
		}
		if r.Severity < Hint || r.Severity > High || len(r.Basis) == 0 && key != "low_risk" {
			t.Errorf("%s: %+v", key, r)
		}
	}
	for _, q := range Questionnaires {
		check(q.Key, q.Name)
		check(q.Key, q.Intro)
		check(q.Key, q.Amount)
		for _, question := range q.Questions {
			check(question.Key, question.Text)
			if question.Help != nil {
				check(question.Key, *question.Help)
			}
			for _, o := range question.Options {
				check(question.Key+" "+o.Key, o.Text)
			}
		}
	}
}

// TestTheFeeFollowsFromTheAmountByTheTariff: 诉讼费用交纳办法 第十三条.
func TestTheFeeFollowsFromTheAmountByTheTariff(t *testing.T) {
	easy := func(q *Questionnaire) Answers {
		answers := Answers{}
		for {
			_, next, err := q.Path(answers)
			if err != nil {
				t.Fatal(err)
			}
			if next == End {
				return answers
			}
			answers[next] = []string{q.question(next).Options[0].Key}
		}
	}
	for dispute, want := range map[string][4]int64{ // amount, least and most fee, most half fee; 分
		"private_loan": {356_789_50, 6_651_84, 6_651_84, 3_325_92},
		"sale":         {8_000_00, 50_00, 50_00, 25_00},
		"labor":        {100_000_00, 10_00, 10_00, 5_00},
		"divorce":      {300_000_00, 550_00, 800_00, 400_00},
	} {
		q, err := Find(dispute)
		if err != nil {
			t.Fatal(err)
		}
		r, err := Assess(dispute, easy(q), want[0], fee.Local{})
		if err != nil || r.Fee.Amount != (exact.Amount{Min: want[1], Max: want[2]}) || r.HalfFee.Max != want[3] {
			t.Errorf("%s: %+v %+v %v", dispute, r.Fee.Amount, r.HalfFee, err)
		}
	}
}

// TestWhatIsNoAnswerIsRefusedAndNamed.
func TestWhatIsNoAnswerIsRefusedAndNamed(t *testing.T) {
	for _, c := range []struct {
		dispute string
		answers Answers
		amount  int64
		field   string
	}{
		{"gift", nil, 0, "dispute"},
		{"sale", nil, 0, "answers.sl1"},
		{"sale", Answers{"sl1": {"z"}}, 0, "answers.sl1"},
		{"sale", Answers{"sl1": {}}, 0, "answers.sl1"},
		{"sale", Answers{"sl1": {"a", "b"}}, 0, "answers.sl1"},
		{"sale", Answers{"sl1": {"a", "a"}}, 0, "answers.sl1"},
		{"sale", Answers{"sl1": {"a"}, "sl2": {"a"}, "sl3": {"a"}, "sl4": {"a"}, "sl5": {"a"}, "sl6": {"a"}, "sl7": {"a"},
			"t1": {"a"}, "t2": {"a"}, "t3": {"a"}, "t4": {"a"}, "t5": {"a"}, "t6": {"a"}, "t7": {"a"}}, 0, "answers"}, // sl5 isn't asked of a seller
	} {
		var refused *court.Error
		if _, err := Assess(c.dispute, c.answers, c.amount, fee.Local{}); !errors.As(err, &refused) || refused.Field != c.field {
			t.Errorf("%s %v: %v, not %s", c.dispute, c.answers, err, c.field)
		}
	}
}

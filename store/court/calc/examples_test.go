package calc

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"unicode"

	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// examples are the worked examples and check vectors of one calculator, as the file has them.
func examples(t *testing.T, calculator, list string, want int, v any) {
	t.Helper()
	var all struct {
		Calculators []map[string]json.RawMessage `json:"calculators"`
	}
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	for _, c := range all.Calculators {
		if string(c["key"]) != `"`+calculator+`"` {
			continue
		}
		if err := json.Unmarshal(c[list], v); err != nil {
			t.Fatal(calculator, err)
		}
	}
	if got := reflect.ValueOf(v).Elem().Len(); got != want {
		t.Fatalf("%s has %d %s, want %d", calculator, got, list, want)
	}
}

// TestNoExampleIsLeftOut counts every list of examples in the file, so that a new one can't be passed over.
func TestNoExampleIsLeftOut(t *testing.T) {
	var all struct {
		Calculators []map[string]json.RawMessage `json:"calculators"`
	}
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	lists, total := 0, 0
	for _, c := range all.Calculators {
		for key, raw := range c {
			var list []json.RawMessage
			if strings.Contains(key, "examples") && json.Unmarshal(raw, &list) == nil {
				lists, total = lists+1, total+len(list)
			}
		}
	}
	if len(all.Calculators) != 13 || lists != 7 || total != 3+7+3+2+3+10+1 {
		t.Errorf("%d calculators, %d lists, %d examples", len(all.Calculators), lists, total)
	}
}

func fen(t *testing.T, yuan string) int64 {
	t.Helper()
	r, ok := exact.ParseDecimal(yuan)
	if !ok {
		t.Fatalf("%s is no amount", yuan)
	}
	n, err := exact.Fen(r)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func amounts(t *testing.T, what string, got exact.Result, err error, want string) {
	t.Helper()
	if n := fen(t, want); err != nil || got.Amount != (exact.Amount{Min: n, Max: n}) {
		t.Errorf("%s: %+v, %v, want %s", what, got.Amount, err, want)
	}
	explained(t, what, got)
}

// explained sees that a result says how it came about, in both languages.
func explained(t *testing.T, what string, r exact.Result) {
	t.Helper()
	if len(r.Steps) == 0 || len(r.Basis) == 0 {
		t.Errorf("%s: steps or articles are missing", what)
	}
	texts := append(append([]exact.Text{}, r.Basis...), r.Notes...)
	formulas := []string{}
	for _, s := range r.Steps {
		texts, formulas = append(texts, s.Text), append(formulas, s.Formula)
	}
	for _, i := range r.Items {
		texts, formulas = append(texts, i.Name), append(formulas, i.Formula)
	}
	for _, text := range texts {
		if text.ZH == "" || text.EN == "" || han(text.EN) {
			t.Errorf("%s: %+v is not in both languages", what, text)
		}
	}
	for _, f := range formulas {
		if f == "" || han(f) {
			t.Errorf("%s: formula %q", what, f)
		}
	}
}

func han(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0
}

func TestDelayInterestExamples(t *testing.T) {
	var list []struct {
		Principal int64
		Due       calendar.Day `json:"due_date"`
		Paid      calendar.Day `json:"paid_date"`
		Days      int64
		Result    string `json:"result_yuan"`
	}
	examples(t, "delay_interest", "examples", 3, &list)
	for _, e := range list {
		if days, _ := daysFrom(e.Due, e.Paid, ""); days != e.Days {
			t.Errorf("%s to %s: %d days, want %d", e.Due, e.Paid, days, e.Days)
		}
		got, err := Default().DelayInterest(DelayInterest{Principal: e.Principal * 100, Due: e.Due, Paid: e.Paid})
		amounts(t, e.Due.String(), got, err, e.Result)
	}
}

func TestLoanCapExamples(t *testing.T) {
	var list []struct {
		Input struct {
			Contract calendar.Day `json:"contract_date"`
		}
		LPR string `json:"lpr_1y"`
		Cap string `json:"cap_annual_percent"`
	}
	examples(t, "loan_interest", "cap_examples", 7, &list)
	for _, e := range list {
		got, err := Default().LoanInterest(LoanInterest{Principal: 100, AnnualPercent: "1", From: e.Input.Contract, To: e.Input.Contract + 1, Contract: &e.Input.Contract})
		if err != nil || got.LPR != e.LPR || got.Cap != e.Cap {
			t.Errorf("%s: %s, %s, %v, want %s, %s", e.Input.Contract, got.LPR, got.Cap, err, e.LPR, e.Cap)
		}
		explained(t, "cap", got.Result)
	}
}

func TestLoanInterestExamples(t *testing.T) {
	var list []struct {
		Principal int64
		Percent   json.Number `json:"annual_percent"`
		From, To  calendar.Day
		Base      int64 `json:"day_base"`
		Days      int64
		Result    string `json:"result_yuan"`
	}
	examples(t, "loan_interest", "examples", 3, &list)
	for _, e := range list {
		got, err := Default().LoanInterest(LoanInterest{Principal: e.Principal * 100, AnnualPercent: e.Percent.String(), From: e.From, To: e.To, DayBase: e.Base})
		amounts(t, e.From.String(), got.Result, err, e.Result)
		if int64(e.To-e.From) != e.Days {
			t.Errorf("%s to %s are not %d days", e.From, e.To, e.Days)
		}
	}
}

func TestOverdueInterestExamples(t *testing.T) {
	var list []struct {
		Mode       string
		Principal  int64
		From, To   calendar.Day
		Multiplier json.Number
		Plus       int64  `json:"plus_percent"`
		Result     string `json:"result_yuan"`
		Segments   []struct {
			From, To calendar.Day
			Days     int64
			Amount   string
		}
	}
	examples(t, "overdue_lpr", "examples", 2, &list)
	for _, e := range list {
		got, err := Default().OverdueInterest(OverdueInterest{Principal: e.Principal * 100, From: e.From, To: e.To, Mode: e.Mode, Multiplier: e.Multiplier.String(), PlusPercent: e.Plus})
		amounts(t, e.Mode, got, err, e.Result)
		for i, s := range e.Segments {
			if got.Steps[i].Amount.Max != fen(t, s.Amount) || got.Steps[i].Text != span(s.From, s.To) || int64(s.To-s.From) != s.Days {
				t.Errorf("%s, part %d: %+v, want %+v", e.Mode, i, got.Steps[i], s)
			}
		}
	}
}

func TestDisabilityExamples(t *testing.T) {
	var list []struct {
		Age, Grade, Years int64
		Income            int64  `json:"annual_disposable_income"`
		Result            string `json:"result_yuan"`
	}
	examples(t, "personal_injury", "examples_disability", 3, &list)
	for _, e := range list {
		got, err := Default().PersonalInjury(PersonalInjury{Age: e.Age, Grade: e.Grade, AnnualIncome: e.Income * 100})
		amounts(t, "disability", got, err, e.Result)
		if years := supportedYears(e.Age); years != e.Years {
			t.Errorf("at %d: %d years, want %d", e.Age, years, e.Years)
		}
	}
}

func TestDeadlineExamples(t *testing.T) {
	var list []struct {
		Name    string
		Event   calendar.Day `json:"event_date"`
		Unit    string
		N       int
		Nominal calendar.Day `json:"nominal_last_day"`
		Last    calendar.Day `json:"last_day"`
	}
	examples(t, "deadline", "examples", 10, &list)
	for _, e := range list {
		unit := map[string]calendar.Unit{"d": calendar.Days, "m": calendar.Months}[e.Unit]
		got, err := Default().Deadline(Deadline{Event: e.Event, N: e.N, Unit: unit})
		if err != nil || got.Nominal != e.Nominal || got.Last == nil || *got.Last != e.Last {
			t.Errorf("%s: %+v, %v, want %s, %s", e.Name, got, err, e.Nominal, e.Last)
		}
	}
}

func TestDaysBetweenExamples(t *testing.T) {
	var list []struct {
		From, To             calendar.Day
		Exclusive, Inclusive int64
	}
	examples(t, "days_between", "examples", 1, &list)
	for _, e := range list {
		if got, err := Default().DaysBetween(DaysBetween{e.From, e.To}); err != nil || got != (DayCount{e.Exclusive, e.Inclusive}) {
			t.Errorf("%+v, %v", got, err)
		}
	}
}

// TestTheMonthlyRatesAreThoseOfTheChanges: every month's publication in the file gives the rate that is calculated with.
func TestTheMonthlyRatesAreThoseOfTheChanges(t *testing.T) {
	var all struct {
		LPR struct {
			Monthly []struct {
				Published calendar.Day
				Y1, Y5    string
			}
		}
	}
	if err := json.Unmarshal(file, &all); err != nil {
		t.Fatal(err)
	}
	if len(all.LPR.Monthly) != 76 {
		t.Fatalf("%d months", len(all.LPR.Monthly))
	}
	for _, m := range all.LPR.Monthly {
		if p, err := Default().at(m.Published, "day"); err != nil || p.Y1 != m.Y1 || p.Y5 != m.Y5 {
			t.Errorf("%s: %+v, %v, want %s, %s", m.Published, p, err, m.Y1, m.Y5)
		}
	}
}

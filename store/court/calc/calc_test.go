package calc

import (
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

func day(s string) calendar.Day {
	d, err := calendar.ParseDay(s)
	if err != nil {
		panic(err)
	}
	return d
}

func TestWhatIsNotAnnouncedIsNotGuessed(t *testing.T) {
	f := Default()
	for _, c := range []struct{ from, to string }{{"2025-06-01", "2025-12-21"}, {"2019-08-19", "2020-01-01"}} {
		if _, err := f.OverdueInterest(OverdueInterest{Principal: 100, From: day(c.from), To: day(c.to), Mode: Segmented}); !errors.Is(err, court.ErrNotKnown) {
			t.Errorf("%v: %v", c, err)
		}
	}
	if _, err := f.OverdueInterest(OverdueInterest{Principal: 100, From: day("2025-06-01"), To: day("2025-12-20"), Mode: Segmented}); err != nil {
		t.Error("the last day that is known:", err)
	}
	contract := day("2026-01-05")
	if _, err := f.LoanInterest(LoanInterest{Principal: 100, AnnualPercent: "12", From: contract, To: contract, Contract: &contract}); !errors.Is(err, court.ErrNotKnown) {
		t.Error("a bound was guessed:", err)
	}
	for event, known := range map[string]bool{"2026-12-10": true, "2026-12-15": false, "2027-03-01": false, "2024-05-01": false} {
		got, err := f.Deadline(Deadline{Event: day(event), N: 15, Unit: calendar.Days})
		if err != nil || (got.Last != nil) != known {
			t.Errorf("15 days from %s: %+v, %v", event, got.End, err)
		}
	}
	if got, _ := f.DateOffset(DateOffset{From: day("2026-12-01"), N: 1, Unit: calendar.Years}); got.DayOff != nil {
		t.Error("a day of 2027 is told to be worked or not")
	}
}

func TestACourtsOwnFiguresExtendWhatIsKnown(t *testing.T) {
	text, err := os.ReadFile("testdata/figures.json") // invented figures
	if err != nil {
		t.Fatal(err)
	}
	f, err := ParseFigures(text)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := f.Deadline(Deadline{Event: day("2026-12-17"), N: 15, Unit: calendar.Days}); err != nil || got.Last == nil || *got.Last != day("2027-01-04") {
		t.Errorf("%+v, %v", got, err)
	}
	contract := day("2026-11-19")
	if got, err := f.LoanInterest(LoanInterest{Principal: 100, AnnualPercent: "12", From: contract, To: contract, Contract: &contract}); err != nil || got.Cap != "11.60" {
		t.Errorf("%+v, %v", got, err)
	}
	if got, err := f.LitigationFee(fee.Request{Kind: fee.Divorce}); err != nil || got.Amount != (exact.Amount{Min: 20000, Max: 20000}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, bad := range []string{`{"lpr_known_until":"2024-01"}`, `{"lpr":[{"date":"2020-01-20","y1":"3","y5":"3"}]}`, `{"fees":{"labor":1}}`, `{"x":1}`,
		`{"holidays":[{"date":"2027-01-06","name":"x","type":"makeup_workday"}]}`, `{"lpr":[{"date":"2026-01-20","y1":"about 3","y5":"3"}],"lpr_known_until":"2026-10"}`} {
		if _, err := ParseFigures([]byte(bad)); err == nil {
			t.Errorf("%s is taken", bad)
		}
	}
}

func TestPartsPaidCountAgainstThePrincipalFirst(t *testing.T) {
	in := DelayInterest{Principal: 100_000_00, Due: day("2024-01-10"), Paid: day("2024-04-09"), Payments: []Payment{{day("2024-02-09"), 40_000_00}}}
	got, err := Default().DelayInterest(in)
	amounts(t, "in parts", got, err, "1155.00") // 30 days of 100,000 and 60 days of 60,000
	in.Suspended = []Stretch{{day("2024-02-19"), day("2024-02-29")}}
	got, err = Default().DelayInterest(in)
	amounts(t, "suspended", got, err, "1050.00")
	in.Suspended = append(in.Suspended, Stretch{day("2024-02-20"), day("2024-02-21")})
	if _, err := Default().DelayInterest(in); !errors.Is(err, court.ErrInvalid) {
		t.Error("stretches that overlap are taken:", err)
	}
}

func TestWhatIsAgreedAboveTheBoundIsTakenOff(t *testing.T) {
	contract, filed := day("2025-06-01"), day("2025-06-01")
	got, err := Default().LoanInterest(LoanInterest{Principal: 100_000_00, AnnualPercent: "24", From: day("2025-06-01"), To: day("2026-06-01"), Contract: &contract})
	amounts(t, "new", got.Result, err, "12000.00")
	old := day("2019-08-20")
	got, err = Default().LoanInterest(LoanInterest{Principal: 100_000_00, AnnualPercent: "36", From: day("2019-08-20"), To: day("2021-08-20"), Contract: &old, Filed: &filed})
	amounts(t, "old", got.Result, err, "36065.75") // 366 days at 24%, 365 days at 12%
	got, err = Default().LoanInterest(LoanInterest{Principal: 1, From: old, To: filed})
	amounts(t, "none agreed", got.Result, err, "0")
}

func TestDependentsTogetherNeverGetMoreThanOnePersonsConsumption(t *testing.T) {
	in := PersonalInjury{Age: 40, Death: true, AnnualIncome: 50_000_00, AnnualConsumption: 30_000_00, MonthlyWage: 8_000_00,
		Dependents: []Dependent{{Age: 8, Supporters: 2}, {Age: 70, Supporters: 1}}}
	got, err := Default().PersonalInjury(in)
	// 10 years of both, bounded at 30,000; nothing after the child is grown and the old person's 10 years are over.
	amounts(t, "death", got, err, "1348000.00")
	if item := got.Items[2]; item.Key != "dependent" || item.Amount.Max != 300_000_00 {
		t.Errorf("%+v", item)
	}
}

func TestWorkInjuryFollowsTheRegulations(t *testing.T) {
	got, err := Default().WorkInjury(WorkInjury{Wage: 30_000_00, Average: 8_000_00, Grade: 6})
	amounts(t, "grade 6, wage bounded", got, err, "384000.00")
	if got.Items[1].Amount.Max != 14_400_00 || !got.Items[1].Monthly {
		t.Errorf("%+v", got.Items[1])
	}
	got, err = Default().WorkInjury(WorkInjury{Wage: 6_000_00, Average: 8_000_00, Death: true, NationalIncome: 50_000_00, Spouse: true, Relatives: 3, Orphans: 1})
	amounts(t, "death", got, err, "1048000.00")
	if got.Items[2].Amount.Max != 6_000_00 {
		t.Errorf("pensions above the wage: %+v", got.Items[2])
	}
}

func TestYearsOfServiceAreRoundedAsTheLawSays(t *testing.T) {
	for _, c := range []struct {
		from, to string
		want     string
	}{
		{"2020-01-01", "2022-12-31", "3"}, {"2020-01-01", "2023-01-01", "3.5"}, {"2020-01-01", "2023-06-29", "3.5"}, {"2020-01-01", "2023-06-30", "4"},
		{"2020-01-01", "2020-01-01", "0.5"}, {"2020-08-31", "2021-02-28", "1"},
	} {
		if got := decimal(serviceYears(day(c.from), day(c.to)+1)); got != c.want {
			t.Errorf("%s to %s: %s, want %s", c.from, c.to, got, c.want)
		}
	}
	got, err := Default().Severance(Severance{Wage: 30_000_00, Average: 8_000_00, From: day("2005-01-01"), To: day("2025-12-31"), Unlawful: true, Unwritten: 20})
	amounts(t, "bounded, doubled, with the difference", got, err, "906000.00") // 24,000 x 12 x 2 + 30,000 x 11
}

func TestTheOtherCalculators(t *testing.T) {
	f := Default()
	loss := int64(1_000_00)
	got, err := f.LiquidatedDamages(LiquidatedDamages{Base: 100_000_00, DailyPercent: "0.05", From: day("2025-01-01"), To: day("2025-01-31"), Loss: &loss})
	amounts(t, "agreed damages", got, err, "1500")
	if got.Items[0].Amount.Max != 1300_00 || len(got.Notes) == 0 {
		t.Errorf("%+v", got)
	}
	amount := int64(2_000_000_00)
	got, err = f.PreservationFee(AmountOf{&amount})
	amounts(t, "preservation", got, err, "5000")
	if got.Items[0].Amount.Max != 600_000_00 {
		t.Errorf("the most security: %+v", got.Items[0])
	}
	got, err = f.ExecutionFee(AmountOf{&amount})
	amounts(t, "execution", got, err, "22400")
	if d, err := f.DateOffset(DateOffset{day("2026-03-31"), -1, calendar.Months}); err != nil || d.Date != day("2026-02-28") || d.DayOff == nil || *d.DayOff {
		t.Errorf("%+v, %v", d, err) // a Saturday that is worked
	}
	if got, err := f.Deadline(Deadline{Event: day("2026-03-10"), Period: "hearing_notice"}); err != nil || *got.Last != day("2026-03-07") {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestTheCatalogueIsWholeInBothLanguages(t *testing.T) {
	c := Default().Catalogue()
	if len(c.Calculators) != 13 || len(c.Periods) != 26 || c.LPRUntil != day("2025-12-19") || len(c.HolidayYears) != 2 {
		t.Errorf("%d calculators, %d periods, %s, %v", len(c.Calculators), len(c.Periods), c.LPRUntil, c.HolidayYears)
	}
	text, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case []any:
			for _, e := range v {
				walk(e)
			}
		case map[string]any:
			if en, ok := v["en"].(string); ok && (en == "" != (v["zh"] == "") || han(en)) {
				t.Errorf("%v is not in both languages", v)
			}
			for _, e := range v {
				walk(e)
			}
		}
	}
	var all any
	json.Unmarshal(text, &all)
	walk(all)
	for _, p := range c.Periods {
		if r, err := Default().Deadline(Deadline{Event: day("2026-01-20"), Period: p.Key}); err != nil || len(r.Steps) == 0 {
			t.Errorf("%s: %v", p.Key, err)
		}
	}
}

func FuzzAnyInputIsAnsweredOrRefused(f *testing.F) {
	for _, s := range []string{`{"principal":100,"due_date":"2024-01-01","paid_date":"2024-02-01","payments":[{"date":"2024-01-05","amount":-5}]}`,
		`{"principal":1,"annual_percent":"1e9","from":"1900-01-01","to":"2199-12-31","contract_date":"2199-12-31"}`,
		`{"principal":1,"from":"2019-08-20","to":"2025-12-20","mode":"segmented","multiplier":"999999999.9"}`,
		`{"age":80,"grade":1,"annual_disposable_income":1,"annual_consumption":5,"dependents":[{"age":0,"supporters":0}]}`,
		`{"monthly_wage":1,"average_monthly_wage":1,"grade":10}`, `{"monthly_wage":1,"from":"1900-01-01","to":"2099-12-31","unwritten_months":600}`,
		`{"event_date":"2199-12-31","n":10000,"unit":"year"}`, `{"from":"2000-02-29","n":-10000,"unit":"month"}`, `{"amount":-1}`} {
		f.Add(s)
	}
	figures := Default()
	f.Fuzz(func(t *testing.T, text string) {
		try(t, text, figures.DelayInterest)
		try(t, text, func(in LoanInterest) (exact.Result, error) { r, err := figures.LoanInterest(in); return r.Result, err })
		try(t, text, figures.OverdueInterest)
		try(t, text, figures.LiquidatedDamages)
		try(t, text, figures.PersonalInjury)
		try(t, text, figures.WorkInjury)
		try(t, text, figures.Severance)
		try(t, text, figures.PreservationFee)
		try(t, text, func(in Deadline) (exact.Result, error) {
			r, err := figures.Deadline(in)
			if err == nil && r.Last != nil && figures.Calendar.DayOff(*r.Last) && in.Period != "hearing_notice" {
				t.Errorf("%s ends on a day of rest, %s", text, r.Last)
			}
			return exact.Result{}, err
		})
		try(t, text, func(in DateOffset) (exact.Result, error) {
			_, err := figures.DateOffset(in)
			return exact.Result{}, err
		})
	})
}

func try[I any](t *testing.T, text string, calculate func(I) (exact.Result, error)) {
	var in I
	if json.NewDecoder(strings.NewReader(text)).Decode(&in) != nil {
		return
	}
	got, err := calculate(in)
	if err == nil && (got.Amount.Min < 0 || got.Amount.Max != got.Amount.Min) {
		t.Errorf("%T %s gave %+v", in, text, got.Amount)
	}
	if e := new(court.Error); err != nil && !errors.As(err, &e) {
		t.Errorf("%T %s: %v is no error of the court's", in, text, err)
	}
}

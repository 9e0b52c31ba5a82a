package calc

import (
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
	"microcourt/store/court/law"
)

// Calculator is one of the calculators.
type Calculator struct {
	Key   string       `json:"key"`
	Name  exact.Text   `json:"name"`
	Basis []exact.Text `json:"basis" nullable:"false"`
}

// Period is a period that the law sets.
type Period struct {
	Key  string        `json:"key"`
	Name exact.Text    `json:"name"`
	N    int           `json:"n"`
	Unit calendar.Unit `json:"unit"`
	// From says what starts it.
	From  exact.Text `json:"from"`
	Basis exact.Text `json:"basis"`
	// Before: it is counted back, and has to pass before the event.
	Before bool `json:"before,omitempty"`
}

// Catalogue is what a page needs to offer the calculators, and says up to when announced figures are known.
type Catalogue struct {
	Calculators  []Calculator `json:"calculators" nullable:"false"`
	Periods      []Period     `json:"periods" nullable:"false"`
	Fees         fee.Names    `json:"fees"`
	Ranges       []fee.Range  `json:"ranges" nullable:"false" doc:"what the law leaves to the province or the court"`
	LPR          []LPR        `json:"lpr" nullable:"false" doc:"changes of the loan prime rate"`
	LPRUntil     calendar.Day `json:"lpr_known_until" format:"date" doc:"the last day for which the rate is known"`
	HolidayYears []int        `json:"holiday_years" nullable:"false" doc:"years whose holidays are known"`
}

// Catalogue gives it.
func (f *Figures) Catalogue() Catalogue {
	c := Catalogue{Periods: Periods(), Fees: fee.AllNames(), Ranges: fee.Ranges(f.Fees), LPR: f.lpr, LPRUntil: f.lprEnd - 1, HolidayYears: f.Calendar.Years()}
	for _, d := range data.Calculators {
		c.Calculators = append(c.Calculators, Calculator{d.Key, exact.T(d.Name, calculatorNames[d.Key]), law.Cites(d.LegalBasis...)})
	}
	return c
}

// Periods gives the periods that the law sets.
func Periods() []Period {
	var all []Period
	for _, c := range data.Calculators {
		for _, p := range c.Periods {
			en := periodNames[p.Key]
			all = append(all, Period{p.Key, exact.T(p.Name, en[0]), p.N, p.Unit, exact.T(p.From, en[1]), law.Cite(p.Basis), p.Direction == "before"})
		}
	}
	return all
}

func periodOf(key string) (Period, bool) {
	for _, p := range Periods() {
		if p.Key == key {
			return p, true
		}
	}
	return Period{}, false
}

var calculatorNames = map[string]string{
	"litigation_fee":     "Court fee",
	"preservation_fee":   "Fee for preservation",
	"execution_fee":      "Fee for enforcement",
	"delay_interest":     "Interest for delayed performance, doubled part",
	"loan_interest":      "Private loan: interest, and four times the LPR",
	"overdue_lpr":        "Late payment: interest at the LPR",
	"liquidated_damages": "Agreed damages",
	"personal_injury":    "Compensation for personal injury",
	"work_injury":        "Work injury benefits",
	"severance":          "Severance pay and damages",
	"deadline":           "Deadlines",
	"days_between":       "Days between two dates",
	"date_offset":        "A date so many days, months or years away",
}

// periodNames gives, by key, a period's English name and what starts it.
var periodNames = map[string][2]string{
	"appeal_judgment":      {"Appeal against a judgment", "service of the judgment"},
	"appeal_ruling":        {"Appeal against a ruling", "service of the ruling"},
	"appeal_foreign":       {"Appeal by a party without residence in China", "service"},
	"defense":              {"Statement of defence", "receipt of the complaint"},
	"jurisdiction":         {"Objection to jurisdiction", "receipt of the complaint"},
	"evidence_ordinary":    {"Evidence, first instance, ordinary procedure (at least)", ""},
	"evidence_summary":     {"Evidence, summary procedure (at most)", ""},
	"evidence_small":       {"Evidence, small claims (usually at most)", ""},
	"evidence_second":      {"New evidence on appeal (at least)", ""},
	"pay_fee":              {"Payment of the court fee", "the day after the payment notice"},
	"hearing_notice":       {"Notice of a hearing, before it", ""},
	"online_join":          {"Verifying identity and joining the case after consent to online proceedings", "receipt of the notice"},
	"transcript_read":      {"Reading and correcting the transcript", "the end of the hearing"},
	"retrial":              {"Application for retrial", "legal effect of the decision (for some grounds: knowledge)"},
	"retrial_review":       {"Review of an application for retrial", "receipt of the application"},
	"respondent_opinion":   {"Respondent's written opinion", "receipt of the application for retrial"},
	"execution":            {"Application for enforcement", "the end of the time for performance"},
	"admin_sue":            {"Administrative action", "when the act was or should have been known"},
	"labor_sue":            {"Action against a labour arbitration award", "receipt of the award"},
	"pre_preservation_sue": {"Action after preservation before the action", "the preservation"},
	"public_notice":        {"Service by public notice (in China)", "publication"},
	"trial_ordinary":       {"Trial, ordinary procedure", "acceptance of the case"},
	"trial_summary":        {"Trial, summary procedure", "acceptance of the case"},
	"hearing_gap":          {"Between two hearings (at most)", ""},
	"refund":               {"Refund of the court fee", "legal effect of the document"},
	"limitation":           {"Limitation of actions", "when the harm was or should have been known"},
}

package calc

import (
	"fmt"
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Daily is a rate for each day, 分, and for how many days.
type Daily struct {
	Rate int64 `json:"rate" minimum:"0" maximum:"1000000000000" doc:"分 for each day"`
	Days int64 `json:"days" minimum:"0" maximum:"7300"`
	// People is by how many; 1 unless said otherwise.
	People int64 `json:"people,omitempty" minimum:"0" maximum:"10"`
}

// Dependent is somebody whom the victim supported.
type Dependent struct {
	Age        int64 `json:"age" minimum:"0" maximum:"150"`
	Supporters int64 `json:"supporters" minimum:"1" maximum:"50" doc:"how many people share the duty of support, the victim among them"`
}

// PersonalInjury asks for compensation for personal injury (人身损害赔偿). All amounts in 分; what is left out is not claimed.
type PersonalInjury struct {
	Medical      int64  `json:"medical,omitempty" minimum:"0" maximum:"1000000000000" doc:"分; receipts"`
	Transport    int64  `json:"transport,omitempty" minimum:"0" maximum:"1000000000000" doc:"分; receipts"`
	Mental       int64  `json:"mental,omitempty" minimum:"0" maximum:"1000000000000" doc:"分; as the court sees fit"`
	LostWork     *Daily `json:"lost_work,omitempty"`
	Nursing      *Daily `json:"nursing,omitempty"`
	HospitalMeal *Daily `json:"hospital_meal,omitempty"`
	Nutrition    *Daily `json:"nutrition,omitempty"`
	// Age is the victim's, on the day of the assessment or of death.
	Age int64 `json:"age,omitempty" minimum:"0" maximum:"150"`
	// Grade is the grade of disability, 1 to 10; 0 for none. Death excludes it.
	Grade int64 `json:"grade,omitempty" minimum:"0" maximum:"10" doc:"of disability, 1 (gravest) to 10; 0 for none"`
	Death bool  `json:"death,omitempty"`
	// What the court's place announced for the year before, 分.
	AnnualIncome      int64       `json:"annual_disposable_income,omitempty" minimum:"0" maximum:"100000000000" doc:"分; per head in towns, the year before, at the court's place"`
	AnnualConsumption int64       `json:"annual_consumption,omitempty" minimum:"0" maximum:"100000000000" doc:"分; the same for consumption"`
	MonthlyWage       int64       `json:"average_monthly_wage,omitempty" minimum:"0" maximum:"100000000000" doc:"分; of employees, the year before"`
	Dependents        []Dependent `json:"dependents,omitempty" maxItems:"20"`
}

var injuryNames = map[string]exact.Text{
	"medical":       exact.T("医疗费", "Medical expenses"),
	"lost_work":     exact.T("误工费", "Lost earnings"),
	"nursing":       exact.T("护理费", "Nursing"),
	"hospital_meal": exact.T("住院伙食补助费", "Meals in hospital"),
	"nutrition":     exact.T("营养费", "Nutrition"),
	"transport":     exact.T("交通费", "Transport"),
	"disability":    exact.T("残疾赔偿金", "Compensation for disability"),
	"death":         exact.T("死亡赔偿金", "Compensation for death"),
	"funeral":       exact.T("丧葬费", "Funeral"),
	"dependent":     exact.T("被扶养人生活费", "Support of dependents"),
	"mental":        exact.T("精神损害抚慰金", "Mental distress"),
}

// PersonalInjury adds up what is claimed, item by item (法释〔2022〕14号).
func (f *Figures) PersonalInjury(in PersonalInjury) (exact.Result, error) {
	if err := in.check(); err != nil {
		return exact.Result{}, err
	}
	w := &work{}
	w.basis("法释〔2022〕14号第6–23条", "民法典第1179、1183条")
	total := new(big.Rat)
	add := func(key string, r *big.Rat, formula string, args ...any) {
		total.Add(total, w.item(key, injuryNames[key], false, r, formula, args...))
	}
	if in.Medical > 0 {
		add("medical", yuan(in.Medical), "Σ")
	}
	for _, d := range []struct {
		key   string
		daily *Daily
	}{{"lost_work", in.LostWork}, {"nursing", in.Nursing}, {"hospital_meal", in.HospitalMeal}, {"nutrition", in.Nutrition}} {
		if d.daily != nil {
			people := max(d.daily.People, 1)
			add(d.key, product(yuan(d.daily.Rate), number(d.daily.Days), number(people)), "%s×%d×%d", exact.Yuan(d.daily.Rate), d.daily.Days, people)
		}
	}
	if in.Transport > 0 {
		add("transport", yuan(in.Transport), "Σ")
	}
	years := supportedYears(in.Age)
	share := big.NewRat(11-in.Grade, 10) // of working ability lost; grade 1 is all of it
	switch {
	case in.Death:
		share = number(1)
		add("death", product(yuan(in.AnnualIncome), number(years)), "%s×%d", exact.Yuan(in.AnnualIncome), years)
		add("funeral", product(yuan(in.MonthlyWage), number(6)), "%s×6", exact.Yuan(in.MonthlyWage))
	case in.Grade > 0:
		add("disability", product(yuan(in.AnnualIncome), number(years), share), "%s×%d×%s", exact.Yuan(in.AnnualIncome), years, percentOf(share))
		w.note("伤残系数为实务通行做法；多处伤残的附加系数各地不一。", "The coefficient of a grade is usual practice; for several injuries courts differ.")
	}
	if len(in.Dependents) > 0 {
		add("dependent", in.support(share), "Σ(≤%s)", exact.Yuan(in.AnnualConsumption))
		w.note("被扶养人生活费计入残疾赔偿金或者死亡赔偿金。", "Support of dependents is part of the compensation for disability or death.")
	}
	if in.Mental > 0 {
		add("mental", yuan(in.Mental), "1×%s", exact.Yuan(in.Mental))
		w.basis("法释〔2001〕7号（2020修正）")
	}
	w.step(exact.T("合计", "Total"), total, "%s", w.terms())
	return w.done(total)
}

func (in PersonalInjury) check() error {
	for field, fen := range map[string]int64{"medical": in.Medical, "transport": in.Transport, "mental": in.Mental, "annual_disposable_income": in.AnnualIncome,
		"annual_consumption": in.AnnualConsumption, "average_monthly_wage": in.MonthlyWage} {
		if err := exact.CheckFen(field, fen); err != nil {
			return err
		}
	}
	for field, d := range map[string]*Daily{"lost_work": in.LostWork, "nursing": in.Nursing, "hospital_meal": in.HospitalMeal, "nutrition": in.Nutrition} {
		if d != nil && (exact.CheckFen("", d.Rate) != nil || d.Days < 0 || d.Days > 7300 || d.People < 0 || d.People > 10) {
			return court.ErrInvalid.In(field)
		}
	}
	for i, d := range in.Dependents {
		if d.Age < 0 || d.Age > 150 || d.Supporters < 1 || d.Supporters > 50 || len(in.Dependents) > 20 {
			return court.ErrInvalid.In(fmt.Sprintf("dependents[%d]", i))
		}
	}
	switch {
	case in.Age < 0 || in.Age > 150:
		return court.ErrInvalid.In("age")
	case in.Grade < 0 || in.Grade > 10 || in.Grade > 0 && in.Death:
		return court.ErrInvalid.In("grade")
	case (in.Grade > 0 || in.Death) && in.AnnualIncome == 0:
		return court.ErrInvalid.In("annual_disposable_income")
	case in.Death && in.MonthlyWage == 0:
		return court.ErrInvalid.In("average_monthly_wage")
	case len(in.Dependents) > 0 && (in.AnnualConsumption == 0 || in.Grade == 0 && !in.Death):
		return court.ErrInvalid.In("annual_consumption")
	}
	return nil
}

// supportedYears is for how many years income is compensated: twenty, from sixty on one less for each year of age, from seventy-five
// on five (法释〔2022〕14号 第12、15条).
func supportedYears(age int64) int64 {
	switch {
	case age >= 75:
		return 5
	case age >= 60:
		return 20 - (age - 60)
	}
	return 20
}

// dependentYears is for how many years a dependent is supported: a child until eighteen, others as supportedYears (第17条).
func dependentYears(age int64) int64 {
	if age < 18 {
		return 18 - age
	}
	return supportedYears(age)
}

// support adds up what dependents need, year by year: all together never more than one person's consumption.
func (in PersonalInjury) support(share *big.Rat) *big.Rat {
	consumption, total := yuan(in.AnnualConsumption), new(big.Rat)
	for year := range int64(20) {
		need := new(big.Rat)
		for _, d := range in.Dependents {
			if year < dependentYears(d.Age) {
				need.Add(need, product(consumption, share, big.NewRat(1, d.Supporters)))
			}
		}
		total.Add(total, least(need, consumption))
	}
	return total
}

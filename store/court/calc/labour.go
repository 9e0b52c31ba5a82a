package calc

import (
	"fmt"
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// WorkInjury asks for benefits after a work injury (工伤待遇). Amounts in 分.
type WorkInjury struct {
	// Wage is the average monthly wage of the twelve months before.
	Wage int64 `json:"monthly_wage" minimum:"1" maximum:"100000000000" doc:"分; average of the twelve months before"`
	// Average is the region's average monthly wage, which bounds the wage between 60% and 300%.
	Average int64 `json:"average_monthly_wage" minimum:"1" maximum:"100000000000" doc:"分; of the region, the year before"`
	Grade   int64 `json:"grade,omitempty" minimum:"0" maximum:"10" doc:"of disability, 1 to 10; 0 for none"`
	Death   bool  `json:"death,omitempty"`
	// NationalIncome is per head in towns, the year before; needed for death.
	NationalIncome int64 `json:"national_disposable_income,omitempty" minimum:"0" maximum:"100000000000" doc:"分; per head in towns, nationally, the year before"`
	Spouse         bool  `json:"spouse,omitempty" doc:"who was supported"`
	SpouseAlone    bool  `json:"spouse_alone,omitempty" doc:"without any other family"`
	// Relatives are others who were supported, of whom Orphans are alone.
	Relatives int64 `json:"relatives,omitempty" minimum:"0" maximum:"20"`
	Orphans   int64 `json:"orphans,omitempty" minimum:"0" maximum:"20" doc:"of the relatives: orphans and old people who are alone"`
}

// injuryMonths and injuryRatio are the lump sum in months' wages and the monthly allowance in percent, by grade (工伤保险条例 第35-37条).
var (
	injuryMonths = []int64{0, 27, 25, 23, 21, 18, 16, 13, 11, 9, 7}
	injuryRatio  = []int64{0, 90, 85, 80, 75, 70, 60}
)

// WorkInjury gives lump sums, whose total is the amount, and monthly benefits beside them.
func (f *Figures) WorkInjury(in WorkInjury) (exact.Result, error) {
	if err := in.check(); err != nil {
		return exact.Result{}, err
	}
	w := &work{}
	w.basis("工伤保险条例（2010修订）第33–40条")
	wage := in.boundedWage(w)
	total := new(big.Rat)
	lump := func(key string, name exact.Text, r *big.Rat, formula string, args ...any) {
		total.Add(total, w.item(key, name, false, r, formula, args...))
	}
	if in.Grade > 0 {
		months := injuryMonths[in.Grade]
		lump("disability_lump", exact.T("一次性伤残补助金", "Lump sum for disability"), product(wage, number(months)), "%s×%d", money(wage), months)
		if in.Grade <= 6 {
			ratio := injuryRatio[in.Grade]
			w.item("disability_allowance", exact.T("伤残津贴（每月）", "Allowance for disability, monthly"), true, product(wage, big.NewRat(ratio, 100)), "%s×%d%%", money(wage), ratio)
		}
		if in.Grade >= 5 {
			w.note("五至十级解除劳动关系时的一次性工伤医疗补助金、伤残就业补助金由省级人民政府规定。",
				"On leaving the job, grades 5 to 10 also get lump sums that the province sets.")
		}
		if in.Grade == 5 || in.Grade == 6 {
			w.note("五、六级的伤残津贴在难以安排工作时由用人单位发给。", "For grades 5 and 6 the employer pays the allowance where there is no suitable work.")
		}
	}
	if in.Death {
		lump("death_lump", exact.T("一次性工亡补助金", "Lump sum for death"), product(yuan(in.NationalIncome), number(20)), "%s×20", exact.Yuan(in.NationalIncome))
		lump("funeral", exact.T("丧葬补助金", "Funeral"), product(yuan(in.Average), number(6)), "%s×6", exact.Yuan(in.Average))
		in.pensions(w, wage)
	}
	w.step(exact.T("一次性待遇合计", "Lump sums together"), total, "%s", w.terms())
	return w.done(total)
}

func (in WorkInjury) check() error {
	switch {
	case positive("monthly_wage", in.Wage) != nil:
		return court.ErrInvalid.In("monthly_wage")
	case positive("average_monthly_wage", in.Average) != nil:
		return court.ErrInvalid.In("average_monthly_wage")
	case in.Grade < 0 || in.Grade > 10 || (in.Grade > 0) == in.Death:
		return court.ErrInvalid.In("grade")
	case exact.CheckFen("", in.NationalIncome) != nil || in.Death && in.NationalIncome == 0:
		return court.ErrInvalid.In("national_disposable_income")
	case in.Relatives < 0 || in.Relatives > 20:
		return court.ErrInvalid.In("relatives")
	case in.Orphans < 0 || in.Orphans > in.Relatives:
		return court.ErrInvalid.In("orphans")
	}
	return nil
}

// boundedWage keeps the wage between 60% and 300% of the region's average (第64条).
func (in WorkInjury) boundedWage(w *work) *big.Rat {
	wage, low, high := yuan(in.Wage), product(yuan(in.Average), big.NewRat(60, 100)), product(yuan(in.Average), number(3))
	switch {
	case wage.Cmp(high) > 0:
		return w.step(exact.T("本人工资按平均工资的300%计", "The wage counts as 300% of the average"), high, "%s×300%%", exact.Yuan(in.Average))
	case wage.Cmp(low) < 0:
		return w.step(exact.T("本人工资按平均工资的60%计", "The wage counts as 60% of the average"), low, "%s×60%%", exact.Yuan(in.Average))
	}
	return w.step(exact.T("本人工资", "The wage"), wage, "%s", money(wage))
}

// pensions are what supported family gets each month: together never more than the wage.
func (in WorkInjury) pensions(w *work, wage *big.Rat) {
	percent, formula := int64(0), ""
	if in.Spouse {
		percent, formula = 40, "40%"
		if in.SpouseAlone {
			percent, formula = 50, "50%"
		}
	}
	if in.Relatives > 0 {
		percent += 30*in.Relatives + 10*in.Orphans
		formula += fmt.Sprintf("+%d×30%%+%d×10%%", in.Relatives, in.Orphans)
	}
	if percent == 0 {
		return
	}
	monthly := least(product(wage, big.NewRat(percent, 100)), wage)
	w.item("family_pension", exact.T("供养亲属抚恤金（每月）", "Pension of supported family, monthly"), true, monthly, "%s×(%s)", money(wage), formula)
	if percent > 100 {
		w.note("各供养亲属的抚恤金之和不高于本人工资。", "Pensions together are never more than the wage.")
	}
}

// Severance asks for severance pay (经济补偿与赔偿金). Amounts in 分.
type Severance struct {
	Wage int64        `json:"monthly_wage" minimum:"1" maximum:"100000000000" doc:"分; average of the twelve months before"`
	From calendar.Day `json:"from" format:"date" doc:"first day of employment"`
	To   calendar.Day `json:"to" format:"date" doc:"last day of employment"`
	// Average is the place's average monthly wage; three times it bounds wage and years.
	Average  int64 `json:"average_monthly_wage,omitempty" minimum:"0" maximum:"100000000000" doc:"分; at the place, the year before; the wage is bounded by three times it"`
	Unlawful bool  `json:"unlawful,omitempty" doc:"the employer ended it against the law: double"`
	// Unwritten is for how many months there was no written contract.
	Unwritten int64 `json:"unwritten_months,omitempty" minimum:"0" maximum:"600" doc:"months without a written contract, the first month not counted"`
}

// Severance gives severance pay, doubled where the employer acted against the law, and the wage difference for months without a
// written contract (劳动合同法 第46、47、82、87条).
func (f *Figures) Severance(in Severance) (exact.Result, error) {
	days, err := daysFrom(in.From, in.To, "to")
	if err := firstError(err, positive("monthly_wage", in.Wage), exact.CheckFen("average_monthly_wage", in.Average)); err != nil {
		return exact.Result{}, err
	}
	if in.Unwritten < 0 || in.Unwritten > 600 {
		return exact.Result{}, court.ErrInvalid.In("unwritten_months")
	}
	w := &work{}
	w.basis("劳动合同法第46、47、82、87条")
	years := serviceYears(in.From, in.To+1) // the last day is worked
	wage := yuan(in.Wage)
	if high := yuan(3 * in.Average); in.Average > 0 && wage.Cmp(high) > 0 {
		wage = w.step(exact.T("月工资按当地平均工资的三倍计", "The wage counts as three times the place's average"), high, "%s×3", exact.Yuan(in.Average))
		if years.Cmp(number(12)) > 0 {
			years = number(12)
			w.note("月工资高于三倍的，年限最高不超过十二年。", "Above three times the average no more than twelve years count.")
		}
	}
	text := exact.T(fmt.Sprintf("工作%d天，计%s年", days+1, decimal(years)), fmt.Sprintf("%d days of work, counted as %s years", days+1, decimal(years)))
	pay := w.step(text, product(wage, years), "%s×%s", money(wage), decimal(years))
	total := w.item("severance", exact.T("经济补偿", "Severance pay"), false, pay, "%s×%s", money(wage), decimal(years))
	if in.Unlawful {
		total = product(pay, number(2))
		w.result.Items = nil
		w.item("damages", exact.T("违法解除赔偿金", "Damages for unlawful dismissal"), false, total, "%s×2", money(pay))
		w.step(exact.T("违法解除的加倍", "Doubled, being unlawful"), total, "%s×2", money(pay))
	}
	if in.Unwritten > 0 {
		months := min(in.Unwritten, 11)
		double := w.item("unwritten", exact.T("未签书面合同的工资差额", "Wage difference for the lack of a written contract"), false,
			product(yuan(in.Wage), number(months)), "%s×%d", exact.Yuan(in.Wage), months)
		total = w.step(exact.T("加上未签合同的工资差额", "With the wage difference"), sum(total, double), "%s+%s", money(total), money(double))
	}
	return w.done(total)
}

// serviceYears counts years of work up to a day that no longer counts: a rest of six months or more is a year, a shorter one half a year.
func serviceYears(from, end calendar.Day) *big.Rat {
	years := int64(0)
	for from.AddMonths(int(12*(years+1))) <= end {
		years++
	}
	rest := from.AddMonths(int(12 * years))
	switch {
	case rest >= end:
		return number(years)
	case from.AddMonths(int(12*years+6)) <= end:
		return number(years + 1)
	}
	return big.NewRat(2*years+1, 2)
}

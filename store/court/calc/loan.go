package calc

import (
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// LoanInterest asks for the interest of a private loan, held against the legal bound (民间借贷利息与四倍LPR校验).
type LoanInterest struct {
	Principal int64 `json:"principal" minimum:"1" maximum:"1000000000000000" doc:"分; what was really handed over"`
	// AnnualPercent is the agreed rate; "" where none was agreed.
	AnnualPercent string       `json:"annual_percent,omitempty" maxLength:"20" doc:"agreed percent per year, such as 15.4; left out where none was agreed"`
	From          calendar.Day `json:"from" format:"date"`
	To            calendar.Day `json:"to" format:"date"`
	DayBase       int64        `json:"day_base,omitempty" enum:"360,365" doc:"days of a year; 365 unless agreed otherwise"`
	// Contract is when the contract was made; without it nothing is held against the bound.
	Contract *calendar.Day `json:"contract_date,omitempty" format:"date" doc:"when the contract was made; without it the bound isn't checked"`
	// Filed is when the action was filed: for contracts before 2020-08-20.
	Filed *calendar.Day `json:"filed_date,omitempty" format:"date" doc:"when the action was filed; needed for contracts made before 2020-08-20"`
}

// LoanResult is interest with the bound that it was held against.
type LoanResult struct {
	exact.Result
	LPR string `json:"lpr_1y,omitempty" doc:"percent per year"`
	Cap string `json:"cap_annual_percent,omitempty" doc:"four times the one-year rate, percent per year"`
}

// capFrom is when four times the loan prime rate took the place of 24 and 36 percent.
var capFrom = calendar.Date(2020, 8, 20)

// oldCap is what courts upheld before.
var oldCap = big.NewRat(24, 100)

// LoanInterest computes the interest; what is above the bound is taken off. ErrNotKnown where the bound needs a rate
// that has not been entered.
func (f *Figures) LoanInterest(in LoanInterest) (LoanResult, error) {
	if in.DayBase == 0 {
		in.DayBase = 365
	}
	days, err := daysFrom(in.From, in.To, "to")
	if err := firstError(err, positive("principal", in.Principal)); err != nil {
		return LoanResult{}, err
	}
	if in.DayBase != 360 && in.DayBase != 365 {
		return LoanResult{}, court.ErrInvalid.In("day_base")
	}
	w := &work{}
	w.basis("法释〔2020〕17号民间借贷规定第24–31条")
	if in.AnnualPercent == "" {
		w.note("没有约定利息的不支持借期内利息；逾期的可以参照一年期贷款市场报价利率主张。",
			"Without an agreement no interest is owed for the term; once overdue, the one-year loan prime rate can be claimed.")
		w.step(exact.T("没有约定利息", "No interest agreed"), new(big.Rat), "0")
		result, err := w.done(new(big.Rat))
		return LoanResult{Result: result}, err
	}
	rate, ok := exact.Percent(in.AnnualPercent)
	if !ok {
		return LoanResult{}, court.ErrInvalid.In("annual_percent")
	}
	interest := func(rate *big.Rat, days int64) *big.Rat {
		return product(yuan(in.Principal), rate, big.NewRat(days, in.DayBase))
	}
	agreed := w.step(exact.T("按约定利率", "At the agreed rate"), interest(rate, days), "%s×%s%%×%d÷%d", exact.Yuan(in.Principal), in.AnnualPercent, days, in.DayBase)
	if in.Contract == nil {
		result, err := w.done(agreed)
		return LoanResult{Result: result}, err
	}
	cap, err := f.loanCap(*in.Contract, in.Filed)
	if err != nil {
		return LoanResult{}, err
	}
	before := int64(0) // days under the old rule
	if *in.Contract < capFrom && in.From < capFrom {
		before = int64(min(in.To, capFrom) - in.From)
	}
	due := sum(interest(least(rate, oldCap), before), interest(least(rate, cap.rate), days-before))
	if before > 0 {
		w.note("合同成立于2020年8月20日之前：至2020年8月19日止最高按24%，其后按起诉时一年期LPR的四倍。",
			"The contract is older than 2020-08-20: at most 24% until 2020-08-19, then four times the one-year rate at filing.")
	}
	w.step(exact.T("不超过上限的部分", "What the bound allows"), due, "%s×%s×%d÷%d", exact.Yuan(in.Principal), percentOf(least(rate, cap.rate)), days-before, in.DayBase)
	if due.Cmp(agreed) < 0 {
		w.note("约定超过上限的部分不受支持。", "What was agreed above the bound isn't upheld.")
	}
	result, err := w.done(due)
	return LoanResult{Result: result, LPR: cap.lpr, Cap: cap.rateText()}, err
}

type loanCap struct {
	lpr  string
	rate *big.Rat
}

func (c loanCap) rateText() string {
	return new(big.Rat).Mul(c.rate, big.NewRat(100, 1)).FloatString(2)
}

// loanCap gives four times the one-year rate when the contract was made, or for older contracts when the action was filed.
func (f *Figures) loanCap(contract calendar.Day, filed *calendar.Day) (loanCap, error) {
	day, field := contract, "contract_date"
	if contract < capFrom {
		if filed == nil || *filed < capFrom {
			return loanCap{}, court.ErrInvalid.In("filed_date")
		}
		day, field = *filed, "filed_date"
	}
	p, err := f.at(day, field)
	if err != nil {
		return loanCap{}, err
	}
	rate, _ := exact.Percent(p.Y1) // checked when it was read
	return loanCap{p.Y1, product(rate, number(4))}, nil
}

func least(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

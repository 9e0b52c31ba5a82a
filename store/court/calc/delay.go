package calc

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// DelayInterest asks for the doubled part of interest for delayed performance (迟延履行期间的加倍部分债务利息).
type DelayInterest struct {
	// Principal is the money owed by the document, without ordinary interest, 分.
	Principal int64        `json:"principal" minimum:"1" maximum:"1000000000000000" doc:"分; the money owed by the document, without ordinary interest"`
	Due       calendar.Day `json:"due_date" format:"date" doc:"the last day on which it should have been paid"`
	Paid      calendar.Day `json:"paid_date" format:"date" doc:"the day until which is calculated: paid, or asked for"`
	// Payments are parts paid before; they count against the principal first.
	Payments []Payment `json:"payments,omitempty" maxItems:"100"`
	// Suspended are stretches of time that don't count.
	Suspended []Stretch `json:"suspended,omitempty" maxItems:"20" doc:"enforcement stayed for a retrial, or not at the debtor's request"`
}

// Payment is a part paid on a day, 分.
type Payment struct {
	Date   calendar.Day `json:"date" format:"date"`
	Amount int64        `json:"amount" minimum:"1" maximum:"1000000000000000" doc:"分"`
}

// Stretch is a stretch of time; its first day counts, its last does not.
type Stretch struct {
	From calendar.Day `json:"from" format:"date"`
	To   calendar.Day `json:"to" format:"date"`
}

// delayRate is the rate for each day: 1.75 per ten thousand (法释〔2014〕8号 第1条).
var delayRate = big.NewRat(175, 1_000_000)

// delayFrom is when the present rule came into force.
var delayFrom = calendar.Date(2014, 8, 1)

// DelayInterest computes it by stretches between payments. A part paid counts against the principal first (法释〔2014〕8号
// 第4条). ErrInvalid for what began before the rule of 2014-08-01, which this doesn't compute.
func (f *Figures) DelayInterest(in DelayInterest) (exact.Result, error) {
	if _, err := daysFrom(in.Due, in.Paid, "paid_date"); err != nil {
		return exact.Result{}, err
	}
	if err := positive("principal", in.Principal); err != nil {
		return exact.Result{}, err
	}
	if in.Due < delayFrom {
		return exact.Result{}, court.ErrInvalid.In("due_date")
	}
	if err := in.checkStretches(); err != nil {
		return exact.Result{}, err
	}
	payments := slices.Clone(in.Payments)
	slices.SortStableFunc(payments, func(a, b Payment) int { return cmp.Compare(a.Date, b.Date) })
	w := &work{}
	w.basis("民事诉讼法第264条", "法释〔2014〕8号第1–5条")
	total, left, from := new(big.Rat), in.Principal, in.Due
	for _, p := range append(payments, Payment{Date: in.Paid}) {
		if p.Date < in.Due || p.Date > in.Paid || p.Amount < 0 || p.Amount > exact.MaxFen {
			return exact.Result{}, court.ErrInvalid.In("payments")
		}
		if days := in.counted(from, p.Date); left > 0 && days > 0 {
			total.Add(total, w.step(in.text(from, p.Date, days), product(yuan(left), delayRate, number(days)), "%s×0.175‰×%d", exact.Yuan(left), days))
		}
		left, from = max(left-p.Amount, 0), p.Date
	}
	if len(w.result.Steps) == 0 {
		w.step(exact.T("没有迟延", "No delay"), total, "0")
	}
	if len(payments) > 0 {
		w.note("分次履行的先抵充文书确定的金钱债务，再抵充加倍部分。", "Parts paid count against the money owed by the document first, then against the doubled part.")
	}
	w.note("加倍部分之外，文书确定的一般债务利息另计。", "Ordinary interest by the document is owed besides.")
	return w.done(total)
}

func (in DelayInterest) checkStretches() error {
	sorted := slices.SortedFunc(slices.Values(in.Suspended), func(a, b Stretch) int { return cmp.Compare(a.From, b.From) })
	for i, s := range sorted {
		if s.To < s.From || i > 0 && s.From < sorted[i-1].To {
			return court.ErrInvalid.In("suspended")
		}
	}
	return nil
}

// counted gives the days between two days that are not suspended.
func (in DelayInterest) counted(from, to calendar.Day) int64 {
	days := int64(to - from)
	for _, s := range in.Suspended {
		if overlap := min(to, s.To) - max(from, s.From); overlap > 0 {
			days -= int64(overlap)
		}
	}
	return days
}

func (in DelayInterest) text(from, to calendar.Day, days int64) exact.Text {
	text := span(from, to)
	if off := int64(to-from) - days; off > 0 {
		text.ZH += fmt.Sprintf("，扣除%d天", off)
		text.EN += fmt.Sprintf(", less %d days", off)
	}
	return text
}

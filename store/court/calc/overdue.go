package calc

import (
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// OverdueInterest asks for interest of a late payment at the one-year loan prime rate (逾期付款利息).
type OverdueInterest struct {
	Principal int64        `json:"principal" minimum:"1" maximum:"1000000000000000" doc:"分"`
	From      calendar.Day `json:"from" format:"date"`
	To        calendar.Day `json:"to" format:"date"`
	// Mode says whether the rate stays that of the breach (the law's words for sales) or follows its changes (usual practice).
	Mode        string `json:"mode,omitempty" enum:"fixed_at_breach,segmented" doc:"fixed_at_breach unless said otherwise"`
	Multiplier  string `json:"multiplier,omitempty" maxLength:"10" doc:"times the rate, such as 1.5; 1 unless said otherwise"`
	PlusPercent int64  `json:"plus_percent,omitempty" minimum:"0" maximum:"300" doc:"percent added to the rate; 30-50 for late payment of a price"`
}

// The ways to take the rate.
const (
	FixedAtBreach = "fixed_at_breach"
	Segmented     = "segmented"
)

// OverdueInterest computes it. ErrNotKnown where a rate is needed that has not been entered, or one before 2019-08-20.
func (f *Figures) OverdueInterest(in OverdueInterest) (exact.Result, error) {
	if in.Multiplier == "" {
		in.Multiplier = "1"
	}
	if in.Mode == "" {
		in.Mode = FixedAtBreach
	}
	_, err := daysFrom(in.From, in.To, "to")
	if err := firstError(err, positive("principal", in.Principal)); err != nil {
		return exact.Result{}, err
	}
	times, ok := exact.ParseDecimal(in.Multiplier)
	if !ok {
		return exact.Result{}, court.ErrInvalid.In("multiplier")
	}
	if in.PlusPercent < 0 || in.PlusPercent > 300 {
		return exact.Result{}, court.ErrInvalid.In("plus_percent")
	}
	times = product(times, big.NewRat(100+in.PlusPercent, 100))
	w := &work{}
	w.basis("买卖合同解释（法释〔2020〕17号修正）第18条第4款", "民间借贷规定第28条")
	total := new(big.Rat)
	for from := in.From; ; {
		p, err := f.at(from, "from")
		if err != nil {
			return exact.Result{}, err
		}
		to := in.To
		switch in.Mode {
		case FixedAtBreach:
		case Segmented:
			to = min(to, f.changeAfter(from))
		default:
			return exact.Result{}, court.ErrInvalid.In("mode")
		}
		rate, _ := exact.Percent(p.Y1) // checked when it was read
		days := int64(to - from)
		total.Add(total, w.step(span(from, to), product(yuan(in.Principal), rate, times, big.NewRat(days, 365)),
			"%s×%s%%×%s×%d÷365", exact.Yuan(in.Principal), p.Y1, decimal(times), days))
		if to == in.To {
			break
		}
		if from = to; from >= f.lprEnd {
			return exact.Result{}, court.ErrNotKnown.In("to")
		}
	}
	if in.Mode == FixedAtBreach {
		w.note("以违约行为发生时的一年期LPR为基础；买卖合同加计30%至50%。", "Based on the one-year rate at the breach; for sales 30% to 50% are added.")
	} else {
		w.note("随LPR变动分段计算，为实务常见做法。", "Follows the changes of the rate, as is usual practice.")
	}
	return w.done(total)
}

// changeAfter gives the first day after d on which another rate is in force or may be.
func (f *Figures) changeAfter(d calendar.Day) calendar.Day {
	for _, p := range f.lpr {
		if p.Date > d {
			return p.Date
		}
	}
	return f.lprEnd
}

// LiquidatedDamages asks for agreed damages for each day (违约金).
type LiquidatedDamages struct {
	Base         int64        `json:"base" minimum:"1" maximum:"1000000000000000" doc:"分"`
	DailyPercent string       `json:"daily_percent" maxLength:"20" doc:"percent for each day, such as 0.05"`
	From         calendar.Day `json:"from" format:"date"`
	To           calendar.Day `json:"to" format:"date"`
	Loss         *int64       `json:"loss,omitempty" minimum:"0" maximum:"1000000000000000" doc:"分; the real loss, for the bound above which they are usually reduced"`
}

// LiquidatedDamages computes them, and beside them what is usually held too high: more than 30% above the loss.
func (f *Figures) LiquidatedDamages(in LiquidatedDamages) (exact.Result, error) {
	days, err := daysFrom(in.From, in.To, "to")
	if err := firstError(err, positive("base", in.Base)); err != nil {
		return exact.Result{}, err
	}
	rate, ok := exact.Percent(in.DailyPercent)
	if !ok {
		return exact.Result{}, court.ErrInvalid.In("daily_percent")
	}
	w := &work{}
	w.basis("民法典第585条", "合同编通则解释第65条")
	total := w.step(span(in.From, in.To), product(yuan(in.Base), rate, number(days)), "%s×%s%%×%d", exact.Yuan(in.Base), in.DailyPercent, days)
	if in.Loss != nil {
		if err := exact.CheckFen("loss", *in.Loss); err != nil {
			return exact.Result{}, err
		}
		most := w.item("reduced_to", exact.T("调减参考上限", "Usual bound after reduction"), false, product(yuan(*in.Loss), big.NewRat(13, 10)), "%s×1.3", exact.Yuan(*in.Loss))
		if total.Cmp(most) > 0 {
			w.note("超过造成损失的百分之三十，一般可以认定为过高；是否调减由法院决定。", "More than 30% above the loss is usually held too high; the court decides on a reduction.")
		}
	}
	return w.done(total)
}

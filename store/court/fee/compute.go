package fee

import (
	"fmt"
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/exact"
	statute "microcourt/store/court/law"
)

const measures = "诉讼费用交纳办法"

// Compute gives the fee with each step and the articles that it follows. Errors: ErrInvalid and ErrTooLarge, naming the field.
func Compute(r Request, l Local) (exact.Result, error) {
	if err := r.check(); err != nil {
		return exact.Result{}, err
	}
	w := &work{local: l}
	span, err := w.full(r)
	if err != nil {
		return exact.Result{}, err
	}
	if span = w.halve(r, span); w.err == nil {
		span = w.relieve(r.Relief, span)
	}
	if w.err != nil {
		return exact.Result{}, w.err
	}
	exactly, err := span.Amount()
	if w.result.Amount = exactly; err == nil && l.WholeYuan {
		whole := exact.Between(exact.WholeYuan(exactly.Min), exact.WholeYuan(exactly.Max))
		w.step(exact.T("本院取整到元", "This court takes whole yuan"), whole.String(), whole)
		w.result.Amount, err = whole.Amount()
	}
	return w.result, err
}

// work collects the steps of one computation; the first error stays.
type work struct {
	local  Local
	result exact.Result
	err    error
}

func (w *work) step(text exact.Text, formula string, s exact.Span) exact.Span {
	a, err := s.Amount()
	if err != nil && w.err == nil {
		w.err = err
	}
	w.result.Steps = append(w.result.Steps, exact.Step{Text: text, Formula: formula, Amount: a})
	return s
}

func (w *work) basis(articles ...string) {
	for _, a := range articles {
		w.result.Basis = append(w.result.Basis, statute.Cite(a))
	}
}

func (w *work) note(zh, en string) { w.result.Notes = append(w.result.Notes, exact.T(zh, en)) }

// full gives the fee before it is halved or relieved.
func (w *work) full(r Request) (exact.Span, error) {
	switch r.Stage {
	case RetrialReview:
		w.basis(measures + "第9条")
		w.note("申请再审的审查阶段不收费。", "The review of an application for retrial is free.")
		return w.step(exact.T("审查阶段不收费", "The review stage is free"), "0", exact.Yuan(0)), nil
	case Retrial:
		if r.RetrialGround == "none" {
			w.basis(measures + "第9条")
			return w.step(exact.T("不属于应当交纳的两种情形", "Neither of the two cases that are charged"), "0", exact.Yuan(0)), nil
		}
		for _, c := range law.Retrial.ChargedWhen {
			if c.Key == r.RetrialGround {
				w.basis(measures+c.Article, measures+"第19条")
			}
		}
		w.note("决定再审后由申请再审的当事人预交。", "Prepaid by the applicant once retrial has been decided.")
	case Appeal:
		w.basis(measures + "第17条")
	}
	return w.ofKind(r)
}

func (w *work) ofKind(r Request) (exact.Span, error) {
	switch r.Kind {
	case Property:
		w.basis(measures + law.Property.Article)
		return w.brackets(*r.Amount, law.Property.Brackets), nil
	case Divorce, Personality, OtherNonProperty:
		return w.nonProperty(r)
	case IP:
		w.basis(measures + law.IP.Article)
		if r.Amount != nil {
			w.basis(measures + law.Property.Article)
			return w.brackets(*r.Amount, law.Property.Brackets), nil
		}
		return w.base(r, "ip", law.IP.WithoutAmount)
	case Labor:
		return w.fixed(law.Labor), nil
	case Administrative:
		return w.oneOf(r, law.Administrative)
	case JurisdictionObjection:
		w.basis(measures + law.Jurisdiction.Article)
		w.note("异议不成立的才交纳。", "Payable only where the objection fails.")
		return w.base(r, "jurisdiction_objection", law.Jurisdiction.Fee)
	case Maritime:
		return w.maritime(r)
	case NotCharged:
		return w.notCharged(r)
	}
	return w.application(r)
}

// application gives the fees of article 14.
func (w *work) application(r Request) (exact.Span, error) {
	a := law.Applications
	switch r.Kind {
	case Execution:
		w.basis(measures+a.Execution.Article, measures+"第20、38条")
		w.note("不预交，执行后交纳，由被执行人负担。", "Not prepaid: payable after enforcement, by the person it is enforced against.")
		if r.Amount == nil {
			return w.base(r, "execution", a.Execution.NoAmount)
		}
		return w.brackets(*r.Amount, a.Execution.Brackets), nil
	case Preservation:
		w.basis(measures + a.Preservation.Article)
		w.note("按实际保全的财产数额计算。", "Taken of the property actually preserved.")
		if r.Amount == nil {
			return w.step(exact.T("不涉及财产数额，每件", "No amount, each"), "30", exact.Yuan(a.Preservation.NoAmountFee*100)), nil
		}
		return w.capped(w.brackets(*r.Amount, a.Preservation.Brackets), a.Preservation.Cap), nil
	case PaymentOrder:
		w.basis(measures+a.PaymentOrder.Article, measures+law.Property.Article)
		return w.share(w.brackets(*r.Amount, law.Property.Brackets), 3), nil
	case PublicNotice:
		return w.fixed(a.PublicNotice), nil
	case ArbitrationReview:
		return w.fixed(a.ArbitrationReview), nil
	case Bankruptcy:
		w.basis(measures+a.Bankruptcy.Article, measures+law.Property.Article)
		w.note("不预交，清算后交纳。", "Not prepaid: payable after liquidation.")
		return w.capped(w.share(w.brackets(*r.Amount, law.Property.Brackets), 2), a.Bankruptcy.Cap), nil
	}
	return exact.Span{}, court.ErrInvalid.In("kind")
}

// brackets takes an amount in 分 by a tariff's quick formula.
func (w *work) brackets(fen int64, brackets []bracket) exact.Span {
	amount := exact.Yuan(fen)
	for i, b := range brackets {
		if b.UpTo != nil && fen > *b.UpTo*100 {
			continue
		}
		where := exact.T(fmt.Sprintf("第%d档：不超过%d元", i+1, deref(b.UpTo)), fmt.Sprintf("Bracket %d: up to %d yuan", i+1, deref(b.UpTo)))
		if b.UpTo == nil {
			where = exact.T(fmt.Sprintf("第%d档：超过%d元", i+1, b.Over), fmt.Sprintf("Bracket %d: above %d yuan", i+1, b.Over))
		} else if b.Over > 0 {
			where = exact.T(fmt.Sprintf("第%d档：超过%d元至%d元", i+1, b.Over, *b.UpTo), fmt.Sprintf("Bracket %d: above %d to %d yuan", i+1, b.Over, *b.UpTo))
		}
		if b.Flat != nil {
			return w.step(where, fmt.Sprint(*b.Flat), exact.Yuan(*b.Flat*100))
		}
		s := amount.Times(b.rate()).Plus(exact.Yuan(*b.QuickAdd * 100))
		sign := "+"
		if *b.QuickAdd < 0 {
			sign = "−"
		}
		return w.step(where, fmt.Sprintf("%s×%s%s%d = %s", amount, b.Percent, sign, max(*b.QuickAdd, -*b.QuickAdd), s), s)
	}
	panic("fee: a tariff without an end") // a test reads every tariff
}

func deref(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// base gives the part that is fixed locally: as the person says, as is known here, or the law's range.
func (w *work) base(r Request, key string, range_ within) (exact.Span, error) {
	s := w.local.within(key, range_)
	text := exact.T("件费", "Fixed part")
	switch {
	case r.Base != nil && (*r.Base < range_.Min*100 || *r.Base > range_.Max*100):
		return s, court.ErrInvalid.In("base")
	case r.Base != nil:
		s = exact.Yuan(*r.Base)
	case s.Lo.Cmp(s.Hi) != 0:
		text = exact.T("件费，由省级人民政府或者法院在幅度内确定", "Fixed part, set locally within the range")
		w.note("本院的件费尚未录入，按法定幅度显示。", "What is taken here has not been entered; the law's range is shown.")
	}
	return w.step(text, s.String(), s), nil
}

func (w *work) nonProperty(r Request) (exact.Span, error) {
	for _, n := range law.NonProperty {
		if n.Key != string(r.Kind) {
			continue
		}
		w.basis(measures + n.Article)
		s, err := w.base(r, n.Key, n.BaseFee)
		if err != nil || r.Amount == nil {
			return s, err
		}
		if len(n.Surcharge.Brackets) == 0 {
			return s, court.ErrInvalid.In("amount")
		}
		return w.surcharge(s, *r.Amount, n.Surcharge.Brackets), nil
	}
	return exact.Span{}, court.ErrInvalid.In("kind")
}

// surcharge adds, for each bracket, its rate of the part of the amount in it.
func (w *work) surcharge(s exact.Span, fen int64, brackets []bracket) exact.Span {
	for _, b := range brackets {
		part, rate := fen-b.Over*100, b.rate()
		if b.UpTo != nil {
			part = min(part, (*b.UpTo-b.Over)*100)
		}
		if part <= 0 || rate.Sign() == 0 {
			continue
		}
		before := s
		s = s.Plus(exact.Yuan(part).Times(rate))
		w.step(exact.T(fmt.Sprintf("超过%d元的部分", b.Over), fmt.Sprintf("The part above %d yuan", b.Over)),
			fmt.Sprintf("%s+%s×%s%% = %s", before, exact.Yuan(part), percent(rate), s), s)
	}
	return s
}

func percent(rate *big.Rat) string {
	return exact.Of(new(big.Rat).Mul(rate, big.NewRat(100, 1))).String()
}

func (w *work) fixed(f flat) exact.Span {
	w.basis(measures + f.Article)
	s := exact.Between(f.Fee.Min*100, f.Fee.Max*100)
	return w.step(exact.T("每件", "Each"), s.String(), s)
}

func (w *work) oneOf(r Request, list []flat) (exact.Span, error) {
	for _, f := range list {
		if f.Key == r.Sub {
			return w.fixed(f), nil
		}
	}
	return exact.Span{}, court.ErrInvalid.In("sub")
}

func (w *work) maritime(r Request) (exact.Span, error) {
	for _, f := range law.Applications.Maritime {
		if f.Key == r.Sub {
			w.basis(measures + "第14条(七)")
			if f.Fee.Min == f.Fee.Max {
				s := exact.Yuan(f.Fee.Min * 100)
				return w.step(subNames[f.Key], s.String(), s), nil
			}
			return w.base(r, f.Key, f.Fee)
		}
	}
	return exact.Span{}, court.ErrInvalid.In("sub")
}

func (w *work) notCharged(r Request) (exact.Span, error) {
	for i, n := range law.NotCharged {
		if notCharged[i] == r.Sub {
			w.basis(measures + n.Article)
			return w.step(subNames[r.Sub], "0", exact.Yuan(0)), nil
		}
	}
	return exact.Span{}, court.ErrInvalid.In("sub")
}

// share gives the n-th part.
func (w *work) share(s exact.Span, n int64) exact.Span {
	part := s.Times(big.NewRat(1, n))
	return w.step(exact.T(fmt.Sprintf("取%d分之一", n), fmt.Sprintf("One part of %d", n)), fmt.Sprintf("%s÷%d = %s", s, n, part), part)
}

func (w *work) capped(s exact.Span, yuan int64) exact.Span {
	most := big.NewRat(yuan, 1)
	if !s.Exceeds(most) {
		return s
	}
	return w.step(exact.T(fmt.Sprintf("最多不超过%d元", yuan), fmt.Sprintf("At most %d yuan", yuan)), fmt.Sprint(yuan), s.AtMost(most))
}

// halve halves once, however many reasons there are.
func (w *work) halve(r Request, s exact.Span) exact.Span {
	if len(r.Halve) == 0 || s.Hi.Sign() == 0 {
		return s
	}
	zh, en := "", ""
	for i, key := range r.Halve {
		if i > 0 {
			zh, en = zh+"、", en+", "
		}
		zh, en = zh+halvingNames[key].ZH, en+halvingNames[key].EN
		for _, h := range law.Halving {
			if h.Key == key {
				w.basis(measures + h.Article)
			}
		}
	}
	if len(r.Halve) > 1 {
		w.basis(law.HalvingRule.Article)
		w.note("同时符合几种情形的，只减半一次。", "Where several reasons apply the fee is halved once only.")
	}
	half := s.Times(big.NewRat(1, 2))
	return w.step(exact.T("减半："+zh, "Halved: "+en), fmt.Sprintf("%s÷2 = %s", s, half), half)
}

// relieve takes off what the court has granted.
func (w *work) relieve(r Relief, s exact.Span) exact.Span {
	for _, known := range law.Relief {
		if known.Key == r.Kind {
			w.basis(measures + known.Articles)
			w.note("缓交、减交、免交须经申请并由法院批准。", "Relief has to be applied for and granted by the court.")
		}
	}
	switch r.Kind {
	case "exempt":
		return w.step(exact.T("免交", "Exempted"), "0", exact.Yuan(0))
	case "reduce":
		left := s.Times(big.NewRat(int64(100-r.ReducePercent), 100))
		return w.step(exact.T(fmt.Sprintf("减交%d%%", r.ReducePercent), fmt.Sprintf("Reduced by %d%%", r.ReducePercent)),
			fmt.Sprintf("%s×%d%% = %s", s, 100-r.ReducePercent, left), left)
	case "defer":
		w.note("缓交的仍须交纳，只是推迟。", "A deferred fee remains due, only later.")
	}
	return s
}

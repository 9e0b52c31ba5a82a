package calc

import (
	"fmt"
	"math/big"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

// work collects what a result says while it is computed; the first error stays.
type work struct {
	result exact.Result
	err    error
}

func (w *work) basis(articles ...string) {
	w.result.Basis = append(w.result.Basis, law.Cites(articles...)...)
}

func (w *work) note(zh, en string) { w.result.Notes = append(w.result.Notes, exact.T(zh, en)) }

func (w *work) amount(yuan *big.Rat) exact.Amount {
	fen, err := exact.Fen(yuan)
	if err != nil && w.err == nil {
		w.err = err
	}
	return exact.Amount{Min: fen, Max: fen}
}

// step notes a line and gives its exact amount on.
func (w *work) step(text exact.Text, yuan *big.Rat, formula string, args ...any) *big.Rat {
	w.result.Steps = append(w.result.Steps, exact.Step{Text: text, Formula: fmt.Sprintf(formula, args...) + " = " + money(yuan), Amount: w.amount(yuan)})
	return yuan
}

// item notes a named part and gives its exact amount on.
func (w *work) item(key string, name exact.Text, monthly bool, yuan *big.Rat, formula string, args ...any) *big.Rat {
	text := fmt.Sprintf(formula, args...) + " = " + money(yuan)
	w.result.Items = append(w.result.Items, exact.Item{Key: key, Name: name, Formula: text, Amount: w.amount(yuan), Monthly: monthly})
	return yuan
}

// terms writes the items that make up a total, as a sum.
func (w *work) terms() string {
	var parts []string
	for _, i := range w.result.Items {
		if !i.Monthly {
			parts = append(parts, exact.Yuan(i.Amount.Max).String())
		}
	}
	if len(parts) == 0 {
		return "0"
	}
	return strings.Join(parts, "+")
}

func (w *work) done(yuan *big.Rat) (exact.Result, error) {
	w.result.Amount = w.amount(yuan)
	if w.result.Notes == nil {
		w.result.Notes = []exact.Text{}
	}
	if w.err != nil {
		return exact.Result{}, w.err
	}
	return w.result, nil
}

// money writes an exact amount in yuan, rounded to 分.
func money(yuan *big.Rat) string { return exact.Of(yuan).String() }

func yuan(fen int64) *big.Rat { return big.NewRat(fen, 100) }

func product(factors ...*big.Rat) *big.Rat {
	p := big.NewRat(1, 1)
	for _, f := range factors {
		p.Mul(p, f)
	}
	return p
}

func sum(parts ...*big.Rat) *big.Rat {
	s := new(big.Rat)
	for _, p := range parts {
		s.Add(s, p)
	}
	return s
}

func number(n int64) *big.Rat { return big.NewRat(n, 1) }

// decimal writes a fraction with as many decimals as it needs, six at most.
func decimal(r *big.Rat) string {
	return strings.TrimSuffix(strings.TrimRight(r.FloatString(6), "0"), ".")
}

// percentOf writes a fraction as a percentage.
func percentOf(r *big.Rat) string { return decimal(product(r, number(100))) + "%" }

// maxDays bounds the stretch of time that interest is taken for.
const maxDays = 73_050 // two hundred years

// daysFrom counts the days from one day to another, of which one of the two is not counted. ErrInvalid, naming the field of the second, where it
// is the earlier.
func daysFrom(from, to calendar.Day, field string) (int64, error) {
	if to < from || to-from > maxDays || from < calendar.MinDay || to > calendar.MaxDay {
		return 0, court.ErrInvalid.In(field)
	}
	return int64(to - from), nil
}

// positive refuses an amount of nothing, or one that is negative or too large.
func positive(field string, fen int64) error {
	if fen == 0 {
		return court.ErrInvalid.In(field)
	}
	return exact.CheckFen(field, fen)
}

// firstError gives the first of some checks that failed.
func firstError(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func span(from, to calendar.Day) exact.Text {
	return exact.T(fmt.Sprintf("%s 至 %s，%d天", from, to, to-from), fmt.Sprintf("%s to %s, %d days", from, to, to-from))
}

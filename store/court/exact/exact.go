// Package exact holds what calculations of the court share: money in 分, fractions that lose nothing, and results that
// show how they came about, in Chinese and in English. It knows no law and does no I/O.
package exact

import (
	"math/big"
	"strings"

	"microcourt/store/court"
)

// MaxFen is the largest amount that is calculated with: ten trillion yuan, in 分.
const MaxFen = 1_000_000_000_000_000

// Text is a text in both languages.
type Text struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// T makes a text.
func T(zh, en string) Text { return Text{zh, en} }

// Amount is a sum of money in 分. Where a province or the court fixes the sum within a range, and this court has not said
// where, Min and Max differ.
type Amount struct {
	Min int64 `json:"min" doc:"分"`
	Max int64 `json:"max" doc:"分; differs from min where the amount is fixed locally within a range"`
}

// Step is one line of a calculation: what is done, and the figures.
type Step struct {
	Text    Text   `json:"text"`
	Formula string `json:"formula" doc:"figures in yuan, such as 356789.50×1.5%+1300 = 6651.84"`
	Amount  Amount `json:"amount"`
}

// Item is a named part of a result, such as one kind of compensation.
type Item struct {
	Key     string `json:"key"`
	Name    Text   `json:"name"`
	Formula string `json:"formula"`
	Amount  Amount `json:"amount"`
	Monthly bool   `json:"monthly,omitempty" doc:"paid each month, and not part of the total"`
}

// Result is an amount with the way to it.
type Result struct {
	Amount Amount `json:"amount"`
	Items  []Item `json:"items,omitempty" nullable:"false" doc:"what the amount consists of, or what else is said with it"`
	Steps  []Step `json:"steps" nullable:"false"`
	Basis  []Text `json:"basis" nullable:"false" doc:"the articles of law"`
	Notes  []Text `json:"notes" nullable:"false" doc:"what the person should know: when it is payable, what is only usual practice"`
}

// Span is an exact amount in yuan, or a range of one.
type Span struct{ Lo, Hi *big.Rat }

// Yuan gives a span of one amount in 分.
func Yuan(fen int64) Span { return Between(fen, fen) }

// Between gives a span from lo to hi, in 分.
func Between(lo, hi int64) Span { return Span{big.NewRat(lo, 100), big.NewRat(hi, 100)} }

// Of gives a span of one exact amount in yuan.
func Of(r *big.Rat) Span { return Span{r, r} }

// Plus adds.
func (s Span) Plus(t Span) Span {
	return Span{new(big.Rat).Add(s.Lo, t.Lo), new(big.Rat).Add(s.Hi, t.Hi)}
}

// Times multiplies with a factor that is not negative.
func (s Span) Times(f *big.Rat) Span {
	return Span{new(big.Rat).Mul(s.Lo, f), new(big.Rat).Mul(s.Hi, f)}
}

// AtMost bounds the span.
func (s Span) AtMost(max *big.Rat) Span { return Span{smaller(s.Lo, max), smaller(s.Hi, max)} }

func smaller(a, b *big.Rat) *big.Rat {
	if a.Cmp(b) > 0 {
		return b
	}
	return a
}

// Exceeds reports whether any part of the span is above the bound.
func (s Span) Exceeds(bound *big.Rat) bool { return s.Hi.Cmp(bound) > 0 }

// Amount rounds half up to 分. ErrTooLarge above MaxFen.
func (s Span) Amount() (Amount, error) {
	lo, err := Fen(s.Lo)
	if err != nil {
		return Amount{}, err
	}
	hi, err := Fen(s.Hi)
	return Amount{lo, hi}, err
}

// String writes the span in yuan, rounded to 分 where it is not exact.
func (s Span) String() string {
	if s.Lo.Cmp(s.Hi) == 0 {
		return yuanOf(s.Lo)
	}
	return yuanOf(s.Lo) + "–" + yuanOf(s.Hi)
}

var hundred = big.NewRat(100, 1)

// Fen rounds an exact amount in yuan half up to 分. ErrTooLarge for what is beyond MaxFen either way.
func Fen(yuan *big.Rat) (int64, error) {
	return round(new(big.Rat).Mul(yuan, hundred))
}

// WholeYuan rounds an amount in 分 half up to whole yuan, and gives it in 分.
func WholeYuan(fen int64) int64 {
	n, _ := round(big.NewRat(fen, 100)) // smaller than what came in
	return n * 100
}

func round(r *big.Rat) (int64, error) {
	twice := new(big.Int).Lsh(r.Num(), 1)
	twice.Add(twice, r.Denom())
	n := twice.Div(twice, new(big.Int).Lsh(r.Denom(), 1)) // Euclidean: rounds down, so half goes up
	if !n.IsInt64() || n.Int64() > MaxFen || n.Int64() < -MaxFen {
		return 0, court.ErrTooLarge
	}
	return n.Int64(), nil
}

// FormatFen writes an amount in 分 as yuan with two decimals: 6651.84.
func FormatFen(fen int64) string { return big.NewRat(fen, 100).FloatString(2) }

// yuanOf writes yuan without decimals that are zero: 13800, 356789.5 becomes 356789.50.
func yuanOf(r *big.Rat) string {
	n, err := Fen(r)
	if err != nil {
		return r.FloatString(2)
	}
	return strings.TrimSuffix(FormatFen(n), ".00")
}

// ParseDecimal reads a plain decimal such as 15.4 exactly: digits with at most one point, at most 9 before and 9 after it.
func ParseDecimal(s string) (*big.Rat, bool) {
	whole, part, point := strings.Cut(s, ".")
	if whole == "" || len(whole) > 9 || len(part) > 9 || point && part == "" || strings.Trim(whole+part, "0123456789") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(s)
}

// Percent gives the fraction that a percentage is, and false if it isn't a plain decimal.
func Percent(s string) (*big.Rat, bool) {
	r, ok := ParseDecimal(s)
	if !ok {
		return nil, false
	}
	return r.Quo(r, hundred), true
}

// CheckFen refuses an amount that is negative or above MaxFen, naming the field.
func CheckFen(field string, fen int64) error {
	switch {
	case fen < 0:
		return court.ErrInvalid.In(field)
	case fen > MaxFen:
		return court.ErrTooLarge.In(field)
	}
	return nil
}

// Package fee computes court fees by 诉讼费用交纳办法 (State Council Decree No. 481, in force since 2007-04-01): brackets, caps,
// halving, retrial, relief, and amounts that a province fixes within a range. Everything is exact; it does no I/O.
package fee

import (
	_ "embed"
	"encoding/json"
	"math/big"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

//go:embed court_fees.json
var file []byte

// bracket is a part of a tariff, in yuan: more than over, at most upTo (nil: without end).
type bracket struct {
	Over     int64       `json:"over"`
	UpTo     *int64      `json:"up_to"`
	Flat     *int64      `json:"flat"`
	Rate     json.Number `json:"rate"`
	Percent  string      `json:"rate_percent"`
	QuickAdd *int64      `json:"quick_add"`
}

func (b bracket) rate() *big.Rat {
	r, _ := new(big.Rat).SetString(b.Rate.String())
	return r
}

// within is a fee that is fixed locally within a range, or one number; in yuan.
type within struct{ Min, Max int64 }

func (w *within) UnmarshalJSON(text []byte) error {
	if json.Unmarshal(text, &w.Min) == nil {
		w.Max = w.Min
		return nil
	}
	var r struct{ Min, Max int64 }
	err := json.Unmarshal(text, &r)
	*w = within(r)
	return err
}

type flat struct {
	Key     string `json:"key"`
	Name    string `json:"name"`
	Article string `json:"article"`
	Fee     within `json:"fee"`
}

// tariff is the part of the file that is calculated with.
type tariff struct {
	Property struct {
		Article  string    `json:"article"`
		Brackets []bracket `json:"brackets"`
	} `json:"property"`
	NonProperty []struct {
		Key       string `json:"key"`
		Article   string `json:"article"`
		BaseFee   within `json:"base_fee"`
		Surcharge struct {
			Brackets []bracket `json:"brackets"`
		} `json:"surcharge"`
	} `json:"non_property"`
	IP struct {
		Article       string `json:"article"`
		WithoutAmount within `json:"without_amount"`
	} `json:"ip"`
	Labor          flat   `json:"labor"`
	Administrative []flat `json:"administrative"`
	Jurisdiction   flat   `json:"jurisdiction_objection"`
	Applications   struct {
		Execution struct {
			Article  string    `json:"article"`
			NoAmount within    `json:"no_amount"`
			Brackets []bracket `json:"brackets"`
		} `json:"execution"`
		Preservation struct {
			Article     string    `json:"article"`
			NoAmountFee int64     `json:"no_amount_fee"`
			Brackets    []bracket `json:"brackets"`
			Cap         int64     `json:"cap"`
		} `json:"preservation"`
		PaymentOrder      struct{ Article string } `json:"payment_order"`
		PublicNotice      flat                     `json:"public_notice"`
		ArbitrationReview flat                     `json:"arbitration_review"`
		Bankruptcy        struct {
			Article string
			Cap     int64
		} `json:"bankruptcy"`
		Maritime []flat `json:"maritime"`
	} `json:"application_fees"`
	Halving []struct {
		Key     string `json:"key"`
		Article string `json:"article"`
	} `json:"halving"`
	HalvingRule struct {
		Article string `json:"article"`
	} `json:"halving_rule"`
	NotCharged []struct {
		Name    string `json:"name"`
		Article string `json:"article"`
	} `json:"not_charged"`
	Retrial struct {
		ChargedWhen []struct {
			Key     string `json:"key"`
			Article string `json:"article"`
		} `json:"charged_when"`
	} `json:"retrial"`
	Relief []struct {
		Key      string   `json:"key"`
		Name     string   `json:"name"`
		Articles string   `json:"articles"`
		Grounds  []string `json:"grounds"`
	} `json:"relief"`
}

var law = func() (t tariff) {
	if err := json.Unmarshal(file, &t); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return t
}()

// Local is what the province or the court has fixed where the law leaves a range: amounts in 分 by the keys of Ranges.
// Ranges lists them all; one without an entry stays a range.
type Local struct {
	Fees map[string]int64 `json:"fees"`
	// WholeYuan rounds results half up to whole yuan, as some courts do; the law says nothing on rounding.
	WholeYuan bool `json:"whole_yuan"`
}

// Range is a fee that the law leaves to the province or to the court.
type Range struct {
	Key    string       `json:"key"`
	Name   exact.Text   `json:"name"`
	Amount exact.Amount `json:"amount" doc:"what the law allows, or min = max where this court has said what it takes"`
}

// Ranges gives every fee that the law leaves open, with what is fixed here.
func Ranges(l Local) []Range {
	var all []Range
	add := func(key string, name exact.Text, w within) {
		amount := exact.Amount{Min: w.Min * 100, Max: w.Max * 100}
		if fixed, ok := l.Fees[key]; ok {
			amount = exact.Amount{Min: fixed, Max: fixed}
		}
		all = append(all, Range{key, name, amount})
	}
	for _, n := range law.NonProperty {
		add(n.Key, kindNames[Kind(n.Key)], n.BaseFee)
	}
	add("ip", kindNames[IP], law.IP.WithoutAmount)
	add("jurisdiction_objection", kindNames[JurisdictionObjection], law.Jurisdiction.Fee)
	add("execution", kindNames[Execution], law.Applications.Execution.NoAmount)
	for _, m := range law.Applications.Maritime {
		if m.Fee.Min != m.Fee.Max {
			add(m.Key, subNames[m.Key], m.Fee)
		}
	}
	return all
}

// Check refuses amounts for what isn't left open and amounts outside of the range. The error names the key.
func (l Local) Check() error {
	open := map[string]exact.Amount{}
	for _, r := range Ranges(Local{}) {
		open[r.Key] = r.Amount
	}
	for key, fen := range l.Fees {
		if r, ok := open[key]; !ok || fen < r.Min || fen > r.Max {
			return court.ErrInvalid.In("fees." + key)
		}
	}
	return nil
}

// within gives what is fixed here, or the law's range.
func (l Local) within(key string, w within) exact.Span {
	if fixed, ok := l.Fees[key]; ok {
		return exact.Yuan(fixed)
	}
	return exact.Between(w.Min*100, w.Max*100)
}

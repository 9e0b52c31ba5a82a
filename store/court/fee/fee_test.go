package fee

import (
	"encoding/json"
	"fmt"
	"math/big"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"microcourt/store/court/exact"
)

type workedExample struct {
	ID     string                     `json:"id"`
	Kind   string                     `json:"kind"`
	Input  map[string]json.RawMessage `json:"input"`
	Result int64                      `json:"result_fen"`
}

// request writes an example's input, which is in yuan, as the request that asks for the same.
func (e workedExample) request(t *testing.T) Request {
	t.Helper()
	kinds := map[string]Request{
		"appeal_property": {Kind: Property, Stage: Appeal}, "counterclaim": {Kind: Property},
		"retrial_property": {Kind: Property, Stage: Retrial}, "retrial_review": {Kind: Property, Stage: RetrialReview},
	}
	r, ok := kinds[e.Kind]
	if !ok {
		r = Request{Kind: Kind(e.Kind)}
	}
	for key, raw := range e.Input {
		var err error
		switch key {
		case "amount", "property_total", "damages", "appeal_amount":
			r.Amount = fenOf(t, raw)
		case "base_fee":
			r.Base = fenOf(t, raw)
		case "sub":
			err = json.Unmarshal(raw, &r.Sub)
		case "halve":
			err = json.Unmarshal(raw, &r.Halve)
		case "retrial_fee_case":
			err = json.Unmarshal(raw, &r.RetrialGround)
		default:
			t.Fatalf("%s: input %s is not read", e.ID, key)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

func fenOf(t *testing.T, raw json.RawMessage) *int64 {
	t.Helper()
	yuan, ok := exact.ParseDecimal(strings.Trim(string(raw), `"`))
	if !ok {
		t.Fatalf("%s is no amount", raw)
	}
	fen, err := exact.Fen(yuan)
	if err != nil {
		t.Fatal(err)
	}
	return &fen
}

func TestEveryWorkedExampleOfTheTariffComesOut(t *testing.T) {
	var data struct {
		Examples []workedExample `json:"worked_examples"`
	}
	if err := json.Unmarshal(file, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Examples) != 25 {
		t.Fatalf("%d examples, want 25", len(data.Examples))
	}
	for _, e := range data.Examples {
		got, err := Compute(e.request(t), Local{})
		if err != nil || got.Amount != (exact.Amount{Min: e.Result, Max: e.Result}) {
			t.Errorf("%s: %+v, %v, want %d", e.ID, got.Amount, err, e.Result)
		}
		explained(t, e.ID, got)
	}
}

// explained sees that a result says how it came about, in both languages.
func explained(t *testing.T, what string, r exact.Result) {
	t.Helper()
	if len(r.Steps) == 0 || len(r.Basis) == 0 {
		t.Errorf("%s: steps or articles are missing: %+v", what, r)
		return
	}
	texts := append(append([]exact.Text{}, r.Basis...), r.Notes...)
	for _, s := range r.Steps {
		texts = append(texts, s.Text)
		if s.Formula == "" {
			t.Errorf("%s: a step without figures", what)
		}
	}
	for _, text := range texts {
		if text.ZH == "" || text.EN == "" || strings.IndexFunc(text.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
			t.Errorf("%s: %+v is not in both languages", what, text)
		}
	}
	last := r.Steps[len(r.Steps)-1].Amount
	if last != r.Amount {
		t.Errorf("%s: the last step gives %+v, the result %+v", what, last, r.Amount)
	}
}

func TestEveryBoundaryOfTheTariffComesOut(t *testing.T) {
	var data struct {
		Property struct {
			Boundaries []struct{ Amount, Fee int64 } `json:"boundary_values"`
		} `json:"property"`
	}
	if err := json.Unmarshal(file, &data); err != nil {
		t.Fatal(err)
	}
	if len(data.Property.Boundaries) != 9 {
		t.Fatalf("%d boundaries", len(data.Property.Boundaries))
	}
	for _, b := range data.Property.Boundaries {
		fen := b.Amount * 100
		if got, err := Compute(Request{Kind: Property, Amount: &fen}, Local{}); err != nil || got.Amount.Min != b.Fee*100 {
			t.Errorf("%d yuan: %+v, %v, want %d yuan", b.Amount, got.Amount, err, b.Fee)
		}
	}
	at, below := int64(896_000_00), int64(895_999_99)
	p := law.Applications.Preservation
	if a, b := (&work{}).brackets(at, p.Brackets), (&work{}).brackets(below, p.Brackets); a.Hi.Cmp(big.NewRat(p.Cap, 1)) != 0 || b.Exceeds(big.NewRat(p.Cap, 1)) {
		t.Errorf("the cap on preservation is not reached at 896,000 yuan: %s, %s", a, b)
	}
}

// TestTheQuickFormulasAreTheTariff: by the quick formula and bracket by bracket, an amount costs the same.
func TestTheQuickFormulasAreTheTariff(t *testing.T) {
	tariffs := [][]bracket{law.Property.Brackets, law.Applications.Execution.Brackets, law.Applications.Preservation.Brackets}
	rapid.Check(t, func(rt *rapid.T) {
		fen := rapid.Int64Range(0, 100_000_000_00).Draw(rt, "fen")
		for i, tariff := range tariffs {
			sum := big.NewRat(*tariff[0].Flat, 1)
			for _, b := range tariff[1:] {
				part := fen - b.Over*100
				if b.UpTo != nil {
					part = min(part, (*b.UpTo-b.Over)*100)
				}
				if part > 0 {
					sum.Add(sum, new(big.Rat).Mul(big.NewRat(part, 100), b.rate()))
				}
			}
			if quick := (&work{}).brackets(fen, tariff); quick.Lo.Cmp(sum) != 0 {
				rt.Fatalf("tariff %d, %d 分: %s by the quick formula, %s by the brackets", i, fen, quick, sum.FloatString(4))
			}
		}
	})
}

func TestWhatALocalRangeLeavesOpenIsShownAsARangeUntilTheCourtSays(t *testing.T) {
	amount := int64(800_000_00)
	open, err := Compute(Request{Kind: Divorce, Amount: &amount}, Local{})
	if err != nil || open.Amount != (exact.Amount{Min: 3050_00, Max: 3300_00}) {
		t.Fatalf("%+v, %v", open.Amount, err)
	}
	explained(t, "open", open)
	local := Local{Fees: map[string]int64{"divorce": 200_00}}
	if set, _ := Compute(Request{Kind: Divorce, Amount: &amount}, local); set.Amount != (exact.Amount{Min: 3200_00, Max: 3200_00}) {
		t.Errorf("%+v", set.Amount)
	}
	if err := (Local{Fees: map[string]int64{"divorce": 301_00}}).Check(); err == nil {
		t.Error("an amount above the law's range is taken")
	}
	if err := (Local{Fees: map[string]int64{"property": 1}}).Check(); err == nil {
		t.Error("an amount is taken for what the law leaves nobody")
	}
	if err := local.Check(); err != nil {
		t.Error(err)
	}
}

func TestEveryKindIsComputedExplainedAndHalvedOnceAtMost(t *testing.T) {
	amount := int64(123_456_78)
	subs := map[Kind][]string{Administrative: {"ip_maritime", "other"}, NotCharged: notCharged,
		Maritime: {"limitation_fund", "maritime_injunction", "ship_lien_notice", "claim_registration", "general_average"}}
	for _, kind := range Kinds {
		list := subs[kind]
		if list == nil {
			list = []string{""}
		}
		for _, sub := range list {
			r := Request{Kind: kind, Sub: sub}
			if kind.needsAmount() {
				r.Amount = &amount
			}
			full, err := Compute(r, Local{})
			if err != nil {
				t.Errorf("%s/%s: %v", kind, sub, err)
				continue
			}
			explained(t, string(kind)+"/"+sub, full)
			if !kind.ofCase() {
				continue
			}
			r.Halve = []string{"summary", "mediated", "withdrawn"}
			half, err := Compute(r, Local{})
			if err != nil || half.Amount.Max != (full.Amount.Max+1)/2 {
				t.Errorf("%s halved: %+v of %+v, %v", kind, half.Amount, full.Amount, err)
			}
			explained(t, string(kind)+" halved", half)
		}
	}
}

func TestReliefFollowsTheArticles(t *testing.T) {
	amount := int64(1_000_000_00)
	r := Request{Kind: Property, Amount: &amount}
	for _, c := range []struct {
		relief Relief
		want   int64 // -1: refused
	}{
		{Relief{Kind: "exempt", NaturalPerson: true}, 0},
		{Relief{Kind: "exempt"}, -1},
		{Relief{Kind: "reduce", ReducePercent: 30}, 9660_00},
		{Relief{Kind: "reduce", ReducePercent: 29}, -1},
		{Relief{Kind: "defer"}, 13800_00},
		{Relief{Kind: "gift"}, -1},
	} {
		r.Relief = c.relief
		got, err := Compute(r, Local{})
		if c.want < 0 != (err != nil) || err == nil && got.Amount.Max != c.want {
			t.Errorf("%+v: %+v, %v", c.relief, got.Amount, err)
		}
	}
}

func TestSomeCourtsRoundToWholeYuan(t *testing.T) {
	amount := int64(10_001_00)
	if got, _ := Compute(Request{Kind: Property, Amount: &amount}, Local{WholeYuan: true}); got.Amount.Max != 50_00 {
		t.Errorf("%+v", got.Amount)
	}
}

func FuzzAnyRequestIsAnsweredOrRefusedNeverNegative(f *testing.F) {
	for _, s := range []string{`{"kind":"property","amount":800000}`, `{"kind":"divorce","base":1,"amount":-1}`, `{"kind":"maritime","sub":"x"}`,
		`{"kind":"property","amount":9223372036854775807}`, `{"kind":"labor","stage":"retrial","retrial_ground":"none","halve":["summary"]}`} {
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, whole bool) {
		var r Request
		if json.Unmarshal([]byte(text), &r) != nil {
			return
		}
		got, err := Compute(r, Local{WholeYuan: whole})
		if err == nil && (got.Amount.Min < 0 || got.Amount.Max < got.Amount.Min || len(got.Steps) == 0 || len(got.Basis) == 0) {
			t.Errorf("%s gave %+v", text, got)
		}
	})
}

func TestTheFileIsReadWhole(t *testing.T) {
	if n := fmt.Sprint(len(law.Property.Brackets), len(law.Applications.Execution.Brackets), len(law.Applications.Preservation.Brackets),
		len(law.NonProperty), len(law.Halving), len(law.NotCharged), len(law.Relief), len(Ranges(Local{}))); n != "10 5 3 3 5 5 3 9" {
		t.Error("parts:", n)
	}
	for _, h := range law.Halving {
		if _, ok := halvingNames[h.Key]; !ok {
			t.Errorf("halving %s has no name", h.Key)
		}
	}
}

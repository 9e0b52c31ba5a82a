package court

import (
	"testing"
	"time"
)

type idVector struct{ Input, Expect string }

var checkDay = time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)

func expectation(p IDProblem) string {
	if p == "" {
		return "ok"
	}
	return string(p)
}

func TestDocumentNumbersAreCheckedByTheirStandards(t *testing.T) {
	var vectors struct {
		Types []struct {
			Key           string
			FormatSamples []struct {
				Input string
				Match bool
			} `json:"format_samples"`
			TestVectors []idVector `json:"test_vectors"`
		}
		Algorithms map[string][]idVector
		Upgrade    []idVector
	}
	readVectors(t, "id_documents.json", &vectors)
	algorithms := map[string]func(string, time.Time) IDProblem{
		"gb11643": CheckGB11643, "gb32100": ignoreDay(CheckGB32100), "gb11714": ignoreDay(CheckGB11714),
		"hkid": ignoreDay(CheckHKID), "twid": ignoreDay(CheckTWID),
	}
	if len(vectors.Algorithms) != len(algorithms) {
		t.Fatalf("vectors for %d algorithms, want %d", len(vectors.Algorithms), len(algorithms))
	}
	for name, list := range vectors.Algorithms {
		for _, v := range list {
			if got := expectation(algorithms[name](v.Input, checkDay)); got != v.Expect {
				t.Errorf("%s %s: got %s, want %s", name, v.Input, got, v.Expect)
			}
		}
	}
	for _, typ := range vectors.Types {
		d, ok := DocumentTypeOf(typ.Key)
		if !ok {
			t.Fatalf("document type %s is missing", typ.Key)
		}
		for _, v := range typ.FormatSamples {
			if got := d.Check(d.Normal(v.Input), checkDay); (got != IDFormat) != v.Match {
				t.Errorf("%s %s: got %s, want a match: %v", typ.Key, v.Input, expectation(got), v.Match)
			}
		}
		for _, v := range typ.TestVectors {
			if got := expectation(d.Check(d.Normal(v.Input), checkDay)); got != v.Expect {
				t.Errorf("%s %s: got %s, want %s", typ.Key, v.Input, got, v.Expect)
			}
		}
	}
	for _, v := range vectors.Upgrade {
		if got, ok := UpgradeResidentID(v.Input); !ok || got != v.Expect {
			t.Errorf("upgrade %s: got %s %v, want %s", v.Input, got, ok, v.Expect)
		}
	}
}

func TestOneDocumentHasOneNumber(t *testing.T) {
	for key, forms := range map[string][]string{
		"hk_id":       {"A123456(3)", "a123456（3）", "A123456 3", "A1234563"},
		"org_code":    {"MA000000-7", "MA0000007", "ma000000-7"},
		"resident_id": {"11010119700101018X", "11010119700101018x", "110101 19700101 018x", "１１０１０１１９７００１０１０１８Ｘ"},
	} {
		d, _ := DocumentTypeOf(key)
		for _, form := range forms {
			if got, want := d.Normal(form), d.Normal(forms[0]); got != want || d.Check(got, checkDay) != "" {
				t.Errorf("%s %q: got %q, want %q", key, form, got, want)
			}
		}
	}
}

func FuzzDocumentNumber(f *testing.F) {
	for _, d := range DocumentTypes {
		f.Add(d.Key, "110101190001010014")
		f.Add(d.Key, "A123456(3)")
		f.Add(d.Key, "\xe3 \x80\x80")
	}
	f.Fuzz(func(t *testing.T, key, number string) {
		d, ok := DocumentTypeOf(key)
		if !ok {
			return
		}
		normal := d.Normal(number)
		if again := d.Normal(normal); again != normal {
			t.Errorf("%s %q: normal form %q is not stable: %q", key, number, normal, again)
		}
		d.Check(normal, checkDay)
	})
}

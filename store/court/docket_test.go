package court

import (
	"encoding/json"
	"os"
	"testing"
)

func readVectors(t *testing.T, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

func TestDocketNumbersFollowTheRulesOf2015(t *testing.T) {
	var vectors []struct {
		Input, Normalized string
		Valid             bool
		Parsed            struct {
			Year      int
			CourtCode string `json:"court_code"`
			Special   string
			TypeCode  string `json:"type_code"`
			Number    int
			Sub       string
		}
	}
	readVectors(t, "docket_numbers.json", &vectors)
	if len(vectors) != 21 {
		t.Fatalf("%d vectors, want 21", len(vectors))
	}
	for _, v := range vectors {
		d, ok := ParseDocketNumber(v.Input)
		if ok != v.Valid || ok && d != Docket(v.Parsed) {
			t.Errorf("%s: got %+v %v, want %+v %v", v.Input, d, ok, v.Parsed, v.Valid)
		}
		if ok && d.String() != v.Input {
			t.Errorf("%s is written out as %s", v.Input, d)
		}
		if ok && !ValidCourtCode(d.CourtCode) {
			t.Errorf("%s: %s is no code of a court", v.Input, d.CourtCode)
		}
		want := v.Input
		if v.Normalized != "" {
			want = v.Normalized
		}
		if got := NormalDocketNumber(v.Input); got != want {
			t.Errorf("%s: normal form %s, want %s", v.Input, got, want)
		}
	}
}

func TestOneDocketNumberHasOneForm(t *testing.T) {
	const want = "（2024）浙0212民初1024号"
	for _, typed := range []string{"(2024)浙0212民初1024号", "〔2024〕浙0212民初1024号", "[2024] 浙0212 民初 1024 号", "（２０２４）浙０２１２民初１０２４号", "　（2024）浙0212民初1024号 "} {
		if got, ok := DocketNumber(typed); !ok || got != want {
			t.Errorf("%q: got %q %v", typed, got, ok)
		}
	}
}

func TestHistoricalDocketNumbersAreKeptAsText(t *testing.T) {
	for typed, want := range map[string]bool{
		"(2014)甬鄞民初字第123号":   true,
		"（2014）甬鄞民初字第123-1号": true,
		"（2019）甬鄞民初字第123号":   false, // the old way ended with 2015
		"（1014）甬鄞民初字第123号":   false,
		"甬鄞民初字第123号":         false,
		"":                   false,
	} {
		if got, ok := DocketNumber(typed); ok != want {
			t.Errorf("%q: got %q %v, want %v", typed, got, ok, want)
		}
	}
}

func FuzzDocketNumber(f *testing.F) {
	f.Add("(2024)浙0212民初1024号")
	f.Add("（2014）甬鄞民初字第123号")
	f.Add("\xe3 \x80\x80")
	f.Fuzz(func(t *testing.T, typed string) {
		normal, ok := DocketNumber(typed)
		if again, okAgain := DocketNumber(normal); again != normal || okAgain != ok {
			t.Errorf("%q: normal form %q is not stable: %q", typed, normal, again)
		}
	})
}

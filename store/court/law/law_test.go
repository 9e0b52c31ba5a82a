package law_test

import (
	"strings"
	"testing"
	"unicode"

	"microcourt/store/court/law"
)

func TestACitationIsWrittenInEnglishToo(t *testing.T) {
	for zh, want := range map[string]string{
		"民事诉讼法第67条第2款":                   "Civil Procedure Law Art. 67(2)",
		"民诉法第171条；行诉法第85条":               "Civil Procedure Law Art. 171; Administrative Procedure Law Art. 85",
		"诉讼费用交纳办法第13条(二)1":               "Measures on the Payment of Litigation Costs Art. 13(2)(1)",
		"民事诉讼法第96–102、145条":              "Civil Procedure Law Arts. 96–102, 145",
		"行诉解释第26–28条（confidence=medium）": "Interpretation of the Administrative Procedure Law Arts. 26–28",
	} {
		got := law.Cite(zh)
		if got.EN != want || strings.Contains(got.ZH, "confidence") || strings.IndexFunc(got.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
			t.Errorf("%s: %+v", zh, got)
		}
	}
}

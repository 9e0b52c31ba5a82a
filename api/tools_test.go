package api_test

import (
	"strings"
	"testing"

	"microcourt/store"
)

func TestAnybodyCalculatesWithStepsAndArticlesInBothLanguages(t *testing.T) {
	s := startSite(t, store.SQLite, 0)
	status, text := s.call(t, "", "POST", "/api/v1/tools/litigation-fee", `{"kind":"property","amount":35678950}`)
	if status != 200 || !strings.Contains(text, `"amount":{"min":665184,"max":665184}`) || !strings.Contains(text, "356789.50×1.5%+1300 = 6651.84") ||
		!strings.Contains(text, "Measures on the Payment of Litigation Costs Art. 13(1)") {
		t.Errorf("%d %s", status, text)
	}
	for body, field := range map[string]string{
		`{"kind":"property"}`:                                       "amount",
		`{"kind":"property","amount":-1}`:                           "amount",
		`{"kind":"property","amount":1,"halve":["because"]}`:        "halve",
		`{"kind":"gift"}`:                                           "kind",
		`{"kind":"property","amount":1,"relief":{"kind":"exempt"}}`: "relief.natural_person",
	} {
		if status, text := s.call(t, "", "POST", "/api/v1/tools/litigation-fee", body); codeOf(text) != "invalid" || !strings.Contains(text, `"field":"`+field+`"`) {
			t.Errorf("%s: %d %s", body, status, text)
		}
	}
	status, text = s.call(t, "", "POST", "/api/v1/tools/overdue-interest", `{"principal":100,"from":"2026-01-05","to":"2026-02-01"}`)
	if status != 422 || codeOf(text) != "not_known" || !strings.Contains(text, `"field":"from"`) {
		t.Errorf("a rate that nobody announced: %d %s", status, text)
	}
	status, text = s.call(t, "", "POST", "/api/v1/tools/deadline", `{"event_date":"2026-12-20","n":15,"unit":"day"}`)
	if status != 200 || !strings.Contains(text, `"last_day":null`) || !strings.Contains(text, `"nominal_last_day":"2027-01-04"`) {
		t.Errorf("%d %s", status, text)
	}
	if status, text = s.call(t, "", "POST", "/api/v1/tools/deadline", `{"event_date":"2026-13-01","n":15,"unit":"day"}`); status != 400 && status != 422 || codeOf(text) != "invalid" {
		t.Errorf("%d %s", status, text)
	}
	if status, text = s.call(t, "", "GET", "/api/v1/tools", ""); status != 200 || !strings.Contains(text, `"lpr_known_until":"2025-12-19"`) {
		t.Errorf("%d %.200s", status, text)
	}
}

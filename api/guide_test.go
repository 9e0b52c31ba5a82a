package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"microcourt/store"
)

// TestTheGuideIsReadByEverybodyAndWrittenByAdministratorsAlone: every version is kept with who and when, what isn't shown is no page, and what was written of active content does nothing.
func TestTheGuideIsReadByEverybodyAndWrittenByAdministratorsAlone(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := startSite(t, engine, 0)
			s.keepGuide(t)
			s.findCourts(t)
		})
	}
}

func (s *site) keepGuide(t *testing.T) {
	admin := s.Seats["admin"].Token
	page := func(version int, shown bool, title, text string) string {
		made, err := json.Marshal(map[string]any{"version": version, "page": map[string]any{"section": "filing", "position": 1, "shown": shown,
			"title": map[string]string{"zh": title, "en": "How to file"}, "body": map[string]string{"zh": text, "en": ""}}})
		if err != nil {
			t.Fatal(err)
		}
		return string(made)
	}
	const at = "/api/v1/guide/how-to-file"
	for range 2 { // the answer to the first was lost
		if status, text := s.call(t, admin, "PUT", at, page(0, false, "怎样立案", "# 材料\n\n需要**身份证明** <script>alert(1)</script>，50%的人不知道 [评估](/risk)")); status != 200 || !strings.Contains(text, `"version":1`) {
			t.Fatalf("%d %s", status, text)
		}
	}
	hidden, none := "", ""
	for _, token := range []string{"", s.Seats["judge"].Token} {
		_, hidden = s.call(t, token, "GET", at, "")
		_, none = s.call(t, token, "GET", "/api/v1/guide/none", "")
		if _, list := s.call(t, token, "GET", "/api/v1/guide", ""); hidden != none || codeOf(hidden) != "not_found" || strings.Contains(list, "立案") {
			t.Errorf("not shown: %s, %s, %s", hidden, none, list)
		}
	}
	if _, text := s.call(t, admin, "GET", "/api/v1/guide", ""); !strings.Contains(text, "怎样立案") {
		t.Errorf("administrators see it: %s", text)
	}
	if status, text := s.call(t, admin, "PUT", at, page(1, true, "怎样立案", "# 材料\n\n需要**身份证明** <script>alert(1)</script>，50%的人不知道 [评估](/risk)")); status != 200 || !strings.Contains(text, `"version":2`) {
		t.Fatalf("%d %s", status, text)
	}
	if _, text := s.call(t, admin, "PUT", at, page(1, true, "我也改了", "x")); codeOf(text) != "guide_changed" {
		t.Errorf("somebody was quicker: %s", text)
	}
	var read struct {
		HTML map[string]string
		By   string
	}
	status, text := s.call(t, "", "GET", at, "")
	if err := json.Unmarshal([]byte(text), &read); err != nil || status != 200 || read.By != "" || strings.Contains(read.HTML["zh"], "<script") || !strings.Contains(read.HTML["zh"], `<h2>材料</h2>`) || !strings.Contains(read.HTML["zh"], `<a href="/risk">评估</a>`) {
		t.Errorf("%d %s %v", status, text, err)
	}
	for query, found := range map[string]bool{"身份": true, "立案": true, "身份%20立案": true, "HOW": true, "被告": false, "身份%20被告": false, "50%25": true, "_": false} {
		if _, text := s.call(t, "", "GET", "/api/v1/guide?q="+query, ""); strings.Contains(text, "how-to-file") != found {
			t.Errorf("looked for %s: %s", query, text)
		}
	}
	for body, field := range map[string]string{page(0, true, " ", "x"): "page.title.zh", page(0, true, "x\ny", "x"): "page.title.zh", page(0, true, "x", " "): "page.body.zh"} {
		if _, text := s.call(t, admin, "PUT", "/api/v1/guide/other", body); codeOf(text) != "invalid" || !strings.Contains(text, strings.TrimPrefix(field, "page.")) {
			t.Errorf("%s: %s", body, text)
		}
	}
	var was struct{ Versions []store.GuideVersion }
	status, text = s.call(t, admin, "GET", at+"/versions", "")
	if err := json.Unmarshal([]byte(text), &was); err != nil || status != 200 || len(was.Versions) != 2 || was.Versions[0].Version != 2 || was.Versions[1].Shown || was.Versions[0].By == "" || was.Versions[0].At == 0 {
		t.Errorf("%d %s", status, text)
	}
	if status, text := s.call(t, admin, "GET", at+"/versions/1", ""); status != 200 || !strings.Contains(text, `"shown":false`) {
		t.Errorf("%d %s", status, text)
	}
	if _, text := s.call(t, admin, "GET", "/api/v1/audit", ""); strings.Count(text, `"guide.edit"`) != 2 {
		t.Errorf("the audit: %s", text)
	}
	if status, text := s.call(t, admin, "POST", "/api/v1/guide-preview", `{"text":"[x](javascript:alert(1)) **y**"}`); status != 200 || strings.Contains(text, "javascript") || !strings.Contains(text, "strong") {
		t.Errorf("%d %s", status, text)
	}
}

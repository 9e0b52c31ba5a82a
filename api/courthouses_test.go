package api_test

import (
	"encoding/json"
	"strings"
	"testing"

	"microcourt/hub"
)

// findCourts: everybody finds the courts, without an account; only the court's IT and its case system bring the list, and hear of bad rows by their line.
func (s *site) findCourts(t *testing.T) {
	list := "名称,层级,地址,电话,纬度,经度,坐标系\n示范市人民法院,基层,中山路1号,12368,29.87,121.55,GCJ-02\n别的法院,区级,新街2号,,,,\n"
	for name, token := range map[string]string{"nobody": "", "a judge": s.Seats["judge"].Token, "a party": s.Seats["plaintiff"].Token} {
		if status, text := s.call(t, token, "POST", "/api/v1/courts", list); status != 401 && status != 403 {
			t.Errorf("%s brings a list: %d %s", name, status, text)
		}
	}
	for i, token := range []string{s.Seats["admin"].Token, importToken} {
		status, text := s.call(t, token, "POST", "/api/v1/courts?complete=true", list)
		var report hub.CourthouseReport
		if err := json.Unmarshal([]byte(text), &report); err != nil || status != 200 || len(report.Added) != 1-i || len(report.Unchanged) != i || len(report.Refused) != 1 || report.Refused[0].Line != 3 {
			t.Errorf("%d %s %v", status, text, err)
		}
	}
	var found hub.Courthouses
	status, text := s.call(t, "", "GET", "/api/v1/courts?q=示范%20中山", "")
	if err := json.Unmarshal([]byte(text), &found); err != nil || status != 200 || len(found.Courts) != 1 || found.SeenAt == 0 || found.Courts[0].Position == nil {
		t.Fatalf("%d %s %v", status, text, err)
	}
	if _, text := s.call(t, "", "GET", "/api/v1/courts/"+found.Courts[0].ID, ""); !strings.Contains(text, `"datum":"gcj02"`) {
		t.Error(text)
	}
	if _, text := s.call(t, "", "GET", "/api/v1/courts?q=别的", ""); strings.Contains(text, "新街") {
		t.Error(text)
	}
}

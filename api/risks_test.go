package api_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/risk"
)

// answersTo answers every question with its last option.
func answersTo(t testing.TB, dispute string) string {
	t.Helper()
	q, err := risk.Find(dispute)
	if err != nil {
		t.Fatal(err)
	}
	answers := risk.Answers{}
	for {
		_, next, err := q.Path(answers)
		if err != nil {
			t.Fatal(err)
		}
		if next == risk.End {
			text, err := json.Marshal(answers)
			if err != nil {
				t.Fatal(err)
			}
			return string(text)
		}
		for _, x := range q.Questions {
			if x.Key == next {
				answers[next] = []string{x.Options[len(x.Options)-1].Key}
			}
		}
	}
}

// TestRisksAreAssessedForEverybodyAndKeptForOneselfAlone: without an account a report is made and nothing kept; a kept one is its owner's, page and PDF.
func TestRisksAreAssessedForEverybodyAndKeptForOneselfAlone(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) { startSite(t, engine, 0).assessRisks(t) })
	}
}

func (s *site) assessRisks(t *testing.T) {
	if status, text := s.call(t, "", "GET", "/api/v1/risk-questionnaires", ""); status != 200 || strings.Count(text, `"start"`) != 8 || strings.Contains(text, `"risks"`) {
		t.Errorf("%d %.300s", status, text)
	}
	of := func(dispute string, amount int) string {
		return fmt.Sprintf(`{"dispute":%q,"answers":%s,"amount":%d}`, dispute, answersTo(t, dispute), amount)
	}
	status, text := s.call(t, "", "POST", "/api/v1/risk-reports", of("private_loan", 35678950))
	if status != 200 || !strings.Contains(text, `"amount":{"min":665184,"max":665184}`) || !strings.Contains(text, `"half_fee":{"min":332592,"max":332592}`) || !strings.Contains(text, "执行不能") || !strings.Contains(text, "Nothing to enforce against") {
		t.Errorf("%d %s", status, text)
	}
	if status, text := s.call(t, "", "POST", "/api/v1/risk-reports", `{"dispute":"sale","answers":{"sl1":["a"]},"amount":1}`); codeOf(text) != "invalid" || !strings.Contains(text, `"field":"answers.sl2"`) {
		t.Errorf("half answered: %d %s", status, text)
	}
	token, path, id := s.Seats["stranger"].Token, "/api/v1/me/risk-reports", store.NewID()
	for range 2 { // the answer to the first was lost
		if status, text := s.call(t, token, "PUT", path+"/"+id, of("sale", 800000)); status != 200 || !strings.Contains(text, `"id":"`+id+`"`) {
			t.Fatalf("%d %s", status, text)
		}
	}
	if _, text := s.call(t, token, "PUT", path+"/"+id, of("sale", 900000)); codeOf(text) != "id_reused" {
		t.Errorf("another report under the same id: %s", text)
	}
	if status, text := s.call(t, token, "GET", path, ""); status != 200 || strings.Count(text, `"created_at"`) != 1 || !strings.Contains(text, "买卖合同") {
		t.Errorf("%d %s", status, text)
	}
	for _, who := range []string{"plaintiff", "judge"} {
		if _, text := s.call(t, s.Seats[who].Token, "GET", path, ""); strings.Contains(text, id) {
			t.Errorf("%s reads somebody else's: %s", who, text)
		}
		for _, ask := range [][2]string{{"GET", "/document"}, {"DELETE", ""}} {
			mine, text := s.call(t, s.Seats[who].Token, ask[0], path+"/"+id+ask[1], "")
			if none, want := s.call(t, s.Seats[who].Token, ask[0], path+"/"+store.NewID()+ask[1], ""); mine != 404 || none != mine || text != want {
				t.Errorf("%s %s tells it from none: %d %s", who, ask, mine, text)
			}
		}
	}
	if paper.Available() {
		said := s.riskPaper(t, token, path+"/"+id+"/document")
		for _, want := range []string{"诉讼风险告知", "纠纷类型：买卖合同", "8000.00", "您需要重点注意", "依据：", "编号：" + strings.ToUpper(id[len(id)-8:])} {
			if !strings.Contains(said, want) {
				t.Errorf("the paper lacks %s:\n%s", want, said)
			}
		}
	}
	if status, text := s.call(t, token, "DELETE", path+"/"+id, ""); status != 204 {
		t.Errorf("%d %s", status, text)
	}
	for n := range 21 {
		status, text := s.call(t, token, "PUT", path+"/"+store.NewID(), of("sale", n))
		if want := n == 20; (codeOf(text) == "too_many") != want || (status == 200) == want {
			t.Errorf("report %d: %d %.100s", n, status, text)
		}
	}
}

// riskPaper gives the words of a kept report's PDF, in which no character is missing.
func (s *site) riskPaper(t testing.TB, token, path string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	pdf, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || res.Header.Get("X-Document-Missing") != "" {
		t.Fatalf("%d %v %v", res.StatusCode, res.Header, err)
	}
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		os.WriteFile(filepath.Join(dir, "risk.pdf"), pdf, 0o600)
	}
	return textOf(t, pdf)
}

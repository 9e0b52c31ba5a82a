package api_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// filingSite is a site whose court takes filings.
func filingSite(t testing.TB, engine store.Engine) *site {
	t.Helper()
	return startSiteWith(t, engine, 1, func(c *hub.Config) {
		c.Filing.Court = store.FilingCourt{Name: "宁波市鄞州区人民法院", Code: "浙0212", Phone: "0574-00000002"}
	})
}

// ask makes a request that has to succeed and reads its answer into out.
func (s *site) ask(t testing.TB, who, method, path, body string, out any) {
	t.Helper()
	status, text := s.call(t, s.Seats[who].Token, method, "/api/v1"+path, body)
	if status >= 300 {
		t.Fatalf("%s %s as %s: %d %s", method, path, who, status, text)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			t.Fatal(err)
		}
	}
}

// retrial is a civil retrial of the plaintiff against somebody, with the files of each material. The plaintiff's own number is left out: the court knows it.
func retrial(t testing.TB, s *site, files map[string]string) map[string]any {
	t.Helper()
	var found struct{ Causes []struct{ Code, Name string } }
	s.ask(t, "plaintiff", "GET", "/filing-kinds/civil_retrial/causes?q=mjjd&on=2026-11-26", "", &found)
	var forms struct {
		Notices []struct{ Key, Version string }
	}
	s.ask(t, "plaintiff", "GET", "/filing-kinds", "", &forms)
	version := ""
	for _, n := range forms.Notices {
		if n.Key == "filing_notice" {
			version = n.Version
		}
	}
	if len(found.Causes) == 0 || found.Causes[0].Name != "民间借贷纠纷" || version == "" {
		t.Fatalf("causes %+v, notices %+v", found, forms)
	}
	var materials []map[string]string
	for slot, attachment := range files {
		materials = append(materials, map[string]string{"slot": slot, "attachment": attachment, "name": slot})
	}
	return map[string]any{
		"capacity": "self", "notice": version, "cause": found.Causes[0].Code, "grounds": []string{"civ_no_evidence"}, "claims": "撤销原判，依法改判", "reasons": "原判认定的基本事实缺乏证据证明",
		"parties": []map[string]any{
			{"id": "p1", "standing": "applicant", "kind": "person", "name": "原告甲", "address": "人民路1号", "phone": "13900000001", "self": true, "original": "一审原告"},
			{"id": "p2", "standing": "respondent", "kind": "organisation", "name": "示例科技有限公司", "id_type": "uscc", "id_number": "91110101MA0000007T", "address": "人民路2号", "legal_name": "李四"}},
		"first_court": "宁波市海曙区人民法院", "first_docket": "(2026)浙0203民初9号", "first_kind": "judgment", "first_on": "2026-06-01", "effective_on": "2026-08-01", "flag_foreign": true,
		"materials":       materials,
		"service_address": map[string]any{"recipient": "原告甲", "phone": "13900000001", "street": "人民路1号", "confidential": false, "electronic": true, "decisions": true},
		"consents":        map[string]bool{"filing": true, "hearing_synchronous": false},
	}
}

// TestARetrialIsFiledCorrectedAcceptedAndBecomesARoom over REST: what is lacking is said, the paper that was shown is what is signed, the desk asks for a correction, and in the end the
// person reads the new room; nobody else learns of anything before.
func TestARetrialIsFiledCorrectedAcceptedAndBecomesARoom(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) { filingSite(t, engine).fileRetrial(t) })
	}
}

func (s *site) fileRetrial(t *testing.T) {
	files, upload := map[string]string{}, ""
	for i, slot := range []string{"identity", "first_decision", "evidence"} {
		upload, files[slot] = s.sendFile(t, "plaintiff", court.KindFile, slot+".pdf", somePDF(1000+i))
	}
	id, values := store.NewID(), retrial(t, s, files)
	path := "/me/filing-drafts/" + id
	save := func(revision int, change func(map[string]any)) (d hub.OpenedFiling) {
		t.Helper()
		change(values)
		body, err := json.Marshal(map[string]any{"revision": revision, "kind": "civil_retrial", "step": "parties", "values": values})
		if err != nil {
			t.Fatal(err)
		}
		s.ask(t, "plaintiff", "PUT", path, string(body), &d)
		return d
	}
	if d := save(0, func(v map[string]any) { delete(v, "reasons") }); len(d.Problems) != 1 || d.Problems[0].Path != "reasons" || d.Problems[0].Step != "claims" || len(d.Files) != 3 || d.Cause == nil || d.Cause.Name != "民间借贷纠纷" {
		t.Fatalf("without reasons: %+v", d.Problems)
	}
	if status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1"+path+"/submit", `{"revision":1,"sha256":"0"}`); codeOf(text) != "filing_incomplete" {
		t.Errorf("handed in without reasons: %d %s", status, text)
	}
	if d := save(1, func(v map[string]any) { v["reasons"] = "原判认定的基本事实缺乏证据证明" }); len(d.Problems) != 0 || d.Revision != 2 {
		t.Fatalf("whole: %+v", d.Problems)
	}
	if status, text := s.call(t, s.Seats["plaintiff"].Token, "PUT", "/api/v1"+path, `{"revision":1,"kind":"civil_retrial","step":"cause","values":{}}`); codeOf(text) != "draft_changed" {
		t.Errorf("from another device: %d %s", status, text)
	}
	s.sign(t, "plaintiff")
	pdf, sum, missing := s.document(t, "plaintiff", path+"/document?signed=true")
	said := textOf(t, pdf)
	for _, want := range []string{"民事再审申请书", "再审申请人（一审原告）：原告甲", s.Seats["plaintiff"].IDNumber, "被申请人：示例科技有限公司", "91110101MA0000007T", "法定代表人（负责人）李四", "民间借贷纠纷", "基本事实缺乏证据证明",
		"一审案号：（2026）浙0203民初9号", "2026年6月1日", "涉外：是", "此致宁波市鄞州区人民法院", "再审申请人（签名）", "在线进行庭审（同步视频）：不同意"} {
		if !strings.Contains(said, want) {
			t.Errorf("the paper lacks %s:\n%s", want, said)
		}
	}
	if missing != "" {
		t.Errorf("characters that weren't printed: %s", missing)
	}
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		os.WriteFile(filepath.Join(dir, "filing.pdf"), pdf, 0o600)
	}
	s.nothingOfFiling(t, id, files["evidence"], upload)
	if status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1"+path+"/submit", fmt.Sprintf(`{"revision":2,"sha256":"%064d"}`, 0)); codeOf(text) != "document_changed" {
		t.Errorf("another paper: %d %s", status, text)
	}
	var f hub.FilingNow
	submit := fmt.Sprintf(`{"revision":2,"sha256":%q}`, sum)
	s.ask(t, "plaintiff", "POST", path+"/submit", submit, &f)
	if f.State != "submitted" || !f.Clock.Running || f.Clock.Days != 5 || f.SHA256 != sum || len(f.History) != 1 {
		t.Fatalf("%+v", f)
	}
	first := f.ID
	s.ask(t, "plaintiff", "POST", path+"/submit", submit, &f) // the answer was lost
	if f.ID != first || f.Steps != 1 {
		t.Errorf("handed in twice: %+v", f)
	}
	id, path = f.ID, "/me/filing-drafts/"+f.ID
	s.nothingOfFiling(t, id, files["evidence"], upload)

	var queue struct{ Filings []hub.FilingLine }
	s.ask(t, "clerk", "GET", "/filing-desk", "", &queue)
	if len(queue.Filings) != 1 || queue.Filings[0].ID != id || queue.Filings[0].Title != "原告甲与示例科技有限公司民间借贷纠纷" {
		t.Fatalf("%+v", queue)
	}
	var desk hub.DeskFilingNow
	s.ask(t, "clerk", "GET", "/filing-desk/"+id, "", &desk)
	if desk.Filer != "原告甲" || string(desk.Values["flag_foreign"]) != "true" {
		t.Errorf("%+v", desk)
	}
	for _, attachment := range []string{files["evidence"], desk.Paper} {
		if res, _ := s.fetchAs(t, "clerk", "/api/v1/attachments/"+attachment); res.StatusCode != 200 {
			t.Errorf("the clerk reads what was filed: %s", res.Status)
		}
	}
	s.ask(t, "clerk", "POST", "/filing-desk/"+id+"/answer", `{"steps":1,"act":"ask_correction","days":7,"corrections":[{"path":"materials.identity","text":"身份证照片不清楚，请重新拍照"}]}`, &desk)
	s.ask(t, "plaintiff", "GET", "/me/filings/"+id, "", &f)
	if f.State != "correction_asked" || f.CorrectUntil == 0 || f.History[1].Corrections[0].Text != "身份证照片不清楚，请重新拍照" || f.Clock.Running {
		t.Fatalf("%+v", f)
	}
	_, files["identity"] = s.sendFile(t, "plaintiff", court.KindFile, "identity2.pdf", somePDF(1500))
	values = retrial(t, s, files)
	save(0, func(map[string]any) {})
	_, sum, _ = s.document(t, "plaintiff", path+"/document?signed=true")
	s.ask(t, "plaintiff", "POST", path+"/submit", fmt.Sprintf(`{"revision":1,"sha256":%q}`, sum), &f)
	if f.State != "resubmitted" || !f.Clock.Restarted {
		t.Fatalf("%+v", f)
	}
	if status, text := s.call(t, s.Seats["clerk"].Token, "POST", "/api/v1/filing-desk/"+id+"/answer", `{"steps":3,"act":"accept"}`); codeOf(text) != "invalid" {
		t.Errorf("a case of nobody: %d %s", status, text)
	}
	s.ask(t, "clerk", "POST", "/filing-desk/"+id+"/answer", `{"steps":3,"act":"accept","panel":[{"login":"judge","role":"judge","standing":"审判长"},{"login":"clerk","role":"clerk"}]}`, &desk)
	if d, ok := court.ParseDocketNumber(desk.DocketNumber); desk.State != "accepted" || !ok || d.TypeCode != "民申" || d.CourtCode != "浙0212" || d.Number != 1 {
		t.Fatalf("%+v", desk)
	}
	var c struct {
		Case         struct{ Procedure string }
		Participants []struct{ Name, Standing string }
	}
	s.ask(t, "plaintiff", "GET", "/cases/"+desk.Case, "", &c)
	if c.Case.Procedure != "民事申请再审审查" || len(c.Participants) != 4 {
		t.Errorf("the case: %+v", c)
	}
	if status, _ := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1/cases/"+desk.Case, ""); status != 404 {
		t.Errorf("somebody else finds the case: %d", status)
	}
}

// nothingOfFiling asks as everybody but who filed and the court's desk, with the ids of a filing and its files and with ids that never were: the answers are the same.
func (s *site) nothingOfFiling(t *testing.T, id, attachment, upload string) {
	t.Helper()
	for _, who := range []string{"defendant", "lawyer", "stranger", "admin"} {
		for _, r := range [][3]string{
			{"GET", "/me/filing-drafts/{}"}, {"GET", "/me/filing-drafts/{}/document"}, {"DELETE", "/me/filing-drafts/{}"}, {"POST", "/me/filing-drafts/{}/submit", `{"revision":1,"sha256":"x"}`},
			{"PUT", "/me/filing-drafts/{}", `{"revision":7,"kind":"civil_first","step":"cause","values":{}}`}, {"GET", "/me/filings/{}"}, {"POST", "/me/filings/{}/withdraw"},
			{"GET", "/filing-desk/{}"}, {"POST", "/filing-desk/{}/answer", `{"steps":1,"act":"refuse","reason":"r"}`}, {"GET", "/attachments/{}"}, {"GET", "/attachments/{}/thumbnail"}, {"GET", "/uploads/{}"},
		} {
			real := map[bool]string{true: attachment, false: id}[strings.HasPrefix(r[1], "/attachments")]
			if strings.HasPrefix(r[1], "/uploads") {
				real = upload
			}
			never := store.NewID()
			status, text := s.call(t, s.Seats[who].Token, r[0], "/api/v1"+strings.Replace(r[1], "{}", real, 1), r[2])
			want, wantText := s.call(t, s.Seats[who].Token, r[0], "/api/v1"+strings.Replace(r[1], "{}", never, 1), r[2])
			if status != want || strings.ReplaceAll(text, real, never) != wantText || status < 300 {
				t.Errorf("%s %s as %s: %d %s, for one that never was %d %s", r[0], r[1], who, status, text, want, wantText)
			}
		}
	}
}

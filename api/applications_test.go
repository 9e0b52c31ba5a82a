package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/storetest"
)

// signature is a drawn signature, as a PNG in base64.
func signature(t testing.TB) string {
	t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 400, 160))
	for x := range 300 {
		for d := range 5 {
			img.Set(50+x, 80+d+x*x/900%50-x/9%30, color.NRGBA{20, 30, 60, 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(out.Bytes())
}

// sign draws somebody's signature on file.
func (s *site) sign(t testing.TB, who string) {
	t.Helper()
	if status, text := s.call(t, s.Seats[who].Token, "PUT", "/api/v1/me/signature", `{"image":"`+signature(t)+`"}`); status != 200 {
		t.Fatalf("%s can't draw a signature: %d %s", who, status, text)
	}
}

// document asks for a printed document and gives its bytes, its hash as the header says, and what could not be printed.
func (s *site) document(t testing.TB, who, path string) (pdf []byte, sum, missing string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+"/api/v1"+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Seats[who].Token)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var body bytes.Buffer
	if _, err := body.ReadFrom(res.Body); err != nil || res.StatusCode != 200 {
		t.Fatalf("%s as %s: %s %s %v", path, who, res.Status, body.String(), err)
	}
	return body.Bytes(), res.Header.Get("X-Document-SHA256"), res.Header.Get("X-Document-Missing")
}

// place is a case, and who applies in it.
type place struct{ caseID, who string }

// fillIn makes values for a kind's template. Words carry the field's label, so that they can be found again.
func (s *site) fillIn(t testing.TB, k application.Kind, at place, exhibit string) map[string]any {
	t.Helper()
	values := map[string]any{}
	_, proof := s.sendFile(t, at.who, court.KindFile, k.Key+".pdf", somePDF(900+len(k.Key)))
	ofOther := s.Seats["defendant"].Participant[at.caseID]
	for _, f := range k.Fields {
		switch f.Type {
		case application.TypeDate:
			values[f.Key] = "2026-03-05"
			if f.After != "" {
				values[f.Key] = "2026-04-05"
			}
		case application.TypeDateTime:
			values[f.Key] = "2026-03-05T09:30"
		case application.TypeMoney:
			values[f.Key] = 35678950
		case application.TypePhone:
			values[f.Key] = "0574-12345678"
		case application.TypeID:
			values[f.Key] = "91330200MA0000000X"
		case application.TypeSelect:
			values[f.Key] = f.Options[len(f.Options)-1]
		case application.TypeMultiselect:
			values[f.Key] = f.Options[:1]
		case application.TypeCheckbox:
			values[f.Key] = true
		case application.TypeTable:
			row := make([]string, len(f.Columns))
			for i, c := range f.Columns {
				row[i] = c + "内容"
			}
			values[f.Key] = [][]string{row, row}
		case application.TypeFiles:
			values[f.Key] = []string{proof}
		case application.TypeParties:
			values[f.Key] = []string{ofOther}
		case application.TypeCourtPersons:
			values[f.Key] = []string{s.Seats["judge"].Participant[at.caseID]}
		case application.TypeEvidence:
			values[f.Key] = exhibit
		case application.TypeEvidences:
			values[f.Key] = []string{exhibit}
		default:
			values[f.Key] = f.Label.ZH + "的说明，王犇与李䶮均知情。"
		}
	}
	for _, f := range k.Fields { // what another value hides stays out
		if c := f.VisibleWhen; c != nil && values[c.Field] != c.Value {
			delete(values, f.Key)
		}
	}
	return values
}

// casesOfAllSorts gives, beside the site's own case, one for administrative matters, one in which the plaintiff applies for retrial, and one in which
// the defendant is a third party.
func (s *site) casesOfAllSorts(t testing.TB) {
	t.Helper()
	for i, change := range [][]string{{"民初2号", "行初2号"}, {"民初3号", "民申3号", `"standing":"原告"`, `"standing":"再审申请人"`}, {`"standing":"被告"`, `"standing":"第三人"`}} {
		s.Import(t, strings.NewReplacer(change...).Replace(s.CaseFile(i+1, "open", "judge")))
	}
	s.Refresh(t)
	for _, caseID := range s.Cases {
		for _, who := range []string{"plaintiff", "defendant", "lawyer"} {
			s.Accept(t, caseID, s.Seats[who])
		}
	}
}

// applicants finds, for every kind, where and by whom it can be made.
func (s *site) applicants(t testing.TB) map[string]place {
	t.Helper()
	found := map[string]place{}
	for _, caseID := range s.Cases {
		for _, who := range []string{"plaintiff", "defendant", "lawyer"} {
			status, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/cases/"+caseID+"/application-kinds", "")
			var offered struct{ Kinds []application.Kind }
			if err := json.Unmarshal([]byte(text), &offered); err != nil || status != 200 {
				t.Fatalf("%d %s %v", status, text, err)
			}
			for _, k := range offered.Kinds {
				if _, ok := found[k.Key]; !ok {
					found[k.Key] = place{caseID, who}
				}
			}
		}
	}
	return found
}

func (s *site) in(caseID string) *site {
	w := *s.World
	w.Cases = []string{caseID}
	return &site{World: &w, api: s.api, server: s.server}
}

// TestAllKindsOfApplicationsAreFilledPrintedSignedAndDecided goes the whole way with each kind in the file; on PostgreSQL with
// every fourth, and with all in the long version.
func TestAllKindsOfApplicationsAreFilledPrintedSignedAndDecided(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		s.casesOfAllSorts(t)
		for _, who := range []string{"plaintiff", "defendant", "lawyer"} {
			s.sign(t, who)
		}
		exhibits := map[string]string{}
		for _, caseID := range s.Cases {
			_, page := s.sendFile(t, "plaintiff", court.KindFile, "合同.pdf", somePDF(2000))
			var sub store.Submission
			s.in(caseID).must(t, "plaintiff", "POST", "/exhibits", fmt.Sprintf(
				`{"event":%q,"exhibits":[{"name":"合同","kind":"documentary","purpose":"证明","original_held":true,"pages":[{"attachment":%q}]}]}`, store.NewID(), page), &sub)
			exhibits[caseID] = sub.Exhibits[0].ID
		}
		places := s.applicants(t)
		if len(application.Kinds) != 36 || len(places) != 36 {
			t.Fatalf("%d kinds, of which %d can be applied for", len(application.Kinds), len(places))
		}
		for i, k := range application.Kinds {
			if i%4 != 0 && s.Store.Engine() == store.PostgreSQL && os.Getenv("MICROCOURT_SOAK") == "" {
				continue // printing is slow under the race detector, and the same for both engines
			}
			s.in(places[k.Key].caseID).goTheWholeWay(t, k, places[k.Key], exhibits[places[k.Key].caseID], i)
		}
	})
}

func (s *site) goTheWholeWay(t *testing.T, k application.Kind, at place, exhibit string, i int) {
	t.Helper()
	draft, event := store.NewID(), store.NewID()
	path := "/application-drafts/" + draft
	values, err := json.Marshal(s.fillIn(t, k, at, exhibit))
	if err != nil {
		t.Fatal(err)
	}
	s.must(t, at.who, "PUT", path, fmt.Sprintf(`{"revision":0,"kind":%q,"mode":"template","values":%s}`, k.Key, values), nil)
	shown, sum, missing := s.document(t, at.who, "/cases/"+at.caseID+path+"/document?signed=true")
	if hash := sha256.Sum256(shown); hex.EncodeToString(hash[:]) != sum || missing != "" {
		t.Errorf("%s: hash %s, missing %q", k.Key, sum, missing)
	}
	checkPrinted(t, k, shown)
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		os.WriteFile(filepath.Join(dir, k.Key+".pdf"), shown, 0o600)
	}
	refused := func(who, method, path, body, code string) {
		t.Helper()
		if status, text := s.call(t, s.Seats[who].Token, method, "/api/v1/cases/"+at.caseID+path, body); status < 400 || codeOf(text) != code {
			t.Errorf("%s: %s %s as %s: %d %s, want %s", k.Key, method, path, who, status, text, code)
		}
	}
	submit := fmt.Sprintf(`{"event":%q,"draft":%q}`, event, draft)
	refused(at.who, "POST", "/applications", submit, "unsigned")
	if i == 0 { // printing takes its time: once for all kinds
		if plain, _, _ := s.document(t, at.who, "/cases/"+at.caseID+path+"/document"); bytes.Equal(plain, shown) {
			t.Error("the document is the same with a signature and without")
		}
		refused(at.who, "POST", path+"/signature", `{"revision":1,"sha256":"`+strings.Repeat("0", 64)+`"}`, "document_changed")
	}
	var signed store.Signed
	s.must(t, at.who, "POST", path+"/signature", fmt.Sprintf(`{"revision":1,"sha256":%q}`, sum), &signed)
	if signed.SHA256 != sum || signed.Title != k.Title || signed.At == 0 || signed.Signature == "" {
		t.Errorf("%s: signed %+v", k.Key, signed)
	}
	var a, again store.Application
	s.must(t, at.who, "POST", "/applications", submit, &a)
	s.must(t, at.who, "POST", "/applications", submit, &again)
	if a.State != application.Submitted || a.ID == "" || again.ID != a.ID || again.Seq != a.Seq || len(a.Steps) != 1 {
		t.Errorf("%s: handed in %+v, again %+v", k.Key, a, again)
	}
	s.checkReaders(t, k, at, a, shown)
	s.answer(t, k, at, a, i, refused)
}

// checkPrinted reads the document with another program.
func checkPrinted(t *testing.T, k application.Kind, pdf []byte) {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		storetest.Missing(t, "pdftotext (poppler-utils)")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	text := strings.Join(strings.Fields(string(out)), "")
	if err != nil || !strings.Contains(text, strings.Join(strings.Fields(k.Title), "")) || !strings.Contains(text, "此致宁波市鄞州区人民法院") {
		t.Errorf("%s can't be read back: %v %s", k.Key, err, text)
	}
	for _, f := range k.Fields {
		if f.Type == application.TypeTextarea && f.Required && !strings.Contains(text, f.Label.ZH+"的说明") {
			t.Errorf("%s: the document lacks %s:\n%s", k.Key, f.Label.ZH, text)
		}
	}
}

// checkReaders sees that the event and the document reach those who may read them, and nobody else learns of a confidential one.
func (s *site) checkReaders(t *testing.T, k application.Kind, at place, a store.Application, shown []byte) {
	t.Helper()
	var said struct {
		Document struct{ Attachment, SHA256 string }
		Signed   store.Signed
	}
	if err := json.Unmarshal(a.Steps[0].Body, &said); err != nil || said.Document.SHA256 != said.Signed.SHA256 {
		t.Errorf("%s: the event says %s", k.Key, a.Steps[0].Body)
	}
	for _, who := range []string{"plaintiff", "defendant", "lawyer", "judge", "clerk", "stranger", "admin"} {
		may := who != "stranger" && who != "admin" && (!k.Confidential || who == at.who || who == "judge")
		token, one := s.Seats[who].Token, "/api/v1/cases/"+at.caseID+"/applications"
		status, text := s.call(t, token, "GET", one+"/"+a.ID, "")
		file, pdf := s.call(t, token, "GET", "/api/v1/attachments/"+said.Document.Attachment, "")
		_, list := s.call(t, token, "GET", one, "")
		if may != (status == 200) || may != (file == 200) || may != strings.Contains(list, a.ID) || may && pdf != string(shown) {
			t.Errorf("%s as %s: %d %.200s, its document %d, want reading %v", k.Key, who, status, text, file, may)
		}
	}
}

// answer lets the court answer: what comes in between and which decision is taken differs from kind to kind.
func (s *site) answer(t *testing.T, k application.Kind, at place, a store.Application, i int, refused func(who, method, path, body, code string)) {
	t.Helper()
	one := "/applications/" + a.ID
	say := func(who, path, body string) { t.Helper(); s.must(t, who, "POST", one+path, body, nil) }
	event := func() string { return `"event":"` + store.NewID() + `"` }
	if k.Confidential {
		refused("clerk", "POST", one+"/answers", `{`+event()+`,"state":"under_review"}`, "not_found")
	}
	refused(at.who, "POST", one+"/answers", `{`+event()+`,"state":"granted","decision":"准许"}`, "forbidden")
	if i%3 == 0 {
		say("judge", "/answers", `{`+event()+`,"state":"under_review"}`)
	}
	if i%3 == 1 {
		refused("judge", "POST", one+"/answers", `{`+event()+`,"state":"need_supplement"}`, "invalid")
		say("judge", "/answers", `{`+event()+`,"state":"need_supplement","reason":"请补充证明材料"}`)
		_, page := s.sendFile(t, at.who, court.KindFile, "补充.pdf", somePDF(1500+i))
		refused("judge", "POST", one+"/supplements", `{`+event()+`,"note":"x"}`, "forbidden")
		say(at.who, "/supplements", fmt.Sprintf(`{%s,"note":"已补充","pages":[{"attachment":%q}]}`, event(), page))
	}
	if i%12 == 11 {
		say(at.who, "/revocation", `{`+event()+`,"reason":"已和解"}`)
		refused("judge", "POST", one+"/answers", `{`+event()+`,"state":"under_review"}`, "application_decided")
		return
	}
	d := k.Decisions[i%len(k.Decisions)]
	body := fmt.Sprintf(`{%s,"state":%q,"decision":%q,"reason":"理由如下"}`, event(), d.Outcome, d.Text)
	if !k.OfClerk() && !k.Confidential {
		refused("clerk", "POST", one+"/answers", body, "forbidden")
	}
	if d.Outcome == application.Denied {
		refused("judge", "POST", one+"/answers", strings.Replace(body, "理由如下", "", 1), "invalid")
	}
	say("judge", "/answers", body)
	say("judge", "/answers", body) // the same event again
	refused("judge", "POST", one+"/answers", strings.Replace(body, `"event":"`, `"event":"x`, 1), "application_decided")
	refused(at.who, "POST", one+"/revocation", `{`+event()+`}`, "application_decided")
	var end store.Application
	s.must(t, at.who, "GET", one, "", &end)
	if end.State != application.State(d.Outcome) || end.Decision != d.Text || end.Reason != "理由如下" || end.StateName.ZH == "" {
		t.Errorf("%s: in the end %+v", k.Key, end)
	}
}

// TestP3ADraftOfAnApplicationIsReachableByNobodyElse: nor its files, nor the document that was signed.
func TestP3ADraftOfAnApplicationIsReachableByNobodyElse(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		s.sign(t, "plaintiff")
		upload, attachment := s.sendFile(t, "plaintiff", court.KindFile, "证明.pdf", somePDF(1000))
		draft := store.NewID()
		s.must(t, "plaintiff", "PUT", "/application-drafts/"+draft, fmt.Sprintf(
			`{"revision":0,"kind":"other","mode":"template","values":{"title":"秘密","reason":"秘密的理由","files":[%q]}}`, attachment), nil)
		_, sum, _ := s.document(t, "plaintiff", "/cases/"+s.Cases[0]+"/application-drafts/"+draft+"/document?signed=true")
		s.must(t, "plaintiff", "POST", "/application-drafts/"+draft+"/signature", fmt.Sprintf(`{"revision":1,"sha256":%q}`, sum), nil)
		known := map[string]string{"upload": upload, "attachment": attachment, "draft": draft, "id": draft}
		for _, who := range []string{"defendant", "lawyer", "judge", "clerk", "stranger", "admin", ""} {
			token := ""
			if who != "" {
				token = s.Seats[who].Token
			}
			s.answersAsForNone(t, who, token, known, attachment)
			if _, text := s.call(t, token, "GET", "/api/v1/cases/"+s.Cases[0]+"/application-drafts", ""); strings.Contains(text, draft) || strings.Contains(text, "秘密") {
				t.Errorf("%q lists drafts: %s", who, text)
			}
		}
		var mine store.ApplicationDraft
		if s.must(t, "plaintiff", "GET", "/application-drafts/"+draft, "", &mine); mine.Signed == nil || len(mine.Files) != 1 {
			t.Errorf("the author has %+v", mine)
		}
		s.must(t, "plaintiff", "PUT", "/application-drafts/"+draft, `{"revision":1,"kind":"other","mode":"template","values":{"title":"改了","reason":"x"}}`, nil)
		var changed store.ApplicationDraft
		if s.must(t, "plaintiff", "GET", "/application-drafts/"+draft, "", &changed); changed.Signed != nil {
			t.Error("a changed draft stays signed")
		}
	})
}

// TestAPaperIsHandedInAsPhotographs, turned upright, with what is no picture named.
func TestAPaperIsHandedInAsPhotographs(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		_, photo := s.sendFile(t, "lawyer", court.KindImage, "第一页.jpg", someJPEG(t))
		_, scan := s.sendFile(t, "lawyer", court.KindFile, "第二页.pdf", somePDF(1200))
		draft := store.NewID()
		s.must(t, "lawyer", "PUT", "/application-drafts/"+draft, fmt.Sprintf(
			`{"revision":0,"kind":"stay","mode":"paper","pages":[{"attachment":%q},{"attachment":%q}]}`, photo, scan), nil)
		pdf, _, _ := s.document(t, "lawyer", "/cases/"+s.Cases[0]+"/application-drafts/"+draft+"/document")
		if !bytes.Contains(pdf, []byte("/DCTDecode")) {
			t.Error("the photograph is not in the document")
		}
		var a store.Application
		s.must(t, "lawyer", "POST", "/applications", fmt.Sprintf(`{"event":"p1","draft":%q}`, draft), &a)
		if !strings.Contains(string(a.Steps[0].Body), photo) || !strings.Contains(string(a.Steps[0].Body), scan) {
			t.Errorf("handed in %s", a.Steps[0].Body)
		}
	})
}

func TestASignatureThatIsNoneIsNotKept(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	blank := image.NewNRGBA(image.Rect(0, 0, 400, 160))
	var empty bytes.Buffer
	if err := png.Encode(&empty, blank); err != nil {
		t.Fatal(err)
	}
	for name, image := range map[string]string{"blank": base64.StdEncoding.EncodeToString(empty.Bytes()), "text": "aGVsbG8="} {
		if status, text := s.call(t, s.Seats["plaintiff"].Token, "PUT", "/api/v1/me/signature", `{"image":"`+image+`"}`); codeOf(text) != "bad_signature" {
			t.Errorf("%s: %d %s", name, status, text)
		}
	}
	token := s.Seats["plaintiff"].Token
	if status, text := s.call(t, token, "GET", "/api/v1/me/signature", ""); codeOf(text) != "signature_needed" {
		t.Errorf("%d %s", status, text)
	}
	s.sign(t, "plaintiff")
	var first, second store.Signature
	_, text := s.call(t, token, "GET", "/api/v1/me/signature", "")
	json.Unmarshal([]byte(text), &first)
	s.sign(t, "plaintiff") // the same again
	_, text = s.call(t, token, "GET", "/api/v1/me/signature", "")
	json.Unmarshal([]byte(text), &second)
	if first.ID == "" || second.ID != first.ID || second.At != first.At || len(first.Image) == 0 {
		t.Errorf("%+v, then %+v", first, second)
	}
	if status, text := s.call(t, s.Seats["defendant"].Token, "GET", "/api/v1/me/signature", ""); codeOf(text) != "signature_needed" {
		t.Errorf("another's signature: %d %s", status, text)
	}
}

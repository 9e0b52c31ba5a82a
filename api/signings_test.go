package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/signing"
	"microcourt/store/storetest"
)

// agreeTo lets somebody agree to stages on the notice as it is shown, and accept the notice on mediation.
func (s *site) agreeTo(t testing.TB, who, stages string) {
	t.Helper()
	var n hub.NoticeText
	s.must(t, who, "GET", "/notices/online_consent", "", &n)
	s.must(t, who, "POST", "/consents", fmt.Sprintf(`{"event":%q,"stages":%s,"version":%q,"sha256":%q}`, store.NewID(), stages, n.Version, n.SHA256), nil)
	s.must(t, who, "GET", "/notices/mediation_notice", "", &n)
	s.must(t, who, "POST", "/notices/mediation_notice/acceptance", fmt.Sprintf(`{"version":%q,"sha256":%q}`, n.Version, n.SHA256), nil)
}

// textOf reads a document with another program.
func textOf(t testing.TB, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		storetest.Missing(t, "pdftotext (poppler-utils)")
	}
	cmd := exec.CommandContext(t.Context(), tool, "-", "-")
	cmd.Stdin = strings.NewReader(string(pdf))
	out, err := cmd.Output()
	if err != nil {
		t.Errorf("the document can't be read: %v", err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

// TestAMediationAgreementIsWrittenShownSignedByAllAndPrinted, with what was refused.
func TestAMediationAgreementIsWrittenShownSignedByAllAndPrinted(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		base := "/api/v1/cases/" + s.Cases[0] + "/signings"
		text := `"kind":"mediation_agreement","lines":[{"text":"被告乙于2026年12月31日前一次性支付原告甲货款人民币120,000元，汇入原告甲指定的账户。"},{"text":"原告甲放弃其他诉讼请求。"},{"text":"案件受理费减半收取，由被告乙负担。"}]`
		if status, text := s.call(t, s.Seats["judge"].Token, "POST", base+"/preview", "{"+text+"}"); status != 200 || !strings.HasPrefix(text, "%PDF") {
			t.Errorf("the court can't look at what it writes: %d %.100s", status, text)
		}
		open := `{"event":"g1",` + text + `}`
		s.must(t, "judge", "POST", "/signings", open, nil)
		s.must(t, "judge", "POST", "/signings", open, nil)
		var list struct{ Signings []store.Signing }
		s.must(t, "plaintiff", "GET", "/signings", "", &list)
		if len(list.Signings) != 1 || list.Signings[0].State != signing.Open {
			t.Fatalf("laid before them: %+v", list)
		}
		g := list.Signings[0]
		_, shown := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/attachments/"+g.Document, "")
		if sum := sha256.Sum256([]byte(shown)); hex.EncodeToString(sum[:]) != g.SHA256 {
			t.Error("what is shown is not what the hash is of")
		}
		said := textOf(t, []byte(shown))
		for _, want := range []string{"调解协议", "一、被告乙于2026年12月31日前", "二、原告甲放弃", "主持调解：审判员judge", "自愿达成如下协议"} {
			if !strings.Contains(said, want) {
				t.Errorf("the paper lacks %s:\n%s", want, said)
			}
		}
		sign := func(who string) (int, string) {
			return s.call(t, s.Seats[who].Token, "POST", base+"/"+g.ID+"/signatures", fmt.Sprintf(`{"event":%q,"sha256":%q}`, store.NewID(), g.SHA256))
		}
		if _, text := sign("plaintiff"); codeOf(text) != "signature_needed" {
			t.Errorf("without a signature on file: %s", text)
		}
		for _, who := range []string{"plaintiff", "lawyer", "judge"} {
			s.sign(t, who)
		}
		if status, text := sign("plaintiff"); status != 409 || codeOf(text) != "consent_needed" {
			t.Errorf("without agreement to mediate online: %d %s", status, text)
		}
		s.agreeTo(t, "plaintiff", `{"mediation":true}`)
		s.agreeTo(t, "lawyer", `{"mediation":true,"service":true}`)
		if status, text := s.call(t, s.Seats["stranger"].Token, "POST", base+"/"+g.ID+"/signatures", `{"event":"x","sha256":"0"}`); status != 404 {
			t.Errorf("a stranger: %d %s", status, text)
		}
		s.must(t, "lawyer", "POST", "/signings/"+g.ID+"/refusals", `{"event":"r1","reason":"须与当事人核实"}`, nil)
		unsigned, _, _ := s.document(t, "defendant", "/cases/"+s.Cases[0]+"/signings/"+g.ID+"/document")
		if said := textOf(t, unsigned); !strings.Contains(said, "拒绝签名，理由：须与当事人核实") {
			t.Errorf("a refusal is not to be seen:\n%s", said)
		}
		for _, who := range []string{"plaintiff", "lawyer", "judge"} {
			if status, text := sign(who); status != 200 {
				t.Errorf("%s can't sign: %d %s", who, status, text)
			}
		}
		s.must(t, "defendant", "GET", "/signings", "", &list)
		if now := list.Signings[0]; now.State != signing.Complete || now.EndedAt == 0 || now.Signers[1].Refusals != 1 {
			t.Errorf("all have signed: %+v", now)
		}
		signed, _, missing := s.document(t, "defendant", "/cases/"+s.Cases[0]+"/signings/"+g.ID+"/document")
		if said := textOf(t, signed); missing != "" || !strings.Contains(said, g.SHA256) || !strings.Contains(said, "由代理人律师丙签名") || strings.Contains(said, "拒绝签名") {
			t.Errorf("the signed paper says %s, lacks %q", said, missing)
		}
		if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
			os.WriteFile(filepath.Join(dir, "mediation_agreement.pdf"), signed, 0o600)
			os.WriteFile(filepath.Join(dir, "mediation_agreement_base.pdf"), []byte(shown), 0o600)
		}
		if _, text := s.call(t, s.Seats["plaintiff"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/events?thread=room", ""); strings.Count(text, `"complete":true`) != 1 || !strings.Contains(text, string(court.KindSigningRefused)) {
			t.Errorf("the room says %s", text)
		}
	})
}

// TestConsentIsGivenOnTheNoticeThatWasShown, and what an application for going offline is granted moves the stages that it names.
func TestConsentIsGivenOnTheNoticeThatWasShown(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	eachFileSite(t, func(t *testing.T, s *site) {
		path := "/api/v1/cases/" + s.Cases[0] + "/consents"
		if _, text := s.call(t, s.Seats["plaintiff"].Token, "POST", path, `{"event":"c0","stages":{"mediation":true},"version":"v1","sha256":"00"}`); codeOf(text) != "notice_changed" {
			t.Errorf("on another text: %s", text)
		}
		if _, text := s.call(t, s.Seats["plaintiff"].Token, "POST", path, `{"event":"c0","stages":{"all":true},"version":"v1","sha256":"00"}`); codeOf(text) == "" {
			t.Errorf("to a stage that there is not: %s", text)
		}
		if _, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/notices/online_consent/acceptance", `{"version":"v1","sha256":"00"}`); codeOf(text) != "invalid" {
			t.Errorf("consent as a whole: %s", text)
		}
		s.agreeTo(t, "plaintiff", `{"mediation":true,"hearing_synchronous":true,"judgment":false}`)
		s.sign(t, "plaintiff")
		draft := store.NewID()
		s.must(t, "plaintiff", "PUT", "/application-drafts/"+draft, `{"revision":0,"kind":"offline","mode":"template","values":{"stage":["庭审","询问"],"who":"要求各方线下参加","ground":"其他","reason":"听力不便"}}`, nil)
		_, sum, _ := s.document(t, "plaintiff", "/cases/"+s.Cases[0]+"/application-drafts/"+draft+"/document?signed=true")
		s.must(t, "plaintiff", "POST", "/application-drafts/"+draft+"/signature", fmt.Sprintf(`{"revision":1,"sha256":%q}`, sum), nil)
		var a store.Application
		s.must(t, "plaintiff", "POST", "/applications", fmt.Sprintf(`{"event":"o1","draft":%q}`, draft), &a)
		if status, text := s.call(t, s.Seats["judge"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/applications/"+a.ID+"/answers",
			`{"event":"d0","state":"denied","decision":"继续在线","reason":"r","stages":["inquiry"]}`); codeOf(text) != "invalid" {
			t.Errorf("a refusal that moves stages: %d %s", status, text)
		}
		s.must(t, "judge", "POST", "/applications/"+a.ID+"/answers", `{"event":"d1","state":"granted","decision":"转为线下"}`, nil)
		for _, who := range []string{"defendant", "clerk"} {
			var v store.Consents
			s.must(t, who, "GET", "/consents", "", &v)
			got := map[string]consent.State{}
			for _, p := range v.Parties {
				for _, c := range p.Stages {
					got[p.Standing+" "+string(c.Stage)] = c.State
				}
			}
			for place, want := range map[string]consent.State{"原告 mediation": consent.Agreed, "原告 hearing_synchronous": consent.Offline, "原告 inquiry": consent.Offline, "原告 judgment": consent.Refused,
				"原告 filing": consent.Undeclared, "被告 hearing_synchronous": consent.Offline, "被告 hearing_asynchronous": consent.Offline, "被告 mediation": consent.Undeclared} {
				if got[place] != want {
					t.Errorf("%s sees %s as %s, want %s", who, place, got[place], want)
				}
			}
		}
	})
}

// TestWhatAPartyHasDeclaredIsPrinted, stage by stage.
func TestWhatAPartyHasDeclaredIsPrinted(t *testing.T) {
	if !paper.Available() {
		storetest.Missing(t, "the fonts for printing (make fonts)")
	}
	s := startSite(t, store.SQLite, 1)
	s.agreeTo(t, "lawyer", `{"mediation":true,"hearing_synchronous":false}`)
	s.must(t, "judge", "POST", "/consents/transfers", `{"event":"t1","stages":["inquiry"],"offline":true,"reason":"案情复杂"}`, nil)
	pdf, _, missing := s.document(t, "plaintiff", "/cases/"+s.Cases[0]+"/consents/document?party="+s.Seats["defendant"].Participant[s.Cases[0]])
	said := textOf(t, pdf)
	for _, want := range []string{"在线诉讼同意书", "被告乙", "由委托诉讼代理人律师丙", "不同意", "转为线下", "案情复杂", "没有表示"} {
		if !strings.Contains(said, want) {
			t.Errorf("the statement lacks %s:\n%s", want, said)
		}
	}
	if dir := os.Getenv("MICROCOURT_PAPER_SAMPLE"); dir != "" {
		os.WriteFile(filepath.Join(dir, "consent.pdf"), pdf, 0o600)
	}
	if missing != "" {
		t.Errorf("lacks %s", missing)
	}
}

// TestP3WhereSomebodyWantsPapersSentIsNobodyElsesMatter: a copy is asked for of what one reads, and only one's own side and the court see it.
func TestP3WhereSomebodyWantsPapersSentIsNobodyElsesMatter(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		_, shown := s.sendFile(t, "plaintiff", court.KindFile, "调解书.pdf", somePDF(1000))
		s.must(t, "plaintiff", "POST", "/events", fmt.Sprintf(`{"thread":"room","event":%q,"kind":"file","body":{"attachment":%q}}`, store.NewID(), shown), nil)
		_, private := s.sendFile(t, "plaintiff", court.KindFile, "私信.pdf", somePDF(1100))
		s.must(t, "plaintiff", "POST", "/events", fmt.Sprintf(`{"thread":%q,"event":%q,"kind":"file","body":{"attachment":%q}}`, storetest.Bench(s.Cases[0], s.Seats["plaintiff"]), store.NewID(), private), nil)
		_, unsent := s.sendFile(t, "plaintiff", court.KindFile, "草稿.pdf", somePDF(1200))
		ask := func(who, attachment string) (int, string) {
			return s.call(t, s.Seats[who].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/paper-copies", fmt.Sprintf(`{"event":%q,"attachment":%q,"delivery":"mail","note":"寄到新住处"}`, store.NewID(), attachment))
		}
		none, want := ask("lawyer", "none")
		for _, hidden := range []string{private, unsent} {
			if status, text := ask("lawyer", hidden); status != 404 || status != none || text != want {
				t.Errorf("a file that is not the lawyer's to read: %d %s, of none %d %s", status, text, none, want)
			}
		}
		if status, text := ask("lawyer", shown); status != 200 {
			t.Errorf("asked for: %d %s", status, text)
		}
		for who, sees := range map[string]bool{"plaintiff": false, "defendant": true, "lawyer": true, "judge": true, "clerk": true} {
			if _, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/paper-copies", ""); strings.Contains(text, "寄到新住处") != sees {
				t.Errorf("%s: %s", who, text)
			}
		}
		var list struct{ Copies []store.PaperCopy }
		_, text := s.call(t, s.Seats["clerk"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/paper-copies", "")
		if err := json.Unmarshal([]byte(text), &list); err != nil || len(list.Copies) != 1 {
			t.Fatal(text, err)
		}
		s.agree(t, "plaintiff")
		served := s.serve(t, "v1", "民事判决书", "plaintiff").Services[0].Attachment
		if status, text := ask("plaintiff", served); status != 200 {
			t.Errorf("a judgment that was served on the plaintiff: %d %s", status, text)
		}
		if status, text := ask("lawyer", served); status != none || text != want {
			t.Errorf("a judgment that was served on another: %d %s", status, text)
		}
		one := "/paper-copies/" + list.Copies[0].ID
		s.must(t, "clerk", "PUT", one, `{"event":"k1","state":"ready","note":"一楼窗口"}`, nil)
		s.must(t, "clerk", "PUT", one, `{"event":"k1","state":"ready","note":"一楼窗口"}`, nil)
		s.must(t, "judge", "PUT", one, `{"event":"k2","state":"sent","note":"单号1"}`, nil)
		for body, code := range map[string]string{`{"event":"k3","state":"refused"}`: "invalid", `{"event":"k4","state":"ready"}`: "application_decided"} {
			if _, text := s.call(t, s.Seats["clerk"].Token, "PUT", "/api/v1/cases/"+s.Cases[0]+one, body); codeOf(text) != code {
				t.Errorf("%s: %s", body, text)
			}
		}
	})
}

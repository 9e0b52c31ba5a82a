package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
)

// agree confirms an address for service over REST, as somebody who has read the notice and drawn a signature.
func (s *site) agree(t testing.TB, who string) {
	t.Helper()
	s.sign(t, who)
	var a struct {
		Notice struct{ Version, SHA256, Text string }
	}
	s.must(t, who, "GET", "/service-address", "", &a)
	if !strings.Contains(a.Notice.Text, "到达您确认的电子地址所在系统时即为送达") {
		t.Fatalf("the notice shown before confirming: %s", a.Notice.Text)
	}
	s.must(t, who, "PUT", "/service-address", fmt.Sprintf(`{"event":"agree-%s","notice_version":%q,"notice_sha256":%q,%s}`, who, a.Notice.Version, a.Notice.SHA256, anAddress), nil)
}

// serve has the clerk serve a document.
func (s *site) serve(t testing.TB, event, title string, whom ...string) store.Document {
	t.Helper()
	_, file := s.sendFile(t, "clerk", court.KindFile, title+".pdf", somePDF(1000+len(event)))
	var ids []string
	for _, who := range whom {
		ids = append(ids, s.Seats[who].Participant[s.Cases[0]])
	}
	recipients, _ := json.Marshal(ids)
	var d store.Document
	s.must(t, "clerk", "POST", "/documents", fmt.Sprintf(`{"event":%q,"kind":"judgment","title":%q,"number":"（2026）浙0212民初1号","file":{"attachment":%q},"recipients":%s}`, event, title, file, recipients), &d)
	return d
}

// TestServiceFromTheClerksDraftToTheVoucher: told first who can be served; the document arrives, is opened by being fetched, its receipt is confirmed with a
// signature, and the voucher says all of it.
func TestServiceFromTheClerksDraftToTheVoucher(t *testing.T) {
	needPrinting(t)
	eachFileSite(t, func(t *testing.T, s *site) {
		base := "/api/v1/cases/" + s.Cases[0]
		var recipients struct{ Recipients []store.PossibleRecipient }
		obstacles := func() (text string) {
			s.must(t, "clerk", "GET", "/document-recipients", "", &recipients)
			for _, r := range recipients.Recipients {
				text += fmt.Sprintf("%s:%s ", r.Name, r.Obstacle)
			}
			return text
		}
		if got := obstacles(); got != "原告甲:no_consent 被告乙:no_consent 律师丙:no_consent " {
			t.Errorf("before anybody agreed: %s", got)
		}
		status, text := s.call(t, s.Seats["plaintiff"].Token, "PUT", base+"/service-address", `{"event":"a0","notice_version":"v1","notice_sha256":"00",`+anAddress+`}`)
		if codeOf(text) != "notice_changed" {
			t.Errorf("another text than was shown: %d %s", status, text)
		}
		s.agree(t, "plaintiff")
		if got := obstacles(); got != "原告甲: 被告乙:no_consent 律师丙:no_consent " {
			t.Errorf("after the plaintiff agreed: %s", got)
		}
		form, _, missing := s.document(t, "plaintiff", "/cases/"+s.Cases[0]+"/service-address/document")
		if words := wordsOf(t, form); missing != "" || !strings.Contains(words, "送达地址确认书") || !strings.Contains(words, "某某路88号") || !strings.Contains(words, "即为送达") {
			t.Errorf("the form: %s %s", missing, words)
		}
		plaintiff := s.Seats["plaintiff"].Participant[s.Cases[0]]
		for who, want := range map[string]int{"judge": 200, "clerk": 200, "plaintiff": 200, "defendant": 404, "lawyer": 404, "stranger": 404} {
			for _, path := range []string{"", "/document"} {
				if status, text := s.call(t, s.Seats[who].Token, "GET", base+"/participants/"+plaintiff+"/service-address"+path, ""); status != want {
					t.Errorf("the plaintiff's address%s as %s: %d %.200s", path, who, status, text)
				}
			}
		}
		upload, file := s.sendFile(t, "clerk", court.KindFile, "判决书.pdf", somePDF(2000))
		body := fmt.Sprintf(`"kind":"judgment","title":"民事判决书","number":"（2026）浙0212民初1号","file":{"attachment":%q},"recipients":[%q]`, file, plaintiff)
		s.must(t, "clerk", "PUT", "/document-drafts/d1", `{"revision":0,`+body+`}`, nil)
		for _, who := range []string{"plaintiff", "defendant", "lawyer", "judge", "stranger", "admin", ""} {
			token := ""
			if who != "" {
				token = s.Seats[who].Token
			}
			s.answersAsForNone(t, who, token, map[string]string{"upload": upload, "attachment": file, "draft": "d1", "document": "d1"}, file)
		}
		var d store.Document
		s.must(t, "clerk", "POST", "/documents", `{"event":"serve-1","draft":"d1",`+body+`}`, &d)
		if status, _ := s.call(t, s.Seats["clerk"].Token, "GET", base+"/document-drafts/d1", ""); status != 404 {
			t.Errorf("the draft is still there: %d", status)
		}
		v := d.Services[0]
		if v.ServedAt == 0 || v.ServedAt != v.ArrivedAt || v.OpenedAt != 0 {
			t.Errorf("at once: %+v", v)
		}
		for _, who := range []string{"judge", "clerk"} { // the court's looking is no opening
			s.fetchAs(t, who, "/api/v1/attachments/"+v.Attachment)
		}
		s.call(t, s.Seats["plaintiff"].Token, "HEAD", "/api/v1/attachments/"+v.Attachment, "")
		read := func() store.Service {
			t.Helper()
			var d2 store.Document
			s.must(t, "plaintiff", "GET", "/documents/"+d.ID, "", &d2)
			return d2.Services[0]
		}
		if v := read(); v.OpenedAt != 0 {
			t.Errorf("opened by nobody: %+v", v)
		}
		res, content := s.fetchAs(t, "plaintiff", "/api/v1/attachments/"+v.Attachment)
		opened := read().OpenedAt
		if res.StatusCode != 200 || !bytes.Equal(content, somePDF(2000)) || opened == 0 {
			t.Errorf("opening: %s, opened at %d", res.Status, opened)
		}
		s.fetchAs(t, "plaintiff", "/api/v1/attachments/"+v.Attachment)
		s.must(t, "plaintiff", "POST", "/services/"+v.ID+"/confirmation", `{"event":"c1","sign":true}`, nil)
		if v := read(); v.OpenedAt != opened || v.ConfirmedAt == 0 || v.Signature == "" || v.ServedAt != v.ArrivedAt {
			t.Errorf("in the end: %+v", v)
		}
		status, text = s.call(t, s.Seats["clerk"].Token, "GET", base+"/events?thread=service/"+plaintiff, "")
		for _, kind := range []string{"service_address_confirmed", "document_served", "document_opened", "document_confirmed"} {
			if strings.Count(text, `"kind":"`+kind+`"`) != 1 {
				t.Errorf("the thread: %d %s", status, text)
			}
		}
		for _, who := range []string{"plaintiff", "judge"} {
			voucher, _, _ := s.document(t, who, "/cases/"+s.Cases[0]+"/services/"+v.ID+"/voucher")
			words := wordsOf(t, voucher)
			for _, want := range []string{"电子送达凭证", "（2026）浙0212民初1号", "民事判决书", d.SHA256[:30], "原告甲", "签名确认的送达地址", "到达时间", "预留签名签收", "送达生效时间", "第三十一条"} {
				if !strings.Contains(words, want) {
					t.Errorf("the voucher lacks %s: %s", want, words)
				}
			}
		}
		for _, who := range []string{"defendant", "lawyer", "stranger"} {
			for _, path := range []string{base + "/services/" + v.ID + "/voucher", base + "/documents/" + d.ID, "/api/v1/attachments/" + v.Attachment} {
				if status, text := s.call(t, s.Seats[who].Token, "GET", path, ""); status != 404 {
					t.Errorf("%s as %s: %d %.100s", path, who, status, text)
				}
			}
			if status, text := s.call(t, s.Seats[who].Token, "POST", base+"/services/"+v.ID+"/confirmation", `{"event":"c2"}`); codeOf(text) != "not_found" {
				t.Errorf("confirmed by %s: %d %s", who, status, text)
			}
		}
	})
}

// TestDocumentsAreFoundOverAllCasesOfTheRecipientAlone by docket number, title, parties (M11.2), page by page.
func TestDocumentsAreFoundOverAllCasesOfTheRecipientAlone(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		s.agree(t, "plaintiff")
		s.agree(t, "lawyer")
		for i := range 5 {
			s.serve(t, fmt.Sprintf("serve-%d", i), fmt.Sprintf("判决书%d", i), "plaintiff")
		}
		s.serve(t, "serve-both", "开庭传票", "plaintiff", "lawyer")
		find := func(who, query string) (titles []string) {
			t.Helper()
			for cursor := ""; ; {
				status, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/documents?limit=4&"+query+"&cursor="+cursor, "")
				var page struct {
					Documents []store.DocumentOnCard
					Next      string
				}
				if err := json.Unmarshal([]byte(text), &page); err != nil || status != 200 || len(page.Documents) > 4 {
					t.Fatalf("as %s: %d %s", who, status, text)
				}
				for _, d := range page.Documents {
					titles = append(titles, d.Title)
					if d.DocketNumber == "" || len(d.Parties) != 2 {
						t.Errorf("found: %+v", d)
					}
				}
				if cursor = page.Next; cursor == "" {
					return titles
				}
			}
		}
		q := func(words string) string { return "q=" + url.QueryEscape(words) }
		for _, c := range []struct {
			who, query string
			want       int
		}{
			{"plaintiff", "", 6}, {"plaintiff", q("判决书3"), 1}, {"plaintiff", q("民初1号 传票"), 1}, {"plaintiff", q("被告乙"), 6}, {"plaintiff", q("没有这个"), 0}, {"plaintiff", q("100%"), 0},
			{"lawyer", "", 1}, {"lawyer", q("判决书"), 0}, {"defendant", "", 0}, {"stranger", "", 0},
			{"judge", "", 7}, {"clerk", q("传票"), 2}, {"judge2", "", 0}, {"plaintiff", "waiting=true", 6},
		} {
			if got := find(c.who, c.query); len(got) != c.want {
				t.Errorf("%s finds by %q: %v, want %d", c.who, c.query, got, c.want)
			}
		}
		if status, text := s.call(t, s.Seats["admin"].Token, "GET", "/api/v1/documents", ""); codeOf(text) != "forbidden" {
			t.Errorf("the administrator: %d %s", status, text)
		}
	})
}

// TestTheCourseOfACaseHoldsItsActsAsFarAsOneReadsThem: no messages, nothing of others' threads.
func TestTheCourseOfACaseHoldsItsActsAsFarAsOneReadsThem(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		s.agree(t, "plaintiff")
		s.serve(t, "serve-1", "判决书", "plaintiff")
		s.must(t, "plaintiff", "POST", "/events", `{"thread":"room","event":"m1","kind":"text","body":{"text":"您好"}}`, nil)
		s.must(t, "judge", "PUT", "/evidence/deadline", `{"event":"d1","deadline":0}`, nil)
		for who, want := range map[string]string{
			"plaintiff": "evidence_deadline_set document_served service_address_confirmed ", "clerk": "evidence_deadline_set document_served service_address_confirmed ",
			"defendant": "evidence_deadline_set ", "lawyer": "evidence_deadline_set ",
		} {
			got, cursor := "", ""
			for {
				var page struct {
					Events []court.Event
					Next   string
				}
				s.must(t, who, "GET", "/course?limit=1&cursor="+cursor, "", &page)
				for _, ev := range page.Events {
					if ev.Kind != court.KindVerified && ev.Kind != court.KindCaseChanged {
						got += string(ev.Kind) + " "
					}
				}
				if cursor = page.Next; cursor == "" {
					break
				}
			}
			if got != want {
				t.Errorf("to the %s: %s, want %s", who, got, want)
			}
		}
	})
}

package api_test

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg"
	"io"
	"mime"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest/servers"
)

// fetchAs gets a path as somebody, with the answer's head.
func (s *site) fetchAs(t testing.TB, who, path string) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", s.server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+s.Seats[who].Token)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	data, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, data
}

// wordsOf reads a PDF's text as another program does, without spaces and line breaks.
func wordsOf(t testing.TB, pdf []byte) string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		servers.Missing(t, "pdftotext (apt-get install poppler-utils)")
	}
	file := filepath.Join(t.TempDir(), "document.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("MICROCOURT_PICTURES"); dir != "" {
		os.WriteFile(filepath.Join(dir, strings.ReplaceAll(t.Name(), "/", "-")+fmt.Sprintf("-%d.pdf", len(pdf))), pdf, 0o600)
	}
	out, err := exec.Command("pdftotext", "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(out)), "")
}

// needPrinting skips loudly where the program can't print.
func needPrinting(t testing.TB) {
	t.Helper()
	if !paper.Available() {
		servers.Missing(t, "the fonts for printing (make fonts)")
	}
}

// TestTheExhibitListAndTheReceiptArePrintedAsTheLawWantsThem (民事诉讼法 第六十九条): the same bytes under the same name every time, and
// the receipt for nobody but its own side and the court.
func TestTheExhibitListAndTheReceiptArePrintedAsTheLawWantsThem(t *testing.T) {
	needPrinting(t)
	s := startFileSites(t, store.SQLite, blobPlace(t, "folder"), 1)[0]
	_, page := s.sendFile(t, "plaintiff", court.KindImage, "一.jpg", someJPEG(t))
	_, second := s.sendFile(t, "plaintiff", court.KindFile, "二.pdf", somePDF(2000))
	var sub store.Submission
	s.must(t, "plaintiff", "POST", "/exhibits", fmt.Sprintf(`{"event":"s1","exhibits":[
		{"name":"收货单","kind":"documentary","purpose":"证明已经送货","source":"仓库","original_held":true,"pages":[{"attachment":%q,"turn":90}]},
		{"name":"微信聊天记录","kind":"electronic_data","purpose":"证明催讨","original_held":false,"pages":[{"attachment":%q,"turn":180}]}]}`, page, second), &sub)
	base := "/api/v1/cases/" + s.Cases[0]
	party := s.Seats["plaintiff"].Participant[s.Cases[0]]
	for _, c := range []struct {
		path, name string
		words      []string
		refused    []string
	}{
		{base + "/evidence/catalog/document?party=" + party, "证据目录 （2026）浙0212民初1号 原告原告甲.pdf",
			[]string{"证据目录", "（2026）浙0212民初1号", "买卖合同纠纷", "收货单", "书证", "证明已经送货", "微信聊天记录", "电子数据", "共2份证据，2页"}, []string{"stranger"}},
		{base + "/submissions/" + sub.ID + "/receipt/document", "证据收据 （2026）浙0212民初1号 第1号.pdf",
			[]string{"证据收据", "第1号", "原告证据1", "原告证据2", "原件由提交人保管", "无原件", "共2份、2页", "经办人", "clerk", "宁波市鄞州区人民法院"}, []string{"stranger", "defendant", "lawyer"}},
	} {
		res, pdf := s.fetchAs(t, "plaintiff", c.path)
		if res.StatusCode != 200 || res.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("%s: %s %s", c.path, res.Status, pdf)
		}
		if _, p, err := mime.ParseMediaType(res.Header.Get("Content-Disposition")); err != nil || p["filename"] != c.name {
			t.Errorf("%s is called %q", c.path, p["filename"])
		}
		if _, again := s.fetchAs(t, "judge", c.path); !bytes.Equal(pdf, again) {
			t.Errorf("%s: printed again it differs", c.path)
		}
		text := wordsOf(t, pdf)
		for _, word := range c.words {
			if !strings.Contains(text, word) {
				t.Errorf("%s lacks %q: %s", c.path, word, text)
			}
		}
		for _, who := range c.refused {
			if res, _ := s.fetchAs(t, who, c.path); res.StatusCode != 404 {
				t.Errorf("%s as %s: %s", c.path, who, res.Status)
			}
		}
	}
}

// TestThePagesOfAnExhibitKeepHowTheyAreToBeTurned: in the event, in the lists, in drafts; only what can be turned.
func TestThePagesOfAnExhibitKeepHowTheyAreToBeTurned(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		_, page := s.sendFile(t, "plaintiff", court.KindImage, "一.jpg", someJPEG(t))
		exhibit := func(attachment, turn string) string {
			return fmt.Sprintf(`[{"name":"收货单","kind":"documentary","purpose":"证明","original_held":true,"pages":[{"attachment":%q,"turn":%s}]}]`, attachment, turn)
		}
		var draft store.EvidenceDraft
		s.must(t, "plaintiff", "PUT", "/evidence-drafts/d1", `{"revision":0,"exhibits":`+exhibit(page, "90")+"}", &draft)
		if got := draft.Exhibits[0].Pages[0].Turn; got != 90 {
			t.Errorf("the draft has %d", got)
		}
		_, sound := s.sendFile(t, "plaintiff", court.KindFile, "录音.wav", append([]byte("RIFF\x54\x02\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"), make([]byte, 600)...))
		for _, bad := range []struct{ attachment, turn, field string }{
			{page, "45", "exhibits[0].pages[0].turn"}, {page, "-90", "exhibits[0].pages[0].turn"}, {page, "360", "exhibits[0].pages[0].turn"}, {sound, "90", "exhibits[0].pages[0].turn"},
		} {
			status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/exhibits", `{"event":"s0","exhibits":`+exhibit(bad.attachment, bad.turn)+"}")
			if codeOf(text) != "invalid" || !strings.Contains(text, bad.field) {
				t.Errorf("turned by %s: %d %s", bad.turn, status, text)
			}
		}
		var sub store.Submission
		s.must(t, "plaintiff", "POST", "/exhibits", `{"event":"s1","draft":"d1","exhibits":`+exhibit(page, "90")+"}", &sub)
		var x store.ExhibitDetails
		s.must(t, "defendant", "GET", "/exhibits/"+sub.Exhibits[0].ID, "", &x)
		_, text := s.call(t, s.Seats["judge"].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/events?thread=room", "")
		if x.Pages[0].Turn != 90 || sub.Exhibits[0].Cover.Turn != 90 || strings.Count(text, `"turn":90`) != 1 {
			t.Errorf("handed in: %+v, in the record: %s", x.Pages, text)
		}
	})
}

// TestEvidenceBearsTheReadersNameWhereTheCourtAsksForIt: pictures are marked by the server, the rest is said to be the page's to mark; the court and
// the sender get the file as it was sent, and everybody again when the order is lifted.
func TestEvidenceBearsTheReadersNameWhereTheCourtAsksForIt(t *testing.T) {
	needPrinting(t)
	eachFileSite(t, func(t *testing.T, s *site) {
		photo, paper := someJPEG(t), somePDF(3000)
		_, picture := s.sendFile(t, "plaintiff", court.KindImage, "一.jpg", photo)
		_, pdf := s.sendFile(t, "plaintiff", court.KindFile, "二.pdf", paper)
		_, message := s.sendFile(t, "plaintiff", court.KindImage, "三.jpg", photo)
		s.must(t, "plaintiff", "POST", "/exhibits", fmt.Sprintf(`{"event":"s1","exhibits":[{"name":"收货单","kind":"documentary","purpose":"证明","original_held":true,
			"pages":[{"attachment":%q},{"attachment":%q}]}]}`, picture, pdf), nil)
		s.must(t, "plaintiff", "POST", "/events", fmt.Sprintf(`{"thread":"room","event":"m1","kind":"image","body":{"attachment":%q}}`, message), nil)
		expect := func(when, who, attachment, mark string, original []byte) {
			t.Helper()
			res, data := s.fetchAs(t, who, "/api/v1/attachments/"+attachment)
			if res.StatusCode != 200 || res.Header.Get("X-Watermark") != mark || bytes.Equal(data, original) != (mark != "server") {
				t.Fatalf("%s, %s: %s, %q, %d bytes of %d", when, who, res.Status, res.Header.Get("X-Watermark"), len(data), len(original))
			}
			if mark == "server" {
				img, _, err := image.Decode(bytes.NewReader(data))
				if err != nil || img.Bounds().Dx() != 900 {
					t.Errorf("the marked view: %v", err)
				}
			}
			if stays := strings.Contains(res.Header.Get("Cache-Control"), "immutable"); stays != (mark == "") {
				t.Errorf("%s, %s: cached as %q", when, who, res.Header.Get("Cache-Control"))
			}
		}
		for i, on := range []bool{false, true, false} {
			if i > 0 {
				s.must(t, "clerk", "PUT", "/evidence/watermark", fmt.Sprintf(`{"event":"w%d","on":%v}`, i, on), nil)
			}
			when := fmt.Sprint("watermark ", on)
			server, page := "", ""
			if on {
				server, page = "server", "page"
			}
			for _, who := range []string{"defendant", "lawyer"} {
				expect(when, who, picture, server, photo)
				expect(when, who, pdf, page, paper)
				expect(when, who, message, "", photo) // no evidence
			}
			for _, who := range []string{"plaintiff", "judge", "clerk"} {
				expect(when, who, picture, "", photo)
				expect(when, who, pdf, "", paper)
			}
			var v store.Evidence
			s.must(t, "lawyer", "GET", "/evidence", "", &v)
			if v.WatermarkOn != on || strings.Contains(v.Watermark, "律师丙") != on {
				t.Errorf("%s: %v %q", when, v.WatermarkOn, v.Watermark)
			}
		}
	})
}

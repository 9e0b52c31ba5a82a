package api_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"microcourt/hub/efile"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
	"microcourt/store/storetest"
)

// caseFile gives the table of contents as somebody sees it.
func (s *site) caseFile(t testing.TB, who string) (c efile.Contents, text string) {
	t.Helper()
	status, text := s.call(t, s.Seats[who].Token, "GET", "/api/v1/cases/"+s.Cases[0]+"/file", "")
	if err := json.Unmarshal([]byte(text), &c); err != nil || status != 200 {
		t.Fatalf("%s's file: %d %s", who, status, text)
	}
	return c, text
}

// fill makes a case with papers of all sorts, some of them for few eyes.
func (s *site) fill(t *testing.T) {
	t.Helper()
	_, photo := s.sendFile(t, "plaintiff", court.KindImage, "一.jpg", someJPEG(t))
	_, contract := s.sendFile(t, "plaintiff", court.KindFile, "合同.pdf", pagedPDF(3))
	var sub store.Submission
	s.must(t, "plaintiff", "POST", "/exhibits", fmt.Sprintf(`{"event":"s1","exhibits":[
		{"name":"收货单","kind":"documentary","purpose":"证明已经送货","source":"仓库","original_held":true,"pages":[{"attachment":%q,"turn":90},{"attachment":%q}]}]}`, photo, contract), &sub)
	s.must(t, "defendant", "POST", "/exhibits/"+sub.Exhibits[0].ID+"/opinions", `{"event":"o1","authenticity":{"objection":true,"text":"签名不是本人所写"},"legality":{"objection":false},"relevance":{"objection":false}}`, nil)
	s.must(t, "judge", "PUT", "/exhibits/"+sub.Exhibits[0].ID+"/ruling", `{"event":"r1","ruling":"partly","reason":"部分印证"}`, nil)
	(&walk{t: t, s: s}).apply(s.Cases[0])
	_, page := s.sendFile(t, "defendant", court.KindFile, "申请.pdf", pagedPDF(2))
	s.must(t, "defendant", "PUT", "/application-drafts/d1", fmt.Sprintf(`{"revision":0,"kind":"other","mode":"paper","pages":[{"attachment":%q}]}`, page), nil)
	s.must(t, "defendant", "POST", "/applications", `{"event":"a1","draft":"d1"}`, nil)
	s.issue(t, "f1")
	(&walk{t: t, s: s}).serve()
	s.must(t, "judge", "PUT", "/evidence/deadline", `{"event":"d1","deadline":0}`, nil)
}

// pagedPDF is a PDF that says how many pages it has.
func pagedPDF(pages int) []byte {
	kids := strings.Repeat("3 0 R ", pages)
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [%s] /Count %d >>\nendobj\n3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%%%EOF\n", kids, pages)
}

// titles lists the papers of a table of contents, by volume.
func titles(c efile.Contents) string {
	var all []string
	for _, v := range c.Volumes {
		for _, p := range v.Papers {
			all = append(all, fmt.Sprintf("%s %d %s %d+%d", v.Volume, p.Number, p.Section, p.FirstPage, p.Pages))
		}
	}
	return strings.Join(all, "; ")
}

// TestTheCasesFileIsMadeAsItGoesAndShowsEachReaderItsPart: papers in order with numbered pages; what only the bench and one side read stands in the second volume, which no
// party gets; nobody finds more by guessing.
func TestTheCasesFileIsMadeAsItGoesAndShowsEachReaderItsPart(t *testing.T) {
	needPrinting(t)
	s := startSite(t, store.SQLite, 1)
	if c, _ := s.caseFile(t, "lawyer"); titles(c) != "main 1 course 1+1" {
		t.Errorf("an empty file: %s", titles(c))
	}
	s.fill(t)
	want := map[string]string{
		"judge":     "main 1 fee 1+1; main 2 application 2+3; main 3 evidence 5+5; main 4 document 10+1; main 5 course 11+1; secondary 1 application 1+1",
		"clerk":     "main 1 application 1+3; main 2 evidence 4+5; main 3 document 9+1; main 4 course 10+1",
		"plaintiff": "main 1 fee 1+1; main 2 application 2+1; main 3 application 3+3; main 4 evidence 6+5; main 5 document 11+1; main 6 course 12+1",
		"defendant": "main 1 application 1+3; main 2 evidence 4+5; main 3 course 9+1",
		"lawyer":    "main 1 application 1+3; main 2 evidence 4+5; main 3 course 9+1",
	}
	parts := map[string][]string{} // by paper and part, who gets it
	whole, _ := s.caseFile(t, "judge")
	for who, list := range want {
		gets := who == "judge" || who == "plaintiff" || who == "defendant" // for the others the table of contents has to do
		c, text := s.caseFile(t, who)
		if titles(c) != list {
			t.Errorf("%s: %s\nwant %s", who, titles(c), list)
		}
		if private := strings.Contains(text, "保全") || strings.Contains(text, "secret"); private != (who == "judge" || who == "plaintiff" || who == "clerk") {
			t.Errorf("%s reads of what isn't theirs: %v", who, private)
		}
		for _, v := range whole.Volumes {
			for _, p := range v.Papers {
				for n := range p.Parts {
					if !gets {
						break
					}
					path := fmt.Sprintf("/api/v1/cases/%s/file/%s/%d", s.Cases[0], p.ID, n+1)
					res, data := s.fetchAs(t, who, path)
					if to := res.Header.Get("Location"); res.StatusCode == 307 {
						res, data = s.fetchAs(t, who, to)
					}
					_, _, mine := c.Find(p.ID, n+1)
					if got := res.StatusCode == 200; got != (mine != nil) || got && !bytes.HasPrefix(data, []byte("%PDF-")) {
						t.Errorf("%s gets part %d of %s: %s", who, n+1, p.Title, res.Status)
					}
					if mine != nil {
						parts[path] = append(parts[path], who)
					} else if _, none := s.fetchAs(t, who, "/api/v1/cases/"+s.Cases[0]+"/file/none/1"); !bytes.Equal(data, none) {
						t.Errorf("%s can tell a paper of others from none: %s, %s", who, data, none)
					}
				}
			}
		}
	}
	if len(parts) < 10 {
		t.Errorf("only %d parts", len(parts))
	}
	_, exhibit, _ := whole.Find(whole.Volumes[0].Papers[2].ID, 1)
	_, sheet := s.fetchAs(t, "lawyer", fmt.Sprintf("/api/v1/cases/%s/file/%s/1", s.Cases[0], exhibit.ID))
	for _, words := range []string{"原告证据1", "收货单", "证明已经送货", "真实性有异议：签名不是本人所写", "部分采信", "部分印证", "正卷第4页"} {
		if text := wordsOf(t, sheet); !strings.Contains(text, words) {
			t.Errorf("the sheet of the exhibit lacks %q: %s", words, text)
		}
	}
}

// TestP3TheTalkStandsInTheFileAsFarAsItsReaderReadsIt: who said what and when, files by name and hash, what was withdrawn without its words; private words in the file of who
// exchanged them, those to the judges in the court's second volume, and nowhere else.
func TestP3TheTalkStandsInTheFileAsFarAsItsReaderReadsIt(t *testing.T) {
	needPrinting(t)
	s := startSite(t, store.SQLite, 1)
	c, p := s.Cases[0], s.Seats
	say := func(who, thread, id, kind, body string) {
		t.Helper()
		s.must(t, who, "POST", "/events", fmt.Sprintf(`{"thread":%q,"event":%q,"kind":%q,"body":%s}`, thread, id, kind, body), nil)
	}
	room, bench, pair := court.RoomThread, storetest.Bench(c, p["plaintiff"]), storetest.Pair(c, p["plaintiff"], p["defendant"])
	_, paper := s.sendFile(t, "defendant", court.KindFile, "账单.pdf", pagedPDF(1))
	var last store.Appended
	s.must(t, "plaintiff", "POST", "/events", `{"thread":"room","event":"t1","kind":"text","body":{"text":"货已送到"}}`, &last)
	say("defendant", room, "t2", "file", fmt.Sprintf(`{"attachment":%q}`, paper))
	say("defendant", room, "t3", "text", `{"text":"说错的话"}`)
	say("defendant", room, "t4", "recall", fmt.Sprintf(`{"seq":%d}`, last.Seq+2))
	say("defendant", room, "t5", "text", `{"text":"骂人的话"}`)
	say("judge", room, "t6", "hide", fmt.Sprintf(`{"seq":%d,"reason":"不当言论"}`, last.Seq+4))
	say("plaintiff", bench, "t7", "text", `{"text":"请法官调解"}`)
	say("plaintiff", pair, "t8", "text", `{"text":"能否和解"}`)
	ofRoom := []string{"原告原告甲货已送到", "账单.pdf", "（本人已撤回）", "（法庭已隐藏）"}
	for who, want := range map[string]struct {
		titles string
		words  []string
	}{
		"judge":     {"main 对话记录; secondary 私信记录：原告原告甲与审判组织", append(ofRoom, "请法官调解")},
		"clerk":     {"main 对话记录", ofRoom},
		"plaintiff": {"main 对话记录; main 私信记录：原告原告甲与审判组织; main 私信记录：原告原告甲与被告被告乙", append(ofRoom, "请法官调解", "能否和解")},
		"defendant": {"main 对话记录; main 私信记录：原告原告甲与被告被告乙", append(ofRoom, "能否和解")},
		"lawyer":    {"main 对话记录", ofRoom},
	} {
		contents, _ := s.caseFile(t, who)
		var titles []string
		var printed string
		for _, v := range contents.Volumes {
			for _, paper := range v.Papers {
				if paper.Section != efile.Talk {
					continue
				}
				titles = append(titles, v.Volume+" "+paper.Title)
				res, pdf := s.fetchAs(t, who, "/api/v1/cases/"+c+"/file/"+paper.ID+"/1")
				if res.StatusCode != 200 {
					t.Fatalf("%s prints %s: %s %s", who, paper.Title, res.Status, pdf)
				}
				printed += wordsOf(t, pdf)
			}
		}
		slices.Sort(titles)
		if got := strings.Join(titles, "; "); !sameTalks(got, want.titles) {
			t.Errorf("%s: %s, want %s", who, got, want.titles)
		}
		for _, words := range append(ofRoom, "请法官调解", "能否和解") {
			if mine := slices.Contains(want.words, words); strings.Contains(printed, words) != mine {
				t.Errorf("%s reads %q: %v\n%s", who, words, !mine, printed)
			}
		}
		if strings.Contains(printed, "说错的话") || strings.Contains(printed, "骂人的话") {
			t.Errorf("%s reads what was withdrawn: %s", who, printed)
		}
	}
	judges, _ := s.caseFile(t, "judge")
	for _, v := range judges.Volumes {
		for _, paper := range v.Papers {
			if v.Volume != efile.Secondary {
				continue
			}
			path := "/api/v1/cases/" + c + "/file/"
			res, theirs := s.fetchAs(t, "lawyer", path+paper.ID+"/1")
			if _, none := s.fetchAs(t, "lawyer", path+"none/1"); res.StatusCode != 404 || !bytes.Equal(theirs, none) {
				t.Errorf("the lawyer can tell %s from none: %s %s", paper.Title, res.Status, theirs)
			}
		}
	}
}

// sameTalks compares lists of titles; of two people in a title, any comes first.
func sameTalks(got, want string) bool {
	return got == want || got == strings.Replace(want, "原告原告甲与被告被告乙", "被告被告乙与原告原告甲", 1)
}

// archiveOf exports a case with its file.
func (s *site) archiveOf(t testing.TB, who string) []byte {
	t.Helper()
	res, text := s.fetchAs(t, who, "/api/v1/cases/"+s.Cases[0]+"/export?efile=true")
	if res.StatusCode != 200 {
		t.Fatalf("%s exports: %s %s", who, res.Status, text)
	}
	return text
}

// changed copies an archive with another file in the place of one, or without it, and a manifest that fits.
func changed(t testing.TB, text []byte, name string, content []byte) []byte {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(text), int64(len(text)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w := archive.NewZip(&out)
	var m archive.Manifest
	found := false
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		data, err := io.ReadAll(in)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case f.Name == archive.ManifestName:
			json.Unmarshal(data, &m)
			continue
		case f.Name == name:
			if found = true; content == nil {
				continue
			}
			data = content
		}
		w.Text(f.Name, data)
	}
	if !found {
		w.Text(name, content)
	}
	if err := w.Close(m); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestTheFileInAnArchiveIsMadeAnewFromTheRecordAndCompared: for the court and for each participant; a page, the table of contents or a paper too many that doesn't follow from the
// record is named.
func TestTheFileInAnArchiveIsMadeAnewFromTheRecordAndCompared(t *testing.T) {
	needPrinting(t)
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := startSite(t, engine, 1)
			s.fill(t)
			check := func(text []byte, version string) *efile.Checked {
				t.Helper()
				src, err := archive.OpenZip(bytes.NewReader(text), int64(len(text)))
				if err != nil {
					t.Fatal(err)
				}
				report, err := archive.Verify(t.Context(), src, archive.Trust{})
				if err != nil || !report.Beside {
					t.Fatalf("%v: %+v", err, report)
				}
				for _, f := range report.Findings {
					if f.Code != archive.Untrusted && f.Code != archive.NothingSealed {
						t.Errorf("the record: %+v", f)
					}
				}
				c, err := efile.Check(t.Context(), src, version)
				if err != nil {
					t.Fatal(err)
				}
				return c
			}
			for _, who := range []string{"plaintiff", "clerk"} {
				if c := check(s.archiveOf(t, who), "test"); len(c.Wrong) > 0 || c.Papers < 3 || c.Pages < 9 || c.OtherVersion != "" {
					t.Errorf("%s: %+v", who, c)
				}
				if engine == store.PostgreSQL {
					return // what follows has nothing to do with the database
				}
			}
			text := s.archiveOf(t, "judge")
			if again := s.archiveOf(t, "judge"); !bytes.Equal(text, again) {
				t.Error("the same record gives another archive")
			}
			if c := check(text, "another version"); len(c.Wrong) > 0 || c.OtherVersion != "test" {
				t.Errorf("%+v", c)
			}
			src, _ := archive.OpenZip(bytes.NewReader(text), int64(len(text)))
			for _, name := range src.Names() {
				if name != efile.ContentsName && name != efile.CoverName && name != "efile/main/003.2.pdf" { // setting pages is slow under the race detector
					continue
				}
				was, err := src.Read(name, 64<<20)
				if err != nil {
					t.Fatal(err)
				}
				other := bytes.Clone(was)
				other[len(other)/2] ^= 1
				for what, content := range map[string][]byte{"changed": other, "gone": nil} {
					if name != efile.CoverName && content == nil {
						continue
					}
					if c := check(changed(t, text, name, content), "test"); len(c.Wrong) == 0 || c.Wrong[0] != name {
						t.Errorf("%s is %s, and named is %v", name, what, c.Wrong)
					}
				}
			}
			if c := check(changed(t, text, "efile/main/999.1.pdf", []byte("%PDF-1.4")), "test"); len(c.Wrong) != 1 {
				t.Errorf("a paper too many: %v", c.Wrong)
			}
			record := bytes.ReplaceAll(mustRead(t, src, "threads/room.jsonl"), []byte("签名不是本人所写"), []byte("签名就是本人所写"))
			rest := changed(t, text, "threads/room.jsonl", record)
			forged, err := archive.OpenZip(bytes.NewReader(rest), int64(len(rest)))
			if err != nil {
				t.Fatal(err)
			}
			if c, err := efile.Check(t.Context(), forged, "test"); err != nil || len(c.Wrong) == 0 {
				t.Errorf("another record gives the same file: %+v, %v", c, err)
			}
		})
	}
}

func mustRead(t testing.TB, src *archive.Source, name string) []byte {
	t.Helper()
	text, err := src.Read(name, 64<<20)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// TestP3TheFileOfACaseWithPrivateWordsLooksLikeThatOfOneWithout, for who doesn't read them.
func TestP3TheFileOfACaseWithPrivateWordsLooksLikeThatOfOneWithout(t *testing.T) {
	needPrinting(t)
	s := startSite(t, store.SQLite, 1)
	look := func() (all string) {
		for _, who := range []string{"lawyer", "defendant"} {
			_, text := s.caseFile(t, who)
			all += text
		}
		return all
	}
	before := look()
	c, p := s.Cases[0], s.Seats
	for _, thread := range []string{storetest.Bench(c, p["plaintiff"]), storetest.Pair(c, p["plaintiff"], p["judge"])} {
		if _, err := s.Store.Append(t.Context(), p["plaintiff"].Draft(c, thread, "只给法官")); err != nil {
			t.Fatal(err)
		}
	}
	(&walk{t: t, s: s}).apply(c)
	s.issue(t, "f1")
	(&walk{t: t, s: s}).serve()
	if after := look(); after != before {
		t.Errorf("before: %s\nafter: %s", before, after)
	}
}

package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
)

// sendFile uploads a file and gives its attachment id.
func (s *site) sendFile(t testing.TB, who string, kind court.Kind, name string, data []byte) (upload, attachment string) {
	t.Helper()
	location := s.begin(t, who, kind, name, len(data))
	if res := s.patch(t, who, location, 0, data); res.StatusCode != 204 {
		t.Fatalf("sending %s: %s", name, res.Status)
	}
	return location[strings.LastIndexByte(location, '/')+1:], s.result(t, who, location).ID
}

// must makes a request that has to succeed and reads its answer into out.
func (s *site) must(t testing.TB, who, method, path, body string, out any) {
	t.Helper()
	status, text := s.call(t, s.Seats[who].Token, method, "/api/v1/cases/"+s.Cases[0]+path, body)
	if status >= 300 {
		t.Fatalf("%s %s as %s: %d %s", method, path, who, status, text)
	}
	if out != nil {
		if err := json.Unmarshal([]byte(text), out); err != nil {
			t.Fatal(err)
		}
	}
}

// TestP3ADraftAndItsFilesAreReachableByNobodyElse walks every route that takes an id, as everybody but the author, with the ids of a
// draft, of its files and their uploads: the answers are those for ids that never were.
func TestP3ADraftAndItsFilesAreReachableByNobodyElse(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := startSite(t, engine, 1)
			upload, attachment := s.sendFile(t, "plaintiff", court.KindFile, "合同.pdf", somePDF(1000))
			draft := store.NewID()
			s.must(t, "plaintiff", "PUT", "/evidence-drafts/"+draft, fmt.Sprintf(
				`{"revision":0,"exhibits":[{"name":"秘密的合同","kind":"documentary","purpose":"","original_held":true,"pages":[{"attachment":%q}]}]}`, attachment), nil)
			known := map[string]string{"upload": upload, "attachment": attachment, "draft": draft, "id": draft}
			for _, who := range []string{"defendant", "lawyer", "judge", "clerk", "stranger", "admin", ""} {
				token := ""
				if who != "" {
					token = s.Seats[who].Token
				}
				s.answersAsForNone(t, who, token, known, attachment)
				if who != "" && who != "stranger" && who != "admin" {
					status, text := s.call(t, token, "GET", "/api/v1/cases/"+s.Cases[0]+"/evidence-drafts", "")
					if status != 200 || strings.Contains(text, draft) || strings.Contains(text, "秘密") {
						t.Errorf("%s lists drafts: %d %s", who, status, text)
					}
				}
			}
			var mine struct{ Exhibits []struct{ Name string } }
			if s.must(t, "plaintiff", "GET", "/evidence-drafts/"+draft, "", &mine); len(mine.Exhibits) != 1 || mine.Exhibits[0].Name != "秘密的合同" {
				t.Errorf("the author has %+v", mine)
			}
		})
	}
}

// answersAsForNone walks every route that takes an id as somebody who may not know of what the ids name, once with them and once with ids that never were:
// the answers are the same. Where a path wants another id, attachment stands in.
func (s *site) answersAsForNone(t *testing.T, who, token string, known map[string]string, attachment string) {
	t.Helper()
	for _, r := range s.api.Routes() {
		if !strings.Contains(strings.ReplaceAll(r.Path, "{case}", ""), "{") || strings.Contains(r.Path, "sign-out") {
			continue
		}
		if strings.HasPrefix(r.Path, "/api/v1/guide/") { // of pages for everybody, whose ids the writer gives: the first of the two calls makes one
			continue
		}
		body := strings.ReplaceAll(examples[r.Method+" "+r.Path].body, "{n}", "1")
		fill := func(ids map[string]string) string {
			path := strings.ReplaceAll(r.Path, "{case}", s.Cases[0])
			for name, id := range known {
				if ids == nil {
					id = store.NewID()
				}
				path = strings.ReplaceAll(path, "{"+name+"}", id)
			}
			for open := strings.IndexByte(path, '{'); open >= 0; open = strings.IndexByte(path, '{') {
				id := attachment
				if ids == nil {
					id = store.NewID()
				}
				path = path[:open] + id + path[open+strings.IndexByte(path[open:], '}')+1:]
			}
			return path
		}
		if r.Method == "PUT" && (strings.HasSuffix(r.Path, "{draft}") || strings.HasSuffix(r.Path, "{pleading}") || strings.HasSuffix(r.Path, "filing-drafts/{filing}")) { // as who has seen it
			body = strings.Replace(body, `"revision":0`, `"revision":1`, 1)
		}
		theirs, text := s.call(t, token, r.Method, fill(known), body)
		none, want := s.call(t, token, r.Method, fill(nil), body)
		if theirs != none || text != want {
			t.Errorf("%s %s as %q tells the draft or its file from none: %d %s, not %d %s", r.Method, r.Path, who, theirs, text, none, want)
		}
	}
}

// TestP3ThePagesOfExhibitsAreGivenToTheCaseAlone: before they are handed in to their author, then to all who are in the room.
func TestP3ThePagesOfExhibitsAreGivenToTheCaseAlone(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		_, page := s.sendFile(t, "plaintiff", court.KindImage, "一.jpg", someJPEG(t))
		_, image := s.sendFile(t, "defendant", court.KindImage, "二.jpg", someJPEG(t))
		expect := func(when, attachment string, readers string) {
			t.Helper()
			for _, who := range []string{"plaintiff", "defendant", "lawyer", "judge", "clerk", "stranger", "admin", ""} {
				for _, path := range []string{"", "/thumbnail"} {
					token := ""
					if who != "" {
						token = s.Seats[who].Token
					}
					status, _ := s.call(t, token, "GET", "/api/v1/attachments/"+attachment+path, "")
					if may := strings.Contains(" "+readers+" ", " "+who+" ") && who != ""; may != (status == 200) {
						t.Errorf("%s: %s%s as %q: %d", when, attachment, path, who, status)
					}
				}
			}
		}
		const room = "plaintiff defendant lawyer judge clerk"
		expect("before", page, "plaintiff")
		var sub store.Submission
		s.must(t, "plaintiff", "POST", "/exhibits", fmt.Sprintf(
			`{"event":"s1","exhibits":[{"name":"收货单","kind":"documentary","purpose":"证明送货","original_held":true,"pages":[{"attachment":%q}]}]}`, page), &sub)
		expect("handed in", page, room)
		expect("before", image, "defendant")
		exhibit := sub.Exhibits[0].ID
		s.must(t, "defendant", "POST", "/exhibits/"+exhibit+"/opinions", fmt.Sprintf(
			`{"event":"o1","authenticity":{"objection":true},"legality":{"objection":false},"relevance":{"objection":false},"images":[{"attachment":%q}]}`, image), nil)
		expect("the opinion is given", image, room)
		s.must(t, "plaintiff", "POST", "/exhibits/"+exhibit+"/withdrawal", `{"event":"w1","reason":"重复提交"}`, nil)
		expect("withdrawn", page, room)
		receipt := "/api/v1/cases/" + s.Cases[0] + "/submissions/" + sub.ID + "/receipt"
		for who, want := range map[string]int{"plaintiff": 200, "judge": 200, "clerk": 200, "defendant": 404, "lawyer": 404, "stranger": 404, "admin": 404} {
			if status, text := s.call(t, s.Seats[who].Token, "GET", receipt, ""); status != want {
				t.Errorf("the receipt as %s: %d %s", who, status, text)
			}
		}
	})
}

// TestEvidenceFromTheFirstPageToTheRuling goes the whole way over REST, and sees every step live in the room.
func TestEvidenceFromTheFirstPageToTheRuling(t *testing.T) {
	eachFileSite(t, func(t *testing.T, s *site) {
		phone := s.dial(t, s.Seats["defendant"])
		start := phone.Join(s.Cases[0], nil)
		seq := start.Last[court.RoomThread]
		data := somePDF(2000)
		sum := sha256.Sum256(data)
		_, page := s.sendFile(t, "plaintiff", court.KindFile, "合同.pdf", data)
		_, voice := s.sendFile(t, "plaintiff", court.KindFile, "录音.wav", append([]byte("RIFF\xf4\x01\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00"), make([]byte, 500)...))
		exhibits := fmt.Sprintf(`[{"name":"买卖合同","kind":"documentary","purpose":"证明合同关系","source":"双方签订","original_held":true,"pages":[{"attachment":%q,"sha256":"%x"}]},
			{"name":"通话录音","kind":"audio_visual","purpose":"证明催款","original_held":false,"pages":[{"attachment":%q}]}]`, page, sum, voice)
		wrong := strings.Replace(exhibits, hex.EncodeToString(sum[:]), strings.Repeat("0", 64), 1)
		if status, text := s.call(t, s.Seats["plaintiff"].Token, "POST", "/api/v1/cases/"+s.Cases[0]+"/exhibits", `{"event":"s0","exhibits":`+wrong+`}`); status != 409 || codeOf(text) != "hash_differs" {
			t.Errorf("a wrong hash: %d %s", status, text)
		}
		var sub store.Submission
		s.must(t, "plaintiff", "POST", "/exhibits", `{"event":"s1","exhibits":`+exhibits+`}`, &sub)
		if len(sub.Exhibits) != 2 || sub.Exhibits[0].Label != "原告证据1" || sub.Exhibits[1].Cover.Media != court.PageAudio || sub.Number != 1 {
			t.Errorf("handed in %+v", sub)
		}
		seq++
		e := phone.Await("the submission", func(m hubtest.Message) bool { return m.T == "event" && m.Seq == seq })
		if !strings.Contains(e.Raw, `"kind":"exhibits_submitted"`) || !strings.Contains(e.Raw, hex.EncodeToString(sum[:])) {
			t.Errorf("the room heard %s", e.Raw)
		}
		exhibit := sub.Exhibits[0].ID
		refused := func(who, method, path, body, code string) {
			t.Helper()
			if status, text := s.call(t, s.Seats[who].Token, method, "/api/v1/cases/"+s.Cases[0]+path, body); status < 400 || codeOf(text) != code {
				t.Errorf("%s %s as %s: %d %s, want %s", method, path, who, status, text, code)
			}
		}
		refused("judge", "PUT", "/exhibits/"+exhibit+"/ruling", `{"event":"r0","ruling":"admitted","reason":"r"}`, "not_cross_examined")
		s.must(t, "clerk", "POST", "/exchanges", `{"event":"x1","mode":"synchronous","note":"请各方发表意见"}`, nil)
		no := `"authenticity":{"objection":false},"legality":{"objection":false},"relevance":{"objection":false}`
		refused("defendant", "POST", "/exhibits/"+exhibit+"/opinions", `{"event":"o0",`+strings.Replace(no, "false", "true", 1)+`}`, "invalid")
		s.must(t, "lawyer", "POST", "/exhibits/"+exhibit+"/opinions", `{"event":"o1",`+no+`}`, nil)
		var v store.Evidence
		s.must(t, "judge", "GET", "/evidence", "", &v)
		if len(v.Exchanges) != 1 || v.Exhibits[0].Opinions[0].State != store.OpinionNone || v.Exhibits[1].Opinions[0].State != store.OpinionMissing || v.Exhibits[0].OpenNow != "open" {
			t.Errorf("the table says %+v", v)
		}
		s.must(t, "judge", "POST", "/exchanges/"+v.Exchanges[0].ID+"/close", `{"event":"x2","reason":"质证完毕"}`, nil)
		refused("defendant", "POST", "/exhibits/"+exhibit+"/opinions", `{"event":"o2",`+no+`}`, "exchange_closed")
		s.must(t, "clerk", "PUT", "/exhibits/"+exhibit+"/original", `{"event":"c1","state":"matched"}`, nil)
		refused("clerk", "PUT", "/exhibits/"+exhibit+"/ruling", `{"event":"r1","ruling":"admitted","reason":"r"}`, "forbidden")
		s.must(t, "judge", "PUT", "/exhibits/"+exhibit+"/ruling", `{"event":"r1","ruling":"admitted","reason":"各方无异议"}`, nil)
		refused("plaintiff", "POST", "/exhibits/"+exhibit+"/withdrawal", `{"event":"w1"}`, "exhibit_ruled")
		var d store.ExhibitDetails
		s.must(t, "defendant", "GET", "/exhibits/"+exhibit, "", &d)
		if d.Ruling == nil || d.Original.State != court.OriginalMatched || len(d.Pages) != 1 || len(d.Versions) != 1 || d.OpenNow != "exchange_closed" {
			t.Errorf("in the end %+v", d)
		}
		var check store.HashCheck
		if s.must(t, "defendant", "GET", "/exhibits/"+exhibit+"/verification", "", &check); !check.Identical || check.Pages[0].Computed != hex.EncodeToString(sum[:]) {
			t.Errorf("verified %+v", check)
		}
		var list store.Catalog
		if s.must(t, "defendant", "GET", "/evidence/catalog?party="+d.Party, "", &list); len(list.Rows) != 2 || list.Pages != 2 || list.Rows[1].FirstPage != 2 {
			t.Errorf("the list is %+v", list)
		}
		var receipt store.EvidenceReceipt
		if s.must(t, "plaintiff", "GET", "/submissions/"+sub.ID+"/receipt", "", &receipt); len(receipt.Items) != 2 || receipt.Items[0].Copies != 1 || len(receipt.Handlers) != 1 || receipt.By != "原告甲" {
			t.Errorf("the receipt is %+v", receipt)
		}
		for range 5 { // exchange opened, opinion, closed, original, ruling
			seq++
			phone.AwaitSeq(court.RoomThread, seq)
		}
	})
}

// TestTheClockClosesAnExchangeForAllWhoAreInTheRoom: nobody has to ask.
func TestTheClockClosesAnExchangeForAllWhoAreInTheRoom(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			s := startSite(t, engine, 1)
			phone := s.dial(t, s.Seats["plaintiff"])
			phone.Join(s.Cases[0], nil)
			ends := time.Now().Add(time.Second).UnixMilli()
			s.must(t, "clerk", "POST", "/exchanges", fmt.Sprintf(`{"event":"x1","mode":"asynchronous","ends_at":%d}`, ends), nil)
			closed := phone.Await("the end", func(m hubtest.Message) bool { return strings.Contains(m.Raw, `"kind":"exchange_closed"`) })
			if closed.At < ends || !strings.Contains(closed.Raw, `"by":""`) || !strings.Contains(closed.Raw, `"automatic":true`) {
				t.Errorf("before %d: %s", ends, closed.Raw)
			}
		})
	}
}

// TestTheLargestSubmissionReachesEverybodyInTheRoom, live and after a reconnect, within what may wait for a connection.
func TestTheLargestSubmissionReachesEverybodyInTheRoom(t *testing.T) {
	s := startSite(t, store.SQLite, 1)
	phone := s.dial(t, s.Seats["defendant"])
	phone.Join(s.Cases[0], nil)
	name := strings.Repeat("<", court.MaxFileNameRunes-4) + ".pdf" // six bytes each in JSON
	var exhibits []map[string]any
	for i := range 4 {
		var pages []map[string]string
		for p := range court.MaxExhibitPages {
			_, id := s.sendFile(t, "plaintiff", court.KindFile, name, somePDF(1000+i*100+p))
			pages = append(pages, map[string]string{"attachment": id})
		}
		exhibits = append(exhibits, map[string]any{"name": strings.Repeat("<", court.MaxLabelRunes), "kind": "documentary", "original_held": false,
			"purpose": strings.Repeat("<", court.MaxPurposeRunes), "source": strings.Repeat("<", court.MaxSourceRunes), "pages": pages})
	}
	body, err := json.Marshal(map[string]any{"event": "largest", "exhibits": exhibits})
	if err != nil {
		t.Fatal(err)
	}
	var sub store.Submission
	s.must(t, "plaintiff", "POST", "/exhibits", string(body), &sub)
	phone.AwaitSeq(court.RoomThread, sub.Seq)
	again := s.dial(t, s.Seats["defendant"])
	again.Join(s.Cases[0], nil)
	m := again.Await("the submission", func(m hubtest.Message) bool { return m.T == "event" && m.Seq == sub.Seq })
	t.Logf("the event has %d bytes", len(m.Raw))
}

package api_test

import (
	"bytes"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"microcourt/hub"
	"microcourt/hub/idcheck"
	"microcourt/hub/liveness"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
	"microcourt/store/storetest"
)

// prover is somebody who proves who they are, over REST.
type prover struct {
	*site
	seat *storetest.Seat
	t    *testing.T
}

func startProver(t *testing.T, change func(*hub.Config)) *prover {
	t.Helper()
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) {
		c.Notices = court.DefaultNotices()
		change(c)
	})
	seat := &storetest.Seat{Name: "newcomer", Role: court.RolePerson, Phone: "13700000009"}
	s.SignIn(t, seat)
	return &prover{s, seat, t}
}

// do asks and gives the proofing as it then is; code is what it is refused with, "" for nothing.
func (p *prover) do(method, path, body, code string) (v hub.ProofingView) {
	p.t.Helper()
	status, text := p.call(p.t, p.seat.Token, method, "/api/v1/me/identity"+path, body)
	if got := codeOf(text); got != code || (status < 400) != (code == "") {
		p.t.Fatalf("%s %s: %d %s, want %q", method, path, status, text, code)
	}
	json.Unmarshal([]byte(text), &v)
	return v
}

// agree reads a text and agrees to it.
func (p *prover) agree(key string) hub.ProofingView {
	p.t.Helper()
	_, text := p.call(p.t, p.seat.Token, "GET", "/api/v1/me/identity/texts/"+key, "")
	var n hub.NoticeText
	if err := json.Unmarshal([]byte(text), &n); err != nil || n.SHA256 == "" || strings.Contains(n.Text, "{{") {
		p.t.Fatalf("%s, %v", text, err)
	}
	p.do("PUT", "/proofing/texts/"+key, `{"version":"`+n.Version+`","sha256":"00"}`, "notice_changed")
	return p.do("PUT", "/proofing/texts/"+key, `{"version":"`+n.Version+`","sha256":"`+n.SHA256+`"}`, "")
}

func documentPhoto(t *testing.T, w, h int) string {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewGray(image.Rect(0, 0, w, h)), nil); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func (p *prover) sign() {
	p.t.Helper()
	img := image.NewNRGBA(image.Rect(0, 0, 200, 80))
	for x := range 100 {
		for y := range 5 {
			img.Set(20+x, 30+y, color.Black)
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		p.t.Fatal(err)
	}
	body, err := json.Marshal(map[string][]byte{"image": out.Bytes()})
	if err != nil {
		p.t.Fatal(err)
	}
	if status, text := p.call(p.t, p.seat.Token, "PUT", "/api/v1/me/signature", string(body)); status != 200 {
		p.t.Fatal(text)
	}
}

const anAdult = `{"name":"张三","id_type":"resident_id","id_number":"110101190001010014"}`

// video is what a phone's video begins with.
func video() string {
	return "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x84webm\x42\x87\x81\x04\x42\x85\x81\x02" + strings.Repeat("\x00", 8<<10)
}

// frames are of a camera that sees nothing, as an answer to a challenge.
func frames(t *testing.T, nonce liveness.Nonce, length int) []byte {
	t.Helper()
	c := liveness.Capture{Nonce: nonce}
	for at := 0; at < length; at += 100 {
		c.Frames = append(c.Frames, liveness.Frame{At: at, JPEG: []byte(documentPhoto(t, 120, 160))})
	}
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// TestSomebodyProvesWhoTheyAreByWayOfTheReviewDesk goes the whole way in its order, over REST, and shows that nothing of it opens before its time and to nobody else.
func TestSomebodyProvesWhoTheyAreByWayOfTheReviewDesk(t *testing.T) {
	p := startProver(t, func(*hub.Config) {})
	p.do("PUT", "/proofing/document", anAdult, "not_found") // nothing was begun
	if v := p.do("POST", "/proofing", "", ""); v.Next != proofing.StepRules || v.State != proofing.Open {
		t.Fatalf("%+v", v)
	}
	p.do("PUT", "/proofing/document", anAdult, "proofing_step")
	if v := p.agree(court.NoticeRules); v.Next != proofing.StepDocument {
		t.Fatalf("%+v", v)
	}
	p.do("PUT", "/proofing/document", `{"name":"张三","id_type":"resident_id","id_number":"110101190001010015"}`, "id_checksum")
	if v := p.do("PUT", "/proofing/document", anAdult, ""); v.Next != proofing.StepPhone || v.Document.IDNumber != "110*************14" || v.Reason != proofing.ByAuthority {
		t.Fatalf("%+v", v)
	}
	if v := p.do("PUT", "/proofing/phone", "", ""); v.Next != proofing.StepPhotos { // signed in by a code just now
		t.Fatalf("%+v", v)
	}
	p.do("PUT", "/proofing/photos/document_front", "not a picture", "bad_file_type")
	p.do("PUT", "/proofing/photos/document_front", documentPhoto(t, 200, 200), "capture")
	p.do("PUT", "/proofing/photos/document_front", documentPhoto(t, 640, 480), "")
	if v := p.do("PUT", "/proofing/photos/document_back", documentPhoto(t, 640, 480), ""); v.Next != proofing.StepFace || len(v.Files) != 2 {
		t.Fatalf("%+v", v)
	}
	p.do("POST", "/proofing/challenges", `{"kind":"flash"}`, "face_consent")
	p.agree(court.NoticeFaceConsent)
	ask := func(kind string) (c hub.ProofingChallenge) {
		t.Helper()
		_, text := p.call(t, p.seat.Token, "POST", "/api/v1/me/identity/proofing/challenges", `{"kind":"`+kind+`"}`)
		if err := json.Unmarshal([]byte(text), &c); err != nil || c.ID == "" {
			t.Fatalf("%s, %v", text, err)
		}
		return c
	}
	first := ask("flash")
	p.do("PUT", "/proofing/challenges/"+first.ID+"/answer", "garbage", "capture")
	p.do("PUT", "/proofing/challenges/"+first.ID+"/answer", "garbage", "challenge") // once
	second := ask("flash")
	p.do("PUT", "/proofing/challenges/"+second.ID+"/answer", string(frames(t, first.Flash.Nonce, 8000)), "challenge") // frames of another challenge
	third := ask("flash")
	v := p.do("PUT", "/proofing/challenges/"+third.ID+"/answer", string(frames(t, third.Flash.Nonce, third.Flash.Length())), "")
	if v.Capture == nil || v.Capture.Verdict != proofing.No || v.Next != proofing.StepFace || v.Capture.Challenge != "" {
		t.Fatalf("frames that show nothing: %+v", v.Capture)
	}
	p.do("PUT", "/proofing/challenges/"+ask("digits_video").ID+"/answer", "garbage", "capture")
	if v = p.do("PUT", "/proofing/challenges/"+ask("digits_video").ID+"/answer", video(), ""); v.Next != proofing.StepNotice {
		t.Fatalf("%+v", v)
	}
	p.do("PUT", "/proofing/signature", "", "signature_needed")
	p.sign()
	p.do("PUT", "/proofing/signature", "", "proofing_step")
	p.do("POST", "/proofing/submission", "", "proofing_step")
	p.agree(court.NoticeCourt)
	p.do("PUT", "/proofing/signature", "", "")
	if v = p.do("POST", "/proofing/submission", "", ""); v.State != proofing.Review || v.Reason != proofing.ByAuthority {
		t.Fatalf("%+v", v)
	}
	p.do("PUT", "/proofing/document", anAdult, "proofing_state")

	desk := func(method, path, body string) (int, string) {
		return p.call(t, p.Seats["clerk"].Token, method, "/api/v1/proofings"+path, body)
	}
	_, text := desk("GET", "", "")
	if !strings.Contains(text, `"name":"张三"`) || strings.Contains(text, "110101190001010014") {
		t.Errorf("the queue: %s", text)
	}
	_, text = desk("GET", "/"+v.ID, "")
	var review struct {
		Document proofing.Document
		Captures []proofing.Capture
		Files    []store.ProofingFile
	}
	if err := json.Unmarshal([]byte(text), &review); err != nil || review.Document.IDNumber != "110101190001010014" || len(review.Captures) != 2 || len(review.Files) != 4 {
		t.Fatalf("%s, %v", text, err)
	}
	for _, f := range review.Files {
		status, data := desk("GET", "/"+v.ID+"/files/"+f.ID, "")
		if status != 200 || int64(len(data)) != f.Size {
			t.Errorf("%s: %d, %d bytes of %d", f.Kind, status, len(data), f.Size)
		}
		if f.Kind == proofing.FileFlash {
			var c hub.CaptureView
			_, text := desk("GET", "/"+v.ID+"/captures/"+f.ID, "")
			if err := json.Unmarshal([]byte(text), &c); err != nil || len(c.Frames) < 20 || c.Report.Verdict != liveness.Fail || len(c.Report.Reasons) == 0 {
				t.Errorf("%.300s, %v", text, err)
			}
		}
	}
	if status, text := desk("POST", "/"+v.ID+"/decisions", `{"approve":false}`); codeOf(text) != "invalid" {
		t.Errorf("refused without a reason: %d %s", status, text)
	}
	if status, text := desk("POST", "/"+v.ID+"/decisions", `{"approve":true}`); status != 200 || !strings.Contains(text, "approved") {
		t.Fatalf("%d %s", status, text)
	}
	_, text = p.call(t, p.seat.Token, "GET", "/api/v1/me/identity", "")
	if !strings.Contains(text, `"method":"review"`) || !strings.Contains(text, `"state":"approved"`) || strings.Contains(text, "110101190001010014") {
		t.Errorf("%s", text)
	}
	entries, _, err := p.Store.Audit(t.Context(), store.Place{}, 50)
	if err != nil {
		t.Fatal(err)
	}
	looks := 0
	for _, e := range entries {
		if e.Act == court.ActProofingReview && e.Subject == v.ID {
			looks++
		}
		if strings.Contains(e.Detail, "张三") || strings.Contains(e.Detail, "110101") {
			t.Errorf("the audit holds personal data: %+v", e)
		}
	}
	if looks != 7 { // the page, four files, the frames, the decision
		t.Errorf("%d acts were audited", looks)
	}
}

// TestP8AuthoritiesVerifyOnlyWithAYesFromEach: with both services connected a face that followed the colours needs nobody of the court; a no from either, or silence, does.
func TestP8AuthoritiesVerifyOnlyWithAYesFromEach(t *testing.T) {
	for _, c := range []struct {
		authority, face string
		state           proofing.State
		reason          proofing.Reason
		asked           string
	}{
		{`{"result":"match"}`, `{"result":"same","score":0.9}`, proofing.Approved, "", "authority face"},
		{`{"result":"match"}`, `{"result":"different"}`, proofing.Open, proofing.ByFace, "authority face"},
		{`{"result":"match"}`, `{"result":"unsure"}`, proofing.Open, proofing.ByFace, "authority face"},
		{`{"result":"mismatch"}`, `{"result":"same"}`, proofing.Open, proofing.ByAuthority, "authority"},
		{`broken`, `{"result":"same"}`, proofing.Open, proofing.ByAuthority, "authority"},
		{`{"result":"match"}`, `broken`, proofing.Open, proofing.ByFace, "authority face"},
	} {
		const secret = "a secret of 16 characters"
		var asked []string
		service := func(name, answer string) string {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				asked = append(asked, name)
				io.WriteString(w, answer)
			}))
			t.Cleanup(server.Close)
			return server.URL
		}
		authority, err := idcheck.NewAuthority(service("authority", c.authority), secret)
		if err != nil {
			t.Fatal(err)
		}
		faces, err := idcheck.NewFaces(service("face", c.face), secret)
		if err != nil {
			t.Fatal(err)
		}
		var files *store.Files
		p := startProver(t, func(cfg *hub.Config) {
			cfg.Identity = hub.IdentityConfig{Authority: authority, Faces: faces}
			files = cfg.Files
		})
		p.do("POST", "/proofing", "", "")
		p.agree(court.NoticeRules)
		p.do("PUT", "/proofing/document", anAdult, "")
		if v := p.do("PUT", "/proofing/phone", "", ""); v.Next != proofing.StepFace {
			t.Fatalf("%+v", v)
		}
		p.agree(court.NoticeFaceConsent)
		capture := proofing.Capture{Kind: proofing.FileFlash, Verdict: proofing.Yes}
		if _, err := files.KeepProofingFile(t.Context(), p.seat.PersonID, p.seat.SessionID, proofing.FileFlash, "application/octet-stream", frames(t, liveness.Nonce{}, 1000), &capture); err != nil {
			t.Fatal(err)
		}
		p.agree(court.NoticeCourt)
		p.sign()
		p.do("PUT", "/proofing/signature", "", "")
		v := p.do("POST", "/proofing/submission", "", "")
		if v.State != c.state || v.Reason != c.reason || strings.Join(asked, " ") != c.asked || c.state == proofing.Open && v.Next != proofing.StepPhotos {
			t.Errorf("%s %s: %s for %q, next %s, asked %v", c.authority, c.face, v.State, v.Reason, v.Next, asked)
		}
		person, err := p.Store.Person(t.Context(), p.seat.PersonID)
		if err != nil || (person.Verified != nil) != (c.state == proofing.Approved) {
			t.Errorf("%s %s: verified %+v, %v", c.authority, c.face, person.Verified, err)
		}
		if c.state == proofing.Open { // people of the court look then
			p.do("PUT", "/proofing/photos/document_front", documentPhoto(t, 640, 480), "")
			p.do("PUT", "/proofing/photos/document_back", documentPhoto(t, 640, 480), "")
			if v := p.do("POST", "/proofing/submission", "", ""); v.State != proofing.Review {
				t.Errorf("%+v", v)
			}
		}
	}
}

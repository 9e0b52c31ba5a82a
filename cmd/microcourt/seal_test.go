package main

import (
	"bytes"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"microcourt/hub/paper"
	"microcourt/store/seal"
	"microcourt/store/seal/archive"
)

// heads gives the public key and the newest published head.
func (s *server) heads() (key string, at int64, head string) {
	s.Helper()
	var list struct {
		Key   string
		Heads []struct {
			At   int64
			Note string
		}
	}
	_, text := s.get(s.url + "/api/v1/seals?limit=1")
	if err := json.Unmarshal([]byte(text), &list); err != nil {
		s.Fatal(err)
	}
	if len(list.Heads) == 0 {
		return list.Key, 0, ""
	}
	return list.Key, list.Heads[0].At, list.Heads[0].Note
}

// sealedUntil waits for a head over everything up to now.
func (s *server) sealedUntil(now time.Time) (key, head string) {
	s.Helper()
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if key, at, head := s.heads(); at >= now.UnixMilli() {
			return key, head
		}
	}
	s.Fatal("nothing is sealed in 30 s")
	return "", ""
}

// signInByPhone signs in somebody of the demonstration.
func (s *server) signInByPhone(phone string) string {
	s.Helper()
	_, sent := s.post("/api/v1/auth/codes", `{"phone":"`+phone+`"}`)
	code, _ := sent["demo_code"].(string)
	_, in := s.post("/api/v1/auth/phone", `{"phone":"`+phone+`","code":"`+code+`","device":"test"}`, "X-Session", "token")
	token, _ := in["token"].(string)
	if token == "" {
		s.Fatalf("%s can't sign in: %v", phone, in)
	}
	return token
}

// fetch makes a request as somebody.
func (s *server) fetch(token, path string) (int, []byte) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	res, err := client.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	return res.StatusCode, text
}

// TestP7AnArchiveIsTakenVerifiedAndFoundForgedWithTheProgramAlone: served, exported by judge, party and operator, held against the
// published head; then one word is changed in the database.
func TestP7AnArchiveIsTakenVerifiedAndFoundForgedWithTheProgramAlone(t *testing.T) {
	var witnessed atomic.Int64
	outside := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, _ := io.ReadAll(r.Body); bytes.HasPrefix(text, []byte("microcourt checkpoint v1\n")) {
			witnessed.Add(1)
		}
		io.WriteString(w, "seen\n")
	}))
	defer outside.Close()
	data, dir := t.TempDir(), t.TempDir()
	s := start(t, "--demo", "--data", data, "--seal-every", "500ms", "--seal-witness", outside.URL)
	key, published := s.sealedUntil(time.Now())
	judge, party := s.signIn("judge.li", "demo-judge-li"), s.signInByPhone("13800000001")
	var cases struct {
		Cases []struct {
			ID           string
			DocketNumber string `json:"docket_number"`
		}
	}
	if _, text := s.fetch(party, "/api/v1/cases"); json.Unmarshal(text, &cases) != nil || len(cases.Cases) == 0 {
		t.Fatalf("no cases: %s", text)
	}
	file := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	verify := func(want int, args ...string) string {
		t.Helper()
		code, out, errs := microcourt(t, "", append([]string{"verify", "--lang", "en"}, args...)...)
		if code != want {
			t.Errorf("verify %v: code %d\n%s%s", args, code, out, errs)
		}
		return out
	}
	head, keyFile := file("head.txt", []byte(published)), file("key.txt", []byte(key+"\n"))
	c := cases.Cases[0]
	for name, token := range map[string]string{"judge.zip": judge, "party.zip": party} {
		status, text := s.fetch(token, "/api/v1/cases/"+c.ID+"/export")
		if status != http.StatusOK {
			t.Fatalf("%s: %d", name, status)
		}
		path := file(name, text)
		verify(0, path, "--key", keyFile)
		verify(0, path, "--key", key)
		verify(1, path)
		if status, _ := s.fetch(token, "/api/v1/cases/"+cases.Cases[0].ID+"x/export"); status != http.StatusNotFound {
			t.Errorf("a case that isn't there: %d", status)
		}
	}
	folder, zip := filepath.Join(dir, "folder"), filepath.Join(dir, "court.zip")
	for _, args := range [][]string{{c.DocketNumber, zip, "--heads", "all"}, {c.ID, folder, "--heads", "all", "--as-party", "张伟"}} {
		if code, out, errs := microcourt(t, "", append([]string{"export", "--data", data, "--log-level", "error"}, args...)...); code != 0 {
			t.Fatalf("export %v: %s%s", args, out, errs)
		}
		verify(0, args[1], "--seal", head)
		verify(0, args[1], "--seal", head, "--key", keyFile)
		if code, _, errs := microcourt(t, "", append([]string{"export", "--data", data, "--log-level", "error"}, args...)...); code == 0 {
			t.Errorf("a second export wrote over the first: %s", errs)
		}
	}
	if _, err := os.Stat(filepath.Join(folder, "witness")); err != nil || witnessed.Load() == 0 {
		t.Errorf("the witness's answer is not in the archive: %v, asked %d times", err, witnessed.Load())
	}
	s.terminate()
	if paper.Available() {
		withFile := filepath.Join(dir, "file.zip")
		if code, out, errs := microcourt(t, "", "export", "--data", data, "--log-level", "error", c.DocketNumber, withFile, "--heads", "all", "--efile"); code != 0 {
			t.Fatalf("export with the case's file: %s%s", out, errs)
		}
		if out := verify(0, withFile, "--seal", head); !strings.Contains(out, "follows from the record") {
			t.Errorf("nothing is said of the case's file: %s", out)
		}
	}
	printed(t, dir, data, zip, func(digest string) { verify(0, zip, "--digest", digest) })
	verify(1, zip, "--digest", strings.Repeat("0123", 16))
	if code, out, errs := microcourt(t, "", "check", "--data", data, "--log-level", "error"); code != 0 || !strings.Contains(out, "complete and unchanged") {
		t.Errorf("check: %d %s%s", code, out, errs)
	}

	db, err := sql.Open("sqlite", filepath.Join(data, "microcourt.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec("UPDATE event SET body = '{\"text\":\"forged\"}' WHERE case_id = ? AND thread = 'room' AND seq = 1", c.ID); err != nil {
		t.Fatal(err)
	}
	forged := filepath.Join(dir, "forged.zip")
	if code, _, errs := microcourt(t, "", "export", "--data", data, c.ID, forged, "--heads", "all"); code != 0 {
		t.Fatal(errs)
	}
	if out := verify(1, forged, "--seal", head); !strings.Contains(out, "thread room, event 1, column body") {
		t.Errorf("the forgery is not named: %s", out)
	}
	if code, out, _ := microcourt(t, "", "verify", forged, "--seal", head); code != 1 || !strings.Contains(out, "会话 room，第1条，字段 body") {
		t.Errorf("in Chinese: %s", out)
	}
	if code, out, errs := microcourt(t, "", "check", "--data", data, "--log-level", "error", "--lang", "en"); code != 1 ||
		!strings.Contains(out, "thread room, event 1, column body") || !strings.Contains(errs, "1 of 11 cases") {
		t.Errorf("check of the forged record: %d %s%s", code, out, errs)
	}
	other := file("other.txt", []byte("microcourt-0+00000000+AbCdEf=="))
	if code, _, errs := microcourt(t, "", "verify", forged, "--key", other); code != 1 || !strings.Contains(errs, "neither a public key") {
		t.Errorf("a bad key: %d %s", code, errs)
	}

	copied := filepath.Join(t.TempDir(), "copy")
	if code, _, errs := microcourt(t, "", "backup", "--data", data, copied); code != 0 {
		t.Fatal(errs)
	}
	a, errA := os.ReadFile(filepath.Join(data, "seal-key"))
	b, errB := os.ReadFile(filepath.Join(copied, "seal-key"))
	if errA != nil || errB != nil || !bytes.Equal(a, b) {
		t.Errorf("the backup lacks the key of the seals: %v %v", errA, errB)
	}
}

// printed prints the first head as a page and gives the digest on it to verify. A program without fonts says so and leaves nothing behind.
func printed(t *testing.T, dir, data, zip string, verify func(digest string)) {
	t.Helper()
	page := filepath.Join(dir, "head.pdf")
	head := func(args ...string) (int, string, string) {
		return microcourt(t, "", append([]string{"head", "--data", data, "--log-level", "error", "--court-name", "宁波市海曙区人民法院"}, args...)...)
	}
	if code, _, errs := head("1000000"); code == 0 || !strings.Contains(errs, "no such head") {
		t.Errorf("a head that isn't there: %d %s", code, errs)
	}
	code, out, errs := head("1", "--pdf", page)
	if !paper.Available() {
		if _, err := os.Stat(page); code == 0 || out != "" || !strings.Contains(errs, "without fonts") || !os.IsNotExist(err) {
			t.Errorf("without fonts: %d %s%s %v", code, out, errs, err)
		}
		_, out, _ = head("1")
	} else if code != 0 {
		t.Fatal(errs)
	} else if again, _, errs := head("1", "--pdf", page); again == 0 || !strings.Contains(errs, "there already") {
		t.Errorf("a second page wrote over the first: %s", errs)
	}
	digest := seal.TextHash(archive.NoteText(out))
	verify(hex.EncodeToString(digest[:]))
	tool, err := exec.LookPath("pdftotext")
	if err != nil || !paper.Available() {
		return
	}
	text, err := exec.Command(tool, "-layout", page, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(text), "摘要（SHA-256）")
	shown := regexp.MustCompile(`^\s*((?:[0-9a-f]{4}\s+){15}[0-9a-f]{4})\s`).FindStringSubmatch(rest)
	if !found || shown == nil {
		t.Fatalf("no digest on the page: %s", text)
	}
	verify(shown[1])
}

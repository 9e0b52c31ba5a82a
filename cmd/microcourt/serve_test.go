package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"microcourt/cmd/microcourt/demo"
	"microcourt/store/storetest"
)

// server is the real program, running.
type server struct {
	*testing.T
	cmd    *exec.Cmd
	url    string
	admin  string
	exited chan struct{}

	mu  sync.Mutex
	log bytes.Buffer
}

var listening = regexp.MustCompile(`https?://127\.0\.0\.1:\d+`)

// freeAddress gives an address that was free a moment ago.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := listenOn("", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// start starts the program and waits until it says where it serves.
func start(t *testing.T, args ...string) *server {
	t.Helper()
	s := &server{T: t, admin: freeAddress(t), exited: make(chan struct{})}
	s.cmd = exec.Command(binary, append([]string{"serve", "--listen", "127.0.0.1:0", "--admin-listen", s.admin}, args...)...)
	s.cmd.Stderr = s
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.cmd.Process.Kill()
		<-s.exited
		if t.Failed() {
			t.Logf("the program's log:\n%s", s.logged())
		}
	})
	said := make(chan string, 1)
	go func() { // ends with the program, which Cleanup kills
		defer close(s.exited)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if url := listening.FindString(lines.Text()); url != "" {
				select {
				case said <- url:
				default:
				}
			}
		}
		s.cmd.Wait()
	}()
	select {
	case s.url = <-said:
	case <-s.exited:
		t.Fatal("the program ended")
	case <-time.After(60 * time.Second):
		t.Fatal("the program doesn't say where it serves")
	}
	return s
}

func (s *server) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.Write(p)
}

func (s *server) logged() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

var client = &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
	TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, DisableKeepAlives: true, // self-signed, on the loopback
}}

func (s *server) get(url string) (status int, body string) {
	s.Helper()
	res, err := client.Get(url)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		s.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (s *server) post(path, body string, header ...string) (status int, answer map[string]any) {
	s.Helper()
	req, err := http.NewRequestWithContext(s.Context(), http.MethodPost, s.url+path, strings.NewReader(body))
	if err != nil {
		s.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := client.Do(req)
	if err != nil {
		s.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	json.Unmarshal(text, &answer)
	return res.StatusCode, answer
}

// terminate sends SIGTERM and waits for the end.
func (s *server) terminate() {
	s.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		s.Fatal(err)
	}
	s.ended(0)
}

func (s *server) ended(code int) {
	s.Helper()
	select {
	case <-s.exited:
	case <-time.After(30 * time.Second):
		s.Fatal("the program doesn't end")
	}
	if got := s.cmd.ProcessState.ExitCode(); got != code {
		s.Fatalf("exit code %d, want %d", got, code)
	}
}

// signIn signs in and gives the session's token.
func (s *server) signIn(login, password string) string {
	s.Helper()
	status, answer := s.post("/api/v1/auth/staff", fmt.Sprintf(`{"login":%q,"password":%q,"device":"test"}`, login, password), "X-Session", "token")
	token, _ := answer["token"].(string)
	if status != http.StatusOK || token == "" {
		s.Fatalf("signing in: %d %v", status, answer)
	}
	return token
}

func TestADemonstrationStartsAndEverybodyListedCanSignIn(t *testing.T) {
	data := t.TempDir()
	s := start(t, "--demo", "--data", data, "--link-laws", "元典智库=https://laws.example.cn/?from=a=https://b", "--link-broadcast", "https://live.example.cn")
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, body := s.get(s.url + path); status != http.StatusOK {
			t.Errorf("%s: %d %s", path, status, body)
		}
	}
	_, config := s.get(s.url + "/api/v1/config")
	if want := `"links":[{"key":"broadcast","url":"https://live.example.cn"},{"key":"laws","name":"元典智库","url":"https://laws.example.cn/?from=a=https://b"}]`; !strings.Contains(config, want) {
		t.Errorf("the page isn't told of the services outside: %s", config)
	}
	for _, p := range demo.People() {
		if !strings.Contains(config, p.Name) {
			t.Errorf("%s isn't on the page", p.Name)
		}
		if p.Login != "" {
			s.signIn(p.Login, p.Password)
			continue
		}
		status, sent := s.post("/api/v1/auth/codes", fmt.Sprintf(`{"phone":%q}`, p.Phone))
		code, _ := sent["demo_code"].(string)
		if status != http.StatusAccepted || code == "" {
			t.Fatalf("code for %s: %d %v", p.Name, status, sent)
		}
		status, in := s.post("/api/v1/auth/phone", fmt.Sprintf(`{"phone":%q,"code":%q,"device":"test"}`, p.Phone, code))
		if person, _ := in["person"].(map[string]any); status != http.StatusOK || person["name"] != p.Name {
			t.Errorf("%s signs in: %d %v", p.Name, status, in)
		}
	}
	_, metrics := s.get("http://" + s.admin + "/metrics")
	for _, name := range []string{
		"microcourt_append_seconds_bucket", "microcourt_append_waiting", "microcourt_hearings_live ", "microcourt_media_peers ", "microcourt_media_packets_forwarded_total", "microcourt_recordings_disk_free_bytes ", "microcourt_recordings_disk_low ", "microcourt_recordings_failed_total 0", "microcourt_connections ", "microcourt_rooms ", "microcourt_events_total",
		`microcourt_disconnects_total{cause="behind"}`, `microcourt_http_requests_total{method="POST",route="/api/v1/auth/staff",status="200"} 6`, "go_goroutines",
	} {
		if !strings.Contains(metrics, name) {
			t.Errorf("the metrics lack %s", name)
		}
	}
	if status, _ := s.get("http://" + s.admin + "/debug/pprof/goroutine?debug=1"); status != http.StatusOK {
		t.Errorf("profiles: %d", status)
	}
	if status, body := s.get(s.url + "/metrics"); status == http.StatusOK && strings.Contains(body, "microcourt_") {
		t.Error("metrics are open to people")
	}
	if log := s.logged(); strings.Contains(log, "1380000") || strings.Contains(log, "demo-judge") {
		t.Error("the log holds a phone number or a password")
	}
	s.terminate()

	again := start(t, "--demo", "--data", data)
	if log := again.logged(); !strings.Contains(log, "unchanged=11") {
		t.Error("starting again changed the cases")
	}
	again.terminate()
}

func TestStoppingTurnsNewPeopleAwayAndTellsSocketsToComeBack(t *testing.T) {
	s := start(t, "--demo", "--data", t.TempDir())
	token := s.signIn("judge.li", "demo-judge-li")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	conn, _, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(s.url, "http")+"/api/v1/ws", &websocket.DialOptions{
		Subprotocols: []string{"microcourt.v1"}, HTTPHeader: http.Header{"Authorization": {"Bearer " + token}},
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	if err := conn.Write(ctx, websocket.MessageText, []byte(`{"t":"hello","id":"1","lang":"zh","client":"test"}`)); err != nil {
		t.Fatal(err)
	}
	if _, _, err := conn.Read(ctx); err != nil {
		t.Fatal(err)
	}
	if err := s.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	for err == nil {
		_, _, err = conn.Read(ctx)
	}
	if code := websocket.CloseStatus(err); code != 4001 {
		t.Errorf("the socket was closed with %d (%v), want 4001", code, err)
	}
	conn.CloseNow()
	s.ended(0)
	if !strings.Contains(s.logged(), "msg=stopped") {
		t.Error("the program didn't stop in order")
	}
}

func TestReadyzSaysNoWhileStopping(t *testing.T) {
	n := &node{}
	if err := (*serving)(n).Ping(t.Context()); err != nil {
		t.Error(err)
	}
	n.draining.Store(true)
	if err := (*serving)(n).Ping(t.Context()); err == nil {
		t.Error("a node that stops calls itself ready")
	}
}

func TestASecondProcessOnTheSameRecordIsRefused(t *testing.T) {
	data := t.TempDir()
	s := start(t, "--data", data)
	code, _, errs := microcourt(t, "", "serve", "--data", data, "--listen", "127.0.0.1:0", "--admin-listen", "off")
	if code == 0 || !strings.Contains(errs, "another microcourt serves this record") {
		t.Errorf("SQLite: code %d, %q", code, errs)
	}
	code, _, errs = microcourt(t, "", "serve", "--data", t.TempDir(), "--listen", strings.TrimPrefix(s.url, "http://"), "--admin-listen", "off")
	if code == 0 || !strings.Contains(errs, "in use") {
		t.Errorf("same port: code %d, %q", code, errs)
	}
	s.terminate()

	database := storetest.Postgres(t)
	key := filepath.Join(data, "key")
	p := start(t, "--data", t.TempDir(), "--database", database, "--data-key-file", key)
	code, _, errs = microcourt(t, "", "serve", "--data", t.TempDir(), "--database", database, "--data-key-file", key, "--listen", "127.0.0.1:0", "--admin-listen", "off", "--log-level", "error")
	if code == 0 || !strings.Contains(errs, "--blobs s3://") {
		t.Errorf("PostgreSQL with local files: code %d, %q", code, errs)
	}
	p.terminate()
}

func TestTheCaseSystemImportsWithItsToken(t *testing.T) {
	const token = "0123456789abcdef0123456789abcdef"
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte(token+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s := start(t, "--demo", "--data", t.TempDir(), "--import-token-file", file)
	cases := `{"court":"测试法院","cases":[{"docket_number":"(2025)浙9901民初7号","title":"甲与乙合同纠纷","cause":"合同纠纷","state":"open","filed_on":"2025-01-02",
		"panel":[{"login":"judge.li","role":"judge"}],"parties":[{"ref":"p1","kind":"person","name":"甲","standing":"原告","phone":"13900000001"}]},{"docket_number":"?"}]}`
	for name, header := range map[string][]string{"nobody": nil, "wrong token": {"Authorization", "Bearer " + token[1:]}} {
		if status, _ := s.post("/api/v1/import", cases, header...); status != http.StatusUnauthorized {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status, _ := s.post("/api/v1/import", cases, "Authorization", "Bearer "+s.signIn("admin", "demo-admin-account")); status != http.StatusForbidden {
		t.Errorf("the administrator: %d", status)
	}
	status, report := s.post("/api/v1/import", cases, "Authorization", "Bearer "+token, "Accept-Language", "en")
	if status != http.StatusOK || len(report["added"].([]any)) != 1 || len(report["refused"].([]any)) != 1 {
		t.Fatalf("%d %v", status, report)
	}
	if text := report["refused"].([]any)[0].(map[string]any)["text"].(string); !strings.Contains(text, "Case ?, cases[1].docket_number") {
		t.Errorf("refused with %q", text)
	}
	if status, answer := s.post("/api/v1/import", `{"cases":`, "Authorization", "Bearer "+token); status != http.StatusBadRequest || answer["code"] != "invalid" {
		t.Errorf("half a file: %d %v", status, answer)
	}
	s.terminate()
}

func TestASelfSignedCertificateIsMadeOnceAndServes(t *testing.T) {
	data := t.TempDir()
	s := start(t, "--data", data, "--tls", "self")
	if !strings.HasPrefix(s.url, "https://") {
		t.Fatalf("serves %s", s.url)
	}
	if status, _ := s.get(s.url + "/healthz"); status != http.StatusOK {
		t.Errorf("status %d", status)
	}
	made, err := os.ReadFile(filepath.Join(data, "tls", "self.crt"))
	if err != nil {
		t.Fatal(err)
	}
	s.terminate()
	again := start(t, "--data", data, "--tls", "self")
	if kept, err := os.ReadFile(filepath.Join(data, "tls", "self.crt")); err != nil || !bytes.Equal(kept, made) {
		t.Errorf("the certificate was made anew (%v)", err)
	}
	again.terminate()
}

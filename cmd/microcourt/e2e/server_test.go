package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// server is one process of the program, at an address that stays the same over its deaths.
type server struct {
	t       testing.TB
	program string
	args    []string
	env     []string
	wrap    []string // a program to run it under, with its arguments
	address string   // host:port
	logPath string

	cmd    *exec.Cmd
	grave  *exec.Cmd     // kills the process when this one dies without having done so
	exited chan struct{} // closed when the process has ended
}

// setup is what a server is started with.
type setup struct {
	program  string // as built
	database string // path or URL
	keyFile  string
	args     []string
	env      []string
}

// newServer prepares a process of the program; start runs it.
func newServer(t testing.TB, s setup) *server {
	t.Helper()
	address := freeAddress(t)
	dir := t.TempDir()
	srv := &server{
		t: t, program: s.program, address: address, logPath: filepath.Join(dir, "log"), env: s.env,
		args: append([]string{"serve", "--listen", address, "--admin-listen", "off", "--data", filepath.Join(dir, "data"), "--data-key-file", s.keyFile, "--database", s.database}, s.args...),
	}
	t.Cleanup(srv.bury)
	return srv
}

func freeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

func (s *server) url() string    { return "http://" + s.address }
func (s *server) socket() string { return "ws://" + s.address + "/api/v1/ws" }

// start runs the process and waits until it is ready to serve.
func (s *server) start() {
	s.t.Helper()
	s.launch()
	s.awaitReady(time.Minute)
}

// launch runs the process without waiting for it.
func (s *server) launch() {
	s.t.Helper()
	log, err := os.OpenFile(s.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	defer log.Close()
	line := append(append(append([]string{}, s.wrap...), s.program), s.args...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), s.env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	grave := exec.Command("/bin/sh", "-c", `cat >/dev/null; kill -9 "$1"`, "sh", strconv.Itoa(cmd.Process.Pid))
	if _, err := grave.StdinPipe(); err != nil {
		s.t.Fatal(err)
	}
	if err := grave.Start(); err != nil {
		s.t.Fatal(err)
	}
	exited := make(chan struct{})
	s.cmd, s.grave, s.exited = cmd, grave, exited
	go func() { // ends with the process, which kill, stop or bury ends; all wait for it
		defer close(exited)
		cmd.Wait()
		grave.Process.Kill()
		grave.Wait()
	}()
}

func (s *server) awaitReady(limit time.Duration) {
	s.t.Helper()
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(limit); ; time.Sleep(2 * time.Millisecond) {
		res, err := client.Get(s.url() + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
			err = fmt.Errorf("not ready: %s", res.Status)
		}
		select {
		case <-s.exited:
			s.t.Fatalf("the server ended by itself: %v\n%s", s.cmd.ProcessState, s.logTail())
		default:
		}
		if time.Now().After(deadline) {
			s.t.Fatalf("the server is not ready after %v: %v\n%s", limit, err, s.logTail())
		}
	}
}

// kill ends the process as a power cut would, as far as the process can tell.
func (s *server) kill() {
	s.t.Helper()
	s.cmd.Process.Kill()
	<-s.exited
}

// stop asks the process to end, waits until it has and gives how it ended.
func (s *server) stop() *os.ProcessState {
	s.t.Helper()
	s.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-s.exited:
	case <-time.After(40 * time.Second):
		s.t.Errorf("the server did not end within 40 s of SIGTERM\n%s", s.logTail())
		s.kill()
	}
	return s.cmd.ProcessState
}

// bury ends what is left at the end of the test and looks at what the process has said in all its lives.
func (s *server) bury() {
	if s.cmd != nil {
		s.cmd.Process.Kill()
		<-s.exited
	}
	text, err := os.ReadFile(s.logPath)
	if err != nil {
		return // never started
	}
	for _, bad := range []string{"WARNING: DATA RACE", "panic:", "fatal error:", saidMarker} {
		if i := bytes.Index(text, []byte(bad)); i >= 0 {
			s.t.Errorf("the server's log holds %q:\n%s", bad, text[max(i-200, 0):min(i+6000, len(text))])
		}
	}
	if s.t.Failed() {
		s.t.Logf("the server's log ends with\n%s", s.logTail())
	}
}

func (s *server) logTail() string {
	text, _ := os.ReadFile(s.logPath)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

// pid is the process's id.
func (s *server) pid() int { return s.cmd.Process.Pid }

// rss gives the process's resident memory in bytes.
func (s *server) rss() int64 {
	s.t.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid()))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, line := range strings.Split(string(text), "\n") {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			if err != nil {
				s.t.Fatal(err)
			}
			return kb << 10
		}
	}
	s.t.Fatal("no VmRSS in /proc/PID/status")
	return 0
}

// post makes a REST request with a session's token and gives the status.
func (s *server) post(ctx context.Context, token, path, body string) (int, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.url()+"/api/v1"+path, strings.NewReader(body))
	if err != nil {
		return 0, err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer res.Body.Close()
	return res.StatusCode, nil
}

package e2e_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"microcourt/cmd/microcourt/e2e/nodes"
)

// server is a node in a test that ends when something about it goes wrong.
type server struct {
	*nodes.Node
	t testing.TB
}

// newServer prepares a process of the program; start runs it.
func newServer(t testing.TB, s nodes.Setup) *server {
	t.Helper()
	s.Secrets = append(s.Secrets, saidMarker)
	return &server{nodes.New(t, s), t}
}

func (s *server) url() string    { return s.URL() }
func (s *server) socket() string { return "ws://" + s.Address + "/api/v1/ws" }

// start runs the process and waits until it is ready to serve.
func (s *server) start() {
	s.t.Helper()
	s.launch()
	s.awaitReady(time.Minute)
}

// launch runs the process without waiting for it.
func (s *server) launch() {
	s.t.Helper()
	if err := s.Launch(); err != nil {
		s.t.Fatal(err)
	}
}

func (s *server) awaitReady(limit time.Duration) {
	s.t.Helper()
	if err := s.AwaitReady(limit); err != nil {
		s.t.Fatal(err)
	}
}

// kill ends the process as a power cut would, as far as the process can tell.
func (s *server) kill() { s.Kill() }

// stop asks the process to end, waits until it has and gives how it ended.
func (s *server) stop() *os.ProcessState {
	s.t.Helper()
	if err := s.Stop(); err != nil {
		s.t.Errorf("%v\n%s", err, s.LogTail())
	}
	return s.Cmd.ProcessState
}

// pid is the process's id.
func (s *server) pid() int { return s.Cmd.Process.Pid }

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

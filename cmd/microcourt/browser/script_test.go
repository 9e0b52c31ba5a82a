//go:build browser

package browser_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"microcourt/store/storetest/servers"
)

// root is the repository's top folder, seen from this package's.
const root = "../../.."

// stage is what a script is told; web/e2e/court.mjs reads it.
type stage struct {
	Nodes    []string          `json:"nodes"`
	Gates    []string          `json:"gates"`
	Desk     string            `json:"desk"`
	Chromium string            `json:"chromium"`
	Files    map[string]string `json:"files"`
	Temp     string            `json:"temp"`
	Pictures string            `json:"pictures"` // folder for pictures of what was on the screens when a script failed
}

// play runs a script of web/e2e against the court; what it says is the test's log, and its failure is the test's.
func (c *court) play(t *testing.T, script string, limit time.Duration, args ...string) {
	t.Helper()
	s := stage{Desk: c.desk.URL, Chromium: chromium(t), Files: files(t), Temp: t.TempDir()}
	for _, n := range c.nodes {
		s.Nodes = append(s.Nodes, n.URL())
	}
	for _, g := range c.gates {
		s.Gates = append(s.Gates, g.url())
	}
	var err error
	if s.Pictures, err = filepath.Abs(filepath.Join(root, "bin", "browser", t.Name())); err != nil {
		t.Fatal(err)
	}
	told, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, node(t), append([]string{filepath.Join("e2e", script)}, args...)...)
	cmd.Dir = filepath.Join(root, "web")
	cmd.Env = append(os.Environ(), "MICROCOURT_E2E="+string(told))
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // Chromium's processes end with the script's group
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
	cmd.WaitDelay = 10 * time.Second
	if _, err := cmd.StdinPipe(); err != nil { // its end tells the script that we are gone
		t.Fatal(err)
	}
	var fault bytes.Buffer
	cmd.Stdout, cmd.Stderr = t.Output(), io.MultiWriter(t.Output(), &fault)
	err = cmd.Run()
	c.fault = fault.String()
	if ctx.Err() == context.DeadlineExceeded {
		t.Fatalf("%s did not end within %v", script, limit)
	}
	if err != nil {
		t.Fatalf("%s: %v (pictures of the screens: %s)", script, err, s.Pictures)
	}
}

var buildDir = sync.OnceValues(func() (string, error) { return os.MkdirTemp("", "microcourt-browser-") })

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := buildDir(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// program gives the path of the program: the one that MICROCOURT_BINARY names, or one built from this tree with the pages
// that stand in web/dist.
func program(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("MICROCOURT_BINARY"); path != "" {
		return path
	}
	if _, err := os.Stat(filepath.Join(root, "web", "dist", "index.html")); err != nil {
		servers.Missing(t, "the pages are not built; run make build")
	}
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := buildDir()
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "microcourt")
	if out, err := exec.Command("go", "build", "-o", path, "microcourt/cmd/microcourt").CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("build the program: %w", err), errors.New(string(out)))
	}
	return path, nil
})

// chromium gives the path of the browser: the one that MICROCOURT_CHROMIUM names, or the machine's.
func chromium(t *testing.T) string {
	t.Helper()
	if path := os.Getenv("MICROCOURT_CHROMIUM"); path != "" {
		return path
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	servers.Missing(t, "no Chromium found; install chromium or set MICROCOURT_CHROMIUM")
	return ""
}

// node gives the path of Node, with what the scripts need installed.
func node(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("node")
	if err != nil {
		servers.Missing(t, "no node found; install nodejs")
	}
	if _, err := os.Stat(filepath.Join(root, "web", "node_modules", "playwright-core")); err != nil {
		servers.Missing(t, "no web/node_modules; run npm ci in web")
	}
	return path
}

// Package nodes runs the real program for tests, as processes that can be killed and started again. A process dies with
// the test process, however that ends.
package nodes

import (
	"bytes"
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

// Node is one process of the program, at an address that stays the same over its deaths.
type Node struct {
	t       testing.TB
	program string
	args    []string
	env     []string
	address string // host:port
	logPath string
	secrets []string

	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended
}

// Setup is what a node is started with.
type Setup struct {
	Program  string // path
	Database string // path or URL
	KeyFile  string
	Args     []string // further flags of serve
	Env      []string
	Secrets  []string // what its log must not hold
}

// New prepares a process of the program; Start runs it. It is ended, and its log is looked at, when the test ends.
func New(t testing.TB, s Setup) *Node {
	t.Helper()
	dir := t.TempDir()
	n := &Node{t: t, program: s.Program, env: s.Env, address: FreeAddress(t), logPath: filepath.Join(dir, "log"), secrets: s.Secrets}
	n.args = append([]string{"serve", "--listen", n.address, "--admin-listen", "off", "--data", filepath.Join(dir, "data"),
		"--data-key-file", s.KeyFile, "--database", s.Database}, s.Args...)
	t.Cleanup(n.bury)
	return n
}

// FreeAddress gives an address of the loopback that was free a moment ago.
func FreeAddress(t testing.TB) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// Address is where the node listens, as host:port.
func (n *Node) Address() string { return n.address }

// URL is where the node is opened.
func (n *Node) URL() string { return "http://" + n.address }

// Start runs the process and waits until it is ready to serve.
func (n *Node) Start() error {
	if err := n.launch(); err != nil {
		return err
	}
	return n.awaitReady(time.Minute)
}

func (n *Node) launch() error {
	log, err := os.OpenFile(n.logPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(n.program, n.args...)
	cmd.Env = append(os.Environ(), n.env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	// The grave waits on a pipe whose other end only this process holds, and so outlives nobody.
	grave := exec.Command("/bin/sh", "-c", `cat >/dev/null; kill -9 "$1"`, "sh", strconv.Itoa(cmd.Process.Pid))
	if _, err := grave.StdinPipe(); err != nil {
		return err
	}
	if err := grave.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	n.cmd, n.exited = cmd, exited
	go func() { // ends with the process, which Kill, Stop or bury ends; all wait for it
		defer close(exited)
		cmd.Wait()
		grave.Process.Kill()
		grave.Wait()
	}()
	return nil
}

func (n *Node) awaitReady(limit time.Duration) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(limit); ; time.Sleep(5 * time.Millisecond) {
		res, err := client.Get(n.URL() + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("not ready: %s", res.Status)
		}
		select {
		case <-n.exited:
			return fmt.Errorf("the node ended by itself: %v\n%s", n.cmd.ProcessState, n.LogTail())
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the node is not ready after %v: %w\n%s", limit, err, n.LogTail())
		}
	}
}

// Kill ends the process as a power cut would, as far as the process can tell.
func (n *Node) Kill() {
	n.cmd.Process.Kill()
	<-n.exited
}

// Stop asks the process to end and waits until it has.
func (n *Node) Stop() {
	n.cmd.Process.Signal(syscall.SIGTERM)
	<-n.exited
}

// bury ends what is left at the end of the test and looks at what the process has said in all its lives.
func (n *Node) bury() {
	if n.cmd != nil {
		n.Kill()
	}
	text, err := os.ReadFile(n.logPath)
	if err != nil {
		return // never started
	}
	for _, bad := range append([]string{"WARNING: DATA RACE", "panic:", "fatal error:"}, n.secrets...) {
		if i := bytes.Index(text, []byte(bad)); i >= 0 {
			n.t.Errorf("the node's log holds %q:\n%s", bad, text[max(i-200, 0):min(i+6000, len(text))])
		}
	}
	if n.t.Failed() {
		n.t.Logf("the node's log ends with\n%s", n.LogTail())
	}
}

// LogTail gives the last lines of what the process has said.
func (n *Node) LogTail() string {
	text, _ := os.ReadFile(n.logPath)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

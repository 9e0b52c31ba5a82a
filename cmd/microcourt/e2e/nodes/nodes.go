// Package nodes runs the real program for tests, as processes that can be killed and started again. A process dies with
// the test process, however that ends.
package nodes

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
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
	Program string
	Args    []string
	Env     []string // besides this process's own
	Wrap    []string // a program to run it under, with its arguments
	Address string   // host:port where it listens
	Admin   string   // the same of its admin listener
	LogPath string   // what it said in all its lives

	Cmd    *exec.Cmd     // its present or last life
	Exited chan struct{} // closed when that has ended

	t       testing.TB
	secrets []string
}

// Setup is what a node is started with.
type Setup struct {
	Program  string   // as built
	Database string   // path or URL
	KeyFile  string   // of personal data; the key of the seals lies beside it, the same for all nodes
	Args     []string // further flags of serve
	Env      []string
	Secrets  []string // what its log must not hold
	Host     string   // whose address it listens on: the loopback's where nothing is said
}

// New prepares a process of the program; Start runs it. When the test ends it is ended, and what it has said is looked at.
func New(t testing.TB, s Setup) *Node {
	t.Helper()
	dir := t.TempDir()
	n := &Node{Program: s.Program, Env: s.Env, Address: freeAddress(t, cmp.Or(s.Host, loopback)), Admin: FreeAddress(t), LogPath: filepath.Join(dir, "log"), t: t, secrets: s.Secrets}
	n.Args = append([]string{"serve", "--listen", n.Address, "--admin-listen", n.Admin, "--data", filepath.Join(dir, "data"),
		"--data-key-file", s.KeyFile, "--seal-key-file", s.KeyFile + ".seal", "--push-key-file", s.KeyFile + ".push", "--database", s.Database}, s.Args...)
	t.Cleanup(n.bury)
	return n
}

// FreeAddress gives an address of the loopback that was free a moment ago.
func FreeAddress(t testing.TB) string {
	t.Helper()
	return freeAddress(t, loopback)
}

const loopback = "127.0.0.1"

func freeAddress(t testing.TB, host string) string {
	t.Helper()
	l, err := net.Listen("tcp", host+":0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// URL is what people open.
func (n *Node) URL() string { return "http://" + n.Address }

// Hearings is how many hearings the node carries; 0 where it doesn't answer.
func (n *Node) Hearings() (hearings int) {
	var s struct{ Hearings int }
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	res, err := client.Get("http://" + n.Admin + "/drain")
	if err != nil {
		return 0
	}
	defer res.Body.Close()
	if json.NewDecoder(res.Body).Decode(&s) != nil {
		return 0
	}
	return s.Hearings
}

// Drain has the node hand on the hearings that it carries, as the court's technicians do; now also those that sit.
func (n *Node) Drain(now bool) error {
	url := "http://" + n.Admin + "/drain"
	if now {
		url += "?now=1"
	}
	res, err := http.Post(url, "", nil)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// Start runs the process and waits until it is ready to serve.
func (n *Node) Start() error {
	if err := n.Launch(); err != nil {
		return err
	}
	return n.AwaitReady(time.Minute)
}

// Launch runs the process without waiting for it.
func (n *Node) Launch() error {
	log, err := os.OpenFile(n.LogPath, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close()
	line := append(append(append([]string{}, n.Wrap...), n.Program), n.Args...)
	cmd := exec.Command(line[0], line[1:]...)
	cmd.Env = append(os.Environ(), n.Env...)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	// The grave kills the process when this one dies without having done so: then its pipe ends.
	grave := exec.Command("/bin/sh", "-c", `cat >/dev/null; kill -9 "$1"`, "sh", strconv.Itoa(cmd.Process.Pid))
	if _, err := grave.StdinPipe(); err != nil {
		return err
	}
	if err := grave.Start(); err != nil {
		return err
	}
	exited := make(chan struct{})
	n.Cmd, n.Exited = cmd, exited
	go func() { // ends with the process, which Kill, Stop or bury ends; all wait for it
		defer close(exited)
		cmd.Wait()
		grave.Process.Kill()
		grave.Wait()
	}()
	return nil
}

// AwaitReady waits until the node serves.
func (n *Node) AwaitReady(limit time.Duration) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	for deadline := time.Now().Add(limit); ; time.Sleep(2 * time.Millisecond) {
		res, err := client.Get(n.URL() + "/readyz")
		if err == nil {
			res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("not ready: %s", res.Status)
		}
		select {
		case <-n.Exited:
			return fmt.Errorf("the server ended by itself: %v\n%s", n.Cmd.ProcessState, n.LogTail())
		default:
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the server is not ready after %v: %w\n%s", limit, err, n.LogTail())
		}
	}
}

// Kill ends the process as a power cut would, as far as the process can tell.
func (n *Node) Kill() {
	n.Cmd.Process.Kill()
	<-n.Exited
}

// errStuck says that a process had to be killed.
var errStuck = errors.New("the server did not end within 40 s of SIGTERM")

// Stop asks the process to end and waits until it has.
func (n *Node) Stop() error {
	n.Cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-n.Exited:
		return nil
	case <-time.After(40 * time.Second):
		n.Kill()
		return errStuck
	}
}

// bury ends what is left at the end of the test and looks at what the process has said in all its lives.
func (n *Node) bury() {
	if n.Cmd != nil {
		n.Kill()
	}
	text, err := os.ReadFile(n.LogPath)
	if err != nil {
		return // never started
	}
	for _, bad := range append([]string{"WARNING: DATA RACE", "panic:", "fatal error:"}, n.secrets...) {
		if i := bytes.Index(text, []byte(bad)); i >= 0 {
			n.t.Errorf("the server's log holds %q:\n%s", bad, text[max(i-200, 0):min(i+6000, len(text))])
		}
	}
	if n.t.Failed() {
		n.t.Logf("the server's log ends with\n%s", n.LogTail())
	}
}

// LogTail gives the last lines of what the process has said.
func (n *Node) LogTail() string {
	text, _ := os.ReadFile(n.LogPath)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	return strings.Join(lines[max(0, len(lines)-40):], "\n")
}

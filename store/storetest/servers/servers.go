// Package servers starts the real servers that tests run against, PostgreSQL and Redis, and removes them again. A
// server dies with the test process, however that ends. It imports nothing of ours, so that tests inside any package
// can use it.
package servers

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"
)

// Missing says that a test can't run because something isn't there: with MICROCOURT_REQUIRE_ALL=1 the test fails,
// otherwise it is skipped, and `make test` repeats what was skipped and why.
func Missing(t testing.TB, what string) {
	t.Helper()
	if os.Getenv("MICROCOURT_REQUIRE_ALL") == "1" {
		t.Fatalf("MISSING: %s, and MICROCOURT_REQUIRE_ALL=1 asks for everything", what)
	}
	t.Skipf("MISSING: %s", what)
}

// undertaker runs a shell script as soon as this process ends or calls bury: it waits on a pipe whose other end only
// this process holds, so neither a panic nor kill -9 leaves a server behind.
type undertaker struct {
	cmd  *exec.Cmd
	pipe io.Closer
}

func newUndertaker(script string, args ...string) (*undertaker, error) {
	cmd := exec.Command("/bin/sh", append([]string{"-c", "cat >/dev/null; " + script, "sh"}, args...)...)
	pipe, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return &undertaker{cmd, pipe}, cmd.Start()
}

// bury runs the script now and waits for it.
func (u *undertaker) bury() error {
	u.pipe.Close()
	return u.cmd.Wait()
}

// runAs builds a command that runs as the named user when we are root: PostgreSQL refuses to run as root.
func runAs(user, program string, args ...string) *exec.Cmd {
	if os.Geteuid() != 0 {
		return exec.Command(program, args...)
	}
	return exec.Command("runuser", append([]string{"-u", user, "--", program}, args...)...)
}

func output(cmd *exec.Cmd) error {
	cmd.Dir = "/"
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w\n%s", cmd.Path, err, out)
	}
	return nil
}

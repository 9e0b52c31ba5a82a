package e2e_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
)

// TestMain runs the tests, or the unsafe server when the test process was started anew as one (see unsafe_test.go).
func TestMain(m *testing.M) {
	if os.Getenv(unsafeDatabase) != "" {
		serveUnsafe()
		return
	}
	flag.Parse()
	if n := flag.Lookup("test.parallel"); n.Value.String() == n.DefValue {
		flag.Set("test.parallel", "16") // what runs in parallel here waits, and needs no processor for it
	}
	code := m.Run()
	os.RemoveAll(buildDir())
	os.Exit(code)
}

// soak is whether the long versions of the tests run: `make soak`.
var soak = os.Getenv("MICROCOURT_SOAK") == "1"

// inSoak chooses between the figure of every day and that of the long version.
func inSoak[T any](usual, long T) T {
	if soak {
		return long
	}
	return usual
}

var buildDir = sync.OnceValue(func() string {
	dir, err := os.MkdirTemp("", "microcourt-e2e-")
	if err != nil {
		panic(err)
	}
	return dir
})

// raceProgram and plainProgram build the program once each: with the race detector where it is hurt, without where memory
// and time are measured. The plain one is built as `make build` does, so that one of the two finds all of it compiled.
var (
	raceProgram  = sync.OnceValues(func() (string, error) { return buildProgram("microcourt-race", os.Environ(), "-race") })
	plainProgram = sync.OnceValues(func() (string, error) {
		return buildProgram("microcourt", append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS="), "-trimpath")
	})
)

func buildProgram(name string, env []string, flags ...string) (string, error) {
	path := filepath.Join(buildDir(), name)
	cmd := exec.Command("go", append(append([]string{"build", "-o", path}, flags...), "microcourt/cmd/microcourt")...)
	cmd.Env = env
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", errors.Join(fmt.Errorf("build the program: %w", err), errors.New(string(out)))
	}
	return path, nil
}

// built gives a program's path.
func built(t testing.TB, build func() (string, error)) string {
	t.Helper()
	path, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

package servers

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// gateway is the S3-compatible server that tests run against. It is built through the Go module proxy, once per
// machine, because distributions don't package it.
const gateway = "github.com/versity/versitygw/cmd/versitygw@v1.8.0"

// S3Server is an S3-compatible server over a folder, on a free port of the loopback.
type S3Server struct {
	AccessKey, Secret string

	dir        string
	port       int
	undertaker *undertaker // held as long as the server: its pipe must not be collected
}

// S3 gives the server that this test process shares; every caller takes a bucket of its own with Bucket.
func S3(t testing.TB) *S3Server {
	t.Helper()
	server, err := sharedS3()
	if errors.Is(err, errNoGateway) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// Bucket makes an empty bucket for one test and gives its address, s3://NAME?endpoint=...
func (s *S3Server) Bucket(t testing.TB) string {
	t.Helper()
	dir, err := os.MkdirTemp(filepath.Join(s.dir, "buckets"), "test-")
	if err != nil {
		t.Fatal(err)
	}
	return "s3://" + filepath.Base(dir) + "?endpoint=" + url.QueryEscape("http://127.0.0.1:"+strconv.Itoa(s.port)) + "&region=us-east-1"
}

// errNoGateway says that the server is not there and could not be built.
var errNoGateway = errors.New("no S3-compatible server: building " + gateway + " failed (no network?)")

var sharedS3 = sync.OnceValues(startS3)

func startS3() (*S3Server, error) {
	program, err := buildGateway()
	if err != nil {
		return nil, err
	}
	s := &S3Server{AccessKey: "microcourt-test", Secret: "not-a-secret-of-anybody"}
	if s.dir, err = os.MkdirTemp("", "microcourt-s3-"); err != nil {
		return nil, err
	}
	s.undertaker, err = newUndertaker(`test -f "$1/pid" && kill -9 "$(cat "$1/pid")" 2>/dev/null; rm -rf "$1"`, s.dir)
	if err != nil {
		return nil, err
	}
	if err = s.start(program); err != nil {
		return nil, errors.Join(err, s.undertaker.bury())
	}
	return s, nil
}

func (s *S3Server) start(program string) error {
	var err error
	if s.port, err = freePort(); err != nil {
		return err
	}
	for _, dir := range []string{"buckets", "sidecar"} {
		if err := os.Mkdir(filepath.Join(s.dir, dir), 0o700); err != nil {
			return err
		}
	}
	log, err := os.Create(filepath.Join(s.dir, "log"))
	if err != nil {
		return err
	}
	defer log.Close()
	address := "127.0.0.1:" + strconv.Itoa(s.port)
	// The sidecar keeps object metadata in files: temporary file systems have no extended attributes.
	cmd := exec.Command(program, "--port", address, "--quiet", "posix", "--sidecar", filepath.Join(s.dir, "sidecar"), filepath.Join(s.dir, "buckets"))
	cmd.Env = []string{"ROOT_ACCESS_KEY=" + s.AccessKey, "ROOT_SECRET_KEY=" + s.Secret}
	cmd.Dir, cmd.Stdout, cmd.Stderr = s.dir, log, log
	if err := cmd.Start(); err != nil {
		return err
	}
	go cmd.Wait() // ends with the server, which the undertaker ends after this process
	if err := os.WriteFile(filepath.Join(s.dir, "pid"), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
		return err
	}
	for deadline := time.Now().Add(20 * time.Second); ; {
		res, err := http.Get("http://" + address + "/")
		if err == nil {
			return res.Body.Close()
		}
		if time.Now().After(deadline) {
			text, _ := os.ReadFile(log.Name())
			return fmt.Errorf("the test's S3 server doesn't answer: %w\n%s", err, text)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// buildGateway gives the path of the server's program, built into the user's cache folder.
func buildGateway() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	_, version, _ := strings.Cut(gateway, "@")
	dir := filepath.Join(cache, "microcourt-test", "versitygw-"+version)
	program := filepath.Join(dir, "versitygw")
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return "", err
	}
	lock, err := os.Create(filepath.Join(dir, "lock")) // of several test processes one builds, and the others wait for it
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX); err != nil {
		return "", err
	}
	if _, err := os.Stat(program); err == nil {
		return program, nil
	}
	tmp, err := os.MkdirTemp(dir, "build-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(tmp)
	ctx, cancel := context.WithTimeout(context.Background(), 8*time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, "go", "install", gateway)
	cmd.Dir = tmp                                                                      // outside of any module
	cmd.Env = append(os.Environ(), "GOBIN="+tmp, "CGO_ENABLED=0", "GOFLAGS=-trimpath") // the standard library as our own program has it
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %w\n%s", errNoGateway, err, out)
	}
	return program, os.Rename(filepath.Join(tmp, "versitygw"), program)
}

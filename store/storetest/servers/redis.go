package servers

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// RedisServer is a Redis server of a test's own, on a free port of the loopback. It keeps nothing on disk.
type RedisServer struct {
	dir        string
	port       int
	undertaker *undertaker
	process    *os.Process
	exited     chan struct{} // closed when process has ended and was reaped
}

// Redis gives the URL of a Redis server: the one that MICROCOURT_TEST_REDIS names, which may be shared and not empty, or
// an empty one for this test alone.
func Redis(t testing.TB) string {
	t.Helper()
	if server := os.Getenv("MICROCOURT_TEST_REDIS"); server != "" {
		return server
	}
	return OwnRedis(t).URL()
}

// OwnRedis starts a server for one test alone, which may crash and start it again.
func OwnRedis(t testing.TB) *RedisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		Missing(t, "no redis-server found; install redis-server or set MICROCOURT_TEST_REDIS")
	}
	dir, err := os.MkdirTemp("", "microcourt-redis-")
	if err != nil {
		t.Fatal(err)
	}
	r := &RedisServer{dir: dir}
	r.undertaker, err = newUndertaker(`test -f "$1/pid" && kill -9 "$(cat "$1/pid")" 2>/dev/null; rm -rf "$1"`, dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		r.undertaker.bury()
		if r.exited != nil {
			<-r.exited
		}
	})
	if r.port, err = freePort(); err != nil {
		t.Fatal(err)
	}
	r.Start(t)
	return r
}

// URL names the server; it stays the same over Crash and Start.
func (r *RedisServer) URL() string { return "redis://127.0.0.1:" + strconv.Itoa(r.port) + "/0" }

// Crash kills the server.
func (r *RedisServer) Crash(t testing.TB) {
	t.Helper()
	if err := r.process.Kill(); err != nil {
		t.Fatalf("kill the test's Redis: %v", err)
	}
	<-r.exited
	os.Remove(r.pidFile())
}

// Start starts the server and waits until it answers.
func (r *RedisServer) Start(t testing.TB) {
	t.Helper()
	cmd := exec.Command("redis-server", "--bind", "127.0.0.1", "--port", strconv.Itoa(r.port), "--save", "", "--appendonly", "no", "--dir", r.dir)
	log, err := os.Create(filepath.Join(r.dir, "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(r.pidFile(), []byte(strconv.Itoa(cmd.Process.Pid)), 0o600); err != nil {
		t.Fatal(err)
	}
	exited := make(chan struct{})
	r.process, r.exited = cmd.Process, exited
	go func() { // ends with the server, which Crash or the undertaker ends; both wait for it
		defer close(exited)
		cmd.Wait()
	}()
	if err := r.await(10 * time.Second); err != nil {
		t.Fatal(err)
	}
}

func (r *RedisServer) pidFile() string { return filepath.Join(r.dir, "pid") }

func (r *RedisServer) await(limit time.Duration) error {
	for deadline := time.Now().Add(limit); ; {
		err := r.ping()
		if err == nil {
			return nil
		}
		if time.Now().After(deadline) {
			log, _ := os.ReadFile(filepath.Join(r.dir, "log"))
			return fmt.Errorf("the test's Redis doesn't answer: %w\n%s", err, log)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

func (r *RedisServer) ping() error {
	conn, err := net.DialTimeout("tcp", "127.0.0.1:"+strconv.Itoa(r.port), time.Second)
	if err != nil {
		return err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	answer := make([]byte, 5)
	if _, err := conn.Read(answer); err != nil {
		return err
	}
	if string(answer) != "+PONG" {
		return fmt.Errorf("answered %q", answer)
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

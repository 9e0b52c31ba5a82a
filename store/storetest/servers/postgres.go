package servers

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// PostgresServer is a PostgreSQL server of a test's own. It listens on a Unix socket only, trusts whoever can reach it, and
// writes to disk as durably as a court's server must.
type PostgresServer struct {
	bin        string // folder of initdb and pg_ctl
	dir        string // holds data/, log and the socket
	undertaker *undertaker
}

// errNoPostgres says that this machine has no PostgreSQL to start.
var errNoPostgres = errors.New("no PostgreSQL binaries (initdb, pg_ctl) found; install postgresql or set MICROCOURT_TEST_POSTGRES")

// Postgres gives the URL of a fresh, empty database, removed at the end of the test. It is on the server that
// MICROCOURT_TEST_POSTGRES names, or on one that this test process starts for itself.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("MICROCOURT_TEST_POSTGRES")
	if server == "" {
		shared, err := sharedPostgres()
		if errors.Is(err, errNoPostgres) {
			Missing(t, err.Error())
		}
		if err != nil {
			t.Fatal(err)
		}
		server = shared.URL("postgres")
	}
	return freshDatabase(t, server)
}

var sharedPostgres = sync.OnceValues(StartPostgres)

// OwnPostgres starts a server for one test alone, which may crash and start it again.
func OwnPostgres(t testing.TB) *PostgresServer {
	t.Helper()
	p, err := StartPostgres()
	if errors.Is(err, errNoPostgres) {
		Missing(t, err.Error())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.Stop() })
	return p
}

// URL names a database on the server; `postgres` is always there.
func (p *PostgresServer) URL(database string) string {
	return "postgres://postgres@/" + database + "?host=" + url.QueryEscape(p.dir) + "&sslmode=disable"
}

// Crash ends the server without letting it finish anything, like a cut cable.
func (p *PostgresServer) Crash(t testing.TB) {
	t.Helper()
	if err := output(p.pgCtl("stop", "-m", "immediate", "-w")); err != nil {
		t.Fatal(err)
	}
}

// Start starts the server again and waits until it answers.
func (p *PostgresServer) Start(t testing.TB) {
	t.Helper()
	if err := p.start(); err != nil {
		t.Fatal(err)
	}
}

// StartPostgres starts a server for whoever is not a test, as the bench. Stop ends it, and so does the end of this process.
func StartPostgres() (*PostgresServer, error) {
	bin, err := postgresBin()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "microcourt-pg-")
	if err != nil {
		return nil, err
	}
	p := &PostgresServer{bin: bin, dir: dir}
	if err := p.giveAway(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	stop := p.pgCtl("stop", "-m", "immediate", "-w")
	p.undertaker, err = newUndertaker(`dir=$1; shift; cd /; "$@" >/dev/null 2>&1; rm -rf "$dir"`, append([]string{dir}, stop.Args...)...)
	if err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	err = output(runAs("postgres", filepath.Join(bin, "initdb"), "-D", filepath.Join(dir, "data"), "-U", "postgres", "-A", "trust",
		"-E", "UTF8", "--locale=C", "--no-sync"))
	if err == nil {
		err = p.start()
	}
	if err != nil {
		return nil, errors.Join(err, p.undertaker.bury())
	}
	return p, nil
}

// giveAway hands the server's folder to the user postgres when we are root.
func (p *PostgresServer) giveAway() error {
	if os.Geteuid() != 0 {
		return nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return errNoPostgres
	}
	uid, err1 := strconv.Atoi(u.Uid)
	gid, err2 := strconv.Atoi(u.Gid)
	return errors.Join(err1, err2, os.Chown(p.dir, uid, gid))
}

// Stop ends the server and removes what it held.
func (p *PostgresServer) Stop() error { return p.undertaker.bury() }

func (p *PostgresServer) pgCtl(args ...string) *exec.Cmd {
	return runAs("postgres", filepath.Join(p.bin, "pg_ctl"), append([]string{"-D", filepath.Join(p.dir, "data")}, args...)...)
}

func (p *PostgresServer) start() error {
	return output(p.pgCtl("start", "-w", "-l", filepath.Join(p.dir, "log"),
		"-o", "-c listen_addresses='' -c max_connections=200 -c unix_socket_directories='"+p.dir+"'"))
}

// postgresBin finds the folder of PostgreSQL's server programs; Debian keeps them out of the PATH.
func postgresBin() (string, error) {
	if path, err := exec.LookPath("initdb"); err == nil {
		return filepath.Dir(path), nil
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if len(found) == 0 {
		return "", errNoPostgres
	}
	sort.Slice(found, func(i, k int) bool { return majorOf(found[i]) < majorOf(found[k]) })
	return filepath.Dir(found[len(found)-1]), nil
}

func majorOf(initdb string) int {
	n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(initdb))))
	return n
}

func freshDatabase(t testing.TB, server string) string {
	t.Helper()
	return kept(t)(CreateDatabase(server))
}

// kept keeps a database until the end of the test.
func kept(t testing.TB) func(database string, drop func() error, err error) string {
	return func(database string, drop func() error, err error) string {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := drop(); err != nil {
				t.Errorf("remove the test's database: %v", err)
			}
		})
		return database
	}
}

// Template is a database that is filled once in this process and copied for each test: a schema takes PostgreSQL longer to make
// than most tests take.
type Template struct {
	// Fill fills the database, and leaves no connection to it.
	Fill func(database string) error

	once sync.Once
	name string
	err  error
}

// Postgres gives the URL of a database of the test's own with what Fill made, removed at the end of the test. On the server that
// MICROCOURT_TEST_POSTGRES names, which outlives this process, each is filled anew.
func (m *Template) Postgres(t testing.TB) string {
	t.Helper()
	if os.Getenv("MICROCOURT_TEST_POSTGRES") != "" {
		database := Postgres(t)
		if err := m.Fill(database); err != nil {
			t.Fatal(err)
		}
		return database
	}
	shared, err := sharedPostgres()
	if err != nil {
		return Postgres(t) // says what is missing
	}
	server := shared.URL("postgres")
	m.once.Do(func() {
		var database string
		if database, _, m.err = CreateDatabase(server); m.err != nil {
			return
		}
		m.err = m.Fill(database)
		u, _ := url.Parse(database)
		m.name = strings.TrimPrefix(u.Path, "/")
	})
	if m.err != nil {
		t.Fatal(m.err)
	}
	return kept(t)(createDatabase(server, " TEMPLATE "+m.name))
}

// CreateDatabase makes a fresh database on a server and gives its URL, and what removes it again.
func CreateDatabase(server string) (database string, drop func() error, err error) {
	return createDatabase(server, "")
}

func createDatabase(server, options string) (database string, drop func() error, err error) {
	u, err := url.Parse(server)
	if err != nil {
		return "", nil, err
	}
	suffix := make([]byte, 8)
	rand.Read(suffix)
	name := "microcourt_test_" + hex.EncodeToString(suffix)
	if err := execOn(server, "CREATE DATABASE "+name+options); err != nil {
		return "", nil, err
	}
	u.Path = "/" + name
	return u.String(), func() error { return execOn(server, "DROP DATABASE "+name+" WITH (FORCE)") }, nil
}

func execOn(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	conn, err := pgx.Connect(ctx, server)
	if err != nil {
		return fmt.Errorf("connect to the test's PostgreSQL: %w", err)
	}
	defer conn.Close(ctx)
	_, err = conn.Exec(ctx, statement)
	return err
}

package store

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"runtime"

	_ "modernc.org/sqlite" // the driver
)

// pragmas are set on every connection by the DSN and asserted when it opens. synchronous=FULL (2) makes a commit in
// WAL mode wait for the disk: promise P1 hangs on it.
func sqliteDSN(path string, readOnly, unsafe bool) string {
	q := url.Values{}
	q.Add("_pragma", "busy_timeout(10000)")
	q.Add("_pragma", "journal_mode(WAL)")
	if unsafe {
		q.Add("_pragma", "synchronous(OFF)")
	} else {
		q.Add("_pragma", "synchronous(FULL)")
	}
	q.Add("_pragma", "foreign_keys(ON)")
	q.Add("_pragma", "temp_store(MEMORY)")
	if readOnly {
		q.Add("_pragma", "query_only(ON)") // its cache is small: each commit empties it
	} else {
		q.Add("_pragma", "cache_size(-2000)") // a larger one costs more than it spares: most commits look through it whole
		q.Add("_pragma", "wal_autocheckpoint(4000)")
	}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

func (s *Store) openSQLite(ctx context.Context, cfg Config) error {
	s.engine = SQLite
	if err := os.MkdirAll(filepath.Dir(cfg.Database), 0o700); err != nil {
		return err
	}
	writeDB, err := sql.Open("sqlite", sqliteDSN(cfg.Database, false, cfg.Unsafe))
	if err != nil {
		return err
	}
	writeDB.SetMaxOpenConns(1)
	if s.schema, err = migrate(ctx, writeDB, SQLite); err != nil {
		writeDB.Close()
		return err
	}
	conn, err := writeDB.Conn(ctx)
	if err == nil {
		err = assertDurable(ctx, conn, cfg.Unsafe)
	}
	if err != nil {
		writeDB.Close()
		return err
	}
	s.writer = startSQLiteWriter(s, writeDB, conn)

	s.read, err = sql.Open("sqlite", sqliteDSN(cfg.Database, true, cfg.Unsafe))
	if err != nil {
		return err
	}
	s.read.SetMaxOpenConns(max(4, 2*runtime.GOMAXPROCS(0)))
	s.read.SetMaxIdleConns(max(4, 2*runtime.GOMAXPROCS(0)))
	return s.read.PingContext(ctx)
}

// assertDurable reads the settings back from the connection that commits: a driver that ignored them would break P1
// silently.
func assertDurable(ctx context.Context, conn *sql.Conn, unsafe bool) error {
	var mode string
	var sync int
	if err := conn.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&mode); err != nil {
		return err
	}
	if err := conn.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&sync); err != nil {
		return err
	}
	if mode != "wal" || sync != 2 && !unsafe {
		return fmt.Errorf("SQLite is not durable: journal_mode=%s synchronous=%d, want wal and 2 (FULL)", mode, sync)
	}
	return nil
}

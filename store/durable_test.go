package store

import (
	"bytes"
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"microcourt/store/storetest/servers"
)

// openForSettings opens an empty record whose connections are looked at one by one.
func openForSettings(t *testing.T, cfg Config) *Store {
	t.Helper()
	keys, err := NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	cfg.Keys = keys
	s, err := Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestP1EverySQLiteConnectionIsDurable: a commit waits for the disk only where the connection is in WAL mode with
// synchronous=FULL. The setting belongs to the connection, so every one of the pool must have it, and the writing one.
func TestP1EverySQLiteConnectionIsDurable(t *testing.T) {
	s := openForSettings(t, Config{Database: filepath.Join(t.TempDir(), "record.db")})
	pragmas := func(row func(query string) *sql.Row) (mode string, sync int) {
		t.Helper()
		if err := row("PRAGMA journal_mode").Scan(&mode); err != nil {
			t.Fatal(err)
		}
		if err := row("PRAGMA synchronous").Scan(&sync); err != nil {
			t.Fatal(err)
		}
		return mode, sync
	}
	err := s.write(t.Context(), func(ctx context.Context, tx *Tx) error {
		if mode, sync := pragmas(func(query string) *sql.Row { return tx.row(ctx, query) }); mode != "wal" || sync != 2 {
			t.Errorf("the writing connection: journal_mode=%s synchronous=%d, want wal and 2", mode, sync)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	size := s.read.Stats().MaxOpenConnections
	for i := range size { // all are held at once, so each is another one
		conn, err := s.read.Conn(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		mode, sync := pragmas(func(query string) *sql.Row { return conn.QueryRowContext(t.Context(), query) })
		if mode != "wal" || sync != 2 {
			t.Errorf("connection %d: journal_mode=%s synchronous=%d, want wal and 2", i, mode, sync)
		}
	}
	if open := s.read.Stats().OpenConnections; size < 2 || open != size {
		t.Errorf("looked at %d connections, %d are open", size, open)
	}
}

// TestP1EveryPostgreSQLConnectionIsDurable, also where the database's own default says otherwise.
func TestP1EveryPostgreSQLConnectionIsDurable(t *testing.T) {
	database := servers.Postgres(t)
	lax, err := pgxpool.New(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer lax.Close()
	var name string
	if err := lax.QueryRow(t.Context(), "SELECT current_database()").Scan(&name); err != nil {
		t.Fatal(err)
	}
	if _, err := lax.Exec(t.Context(), "ALTER DATABASE "+name+" SET synchronous_commit = off"); err != nil {
		t.Fatal(err)
	}
	s := openForSettings(t, Config{Database: database})
	size := int(s.pool.Config().MaxConns)
	for i := range size {
		conn, err := s.pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Release()
		var commit string
		if err := conn.QueryRow(t.Context(), "SELECT current_setting('synchronous_commit')").Scan(&commit); err != nil {
			t.Fatal(err)
		}
		if commit != "on" {
			t.Errorf("connection %d: synchronous_commit=%s, want on", i, commit)
		}
	}
	if size < 2 {
		t.Errorf("the pool has only %d connections", size)
	}
}

// TestP1APostgreSQLThatDoesNotSyncIsRefused: with fsync off the server acknowledges what a power cut loses.
func TestP1APostgreSQLThatDoesNotSyncIsRefused(t *testing.T) {
	server := servers.OwnPostgres(t)
	database := server.URL("postgres")
	pool, err := pgxpool.New(t.Context(), database)
	if err != nil {
		t.Fatal(err)
	}
	defer pool.Close()
	for _, statement := range []string{"ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()"} {
		if _, err := pool.Exec(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	server.Crash(t) // the setting is there after the next start at the latest
	server.Start(t)
	keys, err := NewKeys(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	if s, err := Open(t.Context(), Config{Database: database, Keys: keys}); err == nil {
		s.Close()
		t.Fatal("a record on a PostgreSQL with fsync=off was opened")
	} else {
		t.Log(err)
	}
}

// Package storetest opens real records for tests: SQLite files and fresh PostgreSQL databases. Tests inside package store
// that can't import it (it imports store) use storetest/servers.
package storetest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"microcourt/store"
	"microcourt/store/storetest/servers"
)

// NoticeVersion is the first-entry notice's version in records that Open opens.
const NoticeVersion = "v1"

// Postgres gives the URL of a fresh database; see servers.Postgres.
func Postgres(t testing.TB) string { t.Helper(); return servers.Postgres(t) }

// Redis gives the URL of a Redis server; see servers.Redis.
func Redis(t testing.TB) string { t.Helper(); return servers.Redis(t) }

// Missing skips a test loudly, or fails it where everything is required; see servers.Missing.
func Missing(t testing.TB, what string) { t.Helper(); servers.Missing(t, what) }

// Config gives the configuration of an empty record on the engine, with keys that are the same in all tests. A test may change
// it before opening.
func Config(t testing.TB, engine store.Engine) store.Config {
	t.Helper()
	cfg, err := configOf("")
	if err != nil {
		t.Fatal(err)
	}
	if engine == store.PostgreSQL {
		cfg.Database = emptyDatabase.Postgres(t)
		return cfg
	}
	text, err := emptyFile()
	cfg.Database = filepath.Join(t.TempDir(), "record.db")
	if err := errors.Join(err, os.WriteFile(cfg.Database, text, 0o600)); err != nil {
		t.Fatal(err)
	}
	return cfg
}

func configOf(database string) (store.Config, error) {
	keys, err := store.NewKeys(bytes.Repeat([]byte("k"), 32))
	return store.Config{Database: database, Keys: keys, NoticeVersion: NoticeVersion}, err
}

// emptyDatabase and emptyFile are empty records of this program's schema, which tests get copies of. How a schema is made and brought up to
// date is tested where nothing is there yet.
var emptyDatabase = servers.Template{Fill: makeEmpty}

var emptyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "microcourt-empty-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "record.db")
	if err := makeEmpty(path); err != nil { // closing brings everything into the one file
		return nil, err
	}
	return os.ReadFile(path)
})

func makeEmpty(database string) error {
	cfg, err := configOf(database)
	if err != nil {
		return err
	}
	s, err := store.Open(context.Background(), cfg)
	if err != nil {
		return err
	}
	return s.Close()
}

// Open opens an empty record on the engine and closes it at the end of the test.
func Open(t testing.TB, engine store.Engine) *store.Store {
	t.Helper()
	return OpenConfig(t, Config(t, engine))
}

// OpenConfig opens a record and closes it at the end of the test.
func OpenConfig(t testing.TB, cfg store.Config) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the record: %v", err)
		}
	})
	return s
}

// Engines runs a test of the conformance suite on an empty record of each engine.
func Engines(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) { test(t, Open(t, engine)) })
	}
}

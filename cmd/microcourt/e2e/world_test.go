package e2e_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"os"
	"path/filepath"
	"testing"

	"microcourt/cmd/microcourt/e2e/nodes"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// seeded is a record with people and cases in it, not opened by anybody, and the key file that belongs to it.
type seeded struct {
	world    *storetest.World
	database string
	keyFile  string
}

// seed fills a database, so that a server finds it as a court's server does after a restart.
func seed(t testing.TB, database string, cases int) *seeded {
	t.Helper()
	secret := bytes.Repeat([]byte("k"), 32)
	keys, err := store.NewKeys(secret)
	if err != nil {
		t.Fatal(err)
	}
	keyFile := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(keyFile, []byte(base64.StdEncoding.EncodeToString(secret)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(context.Background(), store.Config{Database: database, Keys: keys, NoticeVersion: storetest.NoticeVersion})
	if err != nil {
		t.Fatal(err)
	}
	w := storetest.NewWorld(t, s, cases)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return &seeded{world: w, database: database, keyFile: keyFile}
}

// databaseOf gives an empty database of the engine.
func databaseOf(t testing.TB, engine store.Engine) string {
	t.Helper()
	if engine == store.PostgreSQL {
		return storetest.Postgres(t)
	}
	return filepath.Join(t.TempDir(), "record.db")
}

// setup gives what a server on the record is started with.
func (s *seeded) setup(program string, args ...string) nodes.Setup {
	return nodes.Setup{Program: program, Database: s.database, KeyFile: s.keyFile, Args: args}
}

// talk is a thread of a case and who reads it, by name of seat.
type talk struct {
	thread  string
	readers []string
}

// talks gives the threads of a case in which a crowd talks: the room and private ones.
func (s *seeded) talks(caseID string) []talk {
	seats := s.world.Seats
	return []talk{
		{court.RoomThread, []string{"judge", "clerk", "plaintiff", "defendant", "lawyer"}},
		{storetest.Bench(caseID, seats["plaintiff"]), []string{"judge", "plaintiff"}},
		{storetest.Bench(caseID, seats["defendant"]), []string{"judge", "defendant"}},
		{storetest.Pair(caseID, seats["plaintiff"], seats["defendant"]), []string{"plaintiff", "defendant"}},
		{storetest.Pair(caseID, seats["clerk"], seats["lawyer"]), []string{"clerk", "lawyer"}},
	}
}

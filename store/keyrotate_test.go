package store_test

import (
	"bytes"
	"encoding/base64"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/storetest"
)

// TestAKeyIsChangedAndNothingIsLost: after a new key is in force everybody is found and everything opens; before, and where the change was broken off, too; without the
// new key nothing does.
func TestAKeyIsChangedAndNothingIsLost(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			cfg := storetest.Config(t, engine)
			file := filepath.Join(t.TempDir(), "key")
			before := []byte(base64.StdEncoding.EncodeToString(bytes.Repeat([]byte("k"), 32)) + "\n") // storetest's
			if err := os.WriteFile(file, before, 0o600); err != nil {
				t.Fatal(err)
			}
			open := func() *store.Store {
				t.Helper()
				keys, err := store.OpenKeys(file)
				if err != nil {
					t.Fatal(err)
				}
				cfg.Keys = keys
				s, err := store.Open(t.Context(), cfg)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { s.Close() })
				return s
			}
			s := open()
			w := &filesWorld{World: storetest.NewWorld(t, s, 1), blobs: openBlobs(t, "folder")}
			w.files = openFiles(t, s, w.blobs)
			plaintiff := w.Seats["plaintiff"]
			if _, err := s.KeepSignature(t.Context(), plaintiff.PersonID, plaintiff.SessionID, []byte("a signature")); err != nil {
				t.Fatal(err)
			}
			newcomer := w.newcomer(t, "13700000020")
			p := w.handIn(t, newcomer, "张三", "110101190001010014")
			push := store.PushSubscription{PersonID: plaintiff.PersonID, Endpoint: "https://push.example.net/1", P256DH: []byte("p"), Auth: []byte("a")}
			if err := s.SubscribePush(t.Context(), plaintiff.SessionID, push); err != nil {
				t.Fatal(err)
			}

			holds := func(s *store.Store, when string) {
				t.Helper()
				w.Store, w.files = s, openFiles(t, s, w.blobs)
				for _, seat := range []*storetest.Seat{plaintiff, newcomer} {
					id := seat.PersonID
					if w.SignIn(t, seat); seat.PersonID != id {
						t.Errorf("%s: %s is somebody else", when, seat.Name)
					}
				}
				if got, err := s.SignatureOf(t.Context(), plaintiff.PersonID); err != nil || string(got.Image) != "a signature" {
					t.Errorf("%s: the signature: %v", when, err)
				}
				if _, data, err := w.files.OpenProofingFile(t.Context(), p.ID, p.Files[0].ID); err != nil || !bytes.HasPrefix(data, []byte("picture")) {
					t.Errorf("%s: the picture: %v", when, err)
				}
				look, err := s.LookAtProofing(t.Context(), p.ID, store.By{})
				if err != nil || look.Facts.Document.Name != "张三" {
					t.Errorf("%s: the proofing: %v", when, err)
				}
				person, err := s.Person(t.Context(), plaintiff.PersonID)
				if err != nil || person.IDNumber == "" || person.Phone == "" {
					t.Errorf("%s: %+v, %v", when, person, err)
				}
				w.Import(t, w.CaseFile(0, "open", "judge")) // finds by number whom it knows
				if places, err := s.Places(t.Context(), plaintiff.PersonID); err != nil || len(places) != 1 {
					t.Errorf("%s: %v, %v", when, places, err)
				}
			}

			if err := store.AppendKey(file); err != nil {
				t.Fatal(err)
			}
			s.Close()
			s = open() // broken off here: the key of before is in force
			if !s.KeyWaits() {
				t.Fatal("no key waits")
			}
			holds(s, "with a key that waits")
			rows, err := s.RotateKeys(t.Context(), store.By{Address: "console"})
			if err != nil || rows < 10 {
				t.Fatalf("%d rows, %v", rows, err)
			}
			holds(s, "with the new key, in the same process")
			s.Close()
			s = open()
			if s.KeyWaits() {
				t.Error("the new key still waits")
			}
			holds(s, "with the new key")
			s.Close()

			after, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if lines := strings.Fields(string(after)); len(lines) != 2 || lines[0] != strings.TrimSpace(string(before)) {
				t.Fatalf("the file of keys has %d lines", len(lines))
			}
			if err := os.WriteFile(file, before, 0o600); err != nil {
				t.Fatal(err)
			}
			keys, err := store.OpenKeys(file)
			if err != nil {
				t.Fatal(err)
			}
			cfg.Keys = keys
			if s, err := store.Open(t.Context(), cfg); err == nil {
				s.Close()
				t.Error("the record opens without the key in force")
			}
		})
	}
}

// TestEverySealedColumnChangesWithTheKey, so that one that comes later can't be forgotten.
func TestEverySealedColumnChangesWithTheKey(t *testing.T) {
	cfg := storetest.Config(t, store.SQLite)
	storetest.OpenConfig(t, cfg)
	rows, err := openRaw(t, cfg).Query(`SELECT m.name || '.' || c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'
		AND (c.name LIKE '%\_enc' ESCAPE '\' OR c.name LIKE '%\_mac' ESCAPE '\' OR c.name LIKE '%sealed' OR m.name = 'sign_in_attempt' AND c.name = 'key')`)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var there []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			t.Fatal(err)
		}
		there = append(there, name)
	}
	covered := append(store.ResealedColumns(), "service_address.sealed") // of an event, which nothing may change
	for _, name := range there {
		if !slices.Contains(covered, name) {
			t.Errorf("%s keeps the key of before", name)
		}
	}
	for _, name := range covered {
		if !slices.Contains(there, name) {
			t.Errorf("there is no %s", name)
		}
	}
}

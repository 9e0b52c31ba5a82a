package store_test

import (
	"errors"
	"testing"

	"microcourt/store"
	"microcourt/store/storetest"
)

func TestASecondNodeNeedsSharedFiles(t *testing.T) {
	cfg := storetest.Config(t, store.PostgreSQL)
	first, second := storetest.OpenConfig(t, cfg), storetest.OpenConfig(t, cfg)
	take := func(s *store.Store, shared bool) *store.NodePlace {
		t.Helper()
		p, err := s.TakeNodePlace(t.Context(), shared)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	refused := func(s *store.Store, shared bool) {
		t.Helper()
		if _, err := s.TakeNodePlace(t.Context(), shared); !errors.Is(err, store.ErrNodeConflict) {
			t.Fatalf("got %v, want a conflict", err)
		}
	}
	local := take(first, false)
	refused(second, false)
	refused(second, true)
	local.Release()

	a, b := take(first, true), take(second, true)
	refused(second, false)
	a.Release()
	refused(first, false)
	b.Release()
	take(second, false).Release()
}

func TestOnSQLiteANodeNeedsNoPlace(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	p, err := s.TakeNodePlace(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	p.Release()
}

package storetest_test

import (
	"testing"

	"microcourt/store"
	"microcourt/store/storetest"
)

func TestEachTestGetsAnEmptyRecordOnBothEngines(t *testing.T) {
	for range 2 {
		storetest.Engines(t, func(t *testing.T, s *store.Store) {
			if err := s.Ping(t.Context()); err != nil {
				t.Fatal(err)
			}
			changes, err := s.AccessChanges(t.Context(), 0)
			if err != nil || len(changes) != 0 {
				t.Fatalf("a fresh record has %d changes of rights, err %v", len(changes), err)
			}
		})
	}
}

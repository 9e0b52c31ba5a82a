package store_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// TestWhoAsksTogetherGetsTheirOwnAnswer: hundreds ask at the same moment, some of them the same, some for what isn't
// there, some with a context that has ended; each gets what asking alone gives.
func TestWhoAsksTogetherGetsTheirOwnAnswer(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 3)
		ended, end := context.WithCancel(t.Context())
		end()
		var all sync.WaitGroup
		for round := range 40 {
			for _, seat := range w.Seats {
				all.Go(func() {
					got, err := s.SessionByToken(t.Context(), seat.Token)
					if err != nil || got.PersonID != seat.PersonID || got.ID != seat.SessionID {
						t.Errorf("%s is %+v (%v)", seat.Name, got, err)
					}
				})
				all.Go(func() {
					places, err := s.Places(t.Context(), seat.PersonID)
					if err != nil || len(places) != len(seat.Participant) {
						t.Errorf("%s has %d places (%v), want %d", seat.Name, len(places), err, len(seat.Participant))
					}
					for _, p := range places {
						if p.Standing.ParticipantID != seat.Participant[p.CaseID] {
							t.Errorf("%s is %s in %s", seat.Name, p.Standing.ParticipantID, p.CaseID)
						}
					}
				})
			}
			all.Go(func() {
				if _, err := s.SessionByToken(t.Context(), fmt.Sprint("nobody", round)); !errors.Is(err, court.ErrUnauthenticated) {
					t.Errorf("a token of nobody: %v", err)
				}
			})
			all.Go(func() { s.SessionByToken(ended, w.Seats["judge"].Token) })
		}
		all.Wait()
	})
}

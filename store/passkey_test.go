package store_test

import (
	"errors"
	"sync"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

func TestPasskeysAreKeptAskedOnceAndSuspendedOnBothEngines(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		me, other := w.Seats["plaintiff"], w.Seats["defendant"]
		attempt, err := s.BeginPasskey(t.Context(), me.PersonID, me.SessionID, "challenge")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.TakePasskeyChallenge(t.Context(), attempt, other.PersonID, other.SessionID); !errors.Is(err, court.ErrPasskey) {
			t.Errorf("somebody else takes it: %v", err)
		}
		taken := make([]error, 8) // at once, as if on several nodes
		var wait sync.WaitGroup
		for i := range taken {
			wait.Go(func() { _, taken[i] = s.TakePasskeyChallenge(t.Context(), attempt, me.PersonID, me.SessionID) })
		}
		wait.Wait()
		once := 0
		for _, err := range taken {
			if err == nil {
				once++
			} else if !errors.Is(err, court.ErrPasskey) {
				t.Error(err)
			}
		}
		if once != 1 {
			t.Errorf("it was taken %d times", once)
		}

		p := store.Passkey{PersonID: me.PersonID, Name: "手机", CredentialID: []byte("c1"), PublicKey: []byte("k"), SignCount: 3, Synced: true, Transports: []string{"internal", "hybrid"}}
		added, err := s.AddPasskey(t.Context(), p, me.SessionID, "192.0.2.1")
		if err != nil {
			t.Fatal(err)
		}
		p.PersonID = other.PersonID
		if _, err := s.AddPasskey(t.Context(), p, other.SessionID, "192.0.2.1"); !errors.Is(err, court.ErrPasskeyKnown) {
			t.Errorf("kept for two: %v", err)
		}
		got, err := s.PasskeyByCredential(t.Context(), p.CredentialID)
		if err != nil || got.ID != added.ID || got.SignCount != 3 || !got.Synced || len(got.Transports) != 2 {
			t.Errorf("kept %+v, %v", got, err)
		}
		in := store.PasskeySignIn{PasskeyID: added.ID, SignCount: 4, Session: store.SessionData{Device: "d"}}
		opened := make([]error, 2) // a copy that counts as far, at the same time
		for i := range opened {
			wait.Go(func() { _, _, opened[i] = s.SignInByPasskey(t.Context(), in) })
		}
		wait.Wait()
		if (opened[0] == nil) == (opened[1] == nil) || !errors.Is(errors.Join(opened...), court.ErrPasskeySuspended) {
			t.Errorf("two with one counter: %v", opened)
		}
		in.SignCount = 9
		if _, _, err := s.SignInByPasskey(t.Context(), in); !errors.Is(err, court.ErrPasskeySuspended) {
			t.Errorf("a suspended one: %v", err)
		}
		if err := s.RemovePasskey(t.Context(), other.PersonID, added.ID, ""); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("another's: %v", err)
		}
		if err := s.RemovePasskey(t.Context(), me.PersonID, added.ID, ""); err != nil {
			t.Fatal(err)
		}
		if _, _, err := s.SignInByPasskey(t.Context(), in); !errors.Is(err, court.ErrPasskey) {
			t.Errorf("a removed one: %v", err)
		}
		for i := range 20 {
			p.PersonID, p.CredentialID = me.PersonID, []byte{byte(i)}
			if _, err := s.AddPasskey(t.Context(), p, me.SessionID, ""); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.BeginPasskey(t.Context(), me.PersonID, me.SessionID, "challenge"); !errors.Is(err, court.ErrPasskeyCount) {
			t.Errorf("a twenty-first: %v", err)
		}
		if err := s.SweepAccounts(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
}

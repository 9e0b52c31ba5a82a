package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// TestASessionActsInOneCapacity: whoever is a party in one case and represents somebody in another acts in each only as what the session is used as, which the
// transaction that commits looks at; who stands in cases in one way only has nothing to choose.
func TestASessionActsInOneCapacity(t *testing.T) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) {
		w := storetest.NewWorld(t, s, 1)
		lawyer, theirs := w.Seats["lawyer"], w.Cases[0]
		say := func(session, caseID string) error {
			t.Helper()
			d := lawyer.Draft(caseID, court.RoomThread, "您好")
			d.SessionID = session
			_, err := s.Append(t.Context(), d)
			return err
		}
		first := lawyer.SessionID
		if err := say(first, theirs); err != nil {
			t.Fatalf("a representative and nothing else: %v", err)
		}

		// A case of the lawyer's own, in which the plaintiff of the other is the representative.
		w.Seats["plaintiff"], w.Seats["lawyer"] = w.Seats["lawyer"], w.Seats["plaintiff"]
		file := strings.NewReplacer("原告甲", "律师丙", "律师丙", "原告甲").Replace(w.CaseFile(1, "open", "judge"))
		w.Seats["plaintiff"], w.Seats["lawyer"] = w.Seats["lawyer"], w.Seats["plaintiff"]
		w.Import(t, file)
		w.Refresh(t)
		own := w.Cases[0]
		if own == theirs {
			own = w.Cases[1]
		}
		w.SignIn(t, lawyer)
		second := lawyer.SessionID
		cases := func(capacity court.Role) (ids []string) {
			t.Helper()
			cards, _, err := s.Cases(t.Context(), store.CaseQuery{PersonID: lawyer.PersonID, Capacity: capacity, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range cards {
				ids = append(ids, c.ID)
			}
			return ids
		}
		uses := func(session string, want court.Role) {
			t.Helper()
			if open, is, err := s.SessionNow(t.Context(), session, lawyer.PersonID); err != nil || !open || is != want {
				t.Fatalf("the session is used as %q (%v, %v), want %q", is, open, err, want)
			}
			here, other := own, theirs
			if want == court.RoleRepresentative {
				here, other = theirs, own
			}
			n := store.NoticeAcceptance{CaseID: here, PersonID: lawyer.PersonID, SessionID: session, Notice: court.NoticeFirstEntry, Version: storetest.NoticeVersion, SHA256: "00"}
			if err := s.AcceptNotice(t.Context(), n); err != nil {
				t.Fatal(err)
			}
			if err := say(session, here); err != nil {
				t.Errorf("as %s: %v", want, err)
			}
			n.CaseID = other
			if err := s.AcceptNotice(t.Context(), n); !errors.Is(err, court.ErrOtherCapacity) {
				t.Errorf("accepting in the other capacity: %v", err)
			}
			if err := say(session, other); !errors.Is(err, court.ErrOtherCapacity) {
				t.Errorf("speaking in the other capacity: %v", err)
			}
			d := lawyer.Draft(other, court.BenchThread(lawyer.Participant[other]), "您好")
			d.SessionID = session
			if _, err := s.Append(t.Context(), d); !errors.Is(err, court.ErrOtherCapacity) {
				t.Errorf("to the judges in the other capacity: %v", err)
			}
			if got := cases(want); len(got) != 1 || got[0] != here {
				t.Errorf("cases as %s: %v", want, got)
			}
			mine, _, err := s.Cases(t.Context(), store.CaseQuery{PersonID: lawyer.PersonID, Capacity: want, Limit: 1})
			if powers := []store.Power{{Name: "被告乙", Authority: "特别授权"}}; err != nil || want == court.RoleRepresentative && !slices.Equal(mine[0].ActsFor, powers) || want == court.RoleParty && len(mine[0].ActsFor) != 0 {
				t.Errorf("acts for %+v, %v", mine[0].ActsFor, err)
			}
			card, _, err := s.Cases(t.Context(), store.CaseQuery{PersonID: lawyer.PersonID, CaseID: other, Capacity: want, Limit: 1})
			if err != nil || len(card) != 1 || card[0].Ready != court.ErrOtherCapacity.Code {
				t.Errorf("the other case says %+v, %v", card, err)
			}
		}
		uses(second, court.RoleParty) // of who is a party anywhere
		if err := s.SetCapacity(t.Context(), lawyer.PersonID, second, court.RoleRepresentative); err != nil {
			t.Fatal(err)
		}
		uses(second, court.RoleRepresentative)
		uses(first, court.RoleParty) // the other phone's
		if err := s.SetCapacity(t.Context(), lawyer.PersonID, second, court.RoleParty); err != nil {
			t.Fatal(err)
		}
		uses(second, court.RoleParty)
		if n, err := s.CapacityCases(t.Context(), lawyer.PersonID); err != nil || n != (store.CapacityCases{Party: 1, Representative: 1}) {
			t.Errorf("%+v, %v", n, err)
		}
		if err := s.SetCapacity(t.Context(), w.Seats["plaintiff"].PersonID, second, court.RoleParty); !errors.Is(err, court.ErrUnauthenticated) {
			t.Errorf("another's session: %v", err)
		}
		if _, is, err := s.SessionNow(t.Context(), w.Seats["judge"].SessionID, w.Seats["judge"].PersonID); err != nil || is != "" {
			t.Errorf("a judge's session is used as %q, %v", is, err)
		}
	})
}

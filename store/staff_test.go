package store_test

import (
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

func TestACodeOfTheSecondStepCountsOnceAlsoAgainstManyAtOnce(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		id := newStaff(t, s, "judge.li", court.RoleJudge)
		if err := s.BeginTOTP(t.Context(), id, "SECRET"); err != nil {
			t.Fatal(err)
		}
		if err := s.SetTOTP(t.Context(), id, "SECRET", 100, true, nil, ""); err != nil {
			t.Fatal(err)
		}
		try := func(step int64) error {
			_, _, err := s.SignInStaff(t.Context(), store.StaffSignIn{PersonID: id, PasswordHash: "hash-1", Step: step})
			return err
		}
		refused(t, try(0), court.ErrCode, 0)
		refused(t, try(100), court.ErrCode, 0) // the code that turned it on
		results := make(chan error, 8)
		for range cap(results) {
			go func() { results <- try(101) }()
		}
		won := 0
		for range cap(results) {
			if err := <-results; err == nil {
				won++
			}
		}
		if won != 1 {
			t.Fatalf("%d signed in with one code", won)
		}
		refused(t, try(99), court.ErrCode, 0)
		refused(t, s.SetTOTP(t.Context(), id, "SECRET", 101, false, nil, ""), court.ErrCode, 0)
		refused(t, s.BeginTOTP(t.Context(), id, "OTHER"), court.ErrTOTPOn, 0)
		if err := s.SetTOTP(t.Context(), id, "SECRET", 102, false, nil, ""); err != nil {
			t.Fatal(err)
		}
		refused(t, s.SetTOTP(t.Context(), id, "SECRET", 103, false, nil, ""), court.ErrTOTPOff, 0)
	})
}

func TestWhatChangesAnAccountEndsItsSessionsAndIsAudited(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		admin := newStaff(t, s, "admin", court.RoleAdmin)
		judge := newStaff(t, s, "judge.li", court.RoleJudge)
		by := store.By{PersonID: admin, Address: "192.0.2.9"}
		yes, no := true, false
		for _, change := range []store.StaffChange{{Disabled: &yes}, {ResetTOTP: true}, {PasswordHash: "hash-1"}} {
			if err := s.ChangeStaff(t.Context(), judge, store.StaffChange{Disabled: &no}, by); err != nil {
				t.Fatal(err)
			}
			_, token := staffSession(t, s, judge)
			c.pass(time.Second)
			if err := s.ChangeStaff(t.Context(), judge, change, by); err != nil {
				t.Fatal(err)
			}
			refused(t, use(t, s, token), court.ErrUnauthenticated, 0)
			entries, _, err := s.Audit(t.Context(), store.Place{}, 1)
			if err != nil || len(entries) != 1 || entries[0].Act != court.ActStaffManage || entries[0].Subject != judge || entries[0].PersonID != admin || entries[0].Address != "192.0.2.9" {
				t.Fatalf("the audit says %+v, %v", entries, err)
			}
		}
		if err := s.ChangeStaff(t.Context(), judge, store.StaffChange{Disabled: &yes}, by); err != nil {
			t.Fatal(err)
		}
		_, _, err := s.SignInStaff(t.Context(), store.StaffSignIn{PersonID: judge, PasswordHash: "hash-1"})
		refused(t, err, court.ErrCredentials, 0)
		refused(t, s.ChangeStaff(t.Context(), "nobody", store.StaffChange{Disabled: &yes}, by), court.ErrNotFound, 0)
	})
}

func TestANewPasswordEndsTheOtherSessionsAndAnOldHashNoLongerSignsIn(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		id := newStaff(t, s, "judge.li", court.RoleJudge)
		mine, myToken := staffSession(t, s, id)
		_, otherToken := staffSession(t, s, id)
		if err := s.SetPassword(t.Context(), id, "hash-1", "hash-2", mine.ID, nil, ""); err != nil {
			t.Fatal(err)
		}
		if err := use(t, s, myToken); err != nil {
			t.Fatalf("my own session: %v", err)
		}
		refused(t, use(t, s, otherToken), court.ErrUnauthenticated, 0)
		_, _, err := s.SignInStaff(t.Context(), store.StaffSignIn{PersonID: id, PasswordHash: "hash-1"})
		refused(t, err, court.ErrCredentials, 0)
		refused(t, s.SetPassword(t.Context(), id, "hash-1", "hash-3", mine.ID, nil, ""), court.ErrCredentials, 0)
	})
}

func TestALoginIsGivenOnce(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		newStaff(t, s, "judge.li", court.RoleJudge)
		_, err := s.CreateStaff(t.Context(), store.NewStaff{Login: "judge.li", Name: "x", Role: court.RoleClerk, PasswordHash: "h"}, store.By{})
		refused(t, err, court.ErrLoginTaken, 0)
		list, err := s.StaffList(t.Context())
		if err != nil || len(list) != 1 || list[0].Role != court.RoleJudge {
			t.Fatalf("the list is %+v, %v", list, err)
		}
	})
}

func TestTheAuditIsReadBackwardsWithoutGapsOrRepeats(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		for i := range 25 {
			if err := s.Note(t.Context(), store.By{}, court.ActAuditRead, "", ""); err != nil {
				t.Fatal(err)
			}
			if i%3 == 0 {
				c.pass(time.Second)
			}
		}
		seen := map[string]bool{}
		var cursor store.Place
		for {
			entries, next, err := s.Audit(t.Context(), cursor, 7)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if seen[e.ID] {
					t.Fatalf("%s came twice", e.ID)
				}
				seen[e.ID] = true
			}
			if cursor = next; next.ID == "" {
				break
			}
		}
		if len(seen) != 25 {
			t.Fatalf("read %d of 25", len(seen))
		}
	})
}

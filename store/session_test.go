package store_test

import (
	"errors"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

const day = 24 * time.Hour

func newStaff(t *testing.T, s *store.Store, login string, role court.Role) string {
	t.Helper()
	id, err := s.CreateStaff(t.Context(), store.NewStaff{Login: login, Name: "李法官", Role: role, PasswordHash: "hash-1"}, store.By{})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func staffSession(t *testing.T, s *store.Store, id string) (store.Session, string) {
	t.Helper()
	session, token, err := s.SignInStaff(t.Context(), store.StaffSignIn{PersonID: id, PasswordHash: "hash-1"})
	if err != nil {
		t.Fatal(err)
	}
	return session, token
}

// use does what a request does with its session.
func use(t *testing.T, s *store.Store, token string) error {
	t.Helper()
	session, err := s.SessionByToken(t.Context(), token)
	if err == nil && s.Unused(session.LastSeenAt) {
		err = s.TouchSessions(t.Context(), []string{session.ID})
	}
	return err
}

func TestASessionInUseGoesOnToItsLimitAndAnIdleOneEnds(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		_, party, err := signIn(t, s, code(t, s, phone).Code)
		if err != nil {
			t.Fatal(err)
		}
		for d := 29; d < 90; d += 29 {
			c.pass(29 * day)
			if err := use(t, s, party); err != nil {
				t.Fatalf("a party's session after %d days of use: %v", d, err)
			}
		}
		c.pass(3*day - time.Millisecond)
		if err := use(t, s, party); err != nil {
			t.Fatalf("just before 90 days: %v", err)
		}
		c.pass(time.Millisecond)
		refused(t, use(t, s, party), court.ErrUnauthenticated, 0)

		_, idle, err := signIn(t, s, code(t, s, phone).Code)
		if err != nil {
			t.Fatal(err)
		}
		c.pass(30 * day)
		refused(t, use(t, s, idle), court.ErrUnauthenticated, 0)

		judge := newStaff(t, s, "judge.li", court.RoleJudge)
		_, desk := staffSession(t, s, judge)
		for h := 11; h < 7*24; h += 11 {
			c.pass(11 * time.Hour)
			if err := use(t, s, desk); err != nil {
				t.Fatalf("a judge's session after %d hours of use: %v", h, err)
			}
		}
		c.pass(12 * time.Hour)
		refused(t, use(t, s, desk), court.ErrUnauthenticated, 0)
	})
}

func TestUsingASessionWritesOnceAMinute(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		session, token, err := signIn(t, s, code(t, s, phone).Code)
		if err != nil {
			t.Fatal(err)
		}
		seen := func() int64 {
			t.Helper()
			if err := use(t, s, token); err != nil {
				t.Fatal(err)
			}
			got, err := s.SessionByToken(t.Context(), token)
			if err != nil {
				t.Fatal(err)
			}
			return got.LastSeenAt - session.LastSeenAt
		}
		c.pass(59 * time.Second)
		if got := seen(); got != 0 {
			t.Errorf("after 59 s it was moved by %d ms", got)
		}
		c.pass(time.Second)
		if got := seen(); got != 60_000 {
			t.Errorf("after 60 s it was moved by %d ms", got)
		}
	})
}

// A session in use must also be able to write: the writer's cache knows an end that has moved since.
func TestASessionInUseCanSpeakPastItsFirstEnd(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		w := storetest.NewWorld(t, s, 1)
		judge := w.Seats["judge"]
		say := func(text string) error {
			body, err := court.ParseBody(court.KindText, []byte(`{"text":"`+text+`"}`))
			if err != nil {
				t.Fatal(err)
			}
			_, err = s.Append(t.Context(), store.Draft{
				CaseID: w.Cases[0], Thread: court.RoomThread, ID: store.NewID(),
				PersonID: judge.PersonID, SessionID: judge.SessionID, Kind: court.KindText, Body: body,
			})
			return err
		}
		if err := say("早"); err != nil {
			t.Fatal(err)
		}
		for range 4 {
			c.pass(8 * time.Hour)
			if err := s.TouchSessions(t.Context(), []string{judge.SessionID}); err != nil {
				t.Fatal(err)
			}
			if err := say("继续"); err != nil {
				t.Fatal(err)
			}
		}
		c.pass(13 * time.Hour)
		refused(t, say("晚"), court.ErrUnauthenticated, 0)
	})
}

func TestP4_AnEndedSessionIsEndedAtOnceAndEveryNodeIsTold(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		var told []store.AccessChange
		s.OnAccess(func(changes []store.AccessChange) { told = append(told, changes...) })
		id := newStaff(t, s, "judge.li", court.RoleJudge)
		a, tokenA := staffSession(t, s, id)
		b, tokenB := staffSession(t, s, id)
		ended := func(token string, want bool) {
			t.Helper()
			if _, err := s.SessionByToken(t.Context(), token); errors.Is(err, court.ErrUnauthenticated) != want {
				t.Fatalf("ended: %v, want %v", err, want)
			}
		}
		other := newStaff(t, s, "clerk.wang", court.RoleClerk)
		refused(t, s.RevokeSession(t.Context(), other, a.ID), court.ErrNotFound, 0)
		ended(tokenA, false)

		if err := s.RevokeSession(t.Context(), id, a.ID); err != nil {
			t.Fatal(err)
		}
		ended(tokenA, true)
		ended(tokenB, false)
		refused(t, s.RevokeSession(t.Context(), id, a.ID), court.ErrNotFound, 0)
		if len(told) != 1 || told[0].SessionID != a.ID {
			t.Fatalf("told %+v", told)
		}

		if err := s.SignOutPerson(t.Context(), id, store.By{PersonID: other}); err != nil {
			t.Fatal(err)
		}
		ended(tokenB, true)
		if len(told) != 2 || told[1].SessionID != b.ID {
			t.Fatalf("told %+v", told)
		}
		changes, err := s.AccessChanges(t.Context(), c.Now().Add(-time.Minute).UnixMilli())
		if err != nil || len(changes) != 2 {
			t.Fatalf("the record holds %+v, %v", changes, err)
		}
		refused(t, s.SignOutPerson(t.Context(), "nobody", store.By{}), court.ErrNotFound, 0)
	})
}

func TestSigningInAnewReplacesTheSessionOfTheDevice(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		id := newStaff(t, s, "judge.li", court.RoleJudge)
		first, token := staffSession(t, s, id)
		if _, _, err := s.SignInStaff(t.Context(), store.StaffSignIn{PersonID: id, PasswordHash: "hash-1", Session: store.SessionData{Replaces: first.ID}}); err != nil {
			t.Fatal(err)
		}
		refused(t, use(t, s, token), court.ErrUnauthenticated, 0)
		sessions, err := s.Sessions(t.Context(), id)
		if err != nil || len(sessions) != 1 {
			t.Fatalf("open are %+v, %v", sessions, err)
		}
	})
}

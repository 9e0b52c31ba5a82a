package store_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// clock is a time that a test moves by hand.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// timed runs a test on both engines under a clock of its own.
func timed(t *testing.T, test func(t *testing.T, s *store.Store, c *clock)) {
	t.Helper()
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			c := &clock{now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
			cfg := storetest.Config(t, engine)
			cfg.Now = c.Now
			test(t, storetest.OpenConfig(t, cfg), c)
		})
	}
}

const phone = "13800000001"

var limits = store.DefaultCodeLimits

func code(t *testing.T, s *store.Store, phone string) store.SignInCode {
	t.Helper()
	c, err := s.CreateSignInCode(t.Context(), phone, limits)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func signIn(t *testing.T, s *store.Store, code string) (store.Session, string, error) {
	t.Helper()
	return s.SignInByCode(t.Context(), phone, code, limits, store.SessionData{Device: "phone", Address: "192.0.2.1"})
}

func refused(t *testing.T, err error, want *court.Error, retry int) {
	t.Helper()
	if !errors.Is(err, want) || court.AsError(err).RetryAfterS != retry {
		t.Fatalf("got %v (retry in %d s), want %s (retry in %d s)", err, court.AsError(err).RetryAfterS, want.Code, retry)
	}
}

// wrong gives a code that is not the one given.
func wrong(code string) string {
	if code == "000000" {
		return "000001"
	}
	return "000000"
}

func TestACodeSignsInOnceAndMakesAnUnverifiedPerson(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		sent := code(t, s, "138 0000 0001")
		if sent.Phone != phone || len(sent.Code) != 6 {
			t.Fatalf("made %+v", sent)
		}
		session, token, err := signIn(t, s, sent.Code)
		if err != nil || session.Role != court.RolePerson || len(token) != 43 {
			t.Fatalf("signed in as %+v with %q: %v", session, token, err)
		}
		p, err := s.Person(t.Context(), session.PersonID)
		if err != nil || p.Verified != nil || p.Phone != "138****0001" {
			t.Fatalf("the new person is %+v, %v", p, err)
		}
		_, _, err = signIn(t, s, sent.Code)
		refused(t, err, court.ErrCode, 0)
		c.pass(time.Minute)
		again, _, err := signIn(t, s, code(t, s, phone).Code)
		if err != nil || again.PersonID != session.PersonID || again.ID == session.ID {
			t.Fatalf("signed in again as %+v, %v", again, err)
		}
	})
}

func TestOfManyRequestsWithTheSameRightCodeOneWins(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		sent := code(t, s, phone)
		results := make(chan error, 16)
		for range cap(results) {
			go func() {
				_, _, err := s.SignInByCode(t.Context(), phone, sent.Code, limits, store.SessionData{})
				results <- err
			}()
		}
		won := 0
		for range cap(results) {
			if err := <-results; err == nil {
				won++
			} else if !errors.Is(err, court.ErrCode) {
				t.Error(err)
			}
		}
		if won != 1 {
			t.Fatalf("%d won", won)
		}
	})
}

func TestACodeAllowsFiveWrongTries(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		sent := code(t, s, phone)
		for range limits.Tries - 1 {
			_, _, err := signIn(t, s, wrong(sent.Code))
			refused(t, err, court.ErrCode, 0)
		}
		if _, _, err := signIn(t, s, sent.Code); err != nil {
			t.Fatalf("the right code after %d wrong ones: %v", limits.Tries-1, err)
		}
		c.pass(time.Minute)
		sent = code(t, s, phone)
		for range limits.Tries {
			_, _, err := signIn(t, s, wrong(sent.Code))
			refused(t, err, court.ErrCode, 0)
		}
		_, _, err := signIn(t, s, sent.Code)
		refused(t, err, court.ErrCode, 0)
	})
}

func TestOnlyTheNewestCodeCountsAndOnlyForFiveMinutes(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		first := code(t, s, phone)
		c.pass(time.Minute)
		second := code(t, s, phone)
		if first.Code != second.Code {
			_, _, err := signIn(t, s, first.Code)
			refused(t, err, court.ErrCode, 0)
		}
		c.pass(limits.Life - time.Millisecond)
		if _, _, err := signIn(t, s, second.Code); err != nil {
			t.Fatalf("just before its end: %v", err)
		}
		third := code(t, s, phone)
		c.pass(limits.Life)
		_, _, err := signIn(t, s, third.Code)
		refused(t, err, court.ErrCode, 0)
	})
}

func TestOnePhoneGetsOneCodeAMinuteAndFiveAnHour(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		ask := func() error { _, err := s.CreateSignInCode(t.Context(), phone, limits); return err }
		for i := range limits.PerHour {
			if err := ask(); err != nil {
				t.Fatalf("code %d: %v", i+1, err)
			}
			c.pass(time.Second)
			if i < limits.PerHour-1 {
				refused(t, ask(), court.ErrTooMany, 59)
			}
			c.pass(59 * time.Second)
		}
		refused(t, ask(), court.ErrTooMany, 55*60) // the first of the five was five minutes ago
		if _, err := s.CreateSignInCode(t.Context(), "13900000000", limits); err != nil {
			t.Errorf("another phone must not wait: %v", err)
		}
		c.pass(55 * time.Minute)
		if err := ask(); err != nil {
			t.Fatal(err)
		}
	})
}

func TestManyRequestsAtOnceGetOneCode(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		results := make(chan error, 12)
		for range cap(results) {
			go func() { _, err := s.CreateSignInCode(t.Context(), phone, limits); results <- err }()
		}
		made := 0
		for range cap(results) {
			if err := <-results; err == nil {
				made++
			} else if !errors.Is(err, court.ErrTooMany) {
				t.Error(err)
			}
		}
		if made != 1 {
			t.Fatalf("%d codes were made", made)
		}
	})
}

func TestACodeThatCouldNotBeSentIsVoidButCountsForTheHour(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		for range limits.PerHour {
			sent := code(t, s, phone)
			if err := s.VoidSignInCode(t.Context(), sent.ID); err != nil {
				t.Fatal(err)
			}
			_, _, err := signIn(t, s, sent.Code)
			refused(t, err, court.ErrCode, 0)
		}
		_, err := s.CreateSignInCode(t.Context(), phone, limits)
		refused(t, err, court.ErrTooMany, 3600)
	})
}

func TestGuessingWaitsLongerEachTimeUntilASuccess(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		l := []store.AttemptLimit{{Key: "login judge.li from 192.0.2.1/32", Free: 3}, {Key: "login judge.li", Free: 30}}
		begin := func() error { return s.BeginAttempt(t.Context(), l) }
		for range 3 {
			if err := begin(); err != nil {
				t.Fatal(err)
			}
		}
		for _, wait := range []int{30, 60, 120, 240, 480, 900, 900} {
			refused(t, begin(), court.ErrSignInLocked, wait)
			c.pass(time.Duration(wait) * time.Second)
			if err := begin(); err != nil {
				t.Fatalf("after %d s: %v", wait, err)
			}
		}
		elsewhere := []store.AttemptLimit{{Key: "login judge.li from 192.0.2.2/32", Free: 3}, l[1]}
		if err := s.BeginAttempt(t.Context(), elsewhere); err != nil {
			t.Errorf("whoever guesses elsewhere locked the owner out: %v", err)
		}
		c.pass(25 * time.Hour)
		for range 3 {
			if err := begin(); err != nil {
				t.Fatalf("a day later: %v", err)
			}
		}
		refused(t, begin(), court.ErrSignInLocked, 30)
	})
}

func TestGuessesAtOnceAreAllCounted(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		l := []store.AttemptLimit{{Key: "a", Free: 5}}
		results := make(chan error, 20)
		for range cap(results) {
			go func() { results <- s.BeginAttempt(t.Context(), l) }()
		}
		let := 0
		for range cap(results) {
			if err := <-results; err == nil {
				let++
			} else if !errors.Is(err, court.ErrSignInLocked) {
				t.Error(err)
			}
		}
		if let != 5 {
			t.Fatalf("%d guesses were let through", let)
		}
	})
}

func TestWhatWasNoGuessIsTakenBack(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		l := []store.AttemptLimit{{Key: "a", Free: 2}}
		for i := range 10 {
			if err := s.BeginAttempt(t.Context(), l); err != nil {
				t.Fatalf("attempt %d: %v", i, err)
			}
			if err := s.WithdrawAttempt(t.Context(), l); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestSweepingKeepsWhatIsStillAsked(t *testing.T) {
	timed(t, func(t *testing.T, s *store.Store, c *clock) {
		session, token, err := signIn(t, s, code(t, s, phone).Code)
		if err != nil {
			t.Fatal(err)
		}
		for day := range 3 {
			c.pass(24 * time.Hour)
			if err := s.SweepAccounts(t.Context()); err != nil {
				t.Fatal(err)
			}
			if _, err := s.SessionByToken(t.Context(), token); err != nil {
				t.Fatalf("day %d: %v", day, err)
			}
		}
		sent := code(t, s, phone)
		if err := s.SweepAccounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		if again, _, err := signIn(t, s, sent.Code); err != nil || again.PersonID != session.PersonID {
			t.Fatal(err, again)
		}
		c.pass(200 * 24 * time.Hour)
		if err := s.SweepAccounts(t.Context()); err != nil {
			t.Fatal(err)
		}
		if _, err := s.SessionByToken(t.Context(), token); !errors.Is(err, court.ErrUnauthenticated) {
			t.Fatal(fmt.Errorf("an old session: %w", err))
		}
	})
}

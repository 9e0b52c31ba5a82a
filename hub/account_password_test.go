package hub

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"microcourt/store/court"
)

// cheap is what a hash costs in tests.
var cheap = PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}

func TestAPasswordIsKnownByItsHashOnly(t *testing.T) {
	p := newPasswords(cheap)
	hash, err := p.hash(t.Context(), "正确的马电池订书钉 correct")
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.hash(t.Context(), "正确的马电池订书钉 correct")
	if err != nil || again == hash {
		t.Fatalf("two hashes of one password are equal: %v", err)
	}
	dearer := newPasswords(PasswordCost{MemoryKiB: 128, Passes: 2, Lanes: 1}) // what was hashed at another cost stays right
	for password, want := range map[string]bool{"正确的马电池订书钉 correct": true, "正确的马电池订书钉 Correct": false, "": false, strings.Repeat("x", 1<<20): false} {
		for _, h := range []string{hash, again} {
			if got, err := dearer.check(t.Context(), password, h); err != nil || got != want {
				t.Errorf("%.20q: %v, %v; want %v", password, got, err, want)
			}
		}
		if got, err := p.check(t.Context(), password, ""); err != nil || got {
			t.Errorf("%.20q is the password of nobody: %v, %v", password, got, err)
		}
	}
}

func TestABrokenHashIsAnErrorAndLetsNobodyIn(t *testing.T) {
	p := newPasswords(cheap)
	for _, hash := range []string{"x", "$argon2id$v=19$m=64,t=0,p=1$AAAA$AAAA", "$argon2i$v=19$m=64,t=1,p=1$AAAA$AAAA", "$argon2id$v=19$m=64,t=1,p=1$AAAA$", "$argon2id$v=19$m=64,t=1,p=1$!$AAAA"} {
		if right, err := p.check(t.Context(), "password", hash); right || err == nil {
			t.Errorf("%q: %v, %v", hash, right, err)
		}
	}
}

// Whoever knocks with a password isn't signed in yet: a thousand of them must not take a thousand times 64 MiB.
func TestOnlyAFewPasswordsAreHashedAtATime(t *testing.T) {
	p := newPasswords(cheap)
	var running, most atomic.Int64
	release := make(chan struct{})
	p.idKey = func(password, salt []byte, passes, memoryKiB uint32, lanes uint8, length uint32) []byte {
		n := running.Add(1)
		for old := most.Load(); n > old && !most.CompareAndSwap(old, n); old = most.Load() {
		}
		<-release
		running.Add(-1)
		return make([]byte, length)
	}
	var all sync.WaitGroup
	started := make(chan struct{}, 50)
	for range cap(started) {
		all.Go(func() {
			started <- struct{}{}
			p.check(context.Background(), "x", "")
		})
	}
	for range cap(started) {
		<-started
	}
	close(release)
	all.Wait()
	if got := most.Load(); got < 1 || got > 4 || got > int64(cap(p.places)) {
		t.Fatalf("%d at a time, %d places", got, cap(p.places))
	}
}

func TestWhoWaitsTooLongForAPlaceIsToldToComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPasswords(cheap)
		for range cap(p.places) {
			p.places <- struct{}{}
		}
		begun := time.Now()
		_, err := p.check(t.Context(), "x", "")
		if !errors.Is(err, court.ErrTooMany) || court.AsError(err).RetryAfterS != 5 || time.Since(begun) != passwordWait {
			t.Fatalf("after %v: %v", time.Since(begun), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if _, err := p.check(ctx, "x", ""); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("whoever went away: %v", err)
		}
	})
}

func TestWeakPasswordsAreRefused(t *testing.T) {
	for password, want := range map[string]error{
		"": court.ErrPassword, "short-123": court.ErrPassword, "Judge.Li.2026": court.ErrPassword, "一二三四五六七八九十一": court.ErrPassword,
		"bad\xffutf8 and long": court.ErrPassword, strings.Repeat("x", 1025): court.ErrTooLarge,
		"一二三四五六七八九十一二": nil, "long enough 1": nil, strings.Repeat("x", 1024): nil,
	} {
		if err := checkNewPassword(password, "judge.li.2026", "new"); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("%.20q: %v, want %v", password, err, want)
		}
	}
}

package hub

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"microcourt/store/court"
)

func TestOneAddressIsBoundedAndOthersAreNot(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	l := newAddressLimits(rate.Every(10*time.Second), 3)
	for range 3 {
		if err := l.take("192.0.2.1", now); err != nil {
			t.Fatal(err)
		}
	}
	for range 5 { // refused ones don't count
		err := l.take("192.0.2.1", now)
		if !errors.Is(err, court.ErrTooMany) || court.AsError(err).RetryAfterS != 10 {
			t.Fatalf("got %v, retry in %d s", err, court.AsError(err).RetryAfterS)
		}
	}
	if err := l.take("::ffff:192.0.2.1", now); err == nil {
		t.Error("the same address written as IPv6 is another")
	}
	if err := l.take("192.0.2.2", now); err != nil {
		t.Errorf("another address: %v", err)
	}
	if err := l.take("192.0.2.1", now.Add(10*time.Second)); err != nil {
		t.Errorf("after the time to wait: %v", err)
	}
}

func TestOneIPv6SubscriberIsOneAddress(t *testing.T) {
	now := time.Now()
	l := newAddressLimits(rate.Every(time.Minute), 3)
	for i := range 3 {
		if err := l.take(fmt.Sprintf("2001:db8:1:2::%d", i), now); err != nil {
			t.Fatal(err)
		}
	}
	if err := l.take("2001:db8:1:2:ffff::1", now); err == nil {
		t.Error("a fourth address of the same /64 was let through")
	}
	if err := l.take("2001:db8:1:3::1", now); err != nil {
		t.Errorf("another /64: %v", err)
	}
}

func TestAddressesAreForgottenAndNeverMoreThanTheMemoryAllows(t *testing.T) {
	now := time.Now()
	l := newAddressLimits(rate.Every(time.Second), 2)
	for i := range maxLimits + 1000 {
		l.take(fmt.Sprintf("10.%d.%d.%d", i>>16, i>>8&255, i&255), now)
	}
	if n := len(l.young) + len(l.old); n > maxLimits+1 {
		t.Fatalf("%d addresses are kept", n)
	}
	if err := l.take("192.0.2.1", now); err == nil {
		t.Error("beyond the bound nobody is counted")
	}
	for range 3 {
		now = now.Add(time.Minute)
		l.take("192.0.2.1", now)
	}
	if n := len(l.young) + len(l.old); n > 2 {
		t.Fatalf("%d addresses are kept after they were forgotten", n)
	}
}

package hub

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"microcourt/store/court"
)

// addressLimits bound what comes from one network address: an IPv4 address, or the /64 that one IPv6 subscriber has.
// They count on this node only.
type addressLimits struct {
	every rate.Limit
	burst int

	mu sync.Mutex
	// Two generations: what was not used for as long as a limit takes to fill up again is forgotten with the older one.
	young, old map[netip.Prefix]*rate.Limiter
	turned     time.Time
}

// maxAddresses bounds the memory; beyond it all unknown addresses share one limit.
const maxAddresses = 100_000

func newAddressLimits(every rate.Limit, burst int) *addressLimits {
	return &addressLimits{every: every, burst: burst, young: map[netip.Prefix]*rate.Limiter{}}
}

// take counts one, or answers court.ErrTooMany with the time to wait.
func (l *addressLimits) take(address string, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	reserved := l.of(addressKey(address), now).ReserveN(now, 1)
	if wait := reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
		return court.ErrTooMany.RetryIn(int((wait + time.Second - 1) / time.Second))
	}
	return nil
}

func (l *addressLimits) of(key netip.Prefix, now time.Time) *rate.Limiter {
	if full := time.Duration(float64(l.burst) / float64(l.every) * float64(time.Second)); now.Sub(l.turned) > full {
		l.young, l.old, l.turned = map[netip.Prefix]*rate.Limiter{}, l.young, now
	}
	limiter, ok := l.young[key]
	if !ok {
		if limiter, ok = l.old[key]; !ok {
			limiter = rate.NewLimiter(l.every, l.burst)
		}
		if len(l.young) >= maxAddresses && key.IsValid() {
			return l.of(netip.Prefix{}, now)
		}
		l.young[key] = limiter
	}
	return limiter
}

// addressKey gives what one subscriber has; what is no address shares the zero prefix.
func addressKey(address string) netip.Prefix {
	addr, err := netip.ParseAddr(address)
	if err != nil {
		return netip.Prefix{}
	}
	addr = addr.Unmap().WithZone("")
	bits := 32
	if addr.Is6() {
		bits = 64
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return netip.Prefix{}
	}
	return prefix
}

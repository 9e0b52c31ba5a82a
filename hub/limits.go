package hub

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"microcourt/store/court"
)

// limits bound how often each of many does something: so many at once, and then one in so long. They count on this node only.
type limits[K comparable] struct {
	every rate.Limit
	burst int

	mu sync.Mutex
	// Two generations: what was not used for as long as a limit takes to fill up again is forgotten with the older one.
	young, old map[K]*rate.Limiter
	turned     time.Time
}

// maxLimits bounds the memory; beyond it all unknown ones share the limit of the zero key.
const maxLimits = 100_000

func newLimits[K comparable](every rate.Limit, burst int) *limits[K] {
	return &limits[K]{every: every, burst: burst, young: map[K]*rate.Limiter{}}
}

// take counts one, or answers court.ErrTooMany with the time to wait.
func (l *limits[K]) take(key K, now time.Time) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	reserved := l.of(key, now).ReserveN(now, 1)
	if wait := reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
		return court.ErrTooMany.RetryIn(int((wait + time.Second - 1) / time.Second))
	}
	return nil
}

func (l *limits[K]) of(key K, now time.Time) *rate.Limiter {
	if full := time.Duration(float64(l.burst) / float64(l.every) * float64(time.Second)); now.Sub(l.turned) > full {
		l.young, l.old, l.turned = map[K]*rate.Limiter{}, l.young, now
	}
	limiter, ok := l.young[key]
	if !ok {
		if limiter, ok = l.old[key]; !ok {
			limiter = rate.NewLimiter(l.every, l.burst)
		}
		var zero K
		if len(l.young) >= maxLimits && key != zero {
			return l.of(zero, now)
		}
		l.young[key] = limiter
	}
	return limiter
}

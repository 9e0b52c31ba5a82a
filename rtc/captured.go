package rtc

import (
	"sync"
	"time"
)

const (
	// clockDrift is how far a client's clock may run apart from ours, as a share.
	clockDrift = 1e-4
	// captureMost is how long before its arrival a frame may have been captured. A client that says more is not believed.
	captureMost = 5 * time.Second
	// captureAfter is how much after a frame may seem to have been captured, because the report by which the clocks were compared took longer than the frame.
	captureAfter = 500 * time.Millisecond
)

// senderClock compares a client's wall clock with ours: by its report, or its frame, that took the shortest way.
type senderClock struct {
	mu    sync.Mutex
	known bool
	ahead time.Duration // ours of the client's, and the shortest way
	at    time.Time
}

func (c *senderClock) compare(ntp uint64, now time.Time) {
	ahead := now.Sub(ntpTime(ntp))
	c.mu.Lock()
	defer c.mu.Unlock()
	if drifted := c.ahead + time.Duration(float64(now.Sub(c.at))*clockDrift); c.known && drifted < ahead {
		ahead = drifted
	}
	c.known, c.ahead, c.at = true, ahead, now
}

// ours gives by our clock when a frame was captured that arrived just now. It can't have been later than that: reports are few, and where all of them were held up the clocks are compared by the frame.
func (c *senderClock) ours(captured, arrived time.Time) (time.Time, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := captured.Add(c.ahead)
	if early := t.Sub(arrived); c.known && early > 0 && early < captureAfter {
		c.ahead, c.at = c.ahead-early, arrived
		t = arrived
	}
	return t, c.known
}

// ntpTime reads a time of RFC 3550, section 4.
func ntpTime(ntp uint64) time.Time {
	const since1900 = 2_208_988_800
	return time.Unix(int64(ntp>>32)-since1900, int64((ntp&0xffffffff)*1e9>>32))
}

// captured says when a frame was captured, by our clock: what the client's reports say of its clocks doesn't depend on how long it took to encode the frame and to carry it here. False while that isn't known, or can't be.
func (l *layer) captured(rtpTime uint32, arrived time.Time) (time.Time, bool) {
	l.mu.Lock()
	r := l.report
	l.mu.Unlock()
	if r.at.IsZero() || l.hertz == 0 {
		return time.Time{}, false
	}
	passed := time.Duration(float64(int32(rtpTime-r.time)) / float64(l.hertz) * 1e9)
	t, ok := l.pub.peer.clock.ours(ntpTime(r.ntp).Add(passed), arrived)
	before := arrived.Sub(t)
	return t, ok && before >= 0 && before < captureMost
}

package hub

import "testing"

// TestWhoReadsSlowlyIsNotSentViewsLate: they are dropped and not put behind what waits, and the connection is told later.
func TestWhoReadsSlowlyIsNotSentViewsLate(t *testing.T) {
	c := &conn{flushing: true, queued: viewQueued + 1}
	if c.offer(frame("{}")) || len(c.queue) != 0 {
		t.Errorf("queued behind %d bytes: %q", viewQueued+1, c.queue)
	}
	c.queued = viewQueued
	if !c.offer(frame("{}")) || len(c.queue) != 1 {
		t.Errorf("behind %d bytes there are %q", viewQueued, c.queue)
	}
}

package hub

import (
	"strings"
	"testing"

	"microcourt/store/court/hearing"
)

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

// TestAPageThatIsShownAgainIsSeenAsAWhole also by a phone that never saw the page that came between, and nobody is told more than once.
func TestAPageThatIsShownAgainIsSeenAsAWhole(t *testing.T) {
	zoomed := hearing.View{Zoom: 300, X: 1, Y: 2}
	c := &conn{flushing: true}
	x := &hall{id: "h", hub: &Hub{}, seats: map[string]*hallSeat{"o": {id: "o", conn: c, watches: true, saw: true}},
		state: &hearing.State{Public: true, Status: hearing.InSession, Shown: &hearing.Shown{Exhibit: "e", Page: 1, Since: 5}},
		view:  &viewMessage{T: "hearing_view", Hearing: "h", Exhibit: "e", Page: 1, View: &zoomed, since: 5}}
	x.viewLocked()
	if len(c.queue) != 0 {
		t.Fatalf("told in the same showing: %q", c.queue)
	}
	x.state.Shown = &hearing.Shown{Exhibit: "e", Page: 1, Since: 7}
	x.viewLocked()
	x.viewLocked()
	if len(c.queue) != 1 || !strings.Contains(string(c.queue[0]), `"view":{"zoom":100,"x":5000,"y":0}`) {
		t.Errorf("told %q", c.queue)
	}
}

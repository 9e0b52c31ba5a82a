package hub

import (
	"io"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// TestASentEventIsAnsweredAlsoWhereItWasDeliveredBefore: no other event has to come for the answer to go out.
func TestASentEventIsAnsweredAlsoWhereItWasDeliveredBefore(t *testing.T) {
	ours, theirs := tcpPair(t)
	h := &Hub{metrics: &Metrics{}, committed: newQueue[court.Event](), owed: newQueue[*conn](), stop: make(chan struct{})}
	h.background.Go(h.deliver)
	defer func() { close(h.stop); h.background.Wait() }()
	c := &conn{hub: h, net: newWire(ours, nil), unanswered: 1}
	c.committed("r1", store.Appended{Seq: 7, At: 1, Published: true}, nil)
	theirs.SetReadDeadline(time.Now().Add(5 * time.Second))
	if _, err := io.ReadFull(theirs, make([]byte, 10)); err != nil {
		t.Fatalf("no answer: %v", err)
	}
	h.flushers.Wait()
}

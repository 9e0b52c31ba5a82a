package hub

import (
	"context"
	"sync"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// queue takes things from whoever must not wait and hands them, in batches, to the one goroutine that works on them.
type queue[T any] struct {
	mu    sync.Mutex
	items []T
	wake  chan struct{}
}

func newQueue[T any]() *queue[T] { return &queue[T]{wake: make(chan struct{}, 1)} }

// add leaves something to be taken with whatever comes next.
func (q *queue[T]) add(item T) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.items = append(q.items, item)
}

func (q *queue[T]) put(items []T) {
	q.mu.Lock()
	q.items = append(q.items, items...)
	q.mu.Unlock()
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

func (q *queue[T]) take() []T {
	q.mu.Lock()
	defer q.mu.Unlock()
	items := q.items
	q.items = nil
	return items
}

// deliver is the goroutine that hands committed events to the rooms and to the other nodes, and the answers to those
// who sent them. All that a batch holds for one phone goes out in one write.
func (h *Hub) deliver() {
	for {
		select {
		case <-h.committed.wake:
		case <-h.owed.wake:
		case <-h.stop:
			return
		}
		events := h.committed.take()
		var owed []*conn
		for i := range events {
			h.publish(events[i].CaseID, relayMessage{Event: &events[i]})
			owed = h.deliverEvent(&events[i], owed)
		}
		h.noteNews(events)
		h.metrics.Events.Add(int64(len(events)))
		flushAll(append(owed, h.owed.take()...))
	}
}

// deliverEvent hands an event to the live room, and before it whatever the room has missed. It adds the connections
// whose flushing is now owed.
func (h *Hub) deliverEvent(ev *court.Event, owed []*conn) []*conn {
	if changesHearing(ev.Kind) {
		h.stirHalls(ev.CaseID)
	}
	r := h.live(ev.CaseID)
	if r == nil {
		return owed
	}
	th, err := court.ParseThread(ev.Thread)
	if err != nil {
		h.log.Error("committed event of an unknown thread", "kind", ev.Kind)
		return owed
	}
	owed, after, gap := r.deliver(ev, th, owed)
	if gap {
		owed = r.catchUp(ev.Thread, th, after, ev.Seq, owed)
	}
	return owed
}

// flushAll pays what deliverEvent owes.
func flushAll(owed []*conn) {
	for _, c := range owed {
		c.flushNow()
	}
}

// catchUp delivers from the record what lies behind after, up to seq at least.
func (r *room) catchUp(thread string, th court.Thread, after, seq int64, owed []*conn) []*conn {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r.hub.metrics.Gaps.Add(1)
	for after < seq {
		events, _, err := r.hub.store.Events(ctx, r.id, thread, 0, store.Page{After: after, Limit: store.MaxPage})
		if err != nil || len(events) == 0 {
			if err != nil {
				r.hub.log.Warn("catch up with the record", "err", err)
			}
			return owed // the poll tries again
		}
		for i := range events {
			owed, _, _ = r.deliver(&events[i], th, owed)
		}
		after = events[len(events)-1].Seq
	}
	return owed
}

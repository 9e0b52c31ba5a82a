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

// deliver is the goroutine that hands committed events to the rooms and to the other nodes.
func (h *Hub) deliver() {
	for {
		select {
		case <-h.committed.wake:
		case <-h.stop:
			return
		}
		events := h.committed.take()
		for i := range events {
			h.publish(events[i].CaseID, relayMessage{Event: &events[i]})
			h.deliverEvent(&events[i])
		}
		h.metrics.Events.Add(int64(len(events)))
	}
}

// deliverEvent hands an event to the live room, and before it whatever the room has missed.
func (h *Hub) deliverEvent(ev *court.Event) {
	r := h.live(ev.CaseID)
	if r == nil {
		return
	}
	th, err := court.ParseThread(ev.Thread)
	if err != nil {
		h.log.Error("committed event of an unknown thread", "thread_kind", ev.Kind)
		return
	}
	f := eventFrame(ev)
	after, gap := r.deliver(ev, th, f)
	if !gap {
		return
	}
	r.catchUp(ev.Thread, th, after, ev.Seq)
}

// catchUp delivers from the record what lies behind after, up to seq at least.
func (r *room) catchUp(thread string, th court.Thread, after, seq int64) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	r.hub.metrics.Gaps.Add(1)
	for after < seq {
		events, _, err := r.hub.store.Events(ctx, r.id, thread, 0, store.Page{After: after, Limit: store.MaxPage})
		if err != nil || len(events) == 0 {
			if err != nil {
				r.hub.log.Warn("catch up with the record", "err", err)
			}
			return // the poll tries again
		}
		for i := range events {
			r.deliver(&events[i], th, eventFrame(&events[i]))
		}
		after = events[len(events)-1].Seq
	}
}

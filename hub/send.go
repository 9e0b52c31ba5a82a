package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// sendEvent puts what a client sends on its way into the record. The committer answers it, in the same write with the
// event where the client is in the room.
func (c *conn) sendEvent(req *request) {
	id := req.ID
	c.mu.Lock()
	c.unanswered++
	c.mu.Unlock()
	act := &sendLater{
		event: SendEvent{CaseID: req.Case, Thread: req.Thread, ID: req.Event, Kind: req.Kind, Body: req.Body},
		then:  func(a store.Appended, err error) { c.committed(id, a, err) },
	}
	if _, err := Do(context.Background(), c.hub, c.actor, act); err != nil {
		c.committed(id, store.Appended{}, err)
	}
}

// committed answers a sent event. The goroutine that delivers flushes the answer: with the event where that is still to
// come, otherwise at once. It never blocks.
func (c *conn) committed(id string, a store.Appended, err error) {
	var f frame
	if err != nil {
		f = c.refusal("send", id, err)
	} else {
		f = sendAckFrame(id, a)
	}
	c.mu.Lock()
	c.unanswered--
	owed := f != nil && c.pushLocked(f)
	c.changedLocked()
	c.mu.Unlock()
	if !owed {
		return
	}
	if err != nil || a.Repeat || a.Published {
		c.hub.owed.put([]*conn{c})
	} else {
		c.hub.owed.add(c)
	}
}

// sendLater is SendEvent without waiting for the commit: then is told of its outcome, unless do has given an error. What is
// on its way from a phone to the committer is handed on by pointer: the phone's goroutine has a small stack.
type sendLater struct {
	event SendEvent
	then  func(store.Appended, error)
}

func (e *sendLater) rule() rule { return e.event.rule() }

func (e *sendLater) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	draft, err := e.event.draft(actor)
	if err == nil {
		h.record.AppendThen(ctx, draft, e.then)
	}
	return Nothing{}, err
}

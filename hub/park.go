package hub

import (
	"crypto/sha256"
	"time"
)

// A phone that the network has cut off is back within moments, and after an interruption thousands are at once. So its
// connection is parked for a while: it keeps its seats, present in none, where changes of rights reach it like an open
// connection. Who comes back with the same session takes the seats over without asking the record, and nothing is
// believed of a parked connection that would not be believed of an open one.
const (
	parkedFor = time.Minute
	maxParked = 20_000
)

// pass is how a session was recognised at the door. Times are Unix milliseconds.
type pass struct {
	key     passKey
	expires int64
	seen    int64 // when its use was last noted
	changes int64 // of rights that had been heard of before
}

// passKey is the hash of a session's token.
type passKey [sha256.Size]byte

func passKeyOf(token string) passKey { return sha256.Sum256([]byte(token)) }

// park keeps a connection that has ended, if its phone is likely to come back. It reports false where the connection is
// to be forgotten.
func (h *Hub) park(c *conn) bool {
	h.mu.Lock()
	if !c.mayComeBack() || c.ended || h.draining || len(h.parked) >= maxParked {
		h.mu.Unlock()
		return false
	}
	c.disarm()
	before := h.parked[c.actor.pass.key]
	h.parked[c.actor.pass.key] = c
	delete(h.conns, c)
	c.parked = h.now()
	var left []presenceNews
	for id, s := range c.seats {
		r := h.rooms[id]
		r.mu.Lock()
		if r.leaveLocked(s) {
			left = append(left, presenceNews{room: r})
		}
		r.mu.Unlock()
	}
	h.mu.Unlock()
	if len(left) > 0 {
		h.presence.put(left)
	}
	if before != nil {
		h.forget(before)
	}
	return true
}

// mayComeBack reports whether the connection was in use and has ended in a way after which a phone connects again.
func (c *conn) mayComeBack() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch c.closing {
	case closeGone, closeNormal, closeBehind, closeSilent:
		return c.greeted && c.actor.pass != nil
	}
	return false
}

// disarm lets go of what only an open connection needs.
func (c *conn) disarm() {
	c.watching.Store(false)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.partial, c.heads, c.desk = nil, nil, nil
}

// recognise gives the actor of a token whose connection is parked.
func (h *Hub) recognise(key passKey) (actor Actor, ok bool) {
	now := h.now().UnixMilli()
	h.mu.Lock()
	defer h.mu.Unlock()
	c := h.parked[key]
	if c == nil || h.unapplied > 0 || now >= c.actor.pass.expires {
		return actor, false
	}
	actor, actor.Capacity = c.actor, c.capacity
	p := *actor.pass
	p.changes = h.changes
	if h.store.Unused(p.seen) {
		p.seen = now
		h.used.put([]string{actor.SessionID})
	}
	actor.pass = &p
	return actor, true
}

// unpark gives a new connection the seats of the one that its phone had before, if that is parked.
func (h *Hub) unpark(c *conn) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if c.actor.pass == nil || len(c.seats) > 0 || h.unapplied > 0 {
		return false
	}
	before := h.parked[c.actor.pass.key]
	if before == nil {
		return false
	}
	delete(h.parked, c.actor.pass.key)
	h.strikeLocked(before)
	for id, s := range before.seats {
		r := h.rooms[id]
		r.mu.Lock()
		delete(r.seats, before)
		s.conn, r.seats[c] = c, s
		r.mu.Unlock()
	}
	c.seats, c.capacity, before.seats = before.seats, before.capacity, nil
	return true
}

// end notes that a connection's session has ended, whatever has become of the connection.
func (h *Hub) end(c *conn) {
	c.close(closeSignedOut)
	h.mu.Lock()
	c.ended = true
	parked := c.actor.pass != nil && h.parked[c.actor.pass.key] == c
	if parked {
		delete(h.parked, c.actor.pass.key)
	}
	h.mu.Unlock()
	if parked {
		h.forget(c)
	}
}

// forgetParked forgets whose phones have not come back.
func (h *Hub) forgetParked() {
	long := h.now().Add(-parkedFor)
	var gone []*conn
	h.mu.Lock()
	for key, c := range h.parked {
		if c.parked.Before(long) {
			delete(h.parked, key)
			gone = append(gone, c)
		}
	}
	h.mu.Unlock()
	for _, c := range gone {
		h.forget(c)
	}
}

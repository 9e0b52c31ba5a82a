package hub

import (
	"context"
	"maps"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// accessNews are changes of rights: committed by this node, or heard of from another or from the record.
type accessNews struct {
	changes []store.AccessChange
	local   bool
	known   bool // from before this node had any connection: nothing is left to do
}

// hear takes news of changes of rights. From now on until they are applied nothing is believed that was known before.
func (h *Hub) hear(news accessNews) {
	h.mu.Lock()
	h.changes++
	h.unapplied++
	h.mu.Unlock()
	h.access.put([]accessNews{news})
}

// heardChanges counts how often something was heard of changes of rights.
func (h *Hub) heardChanges() int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.changes
}

// applyAccess is the goroutine that ends or changes the rights of open connections (promise P4: a permission taken
// away ends the session's rights within 1 s). A change is heard of more than once, from the commit, from the relay
// and from the poll, and is applied once; one that failed is applied when it is next heard of.
func (h *Hub) applyAccess() {
	applied := map[string]int64{}
	for {
		select {
		case <-h.access.wake:
		case <-h.stop:
			return
		}
		for _, news := range h.access.take() {
			if news.local {
				h.publish(EveryNode, relayMessage{Access: news.changes})
			}
			for _, change := range news.changes {
				if _, done := applied[change.ID]; done {
					continue
				}
				if news.known || h.applyChange(change) {
					applied[change.ID] = change.At
				}
			}
			h.mu.Lock()
			h.unapplied--
			h.mu.Unlock()
		}
		old := h.now().Add(-3 * accessMargin).UnixMilli()
		maps.DeleteFunc(applied, func(_ string, at int64) bool { return at < old })
	}
}

// applyChange reports whether the change has been applied.
func (h *Hub) applyChange(change store.AccessChange) bool {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	var err error
	switch {
	case change.CaseID != "":
		if err = h.refreshCase(ctx, change.CaseID); err == nil {
			err = h.catchUp(ctx, change.CaseID) // another process may have noted the change in the room
		}
	case change.PersonID != "":
		h.stirHalls("") // an observer is let in, or no longer
		err = h.refreshPerson(ctx, change.PersonID)
	case change.SessionID != "":
		err = h.refreshSession(ctx, change.SessionID)
	}
	if err != nil {
		h.log.Warn("apply a change of rights", "err", err)
	}
	return err == nil
}

// refreshSession closes the connections of a session that has ended, and brings those of one that is used in another capacity into line with that.
func (h *Hub) refreshSession(ctx context.Context, sessionID string) error {
	for _, c := range h.connsOfSession(sessionID) {
		if err := h.checkSession(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

func (h *Hub) checkSession(ctx context.Context, c *conn) error {
	open, capacity, err := h.store.SessionNow(ctx, c.actor.SessionID, c.actor.PersonID)
	switch {
	case err != nil:
		return err
	case !open:
		h.end(c)
	default:
		h.useCapacity(c, capacity)
	}
	return nil
}

// useCapacity brings a connection's seats into line with the capacity in which its session is used.
func (h *Hub) useCapacity(c *conn, capacity court.Role) {
	h.mu.Lock()
	if c.capacity == capacity {
		h.mu.Unlock()
		return
	}
	c.capacity = capacity
	barred := map[*room]*seat{}
	for id, s := range c.seats {
		r := h.rooms[id]
		r.mu.Lock()
		if s.st.Capacity = capacity; s.joined && court.CheckInCase(court.ActRoomJoin, &s.st) != nil {
			barred[r] = s
		}
		r.mu.Unlock()
	}
	h.mu.Unlock()
	for r, s := range barred {
		r.leave(s)
		c.send(jsonFrame(caseMessage{T: "left", Case: r.id}))
	}
	c.send(jsonFrame(caseMessage{T: "cases"}))
}

// refreshPerson closes a person's ended sessions, brings the others' seats into line, and tells them: somebody who
// waits to be verified learns that the doors are open.
func (h *Hub) refreshPerson(ctx context.Context, personID string) error {
	conns := h.connsOf(personID)
	if len(conns) == 0 {
		return nil
	}
	places, err := h.store.Places(ctx, personID)
	if err != nil {
		return err
	}
	for _, c := range conns {
		if err := h.checkSession(ctx, c); err != nil {
			return err
		}
		h.reseat(c, places)
		c.send(jsonFrame(caseMessage{T: "cases"}))
	}
	for _, p := range places {
		if err := h.refreshCase(ctx, p.CaseID); err != nil {
			return err
		}
	}
	return nil
}

// refreshCase brings every seat of a case into line with who is in it now: who has left hears so and gets nothing
// more, who has come gets a seat, and who may no longer be in the room is put out of it.
func (h *Hub) refreshCase(ctx context.Context, caseID string) error {
	members, err := h.store.Members(ctx, caseID)
	if err != nil {
		return err
	}
	in := make(map[string]court.Standing, len(members))
	for _, m := range members {
		in[m.PersonID] = m.Standing
		for _, c := range h.connsOf(m.PersonID) {
			if _, s := h.seatOf(c, caseID); s == nil {
				if err := h.checkSession(ctx, c); err != nil { // a first case as a party decides in which capacity a session is used
					return err
				}
				h.takeSeat(c, caseID, m.Standing)
				c.send(jsonFrame(caseMessage{T: "cases"}))
				h.noteDesk(c, caseID)
			}
		}
	}
	r := h.live(caseID)
	if r == nil {
		return nil
	}
	var out, barred []*seat
	r.mu.Lock()
	for c, s := range r.seats {
		st, still := in[c.actor.PersonID]
		if !still {
			out = append(out, s)
			continue
		}
		st.Capacity = s.st.Capacity
		s.st = st
		if s.joined && court.CheckInCase(court.ActRoomJoin, &st) != nil {
			barred = append(barred, s)
		}
	}
	r.mu.Unlock()
	for _, s := range out {
		h.giveUpSeat(s.conn, caseID)
		h.noteDesk(s.conn, caseID)
		s.conn.send(jsonFrame(caseMessage{T: "left", Case: caseID}))
		s.conn.send(jsonFrame(caseMessage{T: "cases"}))
	}
	for _, s := range barred {
		r.leave(s)
		s.conn.send(jsonFrame(caseMessage{T: "left", Case: caseID}))
	}
	changed := jsonFrame(caseMessage{T: "participants", Case: caseID})
	r.each(joinedSeat, func(c *conn) { c.send(changed) })
	return nil
}

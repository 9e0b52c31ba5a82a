package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// takeSeats gives a new connection its seat in the room of each of the person's cases, so that it hears of what
// grows there. Where a change of rights was heard of meanwhile, which may have found the seats not yet taken, the list
// is read again.
func (h *Hub) takeSeats(ctx context.Context, c *conn) error {
	if h.unpark(c) {
		return nil
	}
	for {
		heard := h.heardChanges()
		places, err := h.store.Places(ctx, c.actor.PersonID)
		if err != nil {
			return err
		}
		h.reseat(c, places)
		if h.heardChanges() == heard {
			return nil
		}
	}
}

// takeSeat gives the connection's seat in a case's room, made where there is none.
func (h *Hub) takeSeat(c *conn, caseID string, st court.Standing) (*room, *seat) {
	h.mu.Lock()
	if st.Capacity == "" {
		st.Capacity = c.capacity
	}
	r, made := h.roomOf(caseID)
	s := c.seats[caseID]
	if s == nil {
		s = &seat{conn: c, st: st}
		if c.seats == nil {
			c.seats = map[string]*seat{}
		}
		c.seats[caseID] = s
	}
	r.mu.Lock()
	s.st = st
	r.seats[c] = s
	r.mu.Unlock()
	h.mu.Unlock()
	if made && h.relay != nil {
		h.relay.Follow(caseID)
	}
	return r, s
}

// seatOf finds the connection's seat in a case's room, or nil.
func (h *Hub) seatOf(c *conn, caseID string) (*room, *seat) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rooms[caseID], c.seats[caseID]
}

// standingIn copies the standing of the connection's seat in a case's room; nil without a seat.
func (c *conn) standingIn(caseID string) *court.Standing {
	r, s := c.hub.seatOf(c, caseID)
	if r == nil || s == nil {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	st := s.st
	return &st
}

// giveUpSeat takes a connection out of a room altogether.
func (h *Hub) giveUpSeat(c *conn, caseID string) {
	h.mu.Lock()
	r, s := h.rooms[caseID], c.seats[caseID]
	delete(c.seats, caseID)
	if r == nil || s == nil {
		h.mu.Unlock()
		return
	}
	r.mu.Lock()
	here := r.leaveLocked(s)
	delete(r.seats, c)
	empty := len(r.seats) == 0
	r.mu.Unlock()
	if empty {
		delete(h.rooms, caseID)
	}
	h.mu.Unlock()
	if here {
		r.presenceChanged()
	}
	if empty && h.relay != nil {
		h.relay.Unfollow(caseID)
	}
}

// enter makes a connection known, unless the node is draining. It says whether rights have changed since its session
// was looked up, of which the connection may then not have heard.
func (h *Hub) enter(c *conn) (entered, changed bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.draining {
		return false, false
	}
	h.conns[c] = struct{}{}
	mine := h.persons[c.actor.PersonID]
	if mine == nil {
		mine = map[*conn]struct{}{}
		h.persons[c.actor.PersonID] = mine
	}
	mine[c] = struct{}{}
	h.readers.Add(1)
	return true, c.actor.pass != nil && c.actor.pass.changes != h.changes
}

// exit parks or forgets a connection that has ended.
func (h *Hub) exit(c *conn) {
	h.leaveHalls(c)
	defer h.readers.Done()
	if !h.park(c) {
		h.forget(c)
	}
}

// forget takes a connection out of everything.
func (h *Hub) forget(c *conn) {
	h.mu.Lock()
	cases := make([]string, 0, len(c.seats))
	for id := range c.seats {
		cases = append(cases, id)
	}
	h.mu.Unlock()
	for _, id := range cases {
		h.giveUpSeat(c, id)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.conns, c)
	h.strikeLocked(c)
}

func (h *Hub) strikeLocked(c *conn) {
	mine := h.persons[c.actor.PersonID]
	if delete(mine, c); len(mine) == 0 {
		delete(h.persons, c.actor.PersonID)
	}
}

// connsOf gives the connections of a person, those that are parked as well, or the open ones of everybody for "".
func (h *Hub) connsOf(personID string) []*conn {
	h.mu.Lock()
	defer h.mu.Unlock()
	from := h.conns
	if personID != "" {
		from = h.persons[personID]
	}
	list := make([]*conn, 0, len(from))
	for c := range from {
		list = append(list, c)
	}
	return list
}

// connsOfSession gives a session's connections, those that are parked as well.
func (h *Hub) connsOfSession(sessionID string) (list []*conn) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for c := range h.conns {
		if c.actor.SessionID == sessionID {
			list = append(list, c)
		}
	}
	for _, c := range h.parked {
		if c.actor.SessionID == sessionID {
			list = append(list, c)
		}
	}
	return list
}

// reseat brings a connection's seats into line with the cases that the person is in now.
func (h *Hub) reseat(c *conn, places []store.CasePlace) {
	in := map[string]bool{}
	for _, p := range places {
		in[p.CaseID] = true
		h.takeSeat(c, p.CaseID, p.Standing)
	}
	h.mu.Lock()
	var gone []string
	for id := range c.seats {
		if !in[id] {
			gone = append(gone, id)
		}
	}
	h.mu.Unlock()
	for _, id := range gone {
		h.giveUpSeat(c, id)
		c.send(jsonFrame(caseMessage{T: "left", Case: id}))
	}
}

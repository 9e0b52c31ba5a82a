package hub

import (
	"context"
	"encoding/json"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

const (
	// deskPause is how long changes of a desk are collected: a room in which many write is told of once a second.
	deskPause = time.Second
	// deskRound is how often a watched desk is looked at as a whole: for time that runs out, and for what no message told.
	deskRound = 30 * time.Second
	// deskRoundDown is how often while the relay is away, for then no other node tells what was done there.
	deskRoundDown = 2 * time.Second
	// deskFrameRooms bounds the rooms in one frame.
	deskFrameRooms = 200
)

// deskWatch is a connection's desk: what it was told last of each room, and the rooms in which something has happened since.
type deskWatch struct {
	told    map[string]uint64 // by case, a hash of the room; the goroutine that watches desks owns it
	changed map[string]struct{}
}

// deskMessage tells of rooms that have changed, whole, and of those that are no longer on the desk.
type deskMessage struct {
	T     string           `json:"t"`
	Rooms []store.DeskRoom `json:"rooms"`
	Gone  []string         `json:"gone,omitempty"`
}

// watch begins or ends the watching of a desk. What the client reads after the answer is at least as new as what is noted here as told.
func (h *Hub) watch(ctx context.Context, c *conn, on bool) error {
	var w *deskWatch
	if on {
		d, err := h.desk(ctx, store.DeskQuery{PersonID: c.actor.PersonID, State: store.CaseOpen})
		if err != nil {
			return err
		}
		w = &deskWatch{told: map[string]uint64{}, changed: map[string]struct{}{}}
		for i := range d.Rooms {
			w.told[d.Rooms[i].ID] = deskHash(&d.Rooms[i])
		}
	}
	c.mu.Lock()
	c.desk = w
	c.mu.Unlock()
	c.watching.Store(on)
	if on { // what happened between the two is looked at with the next round of the queue
		h.noteDesk(c, slices.Collect(maps.Keys(w.told))...)
	}
	return nil
}

// deskHash tells rooms apart. Who is present is told by presence frames.
func deskHash(r *store.DeskRoom) uint64 {
	plain := *r
	plain.Here = nil
	text, err := json.Marshal(plain)
	if err != nil {
		panic(err) // the types are ours and hold nothing that can't be encoded
	}
	sum := fnv.New64a()
	sum.Write(text)
	return sum.Sum64()
}

// noteDesk has rooms of a watched desk looked at soon. It never blocks.
func (h *Hub) noteDesk(c *conn, cases ...string) {
	if !c.watching.Load() {
		return
	}
	c.mu.Lock()
	w := c.desk
	first := w != nil && len(w.changed) == 0
	for _, id := range cases {
		if w != nil {
			w.changed[id] = struct{}{}
		}
	}
	c.mu.Unlock()
	if first && len(cases) > 0 {
		h.deskConns.put([]*conn{c})
	}
}

// seesOnDesk reports whether an event changes what the seat's desk shows: one that it reads, or one of a fee notice or a copy on paper, which the court sees
// in whichever thread they stand.
func (s *seat) seesOnDesk(ev *court.Event, th court.Thread) bool {
	if !s.st.Role.OfCourt() {
		return false
	}
	switch ev.Kind {
	case court.KindFeeNotice, court.KindFeeChanged, court.KindCopyRequested, court.KindCopyAnswered:
		return true
	}
	return s.reads(th, ev.At)
}

// watchDesks is the goroutine that tells watchers what has changed on their desks.
func (h *Hub) watchDesks() {
	round := time.NewTicker(deskRoundDown)
	defer round.Stop()
	last := h.now()
	for {
		select {
		case <-h.deskConns.wake:
			select {
			case <-time.After(deskPause):
			case <-h.stop:
				return
			}
			for _, c := range h.deskConns.take() {
				h.tellDesk(c, false)
			}
		case <-round.C:
			if now := h.now(); now.Sub(last) < deskRound && (h.relay == nil || h.relay.Up()) {
				continue
			} else {
				last = now
			}
			for _, c := range h.connsOf("") {
				h.tellDesk(c, true)
			}
		case <-h.stop:
			return
		}
	}
}

// tellDesk looks at the rooms that were noted, or at all, and tells what differs from what was told.
func (h *Hub) tellDesk(c *conn, whole bool) {
	c.mu.Lock()
	w := c.desk
	var cases []string
	if w != nil {
		cases = slices.Sorted(maps.Keys(w.changed))
		clear(w.changed)
	}
	c.mu.Unlock()
	if w == nil || len(cases) == 0 && !whole {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	m, err := h.deskNews(ctx, c, w, cases, whole)
	if err != nil {
		h.log.Warn("look at a desk", "err", err)
		return // the next round looks again
	}
	for rooms := range slices.Chunk(m.Rooms, deskFrameRooms) {
		c.send(jsonFrame(deskMessage{T: "desk", Rooms: rooms}))
	}
	if len(m.Gone) > 0 {
		c.send(jsonFrame(deskMessage{T: "desk", Rooms: []store.DeskRoom{}, Gone: m.Gone}))
	}
}

func (h *Hub) deskNews(ctx context.Context, c *conn, w *deskWatch, cases []string, whole bool) (m deskMessage, err error) {
	seen := map[string]bool{}
	look := func(q store.DeskQuery) error {
		q.PersonID = c.actor.PersonID
		d, err := h.desk(ctx, q)
		if err != nil {
			return err
		}
		for i := range d.Rooms {
			r := &d.Rooms[i]
			seen[r.ID] = true
			if sum := deskHash(r); w.told[r.ID] != sum {
				w.told[r.ID] = sum
				m.Rooms = append(m.Rooms, *r)
			}
		}
		return nil
	}
	if whole {
		if err := look(store.DeskQuery{State: store.CaseOpen}); err != nil {
			return m, err
		}
		cases = append(cases, slices.Collect(maps.Keys(w.told))...) // closed meanwhile, or gone
	}
	cases = slices.DeleteFunc(cases, func(id string) bool { return seen[id] })
	if len(cases) > 0 {
		if err := look(store.DeskQuery{Cases: cases}); err != nil {
			return m, err
		}
	}
	for _, id := range cases {
		if _, told := w.told[id]; told && !seen[id] {
			delete(w.told, id)
			m.Gone = append(m.Gone, id)
		}
	}
	return m, nil
}

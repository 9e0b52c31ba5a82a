package hub

import (
	"context"
	"maps"
	"sync"

	"microcourt/store/court"
)

// room is the live state of one case on this node: who is connected, and how far each thread has been delivered.
type room struct {
	hub *Hub
	id  string

	mu    sync.Mutex
	seats map[*conn]*seat
	// heads is the newest seq of each thread that this node has delivered; nil while nobody has joined.
	heads  map[string]int64
	recent recent // of the threads in heads
	joined int
	remote map[string]remoteHere // who is present on other nodes, by node
	closed bool                  // no seats, taken out of the hub's map
}

// seat is one connection's place in a room. Guarded by the room's mutex.
type seat struct {
	conn   *conn
	st     court.Standing
	joined bool
	live   bool // gets events as they come; false while the replay runs
	here   bool
	holds  []string // the list of who is present that it was told last, while joined
	// ahead says how far the replay went beyond what the node had delivered, per thread.
	ahead map[string]int64
}

// reads reports whether the seat's participant may see an event of the thread.
func (s *seat) reads(th court.Thread, at int64) bool {
	return th.Reads(&s.st) && at >= th.ReadsFrom(&s.st)
}

// activate loads how far the threads are, for the first who joins. Events that come meanwhile are found by the
// joiner's own replay.
func (r *room) activate(ctx context.Context) error {
	r.mu.Lock()
	known := r.heads != nil
	r.mu.Unlock()
	if known {
		return nil
	}
	heads, err := r.hub.store.Heads(ctx, r.id)
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.heads == nil {
		r.heads = heads
	}
	return nil
}

// deliver hands an event to everybody who may see it. It reports the seq up to which the thread was delivered
// before, if events between that and this one are missing; then nothing was handed out. It adds the connections whose
// flushing is owed now.
func (r *room) deliver(ev *court.Event, th court.Thread, owed []*conn) (_ []*conn, gapAfter int64, gap bool) {
	f := eventFrame(ev)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.heads != nil {
		last := r.heads[ev.Thread]
		if ev.Seq <= last {
			return owed, 0, false
		}
		if ev.Seq > last+1 {
			return owed, last, true
		}
		r.heads[ev.Thread] = ev.Seq
		r.recent.add(ev, f)
	}
	for c, s := range r.seats {
		if c.watching.Load() && s.seesOnDesk(ev, th) {
			r.hub.noteDesk(c, ev.CaseID)
		}
		if !s.reads(th, ev.At) {
			continue
		}
		switch {
		case s.live:
			if ev.Seq > s.ahead[ev.Thread] {
				if c.push(f) {
					owed = append(owed, c)
				}
				r.hub.metrics.Deliveries.Add(1)
			}
		case !s.joined && court.CheckInCase(court.ActEventList, &s.st) == nil:
			c.noteHead(threadMessage{T: "head", Case: ev.CaseID, Thread: ev.Thread, Seq: ev.Seq, At: ev.At, By: ev.By})
		}
	}
	return owed, 0, false
}

// goLive lets a seat get events as they come, if its replay has reached what this node has delivered. Otherwise it
// gives the threads that the replay has still to go to.
func (r *room) goLive(s *seat, cursors map[string]int64) (behind map[string]int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for name, head := range r.heads {
		if head <= cursors[name] {
			continue
		}
		if th, err := court.ParseThread(name); err == nil && th.Reads(&s.st) {
			if behind == nil {
				behind = map[string]int64{}
			}
			behind[name] = head
		}
	}
	if behind != nil {
		return behind
	}
	s.ahead = nil
	for name, cursor := range cursors {
		if cursor > r.heads[name] {
			if s.ahead == nil {
				s.ahead = map[string]int64{}
			}
			s.ahead[name] = cursor
		}
	}
	s.live = true
	return nil
}

// leave ends a seat's membership in the live room; the seat stays, to get heads.
func (r *room) leave(s *seat) {
	r.mu.Lock()
	here := r.leaveLocked(s)
	r.mu.Unlock()
	if here {
		r.presenceChanged()
	}
}

// leaveLocked reports whether the seat was present.
func (r *room) leaveLocked(s *seat) (wasHere bool) {
	wasHere = s.here
	if s.joined {
		r.joined--
	}
	s.joined, s.live, s.here, s.ahead, s.holds = false, false, false, nil, nil
	if r.joined == 0 {
		r.heads, r.recent = nil, recent{} // who is present elsewhere still stands on desks
	}
	return wasHere
}

// threadHeads copies how far the threads are delivered; nil while nobody has joined.
func (r *room) threadHeads() map[string]int64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return maps.Clone(r.heads)
}

// each calls f for every seat that wants.
func (r *room) each(wants func(*seat) bool, f func(*conn)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c, s := range r.seats {
		if wants(s) {
			f(c)
		}
	}
}

func joinedSeat(s *seat) bool { return s.joined }

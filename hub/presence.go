package hub

import (
	"slices"
	"time"
)

// Presence is 'this participant has the room's page open'. Each node tells the others who is present with it,
// whenever that changes and every few seconds; what a node said is forgotten when it falls silent. So the list
// recovers by itself from anything.
const (
	hereRepeat = 4 * time.Second
	hereExpiry = 3 * hereRepeat
)

// hereMessage says who is present in a room on one node. Ask wants the others to say the same of theirs.
type hereMessage struct {
	Case string   `json:"c"`
	Here []string `json:"h"`
	Ask  bool     `json:"ask,omitempty"`
}

type remoteHere struct {
	here  []string
	until time.Time
}

// presenceLocked gives the participants present on this node, and on all.
func (r *room) presenceLocked() (local, all []string) {
	local, all = []string{}, []string{}
	for _, s := range r.seats {
		if s.here && !slices.Contains(local, s.st.ParticipantID) {
			local = append(local, s.st.ParticipantID)
		}
	}
	all = append(all, local...)
	now := r.hub.now()
	for _, other := range r.remote {
		for _, id := range other.here {
			if now.Before(other.until) && !slices.Contains(all, id) {
				all = append(all, id)
			}
		}
	}
	slices.Sort(local)
	slices.Sort(all)
	return local, all
}

// hearsOfPresence: who has joined, and the court's own people whose desk shows the room.
func (s *seat) hearsOfPresence() bool {
	return s.joined || s.conn.watching.Load() && s.st.Role.OfCourt()
}

// presence gives the participants present in the room, on all nodes.
func (r *room) presence() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, all := r.presenceLocked()
	return all
}

// presencePause is how long changes of who is present are collected: after an interruption a whole room comes back
// within a moment.
const presencePause = 250 * time.Millisecond

// presenceNews is a room in which somebody has come or gone. Ask wants the other nodes to say who is present with them.
type presenceNews struct {
	room *room
	ask  bool
}

// presenceChanged has everybody who has joined, and the other nodes, told soon who is present.
func (r *room) presenceChanged() { r.hub.presence.put([]presenceNews{{room: r}}) }

// tellPresence is the goroutine that tells who is present, once for all changes of a moment.
func (h *Hub) tellPresence() {
	for {
		select {
		case <-h.presence.wake:
		case <-h.stop:
			return
		}
		select {
		case <-time.After(presencePause):
		case <-h.stop:
			return
		}
		ask := map[*room]bool{}
		for _, news := range h.presence.take() {
			ask[news.room] = ask[news.room] || news.ask
		}
		for r, ask := range ask {
			r.tellPresence(ask)
		}
	}
}

func (r *room) tellPresence(ask bool) {
	r.mu.Lock()
	local, all := r.presenceLocked()
	owed := r.pushPresenceLocked(all)
	r.mu.Unlock()
	flushAll(owed)
	r.hub.publish(r.id, relayMessage{Here: &hereMessage{Case: r.id, Here: local, Ask: ask}})
}

// pushPresenceLocked queues the list for those who don't hold it yet, and gives the connections to flush.
func (r *room) pushPresenceLocked(all []string) (owed []*conn) {
	var f frame
	for c, s := range r.seats {
		if !s.hearsOfPresence() || s.joined && slices.Equal(s.holds, all) {
			continue
		}
		if s.holds = all; f == nil {
			f = jsonFrame(presenceMessage{T: "presence", Case: r.id, Here: all})
		}
		if c.push(f) {
			owed = append(owed, c)
		}
	}
	return owed
}

// hereElsewhere takes what another node says of a room.
func (r *room) hereElsewhere(node string, m hereMessage) {
	r.mu.Lock()
	_, before := r.presenceLocked()
	if r.remote == nil {
		r.remote = map[string]remoteHere{}
	}
	r.remote[node] = remoteHere{m.Here, r.hub.now().Add(hereExpiry)}
	local, all := r.presenceLocked()
	var owed []*conn
	if !slices.Equal(before, all) {
		owed = r.pushPresenceLocked(all)
	}
	r.mu.Unlock()
	flushAll(owed)
	if m.Ask && len(local) > 0 {
		r.hub.publish(r.id, relayMessage{Here: &hereMessage{Case: r.id, Here: local}})
	}
}

// keepPresence repeats what this node has to say, and forgets nodes that have fallen silent.
func (r *room) keepPresence() {
	r.mu.Lock()
	now := r.hub.now()
	expired := false
	for node, other := range r.remote {
		if now.After(other.until) {
			delete(r.remote, node)
			expired = expired || len(other.here) > 0
		}
	}
	local, _ := r.presenceLocked()
	r.mu.Unlock()
	if expired {
		r.presenceChanged()
		return
	}
	if len(local) > 0 {
		r.hub.publish(r.id, relayMessage{Here: &hereMessage{Case: r.id, Here: local}})
	}
}

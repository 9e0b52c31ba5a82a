package hub

import (
	"context"
	"encoding/json"
	"time"

	"microcourt/rtc"
)

// A hearing's media live on one node, its home: the first at which somebody took a seat, for as long as that node renews its lease. Sockets may be on any node. A node that isn't home passes on what its
// clients say about media, and what the home says to them; when the home dies or gives the hearing up, whoever notices first becomes the home, and all nodes connect their clients anew.
const (
	// hallLease is how long a node that has died stays the home; it is renewed every second.
	hallLease = 3 * time.Second
	// hallPollTogether is how often a hall looks into the record where there are several nodes.
	hallPollTogether = time.Second
)

// hallMessage is what nodes say to each other about a hearing's media.
type hallMessage struct {
	Op      string               `json:"op"` // join, answer, restart, wish, away and leave go to the home, tell comes from it
	Case    string               `json:"case,omitempty"`
	Hearing string               `json:"hearing"`
	Seat    string               `json:"seat"`
	Watches bool                 `json:"watches,omitempty"`
	Again   bool                 `json:"again,omitempty"`
	Number  int                  `json:"number,omitempty"`
	SDP     string               `json:"sdp,omitempty"`
	Layers  map[string]rtc.Layer `json:"layers,omitempty"`
	Frame   json.RawMessage      `json:"frame,omitempty"`

	from string // node
}

func nodeTopic(node string) string { return "node/" + node }

func (h *Hub) tellNode(node string, m hallMessage) {
	h.publish(nodeTopic(node), relayMessage{Hall: &m})
}

// hallNews takes a message about a hearing's media from another node. It only queues it: the hall's goroutine does what it asks.
func (h *Hub) hallNews(from string, m *hallMessage) {
	m.from = from
	h.mu.Lock()
	x := h.halls[m.Hearing]
	h.mu.Unlock()
	if x == nil {
		if m.Op != "join" || h.media == nil {
			return
		}
		x = h.hallOf(m.Case, m.Hearing)
	}
	x.mu.Lock()
	x.posted = append(x.posted, m)
	x.mu.Unlock()
	select {
	case x.post <- struct{}{}:
	default:
	}
}

// takePosted does what other nodes asked.
func (x *hall) takePosted(ctx context.Context) {
	x.mu.Lock()
	posted := x.posted
	x.posted = nil
	x.mu.Unlock()
	for _, m := range posted {
		if m.Op == "tell" {
			x.mu.Lock()
			if s := x.seats[m.Seat]; s != nil && s.conn != nil && x.home == m.from {
				s.conn.send(jsonFrame(m.Frame))
			}
			x.mu.Unlock()
			continue
		}
		if !x.settle(ctx) {
			continue // the other node will find out who is home
		}
		if m.Op == "join" {
			if err := x.take(nil, m.from, m.Seat, m.Watches, m.Again); err != nil {
				x.hub.log.Warn("join a hearing for another node", "err", err)
			}
			continue
		}
		x.mu.Lock()
		s := x.seats[m.Seat]
		if s == nil || s.node != m.from {
			x.mu.Unlock()
			continue
		}
		media := s.media
		if m.Op == "away" {
			s.node = ""
			s.goneLocked(x.hub.now())
			media = nil
		}
		x.mu.Unlock()
		if media == nil {
			continue
		}
		switch m.Op {
		case "answer":
			if err := media.Answer(m.Number, m.SDP); err != nil {
				x.hub.log.Debug("answer of a client", "err", err)
			}
		case "restart":
			_ = media.Restart()
		case "wish":
			media.Wish(m.Layers)
		case "leave":
			media.Leave()
		}
	}
}

// settle finds whether this node is the hearing's home, taking that on where nobody is.
func (x *hall) settle(ctx context.Context) (mine bool) {
	if x.hub.relay == nil {
		return true
	}
	home, err := x.hub.store.TakeLease(ctx, "hearing/"+x.id, x.hub.node, hallLease)
	now := x.hub.now()
	x.mu.Lock()
	if err != nil {
		x.hub.log.Warn("find the home of a hearing", "err", err)
		home = x.home
		if home == x.hub.node && now.Sub(x.settled) > hallLease { // another node may have taken over
			home = ""
		}
	} else {
		x.settled = now
	}
	if home == x.home {
		x.mu.Unlock()
		return home == x.hub.node
	}
	was := x.home
	x.home = home
	var anew []*hallSeat
	for id, s := range x.seats {
		if s.node != "" { // connected by that node, which finds out by itself
			delete(x.seats, id)
			continue
		}
		s.media, s.flows = nil, false
		s.goneLocked(now)
		if s.conn != nil {
			anew = append(anew, s)
		}
	}
	x.mu.Unlock()
	if was == x.hub.node {
		if x.recording.part != 0 {
			x.endPart("moved", nil)
		}
		x.hub.media.End(x.id)
	}
	if home == "" {
		return false
	}
	for _, s := range anew {
		if err := x.connect(s, false); err != nil {
			x.hub.log.Warn("connect a seat anew", "err", err)
		}
	}
	return home == x.hub.node
}

// leaveHome gives the hearing up, so that another node needn't wait for the lease to run out.
func (x *hall) leaveHome() {
	x.mu.Lock()
	mine := x.home == x.hub.node
	x.mu.Unlock()
	if x.hub.relay == nil || !mine {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := x.hub.store.DropLease(ctx, "hearing/"+x.id, x.hub.node); err != nil {
		x.hub.log.Warn("give a hearing up", "err", err)
	}
}

// farSeat is a seat whose media are on another node.
type farSeat struct {
	hub           *Hub
	home          string
	hearing, seat string
}

func (f farSeat) tell(m hallMessage) {
	m.Hearing, m.Seat = f.hearing, f.seat
	f.hub.tellNode(f.home, m)
}

// Answer, Restart, Wish and Leave are MediaSeat's. What is lost on the way the client asks for again.
func (f farSeat) Answer(number int, sdp string) error {
	f.tell(hallMessage{Op: "answer", Number: number, SDP: sdp})
	return nil
}

func (f farSeat) Restart() error { f.tell(hallMessage{Op: "restart"}); return nil }

func (f farSeat) Wish(layers map[string]rtc.Layer) { f.tell(hallMessage{Op: "wish", Layers: layers}) }

func (f farSeat) Leave() { f.tell(hallMessage{Op: "leave"}) }

// Resume is MediaSeat's; joining again does it.
func (f farSeat) Resume(rtc.Signaller) error { return nil }

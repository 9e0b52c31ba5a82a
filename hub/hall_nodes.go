package hub

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"microcourt/rtc"
	"microcourt/store/court/hearing"
)

// A hearing's media live on one node, its home: the least loaded one when somebody first took a seat, from then on the same for as long as that node renews its lease. Sockets may be on any node. A node that isn't home passes on
// what its clients say about media, and what the home says to them. When the home dies, or hands the hearing on because it is drained, all nodes connect their clients anew at the next one.
const (
	// hallLease is how long a node that has died stays the home. It is renewed every nodeTell.
	hallLease = 2500 * time.Millisecond
	// hallPollTogether is how often a hall looks into the record where there are several nodes.
	hallPollTogether = time.Second
)

func hallLeaseName(hearing string) string { return "hearing/" + hearing }

// errNoHome: no node can carry the hearing now, or none is known.
var errNoHome = errors.New("no node can carry the hearing's media")

// hallMessage is what nodes say to each other about a hearing's media.
type hallMessage struct {
	Op      string               `json:"op"` // join, answer, restart, wish, away and leave go to the home, tell comes from it; home tells a node that it is home now, moved that the sender isn't any more; view goes both ways
	Case    string               `json:"case,omitempty"`
	Hearing string               `json:"hearing"`
	Seat    string               `json:"seat"`
	Watches bool                 `json:"watches,omitempty"`
	Again   bool                 `json:"again,omitempty"`
	Number  int                  `json:"number,omitempty"`
	SDP     string               `json:"sdp,omitempty"`
	Layers  map[string]rtc.Layer `json:"layers,omitempty"`
	Frame   json.RawMessage      `json:"frame,omitempty"`
	Flows   bool                 `json:"flows,omitempty"` // with tell: the seat's media do
	Broke   *hallBreak           `json:"broke,omitempty"` // with home
	View    *viewMessage         `json:"view,omitempty"`

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
		if m.Op != "join" && m.Op != "home" || h.media == nil {
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
		switch m.Op {
		case "tell":
			x.mu.Lock()
			if s := x.seats[m.Seat]; s != nil && s.conn != nil && x.home == m.from {
				s.flows = s.flows || m.Flows
				s.conn.send(jsonFrame(m.Frame))
			}
			x.mu.Unlock()
		case "view":
			x.takeView(m.from, m.View)
		case "moved":
			x.settle(ctx)
		case "home":
			if x.settle(ctx) && m.Broke != nil {
				x.mu.Lock()
				x.broke = m.Broke
				x.mu.Unlock()
			}
			x.stir()
		case "join":
			if !x.isHome() && !x.settle(ctx) {
				continue // the other node will find out who is home
			}
			if err := x.take(nil, m.from, m.Seat, m.Watches, m.Again); err != nil {
				x.hub.log.Warn("join a hearing for another node", "err", err)
			}
		default:
			if x.isHome() {
				x.asked(m)
			}
		}
	}
}

// asked does what another node's client asks of its seat.
func (x *hall) asked(m *hallMessage) {
	x.mu.Lock()
	s := x.seats[m.Seat]
	if s == nil || s.node != m.from {
		x.mu.Unlock()
		return
	}
	media := s.media
	if m.Op == "away" {
		s.node = ""
		s.goneLocked(x.hub.now())
		media = nil
	}
	x.mu.Unlock()
	if media == nil {
		return
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

// isHome reports whether this node carries the hearing, as far as it knows.
func (x *hall) isHome() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.hub.relay == nil || x.home == x.hub.node
}

// locate finds the home where it isn't known. It leaves everything else to the hall's goroutine.
func (x *hall) locate(ctx context.Context) {
	x.settling.Lock()
	defer x.settling.Unlock()
	x.mu.Lock()
	known := x.home != ""
	x.mu.Unlock()
	if x.hub.relay != nil && !known {
		x.settleLocked(ctx)
	}
}

// settle finds whether this node is the hearing's home, giving it one where it has none. Only the hall's goroutine calls it.
func (x *hall) settle(ctx context.Context) (mine bool) {
	if x.hub.relay == nil {
		return true
	}
	x.settling.Lock()
	defer x.settling.Unlock()
	return x.settleLocked(ctx)
}

// findHome gives the hearing's home. Where it has none it is given to the least loaded node; then broke says since when it had none, where it had one before.
func (x *hall) findHome(ctx context.Context) (home string, given bool, broke *hallBreak, err error) {
	name := hallLeaseName(x.id)
	held, err := x.hub.store.Holders(ctx, []string{name})
	if home = held[name]; err != nil || home != "" {
		return home, false, nil, err
	}
	to := x.hub.node
	if !x.isHome() || x.hub.leaving.Load() != staying {
		to = x.hub.chooseHome(false)
	}
	if to == "" {
		return "", false, nil, errNoHome
	}
	home, lapse, err := x.hub.store.GiveLease(ctx, name, to, hallLease)
	if err == nil && lapse.At != 0 {
		broke = &hallBreak{lapse.At, hearing.BreakLost}
		if lapse.GivenUp {
			broke.Reason = hearing.BreakMoved
		}
	}
	return home, home == to, broke, err
}

func (x *hall) settleLocked(ctx context.Context) (mine bool) {
	home, given, broke, err := x.findHome(ctx)
	own := x.hub.node
	now := x.hub.now()
	x.mu.Lock()
	if err != nil {
		x.hub.log.Warn("find the home of a hearing", "err", err)
		home = x.home
		if home == own && now.Sub(x.settled) > hallLease { // another node may have taken over
			home = ""
		}
	} else {
		x.settled = now
	}
	if home == x.home && !(given && home != own) {
		x.mu.Unlock()
		return home == own
	}
	was := x.home
	x.home = home
	var anew []*hallSeat
	others := map[string]bool{}
	for id, s := range x.seats {
		switch {
		case s.node != "": // connected by that node
			others[s.node] = true
			delete(x.seats, id)
			continue
		case s.conn == nil && home != own: // the home waits for it
			delete(x.seats, id)
			continue
		}
		s.media, s.flows, s.gone = nil, false, now // whoever was elsewhere until now is waited for from now on
		if s.conn != nil {
			anew = append(anew, s)
		}
	}
	if x.broke = nil; home == own {
		x.broke = broke
	}
	x.mu.Unlock()
	if given && home != own {
		x.hub.gave(home)
		x.hub.tellNode(home, hallMessage{Op: "home", Case: x.caseID, Hearing: x.id, Broke: broke})
	}
	if was == own {
		if x.recording.part != 0 {
			x.endPart(hearing.RecordingMoved, nil)
		}
		x.hub.media.End(x.id)
		for node := range others {
			x.hub.tellNode(node, hallMessage{Op: "moved", Hearing: x.id})
		}
	}
	if home == "" {
		return false
	}
	for _, s := range anew {
		if err := x.connect(s, false); err != nil {
			x.hub.log.Warn("connect a seat anew", "err", err)
		}
	}
	return home == own
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

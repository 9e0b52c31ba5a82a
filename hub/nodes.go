package hub

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	// nodeTell is how often a node tells the others of itself and renews what it has, nodeSilent after how long of silence it doesn't count any more.
	nodeTell   = 500 * time.Millisecond
	nodeSilent = 4 * nodeTell
	// usualWays is how many streams a hearing of four forwards: what one counts for that has begun just now.
	usualWays = 12
	// nodeBusy is the share of a node's processors from which on new hearings go elsewhere if they can.
	nodeBusy = 0.8
)

// nodeNews is what a node says of itself.
type nodeNews struct {
	Media bool `json:"media,omitempty"` // it can carry hearings
	Ways  int  `json:"ways,omitempty"`  // streams that it forwards, or soon will
	CPUs  int  `json:"cpus,omitempty"`
	Busy  bool `json:"busy,omitempty"`
	Leave bool `json:"leave,omitempty"` // it is being drained: no new hearings

	heard time.Time
}

// better orders nodes by how gladly one gives them a hearing: those that stay, then those with processors to spare, then by streams for each processor. Names settle the rest, so that all nodes choose alike.
func (n nodeNews) better(name string, o nodeNews, other string) bool {
	switch a, b := n.Ways*max(o.CPUs, 1), o.Ways*max(n.CPUs, 1); {
	case n.Leave != o.Leave:
		return !n.Leave
	case n.Busy != o.Busy:
		return !n.Busy
	case a != b:
		return a < b
	}
	return strings.Compare(name, other) < 0
}

// nodeOf says of this node what the others are told.
func (h *Hub) nodeOf() nodeNews {
	n := nodeNews{Media: h.media != nil, CPUs: runtime.GOMAXPROCS(0), Busy: h.busy.Load(), Leave: h.leaving.Load() != staying}
	if h.media == nil {
		return n
	}
	n.Ways = h.media.Ways()
	homes := 0
	for _, x := range h.allHalls() {
		if x.isHome() {
			homes++
		}
	}
	n.Ways = max(n.Ways, homes*usualWays)
	return n
}

// heardOf notes what another node has said of itself.
func (h *Hub) heardOf(name string, n nodeNews) {
	n.heard = h.now()
	h.mu.Lock()
	h.nodes[name] = n
	h.mu.Unlock()
}

// chooseHome gives the node that a hearing goes to: with media, and the least loaded; "" where there is none. other: not this one, and none that is being drained itself.
func (h *Hub) chooseHome(other bool) (best string) {
	var of nodeNews
	if own := h.nodeOf(); own.Media && !other {
		best, of = h.node, own
	}
	now := h.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	for name, n := range h.nodes {
		if now.Sub(n.heard) > nodeSilent {
			delete(h.nodes, name)
			continue
		}
		if n.Media && !(other && n.Leave) && (best == "" || n.better(name, of, best)) {
			best, of = name, n
		}
	}
	return best
}

// gave counts a hearing to the node that it was given to, until that one says so itself.
func (h *Hub) gave(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if n, ok := h.nodes[name]; ok {
		n.Ways += usualWays
		h.nodes[name] = n
	}
}

// carries reports whether hearings can be carried, here or elsewhere.
func (h *Hub) carries() bool {
	if h.media != nil {
		return true
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, n := range h.nodes {
		if n.Media && h.now().Sub(n.heard) <= nodeSilent {
			return true
		}
	}
	return false
}

// keepHalls is the goroutine that tells the others of this node, renews this node's hearings, and sees where the others' are.
func (h *Hub) keepHalls() {
	if h.relay == nil {
		return
	}
	h.publish(EveryNode, relayMessage{About: new(h.nodeOf())})
	ticker := time.NewTicker(nodeTell)
	defer ticker.Stop()
	var used time.Duration
	var looked time.Time
	var share float64
	for {
		select {
		case <-h.stop:
			return
		case <-ticker.C:
		}
		now := time.Now()
		cpu := processTime()
		if !looked.IsZero() {
			share += (float64(cpu-used)/float64(now.Sub(looked))/float64(runtime.GOMAXPROCS(0)) - share) / 6
			h.busy.Store(share > nodeBusy)
		}
		used, looked = cpu, now
		h.publish(EveryNode, relayMessage{About: new(h.nodeOf())})
		ctx, cancel := context.WithTimeout(context.Background(), hallLease)
		h.renewHalls(ctx)
		cancel()
	}
}

// processTime is how much of its processors this process has used.
func processTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// renewHalls renews the leases of the hearings that have their home here, and wakes the halls whose home isn't the one that they know.
func (h *Hub) renewHalls(ctx context.Context) {
	halls := map[string]*hall{}
	var mine, all []string
	for _, x := range h.allHalls() {
		name := hallLeaseName(x.id)
		halls[name] = x
		all = append(all, name)
		if x.isHome() {
			mine = append(mine, name)
		}
	}
	if len(all) == 0 {
		return
	}
	slices.Sort(mine) // rows are locked in one order by everybody
	began := h.now()
	var err error
	if len(mine) > 0 {
		err = h.store.RenewLeases(ctx, mine, h.node, hallLease)
	}
	var held map[string]string
	if err == nil {
		held, err = h.store.Holders(ctx, all)
	}
	if err != nil {
		h.log.Warn("renew the homes of hearings", "err", err)
	}
	for name, x := range halls {
		x.mu.Lock()
		lost := err != nil && x.home == h.node && began.Sub(x.settled) > hallLease // another node may have taken over
		if err == nil && x.home == held[name] {
			x.settled = began
		}
		moved := err == nil && x.home != "" && x.home != held[name]
		x.mu.Unlock()
		if lost || moved {
			x.stir()
		}
	}
}

func (h *Hub) allHalls() []*hall {
	h.mu.Lock()
	defer h.mu.Unlock()
	all := make([]*hall, 0, len(h.halls))
	for _, x := range h.halls {
		all = append(all, x)
	}
	return all
}

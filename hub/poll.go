package hub

import (
	"context"
	"maps"
	"slices"
	"time"

	"microcourt/store/court"
)

const (
	// pollUp and pollDown are how often a node looks into the record for what the relay may have lost: seldom while
	// it works, often while it doesn't.
	pollUp   = 2 * time.Second
	pollDown = 250 * time.Millisecond
	// accessMargin is how far back changes of rights are read again: transactions commit out of the order of their
	// times.
	accessMargin = 10 * time.Second
)

// poll is the goroutine that looks into the record for what no message told: changes of rights, and on PostgreSQL
// the threads of rooms that somebody has joined, for another node may have written there.
func (h *Hub) poll() {
	ticker := time.NewTicker(pollDown)
	defer ticker.Stop()
	var last time.Time
	for {
		select {
		case <-ticker.C:
		case <-h.stop:
			return
		}
		if now := h.now(); now.Sub(last) < pollUp && (h.relay == nil || h.relay.Up()) {
			continue
		} else {
			last = now
		}
		h.pollAccess(false)
		if h.store.Shared() {
			h.pollHeads()
		}
	}
}

// pollAccess hands over the changes of rights of the last moments. At the start they are known: there is no
// connection yet that they could concern.
func (h *Hub) pollAccess(known bool) {
	ctx, cancel := context.WithTimeout(context.Background(), pollUp)
	defer cancel()
	changes, err := h.store.AccessChanges(ctx, h.now().Add(-accessMargin).UnixMilli())
	if err != nil {
		h.log.Warn("look for changes of rights", "err", err)
	} else if len(changes) > 0 {
		h.hear(accessNews{changes: changes, known: known})
	}
}

// pollHeads delivers what other nodes have written and no message told.
func (h *Hub) pollHeads() {
	var cases []string
	for _, r := range h.liveRooms() {
		cases = append(cases, r.id)
	}
	ctx, cancel := context.WithTimeout(context.Background(), pollUp)
	defer cancel()
	if err := h.catchUp(ctx, cases...); err != nil {
		h.log.Warn("look for what others have written", "err", err)
	}
}

// catchUp delivers, in those of the rooms that somebody has joined, what the record holds and was not delivered yet.
func (h *Hub) catchUp(ctx context.Context, cases ...string) error {
	delivered := map[string]map[string]int64{}
	for _, id := range cases {
		if r := h.live(id); r != nil {
			if heads := r.threadHeads(); heads != nil {
				delivered[id] = heads
			}
		}
	}
	if len(delivered) == 0 {
		return nil
	}
	heads, err := h.store.HeadsOf(ctx, slices.Collect(maps.Keys(delivered)))
	if err != nil {
		return err
	}
	for _, t := range heads {
		known := delivered[t.CaseID][t.Thread]
		r := h.live(t.CaseID)
		th, err := court.ParseThread(t.Thread)
		if t.Seq > known && r != nil && err == nil {
			flushAll(r.catchUp(t.Thread, th, known, t.Seq, nil))
		}
	}
	return nil
}

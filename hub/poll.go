package hub

import (
	"context"
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
		h.access.put([]accessNews{{changes: changes, known: known}})
	}
}

// pollHeads delivers what other nodes have written and no message told.
func (h *Hub) pollHeads() {
	heads := map[string]map[string]int64{}
	var cases []string
	for _, r := range h.liveRooms() {
		if known := r.threadHeads(); known != nil {
			heads[r.id] = known
			cases = append(cases, r.id)
		}
	}
	if len(cases) == 0 {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), pollUp)
	defer cancel()
	now, err := h.store.HeadsOf(ctx, cases)
	if err != nil {
		h.log.Warn("look for what others have written", "err", err)
		return
	}
	for _, t := range now {
		known := heads[t.CaseID][t.Thread]
		if t.Seq <= known {
			continue
		}
		if r := h.live(t.CaseID); r != nil {
			if th, err := court.ParseThread(t.Thread); err == nil {
				flushAll(r.catchUp(t.Thread, th, known, t.Seq, nil))
			}
		}
	}
}

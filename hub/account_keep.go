package hub

import (
	"context"
	"time"
)

const (
	touchSockets  = 10 * time.Minute
	touchBatch    = 100
	sweepAccounts = time.Hour
	keepTimeout   = 10 * time.Second
)

// keepAccounts is the goroutine that keeps sessions whose only use is an open socket, closes the sockets of those that
// have come to their end, and has what signing in leaves behind removed.
func (h *Hub) keepAccounts() {
	touch := time.NewTicker(touchSockets)
	defer touch.Stop()
	sweep := time.NewTicker(sweepAccounts)
	defer sweep.Stop()
	for {
		select {
		case <-touch.C:
			h.touchSessions(h.connsOf(""))
		case <-sweep.C:
			ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
			if err := h.store.SweepAccounts(ctx); err != nil {
				h.log.Warn("remove old codes and sessions", "err", err)
			}
			cancel()
		case <-h.stop:
			return
		}
	}
}

// touchSessions goes in batches, so that neither the record's writer nor Close waits long for it.
func (h *Hub) touchSessions(conns []*conn) {
	for len(conns) > 0 {
		select {
		case <-h.stop:
			return
		default:
		}
		batch := conns[:min(touchBatch, len(conns))]
		conns = conns[len(batch):]
		if err := h.touchBatch(batch); err != nil {
			h.log.Warn("keep the sessions of open sockets", "err", err)
			return
		}
	}
}

func (h *Hub) touchBatch(batch []*conn) error {
	ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
	defer cancel()
	ids := make([]string, 0, len(batch))
	for _, c := range batch {
		ids = append(ids, c.actor.SessionID)
	}
	if err := h.store.TouchSessions(ctx, ids); err != nil {
		return err
	}
	for _, c := range batch {
		if err := h.checkSession(ctx, c); err != nil {
			return err
		}
	}
	return nil
}

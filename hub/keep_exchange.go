package hub

import (
	"context"
	"time"
)

// exchangePause is how long after its end an exchange of evidence is closed in the record at the latest. Acts go by the clock itself.
const exchangePause = time.Second

// keepExchanges is the goroutine that notes that time is over: for exchanges of evidence, and for those who were invited to link a case. Every node runs it; the record
// sees that each is noted once.
func (h *Hub) keepExchanges() {
	ticker := time.NewTicker(exchangePause)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-h.stop:
			return
		}
		ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
		if err := h.store.CloseDueExchanges(ctx); err != nil {
			h.log.Warn("close exchanges of evidence", "err", err)
		}
		if err := h.store.MoveUnlinkedOffline(ctx); err != nil {
			h.log.Warn("move offline who has not linked the case", "err", err)
		}
		cancel()
	}
}

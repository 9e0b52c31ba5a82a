package hub

import (
	"context"
	"time"
)

// usedPause is how long uses of sessions are collected before they are noted in the record: after an interruption
// thousands come back at once, and who comes back should not have to wait for the note.
const usedPause = 3 * time.Second

// touchUsed is the goroutine that notes which sessions were used. What waits at the end is noted too.
func (h *Hub) touchUsed() {
	for stopped := false; !stopped; {
		select {
		case <-h.used.wake:
			select {
			case <-time.After(usedPause):
			case <-h.stop:
				stopped = true
			}
		case <-h.stop:
			stopped = true
		}
		ids := h.used.take()
		for len(ids) > 0 {
			batch := ids[:min(touchBatch, len(ids))]
			ids = ids[len(batch):]
			ctx, cancel := context.WithTimeout(context.Background(), keepTimeout)
			if err := h.store.TouchSessions(ctx, batch); err != nil {
				h.log.Warn("note that sessions are used", "err", err) // no act depends on it
			}
			cancel()
		}
	}
}

package hub

import "sync/atomic"

// Metrics are counters of what the hub has done since it started. They only grow.
type Metrics struct {
	Events      atomic.Int64 // committed by this node
	Deliveries  atomic.Int64 // events handed to connections
	Gaps        atomic.Int64 // times that a room had to catch up with the record
	Connected   atomic.Int64 // connections opened
	Pushed      atomic.Int64 // push messages sent
	Reminded    atomic.Int64 // reminders sent by text message
	Unrecorded  atomic.Int64 // times that a hearing couldn't be recorded, or no longer
	disconnects [len(disconnectCauses)]atomic.Int64
}

// disconnectCauses are the labels of why connections ended.
var disconnectCauses = [...]string{"lost", "behind", "draining", "signed_out", "old_client", "protocol", "silent"}

func (m *Metrics) disconnected(code closeCode) {
	i := 0
	switch {
	case code >= closeBehind && code <= closeSilent:
		i = 1 + int(code-closeBehind)
	case code == closeNotUTF8, code == closeTooLarge:
		i = 1 + int(closeProtocol-closeBehind)
	}
	m.disconnects[i].Add(1)
}

// Disconnects gives how many connections have ended, by cause.
func (m *Metrics) Disconnects() map[string]int64 {
	by := make(map[string]int64, len(disconnectCauses))
	for i, cause := range disconnectCauses {
		by[cause] = m.disconnects[i].Load()
	}
	return by
}

// Metrics gives the hub's counters.
func (h *Hub) Metrics() *Metrics { return h.metrics }

// Sizes gives how many connections and live rooms there are at this moment.
func (h *Hub) Sizes() (connections, rooms int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.conns), len(h.rooms)
}

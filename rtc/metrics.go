package rtc

import "sync/atomic"

// Metrics are counts of a server since it began.
type Metrics struct {
	Peers      atomic.Int64 // connected now
	Forwarded  atomic.Int64 // packets to receivers
	Received   atomic.Int64 // packets from senders
	Short      atomic.Int64 // of those, the ones that took the shortcut
	Refused    atomic.Int64 // packets from those who may not send
	Resent     atomic.Int64 // packets sent again because they were asked for
	Padding    atomic.Int64 // packets of nothing, sent to try out whether a network carries more
	KeyFrames  atomic.Int64 // asked of senders
	Reconnects atomic.Int64 // restarts of ICE
}

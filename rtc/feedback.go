package rtc

import (
	"sync"
	"time"

	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// arrivalNotes notes when each packet of a client came in, and tells the client, which finds from it how much its network carries. Packets without anything in them count too: clients probe with them.
type arrivalNotes struct {
	mu       sync.Mutex
	began    time.Time
	recorder *twcc.Recorder
}

// arrived notes a packet by its number in the whole connection.
func (a *arrivalNotes) arrived(ssrc uint32, seq uint16, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.recorder == nil {
		a.began, a.recorder = now, twcc.NewRecorder(1)
	}
	a.recorder.Record(ssrc, seq, now.Sub(a.began).Microseconds())
}

// feedback gives what has come in since the last time.
func (a *arrivalNotes) feedback() []rtcp.Packet {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.recorder == nil {
		return nil
	}
	return a.recorder.BuildFeedbackPacket()
}

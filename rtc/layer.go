package rtc

import (
	"encoding/binary"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// publication is one thing that somebody sends: sound, camera or screen, in one or more layers.
type publication struct {
	peer  *Peer
	media Media
	open  atomic.Bool // the rules let it through; checked for each packet
	kept  atomic.Bool // and it belongs to the recording: what comes from who waits does not

	mu     sync.Mutex
	layers [4]*layer
}

func (p *publication) layer(l Layer) *layer {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.layers[l]
}

// each calls f for each layer that there is.
func (p *publication) each(f func(*layer)) {
	p.mu.Lock()
	layers := p.layers
	p.mu.Unlock()
	for _, l := range layers {
		if l != nil {
			f(l)
		}
	}
}

// sinks take part in the fan-out beside the slots: the recording.
type sink interface {
	packet(l *layer, h *rtp.Header, payload []byte, at time.Time)
}

// layer is one incoming stream ([layer.packet]).
type layer struct {
	pub   *publication
	size  Layer
	ssrc  uint32
	hertz uint32 // of the RTP clock
	ids   extensionIDs

	header rtp.Header // of the packet that is being forwarded

	fan  atomic.Pointer[[]*slot] // replaced, never changed
	sink atomic.Pointer[sinkRef]

	subscribing sync.Mutex

	mu      sync.Mutex
	cache   packetCache
	arrival arrivals
	rate    rateMeter
	report  senderReport
	keyAt   time.Time // when a key frame last arrived
	askedAt time.Time // and was last asked for
	wantKey bool
}

type sinkRef struct{ sink }

// senderReport ties the sender's clocks together (RFC 3550, section 6.4.1).
type senderReport struct {
	ntp  uint64
	time uint32
	at   time.Time
}

type extensionIDs struct{ twcc, level, orientation uint8 }

func extensionsOf(list []webrtc.RTPHeaderExtensionParameter) (ids extensionIDs) {
	for _, x := range list {
		switch x.URI {
		case extensionTWCC:
			ids.twcc = uint8(x.ID)
		case extensionLevel:
			ids.level = uint8(x.ID)
		case extensionOrientation:
			ids.orientation = uint8(x.ID)
		}
	}
	return ids
}

// subscribe lets a slot have the layer's packets.
func (l *layer) subscribe(s *slot) {
	l.subscribing.Lock()
	defer l.subscribing.Unlock()
	var fan []*slot
	if old := l.fan.Load(); old != nil {
		fan = append(fan, *old...)
	}
	for _, have := range fan {
		if have == s {
			return
		}
	}
	fan = append(fan, s)
	l.fan.Store(&fan)
}

func (l *layer) unsubscribe(s *slot) {
	l.subscribing.Lock()
	defer l.subscribing.Unlock()
	old := l.fan.Load()
	if old == nil {
		return
	}
	fan := make([]*slot, 0, len(*old))
	for _, have := range *old {
		if have != s {
			fan = append(fan, have)
		}
	}
	l.fan.Store(&fan)
}

// packet takes a packet of the stream and forwards it if it may pass. Packets come one at a time.
func (l *layer) packet(packet []byte, now time.Time) {
	server := l.pub.peer.conference.server
	h := &l.header
	at, err := h.Unmarshal(packet)
	if err != nil {
		return
	}
	server.config.Metrics.Received.Add(1)
	payload := packet[at:]
	if h.Padding && len(payload) > 0 {
		payload = payload[:len(payload)-min(int(payload[len(payload)-1]), len(payload))]
	}
	if l.ids.twcc != 0 {
		if x := h.GetExtension(l.ids.twcc); len(x) == 2 {
			l.pub.peer.notes.arrived(l.ssrc, binary.BigEndian.Uint16(x), now)
		}
	}
	open := l.pub.open.Load()
	if l.pub.media == Audio && l.ids.level != 0 && open {
		if x := h.GetExtension(l.ids.level); len(x) == 1 {
			l.pub.peer.loudness.hear(x[0] & 0x7f)
		}
	}
	fresh := l.take(h, packet, len(payload), open, now)
	if !open {
		server.config.Metrics.Refused.Add(1)
		return
	}
	if fresh {
		l.pass(h, payload, now, server.udp)
	}
}

// take keeps count of the packet, and keeps it. It reports false for one that came before.
func (l *layer) take(h *rtp.Header, packet []byte, payload int, open bool, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	fresh := l.arrival.take(h.SequenceNumber, h.Timestamp, l.hertz, now)
	l.rate.add(len(packet), now)
	if open && fresh && payload > 0 {
		l.cache.put(h.SequenceNumber, packet, now.UnixNano())
	}
	return fresh
}

// pass hands the packet to all who show the stream.
func (l *layer) pass(h *rtp.Header, payload []byte, now time.Time, udp *batchConn) {
	var d vp8Descriptor
	if l.pub.media != Audio && len(payload) > 0 {
		var ok bool
		if d, ok = parseVP8(payload); !ok {
			return
		}
		if d.key {
			l.mu.Lock()
			l.keyAt, l.wantKey = now, false
			l.mu.Unlock()
		}
	}
	if s := l.sink.Load(); s != nil && len(payload) > 0 && l.pub.kept.Load() {
		s.packet(l, h, payload, now)
	}
	fan := l.fan.Load()
	if fan == nil || len(*fan) == 0 {
		return
	}
	if len(*fan) == 1 {
		(*fan)[0].forward(l, h, payload, d, now)
		return
	}
	udp.cork()
	for _, s := range *fan {
		s.forward(l, h, payload, d, now)
	}
	udp.uncork()
}

// askKey has the sender be asked for a key frame. It is asked again until one comes, but not more often than every 300 ms.
func (l *layer) askKey() {
	l.mu.Lock()
	l.wantKey = true
	l.mu.Unlock()
	l.pub.peer.conference.wake()
}

// keyDue reports whether to ask the sender now.
func (l *layer) keyDue(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.wantKey || now.Sub(l.askedAt) < keyEvery {
		return false
	}
	l.askedAt = now
	return true
}

// live reports whether packets have come lately, and at what rate (bit/s).
func (l *layer) live(now time.Time) (bool, float64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	rate := l.rate.rate(now)
	return now.Sub(l.arrival.last) < 1500*time.Millisecond, rate
}

package rtc

import (
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
	"golang.org/x/time/rate"
)

const (
	// resendEvery is how soon a packet is sent again once more, at the earliest.
	resendEvery = 40 * time.Millisecond
	// resendShare is how much of the estimate goes into sending again.
	resendShare = 0.3
	// A receiver may ask for so many key frames at once, and then for one in so long.
	keyWishes    = 4
	keyWishEvery = 2 * time.Second
)

// slot is one stream that a receiver was offered: whom it shows changes, the stream doesn't. It is a webrtc.TrackLocal.
//
// Its lock is held while it writes, because what leaves has to leave in the order of its numbers; writing to a datagram socket doesn't wait.
type slot struct {
	peer   *Peer
	kind   webrtc.RTPCodecType
	id     string
	stream string // sound and picture of a pair share it, so that the browser keeps them in step
	mid    string // known after the first offer

	mu      sync.Mutex
	writer  webrtc.TrackLocalWriter // nil until the client has answered
	ssrc    uint32
	rtxSSRC uint32
	source  *publication
	current *layer // whose packets go out
	target  *layer // whose packets shall go out as soon as they can
	wish    Layer
	wished  bool

	header  rtp.Header
	twcc    [2]byte
	level   [1]byte
	turned  [1]byte
	ids     extensionIDs
	rewrite rewriter
	scratch [packetBytes]byte

	keys      *rate.Limiter // how often the receiver may ask for key frames: they cost everybody who sees the same
	rtxSeq    uint16
	resent    map[uint16]time.Time
	resendMay float64 // bytes

	packets, octets uint32 // for our reports
	reported        struct {
		middle uint32 // of the NTP time that we sent last
		at     time.Time
	}
}

func newSlot(p *Peer, kind webrtc.RTPCodecType, id, stream string) *slot {
	clock := uint32(48000)
	if kind == webrtc.RTPCodecTypeVideo {
		clock = 90000
	}
	return &slot{peer: p, kind: kind, id: id, stream: stream, rewrite: rewriter{clock: clock}, keys: rate.NewLimiter(rate.Every(keyWishEvery), keyWishes)}
}

// ID, RID, StreamID and Kind are for webrtc.TrackLocal.
func (s *slot) ID() string                { return s.id }
func (s *slot) RID() string               { return "" }
func (s *slot) StreamID() string          { return s.stream }
func (s *slot) Kind() webrtc.RTPCodecType { return s.kind }

// Bind begins sending, after the client has answered.
func (s *slot) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	mime, payload := webrtc.MimeTypeOpus, uint8(payloadOpus)
	if s.kind == webrtc.RTPCodecTypeVideo {
		mime, payload = webrtc.MimeTypeVP8, payloadVP8
	}
	for _, codec := range c.CodecParameters() {
		if codec.MimeType != mime {
			continue
		}
		s.peer.sends(s, uint32(c.SSRC()))
		s.mu.Lock()
		defer s.mu.Unlock()
		s.writer, s.ssrc, s.rtxSSRC = c.WriteStream(), uint32(c.SSRC()), 0
		if slices.ContainsFunc(c.CodecParameters(), func(x webrtc.RTPCodecParameters) bool { return x.MimeType == webrtc.MimeTypeRTX }) {
			s.rtxSSRC = uint32(c.SSRCRetransmission())
		}
		s.ids = extensionsOf(c.HeaderExtensions())
		s.header = rtp.Header{Version: 2, PayloadType: payload, SSRC: s.ssrc}
		if s.ids.twcc != 0 {
			_ = s.header.SetExtension(s.ids.twcc, s.twcc[:])
		}
		if s.kind == webrtc.RTPCodecTypeAudio && s.ids.level != 0 {
			_ = s.header.SetExtension(s.ids.level, s.level[:])
		}
		if s.kind == webrtc.RTPCodecTypeVideo && s.ids.orientation != 0 {
			_ = s.header.SetExtension(s.ids.orientation, s.turned[:])
		}
		return codec, nil
	}
	return webrtc.RTPCodecParameters{}, webrtc.ErrUnsupportedCodec
}

// Unbind ends sending.
func (s *slot) Unbind(webrtc.TrackLocalContext) error {
	s.mu.Lock()
	s.writer = nil
	s.mu.Unlock()
	return nil
}

// show sets whom the slot shows; nil shows nobody.
func (s *slot) show(pub *publication) (changed bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.source == pub {
		return false
	}
	s.source = pub
	s.aimLocked(nil)
	return true
}

// aim sets which layer shall go out; nil stops at once. Pictures change at the next key frame, which is asked for.
func (s *slot) aim(l *layer) {
	s.mu.Lock()
	s.aimLocked(l)
	s.mu.Unlock()
}

func (s *slot) aimLocked(l *layer) {
	if l == s.target {
		return
	}
	if s.target != nil && s.target != s.current {
		s.target.unsubscribe(s)
	}
	s.target = l
	if l == nil {
		if s.current != nil {
			s.current.unsubscribe(s)
			s.current = nil
		}
		return
	}
	l.subscribe(s)
	if s.kind == webrtc.RTPCodecTypeVideo && l != s.current {
		l.askKey()
	}
}

// forward sends a packet of layer l, if it is the one to be sent.
func (s *slot) forward(l *layer, h *rtp.Header, payload []byte, d vp8Descriptor, now time.Time) {
	if !s.peer.receives.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return
	}
	began := false
	switch {
	case l == s.target && l != s.current:
		if s.kind == webrtc.RTPCodecTypeVideo && !d.key {
			return
		}
		s.rewrite.begin(l, h.SequenceNumber, h.Timestamp, d, now)
		if s.current != nil {
			s.current.unsubscribe(s)
		}
		s.current, began = l, true
	case l != s.current:
		return
	}
	if len(payload) == 0 { // only padding
		s.rewrite.skip(h.SequenceNumber)
		return
	}
	o, ok := s.rewrite.next(h.SequenceNumber, h.Timestamp, d, now)
	if !ok {
		return
	}
	if x := h.GetExtension(l.ids.level); len(x) == 1 && s.kind == webrtc.RTPCodecTypeAudio {
		s.level[0] = x[0]
	}
	if x := h.GetExtension(l.ids.orientation); len(x) == 1 && s.kind == webrtc.RTPCodecTypeVideo {
		s.turned[0] = x[0]
	}
	s.header.Marker = h.Marker || began && s.kind == webrtc.RTPCodecTypeAudio
	s.write(o, payload, d, false, now)
	s.peer.conference.server.config.Metrics.Forwarded.Add(1)
}

// write sends one packet; mu is held.
func (s *slot) write(o outgoing, payload []byte, d vp8Descriptor, again bool, now time.Time) {
	if s.kind == webrtc.RTPCodecTypeVideo && (d.picture != o.picture || d.base != o.base) {
		payload = s.scratch[:copy(s.scratch[:], payload)]
		patchVP8(payload, d, o.picture, o.base)
	}
	s.header.SequenceNumber, s.header.Timestamp = o.seq, o.time
	binary.BigEndian.PutUint16(s.twcc[:], s.peer.estimator.send(len(payload)+40, now.UnixNano(), again))
	if _, err := s.writer.WriteRTP(&s.header, payload); err == nil {
		s.packets++
		s.octets += uint32(len(payload))
	}
}

// resend answers the receiver who lacks packets, out of the sender's cache (RFC 4588). What the receiver may not hear any more isn't sent again either.
func (s *slot) resend(numbers []uint16, now time.Time) {
	if !s.peer.receives.Load() {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil {
		return
	}
	if s.resent == nil || len(s.resent) > 512 {
		s.resent = map[uint16]time.Time{}
	}
	wait := max(resendEvery, time.Duration(s.peer.roundTrip.Load())*3/4) // what was sent again just now is still on its way
	var buf [packetBytes]byte
	for _, out := range numbers {
		if now.Sub(s.resent[out]) < wait || s.resendMay < 0 {
			continue
		}
		segment, in := s.rewrite.origin(out)
		if segment == nil || segment.from.pub != s.source || !segment.from.pub.open.Load() {
			continue
		}
		segment.from.mu.Lock()
		packet := segment.from.cache.get(in, buf[:0], now.UnixNano())
		segment.from.mu.Unlock()
		var h rtp.Header
		if packet == nil {
			continue
		}
		at, err := h.Unmarshal(packet)
		if err != nil {
			continue
		}
		s.resent[out] = now
		s.resendMay -= float64(len(packet))
		s.again(segment, &h, packet[at:], now)
		s.peer.conference.server.config.Metrics.Resent.Add(1)
	}
}

// again writes a packet a second time; mu is held. Pictures go out by their own stream for that, sound in its place.
func (s *slot) again(segment *segment, h *rtp.Header, payload []byte, now time.Time) {
	var d vp8Descriptor
	if s.kind == webrtc.RTPCodecTypeVideo {
		d, _ = parseVP8(payload)
	}
	o := segment.rewrite(h.SequenceNumber, h.Timestamp, d)
	s.header.Marker = h.Marker
	if s.kind == webrtc.RTPCodecTypeAudio || s.rtxSSRC == 0 {
		s.write(o, payload, d, true, now)
		return
	}
	if len(payload)+2 > packetBytes {
		return
	}
	packet := s.scratch[:2+copy(s.scratch[2:], payload)]
	patchVP8(packet[2:], d, o.picture, o.base)
	binary.BigEndian.PutUint16(packet, o.seq)
	s.rtxSeq++
	header := s.header
	header.SSRC, header.PayloadType, header.SequenceNumber, header.Timestamp = s.rtxSSRC, payloadRTX, s.rtxSeq, o.time
	binary.BigEndian.PutUint16(s.twcc[:], s.peer.estimator.send(len(packet)+40, now.UnixNano(), true))
	_, _ = s.writer.WriteRTP(&header, packet)
}

// allow gives the slot its share for sending again during the next tenth of a second.
func (s *slot) allow(bytes float64) {
	s.mu.Lock()
	s.resendMay = min(s.resendMay+bytes, 3*bytes)
	s.mu.Unlock()
}

// askKey asks for a key frame of what the slot shows, for a receiver that lost something.
func (s *slot) askKey(now time.Time) {
	if !s.keys.AllowN(now, 1) {
		return
	}
	s.mu.Lock()
	l := s.current
	if s.target != nil {
		l = s.target
	}
	s.mu.Unlock()
	if l != nil {
		l.askKey()
	}
}

// senderReport is what the receiver needs to keep sound and picture in step: the sender's own clock, with the RTP time that goes out here. Nil when there is nothing to say.
func (s *slot) senderReport(now time.Time) *rtcp.SenderReport {
	s.mu.Lock()
	defer s.mu.Unlock()
	segment := s.rewrite.current()
	if s.writer == nil || s.current == nil || segment == nil || segment.from != s.current {
		return nil
	}
	s.current.mu.Lock()
	report := s.current.report
	s.current.mu.Unlock()
	if report.at.IsZero() {
		return nil
	}
	passed := now.Sub(report.at)
	ntp := report.ntp + uint64(passed.Seconds()*(1<<32))
	s.reported.middle, s.reported.at = uint32(ntp>>16), now
	return &rtcp.SenderReport{SSRC: s.ssrc, NTPTime: ntp, RTPTime: report.time + segment.time + uint32(passed.Seconds()*float64(s.rewrite.clock)),
		PacketCount: s.packets, OctetCount: s.octets}
}

// roundTrip reads the way to the receiver and back from its report; 0 if it can't be told.
func (s *slot) roundTrip(r rtcp.ReceptionReport, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.LastSenderReport == 0 || r.LastSenderReport != s.reported.middle {
		return 0
	}
	return max(0, now.Sub(s.reported.at)-time.Duration(float64(r.Delay)/65536*float64(time.Second)))
}

func (s *slot) ssrcNow() uint32 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ssrc
}

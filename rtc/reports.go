package rtc

import (
	"time"

	"github.com/pion/rtcp"
)

// reported takes a packet that the client reports on one stream by: one of ours that it receives, or one that it sends. A packet on several streams comes once for each.
func (p *Peer) reported(ssrc uint32, packet []byte) {
	list, err := rtcp.Unmarshal(packet)
	if err != nil {
		return
	}
	p.ssrcs.RLock()
	s, l := p.slotOf[ssrc], p.layerOf[ssrc]
	p.ssrcs.RUnlock()
	now := time.Now()
	for _, x := range list {
		switch x := x.(type) {
		case *rtcp.SenderReport:
			if l != nil && x.SSRC == ssrc {
				l.clock(x, now)
			}
			s.received(x.Reports, now)
		case *rtcp.ReceiverReport:
			s.received(x.Reports, now)
		case *rtcp.TransportLayerNack:
			if s != nil && x.MediaSSRC == ssrc && len(x.Nacks) <= maxNacks {
				for _, pair := range x.Nacks {
					s.resend(pair.PacketList(), now)
				}
			}
		case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
			if s != nil {
				s.askKey(now)
			}
		case *rtcp.TransportLayerCC:
			p.estimator.feedback(x, now)
		}
	}
}

// maxNacks is how many groups of 17 packets a client may ask for at a time: more than are kept of any stream.
const maxNacks = 64

// received reads the report blocks on the slot.
func (s *slot) received(blocks []rtcp.ReceptionReport, now time.Time) {
	if s == nil {
		return
	}
	for _, r := range blocks {
		if r.SSRC != s.ssrcNow() {
			continue
		}
		if d := s.roundTrip(r, now); d > 0 {
			s.peer.roundTrip.Store(int64(d))
		}
	}
}

// clock takes the sender's word on what its clocks showed together.
func (l *layer) clock(sr *rtcp.SenderReport, now time.Time) {
	l.mu.Lock()
	l.report = senderReport{ntp: sr.NTPTime, time: sr.RTPTime, at: now}
	l.mu.Unlock()
	l.pub.peer.clock.compare(sr.NTPTime, now)
}

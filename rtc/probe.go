package rtc

import (
	"encoding/binary"
	"time"

	"github.com/pion/rtp"
)

const (
	// probeWait is how soon after a failure more is tried out again, probeWaitMost after many in a row.
	probeWait     = 2 * time.Second
	probeWaitMost = 8 * time.Second
	// probeForget is how long nothing may have failed for the wait to be short again.
	probeForget = 20 * time.Second
	// probeCalm is how long there must have been no loss and no waiting before.
	probeCalm = 600 * time.Millisecond
	// probeFirst and probeNext are how much of the estimate is sent: little more at first, because a network that is full has voices wait for it.
	probeFirst = 1.5
	probeNext  = 1.8
	// probeQueue is how long packets may come to wait, ms.
	probeQueue = 40.0
	// probeMost is how long it may take until something comes of it.
	probeMost = 2500 * time.Millisecond
	// trialBits is what is tried out for who waits, bit/s: sound and a picture of middle size, with something to spare. It takes trialTime, and about 125 kB.
	trialBits = 400_000
	trialTime = 2500 * time.Millisecond
	// trialAgain is how long after one that showed less than trialEnough (bit/s) there is another: who waits may have found a better place.
	trialAgain  = 20 * time.Second
	trialEnough = 300_000
	// padding of one packet, bytes: as much as its length can be written in (RFC 3550, section 5.1).
	probePacket = 255
)

// probe tries out whether a network that was found narrow carries more by now: what is sent is filled up with packets of padding, half more than the estimate at first, and more when all of that has come without a wait.
// It is only done while a picture would be larger, or come back, by it; after each failure it waits twice as long. It belongs to an estimator and is guarded by its mutex.
type probe struct {
	want   float64 // bit/s that the next larger picture needs; 0: none, or nothing can be tried out
	target float64 // bit/s that are sent; 0: nothing is tried out
	moved  time.Time
	next   time.Time
	wait   time.Duration
	failed time.Time
	trial  time.Time // began then, for who waits and gets no pictures by which a network would be known

	filled time.Time
	sent   float64 // bytes since then
	due    float64 // bytes that are still to be filled up; less than 0 where more went out
}

// step goes on or begins, where it is time to. It reports whether what arrives is the result of it.
func (p *probe) step(now time.Time, bits, rate, queue float64) bool {
	switch {
	case p.tries():
		return false
	case p.want <= bits:
		p.target = 0
		return false
	case p.target == 0:
		if now.Before(p.next) {
			return false
		}
		p.target, p.moved = bits*probeFirst, now
		return false
	case queue > probeQueue || now.Sub(p.moved) > probeMost:
		p.fail(now)
		return false
	case rate < 0.9*p.target:
		return true
	}
	p.target, p.moved = min(max(p.target, bits)*probeNext, 1.1*p.want), now
	return true
}

// fail ends what is tried out.
func (p *probe) fail(now time.Time) {
	if p.target == 0 {
		return
	}
	if now.Sub(p.failed) > probeForget {
		p.wait = 0
	}
	p.wait = min(max(2*p.wait, probeWait), probeWaitMost)
	p.target, p.failed, p.next = 0, now, now.Add(p.wait)
}

// wants says what the next larger picture needs, bit/s. Whoever gets pictures needs no trial.
func (e *estimator) wants(bits float64) {
	e.mu.Lock()
	if e.probe.tries() {
		e.probe.target = 0
	}
	e.probe.trial, e.probe.want = time.Time{}, bits
	e.mu.Unlock()
}

func (p *probe) tries() bool { return !p.trial.IsZero() && p.target > 0 }

// try fills the network of somebody who waits up to what a hearing needs, once where it carries that, and reports whether that is over: the estimate is worth something then.
func (e *estimator) try(now time.Time) (over bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := &e.probe
	switch {
	case p.trial.IsZero(), p.target == 0 && e.bits < trialEnough && now.Sub(p.trial) > trialAgain:
		p.trial, p.target = now, trialBits
		e.loss, e.queue = 0, queueGauge{} // of before
	case p.target > 0 && now.Sub(p.trial) > trialTime:
		p.target = 0
		e.bits = max(e.bits, min(0.95*e.rates[0], trialBits))
	}
	return p.target == 0
}

// padding is how many bytes are to be sent now for what is tried out. They count as sent by then.
func (e *estimator) padding(now time.Time) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	p := &e.probe
	passed := min(now.Sub(p.filled), 2*tick)
	sent := p.sent
	p.sent, p.filled = 0, now
	if p.target == 0 {
		p.due = 0
		return 0
	}
	most := p.target / 8 / 5 // a fifth of a second's: what a picture took in one go is made up for, but not what comes of a pause
	p.due = min(max(p.due+p.target/8*passed.Seconds()-sent, -most), most)
	return int(p.due)
}

// fill sends padding. It goes by the stream on which pictures are sent again, so that no picture's numbers are used for it.
func (p *Peer) fill(now time.Time) {
	if p.filler == nil {
		return
	}
	for left := p.estimator.padding(now); left >= probePacket+40; left -= probePacket + 40 {
		p.filler.pad(now)
	}
}

// canFill finds a slot by which padding can be sent.
func (p *Peer) canFill() bool {
	for s := range p.slots() {
		s.mu.Lock()
		can := s.writer != nil && s.rtxSSRC != 0
		s.mu.Unlock()
		if can {
			p.filler = s
			return true
		}
	}
	return false
}

var probePadding = func() (b [probePacket]byte) {
	b[probePacket-1] = probePacket
	return b
}()

// pad sends one packet of padding.
func (s *slot) pad(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.writer == nil || s.rtxSSRC == 0 {
		return
	}
	s.rtxSeq++
	header := rtp.Header{Version: 2, Padding: true, PayloadType: payloadRTX, SSRC: s.rtxSSRC, SequenceNumber: s.rtxSeq, Timestamp: s.rewrite.lastTime}
	if s.ids.twcc != 0 {
		var number [2]byte
		binary.BigEndian.PutUint16(number[:], s.peer.estimator.send(probePacket+40, now.UnixNano(), false))
		_ = header.SetExtension(s.ids.twcc, number[:])
	}
	_, _ = s.writer.WriteRTP(&header, probePadding[:])
	s.peer.conference.server.config.Metrics.Padding.Add(1)
}

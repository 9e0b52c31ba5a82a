package rtc

import (
	"time"

	"github.com/pion/rtcp"
)

// nackTries is how often a lost packet is asked for, missingKept how many are waited for, and remembered of how many numbers it is known whether they came.
const (
	nackTries   = 8
	missingKept = 128
	remembered  = 2048
	nackEvery   = 60 * time.Millisecond
)

// arrivals keeps what a receiver has to know of an incoming stream: what is missing, and the figures of its report (RFC 3550, section 6.4 and appendix A).
type arrivals struct {
	began    bool
	first    uint32 // extended numbers
	highest  uint32
	received uint32
	last     time.Time

	transit int64 // in units of the clock
	jitter  float64

	expectedBefore, receivedBefore uint32
	missing                        []missingPacket
	seen                           [remembered / 64]uint64 // which of the last numbers have come
}

type missingPacket struct {
	seq   uint32
	asked int
	at    time.Time
}

// take notes the packet with that number. It reports false for a repeat, and for one that is too old to tell.
func (a *arrivals) take(seq uint16, rtpTime, clock uint32, now time.Time) bool {
	if !a.began {
		*a = arrivals{began: true, first: uint32(seq) | 1<<16, highest: uint32(seq) | 1<<16}
		a.mark(a.highest)
		a.received, a.last = 1, now
		return true
	}
	ext := a.highest + uint32(int32(int16(seq-uint16(a.highest))))
	switch {
	case ext > a.highest:
		from := a.highest + 1
		if ext-from > remembered { // nobody loses so many: it is a lie, or another stream
			from = ext - remembered
		}
		for n := from; n != ext; n++ {
			a.unmark(n)
			if len(a.missing) < missingKept {
				a.missing = append(a.missing, missingPacket{seq: n, at: now})
			}
		}
		a.highest = ext
		arrived := now.UnixNano() / 1e3 * int64(clock) / 1e6
		transit := arrived - int64(rtpTime)
		if a.transit != 0 {
			d := float64(int32(transit - a.transit))
			a.jitter += (max(d, -d) - a.jitter) / 16
		}
		a.transit = transit
	case a.highest-ext >= remembered || a.marked(ext):
		return false
	default:
		a.found(ext)
	}
	a.mark(ext)
	a.received++
	a.last = now
	return true
}

func (a *arrivals) mark(n uint32)        { a.seen[n%remembered/64] |= 1 << (n % 64) }
func (a *arrivals) unmark(n uint32)      { a.seen[n%remembered/64] &^= 1 << (n % 64) }
func (a *arrivals) marked(n uint32) bool { return a.seen[n%remembered/64]&(1<<(n%64)) != 0 }

func (a *arrivals) found(n uint32) {
	for i := range a.missing {
		if a.missing[i].seq == n {
			a.missing = append(a.missing[:i], a.missing[i+1:]...)
			return
		}
	}
}

// asks gives the numbers to ask for now, and forgets those that were asked for often enough.
func (a *arrivals) asks(now time.Time) (numbers []uint16) {
	kept := a.missing[:0]
	for _, m := range a.missing {
		if m.asked >= nackTries || a.highest-m.seq > 1000 {
			continue
		}
		if m.asked == 0 || now.Sub(m.at) >= nackEvery {
			numbers = append(numbers, uint16(m.seq))
			m.asked++
			m.at = now
		}
		kept = append(kept, m)
	}
	a.missing = kept
	return numbers
}

// report gives the block of a receiver report on the stream since the last one.
func (a *arrivals) report(ssrc uint32, sr senderReport, now time.Time) rtcp.ReceptionReport {
	expected := a.highest - a.first + 1
	lost := int64(expected) - int64(a.received)
	expectedNow, receivedNow := expected-a.expectedBefore, a.received-a.receivedBefore
	a.expectedBefore, a.receivedBefore = expected, a.received
	var fraction uint8
	if expectedNow > receivedNow {
		fraction = uint8(min(255, (expectedNow-receivedNow)*256/expectedNow))
	}
	r := rtcp.ReceptionReport{SSRC: ssrc, FractionLost: fraction, TotalLost: uint32(min(max(lost, 0), 1<<23-1)), LastSequenceNumber: a.highest - 1<<16, Jitter: uint32(a.jitter)}
	if !sr.at.IsZero() {
		r.LastSenderReport = uint32(sr.ntp >> 16)
		r.Delay = uint32(now.Sub(sr.at).Seconds() * 65536)
	}
	return r
}

// rateMeter measures bit/s over about a second.
type rateMeter struct {
	began time.Time
	bytes int
	last  float64
}

func (m *rateMeter) add(bytes int, now time.Time) {
	m.turn(now)
	m.bytes += bytes
}

func (m *rateMeter) turn(now time.Time) {
	if passed := now.Sub(m.began); passed >= time.Second {
		m.last = float64(m.bytes) * 8 / passed.Seconds()
		if passed > 3*time.Second {
			m.last = 0
		}
		m.began, m.bytes = now, 0
	}
}

func (m *rateMeter) rate(now time.Time) float64 {
	m.turn(now)
	return m.last
}

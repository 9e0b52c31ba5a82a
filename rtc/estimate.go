package rtc

import (
	"math"
	"sync"
	"time"

	"github.com/pion/rtcp"
)

// Bounds of the estimate, bit/s.
const (
	estimateStart = 600_000
	estimateMin   = 40_000
	estimateMax   = 8_000_000
	estimateLossy = 120_000 // lower only because packets wait: a bad radio loses as many of few as of many
)

const (
	sentKept     = 1024 // packets whose sending is remembered, more than a second's; a power of two
	judgeEvery   = 200 * time.Millisecond
	baseSpan     = 5 * time.Second // the shortest delay of two such spans counts as an empty queue
	queueTooLong = 80.0            // ms that packets have come to wait
	queueFull    = 300.0
)

// estimator finds how much one receiver's network carries, from its feedback on each packet (transport-wide congestion control,
// draft-holmer-rmcat-transport-wide-cc-extensions-01). It goes down at once when packets come to wait or are lost, and up slowly. The queue is the one-way delay above the shortest one of the
// last seconds, as LEDBAT takes it (RFC 6817); the clocks need not agree.
type estimator struct {
	mu   sync.Mutex
	seq  uint16
	told uint16 // the newest that was reported on
	sent [sentKept]sentPacket

	bits float64 // the estimate, bit/s
	loss float64 // share of packets, smoothed
	rate float64 // bit/s that arrived in the last window

	queue queueGauge

	window struct {
		began             time.Time
		bytes, seen, lost int
		queue             float64 // ms, when it began
	}
	calmSince, lastBackoff time.Time
}

type sentPacket struct {
	at   int64 // ns; 0 when its arrival is known
	seq  uint16
	size uint16
}

// queueGauge measures how long packets wait on the way.
type queueGauge struct {
	began          bool
	sent, arrival  int64      // of the first packet; ns, us
	shortest       [2]float64 // ms, of the span before and of this one
	spanBegan      int64      // us
	delay, current float64    // ms; delay is smoothed, relative to the first packet's
}

func (q *queueGauge) arrived(sent, arrival int64) {
	if !q.began {
		*q = queueGauge{began: true, sent: sent, arrival: arrival, spanBegan: arrival}
	}
	delay := float64(arrival-q.arrival)/1e3 - float64(sent-q.sent)/1e6
	q.delay += (delay - q.delay) / 8
	if time.Duration(arrival-q.spanBegan)*time.Microsecond > baseSpan {
		q.shortest[0], q.shortest[1], q.spanBegan = q.shortest[1], delay, arrival
	}
	q.shortest[1] = min(q.shortest[1], delay)
	q.current = q.delay - min(q.shortest[0], q.shortest[1])
}

func newEstimator() *estimator { return &estimator{bits: estimateStart} }

// send numbers a packet of size bytes that leaves at now (ns).
func (e *estimator) send(size int, now int64) uint16 {
	e.mu.Lock()
	e.seq++
	e.sent[e.seq%sentKept] = sentPacket{seq: e.seq, size: uint16(size), at: now}
	seq := e.seq
	e.mu.Unlock()
	return seq
}

// moved forgets how long packets used to be on their way: the receiver has another network.
func (e *estimator) moved() {
	e.mu.Lock()
	e.queue = queueGauge{}
	e.mu.Unlock()
}

// estimate is what may be sent, bit/s, and the share of packets that is lost.
func (e *estimator) estimate() (bits, loss float64) {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.bits, e.loss
}

// feedback takes the receiver's report on what arrived when.
func (e *estimator) feedback(f *rtcp.TransportLayerCC, now time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.window.began.IsZero() {
		e.window.began, e.calmSince = now, now
	}
	arrival := int64(f.ReferenceTime) * 64_000 // us
	seq, delta, left := f.BaseSequenceNumber, 0, int(f.PacketStatusCount)
	take := func(symbol uint16) {
		if left == 0 {
			return
		}
		left--
		p := &e.sent[seq%sentKept]
		known := p.seq == seq && p.at != 0
		arrived := symbol == rtcp.TypeTCCPacketReceivedSmallDelta || symbol == rtcp.TypeTCCPacketReceivedLargeDelta
		// Reports overlap, so that what comes late is told too: each packet counts once.
		switch {
		case int16(seq-e.told) > 0:
			e.told = seq
			e.window.seen++
			if !arrived {
				e.window.lost++
			}
		case arrived && known && e.window.lost > 0:
			e.window.lost--
		}
		seq++
		if !arrived {
			return
		}
		if delta == len(f.RecvDeltas) {
			return
		}
		arrival += f.RecvDeltas[delta].Delta
		delta++
		if known {
			e.window.bytes += int(p.size)
			e.queue.arrived(p.at, arrival)
			p.at = 0
		}
	}
	for _, chunk := range f.PacketChunks {
		switch c := chunk.(type) {
		case *rtcp.RunLengthChunk:
			for i := 0; i < int(c.RunLength) && left > 0; i++ {
				take(c.PacketStatusSymbol)
			}
		case *rtcp.StatusVectorChunk:
			for _, symbol := range c.SymbolList {
				take(symbol)
			}
		}
	}
	if passed := now.Sub(e.window.began); passed >= judgeEvery {
		e.judge(now, min(passed, time.Second))
	}
}

// judge ends a window and moves the estimate.
func (e *estimator) judge(now time.Time, passed time.Duration) {
	w := &e.window
	e.rate = float64(w.bytes) * 8 / passed.Seconds()
	if w.seen > 0 {
		e.loss += (float64(w.lost)/float64(w.seen) - e.loss) * 0.4
	}
	waits := e.queue.current > queueFull || e.queue.current > queueTooLong && e.queue.current >= w.queue
	switch {
	case waits:
		e.back(now, min(e.bits, max(e.rate, estimateMin))*0.85)
	case e.loss > 0.10:
		e.back(now, min(e.bits, max(e.bits*(1-0.5*e.loss), estimateLossy)))
	case e.loss > 0.04 || e.queue.current > queueTooLong:
		e.calmSince = now
	case now.Sub(e.calmSince) > time.Second:
		// What isn't used can't be known to be there: at most twice of what arrives is believed.
		limit := min(max(2*e.rate+150_000, estimateStart), estimateMax)
		if e.bits < limit {
			e.bits = min(e.bits*math.Pow(1.10, passed.Seconds())+8_000*passed.Seconds(), limit)
		}
	}
	w.began, w.bytes, w.seen, w.lost, w.queue = now, 0, 0, 0, e.queue.current
}

// back lowers the estimate, at most every 300 ms, for it takes as long to see what it brought.
func (e *estimator) back(now time.Time, to float64) {
	e.calmSince = now
	if now.Sub(e.lastBackoff) >= 300*time.Millisecond {
		e.lastBackoff, e.bits = now, max(to, estimateMin)
	}
}

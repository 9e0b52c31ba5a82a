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
	growCalm     = time.Second             // without loss or waiting, until the estimate grows
	drainWait    = 1500 * time.Millisecond // until it must be seen that less is sent
)

// estimator finds how much one receiver's network carries, from its feedback on each packet (transport-wide congestion control,
// draft-holmer-rmcat-transport-wide-cc-extensions-01). It goes down at once when packets come to wait or are lost, and up slowly, or where more is wanted by trying out ([probe]). The queue is the one-way delay above the shortest one of the
// last seconds, as LEDBAT takes it (RFC 6817); the clocks need not agree.
type estimator struct {
	mu   sync.Mutex
	seq  uint16
	told uint16 // the newest that was reported on
	nth  uint8  // number of the newest report
	sent [sentKept]sentPacket

	bits  float64    // the estimate, bit/s
	loss  float64    // share of packets, smoothed
	rates [2]float64 // bit/s that arrived in the last windows, the newest first

	queue queueGauge
	probe probe

	window struct {
		began             time.Time
		bytes, seen, lost int
		queue             float64 // ms, when it began
		hole              bool    // a report was lost, and with it how much arrived
	}
	calmSince, lastBackoff time.Time
}

type sentPacket struct {
	at   int64 // ns; 0 when its arrival is known
	seq  uint16
	size uint16
	// again: the receiver may have had the packet before, and drops it unseen then (RFC 3711, section 3.3.2)
	again bool
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

// send numbers a packet of size bytes that leaves at now (ns), perhaps again.
func (e *estimator) send(size int, now int64, again bool) uint16 {
	e.mu.Lock()
	e.seq++
	e.sent[e.seq%sentKept] = sentPacket{seq: e.seq, size: uint16(size), at: now, again: again}
	e.probe.sent += float64(size)
	seq := e.seq
	e.mu.Unlock()
	return seq
}

// moved forgets how long packets used to be on their way: the receiver has another network.
func (e *estimator) moved() {
	e.mu.Lock()
	e.queue, e.probe = queueGauge{}, probe{}
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
	if f.FbPktCount != e.nth+1 {
		e.window.hole = true
	}
	e.nth = f.FbPktCount
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
			if !arrived && p.seq == seq && p.again {
				break
			}
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
	if rate := float64(w.bytes) * 8 / passed.Seconds(); !w.hole || rate > e.rates[0] {
		e.rates = [2]float64{rate, e.rates[0]}
	}
	if w.seen > 0 {
		e.loss += (float64(w.lost)/float64(w.seen) - e.loss) * 0.4
	}
	switch {
	case e.queue.current > queueTooLong && e.queue.current >= w.queue:
		// What arrives while packets wait is what the network carries. Once less than that is sent the queue needs time to drain; only where it doesn't was that still too much.
		to := max(e.rates[0], e.rates[1], estimateMin) // one window alone is a rough measure
		if to *= 0.9; e.queue.current > queueFull {
			to *= 0.9
		}
		if e.bits <= to && now.Sub(e.lastBackoff) > drainWait {
			to = e.bits * 0.85
		}
		e.back(now, min(e.bits, to))
	case e.loss > 0.10:
		e.back(now, min(e.bits, max(e.bits*(1-0.5*e.loss), estimateLossy)))
	case e.loss > 0.04 || e.queue.current > queueTooLong:
		e.probe.fail(now)
		e.calmSince = now
	case now.Sub(e.calmSince) > probeCalm:
		e.grow(now, passed)
	}
	w.began, w.bytes, w.seen, w.lost, w.queue, w.hole = now, 0, 0, 0, e.queue.current, false
}

// waits reports whether packets wait on the way for so long that nothing should be added that can be left out.
func (e *estimator) waits() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.queue.current > queueTooLong
}

// grow raises the estimate while all is calm.
func (e *estimator) grow(now time.Time, passed time.Duration) {
	if !e.lastBackoff.IsZero() && e.probe.step(now, e.bits, e.rates[0], e.queue.current) {
		e.bits = max(e.bits, min(0.95*e.rates[0], e.probe.want))
	}
	// What isn't used can't be known to be there: at most twice of what arrives is believed. This goes on beside what is tried out, which never succeeds where a phone is so busy that packets seem to wait.
	limit := min(max(2*e.rates[0]+150_000, estimateStart), estimateMax)
	if e.bits < limit && now.Sub(e.calmSince) > growCalm {
		e.bits = min(e.bits*math.Pow(1.10, passed.Seconds())+8_000*passed.Seconds(), limit)
	}
}

// back lowers the estimate, at most every 300 ms, for it takes as long to see what it brought.
func (e *estimator) back(now time.Time, to float64) {
	e.probe.fail(now)
	e.calmSince = now
	if now.Sub(e.lastBackoff) >= 300*time.Millisecond {
		if to < e.bits {
			e.lastBackoff = now
		}
		e.bits = max(to, estimateMin)
	}
}

package rtc

import "time"

// keptSegments is how many segments a receiver may ask retransmissions of.
const keptSegments = 4

// segment is a stretch of one incoming stream within what one slot sends, with what was added to the incoming numbers.
type segment struct {
	from     *layer
	firstIn  uint16 // number of its first packet as it came
	firstOut uint16 // and as it went out
	time     uint32 // added to the RTP time
	picture  uint16
	base     uint8
}

// rewriter makes one continuous stream of segments of several: a receiver's decoder must not see that layers or people change.
type rewriter struct {
	clock    uint32 // RTP clock, Hz
	segments [keptSegments]segment
	count    int // segments so far; the newest is (count-1) % keptSegments

	lastSeq     uint16
	lastTime    uint32
	lastPicture uint16
	lastBase    uint8
	lastAt      time.Time
}

// outgoing is how a packet looks to the receiver.
type outgoing struct {
	seq     uint16
	time    uint32
	picture uint16
	base    uint8
}

// begin starts a segment with the packet that has these numbers: it follows what went out last, and its time has gone on as the clock on the wall has.
func (w *rewriter) begin(from *layer, seq uint16, rtpTime uint32, d vp8Descriptor, now time.Time) {
	s := segment{from: from, firstIn: seq, firstOut: seq}
	if w.count > 0 {
		s.firstOut = w.lastSeq + 1
		passed := max(1, uint32(now.Sub(w.lastAt).Seconds()*float64(w.clock)))
		s.time = w.lastTime + passed - rtpTime
		s.picture = w.lastPicture + 1 - d.picture
		s.base = w.lastBase + 1 - d.base
	}
	w.segments[w.count%keptSegments] = s
	w.count++
	w.lastSeq, w.lastTime, w.lastPicture, w.lastBase = s.firstOut-1, rtpTime+s.time, d.picture+s.picture, d.base+s.base
}

// current is the newest segment; nil before the first.
func (w *rewriter) current() *segment {
	if w.count == 0 {
		return nil
	}
	return &w.segments[(w.count-1)%keptSegments]
}

// next rewrites a packet of the current segment. It reports false for one from before the segment.
func (w *rewriter) next(seq uint16, rtpTime uint32, d vp8Descriptor, now time.Time) (outgoing, bool) {
	s := w.current()
	if int16(seq-s.firstIn) < 0 {
		return outgoing{}, false
	}
	o := s.rewrite(seq, rtpTime, d)
	if int16(o.seq-w.lastSeq) > 0 {
		w.lastSeq, w.lastTime, w.lastAt = o.seq, o.time, now
		if d.pictureAt > 0 {
			w.lastPicture = o.picture
		}
		if d.baseAt > 0 {
			w.lastBase = o.base
		}
	}
	return o, true
}

func (s *segment) rewrite(seq uint16, rtpTime uint32, d vp8Descriptor) outgoing {
	return outgoing{seq: seq - s.firstIn + s.firstOut, time: rtpTime + s.time, picture: (d.picture + s.picture) & 0x7fff, base: d.base + s.base}
}

// origin finds which incoming packet went out with that number; nil if that is too long ago or never was.
func (w *rewriter) origin(seq uint16) (*segment, uint16) {
	if w.count == 0 || int16(seq-w.lastSeq) > 0 {
		return nil, 0
	}
	for i := w.count - 1; i >= 0 && i >= w.count-keptSegments; i-- {
		if s := &w.segments[i%keptSegments]; int16(seq-s.firstOut) >= 0 {
			return s, seq - s.firstOut + s.firstIn
		}
	}
	return nil, 0
}

// skip leaves out the packet with that number, which carried nothing: the numbers that go out have no hole for it.
func (w *rewriter) skip(seq uint16) {
	s := *w.current()
	if out := seq - s.firstIn + s.firstOut; int16(out-w.lastSeq) <= 0 {
		return // others that came later are out already
	}
	s.firstIn, s.firstOut = seq+1, w.lastSeq+1
	w.segments[w.count%keptSegments] = s
	w.count++
}

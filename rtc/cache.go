package rtc

import "time"

const (
	cacheSpan     = time.Second // how far back somebody may ask for packets again
	cacheSlots    = 512         // packets; a power of two
	cacheMinBytes = 8 << 10
	cacheMaxBytes = 256 << 10 // of one incoming stream
)

// packetCache keeps the newest packets of one incoming stream for retransmission: about cacheSpan of them, bounded by bytes. The bytes stand in one ring that grows while
// it would lose packets that are younger than that.
type packetCache struct {
	ring    []byte
	written int // bytes ever written to this ring, with what was skipped at its end
	index   []cachedPacket
}

type cachedPacket struct {
	seq  uint16
	size uint16
	used bool
	at   int   // where in the sequence of all written bytes it begins
	when int64 // arrival, ns
}

// put keeps the packet (header and payload as they came).
func (c *packetCache) put(seq uint16, packet []byte, now int64) {
	size := len(packet)
	if size > cacheMinBytes {
		return
	}
	if c.ring == nil {
		c.ring, c.index = make([]byte, cacheMinBytes), make([]cachedPacket, cacheSlots)
	}
	if c.losesYoung(size, now) {
		c.grow()
	}
	at := c.written
	if rest := len(c.ring) - at%len(c.ring); rest < size {
		at += rest // packets stand in one piece
	}
	copy(c.ring[at%len(c.ring):], packet)
	c.written = at + size
	c.index[seq%cacheSlots] = cachedPacket{seq: seq, size: uint16(size), used: true, at: at, when: now}
}

// losesYoung reports whether writing size bytes more would overwrite a packet that is younger than cacheSpan, and the ring may still grow.
func (c *packetCache) losesYoung(size int, now int64) bool {
	if len(c.ring) >= cacheMaxBytes || c.written+size <= len(c.ring) {
		return false
	}
	oldest := now
	end := c.written + 2*size - len(c.ring)
	for i := range c.index {
		if p := &c.index[i]; p.used && p.at < end && p.at+len(c.ring) >= c.written {
			oldest = min(oldest, p.when)
		}
	}
	return now-oldest < int64(cacheSpan) && oldest != now
}

// grow doubles the ring and moves what it holds.
func (c *packetCache) grow() {
	old := *c
	c.ring, c.index, c.written = make([]byte, 2*len(old.ring)), make([]cachedPacket, cacheSlots), 0
	first := -1
	for i := range old.index {
		if p := &old.index[i]; old.holds(p) && (first < 0 || p.at < old.index[first].at) {
			first = i
		}
	}
	if first < 0 {
		return
	}
	shift := old.index[first].at
	for i := range old.index {
		p := old.index[i]
		if !old.holds(&p) {
			continue
		}
		bytes := old.ring[p.at%len(old.ring):][:p.size]
		p.at -= shift
		copy(c.ring[p.at:], bytes)
		c.index[i] = p
		c.written = max(c.written, p.at+int(p.size))
	}
}

func (c *packetCache) holds(p *cachedPacket) bool {
	return p.used && p.at+len(c.ring) >= c.written
}

// get appends the packet with that number to buf; false if it isn't kept.
func (c *packetCache) get(seq uint16, buf []byte) ([]byte, bool) {
	if c.index == nil {
		return buf, false
	}
	p := &c.index[seq%cacheSlots]
	if p.seq != seq || !c.holds(p) {
		return buf, false
	}
	return append(buf, c.ring[p.at%len(c.ring):][:p.size]...), true
}

// forget drops everything: what was said before a person was let in shall not be asked for.
func (c *packetCache) forget() {
	*c = packetCache{}
}

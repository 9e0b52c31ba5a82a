package rtc

import "time"

const (
	cacheSpan     = time.Second // how far back somebody may ask for packets again
	cacheMinBytes = 8 << 10
	cacheMaxBytes = 256 << 10 // of one incoming stream
	cacheMinSlots = 64        // packets; a power of two
	cacheMaxSlots = 512
)

// packetCache keeps the newest packets of one incoming stream for retransmission: about cacheSpan of them, bounded by bytes. The bytes stand in one ring; it and the index grow while they would lose packets that are
// younger than that.
type packetCache struct {
	ring    []byte
	written int // bytes ever written to this ring, with what was skipped at its end
	index   []cachedPacket
	order   []uint16 // of the packets kept, the oldest first: a ring as long as the index
	oldest  int      // where it begins
	kept    int
	newest  uint16
}

// cachedPacket is one packet in the index, at the place that its number gives.
type cachedPacket struct {
	at   int   // where in the sequence of all written bytes it begins
	when int64 // arrival, ns
	seq  uint16
	size uint16 // 0: none
}

// put keeps the packet (header and payload as they came).
func (c *packetCache) put(seq uint16, packet []byte, now int64) {
	size := len(packet)
	if size > cacheMinBytes || size == 0 {
		return
	}
	if c.ring == nil {
		c.make(cacheMinBytes, cacheMinSlots)
	}
	if p := c.find(seq); p != nil {
		return
	}
	if c.kept > 0 && int(int16(c.newest-seq)) >= cacheMinSlots {
		return // so late that it would take the place of a newer one
	}
	for {
		at := c.written
		if rest := len(c.ring) - at%len(c.ring); rest < size {
			at += rest // packets stand in one piece
		}
		ring, slots := len(c.ring), len(c.index)
		if c.lost(at+size-ring, now) && ring < cacheMaxBytes {
			ring *= 2
		}
		if other := &c.index[int(seq)%slots]; (c.kept == slots && now-c.first().when < int64(cacheSpan) || other.size > 0 && now-other.when < int64(cacheSpan)) && slots < cacheMaxSlots {
			slots *= 2
		}
		if ring == len(c.ring) && slots == len(c.index) {
			c.write(seq, packet, at, now)
			return
		}
		c.grow(ring, slots)
	}
}

func (c *packetCache) make(ring, slots int) {
	c.ring, c.index, c.order = make([]byte, ring), make([]cachedPacket, slots), make([]uint16, slots)
	c.written, c.oldest, c.kept = 0, 0, 0
}

// first is the oldest packet.
func (c *packetCache) first() *cachedPacket { return c.nth(0) }

func (c *packetCache) nth(i int) *cachedPacket {
	return &c.index[int(c.order[(c.oldest+i)%len(c.order)])%len(c.index)]
}

// lost reports whether bytes up to end are of a packet that is younger than cacheSpan.
func (c *packetCache) lost(end int, now int64) bool {
	for i := range c.kept {
		p := c.nth(i)
		if p.at >= end {
			return false
		}
		if now-p.when < int64(cacheSpan) {
			return true
		}
	}
	return false
}

// write puts a packet at its place, and forgets those that were there.
func (c *packetCache) write(seq uint16, packet []byte, at int, now int64) {
	end := at + len(packet)
	for c.kept > 0 && (c.kept == len(c.order) || c.first().size == 0 || c.first().at < end-len(c.ring)) {
		c.drop()
	}
	other := &c.index[int(seq)%len(c.index)]
	for c.kept > 0 && other.size > 0 { // it is older: everything up to it goes
		c.drop()
	}
	copy(c.ring[at%len(c.ring):], packet)
	c.written = end
	*other = cachedPacket{seq: seq, size: uint16(len(packet)), at: at, when: now}
	c.order[(c.oldest+c.kept)%len(c.order)] = seq
	c.kept++
	if c.kept == 1 || int16(seq-c.newest) > 0 {
		c.newest = seq
	}
}

// drop forgets the oldest packet.
func (c *packetCache) drop() {
	c.first().size = 0
	c.oldest, c.kept = (c.oldest+1)%len(c.order), c.kept-1
}

// grow makes ring and index larger and moves what they hold.
func (c *packetCache) grow(ring, slots int) {
	old := *c
	c.make(ring, slots)
	for ; old.kept > 0; old.drop() {
		p := *old.first()
		at := c.written
		if rest := len(c.ring) - at%len(c.ring); rest < int(p.size) {
			at += rest
		}
		c.write(p.seq, old.ring[p.at%len(old.ring):][:p.size], at, p.when)
	}
}

func (c *packetCache) holds(p *cachedPacket) bool { return p.at+len(c.ring) >= c.written }

// find gives the place of the packet with that number; nil if it isn't kept.
func (c *packetCache) find(seq uint16) *cachedPacket {
	if c.index == nil {
		return nil
	}
	if p := &c.index[int(seq)%len(c.index)]; p.size > 0 && p.seq == seq && c.holds(p) {
		return p
	}
	return nil
}

// get appends the packet with that number to buf; nil if it isn't kept, or has become useless though no newer one has taken its place.
func (c *packetCache) get(seq uint16, buf []byte, now int64) []byte {
	p := c.find(seq)
	if p == nil || now-p.when > 2*int64(cacheSpan) {
		return nil
	}
	return append(buf, c.ring[p.at%len(c.ring):][:p.size]...)
}

// forget drops everything: what was said before a person was let in shall not be asked for.
func (c *packetCache) forget() {
	*c = packetCache{}
}

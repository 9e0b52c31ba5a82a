package rtc

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
)

// shortcut takes what a client sends where it is read from the network: it is decrypted and handed on there and then. The WebRTC stack would pass each packet through three goroutines first, which costs more than all the rest of
// forwarding. The stack does what comes before: it checks who the client is, and tells the streams apart. Until it is known what a stream is its packets go the stack's way, and so do checks, handshakes and reports always.
type shortcut struct {
	streams *streams
	keys    handshakeKeys
	ways    *knownWays
	metrics *Metrics

	mu      sync.Mutex
	context *srtp.Context
	header  rtp.Header
	from    []netip.AddrPort // where its packets came from, the latest last
	closed  bool
}

// passage says what became of a packet.
type passage int

const (
	notOurs passage = iota // it goes the stack's way
	refused                // it belongs to one of our streams, but isn't what the client sent, or came before
	passed
)

// maxWays is from how many addresses a client is known at a time.
const maxWays = 8

// pass takes a packet, decrypted into b, which may be the packet itself: that is lost then if it is refused.
func (s *shortcut) pass(b, packet []byte) passage {
	if !isMedia(packet) {
		return notOurs
	}
	x := s.streams.stream(binary.BigEndian.Uint32(packet[8:]))
	if x == nil || x.take.Load() == nil {
		return notOurs
	}
	plain, ok := s.decrypt(x, b, packet)
	if !ok {
		return refused
	}
	if plain == nil {
		return notOurs
	}
	s.metrics.Short.Add(1)
	x.pass(plain, time.Now())
	return passed
}

// decrypt gives nil where the keys aren't known.
func (s *shortcut) decrypt(x *rtpStream, b, packet []byte) (plain []byte, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.context == nil {
		if s.context = s.keys.take(); s.context == nil {
			return nil, true
		}
	}
	if !x.short {
		s.context.SetROC(binary.BigEndian.Uint32(packet[8:]), x.turns(binary.BigEndian.Uint16(packet[2:])))
	}
	plain, err := s.context.DecryptRTP(b, packet, &s.header)
	if err != nil {
		return nil, false
	}
	x.short = true
	return plain, true
}

// isMedia tells an RTP packet from all else that comes by the same port (RFC 7983, section 7; RFC 5761, section 4).
func isMedia(packet []byte) bool {
	return len(packet) >= 12 && packet[0]>>6 == 2 && (packet[1] < 192 || packet[1] > 223)
}

// comesFrom notes an address from which packets came that nobody but the client can have made.
func (s *shortcut) comesFrom(addr netip.AddrPort) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.ways.find(addr) == s {
		return
	}
	s.from = append(slices.DeleteFunc(s.from, func(a netip.AddrPort) bool { return a == addr }), addr)
	s.ways.open(addr, s)
	if len(s.from) > maxWays {
		s.ways.end(s.from[0], s)
		s.from = append(s.from[:0], s.from[1:]...)
	}
}

// close forgets the client.
func (s *shortcut) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	for _, addr := range s.from {
		s.ways.end(addr, s)
	}
	s.from, s.context = nil, nil
}

// knownWays are the addresses from which clients' packets come by the media port, so that its reader can take a shortcut at once.
type knownWays struct {
	mu sync.RWMutex
	to map[netip.AddrPort]*shortcut
}

func (k *knownWays) find(addr netip.AddrPort) *shortcut {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.to[addr]
}

func (k *knownWays) open(addr netip.AddrPort, s *shortcut) {
	k.mu.Lock()
	k.to[addr] = s
	k.mu.Unlock()
}

// end forgets the address, unless it is another client's by now.
func (k *knownWays) end(addr netip.AddrPort, s *shortcut) {
	k.mu.Lock()
	if k.to[addr] == s {
		delete(k.to, addr)
	}
	k.mu.Unlock()
}

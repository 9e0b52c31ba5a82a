package rtc

import (
	"encoding/binary"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/transport/v5/packetio"
)

const (
	earlyPackets = 64  // kept of a stream until it is known what it is
	maxStreams   = 32  // that one client may send; five are asked of it
	maxReported  = 256 // streams that one client may report on, or send
)

// streams are what comes in by one connection, as the WebRTC stack decrypts it. The stack writes each packet into a buffer of its stream, from the one goroutine that decrypts; ours aren't buffers but take the packet on
// its way there and then. So a packet isn't handed from goroutine to goroutine, and no goroutine waits for each stream.
type streams struct {
	mu       sync.Mutex
	rtp      map[uint32]*rtpStream
	reported int
	expelled bool
	expel    func() // called once when a client sends more streams than an honest one; must not block

	reports func(ssrc uint32, packet []byte)
}

// buffer is the factory that the stack asks for a buffer of each stream.
func (s *streams) buffer(kind packetio.BufferPacketType, ssrc uint32) io.ReadWriteCloser {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind == packetio.RTCPBufferPacket {
		if s.reported++; s.reported > maxReported {
			s.tooMany()
		}
		return &rtcpStream{ssrc: ssrc, take: s.reports, closed: make(chan struct{})}
	}
	x := &rtpStream{closed: make(chan struct{}), arrived: make(chan struct{}, 1)}
	if s.rtp[ssrc] == nil && len(s.rtp) == maxStreams {
		s.tooMany()
		x.take.Store(&dropped)
		return x
	}
	s.rtp[ssrc] = x
	return x
}

// tooMany has the client let go; mu is held.
func (s *streams) tooMany() {
	if !s.expelled {
		s.expelled = true
		s.expel()
	}
}

// stream gives the stream with that number; nil if there is none.
func (s *streams) stream(ssrc uint32) *rtpStream {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.rtp[ssrc]
}

// takePacket does something with a packet, which it may not keep.
type takePacket func(packet []byte, at time.Time)

var dropped takePacket = func([]byte, time.Time) {}

// rtpStream keeps the first packets until somebody takes them. The stack may read them meanwhile, to find out what the stream is; they aren't lost to who takes them.
type rtpStream struct {
	take  atomic.Pointer[takePacket]
	short bool // its packets come by the shortcut; under the shortcut's mu

	mu      sync.Mutex // held while a packet is taken
	began   bool
	highest int64 // number so far, counted on where the numbers begin anew
	early   []earlyPacket
	read    int
	arrived chan struct{}

	closing sync.Once
	closed  chan struct{}
}

type earlyPacket struct {
	bytes []byte
	at    time.Time
}

// Write is for the stack. It always says that there is no room, which the stack takes as: nobody needs to be woken.
func (x *rtpStream) Write(packet []byte) (int, error) {
	now := time.Now()
	x.mu.Lock()
	defer x.mu.Unlock()
	x.count(packet)
	if take := x.take.Load(); take != nil {
		(*take)(packet, now)
		return 0, packetio.ErrFull
	}
	if len(x.early) == earlyPackets {
		return 0, packetio.ErrFull
	}
	x.early = append(x.early, earlyPacket{append([]byte(nil), packet...), now})
	select {
	case x.arrived <- struct{}{}:
	default:
	}
	return len(packet), nil
}

// count notes the packet's number; mu is held.
func (x *rtpStream) count(packet []byte) {
	if len(packet) < 4 {
		return
	}
	seq := binary.BigEndian.Uint16(packet[2:])
	if !x.began {
		x.began, x.highest = true, int64(seq)
	}
	x.highest = max(x.highest, x.counted(seq))
}

// counted gives a number counted on from those before; mu is held.
func (x *rtpStream) counted(seq uint16) int64 {
	return x.highest + int64(int16(seq-uint16(x.highest)))
}

// turns gives how often the numbers had begun anew before the packet with that one, which SRTP has to know (RFC 3711, section 3.3.1).
func (x *rtpStream) turns(seq uint16) uint32 {
	x.mu.Lock()
	defer x.mu.Unlock()
	return uint32(max(0, x.counted(seq)) >> 16)
}

// pass hands on a packet that came by the shortcut, once somebody takes the stream.
func (x *rtpStream) pass(packet []byte, at time.Time) {
	x.mu.Lock()
	defer x.mu.Unlock()
	(*x.take.Load())(packet, at)
}

// Read gives the early packets to the stack.
func (x *rtpStream) Read(b []byte) (int, error) {
	for {
		x.mu.Lock()
		if x.read < len(x.early) {
			packet := x.early[x.read].bytes
			x.read++
			x.mu.Unlock()
			return copy(b, packet), nil
		}
		x.mu.Unlock()
		select {
		case <-x.arrived:
		case <-x.closed:
			return 0, io.EOF
		}
	}
}

// Close is for the stack.
func (x *rtpStream) Close() error {
	x.closing.Do(func() {
		x.take.Store(&dropped)
		close(x.closed)
	})
	return nil
}

// hand gives take the early packets and all that come from now on, in order, one at a time.
func (x *rtpStream) hand(take takePacket) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.take.Load() != nil {
		return // closed
	}
	for _, p := range x.early {
		take(p.bytes, p.at)
	}
	x.early, x.read = nil, 0
	x.take.CompareAndSwap(nil, &take)
}

// rtcpStream hands on what a client reports of one stream.
type rtcpStream struct {
	ssrc    uint32
	take    func(ssrc uint32, packet []byte)
	closing sync.Once
	closed  chan struct{}
}

// Write is for the stack.
func (x *rtcpStream) Write(packet []byte) (int, error) {
	x.take(x.ssrc, packet)
	return len(packet), nil
}

// Read has nothing to give to the stack.
func (x *rtcpStream) Read([]byte) (int, error) {
	<-x.closed
	return 0, io.EOF
}

// Close is for the stack.
func (x *rtcpStream) Close() error {
	x.closing.Do(func() { close(x.closed) })
	return nil
}

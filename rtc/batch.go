package rtc

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/net/ipv4"
)

const (
	batchPackets = 64
	packetBytes  = 1500
	readPackets  = 8
	readBytes    = 2048
)

// batchConn is the UDP socket that all phones share. What waits in the kernel comes with one recvmmsg. Between cork and uncork packets are gathered and leave with one sendmmsg, at the end of the fan-out that caused them and never by a timer, so that gathering delays
// nothing. Packets of others that come meanwhile leave with them.
type batchConn struct {
	*net.UDPConn
	wide *ipv4.PacketConn

	mu      sync.Mutex
	corks   int
	waiting int
	batch   []ipv4.Message
	bytes   [][]byte
	addrs   []net.UDPAddr
	ips     [][16]byte

	ways knownWays

	// of the only reader
	incoming       []ipv4.Message
	have, consumed int
	corked         bool // by it
}

func newBatchConn(conn *net.UDPConn) *batchConn {
	c := &batchConn{UDPConn: conn, ways: knownWays{to: map[netip.AddrPort]*shortcut{}}, wide: ipv4.NewPacketConn(conn), batch: make([]ipv4.Message, batchPackets), bytes: make([][]byte, batchPackets), addrs: make([]net.UDPAddr, batchPackets), ips: make([][16]byte, batchPackets)}
	for i := range c.batch {
		c.bytes[i] = make([]byte, packetBytes)
		c.batch[i].Buffers = make([][]byte, 1)
	}
	c.incoming = make([]ipv4.Message, readPackets)
	for i := range c.incoming {
		c.incoming[i].Buffers = [][]byte{make([]byte, readBytes)}
	}
	return c
}

// cork begins gathering. Each cork needs its uncork.
func (c *batchConn) cork() {
	c.mu.Lock()
	c.corks++
	c.mu.Unlock()
}

// uncork sends what was gathered.
func (c *batchConn) uncork() {
	c.mu.Lock()
	c.corks--
	c.flush()
	c.mu.Unlock()
}

// flush sends the batch; mu is held. What the kernel refuses is lost, as packets are.
func (c *batchConn) flush() {
	for from := 0; from < c.waiting; {
		n, err := c.wide.WriteBatch(c.batch[from:c.waiting], 0)
		if err != nil || n == 0 {
			n = 1 // an unreachable phone doesn't hold up the others
		}
		from += n
	}
	c.waiting = 0
}

// ReadFromAddrPort is for the ICE library, whose one goroutine reads all that comes in; it sees nothing of what takes a shortcut. What is longer than any packet of media or its handshake is cut off, and then fails to decrypt.
func (c *batchConn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		if c.consumed == c.have {
			if err := c.receive(); err != nil {
				return 0, netip.AddrPort{}, err
			}
			continue
		}
		m := &c.incoming[c.consumed]
		c.consumed++
		from, ok := m.Addr.(*net.UDPAddr)
		if !ok {
			continue
		}
		addr := from.AddrPort()
		addr = netip.AddrPortFrom(addr.Addr().Unmap(), addr.Port())
		packet := m.Buffers[0][:m.N]
		if s := c.ways.find(addr); s != nil {
			if !c.corked { // what comes together leaves together
				c.cork()
				c.corked = true
			}
			if s.pass(b, packet) == passed {
				continue
			}
		}
		return copy(b, packet), addr, nil
	}
}

// receive waits for packets.
func (c *batchConn) receive() error {
	if c.corked {
		c.corked = false
		c.uncork()
	}
	n, err := c.wide.ReadBatch(c.incoming, 0)
	if errors.Is(err, net.ErrClosed) {
		return err
	}
	if err != nil {
		time.Sleep(time.Millisecond) // the kernel is short of something; the library would give up the port for good
		n = 0
	}
	c.consumed, c.have = 0, n
	return nil
}

// WriteToAddrPort sends b, or gathers it.
func (c *batchConn) WriteToAddrPort(b []byte, addr netip.AddrPort) (int, error) {
	c.mu.Lock()
	if c.corks == 0 || len(b) > packetBytes {
		c.mu.Unlock()
		return c.UDPConn.WriteToUDPAddrPort(b, addr)
	}
	defer c.mu.Unlock()
	i := c.waiting
	ip := addr.Addr()
	if ip.Is4() || ip.Is4In6() {
		v4 := ip.Unmap().As4()
		copy(c.ips[i][:4], v4[:])
		c.addrs[i].IP = c.ips[i][:4]
	} else {
		c.ips[i] = ip.As16()
		c.addrs[i].IP = c.ips[i][:]
	}
	c.addrs[i].Port, c.addrs[i].Zone = int(addr.Port()), ip.Zone()
	n := copy(c.bytes[i], b)
	c.batch[i].Buffers[0], c.batch[i].Addr = c.bytes[i][:n], &c.addrs[i]
	if c.waiting++; c.waiting == batchPackets {
		c.flush()
	}
	return n, nil
}

// WriteTo is WriteToAddrPort for callers with another form of address.
func (c *batchConn) WriteTo(b []byte, addr net.Addr) (int, error) {
	if udp, ok := addr.(*net.UDPAddr); ok {
		return c.WriteToAddrPort(b, udp.AddrPort())
	}
	return c.UDPConn.WriteTo(b, addr)
}

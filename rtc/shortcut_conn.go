package rtc

import (
	"net"
	"net/netip"

	"github.com/pion/ice/v4"
)

// udpWay is the media port as one client's connection sees it.
type udpWay struct {
	*ice.UDPMuxDefault
	shortcut *shortcut
	loopback bool // the port is reached from this machine alone
}

// GetConn is for the ICE library.
func (m udpWay) GetConn(ufrag string, addr net.Addr) (net.PacketConn, error) {
	conn, err := m.UDPMuxDefault.GetConn(ufrag, addr)
	if err != nil {
		return nil, err
	}
	return mediaConn(conn, m.shortcut), nil
}

// GetListenAddresses is for the ICE library, which leaves out the addresses that nobody else can reach only where it knows the type.
func (m udpWay) GetListenAddresses() (all []net.Addr) {
	for _, a := range m.UDPMuxDefault.GetListenAddresses() {
		if udp, ok := a.(*net.UDPAddr); m.loopback || !ok || !udp.IP.IsLoopback() {
			all = append(all, a)
		}
	}
	return all
}

// tcpWay is the TCP port as one client's connection sees it.
type tcpWay struct {
	*ice.TCPMuxDefault
	shortcut *shortcut
}

// GetConnByUfrag is for the ICE library.
func (m tcpWay) GetConnByUfrag(ufrag string, isIPv6 bool, local net.IP) (net.PacketConn, error) {
	conn, err := m.TCPMuxDefault.GetConnByUfrag(ufrag, isIPv6, local)
	if err != nil {
		return nil, err
	}
	return mediaConn(conn, m.shortcut), nil
}

// mediaConn gives conn as far as it isn't taken by the shortcut.
func mediaConn(conn net.PacketConn, s *shortcut) net.PacketConn {
	c := shortConn{conn, s}
	if by, ok := conn.(ice.AddrPortReaderWriter); ok {
		return shortAddrPortConn{c, by}
	}
	return c
}

type shortConn struct {
	net.PacketConn
	shortcut *shortcut
}

// ReadFrom is for the ICE library.
func (c shortConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil || c.shortcut.pass(b[:n], b[:n]) == notOurs {
			return n, from, err
		}
	}
}

type shortAddrPortConn struct {
	shortConn
	by ice.AddrPortReaderWriter
}

// ReadFromAddrPort is for the ICE library.
func (c shortAddrPortConn) ReadFromAddrPort(b []byte) (int, netip.AddrPort, error) {
	for {
		n, from, err := c.by.ReadFromAddrPort(b)
		if err != nil {
			return n, from, err
		}
		switch c.shortcut.pass(b[:n], b[:n]) {
		case notOurs:
			return n, from, nil
		case passed:
			c.shortcut.comesFrom(from)
		}
	}
}

// WriteToAddrPort is for the ICE library.
func (c shortAddrPortConn) WriteToAddrPort(b []byte, to netip.AddrPort) (int, error) {
	return c.by.WriteToAddrPort(b, to)
}

package rtc

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/pion/turn/v5"
)

// Turn says where phones reach the media whose networks let nothing else through (RFC 8656): a relay to this server's own media port and nowhere else.
type Turn struct {
	Listen    netip.AddrPort // UDP and TCP
	ListenTLS netip.AddrPort // TURN inside TLS, which looks like any secure web page to a firewall
	TLS       *tls.Config    // for ListenTLS
	Host      string         // name or address by which phones reach both; a certificate's name where there is TLS
}

// ICEServer is a relay that a client may use, in the form that browsers take.
type ICEServer struct {
	URLs       []string `json:"urls"`
	Username   string   `json:"username"`
	Credential string   `json:"credential"`
}

const (
	turnRealm = "microcourt"
	// turnLife is how long credentials hold at most; they end with the seat that they were made for.
	turnLife = 12 * time.Hour
	// turnEach is how many ways one seat may hold open: UDP, TCP and TLS, each by two families, and the old ones after a change of networks.
	turnEach  = 12
	turnConns = 2000             // TCP connections at a time
	turnIdle  = 90 * time.Second // a client that relays says something every few seconds
)

// turnServer is the relay.
type turnServer struct {
	server *turn.Server
	secret [32]byte
	urls   []string
	target *net.UDPAddr // the media port, as it is reached from here
	port   int

	addresses func() []netip.Addr
	listeners []*turnListener

	mu    sync.Mutex
	seats map[string]int // by the name of a seat: its relays
}

// newTurn listens. media is the media port, addresses are those at which it is offered.
func newTurn(t Turn, media *net.UDPAddr, addresses func() []netip.Addr, logs logFactory) (*turnServer, error) {
	s := &turnServer{target: reached(media), port: media.Port, addresses: addresses, seats: map[string]int{}}
	if _, err := rand.Read(s.secret[:]); err != nil {
		return nil, err
	}
	config := turn.ServerConfig{Realm: turnRealm, LoggerFactory: logs, AuthHandler: s.knows, QuotaHandler: s.quota,
		EventHandler: turn.EventHandler{
			OnAllocationCreated: func(_, _ net.Addr, _, user, _ string, _ net.Addr, _ int) { s.count(user, 1) },
			OnAllocationDeleted: func(_, _ net.Addr, _, user, _ string) { s.count(user, -1) },
		}}
	toUs := func(_ net.Addr, to net.IP) bool { a, ok := netip.AddrFromSlice(to); return ok && s.ours(a.Unmap()) }
	relays := relays{s}
	add := func(l *net.TCPListener, inside *tls.Config) {
		bounded := &turnListener{Listener: l, open: map[net.Conn]struct{}{}}
		s.listeners = append(s.listeners, bounded)
		c := turn.ListenerConfig{Listener: bounded, RelayAddressGenerator: relays, PermissionHandler: toUs}
		if inside != nil {
			c.Listener = tls.NewListener(bounded, inside)
		}
		config.ListenerConfigs = append(config.ListenerConfigs, c)
	}
	if t.Listen.IsValid() {
		conn, l, err := listen(t.Listen, true)
		if err != nil {
			return nil, err
		}
		config.PacketConnConfigs = append(config.PacketConnConfigs, turn.PacketConnConfig{PacketConn: conn, RelayAddressGenerator: relays, PermissionHandler: toUs})
		add(l, nil)
		where := net.JoinHostPort(t.Host, strconv.Itoa(conn.LocalAddr().(*net.UDPAddr).Port))
		s.urls = append(s.urls, "turn:"+where+"?transport=udp", "turn:"+where+"?transport=tcp")
	}
	if t.ListenTLS.IsValid() {
		l, err := net.ListenTCP("tcp", net.TCPAddrFromAddrPort(t.ListenTLS))
		if err != nil {
			closeAll(config)
			return nil, err
		}
		inside := t.TLS.Clone()
		inside.NextProtos = nil // browsers name none here
		add(l, inside)
		s.urls = append(s.urls, "turns:"+net.JoinHostPort(t.Host, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))+"?transport=tcp")
	}
	var err error
	if s.server, err = turn.NewServer(config); err != nil {
		closeAll(config)
		return nil, err
	}
	return s, nil
}

func closeAll(c turn.ServerConfig) {
	for _, p := range c.PacketConnConfigs {
		p.PacketConn.Close()
	}
	for _, l := range c.ListenerConfigs {
		l.Listener.Close()
	}
}

// reached is how an address that is listened on is reached from this machine.
func reached(a *net.UDPAddr) *net.UDPAddr {
	if a.IP.IsUnspecified() {
		return &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1), Port: a.Port}
	}
	return a
}

// enter makes credentials for a seat; leave ends them.
func (s *turnServer) enter(seat string, now time.Time) ICEServer {
	s.mu.Lock()
	if _, ok := s.seats[seat]; !ok {
		s.seats[seat] = 0
	}
	s.mu.Unlock()
	name := strconv.FormatInt(now.Add(turnLife).Unix(), 10) + ":" + seat
	return ICEServer{URLs: s.urls, Username: name, Credential: s.password(name)}
}

func (s *turnServer) leave(seat string) {
	s.mu.Lock()
	delete(s.seats, seat)
	s.mu.Unlock()
}

// password belongs to a name, which says until when it holds (draft-uberti-behave-turn-rest-00).
func (s *turnServer) password(name string) string {
	mac := hmac.New(sha1.New, s.secret[:])
	mac.Write([]byte(name))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// knows is the server's question whether a name is known; the key proves the password.
func (s *turnServer) knows(r *turn.RequestAttributes) (user string, key []byte, ok bool) {
	until, seat, _ := strings.Cut(r.Username, ":")
	end, err := strconv.ParseInt(until, 10, 64)
	if err != nil || time.Now().Unix() > end {
		return "", nil, false
	}
	s.mu.Lock()
	_, here := s.seats[seat]
	s.mu.Unlock()
	if !here {
		return "", nil, false
	}
	return seat, turn.GenerateAuthKey(r.Username, r.Realm, s.password(r.Username)), true
}

func (s *turnServer) quota(seat, _ string, _ net.Addr) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, here := s.seats[seat]
	return here && n < turnEach
}

func (s *turnServer) count(seat string, by int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n, here := s.seats[seat]; here {
		s.seats[seat] = max(0, n+by)
	}
}

// ours reports whether the media port is offered at that address.
func (s *turnServer) ours(a netip.Addr) bool { return slices.Contains(s.addresses(), a) }

// shown is the address that a relay seems to have. Nobody can send to it.
func (s *turnServer) shown(network string) net.IP {
	for _, a := range s.addresses() {
		if a.Is4() == (network == "udp4") {
			return a.AsSlice()
		}
	}
	if network == "udp4" {
		return net.IPv4(127, 0, 0, 1)
	}
	return net.IPv6loopback
}

func (s *turnServer) close() error {
	err := s.server.Close()
	for _, l := range s.listeners {
		l.closeAll()
	}
	return ignoreClosed(err)
}

// relays makes a relay for each allocation. It is no socket that anybody could send to: see [relay].
type relays struct{ server *turnServer }

var errRelaysMediaOnly = errors.New("rtc: only media are relayed")

// Validate is for the TURN library.
func (relays) Validate() error { return nil }

// AllocatePacketConn is for the TURN library.
func (g relays) AllocatePacketConn(c turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	r := &relay{server: g.server, to: map[netip.AddrPort]*net.UDPConn{}, came: make(chan relayed, 64), closed: make(chan struct{})}
	first, err := net.DialUDP("udp", nil, g.server.target)
	if err != nil {
		return nil, nil, err
	}
	r.spare = first
	at := first.LocalAddr().(*net.UDPAddr)
	return r, &net.UDPAddr{IP: g.server.shown(c.Network), Port: at.Port}, nil
}

// AllocateListener refuses to relay TCP (RFC 6062).
func (relays) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errRelaysMediaOnly
}

// AllocateConn refuses too.
func (relays) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errRelaysMediaOnly }

// relay is one client's way to the media port. For each of the addresses by which the media port is offered it has a socket that is connected to the media port itself, so that
// nothing else can be reached through it, nothing else can send to the client, and a server behind a NAT needs no way to its own public address.
type relay struct {
	server *turnServer
	came   chan relayed
	closed chan struct{}

	mu      sync.Mutex
	spare   *net.UDPConn
	to      map[netip.AddrPort]*net.UDPConn
	reading sync.WaitGroup
	over    bool
}

type relayed struct {
	packet []byte
	from   net.Addr
}

// ReadFrom waits for what the media port sends.
func (r *relay) ReadFrom(b []byte) (int, net.Addr, error) {
	select {
	case p := <-r.came:
		return copy(b, p.packet), p.from, nil
	case <-r.closed:
		return 0, nil, net.ErrClosed
	}
}

// WriteTo sends to the media port, if that is where it is to go.
func (r *relay) WriteTo(b []byte, to net.Addr) (int, error) {
	udp, ok := to.(*net.UDPAddr)
	if !ok {
		return 0, errRelaysMediaOnly
	}
	at := udp.AddrPort()
	conn, err := r.conn(netip.AddrPortFrom(at.Addr().Unmap(), at.Port()), to)
	if err != nil {
		return 0, err
	}
	if _, err := conn.Write(b); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (r *relay) conn(at netip.AddrPort, from net.Addr) (*net.UDPConn, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.over {
		return nil, net.ErrClosed
	}
	if c := r.to[at]; c != nil {
		return c, nil
	}
	if int(at.Port()) != r.server.port || !r.server.ours(at.Addr()) {
		return nil, errRelaysMediaOnly
	}
	c := r.spare
	if r.spare = nil; c == nil {
		var err error
		if c, err = net.DialUDP("udp", nil, r.server.target); err != nil {
			return nil, err
		}
	}
	r.to[at] = c
	r.reading.Go(func() { // ends when the socket is closed
		buf := make([]byte, packetBytes)
		for {
			n, err := c.Read(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			if err != nil {
				continue
			}
			select {
			case r.came <- relayed{append([]byte(nil), buf[:n]...), from}:
			default: // the client doesn't take it: it is lost, as packets are
			}
		}
	})
	return c, nil
}

// Close ends the relay and waits for its readers.
func (r *relay) Close() error {
	r.mu.Lock()
	if r.over {
		r.mu.Unlock()
		return nil
	}
	r.over = true
	if r.spare != nil {
		r.spare.Close()
	}
	for _, c := range r.to {
		c.Close()
	}
	close(r.closed)
	r.mu.Unlock()
	r.reading.Wait()
	return nil
}

// LocalAddr is where the media port sees the client.
func (r *relay) LocalAddr() net.Addr { return r.server.target }

// Deadlines aren't used by the TURN library.
func (r *relay) SetDeadline(time.Time) error      { return nil }
func (r *relay) SetReadDeadline(time.Time) error  { return nil }
func (r *relay) SetWriteDeadline(time.Time) error { return nil }

// turnListener bounds how many connections are open and how long they may be silent, and closes them at the end.
type turnListener struct {
	net.Listener
	mu   sync.Mutex
	open map[net.Conn]struct{}
	over bool
}

// Accept is net.Listener's.
func (l *turnListener) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		if l.over || len(l.open) >= turnConns {
			l.mu.Unlock()
			c.Close()
			continue
		}
		l.open[c] = struct{}{}
		l.mu.Unlock()
		return &turnConn{c, l}, nil
	}
}

func (l *turnListener) closeAll() {
	l.mu.Lock()
	l.over = true
	for c := range l.open {
		c.Close()
	}
	l.mu.Unlock()
}

type turnConn struct {
	net.Conn
	listener *turnListener
}

// Read waits for the client, but not for ever.
func (c *turnConn) Read(b []byte) (int, error) {
	if err := c.SetReadDeadline(time.Now().Add(turnIdle)); err != nil {
		return 0, err
	}
	return c.Conn.Read(b)
}

// Write gives up on a client that takes nothing.
func (c *turnConn) Write(b []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(turnIdle)); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}

// Close is net.Conn's.
func (c *turnConn) Close() error {
	c.listener.mu.Lock()
	delete(c.listener.open, c.Conn)
	c.listener.mu.Unlock()
	return c.Conn.Close()
}

// turnName is what a seat is called to the relay: nothing that says who it is.
func turnName() string {
	var b [12]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x", b)
}

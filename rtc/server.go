package rtc

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/dtls/v3"
	"github.com/pion/ice/v4"
	"github.com/pion/webrtc/v4"
)

// Config says where media come in.
type Config struct {
	Listen  netip.AddrPort // UDP, and TCP for networks that let no UDP through; port 0 takes a free one
	Public  []netip.Addr   // addresses by which phones reach this machine; none means those of its interfaces
	NoTCP   bool
	Turn    Turn // zero: none
	Log     *slog.Logger
	Metrics *Metrics // may be nil
}

// ErrClosed is returned by everything that is asked of a server, conference or peer that has ended.
var ErrClosed = errors.New("rtc: closed")

// Server carries conferences over one UDP port (and the TCP port of the same number).
type Server struct {
	config   Config
	settings webrtc.SettingEngine
	udp      *batchConn
	mux      *ice.UDPMuxDefault
	tcp      *ice.TCPMuxDefault
	turn     *turnServer // nil: none

	mu          sync.Mutex
	conferences map[string]*Conference
	closed      bool
}

// New listens.
func New(config Config) (*Server, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	if config.Metrics == nil {
		config.Metrics = &Metrics{}
	}
	conn, listener, err := listen(config.Listen, !config.NoTCP)
	if err != nil {
		return nil, fmt.Errorf("media port: %w", err)
	}
	// Room for what twelve cameras send in a moment; the kernel may give less.
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	s := &Server{config: config, udp: newBatchConn(conn), conferences: map[string]*Conference{}}
	logs := logFactory{config.Log}
	s.mux = ice.NewUDPMuxDefault(ice.UDPMuxParams{UDPConn: s.udp, Logger: logs.NewLogger("ice")})

	var settings webrtc.SettingEngine
	settings.LoggerFactory = logs
	settings.SetLite(true)
	networks := []webrtc.NetworkType{webrtc.NetworkTypeUDP4, webrtc.NetworkTypeUDP6}
	if listener != nil {
		// A phone that takes nothing from its connection has packets dropped and holds up nobody.
		s.tcp = ice.NewTCPMuxDefault(ice.TCPMuxParams{Listener: listener, Logger: logs.NewLogger("ice-tcp"), ReadBufferSize: 64, WriteBufferSize: tcpWaiting, FirstStunBindTimeout: 10 * time.Second})
		networks = append(networks, webrtc.NetworkTypeTCP4, webrtc.NetworkTypeTCP6)
	}
	settings.SetNetworkTypes(networks)
	settings.SetIncludeLoopbackCandidate(conn.LocalAddr().(*net.UDPAddr).IP.IsLoopback())
	settings.SetICEMulticastDNSMode(ice.MulticastDNSModeDisabled)
	settings.SetICETimeouts(5*time.Second, 25*time.Second, 2*time.Second)
	settings.DisableActiveTCP(true)       // we never call a client
	settings.SetPrflxAcceptanceMinWait(0) // the clients' addresses are all learnt from their checks
	settings.SetHostAcceptanceMinWait(0)
	settings.SetSRTPProtectionProfiles(dtls.SRTP_AEAD_AES_128_GCM, dtls.SRTP_AES128_CM_HMAC_SHA1_80)
	if len(config.Public) > 0 {
		var ips []string
		for _, a := range config.Public {
			ips = append(ips, a.String())
		}
		if err := settings.SetICEAddressRewriteRules(webrtc.ICEAddressRewriteRule{External: ips, AsCandidateType: webrtc.ICECandidateTypeHost, Mode: webrtc.ICEAddressRewriteReplace}); err != nil {
			s.Close()
			return nil, err
		}
	}
	s.settings = settings
	if t := config.Turn; t.Listen.IsValid() || t.ListenTLS.IsValid() {
		if s.turn, err = newTurn(t, conn.LocalAddr().(*net.UDPAddr), s.addresses, logs); err != nil {
			s.Close()
			return nil, fmt.Errorf("relay for media: %w", err)
		}
	}
	return s, nil
}

// settingsFor are the settings of one client's connection.
func (s *Server) settingsFor(short *shortcut) webrtc.SettingEngine {
	settings := s.settings
	settings.SetICEUDPMux(udpWay{s.mux, short, s.udp.LocalAddr().(*net.UDPAddr).IP.IsLoopback()})
	if s.tcp != nil {
		settings.SetICETCPMux(tcpWay{s.tcp, short})
	}
	short.keys.follow(&settings)
	return settings
}

// tcpWaiting is how many bytes may wait for a phone that is reached by TCP: more would only come too late.
const tcpWaiting = 256 << 10

// addresses are those that phones are told.
func (s *Server) addresses() (all []netip.Addr) {
	all = append(all, s.config.Public...)
	for _, a := range s.mux.GetListenAddresses() {
		if udp, ok := a.(*net.UDPAddr); ok {
			all = append(all, udp.AddrPort().Addr().Unmap())
		}
	}
	return all
}

// listen opens the UDP port, and the TCP port of the same number. A free port is looked for until both are free.
func listen(at netip.AddrPort, alsoTCP bool) (conn *net.UDPConn, listener *net.TCPListener, err error) {
	for range 20 {
		if conn, err = net.ListenUDP("udp", net.UDPAddrFromAddrPort(at)); err != nil || !alsoTCP {
			return conn, nil, err
		}
		addr := conn.LocalAddr().(*net.UDPAddr)
		if listener, err = net.ListenTCP("tcp", &net.TCPAddr{IP: addr.IP, Port: addr.Port}); err == nil {
			return conn, listener, nil
		}
		conn.Close()
		if at.Port() != 0 {
			break
		}
	}
	return nil, nil, err
}

// Port is the UDP port that media come in by.
func (s *Server) Port() int { return s.udp.LocalAddr().(*net.UDPAddr).Port }

// Open gives the conference with that name, and begins it if it doesn't exist.
func (s *Server) Open(id string) (*Conference, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	c := s.conferences[id]
	if c == nil {
		c = newConference(s, id)
		s.conferences[id] = c
	}
	return c, nil
}

// Find gives the conference with that name, nil if there is none.
func (s *Server) Find(id string) *Conference {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.conferences[id]
}

// forget is called by a conference that has ended.
func (s *Server) forget(c *Conference) {
	s.mu.Lock()
	if s.conferences[c.id] == c {
		delete(s.conferences, c.id)
	}
	s.mu.Unlock()
}

// Metrics are the server's counts.
func (s *Server) Metrics() *Metrics { return s.config.Metrics }

// Relays is how many ways are open through the relay.
func (s *Server) Relays() int {
	if s.turn == nil {
		return 0
	}
	return s.turn.server.AllocationCount()
}

// Count is how many conferences there are.
func (s *Server) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.conferences)
}

// Ways is how many streams are sent to somebody.
func (s *Server) Ways() (n int) {
	s.mu.Lock()
	var all []*Conference
	for _, c := range s.conferences {
		all = append(all, c)
	}
	s.mu.Unlock()
	for _, c := range all {
		for _, p := range c.all() {
			for slot := range p.slots() {
				if slot.mu.Lock(); slot.current != nil {
					n++
				}
				slot.mu.Unlock()
			}
		}
	}
	return n
}

// Close ends all conferences and gives the ports back.
func (s *Server) Close() error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	var all []*Conference
	for _, c := range s.conferences {
		all = append(all, c)
	}
	s.mu.Unlock()
	for _, c := range all {
		c.Close()
	}
	var tcp, relay error
	if s.turn != nil {
		relay = s.turn.close()
	}
	if s.tcp != nil {
		tcp = s.tcp.Close()
	}
	return errors.Join(relay, tcp, s.mux.Close(), ignoreClosed(s.udp.Close()))
}

func ignoreClosed(err error) error {
	if errors.Is(err, net.ErrClosed) {
		return nil
	}
	return err
}

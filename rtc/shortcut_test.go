package rtc

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/rtp"
	"github.com/pion/srtp/v3"
	"github.com/pion/webrtc/v4"
)

// TestMediaTakeTheShortcut: once it is known what a client's streams are, all their packets are decrypted where they are read, by UDP and by TCP.
func TestMediaTakeTheShortcut(t *testing.T) {
	for name, networks := range map[string][]webrtc.NetworkType{"UDP": {webrtc.NetworkTypeUDP4}, "TCP": {webrtc.NetworkTypeTCP4}} {
		t.Run(name, func(t *testing.T) {
			s := newServer(t)
			c := newConferenceOf(t, s, "h")
			c.Permit(map[string]Permissions{"judge": everything, "party": everything})
			judge := newPhoneBy(t, c, "judge", Role{Sends: true, Pairs: 2}, 3, by{networks: networks})
			t.Cleanup(judge.close)
			judge.say()
			all := func() int64 { return s.config.Metrics.Received.Load() }
			short := func() int64 { return s.config.Metrics.Short.Load() }
			eventually(t, "each of four streams has come", func() bool { return len(layers(judge.peer)) == 4 && short() > 0 })
			before, slow := all(), all()-short()
			eventually(t, "many packets", func() bool { return all() > before+300 })
			if n := all() - short() - slow; n > 4 { // what was in the stack already
				t.Errorf("%d packets went the long way", n)
			}
			if udp := name == "UDP"; udp != (s.udp.ways.count() > 0) {
				t.Errorf("%d addresses are known by the media port", s.udp.ways.count())
			}
			judge.close()
			judge.peer.Leave()
			eventually(t, "the media port forgets the client", func() bool { return s.udp.ways.count() == 0 })
		})
	}
}

// TestAClientThatLetsUsCallIsHeard: a client may answer so that we have to begin the handshake, which browsers don't; its keys aren't known then, and its media go the long way.
func TestAClientThatLetsUsCallIsHeard(t *testing.T) {
	s := newServer(t)
	c := newConferenceOf(t, s, "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 2}, 1)
	party := newPhoneBy(t, c, "party", Role{Sends: true, Pairs: 2}, 1, by{settings: func(s *webrtc.SettingEngine) { _ = s.SetAnsweringDTLSRole(webrtc.DTLSRoleServer) }})
	t.Cleanup(party.close)
	party.say()
	eventually(t, "the party is seen and heard", func() bool {
		return judge.slot("party", Audio).packets > 20 && judge.slot("party", Camera).packets > 5
	})
	if n := s.config.Metrics.Short.Load(); n > 0 {
		t.Errorf("%d packets took the shortcut", n)
	}
}

// layers are all streams that the peer sends.
func layers(p *Peer) (all []*layer) {
	for _, pub := range p.publications {
		pub.each(func(l *layer) { all = append(all, l) })
	}
	return all
}

func (k *knownWays) count() int {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return len(k.to)
}

// sealed is a client that encrypts, and the shortcut that knows its keys.
type sealed struct {
	t        testing.TB
	client   *srtp.Context
	shortcut *shortcut
	stream   *rtpStream
	came     []uint16
}

const sealedSSRC = 7

func newSealed(t testing.TB) *sealed {
	t.Helper()
	key, salt := make([]byte, 16), make([]byte, 12)
	made := func() *srtp.Context {
		c, err := srtp.CreateContext(key, salt, srtp.ProtectionProfileAeadAes128Gcm, srtp.SRTPReplayProtection(remembered))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	s := &sealed{t: t, client: made(), shortcut: &shortcut{streams: &streams{rtp: map[uint32]*rtpStream{}}, ways: &knownWays{to: map[netip.AddrPort]*shortcut{}}, metrics: &Metrics{}, context: made()}}
	s.stream = s.shortcut.streams.buffer(0, sealedSSRC).(*rtpStream)
	return s
}

func (s *sealed) packet(seq uint16) (plain, encrypted []byte) {
	s.t.Helper()
	plain, err := (&rtp.Packet{Header: rtp.Header{Version: 2, PayloadType: payloadOpus, SequenceNumber: seq, SSRC: sealedSSRC}, Payload: []byte("sound")}).Marshal()
	if err != nil {
		s.t.Fatal(err)
	}
	encrypted, err = s.client.EncryptRTP(nil, plain, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	return plain, encrypted
}

func (s *sealed) take() {
	s.stream.hand(func(packet []byte, _ time.Time) { s.came = append(s.came, binary.BigEndian.Uint16(packet[2:])) })
}

// TestTheShortcutFollowsNumbersThatBeginAnew: packets that went the long way count, also when the first that takes the shortcut is the one with which the numbers begin anew.
func TestTheShortcutFollowsNumbersThatBeginAnew(t *testing.T) {
	s := newSealed(t)
	for seq := uint16(65530); seq != 65535; seq++ {
		plain, encrypted := s.packet(seq)
		if got := s.shortcut.pass(nil, encrypted); got != notOurs {
			t.Fatalf("a packet of a stream that nobody takes yet: %v", got)
		}
		_, _ = s.stream.Write(plain)
	}
	s.take()
	_, lost := s.packet(65535)
	for seq := uint16(0); seq < 3; seq++ {
		_, encrypted := s.packet(seq)
		if got := s.shortcut.pass(nil, encrypted); got != passed {
			t.Fatalf("packet %d: %v", seq, got)
		}
	}
	if got := s.shortcut.pass(nil, lost); got != passed {
		t.Errorf("the packet that comes late: %v", got)
	}
	if want := []uint16{65530, 65531, 65532, 65533, 65534, 0, 1, 2, 65535}; !slices.Equal(s.came, want) {
		t.Errorf("came %v, want %v", s.came, want)
	}
}

// TestTheShortcutTakesOnlyWhatTheClientSent: what is forged or comes again is refused, and does no harm to what follows.
func TestTheShortcutTakesOnlyWhatTheClientSent(t *testing.T) {
	s := newSealed(t)
	plain, _ := s.packet(1)
	_, _ = s.stream.Write(plain)
	s.take()
	_, good := s.packet(2)
	for _, seq := range []uint16{3, 40000, 65535, 2} {
		forged := append([]byte(nil), good...)
		binary.BigEndian.PutUint16(forged[2:], seq)
		forged[len(forged)-1] ^= 1
		if got := s.shortcut.pass(nil, forged); got != refused {
			t.Errorf("forged as %d: %v", seq, got)
		}
	}
	for i, want := range []passage{passed, refused} {
		if got := s.shortcut.pass(nil, good); got != want {
			t.Errorf("time %d: %v, want %v", i+1, got, want)
		}
	}
	for name, packet := range map[string][]byte{"a check": {0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 0, 0, 0, 0}, "a handshake": make([]byte, 60), "a report": {0x80, 201, 0, 1, 0, 0, 0, 7, 0, 0, 0, 0}, "too short": good[:11], "nothing": nil} {
		if got := s.shortcut.pass(nil, packet); got != notOurs {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// FuzzShortcut: whatever comes by the media port, only what the client sent is taken, and what it sends next still is.
func FuzzShortcut(f *testing.F) {
	begun := func(t testing.TB) (s *sealed, sent [2][]byte) {
		s = newSealed(t)
		plain, first := s.packet(65535)
		_, _ = s.stream.Write(plain)
		s.take()
		_, second := s.packet(0)
		return s, [2][]byte{first, second}
	}
	_, sent := begun(f)
	f.Add(sent[0])
	f.Add(sent[1])
	f.Add(sent[1][:20])
	f.Add(append([]byte{0xbf, 111, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, sealedSSRC}, make([]byte, 80)...))
	f.Add(append([]byte{0x90, 111, 0, 3, 0, 0, 0, 0, 0, 0, 0, sealedSSRC, 0xc0, 0xde, 0, 1}, make([]byte, 40)...))
	f.Fuzz(func(t *testing.T, packet []byte) {
		s, sent := begun(t)
		theirs := bytes.Equal(packet, sent[0]) || bytes.Equal(packet, sent[1])
		if got := s.shortcut.pass(make([]byte, 0, readBytes), packet); (got == passed) != theirs {
			t.Fatalf("%x: %v", packet, got)
		}
		_, next := s.packet(1)
		if got := s.shortcut.pass(nil, next); got != passed {
			t.Fatalf("what the client sends after %x: %v", packet, got)
		}
	})
}

// TestAClientIsKnownByFewAddresses: however often its address changes, and no longer than it is there.
func TestAClientIsKnownByFewAddresses(t *testing.T) {
	s := newSealed(t)
	addr := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.MustParseAddr("192.0.2.1"), uint16(1000+i))
	}
	for i := range 3 * maxWays {
		s.shortcut.comesFrom(addr(i))
	}
	if n := s.shortcut.ways.count(); n != maxWays {
		t.Errorf("known by %d addresses, want %d", n, maxWays)
	}
	for range 2 { // back to one that is known already, and to one that is so no longer
		for _, i := range []int{3*maxWays - 2, 0} {
			if s.shortcut.comesFrom(addr(i)); s.shortcut.ways.find(addr(i)) != s.shortcut {
				t.Errorf("address %d isn't known", i)
			}
		}
	}
	if n := s.shortcut.ways.count(); n != maxWays {
		t.Errorf("known by %d addresses, want %d", n, maxWays)
	}
	other := &shortcut{ways: s.shortcut.ways}
	other.comesFrom(addr(3*maxWays - 1))
	s.shortcut.close()
	s.shortcut.comesFrom(addr(1))
	if n := s.shortcut.ways.count(); n != 1 || s.shortcut.ways.find(addr(3*maxWays-1)) != other {
		t.Errorf("%d addresses are left, want the one that is another client's by now", n)
	}
}

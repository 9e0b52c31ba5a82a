package rtc

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"
)

// certificate is trusted by the tests' clients and nobody else.
var certificate tls.Certificate

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		panic(err)
	}
	certificate = tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	dir, err := os.MkdirTemp("", "rtc")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		panic(err)
	}
	os.Setenv("SSL_CERT_FILE", file)
	return m.Run()
}

func newTurnServer(t *testing.T) *Server {
	t.Helper()
	s, err := New(Config{Listen: netip.MustParseAddrPort("127.0.0.1:0"), Turn: Turn{
		Listen: netip.MustParseAddrPort("127.0.0.1:0"), ListenTLS: netip.MustParseAddrPort("127.0.0.1:0"), Host: "127.0.0.1",
		TLS: &tls.Config{Certificates: []tls.Certificate{certificate}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestWhoseNetworkLetsNoUDPThroughJoins: by TCP, and by each kind of relay; and what such a phone sends arrives, and it hears.
func TestWhoseNetworkLetsNoUDPThroughJoins(t *testing.T) {
	s := newTurnServer(t)
	for _, way := range []struct {
		name string
		by   by
	}{
		{"TCP", by{networks: []webrtc.NetworkType{webrtc.NetworkTypeTCP4}}},
		{"relay by UDP", by{relay: "turn:127.0.0.1:" + port(s.turn.urls[0]) + "?transport=udp"}},
		{"relay by TCP", by{relay: "turn:127.0.0.1:" + port(s.turn.urls[1]) + "?transport=tcp"}},
		{"relay by TLS", by{relay: "turns:"}},
	} {
		t.Run(way.name, func(t *testing.T) {
			c := newConferenceOf(t, s, way.name)
			c.Permit(map[string]Permissions{"judge": everything, "party": everything})
			judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 1)
			judge.say()
			began := time.Now()
			party := newPhoneBy(t, c, "party", Role{Sends: true, Pairs: 1}, 1, way.by)
			t.Cleanup(party.close)
			party.say()
			eventually(t, "the party hears and sees", func() bool {
				return party.slot("judge", Audio).packets > 5 && party.slot("judge", Camera).packets > 5
			})
			eventually(t, "the party is heard and seen", func() bool {
				return judge.slot("party", Audio).packets > 5 && judge.slot("party", Camera).packets > 5
			})
			took := time.Since(began)
			t.Logf("after %d ms", took.Milliseconds())
			if took > 10*time.Second { // half of it on a quiet machine
				t.Errorf("joining took %v", took)
			}
			c.Close()
		})
	}
}

func port(url string) string {
	_, rest, _ := cutHost(url)
	return rest
}

// cutHost takes "turn:HOST:PORT?..." apart.
func cutHost(url string) (host, port string, ok bool) {
	for i := len("turn:"); i < len(url); i++ {
		if url[i] == '?' {
			host, port, err := net.SplitHostPort(url[len("turn:"):i])
			return host, port, err == nil
		}
	}
	return "", "", false
}

// TestTheRelayLeadsToMediaAlone: whoever has a seat's credentials reaches the media port by it and nothing else, whoever has none reaches nothing, and the credentials end with the seat.
func TestTheRelayLeadsToMediaAlone(t *testing.T) {
	s := newTurnServer(t)
	c := newConferenceOf(t, s, "h")
	c.Permit(map[string]Permissions{"judge": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 0)
	judge.say()
	credentials := judge.peer.relays()[0]
	other, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	reached := make(chan struct{}, 1)
	go func() { // ends when the socket is closed
		if _, _, err := other.ReadFrom(make([]byte, 100)); err == nil {
			reached <- struct{}{}
		}
	}()

	client := turnClient(t, s, credentials.Username, credentials.Credential)
	relay, err := client.Allocate()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := relay.WriteTo([]byte("hello"), other.LocalAddr()); err != nil {
		t.Log(err)
	}
	if err := client.CreatePermission(&net.UDPAddr{IP: net.IPv4(127, 0, 0, 2), Port: s.Port()}); err == nil {
		t.Error("another address may be reached")
	}
	if err := client.CreatePermission(&net.UDPAddr{IP: net.IPv4(10, 0, 0, 1), Port: s.Port()}); err == nil {
		t.Error("another address may be reached")
	}
	select {
	case <-reached:
		t.Error("another port was reached")
	case <-time.After(300 * time.Millisecond):
	}
	if _, err := client.AllocateTCP(); err == nil {
		t.Error("TCP is relayed")
	}

	for _, wrong := range [][2]string{{credentials.Username, "guess"}, {"1700000000:" + judge.peer.relayName, s.turn.password("1700000000:" + judge.peer.relayName)}, {"9999999999:nobody", s.turn.password("9999999999:nobody")}} {
		if _, err := turnClient(t, s, wrong[0], wrong[1]).Allocate(); err == nil {
			t.Errorf("%v is let in", wrong)
		}
	}
	for range turnEach - 1 {
		if _, err := turnClient(t, s, credentials.Username, credentials.Credential).Allocate(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := turnClient(t, s, credentials.Username, credentials.Credential).Allocate(); err == nil {
		t.Error("one seat has as many relays as it likes")
	}
	judge.close()
	if _, err := turnClient(t, s, credentials.Username, credentials.Credential).Allocate(); err == nil {
		t.Error("the credentials of a seat that was given up are good")
	}
}

func turnClient(t *testing.T, s *Server, name, password string) *turn.Client {
	t.Helper()
	conn, err := net.ListenPacket("udp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	at := "127.0.0.1:" + port(s.turn.urls[0])
	client, err := turn.NewClient(&turn.ClientConfig{STUNServerAddr: at, TURNServerAddr: at, Conn: conn, Username: name, Password: password, Realm: turnRealm, LoggerFactory: logFactory{s.config.Log}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		client.Close()
		conn.Close()
	})
	if err := client.Listen(); err != nil {
		t.Fatal(err)
	}
	return client
}

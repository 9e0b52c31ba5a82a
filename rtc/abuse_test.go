package rtc

import (
	"fmt"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// rogue is a track by which anything can be sent in the name of any stream.
type rogue struct {
	kind   webrtc.RTPCodecType
	writer chan webrtc.TrackLocalWriter
}

func (r *rogue) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	r.writer <- c.WriteStream()
	return c.CodecParameters()[0], nil
}
func (r *rogue) Unbind(webrtc.TrackLocalContext) error { return nil }
func (r *rogue) ID() string                            { return "rogue" }
func (r *rogue) RID() string                           { return "" }
func (r *rogue) StreamID() string                      { return "rogue" }
func (r *rogue) Kind() webrtc.RTPCodecType             { return r.kind }

// liar is a client that is connected and sends what it likes.
type liar struct {
	id     string
	conf   *Conference
	peer   *Peer
	pc     *webrtc.PeerConnection
	rogue  *rogue
	offers chan Offer
}

func (l *liar) Offer(o Offer)     { l.offers <- o }
func (l *liar) Slots([]SlotView)  {}
func (l *liar) Speaking([]string) {}
func (l *liar) Quality([]Quality) {}
func (l *liar) Connected(bool)    {}

// lie brings a liar in, whose answer to the first offer is what change makes of the honest one; nil leaves it as it is.
func lie(t *testing.T, c *Conference, id string, change func(string) string) *liar {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	l := &liar{id: id, conf: c, offers: make(chan Offer, 1000), rogue: &rogue{webrtc.RTPCodecTypeAudio, make(chan webrtc.TrackLocalWriter, 8)}}
	var err error
	if l.pc, err = webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings)).NewPeerConnection(webrtc.Configuration{}); err != nil {
		t.Fatal(err)
	}
	if l.peer, err = c.Join(id, Role{Sends: true, Pairs: 3}, l); err != nil {
		t.Fatal(err)
	}
	o := <-l.offers
	if err := l.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.SDP}); err != nil {
		t.Fatal(err)
	}
	if _, err := l.pc.AddTrack(l.rogue); err != nil {
		t.Fatal(err)
	}
	answer, err := l.pc.CreateAnswer(nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := l.pc.SetLocalDescription(answer); err != nil {
		t.Fatal(err)
	}
	sdp := answer.SDP
	if change != nil {
		sdp = change(sdp)
	}
	if err := l.peer.Answer(o.Number, sdp); err != nil {
		t.Logf("%s: %v", id, err)
	}
	return l
}

func (l *liar) leave() {
	l.peer.Leave()
	_ = l.pc.Close()
}

// connected waits for the connection, and gives the way to send.
func (l *liar) connected(t *testing.T) webrtc.TrackLocalWriter {
	t.Helper()
	eventually(t, l.id+" is connected", l.peer.connected.Load)
	return <-l.rogue.writer
}

// crowd is two honest people who talk to each other while others misbehave.
type crowd struct {
	t            *testing.T
	c            *Conference
	judge, party *phone
	goroutines   int
	heap         uint64
}

func newCrowd(t *testing.T) *crowd {
	t.Helper()
	x := &crowd{t: t, c: newConferenceOf(t, newServer(t), "h")}
	may := map[string]Permissions{"judge": {Receive: true, Audio: true, Video: true, First: true}, "party": everything}
	for i := range 8 {
		may[fmt.Sprint("liar", i)] = everything
	}
	x.c.Permit(may)
	x.judge = join(t, x.c, "judge", Role{Sends: true, Pairs: 3}, 3)
	x.party = join(t, x.c, "party", Role{Sends: true, Pairs: 3}, 3)
	x.judge.say()
	x.party.say()
	x.flows()
	x.goroutines, x.heap = measure()
	return x
}

func measure() (goroutines int, heap uint64) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return runtime.NumGoroutine(), m.HeapAlloc
}

// flows sees that the honest ones hear and see each other, now.
func (x *crowd) flows() {
	x.t.Helper()
	audio, video := x.judge.slot("party", Audio).packets, x.party.slot("judge", Camera).packets
	eventually(x.t, "the honest ones hear and see each other", func() bool {
		return x.judge.slot("party", Audio).packets > audio+25 && x.party.slot("judge", Camera).packets > video+10
	})
}

// bounded sees what a liar has cost while it is there.
func (x *crowd) bounded(what string, goroutines int, heap uint64) {
	x.t.Helper()
	g, h := measure()
	if grown := int64(h) - int64(x.heap); g-x.goroutines > goroutines || grown > int64(heap) {
		x.t.Errorf("%s: %d goroutines and %d KiB more", what, g-x.goroutines, grown>>10)
	}
}

// over sees that nothing of the liars is left, and that of what the honest ones heard from each other nothing was lost.
func (x *crowd) over() {
	x.t.Helper()
	x.flows()
	eventually(x.t, "the liars' goroutines end", func() bool { g, _ := measure(); return g <= x.goroutines+4 })
	x.party.mu.Lock()
	defer x.party.mu.Unlock()
	for _, v := range x.party.slots {
		s := x.party.heard[v.MID]
		if v.Peer != "judge" || v.Media != Audio || s == nil {
			continue
		}
		for i := 1; i < len(s.seqs); i++ {
			if s.seqs[i] != s.seqs[i-1]+1 {
				x.t.Errorf("the judge's sound %d follows %d", s.seqs[i], s.seqs[i-1])
			}
		}
	}
}

// TestAnAnswerThatLiesHarmsItsAuthorAlone: garbage, a thousand tracks, a thousand candidates that lead elsewhere.
func TestAnAnswerThatLiesHarmsItsAuthorAlone(t *testing.T) {
	x := newCrowd(t)

	garbage := lie(t, x.c, "liar0", func(string) string { return "v=0\r\nm=\x00" })
	for i := range 100 {
		_ = garbage.peer.Answer(1, strings.Repeat("a=b\r\n", i))
	}
	eventually(t, "who answers garbage only is let go", func() bool { return x.c.Peer("liar0") == nil })

	tracks := lie(t, x.c, "liar1", func(sdp string) string {
		return sdp + strings.Repeat("m=video 9 UDP/TLS/RTP/SAVPF 96\r\na=sendonly\r\n", 1000)
	})
	if tracks.peer.Answer(1, strings.Repeat("x", MaxSDP+1)) == nil {
		t.Error("an answer of any length is taken")
	}
	eventually(t, "the thousand tracks were refused", func() bool {
		tracks.peer.negotiating.Lock()
		defer tracks.peer.negotiating.Unlock()
		return tracks.peer.open
	})
	streams := lie(t, x.c, "liar2", func(sdp string) string {
		var b strings.Builder
		for i := range 1000 {
			fmt.Fprintf(&b, "a=ssrc:%d cname:x\r\na=rid:%d send\r\n", i+1, i)
		}
		at := strings.Index(sdp, "m=video")
		return sdp[:at] + b.String() + sdp[at:]
	})

	reached, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer reached.Close()
	called := make(chan string, 1)
	go func() { // ends when the listener is closed
		if conn, err := reached.Accept(); err == nil {
			called <- conn.RemoteAddr().String()
			conn.Close()
		}
	}()
	deafUDP, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer deafUDP.Close()
	go func() { // ends when the socket is closed
		if _, from, err := deafUDP.ReadFrom(make([]byte, 100)); err == nil {
			called <- from.String()
		}
	}()
	candidates := func(n int, lite string) func(string) string {
		return func(sdp string) string {
			var b strings.Builder
			fmt.Fprintf(&b, "a=candidate:1 1 tcp 2130706431 127.0.0.1 %d typ host tcptype passive\r\n", reached.Addr().(*net.TCPAddr).Port)
			fmt.Fprintf(&b, "a=candidate:2 1 udp 2130706431 127.0.0.1 %d typ host\r\n", deafUDP.LocalAddr().(*net.UDPAddr).Port)
			for i := range n {
				fmt.Fprintf(&b, "a=candidate:%d 1 udp %d 127.0.0.1 %d typ host\r\n", i+3, 1000-i, 10000+i)
			}
			at := strings.Index(sdp, "a=mid:0")
			return strings.Replace(sdp[:at]+b.String()+sdp[at:], "t=0 0\r\n", "t=0 0\r\n"+lite, 1)
		}
	}
	flood := lie(t, x.c, "liar3", candidates(900, ""))
	lite := lie(t, x.c, "liar4", candidates(0, "a=ice-lite\r\n"))
	eventually(t, "candidates in the answer change nothing", flood.peer.connected.Load)
	select {
	case from := <-called:
		t.Errorf("the server called a candidate of an answer from %s", from)
	case <-time.After(500 * time.Millisecond):
	}
	x.flows()
	x.bounded("lying answers", 4*110, 4*4<<20)
	for _, l := range []*liar{garbage, tracks, streams, flood, lite} {
		l.leave()
	}
	x.over()
}

// TestAFloodHarmsItsSenderAlone: of streams, of packets that are none, of reports that ask for everything, of offers and wishes.
func TestAFloodHarmsItsSenderAlone(t *testing.T) {
	x := newCrowd(t)

	many := lie(t, x.c, "liar0", nil)
	writer := many.connected(t)
	for i := range 3000 {
		_, _ = writer.WriteRTP(&rtp.Header{Version: 2, PayloadType: payloadVP8, SSRC: uint32(i + 1), SequenceNumber: uint16(i)}, []byte{1, 2, 3})
		if i%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}
	eventually(t, "who sends a thousand streams is let go", func() bool { return x.c.Peer("liar0") == nil })

	noise := lie(t, x.c, "liar1", nil)
	writer = noise.connected(t)
	junk := make([]byte, 1200)
	for i := range 3000 {
		for j := range junk {
			junk[j] = byte(rand.Uint32())
		}
		// Numbers that jump, so that the server could believe that thirty thousand packets are missing each time.
		_, _ = writer.WriteRTP(&rtp.Header{Version: 2, PayloadType: payloadVP8, SSRC: 77, SequenceNumber: uint16(i * 32767), Timestamp: rand.Uint32()}, junk[:1+rand.IntN(len(junk))])
		if i%100 == 0 {
			time.Sleep(time.Millisecond)
		}
	}

	asks := lie(t, x.c, "liar2", nil)
	asks.connected(t)
	keys := x.c.server.config.Metrics.KeyFrames.Load()
	resent := x.c.server.config.Metrics.Resent.Load()
	began := time.Now()
	for i := range 400 {
		var all []rtcp.Packet
		asks.peer.ssrcs.RLock()
		for ssrc := range asks.peer.slotOf {
			var nacks []rtcp.NackPair
			for n := range maxNacks {
				nacks = append(nacks, rtcp.NackPair{PacketID: uint16(i*17 + n*17), LostPackets: 0xffff})
			}
			all = append(all, &rtcp.PictureLossIndication{MediaSSRC: ssrc}, &rtcp.TransportLayerNack{MediaSSRC: ssrc, Nacks: nacks})
		}
		asks.peer.ssrcs.RUnlock()
		for _, p := range all {
			_ = asks.pc.WriteRTCP([]rtcp.Packet{p})
		}
		asks.peer.Wish(map[string]Layer{"5": Layer(i % 4), fmt.Sprint(i): LayerFull})
		if i%10 == 0 {
			_ = asks.peer.Restart()
		}
		time.Sleep(5 * time.Millisecond)
	}
	passed := time.Since(began)
	keys, resent = x.c.server.config.Metrics.KeyFrames.Load()-keys, x.c.server.config.Metrics.Resent.Load()-resent
	t.Logf("in %v a receiver that asks for everything had %d key frames asked for and %d packets sent again", passed.Round(time.Millisecond), keys, resent)
	// Two people's cameras in one slot each: so many at once, then one in a while; some are for those who come and for other layers.
	if most := int64(2*(keyWishes+int(passed/keyWishEvery)+1) + 20); keys > most {
		t.Errorf("%d key frames were asked for, %d at most", keys, most)
	}
	if n := len(asks.offers); n > 41 {
		t.Errorf("%d offers wait for an answer", n)
	}
	x.flows()
	x.bounded("floods", 3*110, 3*6<<20)
	for _, l := range []*liar{many, noise, asks} {
		l.leave()
	}
	x.over()
}

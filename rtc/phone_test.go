package rtc

import (
	"encoding/binary"
	"net/netip"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// phone is a client of the tests: a real WebRTC stack over real UDP on loopback, with made-up sound and pictures. Each packet's payload says who sent it and its running number.
type phone struct {
	t    testing.TB
	id   string
	conf *Conference
	peer *Peer
	by   by
	api  *webrtc.API
	pc   *webrtc.PeerConnection

	audio  *webrtc.TrackLocalStaticRTP
	video  [4]*webrtc.TrackLocalStaticRTP
	sender *webrtc.RTPSender

	mu       sync.Mutex
	offers   int
	slots    []SlotView
	speaking []string
	heard    map[string]*stream // by mid
	quality  []Quality

	connected atomic.Bool
	keys      atomic.Int64 // key frames it was asked for
	sends     atomic.Int32 // the largest layer, as its own look at the network has it
	stop      chan struct{}
	done      sync.WaitGroup
}

// stream is what came in by one slot.
type stream struct {
	packets  int
	from     string // of the last packet
	layer    Layer
	seqs     []uint16
	times    []time.Time
	pictures []uint16
	first    time.Time
	keys     int
}

func newServer(t testing.TB) *Server {
	t.Helper()
	s, err := New(Config{Listen: netip.MustParseAddrPort("127.0.0.1:0")})
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

func newConferenceOf(t testing.TB, s *Server, id string) *Conference {
	t.Helper()
	c, err := s.Open(id)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// join brings a phone into the conference. layers is how many layers of its camera it sends; 0 is none.
func join(t testing.TB, c *Conference, id string, role Role, layers int) *phone {
	t.Helper()
	p := newPhone(t, c, id, role, layers)
	t.Cleanup(p.close)
	return p
}

func newPhone(t testing.TB, c *Conference, id string, role Role, layers int) *phone {
	t.Helper()
	return newPhoneBy(t, c, id, role, layers, by{})
}

// by is how a phone's network lets it through: by all ways, where nothing is said.
type by struct {
	networks []webrtc.NetworkType
	relay    string // only by relays whose address begins like that
	settings func(*webrtc.SettingEngine)
	offer    func(sdp string) string // what becomes of an offer on its way
	reports  bool                    // the phone asks for lost packets, sends them again, and reports what came when, as browsers do
	bytes    [4]int                  // of sound, and of a picture in each layer; zero: a few
}

// realBytes make about 50, 70, 210 and 280 kbit/s with all headers.
var realBytes = [4]int{LayerNone: 60, LayerQuarter: 250, LayerHalf: 1000, LayerFull: 1350}

// soak: the long versions of the tests.
var soak = os.Getenv("MICROCOURT_SOAK") == "1"

func plainCodecs(media *webrtc.MediaEngine) error {
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: payloadVP8, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000}}, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	if err := media.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: payloadRTX, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96"}}, webrtc.RTPCodecTypeVideo); err != nil {
		return err
	}
	return media.RegisterCodec(webrtc.RTPCodecParameters{PayloadType: payloadOpus, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2, SDPFmtpLine: "minptime=10;useinbandfec=1"}}, webrtc.RTPCodecTypeAudio)
}

// reporting gives a phone what browsers do with lost packets.
func reporting(t testing.TB, media *webrtc.MediaEngine) *interceptor.Registry {
	t.Helper()
	registry := &interceptor.Registry{}
	media.RegisterFeedback(webrtc.RTCPFeedback{Type: "nack"}, webrtc.RTPCodecTypeAudio)
	for _, err := range []error{webrtc.ConfigureNack(media, registry), webrtc.ConfigureRTCPReports(registry), webrtc.ConfigureTWCCHeaderExtensionSender(media, registry), webrtc.ConfigureTWCCSender(media, registry)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	return registry
}

func newPhoneBy(t testing.TB, c *Conference, id string, role Role, layers int, by by) *phone {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetRelayAcceptanceMinWait(0) // browsers don't wait for something better either
	settings.SetPrflxAcceptanceMinWait(0)
	if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleClient); err != nil { // as browsers answer
		t.Fatal(err)
	}
	if by.networks != nil {
		settings.SetNetworkTypes(by.networks)
	}
	if by.settings != nil {
		by.settings(&settings)
	}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	settings.LoggerFactory = logFactory{c.server.config.Log}
	media := &webrtc.MediaEngine{}
	codecs := media.RegisterDefaultCodecs
	if by.reports { // this stack doesn't report on what it is sent again by a stream of its own
		codecs = func() error { return plainCodecs(media) }
	}
	if err := codecs(); err != nil {
		t.Fatal(err)
	}
	for _, uri := range []string{extensionMID, extensionRID, extensionRepaired, extensionTWCC} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeVideo); err != nil {
			t.Fatal(err)
		}
	}
	for _, uri := range []string{extensionMID, extensionLevel, extensionTWCC} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeAudio); err != nil {
			t.Fatal(err)
		}
	}
	registry := &interceptor.Registry{}
	if by.reports {
		registry = reporting(t, media)
	}
	api := webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(registry))
	p := &phone{t: t, id: id, conf: c, by: by, api: api, heard: map[string]*stream{}, stop: make(chan struct{})}
	p.sends.Store(int32(LayerFull))
	if role.Sends {
		p.audio, _ = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "me")
		for l := LayerFull; l > LayerFull-Layer(layers); l-- {
			p.video[l], _ = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "video", "me", webrtc.WithRTPStreamID(rids[l]))
		}
	}
	if by.relay == "" {
		p.open(webrtc.Configuration{})
	}
	var err error
	if p.peer, err = c.Join(id, role, p); err != nil {
		t.Fatal(err)
	}
	return p
}

func (p *phone) open(c webrtc.Configuration) {
	pc, err := p.api.NewPeerConnection(c)
	if err != nil {
		p.t.Error(err)
		return
	}
	pc.OnTrack(p.listen)
	p.pc = pc
}

// relayed is the configuration of a phone that comes by the relays of the offer alone.
func (p *phone) relayed(o Offer) webrtc.Configuration {
	c := webrtc.Configuration{ICETransportPolicy: webrtc.ICETransportPolicyRelay}
	for _, s := range o.ICEServers {
		for _, url := range s.URLs {
			if strings.HasPrefix(url, p.by.relay) {
				c.ICEServers = append(c.ICEServers, webrtc.ICEServer{URLs: []string{url}, Username: s.Username, Credential: s.Credential})
			}
		}
	}
	return c
}

func (p *phone) close() {
	select {
	case <-p.stop:
		return
	default:
	}
	close(p.stop)
	p.done.Wait()
	p.conf.Leave(p.peer)
	_ = p.pc.Close()
}

// Offer answers.
func (p *phone) Offer(o Offer) {
	p.mu.Lock()
	p.offers++
	first := p.offers == 1
	p.mu.Unlock()
	if p.pc == nil {
		p.open(p.relayed(o))
	}
	if p.by.offer != nil {
		o.SDP = p.by.offer(o.SDP)
	}
	if err := p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.SDP}); err != nil {
		p.t.Error("the offer:", err)
		return
	}
	if first && p.audio != nil {
		sound, err := p.pc.AddTrack(p.audio)
		if err != nil {
			p.t.Error(err)
			return
		}
		go func() { // ends with the connection; what is asked for again is sent again by who reads this
			for buf := make([]byte, 1500); ; {
				if _, _, err := sound.Read(buf); err != nil {
					return
				}
			}
		}()
		if p.video[LayerFull] != nil {
			sender, err := p.pc.AddTrack(p.video[LayerFull])
			if err != nil {
				p.t.Error(err)
				return
			}
			p.sender = sender
			for l := LayerHalf; l > LayerNone && p.video[l] != nil; l-- {
				if err := sender.AddEncoding(p.video[l]); err != nil {
					p.t.Error(err)
				}
			}
		}
	}
	answer, err := p.pc.CreateAnswer(nil)
	if err != nil {
		p.t.Error("the answer:", err)
		return
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(answer); err != nil {
		p.t.Error(err)
		return
	}
	<-gathered
	p.done.Go(func() {
		peer := p.me()
		if peer == nil {
			return
		}
		if err := peer.Answer(o.Number, p.pc.LocalDescription().SDP); err != nil {
			p.t.Error("the answer:", err)
		}
	})
}

// me is the peer; the first offer can come before Join has returned.
func (p *phone) me() *Peer {
	for {
		if peer := p.conf.Peer(p.id); peer != nil {
			return peer
		}
		select {
		case <-p.stop:
			return nil
		case <-time.After(time.Millisecond):
		}
	}
}

func (p *phone) Slots(s []SlotView)    { p.mu.Lock(); p.slots = s; p.mu.Unlock() }
func (p *phone) Speaking(ids []string) { p.mu.Lock(); p.speaking = ids; p.mu.Unlock() }
func (p *phone) Quality(q []Quality)   { p.mu.Lock(); p.quality = q; p.mu.Unlock() }
func (p *phone) Connected(is bool)     { p.connected.Store(is) }

func (p *phone) listen(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	mid := ""
	for _, t := range p.pc.GetTransceivers() {
		if t.Receiver() == receiver {
			mid = t.Mid()
		}
	}
	for {
		packet, _, err := track.ReadRTP()
		if err != nil {
			return
		}
		p.mu.Lock()
		s := p.heard[mid]
		if s == nil {
			s = &stream{first: time.Now()}
			p.heard[mid] = s
		}
		s.packets++
		s.seqs, s.times = append(s.seqs, packet.SequenceNumber), append(s.times, time.Now())
		body := packet.Payload
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			if d, ok := parseVP8(body); ok {
				s.pictures = append(s.pictures, d.picture)
				if d.key {
					s.keys++
				}
				body = body[vp8HeaderSize(body)+1:]
				s.layer = Layer(body[0])
				body = body[1:]
			}
		}
		s.from = string(body[2 : 2+binary.BigEndian.Uint16(body)])
		p.mu.Unlock()
	}
}

// say sends sound and pictures until the phone closes, every 20 ms.
func (p *phone) say() {
	eventually(p.t, p.id+" is connected", func() bool { return p.connected.Load() })
	p.done.Go(func() {
		ticker := time.NewTicker(20 * time.Millisecond)
		defer ticker.Stop()
		name := append(binary.BigEndian.AppendUint16(nil, uint16(len(p.id))), p.id...)
		var seq [4]uint16
		for n := 0; ; n++ {
			select {
			case <-p.stop:
				return
			case <-ticker.C:
			}
			h := rtp.Header{Version: 2, SequenceNumber: seq[0], Timestamp: uint32(n) * 960}
			p.extend(&h, p.audioMID(), "", 20)
			seq[0]++
			_ = p.audio.WriteRTP(&rtp.Packet{Header: h, Payload: append(name[:len(name):len(name)], make([]byte, p.by.bytes[LayerNone])...)})
			if n%2 == 1 {
				continue
			}
			key := n%100 == 0 || p.keys.Swap(0) > 0
			for l := LayerFull; l > LayerNone && p.video[l] != nil; l-- {
				first := byte(1)
				if key {
					first = 0
				}
				picture := uint16(n/2)&0x7fff | 0x8000
				payload := append([]byte{0x90, 0x80, byte(picture >> 8), byte(picture), first, byte(l)}, name...)
				size := p.by.bytes[l]
				if size == 0 {
					size = 200 * int(l)
				}
				if int32(l) > p.sends.Load() {
					continue
				}
				payload = append(payload, make([]byte, size)...)
				h := rtp.Header{Version: 2, SequenceNumber: seq[l], Timestamp: uint32(n) * 1800, Marker: true}
				seq[l]++
				p.extend(&h, p.videoMID(), p.video[l].RID(), 0)
				_ = p.video[l].WriteRTP(&rtp.Packet{Header: h, Payload: payload})
			}
		}
	})
	if p.sender != nil {
		for l := LayerFull; l > LayerNone && p.video[l] != nil; l-- {
			rid := p.video[l].RID()
			go func() {
				for {
					var packets []rtcp.Packet
					var err error
					if rid == "" {
						packets, _, err = p.sender.ReadRTCP()
					} else {
						packets, _, err = p.sender.ReadSimulcastRTCP(rid)
					}
					if err != nil {
						return
					}
					for _, x := range packets {
						if _, ok := x.(*rtcp.PictureLossIndication); ok {
							p.keys.Add(1)
						}
					}
				}
			}()
		}
	}
}

func (p *phone) audioMID() string { return p.pc.GetTransceivers()[0].Mid() }
func (p *phone) videoMID() string { return p.pc.GetTransceivers()[1].Mid() }

func (p *phone) extend(h *rtp.Header, mid, rid string, level uint8) {
	var params webrtc.RTPSendParameters
	for _, t := range p.pc.GetTransceivers() {
		if t.Mid() == mid && t.Sender() != nil {
			params = t.Sender().GetParameters()
		}
	}
	for _, x := range params.HeaderExtensions {
		switch x.URI {
		case extensionMID:
			_ = h.SetExtension(uint8(x.ID), []byte(mid))
		case extensionRID:
			if rid != "" {
				_ = h.SetExtension(uint8(x.ID), []byte(rid))
			}
		case extensionLevel:
			if rid == "" && level > 0 {
				_ = h.SetExtension(uint8(x.ID), []byte{level})
			}
		}
	}
}

// slot gives what came in by the slot that shows that person's media now.
func (p *phone) slot(from string, media Media) stream {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.slots {
		if v.Peer == from && v.Media == media {
			if s := p.heard[v.MID]; s != nil {
				return *s
			}
		}
	}
	return stream{}
}

// mark notes how much has come in by each slot, for since.
func (p *phone) mark() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	m := map[string]int{}
	for mid, s := range p.heard {
		m[mid] = s.packets
	}
	return m
}

// part is what has come in since a mark.
type part struct {
	p    *phone
	from map[string]int
}

func (p *phone) since(m map[string]int) part { return part{p, m} }

func (x part) of(from string, media Media) stream {
	x.p.mu.Lock()
	defer x.p.mu.Unlock()
	for _, v := range x.p.slots {
		if s := x.p.heard[v.MID]; v.Peer == from && v.Media == media && s != nil {
			n := x.from[v.MID]
			return stream{packets: s.packets - n, from: s.from, layer: s.layer, seqs: s.seqs[n:], times: s.times[n:]}
		}
	}
	return stream{}
}

// total is how many packets of all kinds came in.
func (p *phone) total() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.heard {
		n += s.packets
	}
	return n
}

// eventually waits until f holds.
func eventually(t testing.TB, what string, f func() bool) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	for !f() {
		if time.Now().After(deadline) {
			t.Fatalf("not within 15 s: %s", what)
		}
		time.Sleep(5 * time.Millisecond)
	}
}

var everything = Permissions{Receive: true, Audio: true, Video: true, Screen: true}

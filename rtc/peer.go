package rtc

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/webrtc/v4"
)

// Role says what a peer's connection is made for.
type Role struct {
	Sends bool // offers to receive sound, a camera and a screen from it
	Pairs int  // how many others it can see and hear at a time
}

// pair shows one other person.
type pair struct {
	shows        *Peer
	audio, video *slot
}

// Peer is one person in a conference, with one connection.
type Peer struct {
	ID         string
	conference *Conference
	role       Role
	signaller  Signaller
	calls      serial // to the signaller
	pc         *webrtc.PeerConnection

	publications map[Media]*publication // never changes
	pairs        []*pair                // shows: under conference.mu
	screen       *slot
	permissions  Permissions // under conference.mu
	told         string      // the slots that the client was told of, under conference.mu
	joined       int         // order of joining

	stating   sync.Mutex
	receives  atomic.Bool
	connected atomic.Bool
	roundTrip atomic.Int64 // ns
	loudness  loudness
	clock     senderClock
	speaking  bool // under conference.mu
	spokeAt   time.Time
	starved   bool // pictures wait for the network; under conference.mu
	tried     bool // while it waited, its network was tried out; under conference.mu
	estimator *estimator
	filler    *slot // by which padding is sent; the clock's

	relayName string // by which relays know the client

	negotiating sync.Mutex
	number      int  // of the last offer
	open        bool // it isn't answered yet
	refused     int  // answers to it that were wrong
	last        struct {
		Offer
		restart bool // had new ICE credentials
	}
	again   bool // another one is due after the answer
	restart bool // and that with new ICE credentials
	closed  bool

	notes  arrivalNotes
	lossUp atomic.Int64 // share of packets, in millionths

	streams  streams
	shortcut shortcut
	ssrcs    sync.RWMutex
	slotOf   map[uint32]*slot  // by the number of the stream that the client receives
	layerOf  map[uint32]*layer // by that of the stream that it sends
}

// newPeer makes the connection with all its slots. It doesn't offer yet.
func newPeer(c *Conference, id string, role Role, signaller Signaller) (*Peer, error) {
	p := &Peer{ID: id, conference: c, role: role, signaller: signaller, publications: map[Media]*publication{}, estimator: newEstimator(), slotOf: map[uint32]*slot{}, layerOf: map[uint32]*layer{}}
	p.calls.done = &c.running
	p.relayName = turnName()
	p.streams = streams{rtp: map[uint32]*rtpStream{}, reports: p.reported, expel: func() { p.expel("sends more streams than it was asked for") }}
	p.shortcut = shortcut{streams: &p.streams, ways: &c.server.udp.ways, metrics: c.server.config.Metrics}
	api, err := newAPI(c.server.settingsFor(&p.shortcut), &p.streams)
	if err != nil {
		return nil, err
	}
	pc, err := api.NewPeerConnection(webrtc.Configuration{SDPSemantics: webrtc.SDPSemanticsUnifiedPlan, BundlePolicy: webrtc.BundlePolicyMaxBundle})
	if err != nil {
		return nil, err
	}
	p.pc = pc
	if err := p.prepare(); err != nil {
		_ = pc.Close()
		return nil, err
	}
	pc.OnConnectionStateChange(p.state)
	return p, nil
}

func (p *Peer) prepare() error {
	from := map[*webrtc.RTPReceiver]Media{}
	if p.role.Sends {
		for _, m := range []Media{Audio, Camera, Screen} {
			kind := webrtc.RTPCodecTypeVideo
			if m == Audio {
				kind = webrtc.RTPCodecTypeAudio
			}
			t, err := p.pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly})
			if err != nil {
				return err
			}
			if m != Audio {
				if err := t.SetCodecPreferences(cameraCodecs()); err != nil {
					return err
				}
			}
			from[t.Receiver()] = m
			p.publications[m] = &publication{peer: p, media: m}
		}
	}
	p.pc.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		if m, ok := from[receiver]; ok {
			p.incoming(p.publications[m], track, receiver)
		}
	})
	add := func(kind webrtc.RTPCodecType, id, stream string) (*slot, error) {
		s := newSlot(p, kind, id, stream)
		_, err := p.pc.AddTransceiverFromTrack(s, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
		return s, err
	}
	for i := range p.role.Pairs {
		stream := fmt.Sprintf("pair-%d", i)
		audio, err := add(webrtc.RTPCodecTypeAudio, stream+"-audio", stream)
		if err != nil {
			return err
		}
		video, err := add(webrtc.RTPCodecTypeVideo, stream+"-video", stream)
		if err != nil {
			return err
		}
		p.pairs = append(p.pairs, &pair{audio: audio, video: video})
	}
	if p.role.Pairs == 0 {
		return nil
	}
	var err error
	p.screen, err = add(webrtc.RTPCodecTypeVideo, "screen-video", "screen")
	return err
}

// incoming begins to forward a stream of the client's. A layer that is there already isn't replaced while it lives: whoever sends a second one harms only itself.
func (p *Peer) incoming(pub *publication, track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
	size, ok := layerOf(track.RID())
	stream := p.streams.stream(uint32(track.SSRC()))
	if !ok || stream == nil {
		return
	}
	l := &layer{pub: pub, size: size, ssrc: uint32(track.SSRC()), hertz: track.Codec().ClockRate, ids: extensionsOf(receiver.GetParameters().HeaderExtensions)}
	now := time.Now()
	pub.mu.Lock()
	if old := pub.layers[size]; old != nil {
		if live, _ := old.live(now); live {
			pub.mu.Unlock()
			stream.hand(dropped)
			return
		}
	}
	pub.layers[size] = l
	pub.mu.Unlock()
	p.ssrcs.Lock()
	p.layerOf[l.ssrc] = l
	p.ssrcs.Unlock()
	p.conference.arrived(l)
	stream.hand(l.packet)
}

// sends notes which stream a slot's packets leave by.
func (p *Peer) sends(s *slot, ssrc uint32) {
	p.ssrcs.Lock()
	p.slotOf[ssrc] = s
	p.ssrcs.Unlock()
}

// expel lets go of a client that behaves like no honest one.
func (p *Peer) expel(why string) {
	p.calls.do(func() {
		p.conference.server.config.Log.Warn("a client is let go", "why", why)
		p.signaller.Connected(false)
		p.Leave()
	})
}

// state is told that the connection's state has changed. It is told so by goroutines that may overtake each other, and looks for itself.
func (p *Peer) state(webrtc.PeerConnectionState) {
	p.stating.Lock()
	defer p.stating.Unlock()
	connected := p.pc.ConnectionState() == webrtc.PeerConnectionStateConnected
	if p.connected.Swap(connected) == connected {
		return
	}
	if connected {
		p.conference.server.config.Metrics.Peers.Add(1)
		p.conference.wake()
	} else {
		p.conference.server.config.Metrics.Peers.Add(-1)
	}
	p.calls.do(func() { p.signaller.Connected(connected) })
}

// Restart makes a new offer with new ICE credentials: the client's network has changed. All slots stay.
func (p *Peer) Restart() error {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	if p.closed {
		return ErrClosed
	}
	p.conference.server.config.Metrics.Reconnects.Add(1)
	p.estimator.moved()
	return p.offer(true)
}

// Resume goes on with another way to the client, and offers anew.
func (p *Peer) Resume(signaller Signaller) error {
	p.calls.do(func() { p.signaller = signaller })
	p.conference.tellAgain(p)
	return p.Restart()
}

// offer makes an offer; negotiating is held. Where one waits for its answer, that one is sent again, because the client may never have had it, and what is asked for now is done after the answer.
func (p *Peer) offer(restart bool) error {
	if p.open {
		p.again = p.again || restart && !p.last.restart
		p.restart = p.restart || p.again && restart
		o := p.last.Offer
		p.calls.do(func() { p.signaller.Offer(o) })
		return nil
	}
	offer, err := p.pc.CreateOffer(&webrtc.OfferOptions{ICERestart: restart && p.number > 0})
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(p.pc)
	if err := p.pc.SetLocalDescription(offer); err != nil {
		return err
	}
	select {
	case <-gathered:
	case <-time.After(3 * time.Second):
	}
	p.number++
	p.open, p.again, p.restart = true, false, false
	p.name()
	o := Offer{Number: p.number, ICEServers: p.relays(), SDP: withSimulcast(p.pc.LocalDescription().SDP, p.cameraMID())}
	p.last.Offer, p.last.restart = o, restart
	p.calls.do(func() { p.signaller.Offer(o) })
	return nil
}

// relays are the relays by which this client may come.
func (p *Peer) relays() []ICEServer {
	if t := p.conference.server.turn; t != nil {
		return []ICEServer{t.enter(p.relayName, time.Now())}
	}
	return nil
}

// name learns the slots' mids.
func (p *Peer) name() {
	byID := map[string]string{}
	for _, t := range p.pc.GetTransceivers() {
		if s := t.Sender(); s != nil && s.Track() != nil {
			byID[s.Track().ID()] = t.Mid()
		}
	}
	for s := range p.slots() {
		s.mu.Lock()
		s.mid = byID[s.id]
		s.mu.Unlock()
	}
}

// slots goes through all slots of the peer.
func (p *Peer) slots() func(yield func(*slot) bool) {
	return func(yield func(*slot) bool) {
		for _, pair := range p.pairs {
			if !yield(pair.audio) || !yield(pair.video) {
				return
			}
		}
		if p.screen != nil {
			yield(p.screen)
		}
	}
}

func (p *Peer) cameraMID() string {
	if !p.role.Sends {
		return ""
	}
	return p.pc.GetTransceivers()[1].Mid()
}

// Answer takes the client's answer to the offer with that number. Answers to earlier offers are ignored.
func (p *Peer) Answer(number int, sdp string) error {
	p.negotiating.Lock()
	defer p.negotiating.Unlock()
	if p.closed {
		return ErrClosed
	}
	if !p.open || number != p.number {
		return nil
	}
	plain, err := plainAnswer(sdp, p.last.SDP)
	if err == nil {
		err = p.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: plain})
	}
	if err != nil {
		if p.refused++; p.refused == maxRefused {
			p.expel("gives wrong answers")
		}
		return err
	}
	p.open, p.refused = false, 0
	p.conference.wake()
	if p.again {
		return p.offer(p.restart)
	}
	return nil
}

// Wish sets how large the client shows each slot, by mid. What isn't named keeps its wish.
func (p *Peer) Wish(wishes map[string]Layer) {
	for s := range p.slots() {
		s.mu.Lock()
		if w, ok := wishes[s.mid]; ok && w >= LayerNone && w <= LayerFull {
			s.wish, s.wished = w, true
		}
		s.mu.Unlock()
	}
	p.conference.wake()
}

// close ends the connection.
func (p *Peer) close() {
	p.negotiating.Lock()
	p.closed = true
	p.negotiating.Unlock()
	p.calls.close()
	if t := p.conference.server.turn; t != nil {
		t.leave(p.relayName)
	}
	p.shortcut.close()
	_ = p.pc.Close()
	if p.connected.Swap(false) {
		p.conference.server.config.Metrics.Peers.Add(-1)
	}
}

// report gives what the client is to be told: what to send again, and now and then what arrived of its streams and when.
func (p *Peer) report(now time.Time, arrivals, full bool) (packets []rtcp.Packet) {
	if !p.connected.Load() {
		return nil
	}
	if arrivals {
		packets = append(packets, p.notes.feedback()...)
	}
	var blocks []rtcp.ReceptionReport
	p.fill(now)
	for _, pub := range p.publications {
		pub.each(func(l *layer) {
			l.mu.Lock()
			numbers := l.arrival.asks(now)
			if full && l.arrival.began {
				blocks = append(blocks, l.arrival.report(l.ssrc, l.report, now))
			}
			l.mu.Unlock()
			if len(numbers) > 0 && pub.open.Load() {
				packets = append(packets, &rtcp.TransportLayerNack{SenderSSRC: 1, MediaSSRC: l.ssrc, Nacks: rtcp.NackPairsFromSequenceNumbers(numbers)})
			}
			if pub.open.Load() && l.keyDue(now) {
				p.conference.server.config.Metrics.KeyFrames.Add(1)
				packets = append(packets, &rtcp.PictureLossIndication{SenderSSRC: 1, MediaSSRC: l.ssrc})
			}
		})
	}
	if len(blocks) > 0 {
		packets = append(packets, &rtcp.ReceiverReport{SSRC: 1, Reports: blocks})
		var worst uint8
		for _, b := range blocks {
			worst = max(worst, b.FractionLost)
		}
		old := p.lossUp.Load()
		p.lossUp.Store(old + (int64(worst)*1e6/256-old)/3)
	}
	if full {
		for s := range p.slots() {
			if sr := s.senderReport(now); sr != nil {
				packets = append(packets, sr)
			}
		}
	}
	bits, _ := p.estimator.estimate()
	waits := p.estimator.waits()
	for s := range p.slots() {
		if waits && s.kind == webrtc.RTPCodecTypeVideo { // it was lost because there was too much
			continue
		}
		s.allow(bits / 8 / 10 * resendShare)
	}
	return packets
}

// withSimulcast offers to receive the layers of the camera (RFC 8853), which the WebRTC stack doesn't offer by itself.
func withSimulcast(sdp, mid string) string {
	if mid == "" {
		return sdp
	}
	at := strings.Index(sdp, "a=mid:"+mid+"\r\n")
	if at < 0 {
		return sdp
	}
	var b strings.Builder
	for l := LayerQuarter; l <= LayerFull; l++ {
		fmt.Fprintf(&b, "a=rid:%s recv\r\n", rids[l])
	}
	fmt.Fprintf(&b, "a=simulcast:recv %s;%s;%s\r\n", rids[LayerQuarter], rids[LayerHalf], rids[LayerFull])
	end := at + len("a=mid:"+mid+"\r\n")
	section, _, _ := strings.Cut(sdp[end:], "\r\nm=")
	if strings.Contains(section, "a=simulcast:") { // from the second offer on it knows
		return sdp
	}
	return sdp[:end] + b.String() + sdp[end:]
}

package bench

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// caller is one person in a hearing: a whole WebRTC stack with made-up sound and pictures. A packet's payload says who sent it, in what layer, as which one, and when.
type caller struct {
	load          *callers
	api           *webrtc.API
	hearing, seat int
	watches       bool
	packets       atomic.Int64 // that came
	pc            *webrtc.PeerConnection
	signal        net.Conn
	done          sync.WaitGroup
	began         time.Time
	first         *atomic.Int64 // ns from beginning to join until the first packet of media
	keyFrame      atomic.Bool   // was asked for

	audio  *webrtc.TrackLocalStaticRTP
	video  [videoLayers]*webrtc.TrackLocalStaticRTP
	seqs   [1 + videoLayers]uint16 // 0 is sound
	counts [1 + videoLayers]uint64

	mu    sync.Mutex
	heard map[streamKey][]*heardStream // nil while nobody listens; pictures change layers, so that a stream comes in several stretches
	shows map[uint8]uint8              // by seat: the layer in which its picture came last
}

const (
	videoLayers  = 3
	bodyBytes    = 20
	soundEvery   = 20 * time.Millisecond
	picturesEach = 30 * time.Millisecond
)

// layerPackets is how many packets a frame takes in each layer, layerBytes how long each is: about 100, 270 and 720 kbit/s.
var (
	layerPackets = [videoLayers]int{1, 1, 3}
	layerBytes   = [videoLayers]int{400, 1000, 900}
	layerNames   = [videoLayers]string{"q", "h", "f"}
)

type streamKey struct{ seat, kind uint8 } // kind 0 is sound, 1.. the layers

// heardStream counts what came of one stream without a change of layers.
type heardStream struct {
	first, last uint64
	seen        map[uint64]struct{}
}

// newCallerAPI makes a phone's WebRTC stack: it asks for lost packets, sends them again, reports, and says when each packet came. A quick one looks every 10 ms whether an address answers; browsers go on at once when one
// does, while this stack otherwise looks every 200 ms, which would be most of the time that it takes to join.
func newCallerAPI(quick bool) (*webrtc.API, error) {
	var settings webrtc.SettingEngine
	if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleClient); err != nil { // as browsers answer
		return nil, err
	}
	if quick {
		settings.SetICETimeouts(10*time.Millisecond, settle, 5*time.Millisecond)
	}
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	media, registry := &webrtc.MediaEngine{}, &interceptor.Registry{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		return nil, err
	}
	for _, configure := range []func() error{
		func() error { return webrtc.ConfigureNack(media, registry) },
		func() error { return webrtc.ConfigureRTCPReports(registry) },
		func() error { return webrtc.ConfigureSimulcastExtensionHeaders(media) },
		func() error { return webrtc.ConfigureTWCCHeaderExtensionSender(media, registry) },
		func() error { return webrtc.ConfigureTWCCSender(media, registry) },
	} {
		if err := configure(); err != nil {
			return nil, err
		}
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(registry)), nil
}

const (
	midExtension = "urn:ietf:params:rtp-hdrext:sdes:mid"
	ridExtension = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
)

// join calls the server and returns when the connection stands.
func (c *caller) join() error {
	began, first := time.Now(), new(atomic.Int64) // of this call: tracks of the one before may still end
	c.began, c.first = began, first
	connected, connecting := make(chan struct{}), new(sync.Once)
	c.seqs = [1 + videoLayers]uint16{}
	pc, err := c.api.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		return err
	}
	c.pc = pc
	c.audio, _ = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "me")
	for l := range videoLayers {
		c.video[l], _ = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "video", "me", webrtc.WithRTPStreamID(layerNames[l]))
	}
	pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) { c.listen(track, began, first) })
	pc.OnConnectionStateChange(func(state webrtc.PeerConnectionState) {
		if state == webrtc.PeerConnectionStateConnected {
			connecting.Do(func() { close(connected) })
		}
	})
	if c.signal, err = net.Dial("tcp", c.load.address); err != nil {
		return err
	}
	out := json.NewEncoder(c.signal)
	if err := out.Encode(callerHello{c.hearing, c.seat, c.watches}); err != nil {
		return err
	}
	failed := make(chan error, 1)
	c.done.Go(func() { // ends when the connection to the server does
		lines := json.NewDecoder(c.signal)
		for {
			var o callerOffer
			if lines.Decode(&o) != nil {
				return
			}
			answer, err := c.answer(o)
			if err != nil {
				failed <- err
				return
			}
			_ = out.Encode(callerOffer{o.Number, answer})
		}
	})
	select {
	case <-connected:
		return nil
	case err := <-failed:
		return err
	case <-time.After(settle):
		return fmt.Errorf("caller %d of hearing %d is not connected", c.seat, c.hearing)
	}
}

func (c *caller) answer(o callerOffer) (string, error) {
	if err := c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.SDP}); err != nil {
		return "", err
	}
	if o.Number == 1 && !c.watches {
		if err := c.addTracks(); err != nil {
			return "", err
		}
	}
	answer, err := c.pc.CreateAnswer(nil)
	if err != nil {
		return "", err
	}
	if err := c.pc.SetLocalDescription(answer); err != nil {
		return "", err
	}
	// The server learns the addresses of phones from their checks: nothing is gathered.
	return c.pc.LocalDescription().SDP, nil
}

func (c *caller) addTracks() error {
	sound, err := c.pc.AddTrack(c.audio)
	if err != nil {
		return err
	}
	pictures, err := c.pc.AddTrack(c.video[0])
	if err != nil {
		return err
	}
	for l := 1; l < videoLayers; l++ {
		if err := pictures.AddEncoding(c.video[l]); err != nil {
			return err
		}
	}
	c.done.Go(func() { drain(func(b []byte) error { _, _, err := sound.Read(b); return err }) })
	for _, name := range layerNames {
		c.done.Go(func() {
			for {
				packets, _, err := pictures.ReadSimulcastRTCP(name)
				if err != nil {
					return
				}
				for _, p := range packets {
					if _, ok := p.(*rtcp.PictureLossIndication); ok {
						c.keyFrame.Store(true)
					}
				}
			}
		})
	}
	return nil
}

func (c *caller) leave() {
	if c.signal != nil {
		c.signal.Close()
	}
	if c.pc != nil {
		_ = c.pc.Close()
	}
	c.done.Wait()
}

// speak sends until stop is closed: sound every 20 ms, a picture in three layers every 30 ms.
func (c *caller) speak(stop <-chan struct{}) {
	names := c.names()
	ticker := time.NewTicker(10 * time.Millisecond)
	defer ticker.Stop()
	began := time.Now()
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		case <-ticker.C:
		}
		named := time.Since(began) < 2*time.Second // as browsers do: until the server surely knows which stream is which
		if n%int(soundEvery/(10*time.Millisecond)) == 0 {
			h := rtp.Header{Version: 2, SequenceNumber: c.seqs[0], Timestamp: uint32(time.Since(c.began).Milliseconds()) * 48}
			c.send(c.audio, &h, 0, make([]byte, 0, 80), 80)
		}
		if n%int(picturesEach/(10*time.Millisecond)) != 0 {
			continue
		}
		key := c.keyFrame.Swap(false) || n == 0
		for l := range videoLayers {
			for i := range layerPackets[l] {
				h := rtp.Header{Version: 2, SequenceNumber: c.seqs[1+l], Timestamp: uint32(time.Since(c.began).Milliseconds()) * 90, Marker: i == layerPackets[l]-1}
				if named {
					names.set(&h, layerNames[l])
				}
				// The descriptor of VP8 (RFC 7741) and the frame's first byte, which says whether it is a key frame.
				payload := append(make([]byte, 0, layerBytes[l]), 0x80, 0x80, 0x80|byte(n>>8)&0x7f, byte(n), 1)
				if i == 0 {
					payload[0] |= 0x10
					if key {
						payload[4] = 0
					}
				}
				c.send(c.video[l], &h, 1+l, payload, layerBytes[l])
			}
		}
	}
}

// send fills the payload up to size with what the receiver wants to know.
func (c *caller) send(track *webrtc.TrackLocalStaticRTP, h *rtp.Header, kind int, payload []byte, size int) {
	c.seqs[kind]++
	c.counts[kind]++
	payload = append(payload, byte(c.seat), byte(kind), 0, 0)
	payload = binary.BigEndian.AppendUint64(payload, c.counts[kind])
	payload = binary.BigEndian.AppendUint64(payload, uint64(time.Now().UnixNano()))
	_ = track.WriteRTP(&rtp.Packet{Header: *h, Payload: append(payload, make([]byte, size-len(payload))...)})
}

// streamNames are the header extensions by which a server tells the layers of the camera apart. Which stream is the sound stands in the answer.
type streamNames struct {
	mid            string
	midExt, ridExt uint8
}

func (c *caller) names() (n streamNames) {
	t := c.pc.GetTransceivers()[1]
	n.mid = t.Mid()
	for _, x := range t.Sender().GetParameters().HeaderExtensions {
		switch x.URI {
		case midExtension:
			n.midExt = uint8(x.ID)
		case ridExtension:
			n.ridExt = uint8(x.ID)
		}
	}
	return n
}

func (n streamNames) set(h *rtp.Header, rid string) {
	_ = h.SetExtension(n.midExt, []byte(n.mid))
	_ = h.SetExtension(n.ridExt, []byte(rid))
}

// listen reads a stream that comes in until the connection ends.
func (c *caller) listen(track *webrtc.TrackRemote, began time.Time, first *atomic.Int64) {
	buf := make([]byte, 1500)
	var h rtp.Header
	for {
		n, _, err := track.Read(buf)
		if err != nil {
			return
		}
		now := time.Now()
		c.packets.Add(1)
		at, err := h.Unmarshal(buf[:n])
		if err != nil {
			continue
		}
		body := buf[at:n]
		if track.Kind() == webrtc.RTPCodecTypeVideo && len(body) > 5 {
			body = body[5:]
		}
		if len(body) < bodyBytes {
			continue
		}
		first.CompareAndSwap(0, int64(now.Sub(began)))
		c.hear(streamKey{body[0], body[1]}, binary.BigEndian.Uint64(body[4:]), now.UnixNano()-int64(binary.BigEndian.Uint64(body[12:])))
	}
}

func (c *caller) hear(from streamKey, number uint64, took int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	stretches := c.heard[from]
	var s *heardStream
	if len(stretches) > 0 {
		s = stretches[len(stretches)-1]
	}
	late := s != nil && number <= s.last
	changed := false
	if from.kind > 0 && !late {
		changed = c.shows[from.seat] != from.kind
		c.shows[from.seat] = from.kind
	}
	if c.heard == nil {
		return
	}
	if s == nil || changed {
		s = &heardStream{first: number, last: number, seen: map[uint64]struct{}{}}
		c.heard[from] = append(stretches, s)
	}
	s.seen[number] = struct{}{}
	s.first, s.last = min(s.first, number), max(s.last, number)
	c.load.delivered.Add(1)
	c.load.took(took)
}

// shown reports whether the caller gets everybody's picture, and in the layers in which they are measured: the first seat's large, the others' small. anyhow is for any layer.
func (c *caller) shown(anyhow bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for seat := range seatsPerHearing {
		want := uint8(1)
		if seat == 0 {
			want = videoLayers
		}
		if shown := c.shows[uint8(seat)]; seat != c.seat && (shown == 0 || !anyhow && shown != want) {
			return false
		}
	}
	return true
}

package bench

import (
	"fmt"
	"net"
	"sync"

	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
)

// mediaFloor is what forwarding costs with the WebRTC library as it comes: its default interceptors, its tracks for forwarding, one UDP port. It forwards what the real server does: everybody's sound, the large picture of the first seat and the small one of
// the others. It chooses nothing, checks no right, and rewrites nothing.
type mediaFloor struct {
	api *webrtc.API

	mu       sync.Mutex
	hearings map[int]*floorHearing
}

// floorHearing has the tracks of all seats from the beginning, so that nobody's joining renegotiates anybody.
type floorHearing struct {
	audio, video [seatsPerHearing]*webrtc.TrackLocalStaticRTP
}

func beginMediaFloor() (func(task) (result, error), func(), result, error) {
	conn, err := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		return nil, nil, result{}, err
	}
	_ = conn.SetReadBuffer(4 << 20)
	_ = conn.SetWriteBuffer(4 << 20)
	mux := webrtc.NewICEUDPMux(nil, conn)
	var settings webrtc.SettingEngine
	settings.SetLite(true)
	settings.SetICEUDPMux(mux)
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetPrflxAcceptanceMinWait(0)
	settings.SetHostAcceptanceMinWait(0)
	media, registry := &webrtc.MediaEngine{}, &interceptor.Registry{}
	if err = media.RegisterDefaultCodecs(); err == nil {
		err = webrtc.RegisterDefaultInterceptors(media, registry)
	}
	if err != nil {
		return nil, nil, result{}, err
	}
	f := &mediaFloor{api: webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(registry)), hearings: map[int]*floorHearing{}}
	signals, err := listenForCallers(f.take)
	if err != nil {
		return nil, nil, result{}, err
	}
	end := func() {
		signals.close()
		mux.Close()
	}
	return serverTasks, end, result{Address: signals.listener.Addr().String()}, nil
}

func (f *mediaFloor) hearing(n int) (*floorHearing, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if h := f.hearings[n]; h != nil {
		return h, nil
	}
	h := &floorHearing{}
	for seat := range seatsPerHearing {
		var err error
		name := fmt.Sprint(seat)
		if h.audio[seat], err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio"+name, name); err != nil {
			return nil, err
		}
		if h.video[seat], err = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8}, "video"+name, name); err != nil {
			return nil, err
		}
	}
	f.hearings[n] = h
	return h, nil
}

func (f *mediaFloor) take(who callerHello, tell func(callerOffer)) (func(callerOffer) error, func(), error) {
	h, err := f.hearing(who.Hearing)
	if err != nil {
		return nil, nil, err
	}
	pc, err := f.api.NewPeerConnection(webrtc.Configuration{BundlePolicy: webrtc.BundlePolicyMaxBundle})
	if err != nil {
		return nil, nil, err
	}
	leave := func() { pc.Close() }
	if err := f.offer(pc, h, who.Seat, tell); err != nil {
		leave()
		return nil, nil, err
	}
	answer := func(a callerOffer) error {
		return pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeAnswer, SDP: a.SDP})
	}
	return answer, leave, nil
}

func (f *mediaFloor) offer(pc *webrtc.PeerConnection, h *floorHearing, seat int, tell func(callerOffer)) error {
	for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
		if _, err := pc.AddTransceiverFromKind(kind, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionRecvonly}); err != nil {
			return err
		}
	}
	for other := range seatsPerHearing {
		if other == seat {
			continue
		}
		for _, track := range []*webrtc.TrackLocalStaticRTP{h.audio[other], h.video[other]} {
			t, err := pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{Direction: webrtc.RTPTransceiverDirectionSendonly})
			if err != nil {
				return err
			}
			go drain(func(b []byte) error { _, _, err := t.Sender().Read(b); return err }) // ends with the connection
		}
	}
	wanted := "q"
	if seat == 0 {
		wanted = "f"
	}
	pc.OnTrack(func(track *webrtc.TrackRemote, receiver *webrtc.RTPReceiver) {
		to := h.audio[seat]
		if track.Kind() == webrtc.RTPCodecTypeVideo {
			to = h.video[seat]
			go drain(func(b []byte) error { _, _, err := receiver.ReadSimulcast(b, track.RID()); return err })
		} else {
			go drain(func(b []byte) error { _, _, err := receiver.Read(b); return err })
		}
		for {
			packet, _, err := track.ReadRTP()
			if err != nil {
				return
			}
			if track.Kind() == webrtc.RTPCodecTypeAudio || track.RID() == wanted {
				_ = to.WriteRTP(packet)
			}
		}
	})
	offer, err := pc.CreateOffer(nil)
	if err != nil {
		return err
	}
	gathered := webrtc.GatheringCompletePromise(pc)
	if err := pc.SetLocalDescription(offer); err != nil {
		return err
	}
	<-gathered // the addresses are this machine's: nobody is asked for them
	tell(callerOffer{1, receiveLayers(pc.LocalDescription().SDP, pc.GetTransceivers()[1].Mid())})
	return nil
}

// drain reads what a receiver reports, which the interceptors act on while it is read.
func drain(read func([]byte) error) {
	buf := make([]byte, 1500)
	for read(buf) == nil {
	}
}

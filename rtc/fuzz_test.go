package rtc

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"
)

// keeper keeps the offers that it is made.
type keeper struct {
	deaf
	offers chan Offer
}

func (k keeper) Offer(o Offer) {
	select {
	case k.offers <- o:
	default:
	}
}

// answerTo is what an honest client answers.
func answerTo(t testing.TB, o Offer) string {
	t.Helper()
	pc, err := webrtc.NewPeerConnection(webrtc.Configuration{})
	if err != nil {
		t.Fatal(err)
	}
	defer pc.Close()
	if err := pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: o.SDP}); err != nil {
		t.Fatal(err)
	}
	answer, err := pc.CreateAnswer(nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer.SDP
}

func fuzzServer(f *testing.F) *Server {
	f.Helper()
	s, err := New(Config{Listen: netip.MustParseAddrPort("127.0.0.1:0"), NoTCP: true})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { s.Close() })
	return s
}

// FuzzAnswer: whatever a client answers, and in whatever order it answers, asks for new offers, wishes and comes back, the conference goes on.
func FuzzAnswer(f *testing.F) {
	s := fuzzServer(f)
	c := newConferenceOf(f, s, "seed")
	k := keeper{offers: make(chan Offer, 1)}
	if _, err := c.Join("honest", Role{Sends: true, Pairs: 1}, k); err != nil {
		f.Fatal(err)
	}
	answer := answerTo(f, <-k.offers)
	f.Add(answer, []byte{4, 1, 2, 3})
	f.Add(answer+answer, []byte{1, 1, 4, 8})
	f.Add("v=0\r\n", []byte{3, 2, 1, 0})
	f.Fuzz(func(t *testing.T, sdp string, acts []byte) {
		c := newConferenceOf(t, s, "h")
		defer c.Close()
		c.Permit(map[string]Permissions{"liar": everything})
		p, err := c.Join("liar", Role{Sends: true, Pairs: 1}, deaf{})
		if err != nil {
			t.Fatal(err)
		}
		for _, act := range acts[:min(len(acts), 8)] {
			switch act % 4 {
			case 0:
				_ = p.Answer(int(act/4)%3, sdp)
			case 1:
				_ = p.Restart()
			case 2:
				p.Wish(map[string]Layer{sdp: LayerHalf, "4": Layer(int8(act)), "5": LayerFull})
			case 3:
				_ = p.Resume(deaf{})
			}
		}
		_ = p.Answer(1, sdp)
	})
}

// written counts what goes out to nobody.
type written struct{ packets, longest int }

func (w *written) WriteRTP(_ *rtp.Header, payload []byte) (int, error) {
	w.packets, w.longest = w.packets+1, max(w.longest, len(payload))
	return len(payload), nil
}

func (w *written) Write(b []byte) (int, error) { return len(b), nil }

// Things that a client sends, as FuzzPackets has them one after the other.
const (
	fuzzMedia = iota
	fuzzReport
)

func fuzzed(kind byte, packet interface{ Marshal() ([]byte, error) }) []byte {
	b, err := packet.Marshal()
	if err != nil {
		panic(err)
	}
	return append(binary.BigEndian.AppendUint16([]byte{kind}, uint16(len(b))), b...)
}

// pictures are packets of one frame each, with these numbers, the first of them a key frame.
func pictures(numbers ...uint16) (all []byte) {
	for i, seq := range numbers {
		all = append(all, fuzzed(fuzzMedia, &rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: seq, Timestamp: uint32(i) * 3000, Marker: true, PayloadType: payloadVP8, SSRC: 7},
			Payload: []byte{0x90, 0xf0, 0x80, byte(i), byte(i), 0x20, byte(min(i, 1)), 0, 0, 0x9d, 1, 0x2a, 64, 1, 240, 0, 1, 2, 3}})...)
	}
	return all
}

// FuzzPackets: whatever a client sends as pictures and reports, what is forwarded, recorded and sent again of it is a packet, and what is kept is bounded.
func FuzzPackets(f *testing.F) {
	f.Add(pictures(1, 2, 3, 5, 4, 9))
	f.Add(pictures(65535, 0, 32768, 1, 65000, 2))
	for _, p := range []rtcp.Packet{
		&rtcp.TransportLayerNack{MediaSSRC: 9, Nacks: []rtcp.NackPair{{PacketID: 1, LostPackets: 0xffff}}},
		&rtcp.PictureLossIndication{MediaSSRC: 9},
		&rtcp.ReceiverReport{Reports: []rtcp.ReceptionReport{{SSRC: 9, LastSenderReport: 1}}},
		&rtcp.SenderReport{SSRC: 7, NTPTime: 1 << 63, RTPTime: 5},
		&rtcp.TransportLayerCC{Header: rtcp.Header{Count: rtcp.FormatTCC, Type: rtcp.TypeTransportSpecificFeedback, Length: 5}, MediaSSRC: 9, BaseSequenceNumber: 1, PacketStatusCount: 3,
			PacketChunks: []rtcp.PacketStatusChunk{&rtcp.RunLengthChunk{PacketStatusSymbol: 1, RunLength: 3}}, RecvDeltas: []*rtcp.RecvDelta{{Type: 1, Delta: 250}, {Type: 1}, {Type: 1}}},
	} {
		f.Add(append(pictures(1, 2, 3), fuzzed(fuzzReport, p)...))
	}
	c := newConferenceOf(f, fuzzServer(f), "h")
	var peers [2]*Peer
	for i, id := range []string{"liar", "judge"} {
		p, err := newPeer(c, id, Role{Sends: true, Pairs: 1}, deaf{})
		if err != nil {
			f.Fatal(err)
		}
		f.Cleanup(p.close)
		peers[i] = p
	}
	liar, judge := peers[0], peers[1]
	judge.receives.Store(true)
	f.Fuzz(func(t *testing.T, all []byte) {
		out, now := &written{}, time.Now()
		liar.notes, liar.estimator, judge.estimator = arrivalNotes{}, newEstimator(), newEstimator()
		video := newSlot(judge, webrtc.RTPCodecTypeVideo, "video", "video")
		video.writer, video.ssrc, video.rtxSSRC = out, 9, 10
		video.allow(1 << 20)
		judge.slotOf = map[uint32]*slot{9: video}
		pub := &publication{peer: liar, media: Camera}
		pub.open.Store(true)
		pub.kept.Store(true)
		l := &layer{pub: pub, size: LayerFull, ssrc: 7, hertz: 90000, ids: extensionIDs{twcc: 3, level: 2, orientation: 4}}
		pub.layers[LayerFull], liar.layerOf = l, map[uint32]*layer{7: l}
		video.show(pub)
		video.aim(l)
		track := &recordedTrack{recording: &Recording{alarm: func(error) {}}, pub: pub, packets: make(chan recordedPacket, recordQueue)}
		l.sink.Store(&sinkRef{track})
		for len(all) >= 3 {
			kind, n := all[0], min(int(binary.BigEndian.Uint16(all[1:])), len(all)-3, readBytes)
			b := all[3:][:n]
			all, now = all[3+n:], now.Add(10*time.Millisecond)
			if kind == fuzzMedia {
				l.packet(b, now)
				continue
			}
			judge.reported(9, b)
			liar.reported(7, b)
		}
		if out.longest > readBytes {
			t.Errorf("a packet of %d bytes went out", out.longest)
		}
		if kept, waited := len(l.cache.ring), len(l.arrival.missing); kept > cacheMaxBytes || waited > missingKept {
			t.Errorf("%d bytes are kept, %d packets waited for", kept, waited)
		}
		l.arrival.asks(now)
		l.arrival.report(7, l.report, now)
		liar.notes.feedback()
		video.senderReport(now)
		close(track.packets)
		var order reorder
		frames := assembler{video: true}
		for p := range track.packets {
			for _, next := range order.put(&p) {
				frames.put(next)
			}
		}
		for _, next := range order.rest() {
			frames.put(next)
		}
	})
}

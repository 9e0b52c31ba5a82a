package rtc

import (
	"github.com/pion/interceptor"
	"github.com/pion/webrtc/v4"
)

// Payload types of our offers. Only we offer, so they are the same in all connections and packets pass on without another number.
const (
	payloadVP8  = 96
	payloadRTX  = 97
	payloadOpus = 111
)

// Header extensions. We register them in the same order for every connection, so their numbers are the same everywhere too.
const (
	extensionMID         = "urn:ietf:params:rtp-hdrext:sdes:mid"
	extensionRID         = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
	extensionRepaired    = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
	extensionTWCC        = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"
	extensionLevel       = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
	extensionOrientation = "urn:3gpp:video-orientation"
)

// newAPI gives the WebRTC stack without its interceptors: loss, reports and bandwidth are ours, because a forwarding unit wants one cache for each sender and not one for each receiver.
// Each connection has a stack of its own, which hands its packets to incoming.
func newAPI(settings webrtc.SettingEngine, incoming *streams) (*webrtc.API, error) {
	settings.BufferFactory = incoming.buffer
	media := &webrtc.MediaEngine{}
	for _, codec := range []webrtc.RTPCodecParameters{
		{PayloadType: payloadVP8, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: pictureFeedback}},
		{PayloadType: payloadRTX, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeRTX, ClockRate: 90000, SDPFmtpLine: "apt=96"}},
	} {
		if err := media.RegisterCodec(codec, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
	}
	opus := webrtc.RTPCodecParameters{PayloadType: payloadOpus, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus, ClockRate: 48000, Channels: 2,
		SDPFmtpLine: "minptime=10;useinbandfec=1;usedtx=1", RTCPFeedback: []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "nack"}}}}
	if err := media.RegisterCodec(opus, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	for _, uri := range []string{extensionMID, extensionTWCC} {
		for _, kind := range []webrtc.RTPCodecType{webrtc.RTPCodecTypeAudio, webrtc.RTPCodecTypeVideo} {
			if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, kind); err != nil {
				return nil, err
			}
		}
	}
	for _, uri := range []string{extensionRID, extensionRepaired, extensionOrientation} {
		if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: uri}, webrtc.RTPCodecTypeVideo); err != nil {
			return nil, err
		}
	}
	if err := media.RegisterHeaderExtension(webrtc.RTPHeaderExtensionCapability{URI: extensionLevel}, webrtc.RTPCodecTypeAudio); err != nil {
		return nil, err
	}
	return webrtc.NewAPI(webrtc.WithMediaEngine(media), webrtc.WithSettingEngine(settings), webrtc.WithInterceptorRegistry(&interceptor.Registry{})), nil
}

// cameraCodecs is what we take pictures in: without a stream of its own for what is sent again, because padding on it would come in unseen.
func cameraCodecs() []webrtc.RTPCodecParameters {
	return []webrtc.RTPCodecParameters{{PayloadType: payloadVP8, RTPCodecCapability: webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeVP8, ClockRate: 90000, RTCPFeedback: pictureFeedback}}}
}

var pictureFeedback = []webrtc.RTCPFeedback{{Type: "transport-cc"}, {Type: "ccm", Parameter: "fir"}, {Type: "nack"}, {Type: "nack", Parameter: "pli"}}

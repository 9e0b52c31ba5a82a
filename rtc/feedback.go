package rtc

import (
	"encoding/binary"
	"sync"
	"time"

	"github.com/pion/interceptor"
	"github.com/pion/interceptor/pkg/twcc"
	"github.com/pion/rtcp"
)

// arrivalNotes notes when each packet of a client came in, and tells the client, which finds from it how much its network carries. It is an interceptor, because packets without
// anything in them, which clients send to probe, reach nobody else.
type arrivalNotes struct {
	interceptor.NoOp
	began time.Time

	mu       sync.Mutex
	recorder *twcc.Recorder
}

// BindRemoteStream is interceptor.Interceptor's.
func (a *arrivalNotes) BindRemoteStream(info *interceptor.StreamInfo, reader interceptor.RTPReader) interceptor.RTPReader {
	var id uint8
	for _, x := range info.RTPHeaderExtensions {
		if x.URI == extensionTWCC {
			id = uint8(x.ID)
		}
	}
	if id == 0 {
		return reader
	}
	return interceptor.RTPReaderFunc(func(b []byte, attributes interceptor.Attributes) (int, interceptor.Attributes, error) {
		n, attributes, err := reader.Read(b, attributes)
		if err != nil {
			return n, attributes, err
		}
		if seq, ok := extensionOf(b[:n], id); ok {
			at := time.Since(a.began).Microseconds()
			a.mu.Lock()
			a.recorder.Record(info.SSRC, seq, at)
			a.mu.Unlock()
		}
		return n, attributes, nil
	})
}

// feedback gives what has come in since the last time.
func (a *arrivalNotes) feedback() []rtcp.Packet {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.recorder.BuildFeedbackPacket()
}

// extensionOf reads a two-byte header extension of an RTP packet (RFC 8285, section 4.2: one-byte headers).
func extensionOf(packet []byte, id uint8) (uint16, bool) {
	if len(packet) < 12 || packet[0]&0x10 == 0 {
		return 0, false
	}
	at := 12 + 4*int(packet[0]&0x0f)
	if len(packet) < at+4 || binary.BigEndian.Uint16(packet[at:]) != 0xbede {
		return 0, false
	}
	end := at + 4 + 4*int(binary.BigEndian.Uint16(packet[at+2:]))
	if end > len(packet) {
		return 0, false
	}
	for at += 4; at < end; {
		if packet[at] == 0 { // padding
			at++
			continue
		}
		size := int(packet[at]&0x0f) + 1
		if packet[at]>>4 == id {
			if size != 2 || at+3 > end {
				return 0, false
			}
			return binary.BigEndian.Uint16(packet[at+1:]), true
		}
		at += 1 + size
	}
	return 0, false
}

// notesMaker makes the notes of each connection, and gives the newest to whoever has just made one.
type notesMaker struct {
	making sync.Mutex // held while a connection is made
	newest *arrivalNotes
}

// NewInterceptor is interceptor.Factory's.
func (m *notesMaker) NewInterceptor(string) (interceptor.Interceptor, error) {
	m.newest = &arrivalNotes{began: time.Now(), recorder: twcc.NewRecorder(1)}
	return m.newest, nil
}

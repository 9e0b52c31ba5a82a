package rtc

import "time"

// frame is what a decoder takes at once: a picture, or a piece of sound.
type frame struct {
	data          []byte
	time          uint32 // RTP time
	key           bool
	width, height int       // with a key frame
	at            time.Time // when it arrived
	captured      time.Time // zero where it isn't known
}

// assembler makes frames of packets in their order. Of pictures that lack a packet, and of those that build on them, none is given until the next key frame.
type assembler struct {
	video  bool
	broken bool // something was missing; whoever asks for a key frame sets it back

	began   bool
	last    uint16
	waits   bool // for a key frame
	partial []byte
	current frame
	open    bool // partial is the beginning of a picture
}

// put takes the next packet, and gives a frame if it was the last of one.
func (a *assembler) put(p *recordedPacket) (frame, bool) {
	seq := p.header.SequenceNumber
	hole := a.began && seq != a.last+1
	a.began, a.last = true, seq
	if !a.video {
		return frame{data: p.payload, time: p.header.Timestamp, key: true, at: p.at}, true
	}
	if hole {
		a.lose()
	}
	d, ok := parseVP8(p.payload)
	if !ok {
		a.lose()
		return frame{}, false
	}
	body := p.payload[vp8HeaderSize(p.payload):]
	switch {
	case d.begins:
		a.partial, a.open = append(a.partial[:0], body...), true
		a.current = frame{time: p.header.Timestamp, key: d.key, at: p.at}
		if d.key {
			a.current.width, a.current.height = vp8Size(p.payload)
		}
	case a.open && p.header.Timestamp == a.current.time:
		a.partial = append(a.partial, body...)
	default:
		a.lose()
		return frame{}, false
	}
	if !p.header.Marker {
		return frame{}, false
	}
	a.open = false
	if a.waits && !a.current.key {
		return frame{}, false
	}
	a.waits = false
	f := a.current
	f.data = append([]byte(nil), a.partial...)
	return f, true
}

func (a *assembler) lose() {
	a.open, a.waits, a.broken = false, true, true
}

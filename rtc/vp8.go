package rtc

// vp8Descriptor is what forwarding needs of the VP8 payload descriptor (RFC 7741, section 4.2).
type vp8Descriptor struct {
	begins    bool // the packet begins a frame
	key       bool // it begins a key frame
	picture   uint16
	pictureAt int // offset of the picture number; 0 means that there is none
	wide      bool
	base      uint8 // TL0PICIDX, the running number of base-layer frames
	baseAt    int   // its offset; 0 means that there is none
}

// parseVP8 reads the descriptor at the beginning of an RTP payload. It reports false for what is too short to be one.
func parseVP8(p []byte) (d vp8Descriptor, ok bool) {
	if len(p) < 2 {
		return d, false
	}
	at := 1
	if p[0]&0x80 != 0 { // X
		flags := p[1]
		at = 2
		if flags&0x80 != 0 { // I
			if len(p) < at+2 {
				return d, false
			}
			d.pictureAt = at
			d.picture = uint16(p[at] & 0x7f)
			if p[at]&0x80 != 0 {
				d.wide = true
				d.picture = d.picture<<8 | uint16(p[at+1])
				at++
			}
			at++
		}
		if flags&0x40 != 0 { // L
			if len(p) < at+1 {
				return d, false
			}
			d.baseAt, d.base = at, p[at]
			at++
		}
		if flags&0x30 != 0 { // T or K
			at++
		}
	}
	if len(p) <= at {
		return d, false
	}
	d.begins = p[0]&0x17 == 0x10 // S, and partition 0
	d.key = d.begins && p[at]&0x01 == 0
	return d, true
}

// patchVP8 writes other running numbers into a payload that parseVP8 read as d.
func patchVP8(p []byte, d vp8Descriptor, picture uint16, base uint8) {
	if d.pictureAt > 0 {
		if d.wide {
			p[d.pictureAt] = 0x80 | byte(picture>>8)&0x7f
			p[d.pictureAt+1] = byte(picture)
		} else {
			p[d.pictureAt] = byte(picture) & 0x7f
		}
	}
	if d.baseAt > 0 {
		p[d.baseAt] = base
	}
}

// vp8Size reads width and height (pixels) from a payload that begins a key frame (RFC 6386, section 9.1); zeros if they aren't in it.
func vp8Size(p []byte) (width, height int) {
	d, ok := parseVP8(p)
	if !ok || !d.key {
		return 0, 0
	}
	frame := p[vp8HeaderSize(p):]
	if len(frame) < 10 || frame[3] != 0x9d || frame[4] != 0x01 || frame[5] != 0x2a {
		return 0, 0
	}
	return (int(frame[7])<<8 | int(frame[6])) & 0x3fff, (int(frame[9])<<8 | int(frame[8])) & 0x3fff
}

// vp8HeaderSize is the length of the descriptor of a payload that parseVP8 accepts.
func vp8HeaderSize(p []byte) int {
	if p[0]&0x80 == 0 {
		return 1
	}
	at := 2
	if p[1]&0x80 != 0 {
		if p[at]&0x80 != 0 {
			at++
		}
		at++
	}
	if p[1]&0x40 != 0 {
		at++
	}
	if p[1]&0x30 != 0 {
		at++
	}
	return at
}

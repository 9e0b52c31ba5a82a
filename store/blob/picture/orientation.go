package picture

import (
	"bufio"
	"encoding/binary"
	"image"
	"io"
)

// orientation is the value of the EXIF tag 0x0112 (CIPA DC-008, 4.6.5.1.6): how a camera was held.
type orientation int

const upright orientation = 1

// swaps reports whether width and height change places when the picture is turned.
func (o orientation) swaps() bool { return o >= 5 && o <= 8 }

// apply turns a picture upright.
func (o orientation) apply(src *image.RGBA) *image.RGBA {
	if o <= upright || o > 8 {
		return src
	}
	w, h := src.Rect.Dx(), src.Rect.Dy()
	size := src.Rect
	if o.swaps() {
		size = image.Rect(0, 0, h, w)
	}
	dst := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			var dx, dy int
			switch o {
			case 2: // mirrored
				dx, dy = w-1-x, y
			case 3: // half a turn
				dx, dy = w-1-x, h-1-y
			case 4:
				dx, dy = x, h-1-y
			case 5:
				dx, dy = y, x
			case 6: // a quarter to the right
				dx, dy = h-1-y, x
			case 7:
				dx, dy = h-1-y, w-1-x
			case 8: // a quarter to the left
				dx, dy = y, w-1-x
			}
			dst.SetRGBA(dx, dy, src.RGBAAt(x, y))
		}
	}
	return dst
}

// readOrientation finds the orientation in a JPEG's EXIF segment; upright where there is none or it makes no sense.
func readOrientation(r *bufio.Reader) orientation {
	var soi [2]byte
	if _, err := io.ReadFull(r, soi[:]); err != nil || soi != [2]byte{0xff, 0xd8} {
		return upright
	}
	for range 64 { // segments before the picture itself
		var head [4]byte
		if _, err := io.ReadFull(r, head[:]); err != nil || head[0] != 0xff {
			return upright
		}
		marker, length := head[1], int(binary.BigEndian.Uint16(head[2:]))-2
		if length < 0 || marker == 0xda { // start of scan
			return upright
		}
		if marker != 0xe1 {
			if _, err := r.Discard(length); err != nil {
				return upright
			}
			continue
		}
		segment := make([]byte, length)
		if _, err := io.ReadFull(r, segment); err != nil {
			return upright
		}
		if o := exifOrientation(segment); o != 0 {
			return o
		}
	}
	return upright
}

// exifOrientation reads the tag from an APP1 segment; 0 if the segment is something else or has no such tag.
func exifOrientation(segment []byte) orientation {
	const head = "Exif\x00\x00"
	if len(segment) < len(head)+8 || string(segment[:len(head)]) != head {
		return 0
	}
	tiff := segment[len(head):]
	var order binary.ByteOrder
	switch string(tiff[:4]) {
	case "II*\x00":
		order = binary.LittleEndian
	case "MM\x00*":
		order = binary.BigEndian
	default:
		return 0
	}
	at := uint64(order.Uint32(tiff[4:]))
	if at+2 > uint64(len(tiff)) {
		return 0
	}
	entries := int(order.Uint16(tiff[at:]))
	for i := range entries {
		entry := at + 2 + uint64(i)*12
		if entry+12 > uint64(len(tiff)) {
			return 0
		}
		if order.Uint16(tiff[entry:]) != 0x0112 {
			continue
		}
		if o := orientation(order.Uint16(tiff[entry+8:])); o >= 1 && o <= 8 {
			return o
		}
		return 0
	}
	return 0
}

package liveness

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"io"
)

// A capture travels as one file, all numbers big-endian:
//
//	magic   8 bytes  "MCFRAME1"
//	nonce   16 bytes of the challenge
//	frames  each: 4 bytes time in ms since the first colour was shown, 4 bytes length, so many bytes of a JPEG
//
// It ends with the last frame. Times ascend; all frames are of one size.

// Magic begins every capture.
const Magic = "MCFRAME1"

const headBytes = 8

// Limits bound what is read of an upload.
type Limits struct {
	Frames     int // at most so many
	FrameBytes int // of one JPEG
	Bytes      int // of the whole file
	Side       int // of a frame's longer side, in pixels
	LastMs     int // of a frame's time
}

// DefaultLimits hold a capture at 20 frames a second with room to spare.
var DefaultLimits = Limits{Frames: 240, FrameBytes: 64 << 10, Bytes: 6 << 20, Side: 480, LastMs: MaxLength + 2000}

// minSide is the shorter side below which a frame shows too little.
const minSide = 48

// Frame is one picture of the camera.
type Frame struct {
	At   int    // ms since the first colour was shown
	JPEG []byte // as it came
}

// Capture is an upload as it was read. Its frames have the form that Judge needs; what they show is not looked at yet.
type Capture struct {
	Nonce  Nonce
	Frames []Frame
}

// What is wrong with an upload. ErrTooLarge is for one beyond its limits, ErrCapture for everything else that is no capture.
var (
	ErrCapture  = errors.New("liveness: not a capture")
	ErrTooLarge = errors.New("liveness: capture beyond its limits")
	errShape    = errors.New("liveness: not a challenge")
)

// Read reads a capture, and never more than l.Bytes of it. Besides ErrCapture and ErrTooLarge it gives what r gives.
func Read(r io.Reader, l Limits) (Capture, error) {
	var c Capture
	in := &io.LimitedReader{R: r, N: int64(l.Bytes) + 1}
	magic := make([]byte, len(Magic))
	if err := fill(in, magic); err != nil {
		return Capture{}, err
	}
	if string(magic) != Magic {
		return Capture{}, ErrCapture
	}
	if err := fill(in, c.Nonce[:]); err != nil {
		return Capture{}, err
	}
	var size image.Point
	for {
		var head [headBytes]byte
		if _, err := io.ReadFull(in, head[:1]); err == io.EOF && in.N > 0 {
			break
		} else if err != nil {
			return Capture{}, cut(in, err)
		}
		if err := fill(in, head[1:]); err != nil {
			return Capture{}, err
		}
		at, n := binary.BigEndian.Uint32(head[:4]), binary.BigEndian.Uint32(head[4:])
		switch {
		case len(c.Frames) == l.Frames || n > uint32(l.FrameBytes):
			return Capture{}, ErrTooLarge
		case at > uint32(l.LastMs), len(c.Frames) > 0 && int(at) <= c.Frames[len(c.Frames)-1].At:
			return Capture{}, ErrCapture
		}
		f := Frame{At: int(at), JPEG: make([]byte, n)}
		if err := fill(in, f.JPEG); err != nil {
			return Capture{}, err
		}
		// Only the head of the picture is read here: its size is known before anything is decoded.
		is, err := jpeg.DecodeConfig(bytes.NewReader(f.JPEG))
		switch {
		case err != nil, min(is.Width, is.Height) < minSide:
			return Capture{}, ErrCapture
		case max(is.Width, is.Height) > l.Side:
			return Capture{}, ErrTooLarge
		case len(c.Frames) > 0 && size != image.Pt(is.Width, is.Height):
			return Capture{}, ErrCapture
		}
		size = image.Pt(is.Width, is.Height)
		c.Frames = append(c.Frames, f)
	}
	if len(c.Frames) == 0 {
		return Capture{}, ErrCapture
	}
	return c, nil
}

// fill reads all of b: what ends inside it is no capture.
func fill(in *io.LimitedReader, b []byte) error {
	if _, err := io.ReadFull(in, b); err != nil {
		return cut(in, err)
	}
	return nil
}

func cut(in *io.LimitedReader, err error) error {
	switch {
	case in.N <= 0:
		return ErrTooLarge
	case err == io.EOF, err == io.ErrUnexpectedEOF:
		return ErrCapture
	}
	return err
}

// Write writes a capture as Read reads it.
func (c Capture) Write(w io.Writer) error {
	out := append([]byte(Magic), c.Nonce[:]...)
	for _, f := range c.Frames {
		out = binary.BigEndian.AppendUint32(out, uint32(f.At))
		out = binary.BigEndian.AppendUint32(out, uint32(len(f.JPEG)))
		out = append(out, f.JPEG...)
	}
	_, err := w.Write(out)
	return err
}

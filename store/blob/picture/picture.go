// Package picture makes small pictures of large ones. What it reads comes from outside and is never trusted: sizes are
// looked at before anything is decoded, and a decoder that fails costs the thumbnail only.
package picture

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoder
	"image/jpeg"
	_ "image/png" // decoder
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoder
	"golang.org/x/sync/semaphore"
)

// Side is the longest side of a thumbnail, in pixels.
const Side = 480

// MaxPixels is how large a picture may be to get a thumbnail: a file of a few kilobytes can claim to be gigabytes
// when decoded.
const MaxPixels = 50_000_000

// Two pictures are decoded at a time, or one that is large.
const (
	slots       = 2
	largePixels = 16_000_000
)

var decoding = semaphore.NewWeighted(slots)

// Errors of Look. The picture may be a good one all the same, for programs that know more.
var (
	ErrUnknown  = errors.New("picture: not a picture that can be decoded here")
	ErrTooLarge = errors.New("picture: too many pixels")
)

// Picture is what is known of a picture.
type Picture struct {
	Width, Height int    // as it is to be shown, in pixels; 0 if unknown
	Thumbnail     []byte // JPEG, longest side at most Side; nil if there is none
}

// Look reads a picture's size and makes its thumbnail, turned upright as the camera says. With an error, Width and Height
// stand if they could be read. It waits while others are decoding.
func Look(ctx context.Context, src io.ReadSeeker) (p Picture, err error) {
	defer func() { // the decoders are good, but not proven
		if r := recover(); r != nil {
			p.Thumbnail, err = nil, fmt.Errorf("%w: decoder panicked: %v", ErrUnknown, r)
		}
	}()
	cfg, format, err := image.DecodeConfig(bufio.NewReader(src))
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	turn := upright
	if format == "jpeg" {
		if _, err := src.Seek(0, io.SeekStart); err != nil {
			return p, err
		}
		turn = readOrientation(bufio.NewReader(src))
	}
	p.Width, p.Height = cfg.Width, cfg.Height
	if turn.swaps() {
		p.Width, p.Height = p.Height, p.Width
	}
	weight, err := cost(cfg)
	if err != nil {
		return p, err
	}
	if err := decoding.Acquire(ctx, weight); err != nil {
		return p, err
	}
	defer decoding.Release(weight)
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return p, err
	}
	img, _, err := image.Decode(bufio.NewReaderSize(src, 64<<10))
	if err != nil {
		return p, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	p.Thumbnail, err = thumbnail(img, turn, Side, 80)
	return p, err
}

// ForPrint gives a picture as a JPEG for printing: turned upright, its longest side at most so many pixels. Errors: ErrUnknown,
// ErrTooLarge. It waits while others are decoding.
func ForPrint(ctx context.Context, src io.ReadSeeker, side int) (data []byte, err error) {
	defer func() { // as in Look
		if r := recover(); r != nil {
			data, err = nil, fmt.Errorf("%w: decoder panicked: %v", ErrUnknown, r)
		}
	}()
	turn := readOrientation(bufio.NewReader(src)) // upright for what is no JPEG
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	cfg, _, err := image.DecodeConfig(bufio.NewReader(src))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	weight, err := cost(cfg)
	if err != nil {
		return nil, err
	}
	if err := decoding.Acquire(ctx, weight); err != nil {
		return nil, err
	}
	defer decoding.Release(weight)
	if _, err := src.Seek(0, io.SeekStart); err != nil {
		return nil, err
	}
	img, _, err := image.Decode(bufio.NewReaderSize(src, 64<<10))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrUnknown, err)
	}
	return thumbnail(img, turn, side, 85)
}

// cost gives how many slots decoding takes, or ErrTooLarge.
func cost(cfg image.Config) (int64, error) {
	if cfg.Width <= 0 || cfg.Height <= 0 {
		return 0, ErrUnknown
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	switch cfg.ColorModel {
	case color.RGBA64Model, color.NRGBA64Model:
		pixels *= 2
	}
	if pixels > MaxPixels {
		return 0, ErrTooLarge
	}
	if pixels > largePixels {
		return slots, nil
	}
	return 1, nil
}

// thumbnail scales a picture down (never up), on white where it is transparent, and turns it.
func thumbnail(img image.Image, turn orientation, side, quality int) ([]byte, error) {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(small, small.Bounds(), img, b, draw.Over, nil)
	var buf bytes.Buffer
	err := jpeg.Encode(&buf, turn.apply(small), &jpeg.Options{Quality: quality})
	return buf.Bytes(), err
}

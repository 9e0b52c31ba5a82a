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

	"microcourt/store/blob/shrink"
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

// ForPrint gives a picture as a JPEG for printing: turned upright and then by so many degrees clockwise (0, 90, 180, 270), its longest side at
// most so many pixels. Errors: ErrUnknown, ErrTooLarge. It waits while others are decoding.
func ForPrint(ctx context.Context, src io.ReadSeeker, side, degrees int) (data []byte, err error) {
	return copyOf(ctx, src, side, 85, func(img *image.RGBA) (*image.RGBA, error) { return turns[degrees].apply(img), nil })
}

// Marked gives a picture as a JPEG for reading on a screen, turned upright, after mark has written over it. Errors beside mark's own: ErrUnknown,
// ErrTooLarge. It waits while others are decoding.
func Marked(ctx context.Context, src io.ReadSeeker, side int, mark func(img *image.RGBA) error) ([]byte, error) {
	return copyOf(ctx, src, side, 88, func(img *image.RGBA) (*image.RGBA, error) { return img, mark(img) })
}

// turns are what turns a picture by degrees clockwise.
var turns = map[int]orientation{0: upright, 90: 6, 180: 3, 270: 8}

// copyOf decodes a picture, makes it smaller and upright, lets change work on it, and encodes it.
func copyOf(ctx context.Context, src io.ReadSeeker, side, quality int, change func(*image.RGBA) (*image.RGBA, error)) (data []byte, err error) {
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
	small, err := change(turn.apply(scaled(img, side)))
	if err != nil {
		return nil, err
	}
	var buf bytes.Buffer
	err = jpeg.Encode(&buf, small, &jpeg.Options{Quality: quality})
	return buf.Bytes(), err
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

// thumbnail makes a small picture and turns it.
func thumbnail(img image.Image, turn orientation, side, quality int) ([]byte, error) {
	var buf bytes.Buffer
	err := jpeg.Encode(&buf, turn.apply(scaled(img, side)), &jpeg.Options{Quality: quality})
	return buf.Bytes(), err
}

// scaled makes a picture smaller, never larger, on white where it is transparent. A photograph is first shrunk by a whole
// factor, and only what is left is weighed pixel by pixel.
func scaled(img image.Image, side int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
		if photo, ok := img.(*image.YCbCr); ok && longest >= 2*side {
			img = shrink.By(longest/side, photo)
		}
	}
	small := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(small, small.Rect, image.White, image.Point{}, draw.Src)
	if img.Bounds().Size() == small.Rect.Size() {
		draw.Draw(small, small.Rect, img, img.Bounds().Min, draw.Over)
	} else {
		draw.BiLinear.Scale(small, small.Rect, img, img.Bounds(), draw.Over, nil)
	}
	return small
}

package hub

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"

	"microcourt/store"
	"microcourt/store/court"
)

// KeepSignature makes a drawn signature the actor's signature on file.
type KeepSignature struct{ Image []byte } // PNG

func (k KeepSignature) rule() rule { return rule{act: court.ActSignatureKeep} }

func (k KeepSignature) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Signature, error) {
	if err := checkSignature(k.Image); err != nil {
		return nil, err
	}
	return h.store.KeepSignature(ctx, actor.PersonID, actor.SessionID, k.Image)
}

// ReadSignature gives the actor's own signature on file.
type ReadSignature struct{}

func (r ReadSignature) rule() rule { return rule{act: court.ActSignatureKeep} }

func (r ReadSignature) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Signature, error) {
	return h.store.SignatureOf(ctx, actor.PersonID)
}

// MaxSignatureBytes bounds the picture of a signature.
const MaxSignatureBytes = 300 << 10

// What a drawn signature has at least: sides in pixels, and pixels of ink.
const (
	minSignatureSide = 40
	maxSignatureSide = 4000
	minSignatureInk  = 100
)

// checkSignature refuses what is no drawn signature: not a PNG, without ink, or all ink.
func checkSignature(data []byte) error {
	if len(data) > MaxSignatureBytes {
		return court.ErrTooLarge.In("image")
	}
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || min(cfg.Width, cfg.Height) < minSignatureSide || max(cfg.Width, cfg.Height) > maxSignatureSide {
		return court.ErrSignatureImage.In("image")
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return court.ErrSignatureImage.In("image")
	}
	if n := ink(img); n < minSignatureInk || n > cfg.Width*cfg.Height/2 {
		return court.ErrSignatureImage.In("image")
	}
	return nil
}

// ink counts the pixels that stand out on white paper.
func ink(img image.Image) (n int) {
	b := img.Bounds()
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA)
			if c.A > 96 && int(c.R)+int(c.G)+int(c.B) < 3*180 {
				n++
			}
		}
	}
	return n
}

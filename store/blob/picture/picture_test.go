package picture

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"math"
	"testing"

	"golang.org/x/image/draw"
)

// quarters is a picture whose four quarters can be told apart: red, green / blue, white.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{255, 255, 255, 255}
			switch {
			case x < w/2 && y < h/2:
				c = color.RGBA{255, 0, 0, 255}
			case y < h/2:
				c = color.RGBA{0, 255, 0, 255}
			case x < w/2:
				c = color.RGBA{0, 0, 255, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func encodeJPEG(t testing.TB, img image.Image) []byte {
	t.Helper()
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// withOrientation puts an EXIF segment behind the start of a JPEG.
func withOrientation(data []byte, o uint16, order binary.AppendByteOrder) []byte {
	tiff := []byte("II*\x00")
	if order == binary.AppendByteOrder(binary.BigEndian) {
		tiff = []byte("MM\x00*")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	tiff = append(order.AppendUint16(tiff, 0x010f), make([]byte, 10)...)
	tiff = order.AppendUint16(tiff, 0x0112)
	tiff = order.AppendUint16(tiff, 3)
	tiff = order.AppendUint32(tiff, 1)
	tiff = append(order.AppendUint16(tiff, o), 0, 0, 0, 0, 0, 0)
	segment := append([]byte("Exif\x00\x00"), tiff...)
	out := append([]byte{}, data[:2]...)
	out = append(out, 0xff, 0xe1)
	out = binary.BigEndian.AppendUint16(out, uint16(len(segment)+2))
	return append(append(out, segment...), data[2:]...)
}

func dominant(c color.Color) string {
	r, g, b, _ := c.RGBA()
	switch {
	case r > 0xc000 && g > 0xc000 && b > 0xc000:
		return "white"
	case r > 0xc000:
		return "red"
	case g > 0xc000:
		return "green"
	case b > 0xc000:
		return "blue"
	}
	return "?"
}

func TestThumbnailsStandUprightWhicheverWayTheCameraWasHeld(t *testing.T) {
	data := encodeJPEG(t, quarters(1000, 600))
	want := map[uint16][4]string{ // clockwise from the upper left
		1: {"red", "green", "white", "blue"},
		2: {"green", "red", "blue", "white"},
		3: {"white", "blue", "red", "green"},
		4: {"blue", "white", "green", "red"},
		5: {"red", "blue", "white", "green"},
		6: {"blue", "red", "green", "white"},
		7: {"white", "green", "red", "blue"},
		8: {"green", "white", "blue", "red"},
	}
	for o, corners := range want {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := Look(t.Context(), bytes.NewReader(withOrientation(data, o, order)))
			if err != nil {
				t.Fatal(err)
			}
			w, h := 1000, 600
			if o >= 5 {
				w, h = h, w
			}
			if p.Width != w || p.Height != h {
				t.Errorf("orientation %d: %d x %d, want %d x %d", o, p.Width, p.Height, w, h)
			}
			img, err := jpeg.Decode(bytes.NewReader(p.Thumbnail))
			if err != nil {
				t.Fatal(err)
			}
			b := img.Bounds()
			if max(b.Dx(), b.Dy()) != Side || (b.Dx() > b.Dy()) != (w > h) {
				t.Errorf("orientation %d: thumbnail of %v", o, b)
			}
			got := [4]string{dominant(img.At(20, 20)), dominant(img.At(b.Dx()-20, 20)), dominant(img.At(b.Dx()-20, b.Dy()-20)), dominant(img.At(20, b.Dy()-20))}
			if got != corners {
				t.Errorf("orientation %d: corners %v, want %v", o, got, corners)
			}
		}
	}
}

func TestTransparentPicturesStandOnWhiteAndSmallOnesAreNotEnlarged(t *testing.T) {
	var buf bytes.Buffer
	if err := png.Encode(&buf, image.NewNRGBA(image.Rect(0, 0, 30, 20))); err != nil {
		t.Fatal(err)
	}
	p, err := Look(t.Context(), bytes.NewReader(buf.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	img, err := jpeg.Decode(bytes.NewReader(p.Thumbnail))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != 30 || dominant(img.At(3, 3)) != "white" {
		t.Errorf("thumbnail %v, %v", img.Bounds(), img.At(3, 3))
	}
	buf.Reset()
	if err := gif.Encode(&buf, quarters(50, 50), nil); err != nil {
		t.Fatal(err)
	}
	if p, err = Look(t.Context(), bytes.NewReader(buf.Bytes())); err != nil || p.Thumbnail == nil {
		t.Errorf("GIF: %v", err)
	}
}

func TestPicturesThatWouldFillTheMemoryAreNotDecoded(t *testing.T) {
	bomb := encodeJPEG(t, quarters(16, 16))
	sof := bytes.Index(bomb, []byte{0xff, 0xc0})
	binary.BigEndian.PutUint16(bomb[sof+5:], 60_000)
	binary.BigEndian.PutUint16(bomb[sof+7:], 60_000)
	p, err := Look(t.Context(), bytes.NewReader(bomb))
	if !errors.Is(err, ErrTooLarge) || p.Thumbnail != nil || p.Width != 60_000 {
		t.Errorf("a picture of 60,000 x 60,000 pixels: %v, width %d", err, p.Width)
	}
	if _, err := cost(image.Config{ColorModel: color.NRGBA64Model, Width: 6000, Height: 6000}); !errors.Is(err, ErrTooLarge) {
		t.Error("pixels of eight bytes count double")
	}
}

func TestWhatIsNoPictureIsSaidToBeNone(t *testing.T) {
	whole := encodeJPEG(t, quarters(600, 600))
	for _, data := range [][]byte{nil, []byte("<html>"), whole[:20], whole[:len(whole)/2]} {
		if p, err := Look(t.Context(), bytes.NewReader(data)); !errors.Is(err, ErrUnknown) || p.Thumbnail != nil {
			t.Errorf("%d bytes: %v", len(data), err)
		}
	}
}

func FuzzOrientation(f *testing.F) {
	small := encodeJPEG(f, quarters(8, 8))
	f.Add(withOrientation(small, 6, binary.LittleEndian)[:80])
	f.Add(withOrientation(small, 3, binary.BigEndian)[:80])
	f.Fuzz(func(t *testing.T, data []byte) {
		if o := readOrientation(bufio.NewReader(bytes.NewReader(data))); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
	})
}

// Shrinking first is for speed and must not be seen.
func TestAPhotographLooksAsIfEachPixelHadBeenWeighed(t *testing.T) {
	photo := image.NewYCbCr(image.Rect(0, 0, 1999, 1501), image.YCbCrSubsampleRatio420)
	for y := range 1501 {
		for x := range 1999 {
			photo.Y[photo.YOffset(x, y)] = byte(128 + 100*math.Sin(float64(x*x+y*y)/400_000))
			photo.Cb[photo.COffset(x, y)], photo.Cr[photo.COffset(x, y)] = byte(x/8), byte(y/8)
		}
	}
	for _, side := range []int{480, 700, 1200} {
		got := scaled(photo, side)
		want := image.NewRGBA(got.Rect)
		draw.BiLinear.Scale(want, want.Rect, photo, photo.Rect, draw.Src, nil)
		sum, worst := 0, 0
		for i, p := range want.Pix {
			d := max(int(p)-int(got.Pix[i]), int(got.Pix[i])-int(p))
			sum, worst = sum+d, max(worst, d)
		}
		if mean := float64(sum) / float64(len(want.Pix)); mean > 1 || worst > 16 {
			t.Errorf("side %d: off by %.2f of 255, at worst %d", side, mean, worst)
		}
	}
}

func BenchmarkAThumbnailOfTwelveMegapixels(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	for b.Loop() {
		scaled(img, Side)
	}
}

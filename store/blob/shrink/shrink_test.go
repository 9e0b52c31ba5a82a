package shrink_test

import (
	"image"
	"image/color"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/blob/shrink"
)

var ratios = []image.YCbCrSubsampleRatio{
	image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
	image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410,
}

// Whatever the sides, the kind of the chroma and the part that was cut out: one colour stays that colour, and no pixel
// of the picture is left out.
func TestEachPixelIsTheMeanOfThoseItReplaces(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 9).Draw(t, "n")
		w, h := rapid.IntRange(1, 70).Draw(t, "w"), rapid.IntRange(1, 70).Draw(t, "h")
		ratio := rapid.SampledFrom(ratios).Draw(t, "ratio")
		whole := image.NewYCbCr(image.Rect(0, 0, w+8, h+8), ratio)
		noise := rapid.Uint32().Draw(t, "noise")
		for i := range whole.Y {
			noise = noise*1664525 + 1013904223
			whole.Y[i] = byte(noise >> 24)
		}
		for i := range whole.Cb {
			whole.Cb[i], whole.Cr[i] = 90, 170
		}
		img := whole.SubImage(image.Rect(8, 8, w+8, h+8)).(*image.YCbCr)
		small := shrink.By(n, img)
		if small.Rect != image.Rect(0, 0, (w+n-1)/n, (h+n-1)/n) {
			t.Fatalf("%v of %v by %d", small.Rect, img.Rect, n)
		}
		for y := range small.Rect.Dy() {
			for x := range small.Rect.Dx() {
				sum, count := 0, 0
				for j := y * n; j < min((y+1)*n, h); j++ {
					for i := x * n; i < min((x+1)*n, w); i++ {
						sum += int(img.YCbCrAt(8+i, 8+j).Y)
						count++
					}
				}
				want := color.YCbCr{Y: byte((sum + count/2) / count), Cb: 90, Cr: 170}
				if got := small.YCbCrAt(x, y); got != want {
					t.Fatalf("at %d, %d: %v, want %v", x, y, got, want)
				}
			}
		}
	})
}

func BenchmarkAPhotographOfTwelveMegapixels(b *testing.B) {
	img := image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420)
	for b.Loop() {
		shrink.By(8, img)
	}
}

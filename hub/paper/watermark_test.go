package paper

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"os"
	"testing"
)

// TestAWatermarkStandsInEveryPartOfAPicture: on light, dark and motley ground, however the picture is cut into ninths, each shows some of it.
func TestAWatermarkStandsInEveryPartOfAPicture(t *testing.T) {
	needFonts(t)
	for name, ground := range map[string]func(x, y int) color.RGBA{
		"white":  func(int, int) color.RGBA { return color.RGBA{255, 255, 255, 255} },
		"black":  func(int, int) color.RGBA { return color.RGBA{0, 0, 0, 255} },
		"motley": func(x, y int) color.RGBA { return color.RGBA{uint8(x), uint8(y), uint8(x * y), 255} },
	} {
		for _, size := range []image.Rectangle{image.Rect(0, 0, 1200, 1600), image.Rect(10, 20, 1510, 620), image.Rect(0, 0, 400, 400)} {
			img := image.NewRGBA(size)
			for y := size.Min.Y; y < size.Max.Y; y++ {
				for x := size.Min.X; x < size.Max.X; x++ {
					img.SetRGBA(x, y, ground(x, y))
				}
			}
			was := &image.RGBA{Pix: bytes.Clone(img.Pix), Stride: img.Stride, Rect: img.Rect}
			if err := Watermark(img, "律师丙\U000272D6　（2026）浙0212民初1号　2026-03-05"); err != nil {
				t.Fatal(err)
			}
			var changed [9]int
			for y := size.Min.Y; y < size.Max.Y; y++ {
				for x := size.Min.X; x < size.Max.X; x++ {
					if img.RGBAAt(x, y) != was.RGBAAt(x, y) {
						changed[(x-size.Min.X)*3/size.Dx()+(y-size.Min.Y)*3/size.Dy()*3]++
					}
				}
			}
			for i, n := range changed {
				if part := size.Dx() * size.Dy() / 9; n < part/200 || n > part/2 {
					t.Errorf("%s, %v: in part %d %d of %d pixels are marked", name, size, i, n, part)
				}
			}
			if dir := os.Getenv("MICROCOURT_PICTURES"); dir != "" {
				f, err := os.Create(dir + "/watermark-" + name + "-" + size.String() + ".png")
				if err != nil {
					t.Fatal(err)
				}
				png.Encode(f, img)
				f.Close()
			}
		}
	}
}

package paper

import (
	"image"
	"image/color"
	"math"
	"unicode"

	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"

	scale "golang.org/x/image/draw"
)

// How a watermark looks: the text's size as a share of the picture's longest side, and how far the rows lean.
const (
	markShare   = 42
	markMinSize = 12
	markAngle   = -math.Pi / 7
)

// Watermark writes a text over a picture, slanting and again and again, so that no part of it stands without: light on dark and dark on light,
// and thin enough to read through. ErrNoFonts where the program can't write.
func Watermark(img *image.RGBA, text string) error {
	all, err := loadFaces()
	if err != nil {
		return err
	}
	b := img.Bounds()
	label, err := markLabel(all, text, max(float64(max(b.Dx(), b.Dy()))/markShare, markMinSize))
	if err != nil {
		return err
	}
	w, h := float64(label.Bounds().Dx()), float64(label.Bounds().Dy())
	sin, cos := math.Sin(markAngle), math.Cos(markAngle)
	reach := math.Hypot(float64(b.Dx()), float64(b.Dy()))
	for row, v := 0, -reach; v < reach; row, v = row+1, v+4*h {
		for u := -reach - float64(row%2)*w/2; u < reach; u += w + 2*h {
			x, y := float64(b.Min.X)+u*cos-v*sin, float64(b.Min.Y)+u*sin+v*cos
			place := image.Rect(int(min(x, x+w*cos, x-h*sin, x+w*cos-h*sin))-1, int(min(y, y+w*sin, y+h*cos, y+w*sin+h*cos))-1,
				int(max(x, x+w*cos, x-h*sin, x+w*cos-h*sin))+2, int(max(y, y+w*sin, y+h*cos, y+w*sin+h*cos))+2)
			if place.Overlaps(b) {
				scale.ApproxBiLinear.Transform(img, f64.Aff3{cos, -sin, x, sin, cos, y}, label, label.Bounds(), scale.Over, nil)
			}
		}
	}
	return nil
}

// markLabel draws the text once: dark with a light edge.
func markLabel(all *faces, text string, size float64) (*image.RGBA, error) {
	var writers [faceCount]font.Face
	for i := range writers {
		f, err := opentype.NewFace(all.face[i].font, &opentype.FaceOptions{Size: size, DPI: 72, Hinting: font.HintingNone})
		if err != nil {
			return nil, err
		}
		defer f.Close()
		writers[i] = f
	}
	find := lookup{faces: all, known: map[glyphKey]glyph{}}
	width := 0.0
	var runes []rune
	for _, r := range text {
		if unicode.IsPrint(r) {
			runes = append(runes, r)
			width += find.find(r, true).width * size
		}
	}
	edge := max(1, int(size/14))
	label := image.NewRGBA(image.Rect(0, 0, int(width)+2*edge+2, int(size*1.4)+2*edge))
	write := func(dx, dy int, c color.NRGBA) {
		dot := fixed.P(edge+dx, edge+dy+int(size*1.05))
		for _, r := range runes {
			g := find.find(r, true)
			if g.face < 0 {
				g.face = sans // its box for what it doesn't know
			}
			d := font.Drawer{Dst: label, Src: image.NewUniform(c), Face: writers[g.face], Dot: dot}
			d.DrawString(string(r))
			dot.X += fixed.Int26_6(g.width * size * 64)
		}
	}
	write(edge, edge, color.NRGBA{255, 255, 255, 90})
	write(0, 0, color.NRGBA{70, 70, 70, 95})
	return label, nil
}

package liveness

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
)

// Where the face is, in parts of a frame's width: the page shows the camera's picture behind a circle at the frame's centre, and cuts frames so that the circle lies
// there. Frames are 3:4, upright.
const (
	CircleRadius = 0.42
	faceRadius   = 0.36 // what is measured of the circle: its edge holds hair and wall
	ringRadius   = 0.54 // beyond it is background
	ringLower    = 0.6  // of the height: below are shoulders
)

const (
	cellsX, cellsY = 6, 8
	thumbSide      = 20
	clipAt         = 250 // a byte from which a sensor or an encoder may have cut off
)

// light is linear red, green and blue, 0..1.
type light [3]float64

// look is what is measured of one frame.
type look struct {
	at         int
	face, ring light
	cells      [cellsX * cellsY]light
	thumb      [thumbSide * thumbSide]float64 // brightness within the circle, of mean 0 and deviation 1
	clipped    float64                        // share of the face's pixels that are as bright as can be
}

// linear turns a byte as sRGB has it (IEC 61966-2-1) into light.
var linear = func() (t [256]float64) {
	for i := range t {
		if v := float64(i) / 255; v <= 0.04045 {
			t[i] = v / 12.92
		} else {
			t[i] = math.Pow((v+0.055)/1.055, 2.4)
		}
	}
	return t
}()

// inRing reports whether a place belongs to the background, in parts of the width from the centre; h is the frame's height in the same measure.
func inRing(x, y, h float64) bool { return math.Hypot(x, y) > ringRadius && y < (ringLower-0.5)*h }

// measure decodes and measures a frame; false where it is broken.
func measure(f Frame) (look, bool) {
	img, err := jpeg.Decode(bytes.NewReader(f.JPEG))
	if err != nil {
		return look{}, false
	}
	pixels, ok := img.(*image.YCbCr)
	if !ok {
		return look{}, false // a picture without colours, or one for printing
	}
	l := look{at: f.At}
	var inFace, inRings, clipped float64
	var inCell [cellsX * cellsY]float64
	var inThumb [thumbSide * thumbSide]float64
	b := pixels.Bounds()
	width, height := float64(b.Dx()), float64(b.Dy())/float64(b.Dx())
	for y := range b.Dy() {
		py := (float64(y)+0.5)/width - height/2
		for x := range b.Dx() {
			px := (float64(x)+0.5)/width - 0.5
			c := pixels.YCbCrAt(b.Min.X+x, b.Min.Y+y)
			r, g, bl := ycc(c.Y, c.Cb, c.Cr)
			p := light{linear[r], linear[g], linear[bl]}
			cell := y*cellsY/b.Dy()*cellsX + x*cellsX/b.Dx()
			l.cells[cell].add(p)
			inCell[cell]++
			switch d := math.Hypot(px, py); {
			case d < faceRadius:
				l.face.add(p)
				inFace++
				if max(r, g, bl) >= clipAt {
					clipped++
				}
			case inRing(px, py, height):
				l.ring.add(p)
				inRings++
			}
			if tx, ty := int((px/CircleRadius+1)/2*thumbSide), int((py/CircleRadius+1)/2*thumbSide); px > -CircleRadius && py > -CircleRadius && tx < thumbSide && ty < thumbSide {
				l.thumb[ty*thumbSide+tx] += float64(r) + float64(g) + float64(bl)
				inThumb[ty*thumbSide+tx]++
			}
		}
	}
	l.face.scale(inFace)
	l.ring.scale(inRings)
	for i := range l.cells {
		l.cells[i].scale(inCell[i])
	}
	l.clipped = clipped / max(inFace, 1)
	for i, n := range inThumb {
		l.thumb[i] /= max(n, 1)
	}
	normalize(l.thumb[:])
	return l, true
}

func (l *light) add(p light) {
	for i := range l {
		l[i] += p[i]
	}
}

func (l *light) scale(n float64) {
	for i := range l {
		l[i] /= max(n, 1)
	}
}

func (l light) bright() float64 { return 0.2126*l[0] + 0.7152*l[1] + 0.0722*l[2] }

// ycc is color.YCbCrToRGB without its packing.
func ycc(y, cb, cr uint8) (r, g, b uint8) {
	yy, b1, r1 := float64(y), float64(cb)-128, float64(cr)-128
	return byteOf(yy + 1.402*r1), byteOf(yy - 0.344136*b1 - 0.714136*r1), byteOf(yy + 1.772*b1)
}

func byteOf(v float64) uint8 { return uint8(min(max(v+0.5, 0), 255)) }

// normalize brings values to mean 0 and deviation 1, so that exposure doesn't count.
func normalize(v []float64) {
	var sum, squares float64
	for _, x := range v {
		sum += x
	}
	mean := sum / float64(len(v))
	for i := range v {
		v[i] -= mean
		squares += v[i] * v[i]
	}
	if d := math.Sqrt(squares / float64(len(v))); d > 0 {
		for i := range v {
			v[i] /= d
		}
	}
}

// floor keeps the logarithm of what is nearly dark within bounds: about the noise of a phone's camera.
const floor = 0.004

// tint gives what a colour adds to a thing's own: exposure drops out, and a white balance that changes is an added drift.
func tint(l light) (tone [2]float64) {
	g := math.Log(l[1] + floor)
	return [2]float64{math.Log(l[0]+floor) - g, math.Log(l[2]+floor) - g}
}

// tone is the same of a screen's colour.
func (c Colour) tone() [2]float64 {
	r, g, b := c.rgb()
	return [2]float64{r - g, b - g}
}

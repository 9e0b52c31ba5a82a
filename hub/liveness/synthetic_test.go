package liveness

import (
	"bytes"
	"image"
	"image/jpeg"
	"math"
	"math/rand/v2"
)

// The synthetic camera: light, skin, sensor, white balance, exposure, hand and JPEG, each simple, so that what Judge is told can be known. Light is in lux at the face;
// a phone's white screen at arm's bend gives about 25.
const (
	screenLux  = 25
	frameW     = 60
	frameH     = 80
	framePause = 66 // ms
)

// shot is what is filmed and how.
type shot struct {
	challenge Challenge
	ambient   float64               // lux
	lag       float64               // ms
	screen    func(t float64) light // what the screen shows; that of the challenge where nil
	flat      bool                  // a printed picture held before the camera
	frozen    bool                  // a still picture in place of the camera's, without hand or noise of its own
	noScreen  bool                  // the screen's light doesn't reach what is filmed
	person    person
	random    *rand.Rand
	times     []int
}

// person is somebody in a room: what the skin is like, and the lamps, from cool to warm.
type person struct{ skin, room light }

func newPerson(random *rand.Rand) person {
	tone, warm := 0.4+0.6*random.Float64(), random.Float64()*0.3-0.12
	return person{light{0.62 * tone, 0.42 * tone, 0.33 * tone}, light{1 + warm, 1, 1 - warm}}
}

// hand is how a hand and a head move: slow sway and a tremor, in parts of the width.
type hand struct{ ax, ay, px, py, f [3]float64 }

func newHand(random *rand.Rand) (h hand) {
	for i, amp := range []float64{0.016, 0.008, 0.0012} {
		h.ax[i], h.ay[i] = amp*(0.5+random.Float64()), amp*(0.5+random.Float64())
		h.px[i], h.py[i] = random.Float64()*6.28, random.Float64()*6.28
		h.f[i] = []float64{0.25, 0.7, 8}[i] * (0.8 + 0.4*random.Float64())
	}
	return h
}

func (h hand) at(ms float64) (x, y float64) {
	for i := range h.f {
		w := 6.2832 * h.f[i] * ms / 1000
		x += h.ax[i] * math.Sin(w+h.px[i])
		y += h.ay[i] * math.Sin(w+h.py[i])
	}
	return x, y
}

// shown is what the screen shows by the challenge, with the rise of its pixels.
func (c Challenge) shown(t float64) (l light) {
	from := 0.0
	for i, s := range c.Steps {
		r, g, b := s.Colour.rgb()
		up := math.Min(math.Max((t-from)/30, 0), 1)
		if i == len(c.Steps)-1 || t < from+float64(s.Ms) {
			if i > 0 {
				pr, pg, pb := c.Steps[i-1].Colour.rgb()
				return light{pr + (r-pr)*up, pg + (g-pg)*up, pb + (b-pb)*up}
			}
			return light{r, g, b}
		}
		from += float64(s.Ms)
	}
	return l
}

// point gives what a place of the scene is made of: its albedo, how much of the screen's light and of the room's reaches it.
func point(x, y float64, skin light) (albedo light, screen, room float64) {
	rho := math.Hypot(x/0.30, y/0.40)
	if rho > 1 {
		if y > 0.42 && math.Abs(x) < 0.45 { // clothes
			return light{0.12, 0.13, 0.2}, 0.5, 0.9
		}
		stripe := 0.5 + 0.12*math.Sin(9*x+3)*math.Cos(7*y)
		return light{stripe, stripe * 0.97, stripe * 0.9}, 0.09, 0.8
	}
	screen, room = 1.05-0.55*rho*rho, 0.9-0.25*y/0.4+0.15*x/0.3
	switch {
	case y < -0.25+0.05*math.Cos(9*x): // hair
		return light{0.03, 0.025, 0.022}, screen, room
	case math.Hypot((math.Abs(x)-0.12)/0.055, (y+0.07)/0.025) < 1: // eyes
		return light{0.12, 0.1, 0.09}, screen, room
	case math.Hypot(x/0.085, (y-0.2)/0.03) < 1: // mouth
		return light{skin[0] * 0.8, skin[1] * 0.45, skin[2] * 0.5}, screen, room
	case math.Hypot(x/0.03, (y-0.06)/0.1) < 1: // nose
		return skin, screen * 1.15, room
	}
	return skin, screen, room
}

// film renders frames as a phone would send them.
func (s shot) film() []Frame {
	rnd := s.random
	skin, room := s.person.skin, s.person.room
	if s.screen == nil {
		s.screen = s.challenge.shown
	}
	h := newHand(rnd)
	gain, balance := 0.0, light{1, 1, 1}
	speed := 0.6 + 1.2*rnd.Float64() // seconds of the white balance
	before := -200.0
	var frames []Frame
	times := s.times
	if times == nil {
		for t := 5 + rnd.IntN(40); t < s.challenge.Length()+300; t += framePause + rnd.IntN(9) - 4 {
			times = append(times, t)
		}
	}
	img := image.NewYCbCr(image.Rect(0, 0, frameW, frameH), image.YCbCrSubsampleRatio420)
	linear := make([]light, frameW*frameH)
	for _, at := range times {
		t := float64(at)
		dx, dy := h.at(t)
		if s.frozen {
			dx, dy = 0, 0
		}
		lit := s.screen(t - s.lag)
		if s.noScreen {
			lit = light{}
		}
		var mean light
		for y := range frameH {
			for x := range frameW {
				px, py := (float64(x)+0.5)/frameW-0.5-dx, (float64(y)-frameH/2+0.5)/frameW-dy
				albedo, ofScreen, ofRoom := point(px, py, skin)
				if s.flat { // the print has the shading in its ink
					albedo = light{albedo[0] * ofRoom, albedo[1] * ofRoom, albedo[2] * ofRoom}
					ofScreen, ofRoom = 1-0.25*(px*px+py*py), 1
				}
				var p light
				for ch := range p {
					p[ch] = albedo[ch] * (s.ambient*room[ch]*ofRoom + screenLux*lit[ch]*ofScreen)
				}
				linear[y*frameW+x] = p
				mean.add(p)
			}
		}
		mean.scale(frameW * frameH)
		// Exposure aims at a mean brightness and can't make night day; the white balance goes towards grey.
		aim := math.Min(0.22/math.Max(mean.bright(), 1e-6), 0.12)
		if gain == 0 {
			gain = aim
		}
		dt := (t - before) / 1000
		before = t
		gain += (aim - gain) * math.Min(dt/0.4, 1)
		for ch := range balance {
			grey := math.Pow((mean[1]+0.05)/(mean[ch]+0.05), 0.55)
			balance[ch] += (grey - balance[ch]) * math.Min(dt/speed, 1)
		}
		noise := (0.002 + 0.012*math.Sqrt(gain))
		render(img, linear, gain, balance, noise, rnd)
		var out bytes.Buffer
		if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 80}); err != nil {
			panic(err)
		}
		frames = append(frames, Frame{At: at, JPEG: out.Bytes()})
	}
	return frames
}

// render is the sensor and its processing.
func render(img *image.YCbCr, in []light, gain float64, balance light, noise float64, rnd *rand.Rand) {
	var cb, cr [frameW / 2 * frameH / 2]float64
	for i, p := range in {
		var v light
		for ch := range v {
			e := gain * p[ch]
			e = (e + noise*math.Sqrt(e+0.02)*rnd.NormFloat64()) * balance[ch]
			e = math.Min(math.Max(e, 0), 1)
			v[ch] = 255 * encoded[int(e*4095)]
		}
		x, y := i%frameW, i/frameW
		luma := 0.299*v[0] + 0.587*v[1] + 0.114*v[2]
		img.Y[y*img.YStride+x] = byteOf(luma)
		at := y/2*(frameW/2) + x/2
		cb[at] += (v[2] - luma) * 0.564 / 4
		cr[at] += (v[0] - luma) * 0.713 / 4
	}
	for i := range cb {
		img.Cb[i/(frameW/2)*img.CStride+i%(frameW/2)] = byteOf(128 + cb[i])
		img.Cr[i/(frameW/2)*img.CStride+i%(frameW/2)] = byteOf(128 + cr[i])
	}
}

var encoded = func() (t [4096]float64) {
	for i := range t {
		v := float64(i) / 4095
		if v <= 0.0031308 {
			t[i] = v * 12.92
		} else {
			t[i] = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
	}
	return t
}()

package liveness

import (
	"math"
	"math/rand/v2"
)

const (
	maxLag    = 400  // ms that a screen, a sensor and an encoder take together at most
	lateLag   = 1500 // up to where a late answer is looked for
	lagStep   = 20
	riseMs    = 100  // a screen changes and a sensor exposes over so long
	halfBase  = 1300 // a moving baseline of 2.6 s, four steps, follows a white balance and not the steps
	nOthers   = 2000 // other sequences that the same capture is held against
	otherSeed = 0x6d636f757274
)

// series is a tone over the frames' times, without its moving baseline.
type series [2][]float64

// shape is what each step adds to the tone at each frame's time when it is seen lag ms late, without the moving baseline. The answer that a whole sequence would give
// is a sum of these, so that many sequences can be held against one capture.
type shape struct {
	lag  int
	step [][]float64
	gram [nSteps][nSteps]float64
}

// shapeOf makes the shape of a challenge's timing.
func shapeOf(c Challenge, at []int, lag int) shape {
	s := shape{lag: lag, step: make([][]float64, len(c.Steps))}
	from := 0
	for k, step := range c.Steps {
		row := make([]float64, len(at))
		for i, t := range at {
			row[i] = rise(t-lag-from) - rise(t-lag-from-step.Ms)
			if k == len(c.Steps)-1 && t-lag > from {
				row[i] = rise(t - lag - from) // the last colour stays
			}
		}
		from += step.Ms
		s.step[k] = withoutBase(at, row)
	}
	for i := range s.step {
		for j := range s.step {
			s.gram[i][j] = dot(s.step[i], s.step[j])
		}
	}
	return s
}

// rise is how far a colour has come t ms after it was switched on.
func rise(t int) float64 { return min(max(float64(t)/riseMs, 0), 1) }

// withoutBase takes the moving mean away; times ascend.
func withoutBase(at []int, v []float64) []float64 {
	out := make([]float64, len(v))
	from, to := 0, 0
	var sum float64
	for i, t := range at {
		for ; to < len(at) && at[to] <= t+halfBase; to++ {
			sum += v[to]
		}
		for ; at[from] < t-halfBase; from++ {
			sum -= v[from]
		}
		out[i] = v[i] - sum/float64(to-from)
	}
	return out
}

// seriesOf takes the tone of a part of the frames.
func seriesOf(at []int, looks []look, part func(*look) light) series {
	var s series
	for ch := range s {
		s[ch] = make([]float64, len(looks))
	}
	for i := range looks {
		t := tint(part(&looks[i]))
		s[0][i], s[1][i] = t[0], t[1]
	}
	for ch := range s {
		s[ch] = withoutBase(at, s[ch])
	}
	return s
}

func dot(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// fitting holds one capture's tone against sequences of colours.
type fitting struct {
	shapes []shape
	along  [][2][nSteps]float64 // by lag: how far each step goes along with the tone
	norm   [2]float64
}

func newFitting(c Challenge, at []int, tones series, from, to int) fitting {
	f := fitting{norm: [2]float64{math.Sqrt(dot(tones[0], tones[0])), math.Sqrt(dot(tones[1], tones[1]))}}
	for lag := from; lag <= to; lag += lagStep {
		s := shapeOf(c, at, lag)
		var along [2][nSteps]float64
		for ch := range along {
			for k := range s.step {
				along[ch][k] = dot(tones[ch], s.step[k])
			}
		}
		f.shapes, f.along = append(f.shapes, s), append(f.along, along)
	}
	return f
}

// best gives how well a sequence of colours fits, -1..1, and at which of the lags. Each of the two tones has a strength of its own, because skin answers to blue less
// than to red: it is the mean of their correlations.
func (f *fitting) best(tones *[nSteps][2]float64) (fit float64, lag int) {
	fit = -1
	for i := range f.shapes {
		var r float64
		for ch := range f.norm {
			var along, square float64
			for k := range tones {
				along += tones[k][ch] * f.along[i][ch][k]
				for m := range tones {
					square += tones[k][ch] * tones[m][ch] * f.shapes[i].gram[k][m]
				}
			}
			if n := math.Sqrt(max(square, 0)) * f.norm[ch]; n > 1e-12 {
				r += along / n / 2
			}
		}
		if r > fit {
			fit, lag = r, f.shapes[i].lag
		}
	}
	return fit, lag
}

func (c Challenge) tones() (t [nSteps][2]float64) {
	for k, s := range c.Steps {
		t[k] = s.Colour.tone()
	}
	return t
}

// others gives the share of other sequences with the same timing that fit at least as well as one did. They are the same for each call.
func (f *fitting) others(c Challenge, fit float64) float64 {
	random := rand.New(rand.NewPCG(otherSeed, uint64(c.Length())))
	better := 0
	for range nOthers {
		o := anotherSequence(random)
		if r, _ := f.best(&o); r >= fit {
			better++
		}
	}
	return float64(better) / nOthers
}

// anotherSequence draws the tones of a sequence as New would.
func anotherSequence(random *rand.Rand) (t [nSteps][2]float64) {
	before := -1
	for k := range t {
		if k == 0 || k == blackAt {
			before = -1
			continue
		}
		n := random.IntN(len(coloured))
		for n == before {
			n = random.IntN(len(coloured))
		}
		t[k], before = coloured[n].tone(), n
	}
	return t
}

// strength is how strongly a place answers to the colours, in the tone's units for a full colour, and how uncertain that is.
func strength(s shape, c Challenge, tones series) (gain, doubt float64) {
	want := c.tones()
	for ch := range tones {
		p := make([]float64, len(tones[ch]))
		for k := range s.step {
			for i, v := range s.step[k] {
				p[i] += want[k][ch] * v
			}
		}
		square := max(dot(p, p), 1e-12)
		g := dot(tones[ch], p) / square
		var rest float64
		for i, v := range tones[ch] {
			rest += (v - g*p[i]) * (v - g*p[i])
		}
		gain += g / 2
		doubt += rest / float64(max(len(p)-1, 1)) / square / 4
	}
	return gain, math.Sqrt(doubt)
}

// relief is how unequally the picture answers to the light, as a part of the mean: a head before a room does so, a flat picture of one doesn't. Where too few places can be
// measured it says so. What noise alone would give is taken off.
func relief(s shape, c Challenge, at []int, looks []look) (share float64, ok bool) {
	var gains, doubts []float64
	for cell := range looks[0].cells {
		var dim float64
		for i := range looks {
			dim += looks[i].cells[cell].bright() / float64(len(looks))
		}
		if dim < dimmest || dim > brightest {
			continue
		}
		g, d := strength(s, c, seriesOf(at, looks, func(l *look) light { return l.cells[cell] }))
		gains, doubts = append(gains, g), append(doubts, d)
	}
	if len(gains) < cellsX*cellsY/3 {
		return 0, false
	}
	var mean, spread, noise float64
	n := float64(len(gains))
	for _, g := range gains {
		mean += g / n
	}
	for i, g := range gains {
		spread += (g - mean) * (g - mean) / (n - 1)
		noise += doubts[i] * doubts[i] / n
	}
	if mean <= 0 || mean < 2*math.Sqrt(noise) {
		return 0, false
	}
	return math.Sqrt(max(spread-noise, 0)) / mean, true
}

// Between these, in linear light, a place can be measured.
const (
	dimmest   = 0.012
	brightest = 0.9
)

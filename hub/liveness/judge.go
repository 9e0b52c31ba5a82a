package liveness

import (
	"fmt"
	"math"
)

// Verdict is what the frames say, and nothing about who is in them.
type Verdict string

// Pass is a capture that answers its challenge; Unsure one that has to be looked at closely; Fail one that doesn't answer it.
const (
	Pass   Verdict = "pass"
	Unsure Verdict = "unsure"
	Fail   Verdict = "fail"
)

// Report is what Judge has to say to whoever reviews the capture.
type Report struct {
	Score   float64  `json:"score"` // 0..1, for putting captures in order; the verdict doesn't follow from it alone
	Verdict Verdict  `json:"verdict"`
	Reasons []Reason `json:"reasons" nullable:"false"` // why it isn't a Pass
	Figures Figures  `json:"figures"`
	Steps   []Seen   `json:"steps" nullable:"false"`
}

// Figures are what was measured. What couldn't be is 0.
type Figures struct {
	Frames     int     `json:"frames"`
	Rate       float64 `json:"rate"`       // frames in a second
	Fit        float64 `json:"fit"`        // correlation of the face's colour with the sequence, -1..1
	LagMs      int     `json:"lag_ms"`     // how late the colours were seen
	Others     float64 `json:"others"`     // share of other sequences that fit as well
	Strength   float64 `json:"strength"`   // how strongly the face answers to a colour; about the screen's light as a part of all light
	Background float64 `json:"background"` // the background's answer as a part of the face's
	Relief     float64 `json:"relief"`     // how unequally the picture takes the light
	Movement   float64 `json:"movement"`   // difference over 300 ms as a multiple of that of neighbours; 1 is noise alone
	Repeated   int     `json:"repeated"`
	Cuts       int     `json:"cuts"`
	Clipped    float64 `json:"clipped"` // share of the face that is as bright as can be
}

// Seen is one step of the challenge beside what the face showed then.
type Seen struct {
	Colour Colour  `json:"colour"`
	FromMs int     `json:"from_ms"` // when it was seen
	Face   string  `json:"face"`    // the face's mean colour, #rrggbb; empty where no frame shows it
	Along  float64 `json:"along"`   // how far the face's tone went in the colour's direction, -1..1; 0 for white and black
}

// What a capture needs. The bounds of fit are set by the synthetic captures of this package's tests (doc.go): a sequence guessed at random reaches passFit less
// than once in 10,000 times.
const (
	minFrames   = 60
	maxGapMs    = 400
	edgeMs      = 400 // what may be missing of the first and of the last colour
	passFit     = 0.88
	unsureFit   = 0.72
	maxOthers   = 0.002
	answerFit   = 0.5 // a tone that fits another sequence
	minStrength = 0.006
	surfaceGain = 0.02
	darkGain    = 0.9 // the screen outshines all other light, so that everything answers with full strength
	lateBy      = 0.03
	splicedCuts = 3
	maxBack     = 0.7
	minRelief   = 0.16
	minMovement = 1.6
	maxRepeated = 0.1 // of the frames: a slow camera gives some twice
	maxClipped  = 0.3
)

// Judge compares a capture with the challenge that it shall answer. It verifies nobody: it doesn't know whether there is a face, or whose.
func Judge(c Challenge, frames []Frame) Report {
	looks := make([]look, 0, len(frames))
	for _, f := range frames {
		if l, ok := measure(f); ok {
			looks = append(looks, l)
		}
	}
	return judge(c, looks, len(frames)-len(looks))
}

func judge(c Challenge, looks []look, broken int) Report {
	r := Report{Reasons: []Reason{}, Steps: []Seen{}, Figures: Figures{Frames: len(looks)}}
	f := &r.Figures
	var codes []string
	say := func(holds bool, code string) {
		if holds {
			codes = append(codes, code)
		}
	}
	say(broken > 0, "broken_frames")
	if len(looks) < minFrames || len(c.Steps) != nSteps {
		return r.close(append(codes, "too_few_frames"))
	}
	at := make([]int, len(looks))
	gap := 0
	for i := range looks {
		at[i] = looks[i].at
		f.Clipped += looks[i].clipped / float64(len(looks))
		if i > 0 {
			gap = max(gap, at[i]-at[i-1])
		}
	}
	last := at[len(at)-1]
	f.Rate = float64(len(at)-1) * 1000 / float64(max(last-at[0], 1))
	say(gap > maxGapMs, "gaps")
	say(at[0] > edgeMs || last < c.Length()-edgeMs, "cut_short")
	say(f.Clipped > maxClipped, "too_bright")

	tones := seriesOf(at, looks, func(l *look) light { return l.face })
	fits := newFitting(c, at, tones, 0, maxLag)
	want := c.tones()
	f.Fit, f.LagMs = fits.best(&want)
	f.Others = fits.others(c, f.Fit)
	s := shapeOf(c, at, f.LagMs)
	f.Strength, _ = strength(s, c, tones)
	after := newFitting(c, at, tones, maxLag+lagStep, lateLag)
	lateFit, _ := after.best(&want)

	switch {
	case lateFit >= unsureFit && lateFit > f.Fit+lateBy:
		codes = append(codes, "late")
	case f.Fit >= passFit && f.Others <= maxOthers && f.Strength >= minStrength:
		codes = append(codes, f.surface(s, c, at, looks)...)
	case f.Fit >= unsureFit && f.Strength >= minStrength:
		codes = append(codes, "unclear")
		for _, code := range f.surface(s, c, at, looks) {
			say(code != "unclear", code)
		}
	case swing(tones) >= otherSwing:
		codes = append(codes, "other_colours")
	default:
		codes = append(codes, "no_answer")
	}

	co := courseOf(looks)
	f.Repeated, f.Cuts, f.Movement = co.repeated, co.cuts, co.movement
	repeats := float64(co.repeated) > maxRepeated*float64(len(looks))
	say(repeats, "repeated_frames")
	say(co.cuts >= splicedCuts, "spliced")
	say(co.cuts > 0 && co.cuts < splicedCuts, "jumps")
	say(!repeats && co.movement < minMovement, "still")
	r.Steps = seen(c, looks, tones, f.LagMs)
	return r.close(codes)
}

// surface measures whether it is a flat picture that takes the light.
func (f *Figures) surface(s shape, c Challenge, at []int, looks []look) (codes []string) {
	ring, doubt := strength(s, c, seriesOf(at, looks, func(l *look) light { return l.ring }))
	if f.Strength > 0 && ring > 2*doubt {
		f.Background = ring / f.Strength
	}
	var ok bool
	f.Relief, ok = relief(s, c, at, looks)
	switch {
	case f.Strength > darkGain:
		return append(codes, "dark")
	case f.Strength < surfaceGain:
		return append(codes, "unclear") // too weak to compare places
	}
	if f.Background > maxBack {
		codes = append(codes, "background_follows")
	}
	if !ok || f.Relief < minRelief {
		codes = append(codes, "flat")
	}
	return codes
}

// otherSwing is how far a tone swings that is lit by changing colours, about ten times what noise and movement do.
const otherSwing = 0.02

// swing is the tone's deviation from its baseline.
func swing(tones series) float64 {
	n := float64(2 * max(len(tones[0]), 1))
	return math.Sqrt((dot(tones[0], tones[0]) + dot(tones[1], tones[1])) / n)
}

// seen puts what the face showed beside each step.
func seen(c Challenge, looks []look, tones series, lag int) []Seen {
	out := make([]Seen, 0, len(c.Steps))
	from := lag
	for _, step := range c.Steps {
		var mean light
		var tone [2]float64
		n := 0.0
		for i := range looks {
			if looks[i].at < from+riseMs || looks[i].at >= from+step.Ms {
				continue
			}
			mean.add(looks[i].face)
			tone[0], tone[1] = tone[0]+tones[0][i], tone[1]+tones[1][i]
			n++
		}
		s := Seen{Colour: step.Colour, FromMs: from}
		if n > 0 {
			mean.scale(n)
			s.Face = mean.hex()
			t := step.Colour.tone()
			if d := math.Hypot(t[0], t[1]) * math.Hypot(tone[0], tone[1]); d > 0 {
				s.Along = (t[0]*tone[0] + t[1]*tone[1]) / d
			}
		}
		out = append(out, s)
		from += step.Ms
	}
	return out
}

// hex gives the colour as sRGB has it.
func (l light) hex() string {
	var b [3]int
	for i, v := range l {
		if v <= 0.0031308 {
			v *= 12.92
		} else {
			v = 1.055*math.Pow(v, 1/2.4) - 0.055
		}
		b[i] = int(min(max(v, 0), 1)*255 + 0.5)
	}
	return fmt.Sprintf("#%02x%02x%02x", b[0], b[1], b[2])
}

// close gives the verdict and the score that follow from the reasons.
func (r Report) close(codes []string) Report {
	r.Verdict = Pass
	r.Score = min(max((r.Figures.Fit-answerFit)/(1-answerFit), 0), 1)
	for _, code := range codes {
		r.Reasons = append(r.Reasons, reasonOf(code))
		switch reasons[code].weight {
		case fails:
			r.Verdict = Fail
			r.Score = min(r.Score, 0.2)
		case doubts:
			if r.Verdict == Pass {
				r.Verdict = Unsure
			}
			r.Score = min(r.Score, 0.6)
		}
	}
	return r
}

package liveness

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
)

// chance is a reader of numbers that are the same in each run.
type chance struct{ *rand.Rand }

func (c chance) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(c.Uint32())
	}
	return len(b), nil
}

func seeded(seed ...uint64) chance {
	var s uint64
	for _, v := range seed {
		s = s*1_000_003 + v
	}
	return chance{rand.New(rand.NewPCG(s, 7))}
}

func drawn(t testing.TB, random chance) Challenge {
	t.Helper()
	c, err := New(random)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// attacks are the ways of filming, the genuine one first.
var attacks = []struct {
	name string
	film func(t testing.TB, s shot) []Frame
}{
	{"genuine", func(_ testing.TB, s shot) []Frame { return s.film() }},
	{"printed picture held in the hand", func(_ testing.TB, s shot) []Frame {
		s.flat = true
		return s.film()
	}},
	{"still picture, coloured in time", func(_ testing.TB, s shot) []Frame {
		s.flat, s.frozen = true, true
		return s.film()
	}},
	{"video without the screen's light", func(_ testing.TB, s shot) []Frame {
		s.noScreen = true
		return s.film()
	}},
	{"video of another challenge", func(t testing.TB, s shot) []Frame {
		s.screen = drawn(t, chance{s.random}).shown
		return s.film()
	}},
	{"order changed", func(_ testing.TB, s shot) []Frame {
		// The same colours with the two halves exchanged.
		o := Challenge{Steps: append([]Step{}, s.challenge.Steps...)}
		for i := 1; i < blackAt; i++ {
			o.Steps[i].Colour, o.Steps[blackAt+i].Colour = o.Steps[blackAt+i].Colour, o.Steps[i].Colour
		}
		s.screen = o.shown
		return s.film()
	}},
	{"colours late by 550 to 850 ms", func(_ testing.TB, s shot) []Frame {
		s.lag = 550 + 300*s.random.Float64()
		return s.film()
	}},
	{"played on a screen, coloured late", func(_ testing.TB, s shot) []Frame {
		s.flat = true
		s.lag = 450 + 600*s.random.Float64()
		return s.film()
	}},
	{"put together from parts", func(_ testing.TB, s shot) (all []Frame) {
		from := 0
		for _, step := range s.challenge.Steps {
			part := s
			part.lag, part.times = 0, nil
			for at := from + s.random.IntN(30); at < from+step.Ms; at += framePause {
				part.times = append(part.times, at)
			}
			all = append(all, part.film()...)
			from += step.Ms
		}
		return all
	}},
}

// ambients are in lux: a lamp at the other end of the room, an evening at home, an office, beside a window, outdoors in the shade.
var ambients = []float64{20, 100, 300, 600, 1500}

// count is how many captures passed, were unsure, failed.
type count [3]int

func (c count) String() string { return fmt.Sprintf("%d/%d/%d", c[0], c[1], c[2]) }

// counts films and judges n captures of each kind by each light.
func counts(t *testing.T, n int, ambients []float64) [][]count {
	out := make([][]count, len(attacks))
	for a := range attacks {
		out[a] = make([]count, len(ambients))
		for l, lux := range ambients {
			for i := range n {
				random := seeded(uint64(a), uint64(lux), uint64(i))
				c := drawn(t, random)
				s := shot{challenge: c, ambient: lux, lag: 40 + 220*random.Float64(), person: newPerson(random.Rand), random: random.Rand}
				switch r := Judge(c, attacks[a].film(t, s)); r.Verdict {
				case Pass:
					out[a][l][0]++
				case Unsure:
					out[a][l][1]++
				case Fail:
					out[a][l][2]++
				}
			}
		}
	}
	return out
}

func soak() bool { return os.Getenv("MICROCOURT_SOAK") != "" }

// The table that this prints in a soak is the one in doc.go.
func TestNoSyntheticAttackPassesAndAFaceDoes(t *testing.T) {
	n, lights := 1, []float64{20, 300}
	if soak() {
		n, lights = 20, ambients
	}
	got := counts(t, n, lights)
	var table strings.Builder
	fmt.Fprintf(&table, "synthetic captures, %d each: pass/unsure/fail by lux\n%-36s", n, "")
	for _, lux := range lights {
		fmt.Fprintf(&table, "%10.0f", lux)
	}
	for a, row := range got {
		fmt.Fprintf(&table, "\n%-36s", attacks[a].name)
		for l, c := range row {
			fmt.Fprintf(&table, "%10s", c)
			switch {
			case a == 0 && lights[l] <= 300 && c[0]*20 < n*19:
				t.Errorf("by %.0f lux %s of genuine captures pass", lights[l], c)
			case a > 0 && c[0]*100 > n: // one in a hundred
				t.Errorf("%s by %.0f lux: %s", attacks[a].name, lights[l], c)
			}
		}
	}
	t.Log(table.String())
}

// tonesOf is what a perfect camera would see of a challenge.
func tonesOf(c Challenge, at []int, lag float64) (s series) {
	for ch := range s {
		s[ch] = make([]float64, len(at))
	}
	for i, t := range at {
		l := c.shown(float64(t) - lag)
		s[0][i], s[1][i] = l[0]-l[1], l[2]-l[1]
	}
	for ch := range s {
		s[ch] = withoutBase(at, s[ch])
	}
	return s
}

func TestASequenceGuessedAtRandomFitsLessThanOnceInTenThousandTimes(t *testing.T) {
	challenges, guesses := 10, 20_000
	if soak() {
		challenges, guesses = 100, 100_000
	}
	hits := 0
	for i := range challenges {
		random := seeded(11, uint64(i))
		c := drawn(t, random)
		var at []int
		for ms := 10; ms < c.Length()+200; ms += framePause {
			at = append(at, ms)
		}
		f := newFitting(c, at, tonesOf(c, at, 100), 0, maxLag)
		want := c.tones()
		if fit, lag := f.best(&want); fit < 0.98 || lag < 60 || lag > 140 {
			t.Fatalf("the true sequence fits with %.2f at %d ms", fit, lag)
		}
		for range guesses {
			o := anotherSequence(random.Rand)
			if fit, _ := f.best(&o); fit >= passFit && o != want {
				hits++
			}
		}
	}
	t.Logf("%d of %d guesses fit", hits, challenges*guesses)
	if hits*10_000 >= challenges*guesses {
		t.Errorf("%d of %d guesses fit", hits, challenges*guesses)
	}
}

func genuine(t testing.TB, seed uint64) (Challenge, []Frame) {
	random := seeded(5, seed)
	c := drawn(t, random)
	return c, shot{challenge: c, ambient: 100, lag: 100, person: newPerson(random.Rand), random: random.Rand}.film()
}

func TestEachFaultOfACaptureIsNamed(t *testing.T) {
	c, frames := genuine(t, 1)
	change := func(f func([]Frame) []Frame) []Frame { return f(append([]Frame{}, frames...)) }
	// All that has to do with the colours and the picture is tested above with cameras; these are faults of the file.
	for code, broken := range map[string][]Frame{
		"":               change(func(f []Frame) []Frame { return f }),
		"too_few_frames": frames[:minFrames-1],
		"cut_short":      frames[:len(frames)*4/5],
		"gaps":           change(func(f []Frame) []Frame { return append(f[:50], f[57:]...) }),
		"broken_frames":  change(func(f []Frame) []Frame { f[9].JPEG = f[9].JPEG[:len(f[9].JPEG)/2]; return f }),
		"repeated_frames": change(func(f []Frame) []Frame {
			for i := 1; i < len(f); i += 4 {
				f[i].JPEG = f[i-1].JPEG
			}
			return f
		}),
	} {
		r := Judge(c, broken)
		has := code == ""
		for _, reason := range r.Reasons {
			has = has || reason.Code == code
			if reason.Zh == "" || reason.En == "" {
				t.Errorf("%s has no words", reason.Code)
			}
		}
		if !has || (r.Verdict == Pass) != (code == "") || code != "" && r.Score > 0.2 {
			t.Errorf("%q: %s, %.2f, %v", code, r.Verdict, r.Score, r.Reasons)
		}
	}
}

func TestTheSameCaptureGetsTheSameReport(t *testing.T) {
	c, frames := genuine(t, 2)
	a, err := json.Marshal(Judge(c, frames))
	if err != nil {
		t.Fatal(err)
	}
	if b, _ := json.Marshal(Judge(c, frames)); !bytes.Equal(a, b) {
		t.Errorf("\n%s\n%s", a, b)
	}
}

func TestFramesWithNothingToSeeGiveAReportWithoutNaN(t *testing.T) {
	c, frames := genuine(t, 3)
	for i := range frames {
		frames[i].JPEG = plain(t, 60, 80, byte(i%2))
	}
	r := Judge(c, frames)
	if _, err := json.Marshal(r); err != nil || r.Verdict != Fail || math.IsNaN(r.Score) {
		t.Errorf("%+v: %v", r, err)
	}
}

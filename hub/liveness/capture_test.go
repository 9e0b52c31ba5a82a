package liveness

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"reflect"
	"strings"
	"testing"
)

func plain(t testing.TB, w, h int, level byte) []byte {
	t.Helper()
	img := image.NewYCbCr(image.Rect(0, 0, w, h), image.YCbCrSubsampleRatio420)
	for i := range img.Y {
		img.Y[i] = level
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func written(t testing.TB, c Capture) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := c.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestACaptureIsReadAsItWasWritten(t *testing.T) {
	c := Capture{Nonce: Nonce{1, 2, 3}, Frames: []Frame{{At: 0, JPEG: plain(t, 60, 80, 1)}, {At: 70, JPEG: plain(t, 60, 80, 2)}}}
	got, err := Read(bytes.NewReader(written(t, c)), DefaultLimits)
	if err != nil || !reflect.DeepEqual(got, c) {
		t.Errorf("%v, %v", got, err)
	}
}

func TestWhatIsNoCaptureIsRefused(t *testing.T) {
	a := plain(t, 60, 80, 1)
	limits := Limits{Frames: 3, FrameBytes: 4000, Bytes: 8000, Side: 100, LastMs: 1000}
	file := func(frames ...Frame) []byte { return written(t, Capture{Frames: frames}) }
	two := file(Frame{0, a}, Frame{70, a})
	for name, c := range map[string]struct {
		file []byte
		want error
	}{
		"empty":            {nil, ErrCapture},
		"other magic":      {[]byte(strings.Repeat("x", 100)), ErrCapture},
		"no frames":        {file(), ErrCapture},
		"ends in a frame":  {two[:len(two)-1], ErrCapture},
		"ends in a head":   {two[:len(Magic)+16+5], ErrCapture},
		"time stands":      {file(Frame{70, a}, Frame{70, a}), ErrCapture},
		"time goes back":   {file(Frame{70, a}, Frame{60, a}), ErrCapture},
		"time is too late": {file(Frame{1001, a}), ErrCapture},
		"no picture":       {file(Frame{0, []byte("GIF89a")}), ErrCapture},
		"size changes":     {file(Frame{0, a}, Frame{70, plain(t, 80, 60, 1)}), ErrCapture},
		"too small":        {file(Frame{0, plain(t, 40, 80, 1)}), ErrCapture},
		"too large a side": {file(Frame{0, plain(t, 60, 104, 1)}), ErrTooLarge},
		"too many frames":  {file(Frame{0, a}, Frame{1, a}, Frame{2, a}, Frame{3, a}), ErrTooLarge},
		"a heavy frame":    {file(Frame{0, append(append([]byte{}, a...), make([]byte, 4000)...)}), ErrTooLarge},
		"a heavy file":     {append(file(Frame{0, a}, Frame{1, append(append([]byte{}, a...), make([]byte, 3000)...)}, Frame{2, append(append([]byte{}, a...), make([]byte, 3000)...)}), make([]byte, 8000)...), ErrTooLarge},
	} {
		if _, err := Read(bytes.NewReader(c.file), limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
	if _, err := Read(bytes.NewReader(two), limits); err != nil {
		t.Errorf("what is a capture: %v", err)
	}
}

func FuzzRead(f *testing.F) {
	a := plain(f, 60, 80, 1)
	f.Add(written(f, Capture{Frames: []Frame{{0, a}, {70, a}}}))
	f.Add([]byte(Magic))
	f.Fuzz(func(t *testing.T, file []byte) {
		c, err := Read(bytes.NewReader(file), DefaultLimits)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if c.Write(&again); !bytes.Equal(again.Bytes(), file) {
			t.Fatal("what was read isn't what was there")
		}
		Judge(Challenge{}, c.Frames) // whatever is in the pictures, it answers
	})
}

func TestAChallengeIsWhatItSaysAndReadsBack(t *testing.T) {
	random := seeded(3)
	for range 200 {
		c := drawn(t, random)
		text, _ := json.Marshal(c)
		got, err := Parse(text)
		if err != nil || !reflect.DeepEqual(got, c) {
			t.Fatalf("%s: %v", text, err)
		}
		if n := c.Length(); n > MaxLength || MaxLength > 8000 {
			t.Fatalf("lasts %d ms", n)
		}
	}
}

func TestWhatNewCannotHaveMadeIsNoChallenge(t *testing.T) {
	c := drawn(t, seeded(4))
	for name, change := range map[string]func(*Challenge){
		"a step is missing": func(c *Challenge) { c.Steps = c.Steps[1:] },
		"twice the same":    func(c *Challenge) { c.Steps[2].Colour = c.Steps[1].Colour },
		"an unknown colour": func(c *Challenge) { c.Steps[3].Colour = "pink" },
		"white in between":  func(c *Challenge) { c.Steps[4].Colour = White },
		"no black":          func(c *Challenge) { c.Steps[blackAt].Colour = Red },
		"too quick":         func(c *Challenge) { c.Steps[5].Ms = 200 },
	} {
		o := Challenge{Nonce: c.Nonce, Steps: append([]Step{}, c.Steps...)}
		change(&o)
		text, _ := json.Marshal(o)
		if _, err := Parse(text); err == nil {
			t.Errorf("%s: %s", name, text)
		}
	}
}

// WCAG 2.2, 2.3.1: no more than three flashes, of two changes each, in any second.
func TestNoChallengeFlashesMoreThanThreeTimesASecond(t *testing.T) {
	random := seeded(9)
	for range 200 {
		for _, s := range drawn(t, random).Steps {
			if 1000/s.Ms+1 > 2*3 {
				t.Fatalf("a step of %d ms", s.Ms)
			}
		}
	}
}

func TestDigitsAreSixAndAllComeUp(t *testing.T) {
	random := seeded(6)
	seen := map[rune]bool{}
	for range 200 {
		d, err := Digits(random)
		if err != nil || len(d) != nDigits {
			t.Fatalf("%q: %v", d, err)
		}
		for _, r := range d {
			seen[r] = true
		}
	}
	if len(seen) != 10 {
		t.Errorf("%d digits come up", len(seen))
	}
}

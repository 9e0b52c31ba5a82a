package liveness

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
)

// Colour is what the whole screen shows during one step.
type Colour string

// The colours of a challenge. White and black carry no colour: they let the camera's white balance come to rest.
const (
	White   Colour = "white"
	Black   Colour = "black"
	Red     Colour = "red"
	Green   Colour = "green"
	Blue    Colour = "blue"
	Yellow  Colour = "yellow"
	Cyan    Colour = "cyan"
	Magenta Colour = "magenta"
)

// coloured are those that a sequence is drawn from: two in a row are never the same, so that a pair of steps has 6x5 forms, 4.9 bits.
var coloured = [6]Colour{Red, Green, Blue, Yellow, Cyan, Magenta}

// rgb gives which of the screen's lights are on.
func (c Colour) rgb() (r, g, b float64) {
	switch c {
	case White:
		return 1, 1, 1
	case Red:
		return 1, 0, 0
	case Green:
		return 0, 1, 0
	case Blue:
		return 0, 0, 1
	case Yellow:
		return 1, 1, 0
	case Cyan:
		return 0, 1, 1
	case Magenta:
		return 1, 0, 1
	}
	return 0, 0, 0
}

// known reports whether it is one of the colours above.
func (c Colour) known() bool { return c == Black || c == White || isColoured(c) }

func isColoured(c Colour) bool {
	for _, k := range coloured {
		if k == c {
			return true
		}
	}
	return false
}

// Step is one colour and how long it is shown, in ms.
type Step struct {
	Colour Colour `json:"colour"`
	Ms     int    `json:"ms"`
}

// Nonce tells challenges apart; a capture bears the nonce of the challenge that it answers.
type Nonce [16]byte

// String gives it as the phone gets it: 32 hexadecimal digits.
func (n Nonce) String() string { return hex.EncodeToString(n[:]) }

// MarshalText writes String.
func (n Nonce) MarshalText() ([]byte, error) { return []byte(n.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (n *Nonce) UnmarshalText(text []byte) error {
	if len(text) != 2*len(n) {
		return errShape
	}
	_, err := hex.Decode(n[:], text)
	return err
}

// Challenge is what the phone's screen has to show while its camera looks at the face. It is given to one session once, and lives shortly;
// whoever gives it out sees to both.
type Challenge struct {
	Nonce Nonce  `json:"nonce"`
	Steps []Step `json:"steps" nullable:"false"`
}

// The form of a challenge. At most 1.7 changes a second: WCAG 2.2, 2.3.1 allows three flashes, each of two changes.
const (
	nSteps   = 12
	blackAt  = nSteps / 2
	minStep  = 600
	stepUnit = 20
	nUnits   = 4 // a step lasts 600, 620, 640 or 660 ms
)

// MaxLength is how long a challenge lasts at most, in ms.
const MaxLength = nSteps * (minStep + (nUnits-1)*stepUnit)

// New draws a challenge: white, five colours, black, five colours. random has to be crypto/rand.Reader outside of tests; its error comes back as the
// zero Challenge and an error only where it gives too few bytes.
func New(random io.Reader) (Challenge, error) {
	var c Challenge
	if _, err := io.ReadFull(random, c.Nonce[:]); err != nil {
		return Challenge{}, fmt.Errorf("liveness: %w", err)
	}
	before := Colour("")
	for i := range nSteps {
		s := Step{Colour: White}
		switch {
		case i == blackAt:
			s.Colour = Black
		case i > 0:
			// The colour before takes no part in the draw.
			left := make([]Colour, 0, len(coloured))
			for _, k := range coloured {
				if k != before {
					left = append(left, k)
				}
			}
			n, err := draw(random, len(left))
			if err != nil {
				return Challenge{}, err
			}
			s.Colour = left[n]
		}
		n, err := draw(random, nUnits)
		if err != nil {
			return Challenge{}, err
		}
		s.Ms = minStep + n*stepUnit
		c.Steps = append(c.Steps, s)
		before = s.Colour
	}
	return c, nil
}

// draw gives a number below n, each as likely; n is at most 256.
func draw(random io.Reader, n int) (int, error) {
	var b [1]byte
	for {
		if _, err := io.ReadFull(random, b[:]); err != nil {
			return 0, fmt.Errorf("liveness: %w", err)
		}
		if int(b[0]) < 256/n*n {
			return int(b[0]) % n, nil
		}
	}
}

// Length is how long all steps take, in ms.
func (c Challenge) Length() int {
	n := 0
	for _, s := range c.Steps {
		n += s.Ms
	}
	return n
}

// Parse reads a challenge as JSON has it, and refuses what New can't have made.
func Parse(text []byte) (Challenge, error) {
	var c Challenge
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil || len(c.Steps) != nSteps {
		return Challenge{}, errShape
	}
	for i, s := range c.Steps {
		before := Colour("")
		if i > 0 {
			before = c.Steps[i-1].Colour
		}
		balance := i == 0 && s.Colour == White || i == blackAt && s.Colour == Black
		if !balance && !isColoured(s.Colour) || (i == 0 || i == blackAt) != balance || s.Colour == before || s.Ms < minStep || s.Ms > minStep+(nUnits-1)*stepUnit {
			return Challenge{}, errShape
		}
	}
	return c, nil
}

package paper

import (
	"strings"
	"unicode"
)

// box is what a line is made of: a Chinese character, a word of another script, or a space. It is never divided, but where it is
// wider than a line.
type box struct {
	text  string
	bold  bool
	face  int     // -1: no font has it
	width float64 // points
	// lead is the gap before it, points, which falls away at a line's start; negative where two punctuation marks close up.
	lead  float64
	class class
}

type class int

const (
	ideograph class = iota
	word
	space
	opening // must not end a line (避尾)
	closing // must not begin a line (避头)
)

const (
	openings = "（《「『【〔〈“‘［｛([{￥¥$＄№"
	closings = "，。、；：？！）》」』】〕〉”’］｝…—～·％‰℃°,.;:?!)]}%々ー〜"
)

func classOf(r rune) class {
	switch {
	case strings.ContainsRune(openings, r):
		return opening
	case strings.ContainsRune(closings, r):
		return closing
	case unicode.IsSpace(r):
		return space
	case r < 0x2e80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-+/_@#&*='\"<>|\\~^`×÷−–≤≥Σ", r)):
		return word
	}
	return ideograph
}

// joins reports whether a rune goes on with the word before it: letters and digits, and what stands inside of them (3.14, 10:30, a.b).
func joins(r, next rune) bool {
	if classOf(r) == word {
		return true
	}
	return strings.ContainsRune(".,:;?!%°", r) && (classOf(next) == word || r == '%' || r == '°')
}

// boxes divides one paragraph's runs.
func (s *setter) boxes(runs []Run, size float64) []box {
	var out []box
	for _, run := range runs {
		text := []rune(run.Text)
		for i := 0; i < len(text); {
			r := text[i]
			if isSelector(r) { // chooses a variant of the character before it, which these fonts don't have
				s.missing[r] = true
				i++
				continue
			}
			end := i + 1
			if classOf(r) == word {
				for end < len(text) && joins(text[end], at(text, end+1)) {
					end++
				}
			}
			out = append(out, s.divide(text[i:end], run.Bold, size)...)
			i = end
		}
	}
	s.space(out, size)
	return out
}

func at(text []rune, i int) rune {
	if i < len(text) {
		return text[i]
	}
	return ' '
}

func isSelector(r rune) bool { return r >= 0xfe00 && r <= 0xfe0f || r >= 0xe0100 && r <= 0xe01ef }

// divide makes boxes of a word or character: one for each stretch that one face has, one for each character that none has.
func (s *setter) divide(text []rune, bold bool, size float64) []box {
	var out []box
	for _, r := range text {
		if unicode.IsSpace(r) {
			r = ' '
		}
		g, c := s.lookup.find(r, bold), classOf(r)
		if len(text) > 1 {
			c = word
		}
		if g.face < 0 {
			s.missing[r] = true
		}
		last := len(out) - 1
		if last >= 0 && g.face >= 0 && out[last].face == g.face {
			out[last].text += string(r)
			out[last].width += g.width * size
			continue
		}
		out = append(out, box{text: string(r), bold: bold, face: g.face, width: g.width * size, class: c})
	}
	return out
}

// space sets the gaps between boxes: a little air between Chinese and other scripts, and none between two punctuation marks of
// which each brings half a square of its own.
func (s *setter) space(boxes []box, size float64) {
	for i := 1; i < len(boxes); i++ {
		a, b := &boxes[i-1], &boxes[i]
		switch {
		case a.class == word && b.class == ideograph, a.class == ideograph && b.class == word:
			b.lead = size / 8
		case a.class == closing && (b.class == closing || b.class == opening) && full(*a, size) && full(*b, size) && !isDash(a.text):
			b.lead = -size / 2
		case a.class == opening && b.class == opening && full(*a, size) && full(*b, size):
			b.lead = -size / 2
		}
	}
}

// full reports whether a mark fills a square, half of it with nothing.
func full(b box, size float64) bool { return b.width > size*0.9 && b.face >= 0 }

// isDash tells marks that fill their square with ink.
func isDash(text string) bool { return strings.ContainsAny(text, "…—～〜ー々") }

// line is a line of boxes that is not placed yet.
type line struct {
	boxes []box
	// width is the natural width, without a space at the end; half a square less where a mark at the end hangs out.
	width float64
	last  bool // of its paragraph
}

// breakLines divides a paragraph into lines of at most the width; the first is shorter by the indent. No line begins with a closing or ends with
// an opening mark. A closing mark that only just doesn't fit gives up its empty half; what still doesn't fit takes the
// character before it along to the next line.
func breakLines(boxes []box, width, indent, size float64) []line {
	boxes = splitWide(boxes, width-indent)
	var lines []line
	for start := 0; start < len(boxes); {
		room := width
		if len(lines) == 0 {
			room -= indent
		}
		for start < len(boxes) && boxes[start].class == space && len(lines) > 0 {
			start++ // a space at a line's start is dropped
		}
		if start == len(boxes) {
			break
		}
		end, w := fill(boxes, start, room, size)
		if end < len(boxes) {
			if back := retreat(boxes, start, end); back != end {
				end, w = back, natural(boxes[start:back])
			}
		}
		l := line{boxes: boxes[start:end], width: w, last: end == len(boxes)}
		for len(l.boxes) > 1 && l.boxes[len(l.boxes)-1].class == space {
			last := l.boxes[len(l.boxes)-1]
			l.boxes, l.width = l.boxes[:len(l.boxes)-1], l.width-last.width-last.lead
		}
		lines, start = append(lines, l), end
	}
	return lines
}

// tolerance forgives rounding.
const tolerance = 0.01

// fill gives where the line ends that takes as much as there is room for, and its width.
func fill(boxes []box, start int, room, size float64) (end int, width float64) {
	for end = start; end < len(boxes); end++ {
		b := boxes[end]
		w := width + b.width
		if end > start {
			w += b.lead
		}
		if w > room+tolerance && b.class != space {
			// The mark's empty half may hang out, if nothing has to follow it on this line.
			if b.class == closing && full(b, size) && !isDash(b.text) && w-size/2 <= room+tolerance &&
				(end+1 == len(boxes) || boxes[end+1].class != closing) {
				return end + 1, w - size/2
			}
			return max(end, start+1), width
		}
		width = w
	}
	return end, width
}

func natural(boxes []box) (w float64) {
	for i, b := range boxes {
		w += b.width
		if i > 0 {
			w += b.lead
		}
	}
	return w
}

// retreat moves a break back to where it may be, or leaves it where no place is better.
func retreat(boxes []box, start, end int) int {
	for at := end; at > start; at-- {
		if mayBreak(boxes, at) {
			return at
		}
	}
	return end
}

// mayBreak reports whether a line may end before the box, not minding spaces.
func mayBreak(boxes []box, at int) bool {
	before, after := at-1, at
	for before > 0 && boxes[before].class == space {
		before--
	}
	for after < len(boxes)-1 && boxes[after].class == space {
		after++
	}
	a, b := boxes[before].class, boxes[after].class
	return b != closing && a != opening && !(at-1 == before && a == word && b == word)
}

// splitWide divides words that are wider than a line.
func splitWide(boxes []box, room float64) []box {
	var out []box
	for _, b := range boxes {
		runes := []rune(b.text)
		if b.width <= room || len(runes) < 2 {
			out = append(out, b)
			continue
		}
		for i, r := range runes {
			piece := b
			piece.text, piece.width, piece.class = string(r), b.width/float64(len(runes)), ideograph
			if i > 0 {
				piece.lead = 0
			}
			out = append(out, piece)
		}
	}
	return out
}

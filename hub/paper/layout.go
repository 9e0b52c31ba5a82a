package paper

import (
	"fmt"
	"strings"
)

// Measures in points. The page follows GB/T 9704-2012: a field of 156 x 225 mm that holds 22 lines of 28 characters.
const (
	pageWidth  = 595.28
	pageHeight = 841.89
	mm         = 72 / 25.4

	fieldLeft   = 28 * mm
	fieldTop    = 37 * mm
	fieldWidth  = 156 * mm
	fieldHeight = 225 * mm
	fieldBottom = fieldTop + fieldHeight

	textSize  = fieldWidth / 28
	textPitch = fieldHeight / 22
	smallSize = 11.0
	smallLine = 17.0
	titleSize = 22.0
	titleLine = 34.0

	cellPad = 4.0
)

// op is one thing to draw. y is the baseline of text and the top of everything else.
type op struct {
	kind       opKind
	x, y, w, h float64
	face       int
	size       float64
	text       string
	picture    int
}

type opKind int

const (
	opText opKind = iota
	opRule
	opBox
	opPicture
)

// setter places blocks on pages.
type setter struct {
	lookup  lookup
	missing map[rune]bool
	pages   [][]op
	page    int // on which things are put
	// y is where the next thing goes on the current page.
	y float64
	// after is the height that has to stay on the page with the last lines of the block that is being set.
	after    float64
	pictures []picture
	err      error
}

func newSetter(f *faces) *setter {
	s := &setter{lookup: lookup{faces: f, known: map[glyphKey]glyph{}}, missing: map[rune]bool{}}
	s.newPage()
	return s
}

func (s *setter) newPage() {
	s.pages = append(s.pages, nil)
	s.page, s.y = len(s.pages)-1, fieldTop
}

func (s *setter) put(o op) { s.pages[s.page] = append(s.pages[s.page], o) }

// need begins a new page where so much height isn't left, unless the page is empty.
func (s *setter) need(height float64) {
	if s.y+height > fieldBottom+tolerance && s.y > fieldTop {
		s.newPage()
	}
}

func (t Title) set(s *setter) {
	for _, l := range breakLines(s.boxes([]Run{{string(t), true}}, titleSize), fieldWidth, 0, titleSize) {
		s.need(titleLine)
		s.line(l, fieldLeft, fieldWidth, titleSize, titleLine, Center)
	}
	s.y += textPitch / 2
}

func (h Heading) set(s *setter) {
	s.need(3*textPitch + s.after) // with two lines of what follows
	s.after = 0
	Para{Runs: []Run{{string(h), true}}, Flush: true, Align: Left}.set(s)
}

func (p Para) set(s *setter) {
	size, pitch := textSize, textPitch
	if p.Small {
		size, pitch = smallSize, smallLine
	}
	for _, runs := range paragraphs(p.Runs) {
		indent := 2 * size
		if p.Flush || p.Align == Center || p.Align == Right {
			indent = 0
		}
		boxes := s.boxes(runs, size)
		if len(boxes) == 0 {
			s.need(pitch)
			s.y += pitch
			continue
		}
		lines := breakLines(boxes, fieldWidth, indent, size)
		for i, l := range lines {
			if rest := len(lines) - i; rest <= 2 {
				s.need(float64(rest)*pitch + s.after) // the last line doesn't go to the next page alone, nor what closes the document
			} else {
				s.need(pitch)
			}
			shift := 0.0
			if i == 0 {
				shift = indent
			}
			s.line(l, fieldLeft+shift, fieldWidth-shift, size, pitch, p.Align)
		}
	}
}

// paragraphs parts runs at newlines.
func paragraphs(runs []Run) [][]Run {
	all := [][]Run{nil}
	for _, r := range runs {
		for i, part := range strings.Split(strings.ReplaceAll(r.Text, "\r\n", "\n"), "\n") {
			if i > 0 {
				all = append(all, nil)
			}
			if part != "" {
				all[len(all)-1] = append(all[len(all)-1], Run{part, r.Bold})
			}
		}
	}
	return all
}

// line places one line and goes down by its pitch.
func (s *setter) line(l line, x, width, size, pitch float64, align Align) {
	s.lineAt(l, x, s.y, width, size, pitch, align)
	s.y += pitch
}

// maxStretch bounds, in ems, by how much each gap of a justified line may grow: a line that would need more stays ragged.
const maxStretch = 0.4

// lineAt places a line whose top is at y.
func (s *setter) lineAt(l line, x, y, width, size, pitch float64, align Align) {
	baseline := y + (pitch-size)/2 + size*0.86
	extra := 0.0
	switch align {
	case Center:
		x += (width - l.width) / 2
	case Right:
		x += width - l.width
	case Justified:
		if gaps := len(l.boxes) - 1; !l.last && gaps > 0 {
			if extra = (width - l.width) / float64(gaps); extra > maxStretch*size {
				extra = 0
			}
		}
	}
	var text op // pieces of one face without a gap between go out together
	end := 0.0
	flush := func() {
		if text.text != "" {
			s.put(text)
		}
		text = op{}
	}
	for i, b := range l.boxes {
		if i > 0 {
			x += b.lead + extra
		}
		if b.face < 0 {
			flush()
			s.codeBox(b, x, baseline, size)
		} else {
			if text.text == "" || text.face != b.face || x-end > tolerance || end-x > tolerance {
				flush()
				text = op{kind: opText, x: x, y: baseline, face: b.face, size: size}
			}
			text.text += b.text
		}
		x += b.width
		end = x
	}
	flush()
}

// codeBox stands for a character that no font has: a box with its code, to be filled in by hand.
func (s *setter) codeBox(b box, x, baseline, size float64) {
	code := fmt.Sprintf("%04X", []rune(b.text)[0])
	half := (len(code) + 1) / 2
	s.put(op{kind: opBox, x: x + size*0.04, y: baseline - size*0.84, w: size * 0.92, h: size * 0.98})
	for i, part := range []string{code[:half], code[half:]} {
		s.put(op{kind: opText, x: x + size*0.12, y: baseline - size*0.42 + float64(i)*size*0.42, face: sans, size: size * 0.4, text: part})
	}
}

func (p Space) set(s *setter) { s.y = min(s.y+float64(p), fieldBottom) }

func (p PageBreak) set(s *setter) {
	if s.y > fieldTop {
		s.newPage()
	}
}

// Measures of the foot.
const (
	footTop  = fieldBottom + 9*mm
	footSize = 9.0
	hashSize = 6.5
)

// finish puts the foot on every page, now that their number is known.
func (s *setter) finish(d Doc) {
	for s.page = range s.pages {
		s.put(op{kind: opRule, x: fieldLeft, y: footTop, w: fieldWidth})
		s.foot(d.Footer, Left, footTop+2, footSize)
		number := fmt.Sprintf("第 %d 页 共 %d 页", s.page+1, len(s.pages))
		if d.FirstPage > 0 {
			number = fmt.Sprintf("%s　第 %d 页", d.Volume, d.FirstPage+s.page)
		}
		s.foot(number, Right, footTop+2, footSize)
		if d.Digest != "" {
			s.foot("内容校验值 SHA-256 "+d.Digest, Left, footTop+16, hashSize)
		}
	}
}

// foot places the first line of a text in the foot.
func (s *setter) foot(text string, align Align, y, size float64) {
	if lines := breakLines(s.boxes(Plain(text), size), fieldWidth, 0, size); len(lines) > 0 {
		s.lineAt(lines[0], fieldLeft, y, fieldWidth, size, size*1.4, align)
	}
}

// Package paper typesets the court's documents as PDF: A4, Chinese line breaking, justified text, tables that go on over pages, pictures, page
// numbers. The same document gives the same bytes, so that a signature can be bound to their hash. It knows no cases and does no I/O
// but reading its embedded fonts. It is a leaf under hub, whose acts print.
package paper

import (
	"errors"
	"time"
)

// ErrNoFonts says that the program was built without fonts (`make build` embeds them): it can't print.
var ErrNoFonts = errors.New("paper: this program was built without fonts and can't print; build it with `make build`")

// ErrPicture says that a picture can't be printed: not a PNG or JPEG, broken, or too large.
var ErrPicture = errors.New("paper: the picture can't be printed")

// Doc is a document before it is set.
type Doc struct {
	// Title, Author and Date stand in the file's properties.
	Title  string
	Author string
	Date   time.Time
	// Footer stands at the foot of every page, left of the page number.
	Footer string
	// Digest is what identifies the content, a hash in hex; it stands in small type at the foot of every page.
	Digest string
	// Volume and FirstPage, where they are given, number the pages within a volume of a case's file in place of the document.
	Volume    string
	FirstPage int
	Blocks    []Block
}

// File is a document as it was set.
type File struct {
	PDF   []byte
	Pages int
	// Missing lists characters that no font has, ascending. Each stands in the document as a box with its code, and somebody has
	// to be told.
	Missing []rune
}

// Block is a part of a document.
type Block interface{ set(s *setter) }

// Align says how lines stand.
type Align int

// The ways in which lines stand. Justified is even on both sides but for a paragraph's last line.
const (
	Justified Align = iota
	Left
	Center
	Right
)

// Run is a piece of text in one weight.
type Run struct {
	Text string
	Bold bool
}

// Plain gives text as one run.
func Plain(text string) []Run { return []Run{{Text: text}} }

// Labelled gives a label in bold with text behind it.
func Labelled(label, text string) []Run { return []Run{{Text: label, Bold: true}, {Text: text}} }

// Title is the document's name at its head.
type Title string

// Heading begins a part. It never stands alone at the foot of a page.
type Heading string

// Para is text of one or more paragraphs, parted by newlines.
type Para struct {
	Runs  []Run
	Align Align
	// Flush leaves out the first line's indent of two characters.
	Flush bool
	// Small sets it in the size of tables.
	Small bool
}

// Space is empty height in points.
type Space float64

// PageBreak begins a new page.
type PageBreak struct{}

// Column is a column of a table; widths are shares of the whole.
type Column struct {
	Head  string
	Width float64
	Align Align
}

// Table is a table whose head is repeated on each page. Rows longer than a page are divided.
type Table struct {
	Columns []Column
	Rows    [][]string
}

// Picture is a PNG or JPEG, made smaller where it is larger than its bounds, never larger than 72 pixels to the inch.
type Picture struct {
	Data []byte
	// Width and Height bound it in points; 0: the page.
	Width, Height float64
	Align         Align
	Caption       string
}

// Signature is a document's close: whom it is for, the signature with its label, and below it lines such as the date. Its parts stay on one page,
// and with the last lines of the text before it where that is a paragraph.
type Signature struct {
	// To is whom the document is for (此致 ...); "" leaves that out.
	To    string
	Label string
	// Picture is the signature as drawn, PNG or JPEG; nil leaves a line to sign on.
	Picture []byte
	Lines   []string
}

// Pages gives how many pages a document has, without drawing it. Errors: those of Render.
func Pages(d Doc) (int, error) {
	s, err := setAll(d)
	if err != nil {
		return 0, err
	}
	return len(s.pages), nil
}

// Render sets a document. Errors: ErrNoFonts, ErrPicture.
func Render(d Doc) (*File, error) {
	s, err := setAll(d)
	if err != nil {
		return nil, err
	}
	s.finish(d)
	return draw(d, s)
}

func setAll(d Doc) (*setter, error) {
	faces, err := loadFaces()
	if err != nil {
		return nil, err
	}
	s := newSetter(faces)
	for i, b := range d.Blocks {
		s.after = heightOfClose(d.Blocks[i:])
		b.set(s)
		if s.err != nil {
			return nil, s.err
		}
	}
	return s, nil
}

// fewRunes is how long a paragraph may be to be surely no more than two lines.
const fewRunes = 50

// heightOfClose gives the height of the document's close where the first of the blocks has to stay with it: the paragraph before it, or a heading with only
// a short paragraph between.
func heightOfClose(blocks []Block) float64 {
	next := 1
	if _, ok := blocks[0].(Heading); ok && len(blocks) > 2 {
		if p, ok := blocks[1].(Para); ok {
			runes := 0
			for _, r := range p.Runs {
				runes += len([]rune(r.Text))
			}
			if runes <= fewRunes {
				next = 2
			}
		}
	}
	if next < len(blocks) {
		if close, ok := blocks[next].(Signature); ok {
			return close.height()
		}
	}
	return 0
}

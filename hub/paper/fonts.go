package paper

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"sync"

	"github.com/signintech/gopdf"
	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts are Noto Serif SC and Noto Sans SC (SIL Open Font License 1.1), compressed. `make fonts` puts them here from their npm packages;
// the repository holds none.
//
//go:embed all:fonts
var fontFiles embed.FS

// face is one of the fonts. Its index is how operations name it.
type face struct {
	font  *sfnt.Font
	units float64
}

// The faces, in the order in which a missing glyph is looked for: text is set in the first, bold in the second.
const (
	serif = iota
	sans
	faceCount
)

var faceNames = [faceCount]string{"NotoSerifSC-Regular", "NotoSansSC-Medium"}

type faces struct {
	face [faceCount]face
	// parsed holds them as the PDF library knows them; it is read only.
	parsed gopdf.FontContainer
}

// loadFaces unpacks the fonts once; they stay in memory from the first document on.
var loadFaces = sync.OnceValues(func() (*faces, error) {
	var all faces
	for i, name := range faceNames {
		packed, err := fontFiles.ReadFile("fonts/" + name + ".ttf.gz")
		if err != nil {
			return nil, ErrNoFonts
		}
		unpack, err := gzip.NewReader(bytes.NewReader(packed))
		if err != nil {
			return nil, err
		}
		data, err := io.ReadAll(unpack)
		if err != nil {
			return nil, err
		}
		f := &all.face[i]
		if f.font, err = sfnt.Parse(data); err != nil {
			return nil, err
		}
		f.units = float64(f.font.UnitsPerEm())
		if err := all.parsed.AddTTFFontData(name, data); err != nil {
			return nil, err
		}
	}
	return &all, nil
})

// Available reports whether the program was built with its fonts.
func Available() bool {
	for _, name := range faceNames {
		if _, err := fontFiles.Open("fonts/" + name + ".ttf.gz"); err != nil {
			return false
		}
	}
	return true
}

// lookup finds glyphs and their widths; it is not for use by several goroutines.
type lookup struct {
	faces  *faces
	buffer sfnt.Buffer
	known  map[glyphKey]glyph
}

type glyphKey struct {
	r    rune
	bold bool
}

// glyph says in which face a character stands, or -1, and how wide it is in ems.
type glyph struct {
	face  int
	width float64
}

// find looks for a character in the wanted face, then in the other.
func (l *lookup) find(r rune, bold bool) glyph {
	key := glyphKey{r, bold}
	if g, ok := l.known[key]; ok {
		return g
	}
	order := [faceCount]int{serif, sans}
	if bold {
		order = [faceCount]int{sans, serif}
	}
	g := glyph{-1, 1}
	for _, i := range order {
		f := &l.faces.face[i]
		index, err := f.font.GlyphIndex(&l.buffer, r)
		if err != nil || index == 0 {
			continue
		}
		// The advance at a size of one em in font units is the advance in font units.
		advance, err := f.font.GlyphAdvance(&l.buffer, index, fixed.Int26_6(f.font.UnitsPerEm())<<6, font.HintingNone)
		if err != nil {
			continue
		}
		g = glyph{i, float64(advance) / 64 / f.units}
		break
	}
	l.known[key] = g
	return g
}

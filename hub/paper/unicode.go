package paper

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

// gopdf writes characters beyond U+FFFF, as rare names have them, into the table that leads from glyphs back to text as one number of five digits.
// The format wants UTF-16: without that the name is printed right but found and copied wrong. mendUnicode writes these tables anew and
// moves what lies behind them.
func mendUnicode(pdf []byte) ([]byte, error) {
	at := bytes.LastIndex(pdf, []byte("startxref"))
	table := bytes.LastIndex(pdf[:max(at, 0)], []byte("xref\n"))
	if table < 0 {
		return nil, errNoTable
	}
	m := xrefHead.FindSubmatch(pdf[table:])
	if m == nil {
		return nil, errNoTable
	}
	count, _ := strconv.Atoi(string(m[1]))
	first := table + len(m[0])
	offsets := make([]int, 0, count+1)
	for i := 1; i < count; i++ { // entry 0 is none
		offset, err := strconv.Atoi(string(pdf[first+i*20 : first+i*20+10]))
		if err != nil {
			return nil, errNoTable
		}
		offsets = append(offsets, offset)
	}
	offsets = append(offsets, table)
	var out bytes.Buffer
	out.Write(pdf[:offsets[0]])
	moved := make([]int, 0, count)
	for i := range offsets[:len(offsets)-1] {
		moved = append(moved, out.Len())
		out.Write(mendObject(pdf[offsets[i]:offsets[i+1]]))
	}
	start := out.Len()
	out.Write(pdf[table : first+20])
	for _, offset := range moved {
		fmt.Fprintf(&out, "%010d 00000 n \n", offset)
	}
	out.Write(pdf[first+count*20 : at])
	fmt.Fprintf(&out, "startxref\n%d\n%%%%EOF\n", start)
	return out.Bytes(), nil
}

var errNoTable = errors.New("paper: the file's table of objects can't be read")

var (
	wideEntry = regexp.MustCompile(`(?m)^<([0-9A-F]{4})><([0-9A-F]{4})><([0-9A-F]{5,6})>$`)
	xrefHead  = regexp.MustCompile(`^xref\n0 ([0-9]+)\n`)
	lengthOf  = regexp.MustCompile(`/Length [0-9]+`)
)

// mendObject mends one object, if it is such a table.
func mendObject(object []byte) []byte {
	if !bytes.Contains(object, []byte("begincmap")) {
		return object
	}
	before := len(object)
	object = wideEntry.ReplaceAllFunc(object, func(entry []byte) []byte {
		m := wideEntry.FindSubmatch(entry)
		r, _ := strconv.ParseInt(string(m[3]), 16, 32)
		high, low := utf16.EncodeRune(rune(r))
		return fmt.Appendf(nil, "<%s><%s><%04X%04X>", m[1], m[2], high, low)
	})
	grown := len(object) - before
	return lengthOf.ReplaceAllFunc(object, func(length []byte) []byte {
		n, _ := strconv.Atoi(string(length[len("/Length "):]))
		return fmt.Appendf(nil, "/Length %d", n+grown)
	})
}

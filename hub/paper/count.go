package paper

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
)

// Bounds of what is looked at of a PDF that somebody sent.
const (
	maxUnpacked = 64 << 20
	maxCount    = 100_000
	maxTrees    = 256    // of which the newest counts
	maxPacked   = 10_000 // lists of objects
	maxDictHead = 4 << 10
)

var (
	pageTree   = regexp.MustCompile(`/Type\s*/Pages\b`)
	pageCount  = regexp.MustCompile(`/Count\s+(\d{1,6})\b`)
	hasParent  = regexp.MustCompile(`/Parent\b`)
	packed     = regexp.MustCompile(`/Type\s*/ObjStm\b`)
	streamMark = []byte("stream")
)

// CountPages gives how many pages a PDF says that it has; 0 where it can't be told: an encrypted or broken file. It looks for the root of the
// tree of pages (ISO 32000-1, 7.7.3.2), the newest where a file was added to, and decodes nothing but lists of objects.
func CountPages(pdf []byte) int {
	pages := rootCount(pdf)
	budget := int64(maxUnpacked)
	rest := pdf
	for range maxPacked {
		at := packed.FindIndex(rest)
		if at == nil || budget <= 0 {
			break
		}
		rest = rest[at[1]:]
		begin := bytes.Index(rest[:min(len(rest), maxDictHead)], streamMark)
		if begin < 0 {
			continue
		}
		body := bytes.TrimLeft(rest[begin+len(streamMark):], "\r\n")
		in, err := zlib.NewReader(bytes.NewReader(body))
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(io.LimitReader(in, budget)) // what could be unpacked of it counts
		budget -= int64(len(text)) + 1
		if n := rootCount(text); n > 0 {
			pages = n
		}
	}
	return pages
}

// rootCount finds the newest page tree without a parent.
func rootCount(text []byte) (pages int) {
	trees := pageTree.FindAllIndex(text, -1)
	for _, at := range trees[max(0, len(trees)-maxTrees):] {
		dict := dictAround(text, at[0])
		if m := pageCount.FindSubmatch(dict); m != nil && !hasParent.Match(dict) {
			if n, _ := strconv.Atoi(string(m[1])); n <= maxCount {
				pages = n
			}
		}
	}
	return pages
}

// dictReach is how far the ends of a dictionary are looked for: the list of its pages may be long.
const dictReach = 256 << 10

// dictAround gives the dictionary in which a place lies.
func dictAround(text []byte, at int) []byte {
	from, depth := max(0, at-dictReach), 0
	for i := at; ; i-- {
		if i <= from {
			return nil
		}
		if text[i] == '>' && text[i-1] == '>' {
			depth++
			i--
		} else if text[i] == '<' && text[i-1] == '<' {
			if depth == 0 {
				from = i - 1
				break
			}
			depth--
			i--
		}
	}
	depth = 0
	for i := from + 2; i+1 < min(len(text), at+dictReach); i++ {
		switch {
		case text[i] == '<' && text[i+1] == '<':
			depth++
			i++
		case text[i] == '>' && text[i+1] == '>':
			if depth == 0 {
				return text[from : i+2]
			}
			depth--
			i++
		}
	}
	return nil
}

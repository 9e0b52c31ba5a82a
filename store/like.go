package store

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTerms bounds the work that one search can ask for.
const maxTerms = 8

// searchTerms splits what a person typed into at most maxTerms terms.
func searchTerms(query string) []string {
	if !utf8.ValidString(query) {
		return nil
	}
	terms := strings.Fields(query)
	return terms[:min(len(terms), maxTerms)]
}

// escapeLike makes a term literal inside LIKE ... ESCAPE '\'.
func escapeLike(term string) string {
	return strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(term)
}

// loosePattern is a LIKE pattern for numbers that people type from memory: brackets are dropped, and anything may
// stand where digits and words meet, so that `2024民初12` finds `（2024）京0105民初1234号`.
func loosePattern(term string) string {
	var b strings.Builder
	b.WriteByte('%')
	class := 0
	for _, r := range strings.ToLower(term) {
		now := 1
		switch {
		case strings.ContainsRune("()（）[]〔〕号第", r) || unicode.IsSpace(r):
			class = 0
			continue
		case unicode.IsDigit(r):
			now = 2
		}
		if class != 0 && class != now {
			b.WriteByte('%')
		} else if class == 0 && b.Len() > 1 {
			b.WriteByte('%')
		}
		class = now
		b.WriteString(escapeLike(string(r)))
	}
	b.WriteByte('%')
	return b.String()
}

// param names the n-th parameter of a statement.
func param(n int) string { return "$" + strconv.Itoa(n) }

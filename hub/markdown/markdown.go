// Package markdown makes the court's own Markdown into HTML that can do nothing: no scripts, no styles, no pictures, no forms, links to https and to this site's own pages alone. It knows
// no cases and does no I/O; a leaf under hub.
package markdown

import (
	"bytes"
	"html"
	"regexp"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Raw HTML in the text is left out by goldmark, which is its default; what it makes then passes the list of what is allowed.
var (
	converter = goldmark.New(goldmark.WithExtensions(extension.Table, extension.Strikethrough),
		goldmark.WithParserOptions(parser.WithASTTransformers(util.Prioritized(lowerHeadings{}, 100))))
	allowed = policy()
	nothing = bluemonday.StrictPolicy()
	spaces  = regexp.MustCompile(`\s+`)
	ends    = regexp.MustCompile(`</(h\d|p|li|th|td|pre)>|<[bh]r>`) // of what stands apart
)

func policy() *bluemonday.Policy {
	p := bluemonday.NewPolicy()
	p.AllowElements("h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "strong", "em", "del", "blockquote", "hr", "br", "code", "pre", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("href").Matching(regexp.MustCompile(`^(https://[\pL\pN%][\pL\pN%.:-]*([/?#][^\s\\]*)?|tel:[0-9+-]+|/([^/\s\\][^\s\\]*)?)$`)).OnElements("a")
	p.AllowURLSchemes("https", "tel")
	p.AllowRelativeURLs(true)
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.RequireNoReferrerOnFullyQualifiedLinks(true)
	return p
}

// lowerHeadings makes a text's headings those of a page that has its title above them.
type lowerHeadings struct{}

func (lowerHeadings) Transform(doc *ast.Document, _ text.Reader, _ parser.Context) {
	ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if h, ok := n.(*ast.Heading); ok && entering {
			h.Level = min(h.Level+1, 6)
		}
		return ast.WalkContinue, nil
	})
}

// HTML gives the text as HTML.
func HTML(source string) (string, error) {
	var made bytes.Buffer
	if err := converter.Convert([]byte(source), &made); err != nil {
		return "", err
	}
	return strings.TrimSpace(allowed.Sanitize(made.String())), nil
}

// Plain gives the text as words alone, on one line.
func Plain(source string) (string, error) {
	made, err := HTML(source)
	if err != nil {
		return "", err
	}
	return strings.TrimSpace(spaces.ReplaceAllString(html.UnescapeString(nothing.Sanitize(ends.ReplaceAllString(made, " $0"))), " ")), nil
}

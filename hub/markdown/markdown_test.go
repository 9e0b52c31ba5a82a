package markdown

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestMarkdownIsShownAsItWasMeant(t *testing.T) {
	for source, want := range map[string]string{
		"# 立案\n\n需要**身份证**。":              "<h2>立案</h2>\n<p>需要<strong>身份证</strong>。</p>",
		"1. 一\n2. 二":                      "<ol>\n<li>一</li>\n<li>二</li>\n</ol>",
		"[评估](/risk)":                     `<p><a href="/risk">评估</a></p>`,
		"[网站](https://example.com/a?b=c)": `<p><a href="https://example.com/a?b=c" rel="noreferrer">网站</a></p>`,
		"[电话](tel:12368)":                 `<p><a href="tel:12368">电话</a></p>`,
		"a < b & c":                       "<p>a &lt; b &amp; c</p>",
	} {
		if got, err := HTML(source); got != want || err != nil {
			t.Errorf("%q: %q %v, not %q", source, got, err, want)
		}
	}
	if got, err := Plain("# 立案\n\n需要**身份证** & 材料"); got != "立案 需要身份证 & 材料" || err != nil {
		t.Errorf("%q %v", got, err)
	}
}

// harmless fails on anything that is not on the short list of what a page of the guide may hold.
func harmless(t *testing.T, source, made string) {
	t.Helper()
	elements := strings.Fields("h2 h3 h4 h5 h6 p ul ol li strong em del blockquote hr br code pre table thead tbody tr th td a")
	z := html.NewTokenizer(strings.NewReader(made))
	for {
		switch z.Next() {
		case html.ErrorToken:
			return
		case html.CommentToken, html.DoctypeToken:
			t.Fatalf("%q becomes %q", source, made)
		case html.StartTagToken, html.SelfClosingTagToken:
			token := z.Token()
			if !slices.Contains(elements, token.Data) {
				t.Fatalf("%q becomes %q: %s", source, made, token.Data)
			}
			for _, a := range token.Attr {
				ok := token.Data == "a" && a.Key == "rel" || token.Data == "ol" && a.Key == "start" || token.Data == "a" && a.Key == "href" &&
					(strings.HasPrefix(a.Val, "https://") || strings.HasPrefix(a.Val, "tel:") || strings.HasPrefix(a.Val, "/") && !strings.HasPrefix(a.Val, "//") && !strings.HasPrefix(a.Val, `/\`))
				if !ok {
					t.Fatalf("%q becomes %q: %s=%q", source, made, a.Key, a.Val)
				}
			}
		}
	}
}

var attacks = []string{
	"<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[x](javascript:alert(1))", "[x](JaVaScRiPt:alert(1))", "[x](data:text/html;base64,PHNjcmlwdD4=)", "![x](https://example.com/a.png)",
	"[x](//example.com)", `[x](/\example.com)`, "[x](http://example.com)", "<a href='https://example.com' onclick=alert(1)>x</a>", "<iframe src=https://example.com></iframe>", "<style>*{display:none}</style>",
	"<https://example.com>", "<javascript:alert(1)>", "<!-- x -->", "<svg/onload=alert(1)>", "[x](<java\nscript:alert(1)>)", "```html\n<script>\n```", "[x](&#106;avascript:alert(1))", "| a |\n|-|\n| <b onmouseover=x> |", "[x]: javascript:alert(1)\n[x]",
}

func TestNothingActiveComesThrough(t *testing.T) {
	for _, source := range attacks {
		made, err := HTML(source)
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, source, made)
	}
}

// TestALinkNamesItsHost: and nothing before it that could be taken for another.
func TestALinkNamesItsHost(t *testing.T) {
	for source, want := range map[string]bool{
		"[x](https://example.com)": true, "[x](https://example.com:8443/a?b=c#d)": true, "[x](https://1.example.com?b)": true, "[x](https://法院.中国/办事)": true,
		"<https://#>": false, "[x](https:///a)": false, "[x](https://court.example@example.com/)": false, "[x](https://@example.com)": false,
	} {
		made, err := HTML(source)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(made, "href="); got != want {
			t.Errorf("%q becomes %q", source, made)
		}
	}
}

func FuzzMarkdown(f *testing.F) {
	for _, source := range attacks {
		f.Add(source)
	}
	f.Fuzz(func(t *testing.T, source string) {
		made, err := HTML(source)
		if err != nil {
			t.Fatal(err)
		}
		harmless(t, source, made)
	})
}

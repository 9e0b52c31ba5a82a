package main

import (
	"fmt"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"microcourt/api"
)

// linkFlags name services outside of this program that the page leads to after asking (法规查询, 移动执行, 庭审直播, 智能问答). What isn't given isn't shown.
type linkFlags struct {
	Laws        string `placeholder:"[NAME=]https://..." help:"Where laws and precedents are looked up (法规查询, 法规案例), with the name that people know it by."`
	Enforcement string `placeholder:"[NAME=]https://..." help:"Where people follow the enforcement of their case (移动执行)."`
	Broadcast   string `placeholder:"[NAME=]https://..." help:"Where hearings are shown to the public (庭审直播)."`
	Answers     string `placeholder:"[NAME=]https://..." help:"Where questions about the law are answered (智能问答)."`
}

// links gives those that were given, in the order of the page.
func (f linkFlags) links() (all []api.Link, err error) {
	for _, l := range []struct{ key, text string }{{"enforcement", f.Enforcement}, {"broadcast", f.Broadcast}, {"answers", f.Answers}, {"laws", f.Laws}} {
		if l.text == "" {
			continue
		}
		link, err := parseLink(l.text)
		if err != nil {
			return nil, fmt.Errorf("--link-%s %q: %w", l.key, l.text, err)
		}
		link.Key = l.key
		all = append(all, link)
	}
	return all, nil
}

// maxLinkName bounds the name of an outside service; it stands on one line of a phone.
const maxLinkName = 20

// parseLink reads https://..., or that with a name before it. An address with a user's name in it is refused: it looks like another host.
func parseLink(text string) (link api.Link, err error) {
	address := text
	if name, rest, named := strings.Cut(text, "=https://"); named && !strings.Contains(name, "://") {
		link.Name, address = strings.TrimSpace(name), "https://"+rest
		if link.Name == "" || utf8.RuneCountInString(link.Name) > maxLinkName || strings.ContainsFunc(link.Name, func(r rune) bool { return !unicode.IsPrint(r) }) {
			return link, fmt.Errorf("the name before = has 1 to %d printed characters", maxLinkName)
		}
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Hostname() == "" || u.User != nil || strings.ContainsFunc(address, func(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }) {
		return link, fmt.Errorf("write https://HOST/PATH, or NAME=https://HOST/PATH")
	}
	link.URL = u.String()
	return link, nil
}

// Package guide says what a page of the court's guide (服务指南) is: Markdown in Chinese, and in English where the court has written that too. It does no I/O.
package guide

import (
	"slices"
	"strings"
	"unicode/utf8"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Section says under which heading a page stands.
type Section string

// Sections lists all of them in the order in which they are shown.
var Sections = []Section{"start", "filing", "evidence", "hearing", "service", "fees", "enforcement", "other"}

// Bounds of a page.
const (
	MaxTitleRunes = 60
	MaxBodyRunes  = 20_000
)

// Page is what somebody writes. Position orders the pages of a section. A page that isn't shown is its administrators' alone.
type Page struct {
	Section  Section    `json:"section" enum:"start,filing,evidence,hearing,service,fees,enforcement,other"`
	Position int64      `json:"position" minimum:"0" maximum:"9999" doc:"orders the pages of a section"`
	Shown    bool       `json:"shown"`
	Title    exact.Text `json:"title" doc:"en may be empty"`
	Body     exact.Text `json:"body" doc:"Markdown; en may be empty"`
}

// Clean gives the page without spaces around its texts. Errors: ErrInvalid and ErrTooLarge, naming the field.
func (p Page) Clean() (Page, error) {
	if !slices.Contains(Sections, p.Section) {
		return p, court.ErrInvalid.In("section")
	}
	if p.Position < 0 || p.Position > 9999 {
		return p, court.ErrInvalid.In("position")
	}
	for _, f := range []struct {
		name   string
		text   *string
		max    int
		needed bool
	}{{"title.zh", &p.Title.ZH, MaxTitleRunes, true}, {"title.en", &p.Title.EN, 2 * MaxTitleRunes, false}, {"body.zh", &p.Body.ZH, MaxBodyRunes, true}, {"body.en", &p.Body.EN, 2 * MaxBodyRunes, false}} {
		*f.text = strings.TrimSpace(strings.ReplaceAll(*f.text, "\r\n", "\n"))
		switch {
		case !utf8.ValidString(*f.text) || strings.ContainsRune(*f.text, 0) || f.needed && *f.text == "" || strings.HasPrefix(f.name, "title") && strings.ContainsAny(*f.text, "\n\r"):
			return p, court.ErrInvalid.In(f.name)
		case utf8.RuneCountInString(*f.text) > f.max:
			return p, court.ErrTooLarge.In(f.name)
		}
	}
	return p, nil
}

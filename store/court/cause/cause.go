// Package cause holds the causes of action (案由) of the Supreme People's Court's regulations in each of their editions, and finds them by
// what people type: words of the name, what a dispute is called in everyday speech, or the initials of its pinyin. It does no I/O.
package cause

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court/calendar"
)

//go:embed causes.json
var file []byte

// The regulations: each kind of proceedings has its own.
const (
	Civil          = "civil"
	Administrative = "administrative"
)

// Tags tell which of the flags of a filing a cause suggests.
const (
	TagIP       = "ip"       // 知识产权
	TagPatent   = "patent"   // 专利
	TagMaritime = "maritime" // 海事、海商
)

// Cause is one cause of action. Code is this project's own name for it, not that of the courts' statistics; it holds the edition.
type Cause struct {
	Code  string `json:"code"`
	Level int    `json:"level" doc:"1 to 4; the lowest that fits is to be used"`
	Name  string `json:"name"`
	// Path are the names above it, the first level first.
	Path []string `json:"path,omitempty" nullable:"false"`
	// Aliases are everyday words for it: this project's, not the regulation's.
	Aliases []string `json:"aliases,omitempty" nullable:"false"`
	Tags    []string `json:"tags,omitempty" nullable:"false" doc:"ip, patent, maritime"`
	// Lowest: nothing stands below it.
	Lowest bool `json:"lowest"`
	// Blank: the name holds a blank (××), in whose place the administrative act or agreement is named.
	Blank bool `json:"blank,omitempty"`

	initials string
}

// Edition is a regulation as it holds from a day on.
type Edition struct {
	Key    string
	Kind   string // civil or administrative
	From   calendar.Day
	Basis  string // the regulation, in Chinese
	Causes []Cause
	byCode map[string]int
}

// editions are all editions, those of one kind in the order of their days.
var editions = read()

func read() []*Edition {
	var data struct {
		Editions []struct {
			Key, Kind, Basis string
			From             calendar.Day
			Causes           []struct {
				Code, Name, Initials string
				Level                int
				Aliases, Tags        []string
			}
		}
	}
	if err := json.Unmarshal(file, &data); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	var all []*Edition
	for _, e := range data.Editions {
		edition := &Edition{Key: e.Key, Kind: e.Kind, From: e.From, Basis: e.Basis, byCode: map[string]int{}}
		var path []string
		for i, c := range e.Causes {
			path = append(path[:c.Level-1:c.Level-1], c.Name)
			edition.byCode[c.Code] = i
			edition.Causes = append(edition.Causes, Cause{Code: c.Code, Level: c.Level, Name: c.Name, Path: path[: len(path)-1 : len(path)-1], Aliases: c.Aliases, Tags: c.Tags,
				Lowest: i+1 == len(e.Causes) || e.Causes[i+1].Level <= c.Level, Blank: strings.Contains(c.Name, blank), initials: c.Initials})
		}
		all = append(all, edition)
	}
	return all
}

// On gives the edition of a kind that is in force on a day; before the first one that is known here, that one. It is nil for an unknown kind.
func On(kind string, day calendar.Day) (in *Edition) {
	for _, e := range editions {
		if e.Kind == kind && (in == nil || e.From <= day) {
			in = e
		}
	}
	return in
}

// Find gives a cause by its code, in whatever edition.
func Find(code string) (Cause, *Edition, bool) {
	for _, e := range editions {
		if i, ok := e.byCode[code]; ok {
			return e.Causes[i], e, true
		}
	}
	return Cause{}, nil, false
}

// blank is what a name holds in place of the administrative act or agreement.
const blank = "××"

// Named gives the name as a case bears it: words stand in place of the blank.
func (c Cause) Named(words string) string {
	if !c.Blank || words == "" {
		return c.Name
	}
	return strings.Replace(c.Name, blank, words, 1)
}

// MaxQueryRunes bounds what is searched for.
const MaxQueryRunes = 50

// Search gives the causes that fit all words of a query, the best first and those that fit equally well in the order of the regulation. Without words it gives the
// first level.
func (e *Edition) Search(query string, limit int) []Cause {
	words := strings.Fields(strings.ToLower(query))
	type hit struct {
		cause *Cause
		rank  int
	}
	var hits []hit
	for i := range e.Causes {
		c := &e.Causes[i]
		if len(words) == 0 {
			if c.Level == 1 {
				hits = append(hits, hit{c, 0})
			}
			continue
		}
		if rank, ok := c.fits(words); ok {
			hits = append(hits, hit{c, rank})
		}
	}
	slices.SortStableFunc(hits, func(a, b hit) int { return a.rank - b.rank })
	found := make([]Cause, 0, min(limit, len(hits)))
	for _, h := range hits[:min(limit, len(hits))] {
		found = append(found, *h.cause)
	}
	return found
}

// fits gives how well the worst fitting of the words fits: 0 is best.
func (c *Cause) fits(words []string) (worst int, ok bool) {
	for _, w := range words {
		rank, ok := c.fit(w)
		if !ok {
			return 0, false
		}
		worst = max(worst, rank)
	}
	return worst, true
}

func (c *Cause) fit(word string) (int, bool) {
	among := func(test func(string) bool) bool { return slices.ContainsFunc(c.Aliases, test) }
	name := strings.ToLower(c.Name)
	switch {
	case name == word || strings.TrimSuffix(name, "纠纷") == word:
		return 0, true
	case among(func(a string) bool { return a == word }):
		return 1, true
	case strings.HasPrefix(name, word):
		return 2, true
	case strings.Contains(name, word):
		return 3, true
	case among(func(a string) bool { return strings.Contains(a, word) }):
		return 4, true
	case c.initials == word || strings.TrimSuffix(c.initials, "jf") == word:
		return 5, true
	case strings.HasPrefix(c.initials, word):
		return 6, true
	case len(word) > 1 && strings.Contains(c.initials, word):
		return 7, true
	}
	return 0, false
}

package filing

import (
	_ "embed"
	"encoding/json"
	"slices"
	"strings"

	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

//go:embed grounds.json
var groundsFile []byte

// Ground is a ground for retrial (再审事由; 民事诉讼法 第二百一十一条, 第二百一十二条, 行政诉讼法 第九十一条).
type Ground struct {
	Key   string     `json:"key"`
	Item  string     `json:"item" doc:"its number in the article, in Chinese"`
	Text  string     `json:"text" doc:"the law's words"`
	Short string     `json:"short" doc:"in Chinese"`
	Law   exact.Text `json:"law"`
	// FromKnowledge: the time to apply counts from when one knew or should have known of it.
	FromKnowledge bool `json:"from_knowledge"`

	initials string
}

// Grounds lists the grounds of each kind in the order of the law.
var Grounds = readGrounds()

func readGrounds() map[string][]Ground {
	var data map[string][]struct {
		Key, Item, Text, Short, Initials, Law string
		FromKnowledge                         bool `json:"from_knowledge"`
	}
	if err := json.Unmarshal(groundsFile, &data); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	all := map[string][]Ground{}
	for kind, list := range data {
		for _, g := range list {
			all[kind] = append(all[kind], Ground{Key: g.Key, Item: g.Item, Text: g.Text, Short: g.Short, Law: law.Cite(g.Law), FromKnowledge: g.FromKnowledge, initials: g.Initials})
		}
	}
	return all
}

// SearchGrounds gives the grounds of a kind in which all words are found, in the order of the law; without words all of them.
func SearchGrounds(kind, query string) []Ground {
	words := strings.Fields(strings.ToLower(query))
	found := []Ground{}
	for _, g := range Grounds[kind] {
		missing := slices.ContainsFunc(words, func(w string) bool {
			return !strings.Contains(g.Text, w) && !strings.Contains(g.Short, w) && !strings.Contains(g.initials, w) && g.Item != w
		})
		if !missing {
			found = append(found, g)
		}
	}
	return found
}

func groundOf(kind, key string) (Ground, bool) {
	i := slices.IndexFunc(Grounds[kind], func(g Ground) bool { return g.Key == key })
	if i < 0 {
		return Ground{}, false
	}
	return Grounds[kind][i], true
}

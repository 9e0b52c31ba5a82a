package fee

import (
	"maps"
	"slices"

	"microcourt/store/court/exact"
	statute "microcourt/store/court/law"
)

// Name is a key with what people read for it.
type Name struct {
	Key  string     `json:"key"`
	Name exact.Text `json:"name"`
}

// Names lists what a request can name.
type Names struct {
	Kinds   []Name          `json:"kinds" nullable:"false"`
	Subs    map[Kind][]Name `json:"subs" doc:"of the kinds that have some"`
	Halving []Name          `json:"halving" nullable:"false"`
	Relief  []ReliefName    `json:"relief" nullable:"false"`
}

// ReliefName is a kind of relief with the grounds that the law gives for it.
type ReliefName struct {
	Key     string     `json:"key"`
	Name    exact.Text `json:"name"`
	Basis   exact.Text `json:"basis"`
	Grounds []string   `json:"grounds" nullable:"false" doc:"in Chinese, as in the law"`
}

// AllNames gives them.
func AllNames() Names {
	n := Names{Subs: map[Kind][]Name{}}
	for _, k := range Kinds {
		n.Kinds = append(n.Kinds, Name{string(k), kindNames[k]})
	}
	for _, a := range law.Administrative {
		n.Subs[Administrative] = append(n.Subs[Administrative], Name{a.Key, subNames[a.Key]})
	}
	for _, m := range law.Applications.Maritime {
		n.Subs[Maritime] = append(n.Subs[Maritime], Name{m.Key, subNames[m.Key]})
	}
	for _, key := range notCharged {
		n.Subs[NotCharged] = append(n.Subs[NotCharged], Name{key, subNames[key]})
	}
	for _, key := range slices.Sorted(maps.Keys(halvingNames)) {
		n.Halving = append(n.Halving, Name{key, halvingNames[key]})
	}
	english := map[string]string{"exempt": "Exemption", "reduce": "Reduction", "defer": "Deferral"}
	for _, r := range law.Relief {
		n.Relief = append(n.Relief, ReliefName{r.Key, exact.T(r.Name, english[r.Key]), statute.Cite(measures + r.Articles), r.Grounds})
	}
	return n
}

// ReliefGrounds gives the grounds of every kind of relief, in the law's words.
func ReliefGrounds() (grounds []string) {
	for _, r := range law.Relief {
		grounds = append(grounds, r.Grounds...)
	}
	return grounds
}

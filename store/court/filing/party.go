package filing

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Kinds of parties.
const (
	KindPerson       = court.KindPerson
	KindOrganisation = court.KindOrganisation
)

// FieldCapacity is the field that says in what capacity somebody files.
const FieldCapacity = "capacity"

// The capacities.
const (
	CapacitySelf         = "self"         // 本人
	CapacityOrganisation = "organisation" // 法定代表人、负责人
	CapacityStatutory    = "statutory"    // 法定代理人
	CapacityAgent        = "agent"        // 委托诉讼代理人
)

// Party is a party of a filing (当事人).
type Party struct {
	ID       string `json:"id" doc:"the page's own name for it, the same in all revisions"`
	Standing string `json:"standing" doc:"key of one of the kind's standings"`
	Kind     string `json:"kind" enum:"person,organisation"`
	Name     string `json:"name"`
	IDType   string `json:"id_type,omitempty" doc:"document type; an organisation's is uscc or org_code"`
	IDNumber string `json:"id_number,omitempty"`
	Gender   string `json:"gender,omitempty" enum:"male,female,"`
	BornOn   string `json:"born_on,omitempty" doc:"2026-01-20; where the number doesn't say it"`
	Nation   string `json:"nation,omitempty" doc:"民族"`
	Phone    string `json:"phone,omitempty"`
	Address  string `json:"address,omitempty" doc:"住所地"`
	// LegalName is who represents an organisation by law or its statutes (法定代表人、负责人), LegalPost that one's office.
	LegalName string `json:"legal_name,omitempty"`
	LegalPost string `json:"legal_post,omitempty"`
	// Original is what the party was in the original case: 一审原告、二审上诉人 ...
	Original string `json:"original,omitempty"`
	// Self: this party files, or its legal representative does.
	Self bool `json:"self,omitempty"`
}

// The kinds of representatives (民事诉讼法 第六十条, 第六十一条).
const (
	AgentStatutory = "statutory"   // 法定代理人: represents by law, needs no authority
	AgentLawyer    = "lawyer"      // 律师
	AgentLegal     = "legal"       // 基层法律服务工作者
	AgentRelative  = "relative"    // 近亲属
	AgentStaff     = "staff"       // 工作人员
	AgentProposed  = "recommended" // 社区、单位、社会团体推荐的公民
)

// AgentKinds lists them with their names.
var AgentKinds = []Option{
	{AgentStatutory, exact.T("法定代理人", "Statutory representative")}, {AgentLawyer, exact.T("律师", "Lawyer")},
	{AgentLegal, exact.T("基层法律服务工作者", "Legal worker")}, {AgentRelative, exact.T("近亲属", "Close relative")},
	{AgentStaff, exact.T("工作人员", "Member of staff")}, {AgentProposed, exact.T("社区、单位或者社会团体推荐的公民", "Citizen recommended by a community, employer or association")},
}

// The authority of a representative (民事诉讼法 第六十二条).
const (
	AuthorityGeneral = "general" // 一般授权
	AuthoritySpecial = "special" // 特别授权
)

// Powers are what special authority has to name one by one.
var Powers = []Option{
	{"admit", exact.T("代为承认诉讼请求", "To admit claims")}, {"waive", exact.T("代为放弃诉讼请求", "To waive claims")}, {"change", exact.T("代为变更诉讼请求", "To change claims")},
	{"settle", exact.T("进行和解", "To settle")}, {"counterclaim", exact.T("提起反诉", "To bring a counterclaim")}, {"appeal", exact.T("提起上诉", "To appeal")},
}

// maxAgents is how many representatives one party may authorise (民事诉讼法 第六十一条).
const maxAgents = 2

// Representative acts for parties on the side of who files (代理人).
type Representative struct {
	ID        string   `json:"id"`
	Kind      string   `json:"kind" enum:"statutory,lawyer,legal,relative,staff,recommended"`
	Name      string   `json:"name"`
	IDType    string   `json:"id_type,omitempty"`
	IDNumber  string   `json:"id_number,omitempty"`
	Phone     string   `json:"phone,omitempty"`
	Address   string   `json:"address,omitempty"`
	Firm      string   `json:"firm,omitempty" doc:"of lawyers and legal workers"`
	Licence   string   `json:"licence,omitempty" doc:"执业证号"`
	For       []string `json:"for" nullable:"false" doc:"ids of parties"`
	Authority string   `json:"authority,omitempty" enum:"general,special,"`
	Powers    []string `json:"powers,omitempty" nullable:"false" doc:"what special authority covers"`
	Self      bool     `json:"self,omitempty" doc:"this representative files"`
}

// Material is a file that is handed in.
type Material struct {
	Slot       string `json:"slot" doc:"key of one of the kind's materials"`
	Attachment string `json:"attachment" doc:"a finished upload of mine"`
	Name       string `json:"name,omitempty"`
}

// Limits of what is filled in.
const (
	MaxParties    = 100
	MaxMaterials  = 200
	MaxValueBytes = 256 << 10
	maxDepth      = 8
)

var (
	phoneForm   = regexp.MustCompile(`^[+]?[0-9][0-9 -]{5,25}$`)
	licenceForm = regexp.MustCompile(`^[0-9]{11,17}$`) // 律师执业证 has 17 digits, older ones and legal workers' fewer
)

// parties checks the parties.
func (v *check) parties(f *Field, list []Party) {
	k, at := v.kind, f.Key
	if len(list) > MaxParties {
		v.say(at, CodeTooMany)
		return
	}
	for _, s := range k.Standings {
		n := 0
		for _, p := range list {
			if p.Standing == s.Key {
				n++
			}
		}
		if n < s.Min {
			v.say(at, CodeMissingParty)
		}
	}
	numbers, ids := map[string]bool{}, map[string]bool{}
	for i := range list {
		p, here := &list[i], court.PageField(at, i)
		v.id(here, p.ID, ids)
		s := k.Standing(p.Standing)
		if s == nil || !slices.Contains(s.Kinds, p.Kind) {
			v.say(here+".standing", CodeOption)
			continue
		}
		v.line(here+".name", p.Name, 100, true)
		v.line(here+".original", p.Original, 40, false)
		v.document(here, p.IDType, p.IDNumber, p.Kind == KindOrganisation, s.Document, numbers)
		v.phone(here+".phone", p.Phone, false)
		v.line(here+".address", p.Address, 300, true)
		if p.Kind == KindOrganisation {
			v.line(here+".legal_name", p.LegalName, 100, s.Side == Applicant)
			v.line(here+".legal_post", p.LegalPost, 40, false)
			continue
		}
		v.line(here+".nation", p.Nation, 20, false)
		if !slices.Contains([]string{"", "male", "female"}, p.Gender) {
			v.say(here+".gender", CodeOption)
		}
		if p.BornOn != "" {
			v.date(here+".born_on", p.BornOn)
		}
	}
}

func (v *check) id(here, id string, seen map[string]bool) {
	if !court.ValidID(id) {
		v.say(here+".id", CodeText)
	} else if seen[id] {
		v.say(here+".id", CodeRepeated)
	}
	seen[id] = true
}

// document checks a document's number by its type; numbers are those that were seen.
func (v *check) document(here, typ, number string, organisation, needed bool, seen map[string]bool) {
	if strings.TrimSpace(number) == "" {
		if needed {
			v.say(here+".id_number", CodeRequired)
		}
		return
	}
	d, ok := court.DocumentTypeOf(typ)
	if !ok || d.Org != organisation {
		v.say(here+".id_type", CodeOption)
		return
	}
	normal := d.Normal(number)
	if problem := d.Check(normal, time.UnixMilli(v.today.End()).In(court.CourtZone)); problem != "" {
		v.say(here+".id_number", Code("id_"+string(problem)))
		return
	}
	if seen[typ+normal] {
		v.say(here+".id_number", CodeRepeated)
	}
	seen[typ+normal] = true
}

func (v *check) phone(at, number string, needed bool) {
	v.line(at, number, 30, needed)
	if number != "" && !phoneForm.MatchString(number) {
		v.say(at, CodePhone)
	}
}

// line checks a line of text.
func (v *check) line(at, text string, max int, needed bool) {
	switch err := court.CheckText(text, max, at); {
	case needed && strings.TrimSpace(text) == "":
		v.say(at, CodeRequired)
	case strings.ContainsAny(text, "\n\t") || errors.Is(err, court.ErrInvalid):
		v.say(at, CodeText)
	case err != nil:
		v.say(at, CodeTooLong)
	}
}

// representatives checks those who act for the side that files.
func (v *check) representatives(f *Field, list []Representative, parties []Party) {
	if len(list) > MaxParties {
		v.say(f.Key, CodeTooMany)
		return
	}
	ours := map[string]int{} // how many act for each
	for _, p := range parties {
		if s := v.kind.Standing(p.Standing); s != nil && s.Side == Applicant {
			ours[p.ID] = 0
		}
	}
	ids, numbers := map[string]bool{}, map[string]bool{}
	for i := range list {
		r, here := &list[i], court.PageField(f.Key, i)
		v.id(here, r.ID, ids)
		v.line(here+".name", r.Name, 100, true)
		v.document(here, r.IDType, r.IDNumber, false, true, numbers)
		v.phone(here+".phone", r.Phone, true)
		v.line(here+".address", r.Address, 300, false)
		if !has(AgentKinds, r.Kind) {
			v.say(here+".kind", CodeOption)
			continue
		}
		v.line(here+".firm", r.Firm, 100, r.Kind == AgentLawyer || r.Kind == AgentLegal)
		switch {
		case r.Licence == "" && (r.Kind == AgentLawyer || r.Kind == AgentLegal):
			v.say(here+".licence", CodeRequired)
		case r.Licence != "" && !licenceForm.MatchString(r.Licence):
			v.say(here+".licence", CodeLicence)
		}
		v.authority(here, r)
		if len(r.For) == 0 {
			v.say(here+".for", CodeRequired)
		}
		for j, id := range r.For {
			n, ok := ours[id]
			switch {
			case !ok || slices.Contains(r.For[:j], id):
				v.say(court.PageField(here+".for", j), CodeNotYours)
			case r.Kind != AgentStatutory:
				if ours[id] = n + 1; n == maxAgents {
					v.say(court.PageField(here+".for", j), CodeTooMany)
				}
			}
		}
	}
}

// authority checks what a representative was given: special authority names what it covers.
func (v *check) authority(here string, r *Representative) {
	switch {
	case r.Kind == AgentStatutory:
		if r.Authority != "" || len(r.Powers) > 0 {
			v.say(here+".authority", CodeOption)
		}
		return
	case r.Authority != AuthorityGeneral && r.Authority != AuthoritySpecial:
		v.say(here+".authority", CodeRequired)
	case r.Authority == AuthoritySpecial && len(r.Powers) == 0:
		v.say(here+".powers", CodeRequired)
	case r.Authority == AuthorityGeneral && len(r.Powers) > 0:
		v.say(here+".powers", CodeOption)
	}
	for i, p := range r.Powers {
		if !has(Powers, p) || slices.Contains(r.Powers[:i], p) {
			v.say(court.PageField(here+".powers", i), CodeOption)
		}
	}
}

func has(options []Option, key string) bool {
	return slices.ContainsFunc(options, func(o Option) bool { return o.Key == key })
}

// self checks that exactly one of those named is who files, in the capacity that was chosen.
func (v *check) self(d *Draft) {
	var parties, agents []string // what the ones are that say so
	for _, p := range d.Parties() {
		if s := v.kind.Standing(p.Standing); p.Self && s != nil {
			if s.Side != Applicant {
				parties = append(parties, "")
				continue
			}
			parties = append(parties, p.Kind)
		}
	}
	for _, r := range d.Representatives() {
		if r.Self {
			agents = append(agents, r.Kind)
		}
	}
	partyField, agentField := v.kind.fieldOf(TypeParties), v.kind.fieldOf(TypeRepresentatives)
	among, at := parties, partyField
	var fits func(string) bool
	switch d.Text(FieldCapacity) {
	case CapacitySelf:
		fits = func(kind string) bool { return kind == KindPerson }
	case CapacityOrganisation:
		fits = func(kind string) bool { return kind == KindOrganisation }
	case CapacityStatutory:
		among, at, fits = agents, agentField, func(kind string) bool { return kind == AgentStatutory }
	case CapacityAgent:
		among, at, fits = agents, agentField, func(kind string) bool { return kind != AgentStatutory }
	default:
		return // the field itself says so
	}
	if len(parties)+len(agents) != 1 || len(among) != 1 || !fits(among[0]) {
		v.say(at.Key, CodeSelf)
	}
}

package filing

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/calc"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/consent"
)

var today = calendar.Date(2026, 11, 26)

func circumstances() Circumstances {
	return Circumstances{Today: today, Calendar: calc.Default().Calendar, Notices: court.DefaultNotices()}
}

func raw(v any) json.RawMessage {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// good gives a value with which a field is right, as a person would fill it in who knows what is asked.
func good(d *Draft, f *Field) json.RawMessage {
	k := d.Kind
	switch f.Type {
	case TypeDate:
		return raw("2026-10-1" + fmt.Sprint(k.step(stepOf(k, f.Key))%10))
	case TypeMoney:
		return raw(123456)
	case TypeSelect:
		return raw(f.Options[0].Key)
	case TypeMultiselect:
		return raw([]string{})
	case TypeSwitch:
		return raw(true)
	case TypeDocket:
		return raw("(2025)浙0212民初1024号")
	case TypeNotice:
		return raw(court.DefaultNotices()[f.Notice].Version)
	case TypeParties:
		return raw(goodParties(d))
	case TypeRepresentatives:
		return raw(goodRepresentatives(d))
	case TypeCause:
		return raw(lowest(k))
	case TypeGrounds:
		return raw([]string{Grounds[k.Grounds][0].Key})
	case TypeMaterials:
		var list []Material
		for i, s := range k.Slots {
			list = append(list, Material{Slot: s.Key, Attachment: fmt.Sprintf("file-%d", i), Name: s.Name.ZH})
		}
		return raw(list)
	case TypeServiceAddress:
		return raw(court.ServiceAddress{Recipient: "张三", Phone: "13800000000", Street: "人民路1号", Electronic: true})
	case TypeConsents:
		return raw(map[consent.Stage]bool{consent.Filing: true, consent.HearingSync: false})
	}
	return raw(strings.Repeat("字", 3))
}

func stepOf(k *Kind, field string) string {
	for _, s := range k.Steps {
		if slices.ContainsFunc(s.Fields, func(f Field) bool { return f.Key == field }) {
			return s.Key
		}
	}
	return ""
}

func lowest(k *Kind) string {
	for _, c := range cause.On(k.Causes, today).Causes {
		if c.Lowest && !c.Blank {
			return c.Code
		}
	}
	panic("no cause")
}

func goodParties(d *Draft) (list []Party) {
	files := true
	for _, s := range d.Kind.Standings {
		if s.Min == 0 {
			continue
		}
		p := Party{ID: "party-" + s.Key, Standing: s.Key, Kind: s.Kinds[0], Name: "张三" + s.Key, Address: "人民路1号"}
		if s.Side == Applicant {
			p.Kind, p.IDType, p.IDNumber = KindPerson, "resident_id", "11010119700101018x"
			if d.Text(FieldCapacity) == CapacityOrganisation {
				p.Kind, p.IDType, p.IDNumber, p.LegalName = KindOrganisation, "uscc", "91110101MA0000007T", "李四"
			}
			p.Self = files && (d.Text(FieldCapacity) == CapacitySelf || d.Text(FieldCapacity) == CapacityOrganisation)
			files = false
		}
		list = append(list, p)
	}
	return list
}

func goodRepresentatives(d *Draft) []Representative {
	r := Representative{ID: "agent", Name: "王五", IDType: "resident_id", IDNumber: "110101190001010014", Phone: "13900000000", Self: true}
	for _, p := range d.Parties() {
		if s := d.Kind.Standing(p.Standing); s != nil && s.Side == Applicant {
			r.For = []string{p.ID}
		}
	}
	switch d.Text(FieldCapacity) {
	case CapacityStatutory:
		r.Kind = AgentStatutory
	case CapacityAgent:
		r.Kind, r.Firm, r.Licence, r.Authority, r.Powers = AgentLawyer, "某某律师事务所", "13302201010000001", AuthoritySpecial, []string{"settle", "appeal"}
	default:
		return []Representative{}
	}
	return []Representative{r}
}

// complete does what the problems ask for until there are none, and gives how many times it had to.
func complete(d *Draft) (rounds int, left []Problem) {
	for rounds = 0; rounds < 20; rounds++ {
		left = Blocking(d.Validate(circumstances()))
		if len(left) == 0 {
			return rounds, nil
		}
		for _, p := range left {
			key, _, _ := strings.Cut(strings.FieldsFunc(p.Path, func(r rune) bool { return r == '[' })[0], ".")
			f := d.Kind.Field(key)
			if f == nil {
				return rounds, left
			}
			if p.Code == CodeSelf || f.Type == TypeParties { // who is who stands in several places, and is said in each
				for _, typ := range []FieldType{TypeParties, TypeRepresentatives} {
					d.Values[d.Kind.fieldOf(typ).Key] = good(d, d.Kind.fieldOf(typ))
				}
			}
			d.Values[f.Key] = good(d, f)
		}
	}
	return rounds, left
}

// anyValue draws something that a page could keep for a field: right, wrong, or half of it.
func anyValue(t *rapid.T, d *Draft, f *Field) json.RawMessage {
	if rapid.IntRange(0, 3).Draw(t, "right") == 0 {
		return good(d, f)
	}
	word := rapid.SampledFrom([]string{"", " ", "x", "（2024）浙0212民初1号", "2026-13-01", "2099-01-01", "1999-01-01", strings.Repeat("长", 12000), "agent", "statutory", "organisation", "self", "m20.1", "x21.115", "m26.p1"}).Draw(t, "word")
	person := rapid.SampledFrom([]string{KindPerson, KindOrganisation, "ghost"}).Draw(t, "kind")
	switch f.Type {
	case TypeMoney:
		return raw(rapid.Int64().Draw(t, "fen"))
	case TypeSwitch:
		return raw(rapid.Bool().Draw(t, "on"))
	case TypeGrounds:
		return raw([]string{word, rapid.SampledFrom(append(Grounds["civil"], Grounds["administrative"]...)).Draw(t, "ground").Key})
	case TypeMultiselect:
		return raw([]string{word, word})
	case TypeParties:
		standing := rapid.SampledFrom(append(d.Kind.Standings, Standing{Key: "ghost"})).Draw(t, "standing").Key
		return raw([]Party{{ID: word, Standing: standing, Kind: person, Name: word, IDType: "uscc", IDNumber: "1", Self: true}, {ID: "a", Standing: standing, Kind: person, Self: rapid.Bool().Draw(t, "self")}})
	case TypeRepresentatives:
		return raw([]Representative{{ID: word, Kind: word, For: []string{word, "a"}, Self: true}, {ID: "b", Kind: AgentLawyer, For: []string{"a"}, Authority: AuthorityGeneral, Powers: []string{"settle"}}})
	case TypeMaterials:
		return raw([]Material{{Slot: word, Attachment: word}, {Slot: d.Kind.Slots[0].Key, Attachment: "f"}, {Slot: "ghost", Attachment: "f"}})
	case TypeServiceAddress:
		return raw(court.ServiceAddress{Recipient: word, Phone: word, Decisions: true})
	case TypeConsents:
		return raw(map[string]bool{word: true})
	}
	return raw(word)
}

// anyDraft draws a draft of a kind as it could have been left.
func anyDraft(t *rapid.T, k *Kind) *Draft {
	d := &Draft{Kind: k, Step: k.Steps[0].Key, Values: Values{}, Aside: Values{}}
	for i := range k.Steps {
		for j := range k.Steps[i].Fields {
			if f := &k.Steps[i].Fields[j]; rapid.Bool().Draw(t, f.Key) {
				d.Values[f.Key] = anyValue(t, d, f)
			}
		}
	}
	if err := k.Keep(d.Step, d.Values); err != nil {
		t.Fatalf("what a page could say is not kept: %v", err)
	}
	return d
}

// TestFromAnyDraftThereIsAWayToTheEnd: whatever was filled in, doing what the problems say leads to a filing that can be handed in, and to the last step by Next alone.
func TestFromAnyDraftThereIsAWayToTheEnd(t *testing.T) {
	book := Default()
	rapid.Check(t, func(t *rapid.T) {
		d := anyDraft(t, &book.Kinds[rapid.IntRange(0, len(book.Kinds)-1).Draw(t, "kind")])
		for _, p := range d.Validate(circumstances()) {
			if p.Text.ZH == "" || p.Text.EN == "" || d.Kind.step(p.Step) < 0 {
				t.Fatalf("%+v has no words or no step", p)
			}
		}
		if rounds, left := complete(d); len(left) > 0 {
			t.Fatalf("after %d rounds there is no way on: %+v\n%s", rounds, left, raw(d.Values))
		}
		step, walked := d.Kind.Steps[0].Key, 1
		for step != StepReview {
			next, problems := d.Next(step, circumstances())
			if next == "" || len(Blocking(problems)) > 0 || d.Back(next) != step {
				t.Fatalf("from %s one comes to %q: %+v", step, next, problems)
			}
			step, walked = next, walked+1
		}
		if walked != len(d.Kind.Steps) || d.Back(d.Kind.Steps[0].Key) != "" {
			t.Fatalf("%d of %d steps", walked, len(d.Kind.Steps))
		}
	})
}

// TestADraftOfAnotherFormAlwaysOpens: kinds, steps, fields, options and types come and go. Whatever was kept is there after opening, as a value or set aside, and the draft can
// be completed by the present form.
func TestADraftOfAnotherFormAlwaysOpens(t *testing.T) {
	book := Default()
	rapid.Check(t, func(t *rapid.T) {
		k := &book.Kinds[rapid.IntRange(0, len(book.Kinds)-1).Draw(t, "kind")]
		was := anyDraft(t, k)
		kept := Stored{Kind: k.Key, Version: k.Version, Step: rapid.SampledFrom([]string{was.Step, "gone", ""}).Draw(t, "step"), Values: maps.Clone(was.Values), Aside: Values{"long_ago": raw(1)}}
		kept.Values["gone"] = raw(map[string]any{"x": []int{1}})
		for key := range was.Values { // fields whose type was another one
			if rapid.IntRange(0, 5).Draw(t, "changed") == 0 {
				kept.Values[key] = rapid.SampledFrom([]json.RawMessage{raw(1.5), raw([]any{1}), raw(map[string]int{"a": 1}), raw("x"), raw(nil)}).Draw(t, "other")
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "kind gone") == 0 {
			kept.Kind = "gone"
		}
		d := book.Open(kept)
		for key, value := range kept.Values {
			if string(d.Values[key]) != string(value) && string(d.Aside[key]) != string(value) {
				t.Fatalf("%s is lost", key)
			}
		}
		if string(d.Aside["long_ago"]) != "1" {
			t.Fatal("what had been set aside before is lost")
		}
		if kept.Kind == "gone" {
			if p := d.Validate(circumstances()); len(p) != 1 || p[0].Code != CodeRetired {
				t.Fatalf("a kind that is gone: %+v", p)
			}
			return
		}
		if err := d.Kind.Keep(d.Step, d.Values); err != nil {
			t.Fatalf("what was opened can't be kept: %v", err)
		}
		if _, left := complete(d); len(left) > 0 {
			t.Fatalf("no way on: %+v", left)
		}
	})
}

// manual says which fields show what the manual's figures ask for.
var manual = map[string][]string{
	"2.4": {"capacity"}, "2.5": {"notice"}, "2.6, 2.7, 2.8": {"parties", "representatives"}, "2.9": {"cause", "grounds"},
	"2.10": {"first_court", "first_docket", "first_kind", "first_on"}, "2.11": {"materials"}, "2.12": {"second_instance", "second_court", "second_docket", "second_kind", "second_on"},
	"2.13": {"flag_ip", "flag_patent", "flag_foreign", "flag_maritime"}, "2.14": {"service_address"},
}

func TestRetrialsAskForEverythingInTheManualsFigures(t *testing.T) {
	book := Default()
	for _, key := range []string{"civil_retrial", "administrative_retrial"} {
		k, ok := book.Find(key)
		if !ok {
			t.Fatalf("there is no %s", key)
		}
		for figure, fields := range manual {
			for _, name := range fields {
				if k.Field(name) == nil {
					t.Errorf("%s: figure %s asks for %s", key, figure, name)
				}
			}
		}
		if k.Steps[len(k.Steps)-1].Key != StepReview { // 2.15
			t.Errorf("%s ends with %+v", key, k.Steps[len(k.Steps)-1])
		}
	}
	for _, key := range []string{"civil_first", "administrative_first"} {
		if _, ok := book.Find(key); !ok {
			t.Errorf("there is no %s", key)
		}
	}
}

// filled gives a complete draft of a kind.
func filled(t testing.TB, kind, capacity string) *Draft {
	t.Helper()
	k, ok := Default().Find(kind)
	if !ok {
		t.Fatalf("there is no %s", kind)
	}
	d := &Draft{Kind: k, Step: k.Steps[0].Key, Values: Values{FieldCapacity: raw(capacity)}}
	if _, left := complete(d); len(left) > 0 {
		t.Fatalf("%s can't be completed: %+v", kind, left)
	}
	return d
}

func TestEveryCapacityInEveryKindCanBeHandedIn(t *testing.T) {
	for _, k := range Default().Kinds {
		for _, capacity := range capacities {
			d := filled(t, k.Key, capacity)
			if d.CauseName() == "" || len(d.Parties()) < 2 || (len(d.Representatives()) > 0) != (capacity == CapacityAgent || capacity == CapacityStatutory) {
				t.Errorf("%s as %s: %s", k.Key, capacity, raw(d.Values))
			}
		}
	}
}

// TestEachRuleIsSaidAtItsPlace changes one thing of a complete filing and looks for the one problem that this makes.
func TestEachRuleIsSaidAtItsPlace(t *testing.T) {
	parties := func(change func([]Party) []Party) func(*Draft) {
		return func(d *Draft) { d.Values["parties"] = raw(change(d.Parties())) }
	}
	agents := func(change func(*Representative)) func(*Draft) {
		return func(d *Draft) {
			list := d.Representatives()
			change(&list[0])
			d.Values["representatives"] = raw(list)
		}
	}
	set := func(key string, value any) func(*Draft) { return func(d *Draft) { d.Values[key] = raw(value) } }
	for name, c := range map[string]struct {
		kind, capacity string
		change         func(*Draft)
		path           string
		code           Code
		warning        bool
	}{
		"no respondent":                   {"civil_retrial", "self", parties(func(l []Party) []Party { return l[:1] }), "parties", CodeMissingParty, false},
		"a digit mistyped":                {"civil_retrial", "self", parties(func(l []Party) []Party { l[0].IDNumber = "110101197001010180"; return l }), "parties[0].id_number", "id_checksum", false},
		"no such birthday":                {"civil_retrial", "self", parties(func(l []Party) []Party { l[0].IDNumber = "110101190002300013"; return l }), "parties[0].id_number", "id_birthdate", false},
		"a credit code mistyped":          {"civil_first", "organisation", parties(func(l []Party) []Party { l[0].IDNumber = "91110101MA0000007U"; return l }), "parties[0].id_number", "id_checksum", false},
		"an organisation's inside":        {"civil_first", "organisation", parties(func(l []Party) []Party { l[0].IDNumber = "91110101MA00000018"; return l }), "parties[0].id_number", "id_org_code_checksum", false},
		"an organisation code":            {"civil_first", "organisation", parties(func(l []Party) []Party { l[0].IDType, l[0].IDNumber = "org_code", "00000001-0"; return l }), "parties[0].id_number", "id_checksum", false},
		"no number of the one who files":  {"civil_first", "self", parties(func(l []Party) []Party { l[0].IDNumber = ""; return l }), "parties[0].id_number", CodeRequired, false},
		"a citizen sued for an act":       {"administrative_first", "self", parties(func(l []Party) []Party { l[1].Kind = KindPerson; return l }), "parties[1].standing", CodeOption, false},
		"the same party twice":            {"civil_first", "self", parties(func(l []Party) []Party { l[1].IDType, l[1].IDNumber = l[0].IDType, "110101 19700101 018X"; return l }), "parties[1].id_number", CodeRepeated, false},
		"nobody files":                    {"civil_first", "self", parties(func(l []Party) []Party { l[0].Self = false; return l }), "parties", CodeSelf, false},
		"an organisation without a head":  {"civil_first", "organisation", parties(func(l []Party) []Party { l[0].LegalName = ""; return l }), "parties[0].legal_name", CodeRequired, false},
		"an agent for the other side":     {"civil_first", "agent", agents(func(r *Representative) { r.For = []string{"party-defendant"} }), "representatives[0].for[0]", CodeNotYours, false},
		"special authority for nothing":   {"civil_first", "agent", agents(func(r *Representative) { r.Powers = nil }), "representatives[0].powers", CodeRequired, false},
		"general authority for something": {"civil_first", "agent", agents(func(r *Representative) { r.Authority = AuthorityGeneral }), "representatives[0].powers", CodeOption, false},
		"no authority":                    {"civil_first", "agent", agents(func(r *Representative) { r.Authority, r.Powers = "", nil }), "representatives[0].authority", CodeRequired, false},
		"a lawyer without a licence":      {"civil_first", "agent", agents(func(r *Representative) { r.Licence = "" }), "representatives[0].licence", CodeRequired, false},
		"another capacity":                {"civil_first", "statutory", set(FieldCapacity, "agent"), "representatives", CodeSelf, false},
		"a cause that was replaced":       {"civil_first", "self", set("cause", "m20.1"), "cause", CodeCauseEdition, false},
		"a cause of the other regulation": {"civil_first", "self", set("cause", "x21.1"), "cause", CodeCause, false},
		"a cause with others below it":    {"civil_first", "self", set("cause", "m26.p1"), "cause", CodeCauseHigh, true},
		"a cause with a blank":            {"administrative_first", "self", set("cause", "x21.115"), "cause_words", CodeRequired, false},
		"a ground of the other law":       {"civil_retrial", "self", set("grounds", []string{"adm_new_evidence"}), "grounds[0]", CodeGround, false},
		"no ground":                       {"civil_retrial", "self", set("grounds", []string{}), "grounds", CodeRequired, false},
		"what courts don't take":          {"civil_retrial", "self", set("exclusions", []string{"rejected"}), "exclusions[0]", CodeExcluded, true},
		"no such docket number":           {"civil_retrial", "self", set("first_docket", "（2024）浙212民初1号"), "first_docket", CodeDocket, false},
		"a day that comes":                {"civil_retrial", "self", set("first_on", "2026-11-27"), "first_on", CodeFuture, false},
		"in effect before it was decided": {"civil_retrial", "self", set("effective_on", "2026-01-01"), "effective_on", CodeOrder, false},
		"a notice that has changed":       {"civil_retrial", "self", set("notice", "v0"), "notice", CodeNotice, false},
		"an address without a street":     {"civil_retrial", "self", set("service_address", court.ServiceAddress{Recipient: "张三", Phone: "13800000000"}), "service_address.street", CodeRequired, false},
		"a stage that isn't one":          {"civil_retrial", "self", set("consents", map[string]bool{"everything": true}), "consents", CodeOption, false},
		"a second instance without words": {"civil_retrial", "self", set("second_instance", true), "second_court", CodeRequired, false},
		"compensation without a sum":      {"administrative_first", "self", set("compensation", true), "compensation_amount", CodeRequired, false},
		"sued after six months":           {"administrative_first", "self", set("act_known_on", "2026-01-05"), "act_known_on", CodeLate, true},
		"retrial asked for in the seventh": {"civil_retrial", "self", func(d *Draft) {
			d.Values["grounds"], d.Values["first_on"], d.Values["effective_on"] = raw([]string{"civ_no_evidence"}), raw("2026-01-05"), raw("2026-01-20")
		}, "effective_on", CodeLate, true},
		"no proof of who one is": {"civil_first", "self", func(d *Draft) {
			d.Values["materials"] = raw(slices.DeleteFunc(d.Materials(), func(m Material) bool { return m.Slot == "identity" }))
		}, "materials.identity", CodeMaterial, false},
	} {
		d := filled(t, c.kind, c.capacity)
		c.change(d)
		found := d.Validate(circumstances())
		if !slices.ContainsFunc(found, func(p Problem) bool { return p.Path == c.path && p.Code == c.code && p.Warning == c.warning }) {
			t.Errorf("%s: want %s at %s, got %+v", name, c.code, c.path, found)
		}
	}
}

// TestTimesAreCountedFromKnowledgeWhereTheLawSaysSo: with new evidence the half year begins when it was known.
func TestTimesAreCountedFromKnowledgeWhereTheLawSaysSo(t *testing.T) {
	d := filled(t, "civil_retrial", "self")
	d.Values["first_on"], d.Values["effective_on"] = raw("2020-01-05"), raw("2020-01-20")
	d.Values["grounds"], d.Values["ground_known_on"] = raw([]string{"civ_new_evidence"}), raw("2026-10-01")
	if p := d.Validate(circumstances()); len(p) > 0 {
		t.Errorf("new evidence known for two months: %+v", p)
	}
	d.Values["ground_known_on"] = raw("2026-03-01")
	if p := d.Validate(circumstances()); len(p) != 1 || p[0].Code != CodeLate || p[0].Path != "ground_known_on" {
		t.Errorf("new evidence known for nine months: %+v", p)
	}
}

// TestWhatDoesntStandInTheFormIsKeptAndNotHandedIn: a switch that is turned off hides, and turned on again shows what was filled in.
func TestWhatDoesntStandInTheFormIsKeptAndNotHandedIn(t *testing.T) {
	d := filled(t, "civil_retrial", "self")
	d.Values["second_instance"], d.Values["second_docket"] = raw(true), raw("（2026）浙02民终56号")
	complete(d)
	files := len(d.Materials())
	d.Values["second_instance"] = raw(false)
	if d.Text("second_docket") != "" || len(d.Materials()) != files-1 || len(d.Attachments()) <= len(d.Materials()) || len(Blocking(d.Validate(circumstances()))) > 0 {
		t.Errorf("without a second instance: %q, %d of %d files", d.Text("second_docket"), len(d.Materials()), files)
	}
	in := &Draft{Kind: d.Kind, Values: d.HandedIn()}
	if in.Values["second_docket"] != nil || in.Values["second_instance"] != nil || len(in.Attachments()) != files-1 || len(in.Validate(circumstances())) != len(d.Validate(circumstances())) {
		t.Errorf("handed in: %s", raw(in.Values))
	}
	d.Values["second_instance"] = raw(true)
	if d.Text("second_docket") != "（2026）浙02民终56号" || len(d.Materials()) != files {
		t.Error("what was filled in before is lost")
	}
}

// TestAFormWithADeadEndIsRefused changes one thing of the kinds that come with the program.
func TestAFormWithADeadEndIsRefused(t *testing.T) {
	for name, c := range map[string][2]string{
		"a condition on what is asked later":  {`"when": {"fact": "blank_cause"}`, `"when": {"field": "second_instance", "is": true}`},
		"a condition that can't hold":         {`"when": {"field": "reconsidered", "is": true}`, `"when": {"field": "reconsidered", "is": "yes"}`},
		"no such fact":                        {`{"fact": "represented"}`, `{"fact": "rich"}`},
		"no such type":                        {`"type": "docket"`, `"type": "dockets"`},
		"a choice without options":            {`"type": "money"`, `"type": "select"`},
		"no such step":                        {`"steps": ["applicant", `, `"steps": ["start", `},
		"a review that isn't the last":        {`"consents", "review"]`, `"review", "consents"]`},
		"a switch that has to be on":          {`"type": "switch", "name": {"zh": "是否涉外", "en": "It has a foreign element"}`, `"type": "switch", "required": true, "name": {"zh": "是否涉外", "en": "It has a foreign element"}`},
		"no such type code":                   {`"type_code": "民申"`, `"type_code": "民经"`},
		"a word that isn't known":             {`"accept_days": 5`, `"accept_day": 5`},
		"nobody to answer":                    {`"side": "respondent"`, `"side": "other"`},
		"a date after one that comes later":   {`"required": true, "after": "act_known_on"`, `"required": true, "after": "nothing"`},
		"a field without a name in English":   {`"en": "Grounds for retrial"}, "required"`, `"en": ""}, "required"`},
		"an applicant that must be one kind":  {`"side": "applicant", "min": 1, "document": true`, `"side": "applicant", "min": 1, "kinds": ["person"], "document": true`},
		"a material that comes with no field": {`"when": {"field": "second_instance", "is": true}},` + "\n" + `"evidence"`, `"when": {"field": "third_instance", "is": true}},` + "\n" + `"evidence"`},
	} {
		text := strings.Replace(string(kindsFile), c[0], c[1], 1)
		if text == string(kindsFile) {
			t.Errorf("%s: nothing was changed", name)
		} else if _, err := Parse([]byte(text)); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}

func TestGroundsAreFoundByWordsAndInitials(t *testing.T) {
	if len(Grounds["civil"]) != 14 || len(Grounds["administrative"]) != 8 { // 13 of article 211, and article 212 on mediation
		t.Errorf("%d and %d grounds", len(Grounds["civil"]), len(Grounds["administrative"]))
	}
	for _, c := range []struct{ kind, query, key string }{
		{"civil", "新证据", "civ_new_evidence"}, {"civil", "xzj", "civ_new_evidence"}, {"civil", "伪造", "civ_forged_evidence"}, {"civil", "传票 缺席", "civ_no_summons"},
		{"civil", "调解", "civ_mediation"}, {"administrative", "驳回起诉", "adm_filing_error"},
	} {
		if found := SearchGrounds(c.kind, c.query); !slices.ContainsFunc(found, func(g Ground) bool { return g.Key == c.key }) {
			t.Errorf("%s: %s finds %+v", c.kind, c.query, found)
		}
	}
	if len(SearchGrounds("civil", "")) != 14 || len(SearchGrounds("civil", "没有这样的事由")) != 0 || Grounds["civil"][0].Law.EN == "" {
		t.Error("without words all are wanted")
	}
}

// FuzzKeep: whatever a page sends, keeping, opening and validating end, and what is kept opens as it was.
func FuzzKeep(f *testing.F) {
	book := Default()
	for _, k := range book.Kinds {
		f.Add(k.Key, k.Steps[0].Key, string(raw(filled(f, k.Key, "agent").Values)))
	}
	f.Add("civil_retrial", "cause", `{"parties":[null],"consents":{"filing":null},"grounds":[ ]}`)
	f.Fuzz(func(t *testing.T, kind, step, text string) {
		var values Values
		k, ok := book.Find(kind)
		if !ok || json.Unmarshal([]byte(text), &values) != nil {
			return
		}
		kept := k.Keep(step, values) == nil
		d := book.Open(Stored{Kind: kind, Step: step, Values: values})
		if kept && (len(d.Values) != len(values) || d.Step != step) {
			t.Error("what was kept opens as something else")
		}
		d.Validate(circumstances())
		d.Attachments()
	})
}

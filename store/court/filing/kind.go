// Package filing holds the rules of bringing a case to court (立案): what is asked for in each kind of filing and in which order, whether it is complete, how long the court has to
// answer, and what may become of it. A kind of filing is data (kinds.json, or a court's own file of the same form); the code knows types of fields, not kinds. It does no I/O.
package filing

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"

	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

//go:embed kinds.json
var kindsFile []byte

// FieldType says what a field holds.
type FieldType string

// The types of fields, and the JSON of their values.
const (
	TypeText            FieldType = "text"     // one line
	TypeTextarea        FieldType = "textarea" // lines
	TypeDate            FieldType = "date"     // 2026-01-20
	TypeMoney           FieldType = "money"    // 分, a number
	TypeSelect          FieldType = "select"   // key of an option
	TypeMultiselect     FieldType = "multiselect"
	TypeSwitch          FieldType = "switch"          // true or false
	TypeDocket          FieldType = "docket"          // a docket number, also one from before 2016
	TypeNotice          FieldType = "notice"          // the version that was accepted
	TypeParties         FieldType = "parties"         // []Party
	TypeRepresentatives FieldType = "representatives" // []Representative
	TypeCause           FieldType = "cause"           // code of a cause of action
	TypeGrounds         FieldType = "grounds"         // keys of grounds for retrial
	TypeMaterials       FieldType = "materials"       // []Material
	TypeServiceAddress  FieldType = "service_address" // court.ServiceAddress
	TypeConsents        FieldType = "consents"        // map of consent.Stage to true or false
)

// Option is one of the answers of a field.
type Option struct {
	Key  string     `json:"key"`
	Name exact.Text `json:"name"`
}

// Condition is that a switch or select has a value, or that a fact holds, which follows from what was filled in; see Facts.
type Condition struct {
	Field string `json:"field,omitempty"`
	Is    any    `json:"is,omitempty" doc:"true, or the key of an option"`
	Fact  string `json:"fact,omitempty"`
}

// Field is one field of a form.
type Field struct {
	Key      string     `json:"key"`
	Type     FieldType  `json:"type"`
	Name     exact.Text `json:"name"`
	Hint     exact.Text `json:"hint"`
	Required bool       `json:"required"`
	Max      int        `json:"max,omitempty" doc:"characters"`
	Options  []Option   `json:"options,omitempty" nullable:"false"`
	// After is the date that this one may not be before.
	After string `json:"after,omitempty"`
	// Notice is the text that is accepted, or that goes with the field.
	Notice string `json:"notice,omitempty"`
	// Tag is that of causes which suggest a flag.
	Tag  string     `json:"tag,omitempty"`
	When *Condition `json:"when,omitempty" doc:"the field stands only where this holds"`
}

// Step is one screen of a form.
type Step struct {
	Key    string     `json:"key"`
	Name   exact.Text `json:"name"`
	Fields []Field    `json:"fields" nullable:"false"`
}

// Side is where a party stands to whoever files.
type Side string

// The sides.
const (
	Applicant  Side = "applicant"
	Respondent Side = "respondent"
	Other      Side = "other"
)

// Standing is a place that parties can have (诉讼地位).
type Standing struct {
	Key  string     `json:"key"`
	Name exact.Text `json:"name"`
	Side Side       `json:"side" enum:"applicant,respondent,other"`
	Min  int        `json:"min" doc:"how many are needed"`
	// Kinds are the kinds of parties that can have it.
	Kinds []string `json:"kinds" nullable:"false" doc:"person, organisation"`
	// Document: the number of the party's document is needed.
	Document bool `json:"document"`
}

// Slot is a sort of material (材料).
type Slot struct {
	Key      string     `json:"key"`
	Name     exact.Text `json:"name"`
	Hint     exact.Text `json:"hint"`
	Required bool       `json:"required"`
	When     *Condition `json:"when,omitempty"`
}

// Limit is a time that the law sets to whoever files. Whether it was missed is for the court to say: who files is told and not stopped.
type Limit struct {
	From   string        `json:"from" doc:"key of a date"`
	N      int           `json:"n"`
	Unit   calendar.Unit `json:"unit"`
	Basis  exact.Text    `json:"basis"`
	When   *Condition    `json:"when,omitempty"`
	Unless *Condition    `json:"unless,omitempty"`
}

// Kind is a kind of filing.
type Kind struct {
	Key     string     `json:"key"`
	Version int        `json:"version" doc:"counts the changes of its form"`
	Name    exact.Text `json:"name"`
	Title   string     `json:"document_title" doc:"of the paper, in Chinese"`
	// Retired: drafts can be opened, nothing can be handed in.
	Retired   bool   `json:"retired"`
	Procedure string `json:"procedure" doc:"of the case that it becomes, in Chinese"`
	TypeCode  string `json:"type_code" doc:"类型代字 of its docket number"`
	Causes    string `json:"causes" enum:"civil,administrative"`
	// CauseOfOriginal: the cause may be that of the original case, from an earlier edition.
	CauseOfOriginal bool   `json:"cause_of_original"`
	Grounds         string `json:"grounds,omitempty" doc:"civil or administrative, where grounds for retrial are needed"`
	// OriginalStanding: parties may say what they were in the original case.
	OriginalStanding bool `json:"original_standing"`
	// AcceptDays is how long the court has to accept it, ask for corrections or refuse.
	AcceptDays  int        `json:"accept_days"`
	AcceptBasis exact.Text `json:"accept_basis"`
	Standings   []Standing `json:"standings" nullable:"false"`
	Steps       []Step     `json:"steps" nullable:"false"`
	Slots       []Slot     `json:"materials" nullable:"false"`
	Limits      []Limit    `json:"limits" nullable:"false"`
}

// Book holds the kinds of filings that a court takes.
type Book struct{ Kinds []Kind }

// Default gives the kinds that come with the program.
func Default() *Book {
	b, err := Parse(kindsFile)
	if err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return b
}

// Find gives a kind by its key; false where there is none.
func (b *Book) Find(key string) (*Kind, bool) {
	i := slices.IndexFunc(b.Kinds, func(k Kind) bool { return k.Key == key })
	if i < 0 {
		return nil, false
	}
	return &b.Kinds[i], true
}

// Field finds a field by its key; nil where there is none.
func (k *Kind) Field(key string) *Field {
	for i := range k.Steps {
		for j := range k.Steps[i].Fields {
			if f := &k.Steps[i].Fields[j]; f.Key == key {
				return f
			}
		}
	}
	return nil
}

// Standing finds a standing by its key; nil where there is none.
func (k *Kind) Standing(key string) *Standing {
	if i := slices.IndexFunc(k.Standings, func(s Standing) bool { return s.Key == key }); i >= 0 {
		return &k.Standings[i]
	}
	return nil
}

func (k *Kind) step(key string) int {
	return slices.IndexFunc(k.Steps, func(s Step) bool { return s.Key == key })
}

// StepReview is the last step: everything is looked at, signed and handed in.
const StepReview = "review"

// Parse reads kinds of filings. In the file fields, steps and materials stand once, and kinds name them; a kind may rename a field. It refuses what nobody could complete.
func Parse(text []byte) (*Book, error) {
	type limit struct {
		Limit
		Basis string `json:"basis"`
	}
	var data struct {
		Fields map[string]Field
		Steps  map[string]struct {
			Name   exact.Text
			Fields []string
		}
		Materials map[string]Slot
		Kinds     []struct {
			Kind
			Title       string
			AcceptBasis string   `json:"accept_basis"`
			Steps       []string `json:"steps"`
			Materials   []string `json:"materials"`
			Limits      []limit  `json:"limits"`
			Rename      map[string]exact.Text
		}
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&data); err != nil {
		return nil, fmt.Errorf("the kinds of filings can't be read: %w", err)
	}
	b := &Book{}
	for _, d := range data.Kinds {
		k := d.Kind
		k.Title, k.AcceptBasis = d.Title, law.Cite(d.AcceptBasis)
		for i := range k.Standings {
			if k.Standings[i].Kinds == nil {
				k.Standings[i].Kinds = []string{KindPerson, KindOrganisation}
			}
		}
		for _, l := range d.Limits {
			l.Limit.Basis = law.Cite(l.Basis)
			k.Limits = append(k.Limits, l.Limit)
		}
		for _, key := range d.Steps {
			from, ok := data.Steps[key]
			if !ok {
				return nil, fmt.Errorf("kind %s: there is no step %s", k.Key, key)
			}
			s := Step{Key: key, Name: from.Name, Fields: []Field{}}
			for _, name := range from.Fields {
				f, ok := data.Fields[name]
				if !ok {
					return nil, fmt.Errorf("step %s: there is no field %s", key, name)
				}
				if renamed, ok := d.Rename[name]; ok {
					f.Name = renamed
				}
				f.Key = name
				s.Fields = append(s.Fields, f)
			}
			k.Steps = append(k.Steps, s)
		}
		for _, key := range d.Materials {
			slot, ok := data.Materials[key]
			if !ok {
				return nil, fmt.Errorf("kind %s: there is no material %s", k.Key, key)
			}
			slot.Key = key
			k.Slots = append(k.Slots, slot)
		}
		if err := k.check(); err != nil {
			return nil, fmt.Errorf("kind %s: %w", k.Key, err)
		}
		if _, twice := b.Find(k.Key); twice {
			return nil, fmt.Errorf("kind %s stands twice", k.Key)
		}
		b.Kinds = append(b.Kinds, k)
	}
	return b, nil
}

package filing

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/consent"
)

// Values are what was filled in, by the keys of fields, in the JSON of the fields' types.
type Values map[string]json.RawMessage

// Draft is a filing as far as it was filled in, read by its kind's present form.
type Draft struct {
	Kind   *Kind  // nil where the court doesn't know the kind any more
	Step   string // where the person is
	Values Values // of fields of the form, each of its field's type
	// Aside is what an older form asked for and this one has no place for: it is shown to the person, and handed in with nothing.
	Aside Values
}

// Stored is a draft as it is kept.
type Stored struct {
	Kind    string `json:"kind"`
	Version int    `json:"version" doc:"of the kind's form"`
	Step    string `json:"step"`
	Values  Values `json:"values"`
	Aside   Values `json:"aside,omitempty"`
}

// Open reads a kept draft by the present form of its kind. It always succeeds: what has no place in the form any more is set aside, and so is a value that
// isn't of its field's type any more; an option that is gone stays for validation to say so.
func (b *Book) Open(s Stored) *Draft {
	d := &Draft{Step: s.Step, Values: Values{}, Aside: maps.Clone(s.Aside)}
	if d.Aside == nil {
		d.Aside = Values{}
	}
	k, ok := b.Find(s.Kind)
	if !ok {
		maps.Copy(d.Aside, s.Values)
		return d
	}
	d.Kind = k
	for key, raw := range s.Values {
		if f := k.Field(key); f != nil && decode(f, raw) == nil {
			d.Values[key] = raw
		} else {
			d.Aside[key] = raw
		}
	}
	if k.step(d.Step) < 0 {
		d.Step = k.Steps[0].Key
	}
	return d
}

// Keep checks what a page wants to keep: a value has to be of its field's type, and may otherwise be as unfinished or wrong as people leave things. Errors name the field.
func (k *Kind) Keep(step string, values Values) error {
	if k.step(step) < 0 {
		return court.ErrInvalid.In("step")
	}
	size := 0
	for _, key := range slices.Sorted(maps.Keys(values)) {
		size += len(key) + len(values[key])
		f := k.Field(key)
		if f == nil || court.TooDeep(values[key], maxDepth) || decode(f, values[key]) != nil {
			return court.ErrInvalid.In("values." + key)
		}
	}
	if size > MaxValueBytes {
		return court.ErrTooLarge.In("values")
	}
	return nil
}

// KeepAside bounds what was set aside, which belongs to no form.
func KeepAside(aside Values) error {
	size := 0
	for key, raw := range aside {
		size += len(key) + len(raw)
		if court.TooDeep(raw, maxDepth) || !json.Valid(raw) {
			return court.ErrInvalid.In("aside." + key)
		}
	}
	if size > MaxValueBytes {
		return court.ErrTooLarge.In("aside")
	}
	return nil
}

// decode tells whether a value is of its field's type.
func decode(f *Field, raw json.RawMessage) error {
	var to any
	switch f.Type {
	case TypeMoney:
		to = new(int64)
	case TypeSwitch:
		to = new(bool)
	case TypeMultiselect, TypeGrounds:
		to = new([]string)
	case TypeParties:
		to = new([]Party)
	case TypeRepresentatives:
		to = new([]Representative)
	case TypeMaterials:
		to = new([]Material)
	case TypeServiceAddress:
		to = new(court.ServiceAddress)
	case TypeConsents:
		var said map[consent.Stage]*bool
		if err := court.DecodeStrict(raw, &said); err != nil {
			return err
		}
		for _, yes := range said {
			if yes == nil { // neither a yes nor a no, and not to be read as one
				return court.ErrInvalid
			}
		}
		return nil
	default:
		to = new(string)
	}
	return court.DecodeStrict(raw, to)
}

// given reports whether a field stands in the form and was filled in with something.
func (d *Draft) given(f *Field) bool {
	var raw bytes.Buffer
	if json.Compact(&raw, d.Values[f.Key]) != nil {
		return false
	}
	switch raw.String() {
	case "null", `""`, "[]", "{}":
		return false
	}
	return !(f.Type == TypeSwitch && raw.String() == "false") && d.Visible(f)
}

// read decodes a field's value into to; it stays as it is where the field doesn't stand or holds nothing.
func (d *Draft) read(f *Field, to any) {
	if f != nil && d.given(f) {
		json.Unmarshal(d.Values[f.Key], to) // of its type: Open and Keep have seen to it
	}
}

// Text gives what stands in a field that holds one text, trimmed; "" where it doesn't stand.
func (d *Draft) Text(key string) (text string) {
	f := d.Kind.Field(key)
	if f != nil && slices.Contains([]FieldType{TypeText, TypeTextarea, TypeDate, TypeSelect, TypeDocket, TypeNotice, TypeCause}, f.Type) {
		d.read(f, &text)
	}
	return strings.TrimSpace(text)
}

// On reports whether a switch is on.
func (d *Draft) On(key string) (on bool) {
	if f := d.Kind.Field(key); f != nil && f.Type == TypeSwitch {
		d.read(f, &on)
	}
	return on
}

// Money gives a sum, 0 where none was given.
func (d *Draft) Money(key string) (fen int64) {
	if f := d.Kind.Field(key); f != nil && f.Type == TypeMoney {
		d.read(f, &fen)
	}
	return fen
}

// fieldOf gives the field of a type of which a form has at most one.
func (k *Kind) fieldOf(t FieldType) *Field {
	for i := range k.Steps {
		for j := range k.Steps[i].Fields {
			if f := &k.Steps[i].Fields[j]; f.Type == t {
				return f
			}
		}
	}
	return nil
}

// Parties gives the parties.
func (d *Draft) Parties() (list []Party) { d.read(d.Kind.fieldOf(TypeParties), &list); return list }

// Representatives gives those who act for the side that files.
func (d *Draft) Representatives() (list []Representative) {
	d.read(d.Kind.fieldOf(TypeRepresentatives), &list)
	return list
}

// Cause gives the cause of action; false where none that is known was chosen.
func (d *Draft) Cause() (cause.Cause, bool) {
	var code string
	d.read(d.Kind.fieldOf(TypeCause), &code)
	c, _, ok := cause.Find(code)
	return c, ok
}

// CauseName gives the cause as the case is to bear it, "" where there is none.
func (d *Draft) CauseName() string {
	c, ok := d.Cause()
	if !ok {
		return ""
	}
	return c.Named(d.Text("cause_words"))
}

// Grounds gives the grounds for retrial that are known, in the order in which they were chosen.
func (d *Draft) Grounds() (list []Ground) {
	var keys []string
	d.read(d.Kind.fieldOf(TypeGrounds), &keys)
	for _, key := range keys {
		if g, ok := groundOf(d.Kind.Grounds, key); ok {
			list = append(list, g)
		}
	}
	return list
}

// Materials gives the files of all materials that stand in the form, in the order of the materials.
func (d *Draft) Materials() (list []Material) {
	var all []Material
	d.read(d.Kind.fieldOf(TypeMaterials), &all)
	for i := range d.Kind.Slots {
		if slot := &d.Kind.Slots[i]; d.holds(slot.When) {
			for _, m := range all {
				if m.Slot == slot.Key {
					list = append(list, m)
				}
			}
		}
	}
	return list
}

// Attachments gives every file that the draft names, also of materials that don't stand in the form as it is filled in now, each once: a draft keeps what was photographed.
func (d *Draft) Attachments() (ids []string) {
	if d.Kind == nil {
		return nil
	}
	var all []Material
	d.read(d.Kind.fieldOf(TypeMaterials), &all)
	for _, m := range all {
		if !slices.Contains(ids, m.Attachment) {
			ids = append(ids, m.Attachment)
		}
	}
	return ids
}

// HandedIn gives the values that stand in the form as it is filled in: what the court gets. What is hidden by a switch stays with the draft.
func (d *Draft) HandedIn() Values {
	values := Values{}
	for i := range d.Kind.Steps {
		for j := range d.Kind.Steps[i].Fields {
			f := &d.Kind.Steps[i].Fields[j]
			if !d.given(f) {
				continue
			}
			values[f.Key] = d.Values[f.Key]
			if f.Type == TypeMaterials {
				values[f.Key], _ = json.Marshal(d.Materials()) // strings alone
			}
		}
	}
	return values
}

// ServiceAddress gives the address for service.
func (d *Draft) ServiceAddress() (a court.ServiceAddress) {
	d.read(d.Kind.fieldOf(TypeServiceAddress), &a)
	return a
}

// Consents gives which stages whoever files agrees to hold online, or not; nothing is said of the others.
func (d *Draft) Consents() (m map[consent.Stage]bool) {
	d.read(d.Kind.fieldOf(TypeConsents), &m)
	return m
}

// day gives a date, 0 and false where none stands there.
func (d *Draft) day(key string) (calendar.Day, bool) {
	day, err := calendar.ParseDay(d.Text(key))
	return day, err == nil
}

// facts are what conditions can ask for, with the type of the field that each follows from.
var facts = map[string]FieldType{
	"blank_cause":          TypeCause,
	"knowledge_ground":     TypeGrounds,
	"new_evidence":         TypeGrounds,
	"represented":          TypeRepresentatives,
	"organisation_applies": TypeParties,
}

func (d *Draft) fact(name string) bool {
	switch name {
	case "blank_cause":
		c, ok := d.Cause()
		return ok && c.Blank
	case "knowledge_ground":
		return slices.ContainsFunc(d.Grounds(), func(g Ground) bool { return g.FromKnowledge })
	case "new_evidence":
		return slices.ContainsFunc(d.Grounds(), func(g Ground) bool { return strings.HasSuffix(g.Key, "_new_evidence") })
	case "represented":
		return slices.ContainsFunc(d.Representatives(), func(r Representative) bool { return r.Kind != AgentStatutory })
	case "organisation_applies":
		return slices.ContainsFunc(d.Parties(), func(p Party) bool {
			s := d.Kind.Standing(p.Standing)
			return s != nil && s.Side == Applicant && p.Kind == KindOrganisation
		})
	}
	return false
}

// Visible reports whether a field stands in the form as it is filled in now.
func (d *Draft) Visible(f *Field) bool { return d.holds(f.When) }

// holds reports whether a condition holds; none always does. Conditions are about what is asked for earlier, so they end.
func (d *Draft) holds(c *Condition) bool {
	switch {
	case c == nil:
		return true
	case c.Fact != "":
		return d.fact(c.Fact)
	case c.Is == true:
		return d.On(c.Field)
	}
	return d.Text(c.Field) == c.Is
}

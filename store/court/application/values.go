package application

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// Limits of what is filled in.
const (
	MaxFieldRunes = 2000
	MaxFiles      = 20 // in one field
	MaxTableRows  = 100
	MaxValueBytes = 48 << 10
)

// Values are what somebody filled in, by the keys of the fields: texts, 分, true, lists, as the types say.
type Values map[string]json.RawMessage

// Filled is what was filled in, checked.
type Filled struct {
	Kind *Kind
	// Texts holds everything that is one text: words, dates, the option chosen, one id.
	Texts map[string]string
	// Lists holds options, ids and attachments.
	Lists  map[string][]string
	Money  map[string]int64
	Checks map[string]bool
	Tables map[string][][]string
}

// Fill checks what was filled in. Where whole is false, it is a draft and may lack required fields. Errors name the field, as values.KEY.
func (k *Kind) Fill(values Values, whole bool) (*Filled, error) {
	f := &Filled{k, map[string]string{}, map[string][]string{}, map[string]int64{}, map[string]bool{}, map[string][][]string{}}
	size := 0
	for key, raw := range values {
		size += len(key) + len(raw)
		if !slices.ContainsFunc(k.Fields, func(field Field) bool { return field.Key == key }) {
			return nil, court.ErrInvalid.In("values." + key)
		}
	}
	if size > MaxValueBytes {
		return nil, court.ErrTooLarge.In("values")
	}
	for i := range k.Fields {
		field := &k.Fields[i]
		raw, given := values[field.Key]
		given = given && string(bytes.TrimSpace(raw)) != "null"
		if given {
			if err := f.take(field, raw); err != nil {
				return nil, err
			}
		}
	}
	for i := range k.Fields {
		if err := f.finish(&k.Fields[i], whole); err != nil {
			return nil, err
		}
	}
	return f, nil
}

// take reads one value by its field's type.
func (f *Filled) take(field *Field, raw json.RawMessage) error {
	at := "values." + field.Key
	var err error
	switch field.Type {
	case TypeMoney:
		var fen int64
		if json.Unmarshal(raw, &fen) != nil {
			return court.ErrInvalid.In(at)
		}
		f.Money[field.Key] = fen
		return exact.CheckFen(at, fen)
	case TypeCheckbox:
		var yes bool
		if json.Unmarshal(raw, &yes) != nil {
			return court.ErrInvalid.In(at)
		}
		f.Checks[field.Key] = yes
	case TypeMultiselect, TypeFiles, TypeParties, TypeCourtPersons, TypeEvidences:
		f.Lists[field.Key], err = list(field, raw, at)
	case TypeTable:
		f.Tables[field.Key], err = table(field, raw, at)
	default:
		var text string
		if json.Unmarshal(raw, &text) != nil {
			return court.ErrInvalid.In(at)
		}
		f.Texts[field.Key], err = strings.TrimSpace(text), checkOne(field, strings.TrimSpace(text), at)
	}
	return err
}

var (
	phonePattern = regexp.MustCompile(`^[0-9+()\- ]{5,30}$`)
	idPattern    = regexp.MustCompile(`^[0-9A-Za-z()（）\-]{1,40}$`)
)

// checkOne checks a field that is one text; an empty one is looked at in finish.
func checkOne(field *Field, text, at string) error {
	if text == "" {
		return nil
	}
	most := court.MaxLabelRunes
	if field.Type == TypeTextarea {
		if most = MaxFieldRunes; field.Max > 0 {
			most = field.Max
		}
	} else if strings.ContainsAny(text, "\n\t") {
		return court.ErrInvalid.In(at)
	}
	if err := court.CheckText(text, most, at); err != nil {
		return err
	}
	ok := true
	switch field.Type {
	case TypeDate:
		_, err := calendar.ParseDay(text)
		ok = err == nil
	case TypeDateTime:
		_, err := time.Parse("2006-01-02T15:04", text)
		ok = err == nil
	case TypePhone:
		ok = phonePattern.MatchString(text)
	case TypeID:
		ok = idPattern.MatchString(text)
	case TypeSelect:
		ok = slices.Contains(field.Options, text)
	case TypeEvidence:
		ok = court.ValidID(text)
	}
	if !ok {
		return court.ErrInvalid.In(at)
	}
	return nil
}

func list(field *Field, raw json.RawMessage, at string) ([]string, error) {
	var all []string
	if json.Unmarshal(raw, &all) != nil {
		return nil, court.ErrInvalid.In(at)
	}
	if len(all) > MaxFiles {
		return nil, court.ErrTooLarge.In(at)
	}
	for i, one := range all {
		ok := court.ValidID(one)
		if field.Type == TypeMultiselect {
			ok = slices.Contains(field.Options, one)
		}
		if !ok || slices.Contains(all[:i], one) {
			return nil, court.ErrInvalid.In(court.PageField(at, i))
		}
	}
	return all, nil
}

func table(field *Field, raw json.RawMessage, at string) ([][]string, error) {
	var rows [][]string
	if json.Unmarshal(raw, &rows) != nil {
		return nil, court.ErrInvalid.In(at)
	}
	if len(rows) > MaxTableRows {
		return nil, court.ErrTooLarge.In(at)
	}
	for i, row := range rows {
		here := court.PageField(at, i)
		if len(row) != len(field.Columns) || strings.TrimSpace(strings.Join(row, "")) == "" {
			return nil, court.ErrInvalid.In(here)
		}
		for _, cell := range row {
			if err := court.CheckText(cell, MaxFieldRunes, here); err != nil {
				return nil, err
			}
		}
	}
	return rows, nil
}

// finish sees to what depends on other fields: conditions, order of dates, what is required.
func (f *Filled) finish(field *Field, whole bool) error {
	at := "values." + field.Key
	if !f.Visible(field) {
		if f.has(field) {
			return court.ErrInvalid.In(at)
		}
		return nil
	}
	if field.After != "" && f.Texts[field.Key] != "" && f.Texts[field.After] != "" && f.Texts[field.Key] <= f.Texts[field.After] {
		return court.ErrInvalid.In(at)
	}
	if whole && field.Required && !f.has(field) {
		return court.ErrInvalid.In(at)
	}
	return nil
}

// Visible reports whether the field stands in what was filled in.
func (f *Filled) Visible(field *Field) bool {
	c := field.VisibleWhen
	switch {
	case c == nil:
		return true
	case c.Value == true:
		return f.Checks[c.Field]
	}
	return f.Texts[c.Field] == c.Value
}

func (f *Filled) has(field *Field) bool {
	return f.Texts[field.Key] != "" || len(f.Lists[field.Key]) > 0 || f.Checks[field.Key] || len(f.Tables[field.Key]) > 0 || hasKey(f.Money, field.Key)
}

func hasKey(m map[string]int64, key string) bool { _, ok := m[key]; return ok }

// Refs gives the ids that fields of some types name, by key, in the order of the fields.
func (f *Filled) Refs(types ...FieldType) map[string][]string {
	refs := map[string][]string{}
	for _, field := range f.Kind.Fields {
		if !slices.Contains(types, field.Type) {
			continue
		}
		if one := f.Texts[field.Key]; one != "" {
			refs[field.Key] = []string{one}
		} else if many := f.Lists[field.Key]; len(many) > 0 {
			refs[field.Key] = many
		}
	}
	return refs
}

// DeadlineOf gives until when an application of this kind is in time, as far as its own fields and the deadline for evidence (Unix
// milliseconds, exclusive; 0 for none) say, and 0 where the law's words are all that is known.
func (f *Filled) DeadlineOf(evidence int64, cal *calendar.Calendar) int64 {
	switch {
	case f.Kind.Key == "restore_period" && f.Texts["end_date"] != "":
		day, err := calendar.ParseDay(f.Texts["end_date"])
		if err != nil {
			return 0
		}
		if end, err := cal.Period(day, 10, calendar.Days); err == nil && end.Last != nil {
			return end.Last.End() + 1
		}
	case strings.Contains(f.Kind.Deadline, "举证期限届满前") && f.Kind.Key != "change_claims":
		return evidence
	}
	return 0
}

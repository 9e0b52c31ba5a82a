package filing

import (
	"errors"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// Circumstances are what validation needs to know beside the draft.
type Circumstances struct {
	Today    calendar.Day
	Calendar *calendar.Calendar
	Notices  court.Notices
}

// check is one validation.
type check struct {
	kind    *Kind
	today   calendar.Day
	in      Circumstances
	step    string // that is being looked at
	found   []Problem
	stepsOf map[string]string // by field
}

func (v *check) say(path string, code Code) { v.add(path, code, false) }

func (v *check) warn(path string, code Code) { v.add(path, code, true) }

func (v *check) add(path string, code Code, warning bool) {
	key := path
	if i := strings.IndexAny(path, ".["); i >= 0 {
		key = path[:i]
	}
	v.found = append(v.found, Problem{Step: v.stepsOf[key], Path: path, Code: code, Text: Texts[code], Warning: warning})
}

// Validate gives everything that is wrong with a draft, in the order of the steps, and warnings. A draft without blocking problems can be handed in.
func (d *Draft) Validate(in Circumstances) []Problem {
	if d.Kind == nil {
		return []Problem{{Path: "kind", Code: CodeRetired, Text: Texts[CodeRetired]}}
	}
	v := &check{kind: d.Kind, today: in.Today, in: in, stepsOf: map[string]string{}}
	for i := range d.Kind.Steps {
		for _, f := range d.Kind.Steps[i].Fields {
			v.stepsOf[f.Key] = d.Kind.Steps[i].Key
		}
	}
	if d.Kind.Retired {
		v.say("kind", CodeRetired)
	}
	for i := range d.Kind.Steps {
		for j := range d.Kind.Steps[i].Fields {
			if f := &d.Kind.Steps[i].Fields[j]; d.Visible(f) {
				v.field(d, f)
			}
		}
	}
	v.self(d)
	v.limits(d)
	order := func(p Problem) int { return d.Kind.step(p.Step) }
	slices.SortStableFunc(v.found, func(a, b Problem) int { return order(a) - order(b) })
	return v.found
}

// Next gives the step after a step, or what has to be seen to before. Warnings stop nobody. After the last step comes none.
func (d *Draft) Next(step string, in Circumstances) (to string, problems []Problem) {
	for _, p := range d.Validate(in) {
		if p.Step == step && step != "" {
			problems = append(problems, p)
		}
	}
	i := d.step(step)
	if len(Blocking(problems)) > 0 || i < 0 || i+1 == len(d.Kind.Steps) {
		return "", problems
	}
	return d.Kind.Steps[i+1].Key, problems
}

// Back gives the step before a step, "" before the first.
func (d *Draft) Back(step string) string {
	if i := d.step(step); i > 0 {
		return d.Kind.Steps[i-1].Key
	}
	return ""
}

func (d *Draft) step(key string) int {
	if d.Kind == nil {
		return -1
	}
	return d.Kind.step(key)
}

// field checks one field by its type.
func (v *check) field(d *Draft, f *Field) {
	if !d.given(f) {
		if f.Required {
			v.say(f.Key, CodeRequired)
		}
		if f.Type == TypeMaterials {
			v.materials(d, f)
		}
		return
	}
	switch f.Type {
	case TypeText:
		v.line(f.Key, d.Text(f.Key), orDefault(f.Max, court.MaxLabelRunes), f.Required)
	case TypeTextarea:
		v.lines(f.Key, d.Text(f.Key), orDefault(f.Max, 2000), f.Required)
	case TypeDate:
		v.date(f.Key, d.Text(f.Key))
		if a, ok := d.day(f.Key); ok && f.After != "" {
			if b, ok := d.day(f.After); ok && a < b {
				v.say(f.Key, CodeOrder)
			}
		}
	case TypeMoney:
		if fen := d.Money(f.Key); fen <= 0 || fen > exact.MaxFen {
			v.say(f.Key, CodeAmount)
		}
	case TypeSelect:
		if !has(f.Options, d.Text(f.Key)) {
			v.say(f.Key, CodeOption)
		}
	case TypeMultiselect:
		v.chosen(d, f)
	case TypeDocket:
		if _, ok := court.DocketNumber(d.Text(f.Key)); !ok {
			v.say(f.Key, CodeDocket)
		}
	case TypeNotice:
		if d.Text(f.Key) != v.in.Notices[f.Notice].Version {
			v.say(f.Key, CodeNotice)
		}
	case TypeParties:
		v.parties(f, d.Parties())
	case TypeRepresentatives:
		v.representatives(f, d.Representatives(), d.Parties())
	case TypeCause:
		v.cause(d, f)
	case TypeGrounds:
		v.grounds(d, f)
	case TypeMaterials:
		v.materials(d, f)
	case TypeServiceAddress:
		v.address(d, f)
	case TypeConsents:
		for stage := range d.Consents() {
			if !slices.Contains(consent.Stages, stage) {
				v.say(f.Key, CodeOption)
			}
		}
	}
}

func orDefault(n, otherwise int) int {
	if n > 0 {
		return n
	}
	return otherwise
}

// lines checks a text of several lines.
func (v *check) lines(at, text string, max int, needed bool) {
	switch err := court.CheckText(text, max, at); {
	case needed && text == "":
		v.say(at, CodeRequired)
	case errors.Is(err, court.ErrTooLarge):
		v.say(at, CodeTooLong)
	case err != nil:
		v.say(at, CodeText)
	}
}

// date checks a day that has been.
func (v *check) date(at, text string) {
	switch day, err := calendar.ParseDay(text); {
	case err != nil:
		v.say(at, CodeDate)
	case day > v.today:
		v.say(at, CodeFuture)
	}
}

// chosen checks options of which several can be chosen. Of exclusions each brings a warning.
func (v *check) chosen(d *Draft, f *Field) {
	var keys []string
	d.read(f, &keys)
	for i, key := range keys {
		switch at := court.PageField(f.Key, i); {
		case !has(f.Options, key):
			v.say(at, CodeOption)
		case slices.Contains(keys[:i], key):
			v.say(at, CodeRepeated)
		case f.Key == fieldExclusions:
			v.warn(at, CodeExcluded)
		}
	}
}

// fieldExclusions is the field whose options courts as a rule don't take (民事诉讼法 第二百一十三条, 民诉法解释 第三百七十八条, 第三百八十一条).
const fieldExclusions = "exclusions"

func (v *check) cause(d *Draft, f *Field) {
	c, edition, ok := cause.Find(d.Text(f.Key))
	switch {
	case !ok || edition.Kind != v.kind.Causes:
		v.say(f.Key, CodeCause)
	case !v.kind.CauseOfOriginal && edition != cause.On(v.kind.Causes, v.today):
		v.say(f.Key, CodeCauseEdition)
	case !c.Lowest:
		v.warn(f.Key, CodeCauseHigh)
	}
}

func (v *check) grounds(d *Draft, f *Field) {
	var keys []string
	d.read(f, &keys)
	for i, key := range keys {
		if _, ok := groundOf(v.kind.Grounds, key); !ok {
			v.say(court.PageField(f.Key, i), CodeGround)
		} else if slices.Contains(keys[:i], key) {
			v.say(court.PageField(f.Key, i), CodeRepeated)
		}
	}
}

// materials checks the files, and that what is needed is there. Files of a material that doesn't stand in the form now are kept and not handed in.
func (v *check) materials(d *Draft, f *Field) {
	var all []Material
	d.read(f, &all)
	if len(all) > MaxMaterials {
		v.say(f.Key, CodeTooMany)
	}
	seen := map[string]bool{}
	for i, m := range all {
		at := court.PageField(f.Key, i)
		if !slices.ContainsFunc(v.kind.Slots, func(s Slot) bool { return s.Key == m.Slot }) {
			v.say(at+".slot", CodeOption)
		}
		switch {
		case !court.ValidID(m.Attachment):
			v.say(at+".attachment", CodeText)
		case seen[m.Attachment]:
			v.say(at+".attachment", CodeRepeated)
		}
		seen[m.Attachment] = true
		v.line(at+".name", m.Name, court.MaxLabelRunes, false)
	}
	for i := range v.kind.Slots {
		s := &v.kind.Slots[i]
		if s.Required && d.holds(s.When) && !slices.ContainsFunc(all, func(m Material) bool { return m.Slot == s.Key }) {
			v.say(f.Key+"."+s.Key, CodeMaterial)
		}
	}
}

func (v *check) address(d *Draft, f *Field) {
	a := d.ServiceAddress()
	err := a.Check(court.ConsentConfirmed)
	if err == nil {
		return
	}
	e := court.AsError(err)
	code := CodeAddress
	switch empty := strings.TrimSpace; {
	case e.Field == "recipient" && empty(a.Recipient) == "", e.Field == "phone" && empty(a.Phone) == "", e.Field == "street" && empty(a.Street) == "":
		code = CodeRequired
	case e.Field == "phone" || e.Field == "delegate.phone":
		code = CodePhone
	case errors.Is(e, court.ErrTooLarge):
		code = CodeTooLong
	}
	v.say(f.Key+"."+e.Field, code)
}

// limits warns where the law's time seems to be over. A period whose end depends on holidays that aren't known yet isn't over.
func (v *check) limits(d *Draft) {
	for _, l := range v.kind.Limits {
		from, ok := d.day(l.From)
		if !ok || !d.holds(l.When) || l.Unless != nil && d.holds(l.Unless) {
			continue
		}
		end, err := v.in.Calendar.Period(from, l.N, l.Unit)
		if err == nil && end.Last != nil && *end.Last < v.today {
			v.warn(l.From, CodeLate)
		}
	}
}

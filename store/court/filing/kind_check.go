package filing

import (
	"errors"
	"fmt"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/exact"
)

// types are the types of fields, and how many of one type a form may have: 0 means any number.
var types = map[FieldType]int{
	TypeText: 0, TypeTextarea: 0, TypeDate: 0, TypeMoney: 0, TypeSelect: 0, TypeMultiselect: 0, TypeSwitch: 0, TypeDocket: 0, TypeNotice: 0,
	TypeParties: 1, TypeRepresentatives: 1, TypeCause: 1, TypeGrounds: 1, TypeMaterials: 1, TypeServiceAddress: 1, TypeConsents: 1,
}

// capacities are the answers to the field capacity that the rules know.
var capacities = []string{CapacitySelf, CapacityOrganisation, CapacityStatutory, CapacityAgent}

// check refuses a kind that nobody could complete: a condition on what is asked later or can't be, a choice without options, a screen without fields, a form
// without parties. So no form has a dead end.
func (k *Kind) check() error {
	if _, ok := court.ParseDocketNumber("（2026）最高法" + k.TypeCode + "1号"); !ok {
		return fmt.Errorf("%q is no type code of docket numbers", k.TypeCode)
	}
	switch {
	case k.Key == "" || k.Version < 1 || empty(k.Name) || k.Title == "" || k.Procedure == "":
		return errors.New("key, version, name, title and procedure are needed")
	case k.AcceptDays < 1 || k.AcceptBasis.ZH == "":
		return errors.New("accept_days and accept_basis are needed")
	case cause.On(k.Causes, 0) == nil:
		return fmt.Errorf("there are no causes of the kind %q", k.Causes)
	case k.Grounds != "" && Grounds[k.Grounds] == nil:
		return fmt.Errorf("there are no grounds of the kind %q", k.Grounds)
	case len(k.Steps) == 0 || k.Steps[len(k.Steps)-1].Key != StepReview:
		return fmt.Errorf("the last step has to be %s", StepReview)
	}
	if err := k.checkStandings(); err != nil {
		return err
	}
	if err := k.checkSteps(); err != nil {
		return err
	}
	return k.checkRest()
}

func empty(t exact.Text) bool { return t.ZH == "" || t.EN == "" }

func (k *Kind) checkStandings() error {
	var files, answers bool
	for i, s := range k.Standings {
		if s.Key == "" || empty(s.Name) || k.Standing(s.Key) != &k.Standings[i] {
			return fmt.Errorf("the standing %q has no name or stands twice", s.Key)
		}
		for _, kind := range s.Kinds {
			if kind != KindPerson && kind != KindOrganisation {
				return fmt.Errorf("the standing %s: there is no kind of party %s", s.Key, kind)
			}
		}
		switch s.Side {
		case Applicant:
			files = files || s.Min > 0
		case Respondent:
			answers = answers || s.Min > 0
		case Other:
		default:
			return fmt.Errorf("the standing %s is on no side", s.Key)
		}
		if s.Side == Applicant && len(s.Kinds) < 2 {
			return fmt.Errorf("the standing %s has to be open to persons and organisations", s.Key)
		}
	}
	if !files || !answers {
		return errors.New("at least one applicant and one respondent are needed")
	}
	return nil
}

func (k *Kind) checkSteps() error {
	asked := map[string]*Field{}
	count := map[FieldType]int{}
	for i := range k.Steps {
		s := &k.Steps[i]
		if k.step(s.Key) != i || empty(s.Name) || (len(s.Fields) == 0) != (s.Key == StepReview) {
			return fmt.Errorf("the step %q stands twice, has no name, or no field", s.Key)
		}
		if always := slices.ContainsFunc(s.Fields, func(f Field) bool { return f.When == nil }); !always && s.Key != StepReview {
			return fmt.Errorf("the step %s would be without fields where their conditions don't hold", s.Key)
		}
		for j := range s.Fields {
			f := &s.Fields[j]
			if err := k.checkField(f, asked); err != nil {
				return fmt.Errorf("the field %s: %w", f.Key, err)
			}
			asked[f.Key] = f
			count[f.Type]++
		}
	}
	for typ, most := range types {
		if most > 0 && count[typ] > most {
			return fmt.Errorf("there is more than one field of the type %s", typ)
		}
	}
	for _, needed := range []FieldType{TypeParties, TypeRepresentatives, TypeCause, TypeMaterials, TypeServiceAddress} {
		if count[needed] == 0 {
			return fmt.Errorf("a field of the type %s is needed", needed)
		}
	}
	if (count[TypeGrounds] > 0) != (k.Grounds != "") {
		return errors.New("grounds are asked for and there are none, or there are and they aren't")
	}
	if f := asked[FieldCapacity]; f == nil || !f.Required || f.Type != TypeSelect {
		return fmt.Errorf("the field %s is needed, to be chosen", FieldCapacity)
	}
	for _, o := range asked[FieldCapacity].Options {
		if !slices.Contains(capacities, o.Key) {
			return fmt.Errorf("there is no capacity %s", o.Key)
		}
	}
	return nil
}

func (k *Kind) checkField(f *Field, asked map[string]*Field) error {
	choice := f.Type == TypeSelect || f.Type == TypeMultiselect
	_, known := types[f.Type]
	switch {
	case !known:
		return fmt.Errorf("there is no type %q", f.Type)
	case asked[f.Key] != nil:
		return errors.New("it stands twice")
	case empty(f.Name):
		return errors.New("it has no name")
	case choice != (len(f.Options) > 0):
		return errors.New("options are needed for what is chosen, and for that alone")
	case f.Required && (f.Type == TypeSwitch || f.Type == TypeRepresentatives || f.Type == TypeMaterials):
		return errors.New("this type is never required: rules of its own say what is needed")
	case f.Type == TypeNotice && f.Notice == "":
		return errors.New("which notice is accepted is needed")
	case f.After != "" && (asked[f.After] == nil || asked[f.After].Type != TypeDate || f.Type != TypeDate):
		return fmt.Errorf("%s is no date that is asked for before it", f.After)
	}
	for i, o := range f.Options {
		if empty(o.Name) || slices.IndexFunc(f.Options, func(p Option) bool { return p.Key == o.Key }) != i {
			return fmt.Errorf("the option %q has no name or stands twice", o.Key)
		}
	}
	return checkCondition(f.When, asked)
}

func checkCondition(c *Condition, asked map[string]*Field) error {
	if c == nil {
		return nil
	}
	if c.Fact != "" {
		needs, ok := facts[c.Fact]
		if !ok || c.Field != "" {
			return fmt.Errorf("there is no fact %q", c.Fact)
		}
		for _, f := range asked {
			if f.Type == needs {
				return nil
			}
		}
		return fmt.Errorf("what the fact %s follows from is asked for later", c.Fact)
	}
	f := asked[c.Field]
	switch {
	case f == nil:
		return fmt.Errorf("its condition is about %q, which isn't asked for before it", c.Field)
	case f.Type == TypeSwitch && c.Is == true:
	case f.Type == TypeSelect && slices.ContainsFunc(f.Options, func(o Option) bool { return o.Key == c.Is }):
	default:
		return fmt.Errorf("%s can't be %v", c.Field, c.Is)
	}
	return nil
}

// checkRest looks at materials and times, which may depend on every field.
func (k *Kind) checkRest() error {
	asked := map[string]*Field{}
	for i := range k.Steps {
		for j := range k.Steps[i].Fields {
			f := &k.Steps[i].Fields[j]
			asked[f.Key] = f
		}
	}
	for i, s := range k.Slots {
		if empty(s.Name) || slices.IndexFunc(k.Slots, func(t Slot) bool { return t.Key == s.Key }) != i {
			return fmt.Errorf("the material %q has no name or stands twice", s.Key)
		}
		if err := checkCondition(s.When, asked); err != nil {
			return fmt.Errorf("the material %s: %w", s.Key, err)
		}
	}
	for _, l := range k.Limits {
		if f := asked[l.From]; f == nil || f.Type != TypeDate || l.N < 1 || l.Unit != calendar.Days && l.Unit != calendar.Months && l.Unit != calendar.Years {
			return fmt.Errorf("a time from %q can't be counted", l.From)
		}
		for _, c := range []*Condition{l.When, l.Unless} {
			if err := checkCondition(c, asked); err != nil {
				return fmt.Errorf("the time from %s: %w", l.From, err)
			}
		}
	}
	return nil
}

// Package pleading holds the papers that anybody can fill in without a case (书状助手): pleadings, and the applications that are made within a case, with words in place of what
// a case's record would name. It words them; it does no I/O.
package pleading

import (
	_ "embed"
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

//go:embed pleadings.json
var file []byte

// The groups of forms.
const (
	GroupPleading    = "pleading"    // 诉状
	GroupApplication = "application" // 申请书
)

// Form is a paper that can be filled in. Its fields are as those of applications, but hold no ids.
type Form struct {
	Key    string              `json:"key"`
	Group  string              `json:"group" enum:"pleading,application"`
	Name   exact.Text          `json:"name"`
	Title  string              `json:"document_title" doc:"in Chinese"`
	Basis  []exact.Text        `json:"basis" nullable:"false"`
	Fields []application.Field `json:"fields" nullable:"false"`
	Notes  []string            `json:"notes" nullable:"false" doc:"what the person should know, in Chinese"`

	signer  string
	opening string
	shows   map[string]string // by field: how it stands in the paper
	inner   *application.Kind // for applications: the kind, with fields that hold words
	all     *application.Kind // all fields, for checking
}

// How a field stands in a paper.
const (
	showLabel   = "label"
	showHeading = "heading"
	showParty   = "party"  // each row is a sentence about somebody
	showHidden  = "hidden" // in the opening alone
	showCourt   = "court"  // whom the paper is for
	showClose   = "close"  // copies, below the date
)

// Forms lists all forms, pleadings first.
var Forms = func() []Form {
	pleadings := readPleadings()
	return append(pleadings, ofApplications(&pleadings[0])...)
}()

var placeholder = regexp.MustCompile(`\{\{[a-z_]+\}\}`)

// Find gives a form by its key. ErrInvalid, naming the field, for one that isn't known.
func Find(key string) (*Form, error) {
	if i := slices.IndexFunc(Forms, func(f Form) bool { return f.Key == key }); i >= 0 {
		return &Forms[i], nil
	}
	return nil, court.ErrInvalid.In("form")
}

func readPleadings() (forms []Form) {
	type field struct {
		Key         string
		Label       exact.Text
		Type        application.FieldType
		Required    bool
		Show        string
		Max         int
		Options     []string
		Columns     []string
		VisibleWhen map[string]any `json:"visible_when"`
	}
	var data struct {
		Pleadings []struct {
			Key, Title, Signer, Opening string
			Name                        exact.Text
			Basis, Notes                []string
			Fields                      []field
		}
	}
	if err := json.Unmarshal(file, &data); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	for _, p := range data.Pleadings {
		f := Form{Key: p.Key, Group: GroupPleading, Name: p.Name, Title: p.Title, Basis: law.Cites(p.Basis...), Notes: p.Notes, signer: p.Signer, opening: p.Opening, shows: map[string]string{}}
		for _, of := range p.Fields {
			one := application.Field{Key: of.Key, Label: of.Label, Type: of.Type, Required: of.Required, Max: of.Max, Options: of.Options, Columns: of.Columns}
			for key, value := range of.VisibleWhen {
				one.VisibleWhen = &application.Condition{Field: key, Value: value}
			}
			f.shows[of.Key] = of.Show
			f.Fields = append(f.Fields, one)
		}
		forms = append(forms, f.checked())
	}
	return forms
}

// checked gives the form with what its values are checked by.
func (f Form) checked() Form {
	f.all = &application.Kind{Key: f.Key, Name: f.Name, Title: f.Title, Fields: f.Fields}
	return f
}

// Keys of what an application says at its head when there is no case to take it from.
const (
	keyApplicants = "applicants"
	keyAgents     = "agents"
	keyOpponents  = "opponents"
	keyDocket     = "case_docket_number"
	keyCause      = "case_cause"
	keyCourt      = "case_court"
)

// ofApplications makes a form of each kind of application. People are named in it as in a complaint.
func ofApplications(complaint *Form) (forms []Form) {
	people, agents := complaint.field("plaintiffs").Columns, complaint.field("agents").Columns
	for _, k := range application.Kinds {
		f := Form{Key: k.Key, Group: GroupApplication, Name: k.Name, Title: k.Title, Basis: k.Basis, Notes: slices.Clone(k.Notes), signer: "申请人（签名或者盖章）：",
			shows: map[string]string{keyApplicants: showParty, keyAgents: showParty, keyOpponents: showParty, keyDocket: showHidden, keyCause: showHidden, keyCourt: showCourt}}
		f.Fields = []application.Field{
			{Key: keyApplicants, Label: exact.T("申请人", "Applicant"), Type: application.TypeTable, Required: true, Columns: people},
			{Key: keyAgents, Label: exact.T("委托诉讼代理人", "Representatives"), Type: application.TypeTable, Columns: agents},
			{Key: keyOpponents, Label: exact.T("对方当事人", "Other party"), Type: application.TypeTable, Columns: people},
			{Key: keyDocket, Label: exact.T("案号", "Docket number"), Type: application.TypeText},
			{Key: keyCause, Label: exact.T("案由", "Cause of action"), Type: application.TypeText, Required: true},
			{Key: keyCourt, Label: exact.T("受理法院", "Court"), Type: application.TypeText, Required: true},
		}
		own := k.WithoutCase()
		f.inner = &own
		f.Fields = append(f.Fields, own.Fields...)
		forms = append(forms, f.checked())
	}
	return forms
}

func (f *Form) field(key string) *application.Field {
	i := slices.IndexFunc(f.Fields, func(x application.Field) bool { return x.Key == key })
	return &f.Fields[i]
}

// Fill checks what was filled in. Where whole is false it may lack required fields. Errors name the field, as values.KEY.
func (f *Form) Fill(values application.Values, whole bool) (*application.Filled, error) {
	return f.all.Fill(values, whole)
}

// Paper is a paper as it is printed.
type Paper struct {
	Title  string
	Author string // names of whose paper it is
	Parts  []application.Part
	To     string   // the court
	Signer string   // label before the signature
	Close  []string // what stands below the date
}

// Paper words what was filled in.
func (f *Form) Paper(filled *application.Filled) Paper {
	p := Paper{Title: f.Title, Signer: f.signer}
	for i := range f.Fields {
		field := &f.Fields[i]
		has := filled.Texts[field.Key] != "" || len(filled.Tables[field.Key]) > 0 || len(filled.Lists[field.Key]) > 0
		if !has {
			continue
		}
		switch f.shows[field.Key] {
		case showParty:
			label, _, _ := strings.Cut(field.Label.ZH, "（") // what is in brackets is for who fills it in
			for _, row := range filled.Tables[field.Key] {
				p.Parts = append(p.Parts, application.Part{Label: label + "：", Text: person(field.Columns, row)})
			}
			if p.Author == "" {
				p.Author = names(filled.Tables[field.Key])
			}
		case showCourt:
			p.To = filled.Texts[field.Key]
		case showClose:
			p.Close = append(p.Close, "附："+f.Title+"副本"+filled.Texts[field.Key])
		}
	}
	if f.inner != nil {
		p.Parts = append(p.Parts, f.application(filled)...)
		return p
	}
	if f.opening != "" {
		for _, line := range strings.Split(f.opened(filled), "\n") {
			p.Parts = append(p.Parts, application.Part{Text: line})
		}
	}
	for i := range f.Fields {
		p.Parts = append(p.Parts, f.worded(&f.Fields[i], filled)...)
	}
	return p
}

// worded gives the parts of one field of a pleading.
func (f *Form) worded(field *application.Field, filled *application.Filled) []application.Part {
	show := f.shows[field.Key]
	if show != showLabel && show != showHeading || !filled.Visible(field) {
		return nil
	}
	text := filled.Texts[field.Key]
	if field.Type == application.TypeDate {
		text = chineseDay(text)
	}
	if many := filled.Lists[field.Key]; len(many) > 0 {
		sep := "、"
		if show == showHeading {
			sep = "\n"
		}
		text = strings.Join(many, sep)
	}
	rows := filled.Tables[field.Key]
	switch {
	case text == "" && len(rows) == 0:
		return nil
	case show == showHeading && rows != nil:
		return []application.Part{{Heading: field.Label.ZH}, {Columns: field.Columns, Rows: rows}}
	case show == showHeading:
		return []application.Part{{Heading: field.Label.ZH}, {Text: text}}
	}
	return []application.Part{{Label: field.Label.ZH + "：", Text: text}}
}

// application words an application from what the person says of the case.
func (f *Form) application(filled *application.Filled) []application.Part {
	own := *filled
	own.Kind = f.inner
	facts := application.Facts{Applicant: names(filled.Tables[keyApplicants]), Opponent: names(filled.Tables[keyOpponents]), Cause: filled.Texts[keyCause],
		DocketNumber: filled.Texts[keyDocket], Court: filled.Texts[keyCourt], Names: map[string]string{}}
	var parts []application.Part
	if facts.DocketNumber != "" {
		parts = append(parts, application.Part{Label: "案号：", Text: facts.DocketNumber})
	}
	parts = append(parts, application.Part{Label: "案由：", Text: facts.Cause})
	return append(parts, own.Body(facts)...)
}

// opened fills the opening in.
func (f *Form) opened(filled *application.Filled) string {
	return placeholder.ReplaceAllStringFunc(f.opening, func(p string) string {
		key := strings.Trim(p, "{}")
		switch value := filled.Texts[key]; {
		case value == "":
			return "＿＿＿＿"
		case f.field(key).Type == application.TypeDate:
			return chineseDay(value)
		default:
			return value
		}
	})
}

func chineseDay(text string) string {
	if day, err := calendar.ParseDay(text); err == nil {
		return day.Chinese()
	}
	return text
}

// names gives the first column of a table.
func names(rows [][]string) string {
	var all []string
	for _, row := range rows {
		if name := strings.TrimSpace(row[0]); name != "" {
			all = append(all, name)
		}
	}
	return strings.Join(all, "、")
}

// person words a row as papers speak of people: 张三，男，1980年1月1日出生，汉族，证件号码...，住...，联系电话...。
func person(columns, row []string) string {
	var said []string
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		switch column := columns[i]; {
		case i == 0 || column == "性别" || strings.HasPrefix(column, "所在单位"):
		case column == "出生日期":
			cell = strings.TrimSuffix(chineseDay(cell), "出生") + "出生"
		case column == "民族":
			cell = strings.TrimSuffix(cell, "族") + "族"
		case column == "住址或者住所地":
			cell = "住" + cell
		case strings.HasPrefix(column, "证件号码"):
			cell = "证件号码" + cell
		case strings.HasPrefix(column, "法定代表人或者负责人"):
			cell = "法定代表人或者负责人" + cell
		default:
			cell = column + cell
		}
		said = append(said, cell)
	}
	return strings.Join(said, "，") + "。"
}

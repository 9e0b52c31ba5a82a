package application

import (
	"regexp"
	"strings"
	"time"

	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
)

// Facts are what a document says of its case, and names for the ids that its fields hold.
type Facts struct {
	Applicant    string // with standing
	Agent        string // representative who makes it, "" for none
	Opponent     string
	Cause        string
	DocketNumber string
	Court        string
	Names        map[string]string
}

// Part is a part of a document: a heading, a paragraph with or without a label, or a table.
type Part struct {
	Heading string
	Label   string
	Text    string
	Columns []string
	Rows    [][]string
}

// Head are the parts with which every application begins.
func (k *Kind) Head(facts Facts) []Part {
	parts := []Part{{Label: "申请人：", Text: facts.Applicant}}
	if facts.Agent != "" {
		parts = append(parts, Part{Label: "委托诉讼代理人：", Text: facts.Agent})
	}
	if facts.Opponent != "" {
		parts = append(parts, Part{Label: "对方当事人：", Text: facts.Opponent})
	}
	return append(parts, Part{Label: "案号：", Text: facts.DocketNumber}, Part{Label: "案由：", Text: facts.Cause})
}

// Content gives what the document says, from its head to its reasons. The close (此致, signature, date) is the printer's.
func (f *Filled) Content(facts Facts) []Part {
	return append(f.Kind.Head(facts), f.Body(facts)...)
}

// Body is Content without the head.
func (f *Filled) Body(facts Facts) (parts []Part) {
	said := map[string]bool{}
	if f.Kind.template != "" {
		parts = append(parts, f.fromTemplate(facts, said)...)
	} else {
		parts = append(parts, Part{Heading: "请求事项"}, Part{Text: "请求贵院依法准许" + f.Kind.Name.ZH + "，具体如下："})
	}
	for i := range f.Kind.Fields {
		field := &f.Kind.Fields[i]
		if field.Key != "reason" && !said[field.Key] && f.Visible(field) && f.has(field) {
			parts = append(parts, f.part(field, facts))
		}
	}
	if reason := f.Texts["reason"]; reason != "" && !said["reason"] {
		parts = append(parts, Part{Heading: "事实和理由"}, Part{Text: reason})
	}
	return parts
}

// otherReason is the option that says nothing by itself.
const otherReason = "其他"

var placeholder = regexp.MustCompile(`\{\{[a-z_]+\}\}`)

// fromTemplate words what has a wording of its own, up to its close, and notes which fields it has used.
func (f *Filled) fromTemplate(facts Facts, said map[string]bool) (parts []Part) {
	body, _, _ := strings.Cut(f.Kind.template, "\n此致")
	for _, line := range strings.Split(body, "\n") {
		text := placeholder.ReplaceAllStringFunc(line, func(p string) string {
			key := strings.Trim(p, "{}")
			switch key {
			case "applicant":
				return facts.Applicant
			case "opponent":
				return facts.Opponent
			case "cause":
				return facts.Cause
			case "case_no":
				return facts.DocketNumber
			}
			said[key] = true
			if f.Texts[key] == otherReason {
				return "下述原因"
			}
			return f.Texts[key]
		})
		if label, rest, ok := strings.Cut(text, "："); ok && strings.HasPrefix(line, label+"：{{") {
			parts = append(parts, Part{Heading: label}, Part{Text: rest})
			continue
		}
		parts = append(parts, Part{Text: text})
	}
	return parts
}

// part words one field.
func (f *Filled) part(field *Field, facts Facts) Part {
	p := Part{Label: field.Label.ZH + "："}
	switch field.Type {
	case TypeMoney:
		p.Text = "人民币" + exact.FormatFen(f.Money[field.Key]) + "元"
	case TypeCheckbox:
		p.Text = "是"
	case TypeTable:
		p.Columns, p.Rows = field.Columns, f.Tables[field.Key]
	case TypeDate:
		if day, err := calendar.ParseDay(f.Texts[field.Key]); err == nil {
			p.Text = day.Chinese()
		}
	case TypeDateTime:
		if at, err := time.Parse("2006-01-02T15:04", f.Texts[field.Key]); err == nil {
			p.Text = at.Format("2006年1月2日 15:04")
		}
	case TypeMultiselect:
		p.Text = strings.Join(f.Lists[field.Key], "、")
	case TypeFiles, TypeParties, TypeCourtPersons, TypeEvidences, TypeEvidence:
		var names []string
		for _, id := range f.Refs(field.Type)[field.Key] {
			names = append(names, facts.Names[id])
		}
		p.Text = strings.Join(names, "、")
	default:
		p.Text = f.Texts[field.Key]
	}
	return p
}

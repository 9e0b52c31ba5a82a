package filing

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// Identify writes the number of the verified document of who files where the filing names that person and leaves the number out: nobody has to type what the court knows.
func (d *Draft) Identify(idType, idNumber string) {
	if f := d.Kind.fieldOf(TypeParties); d.given(f) {
		list := d.Parties()
		for i := range list {
			if p := &list[i]; p.Self && p.Kind == KindPerson && strings.TrimSpace(p.IDNumber) == "" {
				p.IDType, p.IDNumber = idType, idNumber
			}
		}
		d.set(f, list)
	}
	if f := d.Kind.fieldOf(TypeRepresentatives); d.given(f) {
		list := d.Representatives()
		for i := range list {
			if r := &list[i]; r.Self && strings.TrimSpace(r.IDNumber) == "" {
				r.IDType, r.IDNumber = idType, idNumber
			}
		}
		d.set(f, list)
	}
}

func (d *Draft) set(f *Field, value any) {
	if text, err := json.Marshal(value); err == nil { // texts and flags alone
		d.Values[f.Key] = text
	}
}

// unprinted are fields that the paper doesn't say: who files stands among the parties, and what was read is kept with the filing.
var unprinted = map[FieldType]bool{TypeNotice: true}

// Sheet words the whole filing for its paper, in the order of the form.
func (d *Draft) Sheet() (parts []application.Part) {
	for i := range d.Kind.Steps {
		for j := range d.Kind.Steps[i].Fields {
			if f := &d.Kind.Steps[i].Fields[j]; d.given(f) && !unprinted[f.Type] && f.Key != FieldCapacity {
				parts = append(parts, d.worded(f)...)
			}
		}
	}
	return parts
}

func label(name, text string) application.Part {
	return application.Part{Label: name + "：", Text: text}
}

func (d *Draft) worded(f *Field) (parts []application.Part) {
	switch f.Type {
	case TypeTextarea:
		return []application.Part{{Heading: f.Name.ZH}, {Text: d.Text(f.Key)}}
	case TypeDate:
		if day, err := calendar.ParseDay(d.Text(f.Key)); err == nil {
			return []application.Part{label(f.Name.ZH, day.Chinese())}
		}
		return nil
	case TypeDocket:
		return []application.Part{label(f.Name.ZH, court.NormalDocketNumber(d.Text(f.Key)))}
	case TypeMoney:
		return []application.Part{label(f.Name.ZH, exact.FormatFen(d.Money(f.Key))+"元")}
	case TypeSwitch:
		return []application.Part{label(strings.TrimPrefix(f.Name.ZH, "是否"), "是")}
	case TypeSelect:
		return []application.Part{label(f.Name.ZH, nameIn(f.Options, d.Text(f.Key)))}
	case TypeMultiselect:
		var keys, names []string
		d.read(f, &keys)
		for _, key := range keys {
			names = append(names, nameIn(f.Options, key))
		}
		return []application.Part{label(f.Name.ZH, strings.Join(names, "；"))}
	case TypeParties:
		for _, p := range d.Parties() {
			if s := d.Kind.Standing(p.Standing); s != nil {
				name := s.Name.ZH
				if p.Original != "" {
					name += "（" + p.Original + "）"
				}
				parts = append(parts, label(name, p.words()))
			}
		}
	case TypeRepresentatives:
		for _, r := range d.Representatives() {
			parts = append(parts, label(r.standing(), r.words(d.Parties())))
		}
	case TypeCause:
		if c, _, ok := cause.Find(d.Text(f.Key)); ok {
			parts = append(parts, label(f.Name.ZH, c.Named(d.Text("cause_words"))))
		}
	case TypeGrounds:
		parts = append(parts, application.Part{Heading: f.Name.ZH})
		for _, g := range d.Grounds() {
			parts = append(parts, application.Part{Text: g.Law.ZH + g.Item + "：" + g.Text})
		}
	case TypeMaterials:
		parts = append(parts, application.Part{Heading: f.Name.ZH}, application.Part{Columns: []string{"材料", "文件"}, Rows: d.materialRows()})
	case TypeServiceAddress:
		a := d.ServiceAddress()
		said := []string{a.Recipient, "电话" + a.Phone, a.Region + a.Street}
		if a.Email != "" {
			said = append(said, "电子邮箱"+a.Email)
		}
		if g := a.Delegate; g != nil {
			said = append(said, "指定代收人"+g.Name+"（"+g.Relation+"，电话"+g.Phone+"）")
		}
		parts = append(parts, label(f.Name.ZH, strings.Join(said, "，")), label("电子送达", map[bool]string{true: "同意", false: "不同意"}[a.Electronic]))
		if a.Electronic {
			parts = append(parts, label("判决书、裁定书、调解书电子送达", map[bool]string{true: "同意", false: "不同意"}[a.Decisions]))
		}
	case TypeConsents:
		said := d.Consents()
		for _, stage := range consent.Stages {
			if yes, ok := said[stage]; ok {
				parts = append(parts, label("在线进行"+consent.Names[stage].ZH, map[bool]string{true: "同意", false: "不同意"}[yes]))
			}
		}
	default:
		if f.Key != "cause_words" {
			parts = append(parts, label(f.Name.ZH, d.Text(f.Key)))
		}
	}
	return parts
}

func nameIn(options []Option, key string) string {
	if i := slices.IndexFunc(options, func(o Option) bool { return o.Key == key }); i >= 0 {
		return options[i].Name.ZH
	}
	return ""
}

func (d *Draft) materialRows() (rows [][]string) {
	count := map[string]int{}
	for _, m := range d.Materials() {
		slot := d.Kind.Slots[slices.IndexFunc(d.Kind.Slots, func(s Slot) bool { return s.Key == m.Slot })]
		count[m.Slot]++
		name := m.Name
		if name == "" {
			name = fmt.Sprintf("第%d件", count[m.Slot])
		}
		rows = append(rows, []string{slot.Name.ZH, name})
	}
	return rows
}

// documentName says what a number is the number of.
func documentName(typ string) string {
	if d, ok := court.DocumentTypeOf(typ); ok {
		if d.Org {
			return d.ZH
		}
		return d.ZH + "号码"
	}
	return "证件号码"
}

// words speaks of a party as papers do.
func (p *Party) words() string {
	said := []string{strings.TrimSpace(p.Name)}
	add := func(before, text, after string) {
		if text = strings.TrimSpace(text); text != "" {
			said = append(said, before+text+after)
		}
	}
	add("", map[string]string{"male": "男", "female": "女"}[p.Gender], "")
	if day, err := calendar.ParseDay(p.BornOn); err == nil {
		add("", day.Chinese(), "出生")
	}
	if p.Nation != "" {
		add("", strings.TrimSuffix(p.Nation, "族"), "族")
	}
	add(documentName(p.IDType), normal(p.IDType, p.IDNumber), "")
	add(map[string]string{KindPerson: "住", KindOrganisation: "住所地"}[p.Kind], p.Address, "")
	add("联系电话", p.Phone, "")
	if p.Kind == KindOrganisation {
		add("法定代表人（负责人）", p.LegalName, "")
		add("", p.LegalPost, "")
	}
	return strings.Join(said, "，") + "。"
}

func (r *Representative) standing() string {
	if r.Kind == AgentStatutory {
		return "法定代理人"
	}
	return "委托诉讼代理人"
}

func (r *Representative) words(parties []Party) string {
	said := []string{strings.TrimSpace(r.Name)}
	if r.Firm != "" {
		said = append(said, r.Firm+nameIn(AgentKinds, r.Kind))
	} else if r.Kind != AgentStatutory {
		said = append(said, nameIn(AgentKinds, r.Kind))
	}
	for _, part := range [][2]string{{"执业证号", r.Licence}, {documentName(r.IDType), normal(r.IDType, r.IDNumber)}, {"住", r.Address}, {"联系电话", r.Phone}} {
		if part[1] != "" {
			said = append(said, part[0]+part[1])
		}
	}
	var names []string
	for _, p := range parties {
		if slices.Contains(r.For, p.ID) {
			names = append(names, strings.TrimSpace(p.Name))
		}
	}
	said = append(said, "代理"+strings.Join(names, "、"))
	if authority := authorities[r.Authority]; authority != "" {
		var powers []string
		for _, p := range r.Powers {
			powers = append(powers, nameIn(Powers, p))
		}
		if len(powers) > 0 {
			authority += "（" + strings.Join(powers, "、") + "）"
		}
		said = append(said, authority)
	}
	return strings.Join(said, "，") + "。"
}

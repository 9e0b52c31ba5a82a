package filing

import (
	"slices"
	"strings"

	"microcourt/store/court"
)

// Title is what lists call a filing, and what its case is called: who, with whom, about what.
func (d *Draft) Title() string {
	sides := map[Side][]string{}
	for _, p := range d.Parties() {
		if s := d.Kind.Standing(p.Standing); s != nil && strings.TrimSpace(p.Name) != "" {
			sides[s.Side] = append(sides[s.Side], strings.TrimSpace(p.Name))
		}
	}
	title := some(sides[Applicant])
	if len(sides[Respondent]) > 0 {
		title += "与" + some(sides[Respondent])
	}
	if cause := d.CauseName(); cause != "" {
		return title + cause
	}
	return title + d.Kind.Name.ZH
}

// some gives one name, or the first of several.
func some(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return names[0] + "等"
}

// Likeness is what two filings of the same dispute have in common, each as one text to be compared and never shown: who is against whom for what, and which decision it is about. A text
// is "" where there is nothing to compare.
func (d *Draft) Likeness() (parties, decision string) {
	sides := map[Side][]string{}
	for _, p := range d.Parties() {
		if s := d.Kind.Standing(p.Standing); s != nil {
			sides[s.Side] = append(sides[s.Side], strings.Join(strings.Fields(p.Name), ""))
		}
	}
	if c, ok := d.Cause(); ok && len(sides[Applicant]) > 0 && len(sides[Respondent]) > 0 {
		slices.Sort(sides[Applicant])
		slices.Sort(sides[Respondent])
		parties = strings.Join([]string{d.Kind.Key, strings.Join(sides[Applicant], "\t"), strings.Join(sides[Respondent], "\t"), c.Name}, "\n")
	}
	if docket, ok := court.DocketNumber(d.Text("first_docket")); ok {
		decision = d.Kind.Key + "\n" + docket
	}
	return parties, decision
}

// Who is who files, as the filing names that person.
type Who struct {
	Field            string // where it stands
	Name             string
	IDType, IDNumber string // "" where the filing names an organisation whose legal representative files
}

// Filer gives who files; false where that isn't said.
func (d *Draft) Filer() (Who, bool) {
	for i, p := range d.Parties() {
		at := court.PageField(d.Kind.fieldOf(TypeParties).Key, i)
		switch {
		case p.Self && p.Kind == KindOrganisation:
			return Who{Field: at + ".legal_name", Name: strings.TrimSpace(p.LegalName)}, true
		case p.Self:
			return Who{at + ".name", strings.TrimSpace(p.Name), p.IDType, normal(p.IDType, p.IDNumber)}, true
		}
	}
	for i, r := range d.Representatives() {
		if r.Self {
			return Who{court.PageField(d.Kind.fieldOf(TypeRepresentatives).Key, i) + ".name", strings.TrimSpace(r.Name), r.IDType, normal(r.IDType, r.IDNumber)}, true
		}
	}
	return Who{}, false
}

func normal(typ, number string) string {
	if d, ok := court.DocumentTypeOf(typ); ok {
		return d.Normal(number)
	}
	return number
}

// authorities are the words in which a case knows what a representative was given.
var authorities = map[string]string{AuthorityGeneral: "一般授权", AuthoritySpecial: "特别授权"}

// Case gives the case that an accepted filing becomes: in the court's hands from a day on, under a docket number, with a panel. Phone numbers are what who files has written down: they are
// contacts and identify nobody. filer is the record of who files, and has a place of its own where it files for an organisation.
func (d *Draft) Case(docket, courtName, phone, filedOn string, panel []court.PanelData, filer court.PersonRecord) court.CaseData {
	c := court.CaseData{DocketNumber: docket, Title: clip(d.Title(), 200), Cause: clip(d.CauseName(), 100), Court: courtName, Procedure: d.Kind.Procedure, Phone: phone,
		State: "open", FiledOn: filedOn, Panel: panel}
	for _, p := range d.Parties() {
		s := d.Kind.Standing(p.Standing)
		if s == nil {
			continue
		}
		if p.Self && p.Kind == KindOrganisation {
			c.Representatives = append(c.Representatives, court.RepresentativeData{PersonRecord: filer, Standing: "法定代表人", For: []string{p.ID}, Authority: authorities[AuthoritySpecial]})
		}
		c.Parties = append(c.Parties, court.PartyData{Kind: p.Kind, Standing: s.Name.ZH, PersonRecord: record(p.ID, p.Name, p.Phone, p.IDType, p.IDNumber, p.Address)})
	}
	for _, r := range d.Representatives() {
		data := court.RepresentativeData{PersonRecord: record(r.ID, r.Name, r.Phone, r.IDType, r.IDNumber, r.Address), For: r.For, Authority: authorities[r.Authority]}
		if r.Kind == AgentStatutory {
			data.Standing = "法定代理人"
		}
		c.Representatives = append(c.Representatives, data)
	}
	return c
}

// Declarant gives by the refs of the case who speaks for which parties in the filing: of service and of stages online. "" where the filing doesn't say who files.
func (d *Draft) Declarant(filer court.PersonRecord) (by string, parties []string) {
	for _, p := range d.Parties() {
		switch {
		case p.Self && p.Kind == KindOrganisation:
			return filer.Ref, []string{p.ID}
		case p.Self:
			return p.ID, []string{p.ID}
		}
	}
	for _, r := range d.Representatives() {
		if r.Self {
			return r.ID, r.For
		}
	}
	return "", nil
}

func record(ref, name, phone, idType, idNumber, address string) court.PersonRecord {
	p := court.PersonRecord{Ref: ref, Name: strings.TrimSpace(name), Phone: phone, Address: strings.TrimSpace(address)}
	if strings.TrimSpace(idNumber) != "" {
		p.IDType, p.IDNumber = idType, normal(idType, idNumber)
	}
	return p
}

func clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}

// Signer is what stands before the signature of who files.
func (d *Draft) Signer() string {
	for _, r := range d.Representatives() {
		if r.Self {
			return r.standing()
		}
	}
	for _, p := range d.Parties() {
		if s := d.Kind.Standing(p.Standing); p.Self && s != nil {
			if p.Kind == KindOrganisation {
				return s.Name.ZH + "法定代表人（负责人）"
			}
			return s.Name.ZH
		}
	}
	return "申请人"
}

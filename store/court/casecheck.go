package court

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// caseCheck looks at one case of a file, brings its numbers into normal form, and keeps the first problem.
type caseCheck struct {
	c       *CaseData
	now     time.Time
	refs    map[string]bool // of parties and representatives
	problem *fieldProblem
}

type fieldProblem struct{ field, zh, en string }

// panelStandings are those of the court's own people in a case.
var panelStandings = map[Role][]string{
	RoleJudge: {"审判员", "审判长", "人民陪审员"},
	RoleClerk: {"书记员", "法官助理"},
}

func (k *caseCheck) fail(field, zh, en string) {
	if k.problem == nil {
		k.problem = &fieldProblem{field, zh, en}
	}
}

func (k *caseCheck) all() {
	k.head()
	if len(k.c.Panel)+len(k.c.Parties)+len(k.c.Representatives) > MaxCaseParticipants {
		k.fail("parties", fmt.Sprintf("诉讼参与人超过%d名", MaxCaseParticipants), fmt.Sprintf("more than %d participants", MaxCaseParticipants))
		return
	}
	k.panel()
	if len(k.c.Parties) == 0 {
		k.fail("parties", "至少要有一名当事人", "at least one party is needed")
	}
	for i := range k.c.Parties {
		k.party(fmt.Sprintf("parties[%d]", i), &k.c.Parties[i])
	}
	for i := range k.c.Representatives {
		k.representative(fmt.Sprintf("representatives[%d]", i), &k.c.Representatives[i])
	}
}

func (k *caseCheck) head() {
	c := k.c
	var ok bool
	if c.DocketNumber, ok = DocketNumber(c.DocketNumber); !ok {
		k.fail("docket_number", "案号格式不正确，例如（2024）浙0212民初1024号", "not a docket number such as （2024）浙0212民初1024号")
	}
	k.text("title", &c.Title, 200, true)
	k.text("cause", &c.Cause, 100, true)
	k.text("court", &c.Court, 100, true)
	k.text("procedure", &c.Procedure, 40, false)
	k.text("phone", &c.Phone, 40, false)
	filed := k.date("filed_on", c.FiledOn)
	switch c.State {
	case "open":
		if c.ClosedOn != "" {
			k.fail("closed_on", "未结案件不能有结案日期", "an open case has no closing date")
		}
	case "closed":
		if closed := k.date("closed_on", c.ClosedOn); closed.Before(filed) {
			k.fail("closed_on", "结案日期早于立案日期", "before the date of filing")
		}
	default:
		k.fail("state", "应为 open 或 closed", "must be open or closed")
	}
}

func (k *caseCheck) date(field, value string) time.Time {
	day, err := ParseDate(value)
	if err != nil {
		k.fail(field, "日期应写成 2024-03-05", "a date is written 2024-03-05")
	} else if day.After(k.now) || day.Year() < 1949 {
		k.fail(field, "日期不在合理范围内", "the date is in the future or too early")
	}
	return day
}

func (k *caseCheck) panel() {
	logins := map[string]bool{}
	for i := range k.c.Panel {
		m := &k.c.Panel[i]
		at := fmt.Sprintf("panel[%d].", i)
		k.text(at+"login", &m.Login, 64, true)
		if logins[m.Login] {
			k.fail(at+"login", "同一账号列了两次", "this account is listed twice")
		}
		logins[m.Login] = true
		standings, ok := panelStandings[m.Role]
		if !ok {
			k.fail(at+"role", "应为 judge 或 clerk", "must be judge or clerk")
			continue
		}
		if m.Standing == "" {
			m.Standing = standings[0]
		}
		if !slices.Contains(standings, m.Standing) {
			list := strings.Join(standings, "、")
			k.fail(at+"standing", "应为"+list, "must be one of "+list)
		}
	}
}

func (k *caseCheck) party(at string, p *PartyData) {
	if p.Kind != KindPerson && p.Kind != KindOrganisation {
		k.fail(at+".kind", "应为 person 或 organisation", "must be person or organisation")
		return
	}
	k.text(at+".standing", &p.Standing, 20, true)
	k.person(at, &p.PersonRecord, p.Kind == KindOrganisation)
}

func (k *caseCheck) representative(at string, r *RepresentativeData) {
	if r.Standing == "" {
		r.Standing = "委托诉讼代理人"
	}
	k.text(at+".standing", &r.Standing, 20, true)
	k.text(at+".authority", &r.Authority, 40, false)
	k.person(at, &r.PersonRecord, false)
	if len(r.For) == 0 {
		k.fail(at+".for", "没有写明代理哪一方", "doesn't say for whom")
	}
	for i, ref := range r.For {
		field := fmt.Sprintf("%s.for[%d]", at, i)
		if !slices.ContainsFunc(k.c.Parties, func(p PartyData) bool { return p.Ref == ref }) {
			k.fail(field, "没有这个当事人", "there is no such party")
		}
		if slices.Contains(r.For[:i], ref) {
			k.fail(field, "同一当事人列了两次", "this party is listed twice")
		}
	}
	for _, ref := range slices.Sorted(maps.Keys(r.Authorities)) {
		field, authority := at+".authorities."+ref, r.Authorities[ref]
		if !slices.Contains(r.For, ref) {
			k.fail(field, "没有代理这个当事人", "doesn't act for this party")
		}
		k.text(field, &authority, 40, false)
		r.Authorities[ref] = authority
	}
}

func (k *caseCheck) person(at string, p *PersonRecord, organisation bool) {
	if !ValidID(p.Ref) {
		k.fail(at+".ref", "应为1至64个字母、数字、-或_", "must be 1 to 64 letters, digits, - or _")
	}
	if k.refs[p.Ref] {
		k.fail(at+".ref", "与另一名参与人重复", "another participant has it too")
	}
	k.refs[p.Ref] = true
	k.text(at+".name", &p.Name, 100, true)
	k.text(at+".phone", &p.Phone, 40, false)
	k.text(at+".address", &p.Address, 300, false)
	k.document(at, p, organisation)
	k.verified(at+".verified", p, organisation)
}

var idProblems = map[IDProblem][2]string{
	IDFormat:          {"号码格式不正确", "the number doesn't have the form of this document"},
	IDBirthDate:       {"号码中的出生日期不存在", "the date of birth in the number doesn't exist"},
	IDBirthDateRange:  {"号码中的出生日期不在合理范围内", "the date of birth in the number is out of range"},
	IDOrgCodeChecksum: {"其中组织机构代码的校验位不对", "the check character of the organisation code in it is wrong"},
	IDChecksum:        {"校验位不对，可能抄错了", "the check character is wrong: a digit may be mistyped"},
}

func (k *caseCheck) document(at string, p *PersonRecord, organisation bool) {
	if p.IDNumber == "" {
		p.IDType = ""
		return
	}
	if p.IDType == "" {
		p.IDType = "resident_id"
		if organisation {
			p.IDType = "uscc"
		}
	}
	typ, ok := DocumentTypeOf(p.IDType)
	if !ok || typ.Org != organisation {
		k.fail(at+".id_type", "没有这种证件类型，或者不适用于此类当事人", "no such type of document for this kind of party")
		return
	}
	p.IDNumber = typ.Normal(p.IDNumber)
	if problem := typ.Check(p.IDNumber, k.now); problem != "" {
		text := idProblems[problem]
		k.fail(at+".id_number", typ.ZH+text[0], typ.EN+": "+text[1])
	}
}

func (k *caseCheck) verified(field string, p *PersonRecord, organisation bool) {
	if p.Verified == nil {
		return
	}
	if organisation {
		k.fail(field, "单位不作身份验证", "organisations are not verified, people are")
	}
	if p.IDNumber == "" {
		k.fail(field, "没有证件号码，不能算已验证", "nobody is verified without the number of a document")
	}
	k.text(field+".method", &p.Verified.Method, 40, true)
	at, err := ParseDate(p.Verified.At)
	if err != nil {
		at, err = time.Parse(time.RFC3339, p.Verified.At)
	}
	if err != nil || at.After(k.now) {
		k.fail(field+".at", "应为 2024-03-05 或 2024-03-05T10:00:00+08:00，且不晚于今天", "must be 2024-03-05 or 2024-03-05T10:00:00+08:00, and not in the future")
	}
}

// text trims a line of text and looks at its length and characters.
func (k *caseCheck) text(field string, s *string, max int, required bool) {
	*s = strings.TrimSpace(*s)
	switch {
	case required && *s == "":
		k.fail(field, "不能为空", "must not be empty")
	case strings.ContainsAny(*s, "\n\t") || errors.Is(checkText(*s, max, field), ErrInvalid):
		k.fail(field, "含有不允许的字符", "holds characters that are not allowed")
	case checkText(*s, max, field) != nil:
		k.fail(field, fmt.Sprintf("超过%d个字", max), fmt.Sprintf("longer than %d characters", max))
	}
}

package hearing

import (
	"slices"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// Question is one of the cases in which no hearing is held online (人民法院在线诉讼规则 第二十一条).
type Question string

// The questions; a yes to any excludes it.
const (
	Objected    Question = "objected"
	NoMeans     Question = "no_means"
	InPerson    Question = "in_person"
	Complex     Question = "complex"
	Secret      Question = "state_security"
	Attention   Question = "public_attention"
	NotSuitable Question = "unsuitable"
)

// Questions lists them in the order of the rule.
var Questions = []Question{Objected, NoMeans, InPerson, Complex, Secret, Attention, NotSuitable}

// QuestionNames are the questions in words.
var QuestionNames = map[Question]exact.Text{
	Objected:    exact.T("各方当事人均明确表示不同意，或者一方当事人表示不同意且有正当理由", "All parties clearly disagree, or one does with good reason"),
	NoMeans:     exact.T("各方当事人均不具备参与在线庭审的技术条件和能力", "No party has the means and ability to take part online"),
	InPerson:    exact.T("需要通过庭审现场查明身份、核对原件、查验实物", "Identity, originals or objects have to be examined in the courtroom"),
	Complex:     exact.T("案件疑难复杂、证据繁多，适用在线庭审不利于查明事实和适用法律", "The case is complex, with much evidence, and going online would harm finding fact and law"),
	Secret:      exact.T("案件涉及国家安全、国家秘密", "State security or state secrets are concerned"),
	Attention:   exact.T("案件具有重大社会影响，受到广泛关注", "The case has great social impact and wide attention"),
	NotSuitable: exact.T("人民法院认为存在其他不宜适用在线庭审的情形", "The court sees another reason against it"),
}

// CheckExclusion sees that every question is answered, and with no: court.ErrHearingExcluded names the first that isn't.
func CheckExclusion(answers map[Question]bool) error {
	for _, q := range Questions {
		yes, answered := answers[q]
		if !answered {
			return court.ErrInvalid.In("checklist." + string(q))
		}
		if yes {
			return court.ErrHearingExcluded.In("checklist." + string(q))
		}
	}
	if len(answers) > len(Questions) {
		return court.ErrInvalid.In("checklist")
	}
	return nil
}

// Condition is one of those that a hearing which each attends at a time of its own needs (第二十条).
type Condition string

// The conditions; all must hold.
const (
	Simple     Condition = "simple_procedure"
	Difficult  Condition = "difficult_together"
	Applied    Condition = "applied_in_writing"
	Undisputed Condition = "facts_undisputed"
)

// Conditions lists them in the order of the rule. That all parties agree is seen from what they have declared.
var Conditions = []Condition{Simple, Difficult, Applied, Undisputed}

// ConditionNames are the conditions in words.
var ConditionNames = map[Condition]exact.Text{
	Simple:     exact.T("适用小额诉讼程序或者民事、行政简易程序审理", "Heard in the small-claims or a simple procedure"),
	Difficult:  exact.T("各方当事人同时在线参与庭审确有困难", "The parties really can't attend at one time"),
	Applied:    exact.T("一方当事人提出书面申请", "A party has applied for it in writing"),
	Undisputed: exact.T("经过在线证据交换或者调查询问，各方当事人对案件主要事实和证据不存在争议", "After exchange of evidence or inquiry online, the main facts and evidence are undisputed"),
}

var conditionErrors = map[Condition]*court.Error{
	Simple: court.ErrHearingProcedure, Difficult: court.ErrHearingTogether, Applied: court.ErrHearingUnapplied, Undisputed: court.ErrHearingDisputed,
}

// CheckConditions sees that each condition holds, and gives the error that says which doesn't. Only a trial is held so.
func CheckConditions(t Type, hold map[Condition]bool) error {
	if t != Trial {
		return court.ErrInvalid.In("mode")
	}
	for _, c := range Conditions {
		if !hold[c] {
			return conditionErrors[c].In("conditions." + string(c))
		}
	}
	if len(hold) > len(Conditions) {
		return court.ErrInvalid.In("conditions")
	}
	return nil
}

// CheckConsent rules whether a hearing can be held online as the parties stand on its stage. Who takes part at the court as the judge has decided (offline) is in nobody's
// way, as long as somebody comes online. A refusal is: court.ErrHearingRefused. Where each attends at its own time every party must have agreed: court.ErrHearingAgreement.
func CheckConsent(m Mode, states []consent.State) error {
	switch {
	case slices.Contains(states, consent.Refused):
		return court.ErrHearingRefused
	case m == Asynchronous && slices.ContainsFunc(states, func(s consent.State) bool { return s != consent.Agreed }):
		return court.ErrHearingAgreement
	case len(states) > 0 && !slices.ContainsFunc(states, func(s consent.State) bool { return s != consent.Offline }):
		return court.ErrStageOffline
	}
	return nil
}

// NoticeDays is how many days before a hearing the parties are told of it (民事诉讼法 第一百三十九条). The day of the hearing isn't one of them.
const NoticeDays = 3

// courtZone is the time by which days are counted.
var courtZone = time.FixedZone("CST", 8*60*60)

// EnoughNotice reports whether a hearing at a time was made known early enough. Both are Unix milliseconds.
func EnoughNotice(notified, at int64) bool {
	day := func(ms int64) time.Time {
		y, m, d := time.UnixMilli(ms).In(courtZone).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	return !day(at).Before(day(notified).AddDate(0, 0, NoticeDays))
}

// Bounds of a hearing's time and words.
const (
	MinMinutes = 5
	MaxMinutes = 24 * 60
	MaxAhead   = 2 * 365 * 24 * time.Hour
	MaxTitle   = 60 // characters
	MaxSeats   = 200
	MaxOfCase  = 100 // hearings of one case
	// MaxStatements bounds the recordings of a hearing that each attends at its own time.
	MaxStatements = 200
)

// CheckTime sees that a hearing begins after now, within two years, and takes 5 minutes to a day; an asynchronous one may last as many days as it needs.
func CheckTime(m Mode, at int64, minutes int, now int64) error {
	longest := MaxMinutes
	if m == Asynchronous {
		longest = 60 * MaxMinutes
	}
	switch {
	case at < now || at > now+MaxAhead.Milliseconds():
		return court.ErrInvalid.In("at")
	case minutes < MinMinutes || minutes > longest:
		return court.ErrInvalid.In("minutes")
	}
	return nil
}

// Takes reports whether statements are taken in a hearing that each attends at its own time: while it is open, from when it begins until its period is over.
func (s *State) Takes(now int64) bool {
	return s.Mode == Asynchronous && s.Status == Open && now >= s.At && now < s.At+int64(s.Minutes)*60_000
}

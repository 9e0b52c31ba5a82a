// Package signing holds the rules on papers that several people sign: mediation agreements, records of mediation, and statements of what is undisputed
// (人民法院在线调解规则 第十七条至第二十二条): how they are worded, who has to sign, and when they are complete. It does no I/O.
package signing

import (
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// Kind says what a paper is.
type Kind string

// The kinds.
const (
	Agreement   Kind = "mediation_agreement" // 调解协议: takes effect when all have signed
	Record      Kind = "mediation_record"    // 调解笔录: who won't sign is noted
	Undisputed  Kind = "undisputed_facts"    // 无争议事实确认书
	maxLines         = 200
	maxRunes         = 2000
	maxAllRunes      = 20_000
)

// Paper is how a kind is worded, and what signing it takes.
type Paper struct {
	Name exact.Text
	// Opening and Closing stand before and after what is agreed or recorded.
	Opening, Closing string
	// Numbered: the lines are counted 一、 二、; otherwise they are a conversation, each with its speaker.
	Numbered bool
	// Special: a representative needs 特别授权 to sign it (民事诉讼法 第六十二条).
	Special bool
	// Together: it takes effect only with all signatures. Otherwise the court may close it with refusals noted.
	Together bool
	// Stage is what the parties must have agreed to hold online.
	Stage consent.Stage
}

// Papers are the kinds.
var Papers = map[Kind]Paper{
	Agreement: {Name: exact.T("调解协议", "Mediation agreement"), Opening: "经调解，各方当事人自愿达成如下协议：",
		Closing:  "本协议是各方当事人的真实意思表示，不违反法律规定，不损害国家利益、社会公共利益和他人合法权益，自各方当事人和主持调解的人员签名齐全时起生效。",
		Numbered: true, Special: true, Together: true, Stage: consent.Mediation},
	Record: {Name: exact.T("调解笔录", "Record of mediation"), Opening: "调解经过记录如下：",
		Closing: "以上笔录已由各方核对。", Stage: consent.Mediation},
	Undisputed: {Name: exact.T("无争议事实确认书", "Statement of undisputed facts"), Opening: "在调解过程中，各方当事人对下列事实没有争议：",
		Closing:  "各方当事人确认上述事实属实。除涉及国家利益、社会公共利益和他人合法权益的外，在后续诉讼中无须再行举证。",
		Numbered: true, Special: true, Together: true, Stage: consent.Mediation},
}

// Line is one of the lines of a paper: a term, a fact, or what somebody said.
type Line struct {
	Speaker string `json:"speaker,omitempty" maxLength:"100" doc:"in a record; left out otherwise"`
	Text    string `json:"text" minLength:"1" maxLength:"2000"`
}

// Check refuses a paper that can't be laid before people. Errors name the field.
func Check(kind Kind, lines []Line) error {
	p, ok := Papers[kind]
	if !ok {
		return court.ErrInvalid.In("kind")
	}
	if len(lines) == 0 {
		return court.ErrInvalid.In("lines")
	}
	runes := 0
	for i, l := range lines {
		at := court.PageField("lines", i)
		switch {
		case strings.TrimSpace(l.Text) == "":
			return court.ErrInvalid.In(at + ".text")
		case p.Numbered != (strings.TrimSpace(l.Speaker) == ""):
			return court.ErrInvalid.In(at + ".speaker")
		}
		if err := court.CheckText(l.Text, maxRunes, at+".text"); err != nil {
			return err
		}
		if err := court.CheckText(l.Speaker, 100, at+".speaker"); err != nil {
			return err
		}
		runes += len([]rune(l.Text))
	}
	if len(lines) > maxLines || runes > maxAllRunes {
		return court.ErrTooLarge.In("lines")
	}
	return nil
}

// State is where a paper stands.
type State string

// The states.
const (
	Open      State = "open"      // not all have signed
	Complete  State = "complete"  // all have: an agreement is in force
	Closed    State = "closed"    // the court closed a record with refusals noted
	Withdrawn State = "withdrawn" // by the court
)

// StateNames are the states in words.
var StateNames = map[State]exact.Text{
	Open: exact.T("待签名", "Waiting for signatures"), Complete: exact.T("签名齐全", "Signed by all"),
	Closed: exact.T("已记明拒签", "Closed, refusals noted"), Withdrawn: exact.T("已撤回", "Withdrawn by the court"),
}

// Answer is what one of the signers has done.
type Answer string

// The answers. Who refused can still sign as long as the paper is open; that there was a refusal stays in the record.
const (
	Waiting Answer = "waiting"
	Signed  Answer = "signed"
	Refused Answer = "refused"
)

// Sign rules a signature: ErrSigningEnded on a paper that is no longer open, ErrSigned for who has signed.
func Sign(state State, was Answer) error {
	switch {
	case state != Open:
		return court.ErrSigningEnded
	case was == Signed:
		return court.ErrSigned
	}
	return nil
}

// End rules that the court ends a paper: it can withdraw what is open, and close a record in which each has signed or refused.
func End(kind Kind, state, next State, answers []Answer) error {
	if state != Open {
		return court.ErrSigningEnded
	}
	switch next {
	case Withdrawn:
		return nil
	case Closed:
		if Papers[kind].Together {
			return court.ErrInvalid.In("state")
		}
		for _, a := range answers {
			if a == Waiting {
				return court.ErrSigningWaiting
			}
		}
		return nil
	}
	return court.ErrInvalid.In("state")
}

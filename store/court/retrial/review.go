// Package retrial counts the law's time in a case in which a court reviews an application for retrial (再审审查): by when the copy of the application goes to the other side,
// until when the other side's opinion is in time, and by when the court decides. It does no I/O.
package retrial

import (
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

// Rule is what the law says of one kind of case.
type Rule struct {
	CopyDays    int // from when the application came in; 0 where the court need not send a copy
	OpinionDays int // from when the copy was served
	Months      int // from acceptance
	Basis       []exact.Text
}

// rules by the type in docket numbers (类型代字). In administrative cases the court sends a copy where it finds that necessary, and has six months.
var rules = map[string]*Rule{
	"民申": {CopyDays: 5, OpinionDays: 15, Months: 3, Basis: law.Cites("民事诉讼法第214、215条", "民诉法解释第129条")},
	"行申": {OpinionDays: 15, Months: 6, Basis: law.Cites("行诉解释第111、112条")},
}

// RuleOf gives the rule for the case of a docket number, nil where no application for retrial is reviewed in it.
func RuleOf(docket string) *Rule {
	d, _ := court.ParseDocketNumber(docket)
	return rules[d.TypeCode]
}

// Applies reports whether somebody of a standing has applied for the retrial; the copy goes to all other parties.
func Applies(standing string) bool {
	return strings.HasPrefix(standing, "再审申请人") || strings.HasPrefix(standing, "申请人") || strings.HasPrefix(standing, "申诉人")
}

// OpinionKind is the key of the application by which the other side hands in its opinion.
const OpinionKind = "retrial_opinion"

// Facts are what the record knows; times are Unix milliseconds, 0 for not yet.
type Facts struct {
	Received int64 // the application came in, as it was handed in last
	Accepted int64
	Known    int64 // the case came into this record; what was to be done before may have been done elsewhere
	Extended int64 // the last moment of the time as the court's president has extended it
	Decided  int64 // the ruling was served, or the case closed
	Others   []Side
}

// Side is a party that has not applied.
type Side struct {
	Party            string // participant id
	Sent, Served, At int64  // the copy, when it counts as served, and the party's opinion
}

// Step is something that has its time.
type Step struct {
	Due int64 `json:"due" doc:"the last moment in time"`
	// Certain is false where it depends on holidays that aren't known yet: then it may end later, and never earlier.
	Certain bool  `json:"certain"`
	DoneAt  int64 `json:"done_at,omitempty"`
	Late    bool  `json:"late" doc:"done late, or over and not done"`
}

// Waits reports whether it is still to be done.
func (s *Step) Waits() bool { return s != nil && s.DoneAt == 0 }

// Review is the clock of a case, as somebody may see it.
type Review struct {
	Months   int  `json:"months" doc:"that the law gives the court"`
	CopyDue  *Due `json:"copy_due,omitempty" doc:"by when the copy goes to the other side; left out where the law leaves it to the court, and where that was before the case came into this record"`
	Decision Step `json:"decision"`
	// Extended: the court's president has given more time.
	Extended bool         `json:"extended"`
	Sides    []SideReview `json:"sides" nullable:"false" doc:"for the court every other party, for a party its own"`
	Basis    []exact.Text `json:"basis" nullable:"false"`
}

// Due is the last moment in time.
type Due struct {
	At      int64 `json:"at"`
	Certain bool  `json:"certain"`
}

// SideReview is what concerns one of the other parties.
type SideReview struct {
	Party    string `json:"party" doc:"participant id"`
	Copy     *Step  `json:"copy,omitempty" doc:"the court sends the copy; left out where it need not, or may have elsewhere, and has not here"`
	ServedAt int64  `json:"served_at,omitempty" doc:"when the copy counts as served"`
	Opinion  *Step  `json:"opinion,omitempty" doc:"the party hands in its opinion; runs once the copy is served"`
}

// Clock counts at a moment.
func (r *Rule) Clock(f Facts, now int64, cal *calendar.Calendar) (*Review, error) {
	v := &Review{Months: r.Months, Sides: []SideReview{}, Basis: r.Basis}
	decide, err := cal.Due(f.Accepted, r.Months, calendar.Months)
	if err != nil {
		return nil, err
	}
	if v.Extended = f.Extended > decide.At; v.Extended { // what is noted never takes time away
		decide = calendar.Due{At: f.Extended, Certain: true}
	}
	v.Decision = step(decide, f.Decided, now)
	var copies calendar.Due
	if r.CopyDays > 0 {
		if copies, err = cal.Due(f.Received, r.CopyDays, calendar.Days); err != nil {
			return nil, err
		}
		if copies.At >= f.Known {
			v.CopyDue = &Due{copies.At, copies.Certain}
		}
	}
	for _, o := range f.Others {
		s := SideReview{Party: o.Party, ServedAt: o.Served}
		switch {
		case v.CopyDue != nil:
			sent := step(copies, o.Sent, now)
			s.Copy = &sent
		case o.Sent != 0:
			s.Copy = &Step{Due: o.Sent, Certain: true, DoneAt: o.Sent}
		}
		if o.Served != 0 {
			due, err := cal.Due(o.Served, r.OpinionDays, calendar.Days)
			if err != nil {
				return nil, err
			}
			opinion := step(due, o.At, now)
			s.Opinion = &opinion
		}
		v.Sides = append(v.Sides, s)
	}
	return v, nil
}

func step(due calendar.Due, done, now int64) Step {
	at := done
	if at == 0 {
		at = now
	}
	return Step{due.At, due.Certain, done, at > due.At}
}

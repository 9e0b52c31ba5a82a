package filing

import (
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// State is where a filing stands.
type State string

// The states. A draft is its author's alone; it has no state here.
const (
	Submitted       State = "submitted"
	CorrectionAsked State = "correction_asked"
	Resubmitted     State = "resubmitted"
	Accepted        State = "accepted"
	Refused         State = "refused" // 裁定不予受理
	Withdrawn       State = "withdrawn"
	Transferred     State = "transferred" // another court is competent
)

// States lists them with their names.
var States = []struct {
	State State
	Name  exact.Text
}{
	{Submitted, exact.T("待审查", "Waiting for the court")}, {CorrectionAsked, exact.T("需要补正", "To be corrected")}, {Resubmitted, exact.T("已补正，待审查", "Corrected, waiting for the court")},
	{Accepted, exact.T("已立案", "Accepted")}, {Refused, exact.T("不予受理", "Refused")}, {Withdrawn, exact.T("已撤回", "Withdrawn")}, {Transferred, exact.T("告知向其他法院提出", "Referred to another court")},
}

// Act is what is done with a filing.
type Act string

// The acts.
const (
	Submit        Act = "submit"
	Resubmit      Act = "resubmit"
	Withdraw      Act = "withdraw"
	AskCorrection Act = "ask_correction"
	Accept        Act = "accept"
	Refuse        Act = "refuse"
	Transfer      Act = "transfer"
)

// table says what each act makes of each state; what doesn't stand here can't be done. "" is that nothing was handed in yet. The court says once what is to be corrected
// (人民法院在线诉讼规则 第九条: 一次性告知), so it can't ask a second time.
var table = map[State]map[Act]State{
	"":              {Submit: Submitted},
	Submitted:       {AskCorrection: CorrectionAsked, Accept: Accepted, Refuse: Refused, Transfer: Transferred, Withdraw: Withdrawn},
	CorrectionAsked: {Resubmit: Resubmitted, Refuse: Refused, Withdraw: Withdrawn},
	Resubmitted:     {Accept: Accepted, Refuse: Refused, Transfer: Transferred, Withdraw: Withdrawn},
}

// OfCourt reports whether the court does it; all else is done by who files.
func (a Act) OfCourt() bool {
	return slices.Contains([]Act{AskCorrection, Accept, Refuse, Transfer}, a)
}

// After gives the state after an act, or court.ErrFilingState. overdue: the time for corrections is over; before that nobody is refused for not having made them.
func (s State) After(a Act, overdue bool) (State, error) {
	to, ok := table[s][a]
	if !ok || s == CorrectionAsked && a == Refuse && !overdue {
		return "", court.ErrFilingState
	}
	return to, nil
}

// Over reports whether nothing more can become of it.
func (s State) Over() bool { return s != "" && len(table[s]) == 0 }

// Waits reports whether it is the court's turn.
func (s State) Waits() bool { return s == Submitted || s == Resubmitted }

// Limits of what the court says.
const (
	MaxCorrections     = 50
	MaxCorrectionDays  = 30
	MaxCorrectionRunes = 500
)

// Correction is one thing that is lacking or wrong.
type Correction struct {
	// Path is the field or material that it is about, as problems name it; "" for the filing as a whole.
	Path string `json:"path" maxLength:"100"`
	Text string `json:"text" maxLength:"500"`
}

// Answer is what the court says.
type Answer struct {
	Act Act `json:"act" enum:"ask_correction,accept,refuse,transfer"`
	// Corrections are all that has to be corrected, and Days how long there is for it.
	Corrections []Correction `json:"corrections,omitempty" nullable:"false" maxItems:"50"`
	Days        int          `json:"days,omitempty" maximum:"30"`
	Reason      string       `json:"reason,omitempty" maxLength:"2000" doc:"of a refusal or referral"`
	Court       string       `json:"court,omitempty" maxLength:"60" doc:"that one is referred to"`
}

// Check refuses an answer that says too little or what doesn't belong to it. Errors name the field.
func (a *Answer) Check() error {
	says := func(want bool, is bool, field string) error {
		if want != is {
			return court.ErrInvalid.In(field)
		}
		return nil
	}
	if !a.Act.OfCourt() {
		return court.ErrInvalid.In("act")
	}
	ask, reason := a.Act == AskCorrection, a.Act == Refuse || a.Act == Transfer
	for _, err := range []error{
		says(ask, len(a.Corrections) > 0, "corrections"), says(ask, a.Days != 0, "days"),
		says(reason, strings.TrimSpace(a.Reason) != "", "reason"), says(a.Act == Transfer, strings.TrimSpace(a.Court) != "", "court"),
	} {
		if err != nil {
			return err
		}
	}
	if a.Days < 0 || a.Days > MaxCorrectionDays {
		return court.ErrInvalid.In("days")
	}
	if len(a.Corrections) > MaxCorrections {
		return court.ErrTooLarge.In("corrections")
	}
	for i, c := range a.Corrections {
		at := court.PageField("corrections", i)
		if strings.TrimSpace(c.Text) == "" || len(c.Path) > 100 {
			return court.ErrInvalid.In(at)
		}
		if err := court.CheckText(c.Text, MaxCorrectionRunes, at); err != nil {
			return err
		}
	}
	if err := court.CheckText(a.Court, 60, "court"); err != nil {
		return err
	}
	return court.CheckText(a.Reason, 2000, "reason")
}

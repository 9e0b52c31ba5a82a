package application

import (
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// State is where an application stands.
type State string

// The states. A draft is its author's alone and no part of the record.
const (
	Submitted      State = "submitted"
	UnderReview    State = "under_review"
	NeedSupplement State = "need_supplement"
	Revoked        State = "revoked"
)

// StateNames are the states in words, the decided ones too.
var StateNames = map[State]exact.Text{
	Submitted:       exact.T("已提交", "Submitted"),
	UnderReview:     exact.T("审查中", "Under review"),
	NeedSupplement:  exact.T("需补正", "Supplement needed"),
	State(Granted):  exact.T("准许", "Granted"),
	State(Partly):   exact.T("部分准许", "Partly granted"),
	State(Denied):   exact.T("不准许", "Refused"),
	State(Recorded): exact.T("记录在案", "Recorded"),
	Revoked:         exact.T("申请人撤回", "Withdrawn by the applicant"),
}

// Open reports whether the court has still to decide.
func (s State) Open() bool { return s == Submitted || s == UnderReview || s == NeedSupplement }

// Answer is what the court says to an application: that it is being looked at, that something is lacking, or the decision.
type Answer struct {
	State State `json:"state" enum:"under_review,need_supplement,granted,partly_granted,denied,recorded"`
	// Decision is one of the kind's, for a decision.
	Decision string `json:"decision,omitempty"`
	Reason   string `json:"reason,omitempty"`
	// Until is until when what is lacking should come, Unix milliseconds; 0 for no time.
	Until int64 `json:"until,omitempty"`
	// Stages are those that go on offline, for a decision to that on an application for going offline; none: those that it asks for.
	Stages []consent.Stage `json:"stages,omitempty"`
}

// Check refuses an answer that makes no sense or isn't the role's to give. Errors name the field: a refusal needs a reason, and so does
// asking for more.
func (k *Kind) CheckAnswer(a Answer, role court.Role) error {
	decided := a.State != UnderReview && a.State != NeedSupplement
	switch {
	case !decided && a.Decision != "", decided && !slices.Contains(k.Decisions, Decision{a.Decision, Outcome(a.State)}):
		return court.ErrInvalid.In("decision")
	case decided && role == court.RoleClerk && !k.OfClerk():
		return court.ErrForbidden
	case a.Until != 0 && a.State != NeedSupplement || a.Until < 0:
		return court.ErrInvalid.In("until")
	case len(a.Stages) > 0 && !k.Transfers(a):
		return court.ErrInvalid.In("stages")
	case strings.TrimSpace(a.Reason) == "" && (a.State == State(Denied) || a.State == State(Partly) || a.State == NeedSupplement):
		return court.ErrInvalid.In("reason")
	}
	if len(a.Stages) > 0 {
		if err := consent.CheckStages(a.Stages, "stages"); err != nil {
			return err
		}
	}
	return court.CheckText(a.Reason, MaxFieldRunes, "reason")
}

// AfterAnswer gives the state after an answer. ErrApplicationDecided for one that is decided or withdrawn already.
func (s State) AfterAnswer(a Answer) (State, error) {
	if !s.Open() || s == UnderReview && a.State == UnderReview {
		return "", court.ErrApplicationDecided
	}
	return a.State, nil
}

// AfterSupplement gives the state after the applicant has sent more.
func (s State) AfterSupplement() (State, error) {
	if !s.Open() {
		return "", court.ErrApplicationDecided
	}
	return Submitted, nil
}

// AfterRevocation gives the state after the applicant has withdrawn it.
func (s State) AfterRevocation() (State, error) {
	if !s.Open() {
		return "", court.ErrApplicationDecided
	}
	return Revoked, nil
}

// KindOffline is the application for going on offline with stages that were agreed to (转线下审理申请).
const KindOffline = "offline"

// Transfers reports whether an answer moves stages offline.
func (k *Kind) Transfers(a Answer) bool {
	return k.Key == KindOffline && (a.State == State(Granted) || a.State == State(Partly))
}

// OfflineAsked is which stages an application for going offline names, and whether it asks that for all parties.
type OfflineAsked struct {
	Stages []consent.Stage `json:"stages"`
	All    bool            `json:"all"`
}

// Offline gives what an application for going offline asks for, as far as its template says; nil for other kinds and for papers.
func (f *Filled) Offline() *OfflineAsked {
	if f.Kind.Key != KindOffline || len(f.Lists["stage"]) == 0 {
		return nil
	}
	return &OfflineAsked{consent.Offered(f.Lists["stage"]), f.Texts["who"] == "要求各方线下参加"}
}

// Package consent holds the rules on holding stages of proceedings online: that a party agrees stage by stage, that nothing is presumed for the others, and that a
// stage is moved offline by the court (人民法院在线诉讼规则 第四条, 第五条, 第二十一条). It does no I/O.
package consent

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Stage is a part of the proceedings that is held online or not.
type Stage string

// The stages of the court's form (在线诉讼同意书).
const (
	Filing       Stage = "filing" // handing in materials
	Mediation    Stage = "mediation"
	ExchangeSync Stage = "exchange_synchronous"
	ExchangeEach Stage = "exchange_asynchronous" // each party for itself within a period
	Inquiry      Stage = "inquiry"
	HearingSync  Stage = "hearing_synchronous"
	HearingEach  Stage = "hearing_asynchronous"
	Service      Stage = "service"
	Judgment     Stage = "judgment"
)

// Stages lists them in the order of the form.
var Stages = []Stage{Filing, Mediation, ExchangeSync, ExchangeEach, Inquiry, HearingSync, HearingEach, Service, Judgment}

// Names are the stages in words.
var Names = map[Stage]exact.Text{
	Filing:       exact.T("立案与材料提交", "Filing and handing in materials"),
	Mediation:    exact.T("调解", "Mediation"),
	ExchangeSync: exact.T("证据交换与质证（同步）", "Exchange of evidence, all at one time"),
	ExchangeEach: exact.T("证据交换与质证（非同步）", "Exchange of evidence, each within a period"),
	Inquiry:      exact.T("询问、听证", "Inquiry"),
	HearingSync:  exact.T("庭审（同步视频）", "Hearing by video"),
	HearingEach:  exact.T("庭审（非同步）", "Hearing, each at a time of their own"),
	Service:      exact.T("电子送达", "Electronic service"),
	Judgment:     exact.T("宣判", "Pronouncement of the judgment"),
}

// ExchangeStage gives the stage that an exchange of evidence belongs to; nil means that the court has opened none.
func ExchangeStage(x *court.Exchange) Stage {
	if x != nil && x.Mode == court.ExchangeSynchronous {
		return ExchangeSync
	}
	return ExchangeEach
}

// CheckMode rules how evidence can be exchanged: where somebody who takes part online doesn't agree to each at a time of its own, all do it at one time (第十四条):
// ErrExchangeMode, which says who. each is where the parties stand on that.
func CheckMode(mode court.ExchangeMode, each []Stand) error {
	var refused []string
	for _, s := range each {
		if s.State == Refused {
			refused = append(refused, s.Party)
		}
	}
	if mode == court.ExchangeAsynchronous && refused != nil {
		return court.ExchangeModeRefused(refused)
	}
	return nil
}

// Stand is where a party, as it is called in the case, stands on a stage.
type Stand struct {
	Party string
	State State
}

// offered are the stages that the form of the application names (转线下审理申请), in its words.
var offered = map[string][]Stage{
	"调解": {Mediation}, "证据交换": {ExchangeSync, ExchangeEach}, "询问": {Inquiry}, "听证": {Inquiry}, "庭审": {HearingSync, HearingEach}, "送达": {Service},
}

// Offered gives the stages that an application for going offline names, in their order.
func Offered(words []string) (stages []Stage) {
	for _, s := range Stages {
		if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(offered[w], s) }) {
			stages = append(stages, s)
		}
	}
	return stages
}

// State is where a party stands on a stage.
type State string

// The states. Undeclared is neither: what a party then does online by itself it has chosen (第四条第一项), but nothing is presumed.
const (
	Undeclared State = "undeclared"
	Agreed     State = "agreed"
	Refused    State = "refused"
	Offline    State = "offline" // moved offline by the court, whatever the party had agreed to
)

// CheckStages refuses an empty list, one with repeats, and stages that aren't known. Errors name the field.
func CheckStages(stages []Stage, field string) error {
	if len(stages) == 0 {
		return court.ErrInvalid.In(field)
	}
	for i, s := range stages {
		if !slices.Contains(Stages, s) || slices.Contains(stages[:i], s) {
			return court.ErrInvalid.In(court.PageField(field, i))
		}
	}
	return nil
}

// Declare rules a party's own word on a stage. Who has agreed doesn't take it back by a tap, but applies to go offline, which the judge looks at (第五条):
// ErrConsentGiven. A stage that the court has moved offline waits for the court: ErrStageOffline.
func (s State) Declare(agree bool) error {
	switch {
	case s == Offline:
		return court.ErrStageOffline
	case s == Agreed && !agree:
		return court.ErrConsentGiven
	}
	return nil
}

// Chosen rules an act that the party does online by itself: ErrStageOffline where it has refused the stage or the court has moved it offline.
func (s State) Chosen() error {
	if s == Refused || s == Offline {
		return court.ErrStageOffline
	}
	return nil
}

// Needed rules an act that binds the party and for which it must have agreed before: ErrConsentNeeded, or ErrStageOffline.
func (s State) Needed() error {
	if s == Undeclared {
		return court.ErrConsentNeeded
	}
	return s.Chosen()
}

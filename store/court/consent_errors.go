package court

import "strings"

// The errors of holding stages online.
var (
	ErrStageOffline = newError("stage_offline", "这个环节您没有同意在线进行，或者法院已经决定转为线下，请按法院通知到线下办理。愿意在线办理的，请先同意这个环节或者联系法庭。",
		"You have not agreed to hold this stage online, or the court has moved it offline. Please do it at the court, or agree to the stage first, or contact the court.")
	ErrConsentGiven = newError("consent_given", "您已经同意这个环节在线进行。需要改为线下的，请提交转线下审理申请，由法官审查。",
		"You have agreed to hold this stage online. To go offline please apply for it; the judge decides.")
	ErrExchangeMode = newError("exchange_mode", "有当事人不同意非同步证据交换，请改为同步证据交换，或者先决定该当事人线下参加。",
		"A party doesn't agree to an exchange at different times. Please hold it at one time, or decide first that this party takes part offline.")
	ErrConsentNeeded = newError("consent_needed", "请先同意这个环节在线进行。", "Please agree to hold this stage online first.")
)

// ExchangeModeRefused is ErrExchangeMode with who doesn't agree and what the court can do.
func ExchangeModeRefused(parties []string) *Error {
	e := *ErrExchangeMode.In("mode")
	e.ZH = strings.Join(parties, "、") + "不同意非同步证据交换（限时质证）。请改为同步质证，由各方在同一时间进行；也可以请其改为同意，或者先决定其线下参加。"
	e.EN = strings.Join(parties, ", ") + " did not agree to an exchange at different times. Please hold it at one time for all, or ask them to agree, or decide first that they take part offline."
	return &e
}

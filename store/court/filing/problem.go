package filing

import "microcourt/store/court/exact"

// Code says what is wrong with a field. Codes never change their meaning.
type Code string

// The codes. Those of documents are id_ and court.IDProblem.
const (
	CodeRequired     Code = "required"
	CodeTooLong      Code = "too_long"
	CodeText         Code = "bad_text"
	CodeDate         Code = "bad_date"
	CodeFuture       Code = "in_future"
	CodeOrder        Code = "before_other_date"
	CodeAmount       Code = "bad_amount"
	CodeOption       Code = "unknown_option"
	CodeDocket       Code = "bad_docket"
	CodePhone        Code = "bad_phone"
	CodeAddress      Code = "bad_address"
	CodeLicence      Code = "bad_licence"
	CodeCause        Code = "unknown_cause"
	CodeCauseEdition Code = "cause_not_in_force"
	CodeCauseHigh    Code = "cause_not_lowest" // a warning
	CodeGround       Code = "unknown_ground"
	CodeNotice       Code = "notice_changed"
	CodeRepeated     Code = "repeated"
	CodeTooMany      Code = "too_many"
	CodeMissingParty Code = "missing_party"
	CodeNotYours     Code = "not_on_your_side"
	CodeSelf         Code = "self_missing"
	CodeMaterial     Code = "material_missing"
	CodeLate         Code = "maybe_late" // a warning
	CodeExcluded     Code = "excluded"   // a warning
	CodeRetired      Code = "kind_retired"
)

// Texts are the codes in words.
var Texts = map[Code]exact.Text{
	CodeRequired:           exact.T("请填写此项", "Please fill this in"),
	CodeTooLong:            exact.T("内容太长，请精简", "This is too long; please shorten it"),
	CodeText:               exact.T("含有不允许的字符", "This holds characters that are not allowed"),
	CodeDate:               exact.T("请选择正确的日期", "Please choose a date"),
	CodeFuture:             exact.T("日期不能晚于今天", "The date can't be in the future"),
	CodeOrder:              exact.T("日期早于前面填写的日期，请核对", "This date is before the one that it follows; please check"),
	CodeAmount:             exact.T("请填写正确的金额", "Please give an amount"),
	CodeOption:             exact.T("请重新选择", "Please choose again"),
	CodeDocket:             exact.T("案号格式不正确，例如（2024）浙0212民初1024号", "Not a docket number such as （2024）浙0212民初1024号"),
	CodePhone:              exact.T("请填写正确的电话号码", "Please give a phone number"),
	CodeAddress:            exact.T("送达地址不完整，请核对", "The address isn't complete; please check"),
	CodeLicence:            exact.T("请填写正确的执业证号", "Please give the number of the licence"),
	CodeCause:              exact.T("请从列表中选择案由", "Please choose a cause from the list"),
	CodeCauseEdition:       exact.T("该案由已经修改，请按现行规定重新选择", "This cause has been replaced; please choose one that is in force"),
	CodeCauseHigh:          exact.T("下面还有更具体的案由，请尽量选到最后一级", "There are more specific causes below this one; please choose the lowest that fits"),
	CodeGround:             exact.T("请从列表中选择再审事由", "Please choose a ground from the list"),
	CodeNotice:             exact.T("告知内容已更新，请重新阅读", "The notice has changed; please read it again"),
	CodeRepeated:           exact.T("与前面的重复了", "This stands here twice"),
	CodeTooMany:            exact.T("数量超过上限", "These are too many"),
	CodeMissingParty:       exact.T("还缺少当事人，至少要有申请人和对方", "A party is missing: there has to be one on either side"),
	CodeNotYours:           exact.T("只能代理己方当事人", "Representatives can be named for your own side only"),
	CodeSelf:               exact.T("请指明哪一位是您本人，并与您的立案身份一致", "Please say which of these is you; it has to fit the capacity in which you file"),
	CodeMaterial:           exact.T("请上传这项材料", "Please add this material"),
	CodeLate:               exact.T("可能已经超过法定期限，是否受理由法院决定", "The law's time may be over; whether it is taken is for the court to decide"),
	CodeExcluded:           exact.T("这种情形法院一般不受理", "In this case courts as a rule don't take it"),
	CodeRetired:            exact.T("现在不再受理这类立案，您填写的内容还在，请联系法院", "Filings of this kind are no longer taken. What you filled in is still here; please contact the court"),
	"id_format":            exact.T("证件号码格式不正确", "This number doesn't have the form of the document"),
	"id_birthdate":         exact.T("证件号码中的出生日期不存在", "The date of birth in the number doesn't exist"),
	"id_birthdate_range":   exact.T("证件号码中的出生日期不合理", "The date of birth in the number is out of range"),
	"id_checksum":          exact.T("证件号码校验不通过，可能抄错了一位", "The check character is wrong: a digit may be mistyped"),
	"id_org_code_checksum": exact.T("其中组织机构代码的校验位不对", "The check character of the organisation code in it is wrong"),
}

// Problem is what is wrong with one field, or a warning about it. Path names the place: a field's key, and inside of it as parties[0].name.
type Problem struct {
	Step    string     `json:"step"`
	Path    string     `json:"path"`
	Code    Code       `json:"code"`
	Text    exact.Text `json:"text"`
	Warning bool       `json:"warning" doc:"stops nobody"`
}

// Blocking gives the problems that are no warnings.
func Blocking(all []Problem) (list []Problem) {
	for _, p := range all {
		if !p.Warning {
			list = append(list, p)
		}
	}
	return list
}

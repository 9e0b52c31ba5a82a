package court

// The errors of filings.
var (
	ErrFilingState      = newError("filing_state", "立案材料的状态已经变化，请刷新后再操作。", "The filing stands elsewhere by now. Please refresh and look again.")
	ErrFilingIncomplete = newError("filing_incomplete", "立案信息还没有填写完整，请按提示补全后再提交。", "The filing isn't complete yet. Please fill in what is pointed out before handing it in.")
	ErrFilingKind       = newError("filing_kind_closed", "本院现在不受理这类网上立案，请联系法院。", "This court doesn't take filings of this kind online at present. Please contact the court.")
	ErrFilingSelf       = newError("filing_not_you", "“本人”的姓名、证件号码与您已验证的身份不一致，请核对。",
		"The name or number given for yourself is not that of your verified identity. Please check it.")
	ErrDocketUnset = newError("docket_unset", "系统还没有设置本院的法院代字，不能编立案号，请联系管理员。",
		"This court's code for docket numbers is not set, so no number can be given. Please contact the administrator.")
)

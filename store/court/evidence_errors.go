package court

// The errors of evidence.
var (
	ErrHashDiffers = newError("hash_differs", "文件与手机上计算的校验值不一致，请重新上传这一页。",
		"The file is not the one that your phone computed the hash of. Please upload this page again.")
	ErrPartyNeeded = newError("party_needed", "您代理多位当事人，请选择为哪一位办理。",
		"You act for several parties. Please choose for which of them.")
	ErrDraftChanged = newError("draft_changed", "草稿已在其他设备上修改，请刷新后再保存。",
		"The draft was changed on another device. Please reload it before saving.")
	ErrExchangeClosed = newError("exchange_closed", "证据交换已经结束，不能再发表或者修改质证意见；如有补充请联系法庭。",
		"The exchange of evidence has ended. Opinions can no longer be given or changed; please contact the court.")
	ErrExchangeNotOpen = newError("exchange_not_open", "证据交换还没有开始，请在法庭确定的时间内发表质证意见。",
		"The exchange of evidence has not begun. Please give your opinion within the time set by the court.")
	ErrExchangeRunning = newError("exchange_running", "已有证据交换正在进行，请先结束，或者修改它的时间。",
		"An exchange of evidence is under way. Please close it first, or change its time.")
	ErrExhibitWithdrawn = newError("exhibit_withdrawn", "这份证据已经撤回。", "This exhibit has been withdrawn.")
	ErrExhibitRuled     = newError("exhibit_ruled", "法庭已对这份证据作出认定，不能撤回。",
		"The court has ruled on this exhibit. It cannot be withdrawn.")
	ErrNotCrossExamined = newError("not_cross_examined", "这份证据还没有经过质证，不能采信。",
		"This exhibit has not been cross-examined and cannot be admitted.")
)

package court

// The errors of hearings.
var (
	ErrHearingState = newError("hearing_state", "庭审当前的状态不能进行这项操作，请刷新后查看。",
		"The hearing is in a state that doesn't allow this. Please reload it.")
	ErrHearingOver = newError("hearing_over", "庭审已经结束、取消或者转为线下，请查看法院的通知。",
		"The hearing has ended, was cancelled or goes on at the court. Please look at the court's notice.")
	ErrHearingNotOpen = newError("hearing_not_open", "庭审还没有开放候审，请在开庭时间前再进入。",
		"The hearing's lobby is not open yet. Please come back shortly before it begins.")
	ErrHearingExcluded = newError("hearing_excluded", "存在不得适用在线庭审的情形，请安排线下开庭。",
		"There is a reason for which no hearing may be held online. Please hold it at the court.")
	ErrHearingNotice = newError("hearing_notice", "开庭应当至少提前三日通知。请改到三日以后，或者注明需要各方当事人放弃通知期限，各方放弃后才能开庭。",
		"A hearing has to be made known three days before. Choose a later time, or say that the parties are to waive the notice; it can be opened once all have.")
	ErrHearingUnwaived = newError("hearing_unwaived", "通知不足三日，还有当事人没有放弃通知期限，请联系当事人放弃，或者另定时间。",
		"Notice was shorter than three days and a party hasn't waived that yet. Please ask for it, or set another time.")
	ErrHearingRefused = newError("hearing_refused", "有当事人不同意这个环节在线进行，请改为线下，或者先决定该当事人线下参加。",
		"A party doesn't agree to hold this online. Please hold it at the court, or decide first that this party takes part there.")
	ErrHearingAgreement = newError("hearing_agreement", "非同步庭审须各方当事人都同意，还有当事人没有表示同意。",
		"For a hearing that each attends at its own time every party has to agree, and one hasn't yet.")
	ErrHearingProcedure = newError("hearing_procedure", "非同步庭审只适用于小额诉讼程序或者民事、行政简易程序的案件。",
		"A hearing that each attends at its own time is for the small-claims and the simple procedures only.")
	ErrHearingTogether = newError("hearing_together", "各方当事人同时在线参与庭审没有困难的，应当同步开庭。",
		"Where the parties can attend at one time the hearing is held so.")
	ErrHearingUnapplied = newError("hearing_unapplied", "非同步庭审须有一方当事人的书面申请。",
		"A hearing that each attends at its own time has to be applied for in writing by a party.")
	ErrHearingDisputed = newError("hearing_disputed", "各方当事人对案件主要事实和证据仍有争议，不能非同步开庭。",
		"The main facts or evidence are disputed, so the parties attend at one time.")
	ErrDisciplineRequired = newError("discipline_required", "请先逐条阅读庭审告知书，并确认遵守。",
		"Please read the rules of the hearing and accept them first.")
	ErrReverification = newError("reverification_required", "进入前需要再次验证身份：请获取并输入您手机上的验证码。",
		"Your identity is verified again before you enter: please ask for the code on your phone and enter it.")
	ErrUnchecked = newError("identity_unchecked", "还没有核对这位参与人的身份，请先看清本人并确认身份，再准许进入。",
		"Nobody has seen yet who this is. Please look at the person and confirm the identity, then admit them.")
	ErrMuteLocked = newError("mute_locked", "法庭已将您静音。需要发言请举手。",
		"The court has muted you. Raise your hand to speak.")
	ErrHearingRemoved = newError("hearing_removed", "您已被请出法庭，如有疑问请联系书记员。",
		"You were removed from the hearing. Please contact the clerk with any question.")
	ErrHearingPrivate = newError("hearing_private", "本次庭审不公开进行，不能旁听。",
		"This hearing is not public and can't be watched.")
	ErrRecordingUnshared = newError("recording_unshared", "观看庭审录音录像需要审判长准许，您可以向法庭提出申请。",
		"A judge has to allow it before you can play the recording of the hearing. You can ask the court for it.")
	ErrReplaceRule = newError("replace_rule", "录音录像只有在适用简易程序（含小额诉讼程序）的民事庭审和调解中可以代替笔录。",
		"A recording stands in place of the transcript only in mediation and in civil cases in the simple procedure, with small claims.")
	ErrRecordingUnfinished = newError("recording_unfinished", "庭审录音录像还没有全部存入案件记录，请稍后再试。",
		"The recording is not in the record completely yet. Please try again in a moment.")
	ErrGuestKnown = newError("guest_known", "这个手机号的使用人已经是本案的诉讼参与人或者已经在本次庭审的名单里，请核对。",
		"Whoever has this phone number takes part in the case, or is on the hearing's list already. Please check.")
	ErrHearingMode = newError("hearing_mode", "这次庭审以非同步方式进行：请在指定的期限内分环节录制并上传视频，不需要进入法庭。",
		"This hearing is one that each attends at its own time: please record and send a video for each step within the period; nobody enters a room.")
	ErrHearingPeriod = newError("hearing_period", "现在不在上传庭审视频的期限内。", "Statements are not taken at this time.")
	ErrNotPresent    = newError("not_present", "这位参与人现在不在候审室或者法庭里。",
		"This person is not in the lobby or the room at the moment.")
	ErrEnterFirst       = newError("enter_first", "请先进入法庭，再进行这项操作。", "Please enter the hearing first.")
	ErrMediaUnavailable = newError("media_unavailable", "现在不能接通音视频，请稍后再试。",
		"Sound and picture can't be connected at the moment. Please try again soon.")
)

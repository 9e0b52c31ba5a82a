package court

// The errors of transcripts.
var (
	ErrTranscriptEmpty    = newError("transcript_empty", "笔录还没有内容，请先记录。", "Nothing stands in the transcript yet. Please write it first.")
	ErrTranscriptFixed    = newError("transcript_fixed", "笔录已经送交核对，不能直接修改。需要继续记录的，请先收回。", "The transcript lies before the participants and can't be changed as it is. Take it back first to write on.")
	ErrTranscriptReplaced = newError("transcript_replaced", "各方当事人已经同意以录音录像代替笔录，本次庭审不再制作笔录。",
		"All parties have agreed that the recording stands in place of the transcript; none is written for this hearing.")
	ErrTranscriptUnread = newError("transcript_unread", "笔录还没有送交核对。", "The transcript doesn't lie before the participants yet.")
	ErrTranscriptEnded  = newError("transcript_ended", "笔录已经签署完毕或者结束，不能再修改。", "The transcript is signed or closed; nothing in it changes any more.")
	ErrTranscriptPeriod = newError("transcript_period", "申请补正的五日期限已过。仍有异议的，请向法庭提出书面申请。",
		"The five days for corrections are over. If you still object, please apply to the court in writing.")
	ErrTranscriptAnswered = newError("transcript_answered", "这项补正申请已经处理，请刷新后查看。", "This correction has been answered already. Please reload it.")
	ErrTranscriptOpen     = newError("transcript_open", "还有补正申请没有处理，处理后才能签名。", "A correction has not been answered yet. It can be signed after that.")
)

package court

// The errors of papers that several people sign.
var (
	ErrSigningEnded   = newError("signing_ended", "这份文书的签名已经结束，请刷新后查看。", "Signing of this paper has ended. Please reload it.")
	ErrSigned         = newError("signed_already", "您已经签名，不能重复签名或者拒签。", "You have signed this already.")
	ErrSigningWaiting = newError("signing_waiting", "还有人没有签名，也没有拒签，不能结束。", "Somebody has neither signed nor refused yet, so it can't be closed.")
)

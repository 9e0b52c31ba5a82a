package court

// The errors of fee notices and payments.
var (
	ErrFeeState = newError("fee_state", "交费通知当前的状态不能进行这项操作，请刷新后查看。",
		"The fee notice is in a state that doesn't allow this. Please reload it.")
	ErrPaymentUnavailable = newError("payment_unavailable", "本院没有开通在线交费或者服务暂时不可用，请按通知到法院窗口或者银行交纳。",
		"Online payment isn't set up here, or not available at the moment. Please pay at the court or by bank, as the notice says.")
	ErrPaymentRefused = newError("payment_refused", "支付结果的签名不正确或者已经过期。", "The payment report's signature is wrong, or too old.")
	ErrPaymentAmount  = newError("payment_amount", "支付金额与交费通知不一致。", "The amount paid is not that of the fee notice.")
)

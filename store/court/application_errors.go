package court

// The errors of applications and signatures.
var (
	ErrAuthority = newError("authority_needed", "这项申请须有当事人的特别授权，请补交授权委托书，或者由当事人本人提交。",
		"This needs special authority from the party. Please hand in a power of attorney that gives it, or let the party apply.")
	ErrApplicationDecided = newError("application_decided", "这项申请已经处理完毕，不能再变更。", "This application has been dealt with and can no longer be changed.")
	ErrDocumentChanged    = newError("document_changed", "文书内容已经变化，请重新预览后再签名。", "The document has changed. Please look at it again before signing.")
	ErrSignatureNeeded    = newError("signature_needed", "您还没有预留签名，请先手写签名。", "You have no signature on file yet. Please draw it first.")
	ErrUnsigned           = newError("unsigned", "申请书还没有签名，请预览并签名后再提交。", "The application isn't signed yet. Please look at it and sign it before handing it in.")
	ErrSignatureImage     = newError("bad_signature", "没有看清您的签名，请重新书写。", "Your signature could not be made out. Please draw it again.")
)

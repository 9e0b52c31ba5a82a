package court

// The errors of proving who one is.
var (
	ErrIDNumber = newError("id_number", "证件号码的格式不对，请对照证件重新输入；证件类型也请核对。",
		"The number doesn't have the form that this document's numbers have. Please compare it with the document, and check its kind.")
	ErrIDChecksum = newError("id_checksum", "证件号码有误（校验位不符），请对照证件逐位核对。",
		"The number is mistyped: its check digit doesn't fit. Please compare it with the document, digit by digit.")
	ErrDocumentExpired = newError("document_expired", "证件已过有效期，请使用有效的证件。", "The document has expired. Please use one that is valid.")
	ErrGuardianNeeded  = newError("guardian_needed", "未满十八周岁的，由法定代理人代为验证，请填写法定代理人（成年）的信息。",
		"For somebody under eighteen a guardian of age acts. Please give the guardian's particulars.")
	ErrProofingState = newError("proofing_state", "这次申请已经提交或者结束，请刷新查看。", "This was handed in or has ended. Please reload it.")
	ErrProofingStep  = newError("proofing_step", "还有步骤没有完成，请按顺序办理。", "A step before this one isn't done yet. Please go on from there.")
	ErrFaceConsent   = newError("face_consent", "拍摄人脸前须您单独同意；不同意的，请到法院现场核验。",
		"Before the camera takes your face you have to agree to that by itself. If you don't, please come to the court with your document.")
	ErrChallenge = newError("challenge", "这次拍摄已经过期或者不是为您准备的，请重新开始拍摄。",
		"This capture is too late, was used before or isn't yours. Please start it anew.")
	ErrCapture       = newError("capture", "没有收到可用的画面，请重新拍摄。", "No usable pictures arrived. Please take them anew.")
	ErrProofingTaken = newError("proofing_taken", "该账号已经参加案件或者属于法院工作人员，不能并入另一个人的账号，请先联系法院更正。",
		"This account takes part in a case or is a member of staff's, so it can't become another person's. Please correct that first.")
	ErrPhoneTaken = newError("phone_taken", "这个手机号已用于另一个账号。两个账号都是您本人的，请用新手机号登录后重新进行身份验证。",
		"Another account has this phone number. If both are yours, please sign in with it and prove your identity there.")
	ErrPasswordOff = newError("password_off", "法院工作人员请使用统一身份认证登录。", "People of the court sign in through the court's identity provider here.")
	ErrSecondLook  = newError("second_look", "这一件需要另一位工作人员复核。", "This one has to be looked at by another member of staff too.")
)

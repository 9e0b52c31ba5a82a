package court

import "errors"

// Error is the one error type that people and programs outside see: a stable code and a readable text in Chinese
// and in English. The api package maps it to an HTTP status, the hub to a socket error frame.
type Error struct {
	Code string // stable, snake_case
	ZH   string
	EN   string
	// Field names the part of the request that is wrong, where there is one.
	Field string
	// RetryAfterS says after how many seconds another try makes sense; 0 says nothing.
	RetryAfterS int
}

// Error gives the code and the English text, for logs.
func (e *Error) Error() string { return e.Code + ": " + e.EN }

// Is compares by code, so that errors.Is works with copies made by In and RetryIn.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// Text gives the text in the language wanted: English for "en", otherwise Chinese.
func (e *Error) Text(lang string) string {
	if lang == "en" {
		return e.EN
	}
	return e.ZH
}

// In gives a copy of the error that names the wrong field.
func (e *Error) In(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// RetryIn gives a copy of the error that says when to try again, in whole seconds.
func (e *Error) RetryIn(seconds int) *Error {
	c := *e
	c.RetryAfterS = seconds
	return &c
}

// AsError finds the court error in err, or answers ErrInternal: what is not meant for people's eyes stays inside.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return ErrInternal
}

func newError(code, zh, en string) *Error {
	e := &Error{Code: code, ZH: zh, EN: en}
	Errors = append(Errors, e)
	return e
}

// Errors lists every error, for the protocol document and its test.
var Errors []*Error

// The errors. Codes never change their meaning.
var (
	ErrInternal = newError("internal", "服务器出了问题，您的内容没有丢失，请稍后再试。",
		"Something went wrong on the server. Nothing of yours is lost; please try again shortly.")
	ErrUnavailable = newError("unavailable", "服务暂时不可用，请稍后再试。",
		"The service is not available at the moment. Please try again shortly.")
	ErrUnauthenticated = newError("unauthenticated", "请先登录。", "Please sign in first.")
	ErrForbidden       = newError("forbidden", "您的身份不能进行这项操作。", "Your role does not allow this.")
	ErrNotFound        = newError("not_found", "没有找到，或者您无权查看。", "Not found, or not yours to see.")
	ErrInvalid         = newError("invalid", "填写的内容有误，请检查后再提交。",
		"Something in the request is not right. Please check it and send it again.")
	ErrTooLarge = newError("too_large", "内容太大，超过了上限。", "This is larger than the limit.")
	ErrTooSlow  = newError("too_slow", "内容传得太慢，没有收完。请检查网络后再试。", "This came too slowly to be taken. Please check the network and try again.")
	ErrTooMany  = newError("too_many", "操作太频繁，请稍后再试。", "Too many requests. Please wait a moment.")
	ErrOrigin   = newError("bad_origin", "请求来源不被允许，请从本页面重新打开。",
		"This request came from another site and was refused. Please open the page anew.")

	ErrPhone = newError("bad_phone", "请输入11位中国大陆手机号码；其他号码请带国家或者地区代码，例如 +852。", "Please enter a mainland China mobile number of 11 digits, or another with its country code, such as +852.")
	ErrCode  = newError("bad_code", "验证码不正确或者已经过期，请重新获取。",
		"The code is wrong or has expired. Please ask for a new one.")
	ErrCredentials = newError("bad_credentials", "用户名或者密码不正确。", "The name or the password is not right.")
	ErrTOTP        = newError("totp_required", "请输入动态验证码。", "Please enter the code of your authenticator.")
	ErrPassword    = newError("weak_password", "密码至少12个字符，不能与用户名相同。",
		"A password needs at least 12 characters and must differ from the name.")

	ErrSignInLocked = newError("sign_in_locked", "连续多次输入错误，为保护账号暂时不能登录，请稍后再试，或者联系管理员。",
		"Too many wrong attempts. To protect the account signing in is paused; please wait, or contact your administrator.")
	ErrSMSUnavailable = newError("sms_unavailable", "短信服务没有开通或者暂时不可用，请联系法院。",
		"Text messages are not set up here, or cannot be sent at the moment. Please contact the court.")
	ErrLoginTaken = newError("login_taken", "这个用户名已经被使用。", "This name is already in use.")
	ErrTOTPOn     = newError("totp_on", "动态验证码已经启用，请先停用。", "The authenticator is already on. Please turn it off first.")
	ErrTOTPOff    = newError("totp_off", "动态验证码没有启用。", "The authenticator is not on.")

	ErrIdentityRequired = newError("identity_required", "请先完成身份验证，或者到法院由书记员当面核验。",
		"Your identity has to be verified first, here or by a clerk in person.")
	ErrOtherCapacity = newError("other_capacity", "您在本案中的身份与现在使用的身份不同，请先切换身份。",
		"You stand in this case in another capacity than you use now. Please switch first.")
	ErrNoticeRequired   = newError("notice_required", "请先阅读并确认告知书。", "Please read and accept the notice first.")
	ErrNoticeChanged    = newError("notice_changed", "告知书已更新，请重新阅读。", "The notice has changed. Please read it again.")
	ErrCaseClosed       = newError("case_closed", "案件已结，不能再发送新的内容。", "The case is closed. Nothing new can be sent.")
	ErrSpeechRestricted = newError("speech_restricted", "法官已限制您在本案发言，如有疑问请联系法院。",
		"The judge has restricted your speech in this case. Please contact the court with any question.")
	ErrIDReused         = newError("id_reused", "这个编号已经用于另一条内容。", "This id was already used for something else.")
	ErrRecallLate       = newError("recall_late", "发送超过两分钟，不能撤回。", "Messages can be recalled within two minutes only.")
	ErrUploadUnfinished = newError("upload_unfinished", "文件还没有传完，传完后会自动发送。",
		"The file has not arrived completely. It will be sent when it has.")
	ErrUploads = newError("too_many_uploads", "您还有太多未发送的文件，请先发送或者取消一些。",
		"Too many of your files are still waiting. Please send or cancel some of them first.")
	ErrFileType = newError("bad_file_type", "不支持这种文件，请换成图片、音频、视频或者常用文档。",
		"This type of file is not accepted. Please use a picture, audio, video or a common document.")
	ErrPaper = newError("paper_unavailable", "本系统暂时不能生成PDF文书，请联系法院。",
		"Documents can't be made as PDF here at the moment. Please contact the court.")
	ErrNotKnown = newError("not_known", "计算需要的节假日安排或者利率还没有由法院录入，暂时不能计算到这一天。",
		"Holidays or interest rates that this needs have not been entered by the court yet, so it can't be calculated up to that day.")
	ErrFrame   = newError("bad_frame", "无法识别的消息格式，请刷新页面。", "The frame could not be understood. Please reload the page.")
	ErrUpgrade = newError("upgrade_required", "页面版本过旧，请刷新页面。", "This page is out of date. Please reload it.")
)

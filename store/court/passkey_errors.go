package court

// The errors of passkeys.
var (
	ErrPasskey = newError("bad_passkey", "通行密钥没有通过核验，请再试一次；仍不成功的，请用其他方式登录。",
		"The passkey was not accepted. Please try once more, or sign in another way.")
	ErrPasskeySuspended = newError("passkey_suspended", "这把通行密钥可能被复制过，已经停用。请用其他方式登录，在“登录与设备”中移除后重新添加。",
		"This passkey may have been copied, so it is suspended. Please sign in another way, remove it under sign-in and devices, and add a new one.")
	ErrPasskeyKnown = newError("passkey_known", "这台设备或者这个密码管理器里已经有您的通行密钥，不用再添加。",
		"This device or password manager holds a passkey of yours already.")
	ErrPasskeyCount = newError("too_many_passkeys", "您的通行密钥已经很多，请先移除不用的。", "You have many passkeys already. Please remove those that you don't use first.")
	ErrPasskeyOff   = newError("passkey_off", "这里不能使用通行密钥，请用其他方式登录。", "Passkeys can't be used here. Please sign in another way.")
	ErrSignInAgain  = newError("sign_in_again", "为保护账号，添加通行密钥前请退出并重新登录，登录后半小时内可以添加。",
		"To protect the account, please sign out and in again: passkeys are added within half an hour of that.")
)

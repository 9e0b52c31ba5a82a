package court

// The errors of the guide.
var (
	ErrGuideChanged = newError("guide_changed", "这一页刚刚被修改过。请先复制您写的内容，刷新后再改。",
		"This page has just been changed by somebody else. Please copy what you wrote and reload before changing it.")
)

package liveness

// Reason is why a capture didn't pass, or not fully, in words for whoever reviews it.
type Reason struct {
	Code string `json:"code"`
	Zh   string `json:"zh"`
	En   string `json:"en"`
}

// weight is what a reason does to the verdict.
type weight int

const (
	doubts weight = iota // a person has to look closely
	fails                // the capture doesn't answer the challenge
)

// reasons are all that Judge gives; their codes are stable.
var reasons = map[string]struct {
	weight weight
	zh, en string
}{
	"broken_frames":      {fails, "有画面打不开，采集不完整", "Some pictures can't be opened; the capture isn't whole"},
	"too_few_frames":     {fails, "画面太少，不能判断", "Too few pictures to judge by"},
	"gaps":               {fails, "画面中断过，不是一次连续的采集", "Pictures are missing in between; the capture isn't continuous"},
	"cut_short":          {fails, "没有拍完全部颜色", "The capture ends before the last colour, or begins late"},
	"repeated_frames":    {fails, "同一画面重复出现，可能是播放的画面", "The same picture comes again; it may have been played"},
	"spliced":            {fails, "画面多次跳变，由几段拼接而成", "The picture jumps again and again; it was put together from parts"},
	"jumps":              {doubts, "画面有跳变，可能由几段拼接而成，也可能是手机突然移动", "The picture jumps; it may be put together from parts, or the phone was moved suddenly"},
	"still":              {fails, "人像没有细微的动作，可能是静止图片", "The face doesn't move in the least; it may be a still picture"},
	"no_answer":          {fails, "人像没有随屏幕颜色变化：可能不是面前的人，也可能是周围太亮", "The face doesn't follow the screen's colours: nobody may be before the phone, or the place is too bright"},
	"other_colours":      {fails, "人像的颜色变化与本次屏幕颜色不符，可能是另一次的录像", "The face's colours change, but not as the screen did; it may be a recording of another time"},
	"late":               {fails, "颜色变化到得太晚，可能是经过加工的画面", "The colours come too late; the picture may have been worked on"},
	"unclear":            {doubts, "颜色变化与屏幕大致相符，但不够清楚", "The colours follow the screen roughly, but not clearly enough"},
	"background_follows": {doubts, "背景与人像同样变色，可能是平面图片，也可能人紧靠墙", "The background changes as the face does: a flat picture, or somebody close to a wall"},
	"flat":               {doubts, "各处受光一样，可能是平面图片", "Everything takes the light alike; it may be a flat picture"},
	"dark":               {doubts, "周围太暗，分不清人像与平面图片", "The place is too dark to tell a face from a flat picture"},
	"too_bright":         {doubts, "画面过亮，颜色不可靠", "The picture is too bright for its colours to be relied on"},
}

func reasonOf(code string) Reason {
	r := reasons[code]
	return Reason{Code: code, Zh: r.zh, En: r.en}
}

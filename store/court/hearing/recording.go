package hearing

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Medium is what a recorded file holds.
type Medium string

// The media of a seat, and who spoke when: a JSON array of Spoke, one file for all seats of a part.
const (
	MediumAudio    Medium = "audio"
	MediumCamera   Medium = "camera"
	MediumScreen   Medium = "screen"
	MediumSpeaking Medium = "speaking"
)

// Media lists them.
var Media = []Medium{MediumAudio, MediumCamera, MediumScreen, MediumSpeaking}

// MediumNames are the media in words.
var MediumNames = map[Medium]exact.Text{MediumAudio: exact.T("声音", "Sound"), MediumCamera: exact.T("画面", "Picture"), MediumScreen: exact.T("共享屏幕", "Shared screen"), MediumSpeaking: exact.T("发言时间", "Who spoke when")}

// Type gives the media type that a file of it is served with.
func (m Medium) Type() string {
	switch m {
	case MediumAudio:
		return "audio/webm"
	case MediumCamera, MediumScreen:
		return "video/webm"
	}
	return "application/json"
}

// Known reports whether it is one of Media.
func (m Medium) Known() bool { return slices.Contains(Media, m) }

// RecordedFile is one file of a part of the recording. All its times stand on the server's clock.
type RecordedFile struct {
	ID       string `json:"id"`
	Seat     string `json:"seat,omitempty" doc:"left out of the file that says who spoke"`
	Media    Medium `json:"media" enum:"audio,camera,screen,speaking"`
	At       int64  `json:"at" doc:"Unix milliseconds of its first frame"`
	Duration int64  `json:"duration" doc:"milliseconds"`
	Width    int    `json:"width,omitempty" doc:"pixels; left out for sound"`
	Height   int    `json:"height,omitempty"`
	Size     int64  `json:"size" doc:"bytes"`
	SHA256   string `json:"sha256"`
}

// Spoke says who speaks from when on: the seats, nobody where there are none.
type Spoke struct {
	At    int64    `json:"at"` // Unix milliseconds
	Seats []string `json:"seats"`
}

// SharedBody is what hearing_recording_shared says: a judge lets somebody play the recording (庭审录音录像规定 第十条, 第十一条), or no longer.
type SharedBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	On      bool   `json:"on"`
	Reason  string `json:"reason,omitempty"`
}

// Plays reports whether a seat may play the recording: judges and clerks of the case, and whom a judge has allowed it of parties and representatives.
func (s *State) Plays(role court.Role, seat string) bool {
	return role.OfCourt() || !role.Guest() && slices.Contains(s.Viewers, seat)
}

func (s *State) applyShared(b SharedBody) {
	s.Viewers = slices.DeleteFunc(s.Viewers, func(id string) bool { return id == b.Seat })
	if b.On {
		s.Viewers = append(s.Viewers, b.Seat)
	}
}

// Span is a stretch of time that was recorded, in Unix milliseconds.
type Span struct {
	Part int   `json:"part"`
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// Gap is a stretch of the hearing that was not recorded, and why. Each has a reason, as the record of it that is kept with the file needs (庭审录音录像规定 第三条, 第四条).
type Gap struct {
	From   int64  `json:"from"`
	To     int64  `json:"to"`
	Reason string `json:"reason" doc:"why the part before it ended: adjourned, paused, consultation, closed; storage, interrupted, moved, stopped; unrecorded where no part was before it"`
	// Failed: it is no interruption that the law lets out. A written account, signed by the presiding judge, belongs into the file.
	Failed bool `json:"failed,omitempty"`
}

// A part ended well because the hearing went to another node, or with the program. No law lets a gap out that comes of it.
const (
	RecordingMoved   = "moved"
	RecordingStopped = "stopped"
)

// Unrecorded is the reason of a gap before which nothing was recorded.
const Unrecorded = "unrecorded"

// GapNames are the reasons of gaps in words.
var GapNames = map[string]exact.Text{
	"adjourned": exact.T("休庭", "Adjourned"), "paused": exact.T("庭审暂停", "Paused"), "consultation": exact.T("合议庭评议", "The bench consulted"), "closed": exact.T("闭庭", "Closed"),
	"storage": exact.T("存储故障", "The storage failed"), "interrupted": exact.T("录制中断", "Recording was interrupted"), RecordingMoved: exact.T("转到另一台服务器", "Moved to another server"),
	RecordingStopped: exact.T("系统停止", "The program was stopped"), Unrecorded: exact.T("尚未开始录制", "Recording hadn't begun"),
}

// minGap is how short a stretch between two parts is none, in milliseconds: to begin a part takes a moment.
const minGap = 1500

// Timeline gives what of the hearing was recorded, and the gaps. files gives the time that the files of a part cover. now ends what goes on.
func (s *State) Timeline(files map[int]Span, now int64) (spans []Span, gaps []Gap) {
	if s.StartedAt == 0 {
		return nil, nil
	}
	end := now
	if s.EndedAt != 0 {
		end = s.EndedAt
	}
	parts := slices.Clone(s.Recording)
	slices.SortStableFunc(parts, func(a, b Recording) int { return a.Part - b.Part })
	at, why, failed := s.StartedAt, Unrecorded, true
	gap := func(to int64) {
		if to-at >= minGap {
			gaps = append(gaps, Gap{From: at, To: to, Reason: why, Failed: failed})
		}
	}
	for _, r := range parts {
		span, covered := Span{r.Part, r.StartedAt, r.EndedAt}, files[r.Part]
		if covered.From != 0 {
			span.From = min(span.From, covered.From)
		}
		switch {
		case r.EndedAt == 0:
			span.To = end
		case r.Failed: // what was noted of it was noted later
			span.To = max(span.From, covered.To)
		}
		gap(span.From)
		if span.To > span.From {
			spans = append(spans, span)
		}
		at, why, failed = max(at, span.To), r.Reason, r.Failed || r.Reason == RecordingMoved || r.Reason == RecordingStopped
	}
	gap(end)
	return spans, gaps
}

package hearing

import "encoding/json"

// ScheduledBody is what hearing_scheduled says.
type ScheduledBody struct {
	Hearing   string     `json:"hearing"`
	Title     string     `json:"title"`
	Type      Type       `json:"type"`
	Mode      Mode       `json:"mode"`
	At        int64      `json:"at"`
	Minutes   int        `json:"minutes"`
	Public    bool       `json:"public"`
	Reason    string     `json:"reason,omitempty"` // why not public
	Presiding string     `json:"presiding"`
	Seats     []SeatBody `json:"seats"`
	// Checklist is the court's answer to each question of 第二十一条, with a hearing that is held at one time; Conditions those of 第二十条 with one that is not.
	Checklist  map[Question]bool  `json:"checklist,omitempty"`
	Conditions map[Condition]bool `json:"conditions,omitempty"`
}

// SeatBody names a seat.
type SeatBody struct {
	ID         string `json:"id"`
	Role       Role   `json:"role"`
	Name       string `json:"name"`
	Standing   string `json:"standing"`
	Offline    bool   `json:"offline,omitempty"`
	Discipline bool   `json:"discipline,omitempty"`
}

// WaivedBody is what hearing_notice_waived says: a party does without three days' notice of this time.
type WaivedBody struct {
	Hearing string `json:"hearing"`
	Party   string `json:"party"`
	At      int64  `json:"at"` // the time that is waived for
}

// MovedBody is what hearing_postponed says.
type MovedBody struct {
	Hearing string `json:"hearing"`
	At      int64  `json:"at"`
	Minutes int    `json:"minutes"`
	Reason  string `json:"reason"`
}

// StepBody is what the steps of a hearing's life say: hearing_opened, hearing_started, hearing_adjourned, hearing_resumed, hearing_paused, hearing_closed,
// hearing_cancelled, hearing_moved_offline.
type StepBody struct {
	Hearing string `json:"hearing"`
	Reason  string `json:"reason,omitempty"`
	Seat    string `json:"seat,omitempty"` // with hearing_paused: whose connection was lost
	// Replaced, with hearing_closed: the recording stands in place of the transcript.
	Replaced bool `json:"replaced,omitempty"`
}

// ReplaceBody is what hearing_recording_proposed says: whether the recording is to stand in place of the transcript is asked of these parties, or no longer.
type ReplaceBody struct {
	Hearing string   `json:"hearing"`
	Title   string   `json:"title"`
	On      bool     `json:"on"`
	Parties []string `json:"parties,omitempty"`
	Reason  string   `json:"reason,omitempty"`
}

// ReplaceAnswerBody is what hearing_recording_answered says.
type ReplaceAnswerBody struct {
	Hearing string `json:"hearing"`
	Title   string `json:"title"`
	Party   string `json:"party"`
	Agrees  bool   `json:"agrees"`
}

// SummonedBody is what hearing_witness_summoned says.
type SummonedBody struct {
	Hearing  string `json:"hearing"`
	Seat     string `json:"seat"`
	Name     string `json:"name"`
	Standing string `json:"standing"`
}

// UndertakingBody is what hearing_undertaking says: which text the witness has promised by, and the signature on file that it bears
// (民事诉讼法解释 第一百一十条、第一百一十九条).
type UndertakingBody struct {
	Hearing   string `json:"hearing"`
	Seat      string `json:"seat"`
	Version   string `json:"version"`
	SHA256    string `json:"sha256"`
	Signature string `json:"signature"`
}

// EnteredBody is what hearing_entered says. It names the seat whole, for somebody who has joined the case since. CodeAt is when the person last
// answered a code on its phone (在线诉讼规则 第七条第三款), Rules the version of the rules of the hearing that it has accepted.
type EnteredBody struct {
	Hearing  string `json:"hearing"`
	Seat     string `json:"seat"`
	Role     Role   `json:"role"`
	Name     string `json:"name"`
	Standing string `json:"standing"`
	CodeAt   int64  `json:"code_at,omitempty"`
	Rules    string `json:"rules,omitempty"`
}

// LeftBody is what hearing_left says.
type LeftBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	Reason  Going  `json:"reason"`
}

// Going is how somebody went.
type Going string

// Somebody left by itself, or the connection was lost (第二十五条 tells them apart).
const (
	GoingLeft    Going = "left"
	GoingDropped Going = "dropped"
)

// SeatActBody is what hearing_identity_checked, hearing_admitted, hearing_called, hearing_dismissed, hearing_removed and hearing_warned say.
type SeatActBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	Reason  string `json:"reason,omitempty"`
}

// SeatSetBody is what hearing_seat_set says; what is left out stays as it is.
type SeatSetBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	SeatSet
}

// SeatSet is what can be set of a seat.
type SeatSet struct {
	Muted   *bool `json:"muted,omitempty"`
	Locked  *bool `json:"mute_locked,omitempty" doc:"true also mutes"`
	Stopped *bool `json:"camera_stopped,omitempty"`
	Floor   *bool `json:"floor,omitempty" doc:"true takes it from whoever has it, and lowers the hand"`
	Hand    *bool `json:"hand,omitempty"`
}

// PhaseBody is what hearing_phase_set says.
type PhaseBody struct {
	Hearing string `json:"hearing"`
	Phase   Phase  `json:"phase"`
}

// ShownBody is what hearing_shown says: an exhibit's page, or nothing any more.
type ShownBody struct {
	Hearing string `json:"hearing"`
	Exhibit string `json:"exhibit,omitempty"`
	Label   string `json:"label,omitempty"`
	Page    int    `json:"page,omitempty"`
	Witness bool   `json:"witness,omitempty"` // also to the witness who is in the room
}

// StatementBody is what hearing_statement says, of what the state needs: a seat's own recording for a step of the hearing (第二十条).
type StatementBody struct {
	Hearing string `json:"hearing"`
	Seat    string `json:"seat"`
	Phase   Phase  `json:"phase"`
	Page    struct {
		Attachment string `json:"attachment"`
		SHA256     string `json:"sha256"`
	} `json:"page"`
}

// ConsultationBody is what hearing_consultation says.
type ConsultationBody struct {
	Hearing string `json:"hearing"`
	On      bool   `json:"on"`
}

// BreakBody is what hearing_interrupted says: nobody heard anybody for a moment, because the hearing's media went to another node.
type BreakBody struct {
	Hearing string `json:"hearing"`
	From    int64  `json:"from"`   // Unix milliseconds; where a node broke down, when it last gave a sign of life
	Length  int64  `json:"length"` // until all who were there had their media again, milliseconds
	Reason  Broken `json:"reason"`
}

// Broken is why media went to another node.
type Broken string

// A node handed the hearing on because it was to be stopped, or broke down.
const (
	BreakMoved Broken = "moved"
	BreakLost  Broken = "lost"
)

// RecordingBody is what hearing_recording says.
type RecordingBody struct {
	Hearing string         `json:"hearing"`
	Part    int            `json:"part"`
	State   RecordingState `json:"state"`
	Reason  string         `json:"reason,omitempty"`
	// EndedAt is when it ended or failed, Unix milliseconds: its files were made durable between that and the event. 0: when the event says.
	EndedAt int64 `json:"ended_at,omitempty"`
	// Files are what was recorded, with what ends a part; where they are many the first stand in events before it.
	Files []RecordedFile `json:"files,omitempty"`
}

// RecordingState is what became of a part of the recording.
type RecordingState string

// The states of a part.
const (
	RecordingStarted RecordingState = "started"
	RecordingEnded   RecordingState = "ended"
	RecordingFailed  RecordingState = "failed"
	RecordingAdded   RecordingState = "added" // more files of a part
)

// Of gives the hearing that an event is about, "" where it is about none.
func Of(body []byte) string {
	b, _ := read[struct {
		Hearing string `json:"hearing"`
	}](body)
	return b.Hearing
}

func read[B any](body []byte) (b B, ok bool) {
	ok = json.Unmarshal(body, &b) == nil
	return b, ok
}

package hearing

import (
	"slices"

	"microcourt/store/court"
)

// State is one hearing as its events tell it. It holds nothing that a participant of the case may not see. Times are Unix milliseconds.
type State struct {
	ID        string      `json:"id"`
	Title     string      `json:"title"`
	Type      Type        `json:"type" enum:"trial,pretrial,inquiry,mediation"`
	Mode      Mode        `json:"mode" enum:"synchronous,asynchronous"`
	Status    Status      `json:"status" enum:"scheduled,open,in_session,adjourned,closed,cancelled,offline"`
	At        int64       `json:"at" doc:"when it begins; for an asynchronous hearing, from when statements are taken"`
	Minutes   int         `json:"minutes" doc:"how long it is planned to take"`
	Public    bool        `json:"public"`
	Reason    string      `json:"reason,omitempty" doc:"why it is not public"`
	Presiding string      `json:"presiding" doc:"seat of the judge who presides"`
	Notified  int64       `json:"notified" doc:"when its time was made known"`
	Waived    []string    `json:"waived" nullable:"false" doc:"parties that do without the three days' notice of this time"`
	Moves     int         `json:"moves,omitempty" doc:"how often it was given another time"`
	Note      string      `json:"note,omitempty" doc:"why it was last moved, adjourned, cancelled or moved offline"`
	Phase     Phase       `json:"phase,omitempty" enum:"preparation,identity,rights,recusal,investigation,evidence,debate,final_statements,mediation,pronouncement"`
	Shown     *Shown      `json:"shown,omitempty" doc:"what is on every screen"`
	Consults  bool        `json:"consultation,omitempty" doc:"the bench consults: nobody else hears, sees or speaks, and nothing is recorded"`
	Paused    bool        `json:"paused,omitempty" doc:"a judge's connection was lost; a judge resumes"`
	StartedAt int64       `json:"started_at,omitempty"`
	EndedAt   int64       `json:"ended_at,omitempty"`
	Recording []Recording `json:"recording,omitempty" doc:"parts of the recording"`
	Viewers   []string    `json:"viewers,omitempty" doc:"seats of parties and representatives that may play the recording"`
	Seats     []Seat      `json:"seats" nullable:"false"`
	// Replacement is what became of the proposal that the recording stands in place of the transcript.
	Replacement *Replacement `json:"replacement,omitempty"`
	// Statements are what was recorded for the steps of a hearing that each attends at its own time, in their order.
	Statements []Statement `json:"statements,omitempty"`
}

// Statement is a recording of somebody's for a step of the hearing.
type Statement struct {
	Seat       string `json:"seat"`
	Phase      Phase  `json:"phase"`
	Attachment string `json:"attachment"`
	SHA256     string `json:"sha256"`
	At         int64  `json:"at"`
}

// Shown is an exhibit on every screen, or a page of it, counted from 1.
type Shown struct {
	Exhibit string `json:"exhibit"`
	Page    int    `json:"page"`
	Witness bool   `json:"witness,omitempty" doc:"also to the witness who is in the room"`
	Since   int64  `json:"since" doc:"since when this page is shown, Unix ms"`
}

// Recording is a part of the recording.
type Recording struct {
	Part      int    `json:"part" doc:"from 1"`
	StartedAt int64  `json:"started_at"`
	EndedAt   int64  `json:"ended_at,omitempty"`
	Failed    bool   `json:"failed,omitempty"`
	Reason    string `json:"reason,omitempty" doc:"why it ended or failed: adjourned, closed, consultation, or what broke"`
}

// Seat is somebody's place. Its id is the participant's, for a witness one of its own.
type Seat struct {
	ID       string   `json:"id"`
	Role     Role     `json:"role" enum:"judge,clerk,party,representative,witness"`
	Name     string   `json:"name"`
	Standing string   `json:"standing" doc:"审判长, 原告, 证人 ..."`
	Presence Presence `json:"presence" enum:"absent,lobby,admitted,left,dropped,removed,dismissed"`
	Offline  bool     `json:"offline,omitempty" doc:"takes part at the court, as it was decided for the party"`
	Gone     bool     `json:"gone,omitempty" doc:"no longer in the case"`

	CheckedAt  int64 `json:"checked_at,omitempty" doc:"when the clerk has seen who it is"`
	Undertaken int64 `json:"undertaken_at,omitempty" doc:"when a witness has promised to tell the truth (民事诉讼法解释 第一百一十九条)"`
	Discipline bool  `json:"discipline,omitempty" doc:"has accepted the rules of the hearing"`

	Muted   bool `json:"muted,omitempty"`
	Locked  bool `json:"mute_locked,omitempty" doc:"can't unmute itself"`
	Stopped bool `json:"camera_stopped,omitempty"`
	Floor   bool `json:"floor,omitempty" doc:"has the floor"`
	Hand    bool `json:"hand,omitempty" doc:"asks for it"`

	EnteredAt int64  `json:"entered_at,omitempty" doc:"for the first time"`
	SinceAt   int64  `json:"since,omitempty" doc:"when it last came or went"`
	Drops     int    `json:"drops,omitempty" doc:"times that the connection was lost"`
	Leaves    int    `json:"leaves,omitempty" doc:"times that it left by itself"`
	Warnings  int    `json:"warnings,omitempty"`
	Why       string `json:"why,omitempty" doc:"why it was removed"`

	// Resumes: it was admitted when the connection was lost, and comes back into the room, not into the lobby.
	Resumes bool `json:"resumes,omitempty"`
}

// Seat finds a seat, nil where there is none of this id.
func (s *State) Seat(id string) *Seat {
	for i := range s.Seats {
		if s.Seats[i].ID == id {
			return &s.Seats[i]
		}
	}
	return nil
}

// Waiting counts who waits in the lobby.
func (s *State) Waiting() (n int) {
	for i := range s.Seats {
		if s.Seats[i].Presence == Lobby {
			n++
		}
	}
	return n
}

// Judges reports whether a judge is in the room but the one named.
func (s *State) Judges(but string) bool {
	return slices.ContainsFunc(s.Seats, func(p Seat) bool { return p.Role == Judge && p.ID != but && p.Presence == Admitted && !p.Gone })
}

// Short reports whether the notice of the hearing's time was shorter than three days, and names the parties that haven't waived that.
func (s *State) Short(parties []string) (waiting []string) {
	if EnoughNotice(s.Notified, s.At) {
		return nil
	}
	for _, p := range parties {
		if !slices.Contains(s.Waived, p) {
			waiting = append(waiting, p)
		}
	}
	return waiting
}

// New begins the fold of a hearing with the event that scheduled it; nil for any other.
func New(kind court.Kind, body []byte, at int64) *State {
	if kind != court.KindHearingScheduled {
		return nil
	}
	b, ok := read[ScheduledBody](body)
	if !ok || b.Hearing == "" {
		return nil
	}
	s := &State{ID: b.Hearing, Title: b.Title, Type: b.Type, Mode: b.Mode, Status: Scheduled, At: b.At, Minutes: b.Minutes, Public: b.Public, Reason: b.Reason,
		Presiding: b.Presiding, Notified: at, Waived: []string{}, Seats: []Seat{}}
	for _, p := range b.Seats {
		if p.ID != "" && s.Seat(p.ID) == nil {
			s.Seats = append(s.Seats, Seat{ID: p.ID, Role: p.Role, Name: p.Name, Standing: p.Standing, Offline: p.Offline, Discipline: p.Discipline, Presence: Absent})
		}
	}
	return s
}

// Package hearing holds the life of a hearing (庭审) as its events tell it: who sits there, what each may do at a moment, and what must be so before one is
// held online. State is the fold of a hearing's events; the record, every node's live view and the page fold the same. No I/O.
package hearing

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/exact"
)

// Type is what is held.
type Type string

// The types: 庭审, 庭前会议, 询问（听证）, 调解.
const (
	Trial     Type = "trial"
	Pretrial  Type = "pretrial"
	Inquiry   Type = "inquiry"
	Mediation Type = "mediation"
)

// Types lists them with their names.
var Types = []Type{Trial, Pretrial, Inquiry, Mediation}

// TypeNames are the types in words.
var TypeNames = map[Type]exact.Text{
	Trial: exact.T("庭审", "Hearing"), Pretrial: exact.T("庭前会议", "Pre-trial conference"),
	Inquiry: exact.T("询问（听证）", "Inquiry"), Mediation: exact.T("调解", "Mediation"),
}

// Mode says whether all attend at one time.
type Mode string

// The modes: by video at one time, or each at a time of its own (非同步, 人民法院在线诉讼规则 第二十条).
const (
	Synchronous  Mode = "synchronous"
	Asynchronous Mode = "asynchronous"
)

// Stage gives the stage of the proceedings that a hearing belongs to, to which a party agrees or not.
func Stage(t Type, m Mode) consent.Stage {
	switch {
	case t == Pretrial:
		return consent.ExchangeSync
	case t == Inquiry:
		return consent.Inquiry
	case t == Mediation:
		return consent.Mediation
	case m == Asynchronous:
		return consent.HearingEach
	}
	return consent.HearingSync
}

// Status is where a hearing stands.
type Status string

// The life of a hearing. Offline: it goes on at the court, and what was done online stands (第二十一条).
const (
	Scheduled Status = "scheduled"
	Open      Status = "open" // people wait in the lobby
	InSession Status = "in_session"
	Adjourned Status = "adjourned"
	Closed    Status = "closed"
	Cancelled Status = "cancelled"
	Offline   Status = "offline"
)

// Over reports whether nothing more happens in the hearing.
func (s Status) Over() bool { return s == Closed || s == Cancelled || s == Offline }

// Entered reports whether people can come in.
func (s Status) Entered() bool { return s == Open || s == InSession || s == Adjourned }

// moves are the steps from status to status.
var moves = map[Status][]Status{
	Scheduled: {Open, Cancelled, Offline},
	Open:      {InSession, Scheduled, Cancelled, Offline},
	InSession: {Adjourned, Closed, Offline},
	Adjourned: {InSession, Closed, Cancelled, Offline},
}

// To rules a step: court.ErrHearingOver for a hearing that has ended, court.ErrHearingState for any other step that there isn't.
func (s Status) To(to Status) error {
	switch {
	case s.Over():
		return court.ErrHearingOver
	case !slices.Contains(moves[s], to):
		return court.ErrHearingState
	}
	return nil
}

// Phase is a step of the hearing, as a mark on its record (民事诉讼法 第一百四十条、第一百四十一条、第一百四十四条; 在线诉讼规则 第二十二条).
type Phase string

// The phases.
const (
	Preparation   Phase = "preparation"
	Identity      Phase = "identity"
	Instruction   Phase = "rights" // of rights and duties
	Recusal       Phase = "recusal"
	Investigation Phase = "investigation"
	Evidence      Phase = "evidence"
	Debate        Phase = "debate"
	Final         Phase = "final_statements"
	Mediating     Phase = "mediation"
	Pronouncement Phase = "pronouncement"
)

// PhaseNames are the phases in words.
var PhaseNames = map[Phase]exact.Text{
	Preparation: exact.T("准备，宣布法庭纪律", "Preparation and court discipline"), Identity: exact.T("核对身份", "Identity"), Instruction: exact.T("告知权利义务", "Rights and duties"),
	Recusal: exact.T("询问回避", "Recusal"), Investigation: exact.T("法庭调查", "Investigation"), Evidence: exact.T("举证质证", "Evidence"), Debate: exact.T("法庭辩论", "Debate"),
	Final: exact.T("最后陈述", "Final statements"), Mediating: exact.T("调解", "Mediation"), Pronouncement: exact.T("宣判", "Pronouncement"),
}

// ByCourt reports whether the court alone speaks in a step.
func (p Phase) ByCourt() bool { return p == Preparation || p == Instruction || p == Pronouncement }

// phases are the steps of each type, in their usual order; the judge may go back, or pass over one.
var phases = map[Type][]Phase{
	Trial:     {Preparation, Identity, Instruction, Recusal, Investigation, Evidence, Debate, Final, Mediating, Pronouncement},
	Pretrial:  {Preparation, Identity, Instruction, Recusal, Evidence, Mediating},
	Inquiry:   {Preparation, Identity, Instruction, Recusal, Investigation, Evidence, Final},
	Mediation: {Preparation, Identity, Instruction, Recusal, Mediating},
}

// Phases gives the steps of a type in their usual order.
func Phases(t Type) []Phase { return phases[t] }

// Role is in which capacity somebody sits in a hearing.
type Role string

// The roles. Observers (旁听) have no seat: see Observer.
const (
	Judge          Role = "judge"
	Clerk          Role = "clerk"
	Party          Role = "party"
	Representative Role = "representative"
	Witness        Role = "witness"
)

// OfCourt reports whether the role is of the court's own people.
func (r Role) OfCourt() bool { return r == Judge || r == Clerk }

// Presence is where somebody is.
type Presence string

// Where somebody is. A witness is admitted by being called, and dismissed after.
const (
	Absent    Presence = "absent"
	Lobby     Presence = "lobby"
	Admitted  Presence = "admitted"
	Left      Presence = "left"    // by its own act
	Dropped   Presence = "dropped" // the connection was lost
	Removed   Presence = "removed" // by the court, with a reason; comes back only when admitted anew
	Dismissed Presence = "dismissed"
)

// Here reports whether the person is in the lobby or the room.
func (p Presence) Here() bool { return p == Lobby || p == Admitted }

// Connected reports whether the person can still go: a witness that was dismissed may be called again.
func (p Presence) Connected() bool { return p.Here() || p == Dismissed }

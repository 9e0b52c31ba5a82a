package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// ListMyHearings gives the actor's hearings over all cases, and those that it was summoned or let in to.
type ListMyHearings struct{}

func (ListMyHearings) rule() rule { return rule{act: court.ActHearingList} }

func (ListMyHearings) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.MyHearing, error) {
	return h.store.MyHearings(ctx, actor.PersonID)
}

// SittingView is a hearing as somebody sees it who has a place there, and of the case knows nothing by it. Who sits there and what goes on is told only to who may receive
// the hearing at the moment: a witness that isn't called sees the door.
type SittingView struct {
	ID        string           `json:"id"`
	Case      string           `json:"case,omitempty" doc:"for who has a place in the case"`
	Title     string           `json:"title"`
	Type      hearing.Type     `json:"type" enum:"trial,pretrial,inquiry,mediation"`
	Mode      hearing.Mode     `json:"mode" enum:"synchronous,asynchronous"`
	Status    hearing.Status   `json:"status" enum:"scheduled,open,in_session,adjourned,closed,cancelled,offline"`
	At        int64            `json:"at"`
	Minutes   int              `json:"minutes"`
	Public    bool             `json:"public"`
	Presiding string           `json:"presiding" doc:"name of who presides"`
	Me        string           `json:"me" doc:"my seat; an observer has none in the room"`
	Role      court.Role       `json:"role" enum:"party,representative,judge,clerk,witness,observer"`
	Presence  hearing.Presence `json:"presence" enum:"absent,lobby,admitted,left,dropped,removed,dismissed"`
	Locked    bool             `json:"mute_locked,omitempty"`
	Muted     bool             `json:"muted,omitempty"`
	Hand      bool             `json:"hand,omitempty"`
	Rights    hearing.Rights   `json:"rights"`
	Lacks     []Lack           `json:"lacks" nullable:"false" doc:"what stands between me and the lobby, in the order in which it is to be dealt with"`
	CodeAt    int64            `json:"code_at,omitempty"`
	Phase     hearing.Phase    `json:"phase,omitempty"`
	Seats     []SittingSeat    `json:"seats" nullable:"false" doc:"who is in the room"`
	Shown     *SittingShown    `json:"shown,omitempty" doc:"the exhibit that everybody looks at, for a guest who sees it"`
	Now       int64            `json:"now"`
}

// SittingShown is the page of an exhibit that a guest is shown, and no more of it.
type SittingShown struct {
	store.ShownPage
	Page int `json:"page"`
}

// SittingSeat is somebody in the room.
type SittingSeat struct {
	ID       string       `json:"id"`
	Role     hearing.Role `json:"role" enum:"judge,clerk,party,representative,witness"`
	Name     string       `json:"name"`
	Standing string       `json:"standing"`
	Muted    bool         `json:"muted,omitempty"`
	Floor    bool         `json:"floor,omitempty"`
}

// ReadSitting gives it.
type ReadSitting struct{ Hearing string }

func (r ReadSitting) rule() rule { return rule{act: court.ActHearingSit, hearing: r.Hearing} }

func (r ReadSitting) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*SittingView, error) {
	s, caseID, err := h.store.HearingState(ctx, r.Hearing)
	if err != nil {
		return nil, err
	}
	v := &SittingView{ID: s.ID, Title: s.Title, Type: s.Type, Mode: s.Mode, Status: s.Status, At: s.At, Minutes: s.Minutes, Public: s.Public, Me: st.ParticipantID, Role: st.Role,
		Presence: hearing.Absent, Lacks: []Lack{}, Seats: []SittingSeat{}, Now: h.now().UnixMilli()}
	if p := s.Seat(s.Presiding); p != nil {
		v.Presiding = p.Name
	}
	if !st.Role.Guest() {
		v.Case = caseID
	}
	if st.Role == court.RoleObserver {
		if err := h.observes(ctx, v, actor, s); err != nil {
			return nil, err
		}
	} else if p := s.Seat(st.ParticipantID); p != nil {
		v.Presence, v.Muted, v.Locked, v.Hand, v.Rights = p.Presence, p.Muted, p.Locked, p.Hand, hearing.Permissions(s, p.ID)
	}
	if v.Rights.Receive {
		v.see(s)
	}
	if seesShown(st, v, s) {
		page, err := h.store.ShownPage(ctx, s.Shown.Exhibit, s.Shown.Page)
		if err != nil {
			return nil, err
		}
		v.Shown = &SittingShown{page, s.Shown.Page}
	}
	var lacks []*court.Error
	lacks, v.CodeAt, err = h.store.EntryLacks(ctx, store.EntryQuestion{CaseID: caseID, PersonID: actor.PersonID, SessionID: actor.SessionID, Standing: st, Hearing: s, Entry: h.hearingEntry()})
	for _, e := range lacks {
		v.Lacks = append(v.Lacks, Lack{e.Code, e.Text(actor.Lang)})
	}
	return v, err
}

// observes says what an observer has.
func (h *Hub) observes(ctx context.Context, v *SittingView, actor Actor, s *hearing.State) error {
	g, err := h.store.GuestOf(ctx, s.ID, actor.PersonID)
	if err == nil && g.Here() {
		v.Presence, v.Rights = hearing.Admitted, hearing.Observer(s)
	}
	return err
}

// see says what goes on in the room.
func (v *SittingView) see(s *hearing.State) {
	v.Phase = s.Phase
	for _, p := range s.Seats {
		if p.Presence == hearing.Admitted && !p.Gone {
			v.Seats = append(v.Seats, SittingSeat{p.ID, p.Role, p.Name, p.Standing, p.Muted, p.Floor})
		}
	}
}

// Sit is what somebody does of its own place in a hearing, by the hearing alone.
type Sit struct {
	ID, Hearing string
	What        Sitting
	Set         hearing.SeatSet // with SitSet
}

// Sitting says what.
type Sitting string

// Coming, going, and one's own hand and sound.
const (
	SitEnter Sitting = "enter"
	SitLeave Sitting = "leave"
	SitSet   Sitting = "set"
)

func (s Sit) rule() rule { return rule{act: court.ActHearingSit, hearing: s.Hearing} }

func (s Sit) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (store.Appended, error) {
	if err := h.ownSeatAct(actor); err != nil {
		return store.Appended{}, err
	}
	entry := h.hearingEntry()
	entry.RoomAct, entry.Hearing = actor.roomAct("", s.ID), s.Hearing
	if st.Role == court.RoleObserver { // has nothing to say
		if s.What == SitSet {
			return store.Appended{}, court.ErrForbidden
		}
		return store.Appended{}, h.store.Observe(ctx, entry, s.What == SitEnter)
	}
	switch s.What {
	case SitEnter:
		return h.store.EnterHearing(ctx, entry)
	case SitLeave:
		return h.store.LeaveHearing(ctx, entry.RoomAct, s.Hearing)
	}
	return h.store.SetOwnSeat(ctx, store.SeatSetting{RoomAct: entry.RoomAct, Hearing: s.Hearing, SeatSet: s.Set})
}

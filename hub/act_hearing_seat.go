package hub

import (
	"context"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// What somebody does of its own seat stands in the record for ever: a few at once, and then one a second. It counts on this node only.
const (
	seatActsBurst = 20
	seatActsEvery = time.Second
)

// ownSeatAct counts an act of somebody's own seat, or answers court.ErrTooMany.
func (h *Hub) ownSeatAct(actor Actor) error { return h.seatActs.take(actor.PersonID, h.now()) }

// EnterHearing brings the actor into the lobby; judges and clerks, and who was only cut off, into the room.
type EnterHearing struct{ CaseID, ID, Hearing string }

func (e EnterHearing) rule() rule {
	return rule{act: court.ActHearingAttend, caseID: e.CaseID, inRecord: true}
}

func (e EnterHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if err := h.ownSeatAct(actor); err != nil {
		return store.Appended{}, err
	}
	n := h.hearingEntry()
	n.RoomAct, n.Hearing = actor.roomAct(e.CaseID, e.ID), e.Hearing
	return h.store.EnterHearing(ctx, n)
}

// LeaveHearing takes the actor out.
type LeaveHearing struct{ CaseID, ID, Hearing string }

func (l LeaveHearing) rule() rule {
	return rule{act: court.ActHearingAttend, caseID: l.CaseID, inRecord: true}
}

func (l LeaveHearing) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if err := h.ownSeatAct(actor); err != nil {
		return store.Appended{}, err
	}
	return h.store.LeaveHearing(ctx, actor.roomAct(l.CaseID, l.ID), l.Hearing)
}

// GiveStatement hands in the actor's recording for a step of a hearing that each attends at its own time.
type GiveStatement struct {
	CaseID, ID, Hearing, Attachment, SHA256 string
	Phase                                   hearing.Phase
}

func (g GiveStatement) rule() rule {
	return rule{act: court.ActHearingAttend, caseID: g.CaseID, inRecord: true}
}

func (g GiveStatement) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	n := store.HearingStatement{HearingEntry: h.hearingEntry(), Phase: g.Phase, Attachment: g.Attachment, SHA256: g.SHA256}
	n.RoomAct, n.Hearing = actor.roomAct(g.CaseID, g.ID), g.Hearing
	return h.store.GiveStatement(ctx, n)
}

// SetOwnSeat raises or lowers the actor's hand, mutes or unmutes it.
type SetOwnSeat struct {
	CaseID, ID, Hearing string
	Set                 hearing.SeatSet
}

func (s SetOwnSeat) rule() rule {
	return rule{act: court.ActHearingAttend, caseID: s.CaseID, inRecord: true}
}

func (s SetOwnSeat) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if err := h.ownSeatAct(actor); err != nil {
		return store.Appended{}, err
	}
	return h.store.SetOwnSeat(ctx, store.SeatSetting{RoomAct: actor.roomAct(s.CaseID, s.ID), Hearing: s.Hearing, SeatSet: s.Set})
}

// SetSeat is what the court sets of somebody's seat.
type SetSeat struct {
	CaseID, ID, Hearing, Seat string
	Set                       hearing.SeatSet
}

func (s SetSeat) rule() rule {
	return rule{act: court.ActHearingConduct, caseID: s.CaseID, inRecord: true}
}

func (s SetSeat) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SetSeat(ctx, store.SeatSetting{RoomAct: actor.roomAct(s.CaseID, s.ID), Hearing: s.Hearing, Seat: s.Seat, SeatSet: s.Set})
}

// seatActs are what the court does with a seat, by what it is called.
var seatActs = map[string]court.Kind{
	"check": court.KindHearingChecked, "admit": court.KindHearingAdmitted, "call": court.KindHearingCalled, "dismiss": court.KindHearingDismissed,
	"remove": court.KindHearingRemoved, "warn": court.KindHearingWarned,
}

// ActOnSeat checks who somebody is, admits, calls, dismisses, removes or warns them.
type ActOnSeat struct{ CaseID, ID, Hearing, Seat, Act, Reason string }

func (a ActOnSeat) rule() rule {
	return rule{act: court.ActHearingConduct, caseID: a.CaseID, inRecord: true}
}

func (a ActOnSeat) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ActOnSeat(ctx, store.SeatAct{RoomAct: actor.roomAct(a.CaseID, a.ID), Hearing: a.Hearing, Seat: a.Seat, Kind: seatActs[a.Act], Reason: a.Reason})
}

// Server is the program itself as the actor of what nobody does.
func Server() Actor { return Actor{Role: court.RoleServer, Address: "server"} }

// DropSeat notes that the connection of a seat was lost; the hearing pauses where it was a judge's.
type DropSeat struct{ Hearing, Seat string }

func (DropSeat) rule() rule { return rule{act: court.ActHearingNote} }

func (d DropSeat) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.DropSeat(ctx, d.Hearing, d.Seat)
}

// NoteRecording notes what became of a part of a hearing's recording.
type NoteRecording struct{ hearing.RecordingBody }

func (NoteRecording) rule() rule { return rule{act: court.ActHearingNote} }

func (n NoteRecording) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.NoteRecording(ctx, n.RecordingBody)
}

// NoteBreak notes how long the media of a hearing were interrupted.
type NoteBreak struct{ hearing.BreakBody }

func (NoteBreak) rule() rule { return rule{act: court.ActHearingNote} }

func (n NoteBreak) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.NoteBreak(ctx, n.BreakBody)
}

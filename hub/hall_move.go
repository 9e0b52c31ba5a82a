package hub

import (
	"context"
	"time"

	"microcourt/store/court/hearing"
)

// What becomes of the hearings that this node carries.
const (
	staying     int32 = iota
	leavingRest       // they go to other nodes as soon as they don't sit
	leavingNow        // they go at once
)

// drainFlows is how long a node that stops waits for its phones to have their media from elsewhere.
const drainFlows = 3 * time.Second

// hallBreak is an interruption of everybody's media by a change of the home.
type hallBreak struct {
	From   int64          `json:"from"` // Unix milliseconds
	Reason hearing.Broken `json:"reason"`
}

// LeaveHearings has other nodes take the hearings that this node carries, and it is given no new ones: those that sit when they next pause, or, with now, all at once. What can't be taken stays.
func (h *Hub) LeaveHearings(now bool) {
	mode := leavingRest
	if now {
		mode = leavingNow
	}
	h.setLeaving(mode)
}

// KeepHearings takes that back. What has gone doesn't come again.
func (h *Hub) KeepHearings() { h.setLeaving(staying) }

func (h *Hub) setLeaving(mode int32) {
	h.leaving.Store(mode)
	h.publish(EveryNode, relayMessage{About: new(h.nodeOf())})
	h.stirHalls("")
}

// Carries is how many hearings this node carries, and whether it is leaving them to others.
func (h *Hub) Carries() (hearings int, leaves bool) {
	for _, x := range h.allHalls() {
		if x.isHome() {
			hearings++
		}
	}
	return hearings, h.leaving.Load() != staying
}

// leaveAll hands all hearings on, and waits until the phones of this node have their media from elsewhere.
func (h *Hub) leaveAll(ctx context.Context) {
	if h.relay == nil {
		return
	}
	h.LeaveHearings(true)
	ctx, cancel := context.WithTimeout(ctx, 2*drainFlows)
	defer cancel()
	until := func(done func() bool) {
		for !done() && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
		}
	}
	until(func() bool {
		n, _ := h.Carries()
		return n == 0 || h.chooseHome(true) == ""
	})
	deadline := time.Now().Add(drainFlows)
	until(func() bool { return h.allFlow() || time.Now().After(deadline) })
}

// allFlow reports whether the media do of all seats whose sockets are here.
func (h *Hub) allFlow() bool {
	for _, x := range h.allHalls() {
		x.mu.Lock()
		for _, s := range x.seats {
			if s.conn != nil && !s.flows {
				x.mu.Unlock()
				return false
			}
		}
		x.mu.Unlock()
	}
	return true
}

// moveOff hands the hearing on to another node, and reports whether it went.
func (x *hall) moveOff(ctx context.Context, st *hearing.State) bool {
	h := x.hub
	to := h.chooseHome(true)
	if to == "" {
		return false
	}
	broke := &hallBreak{h.now().UnixMilli(), hearing.BreakMoved}
	if part := x.recording.part; part != 0 { // noted at once, or the next home would take it for broken off; its files are added
		x.note(ctx, part, hearing.RecordingEnded, hearing.RecordingMoved)
		x.endPart(hearing.RecordingMoved, nil)
	}
	handed, err := h.store.HandLease(ctx, hallLeaseName(x.id), h.node, to, hallLease)
	if err != nil || !handed {
		h.log.Warn("hand a hearing on", "err", err)
		return false
	}
	h.gave(to)
	h.tellNode(to, hallMessage{Op: "home", Case: x.caseID, Hearing: x.id, Broke: broke})
	return !x.settle(ctx)
}

// leaveHome gives the hearing up when the hall ends, so that another node needn't wait for the lease to run out.
func (x *hall) leaveHome() {
	if x.hub.relay == nil || !x.isHome() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	x.mu.Lock()
	over := x.state == nil || x.state.Status.Over()
	x.mu.Unlock()
	var err error
	if over {
		err = x.hub.store.DropLease(ctx, hallLeaseName(x.id), x.hub.node)
	} else {
		_, err = x.hub.store.HandLease(ctx, hallLeaseName(x.id), x.hub.node, "", hallLease)
	}
	if err != nil {
		x.hub.log.Warn("give a hearing up", "err", err)
	}
}

// noteBreak has the room told how long nobody heard anybody while the home changed: until all who are here have their media again, or would count as lost.
func (x *hall) noteBreak(ctx context.Context, st *hearing.State) {
	x.mu.Lock()
	b := x.broke
	if b == nil {
		x.mu.Unlock()
		return
	}
	to, all := b.From, true
	for i := range st.Seats {
		if p := &st.Seats[i]; p.Presence.Here() {
			s := x.seats[p.ID]
			all = all && s != nil && s.gone.IsZero()
			if s != nil {
				to = max(to, s.flowed)
			}
		}
	}
	if all || !st.Sits() || x.hub.now().UnixMilli()-b.From > usualDrop.Milliseconds() {
		x.broke = nil
	} else {
		b = nil
	}
	x.mu.Unlock()
	if b == nil || !st.Sits() || to == b.From {
		return
	}
	if _, err := Do(ctx, x.hub, Server(), NoteBreak{hearing.BreakBody{Hearing: x.id, From: b.From, Length: to - b.From, Reason: b.Reason}}); err != nil {
		x.hub.log.Warn("note a break", "err", err)
	}
}

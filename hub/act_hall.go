package hub

import (
	"context"
	"time"

	"microcourt/rtc"
	"microcourt/store/court"
)

// joinHearing connects the actor's seat to the media. The actor has entered before; what it may do follows from the record. Who has a place in the hearing alone names no case.
type joinHearing struct {
	conn *conn
	req  *request
}

func (j joinHearing) rule() rule {
	if j.req.Case == "" {
		return rule{act: court.ActHearingSit, hearing: j.req.Hearing}
	}
	return rule{act: court.ActHearingAttend, caseID: j.req.Case}
}

func (j joinHearing) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (Nothing, error) {
	if !h.carries() {
		return Nothing{}, court.ErrMediaUnavailable
	}
	if err := h.calls.take(actor.PersonID, h.now()); err != nil {
		return Nothing{}, err
	}
	s, caseID, err := h.store.HearingState(ctx, j.req.Hearing)
	if err == nil && j.req.Case != "" && j.req.Case != caseID {
		err = court.ErrNotFound
	}
	if err != nil {
		return Nothing{}, err
	}
	if s.Status.Over() {
		return Nothing{}, court.ErrHearingOver
	}
	watches := st.Role == court.RoleObserver
	if watches {
		g, err := h.store.GuestOf(ctx, s.ID, actor.PersonID)
		if err != nil {
			return Nothing{}, err
		}
		if !g.Here() {
			return Nothing{}, court.ErrEnterFirst
		}
	} else if p := s.Seat(st.ParticipantID); p == nil || !p.Presence.Here() {
		return Nothing{}, court.ErrEnterFirst
	}
	if err := h.hallOf(caseID, s.ID).join(ctx, j.conn, st.ParticipantID, watches, j.req.On); err != nil {
		h.log.Warn("join a hearing", "err", err)
		return Nothing{}, court.ErrMediaUnavailable
	}
	return Nothing{}, nil
}

// A person may set up the media of its seats so many times at once, and then once in so long: each time costs the server as much as a thousand messages.
const (
	callsBurst = 20
	callsEvery = time.Second
)

// signalHearing is what a client says about its media connection: it speaks of a seat that the connection holds, whose rights were checked when it was taken and are enforced on every packet.
type signalHearing struct {
	conn *conn
	req  *request
}

func (s signalHearing) rule() rule { return rule{act: court.ActConnect} }

func (s signalHearing) do(_ context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	h.mu.Lock()
	x := h.halls[s.req.Hearing]
	h.mu.Unlock()
	if x == nil {
		return Nothing{}, court.ErrEnterFirst
	}
	seat := x.seatOf(s.conn)
	if seat == nil {
		return Nothing{}, court.ErrEnterFirst
	}
	x.mu.Lock()
	media := seat.media
	x.mu.Unlock()
	if media == nil {
		return Nothing{}, court.ErrEnterFirst
	}
	switch s.req.T {
	case "hearing_answer":
		if err := media.Answer(s.req.Number, s.req.SDP); err != nil {
			h.log.Debug("answer of a client", "err", err)
			return Nothing{}, court.ErrInvalid.In("sdp")
		}
	case "hearing_restart":
		if err := h.calls.take(actor.PersonID, h.now()); err != nil {
			return Nothing{}, err
		}
		if err := media.Restart(); err != nil {
			return Nothing{}, court.ErrMediaUnavailable
		}
	case "hearing_wish":
		layers := make(map[string]rtc.Layer, len(s.req.Layers))
		for mid, l := range s.req.Layers {
			layers[mid] = rtc.Layer(l)
		}
		media.Wish(layers)
	}
	return Nothing{}, nil
}

// leadView has everybody in a hearing look at what is shown as the actor does, and points at it. It is of the moment: nothing of it is recorded.
type leadView struct {
	conn *conn
	req  *request
}

func (l leadView) rule() rule { return rule{act: court.ActHearingConduct, caseID: l.req.Case} }

func (l leadView) standing() *court.Standing { return l.conn.standingIn(l.req.Case) }

func (l leadView) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	switch r := l.req; {
	case r.View != nil && !r.View.Valid():
		return Nothing{}, court.ErrInvalid.In("view")
	case r.Pointer != nil && !r.Pointer.Valid():
		return Nothing{}, court.ErrInvalid.In("pointer")
	}
	h.mu.Lock()
	x := h.halls[l.req.Hearing]
	h.mu.Unlock()
	if x == nil || x.caseID != l.req.Case {
		return Nothing{}, court.ErrEnterFirst
	}
	s := x.seatOf(l.conn)
	if s == nil {
		return Nothing{}, court.ErrEnterFirst
	}
	return Nothing{}, x.lead(s, viewMessage{Exhibit: l.req.Exhibit, Page: l.req.Page, View: l.req.View, Pointer: l.req.Pointer})
}

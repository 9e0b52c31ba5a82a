// Package hub is the room: it decides who may do what, puts acts into the record, and tells everybody who may know,
// in one order, over their sockets and between nodes. It owns the live state; what lasts is the store's.
package hub

import (
	"context"

	"microcourt/store/court"
)

// Actor is who asks for an act, as the session or token at the door says.
type Actor struct {
	PersonID  string
	SessionID string
	Role      court.Role // role of the account; RoleAnyone without a session
	Capacity  court.Role // in which capacity the session is used; "" where there is no choice
	Lang      string     // "zh" or "en"
	Address   string     // network address, for the audit
	Device    string

	pass *pass // nil where no token was shown
}

// Anyone is somebody without a session.
func Anyone(lang, address string) Actor {
	return Actor{Role: court.RoleAnyone, Lang: lang, Address: address}
}

// Act is one thing that an actor asks for; R is what comes back. Its struct holds the parameters.
type Act[R any] interface {
	rule() rule
	do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (R, error)
}

// rule names the row of court.Table that an act falls under.
type rule struct {
	act     court.Act
	caseID  string // for acts in a case
	hearing string // for acts in a hearing
	// inRecord: the store checks the rule in the transaction that commits the act, so a check before it would only
	// cost time.
	inRecord bool
}

// seated acts come from a connection that has a seat in the room. The standing that the seat has is the record's, for
// changes of rights are applied to seats in time (see access.go); what it doesn't allow is asked of the record all the
// same.
type seated interface {
	standing() *court.Standing // nil without a seat
}

// Do is the one door through which every act comes, from REST and from the socket alike (promise P4). It checks the
// table role x act, then does the act. For acts in a case the actor's standing there is loaded, and whoever is not
// in the case gets court.ErrNotFound.
func Do[R any](ctx context.Context, h *Hub, actor Actor, act Act[R]) (R, error) {
	var none R
	r := act.rule()
	switch court.Table[r.act].Scope {
	case court.InHearing:
		return doInHearing(ctx, h, actor, r, act)
	case court.Public, court.Account:
		if err := court.CheckAccount(r.act, actor.Role); err != nil {
			return none, err
		}
		return act.do(ctx, h, actor, nil)
	}
	if actor.Role == court.RoleAnyone {
		return none, court.ErrUnauthenticated
	}
	if !court.ValidID(r.caseID) || actor.PersonID == "" { // the case system is nobody's participant
		return none, court.ErrNotFound
	}
	if r.inRecord {
		return act.do(ctx, h, actor, nil)
	}
	if s, ok := act.(seated); ok {
		if st := s.standing(); st != nil && court.CheckInCase(r.act, st) == nil {
			return act.do(ctx, h, actor, st)
		}
	}
	st, err := h.store.Standing(ctx, r.caseID, actor.PersonID, actor.SessionID)
	if err != nil {
		return none, err
	}
	if err := court.CheckInCase(r.act, st); err != nil {
		return none, err
	}
	return act.do(ctx, h, actor, st)
}

// doInHearing is Do for acts in one hearing: the standing is that of who has a place there, of the case or of the hearing alone.
func doInHearing[R any](ctx context.Context, h *Hub, actor Actor, r rule, act Act[R]) (R, error) {
	var none R
	if actor.Role == court.RoleAnyone {
		return none, court.ErrUnauthenticated
	}
	if !court.ValidID(r.hearing) || actor.PersonID == "" {
		return none, court.ErrNotFound
	}
	st, err := h.store.HearingStanding(ctx, r.hearing, actor.PersonID, actor.SessionID)
	if err == nil {
		err = court.CheckInHearing(r.act, st)
	}
	if err != nil {
		return none, err
	}
	return act.do(ctx, h, actor, st)
}

// Nothing is the result of acts that only succeed or fail.
type Nothing struct{}

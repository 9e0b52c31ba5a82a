package hub

import (
	"context"
	"slices"

	"microcourt/store/court"
)

// Authenticate gives the actor whom a session's token stands for, or court.ErrUnauthenticated. It asks the record
// each time, so that a session ended on any node is ended here; any other error means that the record can't be asked.
func (h *Hub) Authenticate(ctx context.Context, token, lang, address string) (Actor, error) {
	heard := h.heardChanges()
	session, err := h.store.SessionByToken(ctx, token)
	if err != nil {
		return Actor{}, err
	}
	if h.store.Unused(session.LastSeenAt) {
		h.used.put([]string{session.ID})
	}
	return Actor{
		PersonID: session.PersonID, SessionID: session.ID, Role: session.Role, Capacity: session.Capacity,
		Lang: lang, Address: address, Device: session.Device,
		pass: &pass{passKeyOf(token), session.ExpiresAt, session.LastSeenAt, heard},
	}, nil
}

// AuthenticateSocket is Authenticate for who opens a socket: whoever had one a moment ago is recognised without asking
// the record. The connection hears of changes of rights as any other does.
func (h *Hub) AuthenticateSocket(ctx context.Context, token, lang, address string) (Actor, error) {
	if actor, ok := h.recognise(passKeyOf(token)); ok {
		actor.Lang, actor.Address = lang, address
		return actor, nil
	}
	return h.Authenticate(ctx, token, lang, address)
}

// SessionInfo is one of a person's sessions, as they see it.
type SessionInfo struct {
	ID         string `json:"id"`
	Device     string `json:"device"`
	Address    string `json:"address"`
	CreatedAt  int64  `json:"created_at"`
	LastSeenAt int64  `json:"last_seen_at"`
	Current    bool   `json:"current"`
}

// ListSessions gives the actor's open sessions.
type ListSessions struct{}

func (ListSessions) rule() rule { return rule{act: court.ActSessionList} }

func (ListSessions) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]SessionInfo, error) {
	sessions, err := h.store.Sessions(ctx, actor.PersonID)
	out := make([]SessionInfo, 0, len(sessions))
	for _, s := range sessions {
		out = append(out, SessionInfo{s.ID, s.Device, s.Address, s.CreatedAt, s.LastSeenAt, s.ID == actor.SessionID})
	}
	return out, err
}

// RevokeSession ends one of the actor's own sessions; with an empty id, the one that asks.
type RevokeSession struct{ ID string }

func (RevokeSession) rule() rule { return rule{act: court.ActSessionRevoke} }

func (r RevokeSession) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if r.ID == "" {
		r.ID = actor.SessionID
	}
	return Nothing{}, h.store.RevokeSession(ctx, actor.PersonID, r.ID)
}

// SignOutEverywhere ends all of the actor's sessions, this one too.
type SignOutEverywhere struct{}

func (SignOutEverywhere) rule() rule { return rule{act: court.ActSessionRevoke} }

func (SignOutEverywhere) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RevokeSessions(ctx, actor.PersonID)
}

// SetCapacity has the actor use this session as a party, or as a representative, from now on.
type SetCapacity struct{ Capacity court.Role }

func (SetCapacity) rule() rule { return rule{act: court.ActCapacitySet} }

func (s SetCapacity) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if !slices.Contains(court.Capacities, s.Capacity) {
		return Nothing{}, court.ErrInvalid.In("capacity")
	}
	return Nothing{}, h.store.SetCapacity(ctx, actor.PersonID, actor.SessionID, s.Capacity)
}

// SignOutPerson ends all sessions of somebody, for an administrator.
type SignOutPerson struct{ PersonID string }

func (SignOutPerson) rule() rule { return rule{act: court.ActPersonSignOut} }

func (s SignOutPerson) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.SignOutPerson(ctx, s.PersonID, actor.by())
}

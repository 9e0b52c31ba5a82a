package hub

import (
	"context"

	"microcourt/store/court"
)

// SendOwnCode sends a code to the actor's own phone, to be answered in this session before a hearing.
type SendOwnCode struct{}

func (SendOwnCode) rule() rule { return rule{act: court.ActReverify} }

func (SendOwnCode) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (CodeSent, error) {
	phone, err := h.store.PhoneOf(ctx, actor.PersonID)
	if err != nil {
		return CodeSent{}, err
	}
	return h.sendCode(ctx, actor, phone)
}

// Reverified says when somebody has answered a code.
type Reverified struct {
	CodeAt int64 `json:"code_at"`
}

// Reverify answers it.
type Reverify struct{ Code string }

func (Reverify) rule() rule { return rule{act: court.ActReverify} }

func (r Reverify) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Reverified, error) {
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return Reverified{}, err
	}
	at, err := h.store.Reverify(ctx, actor.PersonID, actor.SessionID, plainDigits(r.Code), h.accounts.cfg.Codes)
	return Reverified{at}, err
}

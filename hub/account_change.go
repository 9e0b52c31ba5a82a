package hub

import (
	"context"
	"strings"
	"unicode/utf8"

	"microcourt/store"
	"microcourt/store/court"
)

// ChangePhone signs the actor in with another phone from now on.
type ChangePhone struct{ Phone, Code string }

func (ChangePhone) rule() rule { return rule{act: court.ActPhoneChange} }

func (c ChangePhone) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return Nothing{}, err
	}
	before, err := h.store.ChangePhone(ctx, store.PhoneChange{PersonID: actor.PersonID, SessionID: actor.SessionID, Phone: c.Phone, Code: plainDigits(c.Code), Limits: h.accounts.cfg.Codes, Address: actor.Address})
	if err == nil {
		h.tellPhoneChanged(ctx, before, actor.Lang)
	}
	return Nothing{}, err
}

// ReadAccountLog gives what happened to the actor's account since a time, and what was done with it.
type ReadAccountLog struct{ Since int64 }

func (ReadAccountLog) rule() rule { return rule{act: court.ActSessionList} }

func (r ReadAccountLog) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.AccountEntry, error) {
	log, err := h.store.AccountLog(ctx, actor.PersonID, r.Since)
	return append([]store.AccountEntry{}, log...), err
}

// ReportTheft says that somebody else has used the actor's account since a time.
type ReportTheft struct {
	Since int64 // Unix milliseconds
	Note  string
}

func (ReportTheft) rule() rule { return rule{act: court.ActTheftReport} }

// maxTheftNote bounds what somebody says about it, in characters.
const maxTheftNote = 1000

// TheftReported says in how many cases the judges were told.
type TheftReported struct {
	Cases int `json:"cases"`
}

func (r ReportTheft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (TheftReported, error) {
	note := strings.TrimSpace(r.Note)
	if utf8.RuneCountInString(note) > maxTheftNote {
		return TheftReported{}, court.ErrInvalid.In("note")
	}
	if r.Since <= 0 || r.Since > h.now().UnixMilli() {
		return TheftReported{}, court.ErrInvalid.In("since")
	}
	n, err := h.store.ReportTheft(ctx, store.TheftReport{PersonID: actor.PersonID, SessionID: actor.SessionID, Since: r.Since, Note: note, Address: actor.Address})
	return TheftReported{n}, err
}

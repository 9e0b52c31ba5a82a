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
	note, err := h.theftNote(r.Since, r.Note)
	if err != nil {
		return TheftReported{}, err
	}
	n, err := h.store.ReportTheft(ctx, store.TheftReport{PersonID: actor.PersonID, SessionID: actor.SessionID, Since: r.Since, Note: note, Address: actor.Address})
	return TheftReported{n}, err
}

// theftNote checks what somebody says about a theft.
func (h *Hub) theftNote(since int64, note string) (string, error) {
	note = strings.TrimSpace(note)
	if utf8.RuneCountInString(note) > maxTheftNote {
		return "", court.ErrInvalid.In("note")
	}
	if since <= 0 || since > h.now().UnixMilli() {
		return "", court.ErrInvalid.In("since")
	}
	return note, nil
}

// TellTheft says without a session that somebody else uses an account: that of the phone on which a code was answered, or, for the court to look at, another.
type TellTheft struct {
	Phone, Code string
	Since       int64
	Note        string
	Account     *store.StolenAccount
}

func (TellTheft) rule() rule { return rule{act: court.ActTheftTell} }

func (t TellTheft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	note, err := h.theftNote(t.Since, t.Note)
	if err != nil {
		return Nothing{}, err
	}
	if a := t.Account; a != nil {
		a.Name, a.IDNumber = strings.TrimSpace(a.Name), plainDigits(a.IDNumber)
		for _, f := range []struct{ name, text string }{{"account.name", a.Name}, {"account.id_number", a.IDNumber}} {
			if f.text == "" || utf8.RuneCountInString(f.text) > court.MaxLabelRunes {
				return Nothing{}, court.ErrInvalid.In(f.name)
			}
		}
	}
	if err := h.accounts.guesses.take(actor.Address, h.now()); err != nil {
		return Nothing{}, err
	}
	return Nothing{}, h.store.TellTheft(ctx, store.TheftTold{
		Phone: t.Phone, Code: plainDigits(t.Code), Limits: h.accounts.cfg.Codes, Since: t.Since, Note: note, Account: t.Account, Address: actor.Address,
	})
}

// ListThefts gives what was told so and waits for the court.
type ListThefts struct{}

func (ListThefts) rule() rule { return rule{act: court.ActTheftReview} }

func (ListThefts) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.ToldTheft, error) {
	return h.store.TheftsTold(ctx)
}

// AnswerTheft ends the sessions of the account that a report names, or none, and takes the report away.
type AnswerTheft struct {
	ID   string
	Lock bool
	Note string
}

func (AnswerTheft) rule() rule { return rule{act: court.ActTheftReview} }

func (a AnswerTheft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	note := strings.TrimSpace(a.Note)
	if utf8.RuneCountInString(note) > maxDecision || !a.Lock && note == "" {
		return Nothing{}, court.ErrInvalid.In("note")
	}
	return Nothing{}, h.store.AnswerTheft(ctx, store.TheftAnswer{ID: a.ID, Lock: a.Lock, Note: note, By: actor.by()})
}

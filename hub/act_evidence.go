package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// OpenExchange orders an exchange of evidence. Times are Unix milliseconds; OpensAt 0 is now, EndsAt 0 is until the court closes it.
type OpenExchange struct {
	CaseID, ID      string
	Mode            court.ExchangeMode
	OpensAt, EndsAt int64
	Exhibits        []string
	Note            string
}

func (o OpenExchange) rule() rule {
	return rule{act: court.ActExchangeSet, caseID: o.CaseID, inRecord: true}
}

func (o OpenExchange) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.OpenExchange(ctx, store.NewExchange{
		RoomAct: actor.roomAct(o.CaseID, o.ID), Mode: o.Mode, OpensAt: o.OpensAt, EndsAt: o.EndsAt, Exhibits: o.Exhibits, Note: o.Note,
	})
}

// ChangeExchange moves the time of an exchange that has not ended.
type ChangeExchange struct {
	CaseID, ID, Exchange string
	OpensAt, EndsAt      int64
	Note                 string
}

func (c ChangeExchange) rule() rule {
	return rule{act: court.ActExchangeSet, caseID: c.CaseID, inRecord: true}
}

func (c ChangeExchange) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.ChangeExchange(ctx, store.ExchangeChange{
		RoomAct: actor.roomAct(c.CaseID, c.ID), Exchange: c.Exchange, OpensAt: c.OpensAt, EndsAt: c.EndsAt, Note: c.Note,
	})
}

// CloseExchange ends an exchange.
type CloseExchange struct{ CaseID, ID, Exchange, Reason string }

func (c CloseExchange) rule() rule {
	return rule{act: court.ActExchangeSet, caseID: c.CaseID, inRecord: true}
}

func (c CloseExchange) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.CloseExchange(ctx, actor.roomAct(c.CaseID, c.ID), c.Exchange, c.Reason)
}

// SetDeadline sets, moves or (with 0) lifts the deadline for evidence, of one party or of all who have none of their own.
type SetDeadline struct {
	CaseID, ID, Party string
	Deadline          int64
	Reason            string
}

func (s SetDeadline) rule() rule {
	return rule{act: court.ActDeadlineSet, caseID: s.CaseID, inRecord: true}
}

func (s SetDeadline) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SetDeadline(ctx, store.DeadlineSetting{RoomAct: actor.roomAct(s.CaseID, s.ID), Party: s.Party, Deadline: s.Deadline, Reason: s.Reason})
}

// CheckOriginal notes how far the original of an exhibit was checked.
type CheckOriginal struct {
	CaseID, ID, Exhibit string
	State               court.OriginalState
	Note                string
}

func (c CheckOriginal) rule() rule {
	return rule{act: court.ActOriginalCheck, caseID: c.CaseID, inRecord: true}
}

func (c CheckOriginal) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.CheckOriginal(ctx, store.OriginalCheck{RoomAct: actor.roomAct(c.CaseID, c.ID), Exhibit: c.Exhibit, State: c.State, Note: c.Note})
}

// RuleExhibit is the court's ruling on an exhibit.
type RuleExhibit struct {
	CaseID, ID, Exhibit string
	Ruling              court.Ruling
	Reason              string
}

func (r RuleExhibit) rule() rule {
	return rule{act: court.ActExhibitRule, caseID: r.CaseID, inRecord: true}
}

func (r RuleExhibit) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.RuleExhibit(ctx, store.ExhibitRuling{RoomAct: actor.roomAct(r.CaseID, r.ID), Exhibit: r.Exhibit, Ruling: r.Ruling, Reason: r.Reason})
}

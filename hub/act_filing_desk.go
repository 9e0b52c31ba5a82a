package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/filing"
)

// maxFilingQueue bounds how many filings the desk lists at once.
const maxFilingQueue = 200

// FilingsWanted says which filings the desk lists.
type FilingsWanted string

// The lists of the desk.
const (
	FilingsWaiting FilingsWanted = "waiting" // for the court
	FilingsAsked   FilingsWanted = "asked"   // for a correction
	FilingsOver    FilingsWanted = "over"
)

// FilingQueue lists filings for the court, what has waited longest first.
type FilingQueue struct{ Wanted FilingsWanted }

func (q FilingQueue) rule() rule { return rule{act: court.ActFilingDesk} }

func (q FilingQueue) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]FilingLine, error) {
	var states []filing.State
	for _, s := range filing.States {
		wanted := FilingsAsked
		switch {
		case s.State.Waits():
			wanted = FilingsWaiting
		case s.State.Over():
			wanted = FilingsOver
		}
		if wanted == q.Wanted {
			states = append(states, s.State)
		}
	}
	if states == nil {
		return nil, court.ErrInvalid.In("state")
	}
	return h.filingLines(h.store.FilingQueue(ctx, states, maxFilingQueue))
}

// DeskFilingNow is a filing as the desk sees it, with its clock.
type DeskFilingNow struct {
	store.DeskFiling
	Clock filing.Clock `json:"clock"`
}

func (h *Hub) deskFilingNow(f *store.DeskFiling, err error) (*DeskFilingNow, error) {
	if err != nil {
		return nil, err
	}
	clock, err := h.clockOf(&f.FilingEntry)
	return &DeskFilingNow{*f, clock}, err
}

// ReadDeskFiling gives a filing to the court; that it was looked at is audited.
type ReadDeskFiling struct{ ID string }

func (r ReadDeskFiling) rule() rule { return rule{act: court.ActFilingDesk} }

func (r ReadDeskFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*DeskFilingNow, error) {
	return h.deskFilingNow(h.store.FilingOnDesk(ctx, actor.by(), actor.SessionID, r.ID))
}

// AnswerFiling is that the court accepts a filing, says what is to be corrected, refuses it, or refers it to another court. Steps is how many steps the actor saw. Panel are the judges and clerks of
// the case that an accepted filing becomes, by their names for signing in.
type AnswerFiling struct {
	ID    string
	Steps int64
	filing.Answer
	Panel []court.PanelData
}

func (a AnswerFiling) rule() rule { return rule{act: court.ActFilingRule} }

func (a AnswerFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*DeskFilingNow, error) {
	if (a.Act == filing.Accept) != (len(a.Panel) > 0) { // a case that nobody of the court is in would be nobody's
		return nil, court.ErrInvalid.In("panel")
	}
	return h.deskFilingNow(h.store.AnswerFiling(ctx, store.FilingAnswer{ID: a.ID, By: actor.by(), SessionID: actor.SessionID, Steps: a.Steps, Answer: a.Answer,
		Kinds: h.filing.Kinds, Calendar: h.figures.Calendar, Court: h.filing.Court, Panel: a.Panel}))
}

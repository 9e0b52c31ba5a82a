package hub

import (
	"context"
	"strconv"
	"strings"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/cause"
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

// FilingQueue lists filings for the court, what has waited longest first; at most Limit, 0 for as many as the desk shows.
type FilingQueue struct {
	Wanted FilingsWanted
	Limit  int
}

// DeskFilings is a list of the desk, and how many filings there are in each that isn't over.
type DeskFilings struct {
	Filings []DeskFilingLine `json:"filings" nullable:"false"`
	Waiting int              `json:"waiting" doc:"for the court"`
	Asked   int              `json:"asked" doc:"for a correction"`
}

// DeskFilingLine is a filing on the desk, with its clock.
type DeskFilingLine struct {
	FilingLine
	Alike int `json:"alike" doc:"other filings of the same parties about the same, or about the same decision"`
}

func (q FilingQueue) rule() rule { return rule{act: court.ActFilingDesk} }

func (q FilingQueue) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*DeskFilings, error) {
	states := q.Wanted.states()
	if states == nil {
		return nil, court.ErrInvalid.In("state")
	}
	limit := q.Limit
	if limit <= 0 || limit > maxFilingQueue {
		limit = maxFilingQueue
	}
	list, err := h.store.FilingQueue(ctx, states, limit)
	if err != nil {
		return nil, err
	}
	d := &DeskFilings{Filings: make([]DeskFilingLine, 0, len(list))}
	for i := range list {
		clock, err := h.clockOf(&list[i].FilingEntry)
		if err != nil {
			return nil, err
		}
		d.Filings = append(d.Filings, DeskFilingLine{FilingLine{list[i].FilingEntry, clock}, list[i].Alike})
	}
	if d.Waiting, err = h.store.CountFilings(ctx, FilingsWaiting.states()); err == nil {
		d.Asked, err = h.store.CountFilings(ctx, FilingsAsked.states())
	}
	return d, err
}

// states gives the states of a list, nil for one that there isn't.
func (w FilingsWanted) states() (states []filing.State) {
	for _, s := range filing.States {
		in := FilingsAsked
		switch {
		case s.State.Waits():
			in = FilingsWaiting
		case s.State.Over():
			in = FilingsOver
		}
		if in == w {
			states = append(states, s.State)
		}
	}
	return states
}

// ListPanel gives the judges and clerks who can be put on the panel of a case.
type ListPanel struct{}

func (l ListPanel) rule() rule { return rule{act: court.ActFilingDesk} }

func (l ListPanel) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) ([]store.PanelMember, error) {
	return h.store.PanelMembers(ctx)
}

// DeskFilingNow is a filing as the desk sees it, with its clock.
type DeskFilingNow struct {
	store.DeskFiling
	Clock filing.Clock `json:"clock"`
	// Cause is the cause of action that was chosen: the values have its code alone.
	Cause *cause.Cause `json:"cause,omitempty"`
	// DocketForm is what stands around the number that the case would get, which is given on acceptance.
	DocketForm []string `json:"docket_form" nullable:"false" doc:"before and after the number; empty while this court's code isn't set"`
}

func (h *Hub) deskFilingNow(f *store.DeskFiling, err error) (*DeskFilingNow, error) {
	if err != nil {
		return nil, err
	}
	clock, err := h.clockOf(&f.FilingEntry)
	now := &DeskFilingNow{DeskFiling: *f, Clock: clock, DocketForm: []string{}}
	d := h.filing.Kinds.Open(filing.Stored{Kind: f.Kind, Values: f.Values})
	if d.Kind == nil {
		return now, err
	}
	if c, ok := d.Cause(); ok {
		now.Cause = &c
	}
	if h.filing.Court.Code != "" {
		const mark = 987654
		docket := court.Docket{Year: h.now().In(courtZone).Year(), CourtCode: h.filing.Court.Code, TypeCode: d.Kind.TypeCode, Number: mark}
		now.DocketForm = strings.Split(docket.String(), strconv.Itoa(mark))
	}
	return now, err
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

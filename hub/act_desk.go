package hub

import (
	"cmp"
	"context"
	"slices"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/fee"
	"microcourt/store/court/hearing"
	"microcourt/store/court/signing"
)

// ReadDesk gives all rooms in which the actor sits as judge or clerk, and what waits there.
type ReadDesk struct{ Q, State, Waiting, Sort string }

func (r ReadDesk) rule() rule { return rule{act: court.ActDesk} }

func (r ReadDesk) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.Desk, error) {
	return h.desk(ctx, store.DeskQuery{PersonID: actor.PersonID, Q: r.Q, State: r.State, Waiting: r.Waiting, Sort: r.Sort})
}

// desk asks the record for a desk and adds who is present.
func (h *Hub) desk(ctx context.Context, q store.DeskQuery) (*store.Desk, error) {
	q.Calendar = h.figures.Calendar
	d, err := h.store.Desk(ctx, q)
	if err != nil {
		return nil, err
	}
	for i := range d.Rooms {
		if r := h.live(d.Rooms[i].ID); r != nil {
			d.Rooms[i].Here = r.presence()
		}
	}
	return d, nil
}

// ReadBench gives all that the bench needs of one case on one page.
type ReadBench struct{ CaseID string }

// Bench is a case as the bench works on it.
type Bench struct {
	CaseDetails
	Room         store.DeskRoom       `json:"room" doc:"as it stands on the desk"`
	Evidence     *store.Evidence      `json:"evidence" doc:"the table exhibits x parties"`
	Applications []store.Application  `json:"applications" nullable:"false"`
	Fees         []store.FeeNotice    `json:"fees" nullable:"false"`
	Documents    []store.Document     `json:"documents" nullable:"false"`
	Copies       []store.PaperCopy    `json:"copies" nullable:"false" doc:"on paper"`
	Signings     []store.Signing      `json:"signings" nullable:"false" doc:"papers that several sign"`
	Hearings     []*hearing.State     `json:"hearings" nullable:"false"`
	Deadlines    []store.DeskDeadline `json:"deadlines" nullable:"false" doc:"what runs out, the soonest first; and what has run out without being done"`
	Timeline     FoundEvents          `json:"timeline" doc:"the newest acts in the case"`
}

// timelineSize is how many acts stand on the bench's page.
const timelineSize = 50

func (r ReadBench) rule() rule { return rule{act: court.ActBench, caseID: r.CaseID} }

func (r ReadBench) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (b Bench, err error) {
	desk, err := h.desk(ctx, store.DeskQuery{PersonID: actor.PersonID, Cases: []string{r.CaseID}})
	if err != nil {
		return b, err
	}
	if len(desk.Rooms) != 1 {
		return b, court.ErrNotFound
	}
	b.Room = desk.Rooms[0]
	if b.CaseDetails, err = (ReadCase{r.CaseID}).do(ctx, h, actor, st); err != nil {
		return b, err
	}
	if b.Evidence, err = h.store.Evidence(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	if b.Applications, err = h.store.Applications(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	if b.Fees, err = h.store.FeeNotices(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	if b.Documents, err = h.store.Documents(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	if b.Copies, err = h.store.PaperCopies(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	if b.Signings, err = h.store.Signings(ctx, r.CaseID, st); err != nil {
		return b, err
	}
	hearings, err := h.store.Hearings(ctx, r.CaseID)
	if err != nil {
		return b, err
	}
	b.Hearings = append([]*hearing.State{}, hearings...)
	b.Deadlines = deadlinesOf(&b)
	b.Timeline, err = (ReadCourse{CaseID: r.CaseID, Limit: timelineSize}).do(ctx, h, actor, st)
	return b, err
}

// deadlinesOf lists what runs out in a case, and what was not done in time.
func deadlinesOf(b *Bench) []store.DeskDeadline {
	list := []store.DeskDeadline{}
	for _, x := range b.Evidence.Exchanges {
		if x.EndsAt != 0 && !x.Ended(b.Evidence.Now) {
			list = append(list, store.DeskDeadline{Kind: store.RunsExchange, At: x.EndsAt, Subject: x.ID})
		}
	}
	for _, d := range b.Evidence.Deadlines {
		if d.Deadline > b.Evidence.Now {
			list = append(list, store.DeskDeadline{Kind: store.RunsDeadline, At: d.Deadline, Party: d.Party})
		}
	}
	for _, a := range b.Applications {
		if a.State == application.NeedSupplement && a.Until != 0 {
			list = append(list, store.DeskDeadline{Kind: store.RunsSupplement, At: a.Until, Party: a.Party, Subject: a.ID})
		}
	}
	for _, f := range b.Fees {
		if f.Status == fee.Unpaid || f.Status == fee.Failed {
			list = append(list, store.DeskDeadline{Kind: store.RunsFee, At: f.Due, Party: f.Party, Subject: f.ID})
		}
	}
	for _, g := range b.Signings {
		waits := slices.ContainsFunc(g.Signers, func(s store.Signer) bool { return s.Party != "" && s.Answer == signing.Waiting })
		if g.State == signing.Open && g.Until != 0 && waits {
			list = append(list, store.DeskDeadline{Kind: store.RunsSigning, At: g.Until, Subject: g.ID})
		}
	}
	for _, s := range b.Hearings {
		if !s.Status.Over() && s.At > b.Evidence.Now {
			list = append(list, store.DeskDeadline{Kind: store.RunsHearing, At: s.At, Subject: s.ID})
		}
	}
	list = append(list, store.ReviewDeadlines(b.Review)...)
	slices.SortStableFunc(list, func(a, c store.DeskDeadline) int { return cmp.Compare(a.At, c.At) })
	return list
}

// watchDesk has a connection told of its desk from now on, or no longer.
type watchDesk struct {
	conn *conn
	on   bool
}

func (w watchDesk) rule() rule { return rule{act: court.ActDesk} }

func (w watchDesk) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.watch(ctx, w.conn, w.on)
}

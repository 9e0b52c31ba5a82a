package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
)

// DeskRoom is one room on the desk of a judge or clerk: the case, and what in it waits for whom.
type DeskRoom struct {
	CaseCard
	Here     []string      `json:"here" nullable:"false" doc:"participant ids of who has the room's page open"`
	Waiting  DeskWaiting   `json:"waiting"`
	Exchange *DeskExchange `json:"exchange,omitempty" doc:"the exchange of evidence that is under way or ordered"`
	Next     *DeskDeadline `json:"next,omitempty" doc:"what runs out soonest from now on"`
}

// DeskWaiting counts what waits in a room. Nothing is counted that the reader doesn't read.
type DeskWaiting struct {
	Applications       int   `json:"applications" doc:"submitted or under review: the court decides"`
	Oldest             int64 `json:"oldest,omitempty" doc:"since when the oldest of them waits"`
	Supplements        int   `json:"supplements" doc:"applications for which the court asked the party for more"`
	SupplementsOverdue int   `json:"supplements_overdue" doc:"those whose time for it is over"`
	Opinions           int   `json:"opinions" doc:"exhibits that a party has not answered to, while it still can"`
	Rulings            int   `json:"rulings" doc:"exhibits that have been cross-examined and not ruled on"`
	Services           int   `json:"services" doc:"services of documents that don't count as served yet"`
	Fees               int   `json:"fees" doc:"fee notices unpaid, being paid or failed"`
	FeesOverdue        int   `json:"fees_overdue"`
	Copies             int   `json:"copies" doc:"copies on paper that were asked for and not sent, collected or refused"`
	Signings           int   `json:"signings" doc:"papers that several sign: the court signs or ends them"`
	Signatures         int   `json:"signatures" doc:"papers that a party has neither signed nor refused"`
	SignaturesOverdue  int   `json:"signatures_overdue" doc:"those whose time for it is over"`
	Hearings           int   `json:"hearings" doc:"hearings of today, and those under way"`
	Lobby              int   `json:"lobby" doc:"people who wait in a hearing's lobby"`
	Unlinked           int   `json:"unlinked" doc:"people who were invited and have not linked the case in time"`
	ReviewsOverdue     int   `json:"reviews_overdue" doc:"copies of applications for retrial that were not sent in time, and reviews that were not decided in time"`
	Transcripts        int   `json:"transcripts" doc:"transcripts that lie before the participants: the court answers a correction, or signs"`
}

// add sums up.
func (w *DeskWaiting) add(o DeskWaiting) {
	w.Applications += o.Applications
	w.Supplements += o.Supplements
	w.SupplementsOverdue += o.SupplementsOverdue
	w.Opinions += o.Opinions
	w.Rulings += o.Rulings
	w.Services += o.Services
	w.Fees += o.Fees
	w.FeesOverdue += o.FeesOverdue
	w.Copies += o.Copies
	w.Signings += o.Signings
	w.Signatures += o.Signatures
	w.SignaturesOverdue += o.SignaturesOverdue
	w.Hearings += o.Hearings
	w.Lobby += o.Lobby
	w.Transcripts += o.Transcripts
	w.Unlinked += o.Unlinked
	w.ReviewsOverdue += o.ReviewsOverdue
	if o.Oldest != 0 && (w.Oldest == 0 || o.Oldest < w.Oldest) {
		w.Oldest = o.Oldest
	}
}

// DeskExchange is an exchange of evidence with its window.
type DeskExchange struct {
	ID      string             `json:"id"`
	Mode    court.ExchangeMode `json:"mode" enum:"synchronous,asynchronous"`
	OpensAt int64              `json:"opens_at"`
	EndsAt  int64              `json:"ends_at,omitempty"`
}

// DeskDeadline is something that runs out.
type DeskDeadline struct {
	Kind    string `json:"kind" enum:"exchange,deadline,supplement,fee,signing,hearing,copy,opinion,review" doc:"exchange: its end; deadline: for evidence; supplement: for what an application lacks; fee: to pay; signing: to sign a paper; hearing: its beginning; copy: of an application for retrial, to be sent; opinion: the other side's on it; review: the court decides on it"`
	At      int64  `json:"at"`
	Party   string `json:"party,omitempty" doc:"participant id, where it concerns one party"`
	Subject string `json:"subject,omitempty" doc:"id of the exchange, application, notice, paper or hearing"`
}

// Kinds of what runs out.
const (
	RunsExchange   = "exchange"
	RunsDeadline   = "deadline"
	RunsSupplement = "supplement"
	RunsFee        = "fee"
	RunsSigning    = "signing"
	RunsHearing    = "hearing"
	RunsCopy       = "copy"
	RunsOpinion    = "opinion"
	RunsReview     = "review"
)

// DeskQuery says which rooms of a judge or clerk are wanted, and in which order.
type DeskQuery struct {
	PersonID string
	Cases    []string           // only these; empty: all
	Q        string             // as in CaseQuery
	State    string             // CaseOpen, CaseClosed or "" for both
	Waiting  string             // a key of deskFilters, or "" for all
	Sort     string             // a key of deskOrders; "" is "urgent"
	Calendar *calendar.Calendar // by which periods of the law are counted
}

// MaxDesk bounds the rooms of one desk.
const MaxDesk = 2000

var deskFilters = map[string]func(r *DeskRoom) bool{
	"":             func(*DeskRoom) bool { return true },
	"any":          func(r *DeskRoom) bool { return r.Waiting != DeskWaiting{} || r.Next != nil || r.unread() > 0 },
	"unread":       func(r *DeskRoom) bool { return r.unread() > 0 },
	"applications": func(r *DeskRoom) bool { return r.Waiting.Applications > 0 },
	"supplements":  func(r *DeskRoom) bool { return r.Waiting.Supplements > 0 },
	"opinions":     func(r *DeskRoom) bool { return r.Waiting.Opinions > 0 },
	"rulings":      func(r *DeskRoom) bool { return r.Waiting.Rulings > 0 },
	"exchange":     func(r *DeskRoom) bool { return r.Exchange != nil },
	"deadline":     func(r *DeskRoom) bool { return r.Next != nil },
	"services":     func(r *DeskRoom) bool { return r.Waiting.Services > 0 },
	"fees":         func(r *DeskRoom) bool { return r.Waiting.Fees > 0 },
	"hearings":     func(r *DeskRoom) bool { return r.Waiting.Hearings+r.Waiting.Lobby > 0 },
	"transcripts":  func(r *DeskRoom) bool { return r.Waiting.Transcripts > 0 },
	"unlinked":     func(r *DeskRoom) bool { return r.Waiting.Unlinked > 0 },
	"reviews":      func(r *DeskRoom) bool { return r.Waiting.ReviewsOverdue > 0 },
	"copies":       func(r *DeskRoom) bool { return r.Waiting.Copies > 0 },
	"signings":     func(r *DeskRoom) bool { return r.Waiting.Signings+r.Waiting.Signatures > 0 },
}

// never stands for what doesn't run out, behind everything that does.
const never = int64(1) << 62

var deskOrders = map[string]func(a, b *DeskRoom) int{
	"urgent": func(a, b *DeskRoom) int {
		return cmp.Or(cmp.Compare(a.nextAt(), b.nextAt()), cmp.Compare(a.oldest(), b.oldest()), cmp.Compare(b.ActiveAt, a.ActiveAt))
	},
	"active": func(a, b *DeskRoom) int { return cmp.Compare(b.ActiveAt, a.ActiveAt) },
	"docket": func(a, b *DeskRoom) int { return cmp.Compare(a.DocketNumber, b.DocketNumber) },
	"filed":  func(a, b *DeskRoom) int { return cmp.Compare(b.FiledAt, a.FiledAt) },
	"unread": func(a, b *DeskRoom) int {
		return cmp.Or(cmp.Compare(b.unread(), a.unread()), cmp.Compare(b.ActiveAt, a.ActiveAt))
	},
}

func (r *DeskRoom) unread() int64 { return r.Unread + r.UnreadPrivate }

func (r *DeskRoom) nextAt() int64 {
	if r.Next == nil {
		return never
	}
	return r.Next.At
}

func (r *DeskRoom) oldest() int64 {
	if r.Waiting.Oldest == 0 {
		return never
	}
	return r.Waiting.Oldest
}

// Desk is the rooms of a judge or clerk.
type Desk struct {
	Rooms []DeskRoom  `json:"rooms" nullable:"false"`
	Total DeskWaiting `json:"total" doc:"what waits in these rooms"`
	Now   int64       `json:"now" doc:"the server's clock"`
}

// Desk gives the rooms in which a person sits as judge or clerk, with what waits there. It asks the record a fixed number of times,
// however many rooms there are. Who is present is the hub's to add.
func (s *Store) Desk(ctx context.Context, q DeskQuery) (*Desk, error) {
	fits, known := deskFilters[q.Waiting]
	if !known {
		return nil, court.ErrInvalid.In("waiting")
	}
	order, known := deskOrders[cmp.Or(q.Sort, "urgent")]
	if !known {
		return nil, court.ErrInvalid.In("sort")
	}
	d := &Desk{Rooms: []DeskRoom{}, Now: s.nowMS()}
	rooms, err := s.deskCards(ctx, q)
	if err != nil || len(rooms) == 0 {
		return d, err
	}
	if err := s.addWaiting(ctx, q, d.Now, rooms); err != nil {
		return nil, err
	}
	for i := range rooms {
		if fits(&rooms[i]) {
			d.Rooms = append(d.Rooms, rooms[i])
			d.Total.add(rooms[i].Waiting)
		}
	}
	slices.SortFunc(d.Rooms, func(a, b DeskRoom) int { return cmp.Or(order(&a, &b), cmp.Compare(a.ID, b.ID)) })
	return d, nil
}

// deskCards gives the cases of a desk.
func (s *Store) deskCards(ctx context.Context, q DeskQuery) ([]DeskRoom, error) {
	args := []any{q.PersonID, "", s.noticeVersion}
	query := caseCards + " AND p.role IN ('judge', 'clerk')"
	if len(q.Cases) > 0 {
		marks, more := inList(q.Cases, len(args)+1)
		query, args = query+" AND c.id IN ("+marks+")", append(args, more...)
	}
	if q.State != "" {
		args = append(args, q.State)
		query += " AND c.state = " + param(len(args))
	}
	found, args := caseTerms(q.Q, args)
	args = append(args, MaxDesk)
	rows, err := s.query(ctx, query+found+" ORDER BY c.id LIMIT "+param(len(args)), args...)
	cards, err := collect(rows, err, func(r *sql.Rows) (CaseCard, error) { return scanCard(r, "") })
	if err != nil {
		return nil, err
	}
	if err := s.addSides(ctx, cards); err != nil {
		return nil, err
	}
	rooms := make([]DeskRoom, len(cards))
	for i, c := range cards {
		rooms[i] = DeskRoom{CaseCard: c, Here: []string{}}
	}
	return rooms, nil
}

// deskRows asks for rows of a table x of the desk's cases; p is the person's place there. $1 is the person.
func deskRows[T any](ctx context.Context, s *Store, q DeskQuery, columns, from, where string, scan func(r *sql.Rows) (T, error)) ([]T, error) {
	args := []any{q.PersonID}
	if len(q.Cases) > 0 {
		marks, more := inList(q.Cases, 2)
		where, args = where+" AND x.case_id IN ("+marks+")", append(args, more...)
	} else if q.State != "" {
		where, args = where+" AND x.case_id IN (SELECT id FROM court_case WHERE state = $2)", append(args, q.State)
	}
	rows, err := s.query(ctx, "SELECT "+columns+" FROM "+from+` JOIN participant p ON p.case_id = x.case_id AND p.person_id = $1 AND p.removed_at IS NULL
		AND p.role IN ('judge', 'clerk') WHERE `+where, args...)
	return collect(rows, err, scan)
}

package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// NewExchange is an exchange of evidence that the court orders.
type NewExchange struct {
	RoomAct  `json:"-"`
	Mode     court.ExchangeMode `json:"mode"`
	OpensAt  int64              `json:"opens_at,omitempty"` // 0: now
	EndsAt   int64              `json:"ends_at,omitempty"`  // 0: until the court closes it
	Exhibits []string           `json:"exhibits,omitempty"` // empty: all
	Note     string             `json:"note,omitempty"`
}

// exchangeBody is what the events of an exchange say.
type exchangeBody struct {
	Exchange  string             `json:"exchange"`
	Mode      court.ExchangeMode `json:"mode"`
	OpensAt   int64              `json:"opens_at"`
	EndsAt    int64              `json:"ends_at,omitempty"`
	Exhibits  []string           `json:"exhibits,omitempty"`
	Note      string             `json:"note,omitempty"`
	Automatic bool               `json:"automatic,omitempty"` // closed by the server's clock
	Reason    string             `json:"reason,omitempty"`
}

// MaxExchanges bounds the exchanges of one case.
const MaxExchanges = 100

// OpenExchange orders an exchange of evidence. One at a time: court.ErrExchangeRunning while another has not ended.
func (s *Store) OpenExchange(ctx context.Context, n NewExchange) (Appended, error) {
	return s.roomAct(ctx, n.RoomAct, court.ActExchangeSet, court.KindExchangeOpened, n, func(ctx context.Context, x *acting) (any, error) {
		e := court.Exchange{Mode: n.Mode, OpensAt: n.OpensAt, EndsAt: n.EndsAt, Note: n.Note}
		if e.OpensAt == 0 {
			e.OpensAt = x.at
		}
		if err := e.CheckWindow(x.at); err != nil {
			return nil, err
		}
		each, err := x.standsOn(ctx, consent.ExchangeEach)
		if err != nil {
			return nil, err
		}
		if err := consent.CheckMode(n.Mode, each); err != nil {
			return nil, err
		}
		list, err := exchangesOf(ctx, x, x.CaseID)
		if err != nil {
			return nil, err
		}
		running := func(e court.Exchange) bool { return !e.Ended(x.at) }
		if slices.ContainsFunc(list, running) {
			return nil, court.ErrExchangeRunning
		}
		if len(list) >= MaxExchanges {
			return nil, court.ErrTooLarge
		}
		if err := x.checkSubjects(ctx, n.Exhibits); err != nil {
			return nil, err
		}
		return exchangeBody{Exchange: NewID(), Mode: n.Mode, OpensAt: e.OpensAt, EndsAt: n.EndsAt, Exhibits: n.Exhibits, Note: n.Note}, nil
	})
}

// checkSubjects sees that the exhibits named are of the case, each once.
func (x *acting) checkSubjects(ctx context.Context, ids []string) error {
	if len(ids) == 0 {
		return nil
	}
	if len(ids) > court.MaxPartyExhibits {
		return court.ErrTooLarge.In("exhibits")
	}
	marks, args := inList(ids, 2)
	var n int
	err := x.row(ctx, "SELECT COUNT(*) FROM exhibit WHERE case_id = $1 AND withdrawn_at = 0 AND id IN ("+marks+")", append([]any{x.CaseID}, args...)...).Scan(&n)
	if err == nil && n != len(ids) {
		err = court.ErrInvalid.In("exhibits")
	}
	return err
}

// ExchangeChange moves the time of an exchange that has not ended.
type ExchangeChange struct {
	RoomAct  `json:"-"`
	Exchange string `json:"exchange"`
	OpensAt  int64  `json:"opens_at,omitempty"` // 0: as it is
	EndsAt   int64  `json:"ends_at,omitempty"`  // 0: until the court closes it
	Note     string `json:"note,omitempty"`
}

// ChangeExchange moves the time of an exchange. court.ErrExchangeClosed for one that has ended.
func (s *Store) ChangeExchange(ctx context.Context, n ExchangeChange) (Appended, error) {
	return s.roomAct(ctx, n.RoomAct, court.ActExchangeSet, court.KindExchangeChanged, n, func(ctx context.Context, x *acting) (any, error) {
		e, err := x.runningExchange(ctx, n.Exchange)
		if err != nil {
			return nil, err
		}
		if n.OpensAt != 0 {
			e.OpensAt = n.OpensAt
		}
		e.EndsAt, e.Note = n.EndsAt, n.Note
		if err := e.CheckWindow(x.at); err != nil {
			return nil, err
		}
		return exchangeBody{Exchange: e.ID, Mode: e.Mode, OpensAt: e.OpensAt, EndsAt: e.EndsAt, Exhibits: e.Exhibits, Note: e.Note}, nil
	})
}

// CloseExchange ends an exchange before its time, or one that has no end of its own.
func (s *Store) CloseExchange(ctx context.Context, a RoomAct, exchangeID, reason string) (Appended, error) {
	if err := court.CheckReason(reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	asked := map[string]string{"exchange": exchangeID, "reason": reason}
	return s.roomAct(ctx, a, court.ActExchangeSet, court.KindExchangeClosed, asked, func(ctx context.Context, x *acting) (any, error) {
		e, err := x.runningExchange(ctx, exchangeID)
		if err != nil {
			return nil, err
		}
		return exchangeBody{Exchange: e.ID, Mode: e.Mode, OpensAt: e.OpensAt, EndsAt: e.EndsAt, Exhibits: e.Exhibits, Reason: reason}, nil
	})
}

func (x *acting) runningExchange(ctx context.Context, id string) (*court.Exchange, error) {
	list, err := exchangesOf(ctx, x, x.CaseID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(list, func(e court.Exchange) bool { return e.ID == id })
	switch {
	case i < 0:
		return nil, court.ErrNotFound
	case list[i].Ended(x.at):
		return nil, court.ErrExchangeClosed
	}
	return &list[i], nil
}

const exchangeColumns = "id, mode, opens_at, ends_at, exhibits, note, opened_by, opened_at, closed_at, closed_by, reason"

func scanExchange(r *sql.Rows) (court.Exchange, error) { return readExchange(r) }

func readExchange(r interface{ Scan(...any) error }) (e court.Exchange, err error) {
	var subjects string
	err = r.Scan(&e.ID, &e.Mode, &e.OpensAt, &e.EndsAt, &subjects, &e.Note, &e.OpenedBy, &e.OpenedAt, &e.ClosedAt, &e.ClosedBy, &e.Reason)
	if err == nil {
		err = json.Unmarshal([]byte(subjects), &e.Exhibits)
	}
	return e, err
}

// exchangesOf gives the exchanges of a case in the order of their opening.
func exchangesOf(ctx context.Context, q queryer, caseID string) ([]court.Exchange, error) {
	rows, err := q.query(ctx, "SELECT "+exchangeColumns+" FROM exchange WHERE case_id = $1 ORDER BY opened_at, id", caseID)
	return collect(rows, err, scanExchange)
}

// closeDue puts the end of a case's exchange whose period is over into the room, whose head the transaction has locked, and
// gives the head after it. The row that says so is changed with it: of many nodes one does it.
func (tx *Tx) closeDue(ctx context.Context, caseID string, h head) (head, error) {
	at := max(tx.now, h.at)
	rows, err := tx.query(ctx, "SELECT "+exchangeColumns+" FROM exchange WHERE case_id = $1 AND closed_at = 0 AND ends_at > 0 AND ends_at <= $2 ORDER BY opened_at, id", caseID, at)
	due, err := collect(rows, err, scanExchange)
	for _, e := range due {
		if err == nil {
			err = tx.appendSystem(ctx, caseID, court.RoomThread, court.KindExchangeClosed, "", "", exchangeBody{
				Exchange: e.ID, Mode: e.Mode, OpensAt: e.OpensAt, EndsAt: e.EndsAt, Exhibits: e.Exhibits, Automatic: true})
		}
		h.seq, h.at = h.seq+1, at
	}
	return h, err
}

// CloseDueExchanges ends the exchanges whose period is over, each once on however many nodes this runs.
func (s *Store) CloseDueExchanges(ctx context.Context) error {
	rows, err := s.query(ctx, "SELECT DISTINCT case_id FROM exchange WHERE closed_at = 0 AND ends_at > 0 AND ends_at <= $1", s.nowMS())
	cases, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	for _, id := range cases {
		if err == nil {
			err = s.write(ctx, func(ctx context.Context, tx *Tx) error {
				h, err := tx.lockHead(ctx, id, court.RoomThread)
				if err == nil {
					_, err = tx.closeDue(ctx, id, h)
				}
				return err
			})
		}
	}
	return err
}

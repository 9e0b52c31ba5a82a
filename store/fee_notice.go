package store

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

// FeeNotice is what a party has to pay, and what became of it.
type FeeNotice struct {
	ID         string       `json:"id"`
	Party      string       `json:"party" doc:"participant id"`
	To         string       `json:"to" doc:"participant id: to whom it is addressed"`
	By         string       `json:"by" doc:"participant id"`
	Title      string       `json:"title"`
	Amount     int64        `json:"amount" doc:"分"`
	Result     exact.Result `json:"result" doc:"how the amount was computed"`
	Status     fee.Status   `json:"status" enum:"unpaid,paying,paid,failed,paid_offline,exempted,withdrawn,expired"`
	StatusName exact.Text   `json:"status_name"`
	Reason     string       `json:"reason,omitempty" doc:"of the last change"`
	Due        int64        `json:"due" doc:"the last moment in time"`
	Overdue    bool         `json:"overdue,omitempty"`
	At         int64        `json:"at"`
	UpdatedAt  int64        `json:"updated_at"`
	Thread     string       `json:"thread,omitempty" doc:"for who reads it"`
	Seq        int64        `json:"seq,omitempty" doc:"of its event in the thread, for who reads it"`
}

// seenBy takes away what only readers of the thread may know: a number in a private thread tells how much is in it (promise P3).
func (f *FeeNotice) seenBy(st *court.Standing) {
	if th, err := court.ParseThread(f.Thread); err != nil || !th.Reads(st) || f.At < th.ReadsFrom(st) {
		f.Thread, f.Seq = "", 0
	}
}

// NewFeeNotice is a notice as the court issues it. Result is the computation of Request, with one amount and no range.
type NewFeeNotice struct {
	RoomAct  `json:"-"`
	Party    string             `json:"party"`
	To       string             `json:"to,omitempty"` // "": the party, or where it can't sign in who represents it
	Title    string             `json:"title"`
	Request  fee.Request        `json:"request"`
	Days     int                `json:"days"` // to pay in
	Result   exact.Result       `json:"-"`
	Calendar *calendar.Calendar `json:"-"`
}

// MaxFeeDays bounds the time to pay.
const MaxFeeDays = 90

// feeRef names a notice in its events.
type feeRef struct {
	Notice string `json:"notice"`
	Title  string `json:"title"`
	Party  string `json:"party"`
	Amount int64  `json:"amount"`
}

// IssueFeeNotice puts a fee notice into the recipient's bench thread. The time to pay begins on the day after (诉讼费用交纳办法 第二十二条).
func (s *Store) IssueFeeNotice(ctx context.Context, n NewFeeNotice) (*FeeNotice, error) {
	if n.Days < 1 || n.Days > MaxFeeDays {
		return nil, court.ErrInvalid.In("days")
	}
	if err := court.CheckText(n.Title, court.MaxLabelRunes, "title"); err != nil || n.Title == "" {
		return nil, orElse(err, court.ErrInvalid.In("title"))
	}
	if n.Result.Amount.Min != n.Result.Amount.Max || n.Result.Amount.Min <= 0 {
		return nil, court.ErrInvalid.In("request")
	}
	_, err := s.threadAct(ctx, n.RoomAct, court.ActFeeIssue, court.KindFeeNotice, n,
		func(ctx context.Context, tx *Tx, _ *court.Standing) (thread string, err error) {
			to, err := feeRecipient(ctx, tx, n.CaseID, n.Party, n.To)
			return court.BenchThread(to), err
		},
		func(_ context.Context, x *acting) (any, error) { return n.issued(x.at) })
	if err != nil {
		return nil, err
	}
	var id string
	err = s.row(ctx, `SELECT f.id FROM event e JOIN fee_notice f ON f.case_id = e.case_id AND f.thread = e.thread AND f.seq = e.seq
		WHERE e.by_person = $1 AND e.id = $2`, n.PersonID, n.ID).Scan(&id)
	if err != nil {
		return nil, err
	}
	st, err := s.Standing(ctx, n.CaseID, n.PersonID, n.SessionID)
	if err != nil || st == nil {
		return nil, orElse(err, court.ErrNotFound)
	}
	list, err := s.FeeNotices(ctx, n.CaseID, st)
	i := slices.IndexFunc(list, func(f FeeNotice) bool { return f.ID == id })
	if err != nil || i < 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	return &list[i], nil
}

// issued gives what the event of the notice says.
func (n *NewFeeNotice) issued(at int64) (any, error) {
	end, err := n.Calendar.Period(calendar.DayAt(at), n.Days, calendar.Days)
	if err != nil {
		return nil, err
	}
	last := end.Nominal // where the holidays aren't known yet; the court can lengthen no time by guessing
	if end.Last != nil {
		last = *end.Last
	}
	return feeIssued{feeRef{NewID(), n.Title, n.Party, n.Result.Amount.Max}, last.End(), n.Result}, nil
}

// feeRecipient gives to whom a notice for a party goes: the one wanted, otherwise the party, otherwise the first who represents it. It is somebody
// who can sign in.
func feeRecipient(ctx context.Context, q queryer, caseID, party, wanted string) (string, error) {
	rows, err := q.query(ctx, `SELECT p.id FROM participant p WHERE p.case_id = $1 AND p.removed_at IS NULL AND p.person_id IS NOT NULL AND (p.id = $2
		OR EXISTS (SELECT 1 FROM representation r WHERE r.case_id = p.case_id AND r.participant_id = p.id AND r.for_participant = $2))
		AND EXISTS (SELECT 1 FROM participant o WHERE o.case_id = p.case_id AND o.id = $2 AND o.role = 'party' AND o.removed_at IS NULL)
		ORDER BY CASE WHEN p.id = $2 THEN 0 ELSE 1 END, p.position, p.id`, caseID, party)
	ids, err := collect(rows, err, func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	switch {
	case err != nil:
		return "", err
	case len(ids) == 0:
		return "", court.ErrInvalid.In("party")
	case wanted == "":
		return ids[0], nil
	case !slices.Contains(ids, wanted):
		return "", court.ErrInvalid.In("to")
	}
	return wanted, nil
}

// FeeNotices gives the fee notices of a case that somebody may see: the court all, others those of the parties for whom they act, and those addressed to
// them.
func (s *Store) FeeNotices(ctx context.Context, caseID string, st *court.Standing) ([]FeeNotice, error) {
	list, err := s.feeNotices(ctx, s, caseID, "")
	if err != nil {
		return nil, err
	}
	list = slices.DeleteFunc(list, func(f FeeNotice) bool { return !s.seesFee(ctx, s, caseID, st, &f, &err) })
	for i := range list {
		list[i].seenBy(st)
	}
	return list, err
}

// FeePaper is all that a fee notice says, for printing.
type FeePaper struct {
	FeeNotice
	Court, DocketNumber, Cause string
	PartyName, PartyStanding   string
}

// FeePaper gives a fee notice that somebody may see, or court.ErrNotFound.
func (s *Store) FeePaper(ctx context.Context, caseID, id string, st *court.Standing) (*FeePaper, error) {
	list, err := s.FeeNotices(ctx, caseID, st)
	i := slices.IndexFunc(list, func(f FeeNotice) bool { return f.ID == id })
	if err != nil || i < 0 {
		return nil, orElse(err, court.ErrNotFound)
	}
	p := &FeePaper{FeeNotice: list[i]}
	p.Thread, p.Seq = "", 0 // the paper is the same for everybody
	err = s.row(ctx, `SELECT c.court, c.docket_number, c.cause, p.name, p.standing FROM court_case c JOIN participant p ON p.case_id = c.id WHERE c.id = $1 AND p.id = $2`,
		caseID, p.Party).Scan(&p.Court, &p.DocketNumber, &p.Cause, &p.PartyName, &p.PartyStanding)
	return p, err
}

// FeeOfMine is a fee notice in the list over all of somebody's cases.
type FeeOfMine struct {
	FeeNotice
	CaseID       string `json:"case"`
	DocketNumber string `json:"docket_number"`
}

// FeesOf gives the fee notices of all cases of a person of the public, the newest first; status "" for all. A case whose first-entry notice isn't accepted yet shows
// none, as in its room.
func (s *Store) FeesOf(ctx context.Context, personID string, status fee.Status) ([]FeeOfMine, error) {
	places, err := s.Places(ctx, personID)
	if err != nil {
		return nil, err
	}
	all := []FeeOfMine{}
	for _, p := range places {
		if p.Standing.Role.OfCourt() || court.CheckInCase(court.ActFeeRead, &p.Standing) != nil {
			continue
		}
		list, err := s.FeeNotices(ctx, p.CaseID, &p.Standing)
		if err != nil {
			return nil, err
		}
		if len(list) == 0 {
			continue
		}
		var docket string
		if err := s.row(ctx, "SELECT docket_number FROM court_case WHERE id = $1", p.CaseID).Scan(&docket); err != nil {
			return nil, err
		}
		for _, f := range list {
			if status == "" || f.Status == status {
				all = append(all, FeeOfMine{f, p.CaseID, docket})
			}
		}
	}
	slices.SortFunc(all, func(a, b FeeOfMine) int { return cmp.Or(cmp.Compare(b.At, a.At), cmp.Compare(b.ID, a.ID)) })
	return all, nil
}

// seesFee reports whether somebody may see a notice; the first error stays in err.
func (s *Store) seesFee(ctx context.Context, q queryer, caseID string, st *court.Standing, f *FeeNotice, err *error) bool {
	if st.Role.OfCourt() || f.To == st.ParticipantID {
		return true
	}
	own, e := actsFor(ctx, q, caseID, st, []EvidenceParty{{ID: f.Party}})
	if e != nil && *err == nil {
		*err = e
	}
	return len(own) > 0
}

func (s *Store) feeNotices(ctx context.Context, q queryer, caseID, where string, args ...any) ([]FeeNotice, error) {
	now := s.nowMS()
	rows, err := q.query(ctx, `SELECT id, party_id, to_id, by_id, title, amount, result, status, reason, due, at, updated_at, thread, seq
		FROM fee_notice WHERE case_id = $1`+where+" ORDER BY at DESC, id DESC", append([]any{caseID}, args...)...)
	list, err := collect(rows, err, func(r *sql.Rows) (f FeeNotice, err error) {
		var result string
		if err = r.Scan(&f.ID, &f.Party, &f.To, &f.By, &f.Title, &f.Amount, &result, &f.Status, &f.Reason, &f.Due, &f.At, &f.UpdatedAt, &f.Thread, &f.Seq); err != nil {
			return f, err
		}
		f.StatusName, f.Overdue = fee.StatusNames[f.Status], f.Due < now && (f.Status == fee.Unpaid || f.Status == fee.Failed)
		return f, json.Unmarshal([]byte(result), &f.Result)
	})
	if list == nil {
		list = []FeeNotice{}
	}
	return list, err
}

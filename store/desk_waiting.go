package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/fee"
)

// addWaiting puts into each room what waits there at a time.
func (s *Store) addWaiting(ctx context.Context, q DeskQuery, now int64, rooms []DeskRoom) error {
	index := make(map[string]*DeskRoom, len(rooms))
	for i := range rooms {
		index[rooms[i].ID] = &rooms[i]
	}
	for _, add := range []func(context.Context, DeskQuery, int64, map[string]*DeskRoom) error{s.addApplications, s.addExhibits, s.addDeadlines, s.addServices, s.addFees,
		s.addCopies, s.addSignings, s.addHearings, s.addTranscripts, s.addInvitations, s.addReviews} {
		if err := add(ctx, q, now, index); err != nil {
			return err
		}
	}
	return nil
}

// runsOut notes a deadline that is still to come, if it is the soonest.
func (r *DeskRoom) runsOut(now int64, d DeskDeadline) {
	if d.At > now && (r.Next == nil || d.At < r.Next.At || d.At == r.Next.At && d.Kind+d.Subject < r.Next.Kind+r.Next.Subject) {
		r.Next = &d
	}
}

// addApplications counts those without a decision: the confidential ones for judges who read them.
func (s *Store) addApplications(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type waiting struct {
		caseID, id, party, thread, state string
		at, until, updated               int64
		st                               court.Standing
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x.id, x.party_id, x.thread, x.state, x.at, x.until, x.updated_at, p.id, p.role, p.joined_at", "application x",
		"x.state IN ('submitted', 'under_review', 'need_supplement')", func(r *sql.Rows) (w waiting, err error) {
			return w, r.Scan(&w.caseID, &w.id, &w.party, &w.thread, &w.state, &w.at, &w.until, &w.updated, &w.st.ParticipantID, &w.st.Role, &w.st.JoinedAt)
		})
	if err != nil {
		return err
	}
	for _, w := range list {
		r := rooms[w.caseID]
		th, err := court.ParseThread(w.thread)
		if r == nil || err != nil || !th.Reads(&w.st) || w.at < th.ReadsFrom(&w.st) {
			continue
		}
		if application.State(w.state) == application.NeedSupplement {
			r.Waiting.Supplements++
			if w.until != 0 && w.until <= now {
				r.Waiting.SupplementsOverdue++
			}
			r.runsOut(now, DeskDeadline{RunsSupplement, w.until, w.party, w.id})
			continue
		}
		r.Waiting.add(DeskWaiting{Applications: 1, Oldest: w.at})
	}
	return nil
}

// addExhibits counts the exhibits that wait for the parties' opinions, and those that wait for the court's ruling; and notes the exchanges.
func (s *Store) addExhibits(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type owned struct {
		caseID string
		court.Exchange
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x."+strings.ReplaceAll(exchangeColumns, ", ", ", x."), "exchange x", "x.case_id = p.case_id", func(r *sql.Rows) (o owned, err error) {
		o.Exchange, err = readExchange(withFirst(r, &o.caseID))
		return o, err
	})
	if err != nil {
		return err
	}
	slices.SortFunc(list, func(a, b owned) int { return cmp.Or(cmp.Compare(a.OpenedAt, b.OpenedAt), cmp.Compare(a.ID, b.ID)) })
	exchanges := map[string][]court.Exchange{}
	for _, o := range list {
		exchanges[o.caseID] = append(exchanges[o.caseID], o.Exchange)
		if r := rooms[o.caseID]; r != nil && !o.Ended(now) {
			r.Exchange = &DeskExchange{o.ID, o.Mode, o.OpensAt, o.EndsAt}
			r.runsOut(now, DeskDeadline{RunsExchange, o.EndsAt, "", o.ID})
		}
	}
	type exhibit struct {
		caseID, id string
		at         int64
		missing    int
	}
	exhibits, err := deskRows(ctx, s, q, `x.case_id, x.id, u.at, (SELECT count(*) FROM participant o WHERE o.case_id = x.case_id AND o.role = 'party' AND o.removed_at IS NULL AND o.id <> x.party_id
			AND NOT EXISTS (SELECT 1 FROM opinion n WHERE n.exhibit_id = x.id AND n.party_id = o.id))`,
		"exhibit x JOIN submission u ON u.id = x.submission_id", "x.withdrawn_at = 0 AND x.ruling_at = 0", func(r *sql.Rows) (e exhibit, err error) {
			return e, r.Scan(&e.caseID, &e.id, &e.at, &e.missing)
		})
	if err != nil {
		return err
	}
	for _, e := range exhibits {
		r := rooms[e.caseID]
		if r == nil {
			continue
		}
		x := court.ExchangeOf(exchanges[e.caseID], e.id, e.at)
		if over := x != nil && x.Ended(now); over || e.missing == 0 {
			r.Waiting.Rulings++
		} else {
			r.Waiting.Opinions++
		}
	}
	return nil
}

func (s *Store) addDeadlines(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type running struct {
		caseID string
		DeskDeadline
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x.party_id, x.deadline", "evidence_deadline x", "x.deadline <> 0", func(r *sql.Rows) (d running, err error) {
		d.Kind = RunsDeadline
		return d, r.Scan(&d.caseID, &d.Party, &d.At)
	})
	if err != nil {
		return err
	}
	for _, d := range list {
		if r := rooms[d.caseID]; r != nil {
			r.runsOut(now, d.DeskDeadline)
		}
	}
	return nil
}

func (s *Store) addServices(ctx context.Context, q DeskQuery, _ int64, rooms map[string]*DeskRoom) error {
	list, err := deskRows(ctx, s, q, "x.case_id", "service x", "x.served_at = 0", func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range list {
		if r := rooms[id]; r != nil {
			r.Waiting.Services++
		}
	}
	return nil
}

func (s *Store) addFees(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type notice struct {
		caseID, id, party, status string
		due                       int64
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x.id, x.party_id, x.status, x.due", "fee_notice x", "x.status IN ('unpaid', 'paying', 'failed')", func(r *sql.Rows) (n notice, err error) {
		return n, r.Scan(&n.caseID, &n.id, &n.party, &n.status, &n.due)
	})
	if err != nil {
		return err
	}
	for _, n := range list {
		r := rooms[n.caseID]
		if r == nil {
			continue
		}
		r.Waiting.Fees++
		if n.due < now && fee.Status(n.status) != fee.Paying {
			r.Waiting.FeesOverdue++
		}
		r.runsOut(now, DeskDeadline{RunsFee, n.due, n.party, n.id})
	}
	return nil
}

func (s *Store) addCopies(ctx context.Context, q DeskQuery, _ int64, rooms map[string]*DeskRoom) error {
	list, err := deskRows(ctx, s, q, "x.case_id", "paper_copy x", "x.state IN ('requested', 'ready')", func(r *sql.Rows) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return err
	}
	for _, id := range list {
		if r := rooms[id]; r != nil {
			r.Waiting.Copies++
		}
	}
	return nil
}

// addSignings counts the open papers: where no party is waited for, the court signs or ends them, whoever else refused.
func (s *Store) addSignings(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type paper struct {
		caseID, id     string
		until          int64
		parties, court int // signers that are waited for
	}
	const waits = "(SELECT count(*) FROM signing_signer g WHERE g.signing_id = x.id AND g.answer = 'waiting' AND g.party_id "
	list, err := deskRows(ctx, s, q, "x.case_id, x.id, x.until, "+waits+"<> ''), "+waits+"= '')", "signing x", "x.state = 'open'", func(r *sql.Rows) (p paper, err error) {
		return p, r.Scan(&p.caseID, &p.id, &p.until, &p.parties, &p.court)
	})
	if err != nil {
		return err
	}
	for _, p := range list {
		r := rooms[p.caseID]
		if r == nil {
			continue
		}
		if p.court > 0 || p.parties == 0 {
			r.Waiting.Signings++
		}
		if p.parties > 0 {
			r.Waiting.Signatures++
			if p.until != 0 && p.until <= now {
				r.Waiting.SignaturesOverdue++
			}
			r.runsOut(now, DeskDeadline{RunsSigning, p.until, "", p.id})
		}
	}
	return nil
}

// addInvitations counts those who have not linked the case in time, as long as it is open.
func (s *Store) addInvitations(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	type due struct {
		caseID string
		until  int64
	}
	list, err := deskRows(ctx, s, q, "x.case_id, x.link_until", "case_invitation x JOIN participant a ON a.id = x.participant_id AND a.removed_at IS NULL", "x.linked_at = 0",
		func(r *sql.Rows) (d due, err error) { return d, r.Scan(&d.caseID, &d.until) })
	if err != nil {
		return err
	}
	for _, d := range list {
		if r := rooms[d.caseID]; r != nil && r.State == CaseOpen && d.until < now {
			r.Waiting.Unlinked++
		}
	}
	return nil
}

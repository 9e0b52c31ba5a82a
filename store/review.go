package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/retrial"
)

// ReviewExtension is that the court's president has given more time for the review of an application for retrial (民事诉讼法 第二百一十五条), as the court notes it.
type ReviewExtension struct {
	RoomAct `json:"-"`
	Until   int64  `json:"until"` // the last moment of it, Unix milliseconds
	Reason  string `json:"reason"`
}

// ExtendReview puts it into the room. court.ErrInvalid in a case in which no application for retrial is reviewed, and for a time that is over.
func (s *Store) ExtendReview(ctx context.Context, e ReviewExtension) (Appended, error) {
	if err := court.CheckReason(e.Reason, true, "reason"); err != nil {
		return Appended{}, err
	}
	return s.roomAct(ctx, e.RoomAct, court.ActReviewExtend, court.KindReviewExtended, e, func(ctx context.Context, x *acting) (any, error) {
		var docket string
		if err := x.row(ctx, "SELECT docket_number FROM court_case WHERE id = $1", x.CaseID).Scan(&docket); err != nil {
			return nil, err
		}
		if retrial.RuleOf(docket) == nil {
			return nil, court.ErrInvalid.In("case")
		}
		if e.Until <= x.at || court.CheckDeadline(e.Until, x.at) != nil {
			return nil, court.ErrInvalid.In("until")
		}
		return e, nil
	})
}

// reviewLists is the read model of extensions.
var reviewLists = lists{applyReview, func(ctx context.Context, tx *Tx, caseID string, _ []court.Event) error {
	return tx.forget(ctx, caseID, []removal{{"review_extension", ofCase, "", nil}})
}, []listTable{{"review_extension", "case_id = $1"}}}

func applyReview(ctx context.Context, tx *Tx, ev *court.Event) error {
	if ev.Kind != court.KindReviewExtended {
		return nil
	}
	return applyAs(ev, func(b *ReviewExtension) error {
		_, err := tx.exec(ctx, `INSERT INTO review_extension (case_id, until, reason, set_by, set_at) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (case_id) DO UPDATE SET until = excluded.until, reason = excluded.reason, set_by = excluded.set_by, set_at = excluded.set_at`,
			ev.CaseID, b.Until, b.Reason, ev.By, ev.At)
		return err
	})
}

// Review gives the clock of a case in which an application for retrial is reviewed, nil for any other: to the court whole, to others as far as they know of it. On whom the copy was served is
// nobody else's matter, so whoever isn't of the court sees what was served on itself, and the opinions of those for whom it acts.
func (s *Store) Review(ctx context.Context, caseID string, st *court.Standing, cal *calendar.Calendar) (*retrial.Review, error) {
	c := CaseCard{ID: caseID}
	var closed, known int64
	err := s.row(ctx, "SELECT docket_number, filed_at, COALESCE(closed_at, 0), created_at FROM court_case WHERE id = $1", caseID).Scan(&c.DocketNumber, &c.FiledAt, &closed, &known)
	rule := retrial.RuleOf(c.DocketNumber)
	if err != nil || rule == nil {
		return nil, notFound(err)
	}
	recipient := ""
	if !st.Role.OfCourt() {
		recipient = st.ParticipantID
	}
	all, err := s.reviewFacts(ctx, []string{caseID}, recipient)
	if err != nil {
		return nil, err
	}
	f := all[caseID]
	if !st.Role.OfCourt() {
		var mine []string
		if court.CheckInCase(court.ActDocumentRead, st) == nil {
			parties, err := evidenceParties(ctx, s, caseID)
			if err != nil {
				return nil, err
			}
			if mine, err = actsFor(ctx, s, caseID, st, parties); err != nil {
				return nil, err
			}
		} else {
			f.Decided = 0
		}
		f.Others = slices.DeleteFunc(f.Others, func(o retrial.Side) bool { return !slices.Contains(mine, o.Party) })
	}
	f.of(&c, closed, known)
	return rule.Clock(f.Facts, s.nowMS(), cal)
}

// reviewFacts are the facts of a review as they are collected.
type reviewFacts struct{ retrial.Facts }

// of adds what the case itself says. The day of acceptance is that of the filing here, or what the case system says.
func (f *reviewFacts) of(c *CaseCard, closed, known int64) {
	f.Accepted, f.Known = c.FiledAt, known
	if f.Received == 0 {
		f.Received = c.FiledAt
	}
	f.Decided = court.Earliest(f.Decided, closed)
}

// reviewFacts collects what the record knows of the reviews in cases, in a fixed number of queries: what was served on one participant alone, or on all where recipient is "".
// The first copy (副本) that is served on a party, or on who represents it, is taken for that of the application, and the first ruling (裁定书) for the decision.
func (s *Store) reviewFacts(ctx context.Context, cases []string, recipient string) (map[string]*reviewFacts, error) {
	facts := map[string]*reviewFacts{}
	for _, id := range cases {
		facts[id] = &reviewFacts{}
	}
	marks, args := inList(cases, 1)
	type row struct {
		caseID, a, b string
		at, then     int64
	}
	rows := func(query string, more ...any) ([]row, error) {
		found, err := s.query(ctx, query, append(slices.Clone(args), more...)...)
		return collect(found, err, func(r *sql.Rows) (w row, err error) { return w, r.Scan(&w.caseID, &w.a, &w.b, &w.at, &w.then) })
	}
	filed, err := rows("SELECT case_id, body, '', 0, 0 FROM event WHERE case_id IN (" + marks + ") AND thread = 'room' AND seq = 1 AND kind = 'filing_accepted'")
	if err != nil {
		return nil, err
	}
	for _, w := range filed {
		var b acceptedBody
		if err := json.Unmarshal([]byte(w.a), &b); err != nil {
			return nil, err
		}
		facts[w.caseID].Received = b.HandedInAt
	}
	extended, err := rows("SELECT case_id, '', '', until, 0 FROM review_extension WHERE case_id IN (" + marks + ")")
	if err != nil {
		return nil, err
	}
	for _, w := range extended {
		facts[w.caseID].Extended = w.at
	}
	parties, err := rows("SELECT case_id, id, standing, 0, 0 FROM participant WHERE case_id IN (" + marks + ") AND role = 'party' AND removed_at IS NULL ORDER BY position, id")
	if err != nil {
		return nil, err
	}
	side := map[string]*retrial.Side{}
	for _, w := range parties {
		if f := facts[w.caseID]; !retrial.Applies(w.b) {
			f.Others = append(f.Others, retrial.Side{Party: w.a})
		}
	}
	for _, f := range facts {
		for i := range f.Others {
			side[f.Others[i].Party] = &f.Others[i]
		}
	}
	acting, err := rows("SELECT case_id, participant_id, for_participant, 0, 0 FROM representation WHERE case_id IN (" + marks + ")")
	if err != nil {
		return nil, err
	}
	reaches := map[string][]string{}
	for id := range side {
		reaches[id] = []string{id}
	}
	for _, w := range acting {
		reaches[w.a] = append(reaches[w.a], w.b)
	}
	only := param(len(args) + 1)
	served, err := rows(`SELECT v.case_id, v.participant_id, d.kind, v.arrived_at, v.served_at FROM service v JOIN document d ON d.id = v.document_id
			WHERE v.case_id IN (`+marks+`) AND d.kind IN ('copy', 'ruling') AND (`+only+` = '' OR v.participant_id = `+only+`)
		UNION ALL SELECT y.case_id, y.participant_id, d.kind, y.delivered_at, y.delivered_at FROM delivery y JOIN document d ON d.id = y.document_id
			WHERE y.case_id IN (`+marks+`) AND y.outcome = 'served' AND d.kind IN ('copy', 'ruling') AND (`+only+` = '' OR y.participant_id = `+only+`)`, recipient)
	if err != nil {
		return nil, err
	}
	for _, w := range served {
		if court.DocumentKind(w.b) == court.DocRuling {
			facts[w.caseID].Decided = court.Earliest(facts[w.caseID].Decided, w.at)
			continue
		}
		for _, party := range reaches[w.a] {
			if o := side[party]; o != nil {
				o.Sent, o.Served = court.Earliest(o.Sent, w.at), court.Earliest(o.Served, w.then)
			}
		}
	}
	opinions, err := rows("SELECT case_id, party_id, '', MIN(at), 0 FROM application WHERE case_id IN (" + marks + ") AND kind = '" + retrial.OpinionKind + "' AND state <> 'revoked' GROUP BY case_id, party_id")
	for _, w := range opinions {
		if o := side[w.a]; o != nil {
			o.At = w.at
		}
	}
	return facts, err
}

// addReviews notes what runs out in reviews of applications for retrial, and counts what the court is late with.
func (s *Store) addReviews(ctx context.Context, q DeskQuery, now int64, rooms map[string]*DeskRoom) error {
	var cases []string
	for id, r := range rooms {
		if r.State == CaseOpen && retrial.RuleOf(r.DocketNumber) != nil {
			cases = append(cases, id)
		}
	}
	if len(cases) == 0 {
		return nil
	}
	known := map[string]int64{}
	marks, args := inList(cases, 1)
	rows, err := s.query(ctx, "SELECT id, created_at FROM court_case WHERE id IN ("+marks+")", args...)
	if _, err = collect(rows, err, func(r *sql.Rows) (none struct{}, err error) {
		var id string
		var at int64
		err = r.Scan(&id, &at)
		known[id] = at
		return none, err
	}); err != nil {
		return err
	}
	facts, err := s.reviewFacts(ctx, cases, "")
	if err != nil {
		return err
	}
	for id, f := range facts {
		r := rooms[id]
		f.of(&r.CaseCard, r.ClosedAt, known[id])
		v, err := retrial.RuleOf(r.DocketNumber).Clock(f.Facts, now, q.Calendar)
		if err != nil {
			return err
		}
		for _, d := range ReviewDeadlines(v) {
			if d.At <= now && d.Kind != RunsOpinion {
				r.Waiting.ReviewsOverdue++
			}
			r.runsOut(now, d)
		}
	}
	return nil
}

// ReviewDeadlines lists what is still to be done in a review.
func ReviewDeadlines(v *retrial.Review) (list []DeskDeadline) {
	if v == nil {
		return nil
	}
	for _, o := range v.Sides {
		if o.Copy.Waits() {
			list = append(list, DeskDeadline{Kind: RunsCopy, At: o.Copy.Due, Party: o.Party})
		}
		if o.Opinion.Waits() {
			list = append(list, DeskDeadline{Kind: RunsOpinion, At: o.Opinion.Due, Party: o.Party})
		}
	}
	if v.Decision.Waits() {
		list = append(list, DeskDeadline{Kind: RunsReview, At: v.Decision.Due})
	}
	return list
}

package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// Exhibit is an exhibit as the case's participants see it.
type Exhibit struct {
	ID           string             `json:"id"`
	Submission   string             `json:"submission"`
	Party        string             `json:"party" doc:"participant id of the party whose evidence it is"`
	Number       int64              `json:"number" doc:"of the party's exhibits, from 1, without gaps"`
	Label        string             `json:"label" doc:"原告证据1"`
	Name         string             `json:"name"`
	Kind         court.EvidenceKind `json:"kind" enum:"party_statement,documentary,physical,audio_visual,electronic_data,witness_testimony,expert_opinion,inspection_records"`
	Purpose      string             `json:"purpose" doc:"what it is to prove"`
	Source       string             `json:"source,omitempty"`
	OriginalHeld bool               `json:"original_held" doc:"the party holds the original"`
	PageCount    int64              `json:"page_count"`
	Cover        *ExhibitPage       `json:"cover" doc:"the first page"`

	By          string `json:"by" doc:"participant id of who handed it in"`
	ByCourt     bool   `json:"by_court,omitempty" doc:"the court took it in for a person who couldn't (代为电子化)"`
	SubmittedAt int64  `json:"submitted_at"`
	Seq         int64  `json:"seq" doc:"of the submission's event in the room"`
	Deadline    int64  `json:"deadline,omitempty" doc:"the deadline at that time"`
	Late        bool   `json:"late,omitempty"`
	LateReason  string `json:"late_reason,omitempty"`

	Withdrawn *Withdrawal    `json:"withdrawn,omitempty"`
	Original  OriginalNote   `json:"original"`
	Ruling    *RulingNote    `json:"ruling,omitempty"`
	Opinions  []OpinionState `json:"opinions" nullable:"false" doc:"where each other party stands; the newest version counts"`
	Exchange  string         `json:"exchange,omitempty" doc:"the newest exchange that it is subject of"`
	OpenNow   string         `json:"open_now" enum:"open,exchange_not_open,exchange_closed" doc:"whether opinions on it can be given at this moment, else the error"`
}

// Withdrawal is that a party no longer relies on its exhibit.
type Withdrawal struct {
	At     int64  `json:"at"`
	By     string `json:"by"`
	Reason string `json:"reason,omitempty"`
}

// OriginalNote says how far the original was checked.
type OriginalNote struct {
	State court.OriginalState `json:"state" enum:"unchecked,undisputed,notarised,matched,required"`
	Note  string              `json:"note,omitempty"`
	By    string              `json:"by,omitempty"`
	At    int64               `json:"at,omitempty"`
}

// RulingNote is the court's ruling on an exhibit.
type RulingNote struct {
	Ruling court.Ruling `json:"ruling" enum:"admitted,partly,refused"`
	Reason string       `json:"reason"`
	By     string       `json:"by"`
	At     int64        `json:"at"`
}

const exhibitColumns = `e.id, e.submission_id, e.party_id, e.number, e.name, e.kind, e.purpose, e.source, e.original_held, e.pages,
	u.by_id, u.by_court, u.at, u.seq, u.deadline, u.late, u.late_reason,
	e.withdrawn_at, e.withdrawn_by, e.withdrawn_why, e.original_state, e.original_note, e.original_by, e.original_at,
	e.ruling, e.ruling_reason, e.ruling_by, e.ruling_at`

func scanExhibit(r *sql.Rows) (Exhibit, error) {
	var e Exhibit
	var held, byCourt, late int64
	var w Withdrawal
	var ruling RulingNote
	err := r.Scan(&e.ID, &e.Submission, &e.Party, &e.Number, &e.Name, &e.Kind, &e.Purpose, &e.Source, &held, &e.PageCount,
		&e.By, &byCourt, &e.SubmittedAt, &e.Seq, &e.Deadline, &late, &e.LateReason,
		&w.At, &w.By, &w.Reason, &e.Original.State, &e.Original.Note, &e.Original.By, &e.Original.At,
		&ruling.Ruling, &ruling.Reason, &ruling.By, &ruling.At)
	e.OriginalHeld, e.ByCourt, e.Late = held != 0, byCourt != 0, late != 0
	if w.At != 0 {
		e.Withdrawn = &w
	}
	if ruling.At != 0 {
		e.Ruling = &ruling
	}
	return e, err
}

// exhibits gives the exhibits of a case that where selects (of e exhibit, u submission), in the order of parties and numbers.
func (s *Store) exhibits(ctx context.Context, caseID string, parties []EvidenceParty, exchanges []court.Exchange, where string, args ...any) ([]Exhibit, error) {
	args = append([]any{caseID}, args...)
	rows, err := s.query(ctx, "SELECT "+exhibitColumns+` FROM exhibit e JOIN submission u ON u.id = e.submission_id JOIN participant p ON p.id = e.party_id
		WHERE e.case_id = $1`+where+" ORDER BY p.position, p.id, e.number", args...)
	list, err := collect(rows, err, scanExhibit)
	if err != nil {
		return nil, err
	}
	covers, err := pagesOf(ctx, s, "g.position = 1 AND e.case_id = $1"+where, args...)
	if err != nil {
		return nil, err
	}
	now := s.nowMS()
	for i := range list {
		e := &list[i]
		p, err := partyIn(parties, e.Party)
		if err != nil {
			return nil, err
		}
		e.Label, e.OpenNow = p.label(e.Number), "open"
		if cover := covers[e.ID]; len(cover) > 0 {
			e.Cover = &cover[0]
		}
		if x := court.ExchangeOf(exchanges, e.ID, e.SubmittedAt); x != nil {
			e.Exchange = x.ID
		}
		if err := court.CheckOpinionTime(exchanges, e.ID, e.SubmittedAt, now); err != nil {
			e.OpenNow = court.AsError(err).Code
		}
	}
	if list == nil {
		list = []Exhibit{}
	}
	return list, addOpinionStates(ctx, s, caseID, parties, list)
}

// Evidence is all the evidence of a case at a glance: the table exhibits x parties, and what the court has ordered.
type Evidence struct {
	Parties     []EvidenceParty  `json:"parties" nullable:"false"`
	ActsFor     []string         `json:"acts_for" nullable:"false" doc:"parties for whom I can hand in evidence and give opinions"`
	Exhibits    []Exhibit        `json:"exhibits" nullable:"false"`
	Exchanges   []court.Exchange `json:"exchanges" nullable:"false" doc:"in the order of opening"`
	Deadlines   []Deadline       `json:"deadlines" nullable:"false"`
	WatermarkOn bool             `json:"watermark_on" doc:"the court has asked that evidence is shown with the reader's name over it"`
	Watermark   string           `json:"watermark,omitempty" doc:"what the court wants to stand over what I am shown: the server marks pictures, the page the rest (X-Watermark says which)"`
	Now         int64            `json:"now" doc:"the server's clock, by which windows and deadlines go"`
}

// Evidence gives a case's evidence as a participant sees it.
func (s *Store) Evidence(ctx context.Context, caseID string, st *court.Standing) (*Evidence, error) {
	v := &Evidence{Now: s.nowMS(), Deadlines: []Deadline{}, Exchanges: []court.Exchange{}}
	var err error
	if v.Parties, err = evidenceParties(ctx, s, caseID); err != nil {
		return nil, err
	}
	if v.ActsFor, err = actsFor(ctx, s, caseID, st, v.Parties); err != nil {
		return nil, err
	}
	exchanges, err := exchangesOf(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	v.Exchanges = append(v.Exchanges, exchanges...)
	deadlines, err := deadlinesOf(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	v.Deadlines = append(v.Deadlines, deadlines...)
	v.WatermarkOn, err = watermarked(ctx, s, caseID)
	if err == nil && v.WatermarkOn && !st.Role.OfCourt() {
		v.Watermark, err = s.MarkFor(ctx, caseID, st.ParticipantID)
	}
	if err != nil {
		return nil, err
	}
	v.Exhibits, err = s.exhibits(ctx, caseID, v.Parties, exchanges, "")
	return v, err
}

// ExhibitDetails is one exhibit with its pages and all that was said to it.
type ExhibitDetails struct {
	Exhibit
	Pages    []ExhibitPage `json:"pages" nullable:"false"`
	Versions []Opinion     `json:"versions" nullable:"false" doc:"all versions of all opinions, party by party, the newest first"`
}

// Exhibit gives one exhibit of a case, or court.ErrNotFound.
func (s *Store) Exhibit(ctx context.Context, caseID, exhibitID string) (*ExhibitDetails, error) {
	list, err := s.exhibitsWhere(ctx, caseID, " AND e.id = $2", exhibitID)
	if err != nil {
		return nil, err
	}
	if len(list) == 0 {
		return nil, court.ErrNotFound
	}
	d := &ExhibitDetails{Exhibit: list[0], Versions: []Opinion{}}
	pages, err := pagesOf(ctx, s, "e.case_id = $1 AND e.id = $2", caseID, exhibitID)
	if err != nil {
		return nil, err
	}
	d.Pages = pages[exhibitID]
	said, err := s.opinionsOn(ctx, exhibitID)
	d.Versions = append(d.Versions, said...)
	return d, err
}

// exhibitsWhere is exhibits for who has neither parties nor exchanges yet.
func (s *Store) exhibitsWhere(ctx context.Context, caseID, where string, args ...any) ([]Exhibit, error) {
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	exchanges, err := exchangesOf(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	return s.exhibits(ctx, caseID, parties, exchanges, where, args...)
}

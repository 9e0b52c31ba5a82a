package store

import (
	"context"
	"database/sql"

	"microcourt/store/court"
)

// Submission is what was handed in at once.
type Submission struct {
	ID         string    `json:"id"`
	Number     int64     `json:"number" doc:"of the submissions of the case"`
	Party      string    `json:"party"`
	By         string    `json:"by" doc:"participant id"`
	ByCourt    bool      `json:"by_court,omitempty"`
	At         int64     `json:"at"`
	Seq        int64     `json:"seq" doc:"of its event in the room"`
	Deadline   int64     `json:"deadline,omitempty"`
	Late       bool      `json:"late,omitempty"`
	LateReason string    `json:"late_reason,omitempty"`
	Exhibits   []Exhibit `json:"exhibits" nullable:"false"`
}

// submission gives a submission of a case by its id or by the seq of its event.
func (s *Store) submission(ctx context.Context, caseID, column string, value any) (*Submission, error) {
	var v Submission
	var byCourt, late int64
	err := s.row(ctx, `SELECT id, number, party_id, by_id, by_court, at, seq, deadline, late, late_reason FROM submission
		WHERE case_id = $1 AND `+column+" = $2", caseID, value).
		Scan(&v.ID, &v.Number, &v.Party, &v.By, &byCourt, &v.At, &v.Seq, &v.Deadline, &late, &v.LateReason)
	if err != nil {
		return nil, notFound(err)
	}
	v.ByCourt, v.Late = byCourt != 0, late != 0
	v.Exhibits, err = s.exhibitsWhere(ctx, caseID, " AND e.submission_id = $2", v.ID)
	return &v, err
}

// EvidenceReceipt is what the court gives for evidence that it received: name, pages, copies, original or copy, time, and who
// handled it (民事诉讼法 第六十九条).
type EvidenceReceipt struct {
	Number       int64         `json:"number" doc:"of the submissions of the case"`
	Submission   string        `json:"submission"`
	Court        string        `json:"court"`
	DocketNumber string        `json:"docket_number"`
	Title        string        `json:"title"`
	Cause        string        `json:"cause"`
	Party        EvidenceParty `json:"party"`
	By           string        `json:"by" doc:"name of who handed it in"`
	ByCourt      bool          `json:"by_court,omitempty"`
	ReceivedAt   int64         `json:"received_at"`
	Late         bool          `json:"late,omitempty"`
	Items        []ReceiptItem `json:"items" nullable:"false"`
	Handlers     []string      `json:"handlers" nullable:"false" doc:"names of the clerks of the case"`
}

// ReceiptItem is one line of a receipt.
type ReceiptItem struct {
	Label        string             `json:"label"`
	Name         string             `json:"name"`
	Kind         court.EvidenceKind `json:"kind"`
	Pages        int64              `json:"pages"`
	Copies       int64              `json:"copies"`
	OriginalHeld bool               `json:"original_held" doc:"the files are copies; the party holds the original"`
}

// EvidenceReceipt gives the receipt of a submission to those who act for its party, and to the court. For others it is court.ErrNotFound.
func (s *Store) EvidenceReceipt(ctx context.Context, caseID, submissionID string, st *court.Standing) (*EvidenceReceipt, error) {
	v, err := s.submission(ctx, caseID, "id", submissionID)
	if err != nil {
		return nil, err
	}
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	party, err := partyIn(parties, v.Party)
	if err != nil {
		return nil, err
	}
	own, err := actsFor(ctx, s, caseID, st, []EvidenceParty{{ID: v.Party}})
	if err != nil {
		return nil, err
	}
	if len(own) == 0 {
		return nil, court.ErrNotFound
	}
	r := &EvidenceReceipt{Number: v.Number, Submission: v.ID, Party: *party, ByCourt: v.ByCourt, ReceivedAt: v.At, Late: v.Late, Items: []ReceiptItem{}, Handlers: []string{}}
	err = s.row(ctx, `SELECT c.court, c.docket_number, c.title, c.cause, p.name FROM court_case c JOIN participant p ON p.case_id = c.id WHERE c.id = $1 AND p.id = $2`,
		caseID, v.By).Scan(&r.Court, &r.DocketNumber, &r.Title, &r.Cause, &r.By)
	if err != nil {
		return nil, err
	}
	for _, e := range v.Exhibits {
		r.Items = append(r.Items, ReceiptItem{Label: e.Label, Name: e.Name, Kind: e.Kind, Pages: e.PageCount, Copies: 1, OriginalHeld: e.OriginalHeld})
	}
	rows, err := s.query(ctx, "SELECT name FROM participant WHERE case_id = $1 AND role = 'clerk' AND removed_at IS NULL ORDER BY position, id", caseID)
	clerks, err := collect(rows, err, func(r *sql.Rows) (name string, err error) { return name, r.Scan(&name) })
	r.Handlers = append(r.Handlers, clerks...)
	return r, err
}

// Catalog is the exhibit list (证据目录) of a party, built from its exhibits. Pages are numbered through all of them.
type Catalog struct {
	Court        string        `json:"court"`
	DocketNumber string        `json:"docket_number"`
	Title        string        `json:"title"`
	Cause        string        `json:"cause"`
	Party        EvidenceParty `json:"party"`
	Rows         []CatalogRow  `json:"rows" nullable:"false"`
	Pages        int64         `json:"pages"`
}

// CatalogRow is one exhibit of the list.
type CatalogRow struct {
	Exhibit      string             `json:"exhibit"`
	Number       int64              `json:"number"`
	Label        string             `json:"label"`
	Name         string             `json:"name"`
	Kind         court.EvidenceKind `json:"kind"`
	Purpose      string             `json:"purpose"`
	Source       string             `json:"source,omitempty"`
	OriginalHeld bool               `json:"original_held"`
	FirstPage    int64              `json:"first_page"`
	LastPage     int64              `json:"last_page"`
	SubmittedAt  int64              `json:"submitted_at"`
	Late         bool               `json:"late,omitempty"`
}

// Catalog gives the exhibit list of a party of the case; withdrawn exhibits are not in it.
func (s *Store) Catalog(ctx context.Context, caseID, partyID string) (*Catalog, error) {
	parties, err := evidenceParties(ctx, s, caseID)
	if err != nil {
		return nil, err
	}
	party, err := partyIn(parties, partyID)
	if err != nil {
		return nil, err
	}
	c := &Catalog{Party: *party, Rows: []CatalogRow{}}
	if err := s.row(ctx, "SELECT court, docket_number, title, cause FROM court_case WHERE id = $1", caseID).Scan(&c.Court, &c.DocketNumber, &c.Title, &c.Cause); err != nil {
		return nil, err
	}
	list, err := s.exhibits(ctx, caseID, parties, nil, " AND e.party_id = $2 AND e.withdrawn_at = 0", partyID)
	for _, e := range list {
		c.Rows = append(c.Rows, CatalogRow{Exhibit: e.ID, Number: e.Number, Label: e.Label, Name: e.Name, Kind: e.Kind, Purpose: e.Purpose, Source: e.Source,
			OriginalHeld: e.OriginalHeld, FirstPage: c.Pages + 1, LastPage: c.Pages + e.PageCount, SubmittedAt: e.SubmittedAt, Late: e.Late})
		c.Pages += e.PageCount
	}
	return c, err
}

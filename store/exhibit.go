package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// NewSubmission is evidence that somebody hands in.
type NewSubmission struct {
	RoomAct    `json:"-"`
	For        string               `json:"for,omitempty"` // the party; "" where the author acts for one only
	Exhibits   []court.ExhibitInput `json:"exhibits"`
	LateReason string               `json:"late_reason,omitempty"`
	Draft      string               `json:"draft,omitempty"` // the author's draft that it was prepared as, removed with the act
}

// submittedBody is what the event of a submission says.
type submittedBody struct {
	Submission string             `json:"submission"`
	Number     int64              `json:"number"`
	Party      string             `json:"party"`
	ByCourt    bool               `json:"by_court,omitempty"`
	Deadline   int64              `json:"deadline,omitempty"`
	Late       bool               `json:"late,omitempty"`
	LateReason string             `json:"late_reason,omitempty"`
	Exhibits   []submittedExhibit `json:"exhibits"`
}

type submittedExhibit struct {
	ID           string             `json:"id"`
	Number       int64              `json:"number"`
	Label        string             `json:"label"`
	Name         string             `json:"name"`
	Kind         court.EvidenceKind `json:"kind"`
	Purpose      string             `json:"purpose"`
	Source       string             `json:"source,omitempty"`
	OriginalHeld bool               `json:"original_held"`
	Pages        []ExhibitPage      `json:"pages"`
}

// SubmitExhibits puts evidence into the room, numbered for its party, marked as late where it is (民事诉讼法 第六十八条). Errors: those of
// court.CheckExhibits, court.ErrPartyNeeded, court.ErrHashDiffers, and those of its files.
func (s *Store) SubmitExhibits(ctx context.Context, n NewSubmission) (*Submission, error) {
	if err := court.CheckExhibits(n.Exhibits); err != nil {
		return nil, err
	}
	if err := court.CheckReason(n.LateReason, false, "late_reason"); err != nil {
		return nil, err
	}
	a, err := s.roomAct(ctx, n.RoomAct, court.ActExhibitSubmit, court.KindExhibitsSubmitted, n, func(ctx context.Context, x *acting) (any, error) {
		return x.submit(ctx, &n)
	})
	if err != nil {
		return nil, err
	}
	return s.submission(ctx, n.CaseID, "seq", a.Seq)
}

func (x *acting) submit(ctx context.Context, n *NewSubmission) (*submittedBody, error) {
	party, _, err := x.party(ctx, n.For)
	if err != nil {
		return nil, err
	}
	if err := x.online(ctx, party.ID, consent.Filing); err != nil {
		return nil, err
	}
	b := &submittedBody{Submission: NewID(), Party: party.ID, ByCourt: x.st.Role.OfCourt(), LateReason: n.LateReason}
	if b.Deadline, err = deadlineOf(ctx, x, x.CaseID, party.ID); err != nil {
		return nil, err
	}
	b.Late = court.Late(b.Deadline, x.at)
	var last int64
	if err := x.row(ctx, "SELECT COALESCE(MAX(number), 0) + 1 FROM submission WHERE case_id = $1", x.CaseID).Scan(&b.Number); err != nil {
		return nil, err
	}
	if err := x.row(ctx, "SELECT COALESCE(MAX(number), 0) FROM exhibit WHERE case_id = $1 AND party_id = $2", x.CaseID, party.ID).Scan(&last); err != nil {
		return nil, err
	}
	if last+int64(len(n.Exhibits)) > court.MaxPartyExhibits {
		return nil, court.ErrTooLarge.In("exhibits")
	}
	pages, err := x.takePages(ctx, n.Exhibits)
	if err != nil {
		return nil, err
	}
	var words []string
	for i, in := range n.Exhibits {
		e := submittedExhibit{ID: NewID(), Number: last + int64(i) + 1, Name: strings.TrimSpace(in.Name), Kind: in.Kind,
			Purpose: in.Purpose, Source: in.Source, OriginalHeld: in.OriginalHeld, Pages: pages[i]}
		e.Label = party.label(e.Number)
		words = append(words, e.Label, e.Name, e.Purpose)
		b.Exhibits = append(b.Exhibits, e)
	}
	x.words = strings.Join(words, "\n")
	return b, x.forgetDraft(ctx, n.Draft)
}

// exhibitRef names an exhibit in the events about it.
type exhibitRef struct {
	Exhibit string `json:"exhibit"`
	Party   string `json:"party"`
	Number  int64  `json:"number"`
	Label   string `json:"label"`
	Name    string `json:"name"`
}

// standingExhibit is an exhibit that an act is about.
type standingExhibit struct {
	exhibitRef
	byCourt     bool
	withdrawn   bool
	ruling      court.Ruling
	submittedAt int64
}

// exhibit gives the exhibit that an act is about; one that was withdrawn is refused.
func (x *acting) exhibit(ctx context.Context, id string) (*standingExhibit, error) {
	var e standingExhibit
	var withdrawn, byCourt int64
	err := x.row(ctx, `SELECT e.id, e.party_id, e.number, e.name, e.withdrawn_at, e.ruling, u.by_court, u.at
		FROM exhibit e JOIN submission u ON u.id = e.submission_id WHERE e.case_id = $1 AND e.id = $2`+x.lock, x.CaseID, id).
		Scan(&e.Exhibit, &e.Party, &e.Number, &e.Name, &withdrawn, &e.ruling, &byCourt, &e.submittedAt)
	if err != nil {
		return nil, notFound(err)
	}
	if withdrawn != 0 {
		return nil, court.ErrExhibitWithdrawn
	}
	e.byCourt = byCourt != 0
	parties, err := evidenceParties(ctx, x, x.CaseID)
	if err != nil {
		return nil, err
	}
	p, err := partyIn(parties, e.Party)
	if err != nil {
		return nil, err
	}
	e.Label = p.label(e.Number)
	return &e, nil
}

// withdrawnBody is what the event of a withdrawal says.
type withdrawnBody struct {
	exhibitRef
	Reason string `json:"reason,omitempty"`
}

// WithdrawExhibit notes that a party no longer relies on its exhibit. Number and pages stay in the record. The court withdraws only what it
// took in itself; nobody what was ruled on.
func (s *Store) WithdrawExhibit(ctx context.Context, a RoomAct, exhibitID, reason string) (Appended, error) {
	if err := court.CheckReason(reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	asked := map[string]string{"exhibit": exhibitID, "reason": reason}
	return s.roomAct(ctx, a, court.ActExhibitWithdraw, court.KindExhibitWithdrawn, asked, func(ctx context.Context, x *acting) (any, error) {
		e, err := x.exhibit(ctx, exhibitID)
		if err != nil {
			return nil, err
		}
		if _, _, err := x.party(ctx, e.Party); errors.Is(err, court.ErrInvalid) || err == nil && x.st.Role.OfCourt() && !e.byCourt {
			return nil, court.ErrForbidden
		} else if err != nil {
			return nil, err
		}
		if e.ruling != "" {
			return nil, court.ErrExhibitRuled
		}
		return withdrawnBody{e.exhibitRef, reason}, nil
	})
}

// deadlineOf gives the deadline for a party's evidence, its own or that of all; 0 where none is set.
func deadlineOf(ctx context.Context, q queryer, caseID, party string) (deadline int64, err error) {
	err = q.row(ctx, `SELECT deadline FROM evidence_deadline WHERE case_id = $1 AND party_id IN ('', $2) AND deadline > 0
		ORDER BY party_id DESC LIMIT 1`, caseID, party).Scan(&deadline)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return deadline, err
}

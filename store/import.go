package store

import (
	"context"
	"errors"
	"strings"

	"microcourt/store/court"
)

// ImportOptions say how a case file comes in.
type ImportOptions struct {
	Address string // of whoever brings it, for the audit
	// Demo takes people over as verified whom the file calls verified by "demo". Without it such a case is refused: nobody is
	// verified by pretending (promise P8).
	Demo bool
}

// ImportReport says what became of each case, by docket number.
type ImportReport struct {
	Added     []string
	Updated   []string
	Unchanged []string
	Refused   []ImportRefusal
}

// ImportRefusal is a case that was not taken, and why.
type ImportRefusal struct {
	DocketNumber string
	Err          *court.Error
}

// ImportCases takes cases over from the court's case system, each in a transaction of its own: a case that can't be taken is reported
// and the others go in. Taking the same file again changes nothing. The error is the database's; the report
// then says what had been done until then.
func (s *Store) ImportCases(ctx context.Context, file court.CaseFile, o ImportOptions) (ImportReport, error) {
	var report ImportReport
	var unlinked []int // cases with people who may have become known by a later case
	for i, filed := range file.Cases {
		outcome, err := s.importFiled(ctx, filed, i, o)
		var refused *court.Error
		switch {
		case errors.As(err, &refused):
			report.Refused = append(report.Refused, ImportRefusal{filed.DocketNumber, refused})
			continue
		case err != nil:
			return report, err
		case outcome.added:
			report.Added = append(report.Added, filed.DocketNumber)
		case outcome.updated:
			report.Updated = append(report.Updated, filed.DocketNumber)
		default:
			report.Unchanged = append(report.Unchanged, filed.DocketNumber)
		}
		if outcome.unlinked {
			unlinked = append(unlinked, i)
		}
	}
	for _, i := range unlinked {
		_, err := s.importFiled(ctx, file.Cases[i], i, o)
		var refused *court.Error
		if errors.As(err, &refused) {
			report.Refused = append(report.Refused, ImportRefusal{file.Cases[i].DocketNumber, refused})
		} else if err != nil {
			return report, err
		}
	}
	return report, nil
}

type importOutcome struct {
	added, updated bool
	unlinked       bool // somebody with an identity document can't sign in yet
}

func (s *Store) importFiled(ctx context.Context, filed court.FiledCase, index int, o ImportOptions) (importOutcome, error) {
	if filed.Refused != nil {
		return importOutcome{}, filed.Refused
	}
	var outcome importOutcome
	err := s.write(ctx, func(ctx context.Context, tx *Tx) error {
		im := caseImport{tx: tx, data: filed.Case, index: index, demo: o.Demo}
		err := im.run(ctx)
		outcome = importOutcome{added: im.added, updated: im.touched, unlinked: im.unlinked}
		if err != nil || !im.touched {
			return err
		}
		return tx.audit(ctx, "", court.ActCaseImport, im.caseID, im.summary(), o.Address)
	})
	return outcome, err
}

// caseImport takes one case over inside one transaction.
type caseImport struct {
	tx    *Tx
	data  *court.CaseData
	index int // in the file
	demo  bool
	// byDocument: people are known by their documents alone. Phone numbers are contacts that somebody else wrote down: they let nobody in, and change nobody's account.
	byDocument bool

	caseID   string
	added    bool
	touched  bool // something was written
	unlinked bool
	joined   []string
	left     []string
	changed  []string // fields of the case, and "participants" where what people see of one changed
}

func (im *caseImport) run(ctx context.Context) error {
	if err := im.head(ctx); err != nil {
		return err
	}
	if err := im.participants(ctx); err != nil {
		return err
	}
	if !im.touched {
		return nil
	}
	if err := im.tx.accessChanged(ctx, accessChange{CaseID: im.caseID}); err != nil {
		return err
	}
	if im.added || len(im.joined)+len(im.left)+len(im.changed) == 0 {
		return nil
	}
	return im.tx.appendSystem(ctx, im.caseID, court.RoomThread, court.KindCaseChanged, "", "", struct {
		Joined  []string `json:"joined"`
		Left    []string `json:"left"`
		Changed []string `json:"changed"`
	}{list(im.joined), list(im.left), list(im.changed)})
}

// list makes an empty list of none: readers of the record find `[]`, not `null`.
func list(s []string) []string { return append([]string{}, s...) }

func (im *caseImport) summary() string {
	if im.added {
		return "added"
	}
	return strings.TrimSpace("updated " + strings.Join(im.changed, " "))
}

func (im *caseImport) refuse(field, zh, en string) error {
	return court.CaseProblem(im.data.DocketNumber, im.index, field, zh, en)
}

// see notes a change that the participants are told of.
func (im *caseImport) see(what string) {
	for _, c := range im.changed {
		if c == what {
			return
		}
	}
	im.changed = append(im.changed, what)
}

// head makes the case or brings it up to date, and holds its row until the commit.
func (im *caseImport) head(ctx context.Context) error {
	want, err := headOf(im.data)
	if err != nil {
		return err
	}
	var has caseHead
	err = im.tx.row(ctx, "SELECT id, title, cause, court, procedure, phone, state, filed_at, COALESCE(closed_at, 0) FROM court_case WHERE docket_number = $1"+im.tx.lock,
		im.data.DocketNumber).Scan(&im.caseID, &has.title, &has.cause, &has.court, &has.procedure, &has.phone, &has.state, &has.filedAt, &has.closedAt)
	if errors.Is(notFound(err), court.ErrNotFound) {
		im.added, im.touched, im.caseID = true, true, NewID()
		_, err = im.tx.exec(ctx, `INSERT INTO court_case (id, docket_number, title, cause, court, procedure, phone, state, filed_at, closed_at, created_at, updated_at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11)`, im.caseID, im.data.DocketNumber,
			want.title, want.cause, want.court, want.procedure, want.phone, want.state, want.filedAt, orNull(want.closedAt), im.tx.now)
		return err
	}
	if err != nil || has == want {
		return err
	}
	im.touched = true
	im.changed = has.differences(want)
	_, err = im.tx.exec(ctx, `UPDATE court_case SET title = $2, cause = $3, court = $4, procedure = $5, phone = $6, state = $7, filed_at = $8, closed_at = $9, updated_at = $10
		WHERE id = $1`, im.caseID, want.title, want.cause, want.court, want.procedure, want.phone, want.state, want.filedAt, orNull(want.closedAt), im.tx.now)
	return err
}

// caseHead is what a file says of a case itself. Times are Unix milliseconds, 0 for none.
type caseHead struct {
	title, cause, court, procedure, phone, state string
	filedAt, closedAt                            int64
}

func headOf(c *court.CaseData) (h caseHead, err error) {
	h = caseHead{title: c.Title, cause: c.Cause, court: c.Court, procedure: c.Procedure, phone: c.Phone, state: c.State}
	filed, err := court.ParseDate(c.FiledOn)
	if err != nil {
		return h, err
	}
	h.filedAt = filed.UnixMilli()
	if c.ClosedOn != "" {
		closed, err := court.ParseDate(c.ClosedOn)
		if err != nil {
			return h, err
		}
		h.closedAt = closed.UnixMilli()
	}
	return h, nil
}

// differences names the fields of the case file in which two heads differ.
func (h caseHead) differences(o caseHead) (fields []string) {
	for _, f := range []struct {
		name  string
		equal bool
	}{
		{"title", h.title == o.title}, {"cause", h.cause == o.cause}, {"court", h.court == o.court}, {"procedure", h.procedure == o.procedure},
		{"phone", h.phone == o.phone}, {"state", h.state == o.state}, {"filed_on", h.filedAt == o.filedAt}, {"closed_on", h.closedAt == o.closedAt},
	} {
		if !f.equal {
			fields = append(fields, f.name)
		}
	}
	return fields
}

// orNull stores an absent value as NULL.
func orNull[T comparable](v T) any {
	var none T
	if v == none {
		return nil
	}
	return v
}

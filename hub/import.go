package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
)

// CaseSystem is the court's own case system as actor: whoever presents its import token, or brings a file on the machine itself.
func CaseSystem(lang, address string) Actor {
	return Actor{Role: court.RoleCaseSystem, Lang: lang, Address: address}
}

// ImportCases takes cases over from the court's case system. File is a case file as court.ParseCaseFile reads it. Bad cases are
// reported, the others go in; the same file again changes nothing.
type ImportCases struct{ File []byte }

// ImportReport says what became of each case, by docket number.
type ImportReport struct {
	Added     []string        `json:"added"`
	Updated   []string        `json:"updated"`
	Unchanged []string        `json:"unchanged"`
	Refused   []ImportRefusal `json:"refused"`
}

// ImportRefusal is a case that was not taken, and why.
type ImportRefusal struct {
	DocketNumber string `json:"docket_number" doc:"as far as it could be read"`
	Code         string `json:"code"`
	Text         string `json:"text" doc:"for people; names the case and the field"`
	Field        string `json:"field" doc:"cases[3].parties[0].phone"`
}

func (ImportCases) rule() rule { return rule{act: court.ActCaseImport} }

func (i ImportCases) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (ImportReport, error) {
	file, err := court.ParseCaseFile(i.File, h.now())
	if err != nil {
		return ImportReport{}, err
	}
	done, err := h.store.ImportCases(ctx, file, store.ImportOptions{Address: actor.Address, Demo: h.accounts.cfg.Demo})
	h.log.Info("cases imported", "added", len(done.Added), "updated", len(done.Updated), "unchanged", len(done.Unchanged), "refused", len(done.Refused))
	report := ImportReport{
		Added: append([]string{}, done.Added...), Updated: append([]string{}, done.Updated...), Unchanged: append([]string{}, done.Unchanged...),
		Refused: []ImportRefusal{},
	}
	for _, r := range done.Refused {
		report.Refused = append(report.Refused, ImportRefusal{r.DocketNumber, r.Err.Code, r.Err.Text(actor.Lang), r.Err.Field})
	}
	return report, err
}

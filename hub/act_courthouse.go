package hub

import (
	"context"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/courthouse"
)

// Courthouses is the list of courts that people find their way by (法院导航).
type Courthouses struct {
	Courts []store.Courthouse `json:"courts" nullable:"false"`
	SeenAt int64              `json:"seen_at" doc:"when a list was last brought in; 0 for never"`
}

// ListCourthouses gives the courts in whose name or address all words of a query stand, by name. Where somebody is isn't asked: whoever wants the nearest
// first measures on their own phone, so that nobody's whereabouts come to the court.
type ListCourthouses struct{ Query string }

func (l ListCourthouses) rule() rule { return rule{act: court.ActCourthouseRead} }

func (l ListCourthouses) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (all Courthouses, err error) {
	if all.Courts, err = h.store.Courthouses(ctx, l.Query); err == nil {
		all.SeenAt, err = h.store.CourthousesSeen(ctx)
	}
	return all, err
}

// ReadCourthouse gives one court.
type ReadCourthouse struct{ ID string }

func (r ReadCourthouse) rule() rule { return rule{act: court.ActCourthouseRead} }

func (r ReadCourthouse) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*store.Courthouse, error) {
	return h.store.Courthouse(ctx, r.ID)
}

// ImportCourthouses brings a list of courts in. File is one that courthouse.Parse reads. Bad rows are reported, the others go in; a court that is there is brought
// up to date by its name. With Complete those that the file doesn't name are taken out, unless a row of it is bad: that could be one of them.
type ImportCourthouses struct {
	File     []byte
	Complete bool
}

// CourthouseReport says what became of each court, by name.
type CourthouseReport struct {
	Added     []string            `json:"added" nullable:"false"`
	Updated   []string            `json:"updated" nullable:"false"`
	Unchanged []string            `json:"unchanged" nullable:"false"`
	Removed   []string            `json:"removed" nullable:"false"`
	Refused   []CourthouseRefusal `json:"refused" nullable:"false"`
}

// CourthouseRefusal is a row that was not taken, and why.
type CourthouseRefusal struct {
	Line int    `json:"line" doc:"of the file, from 1"`
	Text string `json:"text" doc:"for people; names the line and the field"`
}

func (i ImportCourthouses) rule() rule { return rule{act: court.ActCourthouseImport} }

func (i ImportCourthouses) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (CourthouseReport, error) {
	filed, err := courthouse.Parse(i.File)
	if err != nil {
		return CourthouseReport{}, err
	}
	report := CourthouseReport{Refused: []CourthouseRefusal{}}
	change := store.CourthouseChange{By: actor.by(), SessionID: actor.SessionID}
	for _, f := range filed {
		if f.Refused != nil {
			report.Refused = append(report.Refused, CourthouseRefusal{f.Line, f.Refused.Text(actor.Lang)})
			continue
		}
		change.Courts = append(change.Courts, *f.Court)
	}
	change.Refused = len(report.Refused)
	change.Complete = i.Complete && change.Refused == 0
	done, err := h.store.ImportCourthouses(ctx, change)
	if err != nil {
		return CourthouseReport{}, err
	}
	h.log.Info("list of courts brought in", "added", len(done.Added), "updated", len(done.Updated), "unchanged", len(done.Unchanged), "removed", len(done.Removed), "refused", change.Refused)
	report.Added, report.Updated = append([]string{}, done.Added...), append([]string{}, done.Updated...)
	report.Unchanged, report.Removed = append([]string{}, done.Unchanged...), append([]string{}, done.Removed...)
	return report, nil
}

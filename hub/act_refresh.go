package hub

import (
	"context"
	"time"

	"microcourt/store/court"
)

// CaseSource is the court's case system as it is asked. See package hub/casesystem.
type CaseSource interface {
	CasesOf(ctx context.Context, name, idType, idNumber string) ([]byte, error)
}

// How often one person has the case system asked, and how long the answer may take.
const (
	refreshEvery   = time.Minute
	refreshBurst   = 3
	refreshTimeout = time.Minute
)

// RefreshCases asks the court's case system for the actor's cases as they are now (信息更新), and takes them over as an import does.
type RefreshCases struct{}

func (RefreshCases) rule() rule { return rule{act: court.ActCaseRefresh} }

// Refreshed says what came of it.
type Refreshed struct {
	Connected bool `json:"connected" doc:"false: no case system is connected; it brings cases by itself"`
	Added     int  `json:"added"`
	Updated   int  `json:"updated"`
	Refused   int  `json:"refused" doc:"cases that could not be taken over; the court's IT finds in the log why"`
}

func (RefreshCases) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Refreshed, error) {
	if h.caseSource == nil {
		return Refreshed{}, nil
	}
	done := Refreshed{Connected: true}
	d, err := h.store.VerifiedDocument(ctx, actor.PersonID)
	if err != nil {
		return Refreshed{}, err
	}
	if err := h.refreshes.take(actor.PersonID, h.now()); err != nil {
		return Refreshed{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), refreshTimeout) // who goes away finds the work done
	defer cancel()
	file, err := h.caseSource.CasesOf(ctx, d.Name, d.IDType, d.IDNumber)
	if err != nil {
		h.log.Error("the court's case system was not asked with success", "err", err)
		return Refreshed{}, court.ErrUnavailable
	}
	if file == nil {
		return done, nil
	}
	report, err := Do(ctx, h, CaseSystem("zh", "case system"), ImportCases{File: file})
	for _, r := range report.Refused {
		h.log.Error("a case of the court's case system was refused", "docket_number", r.DocketNumber, "field", r.Field, "code", r.Code)
	}
	if court.AsError(err) != court.ErrInternal && err != nil { // the file itself is wrong, which is not the person's doing
		h.log.Error("the answer of the court's case system is no case file", "err", err)
		err = court.ErrUnavailable
	}
	done.Added, done.Updated, done.Refused = len(report.Added), len(report.Updated), len(report.Refused)
	return done, err
}

package demo

import (
	"bytes"
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"slices"
	"time"

	"github.com/google/uuid"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
)

//go:embed evidence.json
var evidenceFile []byte

//go:embed pages
var pageFiles embed.FS

// evidenceStep is one act on evidence; exactly one of the pointers, or submit, says which.
type evidenceStep struct {
	DocketNumber string `json:"docket_number"`
	Minute       int    // since the demonstration's history begins
	By           string // a login, or the name of one of the public
	Submit       []struct {
		court.ExhibitInput
		Files []string // in the folder pages
	}
	Opinion *struct {
		Exhibit string // by its label
		court.OpinionInput
	}
	Withdraw *struct{ Exhibit, Reason string }
	Exchange *struct {
		Mode court.ExchangeMode
		Days int
		Note string
	}
	Deadline *struct {
		Days   int
		Reason string
	}
	Original *struct {
		Exhibit string
		State   court.OriginalState
		Note    string
	}
	id string
}

// evidenceSteps gives all acts on evidence in their order. Their ids are always the same.
func evidenceSteps() []evidenceStep {
	var steps []evidenceStep
	if err := json.Unmarshal(evidenceFile, &steps); err != nil {
		panic(fmt.Sprintf("the embedded evidence: %v", err))
	}
	for i := range steps {
		steps[i].id = uuid.NewSHA1(uuid.NameSpaceURL, fmt.Appendf(nil, "microcourt demo evidence %d", i)).String()
	}
	slices.SortStableFunc(steps, func(a, b evidenceStep) int { return a.Minute - b.Minute })
	return steps
}

// prove does one act on evidence, unless another node that is started at the same time was faster: its files have other ids.
func (s *seeder) prove(ctx context.Context, e evidenceStep) error {
	err := s.proveOnce(ctx, e)
	if errors.Is(err, court.ErrIDReused) {
		return nil
	}
	return err
}

func (s *seeder) proveOnce(ctx context.Context, e evidenceStep) error {
	actor, r, err := s.enter(ctx, e.By, e.DocketNumber)
	if err != nil {
		return err
	}
	after := func(days int) int64 { return s.clock.now().Add(time.Duration(days) * 24 * time.Hour).UnixMilli() }
	switch {
	case e.Opinion != nil:
		exhibit, err := s.exhibit(ctx, actor, r.id, e.Opinion.Exhibit)
		if err == nil {
			_, err = hub.Do(ctx, s.hub, actor, hub.GiveOpinion{CaseID: r.id, ID: e.id, Exhibit: exhibit, Opinion: e.Opinion.OpinionInput})
		}
		return err
	case e.Withdraw != nil:
		exhibit, err := s.exhibit(ctx, actor, r.id, e.Withdraw.Exhibit)
		if err == nil {
			_, err = hub.Do(ctx, s.hub, actor, hub.WithdrawExhibit{CaseID: r.id, ID: e.id, Exhibit: exhibit, Reason: e.Withdraw.Reason})
		}
		return err
	case e.Original != nil:
		exhibit, err := s.exhibit(ctx, actor, r.id, e.Original.Exhibit)
		if err == nil {
			_, err = hub.Do(ctx, s.hub, actor, hub.CheckOriginal{CaseID: r.id, ID: e.id, Exhibit: exhibit, State: e.Original.State, Note: e.Original.Note})
		}
		return err
	case e.Exchange != nil:
		_, err = hub.Do(ctx, s.hub, actor, hub.OpenExchange{CaseID: r.id, ID: e.id, Mode: e.Exchange.Mode, EndsAt: after(e.Exchange.Days), Note: e.Exchange.Note})
		return err
	case e.Deadline != nil:
		_, err = hub.Do(ctx, s.hub, actor, hub.SetDeadline{CaseID: r.id, ID: e.id, Deadline: after(e.Deadline.Days), Reason: e.Deadline.Reason})
		return err
	}
	return s.submit(ctx, actor, r.id, e)
}

func (s *seeder) submit(ctx context.Context, actor hub.Actor, caseID string, e evidenceStep) error {
	act := hub.SubmitExhibits{CaseID: caseID, ID: e.id}
	for _, x := range e.Submit {
		for _, name := range x.Files {
			page, err := s.upload(ctx, actor, name)
			if err != nil {
				return err
			}
			x.Pages = append(x.Pages, page)
		}
		act.Exhibits = append(act.Exhibits, x.ExhibitInput)
	}
	_, err := hub.Do(ctx, s.hub, actor, act)
	return err
}

// exhibit finds an exhibit by its label.
func (s *seeder) exhibit(ctx context.Context, actor hub.Actor, caseID, label string) (string, error) {
	v, err := hub.Do(ctx, s.hub, actor, hub.ReadEvidence{CaseID: caseID})
	if err != nil {
		return "", err
	}
	for _, x := range v.Exhibits {
		if x.Label == label {
			return x.ID, nil
		}
	}
	return "", fmt.Errorf("no exhibit %s", label)
}

// uploadWait bounds the processing of one page.
const uploadWait = time.Minute

// upload sends one of the embedded files as somebody's.
func (s *seeder) upload(ctx context.Context, actor hub.Actor, name string) (page court.PageInput, err error) {
	data, err := pageFiles.ReadFile(path.Join("pages", name))
	if err != nil {
		return page, err
	}
	kind := court.KindImage
	if path.Ext(name) == ".pdf" {
		kind = court.KindFile
	}
	up, err := hub.Do(ctx, s.hub, actor, hub.CreateUpload{Kind: kind, Name: name, Size: int64(len(data))})
	if err != nil {
		return page, err
	}
	transfer, err := s.files.Transfers().GetUpload(ctx, up.Transfer)
	if err != nil {
		return page, err
	}
	if _, err := transfer.WriteChunk(ctx, 0, bytes.NewReader(data)); err != nil {
		return page, err
	}
	sent, err := s.files.Result(ctx, actor.PersonID, up.ID, uploadWait)
	if err == nil && sent.Attachment == nil {
		err = court.ErrUnavailable
	}
	if err != nil {
		return page, err
	}
	return court.PageInput{Attachment: sent.Attachment.ID, SHA256: sent.Attachment.SHA256}, nil
}

// proven reports whether the last of the evidence stands in the record.
func (s *seeder) proven(ctx context.Context, steps []evidenceStep) (bool, error) {
	last := steps[len(steps)-1]
	r, err := s.room(ctx, last.DocketNumber)
	if err != nil {
		return false, err
	}
	events, _, err := s.store.Events(ctx, r.id, court.RoomThread, 0, store.Page{Limit: store.MaxPage})
	return slices.ContainsFunc(events, func(e court.Event) bool { return e.ID == last.id }), err
}

package hub

import (
	"context"
	"errors"
	"slices"
	"time"

	"golang.org/x/time/rate"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/consent"
	"microcourt/store/court/filing"
)

// FilingConfig is what this court takes, and what it is called.
type FilingConfig struct {
	Kinds *filing.Book // nil: the kinds that come with the program
	Court store.FilingCourt
}

// How many previews of filings one person has printed: so many at once, and then one in so long.
const (
	filingPrintBurst  = 10
	filingPrintRefill = 10 * time.Second
)

func newFilingLimits() *limits[string] {
	return newLimits[string](rate.Every(filingPrintRefill), filingPrintBurst)
}

// FilingForms are the kinds of filings with what is common to all.
type FilingForms struct {
	Kinds      []filing.Kind   `json:"kinds" nullable:"false"`
	AgentKinds []filing.Option `json:"representative_kinds" nullable:"false"`
	Powers     []filing.Option `json:"powers" nullable:"false" doc:"what special authority can cover"`
	Stages     []filing.Option `json:"stages" nullable:"false" doc:"that can be agreed to be held online"`
	Documents  []DocumentKind  `json:"documents" nullable:"false" doc:"of persons"`
	OrgCodes   []DocumentKind  `json:"organisation_codes" nullable:"false"`
	Notices    []NoticeText    `json:"notices" nullable:"false" doc:"that fields name"`
}

// ListFilingKinds gives the kinds of filings that this court takes, with their forms, for everybody.
type ListFilingKinds struct{}

func (l ListFilingKinds) rule() rule { return rule{act: court.ActToolUse} }

func (l ListFilingKinds) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (FilingForms, error) {
	f := FilingForms{AgentKinds: filing.AgentKinds, Powers: filing.Powers}
	var notices []string
	for _, k := range h.filing.Kinds.Kinds {
		if k.Retired {
			continue
		}
		f.Kinds = append(f.Kinds, k)
		for _, s := range k.Steps {
			for _, field := range s.Fields {
				if field.Notice != "" && !slices.Contains(notices, field.Notice) {
					notices = append(notices, field.Notice)
				}
			}
		}
	}
	for _, s := range consent.Stages {
		f.Stages = append(f.Stages, filing.Option{Key: string(s), Name: consent.Names[s]})
	}
	for _, d := range court.DocumentTypes {
		kind := DocumentKind{d.Key, d.ZH, d.EN}
		if d.Org {
			f.OrgCodes = append(f.OrgCodes, kind)
		} else {
			f.Documents = append(f.Documents, kind)
		}
	}
	for _, key := range notices {
		if n, ok := h.filingNotice(key); ok {
			f.Notices = append(f.Notices, n)
		}
	}
	return f, nil
}

// filingNotice gives a notice as who files is shown it.
func (h *Hub) filingNotice(key string) (NoticeText, bool) {
	n, ok := h.notices[key]
	if !ok {
		return NoticeText{}, false
	}
	text, sum := n.Fill(map[string]string{"court": h.filing.Court.Name})
	return NoticeText{Key: n.Key, Title: n.Title, Version: n.Version, SHA256: sum, Text: text, Confirm: n.Confirm}, true
}

// noticesOf gives version and hash of the notices that a form's fields name.
func (h *Hub) noticesOf(k *filing.Kind) map[string]store.ShownNotice {
	shown := map[string]store.ShownNotice{}
	for _, s := range k.Steps {
		for _, field := range s.Fields {
			if n, ok := h.filingNotice(field.Notice); ok {
				shown[n.Key] = store.ShownNotice{Version: n.Version, SHA256: n.SHA256}
			}
		}
	}
	return shown
}

// maxCauses bounds how many causes are found at once.
const maxCauses = 50

// SearchCauses finds causes of action for a kind of filing: by words, everyday names or the initials of the pinyin, in the regulation that is in force on a day, today where none
// is given.
type SearchCauses struct {
	Kind, Query string
	On          calendar.Day // 0 for today
}

func (s SearchCauses) rule() rule { return rule{act: court.ActToolUse} }

func (s SearchCauses) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) ([]cause.Cause, error) {
	k, ok := h.filing.Kinds.Find(s.Kind)
	if !ok {
		return nil, court.ErrInvalid.In("kind")
	}
	if err := court.CheckText(s.Query, cause.MaxQueryRunes, "q"); err != nil {
		return nil, err
	}
	day := s.On
	if day == 0 {
		day = calendar.DayAt(h.now().UnixMilli())
	}
	return cause.On(k.Causes, day).Search(s.Query, maxCauses), nil
}

// SearchGrounds finds grounds for retrial for a kind of filing; without words it gives all.
type SearchGrounds struct{ Kind, Query string }

func (s SearchGrounds) rule() rule { return rule{act: court.ActToolUse} }

func (s SearchGrounds) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) ([]filing.Ground, error) {
	k, ok := h.filing.Kinds.Find(s.Kind)
	if !ok {
		return nil, court.ErrInvalid.In("kind")
	}
	return filing.SearchGrounds(k.Grounds, s.Query), court.CheckText(s.Query, cause.MaxQueryRunes, "q")
}

// OpenedFiling is a draft as the form of today reads it, with everything that is wrong and warnings.
type OpenedFiling struct {
	store.FilingDraft
	// Cause is the cause of action that was chosen: a draft keeps its code alone.
	Cause    *cause.Cause     `json:"cause,omitempty"`
	Problems []filing.Problem `json:"problems" nullable:"false"`
}

// openFiling reads a draft by the form of today; the number of the author's verified document goes where it was left out.
func (h *Hub) openFiling(ctx context.Context, personID string, kept *store.FilingDraft) (*OpenedFiling, *filing.Draft, error) {
	d := h.filing.Kinds.Open(kept.Stored)
	o := &OpenedFiling{FilingDraft: *kept}
	o.Values, o.Aside, o.Step = d.Values, d.Aside, d.Step
	whole := *d
	if d.Kind != nil {
		o.Version = d.Kind.Version
		who, err := h.store.VerifiedDocument(ctx, personID)
		if err != nil && !errors.Is(err, court.ErrIdentityRequired) { // whoever isn't verified yet can fill in all the same
			return nil, nil, err
		}
		whole.Values = filing.Values{}
		for key, value := range d.Values {
			whole.Values[key] = value
		}
		whole.Identify(who.IDType, who.IDNumber)
		if c, ok := d.Cause(); ok {
			o.Cause = &c
		}
	}
	o.Problems = whole.Validate(filing.Circumstances{Today: calendar.DayAt(h.now().UnixMilli()), Calendar: h.figures.Calendar, Notices: h.notices})
	if o.Problems == nil {
		o.Problems = []filing.Problem{}
	}
	return o, &whole, nil
}

// SaveFilingDraft keeps a filing that the actor is filling in, at a step. Revision is the one that the actor saw, 0 for a new draft.
type SaveFilingDraft struct {
	ID            string
	Revision      int64
	Kind, Step    string
	Values, Aside filing.Values
}

func (s SaveFilingDraft) rule() rule { return rule{act: court.ActFilingWrite} }

func (s SaveFilingDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*OpenedFiling, error) {
	k, ok := h.filing.Kinds.Find(s.Kind)
	if !ok {
		return nil, court.ErrInvalid.In("kind")
	}
	d, err := h.store.SaveFilingDraft(ctx, store.FilingDraftChange{ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision, Kind: k, Step: s.Step, Values: s.Values, Aside: s.Aside})
	if err != nil {
		return nil, err
	}
	o, _, err := h.openFiling(ctx, actor.PersonID, d)
	return o, err
}

// ListFilingDrafts gives what the actor is filling in.
type ListFilingDrafts struct{}

func (l ListFilingDrafts) rule() rule { return rule{act: court.ActFilingWrite} }

func (l ListFilingDrafts) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.FilingDraft, error) {
	return h.store.FilingDrafts(ctx, actor.PersonID)
}

// ReadFilingDraft gives one of the actor's own drafts by the form of today.
type ReadFilingDraft struct{ ID string }

func (r ReadFilingDraft) rule() rule { return rule{act: court.ActFilingWrite} }

func (r ReadFilingDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*OpenedFiling, error) {
	d, err := h.store.FilingDraft(ctx, actor.PersonID, r.ID)
	if err != nil {
		return nil, err
	}
	o, _, err := h.openFiling(ctx, actor.PersonID, d)
	return o, err
}

// RemoveFilingDraft forgets one of the actor's own drafts.
type RemoveFilingDraft struct{ ID string }

func (r RemoveFilingDraft) rule() rule { return rule{act: court.ActFilingWrite} }

func (r RemoveFilingDraft) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveFilingDraft(ctx, actor.PersonID, actor.SessionID, r.ID)
}

// PreviewFiling prints one of the actor's own drafts; Signed with the signature on file in its place, as it is to be handed in.
type PreviewFiling struct {
	ID     string
	Signed bool
}

func (p PreviewFiling) rule() rule { return rule{act: court.ActFilingWrite} }

func (p PreviewFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*Document, error) {
	kept, err := h.store.FilingDraft(ctx, actor.PersonID, p.ID)
	if err != nil {
		return nil, err
	}
	_, d, err := h.openFiling(ctx, actor.PersonID, kept)
	if err != nil {
		return nil, err
	}
	if d.Kind == nil {
		return nil, court.ErrFilingKind
	}
	var sig *store.Signature
	if p.Signed {
		if sig, err = h.store.SignatureOf(ctx, actor.PersonID); err != nil {
			return nil, err
		}
	}
	if err := h.filingPrints.take(actor.PersonID, h.now()); err != nil {
		return nil, err
	}
	return h.printFiling(ctx, d, sig)
}

// SubmitFiling hands one of the actor's own drafts in: exactly the paper whose hash is given, as PreviewFiling showed it signed.
type SubmitFiling struct {
	ID       string
	Revision int64
	SHA256   string
}

func (s SubmitFiling) rule() rule { return rule{act: court.ActFilingWrite} }

func (s SubmitFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*FilingNow, error) {
	sub := store.FilingSubmission{ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision, Kinds: h.filing.Kinds, Calendar: h.figures.Calendar, Notices: h.notices}
	kept, err := h.store.FilingDraft(ctx, actor.PersonID, s.ID)
	if court.ErrNotFound.Is(court.AsError(err)) { // handed in already, and the answer was lost; or there is nothing
		return h.filingNow(h.store.SubmitFiling(ctx, sub))
	}
	if err != nil {
		return nil, err
	}
	if kept.Revision != s.Revision {
		return nil, court.ErrDraftChanged
	}
	o, d, err := h.openFiling(ctx, actor.PersonID, kept)
	if err != nil {
		return nil, err
	}
	if len(filing.Blocking(o.Problems)) > 0 { // nobody signs what is not complete
		return nil, court.ErrFilingIncomplete
	}
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return nil, err
	}
	doc, err := h.printFiling(ctx, d, sig)
	if err != nil {
		return nil, err
	}
	if doc.SHA256 != s.SHA256 {
		return nil, court.ErrDocumentChanged
	}
	file, err := h.keepPaper(ctx, actor, doc)
	if err != nil {
		return nil, err
	}
	sub.Paper, sub.SHA256, sub.Signature, sub.Shown = file, doc.SHA256, sig.ID, h.noticesOf(d.Kind)
	return h.filingNow(h.store.SubmitFiling(ctx, sub))
}

// FilingNow is a filing with the clock of the law.
type FilingNow struct {
	store.Filing
	Clock filing.Clock `json:"clock"`
}

func (h *Hub) filingNow(f *store.Filing, err error) (*FilingNow, error) {
	if err != nil {
		return nil, err
	}
	clock, err := h.clockOf(&f.FilingEntry)
	return &FilingNow{*f, clock}, err
}

func (h *Hub) clockOf(f *store.FilingEntry) (filing.Clock, error) {
	k, ok := h.filing.Kinds.Find(f.Kind)
	if !ok {
		return filing.Clock{}, nil
	}
	return k.ClockOf(f.State, f.HandedInAt, f.HandedInAt != f.CreatedAt, h.now().UnixMilli(), h.figures.Calendar)
}

// FilingLine is a filing in a list, with its clock.
type FilingLine struct {
	store.FilingEntry
	Clock filing.Clock `json:"clock"`
}

func (h *Hub) filingLines(list []store.FilingEntry, err error) ([]FilingLine, error) {
	lines := make([]FilingLine, 0, len(list))
	for i := range list {
		clock, clockErr := h.clockOf(&list[i])
		if clockErr != nil {
			return nil, clockErr
		}
		lines = append(lines, FilingLine{list[i], clock})
	}
	return lines, err
}

// ListFilings gives what the actor has handed in.
type ListFilings struct{}

func (l ListFilings) rule() rule { return rule{act: court.ActFilingWrite} }

func (l ListFilings) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]FilingLine, error) {
	return h.filingLines(h.store.Filings(ctx, actor.PersonID))
}

// ReadFiling gives one of the actor's filings whole.
type ReadFiling struct{ ID string }

func (r ReadFiling) rule() rule { return rule{act: court.ActFilingWrite} }

func (r ReadFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*FilingNow, error) {
	return h.filingNow(h.store.Filing(ctx, actor.PersonID, r.ID))
}

// WithdrawFiling takes one of the actor's filings back.
type WithdrawFiling struct{ ID string }

func (w WithdrawFiling) rule() rule { return rule{act: court.ActFilingWrite} }

func (w WithdrawFiling) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*FilingNow, error) {
	return h.filingNow(h.store.WithdrawFiling(ctx, actor.PersonID, actor.SessionID, w.ID))
}

package hub

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
	"microcourt/store/court/pleading"
)

// How many papers without a case one person has printed: so many at once, and then one in so long.
const (
	pleadingBurst  = 10
	pleadingRefill = 10 * time.Second
)

// newPleadingLimits bounds printing for each person; it counts on this node only.
func newPleadingLimits() *limits[string] {
	return newLimits[string](rate.Every(pleadingRefill), pleadingBurst)
}

// ListPleadingForms gives the papers that can be filled in without a case, for everybody.
type ListPleadingForms struct{}

func (l ListPleadingForms) rule() rule { return rule{act: court.ActToolUse} }

func (l ListPleadingForms) do(context.Context, *Hub, Actor, *court.Standing) ([]pleading.Form, error) {
	return pleading.Forms, nil
}

// PrintPleading prints a paper that was filled in, Signed with the signature on file. Nothing of it is kept.
type PrintPleading struct {
	Form   string
	Values application.Values
	Signed bool
}

func (p PrintPleading) rule() rule { return rule{act: court.ActPleadingWrite} }

func (p PrintPleading) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*Document, error) {
	form, err := pleading.Find(p.Form)
	if err != nil {
		return nil, err
	}
	filled, err := form.Fill(p.Values, true)
	if err != nil {
		return nil, err
	}
	if err := h.pleadings.take(actor.PersonID, h.now()); err != nil {
		return nil, err
	}
	var image []byte
	if p.Signed {
		sig, err := h.store.SignatureOf(ctx, actor.PersonID)
		if err != nil {
			return nil, err
		}
		image = sig.Image
	}
	return h.printed(ctx, pleadingDoc(form.Paper(filled), calendar.DayAt(h.now().UnixMilli()), image))
}

// pleadingDoc sets a paper, with a signature where there is one.
func pleadingDoc(said pleading.Paper, today calendar.Day, signature []byte) paper.Doc {
	close := paper.Signature{To: said.To, Label: said.Signer, Lines: []string{today.Chinese()}}
	close.Picture = signature
	all := append([]paper.Block{paper.Title(said.Title)}, blocks(said.Parts)...)
	all = append(all, close)
	for _, line := range said.Close {
		all = append(all, paper.Para{Runs: paper.Plain(line)})
	}
	return paper.Doc{Title: said.Title, Author: said.Author, Date: time.Unix(int64(today)*86400, 0), Footer: said.Title, Blocks: all}
}

// SavePleading keeps a paper that the actor is filling in, because it was asked for. Revision is the one that the actor saw, 0 for a new one.
type SavePleading struct {
	ID       string
	Revision int64
	Form     string
	Values   application.Values
}

func (s SavePleading) rule() rule { return rule{act: court.ActPleadingWrite} }

func (s SavePleading) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.PleadingDraft, error) {
	return h.store.SavePleading(ctx, store.PleadingChange{ID: s.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Revision: s.Revision, Form: s.Form, Values: s.Values})
}

// ListPleadings gives the actor's kept papers.
type ListPleadings struct{}

func (l ListPleadings) rule() rule { return rule{act: court.ActPleadingWrite} }

func (l ListPleadings) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.PleadingDraft, error) {
	return h.store.Pleadings(ctx, actor.PersonID)
}

// RemovePleading forgets one of the actor's kept papers.
type RemovePleading struct{ ID string }

func (r RemovePleading) rule() rule { return rule{act: court.ActPleadingWrite} }

func (r RemovePleading) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemovePleading(ctx, actor.PersonID, actor.SessionID, r.ID)
}

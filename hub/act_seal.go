package hub

import (
	"context"
	"io"
	"sync"

	"microcourt/hub/efile"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// ListHeads gives the published heads of the sealed record, the newest first. They are for everybody: they tell nothing of any case.
type ListHeads struct {
	Before int64 // heads with smaller numbers; 0: the newest
	Limit  int
}

// Heads are published heads and the key that signed them.
type Heads struct {
	Key   string                `json:"key" doc:"the court's public key, in the form of golang.org/x/mod/sumdb/note; empty while nothing is sealed"`
	Heads []store.PublishedHead `json:"heads" nullable:"false"`
}

func (ListHeads) rule() rule { return rule{act: court.ActSealRead} }

func (l ListHeads) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (Heads, error) {
	key, heads, err := h.store.PublishedHeads(ctx, l.Before, min(max(l.Limit, 1), 100))
	if heads == nil {
		heads = []store.PublishedHead{}
	}
	return Heads{key, heads}, err
}

// ExportCase gives the archive of a case that the actor may take: for the court's people the court's, for the others their own part.
type ExportCase struct {
	CaseID string
	// WithFile puts the case's file into it.
	WithFile bool
}

// CaseArchive is an archive that is about to be written. Whoever has it closes it.
type CaseArchive struct {
	files  *store.Files
	of     store.ArchiveOf
	close  func()
	Docket string // number of the case
}

// WriteZip writes the archive as a zip file.
func (a *CaseArchive) WriteZip(ctx context.Context, w io.Writer) error {
	return a.files.WriteArchive(ctx, a.of, archive.NewZip(w))
}

// Close lets the next archive be written.
func (a *CaseArchive) Close() { a.close() }

func (e ExportCase) rule() rule { return rule{act: court.ActCaseExport, caseID: e.CaseID} }

func (e ExportCase) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*CaseArchive, error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	if e.WithFile && !paper.Available() {
		return nil, court.ErrPaper
	}
	card, err := h.store.Case(ctx, e.CaseID, actor.PersonID)
	if err != nil {
		return nil, err
	}
	release, err := h.exports.take(actor.PersonID)
	if err != nil {
		return nil, err
	}
	if st.Role.OfCourt() {
		if err := h.store.Note(ctx, actor.by(), court.ActCaseExport, e.CaseID, ""); err != nil {
			release()
			return nil, err
		}
	}
	of := store.ArchiveFor(e.CaseID, st)
	if e.WithFile {
		of.Beside = efile.NewWriter(of.View, h.version)
	}
	return &CaseArchive{files: h.files, of: of, close: release, Docket: card.DocketNumber}, nil
}

// Bounds of what a node exports at a time: an archive can be large, and its files are read from end to end.
const (
	maxExports   = 4
	exportRetryS = 30
)

// exports counts the archives that are being written: one for each person, a few in all.
type exports struct {
	mu sync.Mutex
	by map[string]bool
}

func (x *exports) take(personID string) (release func(), err error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.by[personID] || len(x.by) >= maxExports {
		return nil, court.ErrTooMany.RetryIn(exportRetryS)
	}
	if x.by == nil {
		x.by = map[string]bool{}
	}
	x.by[personID] = true
	return sync.OnceFunc(func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		delete(x.by, personID)
	}), nil
}

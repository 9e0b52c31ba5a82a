package hub

import (
	"context"
	"errors"
	"io"
	"sync"

	"microcourt/hub/efile"
	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
)

// ReadCaseFile gives the table of contents of a case's file, as far as the actor reads what the papers follow from.
type ReadCaseFile struct{ CaseID string }

func (r ReadCaseFile) rule() rule { return rule{act: court.ActFileRead, caseID: r.CaseID} }

func (r ReadCaseFile) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*efile.Contents, error) {
	_, c, err := h.caseFile(ctx, r.CaseID, st)
	return c, err
}

// PrintFilePart gives one part of a paper in a case's file, counted from 1: set on pages with their numbers in the file, or where it stays as it was sent, the
// attachment to be read.
type PrintFilePart struct {
	CaseID, Paper string
	Part          int
}

// FilePart is a part of a paper: a document that was set, or the id of an attachment.
type FilePart struct {
	Title      string
	PDF        []byte
	Attachment string
}

func (p PrintFilePart) rule() rule { return rule{act: court.ActFileRead, caseID: p.CaseID} }

func (p PrintFilePart) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*FilePart, error) {
	f, c, err := h.caseFile(ctx, p.CaseID, st)
	if err != nil {
		return nil, err
	}
	v, its, part := c.Find(p.Paper, p.Part)
	if part == nil {
		return nil, court.ErrNotFound
	}
	if !part.Made() {
		return &FilePart{Title: part.Title, Attachment: part.Attachment}, nil
	}
	release, err := h.takePrinter(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	// Pictures come as this person may see them anywhere else: with the name over them where the court asks for that.
	pdf, err := f.Make(ctx, v, its, part, func(ctx context.Context, attachment string) (io.ReadCloser, error) {
		return Do(ctx, h, actor, ReadAttachment{ID: attachment})
	})
	return &FilePart{Title: its.Title, PDF: pdf}, paperError(err)
}

// takePrinter waits for one of the few places to print in.
func (h *Hub) takePrinter(ctx context.Context) (release func(), err error) {
	select {
	case h.printing <- struct{}{}:
		return func() { <-h.printing }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func paperError(err error) error {
	if errors.Is(err, paper.ErrNoFonts) {
		return court.ErrPaper
	}
	return err
}

// caseFile makes a case's file for a reader.
func (h *Hub) caseFile(ctx context.Context, caseID string, st *court.Standing) (*efile.File, *efile.Contents, error) {
	if h.files == nil {
		return nil, nil, court.ErrUnavailable
	}
	of := store.ArchiveFor(caseID, st)
	f := efile.New(of.View)
	if err := h.files.ReadRecord(ctx, of, f.Cover, f.Line); err != nil {
		return nil, nil, err
	}
	c, err := f.Contents(ctx, h.version, h.countPages)
	return f, c, paperError(err)
}

// pageCounts remembers how many pages files have, by their SHA-256: a file never changes.
type pageCounts struct {
	mu sync.Mutex
	of map[string]int
}

// maxPageCounts bounds what is remembered.
const maxPageCounts = 50_000

// countPages counts the pages of a file that somebody sent.
func (h *Hub) countPages(ctx context.Context, attachment, sha256 string) (int, error) {
	h.counts.mu.Lock()
	n, known := h.counts.of[sha256]
	h.counts.mu.Unlock()
	if known {
		return n, nil
	}
	n, err := efile.CountIn(ctx, attachment, func(ctx context.Context, _ string) (io.ReadCloser, error) { return h.files.ContentOf(ctx, sha256) })
	if err != nil {
		return 0, err
	}
	h.counts.mu.Lock()
	defer h.counts.mu.Unlock()
	if h.counts.of == nil || len(h.counts.of) >= maxPageCounts {
		h.counts.of = map[string]int{}
	}
	h.counts.of[sha256] = n
	return n, nil
}

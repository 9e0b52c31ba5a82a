package efile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"microcourt/hub/paper"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// Names of the file's parts in an archive.
const (
	Folder       = archive.BesideFolder
	ContentsName = Folder + "contents.json"
	CoverName    = Folder + "contents.pdf"
)

// Writer writes a case's file into an archive, beside the record that it follows from.
type Writer struct {
	*File
	madeBy string
}

// NewWriter begins to write the file of an archive.
func NewWriter(view archive.View, madeBy string) *Writer { return &Writer{New(view), madeBy} }

// Write writes the table of contents and every part that the program sets. What is there as it was sent stays where the archive has it.
func (w *Writer) Write(ctx context.Context, to *archive.Writer, open func(ctx context.Context, attachment string) (io.ReadCloser, error)) error {
	c, err := w.Contents(ctx, w.madeBy, func(ctx context.Context, attachment, _ string) (int, error) { return CountIn(ctx, attachment, open) })
	if err != nil {
		return err
	}
	text, err := canonical(c)
	if err != nil {
		return err
	}
	if err := to.Text(ContentsName, text); err != nil {
		return err
	}
	return w.each(ctx, c, tolerant(open), to.Text)
}

// tolerant gives nothing for a file whose bytes are gone: to name it is for verifying.
func tolerant(open Open) Open {
	return func(ctx context.Context, attachment string) (io.ReadCloser, error) {
		in, err := open(ctx, attachment)
		if err != nil && ctx.Err() == nil {
			return io.NopCloser(bytes.NewReader(nil)), nil
		}
		return in, err
	}
}

// each makes everything that the program sets.
func (f *File) each(ctx context.Context, c *Contents, open Open, take func(name string, text []byte) error) error {
	list, err := paper.Render(f.ContentsDoc(c))
	if err != nil {
		return err
	}
	if err := take(CoverName, list.PDF); err != nil {
		return err
	}
	for i := range c.Volumes {
		v := &c.Volumes[i]
		for n := range v.Papers {
			p := &v.Papers[n]
			for k := range p.Parts {
				if !p.Parts[k].Made() {
					continue
				}
				text, err := f.Make(ctx, v, p, &p.Parts[k], open)
				if err != nil {
					return err
				}
				if err := take(p.Parts[k].Name, text); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// maxCounted bounds the files whose pages are counted.
const maxCounted = 64 << 20

// CountIn counts the pages of a file that somebody sent. A file that is gone has none.
func CountIn(ctx context.Context, attachment string, open Open) (int, error) {
	in, err := open(ctx, attachment)
	if err != nil {
		return 0, ctx.Err()
	}
	defer in.Close()
	text, err := io.ReadAll(io.LimitReader(in, maxCounted+1))
	if err != nil || len(text) > maxCounted {
		return 0, ctx.Err()
	}
	return paper.CountPages(text), nil
}

func canonical(c *Contents) ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(c)
	return out.Bytes(), err
}

// Checked is what came of checking the file in an archive against the archive's record.
type Checked struct {
	Papers, Pages int
	// Wrong names what doesn't follow from the record.
	Wrong []string
	// OtherVersion is the version of the program that set the pages, where it is another than this one: then the table of contents was compared
	// without numbers of pages, and the pages not at all.
	OtherVersion string
}

// maxContents bounds the table of contents that is read.
const maxContents = 64 << 20

// Check makes the file in an archive anew from the archive's own record and compares. The record itself is for archive.Verify to prove.
func Check(ctx context.Context, src *archive.Source, version string) (*Checked, error) {
	text, err := src.Read(ContentsName, maxContents)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", ContentsName, err)
	}
	checked := &Checked{}
	wrong := func(name string) { checked.Wrong = append(checked.Wrong, name) }
	var had Contents
	if err := json.Unmarshal(text, &had); err != nil {
		wrong(ContentsName)
		return checked, nil
	}
	view, err := src.View()
	if err != nil {
		return nil, err
	}
	f := New(view)
	cover, err := src.Cover()
	if err != nil {
		return nil, err
	}
	f.Cover(cover)
	for _, thread := range src.Threads() {
		if err := src.Lines(thread, func(l archive.Line) { f.Line(thread, l) }); err != nil {
			return nil, err
		}
	}
	open := func(_ context.Context, attachment string) (io.ReadCloser, error) {
		if !court.ValidID(attachment) {
			return nil, court.ErrNotFound
		}
		return src.File(archive.FileName(attachment))
	}
	c, err := f.Contents(ctx, had.MadeBy, func(ctx context.Context, attachment, _ string) (int, error) { return CountIn(ctx, attachment, open) })
	if errors.Is(err, paper.ErrNoFonts) {
		return nil, errors.New("a program without fonts can't check the case's file; build it with `make build`")
	}
	if err != nil {
		return nil, err
	}
	expected := map[string]bool{ContentsName: true}
	for _, v := range c.Volumes {
		checked.Papers, checked.Pages = checked.Papers+len(v.Papers), checked.Pages+v.Pages
	}
	same := func(name string, made []byte) error {
		expected[name] = true
		if was, err := src.Read(name, int64(len(made))); err != nil || !bytes.Equal(was, made) {
			wrong(name)
		}
		return ctx.Err()
	}
	if had.MadeBy != version {
		checked.OtherVersion = had.MadeBy
		made, err := canonical(unnumbered(c))
		if err != nil {
			return nil, err
		}
		if was, err := canonical(unnumbered(&had)); err != nil || !bytes.Equal(was, made) {
			wrong(ContentsName)
		}
		return checked, nil
	}
	made, err := canonical(c)
	if err != nil {
		return nil, err
	}
	if !bytes.Equal(made, text) {
		wrong(ContentsName)
	}
	if err := f.each(ctx, c, tolerant(open), same); err != nil {
		return nil, err
	}
	for _, name := range src.Names() {
		if strings.HasPrefix(name, Folder) && !expected[name] {
			wrong(name)
		}
	}
	slices.Sort(checked.Wrong)
	return checked, nil
}

// unnumbered copies a table of contents without numbers of pages.
func unnumbered(c *Contents) *Contents {
	n := *c
	n.Volumes = slices.Clone(c.Volumes)
	for i := range n.Volumes {
		n.Volumes[i].Pages = 0
		n.Volumes[i].Papers = slices.Clone(n.Volumes[i].Papers)
		for k := range n.Volumes[i].Papers {
			p := &n.Volumes[i].Papers[k]
			p.FirstPage, p.Pages, p.Parts = 0, 0, slices.Clone(p.Parts)
			for m := range p.Parts {
				p.Parts[m].Pages = 0
			}
		}
	}
	return &n
}

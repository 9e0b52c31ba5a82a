package efile

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"microcourt/hub/paper"
	"microcourt/store/blob/picture"
)

// Open opens a file that somebody sent. The caller closes it.
type Open func(ctx context.Context, attachment string) (io.ReadCloser, error)

// printSide is how many pixels the longer side of a picture has on its page: 210 dots to the inch.
const printSide = 1860

// Make sets a part of a paper, with the numbers of its pages in the volume.
func (f *File) Make(ctx context.Context, v *Volume, p *Paper, part *Part, open Open) ([]byte, error) {
	d, err := f.partDoc(ctx, p, part, open)
	if err != nil {
		return nil, err
	}
	d.Volume, d.FirstPage = v.Title, p.FirstPage
	for i := range p.Parts {
		if p.Parts[i].Name == part.Name {
			break
		}
		d.FirstPage += p.Parts[i].Pages
	}
	file, err := paper.Render(d)
	if err != nil {
		return nil, err
	}
	return file.PDF, nil
}

func (f *File) partDoc(ctx context.Context, p *Paper, part *Part, open Open) (paper.Doc, error) {
	if part.sheet != nil {
		return f.doc(p, part.sheet), nil
	}
	d := paper.Doc{Title: part.Title, Author: f.cover.Court, Date: time.UnixMilli(p.At), Footer: f.cover.DocketNumber + "　" + p.Title}
	for i, img := range part.images {
		if i > 0 {
			d.Blocks = append(d.Blocks, paper.PageBreak{})
		}
		data, err := upright(ctx, img, open)
		switch {
		case errors.Is(err, picture.ErrUnknown), errors.Is(err, picture.ErrTooLarge):
			d.Blocks = append(d.Blocks, paper.Para{Runs: paper.Plain(fmt.Sprintf("影像“%s”不能转为版面，请查看文件原样。校验值 %s", img.Name, img.SHA256)), Flush: true})
		case err != nil:
			return d, err
		default:
			d.Blocks = append(d.Blocks, paper.Picture{Data: data, Align: paper.Center})
		}
	}
	return d, nil
}

// upright gives a picture as it is printed.
func upright(ctx context.Context, img image, open Open) ([]byte, error) {
	in, err := open(ctx, img.ID)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	data, err := io.ReadAll(in)
	if err != nil {
		return nil, err
	}
	return picture.ForPrint(ctx, bytes.NewReader(data), printSide, img.turn)
}

// Find gives a paper and one of its parts, counted from 1.
func (c *Contents) Find(paperID string, part int) (*Volume, *Paper, *Part) {
	for i := range c.Volumes {
		for n := range c.Volumes[i].Papers {
			p := &c.Volumes[i].Papers[n]
			if p.ID == paperID && part >= 1 && part <= len(p.Parts) {
				return &c.Volumes[i], p, &p.Parts[part-1]
			}
		}
	}
	return nil, nil, nil
}

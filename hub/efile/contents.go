package efile

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"microcourt/hub/paper"
)

// pdfType is what pages are made as.
const pdfType = "application/pdf"

// Counter says how many pages a file of that type has that somebody sent; 0 for none.
type Counter func(ctx context.Context, attachment, sha256 string) (int, error)

// Contents makes the table of contents: it orders the papers and numbers their pages. It is called once, after the last line.
func (f *File) Contents(ctx context.Context, madeBy string, count Counter) (*Contents, error) {
	c := &Contents{Format: Format, MadeBy: madeBy, DocketNumber: f.cover.DocketNumber, Title: f.cover.Title, Court: f.cover.Court, Volumes: []Volume{}}
	if !f.view.Court {
		c.Whose = f.view.Participant
	}
	f.addTalks()
	f.addCourse()
	for _, volume := range []string{Main, Secondary} {
		papers := f.ordered(volume)
		if len(papers) == 0 && volume == Secondary {
			continue
		}
		v := Volume{Volume: volume, Title: volumeTitles[volume], Papers: []Paper{}}
		for i, p := range papers {
			p.Number = i + 1
			for n := range p.Parts {
				part := &p.Parts[n]
				if part.Name = fmt.Sprintf("efile/%s/%03d.%d.pdf", volume, p.Number, n+1); !part.Made() {
					part.Name = "files/" + part.Attachment
				}
				var err error
				if part.Pages, err = f.pages(ctx, p, part, count); err != nil {
					return nil, err
				}
				p.Pages += part.Pages
			}
			if p.Pages > 0 {
				p.FirstPage = v.Pages + 1
				v.Pages += p.Pages
			}
			v.Papers = append(v.Papers, *p)
		}
		c.Volumes = append(c.Volumes, v)
	}
	return c, nil
}

// addCourse makes the course of the case a paper of its own, in the order of time.
func (f *File) addCourse() {
	if len(f.course) == 0 {
		return
	}
	slices.SortStableFunc(f.course, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(a.ref.Thread, b.ref.Thread), cmp.Compare(a.ref.Seq, b.ref.Seq))
	})
	p := &Paper{ID: Course, Section: Course, Title: "案件进程", From: f.cover.Court, At: f.course[len(f.course)-1].at, volume: Main, Parts: []Part{{Title: "案件进程", Type: pdfType, sheet: f.courseSheet()}}}
	for _, e := range f.course {
		p.Events = append(p.Events, e.ref)
	}
	f.papers = append(f.papers, p)
}

func (f *File) pages(ctx context.Context, p *Paper, part *Part, count Counter) (int, error) {
	switch {
	case part.sheet != nil:
		return paper.Pages(f.doc(p, part.sheet))
	case part.Made():
		return len(part.images), nil
	case part.Type == pdfType:
		return count(ctx, part.Attachment, part.SHA256)
	}
	return 0, nil
}

// ContentsDoc is the table of contents for paper: the cover of the file (案卷封面) and the list (卷内目录).
func (f *File) ContentsDoc(c *Contents) paper.Doc {
	d := paper.Doc{Title: "卷内目录", Author: c.Court, Footer: c.DocketNumber + "　卷内目录", Date: time.UnixMilli(f.cover.FiledAt)}
	d.Blocks = append(d.Blocks, paper.Title(c.Court+"\n电子卷宗"))
	for _, row := range [][2]string{{"案号：", c.DocketNumber}, {"案由：", f.cover.Cause}, {"案件：", c.Title}, {"程序：", f.cover.Procedure}} {
		d.Blocks = append(d.Blocks, paper.Para{Runs: paper.Labelled(row[0], row[1]), Flush: true, Align: paper.Left})
	}
	for _, p := range f.cover.Participants {
		d.Blocks = append(d.Blocks, paper.Para{Runs: paper.Labelled(p.Standing+"：", p.Name), Flush: true, Align: paper.Left})
	}
	if c.Whose != "" {
		d.Blocks = append(d.Blocks, paper.Para{Runs: paper.Plain("本卷为" + f.name(c.Whose) + "可以查阅的部分，页码按本卷编排。"), Flush: true})
	}
	for _, v := range c.Volumes {
		t := paper.Table{Columns: []paper.Column{{Head: "序号", Width: 0.8, Align: paper.Center}, {Head: "文书名称", Width: 4}, {Head: "责任者", Width: 2}, {Head: "日期", Width: 1.7}, {Head: "页码", Width: 1.1, Align: paper.Center}}}
		for _, p := range v.Papers {
			pages := "见文件"
			if p.Pages > 0 {
				pages = fmt.Sprint(p.FirstPage)
			}
			if p.Pages > 1 {
				pages = fmt.Sprintf("%d-%d", p.FirstPage, p.FirstPage+p.Pages-1)
			}
			t.Rows = append(t.Rows, []string{fmt.Sprint(p.Number), p.Title, p.From, time.UnixMilli(p.At).In(courtZone).Format("2006-01-02"), pages})
		}
		d.Blocks = append(d.Blocks, paper.PageBreak{}, paper.Title(v.Title+"卷内目录"), t, paper.Para{Runs: paper.Plain(fmt.Sprintf("共%d件，%d页。", len(v.Papers), v.Pages)), Flush: true})
	}
	return d
}

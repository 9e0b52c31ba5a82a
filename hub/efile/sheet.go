package efile

import (
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store/court"
	"microcourt/store/seal/archive"
)

// sheet is a page that the program sets: a table of what is known of a paper.
type sheet struct {
	title   string
	columns []paper.Column // sheetColumns where none are given
	rows    [][]string
}

// newSheet adds a sheet to a paper, behind what it has.
func (p *Paper) newSheet(title string) *sheet {
	s := &sheet{title: title}
	p.Parts = append(p.Parts, Part{Title: title, Type: "application/pdf", sheet: s})
	return s
}

// sheet gives the paper's newest sheet.
func (p *Paper) sheet() *sheet {
	for i := len(p.Parts) - 1; i >= 0; i-- {
		if p.Parts[i].sheet != nil {
			return p.Parts[i].sheet
		}
	}
	return p.newSheet(p.Title)
}

func (s *sheet) row(name, text string) { s.rows = append(s.rows, []string{name, text}) }

// image is a picture that is set on a page of its own.
type image struct {
	archive.FileLine
	turn int
}

// Bounds of the pictures in one document.
const (
	maxImages     = 10
	maxImageBytes = 40 << 20
)

// addFiles adds files to a paper: pictures are set on pages, several in a document; everything else stays as it was sent.
func (p *Paper) addFiles(e *event, title string, pages []page) {
	var batch *Part
	var size int64
	for _, pg := range pages {
		file, ok := e.files[pg.Attachment]
		if !ok {
			continue
		}
		if pg.Media != court.PageImage {
			batch = nil
			p.Parts = append(p.Parts, Part{Title: file.Name, Type: file.Type, Attachment: file.ID, SHA256: file.SHA256})
			continue
		}
		if batch == nil || len(batch.images) == maxImages || size+file.Size > maxImageBytes {
			p.Parts = append(p.Parts, Part{Title: title, Type: "application/pdf"})
			batch, size = &p.Parts[len(p.Parts)-1], 0
		}
		batch.images = append(batch.images, image{file, pg.Turn})
		size += file.Size
	}
}

// courtZone is the time that documents give.
var courtZone = time.FixedZone("UTC+8", 8*60*60)

func moment(at int64) string {
	return time.UnixMilli(at).In(courtZone).Format("2006年1月2日 15:04:05")
}

var sheetColumns = []paper.Column{{Head: "项目", Width: 1.4, Align: paper.Left}, {Head: "内容", Width: 4, Align: paper.Left}}

// doc gives a sheet as a document.
func (f *File) doc(p *Paper, s *sheet) paper.Doc {
	columns := s.columns
	if columns == nil {
		columns = sheetColumns
	}
	return paper.Doc{
		Title: s.title, Author: f.cover.Court, Date: time.UnixMilli(p.At), Footer: f.cover.DocketNumber + "　" + strings.ReplaceAll(p.Title, "\n", " "),
		Blocks: []paper.Block{paper.Title(s.title), paper.Table{Columns: columns, Rows: s.rows},
			paper.Para{Runs: paper.Plain("本页由系统根据案件记录生成。"), Small: true, Flush: true}},
	}
}

// courseDoc is the course of the case.
func (f *File) courseSheet() *sheet {
	s := &sheet{title: "案件进程"}
	for _, e := range f.course {
		s.row(moment(e.at), e.who+"　"+e.what)
	}
	return s
}

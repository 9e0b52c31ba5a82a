package hub

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/blob/picture"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calendar"
)

// maxPrinting bounds how many documents one node prints at a time.
const maxPrinting = 2

// Document is a document as it was printed.
type Document struct {
	Title string
	// FileName is how the file is to be called, without .pdf; "" for the title.
	FileName string
	PDF      []byte
	SHA256   string // of its bytes, in hex
	Pages    int
	// Missing lists characters that could not be printed, as U+2F9FF; each stands in the document as a box with its code.
	Missing []string
}

// printed sets a document. court.ErrPaper where the program has no fonts.
func (h *Hub) printed(ctx context.Context, d paper.Doc) (*Document, error) {
	release, err := h.takePrinter(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	f, err := paper.Render(d)
	if err != nil {
		return nil, paperError(err)
	}
	sum := sha256.Sum256(f.PDF)
	doc := &Document{Title: d.Title, PDF: f.PDF, SHA256: hex.EncodeToString(sum[:]), Pages: f.Pages}
	for _, r := range f.Missing {
		doc.Missing = append(doc.Missing, fmt.Sprintf("%U", r))
	}
	return doc, nil
}

// keepPaper keeps a printed document as a file of the actor's, and gives the file's id. court.ErrUnavailable without a place for files.
func (h *Hub) keepPaper(ctx context.Context, actor Actor, doc *Document) (string, error) {
	if h.files == nil {
		return "", court.ErrUnavailable
	}
	file, err := h.files.Keep(ctx, actor.PersonID, cmp.Or(doc.FileName, doc.Title)+".pdf", "application/pdf", doc.PDF)
	return file.ID, err
}

// printApplication prints a draft as it would be handed in on that day: with the signature where one is given, otherwise with a line to sign on. The same draft, signature and
// day give the same bytes.
func (h *Hub) printApplication(ctx context.Context, caseID string, actor Actor, st *court.Standing, d *store.ApplicationDraft, sig *store.Signature) (*Document, error) {
	filled, facts, err := h.store.ApplicationFacts(ctx, caseID, st, d)
	if err != nil {
		return nil, err
	}
	today := calendar.DayAt(h.now().UnixMilli())
	doc := paper.Doc{
		Title: filled.Kind.Title, Author: facts.Applicant, Date: time.Unix(int64(today)*86400, 0), Footer: facts.DocketNumber + "　" + filled.Kind.Title,
		Blocks: []paper.Block{paper.Title(filled.Kind.Title)},
	}
	close := paper.Signature{To: facts.Court, Label: "申请人（签名）：", Lines: []string{today.Chinese()}}
	if facts.Agent != "" {
		close.Label = "委托诉讼代理人（签名）："
	}
	if sig != nil {
		close.Picture = sig.Image
	}
	if d.Mode == store.ModePaper {
		doc.Blocks = append(doc.Blocks, blocks(filled.Kind.Head(facts))...)
		doc.Blocks = append(doc.Blocks, paper.Para{Runs: paper.Plain(fmt.Sprintf("现提交%s纸质原件的影像，共%d页，附后。", filled.Kind.Title, len(d.Pages)))}, close)
		pages, err := h.paperPages(ctx, actor, d)
		if err != nil {
			return nil, err
		}
		doc.Blocks = append(doc.Blocks, pages...)
	} else {
		doc.Blocks = append(append(doc.Blocks, blocks(filled.Content(facts))...), close)
	}
	if doc.Digest, err = digestOf(d, facts, sig, today); err != nil {
		return nil, err
	}
	return h.printed(ctx, doc)
}

// digestOf identifies what a document says: everything that goes into it.
func digestOf(d *store.ApplicationDraft, facts application.Facts, sig *store.Signature, day calendar.Day) (string, error) {
	said := struct {
		Body      store.ApplicationBody
		Facts     application.Facts
		Signature string
		Day       calendar.Day
	}{Body: d.ApplicationBody, Facts: facts, Day: day}
	if sig != nil {
		said.Signature = sig.SHA256
	}
	text, err := json.Marshal(said) // maps are written in the order of their keys
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// blocks sets the parts of an application.
func blocks(parts []application.Part) (all []paper.Block) {
	for _, p := range parts {
		switch {
		case p.Heading != "":
			all = append(all, paper.Heading(p.Heading))
		case p.Rows != nil:
			t := paper.Table{Rows: p.Rows}
			for _, c := range p.Columns {
				t.Columns = append(t.Columns, paper.Column{Head: c, Width: 1})
			}
			if p.Label != "" {
				all = append(all, paper.Para{Runs: paper.Labelled(p.Label, "")})
			}
			all = append(all, t)
		case p.Label != "":
			all = append(all, paper.Para{Runs: paper.Labelled(p.Label, p.Text)})
		default:
			all = append(all, paper.Para{Runs: paper.Plain(p.Text)})
		}
	}
	return all
}

// printSide is how many pixels the longest side of a photographed page has in print: A4 at 200 dots to the inch.
const printSide = 2339

// paperPages prints the photographs of a paper. What is no picture that can be printed is named; it goes with the application as a file.
func (h *Hub) paperPages(ctx context.Context, actor Actor, d *store.ApplicationDraft) (all []paper.Block, err error) {
	if h.files == nil {
		return nil, court.ErrUnavailable
	}
	for i, p := range d.Pages {
		file, err := h.files.Open(ctx, actor.PersonID, p.Attachment, false)
		if err != nil {
			return nil, err
		}
		caption := fmt.Sprintf("原件第%d页：%s", i+1, file.Name)
		var data []byte
		if strings.HasPrefix(file.Type, "image/") {
			data, err = picture.ForPrint(ctx, file, printSide, p.Turn)
		}
		file.Close()
		if data == nil || err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			all = append(all, paper.Para{Runs: paper.Plain(caption + "（随申请以文件形式提交）")})
			continue
		}
		all = append(all, paper.PageBreak{}, paper.Picture{Data: data, Align: paper.Center, Caption: caption})
	}
	return all, nil
}

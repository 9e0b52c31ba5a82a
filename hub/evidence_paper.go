package hub

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
)

// courtZone is the time that documents give: China has one, without summer time.
var courtZone = time.FixedZone("CST", 8*60*60)

// chineseTime writes a moment as documents do: 2026年3月5日 09:30:00.
func chineseTime(at int64) string {
	return time.UnixMilli(at).In(courtZone).Format("2006年1月2日 15:04:05")
}

// digestOfData identifies what a document was made from.
func digestOfData(data any) (string, error) {
	text, err := json.Marshal(data)
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:]), err
}

// PrintCatalog prints the exhibit list (证据目录) of a party.
type PrintCatalog struct{ CaseID, Party string }

func (p PrintCatalog) rule() rule { return rule{act: court.ActEvidenceRead, caseID: p.CaseID} }

func (p PrintCatalog) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*Document, error) {
	c, err := h.store.Catalog(ctx, p.CaseID, p.Party)
	if err != nil {
		return nil, err
	}
	return h.printCatalog(ctx, c)
}

func (h *Hub) printCatalog(ctx context.Context, c *store.Catalog) (*Document, error) {
	t := paper.Table{Columns: []paper.Column{{Head: "序号", Width: 1.1}, {Head: "证据名称", Width: 2.4}, {Head: "种类", Width: 1.7}, {Head: "证明目的", Width: 3},
		{Head: "来源", Width: 1.5}, {Head: "原件", Width: 1.3, Align: paper.Center}, {Head: "页码", Width: 1, Align: paper.Center}}}
	var newest int64
	for _, r := range c.Rows {
		held := "复印件"
		if r.OriginalHeld {
			held = "持有"
		}
		pages := fmt.Sprint(r.FirstPage)
		if r.LastPage > r.FirstPage {
			pages = fmt.Sprintf("%d-%d", r.FirstPage, r.LastPage)
		}
		t.Rows = append(t.Rows, []string{fmt.Sprint(r.Number), r.Name, r.Kind.Name(), r.Purpose, r.Source, held, pages})
		newest = max(newest, r.SubmittedAt)
	}
	doc := paper.Doc{
		Title: "证据目录", Author: c.Party.Name, Date: time.UnixMilli(newest), Footer: c.DocketNumber + "　证据目录",
		Blocks: []paper.Block{
			paper.Title("证据目录"),
			paper.Para{Runs: paper.Labelled("案号：", c.DocketNumber), Flush: true, Align: paper.Left},
			paper.Para{Runs: paper.Labelled("案由：", c.Cause), Flush: true, Align: paper.Left},
			paper.Para{Runs: paper.Labelled("提交人：", c.Party.Standing+"　"+c.Party.Name), Flush: true, Align: paper.Left},
			paper.Space(6), t,
			paper.Para{Runs: paper.Plain(fmt.Sprintf("共%d份证据，%d页。已撤回的证据不列入。", len(c.Rows), c.Pages)), Flush: true},
			paper.Signature{To: c.Court, Label: "提交人（签名）："},
		},
	}
	return h.printedAs(ctx, doc, c, fmt.Sprintf("证据目录 %s %s%s", c.DocketNumber, c.Party.Standing, c.Party.Name))
}

// PrintReceipt prints the court's receipt (证据收据) for a submission, for its own side and the court.
type PrintReceipt struct{ CaseID, Submission string }

func (p PrintReceipt) rule() rule { return rule{act: court.ActEvidenceRead, caseID: p.CaseID} }

func (p PrintReceipt) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	r, err := h.store.EvidenceReceipt(ctx, p.CaseID, p.Submission, st)
	if err != nil {
		return nil, err
	}
	return h.printReceipt(ctx, r)
}

// printReceipt says what 民事诉讼法 第六十九条 wants: names, pages, copies, original or copy, when it was received, and who signs for it.
func (h *Hub) printReceipt(ctx context.Context, r *store.EvidenceReceipt) (*Document, error) {
	t := paper.Table{Columns: []paper.Column{{Head: "编号", Width: 1.6}, {Head: "证据名称", Width: 3.2}, {Head: "种类", Width: 1.5},
		{Head: "页数", Width: 0.8, Align: paper.Center}, {Head: "份数", Width: 0.8, Align: paper.Center}, {Head: "原件或者复印件", Width: 2.2, Align: paper.Left}}}
	var pages int64
	for _, i := range r.Items {
		kept := "电子件（无原件）"
		if i.OriginalHeld {
			kept = "电子件（原件由提交人保管）"
		}
		t.Rows = append(t.Rows, []string{i.Label, i.Name, i.Kind.Name(), fmt.Sprint(i.Pages), fmt.Sprint(i.Copies), kept})
		pages += i.Pages
	}
	by := r.By
	if r.ByCourt {
		by += "（法院代为电子化）"
	}
	late := ""
	if r.Late {
		late = "提交时已超过举证期限。"
	}
	doc := paper.Doc{
		Title: "证据收据", Author: r.Court, Date: time.UnixMilli(r.ReceivedAt), Footer: fmt.Sprintf("%s　证据收据第%d号", r.DocketNumber, r.Number),
		Blocks: []paper.Block{
			paper.Title("证据收据"),
			paper.Para{Runs: paper.Plain(fmt.Sprintf("%s　第%d号", r.DocketNumber, r.Number)), Align: paper.Right, Flush: true},
			paper.Para{Runs: paper.Plain(fmt.Sprintf("%s一案（%s），本院于%s（北京时间）收到%s%s提交的下列证据材料，共%d份、%d页。%s", r.Title, r.Cause,
				chineseTime(r.ReceivedAt), r.Party.Standing, r.Party.Name, len(r.Items), pages, late))},
			t,
			paper.Para{Runs: paper.Labelled("提交人：", by), Flush: true},
			paper.Para{Runs: paper.Plain("本收据由系统在收到材料时生成。所收文件的校验值（SHA-256）已记入案件记录，可在证据页面核验。"), Small: true, Flush: true},
			paper.Signature{Label: "经办人（签名或者盖章）：", Lines: []string{strings.Join(r.Handlers, "、"), r.Court, time.UnixMilli(r.ReceivedAt).In(courtZone).Format("2006年1月2日")}},
		},
	}
	return h.printedAs(ctx, doc, r, fmt.Sprintf("证据收据 %s 第%d号", r.DocketNumber, r.Number))
}

// printedAs sets a document that follows from data, under a file name that stays the same.
func (h *Hub) printedAs(ctx context.Context, d paper.Doc, data any, name string) (*Document, error) {
	var err error
	if d.Digest, err = digestOfData(data); err != nil {
		return nil, err
	}
	doc, err := h.printed(ctx, d)
	if err != nil {
		return nil, err
	}
	doc.FileName = name
	return doc, nil
}

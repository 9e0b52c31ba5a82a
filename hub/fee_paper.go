package hub

import (
	"context"
	"fmt"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/exact"
)

// feePaperTitle is how the court's notice to pay is called.
const feePaperTitle = "交纳诉讼费用通知书"

// printFee prints a fee notice: what is to be paid, how that was computed, until when, and what follows from not paying (民事诉讼法 第一百二十一条, 诉讼费用交纳办法 第二十二条).
func (h *Hub) printFee(ctx context.Context, f *store.FeePaper) (*Document, error) {
	t := paper.Table{Columns: []paper.Column{{Head: "项目", Width: 3}, {Head: "计算（元）", Width: 4}, {Head: "金额（元）", Width: 1.6, Align: paper.Right}}}
	for _, s := range f.Result.Steps {
		t.Rows = append(t.Rows, []string{s.Text.ZH, s.Formula, exact.FormatFen(s.Amount.Max)})
	}
	blocks := []paper.Block{
		paper.Title(feePaperTitle),
		paper.Para{Runs: paper.Plain(f.DocketNumber), Align: paper.Right, Flush: true},
		paper.Para{Runs: paper.Plain(f.PartyStanding + "　" + f.PartyName + "："), Flush: true},
		paper.Para{Runs: paper.Plain(fmt.Sprintf("你（单位）%s一案，应当交纳%s人民币%s元，计算如下：", f.Cause, f.Title, exact.FormatFen(f.Amount)))},
		t,
		paper.Para{Runs: paper.Plain(fmt.Sprintf("请在%s（北京时间）前交纳。可以在本平台“诉讼交费”中交纳的，按页面提示办理；不能在线交纳的，到本院窗口或者按本院告知的账户交纳。", chineseTime(f.Due)))},
		paper.Para{Runs: paper.Plain("逾期不交纳，又没有获准缓交、减交或者免交的，按自动撤回起诉、上诉或者申请处理。交纳确有困难的，可以在交费期限内申请缓交、减交或者免交。")},
	}
	for i, b := range f.Result.Basis {
		if i == 0 {
			blocks = append(blocks, paper.Para{Runs: paper.Labelled("依据：", ""), Flush: true, Small: true})
		}
		blocks = append(blocks, paper.Para{Runs: paper.Plain(b.ZH), Small: true})
	}
	at := time.UnixMilli(f.At)
	blocks = append(blocks, paper.Para{Runs: paper.Plain(f.Court), Align: paper.Right, Flush: true}, paper.Para{Runs: paper.Plain(at.In(courtZone).Format("2006年1月2日")), Align: paper.Right, Flush: true})
	doc := paper.Doc{Title: feePaperTitle, Author: f.Court, Date: at, Footer: f.DocketNumber + "　" + feePaperTitle, Blocks: blocks}
	issued := f.FeeNotice // as it was issued: what became of it later isn't in the paper
	issued.Status, issued.StatusName, issued.Reason, issued.Overdue, issued.UpdatedAt = "", exact.Text{}, "", false, 0
	return h.printedAs(ctx, doc, issued, feePaperTitle+" "+f.DocketNumber)
}

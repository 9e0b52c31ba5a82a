package hub

import (
	"context"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/consent"
)

// consentTitle is how the court's form is called.
const consentTitle = "在线诉讼同意书"

var consentWords = map[consent.State]string{
	consent.Undeclared: "没有表示", consent.Agreed: "同意", consent.Refused: "不同意", consent.Offline: "转为线下",
}

// printConsent prints a party's statement: each stage, what was said of it, by whom and when, on which version of the notice.
func (h *Hub) printConsent(ctx context.Context, p *store.ConsentPaper) (*Document, error) {
	t := paper.Table{Columns: []paper.Column{{Head: "环节", Width: 3}, {Head: "意见", Width: 1.3, Align: paper.Center}, {Head: "记录", Width: 5}}}
	var newest int64
	version := ""
	for _, s := range p.Stages {
		note := ""
		if s.At != 0 {
			note = "由" + p.Names[s.By] + "于" + chineseTime(s.At) + "确认"
			if s.ByCourt {
				note += "（法院代为记录）"
			}
			version = s.Version
		}
		if s.State == consent.Offline {
			if note != "" {
				note += "；"
			}
			note += p.Names[s.OfflineBy] + "于" + chineseTime(s.OfflineAt) + "决定转为线下"
			if s.Reason != "" {
				note += "：" + s.Reason
			}
		}
		t.Rows = append(t.Rows, []string{s.Name.ZH, consentWords[s.State], note})
		newest = max(newest, s.At, s.OfflineAt)
	}
	closing := "同意只对所列同意的环节有效，没有表示的环节不视为同意。"
	if version != "" {
		closing += "确认时展示的告知内容为" + consentTitle + "（" + version + "）。"
	}
	doc := paper.Doc{Title: consentTitle, Author: p.Name, Date: time.UnixMilli(newest), Footer: p.DocketNumber + "　" + consentTitle, Blocks: []paper.Block{
		paper.Title(consentTitle),
		paper.Para{Runs: paper.Labelled("案号：", p.DocketNumber), Flush: true, Align: paper.Left},
		paper.Para{Runs: paper.Labelled("案由：", p.Cause), Flush: true, Align: paper.Left},
		paper.Para{Runs: paper.Labelled("当事人：", p.Standing+"　"+p.Name), Flush: true, Align: paper.Left},
		paper.Para{Runs: paper.Plain("已了解在线诉讼的环节、方式、权利义务、法律后果和操作方法，对各环节的意见如下：")},
		t,
		paper.Para{Runs: paper.Plain(closing)},
		paper.Para{Runs: paper.Plain("以上意见由当事人或者其代理人在系统中逐项确认，已记入案件记录。"), Small: true, Flush: true},
	}}
	return h.printedAs(ctx, doc, p, consentTitle+" "+p.DocketNumber+" "+p.Standing+p.Name)
}

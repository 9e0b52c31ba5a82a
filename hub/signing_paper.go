package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/exact"
	"microcourt/store/court/signing"
)

// printSigning prints a paper that several sign: without a hash as it is laid before them, with lines to sign on; with it, with the signatures and refusals that there
// are, and what they are bound to.
func (h *Hub) printSigning(ctx context.Context, p *store.SigningPaper) (*Document, error) {
	kind := signing.Papers[p.Kind]
	title := kind.Name.ZH
	flush := func(label, text string) paper.Block {
		return paper.Para{Runs: paper.Labelled(label, text), Flush: true, Align: paper.Left}
	}
	blocks := []paper.Block{paper.Title(title), flush("案号：", p.DocketNumber), flush("案由：", p.Cause)}
	if p.HeldFrom != 0 {
		held := chineseTime(p.HeldFrom)
		if p.HeldTo != 0 {
			held += "至" + chineseTime(p.HeldTo)
		}
		blocks = append(blocks, flush("时间：", held), flush("方式：", "在线"))
	}
	blocks = append(blocks, flush("主持调解：", p.Leader))
	if len(p.Others) > 0 {
		blocks = append(blocks, flush("审判人员和书记员：", strings.Join(p.Others, "，")))
	}
	for _, party := range p.Parties {
		blocks = append(blocks, flush("当事人：", party))
	}
	blocks = append(blocks, paper.Space(6), paper.Para{Runs: paper.Plain(kind.Opening)})
	for i, l := range p.Lines {
		runs := paper.Labelled(l.Speaker+"：", l.Text)
		if kind.Numbered {
			runs = paper.Plain(exact.Ordinal(i+1) + "、" + l.Text)
		}
		blocks = append(blocks, paper.Para{Runs: runs})
	}
	blocks = append(blocks, paper.Para{Runs: paper.Plain(kind.Closing)})
	for _, s := range p.Signers {
		blocks = append(blocks, signerBlock(s))
	}
	date := h.now()
	if p.SHA256 != "" {
		date = time.UnixMilli(latest(p))
		blocks = append(blocks, paper.Space(6), paper.Para{Small: true, Flush: true, Align: paper.Left,
			Runs: paper.Plain("各签名均针对校验值（SHA-256）为" + p.SHA256 + "的文书原文作出，已记入案件记录，可以核验。")})
	}
	doc := paper.Doc{Title: title, Author: p.Court, Date: date, Footer: p.DocketNumber + "　" + title, Blocks: blocks}
	return h.printedAs(ctx, doc, p, fmt.Sprintf("%s %s", title, p.DocketNumber))
}

// latest gives when the last of the signers signed or refused.
func latest(p *store.SigningPaper) (at int64) {
	for _, s := range p.Signers {
		at = max(at, s.At)
	}
	return at
}

func signerBlock(s store.PrintedSigner) paper.Block {
	b := paper.Signature{Label: s.Label + "（签名）："}
	switch s.Answer {
	case signing.Signed:
		b.Picture = s.Image
		b.Lines = []string{chineseTime(s.At)}
		if s.Agent != "" {
			b.Lines = append([]string{"由代理人" + s.Agent + "签名"}, b.Lines...)
		}
	case signing.Refused:
		text := s.Label + "拒绝签名（" + chineseTime(s.At) + "）。"
		if s.Reason != "" {
			text = s.Label + "拒绝签名，理由：" + s.Reason + "（" + chineseTime(s.At) + "）。"
		}
		return paper.Para{Runs: paper.Plain(text), Flush: true}
	}
	return b
}

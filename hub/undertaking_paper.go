package hub

import (
	"context"
	"strings"

	"microcourt/hub/paper"
	"microcourt/store"
)

// keepUndertaking prints what a witness promises, as it was shown, with the signature that it bears (民事诉讼法解释 第一百一十九条), and keeps it.
func (h *Hub) keepUndertaking(ctx context.Context, actor Actor, text *NoticeText, g *store.Guest, sig *store.Signature) (*Document, string, error) {
	now := h.now()
	blocks := []paper.Block{paper.Title(text.Title)}
	for _, p := range strings.Split(text.Text, "\n\n") {
		blocks = append(blocks, paper.Para{Runs: paper.Plain(p)})
	}
	blocks = append(blocks, paper.Space(6),
		paper.Signature{Label: g.Standing + "　" + g.Name + "（签名）：", Picture: sig.Image, Lines: []string{chineseTime(now.UnixMilli())}},
		paper.Para{Runs: paper.Plain("保证书内容校验值（SHA-256）：" + text.SHA256 + "，已记入案件记录，可以核验。"), Small: true, Flush: true, Align: paper.Left})
	doc, err := h.printedAs(ctx, paper.Doc{Title: text.Title, Author: g.Name, Date: now, Footer: text.Title, Blocks: blocks}, text, text.Title+" "+g.Name)
	if err != nil {
		return nil, "", err
	}
	file, err := h.keepPaper(ctx, actor, doc)
	return doc, file, err
}

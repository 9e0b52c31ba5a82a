package hub

import (
	"context"
	"fmt"
	"strings"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// printTranscript prints a transcript with its corrections, granted or not: with lines to sign on as it is laid before the participants, or with the signatures and refusals that there are and
// what they are bound to.
func (h *Hub) printTranscript(ctx context.Context, p *store.TranscriptPaper, bears bool) (*Document, error) {
	s := &p.Hearing
	title := transcript.Title(s)
	flush := func(label, text string) paper.Block {
		return paper.Para{Runs: paper.Labelled(label, text), Flush: true, Align: paper.Left}
	}
	blocks := []paper.Block{paper.Title(title), flush("案号：", p.DocketNumber), flush("案由：", p.Cause)}
	if s.StartedAt != 0 {
		held := chineseTime(s.StartedAt)
		if s.EndedAt != 0 {
			held += "至" + chineseTime(s.EndedAt)
		}
		blocks = append(blocks, flush("时间：", held))
	}
	openly := "公开"
	if !s.Public {
		openly = "不公开"
	}
	blocks = append(blocks, flush("方式：", "在线，"+openly))
	of := speakers(s)
	var bench, present []string
	for i := range s.Seats {
		switch seat := &s.Seats[i]; {
		case seat.Gone || seat.EnteredAt == 0 && !seat.Offline:
		case seat.Role.OfCourt():
			bench = append(bench, seat.Standing+"　"+seat.Name)
		default:
			text := seat.Standing + "　" + seat.Name
			if seat.Offline {
				text += "（到庭参加）"
			}
			present = append(present, text)
		}
	}
	blocks = append(blocks, flush("审判人员和书记员：", strings.Join(bench, "，")), flush("诉讼参与人：", strings.Join(present, "，")), paper.Space(6))
	lines, closing := spokenLines(p, of), "以上笔录交诉讼参与人阅读。认为记录有遗漏或者差错的申请及处理情况记在相应内容之后。"
	bound := "诉讼参与人的签名针对校验值（SHA-256）为" + p.State.SHA256 + "的笔录原文作出；证人的签名针对其作证部分作出，校验值记在签名下。均已记入案件记录，可以核验。"
	whole := "笔录内容校验值（SHA-256）：" + p.LinesHash
	if s.Replaced() {
		lines, closing = recordedFiles(p, of), "以上录音录像文件及其校验值交诉讼参与人核对确认。"
		bound = "诉讼参与人的签名针对校验值（SHA-256）为" + p.State.SHA256 + "的本确认书原文作出；证人的签名针对其作证部分的文件作出，校验值记在签名下。均已记入案件记录，可以核验。"
		whole = "录音录像完整性校验值（各文件校验值按升序排列，每个后加换行，取SHA-256）：" + p.Integrity
	}
	blocks = append(blocks, lines...)
	blocks = append(blocks, paper.Space(6), paper.Para{Runs: paper.Plain(closing), Small: true, Flush: true})
	if bears {
		for i := range p.State.Signers {
			blocks = append(blocks, transcriptSigner(&p.State.Signers[i], p.Images))
		}
		blocks = append(blocks, paper.Space(6), paper.Para{Small: true, Flush: true, Align: paper.Left, Runs: paper.Plain(bound)})
	} else {
		for _, signer := range p.Signers() {
			blocks = append(blocks, paper.Signature{Label: signer.Standing + "　" + signer.Name + "（签名）："})
		}
	}
	blocks = append(blocks, paper.Para{Runs: paper.Plain(whole), Small: true, Flush: true, Align: paper.Left})
	doc := paper.Doc{Title: title, Author: p.Court, Date: h.now(), Footer: p.DocketNumber + "　" + title, Blocks: blocks}
	return h.printedAs(ctx, doc, p, fmt.Sprintf("%s %s", title, p.DocketNumber))
}

// spokenLines are the lines of a transcript, each with the corrections of it.
func spokenLines(p *store.TranscriptPaper, of map[string]string) (blocks []paper.Block) {
	for _, l := range p.Lines {
		switch l.Kind {
		case transcript.Heading:
			blocks = append(blocks, paper.Heading(l.Text))
		case transcript.Note:
			blocks = append(blocks, paper.Para{Runs: paper.Plain("（" + l.Text + "）")})
		default:
			blocks = append(blocks, paper.Para{Runs: paper.Labelled(of[l.Speaker]+"：", l.Text)})
		}
		for _, c := range p.State.Corrections {
			if c.Line == l.ID {
				blocks = append(blocks, paper.Para{Runs: paper.Plain(correctionWords(&c, of)), Small: true, Flush: true})
			}
		}
	}
	return blocks
}

// speakers gives how each seat is called before what it says: by its standing, with the name where several have the same.
func speakers(s *hearing.State) map[string]string {
	count := map[string]int{}
	for i := range s.Seats {
		count[s.Seats[i].Standing]++
	}
	names := map[string]string{}
	for i := range s.Seats {
		p := &s.Seats[i]
		if names[p.ID] = p.Standing; count[p.Standing] > 1 {
			names[p.ID] += "　" + p.Name
		}
	}
	return names
}

func correctionWords(c *transcript.Correction, of map[string]string) string {
	text := fmt.Sprintf("〔%s于%s申请补正为：“%s”", of[c.Seat], chineseTime(c.At), c.Text)
	if c.Reason != "" {
		text += "，理由：" + c.Reason
	}
	switch {
	case !c.Answered:
		return text + "。〕"
	case c.Granted:
		text += "。法庭准许补正"
	default:
		text += "。法庭认为不应补正"
	}
	if c.Answer != "" {
		text += "，理由：" + c.Answer
	}
	return text + "（" + chineseTime(c.AnsweredAt) + "）。〕"
}

func transcriptSigner(p *transcript.Signer, images map[string][]byte) paper.Block {
	label := p.Standing + "　" + p.Name
	switch p.Answer {
	case transcript.Signed:
		return paper.Signature{Label: label + "（签名）：", Picture: images[p.Seat], Lines: []string{chineseTime(p.At), p.SHA256[:16] + "……"}}
	case transcript.Refused:
		text := label + "拒绝签名"
		if p.NotedBy != "" {
			text += "，由法庭记明"
		}
		if p.Reason != "" {
			text += "，理由：" + p.Reason
		}
		return paper.Para{Runs: paper.Plain(text + "（" + chineseTime(p.At) + "）。"), Flush: true}
	}
	return paper.Signature{Label: label + "（签名）："}
}

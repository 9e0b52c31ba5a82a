package hub

import (
	"fmt"
	"strconv"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court/hearing"
)

// recordedFiles are what stands in place of a transcript's lines where the recording stands in place of the transcript (庭审录音录像规定 第八条、第九条): who agreed, the recording's files with
// their hashes, and what of the hearing was not recorded.
func recordedFiles(p *store.TranscriptPaper, of map[string]string) []paper.Block {
	s := &p.Hearing
	blocks := []paper.Block{paper.Para{Runs: paper.Plain("经法庭提议，下列当事人同意以本次" + hearing.TypeNames[s.Type].ZH + "的录音录像代替笔录：")}}
	for _, a := range s.Replacement.Answers {
		if a.Agrees {
			blocks = append(blocks, paper.Para{Runs: paper.Plain(p.Parties[a.Party] + "（" + chineseTime(a.At) + "）")})
		}
	}
	t := paper.Table{Columns: []paper.Column{{Head: "序号", Width: 0.7, Align: paper.Center}, {Head: "内容", Width: 2.2}, {Head: "开始及时长", Width: 2.2}, {Head: "校验值（SHA-256）", Width: 4.4}}}
	for i, f := range p.Recorded {
		what := fmt.Sprintf("第%d段%s", f.Part, hearing.MediumNames[f.Media].ZH)
		if f.Seat != "" {
			what += "　" + of[f.Seat]
		}
		t.Rows = append(t.Rows, []string{strconv.Itoa(i + 1), what, chineseTime(f.At) + "\n" + minutes(f.Duration), f.SHA256})
	}
	blocks = append(blocks, paper.Heading("录音录像文件"), t)
	_, gaps := s.Timeline(coverage(p.Recorded), s.EndedAt)
	for _, g := range gaps {
		blocks = append(blocks, paper.Para{Runs: paper.Plain(fmt.Sprintf("自%s起%s没有录音录像，原因：%s。", chineseTime(g.From), minutes(g.To-g.From), hearing.GapNames[g.Reason].ZH)), Small: true, Flush: true})
	}
	return blocks
}

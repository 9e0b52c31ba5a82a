package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/exact"
	"microcourt/store/court/risk"
)

// ListQuestionnaires gives the questionnaires by which risks are assessed, for everybody.
type ListQuestionnaires struct{}

func (l ListQuestionnaires) rule() rule { return rule{act: court.ActToolUse} }

func (l ListQuestionnaires) do(context.Context, *Hub, Actor, *court.Standing) ([]risk.Questionnaire, error) {
	return risk.Questionnaires, nil
}

// AssessRisk makes a report of risks with this court's fees, for everybody. Nothing of it is kept.
type AssessRisk struct {
	Dispute string
	Answers risk.Answers
	Amount  int64 // 分
}

func (a AssessRisk) rule() rule { return rule{act: court.ActToolUse} }

func (a AssessRisk) do(_ context.Context, h *Hub, _ Actor, _ *court.Standing) (*risk.Report, error) {
	return risk.Assess(a.Dispute, a.Answers, a.Amount, h.figures.Fees)
}

// KeepRiskReport makes a report of risks and keeps it as the actor's own.
type KeepRiskReport struct {
	ID string
	AssessRisk
}

func (k KeepRiskReport) rule() rule { return rule{act: court.ActRiskKeep} }

func (k KeepRiskReport) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*store.KeptRiskReport, error) {
	report, err := k.AssessRisk.do(ctx, h, actor, st)
	if err != nil {
		return nil, err
	}
	return h.store.KeepRiskReport(ctx, store.RiskKeep{ID: k.ID, PersonID: actor.PersonID, SessionID: actor.SessionID, Answers: k.Answers, Report: report})
}

// ListRiskReports gives the actor's kept reports.
type ListRiskReports struct{}

func (l ListRiskReports) rule() rule { return rule{act: court.ActRiskKeep} }

func (l ListRiskReports) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) ([]store.KeptRiskReport, error) {
	return h.store.RiskReports(ctx, actor.PersonID)
}

// RemoveRiskReport forgets one of the actor's kept reports.
type RemoveRiskReport struct{ ID string }

func (r RemoveRiskReport) rule() rule { return rule{act: court.ActRiskKeep} }

func (r RemoveRiskReport) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (Nothing, error) {
	return Nothing{}, h.store.RemoveRiskReport(ctx, actor.PersonID, actor.SessionID, r.ID)
}

// PrintRiskReport prints one of the actor's kept reports.
type PrintRiskReport struct{ ID string }

func (p PrintRiskReport) rule() rule { return rule{act: court.ActRiskKeep} }

func (p PrintRiskReport) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*Document, error) {
	kept, err := h.store.RiskReport(ctx, actor.PersonID, p.ID)
	if err != nil {
		return nil, err
	}
	if err := h.pleadings.take(actor.PersonID, h.now()); err != nil {
		return nil, err
	}
	return h.printed(ctx, riskDoc(kept))
}

// riskPaperTitle is how the report is called.
const riskPaperTitle = "诉讼风险告知"

var severityNames = map[risk.Severity]string{risk.High: "高", risk.Medium: "中", risk.Hint: "提示"}

// riskDoc sets a report of risks.
func riskDoc(kept *store.KeptRiskReport) paper.Doc {
	r, at := &kept.Report, time.UnixMilli(kept.CreatedAt).In(courtZone)
	number := strings.ToUpper(kept.ID[max(0, len(kept.ID)-8):])
	plain := func(text string) paper.Para { return paper.Para{Runs: paper.Plain(text), Flush: true} }
	all := []paper.Block{
		paper.Title(riskPaperTitle),
		plain("纠纷类型：" + r.Name.ZH),
		plain(fmt.Sprintf("诉讼标的额：%s元", exact.FormatFen(r.Amount))),
		plain(fmt.Sprintf("预计案件受理费：%s元（适用简易程序，或者调解、撤诉减半后 %s元）", amountText(r.Fee.Amount), amountText(r.HalfFee))),
		paper.Heading("您需要重点注意"),
	}
	all = append(all, riskBlocks(r.Risks)...)
	all = append(all, paper.Heading("一般提示"))
	all = append(all, riskBlocks(r.Hints)...)
	all = append(all, paper.Heading("您的回答"))
	answers := paper.Table{Columns: []paper.Column{{Head: "问题", Width: 1}, {Head: "回答", Width: 1.2}}}
	for _, a := range r.Answers {
		var said []string
		for _, text := range a.Answers {
			said = append(said, text.ZH)
		}
		answers.Rows = append(answers.Rows, []string{a.Question.ZH, strings.Join(said, "；")})
	}
	all = append(all, answers,
		paper.Para{Runs: paper.Plain("本评估根据您填写的内容自动生成，仅作诉讼参考，不是法律意见，也不影响法院裁判。"), Small: true},
		paper.Para{Runs: paper.Plain("评估时间：" + at.Format("2006年1月2日 15:04") + "　编号：" + number), Align: paper.Right, Flush: true, Small: true})
	return paper.Doc{Title: riskPaperTitle, Date: at, Footer: riskPaperTitle + "　" + number, Blocks: all}
}

func riskBlocks(list []risk.Risk) (all []paper.Block) {
	for i, r := range list {
		all = append(all, paper.Para{Runs: paper.Labelled(fmt.Sprintf("%d．%s（%s）　", i+1, r.Title.ZH, severityNames[r.Severity]), r.Text.ZH)})
		for _, b := range r.Basis {
			all = append(all, paper.Para{Runs: paper.Plain("依据：" + b.ZH), Small: true})
		}
	}
	return all
}

// amountText gives an amount in yuan, or the range within which it is fixed locally.
func amountText(a exact.Amount) string {
	if a.Min == a.Max {
		return exact.FormatFen(a.Min)
	}
	return exact.FormatFen(a.Min) + "至" + exact.FormatFen(a.Max)
}

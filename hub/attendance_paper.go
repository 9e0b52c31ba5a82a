package hub

import (
	"context"
	"fmt"
	"strings"
	"time"

	"microcourt/hub/paper"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// ReadAttendance gives the court who attended a hearing, and how each came and went.
type ReadAttendance struct{ CaseID, Hearing string }

func (r ReadAttendance) rule() rule { return rule{act: court.ActHearingReport, caseID: r.CaseID} }

func (r ReadAttendance) do(ctx context.Context, h *Hub, _ Actor, _ *court.Standing) (*hearing.Attendance, error) {
	return h.store.Attendance(ctx, r.CaseID, r.Hearing)
}

// PrintAttendance prints it.
type PrintAttendance struct{ CaseID, Hearing string }

func (p PrintAttendance) rule() rule { return rule{act: court.ActHearingReport, caseID: p.CaseID} }

func (p PrintAttendance) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*Document, error) {
	a, err := h.store.Attendance(ctx, p.CaseID, p.Hearing)
	if err != nil {
		return nil, err
	}
	card, err := h.store.Case(ctx, p.CaseID, actor.PersonID)
	if err != nil {
		return nil, err
	}
	return h.printAttendance(ctx, a, &card)
}

const attendanceTitle = "庭审到庭情况"

var momentWords = map[court.Kind]string{court.KindHearingEntered: "进入", court.KindHearingAdmitted: "准许入庭", court.KindHearingCalled: "传唤到庭", court.KindHearingDismissed: "准许退庭",
	court.KindHearingRemoved: "请出法庭", court.KindHearingWarned: "警告"}

var goingWords = map[hearing.Going]string{hearing.GoingLeft: "自行离开", hearing.GoingDropped: "网络断线"}

func (h *Hub) printAttendance(ctx context.Context, a *hearing.Attendance, card *store.CaseCard) (*Document, error) {
	t := paper.Table{Columns: []paper.Column{{Head: "参与人", Width: 2.4}, {Head: "到庭", Width: 1.6, Align: paper.Center}, {Head: "经过", Width: 6}}}
	s := &a.State
	newest := s.Notified
	for _, p := range a.Seats {
		seat := s.Seat(p.Seat)
		if seat == nil {
			continue
		}
		var lines []string
		for _, at := range p.Reminded {
			lines = append(lines, chineseTime(at)+" 短信提醒")
			newest = max(newest, at)
		}
		for _, m := range p.Moments {
			newest = max(newest, m.At)
			if m.Kind == court.KindHearingLeft {
				lines = append(lines, chineseTime(m.At)+" "+goingWords[hearing.Going(m.Reason)]+awayWords(s, m))
				continue
			}
			line := chineseTime(m.At) + " " + momentWords[m.Kind]
			if m.Reason != "" {
				line += "：" + m.Reason
			}
			if m.Kind == court.KindHearingRemoved {
				line += awayWords(s, m)
			}
			lines = append(lines, line)
		}
		t.Rows = append(t.Rows, []string{seat.Standing + "　" + seat.Name, presentWords(seat, p.Present), strings.Join(lines, "\n")})
	}
	facts := []paper.Block{
		paper.Title(attendanceTitle),
		paper.Para{Runs: paper.Labelled("案号：", card.DocketNumber), Flush: true, Align: paper.Left},
		paper.Para{Runs: paper.Labelled("庭审：", s.Title), Flush: true, Align: paper.Left},
		paper.Para{Runs: paper.Labelled("开庭时间：", chineseTime(s.At)+"，"+chineseTime(s.Notified)+"通知"), Flush: true, Align: paper.Left},
	}
	if s.StartedAt != 0 {
		facts = append(facts, paper.Para{Runs: paper.Labelled("实际开庭：", fmt.Sprintf("%s，开庭时间合计%s", chineseTime(s.StartedAt), minutes(a.Session))), Flush: true, Align: paper.Left})
	}
	doc := paper.Doc{Title: attendanceTitle, Author: card.Court, Date: time.UnixMilli(newest), Footer: card.DocketNumber + "　" + attendanceTitle,
		Blocks: append(facts, t, paper.Para{Runs: paper.Plain("本页由系统根据庭审记录生成。网络断线与自行离开分别记载。"), Small: true, Flush: true})}
	return h.printedAs(ctx, doc, a, attendanceTitle+" "+card.DocketNumber)
}

func presentWords(p *hearing.Seat, ms int64) string {
	switch {
	case p.Offline:
		return "线下参加"
	case p.EnteredAt == 0:
		return "未到庭"
	case ms == 0:
		return "仅候审"
	}
	return minutes(ms)
}

// awayWords say how long somebody was away, where it is known.
func awayWords(s *hearing.State, m hearing.Moment) string {
	switch {
	case m.Away != 0:
		return "，" + minutes(m.Away) + "后返回"
	case s.Status.Over() && m.At < s.EndedAt:
		return "，未再进入"
	}
	return ""
}

func minutes(ms int64) string { return fmt.Sprintf("%d分%02d秒", ms/60_000, ms/1000%60) }

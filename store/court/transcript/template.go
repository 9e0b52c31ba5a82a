package transcript

import (
	"fmt"
	"strings"

	"microcourt/store/court/exact"
	"microcourt/store/court/hearing"
)

// Facts are what templates say of the case.
type Facts struct{ Court, DocketNumber, Cause string }

// Template is lines that a transcript usually has at some point, for the clerk to put in with one tap. Lines to be filled in have no text.
type Template struct {
	Phase hearing.Phase `json:"phase" enum:"preparation,identity,rights,recusal,investigation,evidence,debate,final_statements,mediation,pronouncement"`
	Name  exact.Text    `json:"name"`
	Lines []Line        `json:"lines" nullable:"false" doc:"without id and time"`
}

// Templates gives those of a hearing, in the order of its steps. What is said is what courts usually say (民事诉讼法 第一百四十条至第一百四十五条; 行政诉讼法 第五十五条).
func Templates(s *hearing.State, f Facts) []Template {
	d := drafting{s: s, f: f}
	for i := range s.Seats {
		p := &s.Seats[i]
		switch {
		case p.Gone || p.Offline:
		case p.Role == hearing.Clerk && d.clerk == "":
			d.clerk = p.ID
		case p.Role == hearing.Party || p.Role == hearing.Representative:
			d.people = append(d.people, p)
		}
	}
	if d.clerk == "" {
		d.clerk = s.Presiding
	}
	var list []Template
	for _, phase := range hearing.Phases(s.Type) {
		d.lines = nil
		d.add(Heading, "", hearing.PhaseNames[phase].ZH)
		d.phase(phase)
		list = append(list, Template{phase, hearing.PhaseNames[phase], d.lines})
	}
	return list
}

// drafting puts a template together.
type drafting struct {
	s      *hearing.State
	f      Facts
	clerk  string
	people []*hearing.Seat
	lines  []Line
}

func (d *drafting) add(kind Kind, speaker, text string) {
	d.lines = append(d.lines, Line{Kind: kind, Speaker: speaker, Text: text})
}

func (d *drafting) judge(text string) { d.add(Speech, d.s.Presiding, text) }

// each leaves a line for every party of a side to answer, claimant, respondent or third; with "" for the representatives too.
func (d *drafting) each(side string) {
	for _, p := range d.people {
		if side == "" || p.Role == hearing.Party && sideOf(p.Standing) == side {
			d.add(Speech, p.ID, "")
		}
	}
}

// sideOf tells the sides by how their standings begin.
func sideOf(standing string) string {
	switch {
	case strings.HasPrefix(standing, "被"):
		return "respondent"
	case strings.HasPrefix(standing, "第三人"):
		return "third"
	}
	return "claimant"
}

func (d *drafting) phase(phase hearing.Phase) {
	switch phase {
	case hearing.Preparation:
		d.add(Speech, d.clerk, "请诉讼参与人遵守法庭纪律：服从法庭指挥；发言须经许可；未经准许不得录音、录像、截屏或者传播庭审情况；不得擅自离开画面。")
		d.add(Speech, d.clerk, "报告审判长：应到庭的诉讼参与人到庭情况已核对，可以开庭。")
		openly := "公开"
		if !d.s.Public {
			openly = "依法不公开"
		}
		d.judge(fmt.Sprintf("现在开庭。%s今天以在线方式%s审理%s%s一案。", d.f.Court, openly, d.f.DocketNumber, d.f.Cause))
	case hearing.Identity:
		d.judge("现在核对当事人及其他诉讼参与人的身份。")
		d.each("")
		d.judge("各方对对方出庭人员的身份有无异议？")
		d.each("")
	case hearing.Instruction:
		d.judge("当事人在庭审中享有下列权利：申请回避，提出证据，进行辩论，请求调解，进行最后陈述；同时应当遵守法庭纪律，如实陈述，依法行使诉讼权利。各方是否听清？")
		d.each("")
	case hearing.Recusal:
		d.judge("各方是否申请审判人员、书记员回避？")
		d.each("")
	case hearing.Investigation:
		d.judge("现在进行法庭调查。请陈述诉讼请求、事实和理由。")
		d.each("claimant")
		d.judge("请答辩。")
		d.each("respondent")
		d.each("third")
		d.judge("根据各方的陈述，本案的争议焦点是：")
	case hearing.Evidence:
		d.judge("现在举证、质证。请围绕争议焦点出示证据，说明证据的来源和证明目的；对方对证据的真实性、合法性、关联性发表意见。")
	case hearing.Debate:
		d.judge("法庭调查结束，现在进行法庭辩论。请围绕争议焦点发表意见。")
		d.each("claimant")
		d.each("respondent")
		d.each("third")
	case hearing.Final:
		d.judge("请各方作最后陈述。")
		d.each("claimant")
		d.each("respondent")
		d.each("third")
	case hearing.Mediating:
		d.judge("各方是否愿意在法庭主持下进行调解？")
		d.each("")
	case hearing.Pronouncement:
		d.judge("庭审笔录交各方阅读。认为对自己的陈述记录有遗漏或者差错的，可以当庭或者在五日内申请补正，核对后签名。现在闭庭。")
	}
}

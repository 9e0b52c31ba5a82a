package efile

import (
	"cmp"
	"fmt"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// hearingWords are what happens in a hearing, in the words of its sheet. What is set of a seat from moment to moment, and what is shown, is no matter of the file.
var hearingWords = map[court.Kind]string{
	court.KindHearingScheduled: "确定开庭时间", court.KindHearingWaived: "放弃开庭三日通知期限", court.KindHearingPostponed: "变更开庭时间", court.KindHearingCancelled: "取消开庭", court.KindHearingOffline: "庭审转为线下",
	court.KindHearingOpened: "开放候审", court.KindHearingStarted: "开庭", court.KindHearingAdjourned: "休庭", court.KindHearingResumed: "继续开庭", court.KindHearingPaused: "审判人员离席，庭审暂停", court.KindHearingClosed: "闭庭",
	court.KindHearingWitness: "传唤证人", court.KindHearingEntered: "进入", court.KindHearingLeft: "离开", court.KindHearingChecked: "核对身份", court.KindHearingAdmitted: "准许入庭", court.KindHearingCalled: "传唤到庭作证",
	court.KindHearingDismissed: "作证完毕，准许退庭", court.KindHearingRemoved: "请出法庭", court.KindHearingWarned: "警告", court.KindHearingPhase: "庭审阶段", court.KindHearingConsultation: "合议庭评议", court.KindHearingRecording: "录音录像",
	court.KindHearingStatement: "提交庭审视频", court.KindHearingUndertaking: "证人签署保证书", court.KindRecordingShared: "准许观看庭审录音录像", court.KindHearingInterrupted: "音视频中断",
	court.KindReplaceProposed: "提议以录音录像代替笔录", court.KindReplaceAnswered: "以录音录像代替笔录",
}

type hearingSaid struct {
	Hearing, Title, Seat, Party, Reason, Name, Standing string

	At       int64
	Minutes  int
	Length   int64
	Public   bool
	On       bool
	Agrees   bool
	Replaced bool
	Phase    hearing.Phase
	Part     int
	State    hearing.RecordingState
	Page     *page
	Document *page // a witness's undertaking
	Files    []hearing.RecordedFile
}

var (
	recordingWords = map[hearing.RecordingState]string{hearing.RecordingStarted: "开始", hearing.RecordingEnded: "结束", hearing.RecordingFailed: "故障", hearing.RecordingAdded: "文件"}
	breakReasons   = map[string]string{string(hearing.BreakMoved): "转到另一台服务器", string(hearing.BreakLost): "服务器故障"}
)

// takeHearing keeps the log of a hearing; its steps stand in the course of the case too.
func takeHearing(f *File, e *event) {
	kind := court.Kind(e.Kind)
	if courseWords[kind] != "" {
		takeCourse(f, e)
	}
	b := read[hearingSaid](e)
	p, made := f.paper(e, Hearings, b.Hearing)
	if made {
		p.Title, p.From = b.Title+"情况", f.cover.Court
		s := p.newSheet(p.Title)
		s.row("时间", fmt.Sprintf("%s，预计%d分钟", moment(b.At), b.Minutes))
		open := map[bool]string{true: "公开", false: "不公开"}[b.Public]
		s.row("方式", "在线，"+open+because(b.Reason))
		s.row(moment(e.At), f.name(e.By)+hearingWords[kind])
		return
	}
	p.sheet().row(moment(e.At), f.hearingLine(e, kind, b))
	for _, r := range b.Files {
		who := ""
		if r.Seat != "" {
			who = f.name(r.Seat)
		}
		p.sheet().row(moment(r.At), fmt.Sprintf("第%d段%s%s，%d秒，SHA-256 %s", b.Part, who, hearing.MediumNames[r.Media].ZH, r.Duration/1000, r.SHA256))
	}
	if b.Page != nil {
		p.addFiles(e, hearingWords[kind], []page{*b.Page})
	}
	if b.Document != nil {
		p.addFiles(e, f.name(b.Seat)+"保证书", []page{*b.Document})
	}
}

func (f *File) hearingLine(e *event, kind court.Kind, b hearingSaid) string {
	if kind == court.KindHearingWitness {
		f.names[b.Seat] = b.Standing + b.Name
	}
	words := hearingWords[kind]
	switch kind {
	case court.KindHearingUndertaking:
		return f.name(b.Seat) + "签署证人保证书"
	case court.KindHearingEntered:
		return f.name(b.Seat) + words
	case court.KindHearingLeft:
		return f.name(b.Seat) + map[string]string{string(hearing.GoingLeft): words, string(hearing.GoingDropped): "网络断线"}[b.Reason]
	case court.KindHearingPaused:
		return f.name(b.Seat) + words
	case court.KindHearingPostponed:
		words += "为" + moment(b.At)
	case court.KindHearingPhase, court.KindHearingStatement:
		words += "：" + hearing.PhaseNames[b.Phase].ZH
	case court.KindHearingConsultation:
		words = map[bool]string{true: "开始", false: "结束"}[b.On] + words
	case court.KindHearingRecording:
		words += fmt.Sprintf("第%d段%s", b.Part, recordingWords[b.State])
		b.Reason = cmp.Or(hearing.GapNames[b.Reason].ZH, b.Reason)
	case court.KindHearingInterrupted:
		words += fmt.Sprintf("%.1f秒", float64(b.Length)/1000)
		b.Reason = breakReasons[b.Reason]
	case court.KindReplaceAnswered:
		words = map[bool]string{true: "同意", false: "不同意"}[b.Agrees] + words
	case court.KindHearingClosed:
		if b.Replaced {
			words += "；各方当事人均已同意，以录音录像代替笔录"
		}
	case court.KindReplaceProposed:
		if !b.On {
			words = "撤回" + words
		}
	case court.KindRecordingShared:
		if !b.On {
			words = "不再" + words
		}
	}
	for _, id := range []string{b.Seat, b.Party} {
		if id != "" && id != e.By {
			words += "：" + f.name(id)
		}
	}
	return f.name(e.By) + words + because(b.Reason)
}

package efile

import (
	"cmp"
	"fmt"

	"microcourt/store/court"
)

// transcriptWords are what becomes of a transcript, in the words of its sheet.
var transcriptWords = map[court.Kind]string{
	court.KindTranscriptPresented: "送交核对", court.KindTranscriptReopened: "收回继续记录", court.KindCorrectionAsked: "申请补正", court.KindCorrectionAnswered: "处理补正申请",
	court.KindTranscriptSigned: "签名", court.KindTranscriptRefused: "拒绝签名", court.KindTranscriptClosed: "结束签署",
}

type transcriptSaid struct {
	Hearing, Title, Seat, Was, Text, Reason string

	Version, Number          int
	Granted, Noted, Complete bool
	LinesHash                string `json:"lines_sha256"`
	Integrity                string `json:"recording_sha256"`
	Document                 *page
	Signed                   *struct{ SHA256 string }
}

// takeTranscript keeps each version of a transcript with what was asked, answered and signed.
func takeTranscript(f *File, e *event) {
	kind := court.Kind(e.Kind)
	b := read[transcriptSaid](e)
	p, made := f.paper(e, Hearings, "transcript-"+b.Hearing)
	if made {
		p.Title, p.From = b.Title, f.cover.Court
		p.newSheet(b.Title + "核对、签署情况")
	}
	p.Title = cmp.Or(b.Title, p.Title)
	who, words := f.name(e.By), transcriptWords[kind]
	switch kind {
	case court.KindTranscriptPresented:
		words += fmt.Sprintf("（第%d稿），内容校验值 %s", b.Version, b.LinesHash)
		if b.Integrity != "" {
			words += "，录音录像完整性校验值 " + b.Integrity
		}
	case court.KindCorrectionAsked:
		who, words = f.name(b.Seat), words+fmt.Sprintf("：第%d段“%s”补正为“%s”", b.Number, b.Was, b.Text)
	case court.KindCorrectionAnswered:
		words += map[bool]string{true: "：准许", false: "：不予补正"}[b.Granted]
	case court.KindTranscriptSigned:
		who = f.name(b.Seat)
	case court.KindTranscriptRefused:
		if who = f.name(b.Seat); b.Noted {
			words += "（" + f.name(e.By) + "记明）"
		}
	}
	if b.Document != nil {
		words += "，文书校验值 " + b.Document.SHA256
		p.addFiles(e, p.Title, []page{*b.Document})
	}
	if b.Signed != nil {
		words += "，所签内容校验值 " + b.Signed.SHA256
	}
	if b.Complete {
		words += "；全部签名完毕"
	}
	p.sheet().row(moment(e.At), who+words+because(b.Reason))
}

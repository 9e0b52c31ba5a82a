package efile

import (
	"fmt"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/fee"
)

// page is a file that an event names.
type page struct {
	Attachment string
	SHA256     string
	Media      court.PageMedia
	Turn       int
}

// takers say what the events make of the file. What has none is no matter of it.
var takers map[court.Kind]func(f *File, e *event)

func init() { // the functions refer to each other
	takers = map[court.Kind]func(f *File, e *event){
		court.KindFeeNotice: takeFee, court.KindFeeChanged: takeFeeChange,
		court.KindApplication: takeApplication, court.KindApplicationAnswered: takeAnswer, court.KindApplicationSupplemented: takeSupplement, court.KindApplicationRevoked: takeRevocation,
		court.KindExhibitsSubmitted: takeExhibits, court.KindExhibitWithdrawn: takeExhibitNote, court.KindOpinion: takeOpinion, court.KindOriginalChecked: takeExhibitNote, court.KindExhibitRuled: takeExhibitNote,
		court.KindSigningOpened: takeSigning, court.KindSigned: takeSigned, court.KindSigningRefused: takeSigned, court.KindSigningEnded: takeSigned,
		court.KindDocumentServed: takeServed, court.KindDocumentOpened: takeService, court.KindDocumentConfirmed: takeService, court.KindDocumentDelivered: takeDelivered,
	}
	for kind := range transcriptWords {
		takers[kind] = takeTranscript
	}
	for _, kind := range []court.Kind{court.KindText, court.KindImage, court.KindVoice, court.KindVideo, court.KindFile, court.KindLocation} {
		takers[kind] = takeTalk
	}
	for kind := range courseWords {
		takers[kind] = takeCourse
	}
	for kind := range hearingWords {
		takers[kind] = takeHearing
	}
}

type feeSaid struct {
	Notice, Title, Party, Reason string
	Amount, Due                  int64
	Status                       fee.Status
}

func takeFee(f *File, e *event) {
	b := read[feeSaid](e)
	e.volume = Main // who reads it, reads it as what the party has to pay
	p, _ := f.paper(e, Fees, b.Notice)
	p.Title, p.Party, p.From = "交费通知："+b.Title, b.Party, f.cover.Court
	s := p.newSheet("交费通知")
	s.row("项目", b.Title)
	s.row("交费人", f.name(b.Party))
	s.row("金额", fmt.Sprintf("%d.%02d元", b.Amount/100, b.Amount%100))
	s.row("发出", moment(e.At)+"　"+f.name(e.By))
	s.row("交费期限", moment(b.Due))
}

func takeFeeChange(f *File, e *event) {
	b := read[feeSaid](e)
	p, made := f.paper(e, Fees, b.Notice)
	if !made {
		p.sheet().row(moment(e.At), fee.StatusNames[b.Status].ZH+"　"+f.name(e.By)+because(b.Reason))
	}
}

type applicationSaid struct {
	Application, Name, Title, Party, Mode, State, Decision, Reason, Note string

	ByCourt      bool `json:"by_court"`
	Late         bool
	Document     *page
	Pages, Files []page
	Signed       *struct {
		SHA256 string
		At     int64
	}
}

func takeApplication(f *File, e *event) {
	b := read[applicationSaid](e)
	p, _ := f.paper(e, Applications, b.Application)
	p.Title, p.Party, p.From = b.Title, b.Party, f.name(b.Party)
	if b.Document != nil {
		p.addFiles(e, b.Title, []page{*b.Document})
	}
	p.addFiles(e, b.Title, b.Pages)
	p.addFiles(e, "附件", b.Files)
	s := p.newSheet("申请处理情况")
	s.row("申请", b.Name)
	s.row("申请人", f.name(b.Party))
	by := f.name(e.By)
	if b.ByCourt {
		by += "（法院代为电子化）"
	}
	s.row("提交", moment(e.At)+"　"+by+late(b.Late))
	if b.Signed != nil {
		s.row("签名", moment(b.Signed.At)+"，文书校验值 "+b.Signed.SHA256)
	}
}

func takeAnswer(f *File, e *event) {
	b := read[applicationSaid](e)
	if p, made := f.paper(e, Applications, b.Application); !made {
		words := application.StateNames[application.State(b.State)].ZH
		if b.Decision != "" {
			words = b.Decision
		}
		p.sheet().row(moment(e.At), f.name(e.By)+"："+words+because(b.Reason))
	}
}

func takeSupplement(f *File, e *event) {
	b := read[applicationSaid](e)
	if p, made := f.paper(e, Applications, b.Application); !made {
		p.sheet().row(moment(e.At), f.name(e.By)+"补充材料："+b.Note)
		p.addFiles(e, "补充材料", b.Pages)
	}
}

func takeRevocation(f *File, e *event) {
	b := read[applicationSaid](e)
	if p, made := f.paper(e, Applications, b.Application); !made {
		p.sheet().row(moment(e.At), f.name(e.By)+"撤回申请"+because(b.Reason))
	}
}

type signingSaid struct {
	Signing, Name, Party, Reason string
	Document                     *page
	Signed                       *struct{ SHA256 string }
	State                        string
	Complete                     bool
}

func takeSigning(f *File, e *event) {
	b := read[signingSaid](e)
	p, _ := f.paper(e, Signings, b.Signing)
	p.Title, p.From = b.Name, f.cover.Court
	if b.Document != nil {
		p.addFiles(e, b.Name, []page{*b.Document})
	}
	s := p.newSheet("签名情况")
	s.row("文书", b.Name)
	s.row("提出", moment(e.At)+"　"+f.name(e.By))
}

func takeSigned(f *File, e *event) {
	b := read[signingSaid](e)
	p, made := f.paper(e, Signings, b.Signing)
	if made {
		return
	}
	who := f.name(e.By)
	if b.Party != "" && b.Party != e.By {
		who = f.name(b.Party) + "（" + who + "代）"
	}
	words := map[court.Kind]string{court.KindSigned: "签名", court.KindSigningRefused: "拒绝签名", court.KindSigningEnded: "终结签名"}[court.Kind(e.Kind)]
	if b.Signed != nil {
		words += "，文书校验值 " + b.Signed.SHA256
	}
	if b.Complete {
		words += "；全部签名完毕"
	}
	p.sheet().row(moment(e.At), who+words+because(b.Reason))
}

type servedSaid struct {
	Document, Service, Recipient, Title, Number, Note string

	Kind        court.DocumentKind
	Page        *page
	Way         court.DeliveryWay
	Outcome     court.DeliveryOutcome
	ServedAt    int64 `json:"served_at"`
	DeliveredAt int64 `json:"delivered_at"`
}

func takeServed(f *File, e *event) {
	b := read[servedSaid](e)
	p, made := f.paper(e, Documents, b.Document)
	if made {
		p.Title, p.From = strings.TrimSpace(b.Kind.Name()+"："+b.Title+"　"+b.Number), f.cover.Court
		if b.Page != nil {
			p.addFiles(e, b.Title, []page{*b.Page})
		}
		s := p.newSheet("送达情况（送达回证）")
		s.row("文书", b.Kind.Name()+"："+b.Title)
		if b.Page != nil {
			s.row("文书校验值", b.Page.SHA256)
		}
		s.row("送达人", f.name(e.By))
	}
	p.sheet().row(f.name(b.Recipient), "到达 "+moment(e.At)+served(b.ServedAt))
}

func takeService(f *File, e *event) {
	b := read[servedSaid](e)
	if p, made := f.paper(e, Documents, b.Document); !made {
		words := map[court.Kind]string{court.KindDocumentOpened: "打开 ", court.KindDocumentConfirmed: "签收 "}[court.Kind(e.Kind)]
		p.sheet().row(f.name(e.By), words+moment(e.At)+served(b.ServedAt))
	}
}

func takeDelivered(f *File, e *event) {
	b := read[servedSaid](e)
	p, made := f.paper(e, Documents, b.Document)
	if made {
		p.Title, p.From = b.Title, f.cover.Court
		p.newSheet("送达情况（送达回证）").row("文书", b.Title)
	}
	what := "另行" + b.Way.Name() + " "
	if b.Outcome == court.DeliveryFailed {
		what += "未能送达 "
	}
	p.sheet().row(f.name(b.Recipient), what+moment(b.DeliveredAt)+because(b.Note)+served(b.ServedAt))
	if b.Page != nil {
		p.addFiles(e, "送达凭据", []page{*b.Page})
	}
}

func served(at int64) string {
	if at == 0 {
		return "；尚未视为送达"
	}
	return "；视为送达 " + moment(at)
}

// courseWords are what else belongs into the course of the case.
var courseWords = map[court.Kind]string{
	court.KindNoticeAccepted: "阅读并确认告知书", court.KindVerified: "书记员核验身份", court.KindCaseChanged: "案件信息或者诉讼参与人变更", court.KindFilingAccepted: "立案",
	court.KindExchangeOpened: "组织证据交换", court.KindExchangeChanged: "变更证据交换的时间", court.KindExchangeClosed: "证据交换结束",
	court.KindDeadlineSet: "确定或者变更举证期限", court.KindAddressConfirmed: "确认送达地址", court.KindSpeech: "限制或者恢复发言",
	court.KindConsentDeclared: "就在线诉讼环节作出选择", court.KindStagesTransferred: "诉讼环节线上线下转换",
	court.KindHearingScheduled: "确定开庭时间", court.KindHearingWaived: "放弃开庭三日通知期限", court.KindHearingPostponed: "变更开庭时间", court.KindHearingCancelled: "取消开庭", court.KindHearingOffline: "庭审转为线下",
	court.KindHearingStarted: "开庭", court.KindHearingAdjourned: "休庭", court.KindHearingResumed: "继续开庭", court.KindHearingClosed: "闭庭",
	court.KindReviewExtended: "延长再审审查期限",
	court.KindCopyRequested:  "申请纸质文书", court.KindCopyAnswered: "答复纸质文书申请",
}

// entry is a line of the course of the case.
type entry struct {
	at        int64
	who, what string
	ref       Ref
}

func takeCourse(f *File, e *event) {
	b := read[struct {
		Reason, Note, Party, Participant string
		Deadline                         int64
		EndsAt                           int64 `json:"ends_at"`
	}](e)
	what := courseWords[court.Kind(e.Kind)]
	for _, id := range []string{b.Party, b.Participant} {
		if id != "" && id != e.By {
			what += "（" + f.name(id) + "）"
		}
	}
	for _, at := range []int64{b.Deadline, b.EndsAt} {
		if at != 0 {
			what += "，至" + moment(at)
		}
	}
	f.course = append(f.course, entry{e.At, f.name(e.By), what + because(b.Reason) + because(b.Note), Ref{e.thread, e.Seq}})
}

func because(reason string) string {
	if reason == "" {
		return ""
	}
	return "（" + reason + "）"
}

func late(is bool) string {
	if is {
		return "（逾期）"
	}
	return ""
}

// exhibitNotes is what happened with an exhibit, in the words of its sheet.
type exhibitNotes struct {
	number   int64
	label    string
	opinions int
}

func takeExhibits(f *File, e *event) {
	b := read[struct {
		Party      string
		ByCourt    bool   `json:"by_court"`
		LateReason string `json:"late_reason"`
		Late       bool
		Exhibits   []struct {
			ID, Label, Name, Purpose, Source string

			Number       int64
			Kind         court.EvidenceKind
			OriginalHeld bool `json:"original_held"`
			Pages        []page
		}
	}](e)
	for _, x := range b.Exhibits {
		p, _ := f.paper(e, Evidence, x.ID)
		p.Title, p.Party, p.From = x.Label+"："+x.Name, b.Party, f.name(b.Party)
		f.notes[x.ID] = &exhibitNotes{number: x.Number, label: x.Label}
		s := p.newSheet(x.Label)
		s.row("证据名称", x.Name)
		s.row("种类", x.Kind.Name())
		s.row("证明目的", x.Purpose)
		s.row("来源", x.Source)
		s.row("原件", map[bool]string{true: "提交人持有", false: "复印件"}[x.OriginalHeld])
		by := f.name(e.By)
		if b.ByCourt {
			by += "（法院代为电子化）"
		}
		s.row("提交", moment(e.At)+"　"+by+late(b.Late)+because(b.LateReason))
		for i, pg := range x.Pages {
			s.row(fmt.Sprintf("第%d页校验值", i+1), pg.SHA256)
		}
		p.addFiles(e, x.Label, x.Pages)
	}
}

// takeExhibitNote takes a withdrawal, a check of the original, or a ruling.
func takeExhibitNote(f *File, e *event) {
	b := read[struct{ Exhibit, Reason, Note, State, Ruling string }](e)
	p, made := f.paper(e, Evidence, b.Exhibit)
	if made {
		return
	}
	var words string
	switch court.Kind(e.Kind) {
	case court.KindExhibitWithdrawn:
		words = "撤回"
	case court.KindOriginalChecked:
		words = "原件核对：" + originalWords[court.OriginalState(b.State)]
	default:
		words = "认证：" + rulingWords[court.Ruling(b.Ruling)]
	}
	p.sheet().row(moment(e.At), f.name(e.By)+"　"+words+because(b.Reason)+because(b.Note))
}

var (
	originalWords = map[court.OriginalState]string{court.OriginalUnchecked: "未核对", court.OriginalUndisputed: "对方无异议", court.OriginalNotarised: "已公证",
		court.OriginalMatched: "与原件比对一致", court.OriginalRequired: "需提交原件"}
	rulingWords = map[court.Ruling]string{court.RulingAdmitted: "采信", court.RulingPartly: "部分采信", court.RulingRefused: "不予采信"}
)

func takeOpinion(f *File, e *event) {
	type aspect struct {
		Objection bool
		Text      string
	}
	b := read[struct {
		Exhibit, For, Text                string
		Version                           int64
		ByCourt                           bool `json:"by_court"`
		Authenticity, Legality, Relevance aspect
		Images                            []page
	}](e)
	p, made := f.paper(e, Evidence, b.Exhibit)
	if made {
		return
	}
	var words []string
	for _, a := range []struct {
		name string
		aspect
	}{{"真实性", b.Authenticity}, {"合法性", b.Legality}, {"关联性", b.Relevance}} {
		word := a.name + "无异议"
		if a.Objection {
			word = a.name + "有异议"
		}
		if a.Text != "" {
			word += "：" + a.Text
		}
		words = append(words, word)
	}
	if b.Text != "" {
		words = append(words, b.Text)
	}
	who := f.name(b.For)
	if b.ByCourt {
		who += "（法院代为电子化）"
	}
	if b.Version > 1 {
		who += fmt.Sprintf("（第%d次）", b.Version)
	}
	p.sheet().row(moment(e.At), who+"质证意见："+strings.Join(words, "；"))
	p.addFiles(e, "质证意见附图", b.Images)
}

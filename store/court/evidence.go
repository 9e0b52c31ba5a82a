package court

import (
	"fmt"
	"slices"
	"strings"
)

// EvidenceKind is one of the eight statutory kinds of evidence (民事诉讼法 第六十六条; 行政诉讼法 第三十三条 counts 现场笔录 to the last).
type EvidenceKind string

// The kinds, in the order of the law.
const (
	EvidenceStatement  EvidenceKind = "party_statement"    // 当事人的陈述
	EvidenceDocument   EvidenceKind = "documentary"        // 书证
	EvidencePhysical   EvidenceKind = "physical"           // 物证
	EvidenceAudioVideo EvidenceKind = "audio_visual"       // 视听资料
	EvidenceElectronic EvidenceKind = "electronic_data"    // 电子数据
	EvidenceTestimony  EvidenceKind = "witness_testimony"  // 证人证言
	EvidenceExpert     EvidenceKind = "expert_opinion"     // 鉴定意见
	EvidenceInspection EvidenceKind = "inspection_records" // 勘验笔录
)

// EvidenceKinds lists the kinds in the order of the law.
var EvidenceKinds = []EvidenceKind{EvidenceStatement, EvidenceDocument, EvidencePhysical, EvidenceAudioVideo, EvidenceElectronic,
	EvidenceTestimony, EvidenceExpert, EvidenceInspection}

var evidenceKindNames = [...]string{"当事人的陈述", "书证", "物证", "视听资料", "电子数据", "证人证言", "鉴定意见", "勘验笔录"}

// Name gives the kind as the law words it.
func (k EvidenceKind) Name() string {
	if i := slices.Index(EvidenceKinds, k); i >= 0 {
		return evidenceKindNames[i]
	}
	return string(k)
}

// Limits of a submission. They stand in the protocol document.
const (
	MaxExhibits        = 20  // in one submission
	MaxExhibitPages    = 50  // of one exhibit
	MaxSubmissionPages = 200 // of one submission, all exhibits together
	MaxPartyExhibits   = 500 // of one party in one case
	MaxPurposeRunes    = 1000
	MaxSourceRunes     = 500
	MaxReasonRunes     = 500
)

// ExhibitInput is one exhibit (证据) as somebody hands it in.
type ExhibitInput struct {
	Name         string       `json:"name"`
	Kind         EvidenceKind `json:"kind"`
	Purpose      string       `json:"purpose,omitempty"` // what it is to prove (证明目的)
	Source       string       `json:"source,omitempty"`  // where it comes from (证据来源)
	OriginalHeld bool         `json:"original_held"`     // whether the party holds the original
	Pages        []PageInput  `json:"pages"`
}

// PageInput is a page of an exhibit: an upload of the author's, and the SHA-256 (hex) that the phone computed, or "".
type PageInput struct {
	Attachment string `json:"attachment"`
	SHA256     string `json:"sha256,omitempty"`
	// Turn is how far the page is turned when it is shown, in degrees clockwise: 0, 90, 180 or 270. The file stays as it was sent. Only
	// pictures and PDF can be turned.
	Turn int `json:"turn,omitempty" enum:"0,90,180,270" doc:"degrees clockwise by which it is to be shown turned; for images and PDF"`
}

// CheckExhibits refuses a submission that is not complete. Errors name the field.
func CheckExhibits(list []ExhibitInput) error {
	if len(list) == 0 {
		return ErrInvalid.In("exhibits")
	}
	if err := checkExhibits(list); err != nil {
		return err
	}
	for i, x := range list {
		at := fmt.Sprintf("exhibits[%d].", i)
		switch {
		case strings.TrimSpace(x.Name) == "":
			return ErrInvalid.In(at + "name")
		case x.Kind == "":
			return ErrInvalid.In(at + "kind")
		case strings.TrimSpace(x.Purpose) == "":
			return ErrInvalid.In(at + "purpose")
		case len(x.Pages) == 0:
			return ErrInvalid.In(at + "pages")
		}
	}
	return nil
}

// CheckExhibitsDraft refuses what couldn't stand in a submission whatever is added to it later.
func CheckExhibitsDraft(list []ExhibitInput) error { return checkExhibits(list) }

func checkExhibits(list []ExhibitInput) error {
	if len(list) > MaxExhibits {
		return ErrTooLarge.In("exhibits")
	}
	pages, seen := 0, map[string]bool{}
	for i, x := range list {
		at := fmt.Sprintf("exhibits[%d].", i)
		if err := checkExhibit(x, at); err != nil {
			return err
		}
		if pages += len(x.Pages); pages > MaxSubmissionPages {
			return ErrTooLarge.In("exhibits")
		}
		for n, p := range x.Pages {
			if err := checkPage(p, seen, PageField(at+"pages", n)); err != nil {
				return err
			}
		}
	}
	return nil
}

func validTurn(degrees int) bool { return degrees >= 0 && degrees < 360 && degrees%90 == 0 }

// TakesTurn reports whether a page of this media can be shown turned by so many degrees.
func (m PageMedia) TakesTurn(degrees int) bool {
	return degrees == 0 || validTurn(degrees) && (m == PageImage || m == PagePDF)
}

// PageField names a page in an error: exhibits[0].pages[2].
func PageField(list string, n int) string { return fmt.Sprintf("%s[%d]", list, n) }

// checkPage sees that one file is one page, and notes it in seen.
func checkPage(p PageInput, seen map[string]bool, field string) error {
	if !ValidID(p.Attachment) || seen[p.Attachment] {
		return ErrInvalid.In(field + ".attachment")
	}
	if p.SHA256 != "" && !isSHA256(p.SHA256) {
		return ErrInvalid.In(field + ".sha256")
	}
	if !validTurn(p.Turn) {
		return ErrInvalid.In(field + ".turn")
	}
	seen[p.Attachment] = true
	return nil
}

func checkExhibit(x ExhibitInput, at string) error {
	if x.Kind != "" && !ValidEvidenceKind(x.Kind) {
		return ErrInvalid.In(at + "kind")
	}
	if len(x.Pages) > MaxExhibitPages {
		return ErrTooLarge.In(at + "pages")
	}
	if strings.ContainsAny(x.Name, "\n\t") {
		return ErrInvalid.In(at + "name")
	}
	if err := checkText(x.Name, MaxLabelRunes, at+"name"); err != nil {
		return err
	}
	if err := checkText(x.Purpose, MaxPurposeRunes, at+"purpose"); err != nil {
		return err
	}
	return checkText(x.Source, MaxSourceRunes, at+"source")
}

// ValidEvidenceKind reports whether the law knows the kind.
func ValidEvidenceKind(kind EvidenceKind) bool {
	return slices.Contains(EvidenceKinds, kind)
}

// isSHA256 reports whether s is a SHA-256 in lower-case hex.
func isSHA256(s string) bool {
	return len(s) == 64 && strings.Trim(s, "0123456789abcdef") == ""
}

// CheckReason refuses a reason that is too long, or missing where one is required.
func CheckReason(reason string, required bool, field string) error {
	if required && strings.TrimSpace(reason) == "" {
		return ErrInvalid.In(field)
	}
	return checkText(reason, MaxReasonRunes, field)
}

// ExhibitLabel is how an exhibit is called in the case: 原告证据1. Where several parties have the same standing, the
// party's name tells them apart: 原告张三证据1.
func ExhibitLabel(standing, name string, shared bool, number int64) string {
	if shared {
		standing += name
	}
	return fmt.Sprintf("%s证据%d", standing, number)
}

// PageMedia is what a page of an exhibit is, for who shows it.
type PageMedia string

// The media of pages.
const (
	PageImage PageMedia = "image"
	PagePDF   PageMedia = "pdf"
	PageAudio PageMedia = "audio"
	PageVideo PageMedia = "video"
)

// PageMediaOf says what page a finished upload makes, "" for a file that can't be one. A voice recording in a video
// container is audio.
func PageMediaOf(upload Kind, mediaType string) PageMedia {
	switch {
	case mediaType == "application/pdf":
		return PagePDF
	case TypeFits(KindImage, mediaType):
		return PageImage
	case upload == KindVoice && TypeFits(KindVoice, mediaType), slices.Contains(audioTypes, mediaType):
		return PageAudio
	case TypeFits(KindVideo, mediaType):
		return PageVideo
	}
	return ""
}

// OriginalState says how far the original of an exhibit has been checked (人民法院在线诉讼规则 第十二条, 第十三条).
type OriginalState string

// The states.
const (
	OriginalUnchecked  OriginalState = "unchecked"  // 未核对
	OriginalUndisputed OriginalState = "undisputed" // 对方无异议
	OriginalNotarised  OriginalState = "notarised"  // 已公证
	OriginalMatched    OriginalState = "matched"    // 与原件比对一致
	OriginalRequired   OriginalState = "required"   // 需提交原件
)

// OriginalStates lists the states.
var OriginalStates = []OriginalState{OriginalUnchecked, OriginalUndisputed, OriginalNotarised, OriginalMatched, OriginalRequired}

// CheckOriginal refuses an unknown state, and a demand for the original without a reason.
func CheckOriginal(state OriginalState, note string) error {
	if !slices.Contains(OriginalStates, state) {
		return ErrInvalid.In("state")
	}
	return CheckReason(note, state == OriginalRequired, "note")
}

// Ruling is what the court decides on an exhibit.
type Ruling string

// The rulings.
const (
	RulingAdmitted Ruling = "admitted" // 予以采信
	RulingPartly   Ruling = "partly"   // 部分采信
	RulingRefused  Ruling = "refused"  // 不予采信
)

// CheckRuling refuses an unknown ruling, and one without a reason.
func CheckRuling(r Ruling, reason string) error {
	if r != RulingAdmitted && r != RulingPartly && r != RulingRefused {
		return ErrInvalid.In("ruling")
	}
	return CheckReason(reason, true, "reason")
}

// NeedsCrossExamination reports whether the ruling may stand only on an exhibit that the others could answer to: what was not
// cross-examined is no ground for a decision (民事诉讼法 第七十一条, 人民法院在线诉讼规则 第十五条).
func (r Ruling) NeedsCrossExamination() bool { return r != RulingRefused }

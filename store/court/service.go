package court

import (
	"regexp"
	"slices"
	"strings"
)

// DocumentKind says what a document of the court is (诉讼文书).
type DocumentKind string

// The kinds.
const (
	DocJudgment   DocumentKind = "judgment"   // 判决书
	DocRuling     DocumentKind = "ruling"     // 裁定书
	DocMediation  DocumentKind = "mediation"  // 调解书
	DocDecision   DocumentKind = "decision"   // 决定书
	DocSummons    DocumentKind = "summons"    // 传票
	DocNotice     DocumentKind = "notice"     // 通知书
	DocCopy       DocumentKind = "copy"       // 副本: 起诉状, 上诉状, 再审申请书, 证据
	DocTranscript DocumentKind = "transcript" // 笔录
	DocOther      DocumentKind = "other"
)

var documentKinds = []struct {
	kind DocumentKind
	name string
}{
	{DocJudgment, "判决书"}, {DocRuling, "裁定书"}, {DocMediation, "调解书"}, {DocDecision, "决定书"}, {DocSummons, "传票"},
	{DocNotice, "通知书"}, {DocCopy, "副本"}, {DocTranscript, "笔录"}, {DocOther, "其他文书"},
}

// Name gives the kind in Chinese, "" for an unknown one.
func (k DocumentKind) Name() string {
	for _, d := range documentKinds {
		if d.kind == k {
			return d.name
		}
	}
	return ""
}

// Decides reports whether the law wants a consent of its own for serving it electronically: judgments, rulings and mediation
// statements (民事诉讼法 第九十条, 人民法院在线诉讼规则 第二十九条).
func (k DocumentKind) Decides() bool {
	return k == DocJudgment || k == DocRuling || k == DocMediation
}

// Limits of a document.
const (
	MaxRecipients     = 50
	MaxDocumentDrafts = 20 // of one person in one case
)

// DocumentInput is a document as a clerk prepares it. In a draft everything may still be empty.
type DocumentInput struct {
	Kind       DocumentKind `json:"kind" enum:"judgment,ruling,mediation,decision,summons,notice,copy,transcript,other," doc:"判决书, 裁定书, 调解书, 决定书, 传票, 通知书, 副本, 笔录, other"`
	Title      string       `json:"title" maxLength:"200"`
	Number     string       `json:"number,omitempty" maxLength:"100" doc:"文书字号"`
	Note       string       `json:"note,omitempty" maxLength:"500" doc:"to the recipients"`
	File       *PageInput   `json:"file,omitempty" doc:"a finished upload of mine: PDF"`
	Recipients []string     `json:"recipients" nullable:"false" maxItems:"50" doc:"participant ids"`
}

// Check refuses what can't be a document; whole also what isn't ready to be served.
func (d *DocumentInput) Check(whole bool) error {
	if strings.ContainsAny(d.Title, "\n\t") || whole && strings.TrimSpace(d.Title) == "" {
		return ErrInvalid.In("title")
	}
	if d.Kind.Name() == "" && (whole || d.Kind != "") {
		return ErrInvalid.In("kind")
	}
	if whole && d.File == nil {
		return ErrInvalid.In("file")
	}
	if d.File != nil {
		if err := checkPage(*d.File, map[string]bool{}, "file"); err != nil {
			return err
		}
		if d.File.Turn != 0 {
			return ErrInvalid.In("file.turn")
		}
	}
	if len(d.Recipients) > MaxRecipients {
		return ErrTooLarge.In("recipients")
	}
	if whole && len(d.Recipients) == 0 {
		return ErrInvalid.In("recipients")
	}
	for i, r := range d.Recipients {
		if !ValidID(r) || slices.Contains(d.Recipients[:i], r) {
			return ErrInvalid.In(PageField("recipients", i))
		}
	}
	for _, f := range []struct {
		text  string
		runes int
		name  string
	}{{d.Title, MaxLabelRunes, "title"}, {d.Number, 100, "number"}, {d.Note, MaxReasonRunes, "note"}} {
		if err := checkText(f.text, f.runes, f.name); err != nil {
			return err
		}
	}
	return nil
}

// ConsentBasis says how somebody's consent to electronic service came about.
type ConsentBasis string

// The ways.
const (
	ConsentConfirmed ConsentBasis = "confirmed" // the person confirmed the address here
	ConsentPaper     ConsentBasis = "paper"     // the person signed the form on paper, and the court took it in
	ConsentAgreed    ConsentBasis = "agreed"    // the person agreed in another way, without confirming an address
)

// ConfirmsAddress reports whether the person has confirmed the address, so that arrival is service.
func (b ConsentBasis) ConfirmsAddress() bool { return b == ConsentConfirmed || b == ConsentPaper }

// ServedAt gives when a document counts as served, 0 as long as it doesn't. At an address that the recipient confirmed that is when it arrives in
// the system, not when it is opened. At one that the recipient did not confirm it is when the recipient first answers that it was received or is
// seen to have read it (人民法院在线诉讼规则 第三十一条).
func ServedAt(basis ConsentBasis, arrived, opened, confirmed int64) int64 {
	if basis.ConfirmsAddress() {
		return arrived
	}
	if opened != 0 && (confirmed == 0 || opened < confirmed) {
		return opened
	}
	return confirmed
}

// CheckConsent refuses to serve a document electronically on somebody who has not agreed to that.
func CheckConsent(kind DocumentKind, electronic, decisions bool) error {
	if !electronic || kind.Decides() && !decisions {
		return ErrNoElectronicService
	}
	return nil
}

// ServiceAddress is where and how somebody wants to be served (送达地址确认书).
type ServiceAddress struct {
	Recipient string    `json:"recipient" maxLength:"100" doc:"收件人"`
	Phone     string    `json:"phone" maxLength:"30"`
	Region    string    `json:"region,omitempty" maxLength:"100" doc:"province, city, district"`
	Street    string    `json:"street" maxLength:"200"`
	Postcode  string    `json:"postcode,omitempty" maxLength:"10"`
	Email     string    `json:"email,omitempty" maxLength:"200" doc:"for the court's other ways; documents are served to this account"`
	Delegate  *Delegate `json:"delegate,omitempty" doc:"指定代收人"`
	// Confidential: the address is not to be told to the others. They never see it here; what leaves the court is to keep to it too.
	Confidential bool `json:"confidential" doc:"要求对地址保密"`
	Electronic   bool `json:"electronic" doc:"agrees to electronic service to this account (同意电子送达)"`
	Decisions    bool `json:"decisions" doc:"agrees to it for judgments, rulings and mediation statements too"`
}

// Delegate takes documents for somebody.
type Delegate struct {
	Name     string `json:"name" maxLength:"100"`
	Relation string `json:"relation" maxLength:"50" doc:"to the person served"`
	Phone    string `json:"phone" maxLength:"30"`
}

var phonePattern = regexp.MustCompile(`^[+]?[0-9][0-9 -]{5,25}$`)

// Check refuses an address that isn't complete. agreed: the person has agreed without confirming one, so there may be none.
func (a *ServiceAddress) Check(basis ConsentBasis) error {
	needed := basis.ConfirmsAddress()
	if a.Decisions && !a.Electronic {
		return ErrInvalid.In("decisions")
	}
	if !needed && !a.Electronic {
		return ErrInvalid.In("electronic")
	}
	for _, f := range []struct {
		name, text string
		runes      int
		required   bool
	}{
		{"recipient", a.Recipient, 100, needed}, {"phone", a.Phone, 30, needed}, {"region", a.Region, 100, false},
		{"street", a.Street, 200, needed}, {"postcode", a.Postcode, 10, false}, {"email", a.Email, 200, false},
	} {
		if err := checkLine(f.name, f.text, f.runes, f.required); err != nil {
			return err
		}
	}
	if a.Phone != "" && !phonePattern.MatchString(a.Phone) {
		return ErrInvalid.In("phone")
	}
	if a.Postcode != "" && strings.Trim(a.Postcode, "0123456789") != "" {
		return ErrInvalid.In("postcode")
	}
	if at := strings.IndexByte(a.Email, '@'); a.Email != "" && (at < 1 || at == len(a.Email)-1 || strings.ContainsAny(a.Email, " <>,;")) {
		return ErrInvalid.In("email")
	}
	if d := a.Delegate; d != nil {
		for _, f := range []struct{ name, text string }{{"name", d.Name}, {"relation", d.Relation}, {"phone", d.Phone}} {
			if err := checkLine("delegate."+f.name, f.text, 100, true); err != nil {
				return err
			}
		}
		if !phonePattern.MatchString(d.Phone) {
			return ErrInvalid.In("delegate.phone")
		}
	}
	return nil
}

func checkLine(field, text string, runes int, required bool) error {
	if strings.ContainsAny(text, "\n\t\r") || required && strings.TrimSpace(text) == "" {
		return ErrInvalid.In(field)
	}
	return checkText(text, runes, field)
}

// NoticeServiceAddress is the notice that goes with the confirmation of an address for service.
const NoticeServiceAddress = "service_address"

// DeliveryWay is another way in which a document was served (民事诉讼法 第八十八条 to 第九十五条).
type DeliveryWay string

// The ways.
const (
	WayDirect    DeliveryWay = "direct"        // 直接送达
	WayLeft      DeliveryWay = "left"          // 留置送达
	WayEntrusted DeliveryWay = "entrusted"     // 委托送达
	WayMail      DeliveryWay = "mail"          // 邮寄送达
	WayForwarded DeliveryWay = "forwarded"     // 转交送达
	WayNotice    DeliveryWay = "public_notice" // 公告送达
)

var deliveryWays = map[DeliveryWay]string{WayDirect: "直接送达", WayLeft: "留置送达", WayEntrusted: "委托送达", WayMail: "邮寄送达", WayForwarded: "转交送达", WayNotice: "公告送达"}

// Name gives the way in Chinese, "" for an unknown one.
func (w DeliveryWay) Name() string { return deliveryWays[w] }

// DeliveryOutcome is what came of an attempt to serve in another way.
type DeliveryOutcome string

// The outcomes. One that failed serves nothing; it stands on record because other ways are open only where these have failed (民事诉讼法 第九十一条, 第九十五条).
const (
	DeliveryServed DeliveryOutcome = "served"
	DeliveryFailed DeliveryOutcome = "failed"
)

// Earliest gives the first of several times, 0 where none is set: of several ways of serving the same the first that is effective counts
// (人民法院在线诉讼规则 第三十一条).
func Earliest(times ...int64) (first int64) {
	for _, t := range times {
		if t != 0 && (first == 0 || t < first) {
			first = t
		}
	}
	return first
}

package court

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Notice is a text that people read and accept: 告知书. The embedded texts are the project's own wording; a court
// approves or replaces them before use.
type Notice struct {
	Key     string
	Title   string
	Version string
	Confirm string // what the person does to accept it, in Chinese
	Text    string // paragraphs, with {{placeholders}}
}

// NoticeFirstEntry is the notice that opens a case's room.
const NoticeFirstEntry = "first_entry"

// Notices about the case: consent to stages online is declared stage by stage, and no one act accepts it; the notice on mediation is accepted before a party signs.
const (
	NoticeConsent   = "online_consent"
	NoticeMediation = "mediation_notice"
	// NoticeHearing are the rules of a hearing (法庭纪律), accepted once for each case before entering one.
	NoticeHearing = "hearing_notice"
	// NoticeUndertaking is what a witness promises before testifying (保证书).
	NoticeUndertaking = "witness_undertaking"
)

// Notices on the way of proving who one is.
const (
	NoticeRules       = "litigation_rules" // before the first step
	NoticeFaceConsent = "face_consent"     // the consent of its own that the camera needs (个人信息保护法 第29条)
	NoticeCourt       = "court_notice"     // before the signature
)

//go:embed notices/notices.zh.md
var embeddedNotices string

// Notices are texts by key.
type Notices map[string]Notice

// DefaultNotices gives the embedded texts.
func DefaultNotices() Notices {
	n, err := ParseNotices(embeddedNotices)
	if err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return n
}

// Complete adds the embedded text for every key that is missing, and names those keys: the program asks people to accept all of them.
func (n Notices) Complete() (added []string) {
	for key, text := range DefaultNotices() {
		if _, ok := n[key]; !ok {
			n[key] = text
			added = append(added, key)
		}
	}
	slices.Sort(added)
	return added
}

var (
	noticeHead  = regexp.MustCompile(`^## ([a-z_]+) \| (.+) \| (v[0-9]+)$`)
	confirmLine = regexp.MustCompile(`^\*\*确认：(.+)\*\*$`)
	quoted      = regexp.MustCompile(`“([^”]+)”`)
)

// ParseNotices reads notices from a file in the form of the embedded one: for each a heading `## key | title |
// version`, an optional line `**确认：...**`, then the text.
func ParseNotices(file string) (Notices, error) {
	notices := Notices{}
	var current Notice
	var text strings.Builder
	finish := func() error {
		if current.Key == "" {
			return nil
		}
		if current.Text = strings.TrimSpace(text.String()); current.Text == "" {
			return fmt.Errorf("notice %s has no text", current.Key)
		}
		if _, twice := notices[current.Key]; twice {
			return fmt.Errorf("notice %s stands twice", current.Key)
		}
		notices[current.Key] = current
		return nil
	}
	for _, line := range strings.Split(strings.ReplaceAll(file, "\r\n", "\n"), "\n") {
		if m := noticeHead.FindStringSubmatch(line); m != nil {
			if err := finish(); err != nil {
				return nil, err
			}
			current = Notice{Key: m[1], Title: m[2], Version: m[3], Confirm: "我已阅读并同意"}
			text.Reset()
			continue
		}
		if m := confirmLine.FindStringSubmatch(line); m != nil {
			current.Confirm = m[1]
			if q := quoted.FindStringSubmatch(m[1]); q != nil {
				current.Confirm = q[1]
			}
			continue
		}
		text.WriteString(line + "\n")
	}
	if err := finish(); err != nil {
		return nil, err
	}
	if _, ok := notices[NoticeFirstEntry]; !ok {
		return nil, fmt.Errorf("there is no notice %s", NoticeFirstEntry)
	}
	return notices, nil
}

// Fill replaces the placeholders, {{court}} for instance; one without a value becomes a blank to fill in. It gives
// the text as shown and its SHA-256 in hex.
func (n Notice) Fill(values map[string]string) (text, sum string) {
	text = placeholder.ReplaceAllStringFunc(n.Text, func(p string) string {
		if v := values[strings.Trim(p, "{}")]; v != "" {
			return v
		}
		return "＿＿＿＿"
	})
	h := sha256.Sum256([]byte(text))
	return text, hex.EncodeToString(h[:])
}

var placeholder = regexp.MustCompile(`\{\{[a-z_]+\}\}`)

package court

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of a case file.
const (
	MaxCaseFileBytes    = 20 << 20
	MaxCaseParticipants = 500
	maxCaseFileDepth    = 12
)

// CaseFile is what the court's case system hands over: cases with their panels, parties and representatives.
// store/court/testdata/cases.json is an example with every field.
type CaseFile struct {
	// Court is the court of all cases that don't name one.
	Court string
	Cases []FiledCase
}

// FiledCase is one case of a file, or why it can't be taken. One bad case doesn't spoil the others.
type FiledCase struct {
	DocketNumber string // in normal form, as far as it could be read
	Case         *CaseData
	Refused      *Error // nil where Case is good
}

// CaseData is a case as the court's case system knows it.
type CaseData struct {
	DocketNumber string `json:"docket_number"`
	Title        string `json:"title"`
	Cause        string `json:"cause"`
	Court        string `json:"court"` // empty: that of the file
	Procedure    string `json:"procedure"`
	Phone        string `json:"phone"`     // of the court's office for this case
	State        string `json:"state"`     // open or closed
	FiledOn      string `json:"filed_on"`  // 2024-03-05
	ClosedOn     string `json:"closed_on"` // only of closed cases

	Panel           []PanelData          `json:"panel"`
	Parties         []PartyData          `json:"parties"`
	Representatives []RepresentativeData `json:"representatives"`
}

// PanelData is a judge or clerk of the case, by the name of the account.
type PanelData struct {
	Login    string `json:"login"`
	Role     Role   `json:"role"`     // judge or clerk
	Standing string `json:"standing"` // 审判长, 审判员, 人民陪审员; 书记员, 法官助理
}

// PersonRecord is what the case system knows of a party or representative. Ref is the case system's own name for it, the same in
// every file: by it a later file finds the participant again.
type PersonRecord struct {
	Ref      string            `json:"ref"`
	Name     string            `json:"name"`
	Phone    string            `json:"phone"`     // people: a mobile number, with which they sign in; with its country's code where it isn't a mainland one
	IDType   string            `json:"id_type"`   // a key of DocumentTypes; resident_id or uscc where not given
	IDNumber string            `json:"id_number"` //
	Address  string            `json:"address"`
	Verified *VerificationData `json:"verified"` // the court has verified who this is
}

// VerificationData says how and when the court verified somebody's identity.
type VerificationData struct {
	Method string `json:"method"` // in_person, online ...
	At     string `json:"at"`     // 2024-03-05 or 2024-03-05T10:00:00+08:00
}

// PartyData is a party of the case.
type PartyData struct {
	PersonRecord
	Kind     string `json:"kind"`     // person or organisation
	Standing string `json:"standing"` // 原告, 被告, 第三人, 再审申请人, 被申请人, 上诉人 ...
}

// RepresentativeData is somebody who acts for parties.
type RepresentativeData struct {
	PersonRecord
	Standing  string   `json:"standing"` // 委托诉讼代理人 where not given
	For       []string `json:"for"`      // refs of parties
	Authority string   `json:"authority"`
	// Authorities says by ref for which of the parties the authority is another one.
	Authorities map[string]string `json:"authorities,omitempty"`
}

// AuthorityFor gives the authority from a party: 一般授权, 特别授权, or "" where it isn't known.
func (r *RepresentativeData) AuthorityFor(ref string) string {
	if a, given := r.Authorities[ref]; given {
		return a
	}
	return r.Authority
}

// Kinds of parties.
const (
	KindPerson       = "person"
	KindOrganisation = "organisation"
)

// CourtZone is China's time: dates of the court begin there.
var CourtZone = time.FixedZone("UTC+8", 8*60*60)

// ParseDate reads a date of the court as the moment at which it begins.
func ParseDate(s string) (time.Time, error) { return time.ParseInLocation(time.DateOnly, s, CourtZone) }

// ParseCaseFile reads a case file. Fields that aren't known are refused: a misspelt one would be lost silently. The error speaks
// of the file as a whole; what is wrong with one case stands there. now bounds dates.
func ParseCaseFile(raw []byte, now time.Time) (CaseFile, error) {
	if len(raw) > MaxCaseFileBytes {
		return CaseFile{}, ErrTooLarge
	}
	if !utf8.Valid(raw) {
		return CaseFile{}, fileProblem("文件不是UTF-8编码。", "The file is not UTF-8.")
	}
	if TooDeep(raw, maxCaseFileDepth) {
		return CaseFile{}, fileProblem("文件嵌套层数过多。", "The file is nested too deeply.")
	}
	var file struct {
		Court string            `json:"court"`
		Cases []json.RawMessage `json:"cases"`
	}
	if p := decodeStrictly(bytes.TrimPrefix(raw, []byte("\ufeff")), &file); p != nil {
		problem := fileProblem(strings.TrimSpace(p.field+" ")+p.zh+"。", strings.TrimSpace(p.field+" "+p.en)+".")
		return CaseFile{}, problem.In(p.field)
	}
	if err := checkText(file.Court, MaxLabelRunes, "court"); err != nil {
		return CaseFile{}, err
	}
	out := CaseFile{Court: file.Court}
	seen := map[string]bool{}
	for i, text := range file.Cases {
		c := parseCase(text, i, file.Court, now)
		if c.Refused == nil && seen[c.DocketNumber] {
			c.Refused = CaseProblem(c.DocketNumber, i, "docket_number", "文件中有两个相同的案号", "the file has this docket number twice")
		}
		seen[c.DocketNumber] = true
		out.Cases = append(out.Cases, c)
	}
	return out, nil
}

func parseCase(text json.RawMessage, index int, court string, now time.Time) FiledCase {
	var named struct {
		DocketNumber string `json:"docket_number"`
	}
	json.Unmarshal(text, &named) // for the report only; the strict reading below judges
	filed := FiledCase{DocketNumber: NormalDocketNumber(firstRunes(named.DocketNumber, 60))}
	var c CaseData
	if p := decodeStrictly(text, &c); p != nil {
		filed.Refused = CaseProblem(filed.DocketNumber, index, p.field, p.zh, p.en)
		return filed
	}
	if c.Court == "" {
		c.Court = court
	}
	check := caseCheck{c: &c, now: now, refs: map[string]bool{}}
	check.all()
	if p := check.problem; p != nil {
		filed.Refused = CaseProblem(filed.DocketNumber, index, p.field, p.zh, p.en)
		return filed
	}
	filed.Case = &c
	return filed
}

// Check brings a case that was put together here into the form of one that was read from a file, and refuses what such a file may not say. now bounds dates.
func (c *CaseData) Check(now time.Time) error {
	check := caseCheck{c: c, now: now, refs: map[string]bool{}}
	check.all()
	if p := check.problem; p != nil {
		return &Error{Code: ErrInvalid.Code, ZH: p.field + "：" + p.zh + "。", EN: p.field + ": " + p.en + ".", Field: p.field}
	}
	return nil
}

// decodeStrictly decodes one JSON value and refuses unknown fields and anything behind the value. What it says never repeats a
// value: it may be somebody's number.
func decodeStrictly(raw []byte, v any) *fieldProblem {
	err := DecodeStrict(raw, v)
	switch err {
	case nil:
		return nil
	case errFollowed:
		return &fieldProblem{"", "JSON结尾之后还有内容", err.Error()}
	}
	var mistyped *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &mistyped):
		field := strings.ReplaceAll(mistyped.Field, "PersonRecord.", "") // Go's name of what is embedded is no field of the file
		return &fieldProblem{field, "类型不对（号码和日期都要写成带引号的文本）", "has the wrong type (numbers and dates are written as text in quotes)"}
	case errors.As(err, &syntax):
		return &fieldProblem{"", fmt.Sprintf("不是正确的JSON（第%d字节处）", syntax.Offset), fmt.Sprintf("not JSON (at byte %d)", syntax.Offset)}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		name = firstRunes(strings.Trim(name, `"`), 40)
		return &fieldProblem{name, "没有这个字段", "there is no such field"}
	}
	return &fieldProblem{"", "不是完整的JSON", "not complete JSON"}
}

// TooDeep reports whether JSON nests deeper than max, without decoding it.
func TooDeep(raw []byte, max int) bool {
	depth, inString := 0, false
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case inString && c == '\\':
			i++
		case c == '"':
			inString = !inString
		case inString:
		case c == '{' || c == '[':
			if depth++; depth > max {
				return true
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return false
}

func firstRunes(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

func fileProblem(zh, en string) *Error {
	return &Error{Code: ErrInvalid.Code, ZH: zh, EN: en}
}

// CaseProblem is a refusal that names the case, by docket number and place in the file, and the field, in both languages.
func CaseProblem(docket string, index int, field, zh, en string) *Error {
	path := fmt.Sprintf("cases[%d]", index)
	if field != "" {
		path += "." + field
	}
	if docket == "" {
		docket = fmt.Sprintf("#%d", index+1)
	}
	return &Error{Code: ErrInvalid.Code, ZH: "案件" + docket + "，" + path + "：" + zh + "。", EN: "Case " + docket + ", " + path + ": " + en + ".", Field: path}
}

package court

import (
	"regexp"
	"strings"
	"time"
)

// IDProblem says what is wrong with a document's number; "" means that the number can be right.
type IDProblem string

// The problems, in the order in which they are looked for.
const (
	IDFormat          IDProblem = "format"
	IDBirthDate       IDProblem = "birthdate"         // no such day
	IDBirthDateRange  IDProblem = "birthdate_range"   // before 1900 or in the future
	IDOrgCodeChecksum IDProblem = "org_code_checksum" // the organisation code inside a unified social credit code
	IDChecksum        IDProblem = "checksum"
)

// DocumentType is a kind of identity document (证件类型).
type DocumentType struct {
	Key  string
	ZH   string
	EN   string
	Org  bool // a code of an organisation, not of a person
	form *regexp.Regexp
	// check looks at what the form can't say; nil where the number carries no check.
	check func(number string, today time.Time) IDProblem
	// brackets about the last character are a way of writing, not part of the number
	brackets bool
}

var (
	officerForm  = regexp.MustCompile(`^[一-龥]{0,6}字第[0-9A-Z]{4,10}号?$`)
	residentForm = regexp.MustCompile(`^[1-9]\d{16}[\dX]$`)
)

// DocumentTypes lists the documents that people and organisations can be known by.
var DocumentTypes = []DocumentType{
	{Key: "resident_id", ZH: "居民身份证", EN: "resident identity card", form: residentForm, check: CheckGB11643},
	{Key: "temp_resident_id", ZH: "临时居民身份证", EN: "temporary resident identity card", form: residentForm, check: CheckGB11643},
	{Key: "hmt_residence_permit", ZH: "港澳台居民居住证", EN: "residence permit for Hong Kong, Macao and Taiwan residents",
		form: regexp.MustCompile(`^8[123]0000\d{11}[\dX]$`), check: CheckGB11643},
	{Key: "hm_permit", ZH: "港澳居民来往内地通行证", EN: "mainland travel permit for Hong Kong and Macao residents", form: regexp.MustCompile(`^[HM]\d{8}(\d{2})?$`)},
	{Key: "tw_permit", ZH: "台湾居民来往大陆通行证", EN: "mainland travel permit for Taiwan residents", form: regexp.MustCompile(`^(\d{8}|\d{10}(\([A-Z]\))?)$`)},
	{Key: "cn_passport", ZH: "中国护照", EN: "Chinese passport", form: regexp.MustCompile(`^(E[A-HJ-NP-Z]?\d{7,8}|G\d{8}|[DSP]E?\d{7,8})$`)},
	{Key: "foreign_passport", ZH: "外国护照", EN: "foreign passport", form: regexp.MustCompile(`^[A-Z0-9]{5,15}$`)},
	{Key: "foreign_permanent_resident", ZH: "外国人永久居留身份证", EN: "foreign permanent resident card",
		form: regexp.MustCompile(`^([A-Z]{3}\d{12}|9\d{16}[\dX])$`), check: checkForeignResident},
	{Key: "hk_id", ZH: "香港永久性居民身份证", EN: "Hong Kong identity card", form: regexp.MustCompile(`^[A-Z]{1,2}\d{6}[0-9A]$`), check: ignoreDay(CheckHKID), brackets: true},
	{Key: "mo_id", ZH: "澳门居民身份证", EN: "Macao identity card", form: regexp.MustCompile(`^[1578]\d{7}$`), brackets: true},
	{Key: "tw_id", ZH: "台湾地区身份证", EN: "Taiwan identity card", form: regexp.MustCompile(`^[A-Z][1289]\d{8}$`), check: ignoreDay(CheckTWID)},
	{Key: "officer_card", ZH: "军官证", EN: "military officer's card", form: officerForm},
	{Key: "soldier_card", ZH: "士兵证", EN: "soldier's card", form: officerForm},
	{Key: "police_card", ZH: "武警警官证", EN: "armed police officer's card", form: officerForm},
	{Key: "household_register", ZH: "户口簿", EN: "household register", form: residentForm, check: CheckGB11643},
	{Key: "other", ZH: "其他证件", EN: "other document", form: regexp.MustCompile(`^.{2,40}$`)},

	{Key: "uscc", ZH: "统一社会信用代码", EN: "unified social credit code", Org: true, form: usccForm, check: ignoreDay(CheckGB32100)},
	{Key: "org_code", ZH: "组织机构代码", EN: "organisation code", Org: true, form: orgCodeForm, check: ignoreDay(CheckGB11714)},
}

func ignoreDay(check func(string) IDProblem) func(string, time.Time) IDProblem {
	return func(number string, _ time.Time) IDProblem { return check(number) }
}

// DocumentTypeOf finds a type by its key.
func DocumentTypeOf(key string) (DocumentType, bool) {
	for _, d := range DocumentTypes {
		if d.Key == key {
			return d, true
		}
	}
	return DocumentType{}, false
}

// Normal writes a number the one way that is stored and compared: no spaces, plain capital letters and digits, and no brackets
// or dashes where they don't belong to the number.
func (d DocumentType) Normal(typed string) string {
	n := normalNumber(typed)
	switch {
	case d.brackets:
		return strings.NewReplacer("(", "", ")", "").Replace(n)
	case d.Key == "org_code":
		return strings.ReplaceAll(n, "-", "")
	}
	return n
}

// Check looks at a number in normal form. today bounds dates of birth.
func (d DocumentType) Check(normal string, today time.Time) IDProblem {
	if !d.form.MatchString(normal) {
		return IDFormat
	}
	if d.check == nil {
		return ""
	}
	return d.check(normal, today)
}

func normalNumber(typed string) string {
	return strings.ToUpper(halfWidth(unspaced(typed)))
}

// unspaced takes the spaces out of a number. Broken bytes are marked before: around a space they could come together as another.
func unspaced(typed string) string {
	return strings.Join(strings.Fields(strings.ToValidUTF8(typed, "\ufffd")), "")
}

// CheckGB11643 looks at a citizen's identity number (GB 11643-1999): six digits of region, date of birth, sequence, check
// character. today bounds the date of birth.
func CheckGB11643(typed string, today time.Time) IDProblem {
	n := normalNumber(typed)
	if !residentForm.MatchString(n) {
		return IDFormat
	}
	born, err := time.ParseInLocation("20060102", n[6:14], today.Location())
	if err != nil {
		return IDBirthDate
	}
	if born.Year() < 1900 || born.After(today) {
		return IDBirthDateRange
	}
	if gb11643Check(n[:17]) != n[17] {
		return IDChecksum
	}
	return ""
}

func gb11643Check(first17 string) byte {
	return "10X98765432"[weighted(first17, []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2})%11]
}

// UpgradeResidentID turns an old number of 15 digits into one of 18: `19` before the year, and the check character. Old numbers
// are out of use since 2013; the only use is finding people in old files.
func UpgradeResidentID(old string) (string, bool) {
	n := normalNumber(old)
	if len(n) != 15 || strings.Trim(n, "0123456789") != "" {
		return "", false
	}
	first17 := n[:6] + "19" + n[6:]
	return first17 + string(gb11643Check(first17)), true
}

// checkForeignResident: cards issued since 2023-12-01 carry a number built like a citizen's; older ones carry no check.
func checkForeignResident(number string, today time.Time) IDProblem {
	if len(number) == 18 {
		return CheckGB11643(number, today)
	}
	return ""
}

var hkidForm = regexp.MustCompile(`^([A-Z]{1,2})(\d{6})\(?([0-9A])\)?$`)

// CheckHKID looks at a Hong Kong identity number, with or without brackets about the check character.
func CheckHKID(typed string) IDProblem {
	m := hkidForm.FindStringSubmatch(normalNumber(typed))
	if m == nil {
		return IDFormat
	}
	sum := 0
	if len(m[1]) == 1 {
		sum = 36 * 9 // a missing first letter counts as a space
	}
	for i, c := range m[1] + m[2] {
		sum += valueOf(byte(c)) * (7 + len(m[1]) - i)
	}
	if want := (11 - sum%11) % 11; valueOf(m[3][0]) != want {
		return IDChecksum
	}
	return ""
}

var twidForm = regexp.MustCompile(`^[A-Z][1289]\d{8}$`)

// CheckTWID looks at a Taiwan identity number.
func CheckTWID(typed string) IDProblem {
	n := normalNumber(typed)
	if !twidForm.MatchString(n) {
		return IDFormat
	}
	letter := 10 + strings.IndexByte("ABCDEFGHJKLMNPQRSTUVXYWZIO", n[0])
	digits := string(rune('0'+letter/10)) + string(rune('0'+letter%10)) + n[1:]
	if weighted(digits, []int{1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1})%10 != 0 {
		return IDChecksum
	}
	return ""
}

// valueOf gives the value of 0-9 and of letters from A = 10 on.
func valueOf(c byte) int {
	if c >= 'A' {
		return int(c-'A') + 10
	}
	return int(c - '0')
}

func weighted(s string, weights []int) int {
	sum := 0
	for i, w := range weights {
		sum += valueOf(s[i]) * w
	}
	return sum
}

// halfWidth turns full-width letters, digits and signs (U+FF01 to U+FF5E), as Chinese keyboards write them, into plain ones.
func halfWidth(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= 0xff01 && r <= 0xff5e {
			return r - 0xff01 + '!'
		}
		return r
	}, s)
}

package court

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Docket is a docket number (案号) in its parts, as 《关于人民法院案件案号的若干规定》 (法〔2015〕137号, 法〔2018〕335号) puts it
// together: （2024）浙0212民初1024号.
type Docket struct {
	Year      int    // of acceptance
	CourtCode string // 法院代字: 最高法, 浙, 浙02, 浙0212
	Special   string // 专门审判代字: 知, or empty
	TypeCode  string // 类型代字: 民初, 行申 ...
	Number    int
	Sub       string // 之一, 之二 of a document in the same case: 一, 二 ...; or empty
}

// typeCodes are the 类型代字, longer ones before those that they begin with.
const typeCodes = `民诉前调|民特监|诉前调|行审复|行赔申|行赔监|民辖监|司惩复|委赔监|民辖终|民保令|行赔抗|民保更|行赔初|协外认|行赔终|行赔再|司救民|民督监|` +
	`民抗|民他|行他|执协|破申|刑抗|清申|行审|认澳|刑终|刑监|执复|民特|破终|民撤|司惩|刑申|民督|执他|民终|执保|行监|执监|执恢|行抗|财保|认港|` +
	`行辖|行初|行终|刑再|民申|刑医|刑没|证保|刑初|委赔|民催|认台|民辖|行再|民再|执异|刑核|刑更|破监|民监|民初|行申|行保|法赔|强清|破|执`

var (
	docketPattern = regexp.MustCompile(`^（(\d{4})）((?:最高法|[京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军](?:\d{2}(?:\d{2})?)?))` +
		`(知)?(` + typeCodes + `)(\d{1,8})号(?:之([一二三四五六七八九十]+))?$`)
	// Before 2016 each court numbered in its own way: （2014）甬鄞民初字第123号.
	oldDocketPattern = regexp.MustCompile(`^（(\d{4})）\p{Han}{2,16}字第\d{1,8}(?:-\d{1,4})?号(?:之[一二三四五六七八九十]+)?$`)
	docketYear       = regexp.MustCompile(`^[(〔\[［【（](\d{4})[)〕\]］】）]`)
)

// String writes the number out.
func (d Docket) String() string {
	s := fmt.Sprintf("（%d）%s%s%s%d号", d.Year, d.CourtCode, d.Special, d.TypeCode, d.Number)
	if d.Sub != "" {
		s += "之" + d.Sub
	}
	return s
}

var courtCode = regexp.MustCompile(`^(?:最高法|[京津冀晋内辽吉黑沪苏浙皖闽赣鲁豫鄂湘粤桂琼渝川黔云藏陕甘青宁新兵军](?:\d{2}(?:\d{2})?)?)$`)

// ValidCourtCode reports whether s can be the code of a court in docket numbers (法院代字).
func ValidCourtCode(s string) bool { return courtCode.MatchString(s) }

// firstDocketYear is the first year of the present rules for docket numbers.
const firstDocketYear = 2016

// NormalDocketNumber writes a docket number the one way that is stored and compared: no spaces, plain digits, full-width
// round brackets about the year. It doesn't judge the number.
func NormalDocketNumber(typed string) string {
	s := plainDigits(unspaced(typed))
	if m := docketYear.FindStringSubmatch(s); m != nil {
		return "（" + m[1] + "）" + s[len(m[0]):]
	}
	return s
}

// ParseDocketNumber reads a docket number in normal form by the rules in force since 2016.
func ParseDocketNumber(normal string) (Docket, bool) {
	m := docketPattern.FindStringSubmatch(normal)
	if m == nil {
		return Docket{}, false
	}
	year, _ := strconv.Atoi(m[1])
	number, _ := strconv.Atoi(m[5])
	return Docket{Year: year, CourtCode: m[2], Special: m[3], TypeCode: m[4], Number: number, Sub: m[6]}, true
}

// DocketNumber gives the normal form of a docket number under which a case can be kept: one by the present rules, or a historical
// one, which is kept as text.
func DocketNumber(typed string) (string, bool) {
	normal := NormalDocketNumber(typed)
	if _, ok := ParseDocketNumber(normal); ok {
		return normal, true
	}
	m := oldDocketPattern.FindStringSubmatch(normal)
	if m == nil {
		return normal, false
	}
	year, _ := strconv.Atoi(m[1])
	return normal, year >= 1949 && year < firstDocketYear
}

func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}

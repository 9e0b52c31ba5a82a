package court

import (
	"regexp"
	"strings"
)

// usccCharacters are those of a unified social credit code: no I, O, S, V, Z.
const usccCharacters = "0123456789ABCDEFGHJKLMNPQRTUWXY"

var (
	usccForm    = regexp.MustCompile(`^[` + usccCharacters + `]{2}\d{6}[` + usccCharacters + `]{10}$`)
	orgCodeForm = regexp.MustCompile(`^[0-9A-Z]{8}[0-9X]$`)
)

// CheckGB32100 looks at a unified social credit code (统一社会信用代码, GB 32100-2015), whose characters 9 to 17 are an
// organisation code with a check of its own.
func CheckGB32100(typed string) IDProblem {
	n := normalNumber(typed)
	if !usccForm.MatchString(n) {
		return IDFormat
	}
	sum := 0
	for i, w := range []int{1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28} {
		sum += strings.IndexByte(usccCharacters, n[i]) * w
	}
	if usccCharacters[(31-sum%31)%31] != n[17] {
		return IDChecksum
	}
	if CheckGB11714(n[8:17]) != "" {
		return IDOrgCodeChecksum
	}
	return ""
}

// CheckGB11714 looks at an organisation code (组织机构代码, GB 11714-1997), with or without its dash.
func CheckGB11714(typed string) IDProblem {
	n := strings.ReplaceAll(normalNumber(typed), "-", "")
	if !orgCodeForm.MatchString(n) {
		return IDFormat
	}
	c := 11 - weighted(n, []int{3, 7, 9, 10, 5, 8, 4, 2})%11
	if "0123456789X0"[c] != n[8] {
		return IDChecksum
	}
	return ""
}

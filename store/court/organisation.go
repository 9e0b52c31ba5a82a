package court

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// OrganisationKinds are the kinds of organisations that people bind themselves to (单位类型).
var OrganisationKinds = []string{"enterprise", "institution", "government", "social", "other"}

// Organisation is an organisation as somebody of its staff names it.
type Organisation struct {
	Name     string `json:"name"`
	Kind     string `json:"kind" enum:"enterprise,institution,government,social,other"`
	CodeType string `json:"code_type" enum:"uscc,org_code"`
	Code     string `json:"code" doc:"unified social credit code or organisation code, as its type says"`
}

// Check puts an organisation into its normal form, or says which field is wrong: ErrInvalid, ErrIDNumber or ErrIDChecksum.
func (o *Organisation) Check() error {
	o.Name = strings.Join(strings.Fields(o.Name), " ")
	if n := utf8.RuneCountInString(o.Name); n < 2 || n > 100 {
		return ErrInvalid.In("name")
	}
	if !slices.Contains(OrganisationKinds, o.Kind) {
		return ErrInvalid.In("kind")
	}
	kind, ok := DocumentTypeOf(o.CodeType)
	if !ok || !kind.Org {
		return ErrInvalid.In("code_type")
	}
	o.Code = kind.Normal(o.Code)
	switch kind.Check(o.Code, time.Time{}) {
	case "":
		return nil
	case IDFormat:
		return ErrIDNumber.In("code")
	}
	return ErrIDChecksum.In("code")
}

// Authorities that a party gives to who acts for it (民事诉讼法 第62条).
const (
	AuthorityGeneral = "一般授权"
	AuthoritySpecial = "特别授权"
)

// OrganisationCode gives the organisation code (GB 11714) that a code is or holds: characters 9 to 17 of a unified social credit code (GB 32100). "" for what is neither.
func OrganisationCode(codeType, code string) string {
	kind, ok := DocumentTypeOf(codeType)
	if !ok || !kind.Org {
		return ""
	}
	n := kind.Normal(code)
	if kind.Check(n, time.Time{}) != "" {
		return ""
	}
	if codeType == "uscc" {
		return n[8:17]
	}
	return n
}

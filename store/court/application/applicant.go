package application

import (
	"slices"
	"strings"

	"microcourt/store/court"
	"microcourt/store/court/retrial"
)

// Applicant is who makes an application, in a case.
type Applicant struct {
	Role     court.Role
	Standing string // of the party for whom it is made: 原告, 被告 ...
	// Authority is a representative's: 一般授权 or 特别授权.
	Authority    string
	DocketNumber string
	CaseClosed   bool
}

// standings gives, for who the file calls an applicant, the words of which a standing must hold one.
var standings = map[string][]string{
	"plaintiff":         {"原告", "起诉人", "申请人"},
	"appellant":         {"上诉人"},
	"retrial_applicant": {"再审申请人", "申诉人", "申请人"},
	"defendant":         {"被告", "被申请人", "被上诉人"},
	"interested":        {"第三人", "利害关系人"},
	"outsider":          {"第三人", "案外人"},
}

// Check refuses who may not make the application. Errors: ErrForbidden, ErrCaseClosed, ErrAuthority; ErrInvalid where the case is not of
// a kind for it.
func (k *Kind) Check(a Applicant) error {
	if d, ok := court.ParseDocketNumber(a.DocketNumber); ok {
		kind := "civil"
		if strings.HasPrefix(d.TypeCode, "行") {
			kind = "administrative"
		}
		if !slices.Contains(k.CaseKinds, kind) {
			return court.ErrInvalid.In("kind")
		}
	}
	if k.Key == retrial.OpinionKind && (retrial.RuleOf(a.DocketNumber) == nil || retrial.Applies(a.Standing)) {
		return court.ErrForbidden.In("kind")
	}
	switch {
	case a.CaseClosed && !k.AfterClosing:
		return court.ErrCaseClosed
	case a.Role == court.RoleRepresentative && !slices.Contains(k.Applicants, "agent"), !k.standsFor(a.Standing):
		return court.ErrForbidden.In("kind")
	case a.Role == court.RoleRepresentative && k.SpecialAuthority && !strings.Contains(a.Authority, "特别"):
		return court.ErrAuthority
	}
	return nil
}

// standsFor reports whether a party of that standing may make it.
func (k *Kind) standsFor(standing string) bool {
	for _, who := range k.Applicants {
		if who == "party" {
			return true
		}
		for _, word := range standings[who] {
			if strings.Contains(standing, word) && !(strings.HasPrefix(standing, "被") && !strings.HasPrefix(word, "被")) {
				return true
			}
		}
	}
	return false
}

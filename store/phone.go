package store

import (
	"regexp"
	"strings"

	"microcourt/store/court"
)

// Mobile numbers that are written with their region's code, as far as they can be told from mistakes; all others are 8 to 15 digits by ITU-T E.164.
var regions = map[string]*regexp.Regexp{
	"+1": regexp.MustCompile(`^[2-9]\d{2}[2-9]\d{6}$`), "+852": regexp.MustCompile(`^[4-9]\d{7}$`), "+853": regexp.MustCompile(`^6\d{7}$`), "+886": regexp.MustCompile(`^9\d{8}$`),
}

// normalPhone gives a mainland mobile number as its 11 digits, and any other with its country's code as E.164 writes it: +85261234567. Spaces and dashes go, and the mainland's own
// code; full-width digits (as Chinese keyboards write them) become plain ones. Anything else is court.ErrPhone. Whether a code gets there the court's service for text messages says.
func normalPhone(typed string) (string, error) {
	var b strings.Builder
	for _, r := range strings.TrimSpace(typed) {
		switch {
		case r >= '0' && r <= '9' || r == '+':
			b.WriteRune(r)
		case r >= '０' && r <= '９':
			b.WriteRune(r - '０' + '0')
		case r == '＋':
			b.WriteByte('+')
		case r == ' ' || r == '-' || r == '\u00a0' || r == '\u3000' || r == '－':
		default:
			return "", court.ErrPhone.In("phone")
		}
		if b.Len() > 17 { // 00 and 15 digits
			return "", court.ErrPhone.In("phone")
		}
	}
	phone := b.String()
	if rest, ok := strings.CutPrefix(phone, "00"); ok {
		phone = "+" + rest
	}
	own := phone
	if rest, ok := strings.CutPrefix(phone, "+86"); ok {
		own = rest
	} else if rest, ok := strings.CutPrefix(phone, "86"); ok && len(phone) > 11 {
		own = rest
	}
	switch {
	case mainland.MatchString(own):
		return own, nil
	case own == phone && abroad.MatchString(phone) && fitsRegion(phone):
		return phone, nil
	}
	return "", court.ErrPhone.In("phone")
}

var (
	mainland = regexp.MustCompile(`^1[3-9]\d{9}$`)
	abroad   = regexp.MustCompile(`^\+[1-9]\d{7,14}$`)
)

func fitsRegion(phone string) bool {
	for code, form := range regions {
		if rest, ok := strings.CutPrefix(phone, code); ok {
			return form.MatchString(rest)
		}
	}
	return true
}

// MaskPhone shows a number so that its owner knows it again: 138****0001. What is too short to be masked so is not
// shown at all.
func MaskPhone(phone string) string { return mask(phone, 3, 4, 4) }

// MaskIDNumber shows the first and last characters of an identity document's number.
func MaskIDNumber(number string) string { return mask(number, 3, 2, 2) }

// mask shows so many characters at the ends, or none where fewer than hidden would stay between them.
func mask(s string, head, tail, hidden int) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	if len(r) < head+tail+hidden {
		return "****"
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}

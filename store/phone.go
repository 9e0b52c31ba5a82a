package store

import (
	"strings"

	"microcourt/store/court"
)

// normalPhone gives a mainland mobile number as its 11 digits: spaces, dashes and the country code go, full-width
// digits (as Chinese keyboards write them) become plain ones. Anything else is court.ErrPhone.
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
		if b.Len() > 16 {
			return "", court.ErrPhone.In("phone")
		}
	}
	phone := b.String()
	if len(phone) > 11 {
		for _, code := range []string{"+86", "0086", "86"} {
			if rest, ok := strings.CutPrefix(phone, code); ok {
				phone = rest
				break
			}
		}
	}
	if len(phone) != 11 || phone[0] != '1' || phone[1] < '3' || strings.Contains(phone, "+") {
		return "", court.ErrPhone.In("phone")
	}
	return phone, nil
}

// MaskPhone shows a number so that its owner knows it again: 138****0001. What is too short to be masked so is not
// shown at all.
func MaskPhone(phone string) string { return mask(phone, 3, 4) }

// MaskIDNumber shows the first and last characters of an identity document's number.
func MaskIDNumber(number string) string { return mask(number, 3, 2) }

func mask(s string, head, tail int) string {
	r := []rune(s)
	if len(r) == 0 {
		return ""
	}
	if len(r) < head+tail+2 {
		return "****"
	}
	hidden := strings.Repeat("*", len(r)-head-tail)
	return string(r[:head]) + hidden + string(r[len(r)-tail:])
}

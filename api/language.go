package api

import (
	"strconv"
	"strings"
)

// language chooses Chinese or English from an Accept-Language header: whichever is wanted more, Chinese where
// neither is named.
func language(header string) string {
	best, lang := 0.0, "zh"
	for _, part := range strings.SplitN(header, ",", 12) {
		tag, params, _ := strings.Cut(part, ";")
		q := 1.0
		if value, ok := strings.CutPrefix(strings.TrimSpace(params), "q="); ok {
			parsed, err := strconv.ParseFloat(value, 64)
			if err != nil {
				continue
			}
			q = parsed
		}
		primary, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if (primary == "zh" || primary == "en") && q > best {
			best, lang = q, primary
		}
	}
	return lang
}

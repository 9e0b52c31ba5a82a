package rtc

import (
	"errors"
	"fmt"
	"strings"
)

const (
	// MaxSDP is how long an answer may be, bytes.
	MaxSDP = 64 << 10
	// maxRefused is how many answers in a row may be wrong until a client is let go: an honest one has none.
	maxRefused = 8
)

var errSections = errors.New("rtc: the answer has other sections than the offer")

// plainAnswer takes out of an answer what we don't need and a liar could use. We learn where a client is from its checks alone; to a candidate in an answer the stack would open connections by itself (RFC 6544), and send to it unheard
// where the client says that it is lite as well.
func plainAnswer(answer, offer string) (string, error) {
	if len(answer) > MaxSDP {
		return "", fmt.Errorf("rtc: answer of %d bytes", len(answer))
	}
	var b strings.Builder
	sections := 0
	for line := range strings.Lines(answer) {
		switch name, _, _ := strings.Cut(strings.TrimRight(line, "\r\n"), ":"); name {
		case "a=candidate", "a=remote-candidates", "a=end-of-candidates", "a=ice-lite":
			continue
		}
		if strings.HasPrefix(line, "m=") {
			sections++
		}
		b.WriteString(line)
	}
	if sections != strings.Count(offer, "\nm=") {
		return "", errSections
	}
	return b.String(), nil
}

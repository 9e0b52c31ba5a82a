// Package transcript holds the rules on the transcript of a hearing (庭审笔录): what its lines are, who reads them when, how what is missing or wrong in them is corrected, and who
// signs (民事诉讼法 第一百五十条; 人民法院在线诉讼规则 第三十四条). State is the fold of its events. No I/O.
package transcript

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

// Kind says what a line is.
type Kind string

// The kinds.
const (
	Speech  Kind = "speech"  // what somebody said
	Note    Kind = "note"    // what happened, as the clerk notes it: an exhibit was shown, somebody left
	Heading Kind = "heading" // a step of the hearing begins
)

// Title is what the transcript of a hearing is called, or where its recording stands in place of one, what the participants sign of that.
func Title(h *hearing.State) string {
	if h.Replaced() {
		return hearing.TypeNames[h.Type].ZH + "录音录像确认书"
	}
	return hearing.TypeNames[h.Type].ZH + "笔录"
}

// Limits of a transcript.
const (
	MaxLines     = 4000
	MaxLineRunes = 4000
	MaxRunes     = 300_000
	MaxChanges   = 100 // in one request
	MaxCorrected = 500 // corrections that are asked for
)

// Line is one line of a transcript.
type Line struct {
	ID      string `json:"id"`
	Kind    Kind   `json:"kind" enum:"speech,note,heading"`
	Speaker string `json:"speaker,omitempty" doc:"seat of who speaks, with a speech"`
	Text    string `json:"text"`
	Exhibit string `json:"exhibit,omitempty" doc:"the exhibit that it is about"`
	At      int64  `json:"at" doc:"when it was begun, by the server's clock: where the recording is looked at for it"`
}

// Check refuses a line that can't stand in a transcript. What is being written may be empty.
func (l *Line) Check(field string) error {
	switch {
	case !court.ValidID(l.ID):
		return court.ErrInvalid.In(field + ".line")
	case l.Kind != Speech && l.Kind != Note && l.Kind != Heading:
		return court.ErrInvalid.In(field + ".kind")
	case (l.Kind == Speech) != court.ValidID(l.Speaker):
		return court.ErrInvalid.In(field + ".speaker")
	case l.Exhibit != "" && !court.ValidID(l.Exhibit):
		return court.ErrInvalid.In(field + ".exhibit")
	}
	return court.CheckText(l.Text, MaxLineRunes, field+".text")
}

// CheckAll refuses lines that can't be laid before people: court.ErrTranscriptEmpty without any word, court.ErrTooLarge.
func CheckAll(lines []Line) error {
	runes := 0
	for i := range lines {
		runes += utf8.RuneCountInString(lines[i].Text)
	}
	switch {
	case len(Written(lines)) == 0:
		return court.ErrTranscriptEmpty
	case len(lines) > MaxLines || runes > MaxRunes:
		return court.ErrTooLarge
	}
	return nil
}

// Written gives the lines that say something.
func Written(lines []Line) (list []Line) {
	for _, l := range lines {
		if strings.TrimSpace(l.Text) != "" {
			list = append(list, l)
		}
	}
	return list
}

// Hash is the SHA-256, in hex, of the lines: of each its JSON (RFC 8259) with the fields in their order here, and a line feed.
func Hash(lines []Line) string {
	h := sha256.New()
	enc := json.NewEncoder(h)
	enc.SetEscapeHTML(false)
	for i := range lines {
		enc.Encode(&lines[i]) // neither strings and numbers nor a hash can fail
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Extract gives what a witness reads and signs: from its first word to its last, with the questions between.
func Extract(lines []Line, seat string) []Line {
	first, last := -1, -1
	for i := range lines {
		if lines[i].Speaker == seat {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if first < 0 {
		return nil
	}
	return lines[first : last+1]
}

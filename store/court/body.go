package court

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"unicode/utf8"

	"microcourt/store/court/flat"
)

// Limits of what an event may say. They stand in the protocol document.
const (
	MaxTextRunes  = 5000
	MaxLabelRunes = 200
	MaxBodyBytes  = 32 << 10
	MaxVoiceMS    = 5 * 60 * 1000
)

// Body is what a person's event says, after validation.
type Body struct {
	// JSON is the canonical form: known fields only, in a fixed order.
	JSON json.RawMessage
	// Attachment is the upload that the event names, or "".
	Attachment string
	// Words is what search finds the event by.
	Words string
	// Quote is the sequence number of the quoted event in the same thread, or 0.
	Quote int64
	// Target is the event that a recall or hide is about, or 0.
	Target int64
	// Participant is whom a speech rule is about, or "".
	Participant string
}

type textBody struct {
	Text  string `json:"text"`
	Quote int64  `json:"quote,omitempty"`
}

type mediaBody struct {
	Attachment string `json:"attachment"`
	DurationMS int64  `json:"duration_ms,omitempty"`
	Quote      int64  `json:"quote,omitempty"`
}

// locationBody is a place in WGS-84 degrees, as phones measure it; pages convert for map apps that use GCJ-02.
type locationBody struct {
	Latitude  *float64 `json:"latitude"`
	Longitude *float64 `json:"longitude"`
	AccuracyM float64  `json:"accuracy_m,omitempty"`
	Name      string   `json:"name,omitempty"`
	Address   string   `json:"address,omitempty"`
	Quote     int64    `json:"quote,omitempty"`
}

type targetBody struct {
	Seq    int64  `json:"seq"`
	Reason string `json:"reason,omitempty"`
}

type speechBody struct {
	Participant string `json:"participant"`
	Barred      bool   `json:"barred"`
	Reason      string `json:"reason,omitempty"`
}

// ParseBody validates what a person's event of the given kind says. Errors are ErrInvalid or ErrTooLarge and name
// the field.
func ParseBody(kind Kind, raw []byte) (Body, error) {
	if len(raw) > MaxBodyBytes {
		return Body{}, ErrTooLarge.In("body")
	}
	switch kind {
	case KindText:
		if b, ok := plainText(raw); ok {
			return b, nil
		}
		return parseText(raw)
	case KindImage, KindVoice, KindVideo, KindFile:
		return parseMedia(kind, raw)
	case KindLocation:
		return parseLocation(raw)
	case KindRecall, KindHide:
		return parseTarget(kind, raw)
	case KindSpeech:
		return parseSpeech(raw)
	}
	return Body{}, ErrInvalid.In("kind")
}

func parseText(raw []byte) (Body, error) {
	var b textBody
	if err := strictJSON(raw, &b); err != nil {
		return Body{}, err
	}
	if strings.TrimSpace(b.Text) == "" {
		return Body{}, ErrInvalid.In("body.text")
	}
	if err := checkText(b.Text, MaxTextRunes, "body.text"); err != nil {
		return Body{}, err
	}
	return finish(b, Body{Quote: b.Quote, Words: b.Text})
}

// plainText understands the message that is sent nearly always: a text without escapes that is in canonical form
// already.
func plainText(raw []byte) (Body, bool) {
	whole := string(raw)
	text, ok := strings.CutPrefix(whole, `{"text":"`)
	if !ok || !flat.Object(whole, func(_ string, v flat.Value) bool { text = v.Text; return v.Kind == 's' }) ||
		len(whole) != len(`{"text":""}`)+len(text) || strings.TrimSpace(text) == "" || strings.Contains(text, "\u2028") || strings.Contains(text, "\u2029") ||
		checkText(text, MaxTextRunes, "") != nil {
		return Body{}, false
	}
	return Body{JSON: raw, Words: text}, true
}

func parseMedia(kind Kind, raw []byte) (Body, error) {
	var b mediaBody
	if err := strictJSON(raw, &b); err != nil {
		return Body{}, err
	}
	if !ValidID(b.Attachment) {
		return Body{}, ErrInvalid.In("body.attachment")
	}
	if b.DurationMS < 0 || kind == KindVoice && b.DurationMS > MaxVoiceMS {
		return Body{}, ErrInvalid.In("body.duration_ms")
	}
	return finish(b, Body{Attachment: b.Attachment, Quote: b.Quote})
}

func parseLocation(raw []byte) (Body, error) {
	var b locationBody
	if err := strictJSON(raw, &b); err != nil {
		return Body{}, err
	}
	if b.Latitude == nil || math.Abs(*b.Latitude) > 90 {
		return Body{}, ErrInvalid.In("body.latitude")
	}
	if b.Longitude == nil || math.Abs(*b.Longitude) > 180 {
		return Body{}, ErrInvalid.In("body.longitude")
	}
	if b.AccuracyM < 0 || b.AccuracyM > 1e6 {
		return Body{}, ErrInvalid.In("body.accuracy_m")
	}
	if err := checkText(b.Name, MaxLabelRunes, "body.name"); err != nil {
		return Body{}, err
	}
	if err := checkText(b.Address, MaxLabelRunes, "body.address"); err != nil {
		return Body{}, err
	}
	return finish(b, Body{Quote: b.Quote, Words: strings.TrimSpace(b.Name + " " + b.Address)})
}

func parseTarget(kind Kind, raw []byte) (Body, error) {
	var b targetBody
	if err := strictJSON(raw, &b); err != nil {
		return Body{}, err
	}
	if b.Seq < 1 {
		return Body{}, ErrInvalid.In("body.seq")
	}
	if kind == KindHide && strings.TrimSpace(b.Reason) == "" {
		return Body{}, ErrInvalid.In("body.reason")
	}
	if err := checkText(b.Reason, MaxLabelRunes, "body.reason"); err != nil {
		return Body{}, err
	}
	return finish(b, Body{Target: b.Seq})
}

func parseSpeech(raw []byte) (Body, error) {
	var b speechBody
	if err := strictJSON(raw, &b); err != nil {
		return Body{}, err
	}
	if !ValidID(b.Participant) {
		return Body{}, ErrInvalid.In("body.participant")
	}
	if b.Barred && strings.TrimSpace(b.Reason) == "" {
		return Body{}, ErrInvalid.In("body.reason")
	}
	if err := checkText(b.Reason, MaxLabelRunes, "body.reason"); err != nil {
		return Body{}, err
	}
	return finish(b, Body{Participant: b.Participant})
}

func finish(v any, b Body) (Body, error) {
	if b.Quote < 0 {
		return Body{}, ErrInvalid.In("body.quote")
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return Body{}, ErrInvalid.In("body")
	}
	b.JSON = bytes.TrimRight(buf.Bytes(), "\n")
	return b, nil
}

// strictJSON decodes one JSON object without unknown fields, invalid UTF-8 or anything behind it.
func strictJSON(raw []byte, v any) error {
	if !utf8.Valid(raw) || DecodeStrict(raw, v) != nil {
		return ErrInvalid.In("body")
	}
	return nil
}

// CheckText refuses text that is longer than so many characters or holds characters that would deceive, naming the field.
func CheckText(s string, max int, field string) error { return checkText(s, max, field) }

// DecodeStrict decodes one JSON value and refuses unknown fields and anything behind the value.
func DecodeStrict(raw []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return errFollowed
	}
	return nil
}

var errFollowed = errors.New("something follows the end of the JSON")

// checkText refuses text that is too long or holds control characters other than newline and tab, or characters
// that change the direction of what follows: with them a message can be made to look like another.
func checkText(s string, max int, field string) error {
	if utf8.RuneCountInString(s) > max {
		return ErrTooLarge.In(field)
	}
	for _, r := range s {
		if r < 0x20 && r != '\n' && r != '\t' || r == 0x7f || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return ErrInvalid.In(field)
		}
	}
	return nil
}

package court

import (
	"errors"
	"strings"
	"testing"
)

func TestBodiesThatSayNothingOrTooMuchAreRefusedWithTheField(t *testing.T) {
	for _, c := range []struct {
		kind  Kind
		raw   string
		want  *Error
		field string
	}{
		{KindText, `{"text":"  "}`, ErrInvalid, "body.text"},
		{KindText, `{"text":"` + strings.Repeat("字", MaxTextRunes+1) + `"}`, ErrTooLarge, "body.text"},
		{KindText, `{"text":"a","html":"b"}`, ErrInvalid, "body"},
		{KindText, `{"text":"a"} {}`, ErrInvalid, "body"},
		{KindText, `{"text":"a\u202eb"}`, ErrInvalid, "body.text"},
		{KindText, `{"text":"a\u0000b"}`, ErrInvalid, "body.text"},
		{KindText, `{"text":"a","quote":-1}`, ErrInvalid, "body.quote"},
		{KindText, "{\"text\":\"\xff\"}", ErrInvalid, "body"},
		{KindImage, `{"attachment":"../x"}`, ErrInvalid, "body.attachment"},
		{KindVoice, `{"attachment":"a","duration_ms":300001}`, ErrInvalid, "body.duration_ms"},
		{KindLocation, `{"latitude":91,"longitude":0}`, ErrInvalid, "body.latitude"},
		{KindLocation, `{"latitude":1}`, ErrInvalid, "body.longitude"},
		{KindHide, `{"seq":1}`, ErrInvalid, "body.reason"},
		{KindRecall, `{"seq":0}`, ErrInvalid, "body.seq"},
		{KindSpeech, `{"participant":"p","barred":true}`, ErrInvalid, "body.reason"},
		{KindNoticeAccepted, `{}`, ErrInvalid, "kind"},
		{KindText, `"` + strings.Repeat("a", MaxBodyBytes) + `"`, ErrTooLarge, "body"},
	} {
		_, err := ParseBody(c.kind, []byte(c.raw))
		if !errors.Is(err, c.want) || AsError(err).Field != c.field {
			t.Errorf("%s %.60s: got %v (%s), want %s (%s)", c.kind, c.raw, err, AsError(err).Field, c.want.Code, c.field)
		}
	}
}

// FuzzParseBody: whatever passes is in canonical form, so that the same content always has the same digest.
func FuzzParseBody(f *testing.F) {
	f.Add("text", []byte(`{"text":"您好","quote":3}`))
	f.Add("image", []byte(`{"attachment":"a"}`))
	f.Add("location", []byte(`{"latitude":39.9,"longitude":116.3,"name":"法院"}`))
	f.Add("speech", []byte(`{"participant":"p","barred":true,"reason":"x"}`))
	f.Add("text", []byte("{\"text\":\"a\u2028b\"}"))
	f.Fuzz(func(t *testing.T, kind string, raw []byte) {
		if quick, ok := plainText(raw); ok {
			var usual textBody
			err := strictJSON(raw, &usual)
			want, finishErr := finish(usual, Body{Quote: usual.Quote, Words: usual.Text})
			if err != nil || finishErr != nil || string(quick.JSON) != string(want.JSON) || quick.Words != want.Words || want.Quote != 0 {
				t.Errorf("%q is read as %s %q, but is %s %q (%v)", raw, quick.JSON, quick.Words, want.JSON, want.Words, err)
			}
		}
		b, err := ParseBody(Kind(kind), raw)
		if err != nil {
			if AsError(err) == ErrInternal {
				t.Errorf("an error without a code: %v", err)
			}
			return
		}
		again, err := ParseBody(Kind(kind), b.JSON)
		if err != nil || string(again.JSON) != string(b.JSON) {
			t.Errorf("%s became %s (%v)", b.JSON, again.JSON, err)
		}
	})
}

package court

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// goodExhibit is an exhibit that lacks nothing, with so many pages.
func goodExhibit(pages int) ExhibitInput {
	x := ExhibitInput{Name: "合同", Kind: EvidenceDocument, Purpose: "证明合同关系"}
	for i := range pages {
		x.Pages = append(x.Pages, PageInput{Attachment: fmt.Sprintf("p%d", i), SHA256: strings.Repeat("0a", 32)})
	}
	return x
}

func TestASubmissionThatLacksSomethingIsRefusedWithTheField(t *testing.T) {
	many := func(n, pages int) (list []ExhibitInput) {
		for i := range n {
			x := goodExhibit(pages)
			for p := range x.Pages {
				x.Pages[p].Attachment += fmt.Sprintf("x%d", i)
			}
			list = append(list, x)
		}
		return list
	}
	if err := CheckExhibits(many(4, 50)); err != nil {
		t.Errorf("as many pages as may be: %v", err)
	}
	for name, c := range map[string]struct {
		list  []ExhibitInput
		want  error
		field string
	}{
		"nothing":            {nil, ErrInvalid, "exhibits"},
		"too many":           {many(21, 1), ErrTooLarge, "exhibits"},
		"too many pages":     {[]ExhibitInput{goodExhibit(51)}, ErrTooLarge, "exhibits[0].pages"},
		"too many in all":    {append(many(4, 50), ExhibitInput{Name: "x", Kind: EvidenceDocument, Purpose: "x", Pages: []PageInput{{Attachment: "last"}}}), ErrTooLarge, "exhibits"},
		"the same file":      {[]ExhibitInput{goodExhibit(1), goodExhibit(2)}, ErrInvalid, "exhibits[1].pages[0].attachment"},
		"no name":            {change(func(x *ExhibitInput) { x.Name = "  " }), ErrInvalid, "exhibits[0].name"},
		"a name of lines":    {change(func(x *ExhibitInput) { x.Name = "a\nb" }), ErrInvalid, "exhibits[0].name"},
		"a turned name":      {change(func(x *ExhibitInput) { x.Name = "a\u202eb" }), ErrInvalid, "exhibits[0].name"},
		"a long name":        {change(func(x *ExhibitInput) { x.Name = strings.Repeat("字", 201) }), ErrTooLarge, "exhibits[0].name"},
		"no kind":            {change(func(x *ExhibitInput) { x.Kind = "" }), ErrInvalid, "exhibits[0].kind"},
		"a ninth kind":       {change(func(x *ExhibitInput) { x.Kind = "rumour" }), ErrInvalid, "exhibits[0].kind"},
		"nothing to prove":   {change(func(x *ExhibitInput) { x.Purpose = "" }), ErrInvalid, "exhibits[0].purpose"},
		"too much to prove":  {change(func(x *ExhibitInput) { x.Purpose = strings.Repeat("字", 1001) }), ErrTooLarge, "exhibits[0].purpose"},
		"a long source":      {change(func(x *ExhibitInput) { x.Source = strings.Repeat("字", 501) }), ErrTooLarge, "exhibits[0].source"},
		"no page":            {change(func(x *ExhibitInput) { x.Pages = nil }), ErrInvalid, "exhibits[0].pages"},
		"no file's id":       {change(func(x *ExhibitInput) { x.Pages[1].Attachment = "../x" }), ErrInvalid, "exhibits[0].pages[1].attachment"},
		"no hash":            {change(func(x *ExhibitInput) { x.Pages[1].SHA256 = "00" }), ErrInvalid, "exhibits[0].pages[1].sha256"},
		"a hash in capitals": {change(func(x *ExhibitInput) { x.Pages[1].SHA256 = strings.Repeat("0A", 32) }), ErrInvalid, "exhibits[0].pages[1].sha256"},
	} {
		err := CheckExhibits(c.list)
		if !errors.Is(err, c.want) || AsError(err).Field != c.field {
			t.Errorf("%s: %v in %q, want %v in %q", name, err, AsError(err).Field, c.want, c.field)
		}
	}
	if err := CheckExhibitsDraft([]ExhibitInput{{}, {Name: "合同"}}); err != nil {
		t.Errorf("a draft may lack everything: %v", err)
	}
}

func change(f func(x *ExhibitInput)) []ExhibitInput {
	x := goodExhibit(2)
	f(&x)
	return []ExhibitInput{x}
}

func TestAnObjectionSaysSomething(t *testing.T) {
	objection := Aspect{Objection: true}
	for name, c := range map[string]struct {
		opinion OpinionInput
		field   string // of the refusal; "" for none
	}{
		"无异议":              {OpinionInput{}, ""},
		"无异议 with words":   {OpinionInput{Text: "但不能证明送货"}, ""},
		"silent":           {OpinionInput{Legality: objection}, "text"},
		"blank":            {OpinionInput{Relevance: objection, Text: " \n"}, "text"},
		"in words":         {OpinionInput{Authenticity: objection, Text: "不是我的签名"}, ""},
		"on one question":  {OpinionInput{Authenticity: Aspect{true, "不是我的签名"}}, ""},
		"in images":        {OpinionInput{Authenticity: objection, Images: []PageInput{{Attachment: "a"}}}, ""},
		"too long":         {OpinionInput{Text: strings.Repeat("字", 5001)}, "text"},
		"too long on one":  {OpinionInput{Legality: Aspect{true, strings.Repeat("字", 1001)}}, "legality.text"},
		"an image twice":   {OpinionInput{Images: []PageInput{{Attachment: "a"}, {Attachment: "a"}}}, "images[1].attachment"},
		"too many images":  {OpinionInput{Images: slices.Repeat([]PageInput{{Attachment: "a"}}, 21)}, "images"},
		"an image's hash?": {OpinionInput{Images: []PageInput{{Attachment: "a", SHA256: "x"}}}, "images[0].sha256"},
	} {
		if err := c.opinion.Check(); (err == nil) != (c.field == "") || err != nil && AsError(err).Field != c.field {
			t.Errorf("%s: %v in %q, want %q", name, err, AsError(err).Field, c.field)
		}
	}
}

// TestAnExhibitIsSubjectOfTheNewestExchangeThatCoversIt: whatever exchanges a case has had, an opinion is taken exactly while the newest of
// them that covers the exhibit runs, or where none does.
func TestAnExhibitIsSubjectOfTheNewestExchangeThatCoversIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var list []Exchange
		at := int64(0)
		for i := range rapid.IntRange(0, 4).Draw(t, "exchanges") {
			x := Exchange{ID: fmt.Sprint(i), OpenedAt: at, OpensAt: at + rapid.Int64Range(0, 3).Draw(t, "opens")}
			x.EndsAt = x.OpensAt + rapid.Int64Range(1, 5).Draw(t, "lasts")
			if rapid.Bool().Draw(t, "named") {
				x.Exhibits = []string{rapid.SampledFrom([]string{"mine", "other"}).Draw(t, "exhibit")}
			}
			if rapid.Bool().Draw(t, "closed") {
				x.ClosedAt = rapid.Int64Range(x.OpenedAt, x.EndsAt).Draw(t, "closed at")
			}
			at = x.EndsAt
			if x.ClosedAt != 0 {
				at = x.ClosedAt
			}
			list = append(list, x)
		}
		submitted, now := rapid.Int64Range(0, 30).Draw(t, "submitted"), rapid.Int64Range(0, 40).Draw(t, "now")
		var last *Exchange
		for i, x := range list {
			ended := x.EndsAt
			if x.ClosedAt != 0 {
				ended = min(ended, x.ClosedAt)
			}
			if slices.Contains(x.Exhibits, "mine") || len(x.Exhibits) == 0 && submitted < ended {
				last = &list[i]
			}
		}
		var want error
		switch {
		case last == nil:
		case last.ClosedAt != 0 || now >= last.EndsAt:
			want = ErrExchangeClosed
		case now < last.OpensAt:
			want = ErrExchangeNotOpen
		}
		if got := CheckOpinionTime(list, "mine", submitted, now); !errors.Is(got, want) {
			t.Fatalf("at %d on what came at %d: %v, want %v", now, submitted, got, want)
		}
	})
}

func TestWindowsAndDeadlinesLieAhead(t *testing.T) {
	const now = 1_790_000_000_000
	for name, c := range map[string]struct {
		x     Exchange
		field string
	}{
		"a week":                     {Exchange{Mode: ExchangeAsynchronous, OpensAt: now, EndsAt: now + 7*dayMS}, ""},
		"an agreed time without end": {Exchange{Mode: ExchangeSynchronous, OpensAt: now + dayMS}, ""},
		"a period without end":       {Exchange{Mode: ExchangeAsynchronous, OpensAt: now}, "ends_at"},
		"an end before the start":    {Exchange{Mode: ExchangeAsynchronous, OpensAt: now + 10, EndsAt: now + 10}, "ends_at"},
		"over before it begins":      {Exchange{Mode: ExchangeAsynchronous, OpensAt: now - 10, EndsAt: now}, "ends_at"},
		"in two years":               {Exchange{Mode: ExchangeSynchronous, OpensAt: now + 700*dayMS}, "opens_at"},
		"no mode":                    {Exchange{OpensAt: now, EndsAt: now + 10}, "mode"},
		"a long note":                {Exchange{Mode: ExchangeSynchronous, OpensAt: now, Note: strings.Repeat("字", 501)}, "note"},
	} {
		if err := c.x.CheckWindow(now); (err == nil) != (c.field == "") || err != nil && AsError(err).Field != c.field {
			t.Errorf("%s: %v in %q", name, err, AsError(err).Field)
		}
	}
	for deadline, good := range map[int64]bool{0: true, now + 1: true, now: false, now - 1: false, now + 367*dayMS: false} {
		if err := CheckDeadline(deadline, now); (err == nil) != good {
			t.Errorf("a deadline %d ms ahead: %v", deadline-now, err)
		}
	}
}

func TestAFileMakesThePageThatItIs(t *testing.T) {
	for _, c := range []struct {
		upload Kind
		media  string
		want   PageMedia
	}{
		{KindImage, "image/jpeg", PageImage}, {KindFile, "image/heic", PageImage}, {KindFile, "application/pdf", PagePDF}, {KindVoice, "audio/amr", PageAudio},
		{KindVoice, "video/webm", PageAudio}, {KindVideo, "video/webm", PageVideo}, {KindFile, "audio/mpeg", PageAudio}, {KindFile, "video/mp4", PageVideo},
		{KindFile, "text/plain", ""}, {KindFile, "application/zip", ""}, {KindFile, "application/msword", ""}, {KindVoice, "application/zip", ""},
	} {
		if got := PageMediaOf(c.upload, c.media); got != c.want {
			t.Errorf("%s sent as %s is %q, want %q", c.media, c.upload, got, c.want)
		}
	}
}

// FuzzCheckExhibits: what passes keeps the limits and comes through JSON as it is, so that the same content always has the same
// digest; what doesn't is refused with a field.
func FuzzCheckExhibits(f *testing.F) {
	for _, list := range [][]ExhibitInput{{goodExhibit(2)}, change(func(x *ExhibitInput) { x.Name = "\u2066x" }), {{}}} {
		text, err := json.Marshal(list)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		var list []ExhibitInput
		if json.Unmarshal(raw, &list) != nil {
			return
		}
		if err := CheckExhibits(list); err != nil {
			if AsError(err).Field == "" {
				t.Errorf("refused without a field: %v", err)
			}
			return
		}
		seen := map[string]bool{}
		for _, x := range list {
			for _, p := range x.Pages {
				if seen[p.Attachment] || !ValidID(p.Attachment) {
					t.Errorf("%q is a page twice, or no id", p.Attachment)
				}
				seen[p.Attachment] = true
			}
			if x.Name == "" || x.Purpose == "" || !slices.Contains(EvidenceKinds, x.Kind) || len(x.Pages) == 0 || strings.ContainsAny(x.Name, "\n\x00\u202e") {
				t.Errorf("%+v passed", x)
			}
		}
		if len(list) > MaxExhibits || len(seen) > MaxSubmissionPages {
			t.Errorf("%d exhibits with %d pages passed", len(list), len(seen))
		}
		once, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		var again []ExhibitInput
		if err := json.Unmarshal(once, &again); err != nil {
			t.Fatal(err)
		}
		if twice, err := json.Marshal(again); err != nil || string(twice) != string(once) {
			t.Errorf("%s became %s (%v)", once, twice, err)
		}
	})
}

// FuzzOpinion: what passes keeps the limits, and never objects without a word or an image.
func FuzzOpinion(f *testing.F) {
	f.Add([]byte(`{"authenticity":{"objection":true,"text":"不是我签的"},"text":"x","images":[{"attachment":"a"}]}`))
	f.Add([]byte(`{"legality":{"objection":true}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var o OpinionInput
		if json.Unmarshal(raw, &o) != nil {
			return
		}
		err := o.Check()
		if err != nil {
			if AsError(err).Field == "" {
				t.Errorf("refused without a field: %v", err)
			}
			return
		}
		if o.Objects() && len(o.Images) == 0 && strings.TrimSpace(o.Words()) == "" {
			t.Errorf("%+v objects and says nothing", o)
		}
		if len(o.Images) > MaxOpinionImages || len(o.Words()) > 4*(MaxTextRunes+3*MaxPurposeRunes)+3 {
			t.Errorf("too much passed: %d images, %d bytes", len(o.Images), len(o.Words()))
		}
	})
}

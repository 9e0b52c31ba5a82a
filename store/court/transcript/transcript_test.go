package transcript

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

func TestALineIsCheckedInEachField(t *testing.T) {
	long := make([]rune, MaxLineRunes+1)
	for i := range long {
		long[i] = '字'
	}
	for _, c := range []struct {
		line  Line
		field string
	}{
		{Line{ID: "l", Kind: Speech, Speaker: "P", Text: "是。"}, ""},
		{Line{ID: "l", Kind: Speech, Speaker: "P"}, ""}, // being written
		{Line{ID: "l", Kind: Note, Text: "出示证据。", Exhibit: "e"}, ""},
		{Line{Kind: Note}, "c.line"},
		{Line{ID: "l", Kind: "song"}, "c.kind"},
		{Line{ID: "l", Kind: Speech}, "c.speaker"},
		{Line{ID: "l", Kind: Note, Speaker: "P"}, "c.speaker"},
		{Line{ID: "l", Kind: Note, Exhibit: "../"}, "c.exhibit"},
		{Line{ID: "l", Kind: Note, Text: string(long)}, "c.text"},
	} {
		if err := c.line.Check("c"); (err == nil) != (c.field == "") || err != nil && court.AsError(err).Field != c.field {
			t.Errorf("%.60v: %v, want %q", c.line, err, c.field)
		}
	}
}

// TestTheHashIsOverWhatEachLineSays, by a vector that others can compute.
func TestTheHashIsOverWhatEachLineSays(t *testing.T) {
	lines := []Line{{ID: "a", Kind: Speech, Speaker: "P", Text: "1 < 2 & 是", At: 5}, {ID: "b", Kind: Note, Text: "x", Exhibit: "e", At: 6}}
	// printf '%s\n' '{"id":"a","kind":"speech","speaker":"P","text":"1 < 2 & 是","at":5}' '{"id":"b","kind":"note","text":"x","exhibit":"e","at":6}' | sha256sum
	const want = "a87802b23309540396310de3f3feeb46acfefa1ae6ec2236f98218ceb892d16a"
	if got := Hash(lines); got != want {
		t.Errorf("it is %s", got)
	}
}

func TestAWitnessReadsFromItsFirstWordToItsLast(t *testing.T) {
	line := func(id, speaker string) Line { return Line{ID: id, Kind: Speech, Speaker: speaker, Text: id} }
	lines := []Line{line("1", "J"), line("2", "W"), line("3", "J"), line("4", "W"), line("5", "P")}
	s := New("h")
	s.Corrections = []Correction{{Line: "4", Text: "四", Granted: true}, {Line: "2", Text: "二"}, {Line: "5", Text: "五", Granted: true}}
	var texts []string
	for _, l := range s.Testimony(lines, "W") {
		texts = append(texts, l.Text)
	}
	if !slices.Equal(texts, []string{"2", "3", "四"}) || lines[3].Text != "4" {
		t.Errorf("it reads %q of %v", texts, lines)
	}
	if s.Testimony(lines, "X") != nil {
		t.Error("who said nothing reads something")
	}
}

// TestATemplateHoldsLinesThatCanBeWritten, of seats that there are, for each type of hearing.
func TestATemplateHoldsLinesThatCanBeWritten(t *testing.T) {
	seats := []hearing.Seat{{ID: "J", Role: hearing.Judge, Standing: "审判长"}, {ID: "K", Role: hearing.Clerk, Standing: "书记员"}, {ID: "P", Role: hearing.Party, Standing: "原告"},
		{ID: "L", Role: hearing.Representative, Standing: "委托诉讼代理人"}, {ID: "D", Role: hearing.Party, Standing: "被上诉人"}, {ID: "T", Role: hearing.Party, Standing: "第三人"}, {ID: "G", Role: hearing.Party, Gone: true}}
	for _, kind := range hearing.Types {
		s := &hearing.State{Type: kind, Presiding: "J", Seats: seats}
		list := Templates(s, Facts{"某某人民法院", "（2025）浙9901民初1号", "买卖合同纠纷"})
		if len(list) != len(hearing.Phases(kind)) {
			t.Errorf("%s has %d templates", kind, len(list))
		}
		for _, template := range list {
			for i, l := range template.Lines {
				l.ID = "l"
				if err := l.Check(fmt.Sprint(template.Phase, i)); err != nil || l.Speaker == "G" || l.Speaker != "" && s.Seat(l.Speaker) == nil {
					t.Errorf("%s, line %d %+v: %v", template.Phase, i, l, err)
				}
			}
		}
	}
}

// TestNobodysSignatureStandsUnderWhatItHasNotSigned, whatever happens in whichever order: who counts as having signed has signed the document as it is now or one that differs from it only by corrections that
// were refused; a transcript is complete only with all signatures; and of what has ended nothing changes.
func TestNobodysSignatureStandsUnderWhatItHasNotSigned(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		s, seq, now := New("h"), int64(0), int64(1_790_000_000_000)
		say := func(kind court.Kind, body any) {
			raw, err := json.Marshal(body)
			if err != nil {
				rt.Fatal(err)
			}
			seq++
			s.Apply(kind, raw, seq, now, "K")
		}
		seats := []SignerBody{{Seat: "P"}, {Seat: "D"}, {Seat: "J", OfCourt: true}}
		granted, signedAt := 0, map[string]int{}
		for i := range rapid.IntRange(1, 40).Draw(rt, "acts") {
			now += 3600_000
			before, done := *s, s.Status.Done()
			seat := rapid.SampledFrom([]string{"P", "D", "J", "X"}).Draw(rt, "seat")
			switch rapid.IntRange(0, 6).Draw(rt, "act") {
			case 0:
				if s.CanWrite() == nil {
					granted, signedAt = 0, map[string]int{}
					say(court.KindTranscriptPresented, PresentedBody{Hearing: "h", Version: s.Version + 1, Document: Document{"a", fmt.Sprint("v", i)}, Signers: seats, Until: ReadUntil(now)})
				}
			case 1:
				if s.Status == Reading {
					say(court.KindTranscriptReopened, EndBody{Hearing: "h", Reason: "r"})
				}
			case 2:
				if s.CanCorrect(seat, now) == nil {
					say(court.KindCorrectionAsked, AskedBody{Hearing: "h", Correction: fmt.Sprint("c", i), Line: "l", Seat: seat, Text: "t"})
				}
			case 3:
				for _, c := range s.Corrections {
					if s.CanAnswer(c.ID) == nil {
						yes := rapid.Bool().Draw(rt, "granted")
						if yes {
							granted++
						}
						say(court.KindCorrectionAnswered, AnsweredBody{Hearing: "h", Correction: c.ID, Granted: yes, Document: Document{"a", fmt.Sprint("v", i)}})
						break
					}
				}
			case 4:
				if s.CanSign(seat) == nil {
					signedAt[seat] = granted
					say(court.KindTranscriptSigned, SignedBody{Hearing: "h", Seat: seat, Signed: Signature{SHA256: s.SHA256}, Complete: s.Last(seat)})
				}
			case 5:
				if s.CanRefuse(seat) == nil {
					say(court.KindTranscriptRefused, RefusedBody{Hearing: "h", Seat: seat})
				}
			case 6:
				if s.CanClose(now) == nil {
					say(court.KindTranscriptClosed, EndBody{Hearing: "h", Reason: "r"})
				}
			}
			if done && (s.Status != before.Status || s.SHA256 != before.SHA256 || !slices.Equal(s.Signers, before.Signers)) {
				rt.Fatalf("what had ended changed: %+v", s)
			}
			missing := 0
			for _, p := range s.Signers {
				at, has := signedAt[p.Seat]
				if p.Answer == Signed && s.Status != Writing && (!has || at != granted) {
					rt.Fatalf("%s counts as having signed: %+v", p.Seat, s)
				}
				if p.Answer != Signed {
					missing++
				}
			}
			if s.Status == Complete && missing > 0 || s.Status == Reading && missing == 0 && len(s.Signers) > 0 {
				rt.Fatalf("%d are missing: %+v", missing, s)
			}
		}
	})
}

// FuzzApply: whatever stands in an event, the fold takes it and stays one that can be written as JSON.
func FuzzApply(f *testing.F) {
	f.Add(uint8(0), []byte(`{"hearing":"h","version":1,"signers":[{"seat":"P"}]}`))
	f.Add(uint8(3), []byte(`{"hearing":"h","correction":"c","granted":true}`))
	kinds := []court.Kind{court.KindTranscriptPresented, court.KindTranscriptLive, court.KindCorrectionAsked, court.KindCorrectionAnswered, court.KindTranscriptSigned, court.KindTranscriptRefused, court.KindTranscriptClosed, court.KindTranscriptReopened}
	f.Fuzz(func(t *testing.T, n uint8, body []byte) {
		s := New("h")
		s.Apply(court.KindTranscriptPresented, []byte(`{"hearing":"h","version":1,"signers":[{"seat":"P"},{"seat":"J","of_court":true}]}`), 1, 1, "K")
		s.Apply(kinds[int(n)%len(kinds)], body, 2, 2, "P")
		if _, err := json.Marshal(s); err != nil {
			t.Fatal(err)
		}
	})
}

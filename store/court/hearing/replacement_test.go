package hearing

import (
	"errors"
	"fmt"
	"testing"

	"microcourt/store/court"
)

// TestARecordingStandsInPlaceOfATranscriptWhereTheRuleAllows (庭审录音录像规定 第八条; 在线调解规则 第二十二条): in mediation, and in civil cases in the simple procedure.
func TestARecordingStandsInPlaceOfATranscriptWhereTheRuleAllows(t *testing.T) {
	const civil, administrative, criminal = "（2026）浙0212民初1号", "（2026）浙0212行初1号", "（2026）浙0212刑初1号"
	for _, c := range []struct {
		kind              Type
		mode              Mode
		procedure, docket string
		want              *court.Error
	}{
		{Trial, Synchronous, "民事一审（简易程序）", civil, nil},
		{Trial, Synchronous, "小额诉讼程序", civil, nil},
		{Inquiry, Synchronous, "简易程序", "某某字第1号", nil},
		{Mediation, Synchronous, "行政一审", administrative, nil},
		{Mediation, Synchronous, "", civil, nil},
		{Trial, Synchronous, "民事一审", civil, court.ErrReplaceRule},
		{Trial, Synchronous, "简易程序", administrative, court.ErrReplaceRule},
		{Trial, Synchronous, "行政一审（简易程序）", "", court.ErrReplaceRule},
		{Trial, Synchronous, "简易程序", criminal, court.ErrReplaceRule},
		{Trial, Synchronous, "", "", court.ErrReplaceRule},
		{Trial, Asynchronous, "民事一审（简易程序）", civil, court.ErrHearingMode},
	} {
		s := scheduled(t)
		s.Type, s.Mode = c.kind, c.mode
		if err := s.Replaceable(c.procedure, c.docket); c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
	}
	s := scheduled(t)
	s.say(court.KindReplaceProposed, 2, `"on":true`)
	if err := s.Replaceable("简易程序", ""); !errors.Is(err, court.ErrHearingState) {
		t.Errorf("a second time: %v", err)
	}
}

// TestARecordingStandsInPlaceOfATranscriptOnlyIfAllHaveAgreed, each by its own word, and if it is whole; that it does is decided when the hearing is closed.
func TestARecordingStandsInPlaceOfATranscriptOnlyIfAllHaveAgreed(t *testing.T) {
	both, agreed := []string{"P", "D"}, map[string]bool{"P": true, "D": true}
	type recorded struct {
		at     int64
		fields string
	}
	first := recorded{1_000_001, `"part":1,"state":"started"`}
	ended := func(reason string) recorded {
		return recorded{1_010_000, fmt.Sprintf(`"part":1,"state":"ended","reason":%q`, reason)}
	}
	second := recorded{1_020_000, `"part":2,"state":"started"`}
	whole, failed := []recorded{first}, []recorded{first, {1_010_000, `"part":1,"state":"failed","reason":"storage"`}, second}
	for _, c := range []struct {
		name          string
		parties       []string
		answers       map[string]bool
		recorded      []recorded
		after         string // of the recording, after the hearing was closed
		stands, later bool
	}{
		{"all agreed", both, agreed, whole, "", true, true},
		{"one hasn't answered", both, map[string]bool{"P": true}, whole, "", false, false},
		{"one has declined", both, map[string]bool{"P": true, "D": false}, whole, "", false, false},
		{"one has joined the case since", []string{"P", "D", "T"}, agreed, whole, "", false, false},
		{"one who declined has left the case", []string{"P"}, map[string]bool{"P": true, "D": false}, whole, "", true, true},
		{"nothing was recorded", both, agreed, nil, "", false, false},
		{"its beginning is missing", both, agreed, []recorded{{1_005_000, first.fields}}, "", false, false},
		{"its end is missing", both, agreed, []recorded{first, ended("stopped")}, "", false, false},
		{"nothing was recorded for a while", both, agreed, []recorded{first, ended("moved"), second}, "", false, false},
		{"the bench consulted", both, agreed, []recorded{first, ended("consultation"), second}, "", true, true},
		{"the recording failed", both, agreed, failed, "", false, false},
		{"its last part failed", both, agreed, whole, `"part":1,"state":"failed","reason":"interrupted"`, true, false},
		{"nobody is left", nil, map[string]bool{"P": true}, whole, "", false, false},
	} {
		s := sitting(t)
		if s.Asks("P") {
			t.Fatal("asked before it was proposed")
		}
		s.say(court.KindReplaceProposed, 1_000_001, `"on":true`)
		for _, party := range []string{"P", "D"} { // in this order
			if agrees, answers := c.answers[party]; answers {
				if !s.Asks(party) {
					t.Fatalf("%s: %s isn't asked", c.name, party)
				}
				s.say(court.KindReplaceAnswered, 1_000_002, fmt.Sprintf(`"party":%q,"agrees":%v`, party, agrees))
				if s.Asks(party) {
					t.Errorf("%s: %s is asked again", c.name, party)
				}
				if !agrees && s.Asks("T") {
					t.Errorf("%s: others are asked after somebody declined", c.name)
				}
			}
		}
		for _, r := range c.recorded {
			s.say(court.KindHearingRecording, r.at, r.fields)
		}
		b := s.Close("", c.parties, 1_030_000)
		s.say(court.KindHearingClosed, 1_030_000, fmt.Sprintf(`"replaced":%v`, b.Replaced))
		if b.Replaced != c.stands || s.Replaced() != c.stands {
			t.Errorf("%s: %+v, %+v", c.name, b, s.Replacement)
		}
		if c.after != "" {
			s.say(court.KindHearingRecording, 1_040_000, c.after)
		}
		if s.Replaced() != c.later {
			t.Errorf("%s: it stands %v in the end", c.name, s.Replaced())
		}
		if s.Asks("T") {
			t.Errorf("%s: asked after the hearing", c.name)
		}
	}
}

// TestTheCourtTakesItsProposalBack once: before the hearing is closed, or where the recording stands and turns out not to be whole.
func TestTheCourtTakesItsProposalBack(t *testing.T) {
	for _, c := range []struct {
		closes, stands bool
		want           *court.Error
	}{{false, false, nil}, {true, true, nil}, {true, false, court.ErrHearingOver}} {
		s := sitting(t)
		if err := s.CanWithdraw(); !errors.Is(err, court.ErrHearingState) {
			t.Errorf("before it is proposed: %v", err)
		}
		s.say(court.KindReplaceProposed, 1_000_001, `"on":true`)
		if c.closes {
			s.say(court.KindHearingClosed, 1_000_002, fmt.Sprintf(`"replaced":%v`, c.stands))
		}
		if err := s.CanWithdraw(); c.want == nil && err != nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
		s.say(court.KindReplaceProposed, 1_000_003, `"on":false,"reason":"录音缺失"`)
		if s.Replaced() || s.Asks("P") || s.replaces([]string{"P"}, 1_000_004) || s.Replacement.Withdrawn != "录音缺失" {
			t.Errorf("after it was taken back: %+v", s.Replacement)
		}
		if err := s.CanWithdraw(); !errors.Is(err, court.ErrHearingState) {
			t.Errorf("a second time: %v", err)
		}
	}
}

// TestTheValueOfARecordingIsThatOfAllItsFiles, in whatever order they are named.
func TestTheValueOfARecordingIsThatOfAllItsFiles(t *testing.T) {
	// printf 'aa\nbb\n' | sha256sum
	const want = "329d670e59ead1543a2d36865895972560bc434204c5f4a0c8219005dd312719"
	if a, b := Integrity([]string{"aa", "bb"}), Integrity([]string{"bb", "aa"}); a != want || b != want {
		t.Errorf("%s, %s", a, b)
	}
	for _, other := range [][]string{nil, {"aa"}, {"aa", "bc"}, {"aa", "bb", "bb"}} {
		if Integrity(other) == want {
			t.Errorf("%q gives the same", other)
		}
	}
}

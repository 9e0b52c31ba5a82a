package hearing

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"microcourt/store/court"
)

// sitting is a hearing that began at 1000 s.
func sitting(t testing.TB) *State {
	t.Helper()
	s := scheduled(t)
	for _, kind := range []court.Kind{court.KindHearingOpened, court.KindHearingStarted} {
		kind, body := event(kind, "")
		s.Apply(kind, body, 1_000_000, "J")
	}
	return s
}

func (s *State) say(kind court.Kind, at int64, fields string) {
	kind, body := event(kind, fields)
	s.Apply(kind, body, at, "")
}

// TestEachGapOfARecordingHasItsReason (庭审录音录像规定 第三条, 第四条): what the law lets out is told from failures.
func TestEachGapOfARecordingHasItsReason(t *testing.T) {
	s := sitting(t)
	s.say(court.KindHearingRecording, 1_000_500, `"part":1,"state":"started"`)
	s.say(court.KindHearingRecording, 1_130_000, `"part":1,"state":"ended","reason":"consultation","ended_at":1100000,"files":[{"id":"a","at":1000600,"duration":99000}]`)
	s.say(court.KindHearingRecording, 1_200_000, `"part":2,"state":"started"`)
	s.say(court.KindHearingRecording, 1_300_000, `"part":2,"state":"failed","reason":"interrupted"`) // noted by another node, later than it broke off
	s.say(court.KindHearingRecording, 1_300_100, `"part":3,"state":"failed","reason":"storage"`)     // it never began
	s.say(court.KindHearingRecording, 1_310_000, `"part":4,"state":"started"`)
	s.say(court.KindHearingRecording, 1_320_000, `"part":2,"state":"added","files":[{"id":"b","at":1200100,"duration":30000}]`)
	if len(s.Recording) != 4 || s.Recording[0].EndedAt != 1_100_000 {
		t.Fatalf("the parts are %+v", s.Recording)
	}
	files := map[int]Span{1: {From: 1_000_600, To: 1_099_600}, 2: {From: 1_200_100, To: 1_230_100}}
	spans, gaps := s.Timeline(files, 1_400_000)
	if want := []Span{{1, 1_000_500, 1_100_000}, {2, 1_200_000, 1_230_100}, {4, 1_310_000, 1_400_000}}; !slices.Equal(spans, want) {
		t.Errorf("recorded is %+v, want %+v", spans, want)
	}
	if want := []Gap{{1_100_000, 1_200_000, "consultation", false}, {1_230_100, 1_300_100, "interrupted", true}, {1_300_100, 1_310_000, "storage", true}}; !slices.Equal(gaps, want) {
		t.Errorf("the gaps are %+v, want %+v", gaps, want)
	}
	moved := sitting(t)
	moved.say(court.KindHearingRecording, 1_000_000, `"part":1,"state":"started"`)
	moved.say(court.KindHearingRecording, 1_010_000, `"part":1,"state":"ended","reason":"moved"`)
	moved.say(court.KindHearingRecording, 1_012_000, `"part":2,"state":"started"`)
	if _, gaps := moved.Timeline(nil, 1_020_000); !slices.Equal(gaps, []Gap{{1_010_000, 1_012_000, RecordingMoved, true}}) {
		t.Errorf("a hearing that took long to move has %+v: no law lets that out", gaps)
	}
	if _, gaps := sitting(t).Timeline(nil, 1_060_000); !slices.Equal(gaps, []Gap{{1_000_000, 1_060_000, Unrecorded, true}}) {
		t.Errorf("a hearing that isn't recorded has %+v", gaps)
	}
	if spans, gaps := scheduled(t).Timeline(nil, 1_060_000); spans != nil || gaps != nil {
		t.Errorf("before it began: %+v, %+v", spans, gaps)
	}
}

// TestRecordedTimeAndGapsMakeUpTheHearing, whatever was noted of the parts: nothing is both, and only moments between parts are neither.
func TestRecordedTimeAndGapsMakeUpTheHearing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := &State{ID: "H", Status: InSession, StartedAt: 1_000_000}
		at := int64(1_000_000)
		files := map[int]Span{}
		for part := range rapid.IntRange(0, 6).Draw(t, "parts") {
			at += rapid.Int64Range(0, 20_000).Draw(t, "pause")
			from := at
			s.say(court.KindHearingRecording, at, fmt.Sprintf(`"part":%d,"state":"started"`, part+1))
			at += rapid.Int64Range(0, 50_000).Draw(t, "length")
			if rapid.Bool().Draw(t, "files") {
				files[part+1] = Span{From: from, To: rapid.Int64Range(from, at).Draw(t, "covered")}
			}
			s.say(court.KindHearingRecording, at, fmt.Sprintf(`"part":%d,"state":%q,"reason":"r"`, part+1, rapid.SampledFrom([]string{"ended", "failed"}).Draw(t, "state")))
		}
		end := at + rapid.Int64Range(0, 20_000).Draw(t, "rest")
		spans, gaps := s.Timeline(files, end)
		all := slices.Clone(spans)
		for _, g := range gaps {
			if g.Reason == "" {
				t.Fatalf("%+v has no reason", g)
			}
			all = append(all, Span{0, g.From, g.To})
		}
		slices.SortFunc(all, func(a, b Span) int { return int(a.From - b.From) })
		reached, neither := s.StartedAt, int64(0)
		for _, x := range all {
			if x.From < reached || x.To <= x.From {
				t.Fatalf("from %d on: %+v and %+v", reached, spans, gaps)
			}
			neither += x.From - reached
			reached = x.To
		}
		if neither += end - reached; neither > int64(len(s.Recording)+1)*minGap {
			t.Fatalf("%d ms are neither: %+v and %+v up to %d", neither, spans, gaps, end)
		}
	})
}

// TestWhoPlaysARecording (第十条): the court, and whom a judge allows it; never a witness or an observer.
func TestWhoPlaysARecording(t *testing.T) {
	s := sitting(t)
	for _, seat := range []string{"P", "W"} {
		s.say(court.KindRecordingShared, 2, fmt.Sprintf(`"seat":%q,"on":true`, seat))
	}
	for _, c := range []struct {
		role court.Role
		seat string
		want bool
	}{{court.RoleJudge, "J", true}, {court.RoleClerk, "C", true}, {court.RoleParty, "P", true}, {court.RoleParty, "D", false}, {court.RoleRepresentative, "R", false},
		{court.RoleWitness, "W", false}, {court.RoleObserver, "W", false}} {
		if s.Plays(c.role, c.seat) != c.want {
			t.Errorf("%s %s plays: %v", c.role, c.seat, !c.want)
		}
	}
	s.say(court.KindRecordingShared, 3, `"seat":"P","on":false,"reason":"r"`)
	if s.Plays(court.RoleParty, "P") {
		t.Error("what was taken back still holds")
	}
}

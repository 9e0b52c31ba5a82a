package hub

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"microcourt/store/court"
)

// TestRecentGivesExactlyWhatIsMissingOrNothing: whatever was said, recalled and dropped, a joiner gets each missing event
// once and in order, or is sent to the record; and what is kept stays within its bound.
func TestRecentGivesExactlyWhatIsMissingOrNothing(t *testing.T) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	r := &room{heads: map[string]int64{}}
	st := &court.Standing{ParticipantID: "a", Role: court.RoleParty}
	mine := []string{court.RoomThread, court.PairThread("a", "b"), court.BenchThread("a")}
	all := append([]string{court.PairThread("b", "c"), court.BenchThread("b")}, mine...)
	withdrawn := map[string]int64{} // newest recall by thread: nothing up to it may be given
	given := 0
	for range 5000 {
		name := all[rng.IntN(len(all))]
		r.heads[name]++
		ev := &court.Event{Thread: name, Seq: r.heads[name], Kind: court.KindText}
		if rng.IntN(40) == 0 {
			ev.Kind = court.KindRecall
			withdrawn[name] = ev.Seq
		}
		r.recent.add(ev, frame(fmt.Sprintf("%s %d %s", name, ev.Seq, strings.Repeat("x", rng.IntN(900)))))
		if r.recent.bytes > maxRecent || r.recent.bytes < 0 {
			t.Fatalf("%d bytes are kept", r.recent.bytes)
		}
		have := map[string]int64{}
		for _, name := range mine {
			have[name] = max(0, r.heads[name]-rng.Int64N(4))
		}
		frames, last, ok := r.recentFor(st, have)
		if !ok {
			continue
		}
		given++
		next := map[string]int64{}
		for _, f := range frames {
			var name string
			var seq int64
			fmt.Sscan(string(f), &name, &seq)
			if want := max(next[name], have[name]) + 1; seq != want {
				t.Fatalf("%s: event %d where %d is next", name, seq, want)
			}
			if seq <= withdrawn[name] {
				t.Fatalf("%s: event %d is given as it was before the recall at %d", name, seq, withdrawn[name])
			}
			next[name] = seq
		}
		for _, name := range mine {
			if last[name] != r.heads[name] || max(next[name], have[name]) != r.heads[name] {
				t.Fatalf("%s ends at %d (told %d), but it is at %d", name, next[name], last[name], r.heads[name])
			}
		}
		if len(last) > len(mine) {
			t.Fatalf("others' threads are told of: %v", last)
		}
	}
	if given < 1000 {
		t.Errorf("only %d of 5000 joiners were served without the record", given)
	}
}

// TestP3WhoAsksForOthersThreadsIsSentToTheRecord, whether they hold anything or not.
func TestP3WhoAsksForOthersThreadsIsSentToTheRecord(t *testing.T) {
	r := &room{heads: map[string]int64{court.PairThread("b", "c"): 7}}
	st := &court.Standing{ParticipantID: "a", Role: court.RoleParty}
	for _, thread := range []string{court.PairThread("b", "c"), court.PairThread("b", "d"), "nonsense"} {
		if _, _, ok := r.recentFor(st, map[string]int64{thread: 7}); ok {
			t.Errorf("%s is answered from what is kept", thread)
		}
	}
}

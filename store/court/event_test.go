package court

import (
	"strings"
	"testing"
)

func TestThreadNamesAreCanonical(t *testing.T) {
	for _, name := range []string{"room", PairThread("b", "a"), BenchThread("p-1")} {
		if _, err := ParseThread(name); err != nil {
			t.Errorf("%q: %v", name, err)
		}
	}
	if PairThread("b", "a") != PairThread("a", "b") {
		t.Error("a pair has two names")
	}
	for _, name := range []string{"", "Room", "room/", "pair/a", "pair/b/a", "pair/a/a", "pair/a/b/c", "bench/", "bench/a/b", "pair/a/%", "bench/" + string(make([]byte, 65))} {
		if th, err := ParseThread(name); err == nil {
			t.Errorf("%q was read as %v", name, th)
		}
	}
}

// TestP3OnlySenderAndRecipientReadAPrivateThread walks who reads what.
func TestP3OnlySenderAndRecipientReadAPrivateThread(t *testing.T) {
	people := map[string]*Standing{
		"plaintiff": {ParticipantID: "plaintiff", Role: RoleParty},
		"defendant": {ParticipantID: "defendant", Role: RoleParty},
		"lawyer":    {ParticipantID: "lawyer", Role: RoleRepresentative},
		"judge":     {ParticipantID: "judge", Role: RoleJudge, JoinedAt: 100},
		"clerk":     {ParticipantID: "clerk", Role: RoleClerk},
	}
	for name, readers := range map[string]string{
		"room":                             "plaintiff defendant lawyer judge clerk",
		PairThread("plaintiff", "clerk"):   "plaintiff clerk",
		PairThread("defendant", "judge"):   "defendant judge",
		PairThread("lawyer", "plaintiff"):  "lawyer plaintiff",
		BenchThread("plaintiff"):           "plaintiff judge",
		PairThread("someone", "somebody"):  "",
		BenchThread("somebody-else-there"): "judge",
	} {
		th, err := ParseThread(name)
		if err != nil {
			t.Fatal(err)
		}
		for who, st := range people {
			want := false
			for _, r := range strings.Fields(readers) {
				want = want || r == who
			}
			if th.Reads(st) != want {
				t.Errorf("%s reads %s: %v, want %v", who, name, !want, want)
			}
		}
	}
	bench, _ := ParseThread(BenchThread("plaintiff"))
	if from := bench.ReadsFrom(people["judge"]); from != 100 {
		t.Errorf("a judge reads a bench thread from %d, want from appointment", from)
	}
	if from := bench.ReadsFrom(people["plaintiff"]); from != 0 {
		t.Errorf("the party reads its own bench thread from %d, want from the beginning", from)
	}
}

func FuzzParseThread(f *testing.F) {
	f.Add("room")
	f.Add("pair/a/b")
	f.Add("bench/a")
	f.Fuzz(func(t *testing.T, name string) {
		th, err := ParseThread(name)
		if err != nil {
			return
		}
		again := RoomThread
		switch th.Kind {
		case ThreadPair:
			again = PairThread(th.A, th.B)
		case ThreadBench:
			again = BenchThread(th.A)
		}
		if again != name {
			t.Errorf("%q is another name of %q", name, again)
		}
	})
}

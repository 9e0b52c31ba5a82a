package hub_test

import (
	"context"
	"slices"
	"testing"

	"go.uber.org/goleak"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m, goleak.IgnoreTopFunction("database/sql.(*DB).connectionOpener"),
		goleak.IgnoreAnyFunction("microcourt/store/storetest/servers.start"))
}

// TestAConversationReachesEverybodyAndPrivateWordsOnlyTheTwo is the room in one walk.
func TestAConversationReachesEverybodyAndPrivateWordsOnlyTheTwo(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	c := w.Cases[0]
	n := startNode(t, s, nil)
	phones := map[string]*hubtest.Phone{}
	for _, name := range []string{"judge", "clerk", "plaintiff", "defendant"} {
		phones[name] = dial(t, n, w.Seats[name])
		if got := phones[name].Join(c, nil); got.Me != w.Seats[name].Participant[c] {
			t.Fatalf("%s joined as %q: %s", name, got.Me, got.Raw)
		}
	}
	a := phones["plaintiff"].Say(c, court.RoomThread, store.NewID(), "各位好")
	if a.T != "ack" || a.Seq == 0 {
		t.Fatalf("sending gave %s", a.Raw)
	}
	for _, p := range phones {
		p.AwaitSeq(court.RoomThread, a.Seq)
	}
	bench := storetest.Bench(c, w.Seats["plaintiff"])
	if b := phones["plaintiff"].Say(c, bench, store.NewID(), "只给法官"); b.Seq != 1 {
		t.Fatalf("a private message gave %s", b.Raw)
	}
	phones["judge"].AwaitSeq(bench, 1)
	last := phones["judge"].Say(c, court.RoomThread, store.NewID(), "收到")
	for name, p := range phones {
		p.AwaitSeq(court.RoomThread, last.Seq)
		if sees := len(p.Events(bench)) > 0; sees != (name == "judge" || name == "plaintiff") {
			t.Errorf("%s sees the private message: %v", name, sees)
		}
	}
	phones["judge"].Ask(`"t":"read","case":"` + c + `","thread":"room","seq":` + itoa(a.Seq))
	phones["plaintiff"].Await("the receipt", func(m hubtest.Message) bool {
		return m.T == "receipt" && m.Seq == a.Seq && m.By == w.Seats["judge"].Participant[c]
	})
	phones["clerk"].Drop()
	phones["judge"].Await("the clerk's going", func(m hubtest.Message) bool {
		return m.T == "presence" && len(m.Here) == 3 && !slices.Contains(m.Here, w.Seats["clerk"].Participant[c])
	})
}

// TestP4TheRoomOpensOnlyToWhomTheRulesLetIn over the socket.
func TestP4TheRoomOpensOnlyToWhomTheRulesLetIn(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	c := w.Cases[0]
	n := startNode(t, s, nil)
	stranger := dial(t, n, w.Seats["stranger"])
	known, unknown := stranger.Join(c, nil), stranger.Join(store.NewID(), nil)
	if known.Code != "not_found" || unknown.Code != "not_found" {
		t.Errorf("a stranger gets %q for a case and %q for none: must be the same not_found", known.Code, unknown.Code)
	}
	if got := dial(t, n, w.Seats["admin"]).Join(c, nil); got.Code != "not_found" {
		t.Errorf("the administrator gets %s", got.Raw)
	}
	plaintiff := dial(t, n, w.Seats["plaintiff"])
	if got := plaintiff.Say(c, storetest.Pair(c, w.Seats["defendant"], w.Seats["lawyer"]), store.NewID(), "x"); got.Code != "not_found" {
		t.Errorf("writing into others' thread gives %s", got.Raw)
	}
}

// TestP4ARightTakenAwayEndsOpenConnections: a removed participant hears nothing more, a revoked session is closed.
func TestP4ARightTakenAwayEndsOpenConnections(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	c := w.Cases[0]
	n := startNode(t, s, nil)
	judge, clerk, newcomer := dial(t, n, w.Seats["judge"]), dial(t, n, w.Seats["clerk"]), dial(t, n, w.Seats["judge2"])
	judge.Join(c, nil)
	clerk.Join(c, nil)
	w.Import(t, w.CaseFile(0, store.CaseOpen, "judge2"))
	judge.Await("left", func(m hubtest.Message) bool { return m.T == "left" && m.Case == c })
	newcomer.Await("cases", func(m hubtest.Message) bool { return m.T == "cases" })
	if got := newcomer.Join(c, nil); got.T != "ack" {
		t.Errorf("the new judge gets %s", got.Raw)
	}
	a := clerk.Say(c, court.RoomThread, store.NewID(), "after the change of judges")
	newcomer.AwaitSeq(court.RoomThread, a.Seq)
	for _, ev := range judge.Events(court.RoomThread) {
		if ev.Seq >= a.Seq {
			t.Errorf("the judge who left got %s", ev.Raw)
		}
	}
	if err := s.RevokeSession(context.Background(), w.Seats["clerk"].PersonID, w.Seats["clerk"].SessionID); err != nil {
		t.Fatal(err)
	}
	<-clerk.Done()
	if code := clerk.CloseCode(); code != 4002 {
		t.Errorf("the revoked session was closed with %d, want 4002", code)
	}
}

// TestDrainTellsPhonesToComeBack.
func TestDrainTellsPhonesToComeBack(t *testing.T) {
	s := storetest.Open(t, store.SQLite)
	w := storetest.NewWorld(t, s, 1)
	n := startNode(t, s, nil)
	p := dial(t, n, w.Seats["judge"])
	n.hub.Drain(t.Context())
	<-p.Done()
	if code := p.CloseCode(); code != 4001 {
		t.Errorf("draining closed with %d, want 4001", code)
	}
}

// TestEveryFrameKindIsRuled (P4): the table knows the act of each frame.
func TestP4EveryFrameKindIsRuled(t *testing.T) {
	for kind, act := range hub.Frames() {
		if _, ok := court.Table[act]; !ok {
			t.Errorf("frame %s is act %s, which the table lacks", kind, act)
		}
	}
}

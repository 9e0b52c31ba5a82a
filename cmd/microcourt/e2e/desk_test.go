package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"microcourt/hub/hubtest"
	"microcourt/store"
)

// awaitDesk waits until a phone has been told of a room on its desk as it should be.
func awaitDesk(p *hubtest.Phone, what, caseID string, fits func(store.DeskRoom) bool) {
	p.Await(what, func(m hubtest.Message) bool {
		var f struct{ Rooms []store.DeskRoom }
		if m.T == "desk" {
			json.Unmarshal([]byte(m.Raw), &f)
		}
		for _, r := range f.Rooms {
			if r.ID == caseID && fits(r) {
				return true
			}
		}
		return false
	})
}

// TestADeskOnOneNodeIsToldWhatHappensOnTheOther, also in threads that its owner doesn't read and while Redis is away. A desk is looked at as a whole every 30 s: acts that
// wait for each other, none of them that long, are told of by something quicker.
func TestADeskOnOneNodeIsToldWhatHappensOnTheOther(t *testing.T) {
	c := newCluster(t, 2)
	c.awaitRelay(t)
	caseID, seats := c.rec.world.Cases[0], c.rec.world.Seats
	payer := seats["plaintiff"].Participant[caseID]
	desk := hubtest.Dial(t, c.nodes[1].socket(), seats["clerk"].Token)
	if a := desk.Ask(`"t":"desk","on":true`); a.T != "ack" {
		t.Fatal(a.Raw)
	}
	plaintiff := hubtest.Dial(t, c.nodes[0].socket(), seats["plaintiff"].Token)
	plaintiff.Join(caseID, nil)
	desk.Await("who is present at the other node", func(m hubtest.Message) bool {
		return m.T == "presence" && m.Case == caseID && len(m.Here) == 1 && m.Here[0] == payer
	})
	fees := 0
	rounds := func(redis string) {
		quickest := time.Minute
		for range 2 {
			began := time.Now()
			said := plaintiff.Say(caseID, "room", store.NewID(), saidMarker)
			awaitDesk(desk, "an unread word", caseID, func(r store.DeskRoom) bool { return r.ActiveAt >= said.At })
			quickest = min(quickest, time.Since(began))
			fees++
			body := fmt.Sprintf(`{"event":%q,"party":%q,"title":"案件受理费","request":{"kind":"property","amount":1000000}}`, store.NewID(), payer)
			if status, err := c.nodes[0].post(t.Context(), seats["clerk"].Token, "/cases/"+caseID+"/fees", body); err != nil || status != http.StatusOK {
				t.Fatalf("issue a fee notice: %d, %v", status, err)
			}
			awaitDesk(desk, "a fee notice", caseID, func(r store.DeskRoom) bool { return r.Waiting.Fees == fees })
		}
		t.Logf("Redis is %s: the desk was told of a word %v after it was said, at best", redis, quickest.Round(time.Millisecond))
		if quickest > 8*time.Second {
			t.Errorf("changes are collected for a second, but none was told of within %v", quickest)
		}
	}
	rounds("up")
	c.redis.Crash(t)
	rounds("down")
}

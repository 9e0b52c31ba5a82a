package hub_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/hub/relay"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

// twoNodes are two hubs on one PostgreSQL and one Redis, each with its own store, as two processes have.
func twoNodes(t *testing.T) ([2]*node, *storetest.World) {
	t.Helper()
	cfg := storetest.Config(t, store.PostgreSQL)
	redisURL := storetest.Redis(t)
	var nodes [2]*node
	first := storetest.OpenConfig(t, cfg)
	w := storetest.NewWorld(t, first, 1)
	for i := range nodes {
		s := first
		if i > 0 {
			s = storetest.OpenConfig(t, cfg)
		}
		r, err := relay.Open(redisURL, s.Installation(), slog.New(slog.DiscardHandler), hub.EveryNode)
		if err != nil {
			t.Fatal(err)
		}
		nodes[i] = startNode(t, s, r)
	}
	return nodes, w
}

// TestP2EverybodySeesOneOrderAcrossReconnectsAndNodes: writers and readers on two nodes join, drop, come back and
// repeat what had no answer, at random. Each reader's own record has no gap and no repeat, and all agree.
func TestP2EverybodySeesOneOrderAcrossReconnectsAndNodes(t *testing.T) {
	nodes, w := twoNodes(t)
	c := w.Cases[0]
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	const messages = 60
	var writers, all sync.WaitGroup
	stop := make(chan struct{})
	records := make([]map[string][]hubtest.Message, 8)
	acked := make([]map[string]int64, 3)
	for i, name := range []string{"plaintiff", "defendant", "clerk"} {
		acked[i] = map[string]int64{}
		writers.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(i)))
			p := dial(t, nodes[i%2], w.Seats[name])
			for k := range messages {
				id := store.NewID()
				if rng.IntN(8) == 0 { // sent, but the answer is lost with the connection
					p.Send(`"t":"send","case":"` + c + `","thread":"room","event":"` + id + `","kind":"text","body":{"text":"` + name + strconv.Itoa(k) + `"}`)
					p.Drop()
					p = dial(t, nodes[rng.IntN(2)], w.Seats[name])
				}
				a := p.Say(c, court.RoomThread, id, name+strconv.Itoa(k))
				if a.T != "ack" {
					t.Errorf("%s: %s", name, a.Raw)
				}
				acked[i][id] = a.Seq
			}
		})
	}
	for i := range records {
		records[i] = map[string][]hubtest.Message{}
		all.Go(func() {
			rng := rand.New(rand.NewPCG(seed, uint64(100+i)))
			seat := w.Seats[[]string{"judge", "clerk", "plaintiff", "lawyer"}[i%4]]
			for {
				last := false
				select {
				case <-stop:
					last = true
				default:
				}
				have := map[string]int64{}
				if n := len(records[i]["room"]); n > 0 {
					have["room"] = records[i]["room"][n-1].Seq
				}
				p := dial(t, nodes[rng.IntN(2)], seat)
				a := p.Join(c, have)
				if last {
					if a.Last["room"] > have["room"] {
						p.AwaitSeq("room", a.Last["room"])
					}
				} else {
					time.Sleep(time.Duration(rng.IntN(40)) * time.Millisecond)
				}
				p.Drop()
				records[i]["room"] = append(records[i]["room"], p.Events("room")...)
				if last {
					return
				}
			}
		})
	}
	writers.Wait()
	close(stop)
	all.Wait()
	for i, record := range records {
		for k, ev := range record["room"] {
			if first := record["room"][0].Seq; ev.Seq != first+int64(k) {
				t.Fatalf("reader %d: event %d has seq %d after %d", i, k, ev.Seq, record["room"][max(k-1, 0)].Seq)
			}
		}
	}
	truth := map[int64]hubtest.Message{}
	for _, record := range records {
		for _, ev := range record["room"] {
			if was, ok := truth[ev.Seq]; ok && (was.ID != ev.ID || string(was.Body) != string(ev.Body)) {
				t.Fatalf("seq %d is %s for one and %s for another", ev.Seq, was.Raw, ev.Raw)
			}
			truth[ev.Seq] = ev
		}
	}
	for i := range acked {
		for id, seq := range acked[i] {
			if truth[seq].ID != id {
				t.Errorf("acknowledged %s at %d, but there stands %s", id, seq, truth[seq].ID)
			}
		}
	}
	if testing.Verbose() {
		fmt.Println("events", len(truth), "gaps closed", nodes[0].hub.Metrics().Gaps.Load()+nodes[1].hub.Metrics().Gaps.Load())
	}
}

// TestPresenceIsOneListOverNodes and heals when a node falls silent.
func TestPresenceIsOneListOverNodes(t *testing.T) {
	nodes, w := twoNodes(t)
	c := w.Cases[0]
	judge, clerk := dial(t, nodes[0], w.Seats["judge"]), dial(t, nodes[1], w.Seats["clerk"])
	judge.Join(c, nil)
	clerk.Join(c, nil)
	for _, p := range []*hubtest.Phone{judge, clerk} {
		p.Await("both present", func(m hubtest.Message) bool { return (m.T == "presence" || m.T == "ack") && len(m.Here) == 2 })
	}
	clerk.Drop()
	judge.Await("alone again", func(m hubtest.Message) bool { return m.T == "presence" && len(m.Here) == 1 })
}

// TestPresenceComesToRestAtTheTruth: however people join, hide, leave and join again at once, in the end everybody in the
// room holds the list as it is, whether it came with an answer or by itself.
func TestPresenceComesToRestAtTheTruth(t *testing.T) {
	nodes, w := twoNodes(t)
	c := w.Cases[0]
	names := []string{"judge", "clerk", "plaintiff", "defendant"}
	phones := make([]*hubtest.Phone, len(names))
	for i, name := range names {
		phones[i] = dial(t, nodes[i%2], w.Seats[name])
	}
	for round := range 3 {
		var truth []string
		var all sync.WaitGroup
		for i, p := range phones {
			for range 20 { // drawn here, so that the last of them is known
				switch rand.IntN(3) {
				case 0:
					p.Send(`"t":"leave","case":"` + c + `"`)
				default:
					p.Send(`"t":"join","case":"` + c + `","have":{},"here":` + strconv.FormatBool(rand.IntN(2) == 0))
				}
			}
			here := i != round
			all.Go(func() { p.Ask(`"t":"join","case":"` + c + `","have":{},"here":` + strconv.FormatBool(here)) })
			if here {
				truth = append(truth, w.Seats[names[i]].Participant[c])
			}
		}
		all.Wait()
		slices.Sort(truth)
		for i, p := range phones {
			for deadline := time.Now().Add(20 * time.Second); !slices.Equal(held(p, c), truth); time.Sleep(20 * time.Millisecond) {
				if time.Now().After(deadline) {
					t.Fatalf("round %d: %s holds %v, present are %v", round, names[i], held(p, c), truth)
				}
			}
		}
	}
}

// held is the list of who is present in a room that a phone was told last.
func held(p *hubtest.Phone, caseID string) (here []string) {
	for _, m := range p.Messages() {
		if m.Case == caseID && (m.T == "presence" || m.T == "ack") {
			here = m.Here
		}
	}
	return here
}

// TestP4RightsWithdrawnOnOneNodeEndOnAll within a second.
func TestP4RightsWithdrawnOnOneNodeEndOnAll(t *testing.T) {
	nodes, w := twoNodes(t)
	clerk := dial(t, nodes[1], w.Seats["clerk"])
	dial(t, nodes[0], w.Seats["judge"]).Join(w.Cases[0], nil) // the relay is up once messages pass
	clerk.Join(w.Cases[0], nil)
	began := time.Now()
	if err := w.Store.RevokeSessions(context.Background(), w.Seats["clerk"].PersonID); err != nil {
		t.Fatal(err)
	}
	select {
	case <-clerk.Done():
	case <-time.After(3 * time.Second):
		t.Fatal("the session lives on")
	}
	t.Logf("ended after %v", time.Since(began))
}

package e2e_test

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"testing"
	"time"
)

// crowd is everybody in the rooms, talking. Start it, hurt the server, then finish: it sees that nothing was lost.
type crowd struct {
	t       testing.TB
	rec     *seeded
	clients []*client
	stop    context.CancelFunc
	done    sync.WaitGroup
}

// crowdSize says how large a crowd is and how much it talks.
type crowdSize struct {
	each int           // sockets per person and case
	pace time.Duration // between two messages of one client, at most
}

// newCrowd lets everybody of the record's cases talk over the servers.
func newCrowd(t testing.TB, rec *seeded, size crowdSize, servers ...*server) *crowd {
	t.Helper()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	cr := &crowd{t: t, rec: rec}
	var urls []string
	for _, s := range servers {
		urls = append(urls, s.socket())
	}
	for i, caseID := range rec.world.Cases {
		talks := rec.talks(caseID)
		for _, name := range talks[0].readers {
			for k := range size.each {
				n := len(cr.clients)
				c := &client{
					name: fmt.Sprintf("%s/%d/%d", name, i, k), seat: rec.world.Seats[name], caseID: caseID, urls: urls, url: n,
					window: 1 + n%3*2, pace: size.pace, rng: rand.New(rand.NewPCG(seed, uint64(n))),
					wake: make(chan struct{}, 1), talking: true, reads: map[string]bool{},
					threads: map[string][]segment{}, closes: map[int]int{}, refusals: map[string]int{},
				}
				for _, talk := range talks {
					if slices.Contains(talk.readers, name) {
						c.reads[talk.thread] = true
						c.writes = append(c.writes, talk.thread)
					}
				}
				for range len(c.writes) { // most is said to all
					c.writes = append(c.writes, talks[0].thread)
				}
				cr.clients = append(cr.clients, c)
			}
		}
	}
	ctx, stop := context.WithCancel(context.Background())
	cr.stop = stop
	for _, c := range cr.clients {
		cr.done.Go(func() { c.run(ctx) })
	}
	t.Cleanup(cr.leave)
	return cr
}

// leave ends all clients.
func (cr *crowd) leave() {
	cr.stop()
	cr.done.Wait()
}

// await waits until every client fits; it fails the test when that takes longer than limit.
func (cr *crowd) await(what string, limit time.Duration, fits func(*client) bool) {
	cr.t.Helper()
	for deadline := time.Now().Add(limit); ; time.Sleep(2 * time.Millisecond) {
		var waiting *client
		for _, c := range cr.clients {
			if !fits(c) {
				waiting = c
				break
			}
		}
		if waiting == nil {
			return
		}
		if time.Now().After(deadline) {
			cr.t.Fatalf("after %v: %s still not true for %s\n%s", limit, what, waiting.name, waiting.state())
		}
	}
}

// awaitJoined waits until everybody is in the room.
func (cr *crowd) awaitJoined(limit time.Duration) {
	cr.t.Helper()
	cr.await("in the room", limit, func(c *client) bool { c.mu.Lock(); defer c.mu.Unlock(); return c.connected })
}

// acked counts the messages that were acknowledged so far.
func (cr *crowd) acked() int {
	n := 0
	for _, c := range cr.clients {
		c.mu.Lock()
		n += len(c.said) - len(c.outbox)
		c.mu.Unlock()
	}
	return n
}

// awaitAcks waits until so many more messages were acknowledged than `since`.
func (cr *crowd) awaitAcks(since, more int, limit time.Duration) {
	cr.t.Helper()
	for deadline := time.Now().Add(limit); cr.acked() < since+more; time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			cr.t.Fatalf("only %d of %d more messages were acknowledged within %v\n%s", cr.acked()-since, more, limit, cr.clients[0].state())
		}
	}
}

func (c *client) state() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return fmt.Sprintf("%s: connected %v, joins %d, said %d, waiting for acks %d, closings %v, refusals %v, faults %q",
		c.name, c.connected, c.joins, len(c.said), len(c.outbox), c.closes, c.refusals, c.faults)
}

// finish lets everybody fall silent, waits until all is acknowledged and everybody has everything, and compares each
// client's memory with the record: promises P1 and P2. at is a server that is up.
func (cr *crowd) finish(at *server) {
	cr.t.Helper()
	for _, c := range cr.clients {
		c.mu.Lock()
		c.talking = false
		c.mu.Unlock()
		c.signal()
	}
	cr.await("everything acknowledged", time.Minute, func(c *client) bool { c.mu.Lock(); defer c.mu.Unlock(); return len(c.outbox) == 0 })
	truth := cr.truth(at)
	cr.await("has everything that stands in the record", 30*time.Second, func(c *client) bool {
		held := c.holds()
		for thread := range c.reads {
			if events := truth[threadOf{c.caseID, thread}]; len(events) > 0 && held[thread] < events[len(events)-1].Seq {
				return false
			}
		}
		return true
	})
	cr.leave()
	cr.compare(truth)
	cr.report()
}

type threadOf struct{ caseID, thread string }

// truth reads every thread from the record, over REST as one who reads it.
func (cr *crowd) truth(at *server) map[threadOf][]frame {
	cr.t.Helper()
	truth := map[threadOf][]frame{}
	for _, caseID := range cr.rec.world.Cases {
		for _, talk := range cr.rec.talks(caseID) {
			token := cr.rec.world.Seats[talk.readers[0]].Token
			events, err := readThread(at, token, caseID, talk.thread)
			if err != nil {
				cr.t.Fatal(err)
			}
			truth[threadOf{caseID, talk.thread}] = events
		}
	}
	return truth
}

func readThread(at *server, token, caseID, thread string) ([]frame, error) {
	var all []frame
	for after := int64(0); ; {
		query := url.Values{"thread": {thread}, "after": {fmt.Sprint(after)}, "limit": {"200"}}
		req, err := http.NewRequest(http.MethodGet, at.url()+"/api/v1/cases/"+caseID+"/events?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		req.Header.Set("Authorization", "Bearer "+token)
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			return nil, err
		}
		var page struct {
			Events []frame `json:"events"`
			More   bool    `json:"more"`
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("read %s: %s, %v", thread, res.Status, err)
		}
		all = append(all, page.Events...)
		if !page.More {
			return all, nil
		}
		after = all[len(all)-1].Seq
	}
}

// compare fails the test for everything that was promised and is not so.
func (cr *crowd) compare(truth map[threadOf][]frame) {
	cr.t.Helper()
	type key struct{ by, id string }
	stands := map[key]int{}
	for of, events := range truth {
		for i, ev := range events {
			if ev.Seq != int64(i+1) {
				cr.t.Fatalf("P2: the record of %s has a gap: seq %d at place %d", of.thread, ev.Seq, i+1)
			}
			if i > 0 && ev.At < events[i-1].At {
				cr.t.Errorf("the record of %s goes back in time at seq %d", of.thread, ev.Seq)
			}
			stands[key{ev.By, ev.ID}]++
		}
	}
	for _, c := range cr.clients {
		for _, f := range c.faults {
			cr.t.Errorf("%s", f)
		}
		me := c.seat.Participant[c.caseID]
		before := map[string]int64{}
		for _, d := range c.said {
			events := truth[threadOf{c.caseID, d.thread}]
			if d.seq < 1 || d.seq > int64(len(events)) {
				cr.t.Errorf("P1: %s's message %s was acknowledged at %d of %s, which ends at %d", c.name, d.id, d.seq, d.thread, len(events))
				continue
			}
			ev := events[d.seq-1]
			if ev.ID != d.id || ev.At != d.at || ev.By != me || textOf(ev) != d.text {
				cr.t.Errorf("P1: %s's message %s was acknowledged at %d of %s (at %d), but there stands %+v", c.name, d.id, d.seq, d.thread, d.at, ev)
			}
			if n := stands[key{me, d.id}]; n != 1 {
				cr.t.Errorf("P2: %s's message %s stands %d times in the record", c.name, d.id, n)
			}
			if c.window == 1 && d.seq <= before[d.thread] {
				cr.t.Errorf("P2: %s waited for each ack, but %s stands at %d after %d", c.name, d.id, d.seq, before[d.thread])
			}
			before[d.thread] = d.seq
		}
		for thread, segments := range c.threads {
			events := truth[threadOf{c.caseID, thread}]
			for _, ev := range slices.Concat(segments...) {
				if ev.Seq > int64(len(events)) {
					cr.t.Errorf("P1: %s saw seq %d of %s, and it is gone", c.name, ev.Seq, thread)
				} else if is := events[ev.Seq-1]; is.ID != ev.ID || is.At != ev.At || is.By != ev.By || textOf(is) != textOf(ev) {
					cr.t.Errorf("P1: %s saw %+v in %s, and now there stands %+v", c.name, ev, thread, is)
				}
			}
		}
	}
	said := 0
	for _, c := range cr.clients {
		said += len(c.said)
	}
	stand := 0
	for _, events := range truth {
		for _, ev := range events {
			if textOf(ev) != "" {
				stand++
			}
		}
	}
	if said != stand {
		cr.t.Errorf("%d messages were written and %d stand in the record", said, stand)
	}
}

func textOf(ev frame) string {
	var body struct {
		Text string `json:"text"`
	}
	json.Unmarshal(ev.Body, &body)
	return body.Text
}

// report says what the test has really done.
func (cr *crowd) report() {
	cr.t.Helper()
	var said, resent, found, seen, joins, resets int
	closes, refusals := map[int]int{}, map[string]int{}
	for _, c := range cr.clients {
		said += len(c.said)
		found += c.foundAcked
		joins += c.joins
		for _, d := range c.said {
			if d.sends > 1 {
				resent++
			}
		}
		for _, segments := range c.threads {
			resets += len(segments) - 1
			for _, s := range segments {
				seen += len(s)
			}
		}
		for code, n := range c.closes {
			closes[code] += n
		}
		for code, n := range c.refusals {
			refusals[code] += n
		}
	}
	latencies := cr.latencies()
	cr.t.Logf("%d clients wrote %d messages and saw %d; %d were sent again, of which %d stood there already; %d joins, %d resets, closings %v, refusals %v; ack p50 %v p99 %v",
		len(cr.clients), said, seen, resent, found, joins, resets, slices.Sorted(maps.Keys(closes)), refusals, quantile(latencies, 0.5), quantile(latencies, 0.99))
}

func (cr *crowd) latencies() []time.Duration {
	var all []time.Duration
	for _, c := range cr.clients {
		c.mu.Lock()
		all = append(all, c.latencies...)
		c.mu.Unlock()
	}
	return all
}

func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[min(int(q*float64(len(sorted))), len(sorted)-1)].Round(10 * time.Microsecond)
}

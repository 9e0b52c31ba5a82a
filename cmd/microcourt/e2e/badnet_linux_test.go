package e2e_test

import (
	"context"
	"maps"
	"net/http"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"microcourt/rtc/badnet"
	"microcourt/store"
)

// answered is a ping of a caller's: when it was sent, and how long its answer took.
type answered struct {
	at   time.Time
	took time.Duration
}

// ping asks by the caller's socket five times a second, whatever became of what was asked before.
func (c *caller) ping(ctx context.Context) {
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		c.mu.Lock()
		send, id := c.send, "ping-"+strconv.Itoa(n)
		if send != nil {
			c.asked[id] = time.Now()
		}
		c.mu.Unlock()
		if send != nil {
			send(map[string]any{"t": "ping", "id": id})
		}
	}
}

// waits gives how long the answers took to what was asked between two moments, the longest last. What has no answer yet counts as if it came now.
func (c *caller) waits(from, to time.Time) (all []time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, a := range c.answered {
		if !a.at.Before(from) && a.at.Before(to) {
			all = append(all, a.took)
		}
	}
	for at := range maps.Values(c.asked) {
		if !at.Before(from) && at.Before(to) {
			all = append(all, time.Since(at))
		}
	}
	slices.Sort(all)
	return all
}

// TestABadNetworkFreezesNoHearing: with 10 % of the packets lost, 300 ms there and back and 150 kbit/s for media and signalling together, what somebody in a hearing asks the court is answered as soon as TCP can, by the same socket all the time,
// and voices go on beside it.
func TestABadNetworkFreezesNoHearing(t *testing.T) {
	const program = "MICROCOURT_TEST_PROGRAM"
	if !badnet.Alone(t, program+"="+built(t, plainProgram)) {
		return
	}
	good := badnet.Weather{Delay: 20 * time.Millisecond}
	far := badnet.NewHost(t, good)
	rec := seed(t, databaseOf(t, store.SQLite), 1)
	caseID, seats := rec.world.Cases[0], rec.world.Seats
	set := rec.setup(os.Getenv(program))
	set.Host = badnet.Here
	s := newServer(t, set)
	s.start()
	hearingID := s.sits(caseID, seats, "judge", "clerk")

	var near, away webrtc.SettingEngine
	near.SetInterfaceFilter(func(name string) bool { return name != "lo" })
	port, err := far.ListenUDP()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { port.Close() }) // after the callers
	away.SetICEUDPMux(webrtc.NewICEUDPMux(nil, port))
	judge := newCallerBy(t, http.DefaultClient, near, seats["judge"], caseID, hearingID, s.socket())
	clerk := newCallerBy(t, far.Client(), away, seats["clerk"], caseID, hearingID, s.socket())
	ctx, stop := context.WithCancel(context.Background())
	clerk.done.Go(func() { clerk.ping(ctx) })
	defer stop()
	await := func(what string, limit time.Duration, holds func() bool) {
		t.Helper()
		for deadline := time.Now().Add(limit); !holds(); time.Sleep(20 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("not within %v: %s", limit, what)
			}
		}
	}
	hear := func() bool {
		a, _ := judge.heard(time.Now().Add(-time.Second))
		b, _ := clerk.heard(time.Now().Add(-time.Second))
		return a > 30 && b > 30
	}
	await("they hear each other", 20*time.Second, hear)
	clerk.mu.Lock()
	before := clerk.sockets
	clerk.mu.Unlock()

	began := time.Now()
	far.Set(badnet.Weather{Loss: 0.1, Delay: 150 * time.Millisecond, Rate: 150_000})
	time.Sleep(inSoak(8*time.Second, time.Minute))
	lifted := time.Now()
	heard, silence := clerk.heard(began)
	far.Set(good)
	await("all is answered", 15*time.Second, func() bool { w := clerk.waits(lifted, time.Now()); return len(w) > 0 && w[0] < 300*time.Millisecond })
	recovered := time.Since(lifted)
	waits := clerk.waits(began, lifted)
	longest := waits[len(waits)-1]
	t.Logf("%d answers: half within %d ms, 95 of 100 within %d, all within %d; at once again after %d ms; %d packets of sound in %v, the longest silence %d ms", len(waits), waits[len(waits)/2].Milliseconds(),
		waits[len(waits)*95/100].Milliseconds(), longest.Milliseconds(), recovered.Milliseconds(), heard, lifted.Sub(began).Round(time.Second), silence.Milliseconds())
	if longest > 10*time.Second { // from where on a page looks for another socket
		t.Errorf("an answer took %v", longest)
	}
	if least := int(lifted.Sub(began)/(20*time.Millisecond)) / 2; heard < least {
		t.Errorf("%d packets of sound came, want at least %d", heard, least)
	}
	clerk.mu.Lock()
	if clerk.sockets != before {
		t.Errorf("it took %d more sockets", clerk.sockets-before)
	}
	clerk.mu.Unlock()
	await("they hear each other again", 10*time.Second, hear)
}

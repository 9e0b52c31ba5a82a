package bench

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// callers is the load on a media server: all people of some hearings, in a process of their own.
type callers struct {
	address string
	all     []*caller
	// watchers are observers, who come later.
	watchers []*caller

	stop     chan struct{} // while they speak
	speaking sync.WaitGroup

	delivered atomic.Int64
	latencies []int64
	latency   atomic.Int64
}

func beginCallers(t task) (func(task) (result, error), func(), error) {
	api, err := newCallerAPI(false)
	if err != nil {
		return nil, nil, err
	}
	l := &callers{address: t.Address, latencies: make([]int64, maxLatencies)}
	for hearing := range t.Rooms {
		for seat := range seatsPerHearing {
			l.all = append(l.all, &caller{load: l, api: api, hearing: hearing, seat: seat, shows: map[uint8]uint8{}})
		}
	}
	end := func() {
		l.hush()
		for _, c := range slices.Concat(l.all, l.watchers) {
			c.leave()
		}
	}
	return l.do, end, nil
}

func (l *callers) do(t task) (result, error) {
	switch t.Do {
	case "connect":
		for _, c := range l.all {
			if err := c.join(); err != nil {
				return result{}, err
			}
		}
		return result{}, nil
	case "speak":
		return result{}, l.speak(l.all)
	case "hush":
		l.hush()
		return result{}, nil
	case "listen":
		return l.listen(time.Duration(t.Seconds) * time.Second)
	case "watch":
		return l.watch(t.Sends)
	case "watched":
		return l.watched(time.Duration(t.Seconds) * time.Second)
	case "rejoin":
		return l.rejoin(t.Sends)
	}
	return result{}, fmt.Errorf("callers can't %q", t.Do)
}

// speak has callers send, and returns when each gets what it shall get. Where the machine is so busy that the server takes the network for slow, it is enough that each sees everybody.
func (l *callers) speak(who []*caller) error {
	l.stop = make(chan struct{})
	for i, c := range who {
		l.speaking.Go(func() {
			time.Sleep(time.Duration(i) * time.Millisecond) // people don't speak in step
			c.speak(l.stop)
		})
	}
	for deadline := time.Now().Add(2 * settle); ; time.Sleep(20 * time.Millisecond) {
		waiting, late := 0, time.Now().After(deadline)
		for _, c := range who {
			if !c.shown(late) {
				waiting++
			}
		}
		switch {
		case waiting == 0:
			time.Sleep(time.Second) // what is sent only at the beginning has ended
			return nil
		case late:
			return fmt.Errorf("%d of %d callers don't see everybody", waiting, len(who))
		}
	}
}

func (l *callers) hush() {
	if l.stop != nil {
		close(l.stop)
		l.stop = nil
	}
	l.speaking.Wait()
	for _, c := range l.all {
		c.mu.Lock()
		clear(c.shows)
		c.mu.Unlock()
	}
}

// listen counts for a while what comes in. Faults are packets that should have come and haven't.
func (l *callers) listen(span time.Duration) (r result, err error) {
	before := l.delivered.Load()
	l.latency.Store(0)
	began := time.Now()
	l.listening(true)
	time.Sleep(span)
	r.Delivered, r.Seconds = l.delivered.Load()-before, time.Since(began).Seconds()
	time.Sleep(200 * time.Millisecond) // what was lost is asked for again
	for _, c := range l.all {
		c.mu.Lock()
		for _, s := range slices.Concat(slices.Collect(maps.Values(c.heard))...) {
			if until := s.last - 10; until > s.first { // the newest may be on their way
				for n := s.first; n < until; n++ {
					if _, ok := s.seen[n]; !ok {
						r.Faults++
					}
				}
			}
		}
		if len(c.heard) < 2*(seatsPerHearing-1) {
			err = fmt.Errorf("caller %d of hearing %d got %d streams", c.seat, c.hearing, len(c.heard))
		}
		c.mu.Unlock()
	}
	l.listening(false)
	r.P50, r.P99 = percentiles(l.latencies[:min(l.latency.Load(), maxLatencies)])
	return r, err
}

func (l *callers) listening(on bool) {
	for _, c := range l.all {
		c.mu.Lock()
		c.heard = nil
		if on {
			c.heard = map[streamKey][]*heardStream{}
		}
		c.mu.Unlock()
	}
}

func (l *callers) took(ns int64) {
	if i := l.latency.Add(1) - 1; i < maxLatencies {
		l.latencies[i] = ns
	}
}

// rejoin has the last seat of the first hearing leave and come again, many times, while the others speak, and gives how long it takes until media come.
func (l *callers) rejoin(times int) (result, error) {
	others := l.all[:seatsPerHearing-1]
	c := l.all[seatsPerHearing-1]
	var err error
	if c.api, err = newCallerAPI(true); err != nil {
		return result{}, err
	}
	l.stop = make(chan struct{})
	for _, other := range others {
		l.speaking.Go(func() { other.speak(l.stop) })
	}
	defer l.hush()
	time.Sleep(time.Second)
	var took []int64
	for range times {
		c.leave()
		time.Sleep(100 * time.Millisecond)
		if err := c.join(); err != nil {
			return result{}, err
		}
		for deadline := time.Now().Add(settle); c.first.Load() == 0; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				return result{}, fmt.Errorf("no media after joining again")
			}
		}
		took = append(took, c.first.Load())
	}
	r := result{Sent: int64(times)}
	r.P50, r.P99 = percentiles(took)
	return r, nil
}

// percentiles gives the middle and the hundredth longest of some times (ns), in microseconds.
func percentiles(times []int64) (p50, p99 float64) {
	slices.Sort(times)
	if n := len(times); n > 0 {
		p50, p99 = float64(times[n/2])/1e3, float64(times[n*99/100])/1e3
	}
	return p50, p99
}

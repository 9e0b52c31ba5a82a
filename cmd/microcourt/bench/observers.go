package bench

import (
	"context"
	"fmt"
	"time"
)

// watch measures what people cost who watch a public hearing: they receive three others and send nothing.
func (b *bench) watch(ctx context.Context) error {
	if !b.wants("hearing") {
		return nil
	}
	b.say("observers: %d of one hearing", b.observers)
	server, r, err := startPart(ctx, task{Do: "media"})
	if err != nil {
		return err
	}
	defer server.end()
	phones, _, err := startPart(ctx, task{Do: "callers", Address: r.Address, Rooms: 1})
	if err != nil {
		return err
	}
	defer phones.end()
	for _, do := range []string{"connect", "speak"} {
		if _, err := phones.tell(task{Do: do}); err != nil {
			return err
		}
	}
	alone, err := b.look(server, phones)
	if err != nil {
		return err
	}
	joined, err := phones.tell(task{Do: "watch", Sends: b.observers})
	if err != nil {
		return err
	}
	watched, err := b.look(server, phones)
	if err != nil {
		return err
	}
	n := float64(b.observers)
	cpu, heap, goroutines := max(watched.cpu-alone.cpu, 0.0001)/n, (watched.held.heap+watched.held.stacks-alone.held.heap-alone.held.stacks)/n, (watched.goroutines-alone.goroutines)/n
	packets := float64(watched.packets) / n
	b.report.shown("CPU for an observer", cpu*100, "% of a core", fmt.Sprintf("%d observers, %.0f packets a second each; the hearing of four alone %.1f %%", b.observers, packets, alone.cpu*100))
	b.report.shown("memory for an observer", heap/1024, "KiB", fmt.Sprintf("heap after a collection and stacks; %.1f goroutines; the last had media %.0f ms after it began to join", goroutines, joined.P99/1000))
	b.report.shown("200 observers", cpu*200, "cores", fmt.Sprintf("EXTRAPOLATED from %d: what each costs times 200, %.0f MiB", b.observers, heap*200/(1<<20)))
	return nil
}

// watchedHearing is what a hearing takes at a moment.
type watchedHearing struct {
	cpu        float64 // cores
	held       memory
	goroutines float64
	packets    int64 // to observers, a second
}

func (b *bench) look(server, phones *part) (w watchedHearing, err error) {
	before, err := server.cpu()
	if err != nil {
		return w, err
	}
	began := time.Now()
	r, err := phones.tell(task{Do: "watched", Seconds: b.hearingSeconds})
	if err != nil {
		return w, err
	}
	after, err := server.cpu()
	if err != nil {
		return w, err
	}
	passed := time.Since(began).Seconds()
	w.cpu, w.packets = (after-before)/passed, int64(float64(r.Delivered)/passed)
	if w.held, err = server.memory(); err != nil {
		return w, err
	}
	r, err = server.tell(task{Do: "collect"})
	w.goroutines = float64(r.Goroutines)
	return w, err
}

// watch has observers join, and returns when all have media. The result's P99 is how long the slowest took.
func (l *callers) watch(n int) (r result, err error) {
	for seat := range n {
		c := &caller{load: l, api: l.all[0].api, seat: seat, watches: true, shows: map[uint8]uint8{}}
		if err := c.join(); err != nil {
			return r, err
		}
		l.watchers = append(l.watchers, c)
	}
	for _, c := range l.watchers {
		for deadline := time.Now().Add(settle); c.first.Load() == 0; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				return r, fmt.Errorf("observer %d sees nothing", c.seat)
			}
		}
		r.P99 = max(r.P99, float64(c.first.Load())/1e3)
	}
	time.Sleep(time.Second)
	return r, nil
}

// watched counts what comes to observers for a while.
func (l *callers) watched(span time.Duration) (r result, err error) {
	count := func() (n int64) {
		for _, c := range l.watchers {
			n += c.packets.Load()
		}
		return n
	}
	before := count()
	time.Sleep(span)
	r.Delivered = count() - before
	return r, nil
}

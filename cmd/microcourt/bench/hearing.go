package bench

import (
	"context"
	"fmt"
	"path/filepath"
)

// media measures hearings: two servers with the same callers.
func (b *bench) media(ctx context.Context) error {
	if !b.wants("hearing") {
		return nil
	}
	b.say("hearings: %d of %d", b.hearings, seatsPerHearing)
	var pairs []*pair
	defer func() {
		for _, p := range pairs {
			p.phones.end()
			p.server.end()
		}
	}()
	for _, name := range []string{"media-floor", "media"} {
		p, err := b.startHearings(ctx, name)
		if err != nil {
			return wrap(name, err)
		}
		pairs = append(pairs, p)
	}
	floor, ours := pairs[0], pairs[1]
	held := map[*pair]memory{}
	goroutines := map[*pair]float64{}
	costs, results := map[*pair][]float64{}, map[*pair][]result{}
	for round := range b.hearingRounds + 1 {
		for _, p := range pairs {
			if b.Short && round > 0 {
				continue
			}
			cost, r, err := b.hear(p, round)
			if err != nil {
				return wrap(p.name, err)
			}
			if round == 0 {
				if held[p], goroutines[p], err = b.hold(p); err != nil {
					return wrap(p.name, err)
				}
			}
			if _, err := p.phones.tell(task{Do: "hush"}); err != nil {
				return wrap(p.name, err)
			}
			if round > 0 || b.Short {
				costs[p], results[p] = append(costs[p], cost), append(results[p], r)
			}
		}
	}
	joins := map[*pair]result{}
	for _, p := range pairs {
		r, err := p.phones.tell(task{Do: "rejoin", Sends: b.rejoins})
		if err != nil {
			return wrap(p.name, err)
		}
		joins[p] = r
	}
	b.reportHearings(floor, ours, costs, results, held, goroutines, joins)
	return nil
}

// startHearings starts a media server and its callers, and has all join.
func (b *bench) startHearings(ctx context.Context, name string) (*pair, error) {
	s, r, err := startPart(ctx, task{Do: name})
	if err != nil {
		return nil, err
	}
	p := &pair{name: name, server: s}
	if p.phones, _, err = startPart(ctx, task{Do: "callers", Address: r.Address, Rooms: b.hearings}); err != nil {
		s.end()
		return nil, err
	}
	var before memory
	if before, err = s.memory(); err == nil {
		p.connected = before
		_, err = p.phones.tell(task{Do: "connect"})
	}
	if err != nil {
		p.phones.end()
		s.end()
		return nil, err
	}
	return p, nil
}

// hear has everybody speak and measures the server's CPU (microseconds) for each forwarded packet; they speak on.
func (b *bench) hear(p *pair, round int) (float64, result, error) {
	if _, err := p.phones.tell(task{Do: "speak"}); err != nil {
		return 0, result{}, err
	}
	profile := b.Profile != "" && round == 1
	if profile {
		if _, err := p.server.tell(task{Do: "profile", Path: filepath.Join(b.Profile, p.name+".pprof")}); err != nil {
			return 0, result{}, err
		}
	}
	before, err := p.server.cpu()
	if err != nil {
		return 0, result{}, err
	}
	r, err := p.phones.tell(task{Do: "listen", Seconds: b.hearingSeconds})
	if err != nil {
		return 0, result{}, err
	}
	after, err := p.server.cpu()
	if err != nil {
		return 0, result{}, err
	}
	if profile {
		_, err = p.server.tell(task{Do: "profiled"})
	}
	return max((after-before)*1e6/float64(max(r.Delivered, 1)), 0.01), r, err
}

// hold gives what one hearing takes while it is under way.
func (b *bench) hold(p *pair) (m memory, goroutines float64, err error) {
	before := p.connected
	r, err := p.server.tell(task{Do: "collect"})
	if err != nil {
		return m, 0, err
	}
	m, err = p.server.memory()
	n := float64(b.hearings)
	m = memory{(m.rss - before.rss) / n, (m.heap - before.heap) / n, (m.stacks - before.stacks) / n}
	if b.Profile != "" && err == nil {
		_, err = p.server.tell(task{Do: "heap", Path: filepath.Join(b.Profile, p.name+"-heap.pprof")})
	}
	return m, float64(r.Goroutines) / n, err
}

func (b *bench) reportHearings(floor, ours *pair, costs map[*pair][]float64, results map[*pair][]result, held map[*pair]memory, goroutines map[*pair]float64, joins map[*pair]result) {
	cost := map[*pair]float64{floor: median(costs[floor]), ours: median(costs[ours])}
	var sent, lost int64
	var p50, p99 = map[*pair][]float64{}, map[*pair][]float64{}
	for p, list := range results {
		for _, r := range list {
			p50[p], p99[p] = append(p50[p], r.P50/1000), append(p99[p], r.P99/1000)
			if p == ours {
				sent, lost = sent+r.Delivered, lost+r.Faults
			}
		}
	}
	b.report.atMost("forwarding CPU", cost[ours]/cost[floor], 0.65, "x floor", fmt.Sprintf("%.1f s for a million packets, plain Pion %.1f s; %d hearings of %d, three layers, NACK and reports on", cost[ours], cost[floor], b.hearings, seatsPerHearing))
	b.report.atMost("media packets lost", float64(lost), 0, "packets", fmt.Sprintf("of %d", sent))
	b.report.shown("phone to phone, p50", median(p50[ours]), "ms", fmt.Sprintf("aim 0.5 added by the server; this holds both phones' work too; floor %.2f", median(p50[floor])))
	b.report.shown("phone to phone, p99", median(p99[ours]), "ms", fmt.Sprintf("aim 5; floor %.2f", median(p99[floor])))
	b.report.atMost("memory of a hearing of four", held[ours].heap/(1<<20), 4, "MiB", fmt.Sprintf("heap after a collection while all speak; with stacks %.1f; floor %.1f", (held[ours].heap+held[ours].stacks)/(1<<20), held[floor].heap/(1<<20)))
	b.report.atMost("goroutines of a hearing of four", goroutines[ours], 110, "", fmt.Sprintf("floor %.0f", goroutines[floor]))
	b.report.shown("join to first packet, p50", joins[ours].P50/1000, "ms", fmt.Sprintf("aim 60; floor %.1f", joins[floor].P50/1000))
	b.report.shown("join to first packet, p99", joins[ours].P99/1000, "ms", fmt.Sprintf("%d joins; floor %.1f", joins[ours].Sent, joins[floor].P99/1000))
}

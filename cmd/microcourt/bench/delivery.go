package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
)

// pair is a server and the phones that are connected to it.
type pair struct {
	name           string
	server, phones *part
	connected      memory // for each connection
}

// withPhones measures everything that needs phones: memory while they are silent, the CPU of deliveries, storms. All servers
// stay up with their phones, and rounds go from one to the other, so that whatever else the machine does meets them
// alike.
func (b *bench) withPhones(ctx context.Context) error {
	if !b.wants("delivery") && !b.wants("storm") {
		return nil
	}
	prepared := filepath.Join(b.dir, "prepared.db")
	b.say("preparing %d rooms with %d people", b.rooms, b.rooms*phonesPerRoom)
	if err := seed(ctx, prepared, b.rooms); err != nil {
		return err
	}
	var pairs []*pair
	defer func() {
		for _, p := range pairs {
			p.phones.end()
			p.server.end()
		}
	}()
	for _, kind := range []struct {
		name   string
		server task
	}{
		{"floor", task{Do: "floor"}},
		{"durable", task{Do: "hub"}},
		{"alone", task{Do: "hub", Alone: true}},
	} {
		if kind.server.Do == "hub" {
			kind.server.Database = filepath.Join(b.dir, kind.name+".db")
			if err := copyFile(prepared, kind.server.Database); err != nil {
				return err
			}
		}
		p, err := b.startPair(ctx, kind.name, kind.server)
		if err != nil {
			return wrap(kind.name, err)
		}
		pairs = append(pairs, p)
	}
	floor, durable, alone := pairs[0], pairs[1], pairs[2]
	b.report.atMost("memory per silent phone", durable.connected.rss/1024, 12, "KB",
		fmt.Sprintf("RSS after collections, %d phones: %s; floor %s", b.rooms*phonesPerRoom, durable.connected, floor.connected))
	if b.wants("delivery") {
		for _, p := range pairs { // what is measured is the day in court, not each phone's first word
			if _, err := p.phones.tell(task{Do: "greet"}); err != nil {
				return wrap(p.name, err)
			}
		}
		if err := b.sparse(floor, durable, alone); err != nil {
			return err
		}
		if err := b.burst(floor, durable, alone); err != nil {
			return err
		}
	}
	if b.wants("storm") {
		return b.storm(floor, durable)
	}
	return nil
}

func (m memory) String() string {
	return fmt.Sprintf("%.1f KB (heap %.1f, stacks %.1f)", m.rss/1024, m.heap/1024, m.stacks/1024)
}

func (b *bench) startPair(ctx context.Context, name string, server task) (*pair, error) {
	s, r, err := startPart(ctx, server)
	if err != nil {
		return nil, err
	}
	p := &pair{name: name, server: s}
	if p.phones, _, err = startPart(ctx, task{Do: "phones", Address: r.Address, Rooms: b.rooms}); err != nil {
		s.end()
		return nil, err
	}
	before, err := s.memory()
	if err == nil {
		r, err = p.phones.tell(task{Do: "connect"})
	}
	var after memory
	if err == nil {
		after, err = s.memory()
	}
	if err != nil {
		p.phones.end()
		s.end()
		return nil, err
	}
	count := float64(b.rooms * phonesPerRoom)
	p.connected = memory{(after.rss - before.rss) / count, (after.heap - before.heap) / count, (after.stacks - before.stacks) / count}
	b.say("%s: %.0f phones connected in %.1f s, %s each on %.0f MB", name, count, r.Seconds, p.connected, before.rss/(1<<20))
	if b.Profile != "" {
		_, err = s.tell(task{Do: "heap", Path: filepath.Join(b.Profile, name+"-heap.pprof")})
	}
	return p, err
}

// sparse measures deliveries at a moderate rate: one message at a time in a room, far apart.
func (b *bench) sparse(floor, durable, alone *pair) error {
	b.say("delivery, sparse: %d rooms, %d messages/s", b.rooms, b.sparseRate)
	cost, results, err := b.inTurn("sparse", []*pair{floor, durable, alone}, b.rounds, task{Do: "sparse", Rate: b.sparseRate, Seconds: b.sparseSeconds})
	if err != nil {
		return err
	}
	b.report.atMost("delivery CPU, sparse, durable", cost[durable]/cost[floor], 1.6, "x floor", behind(cost[durable], cost[floor]))
	b.report.atMost("delivery CPU, sparse, not durable", cost[alone]/cost[floor], 1.10, "x floor", behind(cost[alone], cost[floor]))
	for _, p := range []*pair{durable, floor} {
		var p50, p99 []float64
		for _, r := range results[p] {
			p50, p99 = append(p50, r.P50), append(p99, r.P99)
		}
		detail := fmt.Sprintf("at %d messages/s, each to %d phones", b.sparseRate, phonesPerRoom)
		b.report.shown("publish to deliver, p50, "+p.name, median(p50)/1000, "ms", detail)
		b.report.shown("publish to deliver, p99, "+p.name, median(p99)/1000, "ms", detail)
	}
	b.faults("sparse", results)
	return nil
}

// burst measures deliveries while many messages are on their way.
func (b *bench) burst(floor, durable, alone *pair) error {
	b.say("delivery, bursts: %d rooms, %d in flight", b.burstRooms, b.inFlight)
	cost, results, err := b.inTurn("burst", []*pair{floor, durable, alone}, b.rounds, task{Do: "burst", Rooms: b.burstRooms, InFlight: b.inFlight, Sends: b.burstSends})
	if err != nil {
		return err
	}
	b.report.atMost("delivery CPU, bursts, not durable", cost[alone]/cost[floor], 1.35, "x floor", behind(cost[alone], cost[floor]))
	b.report.shown("delivery CPU, bursts, durable", cost[durable]/cost[floor], "x floor",
		behind(cost[durable], cost[floor])+"; SQLite's own work for a message is more than all that the floor does")
	var rate []float64
	for _, r := range results[durable] {
		rate = append(rate, float64(r.Sent)/r.Seconds)
	}
	b.report.shown("messages in bursts", median(rate), "/s", fmt.Sprintf("durable, %d in flight, load on the same machine", b.inFlight))
	b.faults("bursts", results)
	return nil
}

// storm measures how soon four of five phones are back after an interruption.
func (b *bench) storm(floor, durable *pair) error {
	away := b.rooms * (phonesPerRoom - 1)
	b.say("storm: %d phones, each missing %d messages", away, b.missing)
	cost, results, err := b.inTurn("storm", []*pair{floor, durable}, b.stormRounds, task{Do: "away", Missing: b.missing}, task{Do: "storm", Missing: b.missing})
	if err != nil {
		return err
	}
	var took = map[*pair]float64{}
	var lost int64
	for p, list := range results {
		var seconds []float64
		for _, r := range list {
			seconds = append(seconds, r.Seconds)
			lost += r.Sent - r.Delivered
		}
		took[p] = median(seconds)
	}
	b.report.atMost("reconnect storm", took[durable]/took[floor], 1.5, "x floor",
		fmt.Sprintf("%d phones back after %.2f s against %.2f s", away, took[durable], took[floor]))
	each := float64(b.missing)
	b.report.shown("CPU for a phone that comes back", cost[durable]*each, "µs", fmt.Sprintf("of the server; floor %.0f µs", cost[floor]*each))
	b.report.atMost("messages lost in the storm", float64(lost), 0, "messages", fmt.Sprintf("each phone missed %d", b.missing))
	b.faults("storm", results)
	return nil
}

// faults reports events that came twice, out of order, or left a gap.
func (b *bench) faults(load string, results map[*pair][]result) {
	var n int64
	for _, list := range results {
		for _, r := range list {
			n += r.Faults
		}
	}
	b.report.atMost("out of order or twice, "+load, float64(n), 0, "events", "promise P2")
}

// inTurn has each pair do the tasks in turn, several times, and gives the median of the server's CPU for each delivery of
// the last task in microseconds; what comes before that only prepares it. The first round of each warms up and is not
// counted, unless it is the only one.
func (b *bench) inTurn(load string, pairs []*pair, rounds int, tasks ...task) (map[*pair]float64, map[*pair][]result, error) {
	costs, results := map[*pair][]float64{}, map[*pair][]result{}
	for round := range rounds + 1 {
		for _, p := range pairs {
			if b.Short && round > 0 {
				continue
			}
			last := len(tasks) - 1
			for _, t := range tasks[:last] {
				if _, err := p.phones.tell(t); err != nil {
					return nil, nil, wrap(p.name, err)
				}
			}
			profiled := b.Profile != "" && round == rounds
			if profiled {
				if _, err := p.server.tell(task{Do: "profile", Path: filepath.Join(b.Profile, p.name+"-"+load+".pprof")}); err != nil {
					return nil, nil, err
				}
			}
			before, err := p.server.cpu()
			if err != nil {
				return nil, nil, err
			}
			r, err := p.phones.tell(tasks[last])
			if err != nil {
				return nil, nil, wrap(p.name, err)
			}
			after, err := p.server.cpu()
			if err != nil {
				return nil, nil, err
			}
			if profiled {
				if _, err := p.server.tell(task{Do: "profiled"}); err != nil {
					return nil, nil, err
				}
			}
			if round == 0 && !b.Short {
				continue
			}
			costs[p] = append(costs[p], (after-before)*1e6/float64(max(r.Delivered, 1)))
			results[p] = append(results[p], r)
		}
	}
	cost := map[*pair]float64{}
	for p, list := range costs {
		cost[p] = median(list)
	}
	return cost, results, nil
}

func behind(cost, floor float64) string {
	return fmt.Sprintf("%.1f µs for each delivery, floor %.1f µs", cost, floor)
}

func copyFile(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, text, 0o600)
}

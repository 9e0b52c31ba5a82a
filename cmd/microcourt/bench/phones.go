package bench

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// phones is the load: five phones in each of many rooms, in a process of their own.
type phones struct {
	address string
	rooms   [][]*phone
	run     int64 // makes the ids of this run's messages different from any other's

	messages         atomic.Int64
	acked, refused   atomic.Int64
	delivered        atomic.Int64
	faults           atomic.Int64 // events that were not the next of their thread
	firstRefusal     atomic.Pointer[string]
	latencies        []int64
	latency          atomic.Int64 // how many latencies are kept
	nextRoom, beside int
}

const (
	maxLatencies = 1 << 20
	dialing      = 200 // phones that connect at the same moment: more would only test the machine's queue of connections
	settle       = 15 * time.Second
	greetings    = 4
)

func beginPhones(t task) (func(task) (result, error), func()) {
	l := &phones{address: t.Address, run: time.Now().UnixNano(), latencies: make([]int64, maxLatencies)}
	for room := range t.Rooms {
		seats := make([]*phone, phonesPerRoom)
		for seat := range seats {
			seats[seat] = &phone{load: l, room: room, seat: seat}
		}
		l.rooms = append(l.rooms, seats)
	}
	return l.do, func() {}
}

func (l *phones) do(t task) (result, error) {
	switch t.Do {
	case "connect":
		var all []*phone
		for _, room := range l.rooms {
			all = append(all, room...)
		}
		began := time.Now()
		err := l.connect(all)
		return result{Seconds: time.Since(began).Seconds()}, err
	case "greet":
		return l.measured(phonesPerRoom, l.greet)
	case "sparse":
		return l.measured(phonesPerRoom, func() (int64, error) { return l.sparse(t.Rate, t.Seconds) })
	case "burst":
		return l.measured(phonesPerRoom, func() (int64, error) { return l.burst(t.Rooms, t.InFlight, t.Sends) })
	case "away":
		return l.leave(t.Missing)
	case "storm":
		return l.storm(t.Missing)
	}
	return result{}, fmt.Errorf("phones can't %q", t.Do)
}

// connect brings phones into their rooms, and returns when each holds everything.
func (l *phones) connect(list []*phone) error {
	work := make(chan *phone, len(list))
	for _, p := range list {
		work <- p
	}
	close(work)
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for range dialing {
		all.Go(func() {
			for p := range work {
				if err := p.connect(); err != nil {
					failed.CompareAndSwap(nil, &err)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return errors.Join(*err, l.refusal())
	}
	return nil
}

// measured runs a load and waits until each message has reached the readers in its room.
func (l *phones) measured(readers int64, run func() (sent int64, err error)) (result, error) {
	acked, delivered, faults, refused := l.acked.Load(), l.delivered.Load(), l.faults.Load(), l.refused.Load()
	l.latency.Store(0)
	began := time.Now()
	sent, err := run()
	if err != nil {
		return result{}, err
	}
	r := result{Sent: sent}
	for deadline := time.Now().Add(settle); ; time.Sleep(time.Millisecond) {
		r.Acked, r.Delivered, r.Refused = l.acked.Load()-acked, l.delivered.Load()-delivered, l.refused.Load()-refused
		if r.Acked == sent && r.Delivered == sent*readers {
			break
		}
		if time.Now().After(deadline) {
			return r, errors.Join(fmt.Errorf("of %d messages %d were acknowledged, and %d deliveries came", sent, r.Acked, r.Delivered), l.refusal())
		}
	}
	r.Seconds = time.Since(began).Seconds()
	r.Faults = l.faults.Load() - faults
	r.P50, r.P99 = percentiles(l.latencies[:min(l.latency.Load(), maxLatencies)])
	return r, nil
}

// sparse sends at a steady rate, room after room, from changing seats: hardly ever two messages in a room at once.
func (l *phones) sparse(rate, seconds int) (sent int64, err error) {
	began := time.Now()
	total := int64(rate * seconds)
	for sent < total {
		due := min(total, int64(time.Since(began).Seconds()*float64(rate)))
		for ; sent < due; sent++ {
			l.nextRoom = (l.nextRoom + 1) % len(l.rooms)
			if l.nextRoom == 0 {
				l.beside++
			}
			if err := l.rooms[l.nextRoom][l.beside%phonesPerRoom].say(); err != nil {
				return sent, err
			}
		}
		time.Sleep(time.Millisecond)
	}
	return sent, nil
}

// burst keeps so many messages in flight over some rooms: each of the writers sends its next one when the last is
// acknowledged.
func (l *phones) burst(rooms, inFlight, sends int) (int64, error) {
	var left atomic.Int64
	left.Store(int64(sends))
	var failed atomic.Pointer[error]
	var all sync.WaitGroup
	for writer := range inFlight {
		all.Go(func() {
			for turn := 0; left.Add(-1) >= 0; turn++ {
				room := (writer + turn*inFlight) % rooms
				p := l.rooms[room][writer%phonesPerRoom] // writers of the same room sit on different seats most of the time
				if err := p.sayAndWait(); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	return int64(sends), nil
}

// sayAndWait sends and waits for an answer. Two writers that meet on one phone may take each other's answer, which
// keeps as many in flight.
func (p *phone) sayAndWait() error {
	if err := p.say(); err != nil {
		return err
	}
	select {
	case <-p.acks:
		return nil
	case <-p.done:
		return errors.New("the connection ended")
	case <-time.After(settle):
		return errors.Join(errors.New("no answer to a message"), p.load.refusal())
	}
}

// leave cuts four of five phones off and has the fifth say something in each room.
func (l *phones) leave(missing int) (result, error) {
	for _, p := range l.away() {
		p.drop()
	}
	time.Sleep(time.Second) // the server gets to know
	return l.measured(1, func() (sent int64, err error) {
		for range missing {
			n, err := l.inEachRoom(0)
			if sent += n; err != nil {
				return sent, err
			}
		}
		return sent, nil
	})
}

// greet has everybody say something, several times: until garbage is collected the heap grows, and new memory costs.
func (l *phones) greet() (sent int64, err error) {
	for seat := range greetings * phonesPerRoom {
		n, err := l.inEachRoom(seat % phonesPerRoom)
		if sent += n; err != nil {
			return sent, err
		}
	}
	return sent, nil
}

// inEachRoom has the one on a seat say something, room after room, no faster than any server can take it.
func (l *phones) inEachRoom(seat int) (sent int64, err error) {
	for i, room := range l.rooms {
		if err := room[seat].say(); err != nil {
			return sent, err
		}
		if sent++; i%50 == 49 {
			time.Sleep(10 * time.Millisecond)
		}
	}
	return sent, nil
}

// storm brings back at once who was cut off. It gives how long that takes until each holds what it missed.
func (l *phones) storm(missing int) (result, error) {
	away := l.away()
	delivered, faults := l.delivered.Load(), l.faults.Load()
	began := time.Now()
	if err := l.connect(away); err != nil {
		return result{}, err
	}
	took := time.Since(began).Seconds()
	return result{Seconds: took, Sent: int64(len(away) * missing), Delivered: l.delivered.Load() - delivered, Faults: l.faults.Load() - faults}, nil
}

// away are the phones that a storm brings back.
func (l *phones) away() (list []*phone) {
	for _, room := range l.rooms {
		list = append(list, room[1:]...)
	}
	return list
}

func (l *phones) eventID(n int64) string {
	return fmt.Sprintf("%08x-%04x-7000-8000-%012x", uint32(l.run>>16), uint16(l.run), n)
}

func (l *phones) took(ns int64) {
	if i := l.latency.Add(1) - 1; i < maxLatencies {
		l.latencies[i] = ns
	}
}

func (l *phones) refuse(text []byte) {
	l.refused.Add(1)
	words := string(text)
	l.firstRefusal.CompareAndSwap(nil, &words)
}

// refusal says what the server refused first, if anything.
func (l *phones) refusal() error {
	if words := l.firstRefusal.Load(); words != nil {
		return fmt.Errorf("the server refused: %s", *words)
	}
	return nil
}

// Package badnet makes networks bad, for tests: packets are lost, come late, and few go through at a time.
package badnet

import (
	"math/rand/v2"
	"sync"
	"time"
)

// Weather is what a network does to packets in one direction.
type Weather struct {
	Loss  float64 // share of packets
	Delay time.Duration
	Rate  float64       // bit/s; 0: no limit
	Queue time.Duration // what would wait longer for the rate is lost; 0 is half a second
}

// Way carries packets in one direction, in their order.
type Way struct {
	headers int

	mu      sync.Mutex
	weather Weather
	free    time.Time // when the packets before will be through
	closed  bool
	packets chan carried

	came, lost, bytes int
}

type carried struct {
	bytes []byte
	at    time.Time
}

// NewWay makes a way for packets that are taken without so many bytes of their headers.
func NewWay(w Weather, headers int) *Way {
	return &Way{headers: headers, weather: w, packets: make(chan carried, 4096)}
}

// Set changes the weather for what is taken from now on.
func (w *Way) Set(now Weather) {
	w.mu.Lock()
	w.weather = now
	w.mu.Unlock()
}

// Take takes a copy of a packet, to be carried or lost.
func (w *Way) Take(b []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed {
		return
	}
	w.came++
	if rand.Float64() < w.weather.Loss {
		w.lost++
		return
	}
	now := time.Now()
	at := now
	if w.free.After(now) {
		at = w.free
	}
	if w.weather.Rate > 0 {
		queue := w.weather.Queue
		if queue == 0 {
			queue = 500 * time.Millisecond
		}
		if at.Sub(now) > queue {
			w.lost++
			return
		}
		at = at.Add(time.Duration(float64(len(b)+w.headers) * 8 / w.weather.Rate * float64(time.Second)))
	}
	w.free = at
	w.bytes += len(b) + w.headers
	select {
	case w.packets <- carried{append([]byte(nil), b...), at.Add(w.weather.Delay)}:
	default:
		w.lost++
	}
}

// Carry sends each packet when its time has come, until the way is closed.
func (w *Way) Carry(send func([]byte)) {
	for p := range w.packets {
		time.Sleep(time.Until(p.at))
		send(p.bytes)
	}
}

// Counts tells how many packets came and were lost, and how many bytes were carried.
func (w *Way) Counts() (came, lost, bytes int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.came, w.lost, w.bytes
}

// Close ends the way after what it has taken.
func (w *Way) Close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.closed {
		w.closed = true
		close(w.packets)
	}
}

package e2e_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/coder/websocket"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/storetest"
)

// saidMarker stands in all that is said in these tests; a server's log must not hold it.
const saidMarker = "说给法庭"

// frame is any message of the server's.
type frame struct {
	T      string           `json:"t"`
	ID     string           `json:"id"`
	Case   string           `json:"case"`
	Thread string           `json:"thread"`
	Seq    int64            `json:"seq"`
	At     int64            `json:"at"`
	By     string           `json:"by"`
	Body   json.RawMessage  `json:"body"`
	Code   string           `json:"code"`
	Me     string           `json:"me"`
	Here   []string         `json:"here"`
	Last   map[string]int64 `json:"last"`
}

// draft is one message of a client's, kept until it is acknowledged (promise P6).
type draft struct {
	id, thread, text string
	made, sent       time.Time // written first, sent last
	sends            int
	acked            bool
	seq, at          int64
}

// segment is a part of a thread that a client holds without a gap.
type segment []frame

// client is a phone that follows the protocol document over lost connections, kills and restarts: it comes back with what
// it has, and sends again what had no ack. It notes whatever the server must not do.
type client struct {
	name   string
	seat   *storetest.Seat
	caseID string
	urls   []string // sockets of the nodes; it goes to the next when one fails
	writes []string // threads in which it talks
	reads  map[string]bool
	window int           // how many messages may wait for their acks
	pace   time.Duration // between two messages, at most
	rng    *rand.Rand

	mu         sync.Mutex
	wake       chan struct{}
	talking    bool
	outbox     []*draft // not acknowledged, in the order of writing
	said       []*draft // all, in the order of writing
	threads    map[string][]segment
	connected  bool
	joins      int
	url        int            // index of the node
	closes     map[int]int    // closing codes, -1 for a loss without a word
	refusals   map[string]int // error codes
	foundAcked int            // resent messages that stood in the record already: their ack had been lost
	here       []string
	slowest    time.Duration   // from writing a message to its ack, lost connections included
	latencies  []time.Duration // of messages that were sent once
	faults     []string
}

// fault notes a broken promise. The caller holds c.mu.
func (c *client) fault(format string, args ...any) {
	if len(c.faults) < 10 {
		c.faults = append(c.faults, c.name+": "+fmt.Sprintf(format, args...))
	}
}

func (c *client) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// run lives until ctx ends.
func (c *client) run(ctx context.Context) {
	for ctx.Err() == nil {
		err := c.converse(ctx)
		if ctx.Err() != nil {
			return
		}
		code := int(websocket.CloseStatus(err))
		c.mu.Lock()
		c.connected = false
		c.closes[code]++
		switch code {
		case 4002, 4003, 4004, 1007, 1009:
			c.fault("the connection was closed with %d: %v", code, err)
		}
		c.url++
		pause := time.Duration(5+c.rng.IntN(40)) * time.Millisecond
		c.mu.Unlock()
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// line is one connection of a client's.
type line struct {
	c    *client
	ws   *websocket.Conn
	next int

	// guarded by c.mu
	asked   map[string]*draft // by request id
	flying  map[*draft]bool
	joined  bool
	notTill time.Time
}

// converse holds one connection until it ends.
func (c *client) converse(ctx context.Context) error {
	c.mu.Lock()
	url := c.urls[c.url%len(c.urls)]
	c.mu.Unlock()
	dialing, cancel := context.WithTimeout(ctx, 5*time.Second)
	ws, res, err := websocket.Dial(dialing, url, &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + c.seat.Token}}, Subprotocols: []string{hub.Subprotocol},
	})
	cancel()
	if err != nil {
		if res != nil && res.StatusCode == http.StatusUnauthorized {
			c.mu.Lock()
			c.fault("a valid session was refused: %v", err)
			c.mu.Unlock()
		}
		return err
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	l := &line{c: c, ws: ws, asked: map[string]*draft{}, flying: map[*draft]bool{}}
	if err := l.greet(ctx); err != nil {
		return err
	}
	talking, hush := context.WithCancel(ctx)
	var talker sync.WaitGroup
	talker.Go(func() { l.talk(talking) })
	defer talker.Wait()
	defer hush()
	for {
		_, text, err := ws.Read(ctx)
		if err != nil {
			return err
		}
		var f frame
		if err := json.Unmarshal(text, &f); err != nil {
			return fmt.Errorf("not JSON: %s", text)
		}
		c.mu.Lock()
		err = l.take(f)
		c.mu.Unlock()
		if err != nil {
			return err
		}
		c.signal()
	}
}

// greet says hello and joins with what the client has.
func (l *line) greet(ctx context.Context) error {
	l.c.mu.Lock()
	have := map[string]int64{}
	for thread, segments := range l.c.threads {
		last := segments[len(segments)-1]
		have[thread] = last[len(last)-1].Seq
	}
	l.c.mu.Unlock()
	text, err := json.Marshal(have)
	if err != nil {
		return err
	}
	hello := []byte(`{"t":"hello","id":"h","lang":"en","client":"e2e"}`)
	join := []byte(`{"t":"join","id":"j","case":"` + l.c.caseID + `","here":true,"have":` + string(text) + `}`)
	return errors.Join(l.ws.Write(ctx, websocket.MessageText, hello), l.ws.Write(ctx, websocket.MessageText, join))
}

// errAgain ends a connection because the server could not do what is needed first.
var errAgain = errors.New("the server can't at the moment")

// take notes a frame. The caller holds c.mu.
func (l *line) take(f frame) error {
	c := l.c
	switch f.T {
	case "ack":
		return l.acked(f)
	case "error":
		c.refusals[f.Code]++
		if f.Code != "unavailable" {
			c.fault("refused with %s", f.Code)
		}
		if f.ID == "h" || f.ID == "j" {
			return errAgain
		}
		if d := l.asked[f.ID]; d != nil {
			delete(l.flying, d)
			l.notTill = time.Now().Add(30 * time.Millisecond)
		}
	case "event":
		l.event(f)
	case "reset":
		if !c.reads[f.Thread] {
			c.fault("learns of thread %s, which isn't its own", f.Thread)
		}
		c.threads[f.Thread] = append(c.threads[f.Thread], segment{})
	case "presence":
		c.here = f.Here
	}
	return nil
}

func (l *line) acked(f frame) error {
	c := l.c
	switch f.ID {
	case "h":
		return nil
	case "j":
		if l.joined {
			c.fault("a join was answered twice")
		}
		l.joined, c.connected, c.here = true, true, f.Here
		c.joins++
		for thread := range f.Last {
			if !c.reads[thread] {
				c.fault("learns of thread %s, which isn't its own", thread)
			}
		}
		return nil
	}
	d := l.asked[f.ID]
	if d == nil || d.acked {
		c.fault("ack %q answers nothing that was asked, or twice", f.ID)
		return nil
	}
	d.acked, d.seq, d.at = true, f.Seq, f.At
	if d.sends > 1 && d.at < d.sent.UnixMilli() { // one machine, one clock
		c.foundAcked++
	}
	took := time.Since(d.made)
	c.slowest = max(c.slowest, took)
	if d.sends == 1 {
		c.latencies = append(c.latencies, took)
	}
	delete(l.flying, d)
	for i, waiting := range c.outbox {
		if waiting == d {
			c.outbox = append(c.outbox[:i:i], c.outbox[i+1:]...)
			break
		}
	}
	return nil
}

// event puts an event behind what the client has of its thread, where it must fit without a gap or a repeat.
func (l *line) event(f frame) {
	c := l.c
	if !c.reads[f.Thread] || f.Case != c.caseID {
		c.fault("gets an event of thread %s, which isn't its own", f.Thread)
		return
	}
	if !l.joined {
		c.fault("gets an event before the ack of its join")
	}
	segments := c.threads[f.Thread]
	if len(segments) == 0 {
		c.threads[f.Thread] = []segment{{f}}
		return
	}
	last := &segments[len(segments)-1]
	if len(*last) == 0 { // after a reset
		*last = append(*last, f)
		return
	}
	before := (*last)[len(*last)-1]
	if f.Seq != before.Seq+1 {
		c.fault("%s: seq %d comes after %d", f.Thread, f.Seq, before.Seq)
	}
	if f.At < before.At {
		c.fault("%s: time goes back at seq %d", f.Thread, f.Seq)
	}
	*last = append(*last, f)
}

// talk sends what had no ack, then new messages, until ctx ends or the connection breaks.
func (l *line) talk(ctx context.Context) {
	c := l.c
	for {
		c.mu.Lock()
		text, pause := l.nextLocked()
		c.mu.Unlock()
		if text != nil && l.ws.Write(ctx, websocket.MessageText, text) != nil {
			return // the reading side hears of it too
		}
		select {
		case <-ctx.Done():
			return
		default:
		}
		if pause > 0 {
			select {
			case <-time.After(pause):
			case <-ctx.Done():
				return
			}
		} else if text == nil {
			select {
			case <-c.wake:
			case <-ctx.Done():
				return
			}
		}
	}
}

// nextLocked gives the frame to send next, or nil, and how long to wait behind it; nil and 0 wait for something to happen.
func (l *line) nextLocked() (text []byte, pause time.Duration) {
	c := l.c
	if !l.joined || len(l.flying) >= c.window {
		return nil, 0
	}
	if wait := time.Until(l.notTill); wait > 0 {
		return nil, wait
	}
	for _, d := range c.outbox {
		if !l.flying[d] {
			return l.sendLocked(d), 0
		}
	}
	if !c.talking {
		return nil, 0
	}
	d := &draft{id: store.NewID(), thread: c.writes[c.rng.IntN(len(c.writes))], made: time.Now()}
	d.text = saidMarker + " " + c.name + " " + strconv.Itoa(len(c.said))
	c.outbox, c.said = append(c.outbox, d), append(c.said, d)
	return l.sendLocked(d), time.Duration(c.rng.Int64N(int64(c.pace))) + 1
}

func (l *line) sendLocked(d *draft) []byte {
	l.next++
	rid := "r" + strconv.Itoa(l.next)
	l.asked[rid], l.flying[d] = d, true
	d.sends++
	d.sent = time.Now()
	return []byte(`{"t":"send","id":"` + rid + `","case":"` + l.c.caseID + `","thread":"` + d.thread + `","event":"` + d.id +
		`","kind":"text","body":{"text":"` + d.text + `"}}`)
}

// holds gives the newest seq that the client has of each thread.
func (c *client) holds() map[string]int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := map[string]int64{}
	for thread, segments := range c.threads {
		if last := segments[len(segments)-1]; len(last) > 0 {
			held[thread] = last[len(last)-1].Seq
		}
	}
	return maps.Clone(held)
}

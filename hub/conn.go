package hub

import (
	"bytes"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"microcourt/store/court"
)

// closeCode is a WebSocket closing code; the protocol document says what a client does with each.
type closeCode uint16

const (
	closeBehind    closeCode = 4000 // did not read what was sent
	closeDraining  closeCode = 4001 // the server is stopping
	closeSignedOut closeCode = 4002 // session ended or revoked
	closeOldClient closeCode = 4003
	closeProtocol  closeCode = 4004
	closeSilent    closeCode = 4005 // no hello in time, or silent too long
	closeNotUTF8   closeCode = 1007
	closeTooLarge  closeCode = 1009
	closeGone      closeCode = 1001
	closeNormal    closeCode = 1000 // answers the client's own closing
)

const (
	// maxQueued is how many bytes may wait for one connection before it is told to come back (promise P5).
	maxQueued = 1 << 20
	// writeTimeout is how long one write to the network may take.
	writeTimeout = 20 * time.Second
	// lingerTimeout is how long a closing connection gets to take what is still on its way.
	lingerTimeout = 2 * time.Second
)

// conn is one phone's connection. Its reading goroutine owns all that happens on the client's behalf; writing goes
// through a queue that never blocks whoever fills it. Whoever finds the queue at rest owes its flushing: in place, as
// far as the network takes it at once, or in a goroutine that lives only while something is queued.
type conn struct {
	hub      *Hub
	actor    Actor
	net      *wire
	lang     string
	lastSeen atomic.Int64 // Unix seconds of the last sign of life
	watching atomic.Bool  // the desk

	mu         sync.Mutex
	queue      []frame
	queued     int // bytes in queue and in the flusher's hands
	flushing   bool
	hurried    bool                      // writes have a deadline
	closing    closeCode                 // set once; nothing is queued behind it
	unanswered int                       // events sent whose commit is awaited
	changed    *sync.Cond                // queued, unanswered or closing; nil until somebody waits
	heads      map[headKey]threadMessage // to be sent with the next tick
	desk       *deskWatch                // nil: nobody watches a desk here

	// Guarded by the hub's mutex:
	seats    map[string]*seat // by case
	capacity court.Role       // in which the session is used
	ended    bool             // its session
	parked   time.Time        // since when, if it is

	// For the reading goroutine alone:
	greeted bool
	faults  int8   // frames that were no requests
	partial []byte // the beginning of a message in several frames, or nil
	corked  bool   // flushing of what was replied is owed
}

type headKey struct{ caseID, thread string }

// send queues a frame and has it flushed. It never blocks and does no I/O, so that it can be called under a room's
// mutex; a connection that has fallen too far behind is closed.
func (c *conn) send(f frame) {
	if c.push(f) {
		go c.flush(nil)
	}
}

// offer queues a frame that is of use only now, unless more waits than would let it come at once. It reports whether nothing is left to be done.
func (c *conn) offer(f frame) bool {
	c.mu.Lock()
	if c.queued > viewQueued && c.closing == 0 {
		c.mu.Unlock()
		return false
	}
	owed := c.pushLocked(f)
	c.mu.Unlock()
	if owed {
		go c.flush(nil)
	}
	return true
}

// reply queues a frame from the reading goroutine, which flushes what it has replied when it has done all that was asked
// of it, or before it waits.
func (c *conn) reply(f frame) {
	if c.push(f) {
		c.corked = true
	}
}

// uncork flushes what the reading goroutine has replied.
func (c *conn) uncork() {
	if c.corked {
		c.corked = false
		c.flushNow()
	}
}

// push queues a frame. Where it says so the caller owes flushing: flushNow or flush must be called.
func (c *conn) push(f frame) (owed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pushLocked(f)
}

func (c *conn) pushLocked(f frame) (owed bool) {
	if c.closing != 0 {
		return false
	}
	if c.queued+len(f) > maxQueued {
		c.closeLocked(closeBehind)
		return false
	}
	return c.queueLocked(f)
}

func (c *conn) queueLocked(f frame) (owed bool) {
	c.queue = append(c.queue, f)
	c.queued += len(f)
	if c.flushing {
		return false
	}
	c.flushing = true
	c.hub.flushers.Add(1)
	return true
}

// close sends a closing code behind what the network has taken already; what is still queued is dropped, for the
// phone will ask for it again.
func (c *conn) close(code closeCode) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing == 0 {
		c.closeLocked(code)
	}
}

func (c *conn) closeLocked(code closeCode) {
	c.closing = code
	c.hub.metrics.disconnected(code)
	c.queue = nil
	c.net.SetWriteDeadline(time.Now().Add(lingerTimeout))
	if c.queueLocked(closeFrame(code)) {
		go c.flush(nil)
	}
	c.changedLocked()
}

func (c *conn) changedLocked() {
	if c.changed != nil {
		c.changed.Broadcast()
	}
}

// maxGather is how much is put together for one write.
const maxGather = 64 << 10

// keptQueue is how many places an empty queue may keep.
const keptQueue = 4

// flushNow writes what is queued as far as the network takes it at once. What it doesn't take is left to a goroutine.
func (c *conn) flushNow() {
	gathered := readBuffers.get()
	for {
		text, buf, rest, ok := c.takeQueue(gathered)
		if !ok {
			break
		}
		gathered = buf
		n, err := c.net.writeNow(text)
		if err == nil && (n < len(text) || rest != nil) {
			rest = append(net.Buffers{bytes.Clone(text[n:])}, rest...)
			c.mu.Lock()
			c.queued -= n
			c.mu.Unlock()
			go c.flush(rest)
			break
		}
		if c.flushed(len(text), err) {
			break
		}
	}
	readBuffers.put(gathered[:0])
}

// takeQueue gives what is queued in one piece, put together in gathered if need be; of what is too much for that it gives
// the rest apart. ok is false where nothing is queued: flushing has ended then, or is left to a goroutine that closes.
func (c *conn) takeQueue(gathered []byte) (text, buf []byte, rest net.Buffers, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closing != 0:
		go c.flush(nil)
		return nil, gathered, nil, false
	case len(c.queue) == 0:
		c.flushing = false
		c.hub.flushers.Done()
		return nil, gathered, nil, false
	}
	text, buf = c.queue[0], gathered[:0]
	if len(c.queue) > 1 {
		for i, f := range c.queue {
			if i > 0 && len(buf)+len(f) > maxGather {
				for _, f := range c.queue[i:] {
					rest = append(rest, f)
				}
				break
			}
			buf = append(buf, f...)
		}
		text = buf
	}
	clear(c.queue)
	if c.queue = c.queue[:0]; cap(c.queue) > keptQueue {
		c.queue = nil
	}
	return text, buf, rest, true
}

// flush is the goroutine that writes what is queued, several frames in one system call, until nothing is left, beginning
// with what flushNow has left over.
func (c *conn) flush(rest net.Buffers) {
	for {
		size := 0
		c.mu.Lock()
		for _, f := range c.queue {
			rest = append(rest, f)
		}
		c.queue = nil
		if c.closing == 0 {
			c.net.SetWriteDeadline(time.Now().Add(writeTimeout))
			c.hurried = true
		}
		c.mu.Unlock()
		for _, f := range rest {
			size += len(f)
		}
		err := c.net.write(rest)
		rest = nil
		if c.flushed(size, err) {
			return
		}
	}
}

// flushed notes that so many bytes have been written, and reports whether flushing has come to its end: nothing is left,
// the network doesn't take any more, or the closing frame is out.
func (c *conn) flushed(size int, err error) (ended bool) {
	c.mu.Lock()
	c.queued -= size
	if err != nil {
		c.closing, c.queue = max(c.closing, closeGone), nil
	}
	c.changedLocked()
	ended = len(c.queue) == 0
	closing := c.closing != 0
	if ended {
		c.flushing = false
		if c.hurried && !closing {
			c.net.SetWriteDeadline(time.Time{})
			c.hurried = false
		}
	}
	c.mu.Unlock()
	if ended {
		if closing {
			c.net.endSoon(err != nil)
		}
		c.hub.flushers.Done()
	}
	return ended
}

// waitBelow blocks the connection's own reading goroutine until at most n bytes are queued, so that a long replay
// goes at the phone's pace. It reports false when the connection is closing.
func (c *conn) waitBelow(n int) bool { return c.wait(func() bool { return c.queued <= n }) }

// waitAnswered blocks the reading goroutine until at most n events wait for their commit.
func (c *conn) waitAnswered(n int) bool { return c.wait(func() bool { return c.unanswered <= n }) }

func (c *conn) wait(until func() bool) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.closing == 0 && !until() {
		if c.corked { // what is waited for may be the end of it
			c.mu.Unlock()
			c.uncork()
			c.mu.Lock()
			continue
		}
		if c.changed == nil {
			c.changed = sync.NewCond(&c.mu)
		}
		c.changed.Wait()
	}
	return c.closing == 0
}

func (c *conn) seen() { c.lastSeen.Store(time.Now().Unix()) }

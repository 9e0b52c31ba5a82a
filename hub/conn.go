package hub

import (
	"net"
	"sync"
	"sync/atomic"
	"time"
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
	closeGone      closeCode = 1001
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
// through a queue that never blocks whoever fills it. A flusher goroutine lives only while something is queued.
type conn struct {
	hub      *Hub
	actor    Actor
	net      *wire
	lang     string
	lastSeen atomic.Int64 // Unix seconds of the last sign of life

	mu       sync.Mutex
	queue    []frame
	queued   int // bytes in queue and in the flusher's hands
	flushing bool
	closing  closeCode // set once; nothing is queued behind it
	drained  *sync.Cond
	heads    map[headKey]threadMessage // to be sent with the next tick

	seats map[string]*seat // by case; guarded by the hub's mutex
}

type headKey struct{ caseID, thread string }

// send queues a frame. It never blocks; a connection that has fallen too far behind is closed.
func (c *conn) send(f frame) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing != 0 {
		return
	}
	if c.queued+len(f) > maxQueued {
		c.closeLocked(closeBehind)
		return
	}
	c.queueLocked(f)
}

func (c *conn) queueLocked(f frame) {
	c.queue = append(c.queue, f)
	c.queued += len(f)
	if !c.flushing {
		c.flushing = true
		c.hub.flushers.Add(1)
		go c.flush()
	}
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
	c.queueLocked(closeFrame(code))
	if c.drained != nil {
		c.drained.Broadcast()
	}
}

// flush writes what is queued, several frames in one system call, until nothing is left. It ends the connection
// when the network doesn't take it, or behind a closing frame.
func (c *conn) flush() {
	defer c.hub.flushers.Done()
	var spare []frame
	var buffers net.Buffers
	for {
		c.mu.Lock()
		if len(c.queue) == 0 {
			c.flushing = false
			c.mu.Unlock()
			return
		}
		batch := c.queue
		c.queue = spare
		closing := c.closing
		c.mu.Unlock()

		buffers = buffers[:0]
		size := 0
		for _, f := range batch {
			buffers = append(buffers, f)
			size += len(f)
		}
		if closing == 0 {
			c.net.SetWriteDeadline(time.Now().Add(writeTimeout))
		}
		err := c.net.writeFrames(buffers)

		c.mu.Lock()
		c.queued -= size
		if c.drained != nil {
			c.drained.Broadcast()
		}
		ended := err != nil || c.closing != 0 && len(c.queue) == 0
		if err != nil {
			c.closing, c.queue = max(c.closing, closeGone), nil
		}
		if ended {
			c.flushing = false
		}
		c.mu.Unlock()
		clear(batch)
		spare = batch[:0]
		if cap(spare) > 64 {
			spare = nil
		}
		if ended {
			c.net.endSoon(err != nil)
			return
		}
	}
}

// waitBelow blocks the connection's own reading goroutine until at most n bytes are queued, so that a long replay
// goes at the phone's pace. It reports false when the connection is closing.
func (c *conn) waitBelow(n int) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.drained == nil {
		c.drained = sync.NewCond(&c.mu)
	}
	for c.closing == 0 && c.queued > n {
		c.drained.Wait()
	}
	return c.closing == 0
}

func (c *conn) seen() { c.lastSeen.Store(time.Now().Unix()) }

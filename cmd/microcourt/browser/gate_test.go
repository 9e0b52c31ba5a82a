//go:build browser

package browser_test

import (
	"io"
	"net"
	"sync"
	"testing"
	"time"
)

// state is what a gate does with the network behind it.
type state string

const (
	stateOpen   state = "open"   // lets everything through
	stateCut    state = "cut"    // breaks every connection off, and each new one
	stateSilent state = "silent" // lets nothing through and tells nobody, as a phone in a lift
)

// gate is a phone's way to the court: a TCP proxy that a test can cut, slow down or lead to another node.
type gate struct {
	listener net.Listener
	running  sync.WaitGroup

	mu      sync.Mutex
	changed *sync.Cond // of state
	state   state
	backend string
	rate    int // bytes per second from the phone to the court; 0 for no limit
	conns   map[net.Conn]bool
}

func newGate(t testing.TB, backend string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{listener: l, state: stateOpen, backend: backend, conns: map[net.Conn]bool{}}
	g.changed = sync.NewCond(&g.mu)
	g.running.Go(g.accept)
	t.Cleanup(func() {
		l.Close()
		g.set(stateCut)
		g.running.Wait()
	})
	return g
}

func (g *gate) url() string { return "http://" + g.listener.Addr().String() }

// set changes what happens to the network; a cut takes effect on the connections that are open.
func (g *gate) set(s state) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.state = s
	if s == stateCut {
		for c := range g.conns {
			c.Close()
		}
	}
	g.changed.Broadcast()
}

// lead makes new connections go to another node. Those that are open stay where they are.
func (g *gate) lead(backend string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.backend = backend
}

func (g *gate) limit(bytesPerSecond int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.rate = bytesPerSecond
}

// accept ends when the listener is closed.
func (g *gate) accept() {
	for {
		phone, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.running.Go(func() { g.serve(phone) })
	}
}

// serve ends when either side or the gate closes the connection.
func (g *gate) serve(phone net.Conn) {
	defer phone.Close()
	if !g.keep(phone) {
		return
	}
	defer g.drop(phone)
	g.mu.Lock()
	backend := g.backend
	g.mu.Unlock()
	node, err := net.Dial("tcp", backend)
	if err != nil {
		return
	}
	defer node.Close()
	if !g.keep(node) {
		return
	}
	defer g.drop(node)
	var back sync.WaitGroup
	back.Go(func() {
		g.carry(phone, node, false)
		phone.Close()
	})
	g.carry(node, phone, true)
	node.Close()
	back.Wait()
}

// keep notes a connection, so that a cut finds it.
func (g *gate) keep(c net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.state == stateCut {
		return false
	}
	g.conns[c] = true
	return true
}

func (g *gate) drop(c net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
}

func (g *gate) carry(to io.Writer, from io.Reader, limited bool) {
	buffer := make([]byte, 16<<10)
	for {
		n, err := from.Read(buffer)
		if n > 0 {
			rate := g.awaitVoice()
			if limited && rate > 0 {
				time.Sleep(time.Duration(n) * time.Second / time.Duration(rate))
			}
			if _, err := to.Write(buffer[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// awaitVoice waits while the gate is silent, and gives the rate that holds then.
func (g *gate) awaitVoice() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	for g.state == stateSilent {
		g.changed.Wait()
	}
	return g.rate
}

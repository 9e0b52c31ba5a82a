package hub

import (
	"bytes"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"
	"time"
)

// Front listens before the HTTP server, and takes itself who asks for the room's socket in the usual form: what that
// server sets up for each connection costs more than all that the room does for a phone that comes back. Any other
// connection, also one that is to be refused, goes on to the HTTP server as it came, which then reads and answers it.
type Front struct {
	net.Listener
	hub  *Hub
	path string
	door Door

	resting chan net.Conn // to a goroutine that has nothing to do
	rest    chan struct{} // filled by those goroutines
	passed  chan arrival  // to the server
	closed  chan struct{}
	once    sync.Once
	all     sync.WaitGroup

	mu   sync.Mutex
	open map[net.Conn]struct{} // in the hands of a goroutine; nil when closed
}

// Door decides on a request for the socket: it finds out who asks, and calls enter for whom it lets in. It reports
// whether that one has entered; where not, it has done nothing.
type Door func(r *http.Request, enter func(Actor) bool) bool

// arrival is what Accept gives.
type arrival struct {
	conn net.Conn
	err  error
}

const (
	// firstWordsTimeout is how long a connection may take to say anything.
	firstWordsTimeout = 10 * time.Second
	// longestHandshake is more than browsers and proxies say.
	longestHandshake = 4 << 10
	// maxResting is how many goroutines wait for the next connection: their stacks have grown already.
	maxResting = 64
)

// NewFront listens on l for a server that accepts from the front. The path is the socket's. Close ends its goroutines.
func NewFront(l net.Listener, h *Hub, path string, door Door) *Front {
	f := &Front{Listener: l, hub: h, path: path, door: door, resting: make(chan net.Conn), rest: make(chan struct{}, maxResting),
		passed: make(chan arrival), closed: make(chan struct{}), open: map[net.Conn]struct{}{}}
	f.all.Go(f.listen)
	return f
}

// Accept gives the next connection that isn't the front's own.
func (f *Front) Accept() (net.Conn, error) {
	select {
	case a := <-f.passed:
		return a.conn, a.err
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close stops listening and ends the connections of those who have not come in yet.
func (f *Front) Close() error {
	err := f.Listener.Close()
	f.once.Do(func() { close(f.closed) })
	f.mu.Lock()
	for conn := range f.open {
		conn.Close()
	}
	f.open = nil
	f.mu.Unlock()
	f.all.Wait()
	return err
}

func (f *Front) listen() {
	for {
		conn, err := f.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			f.pass(arrival{err: err}) // the server lets a moment pass before it accepts again
			continue
		}
		select {
		case f.resting <- conn:
		default:
			f.all.Go(func() { f.meetAll(conn) })
		}
	}
}

func (f *Front) pass(a arrival) {
	select {
	case f.passed <- a:
	case <-f.closed:
		if a.conn != nil {
			a.conn.Close()
		}
	}
}

// meetAll is a goroutine that meets one connection after the other.
func (f *Front) meetAll(conn net.Conn) {
	for {
		f.meet(conn)
		select {
		case f.rest <- struct{}{}:
		default:
			return
		}
		select {
		case conn = <-f.resting:
		case <-f.closed:
			return
		}
		<-f.rest
	}
}

// meet takes a connection or passes it on.
func (f *Front) meet(conn net.Conn) {
	if !f.hold(conn) {
		conn.Close()
		return
	}
	defer f.letGo(conn)
	plain, ok := conn.(*net.TCPConn)
	if !ok {
		f.pass(arrival{conn: conn})
		return
	}
	if c := f.hear(plain); c != nil {
		c.readFirst()
	}
}

// hold notes that a connection is in the hands of a goroutine, unless the front is closed.
func (f *Front) hold(conn net.Conn) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.open == nil {
		return false
	}
	f.open[conn] = struct{}{}
	return true
}

func (f *Front) letGo(conn net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.open, conn)
}

var firstWords = sync.Pool{New: func() any { return new([longestHandshake]byte) }}

// hear reads a connection's first words, and gives the phone's connection if it has come in with them. Otherwise it was
// passed on or has ended.
func (f *Front) hear(plain *net.TCPConn) *conn {
	buf := firstWords.Get().(*[longestHandshake]byte)
	defer firstWords.Put(buf)
	plain.SetReadDeadline(time.Now().Add(firstWordsTimeout))
	n, err := plain.Read(buf[:])
	if err != nil {
		plain.Close()
		return nil
	}
	if r := readHandshake(buf[:n], f.path); r != nil {
		r.RemoteAddr = plain.RemoteAddr().String()
		if c, greeted := f.knock(r, plain); greeted {
			return c
		}
	}
	plain.SetReadDeadline(time.Time{})
	f.pass(arrival{conn: &replayed{plain, bytes.Clone(buf[:n])}})
	return nil
}

// knock asks the door, and greets whom it lets in.
func (f *Front) knock(r *http.Request, plain *net.TCPConn) (c *conn, greeted bool) {
	defer func() {
		if p := recover(); p != nil {
			f.hub.log.Error("panic in the door", "err", p) // who is not greeted yet gets an answer from the server
		}
	}()
	f.door(r, func(actor Actor) bool {
		c, greeted = f.hub.greet(plain, r, actor)
		return greeted
	})
	return c, greeted
}

// replayed is a connection whose first words were read already, and are read again.
type replayed struct {
	*net.TCPConn
	text []byte
}

func (c *replayed) Read(p []byte) (int, error) {
	if len(c.text) == 0 {
		return c.TCPConn.Read(p)
	}
	n := copy(p, c.text)
	c.text = c.text[n:]
	return n, nil
}

// WriteTo keeps io.Copy from reading past the first words.
func (c *replayed) WriteTo(w io.Writer) (int64, error) { return io.Copy(w, struct{ io.Reader }{c}) }

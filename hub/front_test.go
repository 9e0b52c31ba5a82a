package hub

import (
	"bufio"
	"io"
	"log"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const usualHandshake = "GET /ws HTTP/1.1\r\nHost: court.example:8080\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n" +
	"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: microcourt.v1\r\nCookie: a=b; c=\"d\"\r\n\r\n"

// pipes is a listener on which a test connects without a network.
type pipes chan net.Conn

func (p pipes) Accept() (net.Conn, error) {
	if conn, ok := <-p; ok {
		return conn, nil
	}
	return nil, net.ErrClosed
}
func (p pipes) Close() error   { return nil }
func (p pipes) Addr() net.Addr { return &net.TCPAddr{} }

// FuzzHandshake: whatever the front takes, the HTTP server and the library would have taken, and read alike.
func FuzzHandshake(f *testing.F) {
	for old, changed := range map[string]string{
		"Host:": "host :", "Upgrade\r\n": "Upgrade\r\nHost: two\r\n", "13": "13\r\n 14", "==": "=", "Cookie": "Transfer-Encoding: chunked\r\nCookie",
		"a=b": "a=b\r\nContent-Length: 1", "keep-alive, ": "", "microcourt.v1": "x,,microcourt.v1", "court.example": "[::1]", "\r\nUp": "\nUp", "d\"": "d\"\r\n\r\nGET /x HTTP/1.1",
	} {
		f.Add(uint16(strings.Index(usualHandshake, old)), uint8(len(old)), []byte(changed))
	}
	listener, reached := make(pipes), make(chan *http.Request, 1)
	server := &http.Server{ErrorLog: log.New(io.Discard, "", 0), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire, err := upgrade(w, r)
		if err == nil && len(wire.waiting()) == 0 {
			reached <- r
		} else {
			reached <- nil
		}
		if err == nil {
			wire.Close()
		}
	})}
	go server.Serve(listener)
	f.Cleanup(func() { close(listener); server.Close() })
	f.Fuzz(func(t *testing.T, at uint16, cut uint8, put []byte) {
		from := min(int(at), len(usualHandshake))
		text := []byte(usualHandshake[:from] + string(put) + usualHandshake[min(from+int(cut), len(usualHandshake)):])
		ours := readHandshake(text, "/ws")
		if ours == nil {
			return
		}
		near, far := net.Pipe()
		defer near.Close()
		listener <- far
		go near.Write(text)
		answer, err := http.ReadResponse(bufio.NewReader(near), nil)
		if err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("the server answers %v, %v to %q", answer, err, text)
		}
		theirs := <-reached
		if theirs == nil {
			t.Fatalf("the server finds more than a handshake in %q", text)
		}
		if ours.Host != theirs.Host || ours.URL.Path != theirs.URL.Path || ours.Method != theirs.Method || !maps.EqualFunc(ours.Header, theirs.Header, slices.Equal) {
			t.Errorf("read as %v %v, by the server as %v %v", ours.Host, ours.Header, theirs.Host, theirs.Header)
		}
	})
}

// openFront is a front on loopback before a server that answers everything with "no".
func openFront(t *testing.T, door Door) (f *Front, dial func() net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f = NewFront(l, &Hub{metrics: &Metrics{}, log: slog.New(slog.DiscardHandler)}, "/ws", door)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { http.Error(w, "no", http.StatusTeapot) })}
	served := make(chan struct{})
	go func() { // ends with the server
		defer close(served)
		server.Serve(f)
	}()
	t.Cleanup(func() { server.Close(); <-served })
	return f, func() net.Conn {
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		conn.SetDeadline(time.Now().Add(20 * time.Second))
		return conn
	}
}

// TestClosingTheFrontEndsWhoHasNotComeIn, and its goroutines, which TestMain looks for.
func TestClosingTheFrontEndsWhoHasNotComeIn(t *testing.T) {
	asked := make(chan struct{})
	f, dial := openFront(t, func(r *http.Request, enter func(Actor) bool) bool { close(asked); return false })
	silent, refused := dial(), dial()
	io.WriteString(refused, usualHandshake)
	<-asked
	if answer, err := http.ReadResponse(bufio.NewReader(refused), nil); err != nil || answer.StatusCode != http.StatusTeapot {
		t.Fatalf("whom the door doesn't let in gets %v, %v", answer, err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	if n, err := silent.Read(make([]byte, 1)); err == nil || n > 0 {
		t.Error("the silent connection stays open")
	}
	if _, err := f.Accept(); err == nil {
		t.Error("a closed front gives connections")
	}
}

// TestAPanicInTheDoorIsAnsweredByTheServer and ends nothing else.
func TestAPanicInTheDoorIsAnsweredByTheServer(t *testing.T) {
	_, dial := openFront(t, func(r *http.Request, enter func(Actor) bool) bool { panic("oh") })
	for range 3 {
		conn := dial()
		io.WriteString(conn, usualHandshake)
		if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != http.StatusTeapot {
			t.Fatalf("answered %v, %v", answer, err)
		}
	}
}

// TestSilentConnectionsKeepNobodyFromComingIn, however many there are.
func TestSilentConnectionsKeepNobodyFromComingIn(t *testing.T) {
	_, dial := openFront(t, func(r *http.Request, enter func(Actor) bool) bool { return false })
	for range 3 * maxResting {
		dial()
	}
	conn := dial()
	io.WriteString(conn, usualHandshake)
	if answer, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || answer.StatusCode != http.StatusTeapot {
		t.Fatalf("answered %v, %v", answer, err)
	}
}

// TestWhatWasReadBeforeIsReadAgainHoweverItIsRead.
func TestWhatWasReadBeforeIsReadAgainHoweverItIsRead(t *testing.T) {
	for _, how := range []string{"io.Copy", "io.ReadAll", "the wire"} {
		ours, theirs := tcpPair(t)
		c := &replayed{ours, []byte("first ")}
		io.WriteString(theirs, "second")
		theirs.Close()
		var got strings.Builder
		switch how {
		case "io.Copy":
			io.Copy(&got, c)
		case "io.ReadAll":
			text, _ := io.ReadAll(c)
			got.Write(text)
		case "the wire":
			w := newWire(c, nil)
			for w.more() == nil {
				got.Write(w.waiting())
				w.take(len(w.waiting()))
			}
		}
		if got.String() != "first second" {
			t.Errorf("%s gives %q", how, got.String())
		}
		ours.Close()
	}
}

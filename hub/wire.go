package hub

import (
	"bufio"
	"bytes"
	"net"
	"net/http"
	"sync"
	"time"
)

// wire is the network connection under a WebSocket. The library reads from it and writes its control frames through
// Write; all data frames are ours and go through writeFrames. One mutex keeps frames whole.
type wire struct {
	net.Conn
	mu    sync.Mutex
	early []byte // what the client sent right behind its handshake
}

// Read is for the library's reading side, one goroutine.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.early) > 0 {
		n := copy(p, w.early)
		w.early = w.early[n:]
		return n, nil
	}
	return w.Conn.Read(p)
}

// Write is for the library: it flushes each control frame in one call.
func (w *wire) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.Conn.Write(p)
}

// writeFrames writes whole frames, with one system call where the platform can (writev).
func (w *wire) writeFrames(frames net.Buffers) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(frames) == 1 {
		_, err := w.Conn.Write(frames[0])
		return err
	}
	_, err := frames.WriteTo(w.Conn)
	return err
}

// endSoon ends the connection: at once when it is broken, else after giving the peer a moment to answer the closing.
func (w *wire) endSoon(broken bool) {
	if broken {
		w.Conn.Close()
		return
	}
	w.Conn.SetReadDeadline(time.Now().Add(lingerTimeout))
}

// Sizes of the buffers that stay with a connection for its whole life: thousands of phones are silent nearly always.
const (
	readBuffer  = 512
	writeBuffer = 256 // holds a control frame of the library's
)

// hijacker gives the WebSocket library our wire with small buffers in place of the HTTP server's.
type hijacker struct {
	http.ResponseWriter
	wire *wire
}

func (h *hijacker) Unwrap() http.ResponseWriter { return h.ResponseWriter }

func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	raw, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if err := raw.SetDeadline(time.Time{}); err != nil {
		raw.Close()
		return nil, nil, err
	}
	h.wire = &wire{Conn: raw}
	if n := rw.Reader.Buffered(); n > 0 {
		head, err := rw.Reader.Peek(n)
		if err != nil {
			raw.Close()
			return nil, nil, err
		}
		h.wire.early = bytes.Clone(head)
	}
	return h.wire, bufio.NewReadWriter(bufio.NewReaderSize(h.wire, readBuffer), bufio.NewWriterSize(h.wire, writeBuffer)), nil
}

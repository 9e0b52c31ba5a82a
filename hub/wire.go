package hub

import (
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

// wire is the network connection under a WebSocket. Where the connection is a plain socket it can be asked not to wait:
// to write what fits now, and to be read without a buffer lying ready for as long as nothing comes.
type wire struct {
	net.Conn
	raw syscall.RawConn // nil where there is TLS between

	// For the one goroutine that reads:
	buf      []byte // what has come
	taken    int    // how much of buf was taken
	borrowed bool   // buf is from readBuffers
	err      error  // of readNow
}

func newWire(c net.Conn, early []byte) *wire {
	w := &wire{Conn: c, buf: early}
	plain, ok := c.(*net.TCPConn)
	if again, is := c.(*replayed); is && len(again.text) == 0 {
		plain, ok = again.TCPConn, true
	}
	if ok {
		w.Conn = plain
		w.raw, _ = plain.SyscallConn()
	}
	return w
}

// waiting gives what has come and was not taken yet. It is valid until the next call of more.
func (w *wire) waiting() []byte { return w.buf[w.taken:] }

// take takes the first n bytes of what is waiting.
func (w *wire) take(n int) { w.taken += n }

// more reads once and adds to what is waiting. While nothing comes and nothing is waiting, it holds no buffer: memory
// for each silent phone is budgeted.
func (w *wire) more() error {
	if w.taken == len(w.buf) {
		w.release()
		if w.raw != nil {
			if err := w.raw.Read(w.readNow); err != nil {
				return err
			}
			return w.err
		}
	}
	w.makeRoom()
	n, err := w.Conn.Read(w.buf[len(w.buf):cap(w.buf)])
	w.buf = w.buf[:len(w.buf)+n]
	if n > 0 {
		return nil
	}
	return err
}

// readNow reads into a borrowed buffer if something is there; false asks to be called again when it is.
func (w *wire) readNow(fd uintptr) bool {
	buf := readBuffers.get()
	n, err := syscall.Read(int(fd), buf[:cap(buf)])
	for err == syscall.EINTR {
		n, err = syscall.Read(int(fd), buf[:cap(buf)])
	}
	if n > 0 {
		w.buf, w.borrowed = buf[:n], true
		return true
	}
	readBuffers.put(buf)
	if err == syscall.EAGAIN {
		return false
	}
	if w.err = err; err == nil {
		w.err = io.EOF
	}
	return true
}

// makeRoom moves what is waiting to the front of a buffer that has room behind it.
func (w *wire) makeRoom() {
	left := w.waiting()
	if w.taken > 0 && w.borrowed {
		w.buf, w.taken = w.buf[:copy(w.buf, left)], 0
	}
	if w.borrowed && len(w.buf) < cap(w.buf) {
		return
	}
	bigger := readBuffers.get()
	if cap(bigger) <= len(left) {
		readBuffers.put(bigger)
		bigger = make([]byte, 0, 2*len(left))
	}
	bigger = append(bigger, left...)
	w.release()
	w.buf, w.borrowed = bigger, true
}

// release gives the buffer back.
func (w *wire) release() {
	if w.borrowed {
		readBuffers.put(w.buf[:0])
	}
	w.buf, w.taken, w.borrowed = nil, 0, false
}

// attempt is one writing without waiting. Lent, because what the network is asked to call must outlive the call.
type attempt struct {
	text []byte
	n    int
	err  error
	call func(fd uintptr) bool
}

var attempts = sync.Pool{New: func() any {
	a := &attempt{}
	a.call = a.write
	return a
}}

func (a *attempt) write(fd uintptr) bool {
	for {
		if a.n, a.err = syscall.Write(int(fd), a.text); a.err != syscall.EINTR {
			return true
		}
	}
}

// writeNow writes as much as the network takes at once, without waiting for it.
func (w *wire) writeNow(p []byte) (n int, err error) {
	if w.raw == nil {
		return 0, nil
	}
	a := attempts.Get().(*attempt)
	a.text = p
	failed := w.raw.Write(a.call)
	n, err = max(a.n, 0), a.err
	a.text, a.n, a.err = nil, 0, nil
	attempts.Put(a)
	switch {
	case failed != nil:
		return 0, failed
	case err == syscall.EAGAIN:
		return 0, nil
	}
	return n, err
}

// write writes whole frames, waiting for the network if need be, with one system call where the platform can (writev).
func (w *wire) write(frames net.Buffers) error {
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

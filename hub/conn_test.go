package hub

import (
	"bytes"
	"io"
	"net"
	"testing"
	"time"
)

// tcpPair gives the two ends of a connection whose buffers in the kernel are small, so that the network takes little at once.
func tcpPair(t *testing.T) (ours, theirs *net.TCPConn) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	client, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	server, err := listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close(); server.Close() })
	ours, theirs = server.(*net.TCPConn), client.(*net.TCPConn)
	ours.SetWriteBuffer(16 << 10)
	theirs.SetReadBuffer(16 << 10)
	return ours, theirs
}

// TestP5ASlowPhoneIsHeldToWhatReallyWaits: what the network has taken no longer counts as waiting, also where it took a part
// of a frame; otherwise a phone on a thin line would be dropped after some megabytes, however well it reads.
func TestP5ASlowPhoneIsHeldToWhatReallyWaits(t *testing.T) {
	ours, theirs := tcpPair(t)
	c := &conn{hub: &Hub{metrics: &Metrics{}}, net: newWire(ours, nil)}
	const rounds, frames, size = 2, 20, 12_000
	f := seal(opText, bytes.Repeat([]byte("x"), headerRoom+size))
	for range rounds {
		for range frames {
			c.reply(f)
		}
		c.uncork()
		theirs.SetReadDeadline(time.Now().Add(10 * time.Second))
		if _, err := io.CopyN(io.Discard, theirs, int64(frames*len(f))); err != nil {
			t.Fatal(err)
		}
	}
	c.hub.flushers.Wait()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.queued != 0 || c.closing != 0 {
		t.Fatalf("after all was read %d bytes still count as waiting, closing %d", c.queued, c.closing)
	}
}

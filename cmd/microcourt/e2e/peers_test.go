package e2e_test

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"microcourt/hub/hubtest"
	"microcourt/store"
)

// TestBadPeersAreEndedAsTheProtocolSays: whoever breaks the rules of the socket is closed with the code that the protocol
// document gives, whoever holds a connection without using it loses it, and the server serves all others on.
func TestBadPeersAreEndedAsTheProtocolSays(t *testing.T) {
	rec := seed(t, databaseOf(t, store.SQLite), 1)
	srv := newServer(t, rec.setup(built(t, raceProgram)))
	srv.start()
	caseID, token := rec.world.Cases[0], rec.world.Seats["plaintiff"].Token
	before := openSockets(t, srv)

	t.Run("peers", func(t *testing.T) {
		greeted := func(t *testing.T) *rawSocket {
			t.Parallel()
			r := dialRaw(t, srv, token, 0)
			r.hello(t, caseID)
			return r
		}
		closes := func(name string, want int, misbehave func(t *testing.T, r *rawSocket) error) {
			t.Run(name, func(t *testing.T) {
				r := greeted(t)
				if err := misbehave(t, r); err != nil {
					t.Fatal(err)
				}
				if code := r.awaitClose(t, 10*time.Second); code != want {
					t.Errorf("closed with %d, want %d", code, want)
				}
			})
		}
		closes("a frame above 65,536 bytes", 1009, func(t *testing.T, r *rawSocket) error {
			return r.send(opText, pingOf(maxFrame+1))
		})
		closes("a frame above 65,536 bytes in pieces", 1009, func(t *testing.T, r *rawSocket) error {
			whole := pingOf(maxFrame + 1)
			return errors.Join(r.sendPiece(opText, whole[:40_000], false), r.sendPiece(0, whole[40_000:], true))
		})
		closes("a frame that says it has 2^62 bytes", 1009, func(t *testing.T, r *rawSocket) error {
			_, err := r.Write([]byte{0x80 | opText, 0x80 | 127, 0x40, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0})
			return err
		})
		closes("text that is not UTF-8", 1007, func(t *testing.T, r *rawSocket) error {
			return r.send(opText, `{"t":"ping","id":"`+"\xc3\x28"+`"}`)
		})
		closes("a binary frame", 4004, func(t *testing.T, r *rawSocket) error { return r.send(opBinary, `{"t":"ping","id":"1"}`) })
		closes("three bad frames", 4004, func(t *testing.T, r *rawSocket) error {
			deep := `{"t":"send","id":"b1","body":` + strings.Repeat(`{"a":`, 8) + `1` + strings.Repeat(`}`, 8) + `}`
			for _, bad := range []struct{ text, id string }{
				{deep, ""},
				{`{"t":"ping","id":"b2","surprise":true}`, "b2"},
				{strings.Repeat("[", 60_000), ""},
			} {
				if err := r.send(opText, bad.text); err != nil {
					return err
				}
				r.await(t, `"t":"error"`, `"id":"`+bad.id+`"`, `"code":"bad_frame"`)
			}
			return nil
		})
		closes("a frame without a mask", 4004, func(t *testing.T, r *rawSocket) error {
			_, err := r.Write([]byte{0x80 | opText, 2, '{', '}'})
			return err
		})
		t.Run("a frame of exactly 65,536 bytes is fine, also in pieces", func(t *testing.T) {
			r := greeted(t)
			whole := pingOf(maxFrame)
			if err := r.send(opText, whole); err != nil {
				t.Fatal(err)
			}
			r.await(t, `"t":"ack"`, `"id":"p"`)
			if err := errors.Join(r.sendPiece(opText, whole[:1], false), r.sendPiece(0, whole[1:50_000], false), r.sendPiece(0, whole[50_000:], true)); err != nil {
				t.Fatal(err)
			}
			r.await(t, `"t":"ack"`, `"id":"p"`)
		})
		t.Run("another frame before hello", func(t *testing.T) {
			t.Parallel()
			r := dialRaw(t, srv, token, 0)
			if err := r.send(opText, `{"t":"join","id":"1","case":"`+caseID+`"}`); err != nil {
				t.Fatal(err)
			}
			if code := r.awaitClose(t, 5*time.Second); code != 4004 {
				t.Errorf("closed with %d, want 4004", code)
			}
		})
		t.Run("no hello", func(t *testing.T) {
			t.Parallel()
			if code := dialRaw(t, srv, token, 0).awaitClose(t, 15*time.Second); code != 4005 {
				t.Errorf("closed with %d, want 4005", code)
			}
		})
		t.Run("a hello that drips in", func(t *testing.T) {
			t.Parallel()
			r := dialRaw(t, srv, token, 0)
			drip(t, r, rawFrame(opText, `{"t":"hello","id":"h","client":"`+strings.Repeat("x", 500)+`"}`), 15*time.Second)
		})
		t.Run("a handshake that drips in", func(t *testing.T) {
			t.Parallel()
			drip(t, dialTCP(t, srv.Address, 0), "GET /api/v1/ws HTTP/1.1\r\nHost: x\r\nX-Padding: "+strings.Repeat("x", 500), 15*time.Second)
		})
		t.Run("a connection that asks for nothing", func(t *testing.T) {
			t.Parallel()
			drip(t, dialTCP(t, srv.Address, 0), "", 15*time.Second)
		})
		t.Run("a body that drips in", func(t *testing.T) {
			t.Parallel()
			conn := dialTCP(t, srv.Address, 0)
			fmt.Fprintf(conn, "POST /api/v1/auth/codes HTTP/1.1\r\nHost: %s\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n", srv.Address)
			if answer := drip(t, conn, `{"phone":"`+strings.Repeat("1", 480), 25*time.Second); !strings.HasPrefix(answer, "HTTP/1.1 408 ") || !strings.Contains(answer, `"too_slow"`) {
				t.Errorf("a body that drips in is answered %q", answer)
			}
		})
	})

	p := hubtest.Dial(t, srv.socket(), token)
	p.Join(caseID, nil)
	if a := p.Say(caseID, "room", store.NewID(), saidMarker); a.T != "ack" {
		t.Errorf("after all that a good phone gets %s", a.Raw)
	}
	p.Drop()
	for deadline := time.Now().Add(10 * time.Second); openSockets(t, srv) > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("the server had %d sockets open before and has %d now: connections are left over", before, openSockets(t, srv))
		}
	}
}

const maxFrame = 65_536

// pingOf makes a ping of exactly n bytes.
func pingOf(n int) string {
	const head, tail = `{"t":"ping",`, `"id":"p"}`
	return head + strings.Repeat(" ", n-len(head)-len(tail)) + tail
}

// sendPiece writes a part of a message (RFC 6455 section 5.4).
func (r *rawSocket) sendPiece(opcode byte, payload string, last bool) error {
	piece := []byte(rawFrame(opcode, payload))
	if !last {
		piece[0] &^= 0x80
	}
	_, err := r.Write(piece)
	return err
}

// drip sends a byte now and then, slowly enough never to come to an end, until the server has had enough; gives what it answered.
func drip(t *testing.T, conn net.Conn, text string, limit time.Duration) (answer string) {
	t.Helper()
	deadline := time.Now().Add(limit)
	ended := make(chan error, 1)
	go func() { // ends with the connection
		conn.SetReadDeadline(deadline)
		var b strings.Builder
		_, err := io.Copy(&b, conn)
		answer = b.String()
		ended <- err
	}()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for i := 0; ; {
		select {
		case err := <-ended:
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Errorf("the connection was not ended within %v", limit)
			}
			return answer
		case <-ticker.C:
			if i < len(text) {
				io.WriteString(conn, text[i:i+1])
				i++
			}
		}
	}
}

// openSockets counts the connections and listeners that the server has open.
func openSockets(t *testing.T, s *server) int {
	t.Helper()
	http.DefaultClient.CloseIdleConnections()
	dir := fmt.Sprintf("/proc/%d/fd", s.pid())
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	sockets := 0
	for _, e := range entries {
		if what, err := os.Readlink(filepath.Join(dir, e.Name())); err == nil && strings.HasPrefix(what, "socket:") {
			sockets++
		}
	}
	return sockets
}

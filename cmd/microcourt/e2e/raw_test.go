package e2e_test

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"microcourt/hub"
)

// rawSocket is a WebSocket client that does what a library would not let it do: it masks with zeros, so that a trace shows
// what is said, sends what frames it likes and reads when it likes (RFC 6455).
type rawSocket struct {
	net.Conn
	in *bufio.Reader
}

const (
	opText   = 0x1
	opBinary = 0x2
	opClose  = 0x8
)

// dialRaw opens a socket with a session's token. receiveBuffer bounds what the kernel takes for it; 0 leaves that to the kernel.
func dialRaw(t testing.TB, s *server, token string, receiveBuffer int) *rawSocket {
	t.Helper()
	conn := dialTCP(t, s.Address, receiveBuffer)
	r := &rawSocket{conn, bufio.NewReader(conn)}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, err := fmt.Fprintf(conn, "GET /api/v1/ws HTTP/1.1\r\nHost: %s\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"+
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: %s\r\nAuthorization: Bearer %s\r\n\r\n", s.Address, hub.Subprotocol, token)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(r.in, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("handshake: %v %v", res, err)
	}
	conn.SetDeadline(time.Time{})
	return r
}

func dialTCP(t testing.TB, address string, receiveBuffer int) net.Conn {
	t.Helper()
	dialer := net.Dialer{Timeout: 10 * time.Second}
	if receiveBuffer > 0 {
		dialer.Control = func(_, _ string, c syscall.RawConn) error {
			var err error
			return errors.Join(c.Control(func(fd uintptr) {
				err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, receiveBuffer)
			}), err)
		}
	}
	conn, err := dialer.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

// send writes one frame.
func (r *rawSocket) send(opcode byte, payload string) error {
	_, err := io.WriteString(r, rawFrame(opcode, payload))
	return err
}

// rawFrame is a client's frame, masked with zeros.
func rawFrame(opcode byte, payload string) string {
	head := []byte{0x80 | opcode}
	switch n := len(payload); {
	case n < 126:
		head = append(head, 0x80|byte(n))
	case n < 1<<16:
		head = append(head, 0x80|126, byte(n>>8), byte(n))
	default:
		head = binary.BigEndian.AppendUint64(append(head, 0x80|127), uint64(n))
	}
	return string(append(head, 0, 0, 0, 0)) + payload
}

// read gives the next frame that is no ping.
func (r *rawSocket) read(limit time.Duration) (opcode byte, payload string, err error) {
	r.SetReadDeadline(time.Now().Add(limit))
	for {
		var head [10]byte
		if _, err = io.ReadFull(r.in, head[:2]); err != nil {
			return 0, "", err
		}
		n := uint64(head[1] & 0x7f)
		switch n {
		case 126:
			_, err = io.ReadFull(r.in, head[2:4])
			n = uint64(binary.BigEndian.Uint16(head[2:4]))
		case 127:
			_, err = io.ReadFull(r.in, head[2:10])
			n = binary.BigEndian.Uint64(head[2:10])
		}
		if err != nil {
			return 0, "", err
		}
		text := make([]byte, n)
		if _, err = io.ReadFull(r.in, text); err != nil {
			return 0, "", err
		}
		if opcode = head[0] & 0x0f; opcode < opClose || opcode == opClose {
			return opcode, string(text), nil
		}
	}
}

// await reads until a text frame holds all the parts, and gives it.
func (r *rawSocket) await(t testing.TB, parts ...string) string {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; {
		op, text, err := r.read(time.Until(deadline))
		if err != nil {
			t.Fatalf("waiting for %q: %v", parts, err)
		}
		if op == opClose {
			t.Fatalf("waiting for %q, closed with %d", parts, closeCodeIn(text))
		}
		all := true
		for _, part := range parts {
			all = all && strings.Contains(text, part)
		}
		if all {
			return text
		}
	}
}

// awaitClose reads until the server closes and gives its code, or -1 when the connection just ends.
func (r *rawSocket) awaitClose(t testing.TB, limit time.Duration) int {
	t.Helper()
	for deadline := time.Now().Add(limit); ; {
		op, text, err := r.read(time.Until(deadline))
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			t.Fatalf("not closed within %v", limit)
		}
		if err != nil {
			return -1
		}
		if op == opClose {
			return closeCodeIn(text)
		}
	}
}

func closeCodeIn(payload string) int {
	if len(payload) < 2 {
		return -1
	}
	return int(payload[0])<<8 | int(payload[1])
}

// hello greets and joins a room.
func (r *rawSocket) hello(t testing.TB, caseID string) {
	t.Helper()
	if err := errors.Join(r.send(opText, `{"t":"hello","id":"h","client":"raw"}`), r.send(opText, `{"t":"join","id":"j","case":"`+caseID+`"}`)); err != nil {
		t.Fatal(err)
	}
	r.await(t, `"t":"ack"`, `"id":"j"`)
}

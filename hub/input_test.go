package hub

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
)

// masked makes a client's frame with a mask.
func masked(first byte, payload []byte) []byte {
	f := []byte{first}
	switch n := len(payload); {
	case n < 126:
		f = append(f, 0x80|byte(n))
	case n < 1<<16:
		f = binary.BigEndian.AppendUint16(append(f, 0x80|126), uint16(n))
	default:
		f = binary.BigEndian.AppendUint64(append(f, 0x80|127), uint64(n))
	}
	mask := []byte{0x12, 0x34, 0x56, 0x78}
	f = append(f, mask...)
	for i, b := range payload {
		f = append(f, b^mask[i&3])
	}
	return f
}

// inputOf gives the messages that a client's bytes hold, and the error behind them.
func inputOf(text []byte) (messages []string, err error) {
	c := &conn{hub: &Hub{metrics: &Metrics{}}, net: newWire(nil, bytes.Clone(text))}
	for {
		m, err := c.nextMessage()
		if m == nil || err != nil {
			return messages, err
		}
		messages = append(messages, string(m))
	}
}

func TestFramesOfEveryLengthAreRead(t *testing.T) {
	for _, n := range []int{0, 1, 7, 8, 9, 125, 126, 127, 1000, 65535, 65536} {
		want := strings.Repeat("é", n/2) + strings.Repeat("x", n%2)
		text := masked(0x81, []byte(want))
		if got, err := inputOf(text); err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%d bytes: %d messages, %v", n, len(got), err)
		}
		if got, err := inputOf(text[:len(text)-1]); err != nil || len(got) != 0 {
			t.Errorf("%d bytes but the last: %d messages, %v", n, len(got), err)
		}
	}
}

func TestAMessageInSeveralFramesIsOneAlsoWithControlFramesBetween(t *testing.T) {
	text := bytes.Join([][]byte{masked(0x01, []byte("a\xc3")), masked(0x8a, []byte("pong")), masked(0x00, []byte("\xa9b")), masked(0x80, []byte("c")), masked(0x81, []byte("next"))}, nil)
	if got, err := inputOf(text); err != nil || len(got) != 2 || got[0] != "aébc" || got[1] != "next" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatAClientMayNotSendEndsTheConnectionWithItsCode(t *testing.T) {
	long := make([]byte, maxFrameBytes+1)
	unmasked := []byte{0x81, 0x01, 'x'}
	for name, c := range map[string]struct {
		text []byte
		code closeCode
	}{
		"unmasked":               {unmasked, closeProtocol},
		"reserved bit":           {masked(0xc1, nil), closeProtocol},
		"unknown opcode":         {masked(0x83, nil), closeProtocol},
		"binary":                 {masked(0x82, nil), closeProtocol},
		"long control":           {masked(0x89, make([]byte, 126)), closeProtocol},
		"control in parts":       {masked(0x09, nil), closeProtocol},
		"continues nothing":      {masked(0x80, nil), closeProtocol},
		"begins twice":           {append(masked(0x01, []byte("a")), masked(0x81, []byte("b"))...), closeProtocol},
		"too long":               {masked(0x81, long), closeTooLarge},
		"too long in parts":      {append(masked(0x01, long[1:]), masked(0x80, []byte("x"))...), closeTooLarge},
		"not UTF-8":              {masked(0x81, []byte("\xff")), closeNotUTF8},
		"not UTF-8 at the joint": {append(masked(0x01, []byte("\xc3")), masked(0x80, []byte("x"))...), closeNotUTF8},
	} {
		var broken brokenInput
		if _, err := inputOf(c.text); !errors.As(err, &broken) || broken.code != c.code {
			t.Errorf("%s: %v, want closing code %d", name, err, c.code)
		}
	}
	if _, err := inputOf(masked(0x88, []byte{3, 232})); !errors.Is(err, errClosedByPeer) {
		t.Errorf("a closing gives %v", err)
	}
}

// FuzzInput: whatever comes is cut into messages within their limits, or refused; it never takes more than has come.
func FuzzInput(f *testing.F) {
	f.Add(masked(0x81, []byte(`{"t":"ping","id":"1"}`)))
	f.Add(append(masked(0x01, []byte("a")), masked(0x80, []byte("b"))...))
	f.Add([]byte{0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, text []byte) {
		messages, err := inputOf(text)
		total := 0
		for _, m := range messages {
			total += len(m)
			if len(m) > maxFrameBytes {
				t.Errorf("a message of %d bytes", len(m))
			}
		}
		if total > len(text) {
			t.Errorf("%d bytes out of %d", total, len(text))
		}
		var broken brokenInput
		if err != nil && !errors.As(err, &broken) && !errors.Is(err, errClosedByPeer) {
			t.Errorf("%v", err)
		}
	})
}

// TestOnlyAWholeHandshakeIsAnswered by the library, and what comes right behind it is not lost.
func TestOnlyAWholeHandshakeIsAnswered(t *testing.T) {
	wires := make(chan *wire, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wire, err := upgrade(w, r); err == nil {
			wires <- wire
		}
	}))
	defer server.Close()
	shake := func(changes map[string]string, behind string) (status string) {
		t.Helper()
		headers := map[string]string{"Connection": "keep-alive, Upgrade", "Upgrade": "WebSocket", "Sec-WebSocket-Version": "13",
			"Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol": Subprotocol}
		maps.Copy(headers, changes)
		request := "GET / HTTP/1.1\r\nHost: court.example\r\n"
		for name, value := range headers {
			request += name + ": " + value + "\r\n"
		}
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if _, err := io.WriteString(conn, request+"\r\n"+behind); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if answer.StatusCode == http.StatusSwitchingProtocols {
			// the example of RFC 6455 section 1.3
			if got := answer.Header.Get("Sec-WebSocket-Accept"); got != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" || answer.Header.Get("Sec-WebSocket-Protocol") != Subprotocol {
				t.Errorf("answered with %v", answer.Header)
			}
		}
		return answer.Status
	}
	if status := shake(nil, "\x81\x82\x00\x00\x00\x00{}"); !strings.HasPrefix(status, "101") {
		t.Fatalf("a good handshake gives %s", status)
	}
	w := <-wires
	runtime.GC() // the library's end of the connection goes, the connection stays
	runtime.GC()
	if f, size, err := cutFrame(w.waiting()); err != nil || size == 0 || string(f.payload) != "{}" {
		t.Errorf("behind the handshake came %q, %v", f.payload, err)
	}
	if _, err := w.Write([]byte("x")); err != nil {
		t.Errorf("the connection went with the library's end: %v", err)
	}
	w.Close()
	for name, value := range map[string]string{"Connection": "keep-alive", "Upgrade": "h2c", "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "c2hvcnQ="} {
		if status := shake(map[string]string{name: value}, ""); strings.HasPrefix(status, "101") {
			t.Errorf("%s: %s is answered", name, value)
		}
	}
}

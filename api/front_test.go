package api_test

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/store"
)

// doors are two ways to the same API: through the front, and the HTTP server alone.
func doors(t *testing.T) (s *site, front, plain string) {
	t.Helper()
	s = startSite(t, store.SQLite, 1)
	alone := httptest.NewServer(s.api.Handler())
	t.Cleanup(alone.Close)
	return s, s.server.Listener.Addr().String(), alone.Listener.Addr().String()
}

// raw is a connection on which a test writes what it likes.
type raw struct {
	t *testing.T
	net.Conn
	in *bufio.Reader
}

func dialRaw(t *testing.T, address string) *raw {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	conn.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { conn.Close() })
	return &raw{t, conn, bufio.NewReader(conn)}
}

// answer reads an answer as far as it doesn't hold times and random ids.
func (c *raw) answer() (status int, told string) {
	c.t.Helper()
	res, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return 0, fmt.Sprint("closed: ", err == io.EOF || err == io.ErrUnexpectedEOF)
	}
	defer res.Body.Close()
	var body []byte
	if res.StatusCode != http.StatusSwitchingProtocols {
		if body, err = io.ReadAll(res.Body); err != nil {
			c.t.Fatal(err)
		}
	}
	told = fmt.Sprint(res.Status, " ", string(body))
	for _, name := range []string{"Upgrade", "Sec-WebSocket-Accept", "Sec-WebSocket-Protocol", "Sec-WebSocket-Extensions", "Sec-WebSocket-Version", "Retry-After", "Content-Type"} {
		told += fmt.Sprintf("\n%s: %q", name, res.Header.Values(name))
	}
	return res.StatusCode, told
}

// frame reads one unmasked frame of the server's, without what differs each time.
func (c *raw) frame() string {
	c.t.Helper()
	var head [4]byte
	if _, err := io.ReadFull(c.in, head[:2]); err != nil {
		return "the end"
	}
	n := int(head[1])
	if n == 126 {
		io.ReadFull(c.in, head[2:])
		n = int(binary.BigEndian.Uint16(head[2:]))
	}
	text := make([]byte, n)
	if _, err := io.ReadFull(c.in, text); err != nil {
		return "the end"
	}
	said, _, _ := strings.Cut(string(text), `"session":`)
	return fmt.Sprintf("%#x %q", head[0], said)
}

func clientFrame(opcode byte, text string) string {
	return string([]byte{0x80 | opcode, 0x80 | byte(len(text)), 0, 0, 0, 0}) + text
}

// TestTheFrontLetsInAndRefusesAsTheHTTPServerDoes: whatever asks for the socket gets the same answer at both doors.
func TestTheFrontLetsInAndRefusesAsTheHTTPServerDoes(t *testing.T) {
	s, front, plain := doors(t)
	token := s.Seats["clerk"].Token
	usual := []string{"GET /api/v1/ws HTTP/1.1", "Host: court.example", "Connection: keep-alive, Upgrade", "Upgrade: WebSocket", "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Protocol: microcourt.v1", "Authorization: Bearer " + token}
	// with gives the usual lines with others in the place of those of the same names.
	with := func(lines ...string) string {
		all := slices.Clone(usual)
		for _, line := range lines {
			name, value, _ := strings.Cut(line, ":")
			all = slices.DeleteFunc(all, func(l string) bool { return strings.HasPrefix(l, name+":") })
			if value != "" {
				all = append(all, line)
			}
		}
		return strings.Join(all, "\r\n") + "\r\n\r\n"
	}
	and := func(lines ...string) string {
		return strings.Join(append(slices.Clone(usual), lines...), "\r\n") + "\r\n\r\n"
	}
	instead := func(first string) string { return strings.Replace(with(), usual[0], first, 1) }
	cookie := "Cookie: microcourt_session=" + token
	good := map[string]string{
		"usual":                  with(),
		"names in lower case":    strings.ReplaceAll(strings.ReplaceAll(with(), "Host", "host"), "Sec-WebSocket", "sec-websocket"),
		"no protocol":            with("Sec-WebSocket-Protocol:"),
		"another protocol":       with("Sec-WebSocket-Protocol: chat"),
		"one of two protocols":   with("Sec-WebSocket-Protocol: chat, microcourt.v1"),
		"compression":            and("Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
		"a browser":              with("Authorization:", cookie, "Origin: http://court.example"),
		"a browser, fetch site":  with("Authorization:", cookie, "Origin: http://court.example", "Sec-Fetch-Site: same-origin"),
		"behind a proxy":         and("X-Forwarded-For: 192.0.2.7", "X-Forwarded-Proto: https"),
		"a long head":            and("X-Padding: " + strings.Repeat("x", 6000)),
		"a query":                instead("GET /api/v1/ws?x=1 HTTP/1.1"),
		"lines without a return": strings.ReplaceAll(with(), "\r\n", "\n"),
		"letters beyond ASCII":   and("X-Name: 张"),
		"a length of nothing":    and("Content-Length: 0"),
		"two connection headers": with("Connection: keep-alive", "connection: Upgrade"),
	}
	bad := map[string]string{
		"nobody":                 with("Authorization:"),
		"a wrong token":          with("Authorization: Bearer abc"),
		"a wrong scheme":         with("Authorization: Basic " + token),
		"the case system":        with("Authorization: Bearer " + importToken),
		"another site":           with("Authorization:", cookie, "Origin: http://evil.example"),
		"another site, fetch":    with("Authorization:", cookie, "Origin: http://court.example", "Sec-Fetch-Site: cross-site"),
		"a cookie, no origin":    with("Authorization:", cookie),
		"another version":        with("Sec-WebSocket-Version: 8"),
		"no version":             with("Sec-WebSocket-Version:"),
		"no key":                 with("Sec-WebSocket-Key:"),
		"a short key":            with("Sec-WebSocket-Key: c2hvcnQ="),
		"two keys":               and("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="),
		"no upgrade":             with("Upgrade: h2c"),
		"no connection":          with("Connection: keep-alive"),
		"no host":                with("Host:"),
		"two hosts":              and("Host: evil.example"),
		"an impossible host":     with("Host: a b"),
		"HTTP/1.0":               instead("GET /api/v1/ws HTTP/1.0"),
		"HTTP/2":                 "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"another method":         instead("POST /api/v1/ws HTTP/1.1"),
		"another path":           instead("GET /api/v1/wss HTTP/1.1"),
		"a space in a name":      and("X-Bad : 1"),
		"a bracket in a name":    and("X(Bad): 1"),
		"an expectation":         and("Expect: nothing"),
		"a folded line":          and("X-Bad: 1", " 2", "nonsense"),
		"no HTTP":                "HELLO\r\n\r\n",
		"too much of a head":     and("X-Padding: " + strings.Repeat("x", 2<<20)),
		"a transfer nobody does": and("Transfer-Encoding: gzip"),
	}
	for name, request := range good {
		t.Run(name, func(t *testing.T) {
			var told [2][]string
			for i, address := range []string{front, plain} {
				c := dialRaw(t, address)
				io.WriteString(c, request)
				status, answer := c.answer()
				if status != http.StatusSwitchingProtocols {
					t.Fatalf("answered %s", answer)
				}
				told[i] = append(told[i], answer)
				for _, frame := range []string{clientFrame(1, `{"t":"hello","id":"1","lang":"en","client":"test"}`), clientFrame(1, `no frame`), clientFrame(9, "ping"), clientFrame(2, "binary")} {
					io.WriteString(c, frame)
					told[i] = append(told[i], c.frame())
				}
			}
			if !slices.Equal(told[0], told[1]) {
				t.Errorf("the front: %s\nthe server: %s", told[0], told[1])
			}
			if last := told[0][len(told[0])-1]; last != fmt.Sprintf("%#x %q", 0x88, "\x0f\xa4") { // 4004
				t.Errorf("the connection ends with %s", last)
			}
		})
	}
	for name, request := range bad {
		t.Run(name, func(t *testing.T) {
			var told [2]string
			for i, address := range []string{front, plain} {
				c := dialRaw(t, address)
				io.WriteString(c, request)
				var status int
				if status, told[i] = c.answer(); status == http.StatusSwitchingProtocols {
					t.Errorf("let in")
				}
			}
			if told[0] != told[1] {
				t.Errorf("the front: %s\nthe server: %s", told[0], told[1])
			}
		})
	}
}

// TestTheFrontPassesOnWhateverElseComes, and whatever comes in pieces.
func TestTheFrontPassesOnWhateverElseComes(t *testing.T) {
	s, front, _ := doors(t)
	handshake := "GET /api/v1/ws HTTP/1.1\r\nHost: court.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer " + s.Seats["clerk"].Token + "\r\n\r\n"
	hello := clientFrame(1, `{"t":"hello","id":"1","lang":"en","client":"test"}`)
	welcome := func(t *testing.T, c *raw) {
		t.Helper()
		if status, told := c.answer(); status != http.StatusSwitchingProtocols {
			t.Fatalf("answered %s", told)
		}
		if f := c.frame(); !strings.Contains(f, `\"ack\"`) {
			t.Errorf("greeted with %s", f)
		}
	}
	t.Run("requests, then a socket, on one connection", func(t *testing.T) {
		c := dialRaw(t, front)
		for range 2 {
			io.WriteString(c, "GET /healthz HTTP/1.1\r\nHost: court.example\r\n\r\n")
			if status, told := c.answer(); status != http.StatusOK {
				t.Fatalf("answered %s", told)
			}
		}
		io.WriteString(c, handshake+hello)
		welcome(t, c)
	})
	t.Run("a handshake in pieces", func(t *testing.T) {
		c := dialRaw(t, front)
		for _, piece := range []string{handshake[:1], handshake[1:40], handshake[40 : len(handshake)-2], handshake[len(handshake)-2:]} {
			io.WriteString(c, piece)
			time.Sleep(5 * time.Millisecond)
		}
		io.WriteString(c, hello)
		welcome(t, c)
	})
	t.Run("a handshake with a frame behind it", func(t *testing.T) {
		c := dialRaw(t, front)
		io.WriteString(c, handshake+hello)
		welcome(t, c)
	})
	t.Run("a body of many pieces", func(t *testing.T) {
		c := dialRaw(t, front)
		io.WriteString(c, "POST /api/v1/auth/codes HTTP/1.1\r\nHost: court.example\r\nContent-Type: application/json\r\nContent-Length: 70000\r\n\r\n")
		io.WriteString(c, strings.Repeat(" ", 70000))
		if status, told := c.answer(); status != http.StatusRequestEntityTooLarge {
			t.Errorf("answered %s", told)
		}
	})
	t.Run("the newest word of a phone that never says hello", func(t *testing.T) {
		c := dialRaw(t, front)
		io.WriteString(c, handshake)
		if status, told := c.answer(); status != http.StatusSwitchingProtocols {
			t.Fatalf("answered %s", told)
		}
		io.WriteString(c, clientFrame(1, `{"t":"ping","id":"1"}`))
		if f := c.frame(); f != fmt.Sprintf("%#x %q", 0x88, "\x0f\xa4") {
			t.Errorf("told %s, want to be closed with 4004", f)
		}
	})
}

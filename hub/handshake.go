package hub

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"net"
	"net/http"
	"strings"

	"microcourt/store/court"
)

// readHandshake reads a whole WebSocket handshake for a path (RFC 6455 section 4.1) in the form in which browsers,
// programs and proxies send it. Everything else gives nil, also much that is allowed: the HTTP server knows what to do.
func readHandshake(text []byte, path string) *http.Request {
	if !bytes.HasPrefix(text, []byte("GET "+path+" HTTP/1.1\r\n")) || !bytes.HasSuffix(text, []byte("\r\n\r\n")) || !plainText(text) {
		return nil
	}
	in := bytes.NewReader(text)
	reader := bufio.NewReaderSize(in, len(text))
	r, err := http.ReadRequest(reader)
	if err != nil || reader.Buffered() > 0 || in.Len() > 0 {
		return nil
	}
	h := r.Header
	for name := range h {
		if !usual(name, "-_") {
			return nil
		}
	}
	if r.ContentLength != 0 || len(r.TransferEncoding) > 0 || h["Expect"] != nil || hosts(text) != 1 || !usual(r.Host, ".:-[]") {
		return nil
	}
	version, key := h["Sec-Websocket-Version"], h["Sec-Websocket-Key"]
	if !hasToken(h["Connection"], "upgrade") || !hasToken(h["Upgrade"], "websocket") || len(version) != 1 || version[0] != "13" || len(key) != 1 {
		return nil
	}
	if nonce, err := base64.StdEncoding.DecodeString(key[0]); err != nil || len(nonce) != 16 {
		return nil
	}
	return r
}

// plainText reports whether a head holds nothing but printable ASCII in lines that end as they should.
func plainText(text []byte) bool {
	for i, b := range text {
		switch {
		case b == '\n' && text[i-1] == '\r', b == '\r' && i+1 < len(text) && text[i+1] == '\n':
		case b < ' ' || b > '~':
			return false
		}
	}
	return true
}

// hosts counts the Host headers, of which http.ReadRequest gives only one.
func hosts(text []byte) (n int) {
	for line := range bytes.SplitSeq(text, []byte("\r\n")) {
		if len(line) > 5 && bytes.EqualFold(line[:5], []byte("host:")) {
			n++
		}
	}
	return n
}

// usual reports whether a word holds nothing but letters, digits and some other characters.
func usual(word, others string) bool {
	for _, c := range word {
		if (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && !strings.ContainsRune(others, c) {
			return false
		}
	}
	return word != ""
}

// hasToken looks in comma-separated lists for a token, in any case.
func hasToken(lists []string, token string) bool {
	for _, list := range lists {
		for part := range strings.SplitSeq(list, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

// greet answers a handshake and makes the connection known (RFC 6455 section 4.2.2). It reports false, and has done
// nothing, where the HTTP server has to answer. Without a connection the phone's has ended already.
func (h *Hub) greet(plain *net.TCPConn, r *http.Request, actor Actor) (c *conn, greeted bool) {
	if court.CheckAccount(court.ActConnect, actor.Role) != nil || h.isDraining() {
		return nil, false
	}
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	answer := make([]byte, 0, 256)
	answer = append(answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	answer = base64.StdEncoding.AppendEncode(answer, sum[:])
	if hasToken(r.Header["Sec-Websocket-Protocol"], Subprotocol) {
		answer = append(answer, "\r\nSec-WebSocket-Protocol: "+Subprotocol...)
	}
	answer = append(answer, "\r\n\r\n"...)
	w := newWire(plain, nil)
	if n, err := w.writeNow(answer); err != nil || n < len(answer) {
		w.Close() // nobody reads: who connects has room for so little
	}
	return h.begin(w, actor), true
}

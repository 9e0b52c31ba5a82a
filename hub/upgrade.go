package hub

import (
	"crypto/sha1"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"microcourt/store/court"
)

// upgrade answers a WebSocket's handshake (RFC 6455 section 4.2) and takes the connection from the HTTP server. With
// an error nothing has been answered yet.
func upgrade(w http.ResponseWriter, r *http.Request) (*wire, error) {
	key, err := handshakeKey(r)
	if err != nil {
		return nil, err
	}
	raw, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	answer := "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: " + acceptKey(key) + "\r\n"
	if hasToken(r.Header.Values("Sec-WebSocket-Protocol"), Subprotocol) {
		answer += "Sec-WebSocket-Protocol: " + Subprotocol + "\r\n"
	}
	early := make([]byte, rw.Reader.Buffered()) // what the client sent right behind its handshake
	_, err = rw.Reader.Read(early)
	if err == nil {
		err = raw.SetDeadline(time.Now().Add(helloTimeout))
	}
	if err == nil {
		_, err = raw.Write([]byte(answer + "\r\n"))
	}
	if err == nil {
		err = raw.SetDeadline(time.Time{})
	}
	if err != nil {
		raw.Close()
		return nil, err
	}
	return newWire(raw, early), nil
}

// handshakeKey checks the request's headers and gives its key.
func handshakeKey(r *http.Request) (string, error) {
	if r.Method != http.MethodGet || !r.ProtoAtLeast(1, 1) || !hasToken(r.Header.Values("Connection"), "upgrade") ||
		!hasToken(r.Header.Values("Upgrade"), "websocket") {
		return "", court.ErrInvalid.In("Upgrade")
	}
	if r.Header.Get("Sec-WebSocket-Version") != "13" {
		return "", court.ErrInvalid.In("Sec-WebSocket-Version")
	}
	keys := r.Header.Values("Sec-WebSocket-Key")
	if len(keys) != 1 {
		return "", court.ErrInvalid.In("Sec-WebSocket-Key")
	}
	if nonce, err := base64.StdEncoding.DecodeString(strings.TrimSpace(keys[0])); err != nil || len(nonce) != 16 {
		return "", court.ErrInvalid.In("Sec-WebSocket-Key")
	}
	return strings.TrimSpace(keys[0]), nil
}

func acceptKey(key string) string {
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")) // as the standard has it
	return base64.StdEncoding.EncodeToString(sum[:])
}

// hasToken reports whether a comma-separated header names a token, in whatever case.
func hasToken(headers []string, token string) bool {
	for _, h := range headers {
		for part := range strings.SplitSeq(h, ",") {
			if strings.EqualFold(strings.TrimSpace(part), token) {
				return true
			}
		}
	}
	return false
}

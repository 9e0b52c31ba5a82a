package hub

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// headerLength gives the length of a server frame's header.
func headerLength(f frame) int {
	switch f[1] {
	case 126:
		return 4
	case 127:
		return 10
	}
	return 2
}

// readFrame lets the library's client read a frame, behind a real handshake.
func readFrame(t *testing.T, f frame) (websocket.MessageType, int) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		wire, err := upgrade(w, r)
		if err != nil {
			return
		}
		defer wire.Close()
		wire.write(net.Buffers{f})
		io.Copy(io.Discard, wire.Conn) // until the client has gone
	})}
	served := make(chan struct{})
	go func() { defer close(served); server.Serve(listener) }()
	defer func() { server.Close(); <-served }()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, "ws://"+listener.Addr().String(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	kind, r, err := ws.Reader(ctx)
	if err != nil {
		t.Fatal(err)
	}
	n, err := io.Copy(io.Discard, r)
	if err != nil {
		t.Fatal(err)
	}
	return kind, int(n)
}

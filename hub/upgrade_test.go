package hub

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"testing"
)

// TestAConnectionThatHasGoneLeavesNothingBehind: thousands of phones come and go all day.
func TestAConnectionThatHasGoneLeavesNothingBehind(t *testing.T) {
	wires := make(chan *wire, 1)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if wire, err := upgrade(w, r); err == nil {
			wires <- wire
		}
	}))
	defer server.Close()
	comeAndGo := func(times int) {
		for range times {
			client, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			_, err = io.WriteString(client, "GET / HTTP/1.1\r\nHost: court.example\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
				"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
			if err != nil {
				t.Fatal(err)
			}
			if answer, err := http.ReadResponse(bufio.NewReader(client), nil); err != nil || answer.StatusCode != http.StatusSwitchingProtocols {
				t.Fatalf("the handshake gives %v, %v", answer, err)
			}
			(<-wires).Close()
			client.Close()
		}
	}
	held := func() int64 {
		for range 5 { // a finalizer takes more than one collection
			runtime.GC()
		}
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	comeAndGo(50)
	const times = 500
	before := held()
	comeAndGo(times)
	if each := (held() - before) / times; each > 1024 {
		t.Errorf("each connection that has gone leaves %d bytes", each)
	}
}

package hub

import (
	"bufio"
	"net"
	"net/http"

	"github.com/coder/websocket"
)

// upgrade lets the library answer a WebSocket's handshake (RFC 6455 section 4.2), then takes the connection from it:
// the library keeps a message reader and its buffers for each connection, which thousands of silent phones cannot
// afford (see input.go for what reads instead). With an error the request has been answered.
func upgrade(w http.ResponseWriter, r *http.Request) (*wire, error) {
	door := &doorway{ResponseWriter: w}
	ws, err := websocket.Accept(door, r, &websocket.AcceptOptions{
		Subprotocols:       []string{Subprotocol},
		CompressionMode:    websocket.CompressionDisabled,
		InsecureSkipVerify: true, // the api has checked the origin, also behind proxies
	})
	if err != nil {
		return nil, err
	}
	ws.CloseNow() // ends nothing of ours, but lets the library's object go: its finalizer would keep it for ever
	return newWire(door.conn, door.early), nil
}

// doorway hands the library a connection that it cannot close.
type doorway struct {
	http.ResponseWriter
	conn  net.Conn
	early []byte // what the client sent right behind its handshake
}

// Unwrap lets http.ResponseController see the server's own writer.
func (d *doorway) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Hijack is called by the library, once.
func (d *doorway) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	d.conn, d.early = conn, make([]byte, rw.Reader.Buffered())
	if _, err := rw.Reader.Read(d.early); err != nil {
		conn.Close()
		return nil, nil, err
	}
	lent := lentConn{conn}
	return lent, bufio.NewReadWriter(bufio.NewReaderSize(lent, 16), bufio.NewWriterSize(lent, 16)), nil
}

type lentConn struct{ net.Conn }

// Close does nothing: the connection is the hub's.
func (lentConn) Close() error { return nil }

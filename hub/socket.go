package hub

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"microcourt/store/court"
)

// Subprotocol names the version of the room protocol.
const Subprotocol = "microcourt.v1"

const helloTimeout = 10 * time.Second

// ServeSocket turns a request of a signed-in actor into the room's WebSocket. It returns at once, so that the HTTP
// server's goroutine and buffers are free; the connection lives on in a reading goroutine that Drain and Close end
// and await. The caller has checked session and origin.
func (h *Hub) ServeSocket(w http.ResponseWriter, r *http.Request, actor Actor) error {
	if err := court.CheckAccount(court.ActConnect, actor.Role); err != nil {
		return err
	}
	jacker := &hijacker{ResponseWriter: w}
	c := &conn{hub: h, actor: actor, lang: actor.Lang}
	if h.isDraining() {
		return court.ErrUnavailable.RetryIn(2)
	}
	ws, err := websocket.Accept(jacker, r, &websocket.AcceptOptions{
		Subprotocols:       []string{Subprotocol},
		CompressionMode:    websocket.CompressionDisabled,
		InsecureSkipVerify: true, // the api has checked the origin, also behind proxies
		OnPongReceived:     func(context.Context, []byte) { c.seen() },
		OnPingReceived:     func(context.Context, []byte) bool { c.seen(); return true },
	})
	if err != nil {
		return nil // Accept has answered
	}
	ws.SetReadLimit(maxFrameBytes)
	c.net = jacker.wire
	c.seen()
	if !h.enter(c) {
		ws.CloseNow() // draining has just begun; the phone comes back elsewhere
		return nil
	}
	h.metrics.Connected.Add(1)
	go c.read(ws) // owned by the hub: exit tells its end
	return nil
}

// read is the connection's goroutine: it takes frames one after the other, so that what one client asks is done in
// the order in which it asked.
func (c *conn) read(ws *websocket.Conn) {
	defer c.hub.exit(c)
	defer ws.CloseNow()
	defer c.endedByPeer()
	ctx := context.Background()
	c.net.SetReadDeadline(time.Now().Add(helloTimeout))
	greeted, bad := false, 0
	buf := readBuffers.get()
	defer func() { readBuffers.put(buf) }()
	for {
		readBuffers.put(buf) // nothing is held while a phone is silent
		buf = nil
		kind, r, err := ws.Reader(ctx)
		if err != nil {
			if !greeted && errors.Is(err, errTimeout) {
				c.close(closeSilent)
			}
			return
		}
		buf = readBuffers.get()
		if buf, err = readAll(buf, r); err != nil {
			return
		}
		c.seen()
		if kind != websocket.MessageText {
			c.close(closeProtocol)
			return
		}
		if !utf8.Valid(buf) {
			c.close(closeNotUTF8)
			return
		}
		req, err := parseRequest(buf)
		if err != nil {
			c.send(errorFrame(req.ID, err, c.lang))
			if bad++; bad == 3 {
				c.close(closeProtocol)
				return
			}
			continue
		}
		if !greeted {
			if req.T != "hello" {
				c.close(closeProtocol)
				return
			}
			greeted = true
			c.net.SetReadDeadline(time.Time{})
		}
		c.handle(ctx, &req)
		if c.isClosing() {
			return
		}
	}
}

// handle does what a frame asks and answers it exactly once.
func (c *conn) handle(ctx context.Context, req *request) {
	handler, ok := frames[req.T]
	if !ok {
		c.send(errorFrame(req.ID, court.ErrFrame.In("t"), c.lang))
		return
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	answer, err := handler.do(ctx, c, req)
	if err != nil {
		var known *court.Error
		if !errors.As(err, &known) {
			c.hub.log.Error("frame failed", "t", req.T, "err", err)
		}
		if errors.Is(err, court.ErrUnauthenticated) {
			c.close(closeSignedOut)
			return
		}
		c.send(errorFrame(req.ID, err, c.lang))
		return
	}
	if answer != nil {
		c.send(jsonFrame(answer))
	}
}

func (c *conn) isClosing() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closing != 0
}

// endedByPeer marks the connection as closing, so that nothing more is queued for it. A closing of ours gets its
// moment to reach the phone.
func (c *conn) endedByPeer() {
	c.mu.Lock()
	ours := c.closing != 0
	if !ours {
		c.closing = closeGone
		c.hub.metrics.disconnected(closeGone)
		c.queue = nil
	}
	if c.drained != nil {
		c.drained.Broadcast()
	}
	c.mu.Unlock()
	if ours {
		c.linger()
	}
}

// linger takes what the phone still sends until it has answered our closing or the deadline has passed: closing the
// network connection with unread bytes would take our closing code from it.
func (c *conn) linger() {
	c.net.SetReadDeadline(time.Now().Add(lingerTimeout))
	io.Copy(io.Discard, io.LimitReader(c.net.Conn, 1<<20))
}

func readAll(buf []byte, r io.Reader) ([]byte, error) {
	for {
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err == io.EOF {
			return buf, nil
		}
		if err != nil {
			return buf, err
		}
	}
}

// Frames lists the kinds of frames that a client can send, with the act that each is ruled as.
func Frames() map[string]court.Act {
	kinds := make(map[string]court.Act, len(frames))
	for t, f := range frames {
		kinds[t] = f.act
	}
	return kinds
}

// frameHandler does one kind of frame. Its answer is what is sent as ack, or nil where do has sent it.
type frameHandler struct {
	act court.Act
	do  func(ctx context.Context, c *conn, req *request) (any, error)
}

var frames map[string]frameHandler

func init() { // joinRoom refers to the table's users
	frames = map[string]frameHandler{
		"hello": {court.ActConnect, func(ctx context.Context, c *conn, req *request) (any, error) { return c.hello(ctx, req) }},
		"ping":  {court.ActConnect, func(_ context.Context, _ *conn, req *request) (any, error) { return ack(req.ID), nil }},
		"join": {court.ActRoomJoin, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, joinRoom{conn: c, req: req})
			return nil, err
		}},
		"leave": {court.ActRoomLeave, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, leaveRoom{conn: c, caseID: req.Case})
			return ack(req.ID), err
		}},
		"send": {court.ActMessageSend, func(ctx context.Context, c *conn, req *request) (any, error) {
			a, err := Do(ctx, c.hub, c.actor, SendEvent{CaseID: req.Case, Thread: req.Thread, ID: req.Event, Kind: req.Kind, Body: req.Body})
			return sendAck{ack(req.ID), a.Seq, a.At}, err
		}},
		"read": {court.ActReadMark, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, MarkRead{CaseID: req.Case, Thread: req.Thread, Seq: req.Seq})
			return ack(req.ID), err
		}},
	}
}

// hello begins the conversation.
func (c *conn) hello(ctx context.Context, req *request) (any, error) {
	if req.Lang == "zh" || req.Lang == "en" {
		c.lang = req.Lang
	}
	if err := c.hub.takeSeats(ctx, c); err != nil {
		return nil, err
	}
	return helloAck{ack(req.ID), c.actor.PersonID, c.actor.SessionID, c.hub.now().UnixMilli(), c.hub.node, c.hub.version}, nil
}

package hub

import (
	"context"
	"errors"
	"io"
	"net/http"
	"time"

	"microcourt/store/court"
)

// Subprotocol names the version of the room protocol.
const Subprotocol = "microcourt.v1"

const (
	helloTimeout   = 10 * time.Second
	requestTimeout = 30 * time.Second
)

// ServeSocket turns a request of a signed-in actor into the room's WebSocket. It returns at once, so that the HTTP
// server's goroutine and buffers are free; the connection lives on in a reading goroutine that Drain and Close end
// and await. The caller has checked session and origin.
func (h *Hub) ServeSocket(w http.ResponseWriter, r *http.Request, actor Actor) error {
	if err := court.CheckAccount(court.ActConnect, actor.Role); err != nil {
		return err
	}
	if h.isDraining() {
		return court.ErrUnavailable.RetryIn(2)
	}
	wire, err := upgrade(w, r)
	if err != nil {
		return nil // the library has answered
	}
	if c := h.begin(wire, actor); c != nil {
		go c.read() // owned by the hub: exit tells its end
	}
	return nil
}

// begin makes a connection known whose handshake was answered. It is to be read from then on. nil means that it has
// ended: the node is draining.
func (h *Hub) begin(wire *wire, actor Actor) *conn {
	c := &conn{hub: h, actor: actor, capacity: actor.Capacity, lang: actor.Lang, net: wire}
	c.seen()
	entered, changed := h.enter(c)
	if !entered {
		c.net.Close() // the phone comes back elsewhere
		return nil
	}
	h.metrics.Connected.Add(1)
	if changed {
		ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
		defer cancel()
		if err := h.checkSession(ctx, c); err != nil {
			c.close(closeGone) // the phone comes back when the record answers again
		}
	}
	c.net.SetReadDeadline(time.Now().Add(helloTimeout))
	return c
}

// readFirst takes what a phone says first, usually hello and where it wants to join, before read does: with the stack
// of a goroutine that has done so before.
func (c *conn) readFirst() {
	if err := c.net.more(); err != nil {
		c.inputEnded(err)
		c.over()
	} else if c.takeInput() {
		c.uncork()
		go c.read() // owned by the hub: exit tells its end
	} else {
		c.over()
	}
}

// read is the connection's goroutine: it takes frames one after the other, so that what one client asks is done in
// the order in which it asked. It waits here, with little on its stack: memory for each silent phone is budgeted.
func (c *conn) read() {
	defer c.over()
	for c.takeInput() {
		c.uncork()
		if err := c.net.more(); err != nil {
			c.inputEnded(err)
			return
		}
	}
}

// over ends a connection of which nothing more is read.
func (c *conn) over() {
	c.uncork()
	c.net.release()
	c.endedByPeer()
	c.net.Close()
	c.hub.exit(c)
}

// takeInput does what the frames ask that have come. It reports false when nothing more is to be read.
//
//go:noinline
func (c *conn) takeInput() bool {
	for {
		text, err := c.nextMessage()
		if err != nil {
			c.inputEnded(err)
			return false
		}
		if text == nil {
			return true
		}
		if !c.takeMessage(text) || c.isClosing() {
			return false
		}
	}
}

func (c *conn) takeMessage(text []byte) bool {
	req, err := parseRequest(text)
	if err != nil {
		c.reply(errorFrame(req.ID, err, c.lang))
		if c.faults++; c.faults == 3 {
			c.uncork() // closing drops what is queued, and this frame has its answer, too
			c.close(closeProtocol)
		}
		return true
	}
	if !c.greeted {
		if req.T != "hello" {
			c.close(closeProtocol)
			return false
		}
		c.greeted = true
		c.net.SetReadDeadline(time.Time{})
	}
	c.handle(req)
	return true
}

// inputEnded closes the connection with what its input's end asks for.
func (c *conn) inputEnded(err error) {
	var broken brokenInput
	switch {
	case errors.As(err, &broken):
		c.close(broken.code)
	case errors.Is(err, errClosedByPeer):
		c.close(closeNormal)
	case errors.Is(err, errTimeout) && !c.greeted:
		c.close(closeSilent)
	}
}

// maxUnanswered is how many events of one client may wait for their commit.
const maxUnanswered = 64

// handle does what a frame asks and sees that it is answered exactly once. Sending doesn't wait for the commit; any
// other frame waits until what was sent before it is answered.
func (c *conn) handle(req *request) {
	handler, ok := frames[req.T]
	if !ok {
		c.reply(errorFrame(req.ID, court.ErrFrame.In("t"), c.lang))
		return
	}
	if req.T == "send" {
		if c.waitAnswered(maxUnanswered - 1) {
			c.sendEvent(req)
		}
		return
	}
	if !c.waitAnswered(0) {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), requestTimeout)
	defer cancel()
	answer, err := handler.do(ctx, c, req)
	switch {
	case err != nil:
		c.answerError(req.T, req.ID, err)
	case answer != nil:
		c.reply(jsonFrame(answer))
	}
}

// answerError tells the client why its frame was refused.
func (c *conn) answerError(t, id string, err error) {
	if f := c.refusal(t, id, err); f != nil {
		c.reply(f)
	}
}

// refusal gives the frame that says why a frame was refused, or closes the connection where the session has ended.
func (c *conn) refusal(t, id string, err error) frame {
	var known *court.Error
	if !errors.As(err, &known) {
		c.hub.log.Error("frame failed", "t", t, "err", err)
	}
	if errors.Is(err, court.ErrUnauthenticated) {
		c.close(closeSignedOut)
		return nil
	}
	return errorFrame(id, err, c.lang)
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
	c.changedLocked()
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
		"send": {act: court.ActMessageSend}, // see sendEvent
		"desk": {court.ActDesk, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, watchDesk{conn: c, on: req.On})
			return ack(req.ID), err
		}},
		"hearing_join": {court.ActHearingAttend, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, joinHearing{conn: c, req: req})
			return ack(req.ID), err
		}},
		"hearing_answer":  {court.ActConnect, signal},
		"hearing_restart": {court.ActConnect, signal},
		"hearing_wish":    {court.ActConnect, signal},
		"hearing_view": {court.ActHearingConduct, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, leadView{conn: c, req: req})
			return ack(req.ID), err
		}},
		"read": {court.ActReadMark, func(ctx context.Context, c *conn, req *request) (any, error) {
			_, err := Do(ctx, c.hub, c.actor, MarkRead{CaseID: req.Case, Thread: req.Thread, Seq: req.Seq})
			return ack(req.ID), err
		}},
	}
}

func signal(ctx context.Context, c *conn, req *request) (any, error) {
	_, err := Do(ctx, c.hub, c.actor, signalHearing{conn: c, req: req})
	return ack(req.ID), err
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

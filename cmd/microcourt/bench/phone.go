package bench

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"strconv"
	"sync/atomic"
	"time"
)

// phone is a client of the room protocol that costs little: it looks only at what it counts.
type phone struct {
	load *phones
	room int
	seat int

	conn net.Conn
	done chan struct{} // closed when the reading goroutine has ended
	last atomic.Int64  // newest seq that is held
	acks chan struct{} // one for each answer to a send; what nobody waits for is dropped
	back chan struct{} // closed when the answer to the join has come and everything that was missing at that moment

	target atomic.Int64 // what was missing ends there
}

func (p *phone) number() int { return p.room*phonesPerRoom + p.seat }

const connectTimeout = 30 * time.Second

// connect opens the socket, says hello and joins the room. It returns when the phone holds everything there was.
func (p *phone) connect() error {
	conn, err := net.DialTimeout("tcp", p.load.address, connectTimeout)
	if err != nil {
		return err
	}
	conn.SetDeadline(time.Now().Add(connectTimeout))
	if _, err := fmt.Fprintf(conn, "GET /api/v1/ws HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: microcourt.v1\r\n"+
		"Authorization: Bearer %s\r\nUser-Agent: bench\r\n\r\n", p.load.address, tokenOf(p.number())); err != nil {
		conn.Close()
		return err
	}
	buf := make([]byte, 1024)
	n, end := 0, -1
	for end < 0 {
		got, err := conn.Read(buf[n:])
		n += got
		if end = bytes.Index(buf[:n], []byte("\r\n\r\n")); end < 0 && (err != nil || n == len(buf)) {
			conn.Close()
			return errors.Join(err, errors.New("no end of the handshake"))
		}
	}
	if !bytes.HasPrefix(buf, []byte("HTTP/1.1 101")) {
		conn.Close()
		return fmt.Errorf("handshake: %.200s", buf[:n])
	}
	p.conn, p.done, p.back, p.acks = conn, make(chan struct{}), make(chan struct{}), make(chan struct{}, 1)
	p.target.Store(-1)
	have := "{}"
	if last := p.last.Load(); last > 0 {
		have = `{"room":` + strconv.FormatInt(last, 10) + `}`
	}
	hello := maskedFrame([]byte(`{"t":"hello","id":"hello","lang":"zh","client":"bench"}`))
	join := maskedFrame([]byte(`{"t":"join","id":"join","case":"` + caseOf(p.room) + `","here":true,"have":` + have + `}`))
	if _, err := conn.Write(append(hello, join...)); err != nil {
		conn.Close()
		return err
	}
	go p.read(buf[end+4 : n]) // drop ends it and waits
	select {
	case <-p.back:
		conn.SetDeadline(time.Time{})
		return nil
	case <-p.done:
		return errors.New("the connection ended while joining")
	}
}

// drop cuts the connection without a word.
func (p *phone) drop() {
	if tcp, ok := p.conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	p.conn.Close()
	<-p.done
}

// say sends a message that carries the time of its sending.
func (p *phone) say() error {
	n := p.load.messages.Add(1)
	text := make([]byte, 0, 320)
	text = append(text, `{"t":"send","id":"send","case":"`...)
	text = append(text, caseOf(p.room)...)
	text = append(text, `","thread":"room","event":"`...)
	text = append(text, p.load.eventID(n)...)
	text = append(text, `","kind":"text","body":{"text":"请问第二次庭审的时间是否已经确定？ T`...)
	text = strconv.AppendInt(text, time.Now().UnixNano(), 10)
	text = append(text, `"}}`...)
	_, err := p.conn.Write(maskedFrame(text))
	return err
}

// read is the phone's goroutine. early is what came right behind the handshake.
func (p *phone) read(early []byte) {
	defer close(p.done)
	buf := make([]byte, 2048)
	n := copy(buf, early)
	for {
		used := 0
		for {
			opcode, text, size := cutFrame(buf[used:n])
			if size == 0 {
				break
			}
			used += size
			p.got(opcode, text)
		}
		n = copy(buf, buf[used:n])
		if n == len(buf) {
			buf = append(buf, make([]byte, len(buf))...)
		}
		got, err := p.conn.Read(buf[n:])
		if err != nil {
			return
		}
		n += got
	}
}

func (p *phone) got(opcode byte, text []byte) {
	const ping, pong = 0x9, 0x8a
	if opcode == ping {
		p.conn.Write([]byte{pong, 0x80, 0, 0, 0, 0})
		return
	}
	switch {
	case bytes.HasPrefix(text, []byte(`{"t":"event"`)):
		p.event(text)
	case bytes.HasPrefix(text, []byte(`{"t":"ack","id":"send"`)):
		p.load.acked.Add(1)
		select {
		case p.acks <- struct{}{}:
		default:
		}
	case bytes.HasPrefix(text, []byte(`{"t":"ack","id":"join"`)):
		p.target.Store(numberField(text, `"last":{"room":`))
		p.caughtUp(p.last.Load())
	case bytes.HasPrefix(text, []byte(`{"t":"error"`)):
		p.load.refuse(text)
	}
}

// event counts an event and sees that it is the next.
func (p *phone) event(text []byte) {
	now := time.Now().UnixNano()
	seq := numberField(text, `"seq":`)
	if was := p.last.Swap(seq); seq != was+1 {
		p.load.faults.Add(1)
	}
	p.load.took(now - numberField(text, " T"))
	p.load.delivered.Add(1) // last: who counts deliveries reads the times of all that are counted
	p.caughtUp(seq)
}

// caughtUp tells connect when nothing is missing any more. Only the reading goroutine calls it.
func (p *phone) caughtUp(seq int64) {
	if target := p.target.Load(); target >= 0 && seq >= target {
		p.target.Store(1 << 62)
		close(p.back)
	}
}

// cutFrame takes a server's frame from the beginning of buf; size is 0 while it isn't whole.
func cutFrame(buf []byte) (opcode byte, text []byte, size int) {
	if len(buf) < 2 {
		return 0, nil, 0
	}
	head, n := 2, int(buf[1])
	switch n {
	case 126:
		if len(buf) < 4 {
			return 0, nil, 0
		}
		head, n = 4, int(binary.BigEndian.Uint16(buf[2:]))
	case 127:
		if len(buf) < 10 {
			return 0, nil, 0
		}
		head, n = 10, int(binary.BigEndian.Uint64(buf[2:]))
	}
	if len(buf) < head+n {
		return 0, nil, 0
	}
	return buf[0] & 0xf, buf[head : head+n], head + n
}

// maskedFrame makes a client's frame. Its mask is zero, which leaves the text as it is.
func maskedFrame(text []byte) []byte {
	frame := make([]byte, 0, len(text)+8)
	if len(text) < 126 {
		frame = append(frame, 0x81, 0x80|byte(len(text)))
	} else {
		frame = append(frame, 0x81, 0x80|126, byte(len(text)>>8), byte(len(text)))
	}
	return append(append(frame, 0, 0, 0, 0), text...)
}

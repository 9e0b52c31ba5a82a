package bench

import (
	"bufio"
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
)

// The floor is the least that any hub of this protocol does: it reads frames from net.Conn, numbers what is sent and
// writes it to everybody in the room, from the sender's own goroutine. It keeps nothing on disk, checks nothing, parses
// no JSON, bounds no queue, and one slow phone stops its room.
type floor struct {
	listener net.Listener

	mu    sync.Mutex
	rooms map[string]*floorRoom
}

// floorKept is how many frames a room keeps for those who come back.
const floorKept = 64

type floorRoom struct {
	mu      sync.Mutex
	seq     int64
	members map[net.Conn]struct{}
	kept    [floorKept][]byte // by seq
}

func beginFloor() (func(task) (result, error), func(), result, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, result{}, err
	}
	f := &floor{listener: listener, rooms: map[string]*floorRoom{}}
	go f.accept() // ends with the listener; the process ends right after
	return serverTasks, func() { listener.Close() }, result{Address: listener.Addr().String()}, nil
}

func (f *floor) accept() {
	for {
		c, err := f.listener.Accept()
		if err != nil {
			return
		}
		go f.serve(c)
	}
}

func (f *floor) room(id []byte) *floorRoom {
	f.mu.Lock()
	defer f.mu.Unlock()
	r := f.rooms[string(id)]
	if r == nil {
		r = &floorRoom{members: map[net.Conn]struct{}{}}
		f.rooms[string(id)] = r
	}
	return r
}

// serve is one phone's goroutine, until the phone is gone.
func (f *floor) serve(c net.Conn) {
	defer c.Close()
	in := bufio.NewReaderSize(c, 512)
	if err := acceptUpgrade(c, in); err != nil {
		return
	}
	var joined *floorRoom
	defer func() {
		if joined != nil {
			joined.leave(c)
		}
	}()
	for {
		text, err := readMasked(in)
		if err != nil {
			return
		}
		id := stringField(text, `"id":"`)
		switch string(stringField(text, `"t":"`)) {
		case "join":
			joined = f.room(stringField(text, `"case":"`))
			joined.join(c, id, numberField(text, `"room":`))
		case "send":
			joined.send(c, id, text)
		default:
			c.Write(textFrame([]byte(`{"t":"ack","id":"` + string(id) + `"}`)))
		}
	}
}

func (r *floorRoom) join(c net.Conn, id []byte, have int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	answer := textFrame(fmt.Appendf(nil, `{"t":"ack","id":"%s","last":{"room":%d}}`, id, r.seq))
	for seq := max(have, r.seq-floorKept) + 1; seq <= r.seq; seq++ {
		answer = append(answer, r.kept[seq%floorKept]...)
	}
	c.Write(answer)
	r.members[c] = struct{}{}
}

func (r *floorRoom) leave(c net.Conn) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.members, c)
}

func (r *floorRoom) send(c net.Conn, id, text []byte) {
	r.mu.Lock()
	r.seq++
	seq := r.seq
	frame := make([]byte, 0, 512)
	frame = append(frame, `{"t":"event","case":"`...)
	frame = append(frame, stringField(text, `"case":"`)...)
	frame = append(frame, `","thread":"room","seq":`...)
	frame = strconv.AppendInt(frame, seq, 10)
	frame = append(frame, `,"id":"`...)
	frame = append(frame, stringField(text, `"event":"`)...)
	frame = append(frame, `","kind":"text","body":`...)
	if i := bytes.Index(text, []byte(`"body":`)); i >= 0 {
		frame = append(frame, text[i+len(`"body":`):]...) // with the closing brace
	}
	frame = textFrame(frame)
	r.kept[seq%floorKept] = frame
	for member := range r.members {
		member.Write(frame)
	}
	r.mu.Unlock()
	c.Write(textFrame(fmt.Appendf(nil, `{"t":"ack","id":"%s","seq":%d}`, id, seq)))
}

// acceptUpgrade answers a WebSocket's handshake (RFC 6455 section 4.2.2).
func acceptUpgrade(c net.Conn, in *bufio.Reader) error {
	var key string
	for {
		line, err := in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if line = bytes.TrimSpace(line); len(line) == 0 {
			break
		}
		if name, value, ok := bytes.Cut(line, []byte(": ")); ok && bytes.EqualFold(name, []byte("Sec-WebSocket-Key")) {
			key = string(value)
		}
	}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	_, err := fmt.Fprintf(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"+
		"Sec-WebSocket-Protocol: microcourt.v1\r\nSec-WebSocket-Accept: %s\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	return err
}

// readMasked reads a client's frame and takes its mask off.
func readMasked(in *bufio.Reader) ([]byte, error) {
	var head [8]byte
	if _, err := io.ReadFull(in, head[:2]); err != nil {
		return nil, err
	}
	n := int(head[1] & 0x7f)
	if n == 126 {
		if _, err := io.ReadFull(in, head[:2]); err != nil {
			return nil, err
		}
		n = int(binary.BigEndian.Uint16(head[:2]))
	}
	if _, err := io.ReadFull(in, head[:4]); err != nil {
		return nil, err
	}
	text := make([]byte, n)
	_, err := io.ReadFull(in, text)
	for i := range text {
		text[i] ^= head[i&3]
	}
	return text, err
}

// textFrame puts the header before a text of less than 64 KiB.
func textFrame(text []byte) []byte {
	frame := make([]byte, 0, len(text)+4)
	if len(text) < 126 {
		frame = append(frame, 0x81, byte(len(text)))
	} else {
		frame = append(frame, 0x81, 126, byte(len(text)>>8), byte(len(text)))
	}
	return append(frame, text...)
}

// stringField finds what stands behind a name in JSON text, up to the next quotation mark.
func stringField(text []byte, name string) []byte {
	i := bytes.Index(text, []byte(name))
	if i < 0 {
		return nil
	}
	rest := text[i+len(name):]
	if end := bytes.IndexByte(rest, '"'); end >= 0 {
		return rest[:end]
	}
	return nil
}

func numberField(text []byte, name string) (n int64) {
	i := bytes.Index(text, []byte(name))
	if i < 0 {
		return 0
	}
	for _, c := range text[i+len(name):] {
		if c < '0' || c > '9' {
			break
		}
		n = n*10 + int64(c-'0')
	}
	return n
}

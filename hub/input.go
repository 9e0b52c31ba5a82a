package hub

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"
)

// brokenInput says that the client does not speak the protocol; the connection is closed with the code.
type brokenInput struct{ code closeCode }

func (brokenInput) Error() string { return "the client doesn't speak the protocol" }

// errClosedByPeer says that the client has closed the connection.
var errClosedByPeer = errors.New("closed by the client")

// longestControl is how much a control frame may hold (RFC 6455 section 5.5).
const longestControl = 125

// inFrame is a client's frame. payload is unmasked and valid until the next frame is read.
type inFrame struct {
	final   bool
	opcode  byte
	payload []byte
}

// cutFrame takes the frame at the beginning of text, and unmasks it in place. size is 0 while it isn't whole. What may
// not come from a client is a brokenInput.
func cutFrame(text []byte) (f inFrame, size int, err error) {
	if len(text) < 2 {
		return f, 0, nil
	}
	f.final, f.opcode = text[0]&0x80 != 0, text[0]&0x0f
	control := f.opcode&0x8 != 0
	known := f.opcode <= opBinary || f.opcode >= opClose && f.opcode <= opPong
	masked, n, head := text[1]&0x80 != 0, uint64(text[1]&0x7f), 2
	if text[0]&0x70 != 0 || !known || !masked || control && (!f.final || n > longestControl) {
		return f, 0, brokenInput{closeProtocol}
	}
	switch n {
	case 126:
		head = 4
	case 127:
		head = 10
	}
	if len(text) < head+4 {
		return f, 0, nil
	}
	switch n {
	case 126:
		n = uint64(binary.BigEndian.Uint16(text[2:]))
	case 127:
		n = binary.BigEndian.Uint64(text[2:])
	}
	if n > maxFrameBytes {
		return f, 0, brokenInput{closeTooLarge}
	}
	mask := text[head : head+4]
	head += 4
	if size = head + int(n); len(text) < size {
		return f, 0, nil
	}
	f.payload = text[head:size]
	unmask(f.payload, mask)
	return f, size, nil
}

// unmask takes a client's mask off (RFC 6455 section 5.3).
func unmask(payload, mask []byte) {
	key := uint64(binary.LittleEndian.Uint32(mask))
	if key == 0 {
		return
	}
	key |= key << 32
	for ; len(payload) >= 8; payload = payload[8:] {
		binary.LittleEndian.PutUint64(payload, binary.LittleEndian.Uint64(payload)^key)
	}
	for i := range payload {
		payload[i] ^= mask[i&3]
	}
}

// nextMessage gives the client's next text message out of what has come, nil while it isn't whole; it is valid until
// more is read. Control frames on the way are answered.
func (c *conn) nextMessage() ([]byte, error) {
	for {
		f, size, err := cutFrame(c.net.waiting())
		if err != nil || size == 0 {
			return nil, err
		}
		c.net.take(size)
		c.seen()
		switch f.opcode {
		case opPing:
			c.reply(seal(opPong, append(make([]byte, headerRoom), f.payload...)))
		case opPong:
		case opClose:
			return nil, errClosedByPeer
		case opText, opContinuation:
			text, err := c.wholeText(f)
			if text != nil || err != nil {
				return text, err
			}
		default:
			return nil, brokenInput{closeProtocol} // binary
		}
	}
}

// wholeText puts a message together that comes in several frames; nil until the last.
func (c *conn) wholeText(f inFrame) ([]byte, error) {
	begun, text := c.partial != nil, f.payload
	if begun != (f.opcode == opContinuation) {
		return nil, brokenInput{closeProtocol}
	}
	if begun || !f.final {
		if len(c.partial)+len(text) > maxFrameBytes {
			return nil, brokenInput{closeTooLarge}
		}
		text = append(append(make([]byte, 0, len(c.partial)+len(text)), c.partial...), text...)
		if c.partial = text; !f.final {
			return nil, nil
		}
		c.partial = nil
	}
	if !utf8.Valid(text) {
		return nil, brokenInput{closeNotUTF8}
	}
	return text, nil
}

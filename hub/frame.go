package hub

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf8"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/flat"
	"microcourt/store/court/hearing"
)

// Limits of the socket; they stand in the protocol document.
const (
	maxFrameBytes = 64 << 10
	maxFrameDepth = 8
	maxHave       = 1000
	maxLayers     = 64
)

// request is a client's frame. One struct holds the fields of all kinds: a frame is small, and unknown fields are
// refused for every kind alike.
type request struct {
	T      string           `json:"t"`
	ID     string           `json:"id"`
	Case   string           `json:"case"`
	Thread string           `json:"thread"`
	Event  string           `json:"event"`
	Kind   court.Kind       `json:"kind"`
	Body   json.RawMessage  `json:"body"`
	Seq    int64            `json:"seq"`
	Here   bool             `json:"here"`
	On     bool             `json:"on"`
	Have   map[string]int64 `json:"have"`
	Lang   string           `json:"lang"`
	Client string           `json:"client"`

	// about media of a hearing
	Hearing string         `json:"hearing"`
	Number  int            `json:"number"`
	SDP     string         `json:"sdp"`
	Layers  map[string]int `json:"layers"`

	// about what is shown in one
	Exhibit string         `json:"exhibit"`
	Page    int            `json:"page"`
	View    *hearing.View  `json:"view"`
	Pointer *hearing.Point `json:"pointer"`
}

// parseRequest reads a frame. With an error the request may still hold a usable ID to answer to.
func parseRequest(text []byte) (*request, error) {
	r := &request{}
	if parseFlat(text, r) {
		return r, nil
	}
	*r = request{}
	if !utf8.Valid(text) || court.TooDeep(text, maxFrameDepth) {
		return r, court.ErrFrame
	}
	err := court.DecodeStrict(text, r)
	if !court.ValidID(r.ID) {
		r.ID = ""
		return r, court.ErrFrame
	}
	if err != nil || len(r.Have) > maxHave || len(r.Layers) > maxLayers {
		return r, court.ErrFrame
	}
	return r, nil
}

// parseFlat reads the frames that clients send nearly always, at a tenth of the cost of encoding/json. What it doesn't
// understand may be right all the same.
func parseFlat(text []byte, r *request) bool {
	ok := flat.Object(string(text), func(name string, v flat.Value) bool {
		var field *string
		switch name {
		case "t":
			field = &r.T
		case "id":
			field = &r.ID
		case "case":
			field = &r.Case
		case "thread":
			field = &r.Thread
		case "event":
			field = &r.Event
		case "kind":
			field = (*string)(&r.Kind)
		case "lang":
			field = &r.Lang
		case "client":
			field = &r.Client
		case "seq":
			r.Seq = v.Int()
			return v.Kind == 'n'
		case "here":
			r.Here = v.True()
			return v.Kind == 'b'
		case "body":
			r.Body = json.RawMessage(v.Text)
			return v.Kind == 'o'
		case "have":
			r.Have = map[string]int64{}
			return v.Kind == 'o' && flat.Object(v.Text, func(thread string, seq flat.Value) bool {
				r.Have[thread] = seq.Int()
				return seq.Kind == 'n' && len(r.Have) <= maxHave
			})
		default:
			return false
		}
		*field = v.Text
		return v.Kind == 's'
	})
	return ok && court.ValidID(r.ID)
}

// frame is a message ready for the wire: WebSocket header and payload in one piece, shared by all who get it. It is
// never changed.
type frame []byte

// The opcodes of frames (RFC 6455 section 11.8).
const (
	opContinuation = 0x0
	opText         = 0x1
	opBinary       = 0x2
	opClose        = 0x8
	opPing         = 0x9
	opPong         = 0xa
)

// headerRoom is kept free before a payload that is built in place: the longest header of a server's frame
// (RFC 6455 section 5.2, never masked).
const headerRoom = 10

// seal puts the WebSocket header before the payload that stands behind headerRoom bytes in buf.
func seal(opcode byte, buf []byte) frame {
	n := len(buf) - headerRoom
	switch {
	case n < 126:
		buf[8], buf[9] = 0x80|opcode, byte(n)
		return frame(buf[8:])
	case n < 1<<16:
		buf[6], buf[7], buf[8], buf[9] = 0x80|opcode, 126, byte(n>>8), byte(n)
		return frame(buf[6:])
	default:
		buf[0], buf[1] = 0x80|opcode, 127
		for i := range 8 {
			buf[2+i] = byte(n >> (56 - 8*i))
		}
		return frame(buf)
	}
}

// eventFrame encodes an event once, for everybody.
func eventFrame(ev *court.Event) frame {
	buf := make([]byte, headerRoom, headerRoom+256+len(ev.Body))
	buf = append(buf, `{"t":"event","case":"`...)
	buf = append(buf, ev.CaseID...) // ids and thread names hold nothing that JSON escapes
	buf = append(buf, `","thread":"`...)
	buf = append(buf, ev.Thread...)
	buf = append(buf, `","seq":`...)
	buf = strconv.AppendInt(buf, ev.Seq, 10)
	buf = append(buf, `,"id":"`...)
	buf = append(buf, ev.ID...)
	buf = append(buf, `","at":`...)
	buf = strconv.AppendInt(buf, ev.At, 10)
	buf = append(buf, `,"by":"`...)
	buf = append(buf, ev.By...)
	buf = append(buf, `","kind":"`...)
	buf = append(buf, ev.Kind...)
	buf = append(buf, `","body":`...)
	buf = append(buf, ev.Body...)
	if ev.Withdrawn != "" {
		buf = append(buf, `,"withdrawn":"`...)
		buf = append(buf, ev.Withdrawn...)
		buf = append(buf, '"')
	}
	return seal(opText, append(buf, '}'))
}

// sendAckFrame is the answer to a sent event.
func sendAckFrame(id string, a store.Appended) frame {
	buf := make([]byte, headerRoom, headerRoom+128)
	buf = append(buf, `{"t":"ack","id":"`...)
	buf = append(buf, id...) // checked by parseRequest
	buf = append(buf, `","seq":`...)
	buf = strconv.AppendInt(buf, a.Seq, 10)
	buf = append(buf, `,"at":`...)
	buf = strconv.AppendInt(buf, a.At, 10)
	return seal(opText, append(buf, '}'))
}

// jsonFrame encodes any other message of the server's.
func jsonFrame(v any) frame {
	buf := bytes.NewBuffer(make([]byte, headerRoom, headerRoom+128))
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err) // the types are ours and hold nothing that can't be encoded
	}
	return seal(opText, bytes.TrimRight(buf.Bytes(), "\n"))
}

// closeFrame is a closing with its code (RFC 6455 section 5.5.1).
func closeFrame(code closeCode) frame {
	return seal(opClose, append(make([]byte, headerRoom), byte(code>>8), byte(code)))
}

var pingFrame = seal(opPing, make([]byte, headerRoom))

// The messages that the server sends beside events, as the protocol document has them.
type (
	ackMessage struct {
		T  string `json:"t"`
		ID string `json:"id"`
	}
	helloAck struct {
		ackMessage
		Person  string `json:"person"`
		Session string `json:"session"`
		Now     int64  `json:"now"`
		Node    string `json:"node"`
		Server  string `json:"server"`
	}
	joinAck struct {
		ackMessage
		Case     string                      `json:"case"`
		Me       string                      `json:"me"`
		Last     map[string]int64            `json:"last"`
		Read     map[string]int64            `json:"read"`
		Receipts map[string]map[string]int64 `json:"receipts"`
		Here     []string                    `json:"here"`
	}
	errorMessage struct {
		T           string `json:"t"`
		ID          string `json:"id"`
		Code        string `json:"code"`
		Text        string `json:"text"`
		Field       string `json:"field,omitempty"`
		RetryAfterS int    `json:"retry_after_s,omitempty"`
	}
	// threadMessage is a head, mark, reset or receipt.
	threadMessage struct {
		T      string `json:"t"`
		Case   string `json:"case"`
		Thread string `json:"thread"`
		Seq    int64  `json:"seq"`
		At     int64  `json:"at,omitempty"`
		By     string `json:"by,omitempty"`
	}
	presenceMessage struct {
		T    string   `json:"t"`
		Case string   `json:"case"`
		Here []string `json:"here"`
	}
	// caseMessage is cases, participants or left.
	caseMessage struct {
		T    string `json:"t"`
		Case string `json:"case,omitempty"`
	}
)

func ack(id string) ackMessage { return ackMessage{T: "ack", ID: id} }

func errorFrame(id string, err error, lang string) frame {
	e := court.AsError(err)
	return jsonFrame(errorMessage{T: "error", ID: id, Code: e.Code, Text: e.Text(lang), Field: e.Field, RetryAfterS: e.RetryAfterS})
}

// Package hubtest has a phone for tests: a client of the room protocol that keeps everything it gets.
package hubtest

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"microcourt/hub"
	"microcourt/store/court"
)

// Message is any frame of the server's.
type Message struct {
	T      string           `json:"t"`
	ID     string           `json:"id"`
	Case   string           `json:"case"`
	Thread string           `json:"thread"`
	Seq    int64            `json:"seq"`
	At     int64            `json:"at"`
	By     string           `json:"by"`
	Kind   court.Kind       `json:"kind"`
	Body   json.RawMessage  `json:"body"`
	Code   string           `json:"code"`
	Me     string           `json:"me"`
	Here   []string         `json:"here"`
	Last   map[string]int64 `json:"last"`
	Raw    string
}

// Phone is a client that keeps everything it gets.
type Phone struct {
	t    testing.TB
	ws   *websocket.Conn
	next atomic.Int64

	mu      sync.Mutex
	got     []Message
	arrived chan struct{} // closed and replaced at each message
	ended   error
	done    chan struct{}
}

// Done is closed when the connection has ended.
func (p *Phone) Done() <-chan struct{} { return p.done }

// CloseCode is how the connection was closed, -1 without a word.
func (p *Phone) CloseCode() websocket.StatusCode {
	<-p.done
	p.mu.Lock()
	defer p.mu.Unlock()
	return websocket.CloseStatus(p.ended)
}

// Messages gives everything that came so far.
func (p *Phone) Messages() []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.got)
}

// Dial connects with a token and says hello.
func Dial(t testing.TB, url, token string) *Phone {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, url, &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + token}}, Subprotocols: []string{hub.Subprotocol},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	p := &Phone{t: t, ws: ws, arrived: make(chan struct{}), done: make(chan struct{})}
	go p.read()
	t.Cleanup(p.Drop)
	p.Ask(`"t":"hello","lang":"en","client":"test"`)
	return p
}

func (p *Phone) read() {
	defer close(p.done)
	for {
		_, text, err := p.ws.Read(context.Background())
		p.mu.Lock()
		if err != nil {
			p.ended = err
		} else {
			m := Message{Raw: string(text)}
			if err := json.Unmarshal(text, &m); err != nil {
				p.t.Errorf("not JSON: %s", text)
			}
			p.got = append(p.got, m)
		}
		close(p.arrived)
		p.arrived = make(chan struct{})
		p.mu.Unlock()
		if err != nil {
			return
		}
	}
}

// Drop cuts the connection without a word.
func (p *Phone) Drop() {
	p.ws.CloseNow()
	<-p.done
}

// Await waits for a message that fits and gives it.
func (p *Phone) Await(what string, fits func(Message) bool) Message {
	p.t.Helper()
	deadline := time.After(15 * time.Second)
	for from := 0; ; {
		p.mu.Lock()
		for ; from < len(p.got); from++ {
			if m := p.got[from]; fits(m) {
				p.mu.Unlock()
				return m
			}
		}
		arrived, ended := p.arrived, p.ended
		p.mu.Unlock()
		if ended != nil {
			p.t.Fatalf("waiting for %s, the connection ended: %v", what, ended)
		}
		select {
		case <-arrived:
		case <-deadline:
			p.t.Fatalf("%s did not come", what)
		}
	}
}

// Send sends a frame and gives its id; the answer is awaited by ask.
func (p *Phone) Send(fields string) string {
	p.t.Helper()
	id := "r" + strconv.FormatInt(p.next.Add(1), 10)
	if err := p.ws.Write(context.Background(), websocket.MessageText, []byte(`{"id":"`+id+`",`+fields+`}`)); err != nil {
		p.t.Fatalf("write: %v", err)
	}
	return id
}

// Ask sends a frame and waits for its one answer.
func (p *Phone) Ask(fields string) Message {
	p.t.Helper()
	id := p.Send(fields)
	return p.Await("the answer to "+fields, func(m Message) bool { return m.ID == id && (m.T == "ack" || m.T == "error") })
}

// Join joins a room, present, with what is held of its threads.
func (p *Phone) Join(caseID string, have map[string]int64) Message {
	p.t.Helper()
	text, _ := json.Marshal(have)
	if have == nil {
		text = []byte("{}")
	}
	return p.Ask(`"t":"join","here":true,"case":"` + caseID + `","have":` + string(text))
}

// Say sends a text message and gives its ack.
func (p *Phone) Say(caseID, thread, id, text string) Message {
	p.t.Helper()
	words, _ := json.Marshal(text)
	return p.Ask(`"t":"send","case":"` + caseID + `","thread":"` + thread + `","event":"` + id + `","kind":"text","body":{"text":` + string(words) + `}`)
}

// Events gives the events of a thread that came, in the order of their coming.
func (p *Phone) Events(thread string) []Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var events []Message
	for _, m := range p.got {
		if m.T == "event" && m.Thread == thread {
			events = append(events, m)
		}
	}
	return events
}

// AwaitSeq waits until a thread has come as far as seq.
func (p *Phone) AwaitSeq(thread string, seq int64) {
	p.t.Helper()
	p.Await(thread+" at "+strconv.FormatInt(seq, 10), func(m Message) bool { return m.T == "event" && m.Thread == thread && m.Seq >= seq })
}

package hub_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// node is a hub behind a real server on loopback, as the api would serve it.
type node struct {
	hub *hub.Hub
	url string
}

// startNode serves a hub on a store; seats are known by their token.
func startNode(t testing.TB, s *store.Store, w *storetest.World, relay hub.Relay) *node {
	t.Helper()
	h := hub.New(hub.Config{Store: s, Relay: relay, Version: "test"})
	byToken := map[string]*storetest.Seat{}
	for _, seat := range w.Seats {
		byToken[seat.Token] = seat
	}
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		seat := byToken[strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")]
		actor := hub.Anyone("zh", "")
		if seat != nil {
			actor = actorOf(seat)
		}
		if err := h.ServeSocket(rw, r, actor); err != nil {
			http.Error(rw, err.Error(), http.StatusUnauthorized)
		}
	}))
	t.Cleanup(func() {
		h.Close()
		server.Close()
	})
	return &node{h, "ws" + strings.TrimPrefix(server.URL, "http")}
}

func actorOf(s *storetest.Seat) hub.Actor {
	return hub.Actor{PersonID: s.PersonID, SessionID: s.SessionID, Role: s.Role, Lang: "zh"}
}

// message is any frame of the server's.
type message struct {
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
	raw    string
}

// phone is a client that keeps everything it gets.
type phone struct {
	t    testing.TB
	ws   *websocket.Conn
	next atomic.Int64

	mu      sync.Mutex
	got     []message
	arrived chan struct{} // closed and replaced at each message
	ended   error
	done    chan struct{}
}

func dial(t testing.TB, n *node, s *storetest.Seat) *phone {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(ctx, n.url, &websocket.DialOptions{
		HTTPHeader: http.Header{"Authorization": {"Bearer " + s.Token}}, Subprotocols: []string{hub.Subprotocol},
	})
	if err != nil {
		t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	p := &phone{t: t, ws: ws, arrived: make(chan struct{}), done: make(chan struct{})}
	go p.read()
	t.Cleanup(p.drop)
	p.ask(`"t":"hello","lang":"en","client":"test"`)
	return p
}

func (p *phone) read() {
	defer close(p.done)
	for {
		_, text, err := p.ws.Read(context.Background())
		p.mu.Lock()
		if err != nil {
			p.ended = err
		} else {
			m := message{raw: string(text)}
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

// drop cuts the connection without a word.
func (p *phone) drop() {
	p.ws.CloseNow()
	<-p.done
}

// await waits for a message that fits and gives it.
func (p *phone) await(what string, fits func(message) bool) message {
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

// send sends a frame and gives its id; the answer is awaited by ask.
func (p *phone) send(fields string) string {
	p.t.Helper()
	id := "r" + strconv.FormatInt(p.next.Add(1), 10)
	if err := p.ws.Write(context.Background(), websocket.MessageText, []byte(`{"id":"`+id+`",`+fields+`}`)); err != nil {
		p.t.Fatalf("write: %v", err)
	}
	return id
}

// ask sends a frame and waits for its one answer.
func (p *phone) ask(fields string) message {
	p.t.Helper()
	id := p.send(fields)
	return p.await("the answer to "+fields, func(m message) bool { return m.ID == id && (m.T == "ack" || m.T == "error") })
}

func (p *phone) join(caseID string, have map[string]int64) message {
	p.t.Helper()
	text, _ := json.Marshal(have)
	if have == nil {
		text = []byte("{}")
	}
	return p.ask(`"t":"join","here":true,"case":"` + caseID + `","have":` + string(text))
}

// say sends a text message and gives its ack.
func (p *phone) say(caseID, thread, id, text string) message {
	p.t.Helper()
	words, _ := json.Marshal(text)
	return p.ask(`"t":"send","case":"` + caseID + `","thread":"` + thread + `","event":"` + id + `","kind":"text","body":{"text":` + string(words) + `}`)
}

// events gives the events of a thread that came, in the order of their coming.
func (p *phone) events(thread string) []message {
	p.mu.Lock()
	defer p.mu.Unlock()
	var events []message
	for _, m := range p.got {
		if m.T == "event" && m.Thread == thread {
			events = append(events, m)
		}
	}
	return events
}

// awaitSeq waits until a thread has come as far as seq.
func (p *phone) awaitSeq(thread string, seq int64) {
	p.t.Helper()
	p.await(thread+" at "+strconv.FormatInt(seq, 10), func(m message) bool { return m.T == "event" && m.Thread == thread && m.Seq >= seq })
}

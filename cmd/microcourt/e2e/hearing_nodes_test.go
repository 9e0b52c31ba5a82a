package e2e_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/storetest"
)

// caller is somebody in a hearing, as a page is: a socket that comes back by itself, to another node when one fails, and a connection for sound that follows each offer. It says a packet every 20 ms and notes when
// others' came.
type caller struct {
	seat            *storetest.Seat
	urls            []string
	caseID, hearing string
	api             *webrtc.API
	client          *http.Client

	mu       sync.Mutex
	send     func(frame map[string]any) // by the newest socket; nil before the first
	sockets  int
	asked    map[string]time.Time // pings that wait for their answers
	answered []answered
	pc       *webrtc.PeerConnection
	track    *webrtc.TrackLocalStaticRTP
	arrivals []time.Time
	offers   int // of new connections

	stop context.CancelFunc
	done sync.WaitGroup
}

func newCaller(t *testing.T, seat *storetest.Seat, caseID, hearingID string, urls ...string) *caller {
	t.Helper()
	var settings webrtc.SettingEngine
	settings.SetIncludeLoopbackCandidate(true)
	settings.SetInterfaceFilter(func(name string) bool { return name == "lo" })
	return newCallerBy(t, http.DefaultClient, settings, seat, caseID, hearingID, urls...)
}

// newCallerBy is newCaller for who has another network.
func newCallerBy(t *testing.T, client *http.Client, settings webrtc.SettingEngine, seat *storetest.Seat, caseID, hearingID string, urls ...string) *caller {
	t.Helper()
	settings.SetNetworkTypes([]webrtc.NetworkType{webrtc.NetworkTypeUDP4})
	if err := settings.SetAnsweringDTLSRole(webrtc.DTLSRoleClient); err != nil { // as browsers answer
		t.Fatal(err)
	}
	media := &webrtc.MediaEngine{}
	if err := media.RegisterDefaultCodecs(); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	c := &caller{seat: seat, urls: urls, caseID: caseID, hearing: hearingID, client: client, asked: map[string]time.Time{}, stop: stop, api: webrtc.NewAPI(webrtc.WithSettingEngine(settings), webrtc.WithMediaEngine(media))}
	c.done.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			c.connect(ctx, c.urls[n%len(c.urls)])
			select {
			case <-time.After(200 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	})
	c.done.Go(func() { c.speak(ctx) })
	t.Cleanup(func() {
		stop()
		c.done.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.pc != nil {
			c.pc.Close()
		}
	})
	return c
}

// connect holds a socket until it ends.
func (c *caller) connect(ctx context.Context, url string) {
	dialing, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	ws, _, err := websocket.Dial(dialing, url, &websocket.DialOptions{HTTPClient: c.client, HTTPHeader: http.Header{"Authorization": {"Bearer " + c.seat.Token}}, Subprotocols: []string{hub.Subprotocol}})
	if err != nil {
		return
	}
	defer ws.CloseNow()
	ws.SetReadLimit(1 << 20)
	send := func(frame map[string]any) { _ = ws.Write(ctx, websocket.MessageText, mustJSON(frame)) } // the reader sees what fails
	join := func() {
		c.mu.Lock()
		again := c.pc != nil
		c.mu.Unlock()
		send(map[string]any{"t": "hearing_join", "id": "join", "case": c.caseID, "hearing": c.hearing, "on": again})
	}
	send(map[string]any{"t": "hello", "id": "hello", "lang": "zh", "client": "test"})
	join()
	c.mu.Lock()
	c.send = send
	c.sockets++
	c.mu.Unlock()
	for {
		_, text, err := ws.Read(ctx)
		if err != nil {
			return
		}
		var f struct {
			T, ID  string
			Number int
			SDP    string
		}
		_ = json.Unmarshal(text, &f)
		c.mu.Lock()
		if at, ok := c.asked[f.ID]; ok {
			delete(c.asked, f.ID)
			c.answered = append(c.answered, answered{at, time.Since(at)})
		}
		c.mu.Unlock()
		switch {
		case f.T == "hearing_offer":
			if sdp := c.answer(f.Number, f.SDP); sdp != "" {
				send(map[string]any{"t": "hearing_answer", "id": "answer", "hearing": c.hearing, "number": f.Number, "sdp": sdp})
			}
		case f.T == "error" && f.ID == "join":
			time.AfterFunc(300*time.Millisecond, join)
		}
	}
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return text
}

// answer takes an offer: the first one of a number is of a new connection.
func (c *caller) answer(number int, sdp string) string {
	c.mu.Lock()
	defer c.mu.Unlock()
	if number == 1 || c.pc == nil {
		if c.pc != nil {
			c.pc.Close()
		}
		pc, err := c.api.NewPeerConnection(webrtc.Configuration{})
		if err != nil {
			return ""
		}
		pc.OnTrack(func(track *webrtc.TrackRemote, _ *webrtc.RTPReceiver) {
			for {
				if _, _, err := track.ReadRTP(); err != nil {
					return
				}
				c.mu.Lock()
				c.arrivals = append(c.arrivals, time.Now())
				c.mu.Unlock()
			}
		})
		c.pc, c.track = pc, nil
		c.offers++
	}
	if c.pc.SetRemoteDescription(webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: sdp}) != nil {
		return ""
	}
	if c.track == nil {
		c.track, _ = webrtc.NewTrackLocalStaticRTP(webrtc.RTPCodecCapability{MimeType: webrtc.MimeTypeOpus}, "audio", "me")
		if _, err := c.pc.AddTrack(c.track); err != nil {
			return ""
		}
	}
	answer, err := c.pc.CreateAnswer(nil)
	if err != nil || c.pc.SetLocalDescription(answer) != nil {
		return ""
	}
	return c.pc.LocalDescription().SDP
}

func (c *caller) speak(ctx context.Context) {
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for n := uint16(0); ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
		c.mu.Lock()
		track := c.track
		c.mu.Unlock()
		if track != nil {
			_ = track.WriteRTP(&rtp.Packet{Header: rtp.Header{Version: 2, SequenceNumber: n, Timestamp: uint32(n) * 960}, Payload: make([]byte, 60)})
		}
	}
}

// heard is how many packets came since then, and how long the longest silence was.
func (c *caller) heard(since time.Time) (packets int, silence time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := since
	for _, at := range c.arrivals {
		if at.After(since) {
			packets++
			silence = max(silence, at.Sub(last))
			last = at
		}
	}
	return packets, max(silence, time.Since(last))
}

// call makes a request of the REST API as somebody.
func (s *server) call(seat *storetest.Seat, method, path string, body, into any) {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url()+"/api/v1"+path, bytes.NewReader(mustJSON(body)))
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+seat.Token)
	req.Header.Set("Content-Type", "application/json")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	text, _ := io.ReadAll(res.Body)
	if res.StatusCode >= 300 {
		s.t.Fatalf("%s %s: %d %s", method, path, res.StatusCode, text)
	}
	if into != nil {
		if err := json.Unmarshal(text, into); err != nil {
			s.t.Fatal(err)
		}
	}
}

// sits has a hearing of the case begin, with those in it, and gives its id.
func (s *server) sits(caseID string, seats map[string]*storetest.Seat, who ...string) string {
	s.t.Helper()
	event := func(more map[string]any) map[string]any {
		all := map[string]any{"event": store.NewID()}
		maps.Copy(all, more)
		return all
	}
	at := "/cases/" + caseID + "/hearings"
	var h struct{ ID string }
	no := map[string]bool{}
	for _, q := range []string{"objected", "no_means", "in_person", "complex", "state_security", "public_attention", "unsuitable"} {
		no[q] = false
	}
	s.call(seats["clerk"], "POST", at, event(map[string]any{"type": "trial", "at": time.Now().Add(5 * 24 * time.Hour).UnixMilli(), "minutes": 90, "public": true, "checklist": no}), &h)
	at += "/" + h.ID
	s.call(seats["clerk"], "POST", at+"/opening", event(nil), nil)
	for _, name := range who {
		s.call(seats[name], "POST", at+"/entries", event(nil), nil)
	}
	s.call(seats["judge"], "POST", at+"/steps", event(map[string]any{"step": "start"}), nil)
	return h.ID
}

// TestAHearingFollowsItsNodesEnd: a node that carries a hearing is drained, stopped and killed, and each time the people in it, wherever their sockets are, hear each other again by themselves; what was recorded
// goes on in another part, and how long the break was stands in the record.
func TestAHearingFollowsItsNodesEnd(t *testing.T) {
	c := newCluster(t, 1)
	caseID, seats := c.rec.world.Cases[0], c.rec.world.Seats
	hearingID := c.nodes[0].sits(caseID, seats, "judge", "clerk")
	callers := map[string]*caller{}
	for i, who := range []string{"judge", "clerk"} {
		callers[who] = newCaller(t, seats[who], caseID, hearingID, c.nodes[i].socket(), c.nodes[1-i].socket())
	}
	all := func(what string, since time.Time, limit time.Duration) {
		t.Helper()
		for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			well := true
			for _, c := range callers {
				n, _ := c.heard(since)
				_, silence := c.heard(time.Now().Add(-300 * time.Millisecond))
				well = well && n > 25 && silence < 200*time.Millisecond
			}
			if well {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: they don't hear each other", what)
			}
		}
		for who, c := range callers {
			_, silence := c.heard(since)
			t.Logf("%s: the longest silence that the %s heard was %d ms", what, who, silence.Milliseconds())
			if limit > 0 && silence > limit {
				t.Errorf("%s: the %s heard nothing for %v", what, who, silence)
			}
		}
	}
	all("it begins", time.Now(), 0)
	home := func() int {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			a, b := c.nodes[0].Hearings(), c.nodes[1].Hearings()
			if a+b == 1 {
				return b
			}
			if time.Now().After(deadline) {
				t.Fatalf("the nodes carry %d and %d hearings", a, b)
			}
		}
	}
	breaks := func() (n int) {
		t.Helper()
		var page struct {
			Events []struct {
				Kind string
				Body json.RawMessage
			}
		}
		c.nodes[1].call(seats["clerk"], "GET", "/cases/"+caseID+"/events?thread=room&after=0", nil, &page)
		for _, e := range page.Events {
			if e.Kind == "hearing_interrupted" || e.Kind == "hearing_recording" {
				t.Logf("%s %s", e.Kind, e.Body)
			}
			if e.Kind == "hearing_interrupted" {
				n++
			}
		}
		return n
	}
	// Twice what is promised: a machine that is busy with other tests takes longer for everything.
	const drained, killed = 2 * 3 * time.Second, 2 * 5 * time.Second
	was := home()
	began := time.Now()
	if err := c.nodes[was].Drain(true); err != nil {
		t.Fatal(err)
	}
	for home() == was {
	}
	time.Sleep(time.Second)
	all("the home is drained", began, drained)
	if n := c.nodes[was].Hearings(); n != 0 {
		t.Errorf("the drained node carries %d hearings", n)
	}

	was = home()
	began = time.Now()
	c.nodes[1-was].stop()
	c.nodes[1-was].start() // it is not drained any more
	all("the other node was stopped", began, drained)
	began = time.Now()
	c.nodes[was].stop()
	all("the home is stopped", began, drained)
	c.nodes[was].start()
	time.Sleep(time.Second)

	was = home()
	began = time.Now()
	c.nodes[was].kill()
	time.Sleep(3 * time.Second)
	all("the home is killed", began, killed)
	c.nodes[was].start()
	if n := breaks(); n != 3 {
		t.Errorf("%d breaks are on record, want 3", n)
	}
}

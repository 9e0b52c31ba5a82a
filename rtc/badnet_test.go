package rtc

import (
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/rtc/badnet"
)

// udpHeaders are the bytes that a packet has besides what UDP carries.
const udpHeaders = 28

// badNetwork lies between a phone and the server: both talk to it as if it were the other.
type badNetwork struct {
	phone  *net.UDPConn
	server *net.UDPAddr
	up     *badnet.Way
	down   *badnet.Way

	mu      sync.Mutex
	out     *net.UDPConn // to the server; another one after the phone has changed its network
	from    *net.UDPAddr // of the phone
	running sync.WaitGroup
}

func newBadNetwork(t testing.TB, s *Server, up, down badnet.Weather) *badNetwork {
	t.Helper()
	n := &badNetwork{server: s.udp.LocalAddr().(*net.UDPAddr), up: badnet.NewWay(up, udpHeaders), down: badnet.NewWay(down, udpHeaders)}
	var err error
	if n.phone, err = net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)}); err != nil {
		t.Fatal(err)
	}
	n.running.Go(func() {
		buf := make([]byte, 2048)
		for {
			size, from, err := n.phone.ReadFromUDP(buf)
			if err != nil {
				return
			}
			n.mu.Lock()
			n.from = from
			n.mu.Unlock()
			n.up.Take(buf[:size])
		}
	})
	n.running.Go(func() {
		n.up.Carry(func(b []byte) {
			n.mu.Lock()
			out := n.out
			n.mu.Unlock()
			_, _ = out.Write(b)
		})
	})
	n.running.Go(func() {
		n.down.Carry(func(b []byte) {
			n.mu.Lock()
			from := n.from
			n.mu.Unlock()
			_, _ = n.phone.WriteToUDP(b, from)
		})
	})
	n.move(t)
	t.Cleanup(func() {
		n.phone.Close()
		n.out.Close()
		n.up.Close()
		n.down.Close()
		n.running.Wait()
	})
	return n
}

// move gives the phone another address, as when it goes from Wi-Fi to mobile: what is sent to the old one is lost.
func (n *badNetwork) move(t testing.TB) {
	t.Helper()
	out, err := net.DialUDP("udp", nil, n.server)
	if err != nil {
		t.Fatal(err)
	}
	n.mu.Lock()
	old := n.out
	n.out = out
	n.mu.Unlock()
	if old != nil {
		old.Close()
	}
	n.running.Go(func() {
		buf := make([]byte, 2048)
		for {
			size, err := out.Read(buf)
			if err != nil {
				return
			}
			n.down.Take(buf[:size])
		}
	})
}

// leads makes an offer lead through the network.
func (n *badNetwork) leads(sdp string) string {
	return strings.ReplaceAll(sdp, fmt.Sprintf(" 127.0.0.1 %d ", n.server.Port), fmt.Sprintf(" 127.0.0.1 %d ", n.phone.LocalAddr().(*net.UDPAddr).Port))
}

// heardVoice is what a listener makes of a voice of which not all packets came in time.
type heardVoice struct {
	sent      int
	direct    float64 // share that came at once,
	again     float64 // because it was asked for again, in time,
	restored  float64 // that the next packet restores (Opus in-band FEC),
	concealed float64 // and that the decoder has to make up
	wait      time.Duration
}

// voice judges what came of a stream of one packet every 20 ms, from its packet that came as number since on, for a listener whose buffer waits so long for what is late. The newest second isn't judged: of it something may still come.
func (s *stream) voice(since int, buffer time.Duration) (v heardVoice) {
	if len(s.seqs) <= since {
		return v
	}
	n := 0
	numbers, late := make([]int, len(s.seqs)), make([]time.Duration, len(s.seqs))
	base, from, to := time.Duration(1<<62), 0, 0
	for i, seq := range s.seqs {
		if i > 0 {
			n += int(int16(seq - s.seqs[i-1]))
		}
		numbers[i], late[i] = n, s.times[i].Sub(s.times[0])-time.Duration(n)*20*time.Millisecond
		to = max(to, n)
		if i < since {
			from = max(from, n+1)
		} else {
			base = min(base, late[i])
		}
	}
	to -= 50
	v.sent, v.wait = to-from, buffer
	if v.sent <= 0 {
		return heardVoice{}
	}
	const direct, again = 1, 2
	came := make(map[int]int, v.sent)
	highest := 0
	for i, n := range numbers {
		if late[i]-base <= buffer && came[n] == 0 {
			came[n] = direct
			if n < highest {
				came[n] = again
			}
		}
		highest = max(highest, n)
	}
	for n := from; n < to; n++ {
		share := 1 / float64(v.sent)
		switch {
		case came[n] == direct:
			v.direct += share
		case came[n] == again:
			v.again += share
		case came[n+1] > 0:
			v.restored += share
		default:
			v.concealed += share
		}
	}
	return v
}

// voice judges what a phone has heard of somebody since a mark.
func (p *phone) voice(of string, since map[string]int, buffer time.Duration) heardVoice {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, v := range p.slots {
		if s := p.heard[v.MID]; v.Peer == of && v.Media == Audio && s != nil {
			return s.voice(since[v.MID], buffer)
		}
	}
	return heardVoice{}
}

func (v heardVoice) String() string {
	return fmt.Sprintf("of %d packets of sound %.1f %% came, %.1f %% were sent again in time (%v), %.1f %% can be restored from the next, %.1f %% are concealed", v.sent, v.direct*100, v.again*100, v.wait, v.restored*100, v.concealed*100)
}

// seen is what somebody sees of another: a layer, or a picture that stands still, and since when.
type seen struct {
	layer Layer // 0: it stands still, or there is none
	at    time.Time
}

// watch notes each change of what a phone sees of somebody until done is closed. A picture of which nothing has come for 400 ms stands still.
func (p *phone) watch(of string, done chan struct{}) (changes func() []seen) {
	var mu sync.Mutex
	var all []seen
	p.done.Go(func() {
		packets, last := -1, time.Time{}
		for {
			select {
			case <-done:
				return
			case <-p.stop:
				return
			case <-time.After(20 * time.Millisecond):
			}
			s := p.slot(of, Camera)
			now := time.Now()
			if s.packets != packets {
				packets, last = s.packets, now
			} else if now.Sub(last) > 400*time.Millisecond {
				s.layer = LayerNone
			}
			mu.Lock()
			if len(all) == 0 || all[len(all)-1].layer != s.layer {
				all = append(all, seen{s.layer, now})
			}
			mu.Unlock()
		}
	})
	return func() []seen {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// until gives how long after since the picture was in that layer first; -1 for never.
func until(changes []seen, since time.Time, is func(Layer) bool) time.Duration {
	for i, c := range changes {
		if ends := i == len(changes)-1 || changes[i+1].at.After(since); ends && is(c.layer) {
			return max(0, c.at.Sub(since)).Round(10 * time.Millisecond)
		}
	}
	return -1
}

// TestABadNetworkKeepsTheVoice: with 10 % of the packets lost, 300 ms there and back and 150 kbit/s, in both directions, voices can be understood; pictures go down to the smallest, stand still where there is hardly room for a voice, and
// come back soon after the network does. The long version tries networks of other widths too.
func TestABadNetworkKeepsTheVoice(t *testing.T) {
	bad := 4 * time.Second
	if soak {
		bad = 30 * time.Second
		t.Run("of other widths", picturesFollow)
	}
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": {Receive: true, Audio: true, Video: true, First: true}, "party": everything})
	judge := newPhoneBy(t, c, "judge", Role{Sends: true, Pairs: 2}, 3, by{reports: true, bytes: realBytes})
	t.Cleanup(judge.close)
	good := badnet.Weather{Delay: 150 * time.Millisecond}
	n := newBadNetwork(t, c.server, good, good)
	party := newPhoneBy(t, c, "party", Role{Sends: true, Pairs: 2}, 3, by{reports: true, bytes: realBytes, offer: n.leads})
	t.Cleanup(party.close)
	judge.say()
	party.say()
	done := make(chan struct{})
	changes := party.watch("judge", done)
	t.Cleanup(func() { close(done) })
	small, still, large := func(l Layer) bool { return l <= LayerQuarter }, func(l Layer) bool { return l == LayerNone }, func(l Layer) bool { return l >= LayerHalf }
	eventually(t, "the party sees the judge large", func() bool { return party.slot("judge", Camera).layer >= LayerHalf })
	time.Sleep(time.Second)

	worse := badnet.Weather{Loss: 0.1, Delay: 150 * time.Millisecond, Rate: 150_000}
	n.up.Set(worse)
	n.down.Set(worse)
	party.sends.Store(int32(LayerQuarter))
	began := time.Now()
	time.Sleep(4 * time.Second) // until the server knows, and what waited is through
	from, to := party.mark(), judge.mark()
	resent := c.server.config.Metrics.Resent.Load()
	came, lost, size := n.down.Counts()
	time.Sleep(bad)
	came2, lost2, size2 := n.down.Counts()
	t.Logf("down: %d packets, %d bytes of which %d packets were lost; %d sent again", came2-came, size2-size, lost2-lost, c.server.config.Metrics.Resent.Load()-resent)
	buffer := 800 * time.Millisecond
	heard, said := party.voice("judge", from, buffer), judge.voice("party", to, buffer)
	t.Logf("down: %v", heard)
	t.Logf("up: %v", said)
	bits, loss := party.peer.estimator.estimate()
	t.Logf("estimate %.0f bit/s, loss %.2f; small after %v", bits, loss, until(changes(), began, small))
	for who, v := range map[string]heardVoice{"the party hears": heard, "the party is heard": said} {
		if v.sent < int((bad-time.Second)/(20*time.Millisecond))/2 || v.concealed > 0.10 {
			t.Errorf("%s: %v", who, v)
		}
	}
	if now := changes(); large(now[len(now)-1].layer) {
		t.Errorf("layer %d is sent", now[len(now)-1].layer)
	}

	// Hardly room for a voice: the picture stands still.
	n.down.Set(badnet.Weather{Loss: 0.1, Delay: 150 * time.Millisecond, Rate: 60_000})
	narrow := time.Now()
	eventually(t, "the picture stands still", func() bool { return until(changes(), narrow, still) >= 0 })
	t.Logf("with 60 kbit/s it stands still after %v", until(changes(), narrow, still))
	eventually(t, "everybody is told so", func() bool {
		judge.mu.Lock()
		defer judge.mu.Unlock()
		for _, q := range judge.quality {
			if q.Peer == "party" && !q.Picture {
				return true
			}
		}
		return false
	})
	from = party.mark()
	time.Sleep(2 * time.Second)
	t.Logf("with 60 kbit/s: %v", party.voice("judge", from, buffer))

	n.up.Set(good)
	n.down.Set(good)
	party.sends.Store(int32(LayerFull))
	lifted := time.Now()
	eventually(t, "the picture is back, and large", func() bool { return until(changes(), lifted, large) >= 0 })
	back := func(l Layer) bool { return l > LayerNone }
	t.Logf("after %v the picture came back within %v, and was large within %v", lifted.Sub(began).Round(time.Second), until(changes(), lifted, back), until(changes(), lifted, large))
	for _, s := range changes() {
		t.Logf("layer %d at %v", s.layer, s.at.Sub(began).Round(10*time.Millisecond))
	}
}

// TestAPhoneThatChangesItsNetworkGoesOn within three seconds, in its slots, without leaving: by another offer with other credentials.
func TestAPhoneThatChangesItsNetworkGoesOn(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 1)
	n := newBadNetwork(t, c.server, badnet.Weather{Delay: 40 * time.Millisecond}, badnet.Weather{Delay: 40 * time.Millisecond})
	party := newPhoneBy(t, c, "party", Role{Sends: true, Pairs: 1}, 1, by{offer: n.leads})
	t.Cleanup(party.close)
	judge.say()
	party.say()
	eventually(t, "they hear each other", func() bool { return judge.slot("party", Audio).packets > 5 && party.slot("judge", Audio).packets > 5 })
	slots := fmt.Sprint(party.slots)
	n.move(t)
	began := time.Now()
	if err := party.peer.Restart(); err != nil { // as the client asks, which knows that its network has changed
		t.Fatal(err)
	}
	from, to := party.mark(), judge.mark()
	eventually(t, "they hear each other again", func() bool {
		return judge.since(to).of("party", Audio).packets > 5 && party.since(from).of("judge", Audio).packets > 5
	})
	took := time.Since(began)
	t.Logf("after %d ms", took.Milliseconds())
	if took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	party.mu.Lock()
	defer party.mu.Unlock()
	if now := fmt.Sprint(party.slots); now != slots {
		t.Errorf("the slots are %s, and were %s", now, slots)
	}
	if c.Peer("party") != party.peer {
		t.Error("the party has left and come again")
	}
}

// TestWhoWaitsLearnsWhatTheirNetworkCarries: before they come in, and of their own network alone; nothing of the hearing comes to them by that.
func TestWhoWaitsLearnsWhatTheirNetworkCarries(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	host := everything
	host.Hosts = true
	waits := Permissions{Audio: true, Video: true, Waits: true}
	c.Permit(map[string]Permissions{"clerk": host, "wide": waits, "narrow": waits})
	clerk := newPhoneBy(t, c, "clerk", Role{Sends: true, Pairs: 2}, 1, by{reports: true})
	t.Cleanup(clerk.close)
	clerk.say()
	phones, networks := map[string]*phone{}, map[string]*badNetwork{}
	for id, rate := range map[string]float64{"wide": 2_000_000, "narrow": 150_000} {
		n := newBadNetwork(t, c.server, badnet.Weather{Delay: 20 * time.Millisecond}, badnet.Weather{Delay: 20 * time.Millisecond, Rate: rate})
		networks[id] = n
		phones[id] = newPhoneBy(t, c, id, Role{Sends: true, Pairs: 2}, 1, by{reports: true, offer: n.leads})
		t.Cleanup(phones[id].close)
	}
	carries := func(p *phone) (bits float64) {
		eventually(t, p.id+" is told of its network", func() bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			return len(p.quality) > 0
		})
		p.mu.Lock()
		defer p.mu.Unlock()
		if len(p.quality) != 1 || p.quality[0].Peer != p.id {
			t.Errorf("%s is told of %+v", p.id, p.quality)
		}
		bits, p.quality = p.quality[0].Estimate, nil
		t.Logf("%s: %.0f bit/s", p.id, bits)
		return bits
	}
	for id, p := range phones {
		p.say()
		bits := carries(p)
		for range 3 { // a machine that is busy looks like a narrow network; it is tried out anew after the phone's network has changed
			if id == "narrow" || bits >= trialEnough {
				break
			}
			if err := p.peer.Restart(); err != nil {
				t.Fatal(err)
			}
			bits = carries(p)
		}
		if wide := bits >= trialEnough; wide != (id == "wide") {
			t.Errorf("%s is thought to carry %.0f bit/s", id, bits)
		}
		if n := p.total(); n > 0 {
			t.Errorf("%d packets came to who waits", n)
		}
	}
	networks["narrow"].down.Set(badnet.Weather{Delay: 20 * time.Millisecond})
	moved := phones["narrow"].peer.estimator
	eventually(t, "who has found a better place is told so", func() bool {
		moved.mu.Lock()
		if moved.probe.target == 0 {
			moved.probe.trial = moved.probe.trial.Add(-trialAgain) // it has waited for so long
		}
		moved.mu.Unlock()
		return carries(phones["narrow"]) >= trialEnough
	})
}

// picturesFollow takes pictures through networks of several widths, down and up again: voices are understood in each, and all is as before soon after.
func picturesFollow(t *testing.T) {
	for _, loss := range []float64{0, 0.02, 0.1} {
		for _, rate := range []float64{400_000, 250_000, 150_000, 60_000} {
			t.Run(fmt.Sprintf("%.0f kbit, %.0f %% lost", rate/1000, loss*100), func(t *testing.T) {
				c := newConferenceOf(t, newServer(t), "h")
				c.Permit(map[string]Permissions{"judge": {Receive: true, Audio: true, Video: true, First: true}, "party": everything})
				judge := newPhoneBy(t, c, "judge", Role{Sends: true, Pairs: 2}, 3, by{reports: true, bytes: realBytes})
				t.Cleanup(judge.close)
				good := badnet.Weather{Delay: 50 * time.Millisecond}
				n := newBadNetwork(t, c.server, good, good)
				party := newPhoneBy(t, c, "party", Role{Pairs: 2}, 0, by{reports: true, bytes: realBytes, offer: n.leads})
				t.Cleanup(party.close)
				judge.say()
				done := make(chan struct{})
				changes := party.watch("judge", done)
				t.Cleanup(func() { close(done) })
				eventually(t, "the party sees the judge large", func() bool { return party.slot("judge", Camera).layer == LayerFull })
				time.Sleep(2 * time.Second)
				n.down.Set(badnet.Weather{Loss: loss, Delay: 50 * time.Millisecond, Rate: rate})
				from, narrow := party.mark(), time.Now()
				time.Sleep(40 * time.Second)
				heard := party.voice("judge", from, 800*time.Millisecond)
				t.Logf("%v", heard)
				if heard.concealed > 0.10 {
					t.Error("voices can't be understood")
				}
				n.down.Set(good)
				lifted := time.Now()
				time.Sleep(15 * time.Second)
				all := changes()
				for _, s := range all {
					t.Logf("layer %d at %v", s.layer, s.at.Sub(narrow).Round(10*time.Millisecond))
				}
				whole := until(all, lifted, func(l Layer) bool { return l == LayerFull })
				if whole < 0 {
					t.Error("the picture isn't whole again")
				}
				t.Logf("small or still after %v, still after %v; lifted: seen after %v, whole after %v; %d packets of padding", until(all, narrow, func(l Layer) bool { return l <= LayerQuarter }), until(all, narrow, func(l Layer) bool { return l == LayerNone }),
					until(all, lifted, func(l Layer) bool { return l > LayerNone }), whole, c.server.config.Metrics.Padding.Load())
			})
		}
	}
}

package rtc

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/rtcp"
)

const (
	tick        = 50 * time.Millisecond
	kickEvery   = 5 * time.Millisecond // how soon the clock may be woken again, whoever asks
	keyEvery    = 300 * time.Millisecond
	arrivalTick = 2  // ticks between what clients are told of the arrival of their packets
	chooseTick  = 4  // ticks between choices of layers and looks at who speaks
	reportTick  = 20 // ticks between full reports
	qualTick    = 40 // ticks between what everybody is told of the quality
)

// Conference is a set of peers that are sent each other's streams as far as the rules allow. Locks are taken in the order Conference.mu, slot.mu, layer.mu; none is held across a call to a Signaller.
type Conference struct {
	id     string
	server *Server

	mu          sync.Mutex
	peers       map[string]*Peer
	permissions map[string]Permissions
	joins       int
	closed      bool
	recording   *Recording

	kick    chan struct{}
	stop    chan struct{}
	running sync.WaitGroup
}

func newConference(s *Server, id string) *Conference {
	c := &Conference{id: id, server: s, peers: map[string]*Peer{}, permissions: map[string]Permissions{}, kick: make(chan struct{}, 1), stop: make(chan struct{})}
	c.running.Go(c.run)
	return c
}

// Join lets somebody in and makes the first offer. What the peer may do is what Permit says. Somebody who is in already is replaced: a seat has one connection.
func (c *Conference) Join(id string, role Role, signaller Signaller) (*Peer, error) {
	p, err := newPeer(c, id, role, signaller)
	if err != nil {
		return nil, err
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		p.close()
		return nil, ErrClosed
	}
	old := c.peers[id]
	c.joins++
	p.joined = c.joins
	c.peers[id] = p
	c.permit(p)
	c.arrange()
	c.mu.Unlock()
	if old != nil {
		old.close()
	}
	p.negotiating.Lock()
	err = p.offer(false)
	p.negotiating.Unlock()
	if err != nil {
		c.Leave(p)
		return nil, err
	}
	c.tellAgain(p)
	return p, nil
}

// Peer gives who is in by that name; nil if nobody is.
func (c *Conference) Peer(id string) *Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.peers[id]
}

// Leave ends the peer's part in the conference.
func (p *Peer) Leave() { p.conference.Leave(p) }

// Leave lets a peer go. One that was replaced stays gone.
func (c *Conference) Leave(p *Peer) {
	c.mu.Lock()
	if c.peers[p.ID] == p {
		delete(c.peers, p.ID)
		c.arrange()
	}
	c.mu.Unlock()
	p.close()
}

// Close lets everybody go and waits until all is quiet.
func (c *Conference) Close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	var all []*Peer
	for id, p := range c.peers {
		all = append(all, p)
		delete(c.peers, id)
	}
	c.mu.Unlock()
	c.server.forget(c)
	close(c.stop)
	for _, p := range all {
		p.close()
	}
	c.StopRecording() // whoever wants what it left has stopped it before
	c.running.Wait()
}

// Permit sets what everybody may do, by the peers' names; who isn't named may do nothing. It holds for the next packet, and for those who come later.
func (c *Conference) Permit(permissions map[string]Permissions) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.permissions = permissions
	for _, p := range c.peers {
		c.permit(p)
	}
	c.arrange()
}

func (c *Conference) permit(p *Peer) {
	may := c.permissions[p.ID]
	p.permissions = may
	p.receives.Store(may.Receive)
	for m, pub := range p.publications {
		open := may.sends(m)
		pub.kept.Store(open && !may.Waits)
		if pub.open.Swap(open) && !open {
			// What was said is not sent again after somebody may not speak any more.
			pub.each(func(l *layer) {
				l.mu.Lock()
				l.cache.forget()
				l.mu.Unlock()
			})
			if m == Audio {
				p.loudness.value.Store(0)
			}
		}
	}
}

// wake lets the next tick come at once.
func (c *Conference) wake() {
	select {
	case c.kick <- struct{}{}:
	default:
	}
}

// arrived is called with a stream that has begun.
func (c *Conference) arrived(l *layer) {
	c.mu.Lock()
	if c.recording != nil {
		c.recording.add(l)
	}
	c.arrange()
	c.mu.Unlock()
	if l.pub.media != Audio {
		l.askKey()
	}
}

func (c *Conference) tellAgain(p *Peer) {
	c.mu.Lock()
	p.told = ""
	c.arrange()
	c.mu.Unlock()
}

// run is the conference's clock.
func (c *Conference) run() {
	ticker := time.NewTicker(tick)
	defer ticker.Stop()
	var kicked time.Time
	for n := 0; ; {
		select {
		case <-c.stop:
			return
		case <-c.kick:
			time.Sleep(kickEvery - time.Since(kicked))
			kicked = time.Now()
			c.choose(kicked)
			c.reports(time.Now(), false, false)
			continue
		case <-ticker.C:
		}
		n++
		now := time.Now()
		if n%chooseTick == 0 {
			c.choose(now)
			c.listen(now)
		}
		c.reports(now, n%arrivalTick == 0, n%reportTick == 0)
		if n%qualTick == 0 {
			c.quality()
		}
	}
}

func (c *Conference) all() []*Peer {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make([]*Peer, 0, len(c.peers))
	for _, p := range c.peers {
		all = append(all, p)
	}
	return all
}

func (c *Conference) reports(now time.Time, arrivals, full bool) {
	all := c.all()
	waiting := make([][]rtcp.Packet, len(all))
	for i, p := range all {
		waiting[i] = p.report(now, arrivals, full)
	}
	c.server.udp.cork()
	for i, p := range all {
		if len(waiting[i]) > 0 {
			_ = p.pc.WriteRTCP(waiting[i])
		}
	}
	c.server.udp.uncork()
}

// arrange says who is shown in which slot; mu is held. Whoever is shown stays where it is, so that nobody's picture jumps.
func (c *Conference) arrange() {
	shown := c.order()
	for _, p := range c.peers {
		c.arrangeFor(p, shown)
	}
}

// order lists who may be shown, the most important first: who presides or has the floor, then who spoke last, then who came first.
func (c *Conference) order() []*Peer {
	var list []*Peer
	for _, p := range c.peers {
		if len(p.publications) > 0 && (p.permissions.Audio || p.permissions.Video) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *Peer) int {
		switch {
		case a.permissions.First != b.permissions.First:
			if a.permissions.First {
				return -1
			}
			return 1
		case !a.spokeAt.Equal(b.spokeAt):
			return b.spokeAt.Compare(a.spokeAt)
		}
		return a.joined - b.joined
	})
	return list
}

func (c *Conference) arrangeFor(p *Peer, shown []*Peer) {
	var want []*Peer
	var screen *publication
	if p.permissions.Receive {
		for _, other := range shown {
			if other != p && len(want) < len(p.pairs) && (!other.permissions.Waits || p.permissions.Hosts) {
				want = append(want, other)
			}
		}
		for _, other := range c.peers {
			if pub := other.publications[Screen]; pub != nil && pub.open.Load() && !other.permissions.Waits && other != p && pub.layer(LayerFull) != nil {
				screen = pub
			}
		}
	}
	for _, pair := range p.pairs {
		if i := slices.Index(want, pair.shows); pair.shows != nil && i >= 0 {
			want = slices.Delete(want, i, i+1)
		} else {
			pair.shows = nil
		}
	}
	var views []SlotView
	view := func(s *slot, pub *publication) {
		if pub != nil && !pub.open.Load() {
			pub = nil
		}
		s.show(pub)
		if pub != nil {
			views = append(views, SlotView{MID: s.mid, Peer: pub.peer.ID, Media: pub.media})
		}
	}
	for _, pair := range p.pairs {
		if pair.shows == nil && len(want) > 0 {
			pair.shows, want = want[0], want[1:]
		}
		var audio, camera *publication
		if pair.shows != nil {
			audio, camera = pair.shows.publications[Audio], pair.shows.publications[Camera]
		}
		view(pair.audio, audio)
		view(pair.video, camera)
		if audio != nil && audio.open.Load() {
			pair.audio.aim(audio.layer(LayerFull))
		}
	}
	if p.screen != nil {
		view(p.screen, screen)
	}
	if told := fmt.Sprint(views); told != p.told && p.named() {
		p.told = told
		p.calls.do(func() { p.signaller.Slots(views) })
	}
}

// named reports whether the slots have their mids.
func (p *Peer) named() bool {
	for s := range p.slots() {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.mid != ""
	}
	return false
}

// choose says which layer each receiver gets of each picture.
func (c *Conference) choose(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, p := range c.peers {
		switch {
		case p.permissions.Receive:
			c.chooseFor(p, now)
		case p.permissions.Waits && p.connected.Load() && p.canFill():
			p.tried = p.estimator.try(now)
		}
	}
}

func (c *Conference) chooseFor(p *Peer, now time.Time) {
	var slots []*slot
	var demands []demand
	voices := 0
	add := func(s *slot, first bool) {
		s.mu.Lock()
		pub, wish, wished, current := s.source, s.wish, s.wished, s.current
		s.mu.Unlock()
		if pub == nil {
			return
		}
		if !wished {
			wish = LayerQuarter
			if first {
				wish = LayerFull
			}
		}
		d := demand{wish: wish, first: first}
		if current != nil {
			d.now = current.size
		}
		pub.each(func(l *layer) { d.live[l.size], d.measure[l.size] = l.live(now) })
		if d.below(d.wish) == LayerNone && wish > LayerNone { // one layer only, and larger than what is wished for
			d.wish = LayerFull
		}
		slots, demands = append(slots, s), append(demands, d)
	}
	if p.screen != nil {
		add(p.screen, true)
	}
	for _, pair := range p.pairs {
		if pair.shows != nil {
			voices++
			add(pair.video, pair.shows.permissions.First)
		}
	}
	bits, _ := p.estimator.estimate()
	starved := false
	chosen, more := choose(bits, voices, demands)
	if want := 0.0; p.canFill() {
		if more > 0 {
			want = bits + more
		}
		p.estimator.wants(want)
	}
	for i, l := range chosen {
		s := slots[i]
		if l == LayerNone {
			starved = starved || demands[i].smallest() != LayerNone
			s.aim(nil)
			continue
		}
		s.mu.Lock()
		pub := s.source
		s.mu.Unlock()
		if pub != nil {
			s.aim(pub.layer(l))
		}
	}
	p.starved = starved
}

// listen finds who speaks and tells everybody when that changes.
func (c *Conference) listen(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	changed := false
	var speaking []string
	for _, p := range c.peers {
		pub := p.publications[Audio]
		if pub == nil {
			continue
		}
		if l := pub.layer(LayerFull); l != nil {
			if l.mu.Lock(); now.Sub(l.arrival.last) > 200*time.Millisecond {
				p.loudness.fade()
			}
			l.mu.Unlock()
		}
		speaks := pub.open.Load() && p.loudness.speaks(p.speaking)
		changed = changed || speaks != p.speaking
		p.speaking = speaks
		if speaks {
			p.spokeAt = now
			speaking = append(speaking, p.ID)
		}
	}
	if !changed {
		return
	}
	slices.Sort(speaking)
	if c.recording != nil {
		c.recording.speaking(speaking, now)
	}
	for _, p := range c.peers {
		if p.permissions.Receive {
			p.calls.do(func() { p.signaller.Speaking(speaking) })
		}
	}
	c.arrange()
}

// quality tells everybody how well everybody's connection carries, and who waits how well their own does.
func (c *Conference) quality() {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []Quality
	for _, p := range c.peers {
		bits, loss := p.estimator.estimate()
		q := Quality{Peer: p.ID, Connected: p.connected.Load(), LossUp: float64(p.lossUp.Load()) / 1e6, LossDown: loss, RoundTrip: float64(p.roundTrip.Load()) / 1e6, Estimate: bits, Picture: !p.starved}
		if p.role.Sends {
			all = append(all, q)
		}
	}
	slices.SortFunc(all, func(a, b Quality) int { return strings.Compare(a.Peer, b.Peer) })
	for _, p := range c.peers {
		told := all
		if !p.permissions.Receive {
			if !p.permissions.Waits || !p.tried {
				continue
			}
			told = slices.DeleteFunc(slices.Clone(all), func(q Quality) bool { return q.Peer != p.ID })
		}
		p.calls.do(func() { p.signaller.Quality(told) })
	}
}

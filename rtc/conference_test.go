package rtc

import (
	"testing"
	"time"
)

// TestThoseWhoMayAreSeenAndHeard: two people who may, see and hear each other within the offer that each got at the beginning.
func TestThoseWhoMayAreSeenAndHeard(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 2}, 1)
	party := join(t, c, "party", Role{Sends: true, Pairs: 2}, 1)
	judge.say()
	party.say()
	for _, who := range []struct {
		p    *phone
		from string
	}{{judge, "party"}, {party, "judge"}} {
		eventually(t, "sound from "+who.from, func() bool { s := who.p.slot(who.from, Audio); return s.packets > 5 && s.from == who.from })
		eventually(t, "pictures from "+who.from, func() bool {
			s := who.p.slot(who.from, Camera)
			return s.packets > 5 && s.from == who.from && s.keys > 0
		})
	}
	if judge.offers != 1 || party.offers != 1 {
		t.Errorf("offers: %d and %d, want one each", judge.offers, party.offers)
	}
}

// TestWhoMayNotIsNeitherSeenNorHeard: permissions hold on the way of the packets, whatever a phone sends.
func TestWhoMayNotIsNeitherSeenNorHeard(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "witness": {}})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 2}, 1)
	witness := join(t, c, "witness", Role{Sends: true, Pairs: 2}, 1)
	judge.say()
	witness.say()
	eventually(t, "the witness's packets are refused", func() bool { return c.server.config.Metrics.Refused.Load() > 50 })
	if n := judge.total() + witness.total(); n > 0 {
		t.Errorf("%d packets passed", n)
	}
	c.Permit(map[string]Permissions{"judge": everything, "witness": everything})
	eventually(t, "the witness is heard", func() bool {
		return judge.slot("witness", Audio).packets > 5 && judge.slot("witness", Camera).packets > 5
	})
	eventually(t, "the witness hears", func() bool { return witness.slot("judge", Audio).packets > 5 })

	c.Permit(map[string]Permissions{"judge": everything, "witness": {Receive: true, Video: true}})
	time.Sleep(50 * time.Millisecond) // what was on its way
	var before int
	judge.mu.Lock()
	for _, s := range judge.heard {
		before += len(s.seqs)
	}
	judge.mu.Unlock()
	muted := judge.sound()
	time.Sleep(300 * time.Millisecond)
	if now := judge.sound(); now != muted {
		t.Errorf("%d packets of sound passed after muting", now-muted)
	}
}

// sound counts the packets of sound that came in.
func (p *phone) sound() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.heard {
		if len(s.pictures) == 0 {
			n += s.packets
		}
	}
	return n
}

// TestAReceiverSeesOneStream: layers change and people come and go, and what a receiver gets by one slot is numbered without a hole.
func TestAReceiverSeesOneStream(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 0)
	party := join(t, c, "party", Role{Sends: true, Pairs: 1}, 3)
	party.say()
	eventually(t, "the small picture", func() bool { s := judge.slot("party", Camera); return s.packets > 5 && s.layer == LayerQuarter })
	mid := judge.slots[len(judge.slots)-1].MID
	for _, l := range []Layer{LayerHalf, LayerFull, LayerQuarter, LayerFull} {
		judge.peer.Wish(map[string]Layer{mid: l})
		eventually(t, "another layer", func() bool { return judge.slot("party", Camera).layer == l })
	}
	judge.mu.Lock()
	defer judge.mu.Unlock()
	s := judge.heard[mid]
	for i := 1; i < len(s.seqs); i++ {
		if s.seqs[i] != s.seqs[i-1]+1 {
			t.Fatalf("packet %d follows %d", s.seqs[i], s.seqs[i-1])
		}
		if s.pictures[i]-s.pictures[i-1] > 1 {
			t.Fatalf("picture %d follows %d", s.pictures[i], s.pictures[i-1])
		}
	}
}

// TestWhoWaitsIsSeenByTheCourtAlone: what comes from the lobby goes to the hosts.
func TestWhoWaitsIsSeenByTheCourtAlone(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	host := everything
	host.Hosts = true
	c.Permit(map[string]Permissions{"clerk": host, "party": everything, "waiting": {Audio: true, Video: true, Waits: true}})
	clerk := join(t, c, "clerk", Role{Sends: true, Pairs: 2}, 0)
	party := join(t, c, "party", Role{Sends: true, Pairs: 2}, 0)
	waiting := join(t, c, "waiting", Role{Sends: true, Pairs: 2}, 1)
	clerk.say()
	waiting.say()
	eventually(t, "the clerk sees who waits", func() bool {
		return clerk.slot("waiting", Audio).packets > 5 && clerk.slot("waiting", Camera).packets > 5
	})
	eventually(t, "the party hears the clerk", func() bool { return party.slot("clerk", Audio).packets > 20 })
	party.mu.Lock()
	defer party.mu.Unlock()
	for mid, s := range party.heard {
		if s.from == "waiting" {
			t.Errorf("the party gets %d packets of who waits (section %s)", s.packets, mid)
		}
	}
	if n := waiting.total(); n > 0 {
		t.Errorf("who waits gets %d packets", n)
	}
}

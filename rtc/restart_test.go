package rtc

import (
	"strings"
	"testing"
)

// TestARestartKeepsTheSlots: after the network has changed, the same slots go on over other ICE credentials.
func TestARestartKeepsTheSlots(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 3)
	party := join(t, c, "party", Role{Sends: true, Pairs: 1}, 0)
	party.say()
	eventually(t, "the party is heard", func() bool { return judge.slot("party", Audio).packets > 5 })
	before := judge.pc.RemoteDescription().SDP
	defer func() {
		if n := strings.Count(judge.pc.RemoteDescription().SDP, "a=simulcast:"); n != 1 {
			t.Errorf("the second offer has %d lines about simulcast; browsers refuse more than one for a section", n)
		}
	}()
	if err := judge.peer.Restart(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "another offer", func() bool { judge.mu.Lock(); defer judge.mu.Unlock(); return judge.offers == 2 })
	eventually(t, "other credentials", func() bool { return ufrag(judge.pc.RemoteDescription().SDP) != ufrag(before) })
	heard := judge.slot("party", Audio).packets
	eventually(t, "the party is heard again", func() bool { return judge.slot("party", Audio).packets > heard+50 })
	eventually(t, "the server knows that media flow", judge.peer.connected.Load)
	eventually(t, "the client is told so", judge.connected.Load)
}

// TestAnOfferWithoutAnAnswerHoldsNothingUp: a client that comes back is sent the offer again that it may never have had.
func TestAnOfferWithoutAnAnswerHoldsNothingUp(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 0)
	party := join(t, c, "party", Role{Sends: true, Pairs: 1}, 0)
	party.say()
	eventually(t, "the party is heard", func() bool { return judge.slot("party", Audio).packets > 5 })
	if err := judge.peer.Resume(deaf{}); err != nil { // the offer is lost with the socket
		t.Fatal(err)
	}
	if err := judge.peer.Resume(judge); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the next offer is answered", func() bool {
		judge.peer.negotiating.Lock()
		defer judge.peer.negotiating.Unlock()
		return !judge.peer.open
	})
	heard := judge.slot("party", Audio).packets
	eventually(t, "the party is heard again", func() bool { return judge.slot("party", Audio).packets > heard+50 })
}

// deaf loses all that it is told.
type deaf struct{}

func (deaf) Offer(Offer)       {}
func (deaf) Slots([]SlotView)  {}
func (deaf) Speaking([]string) {}
func (deaf) Quality([]Quality) {}
func (deaf) Connected(bool)    {}

func ufrag(sdp string) string {
	const name = "a=ice-ufrag:"
	for i := 0; i+len(name) < len(sdp); i++ {
		if sdp[i:i+len(name)] == name {
			return sdp[i : i+len(name)+16]
		}
	}
	return ""
}

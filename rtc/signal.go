package rtc

// Offer asks the client to answer: the whole of what is negotiated (RFC 8829). Only the server offers.
type Offer struct {
	Number int    `json:"number" doc:"counts up within one connection; the answer names it"`
	SDP    string `json:"sdp"`
	// ICEServers are relays for networks that let nothing else through. They know this seat only, and for as long as it is taken.
	ICEServers []ICEServer `json:"ice_servers,omitempty"`
}

// SlotView says whom a slot shows. A slot is the media section of that mid in the offer.
type SlotView struct {
	MID   string `json:"mid"`
	Peer  string `json:"peer"`
	Media Media  `json:"media"`
}

// Quality is how well one person's connection carries, as the server measures it.
type Quality struct {
	Peer      string  `json:"peer"`
	Connected bool    `json:"connected"`
	LossUp    float64 `json:"loss_up"`   // share of packets lost on the way to the server
	LossDown  float64 `json:"loss_down"` // and on the way from it
	RoundTrip float64 `json:"round_trip_ms"`
	Estimate  float64 `json:"estimate_bps"` // what the way from the server is thought to carry
	Picture   bool    `json:"picture"`      // false when pictures wait because the network is too slow for them
}

// Signaller carries what the server has to tell one client. Its methods are called without locks, in order, one at a time, and must not block.
type Signaller interface {
	Offer(Offer)
	Slots([]SlotView)
	Speaking(peers []string)
	Quality([]Quality)
	Connected(bool) // media flow, or have stopped
}

package hub

import (
	"encoding/json"

	"microcourt/store"
	"microcourt/store/court"
)

// Relay carries messages between nodes. It may lose messages and repeat them: what must not be lost is in the
// record, and each node looks there (see poll.go).
type Relay interface {
	// Start sets who receives; it is called once, before anything else. Calls come from one goroutine.
	Start(receive func(message []byte))
	// Publish sends a message to the other nodes that follow the topic. It never blocks.
	Publish(topic string, message []byte)
	// Follow and Unfollow choose topics. They never block; Follow takes effect soon.
	Follow(topic string)
	Unfollow(topic string)
	// Up reports whether messages get through at present.
	Up() bool
	Close()
}

// EveryNode is the topic that all nodes follow: changes of rights, and what each says of itself.
const EveryNode = "nodes"

// relayMessage is what nodes say to each other. Exactly one of the parts is set.
type relayMessage struct {
	Node     string               `json:"n"`
	Event    *court.Event         `json:"ev,omitempty"`
	Here     *hereMessage         `json:"here,omitempty"`
	Receipts []store.Receipt      `json:"rc,omitempty"`
	Access   []store.AccessChange `json:"ac,omitempty"`
	Hall     *hallMessage         `json:"hall,omitempty"`
	About    *nodeNews            `json:"about,omitempty"` // the node

	Transcript *transcriptNews `json:"tr,omitempty"`
}

func (h *Hub) publish(topic string, m relayMessage) {
	if h.relay == nil {
		return
	}
	m.Node = h.node
	text, err := json.Marshal(m)
	if err != nil {
		h.log.Error("encode for the relay", "err", err)
		return
	}
	h.relay.Publish(topic, text)
}

// receive takes a message from another node.
func (h *Hub) receive(text []byte) {
	var m relayMessage
	if err := json.Unmarshal(text, &m); err != nil {
		h.log.Warn("a relayed message could not be read", "err", err)
		return
	}
	if m.Node == h.node {
		return
	}
	switch {
	case m.Event != nil:
		flushAll(h.deliverEvent(m.Event, nil))
	case m.Here != nil:
		if r := h.live(m.Here.Case); r != nil {
			r.hereElsewhere(m.Node, *m.Here)
		}
	case m.Receipts != nil:
		h.showReceipts(m.Receipts)
	case m.Transcript != nil:
		h.showTranscript(*m.Transcript)
	case m.About != nil:
		h.heardOf(m.Node, *m.About)
	case m.Hall != nil:
		h.hallNews(m.Node, m.Hall)
	case m.Access != nil:
		h.hear(accessNews{changes: m.Access})
	}
}

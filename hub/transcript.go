package hub

import "slices"

// transcriptNews says that lines of a hearing's transcript have changed. Seats are those that read along beside the court.
type transcriptNews struct {
	Case    string   `json:"c"`
	Hearing string   `json:"h"`
	Changes int64    `json:"n"`
	Seats   []string `json:"s,omitempty"`
}

// transcriptMessage tells a page to fetch what is new.
type transcriptMessage struct {
	T       string `json:"t"`
	Case    string `json:"case"`
	Hearing string `json:"hearing"`
	Changes int64  `json:"changes"`
}

// stirTranscript tells those who read along, on all nodes. It may be lost: pages look again from time to time.
func (h *Hub) stirTranscript(n transcriptNews) {
	h.showTranscript(n)
	h.publish(n.Case, relayMessage{Transcript: &n})
}

func (h *Hub) showTranscript(n transcriptNews) {
	r := h.live(n.Case)
	if r == nil {
		return
	}
	f := jsonFrame(transcriptMessage{T: "transcript", Case: n.Case, Hearing: n.Hearing, Changes: n.Changes})
	r.each(func(s *seat) bool {
		return s.joined && (s.st.Role.OfCourt() || slices.Contains(n.Seats, s.st.ParticipantID))
	}, func(c *conn) { c.send(f) })
}

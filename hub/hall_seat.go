package hub

import (
	"encoding/json"
	"time"

	"microcourt/rtc"
)

// goneLocked notes since when the seat isn't wholly here.
func (s *hallSeat) goneLocked(now time.Time) {
	switch well := (s.conn != nil || s.node != "") && s.flows; {
	case well:
		s.gone = time.Time{}
	case s.gone.IsZero():
		s.gone = now
	}
}

func (s *hallSeat) tellLocked(m any) {
	switch {
	case s.conn != nil:
		s.conn.send(jsonFrame(m))
	case s.node != "":
		text, err := json.Marshal(m)
		if err != nil {
			panic(err) // the types are ours and hold nothing that can't be encoded
		}
		s.hall.hub.tellNode(s.node, hallMessage{Op: "tell", Hearing: s.hall.id, Seat: s.id, Frame: text, Flows: s.flows})
	}
}

func (s *hallSeat) tell(m any) {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	s.tellLocked(m)
}

// The messages about hearings that the server sends by itself.
type (
	hearingMessage struct {
		T       string `json:"t"`
		Hearing string `json:"hearing"`
		Ended   bool   `json:"ended,omitempty"`
		Taken   bool   `json:"taken,omitempty"`
	}
	offerMessage struct {
		T       string `json:"t"`
		Hearing string `json:"hearing"`
		rtc.Offer
	}
	slotsMessage struct {
		T       string         `json:"t"`
		Hearing string         `json:"hearing"`
		Slots   []rtc.SlotView `json:"slots"`
	}
	speakingMessage struct {
		T       string   `json:"t"`
		Hearing string   `json:"hearing"`
		Seats   []string `json:"seats"`
	}
	qualityMessage struct {
		T       string        `json:"t"`
		Hearing string        `json:"hearing"`
		Quality []rtc.Quality `json:"quality"`
	}
	flowMessage struct {
		T       string `json:"t"`
		Hearing string `json:"hearing"`
		Flows   bool   `json:"flows"`
	}
)

// Offer, Slots, Speaking, Quality and Connected are rtc.Signaller's.
func (s *hallSeat) Offer(o rtc.Offer) { s.tell(offerMessage{"hearing_offer", s.hall.id, o}) }

func (s *hallSeat) Slots(slots []rtc.SlotView) {
	s.tell(slotsMessage{"hearing_slots", s.hall.id, append([]rtc.SlotView{}, slots...)})
}

func (s *hallSeat) Speaking(seats []string) {
	s.tell(speakingMessage{"hearing_speaking", s.hall.id, append([]string{}, seats...)})
}

func (s *hallSeat) Quality(q []rtc.Quality) { s.tell(qualityMessage{"hearing_quality", s.hall.id, q}) }

func (s *hallSeat) Connected(flows bool) {
	s.hall.mu.Lock()
	defer s.hall.mu.Unlock()
	now := s.hall.hub.now()
	if s.flows = flows; flows {
		s.flowed = now.UnixMilli()
	}
	s.goneLocked(now)
	if s.hall.broke != nil {
		s.hall.stir()
	}
	s.tellLocked(flowMessage{"hearing_flow", s.hall.id, flows})
}

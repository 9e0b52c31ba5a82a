package hearing

// Rights are what somebody may receive and send at a moment. They are enforced where packets are forwarded.
type Rights struct {
	Receive    bool `json:"receive"`
	SendAudio  bool `json:"send_audio"`
	SendVideo  bool `json:"send_video"`
	SendScreen bool `json:"send_screen"`
	// Hidden: nobody is told of them, and nothing of theirs is sent.
	Hidden bool `json:"hidden,omitempty"`
	// Lobby: they wait, and their picture and voice go to the court alone (judges and clerks in the room), which looks who it is.
	// They receive nothing but what the court says to the lobby.
	Lobby bool `json:"lobby,omitempty"`
}

// Permissions gives the rights of a seat. Nobody receives or sends before being admitted and while the hearing isn't in session. A witness that isn't called gets
// nothing at all, nor does one that was dismissed. While the bench consults only judges hear and speak.
func Permissions(s *State, seat string) Rights {
	p := s.Seat(seat)
	if p == nil || p.Gone {
		return Rights{}
	}
	if p.Presence == Lobby {
		return Rights{Lobby: s.Status.Entered() && !s.Consults}
	}
	if p.Presence != Admitted || !s.Sits() || s.Consults && p.Role != Judge {
		return Rights{}
	}
	return Rights{
		Receive: true, SendAudio: !p.Muted && !p.Locked, SendVideo: !p.Stopped,
		SendScreen: !p.Stopped && (p.Role.OfCourt() || p.Floor),
	}
}

// Observer gives the rights of who watches a public hearing (旁听): to receive, unseen.
func Observer(s *State) Rights {
	return Rights{Receive: s.Public && s.Sits() && !s.Consults, Hidden: true}
}

// Sits reports whether the hearing is in session and not interrupted.
func (s *State) Sits() bool { return s.Status == InSession && !s.Paused }

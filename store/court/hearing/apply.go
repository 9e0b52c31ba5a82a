package hearing

import (
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/consent"
)

// Apply brings the state up to an event of the case's room. Events of other hearings and of other kinds change nothing, nor does what can't be read:
// the fold is total, and what may happen is ruled before it becomes an event.
func (s *State) Apply(kind court.Kind, body []byte, at int64, by string) {
	switch kind {
	case court.KindNoticeAccepted:
		if b, ok := read[struct{ Notice string }](body); ok && b.Notice == court.NoticeHearing {
			s.with(by, func(p *Seat) { p.Discipline = true })
		}
		return
	case court.KindCaseChanged:
		s.applyCase(body, at)
		return
	case court.KindStagesTransferred:
		if b, ok := read[transfer](body); ok {
			s.applyTransfer(&b)
		}
		return
	case court.KindApplicationAnswered:
		if b, ok := read[struct{ Transferred *transfer }](body); ok && b.Transferred != nil {
			s.applyTransfer(b.Transferred)
		}
		return
	}
	if Of(body) != s.ID {
		return
	}
	if to, ok := steps[kind]; ok {
		s.applyStep(to, body, at)
		return
	}
	switch kind {
	case court.KindHearingWaived:
		if b, ok := read[WaivedBody](body); ok && b.At == s.At && !slices.Contains(s.Waived, b.Party) {
			s.Waived = append(s.Waived, b.Party)
		}
	case court.KindHearingPostponed:
		if b, ok := read[MovedBody](body); ok {
			s.applyMoved(b, at)
		}
	case court.KindHearingPaused:
		s.Paused = s.Status == InSession
	case court.KindHearingPhase:
		if b, ok := read[PhaseBody](body); ok {
			s.Phase = b.Phase
		}
	case court.KindHearingShown:
		if b, ok := read[ShownBody](body); ok {
			was := s.Shown
			if s.Shown = nil; b.Exhibit != "" {
				s.Shown = &Shown{b.Exhibit, b.Page, b.Witness, at}
				if was != nil && was.Exhibit == b.Exhibit && was.Page == b.Page {
					s.Shown.Since = was.Since
				}
			}
		}
	case court.KindHearingStatement:
		if b, ok := read[StatementBody](body); ok && s.Mode == Asynchronous {
			s.Statements = append(s.Statements, Statement{b.Seat, b.Phase, b.Page.Attachment, b.Page.SHA256, at})
		}
	case court.KindHearingConsultation:
		if b, ok := read[ConsultationBody](body); ok {
			s.Consults = b.On && s.Status == InSession
		}
	case court.KindHearingRecording:
		if b, ok := read[RecordingBody](body); ok {
			s.applyRecording(b, at)
		}
	case court.KindRecordingShared:
		if b, ok := read[SharedBody](body); ok {
			s.applyShared(b)
		}
	case court.KindReplaceProposed:
		if b, ok := read[ReplaceBody](body); ok && b.On && s.Replacement == nil {
			s.Replacement = &Replacement{ProposedAt: at, By: by, Answers: []ReplacementAnswer{}}
		} else if ok && !b.On && s.Replacement != nil {
			s.Replacement.Stands, s.Replacement.Withdrawn = false, b.Reason
		}
	case court.KindReplaceAnswered:
		if b, ok := read[ReplaceAnswerBody](body); ok && s.Replacement != nil {
			s.Replacement.Answers = append(s.Replacement.Answers, ReplacementAnswer{b.Party, b.Agrees, at, by})
		}
	default:
		s.applySeat(kind, body, at)
	}
}

// steps are the kinds that change the status.
var steps = map[court.Kind]Status{
	court.KindHearingOpened: Open, court.KindHearingStarted: InSession, court.KindHearingResumed: InSession, court.KindHearingAdjourned: Adjourned,
	court.KindHearingClosed: Closed, court.KindHearingCancelled: Cancelled, court.KindHearingOffline: Offline,
}

func (s *State) applyStep(to Status, body []byte, at int64) {
	if s.Status.Over() {
		return
	}
	b, _ := read[StepBody](body)
	s.Status, s.Paused, s.Consults = to, false, false
	switch {
	case to == InSession:
		if s.Note = ""; s.StartedAt == 0 {
			s.StartedAt = at
		}
		return
	case to.Over():
		if s.Replacement != nil {
			s.Replacement.Stands = b.Replaced
		}
		s.EndedAt, s.Shown = at, nil
		s.empty(at)
	case to == Adjourned:
		s.Shown = nil
	}
	s.Note = b.Reason
}

// applyMoved gives the hearing another time: who has seen whom, and what the parties have waived, was for the old one. An adjourned hearing stays what it is.
func (s *State) applyMoved(b MovedBody, at int64) {
	if s.Status.Over() {
		return
	}
	s.Moves++
	s.At, s.Minutes, s.Note, s.Notified, s.Waived = b.At, b.Minutes, b.Reason, at, []string{}
	if s.Status == Open {
		s.Status = Scheduled
		s.empty(at)
	}
	for i := range s.Seats {
		s.Seats[i].CheckedAt = 0
	}
}

// empty sends everybody out, without saying that they left.
func (s *State) empty(at int64) {
	for i := range s.Seats {
		p := &s.Seats[i]
		if p.Resumes = false; p.Presence != Removed && p.Presence != Absent {
			p.Presence, p.SinceAt = Absent, at
		}
		p.Floor, p.Hand = false, false
	}
}

// applyCase marks who has left the case, or came back into it.
func (s *State) applyCase(body []byte, at int64) {
	b, _ := read[struct{ Joined, Left []string }](body)
	for _, id := range b.Left {
		s.with(id, func(p *Seat) {
			if p.Gone = true; p.Presence.Here() {
				p.Presence, p.SinceAt = Left, at
			}
			p.Floor, p.Hand, p.Resumes = false, false, false
		})
	}
	for _, id := range b.Joined {
		s.with(id, func(p *Seat) { p.Gone = false })
	}
}

// transfer is what an event says of stages that the court moves offline for some parties, or back.
type transfer struct {
	Stages  []consent.Stage
	Parties []string
	Offline bool
}

// applyTransfer marks the parties that take part at the court from now on, or online again.
func (s *State) applyTransfer(b *transfer) {
	if !slices.Contains(b.Stages, Stage(s.Type, s.Mode)) {
		return
	}
	for _, party := range b.Parties {
		s.with(party, func(p *Seat) { p.Offline = b.Offline })
	}
}

func (s *State) applyRecording(b RecordingBody, at int64) {
	if b.State == RecordingAdded {
		return
	}
	i := slices.IndexFunc(s.Recording, func(r Recording) bool { return r.Part == b.Part })
	if i < 0 { // where it ends at once, that it began was never noted, or it didn't
		began := at
		for _, f := range b.Files {
			began = min(began, f.At)
		}
		s.Recording = append(s.Recording, Recording{Part: b.Part, StartedAt: began})
		i = len(s.Recording) - 1
	}
	if r := &s.Recording[i]; b.State != RecordingStarted {
		r.EndedAt, r.Failed, r.Reason = at, b.State == RecordingFailed, b.Reason
		if r.Failed && s.Replacement != nil { // what isn't whole stands in place of nothing
			s.Replacement.Stands = false
		}
		if b.EndedAt != 0 {
			r.EndedAt = max(r.StartedAt, min(b.EndedAt, at))
		}
	}
}

func (s *State) with(seat string, do func(p *Seat)) {
	if p := s.Seat(seat); p != nil {
		do(p)
	}
}

// applySeat applies what happens with one seat.
func (s *State) applySeat(kind court.Kind, body []byte, at int64) {
	switch kind {
	case court.KindHearingEntered:
		if b, ok := read[EnteredBody](body); ok && b.Seat != "" && s.Status.Entered() {
			s.enter(b, at)
		}
		return
	case court.KindHearingWitness:
		if b, ok := read[SummonedBody](body); ok && b.Seat != "" && s.Seat(b.Seat) == nil {
			s.Seats = append(s.Seats, Seat{ID: b.Seat, Role: Witness, Name: b.Name, Standing: b.Standing, Presence: Absent})
		}
		return
	case court.KindHearingSeatSet:
		if b, ok := read[SeatSetBody](body); ok {
			s.set(b)
		}
		return
	}
	b, ok := read[struct {
		Seat   string
		Reason string
	}](body)
	p := s.Seat(b.Seat)
	if !ok || p == nil {
		return
	}
	switch kind {
	case court.KindHearingLeft:
		p.leave(Going(b.Reason), at)
	case court.KindHearingChecked:
		p.CheckedAt = at
	case court.KindHearingUndertaking:
		p.Undertaken = at
	case court.KindHearingAdmitted:
		switch {
		case p.Presence == Removed:
			p.Presence, p.Why = Absent, ""
		case p.Presence == Lobby && p.Role != Witness:
			p.Presence = Admitted
		}
	case court.KindHearingCalled:
		if p.Role == Witness && (p.Presence == Lobby || p.Presence == Dismissed) {
			p.Presence, p.SinceAt = Admitted, at
			if s.Shown != nil { // what was shown to the witness before isn't shown to this one
				s.Shown = &Shown{s.Shown.Exhibit, s.Shown.Page, false, s.Shown.Since}
			}
		}
	case court.KindHearingDismissed:
		if p.Role == Witness {
			p.out(Dismissed, at)
		}
	case court.KindHearingRemoved:
		p.out(Removed, at)
		p.Why = b.Reason
	case court.KindHearingWarned:
		p.Warnings++
	}
}

// enter brings somebody into the lobby; judges and clerks, and who was only cut off, into the room.
func (s *State) enter(b EnteredBody, at int64) {
	if s.Seat(b.Seat) == nil {
		s.Seats = append(s.Seats, Seat{ID: b.Seat, Role: b.Role, Name: b.Name, Standing: b.Standing, Presence: Absent})
	}
	p := s.Seat(b.Seat)
	if p.Presence == Removed || p.Gone {
		return
	}
	if p.EnteredAt == 0 {
		p.EnteredAt = at
	}
	p.Discipline = p.Discipline || b.Rules != ""
	if p.Presence.Here() { // a second device takes the seat over
		return
	}
	if p.Presence = Lobby; p.Role.OfCourt() || p.Resumes {
		p.Presence = Admitted
	}
	p.SinceAt, p.Resumes = at, false
}

// leave takes somebody out who went or whose connection was lost. Who left is looked at again when they come back.
func (p *Seat) leave(how Going, at int64) {
	if !p.Presence.Connected() {
		return
	}
	if how == GoingDropped {
		p.Drops++
		p.Resumes = p.Presence == Admitted
		p.Presence, p.SinceAt, p.Hand = Dropped, at, false
		return
	}
	p.Leaves++
	p.out(Left, at)
	p.CheckedAt = 0
}

func (p *Seat) out(to Presence, at int64) {
	p.Presence, p.SinceAt, p.Floor, p.Hand, p.Resumes = to, at, false, false, false
}

// set changes what a seat may do. One at a time has the floor.
func (s *State) set(b SeatSetBody) {
	p := s.Seat(b.Seat)
	if p == nil {
		return
	}
	for _, f := range []struct {
		to   *bool
		from *bool
	}{{&p.Muted, b.Muted}, {&p.Locked, b.Locked}, {&p.Stopped, b.Stopped}, {&p.Hand, b.Hand}} {
		if f.from != nil {
			*f.to = *f.from
		}
	}
	p.Muted = p.Muted || p.Locked
	if b.Floor == nil {
		return
	}
	if *b.Floor {
		for i := range s.Seats {
			s.Seats[i].Floor = false
		}
		p.Hand = false
	}
	p.Floor = *b.Floor
}

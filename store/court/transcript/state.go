package transcript

import (
	"encoding/json"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/hearing"
)

// Status is where a transcript stands.
type Status string

// The life of a transcript: the court writes, everybody reads and signs, all have signed; or the court closes it with what is missing noted.
const (
	Writing  Status = "writing"
	Reading  Status = "reading"
	Complete Status = "complete"
	Closed   Status = "closed"
)

// Done reports whether nothing in it changes any more.
func (s Status) Done() bool { return s == Complete || s == Closed }

// Answer is what a signer has done.
type Answer string

// The answers. Who refused can still sign while the transcript is read; that there was a refusal stays visible.
const (
	Waiting Answer = "waiting"
	Signed  Answer = "signed"
	Refused Answer = "refused"
)

// ReadingDays is how long the participants have to read and correct it (民事诉讼法 第一百五十条: 当庭或者在五日内阅读).
const ReadingDays = 5

// ReadUntil is the end of that period: the day of presentation doesn't count (民事诉讼法 第八十五条).
func ReadUntil(presented int64) int64 { return (calendar.DayAt(presented) + ReadingDays).End() }

// State is a transcript as its events tell it, without its lines. Times are Unix milliseconds.
type State struct {
	Hearing     string       `json:"hearing"`
	Status      Status       `json:"status" enum:"writing,reading,complete,closed"`
	Live        bool         `json:"live" doc:"who is in the hearing reads what is being written"`
	Version     int          `json:"version,omitempty" doc:"how often it was laid before the participants"`
	Revision    int64        `json:"revision" doc:"seq of its newest event"`
	Document    string       `json:"document,omitempty" doc:"attachment: the transcript with its corrections, as each signs it"`
	SHA256      string       `json:"sha256,omitempty" doc:"of its bytes"`
	LinesHash   string       `json:"lines_sha256,omitempty" doc:"of the lines that were laid before the participants"`
	Integrity   string       `json:"recording_sha256,omitempty" doc:"the lines are the files of the recording, which stands in place of the transcript: SHA-256 of their hashes in hex, in ascending order, each with a line feed"`
	PresentedAt int64        `json:"presented_at,omitempty"`
	Until       int64        `json:"until,omitempty" doc:"until when corrections are taken"`
	By          string       `json:"by,omitempty" doc:"participant id of who laid it before them"`
	Signers     []Signer     `json:"signers" nullable:"false"`
	Corrections []Correction `json:"corrections" nullable:"false"`
	EndedAt     int64        `json:"ended_at,omitempty"`
	Note        string       `json:"note,omitempty" doc:"why it was taken back to be written on, or closed"`
}

// Signer is a seat of the hearing that has to sign.
type Signer struct {
	Seat     string `json:"seat"`
	Name     string `json:"name"`
	Standing string `json:"standing"`
	OfCourt  bool   `json:"of_court,omitempty"`
	Answer   Answer `json:"answer" enum:"waiting,signed,refused"`
	At       int64  `json:"at,omitempty"`
	Reason   string `json:"reason,omitempty" doc:"of the last refusal"`
	Refusals int    `json:"refusals,omitempty"`
	NotedBy  string `json:"noted_by,omitempty" doc:"participant id of the clerk who noted the refusal"`
	SHA256   string `json:"sha256,omitempty" doc:"of what was signed"`
	// Signature is the signature on file that it bears.
	Signature string `json:"signature,omitempty"`
	// Again: it had signed before the transcript was corrected.
	Again bool `json:"again,omitempty" doc:"had signed before a correction; what was signed then stays in the record"`
}

// Correction is that somebody says the transcript left something out or has it wrong.
type Correction struct {
	ID         string `json:"id"`
	Line       string `json:"line"`
	Seat       string `json:"seat" doc:"who asks"`
	Text       string `json:"text" doc:"what it should say"`
	Reason     string `json:"reason,omitempty"`
	At         int64  `json:"at"`
	Answered   bool   `json:"answered,omitempty"`
	Granted    bool   `json:"granted,omitempty"`
	Answer     string `json:"answer,omitempty" doc:"the court's reason"`
	AnsweredBy string `json:"answered_by,omitempty"`
	AnsweredAt int64  `json:"answered_at,omitempty"`
}

// New is a transcript of which nothing is in the record yet.
func New(hearing string) *State {
	return &State{Hearing: hearing, Status: Writing, Live: true, Signers: []Signer{}, Corrections: []Correction{}}
}

// Signer finds a seat's place, nil where it signs nothing.
func (s *State) Signer(seat string) *Signer {
	i := slices.IndexFunc(s.Signers, func(p Signer) bool { return p.Seat == seat })
	if i < 0 {
		return nil
	}
	return &s.Signers[i]
}

// Correction finds one, nil where there is none.
func (s *State) Correction(id string) *Correction {
	i := slices.IndexFunc(s.Corrections, func(c Correction) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Corrections[i]
}

// Open counts the corrections that the court hasn't answered.
func (s *State) Open() (n int) {
	for i := range s.Corrections {
		if !s.Corrections[i].Answered {
			n++
		}
	}
	return n
}

// reading refuses what is done only while it is read.
func (s *State) reading() error {
	switch {
	case s.Status.Done():
		return court.ErrTranscriptEnded
	case s.Status != Reading:
		return court.ErrTranscriptUnread
	}
	return nil
}

// CanWrite rules that lines change.
func (s *State) CanWrite() error {
	switch {
	case s.Status.Done():
		return court.ErrTranscriptEnded
	case s.Status == Reading:
		return court.ErrTranscriptFixed
	}
	return nil
}

// CanCorrect rules that a seat asks for a correction: of those who sign, within the period, before it signs.
func (s *State) CanCorrect(seat string, now int64) error {
	if err := s.reading(); err != nil {
		return err
	}
	p := s.Signer(seat)
	switch {
	case p == nil || p.OfCourt || s.Integrity != "": // of a recording nothing is corrected
		return court.ErrForbidden
	case now > s.Until:
		return court.ErrTranscriptPeriod
	case p.Answer == Signed:
		return court.ErrSigned
	case len(s.Corrections) >= MaxCorrected:
		return court.ErrTooLarge
	}
	return nil
}

// CanAnswer rules that the court answers a correction.
func (s *State) CanAnswer(id string) error {
	if err := s.reading(); err != nil {
		return err
	}
	switch c := s.Correction(id); {
	case c == nil:
		return court.ErrNotFound
	case c.Answered:
		return court.ErrTranscriptAnswered
	}
	return nil
}

// CanSign rules that a seat signs: nothing is open that would change what it signs.
func (s *State) CanSign(seat string) error {
	if err := s.CanRefuse(seat); err != nil {
		return err
	}
	if s.Open() > 0 {
		return court.ErrTranscriptOpen
	}
	return nil
}

// CanRefuse rules that a seat says, or has noted, that it won't sign.
func (s *State) CanRefuse(seat string) error {
	if err := s.reading(); err != nil {
		return err
	}
	switch p := s.Signer(seat); {
	case p == nil:
		return court.ErrForbidden
	case p.Answer == Signed:
		return court.ErrSigned
	}
	return nil
}

// CanClose rules that the court closes it: the court's own have signed, nothing is open, and who hasn't answered has had the whole period.
func (s *State) CanClose(now int64) error {
	if err := s.reading(); err != nil {
		return err
	}
	if s.Open() > 0 {
		return court.ErrTranscriptOpen
	}
	for _, p := range s.Signers {
		if p.OfCourt && p.Answer != Signed || p.Answer == Waiting && now <= s.Until {
			return court.ErrSigningWaiting
		}
	}
	return nil
}

// Last reports whether a seat's signature is the last that is missing.
func (s *State) Last(seat string) bool {
	return !slices.ContainsFunc(s.Signers, func(p Signer) bool { return p.Seat != seat && p.Answer != Signed })
}

// Apply brings the state up to an event. Events on other things change nothing, nor does what can't be read.
func (s *State) Apply(kind court.Kind, body []byte, seq, at int64, by string) {
	if Of(body) != s.Hearing {
		return
	}
	switch kind {
	case court.KindTranscriptLive:
		if b, ok := read[LiveBody](body); ok {
			s.Live = b.On
		}
	case court.KindTranscriptPresented:
		if b, ok := read[PresentedBody](body); ok {
			s.applyPresented(b, at, by)
		}
	case court.KindTranscriptReopened:
		if b, ok := read[EndBody](body); ok {
			s.Status, s.Note = Writing, b.Reason
		}
	case court.KindCorrectionAsked:
		if b, ok := read[AskedBody](body); ok && s.Correction(b.Correction) == nil {
			s.Corrections = append(s.Corrections, Correction{ID: b.Correction, Line: b.Line, Seat: b.Seat, Text: b.Text, Reason: b.Reason, At: at})
		}
	case court.KindCorrectionAnswered:
		if b, ok := read[AnsweredBody](body); ok {
			s.applyAnswered(b, at, by)
		}
	case court.KindTranscriptSigned:
		if b, ok := read[SignedBody](body); ok {
			s.applySigned(b, at)
		}
	case court.KindTranscriptRefused:
		if b, ok := read[RefusedBody](body); ok {
			s.applyRefused(b, at, by)
		}
	case court.KindTranscriptClosed:
		if b, ok := read[EndBody](body); ok {
			s.Status, s.Note, s.EndedAt = Closed, b.Reason, at
		}
	default:
		return
	}
	s.Revision = seq
}

func (s *State) applyPresented(b PresentedBody, at int64, by string) {
	s.Status, s.Version, s.PresentedAt, s.Until, s.By = Reading, b.Version, at, b.Until, by
	s.Document, s.SHA256, s.LinesHash, s.Integrity, s.Note = b.Document.Attachment, b.Document.SHA256, b.LinesHash, b.Integrity, ""
	s.Corrections, s.Signers = []Correction{}, []Signer{}
	for _, p := range b.Signers {
		s.Signers = append(s.Signers, Signer{Seat: p.Seat, Name: p.Name, Standing: p.Standing, OfCourt: p.OfCourt, Answer: Waiting})
	}
}

// applyAnswered: what was signed before a correction was granted is to be signed again.
func (s *State) applyAnswered(b AnsweredBody, at int64, by string) {
	c := s.Correction(b.Correction)
	if c == nil {
		return
	}
	c.Answered, c.Granted, c.Answer, c.AnsweredBy, c.AnsweredAt = true, b.Granted, b.Reason, by, at
	s.Document, s.SHA256 = b.Document.Attachment, b.Document.SHA256
	for i := range s.Signers {
		if p := &s.Signers[i]; b.Granted && p.Answer == Signed {
			p.Answer, p.Again = Waiting, true
		}
	}
}

func (s *State) applySigned(b SignedBody, at int64) {
	if p := s.Signer(b.Seat); p != nil {
		p.Answer, p.At, p.SHA256, p.Signature = Signed, at, b.Signed.SHA256, b.Signed.Signature
	}
	if b.Complete {
		s.Status, s.EndedAt = Complete, at
	}
}

func (s *State) applyRefused(b RefusedBody, at int64, by string) {
	p := s.Signer(b.Seat)
	if p == nil {
		return
	}
	p.Answer, p.At, p.Reason = Refused, at, b.Reason
	p.Refusals++
	if p.NotedBy = ""; b.Noted {
		p.NotedBy = by
	}
}

func read[T any](body []byte) (b T, ok bool) {
	return b, json.Unmarshal(body, &b) == nil
}

// Reads reports whether a seat of neither judge nor clerk reads the transcript: what was laid before the participants; and what is being written where the court lets it be seen, while
// the seat is in the room and a witness isn't (人民法院在线诉讼规则 第二十六条).
func Reads(s *State, h *hearing.State, seat string) bool {
	p := h.Seat(seat)
	if p != nil && p.Role == hearing.Witness {
		return false
	}
	if s.Status != Writing {
		return true
	}
	return s.Live && p != nil && !p.Gone && p.Presence == hearing.Admitted && !h.Status.Over()
}

// Testimony is what a witness reads and signs of the lines: its own part, with the corrections that were granted in it.
func (s *State) Testimony(lines []Line, seat string) []Line {
	part := slices.Clone(Extract(lines, seat))
	for i := range part {
		for _, c := range s.Corrections {
			if c.Granted && c.Line == part[i].ID {
				part[i].Text = c.Text
			}
		}
	}
	return part
}

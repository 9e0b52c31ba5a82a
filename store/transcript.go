package store

import (
	"context"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// Transcript is a hearing's transcript as somebody reads it.
type Transcript struct {
	transcript.State
	Changes int64         `json:"changes" doc:"counts the changes of the lines; ask for what is newer with it"`
	Lines   []WrittenLine `json:"lines" nullable:"false"`
	Readers bool          `json:"reads" doc:"the lines are for me to read now"`
	// Replaced: the recording stands in its place, and its lines are the recording's files.
	Replaced bool `json:"replaced,omitempty" doc:"the recording stands in its place: the lines are its files, each with its SHA-256"`
	Intact   bool `json:"intact" doc:"the lines are those that were laid before the participants, by their hash"`
}

// Transcript gives a hearing's transcript, with the lines that were changed since a change of it, 0 for all.
func (s *Store) Transcript(ctx context.Context, caseID, hearingID string, st *court.Standing, since int64) (*Transcript, error) {
	h, err := readHearing(s.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", caseID, hearingID))
	if err != nil {
		return nil, err
	}
	state, err := transcriptOf(ctx, s, caseID, hearingID)
	if err != nil {
		return nil, err
	}
	t := &Transcript{State: *state, Lines: []WrittenLine{}, Intact: true, Readers: st.Role.OfCourt() || transcript.Reads(state, h, st.ParticipantID), Replaced: h.Replaced()}
	if !t.Readers {
		return t, nil
	}
	// Read first: lines that are newer than it come once more.
	if err := s.row(ctx, "SELECT COALESCE(MAX(changes), 0) FROM transcript_pad WHERE hearing_id = $1", hearingID).Scan(&t.Changes); err != nil {
		return nil, err
	}
	lines, err := linesIn(ctx, s, caseID, h, since)
	if err != nil {
		return nil, err
	}
	t.Lines = append(t.Lines, lines...)
	if t.Status != transcript.Writing && since == 0 {
		t.Intact = transcript.Hash(plainLines(lines)) == t.LinesHash
	}
	return t, nil
}

// Testimony is a witness's own part of a transcript, once that lies before the participants.
type Testimony struct {
	Status transcript.Status       `json:"status" enum:"writing,reading,complete,closed"`
	Until  int64                   `json:"until,omitempty" doc:"until when corrections are taken"`
	Lines  []transcript.Line       `json:"lines" nullable:"false" doc:"from my first word to my last"`
	SHA256 string                  `json:"sha256,omitempty" doc:"of them; what my signature is bound to"`
	Me     *transcript.Signer      `json:"me,omitempty"`
	Asked  []transcript.Correction `json:"corrections" nullable:"false" doc:"those that I asked for"`
	Spoke  []Speaker               `json:"speakers" nullable:"false" doc:"who speaks in these lines"`
	Open   bool                    `json:"open,omitempty" doc:"a correction is not answered yet: it can be signed after that"`
	// Integrity as in transcript.State.
	Integrity string `json:"recording_sha256,omitempty" doc:"of the recording that stands in place of the transcript: the lines are its files"`
}

// Speaker is whose words stand in a line.
type Speaker struct {
	Seat     string       `json:"seat"`
	Role     hearing.Role `json:"role" enum:"judge,clerk,party,representative,witness"`
	Name     string       `json:"name"`
	Standing string       `json:"standing"`
}

// Testimony gives it to the witness whose seat it is.
func (s *Store) Testimony(ctx context.Context, hearingID, seat string) (*Testimony, error) {
	h, caseID, err := s.HearingState(ctx, hearingID)
	if err != nil {
		return nil, err
	}
	state, err := transcriptOf(ctx, s, caseID, h.ID)
	if err != nil {
		return nil, err
	}
	t := &Testimony{Status: state.Status, Until: state.Until, Integrity: state.Integrity, Lines: []transcript.Line{}, Asked: []transcript.Correction{}, Spoke: []Speaker{}}
	if t.Me = state.Signer(seat); state.Status == transcript.Writing || t.Me == nil {
		t.Me = nil
		return t, nil
	}
	stand, err := linesIn(ctx, s, caseID, h, 0)
	if err != nil {
		return nil, err
	}
	t.Lines = append(t.Lines, state.Testimony(plainLines(stand), seat)...)
	t.SHA256, t.Open = transcript.Hash(t.Lines), state.Open() > 0
	for i := range h.Seats {
		p := &h.Seats[i]
		if slices.ContainsFunc(t.Lines, func(l transcript.Line) bool { return l.Speaker == p.ID }) {
			t.Spoke = append(t.Spoke, Speaker{Seat: p.ID, Role: p.Role, Name: p.Name, Standing: p.Standing})
		}
	}
	for _, c := range state.Corrections {
		if c.Seat == seat {
			t.Asked = append(t.Asked, c)
		}
	}
	return t, nil
}

// TranscriptPaper is all that a transcript says, for printing.
type TranscriptPaper struct {
	Court, DocketNumber, Cause string
	Hearing                    hearing.State
	State                      transcript.State
	Lines                      []transcript.Line
	LinesHash                  string
	Images                     map[string][]byte // signatures, by seat; PNG
	// Recorded and Integrity are of a recording that stands in place of the transcript.
	Recorded  []Recorded
	Integrity string
	Parties   map[string]string // who agreed to that, by participant id: standing and name
}

// TranscriptPaper gives it as it stands, with the signatures that it bears where bears is set.
func (s *Store) TranscriptPaper(ctx context.Context, caseID, hearingID string, bears bool) (*TranscriptPaper, error) {
	h, err := readHearing(s.row(ctx, "SELECT state FROM hearing WHERE case_id = $1 AND id = $2", caseID, hearingID))
	if err != nil {
		return nil, err
	}
	p := &TranscriptPaper{Hearing: *h, Images: map[string][]byte{}}
	if err := s.row(ctx, "SELECT court, docket_number, cause FROM court_case WHERE id = $1", caseID).Scan(&p.Court, &p.DocketNumber, &p.Cause); err != nil {
		return nil, err
	}
	state, err := transcriptOf(ctx, s, caseID, hearingID)
	if err != nil {
		return nil, err
	}
	if h.Replaced() {
		if err := s.replacedPaper(ctx, caseID, p); err != nil {
			return nil, err
		}
	}
	lines, err := linesIn(ctx, s, caseID, h, 0)
	if err != nil {
		return nil, err
	}
	p.State, p.Lines = *state, plainLines(lines)
	p.LinesHash = transcript.Hash(p.Lines)
	for _, signer := range state.Signers {
		if bears && signer.Answer == transcript.Signed {
			if p.Images[signer.Seat], err = s.signatureImage(ctx, signer.Signature); err != nil {
				return nil, err
			}
		}
	}
	return p, nil
}

// Signers gives the seats that sign a transcript: who entered the hearing, or took part in it at the court; a witness only if it spoke. What stands in a recording in its
// place the court doesn't sign (庭审录音录像规定 第九条: 当事人和其他诉讼参与人).
func (p *TranscriptPaper) Signers() []transcript.SignerBody { return signersOf(&p.Hearing, p.Lines) }

func signersOf(h *hearing.State, lines []transcript.Line) (list []transcript.SignerBody) {
	for i := range h.Seats {
		seat := &h.Seats[i]
		spoke := slices.ContainsFunc(lines, func(l transcript.Line) bool { return l.Speaker == seat.ID })
		if seat.Gone || seat.EnteredAt == 0 && !seat.Offline || seat.Role == hearing.Witness && !spoke || seat.Role.OfCourt() && h.Replaced() {
			continue
		}
		list = append(list, transcript.SignerBody{Seat: seat.ID, Name: seat.Name, Standing: seat.Standing, OfCourt: seat.Role.OfCourt()})
	}
	slices.SortStableFunc(list, func(a, b transcript.SignerBody) int { return int(bit(a.OfCourt) - bit(b.OfCourt)) })
	return list
}

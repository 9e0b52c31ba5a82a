package store

import (
	"cmp"
	"context"
	"slices"

	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// transcriptAct is an act on a hearing's transcript, whose pad is locked while it is decided.
func (s *Store) transcriptAct(ctx context.Context, a RoomAct, act court.Act, kind court.Kind, hearingID string, asked any, decide func(ctx context.Context, x *acting, p *pad) (any, error)) (Appended, error) {
	in := func(ctx context.Context, x *acting) (any, error) {
		p, err := x.pad(ctx, hearingID)
		if err != nil {
			return nil, err
		}
		return decide(ctx, x, p)
	}
	if a.CaseID == "" { // a witness, who has its place in the hearing alone
		return s.sitting(ctx, a, court.ActTestimony, hearingID, kind, asked, in)
	}
	return s.roomAct(ctx, a, act, kind, asked, in)
}

// pad is a hearing's transcript while somebody acts on it.
type pad struct {
	*transcript.State
	caseID  string
	h       *hearing.State
	changes int64
}

// pad locks a transcript of the act's case.
func (x *acting) pad(ctx context.Context, hearingID string) (*pad, error) {
	h, err := x.hearing(ctx, hearingID)
	if err != nil {
		return nil, err
	}
	changes, err := x.lockPad(ctx, x.CaseID, hearingID)
	if err != nil {
		return nil, err
	}
	x.words = transcript.Title(h)
	t, err := transcriptOf(ctx, x, x.CaseID, hearingID)
	return &pad{t, x.CaseID, h, changes}, err
}

// lines gives what stands in it.
func (p *pad) lines(ctx context.Context, q queryer) ([]transcript.Line, error) {
	stand, err := linesIn(ctx, q, p.caseID, p.h, 0)
	return plainLines(stand), err
}

// SetTranscriptLive lets those who are in the hearing read what is being written, or no longer.
func (s *Store) SetTranscriptLive(ctx context.Context, a RoomAct, hearingID string, on bool) (Appended, error) {
	b := transcript.LiveBody{Hearing: hearingID, On: on}
	return s.transcriptAct(ctx, a, court.ActTranscriptWrite, court.KindTranscriptLive, hearingID, b, func(_ context.Context, _ *acting, p *pad) (any, error) {
		return b, p.CanWrite()
	})
}

// TranscriptPresentation lays a transcript before the participants. Document is the attachment that holds it as it was printed, the author's own; Changes is the newest
// change of the lines that the author saw, and not older than the print. Integrity is the value that the print says of a recording in place of the transcript.
type TranscriptPresentation struct {
	RoomAct   `json:"-"`
	Hearing   string `json:"hearing"`
	Document  string `json:"-"`
	SHA256    string `json:"-"`
	Changes   int64  `json:"changes"`
	Integrity string `json:"-"`
}

type presentedBody struct {
	transcript.PresentedBody
	Document ExhibitPage `json:"document"`
}

// PresentTranscript puts it into the room; from then on its lines are fixed. Errors: court.ErrDraftChanged where the lines are no longer those that were shown, court.ErrTranscriptEmpty,
// court.ErrHearingState for a hearing that has not begun, court.ErrRecordingUnfinished for a recording in place of the transcript.
func (s *Store) PresentTranscript(ctx context.Context, n TranscriptPresentation) (Appended, error) {
	return s.transcriptAct(ctx, n.RoomAct, court.ActTranscriptPresent, court.KindTranscriptPresented, n.Hearing, n, func(ctx context.Context, x *acting, p *pad) (any, error) {
		lines, err := p.lines(ctx, x)
		if err == nil && p.h.Replaced() {
			err = p.h.Kept(len(lines))
		}
		if err == nil {
			err = cmp.Or(p.CanWrite(), transcript.CheckAll(lines))
		}
		switch {
		case err != nil:
			return nil, err
		case p.h.StartedAt == 0 && p.h.Status != hearing.Offline:
			return nil, court.ErrHearingState
		case p.changes != n.Changes:
			return nil, court.ErrDraftChanged
		}
		b := presentedBody{PresentedBody: transcript.PresentedBody{Hearing: n.Hearing, Title: transcript.Title(p.h), Version: p.Version + 1, LinesHash: transcript.Hash(lines), Lines: len(lines),
			Signers: signersOf(p.h, lines), Until: transcript.ReadUntil(x.at)}}
		if p.h.Replaced() {
			files, err := recordings(ctx, x, x.CaseID, p.h.ID)
			if err != nil {
				return nil, err
			}
			if b.Integrity = integrity(files); b.Integrity != n.Integrity {
				return nil, court.ErrDraftChanged
			}
		}
		b.Document, err = x.takePrinted(ctx, n.Document, n.SHA256)
		return b, err
	})
}

// takePrinted takes what was printed into the event.
func (x *acting) takePrinted(ctx context.Context, attachment, sha256 string) (ExhibitPage, error) {
	taken, err := x.takeFiles(ctx, map[string]wantedPage{attachment: {court.PageInput{Attachment: attachment, SHA256: sha256}, "document"}})
	return taken[attachment], err
}

// ReopenTranscript takes a transcript back, to be written on: what was signed no longer stands for it.
func (s *Store) ReopenTranscript(ctx context.Context, a RoomAct, hearingID, reason string) (Appended, error) {
	return s.endTranscript(ctx, a, court.KindTranscriptReopened, hearingID, reason, func(t *transcript.State, _ int64) error {
		if t.Status == transcript.Writing {
			return court.ErrTranscriptUnread
		}
		if t.Status.Done() {
			return court.ErrTranscriptEnded
		}
		return nil
	})
}

// CloseTranscript ends it with what is missing noted (拒绝签名的，记明情况附卷).
func (s *Store) CloseTranscript(ctx context.Context, a RoomAct, hearingID, reason string) (Appended, error) {
	return s.endTranscript(ctx, a, court.KindTranscriptClosed, hearingID, reason, func(t *transcript.State, now int64) error { return t.CanClose(now) })
}

func (s *Store) endTranscript(ctx context.Context, a RoomAct, kind court.Kind, hearingID, reason string, can func(*transcript.State, int64) error) (Appended, error) {
	if err := court.CheckReason(reason, true, "reason"); err != nil {
		return Appended{}, err
	}
	b := transcript.EndBody{Hearing: hearingID, Reason: reason}
	return s.transcriptAct(ctx, a, court.ActTranscriptPresent, kind, hearingID, b, func(_ context.Context, x *acting, p *pad) (any, error) {
		b := b // decide may run again
		b.Replaced = p.Integrity != ""
		return b, can(p.State, x.at)
	})
}

// CorrectionAsked is that somebody says what a line should say.
type CorrectionAsked struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	Line    string `json:"line"`
	Text    string `json:"text"`
	Reason  string `json:"reason,omitempty"`
}

// AskCorrection puts that into the room. Errors: those of transcript.State.CanCorrect, court.ErrNotFound for a line that there isn't, or that a witness doesn't read.
func (s *Store) AskCorrection(ctx context.Context, n CorrectionAsked) (Appended, error) {
	if err := court.CheckReason(n.Reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	if err := court.CheckText(n.Text, transcript.MaxLineRunes, "text"); err != nil {
		return Appended{}, err
	}
	return s.transcriptAct(ctx, n.RoomAct, court.ActTranscriptCorrect, court.KindCorrectionAsked, n.Hearing, n, func(ctx context.Context, x *acting, p *pad) (any, error) {
		if err := p.CanCorrect(x.st.ParticipantID, x.at); err != nil {
			return nil, err
		}
		lines, err := p.lines(ctx, x)
		if err != nil {
			return nil, err
		}
		if x.st.Role.Guest() && !slices.ContainsFunc(transcript.Extract(lines, x.st.ParticipantID), func(l transcript.Line) bool { return l.ID == n.Line }) {
			return nil, court.ErrNotFound.In("line")
		}
		i := slices.IndexFunc(lines, func(l transcript.Line) bool { return l.ID == n.Line })
		switch {
		case i < 0:
			return nil, court.ErrNotFound.In("line")
		case lines[i].Text == n.Text:
			return nil, court.ErrInvalid.In("text")
		}
		x.words += "\n" + n.Text
		return transcript.AskedBody{Hearing: n.Hearing, Correction: NewID(), Line: n.Line, Number: i + 1, Seat: x.st.ParticipantID, Was: lines[i].Text, Text: n.Text, Reason: n.Reason}, nil
	})
}

// CorrectionAnswered is the court's answer. Document is the transcript with it, printed from the state whose newest event is Revision.
type CorrectionAnswered struct {
	RoomAct    `json:"-"`
	Hearing    string `json:"hearing"`
	Correction string `json:"correction"`
	Granted    bool   `json:"granted"`
	Reason     string `json:"reason,omitempty"`
	Document   string `json:"-"`
	SHA256     string `json:"-"`
	Revision   int64  `json:"-"`
}

type correctedBody struct {
	transcript.AnsweredBody
	Document ExhibitPage `json:"document"`
}

// AnswerCorrection puts it into the room; a refusal says why. court.ErrDraftChanged where something else has happened to the transcript since it was printed.
func (s *Store) AnswerCorrection(ctx context.Context, n CorrectionAnswered) (Appended, error) {
	if err := court.CheckReason(n.Reason, !n.Granted, "reason"); err != nil {
		return Appended{}, err
	}
	return s.transcriptAct(ctx, n.RoomAct, court.ActTranscriptPresent, court.KindCorrectionAnswered, n.Hearing, n, func(ctx context.Context, x *acting, p *pad) (any, error) {
		if err := p.CanAnswer(n.Correction); err != nil {
			return nil, err
		}
		if p.Revision != n.Revision {
			return nil, court.ErrDraftChanged
		}
		doc, err := x.takePrinted(ctx, n.Document, n.SHA256)
		return correctedBody{transcript.AnsweredBody{Hearing: n.Hearing, Correction: n.Correction, Granted: n.Granted, Reason: n.Reason}, doc}, err
	})
}

// TranscriptSignature signs a transcript: exactly the one whose hash was shown, with the author's signature on file.
type TranscriptSignature struct {
	RoomAct   `json:"-"`
	Hearing   string `json:"hearing"`
	SHA256    string `json:"sha256"`
	Signature string `json:"-"`
}

// SignTranscript puts a signature under it; a witness's is for its own part. With the last one it is complete. court.ErrDocumentChanged for another hash.
func (s *Store) SignTranscript(ctx context.Context, n TranscriptSignature) (Appended, error) {
	return s.transcriptAct(ctx, n.RoomAct, court.ActTranscriptSign, court.KindTranscriptSigned, n.Hearing, n, func(ctx context.Context, x *acting, p *pad) (any, error) {
		seat, sha256 := x.st.ParticipantID, p.SHA256
		if err := p.CanSign(seat); err != nil {
			return nil, err
		}
		if x.st.Role.Guest() {
			lines, err := p.lines(ctx, x)
			if err != nil {
				return nil, err
			}
			sha256 = transcript.Hash(p.Testimony(lines, seat))
		}
		if n.SHA256 != sha256 {
			return nil, court.ErrDocumentChanged
		}
		return transcript.SignedBody{Hearing: n.Hearing, Seat: seat, Signed: transcript.Signature{Title: transcript.Title(p.h), SHA256: sha256, Signature: n.Signature, At: x.at}, Complete: p.Last(seat), Replaced: p.Integrity != ""}, nil
	})
}

// TranscriptRefusal is that a seat won't sign: its own word, or as the court notes it.
type TranscriptRefusal struct {
	RoomAct `json:"-"`
	Hearing string `json:"hearing"`
	Seat    string `json:"seat,omitempty"` // "" for the author's own
	Reason  string `json:"reason,omitempty"`
}

// RefuseTranscript puts it into the room. The court notes it of others with a reason, never of itself.
func (s *Store) RefuseTranscript(ctx context.Context, n TranscriptRefusal) (Appended, error) {
	if err := court.CheckReason(n.Reason, false, "reason"); err != nil {
		return Appended{}, err
	}
	return s.transcriptAct(ctx, n.RoomAct, court.ActTranscriptSign, court.KindTranscriptRefused, n.Hearing, n, func(_ context.Context, x *acting, p *pad) (any, error) {
		b := transcript.RefusedBody{Hearing: n.Hearing, Seat: n.Seat, Reason: n.Reason, Replaced: p.Integrity != ""}
		if b.Seat == "" {
			b.Seat = x.st.ParticipantID
		}
		if x.st.Role.OfCourt() {
			if signer := p.Signer(b.Seat); signer != nil && signer.OfCourt {
				return nil, court.ErrForbidden
			}
			if err := court.CheckReason(n.Reason, true, "reason"); err != nil {
				return nil, err
			}
			b.Noted = true
		} else if b.Seat != x.st.ParticipantID {
			return nil, court.ErrForbidden
		}
		return b, p.CanRefuse(b.Seat)
	})
}

package hub

import (
	"context"
	"encoding/json"
	"errors"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/transcript"
)

// TranscriptView is a hearing's transcript as somebody reads it, and for the court what helps to write it.
type TranscriptView struct {
	*store.Transcript
	Me        string                `json:"me" doc:"my seat"`
	Templates []transcript.Template `json:"templates,omitempty" doc:"for the court, with the whole transcript: what is usually said at each step"`
	Now       int64                 `json:"now" doc:"the server's clock"`
}

// ReadTranscript gives it, or of its lines what is newer than a change of them.
type ReadTranscript struct {
	CaseID, Hearing string
	Since           int64
}

func (r ReadTranscript) rule() rule { return rule{act: court.ActTranscriptRead, caseID: r.CaseID} }

func (r ReadTranscript) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (*TranscriptView, error) {
	t, err := h.store.Transcript(ctx, r.CaseID, r.Hearing, st, r.Since)
	if err != nil {
		return nil, err
	}
	v := &TranscriptView{Transcript: t, Me: st.ParticipantID, Now: h.now().UnixMilli()}
	if st.Role.OfCourt() && r.Since == 0 && t.Status == transcript.Writing && !t.Replaced {
		s, err := h.hearingIn(ctx, r.CaseID, r.Hearing)
		if err != nil {
			return nil, err
		}
		card, err := h.store.Case(ctx, r.CaseID, actor.PersonID)
		if err != nil {
			return nil, err
		}
		v.Templates = transcript.Templates(s, transcript.Facts{Court: card.Court, DocketNumber: card.DocketNumber, Cause: card.Cause})
	}
	return v, nil
}

// WriteTranscript changes its lines. Who reads along is told that there is something new.
type WriteTranscript struct {
	CaseID, Hearing, Pen string
	Changes              []store.LineChange
}

func (w WriteTranscript) rule() rule {
	return rule{act: court.ActTranscriptWrite, caseID: w.CaseID, inRecord: true}
}

func (w WriteTranscript) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (*store.LinesSaved, error) {
	saved, err := h.store.WriteTranscript(ctx, store.LinesChange{CaseID: w.CaseID, Hearing: w.Hearing, PersonID: actor.PersonID, SessionID: actor.SessionID, Pen: w.Pen, Changes: w.Changes})
	if err == nil {
		h.stirTranscript(transcriptNews{w.CaseID, w.Hearing, saved.Changes, saved.Readers})
	}
	return saved, err
}

// SetTranscriptLive lets those who are in the hearing read what is being written, or no longer.
type SetTranscriptLive struct {
	CaseID, ID, Hearing string
	On                  bool
}

func (s SetTranscriptLive) rule() rule {
	return rule{act: court.ActTranscriptWrite, caseID: s.CaseID, inRecord: true}
}

func (s SetTranscriptLive) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.SetTranscriptLive(ctx, actor.roomAct(s.CaseID, s.ID), s.Hearing, s.On)
}

// PresentTranscript lays it before the participants as it stands with a change of its lines.
type PresentTranscript struct {
	CaseID, ID, Hearing string
	Changes             int64
}

func (p PresentTranscript) rule() rule {
	return rule{act: court.ActTranscriptPresent, caseID: p.CaseID}
}

func (p PresentTranscript) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	paper, err := h.store.TranscriptPaper(ctx, p.CaseID, p.Hearing, false)
	if err != nil {
		return store.Appended{}, err
	}
	paper.State.Corrections = nil // of an earlier version
	doc, file, err := h.keepTranscript(ctx, actor, paper)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.PresentTranscript(ctx, store.TranscriptPresentation{RoomAct: actor.roomAct(p.CaseID, p.ID), Hearing: p.Hearing, Document: file, SHA256: doc.SHA256, Changes: p.Changes, Integrity: paper.Integrity})
}

// keepTranscript prints a transcript for its participants to sign, and keeps it.
func (h *Hub) keepTranscript(ctx context.Context, actor Actor, p *store.TranscriptPaper) (*Document, string, error) {
	doc, err := h.printTranscript(ctx, p, false)
	if err != nil {
		return nil, "", err
	}
	file, err := h.keepPaper(ctx, actor, doc)
	return doc, file, err
}

// EndTranscript takes a transcript back to be written on, or closes it with what is missing noted.
type EndTranscript struct {
	CaseID, ID, Hearing, Reason string
	Close                       bool
}

func (e EndTranscript) rule() rule {
	return rule{act: court.ActTranscriptPresent, caseID: e.CaseID, inRecord: true}
}

func (e EndTranscript) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	if e.Close {
		return h.store.CloseTranscript(ctx, actor.roomAct(e.CaseID, e.ID), e.Hearing, e.Reason)
	}
	return h.store.ReopenTranscript(ctx, actor.roomAct(e.CaseID, e.ID), e.Hearing, e.Reason)
}

// AskCorrection says what a line of it should say.
type AskCorrection struct{ CaseID, ID, Hearing, Line, Text, Reason string }

func (a AskCorrection) rule() rule {
	if a.CaseID == "" {
		return rule{act: court.ActTestimony, hearing: a.Hearing}
	}
	return rule{act: court.ActTranscriptCorrect, caseID: a.CaseID, inRecord: true}
}

func (a AskCorrection) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.AskCorrection(ctx, store.CorrectionAsked{RoomAct: actor.roomAct(a.CaseID, a.ID), Hearing: a.Hearing, Line: a.Line, Text: a.Text, Reason: a.Reason})
}

// AnswerCorrection is the court's answer to that. The transcript is printed with it, for all to sign.
type AnswerCorrection struct {
	CaseID, ID, Hearing, Correction, Reason string
	Granted                                 bool
}

func (a AnswerCorrection) rule() rule {
	return rule{act: court.ActTranscriptPresent, caseID: a.CaseID}
}

// answerTries is how often a transcript is printed anew because something else happened to it meanwhile.
const answerTries = 5

func (a AnswerCorrection) do(ctx context.Context, h *Hub, actor Actor, st *court.Standing) (done store.Appended, err error) {
	for range answerTries {
		paper, err := h.store.TranscriptPaper(ctx, a.CaseID, a.Hearing, false)
		if err != nil {
			return store.Appended{}, err
		}
		n := store.CorrectionAnswered{RoomAct: actor.roomAct(a.CaseID, a.ID), Hearing: a.Hearing, Correction: a.Correction, Granted: a.Granted, Reason: a.Reason, Revision: paper.State.Revision}
		if paper.State.CanAnswer(a.Correction) == nil {
			body, err := json.Marshal(transcript.AnsweredBody{Hearing: a.Hearing, Correction: a.Correction, Granted: a.Granted, Reason: a.Reason})
			if err != nil {
				return store.Appended{}, err
			}
			paper.State.Apply(court.KindCorrectionAnswered, body, paper.State.Revision, h.now().UnixMilli(), st.ParticipantID)
			var doc *Document
			if doc, n.Document, err = h.keepTranscript(ctx, actor, paper); err != nil {
				return store.Appended{}, err
			}
			n.SHA256 = doc.SHA256
		}
		if done, err = h.store.AnswerCorrection(ctx, n); !errors.Is(err, court.ErrDraftChanged) {
			return done, err
		}
	}
	return done, err
}

// PrintTranscript prints it with the corrections and signatures that it bears now.
type PrintTranscript struct{ CaseID, Hearing string }

func (p PrintTranscript) rule() rule { return rule{act: court.ActTranscriptRead, caseID: p.CaseID} }

func (p PrintTranscript) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*Document, error) {
	paper, err := h.store.TranscriptPaper(ctx, p.CaseID, p.Hearing, true)
	if err != nil {
		return nil, err
	}
	if !st.Role.OfCourt() && paper.State.Status == transcript.Writing {
		return nil, court.ErrTranscriptUnread
	}
	return h.printTranscript(ctx, paper, paper.State.Status != transcript.Writing)
}

// SignTranscript signs it: exactly the one whose hash is given, with the signature on file. A witness signs its own part.
type SignTranscript struct{ CaseID, ID, Hearing, SHA256 string }

func (s SignTranscript) rule() rule {
	if s.CaseID == "" {
		return rule{act: court.ActTestimony, hearing: s.Hearing}
	}
	return rule{act: court.ActTranscriptSign, caseID: s.CaseID}
}

func (s SignTranscript) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	sig, err := h.store.SignatureOf(ctx, actor.PersonID)
	if err != nil {
		return store.Appended{}, err
	}
	return h.store.SignTranscript(ctx, store.TranscriptSignature{RoomAct: actor.roomAct(s.CaseID, s.ID), Hearing: s.Hearing, SHA256: s.SHA256, Signature: sig.ID})
}

// RefuseTranscript says that one won't sign, or has the court note it of somebody.
type RefuseTranscript struct{ CaseID, ID, Hearing, Seat, Reason string }

func (r RefuseTranscript) rule() rule {
	if r.CaseID == "" {
		return rule{act: court.ActTestimony, hearing: r.Hearing}
	}
	return rule{act: court.ActTranscriptSign, caseID: r.CaseID, inRecord: true}
}

func (r RefuseTranscript) do(ctx context.Context, h *Hub, actor Actor, _ *court.Standing) (store.Appended, error) {
	return h.store.RefuseTranscript(ctx, store.TranscriptRefusal{RoomAct: actor.roomAct(r.CaseID, r.ID), Hearing: r.Hearing, Seat: r.Seat, Reason: r.Reason})
}

// ReadTestimony gives a witness its own part.
type ReadTestimony struct{ Hearing string }

func (r ReadTestimony) rule() rule { return rule{act: court.ActTestimony, hearing: r.Hearing} }

func (r ReadTestimony) do(ctx context.Context, h *Hub, _ Actor, st *court.Standing) (*store.Testimony, error) {
	return h.store.Testimony(ctx, r.Hearing, st.ParticipantID)
}

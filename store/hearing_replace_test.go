package store_test

import (
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// mediating is a mediation in session that is recorded, of which the court has proposed that the recording stands in place of the transcript.
func (w *evidenceWorld) mediating(t *testing.T) *hearing.State {
	t.Helper()
	done := w.done(t)
	for _, who := range []string{"plaintiff", "lawyer"} {
		done(w.declare(who, map[consent.Stage]bool{consent.Mediation: true}))
	}
	n := w.newHearing("judge")
	n.Type, n.Public, n.Reason = hearing.Mediation, false, "调解不公开进行"
	h := w.schedule(t, n)
	done(w.stepHearing("clerk", h.ID, court.KindHearingOpened, ""))
	w.acceptRules(t, "plaintiff")
	for _, who := range []string{"judge", "clerk", "plaintiff"} {
		done(w.enterHearing(who, h.ID))
	}
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingChecked, ""))
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
	done(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
	if err := w.Store.NoteRecording(t.Context(), hearing.RecordingBody{Hearing: h.ID, Part: 1, State: hearing.RecordingStarted}); err != nil {
		t.Fatal(err)
	}
	done(w.proposes(t, "clerk", h.ID, true))
	return h
}

func (w *evidenceWorld) proposes(t *testing.T, who, id string, on bool) (store.Appended, error) {
	n := store.ReplacementProposal{RoomAct: w.act(who), Hearing: id, On: on}
	if !on {
		n.Reason = "录音缺失"
	}
	return w.Store.ProposeReplacement(t.Context(), n)
}

func (w *evidenceWorld) agreesTo(t *testing.T, who, id string, agrees bool) (store.Appended, error) {
	return w.Store.AnswerReplacement(t.Context(), store.ReplacementAnswer{RoomAct: w.act(who), Hearing: id, Agrees: agrees})
}

// confirm lays the list of a recording before the participants; it says of it what integrity says.
func (w *evidenceWorld) confirm(t *testing.T, who, id, integrity string) (store.Appended, error) {
	file := w.upload(t, w.Seats[who], court.KindFile, "确认书.pdf", pdf(1000+int(pageSeed.Add(1)), 1))
	return w.Store.PresentTranscript(t.Context(), store.TranscriptPresentation{RoomAct: w.act(who), Hearing: id, Document: file.ID, SHA256: file.SHA256,
		Changes: w.transcript(t, who, id).Changes, Integrity: integrity})
}

// recordedSum gives the value that stands for all files of a hearing's recording.
func (w *evidenceWorld) recordedSum(t *testing.T, id string) string {
	t.Helper()
	files, err := w.Store.Recordings(t.Context(), w.Cases[0], id)
	if err != nil {
		t.Fatal(err)
	}
	var sums []string
	for _, f := range files {
		sums = append(sums, f.SHA256)
	}
	return hearing.Integrity(sums)
}

// everyReplacement closes a hearing whose recording stands in place of the transcript, and has that signed by one and refused by another.
func (w *evidenceWorld) everyReplacement(t *testing.T) *hearing.State {
	t.Helper()
	done := w.done(t)
	h := w.mediating(t)
	for _, who := range []string{"plaintiff", "lawyer"} {
		done(w.agreesTo(t, who, h.ID, true))
	}
	done(w.stepHearing("judge", h.ID, court.KindHearingClosed, ""))
	if err := w.files.TakeRecording(t.Context(), recordedPart(t, h.ID, w.party("plaintiff"), 1, w.clock.Load())); err != nil {
		t.Fatal(err)
	}
	done(w.confirm(t, "clerk", h.ID, w.recordedSum(t, h.ID)))
	done(w.Store.RefuseTranscript(t.Context(), store.TranscriptRefusal{RoomAct: w.act("plaintiff"), Hearing: h.ID, Reason: "没有看录像"}))
	return h
}

// TestAHearingIsClosedWithoutTranscriptOnlyIfAllAgreed, and what the participants sign then is the list of the recording's files, with one value for all of them.
func TestAHearingIsClosedWithoutTranscriptOnlyIfAllAgreed(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		ctx, done := t.Context(), w.done(t)
		refused := refusedAs[store.Appended]
		trial := w.schedule(t, w.newHearing("judge"))
		refused(t, court.ErrReplaceRule, "")(w.proposes(t, "judge", trial.ID, true)) // the case isn't in the simple procedure
		refused(t, court.ErrHearingState, "")(w.agreesTo(t, "plaintiff", trial.ID, true))

		h := w.mediating(t)
		w.wrote(t, "clerk", h.ID, w.said(w.party("judge"), "现在调解。"))
		refused(t, court.ErrHearingState, "")(w.proposes(t, "judge", h.ID, true))
		refused(t, court.ErrForbidden, "")(w.proposes(t, "plaintiff", h.ID, true))
		refused(t, court.ErrForbidden, "")(w.agreesTo(t, "judge", h.ID, true))
		done(w.agreesTo(t, "plaintiff", h.ID, true))
		refused(t, court.ErrHearingState, "")(w.agreesTo(t, "plaintiff", h.ID, false))
		asked := func(who string) int {
			t.Helper()
			st, err := w.Store.Standing(ctx, w.Cases[0], w.Seats[who].PersonID, "")
			if err != nil {
				t.Fatal(err)
			}
			a, err := w.Store.ReplacementAsked(ctx, w.Cases[0], w.hearing(t, h.ID), st)
			if err != nil || a.Propose || len(a.Waiting) != 1 {
				t.Errorf("%s: %+v, %v", who, a, err)
			}
			return len(a.Answer)
		}
		if p, d, l := asked("plaintiff"), asked("defendant"), asked("lawyer"); p != 0 || d != 1 || l != 1 {
			t.Errorf("asked are %d, %d, %d", p, d, l)
		}
		done(w.agreesTo(t, "lawyer", h.ID, true)) // for the defendant
		refused(t, court.ErrHearingState, "")(w.agreesTo(t, "defendant", h.ID, false))
		done(w.stepHearing("judge", h.ID, court.KindHearingClosed, ""))
		if !w.hearing(t, h.ID).Replaced() {
			t.Fatalf("all agreed: %+v", w.hearing(t, h.ID).Replacement)
		}
		refusedAs[*store.LinesSaved](t, court.ErrTranscriptReplaced, "")(w.writes("clerk", h.ID, "p", w.said(w.party("judge"), "x")))
		refused(t, court.ErrRecordingUnfinished, "")(w.confirm(t, "clerk", h.ID, w.recordedSum(t, h.ID)))
		part := recordedPart(t, h.ID, w.party("plaintiff"), 1, w.clock.Load())
		if err := w.files.TakeRecording(ctx, part); err != nil {
			t.Fatal(err)
		}
		refused(t, court.ErrDraftChanged, "")(w.confirm(t, "clerk", h.ID, hearing.Integrity(nil))) // a print of other files
		done(w.confirm(t, "clerk", h.ID, w.recordedSum(t, h.ID)))
		got := w.transcript(t, "lawyer", h.ID)
		if !got.Replaced || !got.Intact || got.Integrity != w.recordedSum(t, h.ID) || len(got.Lines) != 4 || got.Lines[0].Speaker != w.party("plaintiff") {
			t.Errorf("laid before them: %+v", got)
		}
		files, err := w.Store.Recordings(ctx, w.Cases[0], h.ID)
		for i, f := range files {
			if err != nil || !strings.Contains(got.Lines[i].Text, f.SHA256) || got.Lines[i].At != f.At {
				t.Errorf("%+v is listed as %+v, %v", f, got.Lines[i], err)
			}
		}
		if len(got.Signers) != 1 || got.Signers[0].Seat != w.party("plaintiff") { // the court confirms nothing, and who wasn't there has nothing to confirm
			t.Errorf("it is signed by %+v", got.Signers)
		}
		refused(t, court.ErrForbidden, "")(w.Store.AskCorrection(ctx, store.CorrectionAsked{RoomAct: w.act("plaintiff"), Hearing: h.ID, Line: got.Lines[0].ID, Text: "x"}))
		refused(t, court.ErrDocumentChanged, "")(w.Store.SignTranscript(ctx, store.TranscriptSignature{RoomAct: w.act("plaintiff"), Hearing: h.ID, SHA256: got.Integrity}))
		refused(t, court.ErrTranscriptFixed, "")(w.proposes(t, "judge", h.ID, false)) // the list lies before them
		done(w.signs(t, "plaintiff", h.ID))
		if got := w.transcript(t, "clerk", h.ID); got.Status != transcript.Complete {
			t.Errorf("all have signed: %+v", got.State)
		}

		other := w.mediating(t)
		done(w.agreesTo(t, "plaintiff", other.ID, false))
		refused(t, court.ErrHearingState, "")(w.agreesTo(t, "lawyer", other.ID, true))
		done(w.stepHearing("judge", other.ID, court.KindHearingClosed, ""))
		if w.hearing(t, other.ID).Replaced() {
			t.Error("somebody declined")
		}
		w.wrote(t, "clerk", other.ID, w.said(w.party("judge"), "现在调解。")) // as after any hearing
		refused(t, court.ErrHearingOver, "")(w.agreesTo(t, "lawyer", other.ID, true))

		lost := w.mediating(t) // its last part never comes
		for _, who := range []string{"plaintiff", "lawyer"} {
			done(w.agreesTo(t, who, lost.ID, true))
		}
		done(w.stepHearing("judge", lost.ID, court.KindHearingClosed, ""))
		refused(t, court.ErrForbidden, "")(w.proposes(t, "plaintiff", lost.ID, false))
		refused(t, court.ErrInvalid, "reason")(w.Store.ProposeReplacement(ctx, store.ReplacementProposal{RoomAct: w.act("judge"), Hearing: lost.ID}))
		done(w.proposes(t, "judge", lost.ID, false))
		w.wrote(t, "clerk", lost.ID, w.said(w.party("judge"), "现在调解。"))
		if v := w.transcript(t, "clerk", lost.ID); v.Replaced || len(v.Lines) != 1 {
			t.Errorf("after the proposal was taken back: %+v", v)
		}
	})
}

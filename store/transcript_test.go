package store_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/court/transcript"
)

// sitting is a hearing in session with judge, clerk, plaintiff, and a witness who was called.
func (w *evidenceWorld) sitting(t *testing.T) (h *hearing.State, witness string) {
	t.Helper()
	done := w.done(t)
	n := w.newHearing("judge")
	n.At, n.Short = w.clock.Load()+dayMS, true
	h = w.schedule(t, n)
	for _, who := range []string{"plaintiff", "lawyer"} {
		done(w.Store.WaiveHearingNotice(t.Context(), store.HearingWaiver{RoomAct: w.act(who), Hearing: h.ID}))
	}
	done(w.stepHearing("clerk", h.ID, court.KindHearingOpened, ""))
	w.acceptRules(t, "plaintiff")
	for _, who := range []string{"judge", "clerk", "plaintiff"} {
		done(w.enterHearing(who, h.ID))
	}
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingChecked, ""))
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
	done(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
	witness = w.summon(t, h.ID)
	done(w.Store.EnterHearing(t.Context(), store.HearingEntry{RoomAct: w.guestAct("witness"), Hearing: h.ID, Discipline: "v1", CodeAge: 2 * time.Hour}))
	for _, kind := range []court.Kind{court.KindHearingChecked, court.KindHearingCalled} {
		done(w.Store.ActOnSeat(t.Context(), store.SeatAct{RoomAct: w.act("judge"), Hearing: h.ID, Seat: witness, Kind: kind}))
	}
	return h, witness
}

// writes has somebody write on a page of its own.
func (w *evidenceWorld) writes(who, id, pen string, changes ...store.LineChange) (*store.LinesSaved, error) {
	p := w.Seats[who]
	return w.Store.WriteTranscript(context.Background(), store.LinesChange{CaseID: w.Cases[0], Hearing: id, PersonID: p.PersonID, SessionID: p.SessionID, Pen: pen, Changes: changes})
}

func (w *evidenceWorld) wrote(t *testing.T, who, id string, changes ...store.LineChange) *store.LinesSaved {
	t.Helper()
	saved, err := w.writes(who, id, store.NewID(), changes...)
	if err != nil || len(saved.Conflicts) != 0 {
		t.Fatalf("%s writes: %+v, %v", who, saved, err)
	}
	w.clock.Add(1000)
	return saved
}

func (w *evidenceWorld) said(seat, text string) store.LineChange {
	return store.LineChange{Line: store.NewID(), Kind: transcript.Speech, Speaker: seat, Text: text}
}

// transcript gives it as somebody reads it.
func (w *evidenceWorld) transcript(t *testing.T, who, id string) *store.Transcript {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	got, err := w.Store.Transcript(t.Context(), w.Cases[0], id, st, 0)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func words(lines []store.WrittenLine) (list []string) {
	for _, l := range lines {
		list = append(list, l.Text)
	}
	return list
}

func (w *evidenceWorld) present(t *testing.T, who, id string) (store.Appended, error) {
	t.Helper()
	file := w.upload(t, w.Seats[who], court.KindFile, "笔录.pdf", pdf(1000+int(pageSeed.Add(1)), 1))
	return w.Store.PresentTranscript(t.Context(), store.TranscriptPresentation{RoomAct: w.act(who), Hearing: id, Document: file.ID, SHA256: file.SHA256, Changes: w.transcript(t, who, id).Changes})
}

func (w *evidenceWorld) answer(t *testing.T, who, id, correction string, granted bool) (store.Appended, error) {
	t.Helper()
	file := w.upload(t, w.Seats[who], court.KindFile, "笔录.pdf", pdf(1000+int(pageSeed.Add(1)), 1))
	return w.Store.AnswerCorrection(t.Context(), store.CorrectionAnswered{RoomAct: w.act(who), Hearing: id, Correction: correction, Granted: granted, Reason: "已核对录音录像",
		Document: file.ID, SHA256: file.SHA256, Revision: w.transcript(t, who, id).Revision})
}

func (w *evidenceWorld) signs(t *testing.T, who, id string) (store.Appended, error) {
	t.Helper()
	return w.Store.SignTranscript(t.Context(), store.TranscriptSignature{RoomAct: w.act(who), Hearing: id, SHA256: w.transcript(t, who, id).SHA256, Signature: "signature of " + who})
}

// everyTranscript does every kind of act on transcripts.
func (w *evidenceWorld) everyTranscript(t *testing.T) {
	t.Helper()
	done := w.done(t)
	h, witness := w.sitting(t)
	line := w.said(w.party("plaintiff"), "收到过一千元。")
	w.wrote(t, "clerk", h.ID, w.said(w.party("judge"), "收到过多少？"), line, w.said(witness, "我在场。"))
	done(w.Store.SetTranscriptLive(t.Context(), w.act("judge"), h.ID, false))
	done(w.present(t, "clerk", h.ID))
	done(w.Store.ReopenTranscript(t.Context(), w.act("judge"), h.ID, "漏记"))
	done(w.present(t, "judge", h.ID))
	done(w.Store.AskCorrection(t.Context(), store.CorrectionAsked{RoomAct: w.act("plaintiff"), Hearing: h.ID, Line: line.Line, Text: "收到过五百元。", Reason: "听错"}))
	done(w.answer(t, "clerk", h.ID, w.transcript(t, "clerk", h.ID).Corrections[0].ID, true))
	done(w.signs(t, "judge", h.ID))
	done(w.signs(t, "clerk", h.ID))
	done(w.Store.RefuseTranscript(t.Context(), store.TranscriptRefusal{RoomAct: w.act("plaintiff"), Hearing: h.ID, Reason: "仍有出入"}))
	done(w.Store.RefuseTranscript(t.Context(), store.TranscriptRefusal{RoomAct: w.act("clerk"), Hearing: h.ID, Seat: witness, Reason: "证人已离开，口头表示不签"}))
	done(w.Store.CloseTranscript(t.Context(), w.act("judge"), h.ID, "拒签，记明情况附卷"))
}

// TestTheListOfTranscriptsFollowsFromTheEventsAlone, every act on them done.
func TestTheListOfTranscriptsFollowsFromTheEventsAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyTranscript(t)
		w.everyReplacement(t)
		w.followsFromTheEvents(t, []string{"transcript", "hearing"})
	})
}

// TestATranscriptIsReadByWhoMayAndWhenAlone: what is being written by who is in the room and a witness isn't, while the court lets them; what was laid before them by all.
func TestATranscriptIsReadByWhoMayAndWhenAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		done := w.done(t)
		h, witness := w.sitting(t)
		saved := w.wrote(t, "clerk", h.ID, w.said(w.party("judge"), "现在开庭。"), w.said(witness, "我看见他付了钱。"))
		if !slices.Equal(saved.Readers, []string{w.party("plaintiff")}) {
			t.Errorf("read along: %q", saved.Readers)
		}
		reads := func(who string, want bool) {
			t.Helper()
			if got := w.transcript(t, who, h.ID); got.Readers != want || len(got.Lines) > 0 != want {
				t.Errorf("%s reads %v: %q", who, got.Readers, words(got.Lines))
			}
		}
		reads("judge", true)
		reads("plaintiff", true)
		reads("defendant", false) // isn't in the room
		testimony := func() *store.Testimony {
			t.Helper()
			got, err := w.Store.Testimony(t.Context(), h.ID, witness)
			if err != nil {
				t.Fatal(err)
			}
			return got
		}
		if got := testimony(); len(got.Lines) != 0 || got.Me != nil {
			t.Errorf("a witness reads along: %+v", got)
		}
		done(w.Store.SetTranscriptLive(t.Context(), w.act("clerk"), h.ID, false))
		reads("plaintiff", false)
		if saved := w.wrote(t, "judge", h.ID, w.said(w.party("judge"), "休庭。")); len(saved.Readers) != 0 {
			t.Errorf("read along: %q", saved.Readers)
		}
		done(w.present(t, "clerk", h.ID))
		for _, who := range []string{"judge", "plaintiff", "defendant", "lawyer"} {
			reads(who, true)
		}
		if got := testimony(); len(got.Lines) != 1 || got.Lines[0].Text != "我看见他付了钱。" || got.Me == nil {
			t.Errorf("a witness reads %+v", got)
		}
		refusedAs[*store.LinesSaved](t, court.ErrForbidden, "")(w.writes("plaintiff", h.ID, "p", w.said(w.party("judge"), "x")))
		refusedAs[*store.LinesSaved](t, court.ErrNotFound, "")(w.writes("stranger", h.ID, "p", w.said(w.party("judge"), "x")))
	})
}

// TestATranscriptIsCorrectedAndSignedAsItWasShown: nobody signs what may still change, a granted correction is signed by all anew, and it is complete when all have signed.
func TestATranscriptIsCorrectedAndSignedAsItWasShown(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		ctx, done := t.Context(), w.done(t)
		h, witness := w.sitting(t)
		line, spoke := w.said(w.party("plaintiff"), "收到过一千元。"), w.said(witness, "我在场。")
		refused := refusedAs[store.Appended]
		refused(t, court.ErrTranscriptEmpty, "")(w.present(t, "clerk", h.ID))
		w.wrote(t, "clerk", h.ID, line, spoke)
		ask := func(who, text string) store.CorrectionAsked {
			return store.CorrectionAsked{RoomAct: w.act(who), Hearing: h.ID, Line: line.Line, Text: text}
		}
		refused(t, court.ErrTranscriptUnread, "")(w.Store.AskCorrection(ctx, ask("plaintiff", "x")))
		before := w.transcript(t, "clerk", h.ID).Changes
		w.wrote(t, "judge", h.ID, w.said(w.party("judge"), "闭庭。"))
		refused(t, court.ErrDraftChanged, "")(w.Store.PresentTranscript(ctx, store.TranscriptPresentation{RoomAct: w.act("clerk"), Hearing: h.ID, Changes: before}))
		done(w.present(t, "clerk", h.ID))
		refusedAs[*store.LinesSaved](t, court.ErrTranscriptFixed, "")(w.writes("clerk", h.ID, "p", w.said(w.party("judge"), "x")))

		got := w.transcript(t, "plaintiff", h.ID)
		if len(got.Signers) != 4 || !got.Intact || got.Until <= w.clock.Load()+4*dayMS || got.Until > w.clock.Load()+6*dayMS {
			t.Errorf("laid before them: %+v", got.State)
		}
		refused(t, court.ErrForbidden, "")(w.Store.AskCorrection(ctx, ask("defendant", "x"))) // was not there
		refused(t, court.ErrInvalid, "text")(w.Store.AskCorrection(ctx, ask("plaintiff", line.Text)))
		done(w.signs(t, "judge", h.ID))
		guest := ask("witness", "x")
		guest.CaseID = ""
		refused(t, court.ErrNotFound, "line")(w.Store.AskCorrection(ctx, guest)) // not its own part
		guest.RoomAct, guest.Line, guest.Text = w.guestAct("witness"), spoke.Line, "我当时在场。"
		done(w.Store.AskCorrection(ctx, guest))
		done(w.Store.AskCorrection(ctx, ask("plaintiff", "收到过五百元。")))
		refused(t, court.ErrTranscriptOpen, "")(w.signs(t, "plaintiff", h.ID))
		asked := w.transcript(t, "clerk", h.ID).Corrections
		refused(t, court.ErrInvalid, "reason")(w.Store.AnswerCorrection(ctx, store.CorrectionAnswered{RoomAct: w.act("clerk"), Hearing: h.ID, Correction: asked[1].ID}))
		done(w.answer(t, "clerk", h.ID, asked[1].ID, false))
		refused(t, court.ErrTranscriptAnswered, "")(w.answer(t, "clerk", h.ID, asked[1].ID, true))
		if p := w.transcript(t, "clerk", h.ID).Signer(w.party("judge")); p.Answer != transcript.Signed {
			t.Errorf("a refused correction undid a signature: %+v", p)
		}
		done(w.answer(t, "clerk", h.ID, asked[0].ID, true))
		if p := w.transcript(t, "clerk", h.ID).Signer(w.party("judge")); p.Answer != transcript.Waiting || !p.Again {
			t.Errorf("what was signed before a correction stands: %+v", p)
		}

		refused(t, court.ErrDocumentChanged, "")(w.Store.SignTranscript(ctx, store.TranscriptSignature{RoomAct: w.act("plaintiff"), Hearing: h.ID, SHA256: got.SHA256}))
		refused(t, court.ErrSigningWaiting, "")(w.Store.CloseTranscript(ctx, w.act("judge"), h.ID, "r"))
		part, err := w.Store.Testimony(ctx, h.ID, witness)
		if err != nil || len(part.Lines) != 1 || part.Lines[0].Text != "我当时在场。" || len(part.Asked) != 1 {
			t.Fatalf("the witness reads %+v, %v", part, err)
		}
		done(w.Store.SignTranscript(ctx, store.TranscriptSignature{RoomAct: w.guestAct("witness"), Hearing: h.ID, SHA256: part.SHA256, Signature: "signature of witness"}))
		for _, who := range []string{"plaintiff", "judge"} {
			done(w.signs(t, who, h.ID))
		}
		refused(t, court.ErrSigned, "")(w.signs(t, "judge", h.ID))
		if s := w.transcript(t, "clerk", h.ID).Status; s != transcript.Reading {
			t.Errorf("one is lacking, and it is %s", s)
		}
		done(w.signs(t, "clerk", h.ID))
		if s := w.transcript(t, "defendant", h.ID); s.Status != transcript.Complete || s.EndedAt == 0 {
			t.Errorf("all have signed: %+v", s.State)
		}
		refused(t, court.ErrTranscriptEnded, "")(w.Store.ReopenTranscript(ctx, w.act("judge"), h.ID, "r"))
	})
}

// TestNoCorrectionIsTakenAfterFiveDaysAndThenItCanBeClosed, also where somebody has done nothing.
func TestNoCorrectionIsTakenAfterFiveDaysAndThenItCanBeClosed(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		done := w.done(t)
		h, _ := w.sitting(t)
		line := w.said(w.party("plaintiff"), "收到过一千元。")
		w.wrote(t, "clerk", h.ID, line)
		done(w.present(t, "clerk", h.ID))
		done(w.signs(t, "judge", h.ID))
		done(w.signs(t, "clerk", h.ID))
		refusedAs[store.Appended](t, court.ErrSigningWaiting, "")(w.Store.CloseTranscript(t.Context(), w.act("judge"), h.ID, "逾期未签"))
		w.clock.Store(w.transcript(t, "judge", h.ID).Until + 1)
		for _, who := range []string{"judge", "plaintiff"} {
			w.SignIn(t, w.Seats[who])
		}
		refusedAs[store.Appended](t, court.ErrTranscriptPeriod, "")(w.Store.AskCorrection(t.Context(), store.CorrectionAsked{RoomAct: w.act("plaintiff"), Hearing: h.ID, Line: line.Line, Text: "x"}))
		done(w.Store.CloseTranscript(t.Context(), w.act("judge"), h.ID, "逾期未签"))
		refusedAs[store.Appended](t, court.ErrTranscriptEnded, "")(w.signs(t, "plaintiff", h.ID))
	})
}

// TestTwoWriteOneTranscriptAndNothingIsLost: lines that two write at once all stand there, in the order in which each wrote its own; a line that both change is as the first left it, and the second
// is told; who repeats what it has sent changes nothing.
func TestTwoWriteOneTranscriptAndNothingIsLost(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		h, _ := w.sitting(t)
		const each = 40
		var wait sync.WaitGroup
		for _, who := range []string{"clerk", "judge"} {
			wait.Go(func() {
				pen, after := store.NewID(), ""
				for i := range each {
					l := store.LineChange{Line: fmt.Sprintf("%s-%d", who, i), Kind: transcript.Note, Text: fmt.Sprint(i), After: &after}
					for range 2 { // the answer to the first was lost
						if saved, err := w.writes(who, h.ID, pen, l); err != nil || len(saved.Conflicts) != 0 {
							t.Errorf("%s: %+v, %v", who, saved, err)
						}
					}
					l.Text += "。" // written on before the answer came
					if saved, err := w.writes(who, h.ID, pen, l); err != nil || len(saved.Conflicts) != 0 {
						t.Errorf("%s: %+v, %v", who, saved, err)
					}
					after = l.Line
				}
			})
		}
		wait.Wait()
		got := w.transcript(t, "clerk", h.ID)
		for _, who := range []string{"clerk", "judge"} {
			var own []string
			for _, l := range got.Lines {
				if strings.HasPrefix(l.ID, who) {
					own = append(own, l.Text)
				}
			}
			var want []string
			for i := range each {
				want = append(want, fmt.Sprintf("%d。", i))
			}
			if !slices.Equal(own, want) {
				t.Errorf("%s wrote %q", who, own)
			}
		}
		first := got.Lines[0]
		change := func(who, text string) *store.LinesSaved {
			t.Helper()
			saved, err := w.writes(who, h.ID, store.NewID(), store.LineChange{Line: first.ID, Revision: first.Revision, Kind: transcript.Note, Text: text})
			if err != nil {
				t.Fatal(err)
			}
			return saved
		}
		change("clerk", "书记员的")
		if saved := change("judge", "法官的"); !slices.Equal(saved.Conflicts, []string{first.ID}) || saved.Lines[0].Text != "书记员的" {
			t.Errorf("the second: %+v", saved)
		}
		change("judge", "书记员的") // the same by chance
		if got := w.transcript(t, "judge", h.ID); got.Lines[0].Text != "书记员的" {
			t.Errorf("it says %q", got.Lines[0].Text)
		}
		st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats["judge"].PersonID, "")
		if err != nil {
			t.Fatal(err)
		}
		since := w.transcript(t, "judge", h.ID).Changes
		w.wrote(t, "clerk", h.ID, store.LineChange{Line: first.ID, Revision: w.transcript(t, "clerk", h.ID).Lines[0].Revision, Kind: transcript.Note, Text: "书记员的", Removed: true})
		if news, err := w.Store.Transcript(t.Context(), w.Cases[0], h.ID, st, since); err != nil || len(news.Lines) != 1 || !news.Lines[0].Removed {
			t.Errorf("what is new: %+v, %v", news, err)
		}
	})
}

// TestLinesAreFoundRoomForHoweverOftenOneIsPutBetween.
func TestLinesAreFoundRoomForHoweverOftenOneIsPutBetween(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		h, _ := w.sitting(t)
		front := ""
		var want []string
		for i := range 60 { // each before all others: halves the room 60 times
			w.wrote(t, "clerk", h.ID, store.LineChange{Line: store.NewID(), Kind: transcript.Note, Text: fmt.Sprint(i), After: &front})
			want = append([]string{fmt.Sprint(i)}, want...)
		}
		if got := words(w.transcript(t, "clerk", h.ID).Lines); !slices.Equal(got, want) {
			t.Errorf("they stand as %q", got)
		}
	})
}

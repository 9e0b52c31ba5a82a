package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/court/hearing"
	"microcourt/store/storetest"
)

const dayMS = int64(24 * 60 * 60 * 1000)

// noQuestion answers each question of the rule with no.
func noQuestion() map[hearing.Question]bool {
	m := map[hearing.Question]bool{}
	for _, q := range hearing.Questions {
		m[q] = false
	}
	return m
}

// newHearing is a trial in five days, by the judge.
func (w *evidenceWorld) newHearing(who string) store.NewHearing {
	return store.NewHearing{RoomAct: w.act(who), Type: hearing.Trial, Mode: hearing.Synchronous, At: w.clock.Load() + 5*dayMS, Minutes: 90, Public: true,
		Checklist: noQuestion(), Discipline: "v1"}
}

func (w *evidenceWorld) schedule(t *testing.T, n store.NewHearing) *hearing.State {
	t.Helper()
	s, err := w.Store.ScheduleHearing(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(1000)
	return s
}

// hearing gives a hearing as it stands.
func (w *evidenceWorld) hearing(t *testing.T, id string) *hearing.State {
	t.Helper()
	s, caseID, err := w.Store.HearingState(t.Context(), id)
	if err != nil || caseID != w.Cases[0] {
		t.Fatalf("%s, %v", caseID, err)
	}
	return s
}

func (w *evidenceWorld) stepHearing(who, id string, kind court.Kind, reason string) (store.Appended, error) {
	return w.Store.StepHearing(context.Background(), store.HearingStep{RoomAct: w.act(who), Hearing: id, Kind: kind, Reason: reason})
}

func (w *evidenceWorld) enterHearing(who, id string) (store.Appended, error) {
	return w.Store.EnterHearing(context.Background(), store.HearingEntry{RoomAct: w.act(who), Hearing: id, Discipline: "v1", CodeAge: 2 * time.Hour})
}

func (w *evidenceWorld) onSeat(who, id, seat string, kind court.Kind, reason string) (store.Appended, error) {
	return w.Store.ActOnSeat(context.Background(), store.SeatAct{RoomAct: w.act(who), Hearing: id, Seat: w.party(seat), Kind: kind, Reason: reason})
}

func (w *evidenceWorld) setSeat(who, id, seat string, set hearing.SeatSet) (store.Appended, error) {
	return w.Store.SetSeat(context.Background(), store.SeatSetting{RoomAct: w.act(who), Hearing: id, Seat: w.party(seat), SeatSet: set})
}

// summon summons a witness to a hearing, who signs in and accepts its rules.
func (w *evidenceWorld) summon(t *testing.T, id string) (seat string) {
	t.Helper()
	n := store.GuestInvitation{RoomAct: w.act("clerk"), Hearing: id, Name: "丁", Phone: "13700000001"}
	for range 2 { // the same act again gives the same seat
		again, err := w.Store.SummonWitness(t.Context(), n)
		if err != nil || seat != "" && again != seat {
			t.Fatalf("%s, then %s, %v", seat, again, err)
		}
		seat = again
	}
	w.Seats["witness"] = &storetest.Seat{Name: "witness", Role: court.RolePerson, Phone: n.Phone}
	w.SignIn(t, w.Seats["witness"])
	a := w.guestAct("witness")
	if err := w.Store.AcceptRules(t.Context(), id, store.NoticeAcceptance{PersonID: a.PersonID, SessionID: a.SessionID, Version: "v1", SHA256: "00"}); err != nil {
		t.Fatal(err)
	}
	w.clock.Add(1000)
	return seat
}

// guestAct says which guest does something now; of the case it knows nothing.
func (w *evidenceWorld) guestAct(who string) store.RoomAct {
	a := w.act(who)
	a.CaseID = ""
	return a
}

// acceptRules accepts the rules of the hearing for somebody.
func (w *evidenceWorld) acceptRules(t *testing.T, who string) {
	t.Helper()
	p := w.Seats[who]
	err := w.Store.AcceptNotice(t.Context(), store.NoticeAcceptance{CaseID: w.Cases[0], PersonID: p.PersonID, SessionID: p.SessionID, Notice: court.NoticeHearing, Version: "v1", SHA256: "00"})
	if err != nil {
		t.Fatal(err)
	}
	w.clock.Add(1000)
}

// refused sees which error an act was answered with.
func refusedAs[A any](t *testing.T, want *court.Error, field string) func(A, error) {
	t.Helper()
	return func(_ A, err error) {
		t.Helper()
		if err == nil {
			t.Errorf("not refused, want %s", want.Code)
			return
		}
		if e := court.AsError(err); e.Code != want.Code || e.Field != field {
			t.Errorf("refused with %s in %q (%v), want %s in %q", e.Code, e.Field, err, want.Code, field)
		}
	}
}

var yes, no = func() *bool { b := true; return &b }(), new(bool)

// everyHearing does every kind of act on hearings.
func (w *evidenceWorld) everyHearing(t *testing.T) {
	t.Helper()
	done := w.done(t)
	ctx := t.Context()
	note := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(1000)
	}
	short := w.newHearing("judge")
	short.At, short.Short, short.Public, short.Reason = w.clock.Load()+dayMS, true, false, "涉及商业秘密"
	h := w.schedule(t, short)
	done(w.Store.WaiveHearingNotice(ctx, store.HearingWaiver{RoomAct: w.act("plaintiff"), Hearing: h.ID}))
	done(w.Store.WaiveHearingNotice(ctx, store.HearingWaiver{RoomAct: w.act("lawyer"), Hearing: h.ID}))
	done(w.stepHearing("clerk", h.ID, court.KindHearingOpened, ""))
	w.acceptRules(t, "plaintiff")
	for _, who := range []string{"judge", "clerk", "plaintiff"} {
		done(w.enterHearing(who, h.ID))
	}
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingChecked, ""))
	done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
	done(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
	note(w.Store.NoteRecording(ctx, hearing.RecordingBody{Hearing: h.ID, Part: 1, State: hearing.RecordingStarted}))
	note(w.Store.NoteBreak(ctx, hearing.BreakBody{Hearing: h.ID, From: w.clock.Load() - 2000, Length: 1800, Reason: hearing.BreakMoved}))
	done(w.Store.SetHearingPhase(ctx, w.act("clerk"), h.ID, hearing.Investigation))
	x := w.submit(t, "plaintiff", "合同")
	done(w.Store.ShowExhibit(ctx, w.act("judge"), h.ID, x.Exhibits[0].ID, 1, false))
	done(w.setSeat("judge", h.ID, "plaintiff", hearing.SeatSet{Floor: yes}))
	seat := w.summon(t, h.ID)
	witness := w.guestAct("witness")
	promised := w.upload(t, w.Seats["witness"], court.KindFile, "保证书.pdf", pdf(1000+int(pageSeed.Add(1)), 1))
	done(w.Store.Undertake(ctx, store.WitnessUndertaking{RoomAct: w.guestAct("witness"), Document: promised.ID, DocumentSHA256: promised.SHA256,
		UndertakingBody: hearing.UndertakingBody{Hearing: h.ID, Version: "v1", SHA256: "00", Signature: "S"}}))
	done(w.Store.EnterHearing(ctx, store.HearingEntry{RoomAct: witness, Hearing: h.ID, Discipline: "v1", CodeAge: 2 * time.Hour}))
	for _, kind := range []court.Kind{court.KindHearingChecked, court.KindHearingCalled, court.KindHearingDismissed} {
		done(w.Store.ActOnSeat(ctx, store.SeatAct{RoomAct: w.act("judge"), Hearing: h.ID, Seat: seat, Kind: kind}))
	}
	done(w.Store.LeaveHearing(ctx, w.guestAct("witness"), h.ID))
	done(w.Store.SetOwnSeat(ctx, store.SeatSetting{RoomAct: w.act("plaintiff"), Hearing: h.ID, SeatSet: hearing.SeatSet{Hand: yes}}))
	done(w.Store.ConsultHearing(ctx, w.act("judge"), h.ID, true))
	done(w.Store.ConsultHearing(ctx, w.act("judge"), h.ID, false))
	note(w.Store.DropSeat(ctx, h.ID, w.party("plaintiff")))
	done(w.enterHearing("plaintiff", h.ID))
	done(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingWarned, "打断他人发言"))
	done(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingRemoved, "拒不听从劝告"))
	done(w.Store.LeaveHearing(ctx, w.act("judge"), h.ID))
	done(w.enterHearing("judge", h.ID))
	done(w.stepHearing("judge", h.ID, court.KindHearingResumed, ""))
	done(w.stepHearing("judge", h.ID, court.KindHearingAdjourned, "休庭"))
	done(w.Store.PostponeHearing(ctx, store.HearingMove{RoomAct: w.act("clerk"), Hearing: h.ID, At: w.clock.Load() + 4*dayMS, Reason: "另定时间"}))
	done(w.stepHearing("judge", h.ID, court.KindHearingResumed, ""))
	note(w.files.TakeRecording(ctx, recordedPart(t, h.ID, w.party("judge"), 1, w.clock.Load())))
	done(w.Store.ShareRecording(ctx, store.RecordingShare{RoomAct: w.act("judge"), SharedBody: hearing.SharedBody{Hearing: h.ID, Seat: w.party("plaintiff"), On: true}}))
	done(w.stepHearing("judge", h.ID, court.KindHearingClosed, ""))
	w.everyStatement(t)
	done(w.stepHearing("judge", w.schedule(t, w.newHearing("clerk")).ID, court.KindHearingCancelled, "调解成功"))
	inquiry := w.newHearing("judge")
	inquiry.Type = hearing.Inquiry
	done(w.stepHearing("judge", w.schedule(t, inquiry).ID, court.KindHearingOffline, "需要查验实物"))
}

// mp4 is the beginning of a video, made different by a number.
func mp4(n int) []byte {
	return append([]byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00mp42isom"), fmt.Appendf(nil, "%0200d", n)...)
}

// everyStatement holds a hearing that each attends at its own time.
func (w *evidenceWorld) everyStatement(t *testing.T) {
	t.Helper()
	done := w.done(t)
	for _, who := range []string{"plaintiff", "lawyer"} {
		done(w.declare(who, map[consent.Stage]bool{consent.HearingEach: true}))
	}
	n := w.newHearing("judge")
	n.Mode, n.Checklist, n.At, n.Minutes = hearing.Asynchronous, nil, w.clock.Load()+4*dayMS, 7*24*60
	n.Conditions = map[hearing.Condition]bool{hearing.Simple: true, hearing.Difficult: true, hearing.Applied: true, hearing.Undisputed: true}
	h := w.schedule(t, n)
	done(w.stepHearing("clerk", h.ID, court.KindHearingOpened, ""))
	phase := hearing.Debate
	statement := func(who, media string) (store.Appended, error) {
		t.Helper()
		var a *store.Attachment
		if media == "video" {
			a = w.upload(t, w.Seats[who], court.KindVideo, "陈述.mp4", mp4(int(pageSeed.Add(1))))
		} else {
			a = w.upload(t, w.Seats[who], court.KindFile, "陈述.pdf", pdf(1000+int(pageSeed.Add(1)), 1))
		}
		return w.Store.GiveStatement(t.Context(), store.HearingStatement{HearingEntry: store.HearingEntry{RoomAct: w.act(who), Hearing: h.ID, Discipline: "v1", CodeAge: 2 * time.Hour},
			Phase: phase, Attachment: a.ID, SHA256: a.SHA256})
	}
	refusedAs[store.Appended](t, court.ErrHearingPeriod, "")(statement("plaintiff", "video"))
	refusedAs[store.Appended](t, court.ErrHearingMode, "")(w.enterHearing("plaintiff", h.ID))
	refusedAs[store.Appended](t, court.ErrHearingMode, "")(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
	w.clock.Store(h.At)
	for _, who := range []string{"plaintiff", "defendant", "judge", "clerk", "lawyer"} {
		w.SignIn(t, w.Seats[who])
	}
	refusedAs[store.Appended](t, court.ErrDisciplineRequired, "")(statement("defendant", "video"))
	refusedAs[store.Appended](t, court.ErrFileType, "statement.attachment")(statement("plaintiff", "pdf"))
	phase = hearing.Pronouncement
	refusedAs[store.Appended](t, court.ErrInvalid, "phase")(statement("plaintiff", "video"))
	phase = hearing.Debate
	done(statement("plaintiff", "video"))
	if s := w.hearing(t, h.ID); len(s.Statements) != 1 || s.Statements[0].Seat != w.party("plaintiff") || s.Statements[0].Phase != hearing.Debate || len(s.Statements[0].SHA256) != 64 {
		t.Errorf("it is %+v", s.Statements)
	}
	done(w.stepHearing("judge", h.ID, court.KindHearingClosed, ""))
	refusedAs[store.Appended](t, court.ErrHearingOver, "")(statement("plaintiff", "video"))
	if _, err := w.Store.Attendance(t.Context(), w.Cases[0], h.ID); !errors.Is(err, court.ErrHearingMode) {
		t.Errorf("who came to a hearing that nobody comes to: %v", err)
	}
}

// TestTheListOfHearingsFollowsFromTheEventsAlone, every act on hearings done.
func TestTheListOfHearingsFollowsFromTheEventsAlone(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		w.everyHearing(t)
		list, err := w.Store.Hearings(t.Context(), w.Cases[0])
		if err != nil || len(list) != 4 {
			t.Fatalf("%d hearings, %v", len(list), err)
		}
		for _, h := range list {
			if !h.Status.Over() {
				t.Errorf("%+v isn't over", h)
			}
		}
		w.followsFromTheEvents(t, []string{"hearing", "recording_file"})
		// What is moved offline is moved for the stage, and its parties declare nothing more on it.
		if s := w.stage(t, "plaintiff", consent.Inquiry); s.State != consent.Offline || s.Reason != "需要查验实物" {
			t.Errorf("the stage is %+v", s)
		}
	})
}

// TestWhatAHearingOnlineNeedsBeforeItIsScheduled: each thing that is missing is said.
func TestWhatAHearingOnlineNeedsBeforeItIsScheduled(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		try := func(want *court.Error, field string, change func(n *store.NewHearing)) {
			t.Helper()
			n := w.newHearing("judge")
			change(&n)
			refusedAs[*hearing.State](t, want, field)(w.Store.ScheduleHearing(t.Context(), n))
		}
		try(court.ErrInvalid, "type", func(n *store.NewHearing) { n.Type = "party" })
		try(court.ErrInvalid, "reason", func(n *store.NewHearing) { n.Public = false })
		try(court.ErrInvalid, "at", func(n *store.NewHearing) { n.At = w.clock.Load() - 1 })
		try(court.ErrInvalid, "minutes", func(n *store.NewHearing) { n.Minutes = 1 })
		try(court.ErrInvalid, "presiding", func(n *store.NewHearing) { n.Presiding = w.party("clerk") })
		try(court.ErrHearingNotice, "at", func(n *store.NewHearing) { n.At = w.clock.Load() + dayMS })
		try(court.ErrInvalid, "checklist.objected", func(n *store.NewHearing) { n.Checklist = nil })
		try(court.ErrHearingExcluded, "checklist.in_person", func(n *store.NewHearing) { n.Checklist[hearing.InPerson] = true })
		each := func(n *store.NewHearing) {
			n.Mode, n.Checklist = hearing.Asynchronous, nil
			n.Conditions = map[hearing.Condition]bool{hearing.Simple: true, hearing.Difficult: true, hearing.Applied: true, hearing.Undisputed: true}
		}
		try(court.ErrHearingUnapplied, "conditions.applied_in_writing", func(n *store.NewHearing) { each(n); delete(n.Conditions, hearing.Applied) })
		try(court.ErrHearingAgreement, "", each)
		try(court.ErrForbidden, "", func(n *store.NewHearing) { n.RoomAct = w.act("plaintiff") })
		stranger := w.act("stranger")
		try(court.ErrNotFound, "", func(n *store.NewHearing) { n.RoomAct = stranger })

		done := w.done(t)
		done(w.declare("plaintiff", map[consent.Stage]bool{consent.HearingEach: true, consent.HearingSync: true}))
		done(w.declare("lawyer", map[consent.Stage]bool{consent.HearingEach: true, consent.HearingSync: false}))
		try(court.ErrHearingRefused, "", func(*store.NewHearing) {})
		n := w.newHearing("clerk")
		each(&n)
		if h := w.schedule(t, n); h.Presiding != w.party("judge") || h.Title != "庭审" || len(h.Seats) != 5 {
			t.Errorf("it is %+v", h)
		}
		// The judge decides that the defendant comes to the court: then the others meet online, and its seat says so.
		done(w.Store.TransferStages(t.Context(), store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.HearingSync}, Parties: []string{w.party("defendant")}, Offline: true, Reason: "不同意在线"}))
		h := w.schedule(t, w.newHearing("judge"))
		if !h.Seat(w.party("defendant")).Offline || h.Seat(w.party("plaintiff")).Offline {
			t.Errorf("it is %+v", h.Seats)
		}
		again := w.newHearing("judge")
		first := w.schedule(t, again)
		if second := w.schedule(t, again); second.ID != first.ID {
			t.Error("the same act makes another hearing")
		}
	})
}

// TestWhatEnteringAHearingNeeds: each thing that is missing has its own answer, in the order in which it is dealt with.
func TestWhatEnteringAHearingNeeds(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		done := w.done(t)
		n := w.newHearing("judge")
		n.At, n.Short = w.clock.Load()+dayMS, true
		h := w.schedule(t, n)
		refuse := func(who string, want *court.Error) {
			t.Helper()
			refusedAs[store.Appended](t, want, "")(w.enterHearing(who, h.ID))
		}
		refuse("judge", court.ErrHearingNotOpen)
		refuse("stranger", court.ErrNotFound)
		refusedAs[store.Appended](t, court.ErrHearingUnwaived, "")(w.stepHearing("judge", h.ID, court.KindHearingOpened, ""))
		done(w.Store.WaiveHearingNotice(t.Context(), store.HearingWaiver{RoomAct: w.act("plaintiff"), Hearing: h.ID}))
		refusedAs[store.Appended](t, court.ErrHearingState, "")(w.Store.WaiveHearingNotice(t.Context(), store.HearingWaiver{RoomAct: w.act("plaintiff"), Hearing: h.ID}))
		refusedAs[store.Appended](t, court.ErrHearingUnwaived, "")(w.stepHearing("judge", h.ID, court.KindHearingOpened, ""))
		done(w.Store.WaiveHearingNotice(t.Context(), store.HearingWaiver{RoomAct: w.act("defendant"), Hearing: h.ID}))
		done(w.stepHearing("clerk", h.ID, court.KindHearingOpened, ""))

		refuse("plaintiff", court.ErrDisciplineRequired)
		w.acceptRules(t, "plaintiff")
		w.clock.Add(3 * 60 * 60 * 1000)
		refuse("plaintiff", court.ErrReverification)
		code, err := w.Store.CreateSignInCode(t.Context(), w.Seats["plaintiff"].Phone, store.DefaultCodeLimits)
		if err != nil {
			t.Fatal(err)
		}
		p := w.Seats["plaintiff"]
		if _, err := w.Store.Reverify(t.Context(), p.PersonID, p.SessionID, "no code", store.DefaultCodeLimits); court.AsError(err).Code != court.ErrCode.Code {
			t.Errorf("a wrong code: %v", err)
		}
		refuse("plaintiff", court.ErrReverification)
		if _, err := w.Store.Reverify(t.Context(), p.PersonID, p.SessionID, code.Code, store.DefaultCodeLimits); err != nil {
			t.Fatal(err)
		}
		refusedAs[store.Appended](t, court.ErrEnterFirst, "")(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
		done(w.enterHearing("plaintiff", h.ID))
		done(w.enterHearing("judge", h.ID))

		refusedAs[store.Appended](t, court.ErrUnchecked, "")(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
		refusedAs[store.Appended](t, court.ErrNotPresent, "")(w.onSeat("judge", h.ID, "defendant", court.KindHearingChecked, ""))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.onSeat("plaintiff", h.ID, "plaintiff", court.KindHearingChecked, ""))
		done(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingChecked, ""))
		done(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
		done(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
		if r := hearing.Permissions(w.hearing(t, h.ID), w.party("plaintiff")); !r.Receive || !r.SendAudio {
			t.Errorf("the plaintiff has %+v", r)
		}

		done(w.Store.TransferStages(t.Context(), store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.HearingSync}, Parties: []string{w.party("defendant")}, Offline: true, Reason: "到庭"}))
		refuse("defendant", court.ErrStageOffline)
		refuse("lawyer", court.ErrStageOffline) // who represents nobody else
		done(w.onSeat("judge", h.ID, "plaintiff", court.KindHearingRemoved, "扰乱秩序"))
		refuse("plaintiff", court.ErrHearingRemoved)
		done(w.stepHearing("judge", h.ID, court.KindHearingClosed, ""))
		refuse("plaintiff", court.ErrHearingOver)
		refusedAs[store.Appended](t, court.ErrHearingOver, "")(w.stepHearing("judge", h.ID, court.KindHearingResumed, ""))
	})
}

// TestWhoControlsWhatInAHearing: mute that is locked holds, a clerk sets nothing of a judge's, what is shown is the case's, and a judge who is gone pauses it.
func TestWhoControlsWhatInAHearing(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		done := w.done(t)
		h := w.schedule(t, w.newHearing("judge"))
		done(w.stepHearing("judge", h.ID, court.KindHearingOpened, ""))
		w.acceptRules(t, "plaintiff")
		for _, who := range []string{"judge", "clerk", "plaintiff"} {
			done(w.enterHearing(who, h.ID))
		}
		done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingChecked, ""))
		done(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingAdmitted, ""))
		refusedAs[store.Appended](t, court.ErrHearingState, "")(w.Store.SetHearingPhase(t.Context(), w.act("judge"), h.ID, hearing.Debate))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.stepHearing("clerk", h.ID, court.KindHearingStarted, ""))
		done(w.stepHearing("judge", h.ID, court.KindHearingStarted, ""))
		refusedAs[store.Appended](t, court.ErrHearingState, "")(w.stepHearing("judge", h.ID, court.KindHearingResumed, ""))

		own := func(set hearing.SeatSet) (store.Appended, error) {
			return w.Store.SetOwnSeat(t.Context(), store.SeatSetting{RoomAct: w.act("plaintiff"), Hearing: h.ID, SeatSet: set})
		}
		done(own(hearing.SeatSet{Muted: yes}))
		done(own(hearing.SeatSet{Muted: no}))
		done(w.setSeat("clerk", h.ID, "plaintiff", hearing.SeatSet{Locked: yes}))
		refusedAs[store.Appended](t, court.ErrMuteLocked, "")(own(hearing.SeatSet{Muted: no}))
		refusedAs[store.Appended](t, court.ErrInvalid, "muted")(own(hearing.SeatSet{Floor: yes, Locked: no}))
		if r := hearing.Permissions(w.hearing(t, h.ID), w.party("plaintiff")); r.SendAudio || !r.Receive {
			t.Errorf("muted the plaintiff has %+v", r)
		}
		done(own(hearing.SeatSet{Hand: yes}))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.setSeat("clerk", h.ID, "judge", hearing.SeatSet{Muted: yes}))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.setSeat("plaintiff", h.ID, "judge", hearing.SeatSet{Muted: yes}))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.onSeat("clerk", h.ID, "judge", court.KindHearingRemoved, "x"))
		refusedAs[store.Appended](t, court.ErrInvalid, "reason")(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingRemoved, ""))
		refusedAs[store.Appended](t, court.ErrInvalid, "seat")(w.onSeat("clerk", h.ID, "plaintiff", court.KindHearingCalled, ""))

		x := w.submit(t, "plaintiff", "合同").Exhibits[0].ID
		show := func(exhibit string, page int) (store.Appended, error) {
			return w.Store.ShowExhibit(t.Context(), w.act("clerk"), h.ID, exhibit, page, false)
		}
		refusedAs[store.Appended](t, court.ErrNotFound, "exhibit")(show("another", 1))
		refusedAs[store.Appended](t, court.ErrInvalid, "page")(show(x, 2))
		done(show(x, 1))
		if s := w.hearing(t, h.ID).Shown; s == nil || s.Exhibit != x || s.Page != 1 {
			t.Errorf("shown is %+v", s)
		}
		done(show("", 0))
		refusedAs[store.Appended](t, court.ErrForbidden, "")(w.Store.ConsultHearing(t.Context(), w.act("clerk"), h.ID, true))
		refusedAs[store.Appended](t, court.ErrHearingState, "")(w.Store.ConsultHearing(t.Context(), w.act("judge"), h.ID, false))

		for range 2 { // the second finds the seat empty
			if err := w.Store.DropSeat(t.Context(), h.ID, w.party("judge")); err != nil {
				t.Fatal(err)
			}
		}
		s := w.hearing(t, h.ID)
		if p := s.Seat(w.party("judge")); !s.Paused || p.Presence != hearing.Dropped || p.Drops != 1 || hearing.Permissions(s, w.party("plaintiff")).Receive {
			t.Errorf("without its judge it is %+v", s)
		}
		done(w.enterHearing("judge", h.ID))
		done(w.stepHearing("judge", h.ID, court.KindHearingResumed, ""))
		done(w.Store.LeaveHearing(t.Context(), w.act("plaintiff"), h.ID))
		refusedAs[store.Appended](t, court.ErrNotPresent, "")(w.Store.LeaveHearing(t.Context(), w.act("plaintiff"), h.ID))
		if s := w.hearing(t, h.ID); s.Paused || s.Seat(w.party("plaintiff")).Leaves != 1 || s.Shown != nil {
			t.Errorf("it is %+v", s)
		}
		if st, err := w.Store.HearingStanding(t.Context(), h.ID, w.Seats["plaintiff"].PersonID, ""); err != nil || st == nil || st.ParticipantID != w.party("plaintiff") {
			t.Errorf("the place is %+v, %v", st, err)
		}
		if st, err := w.Store.HearingStanding(t.Context(), h.ID, w.Seats["stranger"].PersonID, ""); err != nil || st != nil {
			t.Errorf("a stranger has %+v, %v", st, err)
		}
	})
}

// TestObserversWatchPublicHearingsOnly, the room learns nothing of them, and what they do is in the audit.
func TestObserversWatchPublicHearingsOnly(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		done := w.done(t)
		closed := w.newHearing("judge")
		closed.Public, closed.Reason = false, "涉及个人隐私"
		private, public := w.schedule(t, closed), w.schedule(t, w.newHearing("judge"))
		invite := func(id string) (string, error) {
			return w.Store.InviteObserver(t.Context(), store.GuestInvitation{RoomAct: w.act("clerk"), Hearing: id, Name: "戊", Phone: w.Seats["stranger"].Phone})
		}
		refusedAs[string](t, court.ErrHearingPrivate, "")(invite(private.ID))
		if _, err := invite(public.ID); err != nil {
			t.Fatal(err)
		}
		refusedAs[string](t, court.ErrGuestKnown, "phone")(invite(public.ID))
		done(w.stepHearing("judge", public.ID, court.KindHearingOpened, ""))
		a := w.guestAct("stranger")
		if err := w.Store.AcceptRules(t.Context(), public.ID, store.NoticeAcceptance{PersonID: a.PersonID, SessionID: a.SessionID, Version: "v1", SHA256: "00"}); err != nil {
			t.Fatal(err)
		}
		head := func() int64 {
			h, err := w.Store.Heads(t.Context(), w.Cases[0])
			if err != nil {
				t.Fatal(err)
			}
			return h[court.RoomThread]
		}
		was := head()
		entry := store.HearingEntry{RoomAct: a, Hearing: public.ID, Discipline: "v1", CodeAge: 2 * time.Hour}
		watching := func() (n int) {
			list, err := w.Store.Guests(t.Context(), w.Cases[0], public.ID)
			if err != nil {
				t.Fatal(err)
			}
			for i := range list {
				if list[i].Here() {
					n++
				}
			}
			return n
		}
		for _, comes := range []bool{true, false, true} {
			w.clock.Add(1000)
			if err := w.Store.Observe(t.Context(), entry, comes); err != nil || watching() != map[bool]int{true: 1}[comes] {
				t.Errorf("comes %v: %d watch, %v", comes, watching(), err)
			}
		}
		if _, err := w.Store.EnterHearing(t.Context(), entry); court.AsError(err).Code != court.ErrForbidden.Code {
			t.Errorf("an observer takes a seat: %v", err)
		}
		if head() != was {
			t.Error("the room tells of an observer")
		}
		entries, _, err := w.Store.Audit(t.Context(), store.Place{}, 50)
		if err != nil {
			t.Fatal(err)
		}
		noted := 0
		for _, e := range entries {
			if e.Act == court.ActHearingSit && e.PersonID == a.PersonID && e.Subject == public.ID {
				noted++
			}
		}
		if noted != 3 {
			t.Errorf("%d times in the audit", noted)
		}
	})
}

// TestPeopleAreRemindedOfAHearingADayAndAnHourBefore, each once, its witness too, who isn't told of which case; and of another time anew.
func TestPeopleAreRemindedOfAHearingADayAndAnHourBefore(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		h := w.schedule(t, w.newHearing("judge"))
		w.summon(t, h.ID)
		due := func(at int64) (n int) {
			t.Helper()
			w.clock.Store(at)
			list, err := w.Store.DueReminders(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, m := range list {
				if m.Kind != store.RemindHearing || m.Deadline != h.At || m.Phone == "" || (m.DocketNumber == "") != (m.PersonID == w.Seats["witness"].PersonID) {
					t.Errorf("due is %+v", m)
				}
				if claimed, err := w.Store.ClaimReminder(t.Context(), m); err != nil || !claimed {
					t.Errorf("claimed %v, %v", claimed, err)
				}
				n++
			}
			return n
		}
		const hour = dayMS / 24
		for _, c := range []struct{ at, want int64 }{{h.At - 25*hour, 0}, {h.At - 23*hour, 4}, {h.At - 22*hour, 0}, {h.At - hour/2, 4}, {h.At - 1, 0}} {
			if got := due(c.at); got != int(c.want) {
				t.Errorf("%d ms before: %d, want %d", h.At-c.at, got, c.want)
			}
		}
		w.SignIn(t, w.Seats["judge"]) // whose session has ended meanwhile
		w.done(t)(w.Store.PostponeHearing(t.Context(), store.HearingMove{RoomAct: w.act("judge"), Hearing: h.ID, At: h.At + 4*dayMS, Reason: "改期"}))
		h = w.hearing(t, h.ID)
		if got := due(h.At - 2*hour); got != 4 {
			t.Errorf("of another time: %d", got)
		}
		w.SignIn(t, w.Seats["judge"])
		w.done(t)(w.stepHearing("judge", h.ID, court.KindHearingCancelled, "调解成功"))
		if got := due(h.At - hour/2); got != 0 {
			t.Errorf("of one that is cancelled: %d", got)
		}
	})
}

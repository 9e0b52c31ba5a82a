package store_test

import (
	"bytes"
	"errors"
	"io"
	"maps"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/proofing"
	"microcourt/store/storetest"
)

// eachProofing runs a test on both engines.
func eachProofing(t *testing.T, test func(t *testing.T, w *filesWorld)) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) { test(t, newFilesWorld(t, engine, openBlobs(t, "folder"))) })
	}
}

// newcomer signs in with a phone that nobody had.
func (w *filesWorld) newcomer(t *testing.T, phone string) *storetest.Seat {
	t.Helper()
	s := &storetest.Seat{Name: "newcomer", Role: court.RolePerson, Phone: phone}
	w.SignIn(t, s)
	return s
}

// handIn takes a proofing of somebody's, by a document, to where people of the court look.
func (w *filesWorld) handIn(t *testing.T, s *storetest.Seat, name, number string) *store.Proofing {
	t.Helper()
	if _, err := w.Store.StartProofing(t.Context(), s.PersonID, s.SessionID); err != nil {
		t.Fatal(err)
	}
	_, err := w.Store.ChangeProofing(t.Context(), s.PersonID, s.SessionID, func(p *store.Proofing, now int64) error {
		p.Facts.Rules, p.Facts.FaceConsent, p.Facts.PhoneAt = &proofing.Agreed{Version: "v1", At: now}, &proofing.Agreed{Version: "v1", At: now}, now
		return p.Facts.Say(proofing.Document{Name: name, IDType: "resident_id", IDNumber: number}, time.Now())
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range []proofing.FileKind{proofing.FileFront, proofing.FileBack} {
		if _, err := w.files.KeepProofingFile(t.Context(), s.PersonID, s.SessionID, kind, "image/jpeg", []byte("picture of "+name+string(kind)), nil); err != nil {
			t.Fatal(err)
		}
	}
	p, err := w.Store.SubmitProofing(t.Context(), s.PersonID, s.SessionID, func(p *store.Proofing, _ int64) error {
		p.State, p.Reason = proofing.Review, proofing.ByAuthority
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func (w *filesWorld) decide(t *testing.T, p *store.Proofing, by string, approve bool, reason string) (store.Decided, error) {
	t.Helper()
	return w.Store.DecideProofing(t.Context(), store.ProofingDecision{ID: p.ID, By: store.By{PersonID: by}, Approve: approve, Reason: reason, Second: proofing.SecondTaken})
}

func (w *filesWorld) verified(t *testing.T, personID string) bool {
	t.Helper()
	p, err := w.Store.Person(t.Context(), personID)
	if err != nil {
		t.Fatal(err)
	}
	return p.Verified != nil
}

func TestPeopleOfTheCourtVerifyWhoSomebodyIs(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		s, clerk := w.newcomer(t, "13700000001"), w.Seats["clerk"].PersonID
		p := w.handIn(t, s, "张三", "110101190001010014")
		if _, err := w.Store.ChangeProofing(t.Context(), s.PersonID, s.SessionID, func(*store.Proofing, int64) error { return nil }); !errors.Is(err, court.ErrProofingState) {
			t.Errorf("what was handed in was changed: %v", err)
		}
		queue, _, err := w.Store.ProofingQueue(t.Context(), store.Place{}, 10)
		if err != nil || len(queue) != 1 || queue[0].Name != "张三" {
			t.Fatalf("%+v, %v", queue, err)
		}
		if done, err := w.decide(t, p, clerk, false, "照片模糊，请重新拍摄"); err != nil || done.State != proofing.Refused || done.Phone != "13700000001" {
			t.Fatalf("%+v, %v", done, err)
		}
		if got, err := w.Store.ProofingOf(t.Context(), s.PersonID); err != nil || got.Decision != "照片模糊，请重新拍摄" || w.verified(t, s.PersonID) {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := w.decide(t, p, clerk, true, ""); !errors.Is(err, court.ErrProofingState) {
			t.Errorf("a decided one was decided: %v", err)
		}
		p = w.handIn(t, s, "张三", "110101190001010014")
		if done, err := w.decide(t, p, clerk, true, ""); err != nil || done.State != proofing.Approved {
			t.Fatalf("%+v, %v", done, err)
		}
		person, err := w.Store.Person(t.Context(), s.PersonID)
		if err != nil || person.Name != "张三" || person.Verified == nil || person.Verified.Method != store.VerifiedByReview || person.Verified.By != "clerk" || person.IDNumber != "110*************14" {
			t.Errorf("%+v, %v", person, err)
		}
		// A new name is looked at by two.
		p = w.handIn(t, s, "张叁", "110101190001010014")
		if done, err := w.decide(t, p, clerk, true, ""); err != nil || done.State != proofing.Review {
			t.Errorf("a changed name took one member of staff: %+v, %v", done, err)
		}
	})
}

// TestAnAccountPassesToANewPhoneOnlyWhenTwoHaveLooked: who lost the phone gets the cases back; who only says so gets nothing.
func TestAnAccountPassesToANewPhoneOnlyWhenTwoHaveLooked(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		plaintiff, clerk := w.Seats["plaintiff"], w.Seats["clerk"].PersonID
		other, err := w.Store.CreateStaff(t.Context(), store.NewStaff{Login: "clerk2", Name: "clerk2", Role: court.RoleClerk, PasswordHash: "x"}, store.By{})
		if err != nil {
			t.Fatal(err)
		}
		s := w.newcomer(t, "13700000002")
		p := w.handIn(t, s, "原告甲", plaintiff.IDNumber)
		look, err := w.Store.LookAtProofing(t.Context(), p.ID, store.By{PersonID: clerk})
		if err != nil || look.Known == nil || look.Known.Self || !look.Known.SignedIn || look.Known.Cases != 1 || look.Known.Phone != store.MaskPhone(plaintiff.Phone) {
			t.Fatalf("%+v, %v", look, err)
		}
		if done, err := w.decide(t, p, clerk, true, ""); err != nil || done.State != proofing.Review || w.verified(t, s.PersonID) {
			t.Fatalf("one was enough: %+v, %v", done, err)
		}
		if _, err := w.decide(t, p, clerk, true, ""); !errors.Is(err, court.ErrSecondLook) {
			t.Fatalf("the same one twice: %v", err)
		}
		done, err := w.decide(t, p, other, true, "")
		if err != nil || done.State != proofing.Approved || done.PersonID != plaintiff.PersonID || done.Phone != s.Phone || done.OldPhone != plaintiff.Phone {
			t.Fatalf("%+v, %v", done, err)
		}
		for _, seat := range []*storetest.Seat{plaintiff, s} {
			if _, err := w.Store.StartProofing(t.Context(), seat.PersonID, seat.SessionID); !errors.Is(err, court.ErrUnauthenticated) {
				t.Errorf("a session of before lasts: %v", err)
			}
		}
		old := plaintiff.Phone
		plaintiff.Phone = s.Phone
		before := plaintiff.PersonID
		w.SignIn(t, plaintiff)
		if plaintiff.PersonID != before {
			t.Error("the new phone signs in as somebody else")
		}
		if places, err := w.Store.Places(t.Context(), plaintiff.PersonID); err != nil || len(places) != 1 {
			t.Errorf("cases of the one who came back: %v, %v", places, err)
		}
		if stranger := w.newcomer(t, old); stranger.PersonID == before {
			t.Error("the lost phone still signs in")
		}
	})
}

// TestP8AnAuthorityAloneMovesNoAccountToAnotherPhone: its yes to somebody who is known already leaves the proof open, for people who look at the document.
func TestP8AnAuthorityAloneMovesNoAccountToAnotherPhone(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		s := w.newcomer(t, "13700000006")
		if _, err := w.Store.StartProofing(t.Context(), s.PersonID, s.SessionID); err != nil {
			t.Fatal(err)
		}
		p, err := w.Store.SubmitProofing(t.Context(), s.PersonID, s.SessionID, func(p *store.Proofing, _ int64) error {
			p.State = proofing.Approved
			return p.Facts.Say(proofing.Document{Name: "原告甲", IDType: "resident_id", IDNumber: w.Seats["plaintiff"].IDNumber}, time.Now())
		})
		if err != nil || p.State != proofing.Open || p.SubmittedAt != 0 || w.verified(t, s.PersonID) {
			t.Fatalf("%+v, %v", p, err)
		}
		both := proofing.Providers{Authority: true, Faces: true}
		if got := p.Facts.Reviewed(both, time.Now()); got != proofing.ByTaken || p.Facts.Done(proofing.StepPhotos, p.Kinds(), both, time.Now()) {
			t.Errorf("looked at for %q", got)
		}
	})
}

func TestAnAccountWithCasesOfItsOwnDoesNotBecomeAnotherPerson(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		defendant := w.Seats["defendant"]
		p := w.handIn(t, defendant, "原告甲", w.Seats["plaintiff"].IDNumber)
		w.decide(t, p, w.Seats["clerk"].PersonID, true, "")
		if _, err := w.decide(t, p, w.Seats["judge2"].PersonID, true, ""); !errors.Is(err, court.ErrProofingTaken) {
			t.Errorf("%v", err)
		}
		if got, err := w.Store.Person(t.Context(), defendant.PersonID); err != nil || got.Name != "被告乙" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

// TestAChallengeIsAnsweredOnceSoonAndByWhomItWasGivenTo: frames of another session, of another person, late or again are refused.
func TestAChallengeIsAnsweredOnceSoonAndByWhomItWasGivenTo(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		a, b := w.newcomer(t, "13700000003"), w.newcomer(t, "13700000004")
		for _, s := range []*storetest.Seat{a, b} {
			if _, err := w.Store.StartProofing(t.Context(), s.PersonID, s.SessionID); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(s *storetest.Seat) (store.ProofingChallenge, error) {
			return w.Store.ChallengeProofing(t.Context(), s.PersonID, s.SessionID, proofing.FileFlash, "{}", time.Minute)
		}
		if _, err := ask(a); !errors.Is(err, court.ErrFaceConsent) {
			t.Fatalf("the camera was opened without consent: %v", err)
		}
		for _, s := range []*storetest.Seat{a, b} {
			if _, err := w.Store.ChangeProofing(t.Context(), s.PersonID, s.SessionID, func(p *store.Proofing, now int64) error {
				p.Facts.FaceConsent = &proofing.Agreed{At: now}
				return nil
			}); err != nil {
				t.Fatal(err)
			}
		}
		c, err := ask(a)
		if err != nil {
			t.Fatal(err)
		}
		take := func(person, session, id string) error {
			_, err := w.Store.TakeChallenge(t.Context(), person, session, id)
			return err
		}
		second := *a // another device of the same person
		w.SignIn(t, &second)
		for what, err := range map[string]error{
			"another person": take(b.PersonID, b.SessionID, c.ID), "another session": take(second.PersonID, second.SessionID, c.ID), "no challenge": take(a.PersonID, a.SessionID, "none"),
		} {
			if !errors.Is(err, court.ErrChallenge) {
				t.Errorf("%s: %v", what, err)
			}
		}
		if err := take(a.PersonID, a.SessionID, c.ID); err != nil {
			t.Fatal(err)
		}
		if err := take(a.PersonID, a.SessionID, c.ID); !errors.Is(err, court.ErrChallenge) {
			t.Errorf("again: %v", err)
		}
		if c, err = ask(a); err != nil {
			t.Fatal(err)
		}
		w.putForward(2 * time.Minute)
		if err := take(a.PersonID, a.SessionID, c.ID); !errors.Is(err, court.ErrChallenge) {
			t.Errorf("late: %v", err)
		}
	})
}

// TestPicturesOfAProofAreSealedAndGoneInTime: on disk they are nothing without the key; they are removed when given up, and a month after the decision.
func TestPicturesOfAProofAreSealedAndGoneInTime(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		s, sweeper := w.newcomer(t, "13700000005"), store.NewSweeper(w.files)
		p := w.handIn(t, s, "张三", "110101190001010014")
		err := w.blobs.List(t.Context(), func(e blob.Entry) error {
			content, err := w.blobs.Open(t.Context(), e.Name)
			if err != nil {
				return err
			}
			defer content.Close()
			data, err := io.ReadAll(content)
			if bytes.Contains(data, []byte("picture")) {
				t.Error("a picture lies open on the disk")
			}
			return err
		})
		if err != nil || w.contents(t) != 2 {
			t.Fatalf("%d contents, %v", w.contents(t), err)
		}
		look, err := w.Store.LookAtProofing(t.Context(), p.ID, store.By{PersonID: w.Seats["clerk"].PersonID})
		if err != nil {
			t.Fatal(err)
		}
		if _, data, err := w.files.OpenProofingFile(t.Context(), p.ID, look.Files[0].ID); err != nil || string(data) != "picture of 张三document_front" {
			t.Errorf("%q, %v", data, err)
		}
		if _, _, err := w.files.OpenProofingFile(t.Context(), "another", look.Files[0].ID); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("by another proofing: %v", err)
		}
		w.putForward(40 * 24 * time.Hour) // the court is late; nothing is lost for it
		if swept, err := sweeper.Sweep(t.Context()); err != nil || swept.Proofings != 0 || swept.Contents != 0 {
			t.Errorf("what waits for the court was swept: %+v, %v", swept, err)
		}
		if _, err := w.decide(t, p, w.Seats["clerk"].PersonID, true, ""); err != nil {
			t.Fatal(err)
		}
		w.putForward(31 * 24 * time.Hour)
		if swept, err := sweeper.Sweep(t.Context()); err != nil || swept.Proofings != 1 || swept.Contents != 2 || w.contents(t) != 0 {
			t.Errorf("%+v, %v, %d left", swept, err, w.contents(t))
		}
		got, err := w.Store.ProofingOf(t.Context(), s.PersonID)
		if err != nil || got.Facts.Document != nil || len(got.Files) != 0 || got.Facts.Rules == nil || !w.verified(t, s.PersonID) {
			t.Errorf("%+v, %v", got, err)
		}

		w.SignIn(t, s)
		again := w.handIn(t, s, "张三", "110101190001010014")
		if err := w.Store.WithdrawProofing(t.Context(), s.PersonID, s.SessionID); err != nil {
			t.Fatal(err)
		}
		if _, _, err := w.files.OpenProofingFile(t.Context(), again.ID, again.Files[0].ID); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("a picture of one that was given up: %v", err)
		}
	})
}

// TestAPhoneIsChangedByWhoHoldsBoth: the code of the phone of before in this session, and that of the new; then all other sessions end.
func TestAPhoneIsChangedByWhoHoldsBoth(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		seat := w.Seats["plaintiff"]
		other := *seat // a session on another device
		w.SignIn(t, &other)
		send := func(phone string) string {
			t.Helper()
			c, err := w.Store.CreateSignInCode(t.Context(), phone, store.CodeLimits{PerHour: 100, Life: time.Minute, Tries: 5})
			if err != nil {
				t.Fatal(err)
			}
			return c.Code
		}
		change := func(phone, code string) (string, error) {
			return w.Store.ChangePhone(t.Context(), store.PhoneChange{PersonID: seat.PersonID, SessionID: seat.SessionID, Phone: phone, Code: code, Limits: limits})
		}
		code := send("13700000010")
		if _, err := change("13700000010", wrong(code)); !errors.Is(err, court.ErrCode) {
			t.Errorf("a wrong code: %v", err)
		}
		if _, err := change(w.Seats["defendant"].Phone, send(w.Seats["defendant"].Phone)); !errors.Is(err, court.ErrPhoneTaken) {
			t.Errorf("another's phone: %v", err)
		}
		w.putForward(31 * time.Minute)
		if _, err := change("13700000010", send("13700000010")); !errors.Is(err, court.ErrReverification) {
			t.Errorf("without the phone of before: %v", err)
		}
		if _, err := w.Store.Reverify(t.Context(), seat.PersonID, seat.SessionID, send(seat.Phone), limits); err != nil {
			t.Fatal(err)
		}
		before, err := change("13700000010", send("13700000010"))
		if err != nil || before != seat.Phone {
			t.Fatalf("%q, %v", before, err)
		}
		if _, err := w.Store.StartProofing(t.Context(), seat.PersonID, seat.SessionID); err != nil {
			t.Errorf("the session that changed it ended: %v", err)
		}
		if _, err := w.Store.StartProofing(t.Context(), seat.PersonID, other.SessionID); !errors.Is(err, court.ErrUnauthenticated) {
			t.Errorf("another session lasts: %v", err)
		}
		same := *seat
		same.Phone = "13700000010"
		if w.SignIn(t, &same); same.PersonID != seat.PersonID {
			t.Error("the new phone signs in as somebody else")
		}
	})
}

// TestAStolenAccountIsReportedToTheJudges: other sessions end, and the judges of open cases, and nobody else, read since when acts were not the person's.
func TestAStolenAccountIsReportedToTheJudges(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		seat, caseID := w.Seats["plaintiff"], w.Cases[0]
		thief := *seat
		w.SignIn(t, &thief)
		for _, by := range []*storetest.Seat{&thief, w.Seats["defendant"]} {
			if _, err := w.Store.Append(t.Context(), by.Draft(caseID, court.RoomThread, "我放弃诉讼请求")); err != nil {
				t.Fatal(err)
			}
		}
		n, err := w.Store.ReportTheft(t.Context(), store.TheftReport{PersonID: seat.PersonID, SessionID: seat.SessionID, Since: time.Date(2026, 11, 20, 1, 0, 0, 0, time.UTC).UnixMilli(), Note: "没有发过和解的消息"})
		if err != nil || n != 1 {
			t.Fatalf("%d, %v", n, err)
		}
		if _, err := w.Store.StartProofing(t.Context(), seat.PersonID, thief.SessionID); !errors.Is(err, court.ErrUnauthenticated) {
			t.Errorf("the thief's session lasts: %v", err)
		}
		events, _, err := w.Store.Events(t.Context(), caseID, storetest.Bench(caseID, seat), 0, store.Page{Limit: 10})
		if err != nil || len(events) != 1 || !strings.Contains(string(events[0].Body), "自2026年11月20日09时00分起") || !strings.Contains(string(events[0].Body), "没有发过和解的消息") {
			t.Errorf("%+v, %v", events, err)
		}
		log, err := w.Store.AccountLog(t.Context(), seat.PersonID, 0)
		if err != nil {
			t.Fatal(err)
		}
		of := map[string]int{} // by the thief, or of the account
		for _, e := range log {
			if e.Session == thief.SessionID || e.Session == "" {
				of[e.What+e.Kind]++
			}
			if e.What == "acted" && (e.Case != caseID || e.Docket == "" || e.Session != thief.SessionID && e.Session != seat.SessionID) {
				t.Errorf("not done with this account: %+v", e)
			}
		}
		if want := map[string]int{"signed_in": 1, "signed_out": 1, "theft_reported": 1, "actedtext": 1}; !maps.Equal(of, want) {
			t.Errorf("the account's log has %v, want %v", of, want)
		}
		if late, err := w.Store.AccountLog(t.Context(), seat.PersonID, time.Now().Add(time.Hour).UnixMilli()); err != nil || len(late) != 0 {
			t.Errorf("since later: %+v, %v", late, err)
		}
	})
}

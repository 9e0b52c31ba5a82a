package store_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/consent"
	"microcourt/store/court/signing"
)

// done fails the test where an act was refused, and lets a second go by.
func (w *evidenceWorld) done(t *testing.T) func(store.Appended, error) store.Appended {
	t.Helper()
	return func(a store.Appended, err error) store.Appended {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.clock.Add(1000)
		return a
	}
}

func (w *evidenceWorld) declare(who string, stages map[consent.Stage]bool) (store.Appended, error) {
	d := store.ConsentDeclaration{RoomAct: w.act(who), Stages: stages, Version: "v1", SHA256: "00"}
	if w.Seats[who].Role.Staff() {
		d.For, d.Note = w.party("plaintiff"), "书面同意书"
	}
	return w.Store.DeclareConsent(context.Background(), d)
}

// stage gives where a party stands on a stage.
func (w *evidenceWorld) stage(t *testing.T, who string, stage consent.Stage) store.StageConsent {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats["judge"].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	v, err := w.Store.Consents(t.Context(), w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range v.Parties {
		for _, c := range p.Stages {
			if p.ID == w.party(who) && c.Stage == stage {
				return c
			}
		}
	}
	t.Fatalf("%s has no stage %s", who, stage)
	return store.StageConsent{}
}

// everyConsent does every kind of act on consent and copies.
func (w *evidenceWorld) everyConsent(t *testing.T) {
	t.Helper()
	ctx, done := t.Context(), w.done(t)
	done(w.declare("plaintiff", map[consent.Stage]bool{consent.Mediation: true, consent.HearingSync: false}))
	done(w.declare("lawyer", map[consent.Stage]bool{consent.Mediation: true, consent.ExchangeEach: true}))
	done(w.declare("clerk", map[consent.Stage]bool{consent.Judgment: true}))
	done(w.Store.TransferStages(ctx, store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.Inquiry, consent.HearingSync}, Offline: true, Reason: "案情复杂"}))
	done(w.Store.TransferStages(ctx, store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.Inquiry}, Parties: []string{w.party("defendant")}, Reason: "已经查明"}))
	a := w.apply(t, "plaintiff", "offline")
	done(w.Store.AnswerApplication(ctx, store.ApplicationAnswer{RoomAct: w.act("judge"), Application: a.ID,
		Answer: application.Answer{State: application.State(application.Partly), Decision: "一方线上一方线下", Reason: "老年人", Stages: []consent.Stage{consent.ExchangeEach}}}))
	paper := w.submit(t, "plaintiff", "合同").Exhibits[0]
	st, err := w.Store.Standing(ctx, w.Cases[0], w.Seats["judge"].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	details, err := w.Store.Exhibit(ctx, w.Cases[0], paper.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range []string{store.CopySent, store.CopyRefused, ""} {
		done(w.Store.RequestCopy(ctx, store.CopyRequest{RoomAct: w.act("lawyer"), Attachment: details.Pages[0].Attachment, Delivery: store.CopyByMail, Note: "请寄"}))
		list, err := w.Store.PaperCopies(ctx, w.Cases[0], st)
		if err != nil {
			t.Fatal(err)
		}
		if state != "" {
			if err := w.Store.AnswerCopy(ctx, store.CopyAnswer{RoomAct: w.act("clerk"), Copy: list[0].ID, State: state, Note: "单号1"}); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestNobodyIsHeldToAStageOnlineThatHeHasNotAgreedTo: what a party has refused, or the court has moved offline, is refused online for that party alone; what was done before
// stands; and what the court takes down for a party is taken.
func TestNobodyIsHeldToAStageOnlineThatHeHasNotAgreedTo(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		ctx, done := t.Context(), w.done(t)
		exhibit := w.submit(t, "plaintiff", "合同").Exhibits[0].ID
		refused := func(what string, err, want error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		done(w.opine("defendant", exhibit, "不真实")) // undeclared: its own choice
		done(w.declare("defendant", map[consent.Stage]bool{consent.ExchangeEach: false}))
		_, err := w.opine("defendant", exhibit, "")
		refused("an opinion in a stage that was refused", err, court.ErrStageOffline)
		_, err = w.opine("lawyer", exhibit, "")
		refused("by who represents the party", err, court.ErrStageOffline)
		o := store.NewOpinion{RoomAct: w.act("clerk"), Exhibit: exhibit, For: w.party("defendant")}
		done(w.Store.GiveOpinion(ctx, o))
		if got := w.cell(t, exhibit, w.party("defendant")); got.Version != 2 || got.State != store.OpinionNone {
			t.Errorf("what was said before, and what the court took down: %+v", got)
		}
		if got := w.stage(t, "defendant", consent.HearingSync).State; got != consent.Undeclared {
			t.Errorf("presumed for another stage: %s", got)
		}
		done(w.declare("defendant", map[consent.Stage]bool{consent.ExchangeEach: true}))
		done(w.opine("defendant", exhibit, "不真实"))
		_, err = w.declare("defendant", map[consent.Stage]bool{consent.Filing: true, consent.ExchangeEach: false})
		refused("taking back what was agreed", err, court.ErrConsentGiven)
		if court.AsError(err).Field != "stages.exchange_asynchronous" || w.stage(t, "defendant", consent.Filing).State != consent.Undeclared {
			t.Errorf("half of a refused declaration stands: %v", err)
		}
		_, err = w.declare("judge", map[consent.Stage]bool{consent.Filing: true})
		if err != nil || !w.stage(t, "plaintiff", consent.Filing).ByCourt {
			t.Errorf("the court notes consent for a party: %v", err)
		}

		open := func(mode court.ExchangeMode) error {
			_, err := w.Store.OpenExchange(ctx, store.NewExchange{RoomAct: w.act("judge"), Mode: mode, EndsAt: w.clock.Load() + 1000})
			w.clock.Add(2000)
			return err
		}
		done(w.declare("plaintiff", map[consent.Stage]bool{consent.ExchangeEach: false}))
		err = open(court.ExchangeAsynchronous)
		refused("an exchange at different times, to which a party doesn't agree", err, court.ErrExchangeMode)
		if e := court.AsError(err); !strings.HasPrefix(e.ZH, "原告原告甲不同意") || strings.Contains(e.EN, "被告") {
			t.Errorf("it says who doesn't agree: %s %s", e.ZH, e.EN)
		}
		if err := open(court.ExchangeSynchronous); err != nil {
			t.Errorf("an exchange at one time instead: %v", err)
		}
		done(w.declare("plaintiff", map[consent.Stage]bool{consent.ExchangeEach: true}))

		exhibit = w.submit(t, "plaintiff", "收据").Exhibits[0].ID // after the exchange: open to opinions
		a := w.apply(t, "defendant", "offline")
		answer := store.ApplicationAnswer{RoomAct: w.act("judge"), Application: a.ID, Answer: application.Answer{State: application.State(application.Granted), Decision: "转为线下"}}
		_, err = w.Store.AnswerApplication(ctx, answer)
		if court.AsError(err).Field != "stages" {
			t.Errorf("a paper doesn't say which stages: %v", err)
		}
		answer.Decision, answer.State, answer.Reason, answer.Stages = "一方线上一方线下", application.State(application.Partly), "理由", []consent.Stage{consent.ExchangeEach}
		done(w.Store.AnswerApplication(ctx, answer))
		if mine, other := w.stage(t, "defendant", consent.ExchangeEach), w.stage(t, "plaintiff", consent.ExchangeEach).State; mine.State != consent.Offline || mine.Version != "v1" || other != consent.Agreed {
			t.Errorf("after the decision: %+v, the other side %s", mine, other)
		}
		_, err = w.opine("defendant", exhibit, "")
		refused("an opinion in a stage that was moved offline", err, court.ErrStageOffline)
		_, err = w.declare("defendant", map[consent.Stage]bool{consent.ExchangeEach: true})
		refused("coming back by oneself", err, court.ErrStageOffline)
		done(w.Store.TransferStages(ctx, store.StageTransfer{RoomAct: w.act("judge"), Stages: []consent.Stage{consent.ExchangeEach}, Parties: []string{w.party("defendant")}, Reason: "申请人要求恢复"}))
		done(w.opine("defendant", exhibit, ""))
		for field, bad := range map[string]store.StageTransfer{
			"stages": {Offline: true, Reason: "r"}, "reason": {Stages: []consent.Stage{consent.Inquiry}, Offline: true},
			"parties": {Stages: []consent.Stage{consent.Inquiry}, Parties: []string{"none"}, Reason: "r"},
		} {
			bad.RoomAct = w.act("judge")
			if _, err := w.Store.TransferStages(ctx, bad); court.AsError(err).Field != field {
				t.Errorf("%s: %v", field, err)
			}
		}
	})
}

func (w *evidenceWorld) openSigning(t *testing.T, kind signing.Kind, lines ...signing.Line) *store.Signing {
	t.Helper()
	page := w.page(t, "judge")
	n := store.NewSigning{RoomAct: w.act("judge"), SigningInput: store.SigningInput{Kind: kind, Lines: lines}, Document: page.Attachment, SHA256: page.SHA256}
	a := w.done(t)(w.Store.OpenSigning(t.Context(), n))
	if again := w.done(t)(w.Store.OpenSigning(t.Context(), n)); again.Seq != a.Seq {
		t.Errorf("the same act laid another paper before them")
	}
	return &w.signings(t, "judge")[0]
}

func (w *evidenceWorld) signings(t *testing.T, who string) []store.Signing {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), w.Cases[0], w.Seats[who].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	list, err := w.Store.Signings(t.Context(), w.Cases[0], st)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (w *evidenceWorld) signPaper(who string, g *store.Signing) (store.Appended, error) {
	s := store.SigningSignature{RoomAct: w.act(who), Signing: g.ID, SHA256: g.SHA256, Signature: "signature of " + who}
	a, err := w.Store.SignPaper(context.Background(), s)
	w.clock.Add(1000)
	return a, err
}

func (w *evidenceWorld) acceptMediation(t *testing.T, who ...string) {
	t.Helper()
	for _, name := range who {
		p := w.Seats[name]
		err := w.Store.AcceptNotice(t.Context(), store.NoticeAcceptance{CaseID: w.Cases[0], PersonID: p.PersonID, SessionID: p.SessionID, Notice: court.NoticeMediation, Version: "v1", SHA256: "00"})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// everySigning does every kind of act on papers that several sign.
func (w *evidenceWorld) everySigning(t *testing.T) {
	t.Helper()
	ctx, done := t.Context(), w.done(t)
	w.acceptMediation(t, "plaintiff", "lawyer")
	agreement := w.openSigning(t, signing.Agreement, signing.Line{Text: "被告支付1000元。"}, signing.Line{Text: "原告放弃其他请求。"})
	done(w.Store.RefuseSigning(ctx, store.SigningRefusal{RoomAct: w.act("plaintiff"), Signing: agreement.ID, Reason: "数额有误"}))
	done(w.signPaper("plaintiff", agreement))
	done(w.signPaper("lawyer", agreement))
	done(w.signPaper("judge", agreement))
	record := w.openSigning(t, signing.Record, signing.Line{Speaker: "审判员", Text: "是否同意？"}, signing.Line{Speaker: "原告", Text: "同意。"})
	done(w.signPaper("judge", record))
	done(w.signPaper("plaintiff", record))
	done(w.Store.RefuseSigning(ctx, store.SigningRefusal{RoomAct: w.act("lawyer"), Signing: record.ID, Reason: "记录不全"}))
	done(w.Store.EndSigning(ctx, store.SigningEnd{RoomAct: w.act("judge"), Signing: record.ID, State: signing.Closed, Reason: "拒签，记明情况附卷"}))
	facts := w.openSigning(t, signing.Undisputed, signing.Line{Text: "双方签有合同。"})
	done(w.Store.EndSigning(ctx, store.SigningEnd{RoomAct: w.act("clerk"), Signing: facts.ID, State: signing.Withdrawn, Reason: "文字有误"}))
	w.openSigning(t, signing.Undisputed, signing.Line{Text: "双方签有合同。"})
}

// TestAnAgreementIsInForceWhenAllHaveSignedThePaperThatWasShown, each by who may, and not before; a refusal stays visible.
func TestAnAgreementIsInForceWhenAllHaveSignedThePaperThatWasShown(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		ctx, done := t.Context(), w.done(t)
		g := w.openSigning(t, signing.Agreement, signing.Line{Text: "被告于本月底前支付1000元。"})
		if len(g.Signers) != 3 || g.Signers[2].Party != "" || !g.Signers[2].Mine || g.Signers[0].Mine || g.State != signing.Open {
			t.Errorf("laid before them: %+v", g)
		}
		refused := func(what string, err, want error) {
			t.Helper()
			if !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", what, err, want)
			}
		}
		_, err := w.signPaper("plaintiff", g)
		refused("who has not agreed to mediate online", err, court.ErrConsentNeeded)
		done(w.declare("plaintiff", map[consent.Stage]bool{consent.Mediation: true}))
		_, err = w.signPaper("plaintiff", g)
		refused("who has not read the notice on mediation", err, court.ErrNoticeRequired)
		w.acceptMediation(t, "plaintiff", "lawyer", "defendant")
		w.clock.Add(25 * time.Hour.Milliseconds())
		_, err = w.signPaper("plaintiff", g)
		refused("who has not shown anew who they are", err, court.ErrReverification)
		for _, who := range []string{"plaintiff", "lawyer", "defendant", "judge", "clerk", "stranger"} {
			w.SignIn(t, w.Seats[who])
		}
		other := *g
		other.SHA256 = "00"
		_, err = w.signPaper("plaintiff", &other)
		refused("another paper", err, court.ErrDocumentChanged)
		_, err = w.signPaper("clerk", g)
		refused("one of the court who didn't lead it", err, court.ErrForbidden)
		_, err = w.signPaper("stranger", g)
		refused("somebody of no case", err, court.ErrNotFound)
		done(w.Store.RefuseSigning(ctx, store.SigningRefusal{RoomAct: w.act("plaintiff"), Signing: g.ID, Reason: "再想想"}))
		done(w.signPaper("plaintiff", g))
		_, err = w.signPaper("plaintiff", g)
		refused("twice", err, court.ErrSigned)
		_, err = w.Store.RefuseSigning(ctx, store.SigningRefusal{RoomAct: w.act("plaintiff"), Signing: g.ID})
		refused("refused after signing", err, court.ErrSigned)
		done(w.signPaper("judge", g))
		if now := w.signings(t, "defendant")[0]; now.State != signing.Open || now.Signers[0].Refusals != 1 || now.Signers[0].Answer != signing.Signed || !now.Signers[1].Mine {
			t.Errorf("one is lacking: %+v", now)
		}
		_, err = w.Store.EndSigning(ctx, store.SigningEnd{RoomAct: w.act("judge"), Signing: g.ID, State: signing.Closed, Reason: "r"})
		refused("an agreement closed without all signatures", err, court.ErrInvalid)
		done(w.declare("lawyer", map[consent.Stage]bool{consent.Mediation: true}))
		last := w.act("lawyer")
		sign := store.SigningSignature{RoomAct: last, Signing: g.ID, SHA256: g.SHA256, Signature: "s"}
		at := done(w.Store.SignPaper(ctx, sign)).At
		done(w.Store.SignPaper(ctx, sign)) // the same act again
		now := w.signings(t, "plaintiff")[0]
		if now.State != signing.Complete || now.EndedAt != at || now.Signers[1].By != w.party("lawyer") {
			t.Errorf("all have signed: %+v", now)
		}
		_, err = w.Store.EndSigning(ctx, store.SigningEnd{RoomAct: w.act("judge"), Signing: g.ID, State: signing.Withdrawn, Reason: "r"})
		refused("withdrawn when it was in force", err, court.ErrSigningEnded)
	})
}

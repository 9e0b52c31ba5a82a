package store_test

import (
	"testing"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/application"
	"microcourt/store/court/calc"
)

// TestTheCourtTakesInAnApplicationForAPersonWhoCannot: a paper that the party signed, marked as taken in by the court; nothing is filled in for anybody, and what only
// judges read no clerk hands in.
func TestTheCourtTakesInAnApplicationForAPersonWhoCannot(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		handIn := func(who, kind, mode, party string) (*store.Application, error) {
			p, draft := w.Seats[who], store.NewID()
			body := store.ApplicationBody{Kind: kind, Mode: mode, For: party}
			if mode == store.ModePaper {
				body.Pages = []court.PageInput{w.page(t, who)}
			}
			if _, err := w.Store.SaveApplicationDraft(t.Context(), store.ApplicationDraftChange{CaseID: w.Cases[0], ID: draft, PersonID: p.PersonID, SessionID: p.SessionID, ApplicationBody: body}); err != nil {
				return nil, err
			}
			return w.Store.SubmitApplication(t.Context(), store.NewApplication{RoomAct: w.act(who), Draft: draft, Calendar: calc.Default().Calendar})
		}
		plaintiff := w.party("plaintiff")
		for _, refused := range []struct{ who, kind, mode, party, code string }{
			{"clerk", "other", store.ModeTemplate, plaintiff, court.ErrInvalid.Code},
			{"clerk", "other", store.ModePaper, "", court.ErrPartyNeeded.Code},
			{"clerk", "other", store.ModePaper, w.party("lawyer"), court.ErrInvalid.Code},
			{"clerk", "property_preservation", store.ModePaper, plaintiff, court.ErrForbidden.Code},
		} {
			if _, err := handIn(refused.who, refused.kind, refused.mode, refused.party); court.AsError(err).Code != refused.code {
				t.Errorf("%+v: %v", refused, err)
			}
		}
		a, err := handIn("clerk", "other", store.ModePaper, plaintiff)
		if err != nil || !a.ByCourt || a.Party != plaintiff || a.By != w.party("clerk") {
			t.Fatalf("%+v, %v", a, err)
		}
		if own := w.apply(t, "plaintiff", "other"); own.ByCourt {
			t.Error("the party's own is marked")
		}
		secret, err := handIn("judge", "property_preservation", store.ModePaper, plaintiff)
		if err != nil || !secret.ByCourt || secret.Thread != court.BenchThread(plaintiff) {
			t.Fatalf("%+v, %v", secret, err)
		}
		answer := store.ApplicationAnswer{RoomAct: w.act("clerk"), Application: a.ID, Answer: application.Answer{State: application.NeedSupplement, Reason: "请补充"}}
		if _, err := w.Store.AnswerApplication(t.Context(), answer); err != nil {
			t.Fatal(err)
		}
		for who, may := range map[string]bool{"defendant": false, "lawyer": false, "judge": true, "clerk": true, "plaintiff": true} {
			_, err := w.Store.SupplementApplication(t.Context(), store.ApplicationSupplement{RoomAct: w.act(who), Application: a.ID, Note: "已补充"})
			if (err == nil) != may {
				t.Errorf("%s supplements it: %v", who, err)
			}
		}
		if _, err := w.Store.RevokeApplication(t.Context(), w.act("plaintiff"), secret.ID, ""); err != nil {
			t.Errorf("the party withdraws what was taken in for it: %v", err)
		}
		w.followsFromTheEvents(t, []string{"application", "application_step"})
	})
}

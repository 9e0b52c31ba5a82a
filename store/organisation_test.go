package store_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"microcourt/store"
	"microcourt/store/court"
)

// anOrganisation is a synthetic organisation by its unified social credit code, and by the organisation code inside of it.
const (
	aCreditCode        = "91350100M000100Y43"
	anOrganisationCode = "M000100Y4"
)

// TestStaffOfAnOrganisationActsForItInItsCasesOnceTheCourtHasLooked: in those there are and those that come, beside others of its staff, until the binding ends; and the
// case system's file, which doesn't know of it, takes nobody out.
func TestStaffOfAnOrganisationActsForItInItsCasesOnceTheCourtHasLooked(t *testing.T) {
	eachProofing(t, func(t *testing.T, w *filesWorld) {
		caseOf := func(i int) string {
			return strings.Replace(w.CaseFile(i, "open", "judge"), `"kind":"person","name":"被告乙"`, `"kind":"organisation","name":"某某科技有限公司"`, 1)
		}
		// Case 2 is against an organisation.
		file := caseOf(1)
		defendant := w.Seats["defendant"]
		file = strings.Replace(file, `"id_number":"`+defendant.IDNumber+`"`, `"id_number":"`+aCreditCode+`","id_type":"uscc"`, 1)
		file = strings.Replace(file, `,"verified":{"at":"2026-01-05","method":"in_person"}`, "", -1)
		file = strings.Replace(file, `"phone":"`+defendant.Phone+`",`, "", 1)
		w.Import(t, file)
		stranger := w.Seats["stranger"]
		clerk := store.By{PersonID: w.Seats["clerk"].PersonID}
		org := court.Organisation{Name: "某某科技有限公司", Kind: "enterprise", CodeType: "org_code", Code: anOrganisationCode}
		if err := org.Check(); err != nil {
			t.Fatal(err)
		}
		proofs := []store.BindingProof{{Kind: "licence", Type: "image/jpeg", Image: []byte("licence")}, {Kind: "letter", Type: "image/jpeg", Image: []byte("letter")}}
		if _, err := w.Store.Bind(t.Context(), stranger.PersonID, stranger.SessionID, org, proofs); !errors.Is(err, court.ErrIdentityRequired) {
			t.Fatalf("somebody unverified: %v", err)
		}
		p := w.handIn(t, stranger, "路人丁", stranger.IDNumber)
		if _, err := w.decide(t, p, clerk.PersonID, true, ""); err != nil {
			t.Fatal(err)
		}
		b, err := w.Store.Bind(t.Context(), stranger.PersonID, stranger.SessionID, org, proofs)
		if err != nil || b.State != store.BindingReview {
			t.Fatalf("%+v, %v", b, err)
		}
		org.CodeType, org.Code = "uscc", aCreditCode
		if again, err := w.Store.Bind(t.Context(), stranger.PersonID, stranger.SessionID, org, proofs); err != nil || again.ID != b.ID {
			t.Errorf("the same organisation twice: %+v, %v", again, err)
		}
		places := func() (dockets []string) {
			t.Helper()
			all, err := w.Store.Places(t.Context(), stranger.PersonID)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range all {
				if p.Standing.Role != court.RoleRepresentative {
					t.Errorf("%+v", p)
				}
				dockets = append(dockets, p.CaseID)
			}
			slices.Sort(dockets)
			return dockets
		}
		if got := places(); len(got) != 0 {
			t.Fatalf("before the court has looked: %v", got)
		}
		look, shown, err := w.Store.LookAtBinding(t.Context(), b.ID, clerk)
		if err != nil || look.Person != "路人丁" || len(shown) != 2 || string(shown[0].Image) != "licence" {
			t.Fatalf("%+v, %v, %v", look, shown, err)
		}
		if b, err = w.Store.DecideBinding(t.Context(), store.BindingDecision{ID: b.ID, By: clerk, Approve: true, Authority: court.AuthoritySpecial}); err != nil || b.State != store.BindingBound || b.Cases != 1 {
			t.Fatalf("%+v, %v", b, err)
		}
		if got := places(); len(got) != 1 {
			t.Fatalf("bound: %v", got)
		}
		colleaguesSeen := func(want ...string) {
			t.Helper()
			mine, err := w.Store.Bindings(t.Context(), stranger.PersonID)
			if err != nil || len(mine) != 1 {
				t.Fatalf("%+v, %v", mine, err)
			}
			names := []string{}
			for _, m := range mine[0].Colleagues {
				names = append(names, m.Name)
			}
			if !slices.Equal(names, want) {
				t.Errorf("others of the organisation: %v, not %v", names, want)
			}
		}
		colleague := w.Seats["plaintiff"]
		theirs, err := w.Store.Bind(t.Context(), colleague.PersonID, colleague.SessionID, org, proofs)
		if err != nil {
			t.Fatal(err)
		}
		colleaguesSeen() // nobody, before the court has looked
		if _, err = w.Store.DecideBinding(t.Context(), store.BindingDecision{ID: theirs.ID, By: clerk, Approve: true, Authority: court.AuthorityGeneral}); err != nil {
			t.Fatal(err)
		}
		colleaguesSeen("原告甲")
		w.Import(t, file) // knows nothing of it
		if got := places(); len(got) != 1 {
			t.Errorf("the same file again: %v", got)
		}
		w.Import(t, strings.Replace(file, "民初2号", "民初9号", 1)) // a case that comes later
		if got := places(); len(got) != 2 {
			t.Errorf("a new case of it: %v", got)
		}
		if err := w.Store.Unbind(t.Context(), stranger.PersonID, stranger.SessionID, b.ID); err != nil {
			t.Fatal(err)
		}
		if got := places(); len(got) != 0 {
			t.Errorf("unbound: %v", got)
		}
		w.Import(t, file)
		if got := places(); len(got) != 0 {
			t.Errorf("the file after that: %v", got)
		}
		list, err := w.Store.Bindings(t.Context(), stranger.PersonID)
		if err != nil || len(list) != 1 || list[0].State != store.BindingEnded || len(list[0].Colleagues) != 0 {
			t.Errorf("%+v, %v", list, err)
		}
	})
}

package store_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/consent"
	"microcourt/store/storetest"
)

// sits reports whether somebody has a place in a case.
func (w *filingWorld) sits(t *testing.T, personID, caseID string) bool {
	t.Helper()
	places, err := w.Store.Places(t.Context(), personID)
	if err != nil {
		t.Fatal(err)
	}
	return slices.ContainsFunc(places, func(c store.CasePlace) bool { return c.CaseID == caseID && c.Standing.Role == court.RoleParty })
}

// stands gives where the parties of a case stand on a stage, by name.
func (w *filingWorld) stands(t *testing.T, caseID string, stage consent.Stage) map[string]store.StageConsent {
	t.Helper()
	st, err := w.Store.Standing(t.Context(), caseID, w.Seats["clerk"].PersonID, "")
	if err != nil {
		t.Fatal(err)
	}
	all, err := w.Store.Consents(t.Context(), caseID, st)
	if err != nil {
		t.Fatal(err)
	}
	by := map[string]store.StageConsent{}
	for _, p := range all.Parties {
		by[p.Name] = p.Stages[slices.IndexFunc(p.Stages, func(s store.StageConsent) bool { return s.Stage == stage })]
	}
	return by
}

// kinds gives the kinds of the events of a room, and where stages moved, whereto.
func (w *filingWorld) kinds(t *testing.T, caseID string) (kinds []string) {
	t.Helper()
	rows, err := openRaw(t, w.cfg).Query("SELECT kind, body FROM event WHERE case_id = $1 AND thread = 'room' ORDER BY seq", caseID)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		var kind, body string
		if err := rows.Scan(&kind, &body); err != nil {
			t.Fatal(err)
		}
		kinds = append(kinds, kind)
	}
	return kinds
}

// checkSaid: what who filed said about service and about stages online stands in the new case as that person's own words, and nobody else's.
func (w *filingWorld) checkSaid(t *testing.T, desk *store.DeskFiling) {
	t.Helper()
	if got := w.kinds(t, desk.Case); !slices.Equal(got, []string{"filing_accepted", "consent_declared"}) {
		t.Errorf("the room begins with %v", got)
	}
	st, err := w.Store.Standing(t.Context(), desk.Case, w.Seats["plaintiff"].PersonID, "")
	if err != nil || st == nil {
		t.Fatalf("who filed isn't in the room: %v", err)
	}
	addresses, err := w.Store.Addresses(t.Context(), desk.Case, st.ParticipantID)
	if err != nil || len(addresses) != 1 || addresses[0].Street != "人民路1号" || !addresses[0].Electronic || addresses[0].Basis != court.ConsentConfirmed || addresses[0].By != st.ParticipantID ||
		addresses[0].Signature != "s" || addresses[0].NoticeSHA256 != "a1" {
		t.Errorf("the address for service: %+v, %v", addresses, err)
	}
	for stage, want := range map[consent.Stage]consent.State{consent.Filing: consent.Agreed, consent.HearingSync: consent.Refused, consent.Mediation: consent.Undeclared} {
		by := w.stands(t, desk.Case, stage)
		if got := by["原告甲"]; got.State != want || want != consent.Undeclared && (got.By != st.ParticipantID || got.Version != "v1" || got.ByCourt) || by["新人丁"].State != consent.Undeclared {
			t.Errorf("%s: %+v", stage, by)
		}
	}
}

// checkLinking: whoever is invited learns nothing before being verified. After three days what wasn't agreed to goes offline, once; the place waits all the same, verifying takes it, and what went offline comes back.
func (w *filingWorld) checkLinking(t *testing.T, desk *store.DeskFiling) {
	t.Helper()
	ctx, stranger := t.Context(), w.Seats["stranger"]
	messages, err := w.Store.DueInvitations(ctx)
	if err != nil || len(messages) != 1 || messages[0].Phone != "13700000000" || messages[0].Linked || messages[0].Court != "宁波市鄞州区人民法院" {
		t.Fatalf("who is told: %+v, %v", messages, err)
	}
	for i := range 2 {
		if claimed, err := w.Store.ClaimInvitation(ctx, messages[0]); err != nil || claimed != (i == 0) {
			t.Errorf("claimed %v, %v", claimed, err)
		}
	}
	if err := w.Store.InvitationTold(ctx, messages[0], true); err != nil {
		t.Error(err)
	}
	w.clock.Add(4 * 24 * time.Hour.Milliseconds())
	for _, s := range []*storetest.Seat{stranger, w.Seats["clerk"], w.Seats["defendant"]} {
		w.SignIn(t, s)
	}
	invited := func() store.Invitation {
		t.Helper()
		list, err := w.Store.Invitations(ctx, desk.Case)
		if err != nil || len(list) != 1 {
			t.Fatalf("%+v, %v", list, err)
		}
		return list[0]
	}
	if got := invited(); got.Told != store.ToldSent || !got.Overdue || got.OfflineAt != 0 {
		t.Errorf("after four days: %+v", got)
	}
	var wg sync.WaitGroup // several nodes look
	for range 4 {
		wg.Go(func() {
			if err := w.Store.MoveUnlinkedOffline(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got := w.stands(t, desk.Case, consent.HearingSync); got["新人丁"].State != consent.Offline || got["原告甲"].State != consent.Refused || invited().OfflineAt == 0 {
		t.Errorf("nothing went offline: %+v", got)
	}
	desks, err := w.Store.Desk(ctx, store.DeskQuery{PersonID: w.Seats["clerk"].PersonID, Waiting: "unlinked"})
	if err != nil || len(desks.Rooms) != 1 || desks.Rooms[0].Waiting.Unlinked != 1 {
		t.Errorf("the desk: %+v, %v", desks, err)
	}
	clerk := w.Seats["clerk"]
	again := store.Reinvitation{CaseID: desk.Case, Participant: invited().Participant, By: store.By{PersonID: clerk.PersonID}, SessionID: clerk.SessionID, Phone: "137 0000 0009", Calendar: w.calendar}
	for field, bad := range map[string]func(r *store.Reinvitation){"phone": func(r *store.Reinvitation) { r.Phone = "110" }, "id_number": func(r *store.Reinvitation) { r.IDType, r.IDNumber = "resident_id", "110101190001010015" },
		"id_type": func(r *store.Reinvitation) { r.IDType, r.IDNumber = "uscc", "91110101MA0000007T" }} {
		r := again
		bad(&r)
		if _, err := w.Store.InviteAgain(ctx, r); court.AsError(err).Field != field {
			t.Errorf("a wrong %s: %v", field, err)
		}
	}
	for _, who := range []string{"plaintiff", "stranger", "defendant"} {
		r := again
		r.By.PersonID, r.SessionID = w.Seats[who].PersonID, w.Seats[who].SessionID
		if _, err := w.Store.InviteAgain(ctx, r); err == nil {
			t.Errorf("%s invites", who)
		}
	}
	if list, err := w.Store.InviteAgain(ctx, again); err != nil || list[0].Overdue || list[0].Told != store.ToldNot {
		t.Errorf("invited again: %+v, %v", list, err)
	}
	if messages, err = w.Store.DueInvitations(ctx); err != nil || len(messages) != 1 || messages[0].Phone != "13700000009" {
		t.Errorf("told again: %+v, %v", messages, err)
	}

	if _, err := w.Store.LinkCases(ctx, stranger.PersonID, stranger.SessionID); !errors.Is(err, court.ErrIdentityRequired) {
		t.Errorf("linked without a verified identity: %v", err)
	}
	if linked, err := w.Store.LinkCases(ctx, w.Seats["defendant"].PersonID, w.Seats["defendant"].SessionID); err != nil || len(linked) != 0 {
		t.Errorf("linked by another: %v, %v", linked, err)
	}
	if w.sits(t, stranger.PersonID, desk.Case) {
		t.Error("in the room before being verified")
	}
	w.verify(t, stranger, "新人丁")
	if !w.sits(t, stranger.PersonID, desk.Case) || invited().LinkedAt == 0 {
		t.Error("not in the room once verified")
	}
	if linked, err := w.Store.LinkCases(ctx, stranger.PersonID, stranger.SessionID); err != nil || len(linked) != 0 {
		t.Errorf("linked twice: %v, %v", linked, err)
	}
	if got := w.stands(t, desk.Case, consent.HearingSync); got["新人丁"].State != consent.Undeclared {
		t.Errorf("still offline: %+v", got)
	}
	if got := w.kinds(t, desk.Case); !slices.Equal(got, []string{"filing_accepted", "consent_declared", "stages_transferred", "case_changed", "stages_transferred"}) {
		t.Errorf("the room says %v", got)
	}
	if list, err := w.Store.InviteAgain(ctx, again); err != nil || list[0].LinkedAt == 0 || list[0].Told != store.ToldNot {
		t.Errorf("invited though linked: %+v, %v", list, err)
	}
}

// TestWhoeverIsVerifiedWhileACaseIsAcceptedHasAPlaceInIt: the acceptance that invites a document and the verification by it run at once. On PostgreSQL each in turn is held up after it has looked for what the other
// does and before the other can see what it did; the person sits in the case all the same. One of another name never does.
func TestWhoeverIsVerifiedWhileACaseIsAcceptedHasAPlaceInIt(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		for i, held := range []string{"case_invitation", "audit"} { // where the acceptance first writes of whom it invites, and where both end
			seat := w.newcomer(t, fmt.Sprintf("1370000010%d", i))
			seat.IDNumber = storetest.IDNumber(int64(7000 + i))
			filed := w.file(t, "新人", seat.IDNumber)
			other, err := w.answer(t.Context(), "clerk", w.file(t, "冒名者", seat.IDNumber).ID, 1, accept)
			if err != nil {
				t.Fatal(err)
			}
			waiting, free := w.hold(t, held)
			accepted, verified := make(chan error, 1), make(chan error, 1)
			go func() { _, err := w.answer(context.Background(), "judge", filed.ID, 1, accept); accepted <- err }()
			waiting(1)
			go func() { verified <- w.vouch(seat, "新人", fmt.Sprintf("（2026）浙0203民初%d号", 10+i)) }()
			if held == "audit" {
				waiting(2)
				free()
				err = <-verified
			} else {
				err = <-verified
				free()
			}
			if err = errors.Join(err, <-accepted); err != nil {
				t.Fatal(err)
			}
			now, err := w.Store.Filing(t.Context(), w.Seats["plaintiff"].PersonID, filed.ID)
			if err != nil {
				t.Fatal(err)
			}
			if here, there := w.sits(t, seat.PersonID, now.Case), w.sits(t, seat.PersonID, other.Case); !here || there {
				t.Errorf("held at %s: sits in the case %v, in another's %v", held, here, there)
			}
		}
	})
}

// hold keeps PostgreSQL from writing to a table until free. waiting returns when so many transactions wait; SQLite has one writer and nothing to hold.
func (w *filingWorld) hold(t *testing.T, table string) (waiting func(n int), free func()) {
	t.Helper()
	if !store.IsPostgreSQL(w.cfg.Database) {
		return func(int) {}, func() {}
	}
	raw := openRaw(t, w.cfg)
	tx, err := raw.Begin()
	if err == nil {
		_, err = tx.Exec("LOCK TABLE " + table + " IN SHARE MODE")
	}
	if err != nil {
		t.Fatal(err)
	}
	waiting = func(n int) {
		t.Helper()
		for try := 0; ; try++ {
			var now int
			err := tx.QueryRow("SELECT count(*) FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())").Scan(&now)
			if err != nil || try > 6000 {
				t.Fatalf("%d wait, want %d: %v", now, n, err)
			}
			if now >= n {
				return
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	return waiting, func() {
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
}

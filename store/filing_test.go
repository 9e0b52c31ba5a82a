package store_test

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/calc"
	"microcourt/store/court/calendar"
	"microcourt/store/court/cause"
	"microcourt/store/court/filing"
	"microcourt/store/storetest"
)

// filingWorld is a world in which people file.
type filingWorld struct {
	*evidenceWorld
	book     *filing.Book
	calendar *calendar.Calendar
	notices  court.Notices
	papers   map[string]string // attachments by slot, the plaintiff's
}

func eachFilingWorld(t *testing.T, test func(t *testing.T, w *filingWorld)) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		t.Run(string(engine), func(t *testing.T) {
			day := time.Date(2026, 11, 26, 10, 0, 0, 0, court.CourtZone) // holidays of the year are known
			w := &filingWorld{newEvidenceWorldAt(t, engine, day), filing.Default(), calc.Default().Calendar, court.DefaultNotices(), map[string]string{}}
			for _, slot := range []string{"identity", "evidence", "paper"} {
				w.papers[slot] = w.page(t, "plaintiff").Attachment
			}
			test(t, w)
		})
	}
}

// values fills in a civil case of first instance: the plaintiff against somebody.
func (w *filingWorld) values(t *testing.T, against string, number string) filing.Values {
	t.Helper()
	c := cause.On(cause.Civil, calendar.DayAt(w.clock.Load())).Search("民间借贷", 1)
	if len(c) != 1 {
		t.Fatal("no cause")
	}
	other := filing.Party{ID: "p2", Standing: "defendant", Kind: "person", Name: against, Address: "人民路2号", Phone: "13700000000"}
	if number != "" {
		other.IDType, other.IDNumber = "resident_id", number
	}
	values := filing.Values{}
	for key, v := range map[string]any{
		"capacity": "self", "notice": w.notices["filing_notice"].Version, "cause": c[0].Code, "claims": "还款", "reasons": "借款未还", "jurisdiction": "domicile",
		"parties":         []filing.Party{{ID: "p1", Standing: "plaintiff", Kind: "person", Name: "原告甲", IDType: "resident_id", IDNumber: w.Seats["plaintiff"].IDNumber, Address: "人民路1号", Self: true}, other},
		"service_address": court.ServiceAddress{Recipient: "原告甲", Phone: "13900000001", Street: "人民路1号", Electronic: true},
		"consents":        map[string]bool{"filing": true, "hearing_synchronous": false},
		"materials":       []filing.Material{{Slot: "identity", Attachment: w.papers["identity"]}, {Slot: "evidence", Attachment: w.papers["evidence"]}},
	} {
		text, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		values[key] = text
	}
	return values
}

func (w *filingWorld) change(who, id string, revision int64, values filing.Values) store.FilingDraftChange {
	k, _ := w.book.Find("civil_first")
	p := w.Seats[who]
	return store.FilingDraftChange{ID: id, PersonID: p.PersonID, SessionID: p.SessionID, Revision: revision, Kind: k, Step: "parties", Values: values}
}

func (w *filingWorld) submission(who, id string, revision int64) store.FilingSubmission {
	p := w.Seats[who]
	return store.FilingSubmission{ID: id, PersonID: p.PersonID, SessionID: p.SessionID, Revision: revision, Kinds: w.book, Calendar: w.calendar, Notices: w.notices,
		Paper: w.papers["paper"], SHA256: strings.Repeat("0", 64), Signature: "s", Shown: map[string]store.ShownNotice{court.NoticeConsent: {Version: "v1", SHA256: "c1"}, court.NoticeServiceAddress: {Version: "v1", SHA256: "a1"}}}
}

// file hands a filing of the plaintiff in.
func (w *filingWorld) file(t *testing.T, against, number string) *store.Filing {
	t.Helper()
	id := store.NewID()
	if _, err := w.Store.SaveFilingDraft(t.Context(), w.change("plaintiff", id, 0, w.values(t, against, number))); err != nil {
		t.Fatal(err)
	}
	f, err := w.Store.SubmitFiling(t.Context(), w.submission("plaintiff", id, 1))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (w *filingWorld) answer(ctx context.Context, who, id string, steps int64, a filing.Answer) (*store.DeskFiling, error) {
	return w.answerAs(ctx, who, id, steps, a, []court.PanelData{{Login: "judge", Role: court.RoleJudge}, {Login: "clerk", Role: court.RoleClerk}})
}

func (w *filingWorld) answerAs(ctx context.Context, who, id string, steps int64, a filing.Answer, panel []court.PanelData) (*store.DeskFiling, error) {
	p := w.Seats[who]
	return w.Store.AnswerFiling(ctx, store.FilingAnswer{ID: id, By: store.By{PersonID: p.PersonID, Address: "test"}, SessionID: p.SessionID, Steps: steps, Answer: a, Kinds: w.book, Calendar: w.calendar,
		Court: store.FilingCourt{Name: "宁波市鄞州区人民法院", Code: "浙0212"}, Panel: panel})
}

var (
	accept = filing.Answer{Act: filing.Accept}
	ask    = filing.Answer{Act: filing.AskCorrection, Corrections: []filing.Correction{{Path: "materials.identity", Text: "身份证照片不清楚"}}, Days: 7}
	refuse = filing.Answer{Act: filing.Refuse, Reason: "不符合起诉条件"}
)

// TestADraftOfAFilingIsKeptOnSeveralDevices: every step is a revision, what another device changed is told with what it says, and nothing of it lies in the open.
func TestADraftOfAFilingIsKeptOnSeveralDevices(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		ctx, id := t.Context(), store.NewID()
		first := w.change("plaintiff", id, 0, filing.Values{"claims": json.RawMessage(`"还款"`)})
		d, err := w.Store.SaveFilingDraft(ctx, first)
		if err != nil || d.Revision != 1 || d.Step != "parties" {
			t.Fatalf("%+v, %v", d, err)
		}
		if d, err = w.Store.SaveFilingDraft(ctx, first); err != nil || d.Revision != 1 {
			t.Errorf("the same again: %+v, %v", d, err)
		}
		whole := w.values(t, "被告乙", "")
		if d, err = w.Store.SaveFilingDraft(ctx, w.change("plaintiff", id, 1, whole)); err != nil || d.Revision != 2 || len(d.Files) != 2 {
			t.Errorf("the next step: %+v, %v", d, err)
		}
		d, err = w.Store.SaveFilingDraft(ctx, w.change("plaintiff", id, 1, filing.Values{"claims": json.RawMessage(`"还款和利息"`)}))
		if !errors.Is(err, court.ErrDraftChanged) || d == nil || d.Revision != 2 || string(d.Values["claims"]) != `"还款"` {
			t.Errorf("from the other device: %+v, %v", d, err)
		}
		for _, who := range []string{"defendant", "stranger"} {
			p := w.Seats[who]
			if _, err := w.Store.FilingDraft(ctx, p.PersonID, id); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s reads it: %v", who, err)
			}
			if err := w.Store.RemoveFilingDraft(ctx, p.PersonID, p.SessionID, id); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s removes it: %v", who, err)
			}
			if _, err := w.read(p, w.papers["identity"], false); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s reads its file: %v", who, err)
			}
			if d, err := w.Store.SaveFilingDraft(ctx, w.change(who, id, 0, filing.Values{})); err != nil || d.Revision != 1 {
				t.Errorf("%s has a draft of the same id: %+v, %v", who, d, err)
			}
			if _, err := w.Store.SaveFilingDraft(ctx, w.change(who, store.NewID(), 0, whole)); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s names files of another: %v", who, err)
			}
		}
		if _, err := w.Store.SaveFilingDraft(ctx, w.change("clerk", store.NewID(), 0, filing.Values{})); !errors.Is(err, court.ErrForbidden) {
			t.Errorf("a clerk files: %v", err)
		}
		if _, err := w.Store.SaveFilingDraft(ctx, w.change("plaintiff", store.NewID(), 0, filing.Values{"claims": json.RawMessage(`1`)})); !errors.Is(err, court.ErrInvalid) {
			t.Errorf("a number for words: %v", err)
		}
		var text string
		if err := openRaw(t, w.cfg).QueryRow("SELECT body_enc FROM filing_draft WHERE id = $1 AND revision = 2", id).Scan(&text); err != nil || strings.Contains(text, "借款") || text == "" {
			t.Errorf("the table says %q, %v", text, err)
		}
		p := w.Seats["plaintiff"]
		if err := w.Store.RemoveFilingDraft(ctx, p.PersonID, p.SessionID, id); err != nil {
			t.Error(err)
		}
		if list, err := w.Store.FilingDrafts(ctx, p.PersonID); err != nil || len(list) != 0 {
			t.Errorf("after removing: %v, %v", list, err)
		}
	})
}

// TestAFilingGoesFromDraftToRoom: refused as long as something is lacking or somebody else files, corrected once, accepted, with a case, a room and a docket number; and what
// the other side learns of it.
func TestAFilingGoesFromDraftToRoom(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		ctx, p, clerk := t.Context(), w.Seats["plaintiff"], w.Seats["clerk"]
		id := store.NewID()
		save := func(who string, revision int64, values filing.Values) {
			t.Helper()
			if _, err := w.Store.SaveFilingDraft(ctx, w.change(who, id, revision, values)); err != nil {
				t.Fatal(err)
			}
		}
		lacking := w.values(t, "新人丁", w.Seats["stranger"].IDNumber)
		delete(lacking, "reasons")
		save("plaintiff", 0, lacking)
		_, err := w.Store.SubmitFiling(ctx, w.submission("plaintiff", id, 1))
		var problems *store.FilingProblems
		if !errors.As(err, &problems) || !errors.Is(err, court.ErrFilingIncomplete) || len(problems.List) != 1 || problems.List[0].Path != "reasons" {
			t.Fatalf("without reasons: %v", err)
		}
		values := w.values(t, "新人丁", w.Seats["stranger"].IDNumber)
		save("defendant", 0, map[string]json.RawMessage{"capacity": values["capacity"]})
		save("plaintiff", 1, values)
		if _, err := w.Store.SubmitFiling(ctx, w.submission("plaintiff", id, 1)); !errors.Is(err, court.ErrDraftChanged) {
			t.Errorf("an earlier revision: %v", err)
		}
		f, err := w.Store.SubmitFiling(ctx, w.submission("plaintiff", id, 2))
		if err != nil || f.State != filing.Submitted || f.Title != "原告甲与新人丁民间借贷纠纷" || len(f.History) != 1 || len(f.Files) != 3 {
			t.Fatalf("%+v, %v", f, err)
		}
		if again, err := w.Store.SubmitFiling(ctx, w.submission("plaintiff", id, 2)); err != nil || again.Steps != 1 || again.ID != f.ID {
			t.Errorf("the same again: %+v, %v", again, err)
		}
		if _, err := w.Store.SaveFilingDraft(ctx, w.change("plaintiff", id, 0, values)); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("the draft once more: %v", err)
		}
		id = f.ID
		if _, err := w.Store.SubmitFiling(ctx, w.submission("defendant", id, 1)); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("under the id of another's: %v", err)
		}
		if d, err := w.Store.SaveFilingDraft(ctx, w.change("defendant", id, 0, filing.Values{})); err != nil || d.Revision != 1 {
			t.Errorf("a draft under the id of another's: %v", err)
		}
		if _, err := w.Store.SaveFilingDraft(ctx, w.change("plaintiff", id, 0, values)); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("changed while the court looks: %v", err)
		}

		// The court reads it, with its files; nobody else does.
		for _, who := range []string{"defendant", "stranger", "lawyer"} {
			if _, err := w.Store.Filing(ctx, w.Seats[who].PersonID, id); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s reads it: %v", who, err)
			}
			if _, err := w.read(w.Seats[who], w.papers["identity"], false); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("%s reads its file: %v", who, err)
			}
			if _, err := w.Store.FilingOnDesk(ctx, store.By{PersonID: w.Seats[who].PersonID}, w.Seats[who].SessionID, id); !errors.Is(err, court.ErrForbidden) && !errors.Is(err, court.ErrUnauthenticated) {
				t.Errorf("%s sees it on the desk: %v", who, err)
			}
			if _, err := w.answer(ctx, who, id, 1, accept); !errors.Is(err, court.ErrForbidden) && !errors.Is(err, court.ErrUnauthenticated) {
				t.Errorf("%s accepts it: %v", who, err)
			}
		}
		desk, err := w.Store.FilingOnDesk(ctx, store.By{PersonID: clerk.PersonID, Address: "test"}, clerk.SessionID, id)
		if err != nil || desk.Filer != "原告甲" || len(desk.Alike) != 0 {
			t.Fatalf("%+v, %v", desk, err)
		}
		if _, err := w.read(clerk, w.papers["identity"], false); err != nil {
			t.Errorf("the clerk reads its file: %v", err)
		}
		if queue, err := w.Store.FilingQueue(ctx, []filing.State{filing.Submitted, filing.Resubmitted}, 10); err != nil || len(queue) != 1 || queue[0].ID != id {
			t.Errorf("the queue: %+v, %v", queue, err)
		}
		twin := w.file(t, "新人丁", "")
		if desk, err = w.Store.FilingOnDesk(ctx, store.By{PersonID: clerk.PersonID}, clerk.SessionID, twin.ID); err != nil || len(desk.Alike) != 1 || desk.Alike[0].ID != id {
			t.Errorf("a duplicate: %+v, %v", desk, err)
		}
		if _, err := w.Store.WithdrawFiling(ctx, p.PersonID, p.SessionID, twin.ID); err != nil {
			t.Error(err)
		}
		if _, err := w.answer(ctx, "clerk", twin.ID, 2, accept); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("accepted after it was withdrawn: %v", err)
		}

		// Corrected once.
		if desk, err = w.answer(ctx, "clerk", id, 1, ask); err != nil || desk.State != filing.CorrectionAsked || calendar.DayAt(desk.CorrectUntil).String() != "2026-12-03" {
			t.Fatalf("%+v, %v", desk, err)
		}
		if f, err = w.Store.Filing(ctx, p.PersonID, id); err != nil || len(f.History) != 2 || f.History[1].Corrections[0].Path != "materials.identity" || f.History[1].By != "" {
			t.Errorf("what who filed reads: %+v, %v", f, err)
		}
		if _, err := w.answer(ctx, "clerk", id, 2, refuse); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("refused while there is time: %v", err)
		}
		w.clock.Add(2 * 24 * time.Hour.Milliseconds())
		w.SignIn(t, clerk)
		values["reasons"] = json.RawMessage(`"借款到期未还"`)
		save("plaintiff", 0, values)
		if f, err = w.Store.SubmitFiling(ctx, w.submission("plaintiff", id, 1)); err != nil || f.State != filing.Resubmitted || f.HandedInAt != w.clock.Load() || f.HandedInAt == f.CreatedAt {
			t.Fatalf("%+v, %v", f, err)
		}
		if _, err := w.answer(ctx, "clerk", id, 3, ask); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("asked to correct a second time: %v", err)
		}
		if _, err := w.answer(ctx, "clerk", id, 2, accept); !errors.Is(err, court.ErrFilingState) {
			t.Errorf("accepted as it was before: %v", err)
		}

		// Accepted: the world has number 1 from its case system.
		if desk, err = w.answer(ctx, "clerk", id, 3, accept); err != nil || desk.State != filing.Accepted || desk.DocketNumber != "（2026）浙0212民初2号" || len(desk.Invited) != 1 || desk.Invited[0].Name != "新人丁" || !desk.Invited[0].Known {
			t.Fatalf("%+v, %v", desk, err)
		}
		places, err := w.Store.Places(ctx, p.PersonID)
		if err != nil || !slices.ContainsFunc(places, func(c store.CasePlace) bool { return c.CaseID == desk.Case && c.Standing.Role == court.RoleParty }) {
			t.Errorf("who filed isn't in the room: %v", err)
		}
		w.checkRoom(t, desk)

		w.checkSaid(t, desk)
		w.checkLinking(t, desk)
		entries, _, err := w.Store.Audit(ctx, store.Place{}, 100)
		if err != nil || !slices.ContainsFunc(entries, func(e store.AuditEntry) bool {
			return e.Act == court.ActFilingRule && e.Subject == id && e.Detail == "accept"
		}) ||
			!slices.ContainsFunc(entries, func(e store.AuditEntry) bool { return e.Act == court.ActFilingDesk && e.Subject == id }) {
			t.Errorf("the audit lacks it: %v", err)
		}
	})
}

// checkRoom looks at the event by which the room begins, and that the filing's steps are as they were written: a changed one is named.
func (w *filingWorld) checkRoom(t *testing.T, desk *store.DeskFiling) {
	t.Helper()
	raw := openRaw(t, w.cfg)
	var text string
	if err := raw.QueryRow("SELECT body FROM event WHERE case_id = $1 AND thread = 'room' AND seq = 1 AND kind = 'filing_accepted'", desk.Case).Scan(&text); err != nil {
		t.Fatal(err)
	}
	var body struct{ Filing, Hash string }
	if err := json.Unmarshal([]byte(text), &body); err != nil || body.Filing != desk.ID {
		t.Fatalf("%s, %v", text, err)
	}
	hash, err := hex.DecodeString(body.Hash)
	if err != nil {
		t.Fatal(err)
	}
	verify := func() int64 {
		wrong, err := w.Store.VerifyFiling(t.Context(), desk.ID, hash)
		if err != nil {
			t.Fatal(err)
		}
		return wrong
	}
	if wrong := verify(); wrong != 0 {
		t.Fatalf("step %d isn't as it was written", wrong)
	}
	for column, value := range map[string]any{"at": 1, "by_person": "somebody", "session_id": "another", "act": "withdraw"} {
		var was any
		if err := raw.QueryRow("SELECT "+column+" FROM filing_step WHERE filing_id = $1 AND position = 2", desk.ID).Scan(&was); err != nil {
			t.Fatal(err)
		}
		change := func(v any) {
			if _, err := raw.Exec("UPDATE filing_step SET "+column+" = $2 WHERE filing_id = $1 AND position = 2", desk.ID, v); err != nil {
				t.Fatal(err)
			}
		}
		change(value)
		if wrong := verify(); wrong != 2 {
			t.Errorf("a changed %s of step 2: step %d is named", column, wrong)
		}
		change(was)
	}
	if wrong, err := w.Store.VerifyFiling(t.Context(), desk.ID, []byte("another")); err != nil || wrong != desk.Steps {
		t.Errorf("another last step: %d, %v", wrong, err)
	}
}

// verify lets the court's case system vouch for somebody.
func (w *filingWorld) verify(t *testing.T, who *storetest.Seat, name string) {
	t.Helper()
	if err := w.vouch(who, name, "（2026）浙0203民初1号"); err != nil {
		t.Fatal(err)
	}
}

// vouch is verify by a case of a docket number.
func (w *filingWorld) vouch(who *storetest.Seat, name, docket string) error {
	file, err := court.ParseCaseFile(fmt.Appendf(nil, `{"court":"某法院","cases":[{"docket_number":%q,"title":"另案","cause":"买卖合同纠纷","state":"open","filed_on":"2026-01-05",
		"parties":[{"ref":"p1","kind":"person","name":%q,"standing":"原告","phone":%q,"id_number":%q,"verified":{"method":"in_person","at":"2026-01-05"}}]}]}`, docket, name, who.Phone, who.IDNumber), time.Now())
	if err != nil {
		return err
	}
	report, err := w.Store.ImportCases(context.Background(), file, store.ImportOptions{})
	for _, r := range report.Refused {
		err = errors.Join(err, r.Err)
	}
	return err
}

// TestWhatIsWrittenOfOthersChangesNobodysAccount: who files may write down any phone number and any document beside a name. It lets nobody in, and moves nobody's phone.
func TestWhatIsWrittenOfOthersChangesNobodysAccount(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		ctx := t.Context()
		before, err := w.Store.Person(ctx, w.Seats["defendant"].PersonID)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			name, number string
			seated       bool
		}{{"被告乙", w.Seats["defendant"].IDNumber, true}, {"冒名者", w.Seats["defendant"].IDNumber, false}, {"被告乙", "", false}} {
			f := w.file(t, c.name, c.number)
			desk, err := w.answer(ctx, "clerk", f.ID, 1, accept)
			if err != nil {
				t.Fatal(err)
			}
			places, err := w.Store.Places(ctx, w.Seats["defendant"].PersonID)
			if seated := slices.ContainsFunc(places, func(p store.CasePlace) bool { return p.CaseID == desk.Case }); err != nil || seated != c.seated {
				t.Errorf("%s with %q is in the room: %v, %v", c.name, c.number, seated, err)
			}
			if after, err := w.Store.Person(ctx, w.Seats["defendant"].PersonID); err != nil || after.Phone != before.Phone || after.Name != before.Name {
				t.Errorf("the account was changed: %+v, %v", after, err)
			}
		}
	})
}

// TestWhoFilesIsWhoWasVerified: somebody else's name or number as one's own is refused, and so is who isn't verified.
func TestWhoFilesIsWhoWasVerified(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		for who, want := range map[string]error{"stranger": court.ErrIdentityRequired, "defendant": court.ErrFilingSelf} {
			p, id := w.Seats[who], store.NewID()
			values := w.values(t, "某人", "")
			page := func() string { return w.page(t, who).Attachment }
			values["materials"], _ = json.Marshal([]filing.Material{{Slot: "identity", Attachment: page()}, {Slot: "evidence", Attachment: page()}})
			if _, err := w.Store.SaveFilingDraft(t.Context(), w.change(who, id, 0, values)); err != nil {
				t.Fatal(err)
			}
			sub := w.submission(who, id, 1)
			sub.Paper = page()
			if _, err := w.Store.SubmitFiling(t.Context(), sub); !errors.Is(err, want) {
				t.Errorf("%s: %v, want %v", who, err, want)
			}
			if list, err := w.Store.Filings(t.Context(), p.PersonID); err != nil || len(list) != 0 {
				t.Errorf("%s has filed: %v, %v", who, list, err)
			}
		}
	})
}

// Test200AcceptancesAtOnceGive200DistinctConsecutiveNumbers, some of them refused half way, whose numbers go to others.
func Test200AcceptancesAtOnceGive200DistinctConsecutiveNumbers(t *testing.T) {
	eachFilingWorld(t, func(t *testing.T, w *filingWorld) {
		const n = 200
		var filed []*store.Filing
		for i := range n {
			filed = append(filed, w.file(t, fmt.Sprintf("被告%d", i), ""))
		}
		var wg sync.WaitGroup
		numbers, errs := make([]int, n), make([]error, n)
		for i, f := range filed {
			wg.Add(1)
			go func() {
				defer wg.Done()
				if i%5 == 0 { // the number is given before the panel is looked at
					_, err := w.answerAs(t.Context(), "clerk", f.ID, 1, accept, []court.PanelData{{Login: "nobody", Role: court.RoleJudge}})
					if !errors.Is(err, court.ErrInvalid) {
						t.Errorf("a panel of nobody: %v", err)
					}
				}
				desk, err := w.answer(t.Context(), "clerk", f.ID, 1, accept)
				if errs[i] = err; err == nil {
					d, _ := court.ParseDocketNumber(desk.DocketNumber)
					numbers[i] = d.Number
				}
			}()
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		slices.Sort(numbers)
		for i, number := range numbers {
			if number != i+2 {
				t.Fatalf("number %d comes in place %d: %v", number, i, numbers)
			}
		}
	})
}

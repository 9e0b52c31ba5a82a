package store_test

import (
	"encoding/json"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// importing is a record into which the example file is imported, again and again, with changes.
type importing struct {
	*testing.T
	s    *store.Store
	text string
	o    store.ImportOptions
}

func startImporting(t *testing.T, s *store.Store) *importing {
	t.Helper()
	text, err := os.ReadFile("court/testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	for login, role := range map[string]court.Role{"judge.one": court.RoleJudge, "judge.two": court.RoleJudge, "clerk.one": court.RoleClerk} {
		if _, err := s.CreateStaff(t.Context(), store.NewStaff{Login: login, Name: "测试" + login, Role: role, PasswordHash: "none"}, store.By{}); err != nil {
			t.Fatal(err)
		}
	}
	return &importing{T: t, s: s, text: string(text)}
}

// edit changes the file; what is replaced must be there.
func (im *importing) edit(from, to string) {
	im.Helper()
	if !strings.Contains(im.text, from) {
		im.Fatalf("the file doesn't hold %s", from)
	}
	im.text = strings.Replace(im.text, from, to, 1)
}

func (im *importing) run() store.ImportReport {
	im.Helper()
	file, err := court.ParseCaseFile([]byte(im.text), time.Now().AddDate(5, 0, 0))
	if err != nil {
		im.Fatal(err)
	}
	report, err := im.s.ImportCases(im.Context(), file, im.o)
	if err != nil {
		im.Fatal(err)
	}
	return report
}

// want runs the import and compares what became of the first case and of the second.
func (im *importing) want(first, second string) store.ImportReport {
	im.Helper()
	report := im.run()
	for docket, want := range map[string]string{"（2026）浙0212民初1024号": first, "（2014）甬鄞民初字第123号": second} {
		got := "refused"
		for outcome, list := range map[string][]string{"added": report.Added, "updated": report.Updated, "unchanged": report.Unchanged} {
			if slices.Contains(list, docket) {
				got = outcome
			}
		}
		if got != want {
			im.Fatalf("%s was %s, want %s: %+v", docket, got, want, report.Refused)
		}
	}
	return report
}

// refused wants exactly the first case refused for a field.
func (im *importing) refused(field string) {
	im.Helper()
	report := im.run()
	if len(report.Refused) != 1 || report.Refused[0].Err.Field != field {
		im.Fatalf("refused %+v, want the field %s", report.Refused, field)
	}
}

func (im *importing) judge() string {
	im.Helper()
	st, err := im.s.StaffByLogin(im.Context(), "judge.one")
	if err != nil {
		im.Fatal(err)
	}
	return st.PersonID
}

func (im *importing) caseOf(docket string) store.CaseCard {
	im.Helper()
	cards, _, err := im.s.Cases(im.Context(), store.CaseQuery{PersonID: im.judge(), Q: docket, Limit: 10})
	if err != nil || len(cards) != 1 {
		im.Fatalf("%d cases found, err %v", len(cards), err)
	}
	return cards[0]
}

func (im *importing) participants(caseID string) map[string]store.Participant {
	im.Helper()
	all, err := im.s.Participants(im.Context(), caseID, &court.Standing{Role: court.RoleJudge})
	if err != nil {
		im.Fatal(err)
	}
	byName := map[string]store.Participant{}
	for _, p := range all {
		byName[p.Name] = p
	}
	return byName
}

type caseChange struct{ Joined, Left, Changed []string }

// changes gives what the room was told of changes.
func (im *importing) changes(caseID string) []caseChange {
	im.Helper()
	events, _, err := im.s.Events(im.Context(), caseID, court.RoomThread, 0, store.Page{Limit: 100})
	if err != nil {
		im.Fatal(err)
	}
	var all []caseChange
	for _, ev := range events {
		var c caseChange
		if err := json.Unmarshal(ev.Body, &c); err != nil || ev.Kind != court.KindCaseChanged || c.Joined == nil || c.Left == nil || c.Changed == nil {
			im.Fatalf("event %+v: %v", ev, err)
		}
		all = append(all, c)
	}
	return all
}

func (im *importing) lastChange(caseID string) caseChange {
	im.Helper()
	all := im.changes(caseID)
	if len(all) == 0 {
		im.Fatal("the room was told nothing")
	}
	return all[len(all)-1]
}

func importTest(t *testing.T, test func(im *importing)) {
	storetest.Engines(t, func(t *testing.T, s *store.Store) { test(startImporting(t, s)) })
}

func TestImportingTwiceChangesNothing(t *testing.T) {
	importTest(t, func(im *importing) {
		im.want("added", "added")
		c := im.caseOf("1024")
		before, err := im.s.AccessChanges(im.Context(), 0)
		if err != nil {
			im.Fatal(err)
		}
		im.want("unchanged", "unchanged")
		after, err := im.s.AccessChanges(im.Context(), 0)
		if err != nil || len(after) != len(before) {
			im.Errorf("%d changes of rights became %d, err %v", len(before), len(after), err)
		}
		if events := im.changes(c.ID); len(events) != 0 {
			im.Errorf("events were written: %+v", events)
		}
		people := im.participants(c.ID)
		if len(people) != 6 {
			im.Fatalf("%d participants, want 6", len(people))
		}
		party, org, third, rep := people["测试甲"], people["示例科技有限公司"], people["示例物流有限公司"], people["测试乙"]
		if !party.Verified || !party.Reachable || party.Phone != "13800000001" || party.Role != court.RoleParty {
			im.Errorf("party %+v", party)
		}
		if org.Reachable || org.Kind != court.KindOrganisation {
			im.Errorf("organisation %+v", org)
		}
		authorities := map[string]string{org.ID: "特别授权", third.ID: "一般授权"}
		if rep.Phone != "13800000002" || len(rep.For) != 2 || !maps.Equal(rep.Authorities, authorities) {
			im.Errorf("representative %+v", rep)
		}
		im.edit(`"authorities": {"p3": "一般授权"}`, `"authorities": {}`)
		im.want("updated", "unchanged")
		if got := im.participants(c.ID)["测试乙"].Authorities[third.ID]; got != "特别授权" {
			im.Errorf("the authority from the third party became %s", got)
		}
	})
}

func TestWhoIsNoLongerListedLeavesAndMayComeBack(t *testing.T) {
	importTest(t, func(im *importing) {
		im.want("added", "added")
		c := im.caseOf("1024")
		rep := im.participants(c.ID)["测试乙"]
		whole := im.text
		start, end := strings.Index(im.text, `{
          "ref": "r1"`), strings.Index(im.text, `      ]
    },`)
		im.text = im.text[:start] + im.text[end:]
		im.want("updated", "unchanged")
		if got := im.lastChange(c.ID); !slices.Equal(got.Left, []string{rep.ID}) || len(got.Joined) != 0 {
			im.Errorf("the room was told %+v", got)
		}
		if p := im.participants(c.ID)["测试乙"]; !p.Removed {
			im.Error("the representative is still there")
		}
		im.text = whole
		im.want("updated", "unchanged")
		if got := im.lastChange(c.ID); !slices.Equal(got.Joined, []string{rep.ID}) || len(got.Left) != 0 {
			im.Errorf("the room was told %+v", got)
		}
		if p := im.participants(c.ID)["测试乙"]; p.Removed || p.ID != rep.ID {
			im.Errorf("the representative didn't come back: %+v", p)
		}
		im.want("unchanged", "unchanged")
	})
}

func TestAChangeOfTheCaseIsToldInTheRoom(t *testing.T) {
	importTest(t, func(im *importing) {
		im.want("added", "added")
		c := im.caseOf("1024")
		im.edit(`"state": "open",`, `"state": "closed", "closed_on": "2026-06-30",`)
		im.edit(`"cause": "买卖合同纠纷"`, `"cause": "合同纠纷"`)
		im.edit(`"standing": "委托诉讼代理人"`, `"standing": "法定代理人"`)
		im.want("updated", "unchanged")
		want := []string{"cause", "state", "closed_on", "participants"}
		if got := im.lastChange(c.ID); !slices.Equal(got.Changed, want) {
			im.Errorf("the room was told %v, want %v", got.Changed, want)
		}
		if c := im.caseOf("1024"); c.State != store.CaseClosed || c.ClosedAt == 0 {
			im.Errorf("case %+v", c)
		}
		im.want("unchanged", "unchanged")
	})
}

func TestABadCaseIsReportedAndTheGoodOnesGoIn(t *testing.T) {
	importTest(t, func(im *importing) {
		im.edit(`"login": "clerk.one"`, `"login": "clerk.unknown"`)
		report := im.want("refused", "added")
		e := report.Refused[0].Err
		if e.Field != "cases[0].panel[1].login" || !strings.Contains(e.ZH, "（2026）浙0212民初1024号") || !strings.Contains(e.EN, e.Field) {
			im.Errorf("refused with %+v", e)
		}
		im.edit(`"login": "clerk.unknown"`, `"login": "judge.two"`)
		im.refused("cases[0].panel[1].role")
		im.edit(`"login": "judge.two"`, `"login": "Clerk.One"`)
		im.want("added", "unchanged")
	})
}

func TestTwoPeopleAreNeverTakenForOne(t *testing.T) {
	for name, c := range map[string]struct{ from, to, field string }{
		"same phone, other document":    {`"id_number": "110101199001010023"`, `"id_number": "110101197001010016"`, ""},
		"the other's phone":             {`"phone": "138 0000 0002"`, `"phone": "13800000001"`, "cases[0].representatives[0].phone"},
		"other document under one ref":  {`"id_number": "110101199001010031"`, `"id_number": "110101197001010016"`, "cases[0].parties[0].id_number"},
		"the other's document":          {`"id_type": "resident_id", "id_number": "110101199001010031"`, `"id_number": "110101199001010023"`, "cases[0].parties[0].id_number"},
		"one person twice":              {`"ref": "p2", "kind": "organisation", "name": "示例科技有限公司"`, `"ref": "p2", "kind": "person", "name": "测试甲"`, ""},
		"a document under another name": {`"ref": "r1", "name": "测试乙", "phone": "138 0000 0002"`, `"ref": "r2", "name": "测试丁", "phone": "13800000009"`, "cases[0].representatives[0].name"},
		"a phone under another name":    {`"ref": "r1", "name": "测试乙", "phone": "138 0000 0002", "id_type": "resident_id", "id_number": "110101199001010023"`, `"ref": "r2", "name": "测试丁", "phone": "13800000002", "id_number": "110101199001010023"`, "cases[0].representatives[0].name"},
		"not a mobile number":           {`"phone": "138 0000 0002"`, `"phone": "0574-12345678"`, "cases[0].representatives[0].phone"},
		"pretended verification (demo)": {`"method": "in_person", "at": "2026-03-06"`, `"method": "demo", "at": "2026-03-06"`, "cases[0].representatives[0].verified.method"},
	} {
		t.Run(name, func(t *testing.T) {
			im := startImporting(t, storetest.Open(t, store.SQLite))
			im.want("added", "added")
			im.edit(c.from, c.to)
			report := im.run()
			if len(report.Refused) != 1 || c.field != "" && report.Refused[0].Err.Field != c.field {
				t.Errorf("refused %+v, want the field %s", report.Refused, c.field)
			}
		})
	}
}

func TestAPhoneNumberMovesWithItsPerson(t *testing.T) {
	importTest(t, func(im *importing) {
		im.want("added", "added")
		code, err := im.s.CreateSignInCode(im.Context(), "13900000009", store.DefaultCodeLimits)
		if err != nil {
			im.Fatal(err)
		}
		// The new number signs in before the court knows whose it is.
		session, token, err := im.s.SignInByCode(im.Context(), "13900000009", code.Code, store.DefaultCodeLimits, store.SessionData{})
		if err != nil {
			im.Fatal(err)
		}
		im.edit(`"phone": "13800000001"`, `"phone": "139-0000-0009"`)
		im.want("updated", "unchanged")
		if p := im.participants(im.caseOf("1024").ID)["测试甲"]; p.Phone != "13900000009" {
			im.Errorf("phone %s", p.Phone)
		}
		if _, err := im.s.SessionByToken(im.Context(), token); err == nil {
			im.Errorf("the session %s of nobody goes on", session.ID)
		}
		if told := im.changes(im.caseOf("1024").ID); len(told) != 0 {
			im.Errorf("the room was told of a phone number: %+v", told)
		}
		im.want("unchanged", "unchanged") // the other case still has the old number, and doesn't bring it back
	})
}

func TestSomebodyKnownByALaterCaseIsLinkedInTheSameImport(t *testing.T) {
	importTest(t, func(im *importing) {
		im.edit(`"phone": "13800000001", "id_type"`, `"id_type"`) // the first case knows only the document
		im.want("added", "added")
		if p := im.participants(im.caseOf("1024").ID)["测试甲"]; !p.Reachable {
			im.Error("the party can't sign in")
		}
		im.want("unchanged", "unchanged")
	})
}

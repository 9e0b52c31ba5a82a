package application

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"microcourt/store/court"
	"microcourt/store/court/calc"
)

func TestTheFileIsReadWholeAndInBothLanguages(t *testing.T) {
	fields, types := 0, map[FieldType]bool{}
	for _, k := range Kinds {
		fields += len(k.Fields)
		if k.Name.ZH == "" || k.Name.EN == "" || k.Title == "" || len(k.Decisions) == 0 || len(k.Applicants) == 0 || len(k.CaseKinds) == 0 {
			t.Errorf("%s lacks something: %+v", k.Key, k)
		}
		for _, b := range k.Basis {
			if strings.IndexFunc(b.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
				t.Errorf("%s: %s is not in English", k.Key, b.EN)
			}
		}
		for _, f := range k.Fields {
			types[f.Type] = true
			if f.Label.EN == "" || (f.Type == TypeSelect || f.Type == TypeMultiselect) != (len(f.Options) > 0) || (f.Type == TypeTable) != (len(f.Columns) > 0) {
				t.Errorf("%s.%s: %+v", k.Key, f.Key, f)
			}
		}
	}
	if len(Kinds) != 36 || fields != 148 || len(types) != 19 {
		t.Errorf("%d kinds, %d fields, %d types", len(Kinds), fields, len(types))
	}
}

// TestEveryDecisionMeansWhatTheLawSays lists what is not granted; a new decision in the file has to be looked at.
func TestEveryDecisionMeansWhatTheLawSays(t *testing.T) {
	not := map[string]Outcome{
		"裁定不准许": Denied, "不准许": Denied, "不予准许": Denied, "裁定驳回": Denied, "驳回": Denied, "不组织": Denied, "不予批准（书面说明理由）": Denied,
		"不予补正（申请记录在案）": Denied, "另行起诉": Denied, "继续在线": Denied, "不予支持": Denied, "裁定不停止执行": Denied, "不予中止": Denied,
		"部分准许": Partly, "一方线上一方线下": Partly, "登记": Recorded, "处理": Recorded,
	}
	seen := map[string]bool{}
	for _, k := range Kinds {
		for _, d := range k.Decisions {
			seen[d.Text] = true
			want := Granted
			if w, ok := not[d.Text]; ok {
				want = w
			}
			if d.Outcome != want {
				t.Errorf("%s: %s is %s, want %s", k.Key, d.Text, d.Outcome, want)
			}
		}
	}
	for d := range not {
		if !seen[d] {
			t.Errorf("no kind has the decision %s", d)
		}
	}
	if len(seen) != 41 {
		t.Errorf("%d different decisions: look at the new ones", len(seen))
	}
}

func find(t testing.TB, key string) *Kind {
	t.Helper()
	k, err := Find(key)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func values(t testing.TB, text string) Values {
	t.Helper()
	var v Values
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestATemplateIsCheckedFieldByField(t *testing.T) {
	extend := `{"current_deadline":"2026-03-05","requested_deadline":"2026-04-05","evidence_pending":"x","reason":"y"}`
	for _, c := range []struct{ kind, values, field string }{
		{"extend_evidence_period", extend, ""},
		{"extend_evidence_period", strings.Replace(extend, "2026-04-05", "2026-03-05", 1), "values.requested_deadline"},
		{"extend_evidence_period", strings.Replace(extend, "2026-04-05", "2026-02-30", 1), "values.requested_deadline"},
		{"extend_evidence_period", strings.Replace(extend, `"y"`, `" "`, 1), "values.reason"},
		{"extend_evidence_period", strings.Replace(extend, `"y"`, `"`+strings.Repeat("长", 2001)+`"`, 1), "values.reason"},
		{"extend_evidence_period", strings.Replace(extend, `"reason"`, `"color"`, 1), "values.color"},
		{"extend_evidence_period", strings.Replace(extend, `"y"`, `7`, 1), "values.reason"},
		{"extend_evidence_period", strings.Replace(extend, `"y"`, `"a\u202eb"`, 1), "values.reason"},
		{"withdraw_suit", `{"scope":"撤回全部起诉","reason_type":"其他","reason":"r","voluntary":false}`, "values.voluntary"},
		{"withdraw_suit", `{"scope":"撤回一切","reason_type":"其他","reason":"r","voluntary":true}`, "values.scope"},
		{"withdraw_suit", `{"scope":"撤回全部起诉","against":["p1"],"reason_type":"其他","reason":"r","voluntary":true}`, "values.against"},
		{"withdraw_suit", `{"scope":"撤回对部分当事人的起诉","against":["p1","p1"],"reason_type":"其他","reason":"r","voluntary":true}`, "values.against[1]"},
		{"withdraw_suit", `{"scope":"撤回对部分当事人的起诉","against":["p1"],"reason_type":"其他","reason":"r","voluntary":true}`, ""},
		{"correct_transcript", `{"hearing":"h","items":[["a","b","c"]]}`, "values.items[0]"},
		{"correct_transcript", `{"hearing":"h","items":[["a","b","c",""]]}`, ""},
		{"change_service_address", `{"new_address":"a","receiver":"r","phone":"call me"}`, "values.phone"},
		{"change_service_address", `{"new_address":"a","receiver":"r","phone":"0574-1234567","e_address":"x@y"}`, "values.e_address"},
		{"change_service_address", `{"new_address":"a","receiver":"r","phone":"0574-1234567","electronic":true,"e_address":"x@y"}`, ""},
		{"counterclaim", `{"claims":"c","reason":"r","amount":-1}`, "values.amount"},
		{"counterclaim", `{"claims":"c","reason":"r","amount":1.5}`, "values.amount"},
		{"fee_relief", `{"kind":"缓交","ground":"正在接受法律援助","proof":["u1"],"reason":"r"}`, ""},
		{"fee_relief", `{"kind":"缓交","ground":"没有钱","proof":["u1"],"reason":"r"}`, "values.ground"},
		{"postpone_hearing", `{"hearing":"h","ground":"临时提出回避申请","suggested":"2026-03-05 09:30","reason":"r"}`, "values.suggested"},
	} {
		_, err := find(t, c.kind).Fill(values(t, c.values), true)
		if (c.field == "") != (err == nil) || err != nil && court.AsError(err).Field != c.field {
			t.Errorf("%s %s: %v in %q, want %q", c.kind, c.values, err, court.AsError(err).Field, c.field)
		}
	}
	if _, err := find(t, "recusal").Fill(values(t, `{"reason":"only this yet"}`), false); err != nil {
		t.Errorf("a draft must be whole: %v", err)
	}
}

func TestWhoMayApplyIsAsTheFileSays(t *testing.T) {
	civil, administrative := "（2026）浙0212民初1号", "（2026）浙0212行初1号"
	party := func(standing string) Applicant {
		return Applicant{Role: court.RoleParty, Standing: standing, DocketNumber: civil}
	}
	lawyer := Applicant{Role: court.RoleRepresentative, Standing: "被告", Authority: "一般授权", DocketNumber: civil}
	special := lawyer
	special.Authority = "特别授权"
	closed := party("原告")
	closed.CaseClosed = true
	inAdministrative := party("原告")
	inAdministrative.DocketNumber = administrative
	for _, c := range []struct {
		kind string
		who  Applicant
		want error
	}{
		{"withdraw_suit", party("原告"), nil},
		{"withdraw_suit", party("被告"), court.ErrForbidden},
		{"withdraw_suit", party("被上诉人"), court.ErrForbidden},
		{"withdraw_suit", party("上诉人（原审原告）"), nil},
		{"counterclaim", party("被告"), nil},
		{"counterclaim", lawyer, court.ErrAuthority},
		{"counterclaim", special, nil},
		{"change_agent", special, court.ErrForbidden},
		{"jurisdiction_objection", party("原告"), court.ErrForbidden},
		{"join_third_party", party("第三人"), nil},
		{"stop_admin_act", party("原告"), court.ErrInvalid},
		{"stop_admin_act", inAdministrative, nil},
		{"counterclaim", inAdministrative, court.ErrInvalid},
		{"recusal", closed, court.ErrCaseClosed},
		{"read_file", closed, nil},
	} {
		if err := find(t, c.kind).Check(c.who); !errors.Is(err, c.want) && !(err == nil && c.want == nil) {
			t.Errorf("%s by %+v: %v, want %v", c.kind, c.who, err, c.want)
		}
	}
}

// TestWhatIsDecidedStaysDecided follows random acts: after a decision or a withdrawal nothing changes the state any more.
func TestWhatIsDecidedStaysDecided(t *testing.T) {
	answers := []State{UnderReview, NeedSupplement, State(Granted), State(Partly), State(Denied), State(Recorded)}
	rapid.Check(t, func(rt *rapid.T) {
		state := Submitted
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			before, next := state, State("")
			var err error
			switch rapid.IntRange(0, 2).Draw(rt, "act") {
			case 0:
				next, err = state.AfterAnswer(Answer{State: rapid.SampledFrom(answers).Draw(rt, "answer")})
			case 1:
				next, err = state.AfterSupplement()
			case 2:
				next, err = state.AfterRevocation()
			}
			if err == nil {
				state = next
			}
			if err == nil && !before.Open() || err != nil && before.Open() && before != UnderReview {
				rt.Fatalf("from %s to %s: %v", before, next, err)
			}
			if _, named := StateNames[state]; !named {
				rt.Fatalf("%s has no name", state)
			}
		}
	})
}

func TestACourtsAnswerIsItsRolesToGiveAndHasReasons(t *testing.T) {
	k, clerks := find(t, "property_preservation"), find(t, "change_agent")
	for i, c := range []struct {
		kind *Kind
		a    Answer
		role court.Role
		want error
	}{
		{k, Answer{State: State(Granted), Decision: "裁定保全"}, court.RoleJudge, nil},
		{k, Answer{State: State(Denied), Decision: "裁定保全", Reason: "r"}, court.RoleJudge, court.ErrInvalid},
		{k, Answer{State: State(Denied), Decision: "裁定驳回"}, court.RoleJudge, court.ErrInvalid},
		{k, Answer{State: State(Denied), Decision: "裁定驳回", Reason: "r"}, court.RoleJudge, nil},
		{k, Answer{State: State(Granted), Decision: "裁定保全"}, court.RoleClerk, court.ErrForbidden},
		{k, Answer{State: NeedSupplement, Reason: "r", Until: 5}, court.RoleClerk, nil},
		{k, Answer{State: NeedSupplement}, court.RoleClerk, court.ErrInvalid},
		{k, Answer{State: UnderReview, Until: 5}, court.RoleJudge, court.ErrInvalid},
		{k, Answer{State: UnderReview, Decision: "裁定保全"}, court.RoleJudge, court.ErrInvalid},
		{k, Answer{State: Revoked}, court.RoleJudge, court.ErrInvalid},
		{clerks, Answer{State: State(Recorded), Decision: "登记"}, court.RoleClerk, nil},
	} {
		if err := c.kind.CheckAnswer(c.a, c.role); !errors.Is(err, c.want) && !(err == nil && c.want == nil) {
			t.Errorf("%d: %+v by %s: %v, want %v", i, c.a, c.role, err, c.want)
		}
	}
}

func TestDeadlinesFollowTheLaw(t *testing.T) {
	cal := calc.Default().Calendar
	restore, err := find(t, "restore_period").Fill(values(t, `{"period":"p","obstacle":"o","end_date":"2026-09-24"}`), true)
	if err != nil {
		t.Fatal(err)
	}
	if got := restore.DeadlineOf(5, cal); got != 1791475200000 { // ten days end in the holidays: the end of 2026-10-08 in China
		t.Errorf("restoration until %d", got)
	}
	collect, _ := find(t, "collect_evidence").Fill(nil, false)
	if got := collect.DeadlineOf(5, cal); got != 5 {
		t.Errorf("bound to the deadline for evidence: %d", got)
	}
	other, _ := find(t, "other").Fill(nil, false)
	if got := other.DeadlineOf(5, cal); got != 0 {
		t.Errorf("bound to nothing: %d", got)
	}
}

func TestConfidentialKindsAreThoseThatTheOtherSideMustNotLearnOf(t *testing.T) {
	var got []string
	for _, k := range Kinds {
		if k.Confidential {
			got = append(got, k.Key)
		}
	}
	if want := []string{"property_preservation", "conduct_preservation", "evidence_preservation", "fee_relief", "change_service_address"}; !slices.Equal(got, want) {
		t.Error(got)
	}
}

func FuzzWhatIsFilledInIsTakenOrRefusedByName(f *testing.F) {
	f.Add("withdraw_suit", `{"scope":"撤回全部起诉","reason":"r","voluntary":true}`, true)
	f.Add("correct_transcript", `{"items":[["a","b","c","d"]],"hearing":null}`, false)
	f.Add("counterclaim", `{"amount":9223372036854775807,"evidence":["x"]}`, false)
	f.Fuzz(func(t *testing.T, key, text string, whole bool) {
		k, err := Find(key)
		var v Values
		if err != nil || json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		filled, err := k.Fill(v, whole)
		if err != nil {
			if e := new(court.Error); !errors.As(err, &e) || !strings.HasPrefix(e.Field, "values") {
				t.Errorf("%s %s: %v", key, text, err)
			}
			return
		}
		for _, p := range filled.Content(Facts{Applicant: "甲", Names: map[string]string{}}) {
			if strings.Contains(fmt.Sprint(p), "{{") {
				t.Errorf("%s: a placeholder is left in %+v", key, p)
			}
		}
	})
}

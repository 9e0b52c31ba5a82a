package court

import (
	"encoding/json"
	"os"
	"strings"
	"testing"
)

func exampleCases(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestTheExampleFileIsGood(t *testing.T) {
	file, err := ParseCaseFile(exampleCases(t), checkDay)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		if c.Refused != nil {
			t.Fatal(c.Refused.ZH)
		}
	}
	first := file.Cases[0].Case
	if first.DocketNumber != "（2026）浙0212民初1024号" || first.Court != "宁波市鄞州区人民法院" {
		t.Errorf("docket number %s, court %s: want normal form and the file's court", first.DocketNumber, first.Court)
	}
	second := file.Cases[1].Case
	if second.Panel[0].Standing != "审判员" || second.Parties[0].IDType != "resident_id" {
		t.Errorf("what wasn't given got %q and %q", second.Panel[0].Standing, second.Parties[0].IDType)
	}
}

// edited changes the first case of the example by a replacement that must fit.
func edited(t *testing.T, from, to string) []byte {
	t.Helper()
	text := string(exampleCases(t))
	if !strings.Contains(text, from) {
		t.Fatalf("the example doesn't hold %s", from)
	}
	return []byte(strings.Replace(text, from, to, 1))
}

func TestABadCaseIsRefusedByNameAndTheOthersGoIn(t *testing.T) {
	for _, c := range []struct{ from, to, field string }{
		{`"cause": "买卖合同纠纷"`, `"cause": ""`, "cases[0].cause"},
		{`"cause": "买卖合同纠纷"`, `"course": "买卖合同纠纷"`, "cases[0].course"},
		{`"title": "测试甲`, `"title": "\u202e测试甲`, "cases[0].title"},
		{`"phone": "13800000001"`, `"phone": 13800000001`, "cases[0].parties.phone"},
		{`(2026)浙0212民初1024号`, `(2026)浙212民初1024号`, "cases[0].docket_number"},
		{`"state": "open"`, `"state": "new"`, "cases[0].state"},
		{`"state": "open"`, `"state": "closed"`, "cases[0].closed_on"},
		{`2026-03-05`, `2027-03-05`, "cases[0].filed_on"},
		{`2026-03-05`, `5.3.2026`, "cases[0].filed_on"},
		{`"role": "clerk"`, `"role": "admin"`, "cases[0].panel[1].role"},
		{`"standing": "书记员"`, `"standing": "审判长"`, "cases[0].panel[1].standing"},
		{`"login": "clerk.one"`, `"login": "judge.one"`, "cases[0].panel[1].login"},
		{`"kind": "organisation"`, `"kind": "company"`, "cases[0].parties[1].kind"},
		{`"ref": "p2"`, `"ref": "p1"`, "cases[0].parties[1].ref"},
		{`"ref": "p2"`, `"ref": "p 2"`, "cases[0].parties[1].ref"},
		{`110101199001010031`, `110101199001010032`, "cases[0].parties[0].id_number"},
		{`"id_type": "uscc"`, `"id_type": "resident_id"`, "cases[0].parties[1].id_type"},
		{`91330212MA0000082C`, `91330212MA0000082D`, "cases[0].parties[1].id_number"},
		{`2026-03-05T10:00:00+08:00`, `yesterday`, "cases[0].parties[0].verified.at"},
		{`"id_type": "resident_id", "id_number": "110101199001010023"`, `"id_number": ""`, "cases[0].representatives[0].verified"},
		{`"for": ["p2", "p3"]`, `"for": ["p4", "p3"]`, "cases[0].representatives[0].for[0]"},
		{`"for": ["p2", "p3"]`, `"for": []`, "cases[0].representatives[0].for"},
		{`"for": ["p2", "p3"]`, `"for": ["p2"]`, "cases[0].representatives[0].authorities.p3"},
	} {
		file, err := ParseCaseFile(edited(t, c.from, c.to), checkDay)
		if err != nil {
			t.Fatal(err)
		}
		refused := file.Cases[0].Refused
		if refused == nil || refused.Field != c.field || refused.Code != ErrInvalid.Code {
			t.Errorf("%s: got %+v, want field %s", c.to, refused, c.field)
			continue
		}
		for _, text := range []string{refused.ZH, refused.EN} {
			if !strings.Contains(text, file.Cases[0].DocketNumber) || !strings.Contains(text, c.field) {
				t.Errorf("%s: %q doesn't name the case and the field", c.to, text)
			}
			if strings.Contains(text, "13800000001") || strings.Contains(text, "110101") {
				t.Errorf("%s: %q repeats a number", c.to, text)
			}
		}
		if file.Cases[1].Refused != nil {
			t.Errorf("%s: the good case was refused too: %v", c.to, file.Cases[1].Refused)
		}
	}
}

func TestTheSameDocketNumberTwiceInAFileIsRefusedOnce(t *testing.T) {
	file, err := ParseCaseFile(edited(t, "（2014）甬鄞民初字第123号", "〔2026〕浙0212民初1024号"), checkDay)
	if err != nil {
		t.Fatal(err)
	}
	if file.Cases[0].Refused != nil || file.Cases[1].Refused == nil {
		t.Errorf("got %v and %v", file.Cases[0].Refused, file.Cases[1].Refused)
	}
}

func TestAFileThatIsNoCaseFileIsRefusedAsAWhole(t *testing.T) {
	for _, raw := range []string{
		"", "null x", "[]", `{"cases":[`, `{"cases":[]} {}`, `{"files":[]}`, "{\"court\":\"\xff\"}",
		`{"cases":[` + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + `]}`,
	} {
		if _, err := ParseCaseFile([]byte(raw), checkDay); err == nil {
			t.Errorf("%.40q: no error", raw)
		} else if e := AsError(err); e.Code != ErrInvalid.Code || e.ZH == "" || e.EN == "" {
			t.Errorf("%.40q: %+v", raw, e)
		}
	}
	if _, err := ParseCaseFile(make([]byte, MaxCaseFileBytes+1), checkDay); AsError(err).Code != ErrTooLarge.Code {
		t.Errorf("too large: %v", err)
	}
}

func FuzzParseCaseFile(f *testing.F) {
	f.Add(exampleCases(f))
	f.Add([]byte(`{"court":"x","cases":[{"docket_number":"1","parties":[{}],"panel":[{}],"representatives":[{"for":[""]}]},null,1]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		file, err := ParseCaseFile(raw, checkDay)
		if err != nil {
			return
		}
		for _, c := range file.Cases {
			if (c.Case == nil) == (c.Refused == nil) {
				t.Fatalf("neither good nor refused, or both: %+v", c)
			}
			if c.Case == nil {
				continue
			}
			// What was accepted is in normal form: reading it again changes nothing.
			text, _ := json.Marshal(map[string]any{"cases": []*CaseData{c.Case}})
			again, err := ParseCaseFile(text, checkDay)
			if err != nil || again.Cases[0].Refused != nil {
				t.Fatalf("%s was accepted and then refused: %v %v", text, err, again.Cases)
			}
			textAgain, _ := json.Marshal(map[string]any{"cases": []*CaseData{again.Cases[0].Case}})
			if string(text) != string(textAgain) {
				t.Fatalf("%s became %s", text, textAgain)
			}
		}
	})
}

package pleading

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode"

	"microcourt/store/court"
	"microcourt/store/court/application"
)

// filledIn gives values for every field of a form, each of which can be found in the paper.
func filledIn(t testing.TB, f *Form) application.Values {
	t.Helper()
	v := application.Values{}
	put := func(key string, value any) {
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		v[key] = text
	}
	for _, field := range f.Fields {
		switch field.Type {
		case application.TypeTable:
			row := make([]string, len(field.Columns))
			for i, c := range field.Columns {
				row[i] = c + "甲"
			}
			put(field.Key, [][]string{row, row})
		case application.TypeDate:
			put(field.Key, "2026-03-0"+fmt.Sprint(1+len(v)%9))
		case application.TypeDateTime:
			put(field.Key, "2026-03-05T09:30")
		case application.TypePhone:
			put(field.Key, "0574-12345678")
		case application.TypeID:
			put(field.Key, "91330212MA2XXXXX0Y")
		case application.TypeMoney:
			put(field.Key, 123456)
		case application.TypeCheckbox:
			put(field.Key, true)
		case application.TypeSelect:
			put(field.Key, field.Options[len(field.Options)-1])
		case application.TypeMultiselect:
			put(field.Key, field.Options[:1])
		default:
			put(field.Key, field.Key+"的内容")
		}
	}
	for _, field := range f.Fields {
		if c := field.VisibleWhen; c != nil {
			want, _ := json.Marshal(c.Value)
			if string(v[c.Field]) != string(want) {
				delete(v, field.Key)
			}
		}
		if field.After != "" {
			put(field.After, "2026-01-01")
			put(field.Key, "2026-02-01")
		}
	}
	return v
}

// TestEveryFormIsFilledInAndSaysAllOfIt: pleadings, and all 36 kinds of applications.
func TestEveryFormIsFilledInAndSaysAllOfIt(t *testing.T) {
	if len(Forms) != 12+36 {
		t.Errorf("%d forms", len(Forms))
	}
	seen := map[string]bool{}
	for i := range Forms {
		f := &Forms[i]
		if seen[f.Key] || f.Name.EN == "" || f.Title == "" || f.signer == "" || len(f.Basis) == 0 && f.Key != "other" {
			t.Errorf("%s is incomplete or stands twice: %+v", f.Key, f)
		}
		seen[f.Key] = true
		for _, b := range f.Basis {
			if strings.IndexFunc(b.EN, func(r rune) bool { return unicode.Is(unicode.Han, r) }) >= 0 {
				t.Errorf("%s: %s is not in English", f.Key, b.EN)
			}
		}
		for _, field := range f.Fields {
			if strings.HasSuffix(string(field.Type), "_ref") || strings.HasSuffix(string(field.Type), "[]") {
				t.Errorf("%s.%s holds ids: %s", f.Key, field.Key, field.Type)
			}
			if field.Label.ZH == "" || field.Label.EN == "" || f.Group == GroupPleading && f.shows[field.Key] == "" {
				t.Errorf("%s.%s: %+v", f.Key, field.Key, field)
			}
		}
		values := filledIn(t, f)
		filled, err := f.Fill(values, true)
		if err != nil {
			t.Errorf("%s: %v in %s", f.Key, err, court.AsError(err).Field)
			continue
		}
		p := f.Paper(filled)
		said := fmt.Sprint(p)
		if strings.Contains(said, "{{") || strings.Contains(said, "＿") || f.Key != "representative_certificate" && (p.Author == "" || p.To == "") {
			t.Errorf("%s says %s", f.Key, said)
		}
		for key := range values {
			field := f.field(key)
			for _, want := range []string{filled.Texts[key]} {
				if field.Type == application.TypeDate {
					want = chineseDay(want)
				}
				if field.Type == application.TypeDateTime {
					want = "2026年3月5日 09:30"
				}
				if want == "其他" { // said in other words
					continue
				}
				if !strings.Contains(said, want) {
					t.Errorf("%s lacks %s (%s):\n%s", f.Key, key, want, said)
				}
			}
			for _, one := range filled.Lists[key] {
				if !strings.Contains(said, one) {
					t.Errorf("%s lacks %s", f.Key, one)
				}
			}
		}
		required := slices.IndexFunc(f.Fields, func(x application.Field) bool { return x.Required && x.VisibleWhen == nil })
		delete(values, f.Fields[required].Key)
		if _, err := f.Fill(values, true); !errors.Is(err, court.ErrInvalid) || court.AsError(err).Field != "values."+f.Fields[required].Key {
			t.Errorf("%s without %s: %v", f.Key, f.Fields[required].Key, err)
		}
		if _, err := f.Fill(values, false); err != nil {
			t.Errorf("%s must be whole to be kept: %v", f.Key, err)
		}
	}
}

func TestPeopleAreNamedAsPapersNameThem(t *testing.T) {
	columns := Forms[0].field("plaintiffs").Columns
	for want, row := range map[string][]string{
		"张三，男，1980年1月2日出生，汉族，证件号码330212198001020011，住宁波市鄞州区，联系电话13800000000。": {"张三", "男", "1980-01-02", "汉", "330212198001020011", "宁波市鄞州区", "13800000000", ""},
		"宁波某某公司，证件号码91330212MA2XXXXX0Y，住宁波市，法定代表人或者负责人李四。":                    {"宁波某某公司", "", "", "", "91330212MA2XXXXX0Y", "宁波市", " ", "李四"},
		"王五，女，1990年3月出生，汉族。": {"王五", "女", "1990年3月出生", "汉族", "", "", "", ""},
	} {
		if got := person(columns, row); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	f, err := Find("civil_appeal")
	if err != nil {
		t.Fatal(err)
	}
	filled, err := f.Fill(application.Values{"matter": []byte(`"张三诉李四{{docket}}纠纷"`), "decided_on": []byte(`"2026-01-20"`)}, false)
	if err != nil {
		t.Fatal(err)
	}
	if got := f.opened(filled); got != "上诉人因张三诉李四{{docket}}纠纷一案，不服＿＿＿＿于2026年1月20日作出的＿＿＿＿＿＿＿＿，现提起上诉。" {
		t.Error(got)
	}
}

func FuzzWhatIsFilledInBecomesAPaperOrIsRefusedByName(f *testing.F) {
	f.Add("civil_complaint", `{"plaintiffs":[["甲","","","","","","",""]],"court":"某法院","facts":"x"}`, false)
	f.Add("withdraw_suit", `{"applicants":[["甲","男","1980-01-02","汉","","","",""]],"scope":"撤回全部起诉","reason_type":"其他"}`, false)
	f.Add("power_of_attorney", `{"authority":"特别授权","special_items":["代为承认诉讼请求"],"opponent":"{{cause}}"}`, true)
	f.Fuzz(func(t *testing.T, key, text string, whole bool) {
		form, err := Find(key)
		var v application.Values
		if err != nil || json.Unmarshal([]byte(text), &v) != nil {
			return
		}
		filled, err := form.Fill(v, whole)
		if err != nil {
			if e := new(court.Error); !errors.As(err, &e) || !strings.HasPrefix(e.Field, "values") {
				t.Errorf("%s %s: %v", key, text, err)
			}
			return
		}
		if p := form.Paper(filled); p.Title == "" || p.Signer == "" {
			t.Errorf("%s %s: %+v", key, text, p)
		}
	})
}

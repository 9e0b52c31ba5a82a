package courthouse

import (
	"strings"
	"testing"
)

const header = "名称,层级,地址,电话,办公时间,纬度,经度,坐标系\n"

func TestAListIsReadFromJSONAndFromASpreadsheetAlike(t *testing.T) {
	table := header + "示范市中级人民法院,中级,示范市中山路1号,0571-12345678,\"周一至周五 9:00-17:00\",30.274150,120.155150,GCJ-02\n\n示范市第一人民法庭,人民法庭,示范市新街2号,12368,,,,\n"
	list := "{\"datum\": \"gcj02\",\n \"courts\": [\n  {\"name\": \"示范市中级人民法院\", \"level\": \"intermediate\", \"address\": \"示范市中山路1号\", \"phone\": \"0571-12345678\", \"hours\": \"周一至周五 9:00-17:00\", \"latitude\": 30.27415, \"longitude\": 120.15515},\n" +
		"  {\"name\": \"示范市第一人民法庭\", \"level\": \"tribunal\", \"address\": \"示范市新街2号\", \"phone\": \"12368\"}]}"
	var first []Court
	for _, text := range []string{table, "\ufeff" + strings.ReplaceAll(table, "\n", "\r\n"), list} {
		filed, err := Parse([]byte(text))
		if err != nil || len(filed) != 2 || filed[0].Refused != nil || filed[1].Refused != nil {
			t.Fatalf("%v %+v", err, filed)
		}
		got := []Court{*filed[0].Court, *filed[1].Court}
		if got[0].Level != Intermediate || got[0].Position == nil || *got[0].Position != (Position{30.27415, 120.15515, GCJ02}) || got[1].Position != nil || got[1].Level != Tribunal {
			t.Errorf("%+v %+v", got, got[0].Position)
		}
		if first == nil {
			first = got
		}
		if got[0].Hours != first[0].Hours || got[1].Address != first[1].Address {
			t.Errorf("%+v isn't %+v", got, first)
		}
	}
}

func TestABadRowIsToldByItsLineAndTheOthersGoIn(t *testing.T) {
	good := "好法院,基层,好地址,12368,,30,120,wgs84"
	for row, want := range map[string]string{
		",基层,地址,,,,,":                             "name",
		"甲法院,区级,地址,,,,,":                          "level",
		"甲法院,基层,,,,,,":                            "address",
		"甲法院,基层,地址,请打电话,,,,":                      "phone",
		"甲法院,基层,地址,0571-1234567，0571-7654321,,,,": "phone",
		"甲法院,基层,地址,,,120.1,30.2,gcj02":            "latitude",
		"甲法院,基层,地址,,,NaN,120,gcj02":               "latitude",
		"甲法院,基层,地址,,,30.2,,gcj02":                 "longitude",
		"甲法院,基层,地址,,,\"30°12'\",120.1,gcj02":      "latitude",
		"甲法院,基层,地址,,,30.2,120.1,":                 "坐标系",
		"甲法院,基层,地址,,,30.2,120.1,bd09":             "datum",
		"甲法院,基层,地址,,":                             "列",
		"甲法院,基层,地址,,,,,,":                         "列",
		"甲\u202e法院,基层,地址,,,,,":                    "name",
		"好法院,基层,别的地址,,,,,":                        "第2行",
		strings.Repeat("长", 61) + ",基层,地址,,,,,":   "name",
	} {
		filed, err := Parse([]byte(header + good + "\n\"另一\n家\",基层,地址,,,,,\n" + row + "\n"))
		if err != nil || len(filed) != 3 || filed[0].Refused != nil || filed[1].Refused != nil {
			t.Errorf("%s: %v %+v", row, err, filed)
			continue
		}
		if bad := filed[2]; bad.Line != 5 || bad.Refused == nil || bad.Refused.Field != want && !strings.Contains(bad.Refused.ZH, want) || !strings.Contains(bad.Refused.ZH, "第5行") || !strings.Contains(bad.Refused.EN, "ine 5") {
			t.Errorf("%s: %+v", row, bad)
		}
	}
	filed, err := Parse([]byte("{\"courts\": [\n{\"name\": \"甲\", \"level\": \"basic\", \"address\": \"乙\"},\n\n  {\"name\": \"丙\", \"tel\": \"1\"},\n{\"name\": 4},\n\"x\"]}"))
	if err != nil || len(filed) != 4 || filed[0].Refused != nil {
		t.Fatalf("%v %+v", err, filed)
	}
	for i, want := range map[int]string{1: "Line 4 (丙), tel", 2: "Line 5, name", 3: "Line 6"} {
		if filed[i].Refused == nil || !strings.HasPrefix(filed[i].Refused.EN, want) {
			t.Errorf("%+v, want %s", filed[i].Refused, want)
		}
	}
}

func TestAFileThatMakesNoSenseIsRefusedAsAWhole(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "empty",
		"name,level,adress\n": "adress",
		"name,名称\n":           "twice",
		header + "\"甲,基层,地址,,,,,\n乙,基层,地址,,,,,\n":     "line 2",
		"name,level,address\n\xb7\xa8\xd4\xba,基层,x\n": "UTF-8",
		`{"courts": {}}`:             "not JSON",
		`{"courts": [], "x": 1}`:     "no such field: x",
		`{"courts": [`:               "not JSON",
		`{"courts": []} {}`:          "not JSON",
		`{"datum": 1, "courts": []}`: "not JSON",
	} {
		filed, err := Parse([]byte(text))
		if err == nil || filed != nil {
			t.Errorf("%q: %v", text, filed)
			continue
		}
		if e, ok := err.(interface{ Text(string) string }); !ok || !strings.Contains(e.Text("en"), want) || e.Text("zh") == "" {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(header + "甲,基层,地址,12368,,30,120,wgs84\n"))
	f.Add([]byte(`{"datum":"gcj02","courts":[{"name":"甲","level":"basic","address":"乙","latitude":30,"longitude":120},null,1]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		filed, err := Parse(raw)
		if err != nil && filed != nil {
			t.Fatal("both rows and an error")
		}
		seen := map[string]bool{}
		for _, r := range filed {
			if (r.Court == nil) == (r.Refused == nil) || r.Line < 1 {
				t.Fatalf("%+v", r)
			}
			if c := r.Court; c != nil {
				if seen[c.Name] || c.Name == "" || c.Address == "" || c.Level == "" || c.Position != nil && (c.Position.Latitude < south || c.Position.Longitude > east || c.Position.Datum == "") {
					t.Fatalf("%+v", c)
				}
				seen[c.Name] = true
			}
		}
	})
}

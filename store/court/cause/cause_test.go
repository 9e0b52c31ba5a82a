package cause

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"microcourt/store/court/calendar"
)

func day(t *testing.T, s string) calendar.Day {
	t.Helper()
	d, err := calendar.ParseDay(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestEveryEditionIsWhole(t *testing.T) {
	counts := map[string][]int{"m20": {0, 11, 54, 473, 389}, "m26": {0, 12, 59, 514, 470}, "x21": {0, 1, 22, 140, 0}}
	if len(editions) != len(counts) {
		t.Errorf("%d editions", len(editions))
	}
	for _, e := range editions {
		had := make([]int, 5)
		level := 0
		for _, c := range e.Causes {
			had[c.Level]++
			if c.Level > level+1 || len(c.Path) != c.Level-1 || !strings.HasPrefix(c.Code, e.Key+".") {
				t.Errorf("%s %s has lost its place", c.Code, c.Name)
			}
			level = c.Level
			letters := 0
			for _, r := range c.Name {
				if unicode.Is(unicode.Han, r) || r < 0x80 && unicode.IsLetter(r) || unicode.IsDigit(r) {
					letters++
				}
			}
			if letters != len(c.initials) {
				t.Errorf("%s %s has the initials %s", c.Code, c.Name, c.initials)
			}
		}
		if !slices.Equal(had, counts[e.Key]) || len(e.byCode) != len(e.Causes) {
			t.Errorf("%s has %v causes, want %v", e.Key, had, counts[e.Key])
		}
	}
}

func TestTheEditionIsThatInForceOnTheDay(t *testing.T) {
	for on, want := range map[string]string{"2019-05-01": "m20", "2025-12-31": "m20", "2026-01-01": "m26", "2027-01-01": "m26"} {
		if e := On(Civil, day(t, on)); e.Key != want {
			t.Errorf("%s: %s, want %s", on, e.Key, want)
		}
	}
	if On(Administrative, day(t, "2026-11-26")).Key != "x21" || On("criminal", day(t, "2026-11-26")) != nil {
		t.Error("administrative causes are not found by their kind")
	}
}

func TestACauseIsFoundByNameEverydayWordsAndInitials(t *testing.T) {
	civil, administrative := On(Civil, day(t, "2026-11-26")), On(Administrative, day(t, "2026-11-26"))
	for _, c := range []struct {
		in          *Edition
		query, name string
	}{
		{civil, "民间借贷", "民间借贷纠纷"}, {civil, "mjjd", "民间借贷纠纷"}, {civil, "mjjdjf", "民间借贷纠纷"}, {civil, "MJJD", "民间借贷纠纷"},
		{civil, "彩礼", "婚约财产纠纷"}, {civil, "离婚", "离婚纠纷"}, {civil, "  买卖  合同 ", "买卖合同纠纷"}, {civil, "网络 合同", "网络服务合同纠纷"},
		{administrative, "强拆", "强制拆除房屋或者设施"}, {administrative, "fk", "罚款"},
	} {
		found := c.in.Search(c.query, 20)
		if !slices.ContainsFunc(found, func(f Cause) bool { return f.Name == c.name }) {
			var names []string
			for _, f := range found {
				names = append(names, f.Name)
			}
			t.Errorf("%q finds %v and not %s", c.query, names, c.name)
		}
	}
	if first := civil.Search("离婚", 5); first[0].Name != "离婚纠纷" {
		t.Errorf("离婚 finds first %+v", first[0])
	}
	if top := civil.Search("", 50); len(top) != 12 || top[0].Level != 1 {
		t.Errorf("without a word: %d", len(top))
	}
	if got := civil.Search("民间借贷 zzzz", 5); len(got) != 0 {
		t.Errorf("a word that fits nothing finds %v", got)
	}
	// What fits equally well stands as it stands in the regulation.
	var last int
	for _, f := range civil.Search("所有权", 50) {
		if !strings.HasPrefix(f.Name, "所有权") && strings.Contains(f.Name, "所有权") {
			if i := civil.byCode[f.Code]; i < last {
				t.Errorf("%s stands before its place", f.Name)
			} else {
				last = i
			}
		}
	}
}

func TestABlankIsFilledWithTheAct(t *testing.T) {
	c, e, ok := Find("x21.115")
	if !ok || e.Key != "x21" || !c.Blank || c.Named("罚款") != "罚款（行政行为）及行政复议" || c.Named("") != c.Name {
		t.Errorf("got %+v", c)
	}
	if _, _, ok := Find("x21.9999"); ok {
		t.Error("a cause that isn't there is found")
	}
}

// TestFlagsFollowFromCauses: what the flags of a filing are suggested by.
func TestFlagsFollowFromCauses(t *testing.T) {
	civil := On(Civil, day(t, "2026-11-26"))
	for query, tag := range map[string]string{"侵害发明专利权纠纷": TagPatent, "著作权权属纠纷": TagIP, "船舶碰撞损害责任纠纷": TagMaritime} {
		found := civil.Search(query, 1)
		if len(found) != 1 || !slices.Contains(found[0].Tags, tag) {
			t.Errorf("%s: %+v", query, found)
		}
	}
}

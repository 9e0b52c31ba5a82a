// Package demo holds the people, cases and conversations of `--demo` and `microcourt seed`, and brings them into a record through the
// same acts that everybody uses. All of them are invented; their numbers are synthetic with right check digits.
package demo

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"strings"

	"microcourt/api"
	"microcourt/store/court"
)

//go:embed cases.json
var casesFile []byte

//go:embed courts.json
var courtsFile []byte

//go:embed talk.json
var talkFile []byte

// Court is the name of the court that the demonstration plays in.
const Court = "微法庭示范人民法院"

// staff are the accounts of the court's own people. The passwords are no secret: they stand on the page.
var staff = []api.DemoPerson{
	{Name: "李明", Role: court.RoleJudge, Login: "judge.li", Password: "demo-judge-li"},
	{Name: "王慧", Role: court.RoleJudge, Login: "judge.wang", Password: "demo-judge-wang"},
	{Name: "赵文", Role: court.RoleJudge, Login: "judge.zhao", Password: "demo-judge-zhao"},
	{Name: "何佳", Role: court.RoleClerk, Login: "clerk.he", Password: "demo-clerk-he"},
	{Name: "孙悦", Role: court.RoleClerk, Login: "clerk.sun", Password: "demo-clerk-sun"},
	{Name: "系统管理员", Role: court.RoleAdmin, Login: "admin", Password: "demo-admin-account"},
}

// People lists whom a demonstration lets everybody sign in as: the public by phone, each once, then the court's own people.
func People() []api.DemoPerson {
	var people []api.DemoPerson
	seen := map[string]bool{}
	add := func(p court.PersonRecord, role court.Role) {
		if !seen[p.Phone] {
			seen[p.Phone] = true
			people = append(people, api.DemoPerson{Name: p.Name, Role: role, Phone: p.Phone})
		}
	}
	cases := readCases()
	for _, c := range cases {
		for _, p := range c.Parties {
			if p.Kind == court.KindPerson {
				add(p.PersonRecord, court.RoleParty)
			}
		}
	}
	for _, c := range cases {
		for _, r := range c.Representatives {
			add(r.PersonRecord, court.RoleRepresentative)
		}
	}
	return append(people, staff...)
}

// readCases reads the embedded cases as they stand in the file; that they are good is tested.
func readCases() []court.CaseData {
	var file struct{ Cases []court.CaseData }
	if err := json.Unmarshal(casesFile, &file); err != nil {
		panic(fmt.Sprintf("the embedded cases: %v", err))
	}
	return file.Cases
}

// conversation is what was said in one thread.
type conversation struct {
	DocketNumber string `json:"docket_number"`
	Thread       string `json:"thread"` // room, bench:NAME or pair:NAME+NAME
	Say          []utterance
}

type utterance struct {
	By     string // a login, or the name of one of the public
	Minute int    // since the demonstration's history begins
	Text   string
}

func readTalk() []conversation {
	var talk []conversation
	if err := json.Unmarshal(talkFile, &talk); err != nil {
		panic(fmt.Sprintf("the embedded conversations: %v", err))
	}
	return talk
}

var roleNames = map[court.Role]string{
	court.RoleParty: "当事人 party", court.RoleRepresentative: "代理人 representative",
	court.RoleJudge: "法官 judge", court.RoleClerk: "书记员 clerk", court.RoleAdmin: "管理员 admin",
}

// Print writes in both languages who can sign in, and how.
func Print(w io.Writer, addresses ...string) {
	fmt.Fprintf(w, "\n微法庭演示已就绪，请打开 / the demonstration is ready, open:\n\n    %s\n\n", strings.Join(addresses, "\n    "))
	fmt.Fprint(w, "当事人和代理人用手机号登录，验证码显示在页面上；法院人员用用户名和密码登录。\n")
	fmt.Fprint(w, "Parties and representatives sign in by phone, the code is shown on the page; the court's people by name and password.\n\n")
	for _, p := range People() {
		how := p.Phone
		if p.Login != "" {
			how = p.Login + " / " + p.Password
		}
		fmt.Fprintf(w, "    %-36s %s  %s\n", how, p.Name, roleNames[p.Role])
	}
	fmt.Fprint(w, "\n人员、案件和号码均为虚构。 All people, cases and numbers are invented. Ctrl-C: 停止 stop.\n\n")
}

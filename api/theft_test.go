package api

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// TestP4ATheftToldWithoutASessionTellsNothingOfAccounts: it is answered alike whether there is such an account or not, ends nothing but what the phone's own owner asks for, and
// leaves neither names nor numbers in the log.
func TestP4ATheftToldWithoutASessionTellsNothingOfAccounts(t *testing.T) {
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	h := hub.New(hub.Config{Store: storetest.Open(t, store.SQLite), Log: logger, Accounts: hub.AccountConfig{
		Demo: true, Password: hub.PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}, Codes: store.CodeLimits{PerHour: 5, Life: time.Minute, Tries: 5}, // two codes within a minute
	}})
	t.Cleanup(h.Close)
	f := &front{T: t, hub: h}
	var err error
	if f.api, err = New(Config{Hub: h, Log: logger}); err != nil {
		t.Fatal(err)
	}
	owner := f.person("13800000001")
	clerk, _, _ := strings.Cut(f.staff("clerk.wang", court.RoleClerk).Header().Get("Set-Cookie"), ";")
	judge, _, _ := strings.Cut(f.staff("judge.li", court.RoleJudge).Header().Get("Set-Cookie"), ";")
	signedIn := func() bool { return f.ask("GET", "/api/v1/me", "", "Cookie", owner).Code == http.StatusOK }
	code := func(phone string) string {
		w := f.ask("POST", "/api/v1/auth/codes", `{"phone":"`+phone+`"}`)
		f.expect(w, http.StatusAccepted, "")
		var sent hub.CodeSent
		json.Unmarshal(w.Body.Bytes(), &sent)
		return sent.DemoCode
	}
	tell := func(phone, code, more string) string {
		w := f.ask("POST", "/api/v1/auth/theft", `{"phone":"`+phone+`","code":"`+code+`","since":1700000000000,"note":"我没有同意"`+more+`}`)
		f.expect(w, http.StatusAccepted, "")
		return w.Body.String()
	}
	account := func(name, number string) string {
		return `,"account":{"name":"` + name + `","id_number":"` + number + `"}`
	}
	// Of accounts that are there and of others: of another's phone, and of one's own.
	told := tell("13900000001", code("13900000001"), account("张伟", "110101199003077758"))
	for _, other := range []string{tell("13900000002", code("13900000002"), account("无人", "11010519491231002X")), tell("13900000003", code("13900000003"), "")} {
		if other != told {
			t.Errorf("answered %q and %q", told, other)
		}
	}
	f.expect(f.ask("POST", "/api/v1/auth/theft", `{"phone":"13800000001","code":"000","since":1}`), http.StatusForbidden, "bad_code")
	f.expect(f.ask("POST", "/api/v1/auth/theft", `{"phone":"13900000009","code":"000","since":1}`), http.StatusForbidden, "bad_code")
	if p := f.expect(f.ask("POST", "/api/v1/auth/theft", `{"phone":"13900000009","code":"000","since":1`+account("张伟", " ")+`}`), http.StatusBadRequest, "invalid"); p.Field != "account.id_number" {
		t.Errorf("without a number: %+v", p)
	}
	if !signedIn() {
		t.Fatal("signed out by others")
	}
	for _, cookie := range []string{owner, judge} {
		f.expect(f.ask("GET", "/api/v1/theft-reports", "", "Cookie", cookie), http.StatusForbidden, "forbidden")
	}
	w := f.ask("GET", "/api/v1/theft-reports", "", "Cookie", clerk)
	f.expect(w, http.StatusOK, "")
	var list struct{ Reports []store.ToldTheft }
	json.Unmarshal(w.Body.Bytes(), &list)
	if len(list.Reports) != 2 || list.Reports[0].Name != "张伟" || list.Reports[0].Contact != "13900000001" || strings.Contains(w.Body.String(), "19900307") {
		t.Fatalf("the clerk sees %s", w.Body)
	}
	one := "/api/v1/theft-reports/" + list.Reports[0].ID + "/answer"
	as := []string{"Cookie", clerk, "Origin", sameSite}
	if p := f.expect(f.ask("POST", one, `{"lock":false}`, as...), http.StatusBadRequest, "invalid"); p.Field != "note" {
		t.Errorf("left without a word: %+v", p)
	}
	f.expect(f.ask("POST", one, `{"lock":true,"note":"电话核实"}`, as...), http.StatusNotFound, "not_found") // nobody has this document
	f.expect(f.ask("POST", one, `{"lock":false,"note":"打不通"}`, as...), http.StatusNoContent, "")
	if !signedIn() {
		t.Fatal("signed out without the phone")
	}

	if mine := tell("13800000001", code("13800000001"), ""); mine != told {
		t.Errorf("the owner is answered %q, others %q", mine, told)
	}
	if signedIn() {
		t.Error("the account's own phone ended nothing")
	}
	for _, secret := range []string{"13900000001", "13800000001", "110101199003077758", "19900307", "张伟", "我没有同意", "电话核实"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %s", secret)
		}
	}
}

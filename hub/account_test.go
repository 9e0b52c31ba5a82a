package hub_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"microcourt/hub"
	"microcourt/hub/sms"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// post is a text-message service that a test looks into.
type post struct {
	mu   sync.Mutex
	sent []string // "phone text"
	fail error
}

func (p *post) Send(_ context.Context, phone, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.sent = append(p.sent, phone+" "+text)
	return p.fail
}

// code takes the six digits out of the last message.
func (p *post) code(t *testing.T) string {
	t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.sent) == 0 {
		t.Fatal("nothing was sent")
	}
	_, rest, _ := strings.Cut(p.sent[len(p.sent)-1], "验证码")
	return rest[:6]
}

// office is a hub with its record, for signing in to, under a clock of its own.
type office struct {
	*testing.T
	hub   *hub.Hub
	store *store.Store
	post  *post
	mu    sync.Mutex
	now   time.Time
}

func openOffice(t *testing.T, change ...func(*hub.AccountConfig)) *office {
	t.Helper()
	o := &office{T: t, post: &post{}, now: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	clock := func() time.Time { o.mu.Lock(); defer o.mu.Unlock(); return o.now }
	cfg := storetest.Config(t, store.SQLite)
	cfg.Now = clock
	o.store = storetest.OpenConfig(t, cfg)
	accounts := hub.AccountConfig{SMS: o.post, Password: hub.PasswordCost{MemoryKiB: 64, Passes: 1, Lanes: 1}}
	for _, f := range change {
		f(&accounts)
	}
	o.hub = hub.New(hub.Config{Store: o.store, Now: clock, Accounts: accounts})
	t.Cleanup(o.hub.Close)
	return o
}

func (o *office) pass(d time.Duration) { o.mu.Lock(); defer o.mu.Unlock(); o.now = o.now.Add(d) }

// staff makes an account with the password that all accounts here have.
func (o *office) staff(login string, role court.Role) string {
	o.Helper()
	id, err := hub.Do(o.Context(), o.hub, hub.Console(), hub.CreateStaff{Login: login, Name: "李" + login, Role: role, Password: password})
	if err != nil {
		o.Fatal(err)
	}
	return id
}

const password = "correct horse battery"

func visitor(address string) hub.Actor { return hub.Anyone("zh", address) }

func (o *office) signIn(in hub.SignInStaff, address string) (hub.SignedIn, error) {
	o.Helper()
	return hub.Do(o.Context(), o.hub, visitor(address), in)
}

func (o *office) actor(in hub.SignedIn) hub.Actor {
	o.Helper()
	a, err := o.hub.Authenticate(o.Context(), in.Token, "zh", "192.0.2.1")
	if err != nil {
		o.Fatal(err)
	}
	return a
}

// do runs an act for its error only.
func do[R any](o *office, actor hub.Actor, act hub.Act[R]) error {
	o.Helper()
	_, err := hub.Do(o.Context(), o.hub, actor, act)
	return err
}

func want(t *testing.T, err error, e *court.Error, field string) {
	t.Helper()
	if !errors.Is(err, e) || court.AsError(err).Field != field {
		t.Fatalf("got %v in %q, want %s in %q", err, court.AsError(err).Field, e.Code, field)
	}
}

func TestP4_AskingForACodeTellsNothingAboutThePhone(t *testing.T) {
	o := openOffice(t)
	ask := func(phone string) (hub.CodeSent, error) {
		return hub.Do(t.Context(), o.hub, visitor("192.0.2.1"), hub.SendCode{Phone: phone})
	}
	if _, err := ask("13800000001"); err != nil {
		t.Fatal(err)
	}
	if err := do(o, visitor("192.0.2.1"), hub.SignInByCode{Phone: "13800000001", Code: o.post.code(t)}); err != nil {
		t.Fatal(err)
	}
	o.pass(time.Hour)
	known, err1 := ask("13800000001")
	unknown, err2 := ask("13800000002")
	if err1 != nil || err2 != nil || known != unknown || known.DemoCode != "" {
		t.Fatalf("known: %+v %v; unknown: %+v %v", known, err1, unknown, err2)
	}
	_, err1 = ask("13800000001")
	_, err2 = ask("13800000002")
	if *court.AsError(err1) != *court.AsError(err2) || !errors.Is(err1, court.ErrTooMany) {
		t.Fatalf("asking again: %v and %v", err1, err2)
	}
	for _, phone := range []string{"13800000001", "13800000002", "13800000003"} { // known, unknown, never asked
		want(t, do(o, visitor("192.0.2.1"), hub.SignInByCode{Phone: phone, Code: "0"}), court.ErrCode, "code")
	}
}

func TestP8_WithoutAWayToSendTextsSigningInByPhoneSaysSo(t *testing.T) {
	o := openOffice(t, func(c *hub.AccountConfig) { c.SMS = nil })
	want(t, do(o, visitor("192.0.2.1"), hub.SendCode{Phone: "13800000001"}), court.ErrSMSUnavailable, "")
}

func TestP8_ACodeThatWasNotSentIsNotSaidToBe(t *testing.T) {
	o := openOffice(t)
	for fail, say := range map[error]*court.Error{sms.ErrUnavailable: court.ErrSMSUnavailable, sms.ErrRefused: court.ErrSMSUnavailable} {
		o.post.fail = fail
		want(t, do(o, visitor("192.0.2.1"), hub.SendCode{Phone: "13800000001"}), say, "")
	}
	o.post.fail = sms.ErrNumber
	want(t, do(o, visitor("192.0.2.1"), hub.SendCode{Phone: "13800000001"}), court.ErrPhone, "phone")
	o.post.fail = nil
	if err := do(o, visitor("192.0.2.1"), hub.SendCode{Phone: "13800000001"}); err != nil {
		t.Fatalf("right after failures: %v", err)
	}
}

func TestOnlyADemonstrationGivesTheCodeAway(t *testing.T) {
	o := openOffice(t, func(c *hub.AccountConfig) { c.SMS, c.Demo = nil, true })
	sent, err := hub.Do(t.Context(), o.hub, visitor("192.0.2.1"), hub.SendCode{Phone: "13800000001"})
	if err != nil || len(sent.DemoCode) != 6 {
		t.Fatalf("got %+v, %v", sent, err)
	}
	if err := do(o, visitor("192.0.2.1"), hub.SignInByCode{Phone: "13800000001", Code: sent.DemoCode}); err != nil {
		t.Fatal(err)
	}
}

func TestOneAddressCannotHaveCodesSentToManyPhones(t *testing.T) {
	o := openOffice(t)
	sent := 0
	var err error
	for i := range 100 {
		if err = do(o, visitor("192.0.2.1"), hub.SendCode{Phone: fmt.Sprintf("1380000%04d", i)}); err != nil {
			break
		}
		sent++
	}
	if want(t, err, court.ErrTooMany, ""); sent != 30 || len(o.post.sent) != 30 || court.AsError(err).RetryAfterS != 10 {
		t.Fatalf("%d codes, %d texts, retry in %d s", sent, len(o.post.sent), court.AsError(err).RetryAfterS)
	}
	if err := do(o, visitor("192.0.2.2"), hub.SendCode{Phone: "13900000000"}); err != nil {
		t.Errorf("another address: %v", err)
	}
}

func TestOneAddressCannotGuessCodesBySayingThatAccountsAreStolen(t *testing.T) {
	o := openOffice(t)
	tried := 0
	var err error
	for i := range 100 {
		err = do(o, visitor("192.0.2.1"), hub.TellTheft{Phone: fmt.Sprintf("1380000%04d", i), Code: "000000", Since: 1, Account: &store.StolenAccount{Name: "张三", IDNumber: "X"}})
		if !errors.Is(err, court.ErrCode) {
			break
		}
		tried++
	}
	if want(t, err, court.ErrTooMany, ""); tried != 60 {
		t.Fatalf("%d guesses", tried)
	}
	want(t, do(o, visitor("192.0.2.1"), hub.SignInByCode{Phone: "13800000001", Code: "0"}), court.ErrTooMany, "") // of one count
}

func TestP4_AWrongNameIsAnsweredLikeAWrongPassword(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	off := o.staff("judge.off", court.RoleJudge)
	yes := true
	if err := do(o, hub.Console(), hub.ChangeStaff{ID: off, Disabled: &yes}); err != nil {
		t.Fatal(err)
	}
	for try := range 7 {
		var answers []court.Error
		for _, in := range []hub.SignInStaff{
			{Login: "judge.li", Password: "wrong"}, {Login: "nobody", Password: "wrong"}, {Login: "judge.off", Password: password},
			{Login: strings.Repeat("x", 200), Password: "wrong"}, {Login: "", Password: ""},
		} {
			_, err := o.signIn(in, "192.0.2.1")
			answers = append(answers, *court.AsError(err))
		}
		for _, a := range answers[1:] {
			if a != answers[0] {
				t.Fatalf("try %d: answers differ: %+v", try, answers)
			}
		}
		if locked := try >= 5; locked != (answers[0].Code == "sign_in_locked") || locked && answers[0].RetryAfterS != 30 {
			t.Fatalf("try %d is answered with %+v", try, answers[0])
		}
	}
}

func TestALockedAccountOpensAfterTheWaitAndItsOwnerGetsInFromElsewhere(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	for range 5 {
		o.signIn(hub.SignInStaff{Login: "judge.li", Password: "wrong"}, "192.0.2.66")
	}
	_, err := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password}, "192.0.2.66")
	want(t, err, court.ErrSignInLocked, "")
	if _, err := o.signIn(hub.SignInStaff{Login: " Judge.Li ", Password: password}, "192.0.2.1"); err != nil {
		t.Fatalf("from elsewhere: %v", err)
	}
	o.pass(30 * time.Second)
	if _, err := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password}, "192.0.2.66"); err != nil {
		t.Fatalf("after the wait: %v", err)
	}
}

func TestP4_ASecondStepIsAskedForAndEachCodeCountsOnce(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	in := hub.SignInStaff{Login: "judge.li", Password: password}
	signed, err := o.signIn(in, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	judge := o.actor(signed)
	secret, err := hub.Do(t.Context(), o.hub, judge, hub.BeginTOTP{})
	if err != nil {
		t.Fatal(err)
	}
	code := func(at time.Duration) string {
		c, err := totp.GenerateCode(secret.Secret, o.now.Add(at))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if _, err := o.signIn(in, "192.0.2.1"); err != nil {
		t.Fatalf("a secret that was not confirmed asks for a code: %v", err)
	}
	want(t, do(o, judge, hub.RemoveTOTP{Code: code(0)}), court.ErrTOTPOff, "")
	want(t, do(o, judge, hub.ConfirmTOTP{Code: "12345"}), court.ErrCode, "code")
	if err := do(o, judge, hub.ConfirmTOTP{Code: code(0)}); err != nil {
		t.Fatal(err)
	}
	me, err := hub.Do(t.Context(), o.hub, judge, hub.ReadMe{})
	if err != nil || !me.TOTP {
		t.Fatalf("I am %+v, %v", me, err)
	}

	for range 20 { // no guess, so it locks nothing
		_, err = o.signIn(in, "192.0.2.1")
		want(t, err, court.ErrTOTP, "totp")
	}
	_, err = o.signIn(hub.SignInStaff{Login: in.Login, Password: "wrong", TOTP: code(0)}, "192.0.2.1")
	want(t, err, court.ErrCredentials, "")
	in.TOTP = code(0)
	_, err = o.signIn(in, "192.0.2.1")
	want(t, err, court.ErrCode, "totp") // it was used to turn the step on
	in.TOTP = code(-30 * time.Second)
	_, err = o.signIn(in, "192.0.2.1")
	want(t, err, court.ErrCode, "totp") // older than the one used
	o.pass(30 * time.Second)
	in.TOTP = code(0)
	if _, err := o.signIn(in, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
	_, err = o.signIn(in, "192.0.2.1")
	want(t, err, court.ErrCode, "totp")
	want(t, do(o, judge, hub.RemoveTOTP{Code: in.TOTP}), court.ErrCode, "code")

	o.pass(time.Minute)
	if err := do(o, judge, hub.RemoveTOTP{Code: code(30 * time.Second)}); err != nil { // a clock that is half a minute ahead
		t.Fatal(err)
	}
	in.TOTP = ""
	if _, err := o.signIn(in, "192.0.2.1"); err != nil {
		t.Fatal(err)
	}
}

func TestGuessingMySecondStepWithAStolenSessionIsBounded(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	signed, err := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password}, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	thief := o.actor(signed)
	for i := range 6 {
		err := do(o, thief, hub.ChangePassword{Old: "guess", New: "long enough to be mine"})
		if i < 5 {
			want(t, err, court.ErrCredentials, "old")
		} else {
			want(t, err, court.ErrSignInLocked, "")
		}
	}
}

func TestChangingMyPasswordEndsMyOtherSessions(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	in := hub.SignInStaff{Login: "judge.li", Password: password}
	here, err1 := o.signIn(in, "192.0.2.1")
	there, err2 := o.signIn(in, "192.0.2.2")
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	me := o.actor(here)
	want(t, do(o, me, hub.ChangePassword{Old: password, New: "judge.li"}), court.ErrPassword, "new")
	if err := do(o, me, hub.ChangePassword{Old: password, New: "a new long password"}); err != nil {
		t.Fatal(err)
	}
	o.actor(here)
	_, err := o.hub.Authenticate(t.Context(), there.Token, "zh", "")
	want(t, err, court.ErrUnauthenticated, "")
	_, err = o.signIn(in, "192.0.2.1")
	want(t, err, court.ErrCredentials, "")
}

func TestASessionIsListedAndEndedByItsOwnerOnly(t *testing.T) {
	o := openOffice(t)
	o.staff("judge.li", court.RoleJudge)
	o.staff("clerk.wang", court.RoleClerk)
	mine, err1 := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password, Device: "办公室\n电脑"}, "192.0.2.1")
	phone, err2 := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password, Device: strings.Repeat("长", 300)}, "192.0.2.2")
	other, err3 := o.signIn(hub.SignInStaff{Login: "clerk.wang", Password: password}, "192.0.2.3")
	if err := errors.Join(err1, err2, err3); err != nil {
		t.Fatal(err)
	}
	sessions, err := hub.Do(t.Context(), o.hub, o.actor(mine), hub.ListSessions{})
	if err != nil || len(sessions) != 2 {
		t.Fatalf("listed %+v, %v", sessions, err)
	}
	i := slices.IndexFunc(sessions, func(s hub.SessionInfo) bool { return s.Current })
	if sessions[i].ID != mine.Session.ID || sessions[i].Device != "办公室 电脑" || len(sessions[1-i].Device) > 200 {
		t.Fatalf("listed %+v", sessions)
	}
	want(t, do(o, o.actor(other), hub.RevokeSession{ID: phone.Session.ID}), court.ErrNotFound, "")
	if err := do(o, o.actor(mine), hub.RevokeSession{ID: phone.Session.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = o.hub.Authenticate(t.Context(), phone.Token, "zh", "")
	want(t, err, court.ErrUnauthenticated, "")
	if err := do(o, o.actor(mine), hub.SignOutEverywhere{}); err != nil {
		t.Fatal(err)
	}
	_, err = o.hub.Authenticate(t.Context(), mine.Token, "zh", "")
	want(t, err, court.ErrUnauthenticated, "")
	o.actor(other)
}

func TestEveryActOfAnAdministratorStandsInTheAudit(t *testing.T) {
	o := openOffice(t)
	o.staff("admin", court.RoleAdmin)
	signed, err := o.signIn(hub.SignInStaff{Login: "admin", Password: password}, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	o.signIn(hub.SignInStaff{Login: "admin", Password: "s3cret typed wrong"}, "192.0.2.7")
	o.signIn(hub.SignInStaff{Login: "s3cret typed wrong", Password: ""}, "192.0.2.7")
	admin := o.actor(signed)
	id, err := hub.Do(t.Context(), o.hub, admin, hub.CreateStaff{Login: "clerk.wang", Name: "王书记员", Role: court.RoleClerk, Password: password})
	if err != nil {
		t.Fatal(err)
	}
	yes := true
	errs := []error{
		do(o, admin, hub.ListStaff{}), do(o, admin, hub.ChangeStaff{ID: id, Password: "another long password"}),
		do(o, admin, hub.ChangeStaff{ID: id, Disabled: &yes}), do(o, admin, hub.SignOutPerson{PersonID: id}),
		do(o, admin, hub.ChangePassword{Old: password, New: "yet another password"}),
	}
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	want(t, do(o, admin, hub.ChangeStaff{ID: admin.PersonID, Disabled: &yes}), court.ErrInvalid, "disabled")
	page, err := hub.Do(t.Context(), o.hub, admin, hub.ReadAudit{})
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range slices.Backward(page.Entries) {
		acts = append(acts, string(e.Act)+" "+e.Detail)
		if strings.Contains(e.Detail+e.Subject+e.Name, "s3cret") {
			t.Errorf("the audit holds what was typed: %+v", e)
		}
	}
	expected := []string{
		"staff.manage created as admin", "sign_in.staff signed in", "sign_in.staff refused: wrong password", "sign_in.staff refused: unknown name",
		"staff.manage created as clerk", "staff.manage listed", "staff.manage password set", "staff.manage disabled", "person.sign_out ",
		"password.change ", "audit.read ",
	}
	if !slices.Equal(acts, expected) {
		t.Fatalf("the audit says\n%s\nwant\n%s", strings.Join(acts, "\n"), strings.Join(expected, "\n"))
	}
	_, err = hub.Do(t.Context(), o.hub, admin, hub.ReadAudit{Cursor: "x'"})
	want(t, err, court.ErrInvalid, "cursor")
}

func TestAPersonIsWrittenToInTheLanguageChosen(t *testing.T) {
	o := openOffice(t)
	if err := do(o, hub.Console(), hub.CreateStaff{Login: "judge.li", Name: "李法官", Role: court.RoleJudge, Password: password}); err != nil {
		t.Fatal(err)
	}
	in, err := hub.Do(t.Context(), o.hub, hub.Anyone("en", "192.0.2.1"), hub.SignInStaff{Login: "judge.li", Password: password})
	if err != nil {
		t.Fatal(err)
	}
	me := hub.Actor{PersonID: in.Person.ID, SessionID: in.Session.ID, Role: in.Session.Role}
	for _, lang := range []string{"en", "zh", "en", "en"} {
		if err := do(o, me, hub.SetLanguage{Lang: lang}); err != nil {
			t.Fatal(err)
		}
		if got, err := hub.Do(t.Context(), o.hub, me, hub.ReadMe{}); err != nil || got.Lang != lang {
			t.Errorf("chose %s, got %q, %v", lang, got.Lang, err)
		}
	}
	want(t, do(o, me, hub.SetLanguage{Lang: "de"}), court.ErrInvalid, "lang")
	want(t, do(o, hub.Anyone("zh", ""), hub.SetLanguage{Lang: "zh"}), court.ErrUnauthenticated, "")
}

func TestAnAccountNeedsALoginANameARoleAndAPassword(t *testing.T) {
	o := openOffice(t)
	good := hub.CreateStaff{Login: "judge.li", Name: "李法官", Role: court.RoleJudge, Password: password}
	for field, change := range map[string]func(*hub.CreateStaff){
		"login": func(c *hub.CreateStaff) { c.Login = "李法官" }, "name": func(c *hub.CreateStaff) { c.Name = " \n" },
		"role": func(c *hub.CreateStaff) { c.Role = court.RoleParty },
	} {
		bad := good
		change(&bad)
		want(t, do(o, hub.Console(), bad), court.ErrInvalid, field)
	}
	weak := good
	weak.Password = "short"
	want(t, do(o, hub.Console(), weak), court.ErrPassword, "password")
	if err := do(o, hub.Console(), good); err != nil {
		t.Fatal(err)
	}
	good.Login = "JUDGE.LI "
	want(t, do(o, hub.Console(), good), court.ErrLoginTaken, "login")
}

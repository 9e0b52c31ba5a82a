package hub_test

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"microcourt/hub"
	"microcourt/hub/oidc"
	"microcourt/hub/passkey"
	"microcourt/hub/passkey/passkeytest"
	"microcourt/store"
	"microcourt/store/court"
)

const passkeyOrigin = "https://court.example.cn"

// openPasskeyOffice is an office with a site that passkeys are bound to.
func openPasskeyOffice(t *testing.T, change ...func(*hub.AccountConfig)) *office {
	t.Helper()
	site, err := passkey.New(passkeyOrigin, "某某人民法院")
	if err != nil {
		t.Fatal(err)
	}
	return openOffice(t, append(change, func(c *hub.AccountConfig) { c.Passkeys = site })...)
}

// byCode signs somebody in by phone.
func (o *office) byCode(phone string) hub.SignedIn {
	o.Helper()
	if err := do(o, visitor("192.0.2.1"), hub.SendCode{Phone: phone}); err != nil {
		o.Fatal(err)
	}
	in, err := hub.Do(o.Context(), o.hub, visitor("192.0.2.1"), hub.SignInByCode{Phone: phone, Code: o.post.code(o.T)})
	if err != nil {
		o.Fatal(err)
	}
	return in
}

// passkey makes one and keeps it.
func (o *office) passkey(who hub.Actor, a *passkeytest.Authenticator) hub.PasskeyInfo {
	o.Helper()
	q, err := hub.Do(o.Context(), o.hub, who, hub.BeginPasskey{})
	if err != nil {
		o.Fatal(err)
	}
	info, err := hub.Do(o.Context(), o.hub, who, hub.AddPasskey{Attempt: q.Attempt, Name: " 我的手机 ", Answer: a.Make(o, q.Options)})
	if err != nil {
		o.Fatal(err)
	}
	return info
}

// byPasskey signs in with an authenticator.
func (o *office) byPasskey(a *passkeytest.Authenticator) (hub.SignedIn, error) {
	o.Helper()
	q := o.question()
	return hub.Do(o.Context(), o.hub, visitor("192.0.2.1"), hub.FinishPasskeySignIn{Attempt: q.Attempt, Answer: a.Sign(o, q.Options), Device: "手机"})
}

func (o *office) question() hub.PasskeyQuestion {
	o.Helper()
	q, err := hub.Do(o.Context(), o.hub, visitor("192.0.2.1"), hub.BeginPasskeySignIn{})
	if err != nil {
		o.Fatal(err)
	}
	return q
}

func (o *office) passkeys(who hub.Actor) []hub.PasskeyInfo {
	o.Helper()
	list, err := hub.Do(o.Context(), o.hub, who, hub.ListPasskeys{})
	if err != nil {
		o.Fatal(err)
	}
	return list
}

func TestSomebodySignsInWithAPasskeyOfTheirOwn(t *testing.T) {
	o := openPasskeyOffice(t)
	mine, other := o.actor(o.byCode("13800000001")), o.actor(o.byCode("13800000002"))
	phone := passkeytest.Authenticator{Origin: passkeyOrigin}
	added := o.passkey(mine, &phone)
	if added.Name != "我的手机" || added.LastUsedAt != 0 {
		t.Fatalf("added %+v", added)
	}
	o.pass(time.Hour)
	in, err := o.byPasskey(&phone)
	if err != nil || in.Person.ID != mine.PersonID || in.Session.Device != "手机" {
		t.Fatalf("signed in as %+v, %v", in, err)
	}
	me := o.actor(in)
	if list := o.passkeys(me); len(list) != 1 || list[0].LastUsedAt == 0 {
		t.Fatalf("my passkeys are %+v", list)
	}
	// The session is no code on the phone: neither for what the law wants it, nor for another passkey.
	want(t, do(o, me, hub.BeginPasskey{}), court.ErrReverification, "")
	want(t, do(o, me, hub.ChangePhone{Phone: "13800000003", Code: "000000"}), court.ErrReverification, "")
	if err := do(o, me, hub.SendOwnCode{}); err != nil {
		t.Fatal(err)
	}
	if err := do(o, me, hub.Reverify{Code: o.post.code(t)}); err != nil {
		t.Fatal(err)
	}
	if q, err := hub.Do(t.Context(), o.hub, me, hub.BeginPasskey{}); err != nil || phone.Make(t, q.Options) != nil {
		t.Errorf("an authenticator that holds a passkey is asked for another, %v", err)
	}

	for what, act := range map[string]error{"name": do(o, other, hub.RenamePasskey{ID: added.ID, Name: "x"}), "remove": do(o, other, hub.RemovePasskey{ID: added.ID})} {
		if court.AsError(act) != court.ErrNotFound {
			t.Errorf("another person may %s it: %v", what, act)
		}
	}
	if len(o.passkeys(other)) != 0 {
		t.Error("another person sees it")
	}
	want(t, do(o, me, hub.RenamePasskey{ID: added.ID, Name: "\n"}), court.ErrInvalid, "name")
	if err := do(o, me, hub.RenamePasskey{ID: added.ID, Name: "旧手机"}); err != nil || o.passkeys(me)[0].Name != "旧手机" {
		t.Errorf("renamed: %v", err)
	}
	if err := do(o, me, hub.RemovePasskey{ID: added.ID}); err != nil {
		t.Fatal(err)
	}
	_, err = o.byPasskey(&phone)
	want(t, err, court.ErrPasskey, "")
}

func TestAPasskeysQuestionIsAnsweredOnceInTimeAndByWhomItWasPutTo(t *testing.T) {
	o := openPasskeyOffice(t)
	mine, other := o.actor(o.byCode("13800000001")), o.actor(o.byCode("13800000002"))
	phone := passkeytest.Authenticator{Origin: passkeyOrigin}
	begin := func(who hub.Actor) hub.PasskeyQuestion {
		t.Helper()
		q, err := hub.Do(t.Context(), o.hub, who, hub.BeginPasskey{})
		if err != nil {
			t.Fatal(err)
		}
		return q
	}
	add := func(who hub.Actor, attempt string, answer json.RawMessage) error {
		t.Helper()
		return do(o, who, hub.AddPasskey{Attempt: attempt, Name: "n", Answer: answer})
	}
	q := begin(mine)
	answer := phone.Make(t, q.Options)
	want(t, add(other, q.Attempt, answer), court.ErrPasskey, "")
	again := mine
	again.SessionID = other.SessionID
	want(t, add(again, q.Attempt, answer), court.ErrPasskey, "")
	want(t, do(o, visitor("192.0.2.1"), hub.FinishPasskeySignIn{Attempt: q.Attempt, Answer: answer}), court.ErrPasskey, "")
	want(t, add(mine, begin(mine).Attempt, answer), court.ErrPasskey, "") // the answer to another question
	if err := add(mine, q.Attempt, answer); err != nil {
		t.Fatal(err)
	}
	want(t, add(mine, q.Attempt, answer), court.ErrPasskey, "")

	ask := o.question()
	signed := phone.Sign(t, ask.Options)
	finish := func(attempt string, answer json.RawMessage) error {
		t.Helper()
		return do(o, visitor("192.0.2.7"), hub.FinishPasskeySignIn{Attempt: attempt, Answer: answer})
	}
	want(t, finish("", signed), court.ErrPasskey, "")
	want(t, finish(o.question().Attempt, signed), court.ErrPasskey, "")
	want(t, add(mine, ask.Attempt, signed), court.ErrPasskey, "")
	if err := finish(ask.Attempt, signed); err != nil {
		t.Fatal(err)
	}
	want(t, finish(ask.Attempt, signed), court.ErrPasskey, "")
	ask = o.question()
	signed = phone.Sign(t, ask.Options)
	o.pass(5 * time.Minute)
	want(t, finish(ask.Attempt, signed), court.ErrPasskey, "")

	wrong := phone.Copy()
	wrong.Origin = "https://court.example.cn.evil.example"
	ask = o.question()
	want(t, finish(ask.Attempt, wrong.Sign(t, ask.Options)), court.ErrPasskey, "")
	want(t, finish(ask.Attempt, phone.Sign(t, ask.Options)), court.ErrPasskey, "") // a wrong answer has used it up
}

func TestP3_WhoHasAPasskeyIsToldToNobody(t *testing.T) {
	o := openPasskeyOffice(t)
	shape := func() []string {
		t.Helper()
		text, err := json.Marshal(o.question().Options)
		var fields map[string]any
		if err == nil {
			err = json.Unmarshal(text, &fields)
		}
		if err != nil {
			t.Fatal(err)
		}
		delete(fields, "challenge")
		var lines []string
		for k, v := range fields {
			one, _ := json.Marshal(v)
			lines = append(lines, k+"="+string(one))
		}
		slices.Sort(lines)
		return lines
	}
	before := shape()
	phone, nobodys := passkeytest.Authenticator{Origin: passkeyOrigin}, passkeytest.Authenticator{Origin: passkeyOrigin}
	mine := o.actor(o.byCode("13800000001"))
	o.passkey(mine, &phone)
	if after := shape(); !reflect.DeepEqual(before, after) {
		t.Errorf("the question was %v and is %v", before, after)
	}
	q, err := hub.Do(t.Context(), o.hub, mine, hub.BeginPasskey{})
	if err != nil {
		t.Fatal(err)
	}
	nobodys.Make(t, q.Options)
	_, unknown := o.byPasskey(&nobodys)
	forged := nobodys.Copy()
	forged.Keys[0].ID = phone.Keys[0].ID
	_, known := o.byPasskey(forged)
	if *court.AsError(unknown) != *court.AsError(known) {
		t.Errorf("a passkey that nobody has is answered %v, one that somebody has %v", unknown, known)
	}
}

func TestACopiedPasskeyOpensNothingAnyMore(t *testing.T) {
	o := openPasskeyOffice(t)
	me := o.actor(o.byCode("13800000001"))
	card := passkeytest.Authenticator{Origin: passkeyOrigin, Counts: true}
	o.passkey(me, &card)
	thiefs := card.Copy()
	if _, err := o.byPasskey(&card); err != nil {
		t.Fatal(err)
	}
	_, err := o.byPasskey(thiefs)
	want(t, err, court.ErrPasskeySuspended, "")
	_, err = o.byPasskey(&card)
	want(t, err, court.ErrPasskeySuspended, "")
	if list := o.passkeys(me); len(list) != 1 || !list[0].Suspended {
		t.Errorf("its owner reads %+v", list)
	}
}

func TestPasskeysGoWhereAllSessionsEnd(t *testing.T) {
	o := openPasskeyOffice(t)
	admin := o.staff("admin", court.RoleAdmin)
	clerk := o.staff("clerk.wang", court.RoleClerk)
	administrator := hub.Actor{PersonID: admin, Role: court.RoleAdmin, Lang: "zh", Address: "192.0.2.9"}
	yes := true
	for i, c := range []struct {
		what  string
		staff bool
		ends  func(me hub.Actor) error
	}{
		{"an account reported stolen", false, func(me hub.Actor) error { return do(o, me, hub.ReportTheft{Since: o.now.UnixMilli()}) }},
		{"another phone", false, func(me hub.Actor) error {
			if err := do(o, me, hub.SendCode{Phone: "13900000099"}); err != nil {
				return err
			}
			return do(o, me, hub.ChangePhone{Phone: "13900000099", Code: o.post.code(t)})
		}},
		{"signed out by an administrator", false, func(me hub.Actor) error { return do(o, administrator, hub.SignOutPerson{PersonID: me.PersonID}) }},
		{"a password that an administrator set", true, func(me hub.Actor) error {
			return do(o, administrator, hub.ChangeStaff{ID: me.PersonID, Password: password})
		}},
		{"a second step reset", true, func(me hub.Actor) error {
			return do(o, administrator, hub.ChangeStaff{ID: me.PersonID, ResetTOTP: true})
		}},
		{"an account disabled", true, func(me hub.Actor) error {
			return do(o, administrator, hub.ChangeStaff{ID: me.PersonID, Disabled: &yes})
		}},
	} {
		o.pass(2 * time.Minute)
		var me hub.Actor
		if c.staff {
			in, err := o.signIn(hub.SignInStaff{Login: "clerk.wang", Password: password}, "192.0.2.1")
			if err != nil {
				t.Fatal(err)
			}
			me = o.actor(in)
		} else {
			me = o.actor(o.byCode("1380000001" + string(rune('0'+i))))
		}
		phone := passkeytest.Authenticator{Origin: passkeyOrigin}
		o.passkey(me, &phone)
		under, err := hub.Do(t.Context(), o.hub, me, hub.BeginPasskey{}) // one that is being made goes too
		if err != nil {
			t.Fatal(err)
		}
		second := passkeytest.Authenticator{Origin: passkeyOrigin}
		if err := c.ends(me); err != nil {
			t.Fatalf("%s: %v", c.what, err)
		}
		if _, err := o.byPasskey(&phone); court.AsError(err) != court.ErrPasskey {
			t.Errorf("%s: the passkey opens, %v", c.what, err)
		}
		if do(o, me, hub.AddPasskey{Attempt: under.Attempt, Name: "n", Answer: second.Make(t, under.Options)}) == nil {
			t.Errorf("%s: the passkey that was being made is kept", c.what)
		}
	}
	if list, err := o.store.Passkeys(t.Context(), clerk); err != nil || len(list) != 0 {
		t.Errorf("left are %v, %v", list, err)
	}
}

// noProvider is an identity provider that nobody asks.
type noProvider struct{}

func (noProvider) Begin(context.Context) (string, oidc.Pending, error) {
	return "", oidc.Pending{}, oidc.ErrUnavailable
}
func (noProvider) Finish(context.Context, oidc.Pending, string, string) (string, error) {
	return "", oidc.ErrUnavailable
}

func TestAPasskeyIsTheSecondStepOfTheCourtsOwnPeopleAndStandsInTheAudit(t *testing.T) {
	o := openPasskeyOffice(t)
	o.staff("judge.li", court.RoleJudge)
	in, err := o.signIn(hub.SignInStaff{Login: "judge.li", Password: password}, "192.0.2.1")
	if err != nil {
		t.Fatal(err)
	}
	judge := o.actor(in)
	secret, err := hub.Do(t.Context(), o.hub, judge, hub.BeginTOTP{})
	if err != nil {
		t.Fatal(err)
	}
	code, err := totp.GenerateCode(secret.Secret, o.now)
	if err != nil {
		t.Fatal(err)
	}
	if err := do(o, judge, hub.ConfirmTOTP{Code: code}); err != nil {
		t.Fatal(err)
	}
	card := passkeytest.Authenticator{Origin: passkeyOrigin}
	added := o.passkey(judge, &card)
	o.pass(31 * time.Minute)
	want(t, do(o, judge, hub.BeginPasskey{}), court.ErrSignInAgain, "")
	got, err := o.byPasskey(&card)
	if err != nil || got.Session.Role != court.RoleJudge || got.Person.ID != judge.PersonID {
		t.Fatalf("signed in as %+v, %v", got, err)
	}
	if err := do(o, o.actor(got), hub.RemovePasskey{ID: added.ID}); err != nil {
		t.Fatal(err)
	}
	entries, _, err := o.store.Audit(t.Context(), store.Place{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	var acts []string
	for _, e := range slices.Backward(entries) {
		acts = append(acts, string(e.Act)+" "+e.Detail)
	}
	if all := strings.Join(acts, "\n"); !strings.HasSuffix(all, "passkey.keep added\nsign_in.staff signed in by passkey\npasskey.keep removed") {
		t.Errorf("the audit says\n%s", all)
	}
}

func TestPasskeysOfTheCourtsOwnPeopleAreOffWhereTheySignInElsewhere(t *testing.T) {
	o := openPasskeyOffice(t, func(c *hub.AccountConfig) { c.OIDC = noProvider{} })
	id := o.staff("judge.li", court.RoleJudge)
	session, token, err := o.store.SignInStaffBy(t.Context(), "judge.li", "for a test", store.SessionData{})
	if err != nil {
		t.Fatal(err)
	}
	judge := o.actor(hub.SignedIn{Session: session, Token: token})
	card := passkeytest.Authenticator{Origin: passkeyOrigin}
	o.passkey(judge, &card)
	kept, err := o.store.Passkeys(t.Context(), id)
	if err != nil || len(kept) != 1 {
		t.Fatal(kept, err)
	}
	_, _, err = o.store.SignInByPasskey(t.Context(), store.PasskeySignIn{PasskeyID: kept[0].ID, StaffElsewhere: true})
	want(t, err, court.ErrPasswordOff, "")

	only := openPasskeyOffice(t, func(c *hub.AccountConfig) { c.OIDC, c.OIDCOnly = noProvider{}, true })
	only.staff("judge.li", court.RoleJudge)
	if session, token, err = only.store.SignInStaffBy(t.Context(), "judge.li", "for a test", store.SessionData{}); err != nil {
		t.Fatal(err)
	}
	want(t, do(only, only.actor(hub.SignedIn{Session: session, Token: token}), hub.BeginPasskey{}), court.ErrPasswordOff, "")
	party := only.actor(only.byCode("13800000001")) // the public's stay
	phone := passkeytest.Authenticator{Origin: passkeyOrigin}
	only.passkey(party, &phone)
	if _, err := only.byPasskey(&phone); err != nil {
		t.Error(err)
	}
}

func TestPasskeysAreOffWhereTheAddressHasNoName(t *testing.T) {
	o := openOffice(t)
	want(t, do(o, visitor("192.0.2.1"), hub.BeginPasskeySignIn{}), court.ErrPasskeyOff, "")
	want(t, do(o, o.actor(o.byCode("13800000001")), hub.BeginPasskey{}), court.ErrPasskeyOff, "")
}

func TestOneAddressAsksForFewPasskeys(t *testing.T) {
	o := openPasskeyOffice(t)
	var err error
	asked := 0
	for ; err == nil && asked < 100; asked++ {
		err = do(o, visitor("192.0.2.50"), hub.BeginPasskeySignIn{})
	}
	if want(t, err, court.ErrTooMany, ""); asked != 61 {
		t.Errorf("%d were let through", asked-1)
	}
}

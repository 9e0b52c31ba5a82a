package passkey_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"microcourt/hub/passkey"
	"microcourt/hub/passkey/passkeytest"
)

const origin = "https://court.example.cn"

func open(t testing.TB, origin string) *passkey.Site {
	t.Helper()
	s, err := passkey.New(origin, "某某人民法院")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var user = passkey.User{ID: "p1", Name: "138****0001", Display: "张伟"}

func made(t testing.TB, s *passkey.Site, a *passkeytest.Authenticator) passkey.Key {
	t.Helper()
	question, challenge, err := s.Register(user)
	if err != nil {
		t.Fatal(err)
	}
	k, err := s.Registered(user, challenge, a.Make(t, question))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func finds(k passkey.Key) func([]byte) (string, passkey.Key, error) {
	return func(id []byte) (string, passkey.Key, error) {
		if string(id) != string(k.CredentialID) {
			return "", passkey.Key{}, passkey.ErrRefused
		}
		return user.ID, k, nil
	}
}

func TestPasskeysNeedANameAndASecurePage(t *testing.T) {
	for _, bad := range []string{"", "court.example.cn", "http://court.example.cn", "https://192.0.2.1", "https://[2001:db8::1]:8443", "http://127.0.0.1:8080", "https://court.example.cn/x", "https://court.example.cn:*"} {
		if _, err := passkey.New(bad, "n"); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
	for _, good := range []string{origin, "https://court.example.cn:8443", "http://localhost:8080", "http://localhost:*", "https://localhost:*"} {
		if _, err := passkey.New(good, "n"); err != nil {
			t.Error(err)
		}
	}
}

// TestAnAnswerIsTakenFromTheOwnersAuthenticatorAlone: each of the others has one thing wrong.
func TestAnAnswerIsTakenFromTheOwnersAuthenticatorAlone(t *testing.T) {
	s := open(t, origin)
	honest := passkeytest.Authenticator{Origin: origin}
	wrong := map[string]passkeytest.Authenticator{
		"another site's page":             {Origin: "https://court.example.cn.evil.example"},
		"a page without TLS":              {Origin: "http://court.example.cn"},
		"another port":                    {Origin: origin + ":444"},
		"a passkey of another site":       {Origin: origin, Site: "evil.example"},
		"without finger, face or PIN":     {Origin: origin, Unchecked: true},
		"a page inside of another site's": {Origin: origin, Framed: true},
	}
	k := made(t, s, &honest)
	question, challenge, err := s.Ask()
	if err != nil {
		t.Fatal(err)
	}
	if text, _ := json.Marshal(question); strings.Contains(string(text), "allowCredentials") {
		t.Errorf("the question names passkeys: %s", text)
	}
	for what, a := range wrong {
		register, c, err := s.Register(user)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Registered(user, c, a.Make(t, register)); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("made by %s: %v", what, err)
		}
		a.Keys = honest.Keys
		if _, _, err := s.Answered(challenge, a.Sign(t, question), finds(k)); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("signed by %s: %v", what, err)
		}
	}

	other, _, err := s.Ask()
	if err != nil {
		t.Fatal(err)
	}
	stranger := passkeytest.Authenticator{Origin: origin}
	made(t, s, &stranger)
	forged := stranger.Copy()
	forged.Keys[0].ID = k.CredentialID
	creation := honest.Copy().Make(t, question)
	for what, answer := range map[string]json.RawMessage{
		"another question": honest.Sign(t, other), "another's passkey": stranger.Sign(t, question), "another's signature": forged.Sign(t, question), "a new passkey": creation,
		"nothing": json.RawMessage(`{}`), "no JSON": json.RawMessage(`x`), "too much": json.RawMessage(strings.Repeat(" ", passkey.MaxAnswer+1)),
	} {
		if _, _, err := s.Answered(challenge, answer, finds(k)); !errors.Is(err, passkey.ErrRefused) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if _, copied, err := s.Answered(challenge, honest.Sign(t, question), finds(k)); err != nil || copied {
		t.Errorf("the owner: copied %v, %v", copied, err)
	}
	_, _, err = s.Answered(challenge, honest.Sign(t, question), func([]byte) (string, passkey.Key, error) { return "p2", k, nil })
	if !errors.Is(err, passkey.ErrRefused) {
		t.Errorf("where it is another person's: %v", err)
	}
}

func TestAnAuthenticatorThatHoldsAPasskeyMakesNoSecond(t *testing.T) {
	s := open(t, origin)
	a := passkeytest.Authenticator{Origin: origin, Synced: true}
	k := made(t, s, &a)
	if !k.Synced || strings.Join(k.Transports, " ") != "internal" {
		t.Errorf("kept %+v", k)
	}
	again := user
	again.Has = []passkey.Key{k}
	question, _, err := s.Register(again)
	if err != nil || a.Make(t, question) != nil {
		t.Errorf("it makes a second one, %v", err)
	}
}

func TestACopyIsKnownByItsCounter(t *testing.T) {
	s := open(t, origin)
	a := passkeytest.Authenticator{Origin: origin, Counts: true}
	k := made(t, s, &a)
	thief := a.Copy()
	sign := func(a *passkeytest.Authenticator) (uint32, bool) {
		t.Helper()
		question, challenge, err := s.Ask()
		if err != nil {
			t.Fatal(err)
		}
		count, copied, err := s.Answered(challenge, a.Sign(t, question), finds(k))
		if err != nil {
			t.Fatal(err)
		}
		return count, copied
	}
	for range 2 {
		count, copied := sign(&a)
		if copied || count != k.SignCount+1 {
			t.Fatalf("the owner's is at %d after %d, copied %v", count, k.SignCount, copied)
		}
		k.SignCount = count
	}
	if _, copied := sign(thief); !copied {
		t.Error("the copy is taken for the owner's")
	}
}

func TestAnyPortOfThisMachineWillDoUnderDevelopmentAndNoOtherHost(t *testing.T) {
	s := open(t, "http://localhost:*")
	for at, ok := range map[string]bool{
		"http://localhost:8080": true, "http://localhost": true, "http://localhost:39211": true,
		"http://localhost.evil.example:8080": false, "http://127.0.0.1:8080": false, "http://localhost:80@evil.example": false, "http://localhost:8080/x": false, "null": false,
	} {
		question, challenge, err := s.Register(user)
		if err != nil {
			t.Fatal(err)
		}
		a := passkeytest.Authenticator{Origin: at}
		if _, err := s.Registered(user, challenge, a.Make(t, question)); (err == nil) != ok {
			t.Errorf("%s: %v", at, err)
		}
	}
}

// FuzzAnAnswer: what a browser sends is refused or taken, and nothing else happens.
func FuzzAnAnswer(f *testing.F) {
	s := open(f, "http://localhost:*")
	a := passkeytest.Authenticator{Origin: "http://localhost:8080"}
	question, challenge, err := s.Register(user)
	if err != nil {
		f.Fatal(err)
	}
	creation := a.Make(f, question)
	k, err := s.Registered(user, challenge, creation)
	if err != nil {
		f.Fatal(err)
	}
	ask, asked, err := s.Ask()
	if err != nil {
		f.Fatal(err)
	}
	f.Add([]byte(creation))
	f.Add([]byte(a.Sign(f, ask)))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if _, err := s.Registered(user, challenge, answer); err != nil && !errors.Is(err, passkey.ErrRefused) {
			t.Error(err)
		}
		if _, _, err := s.Answered(asked, answer, finds(k)); err != nil && !errors.Is(err, passkey.ErrRefused) {
			t.Error(err)
		}
	})
}

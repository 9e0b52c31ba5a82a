package pay_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"microcourt/hub/pay"
	"microcourt/hub/signed"
)

const secret = "a secret for tests only"

func TestAServiceThatAnswersOtherwiseThanAgreedBeginsNoPayment(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		body   string
		ok     bool
	}{
		"as agreed":      {200, `{"url":"https://pay.example.cn/x"}`, true},
		"a wallet":       {200, `{"url":"weixin://wxpay/bizpayurl?pr=x"}`, true},
		"a script":       {200, `{"url":"javascript:alert(1)"}`, false},
		"in the clear":   {200, `{"url":"http://pay.example.cn/x"}`, false},
		"nowhere":        {200, `{}`, false},
		"no JSON":        {200, `<html>`, false},
		"an error":       {500, `{"url":"https://pay.example.cn/x"}`, false},
		"a redirect":     {302, `{"url":"https://pay.example.cn/x"}`, false},
		"much too large": {200, `{"url":"https://pay.example.cn/` + strings.Repeat("x", 100<<10) + `"}`, false},
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			if err := signed.Check([]byte(secret), r.Header.Get(signed.TimestampHeader), r.Header.Get(signed.SignatureHeader), body, time.Now()); err != nil {
				t.Errorf("the service can't know the message: %v", err)
			}
			if string(body) != `{"order":"o1","title":"案件受理费","amount":5000}` {
				t.Errorf("sent %s", body)
			}
			w.WriteHeader(c.status)
			io.WriteString(w, c.body)
		}))
		g, err := pay.NewGateway(server.URL, secret)
		if err != nil {
			t.Fatal(err)
		}
		url, err := g.Begin(t.Context(), "o1", "案件受理费", 5000)
		if (err == nil) != c.ok || (url != "") != c.ok || err != nil && !errors.Is(err, pay.ErrUnavailable) {
			t.Errorf("%s: %q, %v", name, url, err)
		}
		server.Close()
		if _, err := g.Begin(t.Context(), "o1", "案件受理费", 5000); !errors.Is(err, pay.ErrUnavailable) || strings.Contains(err.Error(), server.URL) {
			t.Errorf("a service that is away: %v", err)
		}
	}
}

func TestTheSettingsAreCheckedAtStart(t *testing.T) {
	for address, s := range map[string]string{"https://pay.example.cn": "short", "http://pay.example.cn": secret, "pay": secret, "": secret} {
		if _, err := pay.NewGateway(address, s); err == nil {
			t.Errorf("%q with %q is taken", address, s)
		}
	}
}

package sms

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

const secret = "0123456789abcdef"

func gateway(t *testing.T, answer http.HandlerFunc) *Gateway {
	t.Helper()
	server := httptest.NewServer(answer)
	t.Cleanup(server.Close)
	g, err := NewGateway(server.URL+"/send?key=hidden", secret)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGatewayCanProveThatTheMessageIsOurs(t *testing.T) {
	got := make(chan map[string]string, 1)
	g := gateway(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.Header.Get(SignatureHeader) != Signature([]byte(secret), r.Header.Get(TimestampHeader), body) {
			t.Error("the signature does not fit the body")
		}
		if r.Method != http.MethodPost || r.Header.Get("Content-Type") != "application/json" {
			t.Errorf("got %s %s", r.Method, r.Header.Get("Content-Type"))
		}
		var m map[string]string
		if err := json.Unmarshal(body, &m); err != nil {
			t.Error(err)
		}
		got <- m
		w.WriteHeader(http.StatusAccepted)
	})
	if err := g.Send(t.Context(), "13800000001", "验证码123456"); err != nil {
		t.Fatal(err)
	}
	if m := <-got; m["phone"] != "13800000001" || m["text"] != "验证码123456" {
		t.Errorf("the gateway got %v", m)
	}
}

func TestWhatTheGatewayAnswersIsTold(t *testing.T) {
	for status, want := range map[int]error{
		200: nil, 202: nil, 204: nil, 302: ErrRefused, 400: ErrRefused, 401: ErrRefused, 404: ErrRefused,
		422: ErrNumber, 408: ErrUnavailable, 429: ErrUnavailable, 500: ErrUnavailable, 503: ErrUnavailable,
	} {
		g := gateway(t, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(status)
		})
		if err := g.Send(t.Context(), "13800000001", "x"); !errors.Is(err, want) || (want == nil) != (err == nil) {
			t.Errorf("status %d: got %v, want %v", status, err, want)
		}
	}
}

func TestASilentGatewayEndsWithTheRequestAndTellsNoSecrets(t *testing.T) {
	release := make(chan struct{})
	g := gateway(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		select {
		case <-r.Context().Done():
		case <-release:
		}
	})
	t.Cleanup(func() { close(release) })
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := g.Send(ctx, "13800000001", "code 123456")
	if !errors.Is(err, ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	for _, secret := range []string{"hidden", "138", "123456"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %q: %v", secret, err)
		}
	}
}

func TestGatewaySettingsThatWouldLeakCodesAreRefused(t *testing.T) {
	for _, c := range []struct{ address, secret string }{
		{"http://sms.example.com/send", secret}, {"sms.example.com", secret}, {"https://sms.example.com", "short"}, {"://", secret}, {"", secret},
	} {
		if _, err := NewGateway(c.address, c.secret); err == nil {
			t.Errorf("accepted %q with secret %q", c.address, c.secret)
		}
	}
}

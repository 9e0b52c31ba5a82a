package push

import (
	"context"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"microcourt/hub/push/pushtest"
)

func raw(t testing.TB, text string) []byte {
	t.Helper()
	data, err := b64.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// TestAMessageIsSealedAsTheExampleOfRFC8291 (section 5 and appendix A).
func TestAMessageIsSealedAsTheExampleOfRFC8291(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(raw(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := ParseSubscription("https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
		"BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg")
	if err != nil {
		t.Fatal(err)
	}
	got, err := seal(s, []byte("When I grow up, I want to be a watermelon"), own, raw(t, "DGv6ra1nlYgDCS1FRnbzlw"), 0)
	if err != nil {
		t.Fatal(err)
	}
	const want = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if b64.EncodeToString(got) != want {
		t.Errorf("sealed as\n%s, want\n%s", b64.EncodeToString(got), want)
	}
}

// newBrowser is a browser that has subscribed.
func newBrowser(t testing.TB, endpoint string) (*pushtest.Browser, *Subscription) {
	t.Helper()
	b := pushtest.New(t, endpoint)
	sub, err := ParseSubscription(endpoint, b.P256DH+"=", b.Auth+"==")
	if err != nil {
		t.Fatal(err)
	}
	return b, sub
}

// checkToken checks what the push service learns of the sender.
func checkToken(t testing.TB, header, key, audience string, now time.Time) {
	t.Helper()
	rest, ok := strings.CutPrefix(header, "vapid t=")
	jwt, public, found := strings.Cut(rest, ", k=")
	parts := strings.Split(jwt, ".")
	if !ok || !found || public != key || len(parts) != 3 {
		t.Fatalf("authorization %q", header)
	}
	point := raw(t, public)
	x, y := new(big.Int).SetBytes(point[1:33]), new(big.Int).SetBytes(point[33:])
	signature := raw(t, parts[2])
	sum := sha256.Sum256([]byte(parts[0] + "." + parts[1]))
	if len(signature) != 64 || !ecdsa.Verify(&ecdsa.PublicKey{Curve: elliptic.P256(), X: x, Y: y}, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		t.Error("the token's signature doesn't hold")
	}
	var claims struct {
		Aud, Sub string
		Exp      int64
	}
	if err := json.Unmarshal(raw(t, parts[1]), &claims); err != nil || claims.Aud != audience || claims.Sub != "mailto:court@example.cn" ||
		claims.Exp <= now.Unix() || claims.Exp > now.Add(24*time.Hour).Unix() {
		t.Errorf("claims %+v, %v", claims, err)
	}
}

// TestAPushMessageReachesTheBrowserAlone: over real HTTP, under the server's key, all of one length; and what the push service answers is understood.
func TestAPushMessageReachesTheBrowserAlone(t *testing.T) {
	type delivery struct {
		header http.Header
		body   []byte
	}
	got := make(chan delivery, 10)
	status := http.StatusCreated
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got <- delivery{r.Header, body}
		if status == http.StatusFound {
			w.Header().Set("Location", "/elsewhere")
		}
		w.WriteHeader(status)
	}))
	defer service.Close()
	key, err := OpenKey(filepath.Join(t.TempDir(), "new", "push-key"))
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	s := NewSender(key, "mailto:court@example.cn", true)
	s.now = func() time.Time { return now }
	b, sub := newBrowser(t, service.URL+"/push/secret")
	length := 0
	for _, text := range []string{"", "short", strings.Repeat("长", payloadSize/3)} {
		if err := s.Send(t.Context(), sub, Message{Text: []byte(text), Topic: "topic", TTL: time.Hour, Urgent: true}); err != nil {
			t.Fatal(err)
		}
		d := <-got
		if opened := b.Open(t, d.body); opened != text {
			t.Errorf("opened as %q, want %q", opened, text)
		}
		if length != 0 && len(d.body) != length {
			t.Errorf("a body of %d bytes after one of %d: the length tells", len(d.body), length)
		}
		length = len(d.body)
		checkToken(t, d.header.Get("Authorization"), key.Public, service.URL, now)
		for name, want := range map[string]string{"Content-Encoding": "aes128gcm", "TTL": "3600", "Topic": "topic", "Urgency": "high"} {
			if d.header.Get(name) != want {
				t.Errorf("%s: %q", name, d.header.Get(name))
			}
		}
		now = now.Add(7 * time.Hour) // the token is made anew in time
	}
	if err := s.Send(t.Context(), sub, Message{Text: make([]byte, payloadSize+1)}); err == nil {
		t.Error("a message that is too long was sent")
	}
	for answer, want := range map[int]error{http.StatusGone: ErrGone, http.StatusNotFound: ErrGone, http.StatusTooManyRequests: ErrUnavailable, http.StatusBadGateway: ErrUnavailable,
		http.StatusForbidden: ErrRefused, http.StatusFound: ErrRefused} {
		status = answer
		err := s.Send(t.Context(), sub, Message{Text: []byte("x")})
		if !errors.Is(err, want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("answered %d: %v", answer, err)
		}
		<-got
		if errors.Is(err, ErrUnavailable) { // left alone for a while, then tried again
			if err := s.Send(t.Context(), sub, Message{Text: []byte("x")}); !errors.Is(err, ErrResting) {
				t.Errorf("at once after %d: %v", answer, err)
			}
			now = now.Add(rest + time.Second)
		}
	}
	if len(got) != 0 {
		t.Error("a redirect was followed")
	}
	service.Close()
	if err := s.Send(t.Context(), sub, Message{Text: []byte("x")}); !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "secret") {
		t.Errorf("nobody there: %v", err)
	}
}

// TestAnEndpointIsNoWayIntoTheCourtsNetwork: what a browser names as its endpoint is reached on public addresses only, and over https only.
func TestAnEndpointIsNoWayIntoTheCourtsNetwork(t *testing.T) {
	asked := false
	service := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked = true }))
	defer service.Close()
	key, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	s := NewSender(key, "mailto:court@example.cn", false)
	for _, endpoint := range []string{service.URL, strings.Replace(service.URL, "127.0.0.1", "localhost", 1), strings.Replace(service.URL, "https", "http", 1)} {
		_, sub := newBrowser(t, endpoint)
		if err := s.Send(context.Background(), sub, Message{}); !errors.Is(err, ErrSubscription) {
			t.Errorf("%s: %v", endpoint, err)
		}
	}
	for _, address := range []string{"127.0.0.1:443", "10.1.2.3:443", "192.168.1.1:443", "172.16.0.1:443", "169.254.169.254:80", "100.64.0.1:443", "0.0.0.0:443", "[::1]:443", "[fd00::1]:443",
		"[fe80::1]:443", "[::ffff:10.0.0.1]:443", "[64:ff9b::a00:1]:443", "224.0.0.1:443"} {
		if publicOnly("tcp", address, nil) == nil {
			t.Errorf("%s is taken for public", address)
		}
	}
	if err := publicOnly("tcp", "203.0.113.7:443", nil); err != nil {
		t.Errorf("a public address: %v", err)
	}
	if asked {
		t.Error("this machine was asked")
	}
}

// TestTheKeyStaysTheSame over restarts, and what is no key is refused.
func TestTheKeyStaysTheSame(t *testing.T) {
	path := filepath.Join(t.TempDir(), "push-key")
	first, err := OpenKey(path)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenKey(path)
	if err != nil || again.Public != first.Public {
		t.Errorf("again: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("who may read it: %v %v", info.Mode(), err)
	}
	for _, text := range []string{"", "no key", strings.Repeat("A", 43)} {
		os.WriteFile(path, []byte(text), 0o600)
		if _, err := OpenKey(path); err == nil {
			t.Errorf("%q is taken for a key", text)
		}
	}
}

func FuzzParseSubscription(f *testing.F) {
	f.Add("https://push.example.net/x", "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4", "BTBZMqHH6r4Tts7J_aSIgg")
	f.Add("http://a@b", "", "=")
	f.Fuzz(func(t *testing.T, endpoint, p256dh, auth string) {
		s, err := ParseSubscription(endpoint, p256dh, auth)
		if err != nil {
			return
		}
		if _, err := encrypt(s, []byte("x")); err != nil {
			t.Errorf("taken, but can't be encrypted for: %v", err)
		}
	})
}

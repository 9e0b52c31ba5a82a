package witness

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/digitorus/timestamp"

	"microcourt/store/storetest/servers"
)

const head = "microcourt checkpoint v1\norigin\nnumber 1\n\n— origin signature\n"

func TestAnHTTPWitnessGetsTheSignedHeadAsItIsPublished(t *testing.T) {
	var got, contentType string
	status := http.StatusOK
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got, contentType = string(body), r.Header.Get("Content-Type")
		w.WriteHeader(status)
		io.WriteString(w, "— witness signature\n")
	}))
	defer server.Close()
	w, err := NewHTTP(server.URL + "/heads")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.Attest(t.Context(), head)
	if err != nil || string(answer) != "— witness signature\n" || got != head || contentType != "text/plain; charset=utf-8" {
		t.Errorf("answer %q, %v; the witness got %q as %s", answer, err, got, contentType)
	}
	status = http.StatusBadGateway
	if _, err := w.Attest(t.Context(), head); !errors.Is(err, ErrAnswer) {
		t.Errorf("status 502 gives %v", err)
	}
	for _, bad := range []string{"", "no url", "http://witness.example/", "ftp://127.0.0.1/"} {
		if _, err := NewHTTP(bad); err == nil {
			t.Errorf("%q is taken for an address", bad)
		}
	}
}

// authority is a time-stamping authority of the test's own.
type authority struct {
	key  *ecdsa.PrivateKey
	cert *x509.Certificate
	// change makes the answer wrong.
	change func(*timestamp.Timestamp)
}

func newAuthority(t testing.TB, usage x509.ExtKeyUsage) *authority {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test TSA"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageDigitalSignature, BasicConstraintsValid: true, IsCA: true}
	template.ExtraExtensions = []pkix.Extension{extension(usage)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return &authority{key: key, cert: cert, change: func(*timestamp.Timestamp) {}}
}

// extension says what the certificate is for, critically, as RFC 3161 wants it.
func extension(usage x509.ExtKeyUsage) pkix.Extension {
	last := byte(8) // id-kp-timeStamping
	if usage != x509.ExtKeyUsageTimeStamping {
		last = 1
	}
	return pkix.Extension{Id: []int{2, 5, 29, 37}, Critical: true, Value: []byte{0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, last}}
}

func (a *authority) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	query, err := timestamp.ParseRequest(body)
	if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
		http.Error(w, "not a query", http.StatusBadRequest)
		return
	}
	stamp := &timestamp.Timestamp{HashAlgorithm: query.HashAlgorithm, HashedMessage: query.HashedMessage, Time: time.Now().UTC(), Nonce: query.Nonce,
		Policy: []int{1, 2, 3, 4}, AddTSACertificate: query.Certificates, Ordering: true}
	a.change(stamp)
	answer, err := stamp.CreateResponseWithOpts(a.cert, a.key, crypto.SHA256)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/timestamp-reply")
	w.Write(answer)
}

func TestATimeStampIsAboutTheHeadAndNothingElse(t *testing.T) {
	a := newAuthority(t, x509.ExtKeyUsageTimeStamping)
	server := httptest.NewServer(a)
	defer server.Close()
	w, err := NewTSA(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.Attest(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	s, ok, err := CheckStamp(w.Name(), answer, head)
	if err != nil || !ok || time.Since(s.At) > time.Minute || s.By != "CN=Test TSA" {
		t.Errorf("%+v %v %v", s, ok, err)
	}
	if _, _, err := CheckStamp(w.Name(), answer, head+"x"); !errors.Is(err, ErrAnswer) {
		t.Errorf("the stamp of another head gives %v", err)
	}
	answer[len(answer)-10] ^= 1
	if _, _, err := CheckStamp(w.Name(), answer, head); !errors.Is(err, ErrAnswer) {
		t.Errorf("a changed stamp gives %v", err)
	}
	if _, ok, err := CheckStamp("http-example", nil, head); ok || err != nil {
		t.Error("any answer is taken for a stamp")
	}
	for name, change := range map[string]func(*timestamp.Timestamp){
		"another hash": func(s *timestamp.Timestamp) { s.HashedMessage = make([]byte, 32) },
		"no nonce":     func(s *timestamp.Timestamp) { s.Nonce = nil },
		"other nonce":  func(s *timestamp.Timestamp) { s.Nonce = big.NewInt(1) },
		"no name":      func(s *timestamp.Timestamp) { s.AddTSACertificate = false },
	} {
		a.change = change
		if _, err := w.Attest(t.Context(), head); !errors.Is(err, ErrAnswer) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	a.change = func(*timestamp.Timestamp) {}
	*a = *newAuthority(t, x509.ExtKeyUsageServerAuth)
	if _, err := w.Attest(t.Context(), head); !errors.Is(err, ErrAnswer) {
		t.Errorf("a certificate for something else gives %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Attest(ctx, head); err == nil {
		t.Error("a question that was given up is answered")
	}
}

// TestOpenSSLReadsTheTimeStampThatIsKept: nobody needs this program for it.
func TestOpenSSLReadsTheTimeStampThatIsKept(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		servers.Missing(t, "no openssl found")
	}
	a := newAuthority(t, x509.ExtKeyUsageTimeStamping)
	server := httptest.NewServer(a)
	defer server.Close()
	w, err := NewTSA(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := w.Attest(t.Context(), head)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, content := range map[string][]byte{"answer": answer, "checkpoint.txt": []byte(head)} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.Command("openssl", "ts", "-reply", "-in", filepath.Join(dir, "answer"), "-text").CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

// FuzzCheckStamp: an archive can hold anything as the answer of an authority.
func FuzzCheckStamp(f *testing.F) {
	a := newAuthority(f, x509.ExtKeyUsageTimeStamping)
	server := httptest.NewServer(a)
	defer server.Close()
	w, err := NewTSA(server.URL)
	if err != nil {
		f.Fatal(err)
	}
	answer, err := w.Attest(f.Context(), head)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(answer)
	f.Add([]byte{0x30, 0x80, 0, 0})
	f.Fuzz(func(t *testing.T, text []byte) {
		if _, ok, err := CheckStamp("tsa-x", text, head+"x"); !ok || err == nil {
			t.Error("a stamp of something else is taken")
		}
		CheckStamp("tsa-x", text, head)
	})
}

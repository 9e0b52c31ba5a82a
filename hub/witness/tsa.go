package witness

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/digitorus/timestamp"
)

// tsaPrefix begins the names of time-stamping authorities; their answers can be read by CheckStamp.
const tsaPrefix = "tsa-"

// TSA is a time-stamping authority (RFC 3161 over HTTP). Its answer shows that a head existed at a time; it is kept as it came, so
// that openssl ts -verify takes it.
type TSA struct {
	name, url string
	client    *http.Client
}

// NewTSA checks the address.
func NewTSA(address string) (*TSA, error) {
	name, err := check(address)
	return &TSA{tsaPrefix + name, address, newClient()}, err
}

// Name names the authority by its host.
func (w *TSA) Name() string { return w.name }

// Attest has a head time-stamped. The answer is about this head, bears our nonce, and is signed by a certificate for time-stamping.
func (w *TSA) Attest(ctx context.Context, note string) ([]byte, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 64))
	if err != nil {
		return nil, err
	}
	query, err := timestamp.CreateRequest(strings.NewReader(note), &timestamp.RequestOptions{Hash: crypto.SHA256, Certificates: true, Nonce: nonce})
	if err != nil {
		return nil, err
	}
	answer, err := post(ctx, w.client, w.url, "application/timestamp-query", query)
	if err != nil {
		return nil, err
	}
	stamp, err := readStamp(answer, note)
	if err != nil {
		return nil, err
	}
	if stamp.Nonce == nil || stamp.Nonce.Cmp(nonce) != 0 {
		return nil, fmt.Errorf("%w: the time-stamp answers another question", ErrAnswer)
	}
	return answer, nil
}

func readStamp(answer []byte, note string) (*timestamp.Timestamp, error) {
	stamp, err := timestamp.ParseResponse(answer) // checks the signature where there is a certificate
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	sum := sha256.Sum256([]byte(note))
	switch {
	case stamp.HashAlgorithm != crypto.SHA256 || !bytes.Equal(stamp.HashedMessage, sum[:]):
		return nil, fmt.Errorf("%w: the time-stamp is of something else", ErrAnswer)
	case signerOf(stamp) == nil:
		return nil, fmt.Errorf("%w: no certificate for time-stamping", ErrAnswer)
	}
	return stamp, nil
}

func signerOf(stamp *timestamp.Timestamp) *x509.Certificate {
	for _, c := range stamp.Certificates {
		if slices.Contains(c.ExtKeyUsage, x509.ExtKeyUsageTimeStamping) {
			return c
		}
	}
	return nil
}

// Stamp is what a time-stamp says.
type Stamp struct {
	At time.Time
	By string // the authority, as its certificate names it; whether it is trusted is for the reader to say
}

// CheckStamp reads the answer of the witness of a name to a head. ok is false for witnesses that don't time-stamp.
func CheckStamp(name string, answer []byte, note string) (s Stamp, ok bool, err error) {
	if !strings.HasPrefix(name, tsaPrefix) {
		return Stamp{}, false, nil
	}
	if len(answer) > maxAnswer {
		return Stamp{}, true, ErrAnswer
	}
	stamp, err := readStamp(answer, note)
	if err != nil {
		return Stamp{}, true, err
	}
	return Stamp{stamp.Time, signerOf(stamp).Subject.String()}, true, nil
}

// Package witness hands the published heads of the sealed record to places outside of the court: any HTTP service that keeps them,
// and time-stamping authorities (RFC 3161). It keeps nothing; the answers go into the record.
package witness

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// ErrAnswer says that a witness didn't answer as it should; somebody may have to look at the configuration.
var ErrAnswer = errors.New("witness: unusable answer")

const (
	timeout   = 15 * time.Second
	maxAnswer = 64 << 10
)

// HTTP is a witness that is handed heads by POST, as text/plain: the signed note. Any 2xx means that it was taken; what it answers,
// a signature of its own for one, is kept. A head is signed, so nothing else has to show that it is ours.
type HTTP struct {
	name, url string
	client    *http.Client
}

// NewHTTP checks the address. Plain http is for witnesses on the same machine only: what stands between could keep heads away.
func NewHTTP(address string) (*HTTP, error) {
	name, err := check(address)
	return &HTTP{"http-" + name, address, newClient()}, err
}

// Name names the witness by its host.
func (w *HTTP) Name() string { return w.name }

// Attest hands a head over.
func (w *HTTP) Attest(ctx context.Context, note string) ([]byte, error) {
	return post(ctx, w.client, w.url, "text/plain; charset=utf-8", []byte(note))
}

// check sees that an address can be used and gives a name made of its host.
func check(address string) (name string, err error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return "", errors.New("witness: the address is not a URL")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return "", errors.New("witness: the address must be https")
	}
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(u.Host)), "-"), nil
}

func newClient() *http.Client {
	return &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

func post(ctx context.Context, client *http.Client, address, contentType string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", contentType)
	resp, err := client.Do(req)
	if err != nil {
		var withURL *url.Error // its text holds the address, and the address may hold a key
		if errors.As(err, &withURL) {
			err = withURL.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, err
	case resp.StatusCode < 200 || resp.StatusCode > 299:
		return nil, fmt.Errorf("%w: status %d", ErrAnswer, resp.StatusCode)
	case len(answer) > maxAnswer:
		return nil, fmt.Errorf("%w: too long", ErrAnswer)
	}
	return answer, nil
}

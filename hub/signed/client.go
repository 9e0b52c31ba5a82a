package signed

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// Client posts signed messages to one service.
type Client struct {
	// MaxAnswer bounds how much of an answer is read, in bytes.
	MaxAnswer int64

	url    string
	secret []byte
	http   *http.Client
	now    func() time.Time
}

// usualAnswer is enough for what most services say.
const usualAnswer = 64 << 10

// NewClient checks the settings. Plain http is for services on the same machine only: messages hold personal data. timeout bounds a message with its answer.
func NewClient(address, secret string, timeout time.Duration) (*Client, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("the service's address is not a URL")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, errors.New("the service's address must be https")
	}
	if len(secret) < MinSecret {
		return nil, fmt.Errorf("the service's secret needs at least %d characters", MinSecret)
	}
	client := &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Client{MaxAnswer: usualAnswer, url: address, secret: []byte(secret), http: client, now: time.Now}, nil
}

// Post sends a message as JSON, signed, and gives the status and the body of the answer. The error of a service that doesn't answer tells neither its address,
// which may hold a key, nor the message.
func (c *Client) Post(ctx context.Context, message any) (status int, answer []byte, err error) {
	body, err := json.Marshal(message)
	if err != nil {
		return 0, nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	stamp := strconv.FormatInt(c.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(TimestampHeader, stamp)
	req.Header.Set(SignatureHeader, Signature(c.secret, stamp, body))
	res, err := c.http.Do(req)
	if err != nil {
		var withURL *url.Error
		if errors.As(err, &withURL) {
			err = withURL.Err
		}
		return 0, nil, err
	}
	defer res.Body.Close()
	answer, err = io.ReadAll(io.LimitReader(res.Body, c.MaxAnswer))
	return res.StatusCode, answer, err
}

// Check refuses a message of the service's own that isn't signed with the secret, or too old: ErrRefused.
func (c *Client) Check(timestamp, signature string, body []byte) error {
	return Check(c.secret, timestamp, signature, body, c.now())
}

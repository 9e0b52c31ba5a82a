// Package sms sends text messages: through an HTTP gateway, or into an outbox for development. It keeps nothing and
// retries nothing: whoever asked for a code asks again.
package sms

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

	"microcourt/hub/signed"
)

// Errors of sending. None of them tells the number or the text.
var (
	// ErrNumber: the gateway says that nothing can be sent to this number.
	ErrNumber = errors.New("sms: the number cannot be reached")
	// ErrRefused: the gateway doesn't accept what we send; somebody has to look at the configuration.
	ErrRefused = errors.New("sms: refused by the gateway")
	// ErrUnavailable: the gateway doesn't answer, or asks to wait.
	ErrUnavailable = errors.New("sms: gateway not available")
)

// Headers by which a gateway knows that a message is ours, as package signed has them.
const (
	TimestampHeader = signed.TimestampHeader
	SignatureHeader = signed.SignatureHeader
)

// Gateway sends through an HTTP service of the operator's choice:
//
//	POST URL   {"phone":"13800000001","text":"..."}
//
// Any 2xx means that the message was taken. 422 means that the number cannot be reached.
type Gateway struct {
	url    string
	secret []byte
	client *http.Client
	now    func() time.Time
}

// gatewayTimeout bounds a send: the person waits for the answer.
const gatewayTimeout = 8 * time.Second

// NewGateway checks the settings. Plain http is for gateways on the same machine only: the text holds a code.
func NewGateway(address, secret string) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("sms: the gateway's address is not a URL")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, errors.New("sms: the gateway's address must be https")
	}
	if len(secret) < signed.MinSecret {
		return nil, fmt.Errorf("sms: the gateway's secret needs at least %d characters", signed.MinSecret)
	}
	client := &http.Client{
		Timeout:       gatewayTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &Gateway{url: address, secret: []byte(secret), client: client, now: time.Now}, nil
}

// Send hands a message to the gateway.
func (g *Gateway) Send(ctx context.Context, phone, text string) error {
	body, err := json.Marshal(map[string]string{"phone": phone, "text": text})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	stamp := strconv.FormatInt(g.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(TimestampHeader, stamp)
	req.Header.Set(SignatureHeader, Signature(g.secret, stamp, body))
	resp, err := g.client.Do(req)
	if err != nil {
		var withURL *url.Error // its text holds the address, and the address may hold a key
		if errors.As(err, &withURL) {
			err = withURL.Err
		}
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer resp.Body.Close()
	io.Copy(io.Discard, io.LimitReader(resp.Body, 64<<10))
	return answerError(resp.StatusCode)
}

func answerError(status int) error {
	switch {
	case status >= 200 && status < 300:
		return nil
	case status == http.StatusUnprocessableEntity:
		return ErrNumber
	case status == http.StatusTooManyRequests || status == http.StatusRequestTimeout || status >= 500:
		return fmt.Errorf("%w: status %d", ErrUnavailable, status)
	}
	return fmt.Errorf("%w: status %d", ErrRefused, status)
}

// Signature is what the SignatureHeader holds.
func Signature(secret []byte, timestamp string, body []byte) string {
	return signed.Signature(secret, timestamp, body)
}

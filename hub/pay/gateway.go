// Package pay begins payments through an HTTP service of the operator's choice, and knows that service's reports. It keeps nothing: orders and
// reports are in the record.
package pay

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

// ErrUnavailable: the service doesn't answer, or not as agreed.
var ErrUnavailable = errors.New("pay: the payment service is not available")

// Gateway speaks with the payment service:
//
//	POST URL   {"order":"...","title":"案件受理费","amount":665184}     amount in 分
//	200        {"url":"https://..."}                                   where the person pays
//
// Messages are signed (package signed) both ways. The same order again is the same payment. The service reports to POST
// /api/v1/payments/reports.
type Gateway struct {
	url    string
	secret []byte
	client *http.Client
	now    func() time.Time
}

const gatewayTimeout = 10 * time.Second

// NewGateway checks the settings. Plain http is for services on the same machine only.
func NewGateway(address, secret string) (*Gateway, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("pay: the service's address is not a URL")
	}
	local := u.Hostname() == "localhost" || u.Hostname() == "127.0.0.1" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, errors.New("pay: the service's address must be https")
	}
	if len(secret) < signed.MinSecret {
		return nil, fmt.Errorf("pay: the service's secret needs at least %d characters", signed.MinSecret)
	}
	client := &http.Client{Timeout: gatewayTimeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return &Gateway{url: address, secret: []byte(secret), client: client, now: time.Now}, nil
}

// Begin asks for a payment, amount in 分, and gives the address where the person pays.
func (g *Gateway) Begin(ctx context.Context, order, title string, amount int64) (string, error) {
	body, err := json.Marshal(struct {
		Order  string `json:"order"`
		Title  string `json:"title"`
		Amount int64  `json:"amount"`
	}{order, title, amount})
	if err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	stamp := strconv.FormatInt(g.now().Unix(), 10)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set(signed.TimestampHeader, stamp)
	req.Header.Set(signed.SignatureHeader, signed.Signature(g.secret, stamp, body))
	res, err := g.client.Do(req)
	if err != nil {
		var withURL *url.Error // its text holds the address, and the address may hold a key
		if errors.As(err, &withURL) {
			err = withURL.Err
		}
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, 64<<10))
	if err != nil || res.StatusCode != http.StatusOK {
		return "", fmt.Errorf("%w: status %d", ErrUnavailable, res.StatusCode)
	}
	var said struct {
		URL string `json:"url"`
	}
	if err := json.Unmarshal(text, &said); err != nil {
		return "", fmt.Errorf("%w: the answer can't be read", ErrUnavailable)
	}
	if u, err := url.Parse(said.URL); err != nil || u.Scheme != "https" && u.Scheme != "weixin" && u.Scheme != "alipays" || u.Scheme == "https" && u.Host == "" {
		return "", fmt.Errorf("%w: the answer has no address to pay at", ErrUnavailable)
	}
	return said.URL, nil
}

// Check refuses a report that isn't the service's, or too old: signed.ErrRefused.
func (g *Gateway) Check(timestamp, signature string, body []byte) error {
	return signed.Check(g.secret, timestamp, signature, body, g.now())
}

// Package pay begins payments through an HTTP service of the operator's choice, and knows that service's reports. It keeps nothing: orders and
// reports are in the record.
package pay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
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
type Gateway struct{ *signed.Client }

const gatewayTimeout = 10 * time.Second

// NewGateway checks the settings, as signed.NewClient does.
func NewGateway(address, secret string) (*Gateway, error) {
	client, err := signed.NewClient(address, secret, gatewayTimeout)
	if err != nil {
		return nil, fmt.Errorf("pay: %w", err)
	}
	return &Gateway{client}, nil
}

// Begin asks for a payment, amount in 分, and gives the address where the person pays.
func (g *Gateway) Begin(ctx context.Context, order, title string, amount int64) (string, error) {
	status, text, err := g.Post(ctx, struct {
		Order  string `json:"order"`
		Title  string `json:"title"`
		Amount int64  `json:"amount"`
	}{order, title, amount})
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	if status != http.StatusOK {
		return "", fmt.Errorf("%w: status %d", ErrUnavailable, status)
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

// Package sms sends text messages: through an HTTP gateway, or into an outbox for development. It keeps nothing and
// retries nothing: whoever asked for a code asks again.
package sms

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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
// Any 2xx means that the message was taken. 422 means that the number cannot be reached. A number that isn't a mainland one is +, its country's code and the rest; a service that
// sends to the mainland alone, or that fears for its bill, answers 422 to those.
type Gateway struct{ client *signed.Client }

// gatewayTimeout bounds a send: the person waits for the answer.
const gatewayTimeout = 8 * time.Second

// NewGateway checks the settings, as signed.NewClient does.
func NewGateway(address, secret string) (*Gateway, error) {
	client, err := signed.NewClient(address, secret, gatewayTimeout)
	if err != nil {
		return nil, fmt.Errorf("sms: %w", err)
	}
	return &Gateway{client}, nil
}

// Send hands a message to the gateway.
func (g *Gateway) Send(ctx context.Context, phone, text string) error {
	status, _, err := g.client.Post(ctx, map[string]string{"phone": phone, "text": text})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	return answerError(status)
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

package sms

import (
	"context"
	"log/slog"
)

// Outbox is for development and demonstrations: it sends nothing and writes the message, code and all, to the log.
type Outbox struct{ log *slog.Logger }

// NewOutbox makes an outbox that writes to a log.
func NewOutbox(log *slog.Logger) *Outbox { return &Outbox{log: log} }

// Send writes the message to the log.
func (o *Outbox) Send(_ context.Context, phone, text string) error {
	o.log.Warn("text message, not sent: this is the development outbox", "phone", phone, "text", text)
	return nil
}

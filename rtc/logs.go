package rtc

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// logFactory gives the WebRTC stack's warnings to our log. Its chatter below that is left out: addresses of people's phones are nobody's business.
type logFactory struct{ log *slog.Logger }

func (f logFactory) NewLogger(scope string) logging.LeveledLogger {
	return scopeLog{f.log.With("part", scope)}
}

type scopeLog struct{ log *slog.Logger }

func (l scopeLog) Trace(string)          {}
func (l scopeLog) Tracef(string, ...any) {}
func (l scopeLog) Debug(string)          {}
func (l scopeLog) Debugf(string, ...any) {}
func (l scopeLog) Info(string)           {}
func (l scopeLog) Infof(string, ...any)  {}
func (l scopeLog) Warn(msg string)       { l.log.Debug("media", "says", msg) }
func (l scopeLog) Warnf(format string, args ...any) {
	if l.log.Enabled(context.Background(), slog.LevelDebug) {
		l.Warn(fmt.Sprintf(format, args...))
	}
}
func (l scopeLog) Error(msg string)                  { l.log.Warn("media", "says", msg) }
func (l scopeLog) Errorf(format string, args ...any) { l.Error(fmt.Sprintf(format, args...)) }

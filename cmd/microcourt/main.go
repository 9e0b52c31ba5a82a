// Command microcourt is the hearing-room server of a court, and the commands for looking after it. Starting is all that it does: what
// it starts is in the packages below.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
)

// gcPercent lets the heap grow to four times what lives in it. That is little here (about 4 KB for a silent phone), and what thousands
// of phones coming back at once allocate is then collected once instead of several times. GOGC and GOMEMLIMIT hold where they are set.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

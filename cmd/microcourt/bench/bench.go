// Package bench measures the room against its budgets: what a delivery costs beside a hub that only fans out, what a
// silent phone costs, how soon everybody is back after an interruption, what committing in groups gains, and what it costs to carry hearings. Server and
// load are processes of their own; what is judged are ratios, counts and bytes within one run, because times depend on
// the machine.
package bench

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Cmd is the command `bench`.
type Cmd struct {
	Measure measureCmd `cmd:"" default:"withargs" help:"Measure, print a table, write bench.json."`
	Part    partCmd    `cmd:"" hidden:"" help:"One process of a measurement; it is told what to do on standard input."`
}

type measureCmd struct {
	Short    bool     `help:"Only show that everything works: few phones, short rounds. The figures mean little." env:"-"`
	Only     []string `help:"Measure only these: delivery, storm, publish, hearing." enum:"delivery,storm,publish,hearing" env:"-"`
	Out      string   `default:"bench.json" help:"File for the figures." env:"-"`
	Postgres string   `help:"PostgreSQL server to measure on; without it one is started for the measurement." env:"MICROCOURT_TEST_POSTGRES"`
	Profile  string   `help:"Folder for CPU profiles of the server, one for each kind of load." env:"-"`

	out io.Writer
}

// plan says how much is measured.
type plan struct {
	rooms int // of five phones each

	sparseRate             int // messages a second
	sparseSeconds, rounds  int
	burstRooms, burstSends int
	inFlight               int
	stormRounds, missing   int // messages that each returning phone misses
	publishMS, callers     int
	hearings               int // of four each
	hearingSeconds         int
	hearingRounds, rejoins int
	observers              int
}

var (
	whole = plan{rooms: 2000, sparseRate: 1000, sparseSeconds: 1, rounds: 15, burstRooms: 100, burstSends: 8000, inFlight: 32,
		stormRounds: 7, missing: 3, publishMS: 1000, callers: 256,
		hearings: 8, hearingSeconds: 5, hearingRounds: 3, rejoins: 100, observers: 50}
	short = plan{rooms: 20, sparseRate: 200, sparseSeconds: 1, rounds: 1, burstRooms: 10, burstSends: 200, inFlight: 8,
		stormRounds: 1, missing: 3, publishMS: 200, callers: 32,
		hearings: 1, hearingSeconds: 1, hearingRounds: 1, rejoins: 3, observers: 3}
)

// phonesPerRoom is how many are in each case's room.
const phonesPerRoom = 5

// Run measures and reports. It fails where something could not be measured; a budget that isn't kept is for the reader
// of the table.
func (c measureCmd) Run(ctx context.Context) error {
	if c.out == nil {
		c.out = os.Stdout
	}
	dir, err := os.MkdirTemp("", "microcourt-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p := whole
	if c.Short {
		p = short
	}
	b := &bench{measureCmd: c, plan: p, dir: dir, report: &report{short: c.Short}}
	for _, part := range []struct {
		name    string
		measure func(context.Context) error
	}{{"phones", b.withPhones}, {"publish", b.publish}, {"hearing", b.media}, {"observers", b.watch}} {
		err = errors.Join(err, wrap(part.name, part.measure(ctx)))
	}
	b.report.print(c.out)
	return errors.Join(err, b.report.write(c.Out))
}

// bench is one run.
type bench struct {
	measureCmd
	plan
	dir    string
	report *report
}

// wants reports whether a part is to be measured.
func (c measureCmd) wants(part string) bool { return len(c.Only) == 0 || slices.Contains(c.Only, part) }

func (b *bench) say(format string, args ...any) { fmt.Fprintf(b.out, format+"\n", args...) }

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

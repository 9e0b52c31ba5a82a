package main

import (
	"context"
	"fmt"
	"io"
	"runtime/debug"
	"strings"

	"github.com/alecthomas/kong"

	"microcourt/cmd/microcourt/bench"
)

// version is set by the Makefile.
var version = "dev"

// cli is the command line. Every flag can also be given as an environment variable: --data-key-file as MICROCOURT_DATA_KEY_FILE.
type cli struct {
	Serve   serveCmd        `cmd:"" help:"Serve the court: pages, API, rooms."`
	Migrate migrateCmd      `cmd:"" help:"Bring the database's schema up to this program's version."`
	Staff   staffCmd        `cmd:"" help:"Look after the accounts of judges, clerks and administrators."`
	Import  importCmd       `cmd:"" help:"Take cases over from a file of the court's case system."`
	Courts  importCourtsCmd `cmd:"" name:"import-courts" help:"Bring in the list of courts that people find their way by (法院导航)."`
	Seed    seedCmd         `cmd:"" help:"Bring the demonstration's people, cases and conversations into the database."`
	Backup  backupCmd       `cmd:"" help:"Copy a record that is kept in a folder, also while it is being served."`
	Export  exportCmd       `cmd:"" help:"Write a case's sealed archive: the court's, or a participant's own part."`
	Verify  verifyCmd       `cmd:"" help:"Prove an archive complete and unchanged; needs neither server nor database."`
	Head    headCmd         `cmd:"" help:"Print a published head of the sealed record, also as a page for the notice board."`
	Check   checkCmd        `cmd:"" help:"Hold the whole record in a database against its heads: every case, every thread, every file."`
	Rebuild rebuildCmd      `cmd:"" help:"Make the lists that follow from the record anew."`
	Rotate  rotateKeyCmd    `cmd:"" name:"rotate-key" help:"Put a new data key in force; all nodes are stopped meanwhile."`
	Bench   bench.Cmd       `cmd:"" help:"Measure the server against its budgets, on this machine."`
	OpenAPI openAPICmd      `cmd:"" name:"openapi" help:"Print the description of the API (OpenAPI 3.1)."`
	Version versionCmd      `cmd:"" help:"Print the version."`
}

// streams are what a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exit is thrown by kong when it has said all there is to say (--help).
type exit int

// run is the program: it parses the command line, runs the command until it is done or ctx ends, and gives the exit code: 0 for success,
// 1 for failure, 2 for a command line that makes no sense.
func run(ctx context.Context, args []string, in io.Reader, out, errs io.Writer) (code int) {
	defer func() {
		switch p := recover().(type) {
		case nil:
		case exit:
			code = int(p)
		default:
			panic(p)
		}
	}()
	var c cli
	parser, err := kong.New(&c, kong.Name("microcourt"), kong.Description("微法庭 Microcourt: hearing rooms for any court."),
		kong.DefaultEnvars("MICROCOURT"), kong.Writers(out, errs), kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		panic(err) // the tags above are wrong
	}
	command, err := parser.Parse(args)
	if err != nil {
		fmt.Fprintf(errs, "microcourt: %v (see microcourt --help)\n", err)
		return 2
	}
	command.BindTo(ctx, (*context.Context)(nil))
	if err := command.Run(streams{in, out, errs}); err != nil {
		fmt.Fprintf(errs, "microcourt: %s\n", oneLine(err))
		return 1
	}
	return 0
}

// oneLine writes an error as what a person in a terminal can read at a glance.
func oneLine(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

type versionCmd struct{}

func (versionCmd) Run(s streams) error {
	fmt.Fprintln(s.out, "microcourt", fullVersion())
	return nil
}

// fullVersion names the release, or the revision that was built.
func fullVersion() string {
	if version != "dev" {
		return version
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			if setting.Key == "vcs.revision" {
				return version + "-" + setting.Value[:min(12, len(setting.Value))]
			}
		}
	}
	return version
}

package main

import (
	"context"
	"fmt"
	"io"
	"os"

	"microcourt/api"
	"microcourt/cmd/microcourt/demo"
	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/courthouse"
)

type importCmd struct {
	recordFlags
	Lang string `enum:"zh,en" default:"zh" help:"Language of the report: ${enum}."`
	File string `arg:"" help:"Case file (JSON), or - for standard input."`
}

// Run imports a file and reports each case. It fails if a case was refused, after the others have gone in.
func (c importCmd) Run(ctx context.Context, s streams) error {
	text, err := readFile(c.File, s.in, court.MaxCaseFileBytes)
	if err != nil {
		return err
	}
	return c.do(ctx, s, hub.AccountConfig{}, func(h *hub.Hub, _ *store.Store) error {
		report, err := hub.Do(ctx, h, hub.CaseSystem(c.Lang, "console"), hub.ImportCases{File: text})
		if err != nil {
			return readable(err)
		}
		for _, part := range []struct {
			name    string
			dockets []string
		}{{"added", report.Added}, {"updated", report.Updated}, {"unchanged", report.Unchanged}} {
			for _, docket := range part.dockets {
				fmt.Fprintf(s.out, "%-9s  %s\n", part.name, docket)
			}
		}
		for _, r := range report.Refused {
			fmt.Fprintf(s.out, "%-9s  %s\n", "refused", r.Text)
		}
		if n := len(report.Refused); n > 0 {
			return fmt.Errorf("%d of %d cases were refused", n, n+len(report.Added)+len(report.Updated)+len(report.Unchanged))
		}
		return nil
	})
}

type importCourtsCmd struct {
	recordFlags
	Lang     string `enum:"zh,en" default:"zh" help:"Language of the report: ${enum}."`
	Complete bool   `help:"The file names all courts: take out those that it doesn't name. Nothing is taken out while a row is refused."`
	File     string `arg:"" help:"List of courts (JSON or CSV), or - for standard input."`
}

// Run brings the list in and names what was refused by line. It fails if a row was, after the others have gone in.
func (c importCourtsCmd) Run(ctx context.Context, s streams) error {
	text, err := readFile(c.File, s.in, courthouse.MaxFileBytes)
	if err != nil {
		return err
	}
	return c.do(ctx, s, hub.AccountConfig{}, func(h *hub.Hub, _ *store.Store) error {
		report, err := hub.Do(ctx, h, hub.CaseSystem(c.Lang, "console"), hub.ImportCourthouses{File: text, Complete: c.Complete})
		if err != nil {
			return readable(err)
		}
		for _, part := range []struct {
			name  string
			names []string
		}{{"added", report.Added}, {"updated", report.Updated}, {"unchanged", report.Unchanged}, {"removed", report.Removed}} {
			for _, name := range part.names {
				fmt.Fprintf(s.out, "%-9s  %s\n", part.name, name)
			}
		}
		for _, r := range report.Refused {
			fmt.Fprintf(s.out, "%-9s  %s\n", "refused", r.Text)
		}
		if n := len(report.Refused); n > 0 {
			return fmt.Errorf("%d of %d courts were refused", n, n+len(report.Added)+len(report.Updated)+len(report.Unchanged))
		}
		return nil
	})
}

// readFile reads a file, or with - standard input, and one byte more than may be in it, so that whoever reads it sees that it is too large.
func readFile(name string, in io.Reader, max int64) ([]byte, error) {
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, max+1))
}

type seedCmd struct{ recordFlags }

func (c seedCmd) Run(ctx context.Context, s streams) error {
	cfg, err := c.config(c.logger(s.err))
	if err != nil {
		return err
	}
	if err := demo.Seed(ctx, cfg, nil); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "The demonstration's data is in the database; the codes that sign its people in are shown only by serve --demo.\n")
	return nil
}

type openAPICmd struct{}

func (openAPICmd) Run(s streams) error {
	text, err := api.OpenAPI()
	if err != nil {
		return err
	}
	_, err = s.out.Write(text)
	return err
}

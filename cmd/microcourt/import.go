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
)

type importCmd struct {
	recordFlags
	Lang string `enum:"zh,en" default:"zh" help:"Language of the report: ${enum}."`
	File string `arg:"" help:"Case file (JSON), or - for standard input."`
}

// Run imports a file and reports each case. It fails if a case was refused, after the others have gone in.
func (c importCmd) Run(ctx context.Context, s streams) error {
	text, err := c.read(s.in)
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

func (c importCmd) read(in io.Reader) ([]byte, error) {
	if c.File != "-" {
		f, err := os.Open(c.File)
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in = f
	}
	return io.ReadAll(io.LimitReader(in, court.MaxCaseFileBytes+1))
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

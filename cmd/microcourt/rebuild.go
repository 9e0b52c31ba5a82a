package main

import (
	"context"
	"fmt"
	"strings"

	"microcourt/hub"
	"microcourt/store"
)

// rebuildCmd makes the lists that follow from the record anew from the record, from the console of the court's machine: after somebody changed them by
// other means, or a mistake of a program's. The record itself is only read.
type rebuildCmd struct {
	recordFlags
	Case []string `arg:"" optional:"" help:"Docket numbers or ids of cases; without any, all cases."`
}

func (c rebuildCmd) Run(ctx context.Context, s streams) error {
	return c.do(ctx, s, hub.AccountConfig{}, func(_ *hub.Hub, st *store.Store) error {
		var cases []string
		for _, name := range c.Case {
			id, err := st.CaseIDOf(ctx, name)
			if err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
			cases = append(cases, id)
		}
		if len(c.Case) == 0 {
			var err error
			if cases, err = st.CaseIDs(ctx); err != nil {
				return err
			}
		}
		for _, id := range cases {
			wrong, err := st.Rebuild(ctx, id, store.By{Address: "console"})
			if err != nil {
				return fmt.Errorf("%s: %w", id, err)
			}
			if len(wrong) > 0 {
				fmt.Fprintf(s.out, "%s: %s differed from the record\n", id, strings.Join(wrong, ", "))
			}
		}
		fmt.Fprintf(s.out, "Cases whose lists are as the record says: %d\n", len(cases))
		return nil
	})
}

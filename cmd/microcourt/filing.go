package main

import (
	"fmt"
	"os"

	"microcourt/hub"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/filing"
)

// filingFlags say what the court takes online and under which code it numbers its cases.
type filingFlags struct {
	CourtCode string `help:"This court's code in docket numbers (法院代字), such as 浙0212; without it no filing can be accepted here."`
	Kinds     string `help:"File with the kinds of filings that this court takes, instead of those that come with the program (store/court/filing/kinds.json has the form)." type:"path"`
	Phone     string `help:"Phone number of the court's filing office, which new cases show."`
}

// demoCourtCode is that of the demonstration's court.
const demoCourtCode = "浙0212"

func (f *filingFlags) config(courtName string, demo bool) (hub.FilingConfig, error) {
	c := hub.FilingConfig{Court: store.FilingCourt{Name: courtName, Code: f.CourtCode, Phone: f.Phone}}
	if demo && c.Court.Code == "" {
		c.Court.Code = demoCourtCode
	}
	if c.Court.Code != "" && !court.ValidCourtCode(c.Court.Code) {
		return c, fmt.Errorf("--filing-court-code %q is no code of a court: write it as in docket numbers, such as 浙0212", c.Court.Code)
	}
	if f.Kinds == "" {
		return c, nil
	}
	text, err := os.ReadFile(f.Kinds)
	if err == nil {
		c.Kinds, err = filing.Parse(text)
	}
	if err != nil {
		return c, fmt.Errorf("--filing-kinds: %w", err)
	}
	return c, nil
}

// Package calc holds the court's calculators (辅助工具): fees, interest, compensation, periods. Each is a pure function that gives
// its steps and the articles it follows. Figures that are announced from time to time (holidays, loan prime rates) are known up to a day;
// beyond it the answer is not_known and never a guess. It does no I/O.
package calc

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/fee"
)

//go:embed calculators.json
var file []byte

// LPR is the loan prime rate (贷款市场报价利率) from a day on, in percent per year.
type LPR struct {
	Date calendar.Day `json:"date" format:"date"`
	Y1   string       `json:"y1"`
	Y5   string       `json:"y5"`
}

// Figures are the announced figures that the calculators use.
type Figures struct {
	Calendar *calendar.Calendar
	// Fees is what this court takes where the law leaves a range.
	Fees fee.Local
	lpr  []LPR
	// lprEnd is the first day for which the rate may have changed unknown to us.
	lprEnd calendar.Day
}

// data is the part of the file that is calculated with.
var data = func() (d struct {
	Calculators []struct {
		Key        string   `json:"key"`
		Name       string   `json:"name"`
		LegalBasis []string `json:"legal_basis"`
		Periods    []struct {
			Key       string        `json:"key"`
			Name      string        `json:"name"`
			N         int           `json:"n"`
			Unit      calendar.Unit `json:"unit"`
			From      string        `json:"from"`
			Basis     string        `json:"basis"`
			Direction string        `json:"direction"`
		} `json:"periods"`
	} `json:"calculators"`
	LPR struct {
		ChangePoints []LPR  `json:"change_points"`
		KnownUntil   string `json:"known_until"`
	} `json:"lpr"`
	Holidays struct {
		Data []calendar.Entry `json:"data"`
	} `json:"holidays"`
}) {
	if err := json.Unmarshal(file, &d); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return d
}()

// Default gives the figures that come with the program.
func Default() *Figures {
	f, err := ParseFigures([]byte("{}"))
	if err != nil {
		panic(err) // the embedded file is checked by a test
	}
	return f
}

// ParseFigures reads a court's own figures and puts them on top of those that come with the program; testdata/figures.json shows the form.
// Holidays are a year's whole arrangement. lpr lists changes; lpr_known_until is the last month whose publication was looked at. Fees are in
// 分, by the keys of fee.Ranges.
func ParseFigures(text []byte) (*Figures, error) {
	var own struct {
		Holidays  []calendar.Entry `json:"holidays"`
		LPR       []LPR            `json:"lpr"`
		Known     string           `json:"lpr_known_until"`
		Fees      map[string]int64 `json:"fees"`
		WholeYuan bool             `json:"whole_yuan"`
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&own); err != nil {
		return nil, fmt.Errorf("the figures can't be read: %w", err)
	}
	cal, err := calendar.New(data.Holidays.Data, own.Holidays)
	if err != nil {
		return nil, fmt.Errorf("the figures: %s is not an entry of a calendar", court.AsError(err).Field)
	}
	f := &Figures{Calendar: cal, Fees: fee.Local{Fees: own.Fees, WholeYuan: own.WholeYuan}, lpr: slices.Clone(data.LPR.ChangePoints)}
	if err := f.Fees.Check(); err != nil {
		return nil, fmt.Errorf("the figures: %s is not a fee that the law leaves open, or out of its range", court.AsError(err).Field)
	}
	for _, p := range own.LPR {
		if _, ok := exact.Percent(p.Y1); !ok || p.Date <= f.lpr[len(f.lpr)-1].Date {
			return nil, fmt.Errorf("the figures: the rate of %s is no number or not later than the one before it", p.Date)
		}
		f.lpr = append(f.lpr, p)
	}
	known := data.LPR.KnownUntil
	if own.Known != "" {
		known = own.Known
	}
	month, err := time.Parse("2006-01", known)
	if err != nil {
		return nil, fmt.Errorf("the figures: lpr_known_until %q is no month such as 2026-10", known)
	}
	f.lprEnd = calendar.Date(month.Year(), month.Month()+1, publicationDay)
	if last := f.lpr[len(f.lpr)-1].Date; f.lprEnd <= last {
		return nil, fmt.Errorf("the figures: lpr_known_until %s is before the rate of %s", known, last)
	}
	return f, nil
}

// publicationDay is the day of a month from which a new rate may be in force: the 20th, or the first working day after it.
const publicationDay = 20

// at gives the rate in force on a day. ErrNotKnown, naming the field, before the first and after the last that is known.
func (f *Figures) at(d calendar.Day, field string) (LPR, error) {
	if d < f.lpr[0].Date || d >= f.lprEnd {
		return LPR{}, court.ErrNotKnown.In(field)
	}
	i := slices.IndexFunc(f.lpr, func(p LPR) bool { return p.Date > d })
	if i < 0 {
		i = len(f.lpr)
	}
	return f.lpr[i-1], nil
}

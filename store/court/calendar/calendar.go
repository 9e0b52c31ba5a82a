package calendar

import (
	"maps"
	"slices"

	"microcourt/store/court"
)

// Entry is one day of the State Council's yearly arrangement (国务院办公厅关于部分节假日安排的通知).
type Entry struct {
	Date Day    `json:"date"`
	Name string `json:"name"` // 春节, 国庆节
	Type string `json:"type"` // holiday or makeup_workday
}

// The two types of entries: a day off, and a weekend's day that is worked.
const (
	TypeHoliday = "holiday"
	TypeMakeup  = "makeup_workday"
)

// Calendar holds the arrangements of some years.
type Calendar struct {
	entries map[Day]Entry
	years   map[int]bool
}

// New makes a calendar. A year is known when it has entries of holidays. ErrInvalid for entries that contradict each other or are
// of no known type.
func New(lists ...[]Entry) (*Calendar, error) {
	c := &Calendar{entries: map[Day]Entry{}, years: map[int]bool{}}
	for _, list := range lists {
		for _, e := range list {
			if e.Type != TypeHoliday && e.Type != TypeMakeup || e.Type == TypeMakeup && !e.Date.Weekend() {
				return nil, court.ErrInvalid.In("holidays." + e.Date.String())
			}
			if old, ok := c.entries[e.Date]; ok && old.Type != e.Type {
				return nil, court.ErrInvalid.In("holidays." + e.Date.String())
			}
			c.entries[e.Date] = e
			if e.Type == TypeHoliday {
				c.years[e.Date.Year()] = true
			}
		}
	}
	return c, nil
}

// Years gives the years whose arrangement is known, ascending.
func (c *Calendar) Years() []int { return slices.Sorted(maps.Keys(c.years)) }

// turnOfYear is from when in December the next year's arrangement may concern a day: New Year's holiday has begun as early as
// December 30th, with a make-up day before it.
const turnOfYear = 26

// Known reports whether it is certain if the day is worked.
func (c *Calendar) Known(d Day) bool {
	y := d.Year()
	return c.years[y] && (d < Date(y, 12, turnOfYear) || c.years[y+1])
}

// DayOff reports whether the day is a statutory day of rest: a weekend that isn't worked, or a holiday. It only means
// something where the day is known.
func (c *Calendar) DayOff(d Day) bool {
	switch c.entries[d].Type {
	case TypeHoliday:
		return true
	case TypeMakeup:
		return false
	}
	return d.Weekend()
}

// Name gives the holiday's name, or "".
func (c *Calendar) Name(d Day) string { return c.entries[d].Name }

// Unit is what a period is counted in.
type Unit string

// The units of periods.
const (
	Days   Unit = "day"
	Months Unit = "month"
	Years  Unit = "year"
)

// MaxPeriod bounds how many units a period has.
const MaxPeriod = 10_000

// End is when a period ends.
type End struct {
	// Nominal is the last day before days of rest are looked at.
	Nominal Day `json:"nominal_last_day" format:"date"`
	// Last is the last day on which the act is in time, or nil where it depends on holidays that are not known yet.
	Last *Day `json:"last_day" format:"date" doc:"null where it depends on holidays that are not known yet"`
}

// Period counts a period from the day of the event that starts it, which is not counted itself; an end on a statutory day of rest moves
// to the first working day after it (民事诉讼法 第85条, 民法典 第200-203条). ErrInvalid for a unit that is none, for n
// outside of 1 to MaxPeriod, and for an end after 2199.
func (c *Calendar) Period(from Day, n int, unit Unit) (End, error) {
	if n < 1 || n > MaxPeriod {
		return End{}, court.ErrInvalid.In("n")
	}
	nominal, err := Offset(from, n, unit)
	if err != nil {
		return End{}, err
	}
	end := End{Nominal: nominal}
	for d := nominal; d <= MaxDay && c.Known(d); d++ {
		if !c.DayOff(d) {
			end.Last = &d
			break
		}
	}
	return end, nil
}

// Due is the last moment in which an act is in time, Unix milliseconds.
type Due struct {
	At int64
	// Certain is false where it depends on holidays that aren't known yet: At is then the end by count, which is never later than the law's.
	Certain bool
}

// Due gives it for a period from a moment, Unix milliseconds. Errors are those of Period.
func (c *Calendar) Due(from int64, n int, unit Unit) (Due, error) {
	end, err := c.Period(DayAt(from), n, unit)
	if err != nil {
		return Due{}, err
	}
	if end.Last == nil {
		return Due{At: end.Nominal.End()}, nil
	}
	return Due{end.Last.End(), true}, nil
}

// Offset goes n units forward, or back where n is negative. ErrInvalid for a unit that is none or a day beyond the range.
func Offset(from Day, n int, unit Unit) (Day, error) {
	if n < -MaxPeriod || n > MaxPeriod {
		return 0, court.ErrInvalid.In("n")
	}
	to := from
	switch unit {
	case Days:
		to += Day(n)
	case Months:
		to = from.AddMonths(n)
	case Years:
		to = from.AddMonths(12 * n)
	default:
		return 0, court.ErrInvalid.In("unit")
	}
	if to < MinDay || to > MaxDay {
		return 0, court.ErrInvalid.In("n")
	}
	return to, nil
}

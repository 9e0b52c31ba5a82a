// Package calendar counts days the way procedural law does: days, working days, and when a period ends. What the State Council has
// not announced it does not guess. It does no I/O.
package calendar

import (
	"fmt"
	"time"
)

// Day is a calendar day in China, as days since 1970-01-01. Its text form is 2026-01-20.
type Day int64

// The first and the last day that can be written.
const (
	MinDay Day = -25567 // 1900-01-01
	MaxDay Day = 84005  // 2199-12-31
)

const layout = "2006-01-02"

// beijing is the zone in which courts count days; it has no summer time since 1992.
var beijing = time.FixedZone("UTC+8", 8*60*60)

// ParseDay reads a day between 1900 and 2199.
func ParseDay(s string) (Day, error) {
	t, err := time.Parse(layout, s)
	if err != nil {
		return 0, fmt.Errorf("calendar: %q is not a day", s)
	}
	d := Day(t.Unix() / 86400)
	if t.Unix() < 0 {
		d = Day((t.Unix() - 86399) / 86400)
	}
	if d < MinDay || d > MaxDay {
		return 0, fmt.Errorf("calendar: %s is out of range", s)
	}
	return d, nil
}

// DayAt gives the day in China at a moment, Unix milliseconds.
func DayAt(ms int64) Day {
	y, m, d := time.UnixMilli(ms).In(beijing).Date()
	return Date(y, m, d)
}

// Date gives a day from its parts, which may overflow as those of time.Date.
func Date(year int, month time.Month, day int) Day {
	unix := time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix()
	if unix < 0 {
		unix -= 86399
	}
	return Day(unix / 86400)
}

// End gives the last millisecond of the day in China, Unix milliseconds.
func (d Day) End() int64 { return (int64(d)+1)*86400_000 - 8*3600_000 - 1 }

func (d Day) time() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String writes the day as 2026-01-20.
func (d Day) String() string { return d.time().Format(layout) }

// Year gives the day's year.
func (d Day) Year() int { return d.time().Year() }

// Chinese writes the day as 2026年1月20日.
func (d Day) Chinese() string { return d.time().Format("2006年1月2日") }

// MarshalText writes the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what ParseDay reads.
func (d *Day) UnmarshalText(text []byte) (err error) {
	*d, err = ParseDay(string(text))
	return err
}

// AddMonths goes on by n months to the corresponding day, or where the month has none to the month's last day
// (民法典 第202条). n may be negative.
func (d Day) AddMonths(n int) Day {
	y, m, day := d.time().Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, time.UTC).Day()
	return Date(y, m+time.Month(n), min(day, last))
}

// Weekend reports whether the day is a Saturday or a Sunday.
func (d Day) Weekend() bool {
	w := d.time().Weekday()
	return w == time.Saturday || w == time.Sunday
}

package calc

import (
	"microcourt/store/court"
	"microcourt/store/court/calendar"
	"microcourt/store/court/exact"
	"microcourt/store/court/law"
)

// Deadline asks when a period ends (期限计算): one of Periods by its key, or any number of units.
type Deadline struct {
	Event  calendar.Day  `json:"event_date" format:"date" doc:"the day of service or whatever starts the period; it isn't counted"`
	Period string        `json:"period,omitempty" maxLength:"40" doc:"key of a period of the law"`
	N      int           `json:"n,omitempty" minimum:"0" maximum:"10000"`
	Unit   calendar.Unit `json:"unit,omitempty" enum:"day,month,year"`
}

// DeadlineResult is when a period ends, and why.
type DeadlineResult struct {
	calendar.End
	Steps []exact.Text `json:"steps" nullable:"false"`
	Basis []exact.Text `json:"basis" nullable:"false"`
	Notes []exact.Text `json:"notes" nullable:"false"`
}

// Deadline counts the period. Where its end depends on holidays that are not known, the last day is nil and the notes say so.
func (f *Figures) Deadline(in Deadline) (DeadlineResult, error) {
	var r DeadlineResult
	n, unit, before := in.N, in.Unit, false
	if in.Period != "" {
		p, ok := periodOf(in.Period)
		if !ok || in.N != 0 || in.Unit != "" {
			return r, court.ErrInvalid.In("period")
		}
		n, unit, before = p.N, p.Unit, p.Before
		r.Basis = append(r.Basis, p.Basis)
	}
	r.Basis = append(r.Basis, law.Cites("民事诉讼法第85条", "民法典第200–203条")...)
	r.Notes = []exact.Text{}
	if before {
		day, err := calendar.Offset(in.Event, -n, unit)
		if err != nil {
			return r, err
		}
		r.End = calendar.End{Nominal: day, Last: &day}
		r.Steps = []exact.Text{exact.T("自"+in.Event.Chinese()+"倒算，当日不计入："+day.Chinese(), "Counted back from "+in.Event.String()+", not counting that day: "+day.String())}
		r.Notes = append(r.Notes, exact.T("应当提前的期限不因节假日推后。", "A period that has to pass before an event isn't put off by holidays."))
		return r, nil
	}
	end, err := f.Calendar.Period(in.Event, n, unit)
	if err != nil {
		return r, err
	}
	r.End = end
	r.Steps = []exact.Text{
		exact.T(in.Event.Chinese()+"当日不计入，自次日起算", in.Event.String()+" itself isn't counted; the period begins on the next day"),
		exact.T("期间届满日："+end.Nominal.Chinese(), "The period ends on "+end.Nominal.String()),
	}
	switch {
	case end.Last == nil:
		r.Notes = append(r.Notes, exact.T("届满日前后的节假日安排还没有公布或者录入，最后一日是否顺延暂时不能确定，请以法院通知为准，并尽早办理。",
			"The holidays around the end have not been announced or entered, so it isn't certain whether it moves. Please go by what the court tells you, and act early."))
	case *end.Last != end.Nominal:
		name := f.Calendar.Name(end.Nominal)
		if name == "" {
			name = "休息日"
		}
		r.Steps = append(r.Steps, exact.T("届满日为法定休假日（"+name+"），顺延至休假日后的第一日："+end.Last.Chinese(),
			"That is a statutory day of rest; the end moves to the first working day after it: "+end.Last.String()))
	}
	r.Notes = append(r.Notes, exact.T("期间不包括在途时间；期满前交邮的不算过期；在线提交以系统收到的时间为准。",
		"Time in the post isn't counted: what is posted in time is in time. Online, the time of arrival at the system counts."))
	return r, nil
}

// DaysBetween asks how many days lie between two (天数计算).
type DaysBetween struct {
	From calendar.Day `json:"from" format:"date"`
	To   calendar.Day `json:"to" format:"date"`
}

// DayCount is a number of days, not counting the first, and counting both.
type DayCount struct {
	Exclusive int64 `json:"exclusive" doc:"one of the two days isn't counted"`
	Inclusive int64 `json:"inclusive" doc:"both are counted"`
}

// DaysBetween counts them.
func (f *Figures) DaysBetween(in DaysBetween) (DayCount, error) {
	days, err := daysFrom(in.From, in.To, "to")
	return DayCount{days, days + 1}, err
}

// DateOffset asks which day lies some units ahead, or back (日期推算).
type DateOffset struct {
	From calendar.Day  `json:"from" format:"date"`
	N    int           `json:"n" minimum:"-10000" maximum:"10000"`
	Unit calendar.Unit `json:"unit" enum:"day,month,year"`
}

// DateFound is a day, and what kind of day it is.
type DateFound struct {
	Date calendar.Day `json:"date" format:"date"`
	// DayOff is nil where the holidays of that time are not known.
	DayOff *bool  `json:"day_off" doc:"a statutory day of rest; null where the holidays aren't known"`
	Name   string `json:"holiday,omitempty"`
}

// DateOffset finds it.
func (f *Figures) DateOffset(in DateOffset) (DateFound, error) {
	day, err := calendar.Offset(in.From, in.N, in.Unit)
	if err != nil {
		return DateFound{}, err
	}
	found := DateFound{Date: day, Name: f.Calendar.Name(day)}
	if f.Calendar.Known(day) {
		off := f.Calendar.DayOff(day)
		found.DayOff = &off
	}
	return found, nil
}

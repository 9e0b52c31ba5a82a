package hearing

import (
	"microcourt/store/court"
)

// Attendance is who attended a hearing, for how long, and how each came and went: what is asked when somebody was absent without reason or left without leave
// (人民法院在线诉讼规则 第六条、第二十五条).
type Attendance struct {
	State   State      `json:"hearing"`
	Session int64      `json:"session_ms" doc:"how long it has been in session, interruptions left out"`
	Seats   []Attended `json:"seats" nullable:"false"`
}

// Attended is how one seat attended.
type Attended struct {
	Seat     string   `json:"seat"`
	Present  int64    `json:"present_ms" doc:"of the session, in the room"`
	Moments  []Moment `json:"moments" nullable:"false"`
	Reminded []int64  `json:"reminded" nullable:"false" doc:"when reminders were sent"`
}

// Moment is a step of somebody's coming or going.
type Moment struct {
	At     int64      `json:"at"`
	Kind   court.Kind `json:"kind" doc:"of the event"`
	Reason string     `json:"reason,omitempty" doc:"left or dropped; why warned or removed"`
	Away   int64      `json:"away_ms,omitempty" doc:"of going: until the person came in again; not there: hasn't"`
}

// moments are the kinds of events that stand in somebody's attendance.
var moments = map[court.Kind]bool{court.KindHearingEntered: true, court.KindHearingLeft: true, court.KindHearingAdmitted: true, court.KindHearingCalled: true,
	court.KindHearingDismissed: true, court.KindHearingRemoved: true, court.KindHearingWarned: true}

// Attend folds the events of a hearing's case, from the one that scheduled it on, as far as a time. nil where none schedules it.
func Attend(id string, events []court.Event, until int64) *Attendance {
	a := &Attendance{Seats: []Attended{}}
	var s *State
	last := int64(0)
	for i := range events {
		ev := &events[i]
		if s == nil {
			if first := New(ev.Kind, ev.Body, ev.At); first != nil && first.ID == id {
				s, last = first, ev.At
			}
			continue
		}
		a.pass(s, ev.At-last)
		last = ev.At
		s.Apply(ev.Kind, ev.Body, ev.At, ev.By)
		if moments[ev.Kind] && Of(ev.Body) == id {
			a.note(ev)
		}
	}
	if s == nil {
		return nil
	}
	a.pass(s, until-last)
	a.State = *s
	for _, p := range s.Seats {
		a.of(p.ID)
	}
	return a
}

// pass lets time go by in a state.
func (a *Attendance) pass(s *State, ms int64) {
	if !s.Sits() || ms <= 0 {
		return
	}
	a.Session += ms
	for _, p := range s.Seats {
		if p.Presence == Admitted {
			a.of(p.ID).Present += ms
		}
	}
}

func (a *Attendance) note(ev *court.Event) {
	b, _ := read[struct{ Seat, Reason string }](ev.Body)
	p := a.of(b.Seat)
	if ev.Kind == court.KindHearingEntered {
		p.back(ev.At)
	}
	p.Moments = append(p.Moments, Moment{At: ev.At, Kind: ev.Kind, Reason: b.Reason})
}

// back measures how long somebody was away who comes in again.
func (p *Attended) back(at int64) {
	for i := len(p.Moments) - 1; i >= 0; i-- {
		switch m := &p.Moments[i]; m.Kind {
		case court.KindHearingLeft, court.KindHearingRemoved:
			m.Away = at - m.At
			return
		case court.KindHearingEntered:
			return
		}
	}
}

// of gives a seat's attendance, made where there is none.
func (a *Attendance) of(seat string) *Attended {
	for i := range a.Seats {
		if a.Seats[i].Seat == seat {
			return &a.Seats[i]
		}
	}
	a.Seats = append(a.Seats, Attended{Seat: seat, Moments: []Moment{}, Reminded: []int64{}})
	return &a.Seats[len(a.Seats)-1]
}

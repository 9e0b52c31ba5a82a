package filing

import "microcourt/store/court/calendar"

// Clock is the law's time for the court's answer. Within it the court accepts the filing and says so, says once what is to be corrected, or refuses (民事诉讼法 第一百二十六条,
// 行政诉讼法 第五十一条, 人民法院在线诉讼规则 第九条).
type Clock struct {
	// From is the day on which the filing arrived, as it was last handed in; the day after it is the first that counts.
	From calendar.Day `json:"from" format:"date"`
	Days int          `json:"days"`
	// Last is the last day in time; null where it depends on holidays that aren't known yet.
	Last *calendar.Day `json:"last_day" format:"date"`
	// Running: it is the court's turn. Otherwise it stands still, for a correction or because the court has answered.
	Running bool `json:"running"`
	// Restarted: it began anew after a correction.
	Restarted bool `json:"restarted"`
	// Over: the court is late.
	Over bool `json:"over"`
}

// ClockOf gives the clock of a filing in a state that was last handed in at a moment. now and the moment are Unix milliseconds.
func (k *Kind) ClockOf(s State, handedIn int64, again bool, now int64, cal *calendar.Calendar) (Clock, error) {
	c := Clock{From: calendar.DayAt(handedIn), Days: k.AcceptDays, Running: s.Waits(), Restarted: again}
	end, err := cal.Period(c.From, k.AcceptDays, calendar.Days)
	if err != nil {
		return c, err
	}
	c.Last = end.Last
	c.Over = c.Running && end.Last != nil && now > end.Last.End()
	return c, nil
}

// CorrectionDue gives the end of a time of so many days for corrections, from when the court asked: the last moment in time, Unix milliseconds. Where holidays aren't known yet
// it is the end of the day by count, which is never later than the law's.
func CorrectionDue(asked int64, days int, cal *calendar.Calendar) (int64, error) {
	return due(asked, days, cal)
}

// LinkDays is how long somebody who was told of a case has to prove who it is and to link the case; whoever has not agreed to proceed online and hasn't
// done it until then is heard offline (人民法院在线诉讼规则 第十条).
const LinkDays = 3

// LinkDue gives the end of that time, Unix milliseconds.
func LinkDue(told int64, cal *calendar.Calendar) (int64, error) { return due(told, LinkDays, cal) }

func due(from int64, days int, cal *calendar.Calendar) (int64, error) {
	end, err := cal.Due(from, days, calendar.Days)
	return end.At, err
}

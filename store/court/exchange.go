package court

import "slices"

// ExchangeMode says how evidence is exchanged (人民法院在线诉讼规则 第十四条).
type ExchangeMode string

// The modes.
const (
	// ExchangeSynchronous: all at an agreed time; it ends when the court closes it.
	ExchangeSynchronous ExchangeMode = "synchronous"
	// ExchangeAsynchronous: each for itself within a period; it ends with the period, by the server's clock.
	ExchangeAsynchronous ExchangeMode = "asynchronous"
)

// Exchange is an exchange of evidence (证据交换) with its window, Unix milliseconds.
type Exchange struct {
	ID       string       `json:"id"`
	Mode     ExchangeMode `json:"mode" enum:"synchronous,asynchronous"`
	OpensAt  int64        `json:"opens_at" doc:"opinions are taken from here on"`
	EndsAt   int64        `json:"ends_at,omitempty" doc:"opinions are taken before this; absent: until the court closes it"`
	Exhibits []string     `json:"exhibits" nullable:"false" doc:"the exhibits concerned; empty: all that were submitted before its end"`
	Note     string       `json:"note,omitempty"`
	OpenedBy string       `json:"opened_by" doc:"participant id"`
	OpenedAt int64        `json:"opened_at" doc:"when the court ordered it"`
	ClosedAt int64        `json:"closed_at,omitempty"`
	ClosedBy string       `json:"closed_by,omitempty" doc:"participant id; empty where the period ended"`
	Reason   string       `json:"reason,omitempty" doc:"why the court closed it"`
}

// maxExchangeDays bounds how far ahead an exchange or a deadline can be set.
const maxExchangeDays = 366

const dayMS = 24 * 60 * 60 * 1000

// CheckWindow refuses a window that ends before it begins or in the past, and an asynchronous exchange without an end.
func (x *Exchange) CheckWindow(now int64) error {
	switch {
	case x.Mode != ExchangeSynchronous && x.Mode != ExchangeAsynchronous:
		return ErrInvalid.In("mode")
	case x.OpensAt < 0 || x.OpensAt > now+maxExchangeDays*dayMS:
		return ErrInvalid.In("opens_at")
	case x.EndsAt == 0 && x.Mode == ExchangeAsynchronous:
		return ErrInvalid.In("ends_at")
	case x.EndsAt != 0 && (x.EndsAt <= x.OpensAt || x.EndsAt <= now || x.EndsAt > now+maxExchangeDays*dayMS):
		return ErrInvalid.In("ends_at")
	}
	return CheckReason(x.Note, false, "note")
}

// Ended reports whether the exchange takes no more opinions at a time: the court has closed it, or its period is over.
func (x *Exchange) Ended(at int64) bool {
	return x.ClosedAt != 0 || x.EndsAt != 0 && at >= x.EndsAt
}

// end gives when the exchange ended or will, 0 for one that is open without end.
func (x *Exchange) end() int64 {
	if x.ClosedAt != 0 && (x.EndsAt == 0 || x.ClosedAt < x.EndsAt) {
		return x.ClosedAt
	}
	return x.EndsAt
}

// covers reports whether an exhibit is subject of the exchange. One that came after its end is not.
func (x *Exchange) covers(exhibit string, submittedAt int64) bool {
	if slices.Contains(x.Exhibits, exhibit) {
		return true
	}
	return len(x.Exhibits) == 0 && (x.end() == 0 || submittedAt < x.end())
}

// ExchangeOf gives the newest exchange that an exhibit is subject of, or nil. list is in the order of opening.
func ExchangeOf(list []Exchange, exhibit string, submittedAt int64) *Exchange {
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].covers(exhibit, submittedAt) {
			return &list[i]
		}
	}
	return nil
}

// CheckOpinionTime rules when an opinion can be given: from the exhibit's submission on, until an exchange that it is subject of
// ends. Where such an exchange has yet to begin, opinions wait for it.
func CheckOpinionTime(list []Exchange, exhibit string, submittedAt, at int64) error {
	x := ExchangeOf(list, exhibit, submittedAt)
	switch {
	case x == nil:
		return nil
	case x.Ended(at):
		return ErrExchangeClosed
	case at < x.OpensAt:
		return ErrExchangeNotOpen
	}
	return nil
}

// CheckDeadline refuses a deadline in the past or more than a year ahead; 0 lifts it.
func CheckDeadline(deadline, now int64) error {
	if deadline != 0 && (deadline <= now || deadline > now+maxExchangeDays*dayMS) {
		return ErrInvalid.In("deadline")
	}
	return nil
}

// Late reports whether what is handed in at a time is late: at the deadline or after it. Without a deadline (0) nothing is.
func Late(deadline, at int64) bool { return deadline != 0 && at >= deadline }

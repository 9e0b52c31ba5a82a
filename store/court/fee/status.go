package fee

import (
	"encoding/json"

	"microcourt/store/court"
	"microcourt/store/court/exact"
)

// Status is where a fee notice (交费通知) stands.
type Status string

// The eight states of the court's manual, chapter 12.
const (
	Unpaid      Status = "unpaid"
	Paying      Status = "paying"
	Paid        Status = "paid"
	Failed      Status = "failed"
	PaidOffline Status = "paid_offline"
	Exempted    Status = "exempted"
	Withdrawn   Status = "withdrawn"
	Expired     Status = "expired"
)

// StatusNames are the states in words.
var StatusNames, transitions = readStatuses()

func readStatuses() (map[Status]exact.Text, map[[2]Status]bool) {
	english := map[Status]string{Unpaid: "To be paid", Paying: "Being paid", Paid: "Paid", Failed: "Payment failed", PaidOffline: "Paid at the court or by transfer",
		Exempted: "Exempted", Withdrawn: "Action withdrawn", Expired: "No longer valid"}
	var data struct {
		Statuses []struct {
			Key   Status
			Label string
		} `json:"payment_statuses"`
		Transitions [][2]Status `json:"payment_status_transitions"`
	}
	if err := json.Unmarshal(file, &data); err != nil {
		panic(err) // the embedded file is checked by a test
	}
	names, may := map[Status]exact.Text{}, map[[2]Status]bool{}
	for _, s := range data.Statuses {
		names[s.Key] = exact.T(s.Label, english[s.Key])
	}
	for _, t := range data.Transitions {
		may[t] = true
	}
	return names, may
}

// Becomes says whether a notice may go from one state to another. ErrFeeState where it may not.
func (s Status) Becomes(next Status) error {
	if !transitions[[2]Status{s, next}] {
		return court.ErrFeeState
	}
	return nil
}

// ByCourt reports whether the court's people may set the state by hand: never that an online payment succeeded.
func (s Status) ByCourt() bool {
	return s == PaidOffline || s == Exempted || s == Withdrawn || s == Expired
}

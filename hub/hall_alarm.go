package hub

import (
	"slices"

	"microcourt/store/court/hearing"
)

// What is wrong with a hearing that the court's people in it have to know at once.
const (
	alarmRecording = "recording_failed" // it should be recorded and isn't
	alarmDisk      = "disk_low"         // the disk on which it is recorded fills up
)

type alarmsMessage struct {
	T       string   `json:"t"`
	Hearing string   `json:"hearing"`
	Alarms  []string `json:"alarms"`
}

// alarms is what is wrong at the hearing's home.
func (x *hall) alarms(st *hearing.State) []string {
	all := []string{}
	if x.hub.recordings == "" {
		return all
	}
	if stopsFor(st) == "" && x.recording.part == 0 {
		all = append(all, alarmRecording)
	}
	if x.hub.disk.now() != diskEnough {
		all = append(all, alarmDisk)
	}
	return all
}

// alarmLocked tells judges and clerks what is wrong, when they come and whenever that changes.
func (x *hall) alarmLocked(st *hearing.State, alarms []string) {
	for i := range st.Seats {
		s := x.seats[st.Seats[i].ID]
		if s == nil || !st.Seats[i].Role.OfCourt() || s.conn == nil && s.node == "" || s.alarms != nil && slices.Equal(s.alarms, alarms) {
			continue
		}
		s.alarms = alarms
		s.tellLocked(alarmsMessage{"hearing_alarms", x.id, alarms})
	}
}

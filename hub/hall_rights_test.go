package hub

import (
	"testing"

	"pgregory.net/rapid"

	"microcourt/rtc"
	"microcourt/store/court/hearing"
)

// TestTheMediaLetNobodyDoWhatTheHearingDoesNot: whatever the state, nobody but the court's own people receives more than the rights of the seat, and what waits in the lobby
// goes to the court alone.
func TestTheMediaLetNobodyDoWhatTheHearingDoesNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		st := &hearing.State{ID: "h", Presiding: "s0",
			Status:   rapid.SampledFrom([]hearing.Status{hearing.Scheduled, hearing.Open, hearing.InSession, hearing.Adjourned, hearing.Closed, hearing.Offline}).Draw(t, "status"),
			Paused:   rapid.Bool().Draw(t, "paused"),
			Consults: rapid.Bool().Draw(t, "consults"),
		}
		for i, role := range []hearing.Role{hearing.Judge, hearing.Clerk, hearing.Party, hearing.Representative, hearing.Witness} {
			st.Seats = append(st.Seats, hearing.Seat{ID: "s" + string(rune('0'+i)), Role: role,
				Presence: rapid.SampledFrom([]hearing.Presence{hearing.Absent, hearing.Lobby, hearing.Admitted, hearing.Left, hearing.Dropped, hearing.Removed, hearing.Dismissed}).Draw(t, "presence"),
				Muted:    rapid.Bool().Draw(t, "muted"), Locked: rapid.Bool().Draw(t, "locked"), Stopped: rapid.Bool().Draw(t, "stopped"), Gone: rapid.Bool().Draw(t, "gone")})
		}
		for id, may := range permissionsOf(st) {
			p, rights := st.Seat(id), hearing.Permissions(st, id)
			if !p.Presence.Here() || p.Gone || st.Status.Over() || st.Status == hearing.Scheduled {
				if may != (rtc.Permissions{First: may.First}) {
					t.Fatalf("%s is %s while the hearing is %s, and may %+v", id, p.Presence, st.Status, may)
				}
				continue
			}
			if may.Receive && !rights.Receive && !p.Role.OfCourt() {
				t.Fatalf("%s receives without the right to", id)
			}
			if st.Consults && p.Role != hearing.Judge && (may.Receive || may.Audio || may.Video || may.Screen) {
				t.Fatalf("%s has a part in the bench's consultation: %+v", id, may)
			}
			if !may.Waits && (may.Audio && !rights.SendAudio || may.Video && !rights.SendVideo || may.Screen && !rights.SendScreen) {
				t.Fatalf("%s sends to all what it may not: %+v of %+v", id, may, rights)
			}
			if may.Hosts && !p.Role.OfCourt() {
				t.Fatalf("%s sees the lobby", id)
			}
		}
	})
}

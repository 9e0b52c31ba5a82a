package api_test

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"microcourt/hub"
	"microcourt/hub/hubtest"
	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/court/hearing"
	"microcourt/store/storetest"
)

// TestTheBenchIsAlarmedLongBeforeTheDiskIsFull, and again when nothing more can be recorded; the hearing goes on, the record says so once, recording begins again when there is room, and nobody but the court is told.
func TestTheBenchIsAlarmedLongBeforeTheDiskIsFull(t *testing.T) {
	disk := t.TempDir()
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=8m"); err != nil {
		storetest.Missing(t, "a disk of its own for the test (root may mount one): "+err.Error())
	}
	defer func() {
		if err := syscall.Unmount(disk, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	}()
	media, err := rtc.New(rtc.Config{Listen: netip.MustParseAddrPort("127.0.0.1:0")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { media.Close() })
	s := startSiteWith(t, store.SQLite, 1, func(c *hub.Config) {
		c.Media, c.Recordings, c.DiskLow, c.Pacing.Drop = hub.LocalMedia{Server: media}, filepath.Join(disk, "recordings"), 4<<20, time.Hour
	})
	h := s.scheduleHearing(t, store.NewID())
	at := "/hearings/" + h.ID
	step := func(who, path, more string) {
		t.Helper()
		s.must(t, who, "POST", at+path, `{"event":"`+store.NewID()+`"`+more+`}`, nil)
	}
	step("judge", "/opening", "")
	s.acceptRules(t, "plaintiff")
	phones := map[string]*hubtest.Phone{}
	for _, who := range []string{"judge", "clerk", "plaintiff"} {
		step(who, "/entries", "")
		phones[who] = s.dial(t, s.Seats[who])
		if a := phones[who].Ask(`"t":"hearing_join","hearing":"` + h.ID + `","case":"` + s.Cases[0] + `"`); a.T != "ack" {
			t.Fatal(a.Raw)
		}
	}
	step("judge", "/steps", `,"step":"start"`)
	told := func(want string) {
		t.Helper()
		for _, who := range []string{"judge", "clerk"} {
			for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
				last := ""
				for _, m := range phones[who].Messages() {
					if m.T == "hearing_alarms" {
						last = m.Raw
					}
				}
				if strings.Contains(last, `"alarms":`+want) {
					break
				}
				if time.Now().After(deadline) {
					t.Fatalf("the %s was last told %s, want %s", who, last, want)
				}
			}
		}
	}
	parts := func(want string) {
		t.Helper()
		for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
			st, _, err := s.Store.HearingState(t.Context(), h.ID)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, r := range st.Recording {
				got += fmt.Sprintf("%d %v %v %s; ", r.Part, r.EndedAt != 0, r.Failed, r.Reason)
			}
			if st.Status != hearing.InSession {
				t.Fatalf("the hearing is %s", st.Status)
			}
			if got == want {
				return
			}
			if time.Now().After(deadline) {
				t.Fatalf("the parts are %s want %s", got, want)
			}
		}
	}
	filler := filepath.Join(disk, "filler")
	fill := func(free int64) {
		t.Helper()
		var fs syscall.Statfs_t
		if err := syscall.Statfs(disk, &fs); err != nil {
			t.Fatal(err)
		}
		f, err := os.OpenFile(filler, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if _, err := f.Write(make([]byte, int64(fs.Bavail)*fs.Bsize-free)); err != nil {
			t.Fatal(err)
		}
	}
	told(`[]`)
	parts("1 false false ; ")
	fill(3 << 20)
	told(`["disk_low"]`)
	parts("1 false false ; ")
	fill(64 << 10)
	told(`["recording_failed","disk_low"]`)
	parts("1 true true storage; ")
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	told(`[]`)
	parts("1 true true storage; 2 false false ; ")
	for _, m := range phones["plaintiff"].Messages() {
		if m.T == "hearing_alarms" {
			t.Errorf("a party is told %s", m.Raw)
		}
	}
	step("judge", "/steps", `,"step":"close"`)
	var v struct{ Gaps []hearing.Gap }
	s.must(t, "clerk", "GET", at+"/recording", "", &v)
	if text, _ := json.Marshal(v.Gaps); len(v.Gaps) != 1 || v.Gaps[0].Reason != "storage" || !v.Gaps[0].Failed {
		t.Errorf("the gaps are %s", text)
	}
}

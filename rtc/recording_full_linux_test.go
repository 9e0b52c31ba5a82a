package rtc

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"microcourt/store/storetest/servers"
)

// smallDisk is a disk of its own with room for size bytes. Only root may have one.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		servers.Missing(t, "a disk of its own for the test (root may mount one): "+err.Error())
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestAFullDiskEndsTheRecordingAndNothingElse: it is alarmed, the hearing goes on, what was written can be read and is as long as it is said to be, and with room again recording begins again.
func TestAFullDiskEndsTheRecordingAndNothingElse(t *testing.T) {
	disk := smallDisk(t, "1m")
	filler := filepath.Join(disk, "filler")
	if err := os.WriteFile(filler, make([]byte, 880<<10), 0o600); err != nil {
		t.Fatal(err)
	}
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 3)
	party := join(t, c, "party", Role{Sends: true, Pairs: 1}, 3)
	judge.say()
	party.say()
	eventually(t, "they see each other", func() bool {
		return judge.slot("party", Camera).packets > 0 && party.slot("judge", Camera).packets > 0
	})
	alarm := make(chan error, 1)
	if err := c.Record(filepath.Join(disk, "1"), func(err error) { alarm <- err }); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-alarm:
		if !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("alarmed by %v", err)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("a full disk alarms nobody")
	}
	heard := party.slot("judge", Audio).packets
	eventually(t, "the hearing goes on", func() bool { return party.slot("judge", Audio).packets > heard+50 })
	left := c.StopRecording()
	if len(left.Files) == 0 {
		t.Fatal("nothing of the recording is left")
	}
	for _, f := range left.Files {
		info, err := os.Stat(f.Path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Size() == 0 {
			continue // there was no room for its beginning
		}
		times := readRecorded(t, f.Path).times()
		if len(times) == 0 {
			if f.Duration != 0 {
				t.Errorf("%s of %s holds nothing and is said to be %d ms long", f.Media, f.Peer, f.Duration)
			}
			continue
		}
		for i := 1; i < len(times); i++ {
			if times[i] < times[i-1] {
				t.Fatalf("%s of %s: frame at %d ms follows one at %d ms", f.Media, f.Peer, times[i], times[i-1])
			}
		}
		if last := times[len(times)-1]; f.Duration > last+50 {
			t.Errorf("%s of %s holds %d ms and is said to be %d ms long", f.Media, f.Peer, last, f.Duration)
		}
	}
	if err := c.Record(filepath.Join(disk, "2"), func(error) {}); err == nil {
		c.StopRecording()
		t.Error("recording begins on a full disk")
	} else if _, err := os.Stat(filepath.Join(disk, "2")); !os.IsNotExist(err) {
		t.Error("what could not begin leaves a folder")
	}
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	if err := c.Record(filepath.Join(disk, "3"), func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Second)
	for _, f := range c.StopRecording().Files {
		if f.Media == Audio && f.Duration < 500 {
			t.Errorf("with room again, %d ms of %s's sound were recorded", f.Duration, f.Peer)
		}
	}
}

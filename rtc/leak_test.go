package rtc

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"microcourt/store/storetest/servers"
)

// TestNothingIsLeftBehind: conferences that were opened, recorded and closed leave no goroutine, no socket or open file, and no memory.
func TestNothingIsLeftBehind(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	const together = 6
	rounds := 4
	if soak {
		rounds = 500/together + 1
	}
	s := newTurnServer(t)
	dir := t.TempDir()
	round := func(n int) {
		var held sync.WaitGroup
		for i := range together {
			held.Go(func() { holdOnce(t, s, fmt.Sprint(n, "-", i), filepath.Join(dir, fmt.Sprint(n, "-", i)), i%2 == 0) })
		}
		held.Wait()
	}
	round(0) // what is made once for all
	goroutines, heap := settled()
	files := openFiles(t)
	began := time.Now()
	for n := range rounds {
		round(n + 1)
	}
	if n := s.Count(); n != 0 {
		t.Errorf("%d conferences are left", n)
	}
	eventually(t, "the goroutines are as many as before", func() bool { n, _ := measure(); return n <= goroutines })
	eventually(t, "the sockets and open files are as many as before", func() bool { return openFiles(t) <= files })
	_, now := settled()
	t.Logf("%d conferences in %v: the heap is %d KiB, and was %d KiB", rounds*together, time.Since(began).Round(time.Second), now>>10, heap>>10)
	if grown := int64(now) - int64(heap); grown > int64(2<<20) {
		t.Errorf("the heap has grown by %d KiB", grown>>10)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) != (rounds+1)*together {
		t.Errorf("%d folders of recordings are left of %d, %v", len(left), (rounds+1)*together, err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// holdOnce opens a conference, has two people hear each other while they are recorded, and closes it: by itself, or after they have left.
func holdOnce(t *testing.T, s *Server, id, dir string, suddenly bool) {
	c, err := s.Open(id)
	if err != nil {
		t.Error(err)
		return
	}
	c.Permit(map[string]Permissions{"judge": everything, "party": everything})
	judge := newPhone(t, c, "judge", Role{Sends: true, Pairs: 2}, 1)
	party := newPhone(t, c, "party", Role{Sends: true, Pairs: 2}, 1)
	if err := c.Record(dir, func(err error) { t.Error(err) }); err != nil {
		t.Error(err)
	}
	party.say()
	for deadline := time.Now().Add(15 * time.Second); judge.slot("party", Audio).packets == 0; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Error("the party is not heard")
			break
		}
	}
	if suddenly {
		c.Close()
	}
	judge.close()
	party.close()
	c.Close()
}

// settled measures when what ends by itself has ended.
func settled() (goroutines int, heap uint64) {
	time.Sleep(300 * time.Millisecond)
	measure()
	return measure()
}

func openFiles(t *testing.T) int {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		servers.Missing(t, "the list of open files: "+err.Error())
	}
	return len(all)
}

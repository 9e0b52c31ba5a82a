package e2e_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"microcourt/cmd/microcourt/e2e/nodes"
	"microcourt/hub/hubtest"
	"microcourt/store"
)

// TestP5WhoDoesNotReadIsDroppedAndSlowsNobody: many phones in one room take nothing from the network while megabytes are said
// there. They are dropped, the server's memory stays within what may wait for them, and the others, in this room and in
// another, hear as fast as before.
func TestP5WhoDoesNotReadIsDroppedAndSlowsNobody(t *testing.T) {
	rec := seed(t, databaseOf(t, store.SQLite), 2)
	admin := nodes.FreeAddress(t)
	srv := newServer(t, rec.setup(built(t, plainProgram), "--admin-listen", admin))
	srv.start()
	busy, quiet := newPair(t, srv, rec, rec.world.Cases[0]), newPair(t, srv, rec, rec.world.Cases[1])

	const rounds = 100
	long := strings.Repeat("字", 4990-len(saidMarker)/3) + saidMarker // about 15 kB
	busyBefore, quietBefore := bothTalk(busy, quiet, rounds, long)

	slow := inSoak(50, 400)
	stuck := make([]*rawSocket, slow)
	for i := range stuck {
		stuck[i] = dialRaw(t, srv, rec.world.Seats["lawyer"].Token, 4096)
		stuck[i].hello(t, rec.world.Cases[0])
	}
	memory := srv.rss()
	most := memory
	var busyDuring, quietDuring []time.Duration
	const bound = 24 << 20 // of what is said until everybody must have been dropped: the kernel takes some, too
	said := 0
	for dropped := 0; dropped < slow; dropped = droppedBehind(t, admin) {
		if said > bound {
			t.Fatalf("after %d bytes only %d of %d that don't read are dropped", said, dropped, slow)
		}
		b, q := bothTalk(busy, quiet, 20, long)
		busyDuring, quietDuring = append(busyDuring, b...), append(quietDuring, q...)
		said += 20 * len(long)
		most = max(most, srv.rss())
	}
	for range 5 { // and while their connections are being ended
		b, q := bothTalk(busy, quiet, 10, long)
		busyDuring, quietDuring = append(busyDuring, b...), append(quietDuring, q...)
		most = max(most, srv.rss())
	}

	t.Logf("%d were dropped after %d kB; memory %d MB, at most %d MB", slow, said>>10, memory>>20, most>>20)
	if grown, may := most-memory, int64(slow)<<20+(32<<20); grown > may {
		t.Errorf("P5: memory grew by %d MB, at most %d MB may wait", grown>>20, may>>20)
	}
	for _, c := range []struct {
		what           string
		before, during []time.Duration
	}{{"in the same room", busyBefore, busyDuring}, {"in another room", quietBefore, quietDuring}} {
		for _, q := range []struct {
			of    float64
			floor time.Duration
		}{{0.5, 30 * time.Millisecond}, {0.99, 250 * time.Millisecond}} {
			was, is := quantile(c.before, q.of), quantile(c.during, q.of)
			t.Logf("%s: p%v %v, while others don't read %v", c.what, q.of*100, was, is)
			if is > max(5*was, q.floor) {
				t.Errorf("P5: %s p%v went from %v to %v", c.what, q.of*100, was, is)
			}
		}
	}
	for _, r := range stuck { // what the kernel still holds comes first; a frame may be cut where the time was up
		if code := r.awaitClose(t, 20*time.Second); code != 4000 && code != -1 {
			t.Errorf("who doesn't read was closed with %d, want 4000 or a cut", code)
		}
	}
}

// TestP5WhoReadsSlowlyIsNotDropped: a phone whose network takes little at a time gets megabytes, as long as it never lets more
// than its share wait.
func TestP5WhoReadsSlowlyIsNotDropped(t *testing.T) {
	rec := seed(t, databaseOf(t, store.SQLite), 1)
	srv := newServer(t, rec.setup(built(t, plainProgram)))
	srv.start()
	caseID := rec.world.Cases[0]
	author := hubtest.Dial(t, srv.socket(), rec.world.Seats["plaintiff"].Token)
	author.Join(caseID, nil)
	reader := dialRaw(t, srv, rec.world.Seats["judge"].Token, 4096)
	reader.hello(t, caseID)
	words := strings.Repeat("字", 4900)
	for range 40 { // 6 MB in all, 150 kB at a time
		var last string
		for range 10 {
			last = store.NewID()
			author.Send(`"t":"send","case":"` + caseID + `","thread":"room","event":"` + last + `","kind":"text","body":{"text":"` + words + `"}`)
		}
		author.Await("the ack", func(m hubtest.Message) bool {
			return m.T == "event" && strings.Contains(m.Raw[:min(300, len(m.Raw))], last)
		})
		reader.await(t, `"t":"event"`, last)
	}
}

// pair is an author and a reader in one room.
type pair struct {
	t              testing.TB
	caseID         string
	author, reader *hubtest.Phone
}

func newPair(t testing.TB, srv *server, rec *seeded, caseID string) *pair {
	t.Helper()
	p := &pair{t, caseID, hubtest.Dial(t, srv.socket(), rec.world.Seats["plaintiff"].Token), hubtest.Dial(t, srv.socket(), rec.world.Seats["judge"].Token)}
	p.author.Join(caseID, nil)
	p.reader.Join(caseID, nil)
	return p
}

// bothTalk lets two pairs talk at the same time.
func bothTalk(a, b *pair, n int, text string) (as, bs []time.Duration) {
	var both sync.WaitGroup
	both.Go(func() { as = a.talk(n, text) })
	both.Go(func() { bs = b.talk(n, text) })
	both.Wait()
	return as, bs
}

// talk says something so many times and gives how long each took to come to the reader. It must not be called twice at a time.
func (p *pair) talk(n int, text string) []time.Duration {
	all := make([]time.Duration, 0, n)
	words, _ := json.Marshal(text)
	for range n {
		id := store.NewID()
		began := time.Now()
		p.author.Send(`"t":"send","case":"` + p.caseID + `","thread":"room","event":"` + id + `","kind":"text","body":{"text":` + string(words) + `}`)
		p.reader.Await("what was said", func(m hubtest.Message) bool {
			return m.T == "event" && strings.Contains(m.Raw[:min(300, len(m.Raw))], id)
		})
		all = append(all, time.Since(began))
	}
	return all
}

var behind = regexp.MustCompile(`(?m)^microcourt_disconnects_total\{cause="behind"\} (\d+)$`)

// droppedBehind asks the server how many connections it has dropped because they did not read.
func droppedBehind(t *testing.T, admin string) int {
	t.Helper()
	res, err := http.Get("http://" + admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := behind.FindSubmatch(text)
	if m == nil {
		t.Fatal(fmt.Errorf("the metrics don't tell who was dropped: %.300s", text))
	}
	n, err := strconv.Atoi(string(m[1]))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

package e2e_test

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/storetest/servers"
)

// TestP1TheDiskHasAMessageBeforeAnybodyIsTold: kill -9 leaves the operating system's memory as it is, so only the system calls
// themselves show what a power cut would leave. Between a message's coming and its ack (and its being shown to another) the
// write-ahead log must have been written and then synced. A server that doesn't sync shows that this test can fail.
func TestP1TheDiskHasAMessageBeforeAnybodyIsTold(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		servers.Missing(t, "no strace found; install strace")
	}
	t.Run("synced", func(t *testing.T) {
		rec := seed(t, databaseOf(t, store.SQLite), 1)
		srv := newServer(t, rec.setup(built(t, plainProgram)))
		for id, err := range traceMessages(t, srv, rec, strace) {
			if err != nil {
				t.Errorf("P1: %s: %v", id, err)
			}
		}
	})
	t.Run("a server that does not sync is caught", func(t *testing.T) {
		rec := seed(t, databaseOf(t, store.SQLite), 1)
		srv := newServer(t, rec.setup(os.Args[0]))
		srv.Args = []string{"-test.run", "^$"}
		srv.Env = []string{unsafeDatabase + "=" + rec.database, unsafeKeyFile + "=" + rec.keyFile, unsafeListen + "=" + srv.Address}
		for id, err := range traceMessages(t, srv, rec, strace) {
			if err == nil {
				t.Errorf("%s was acknowledged without a sync, and the test didn't see it", id)
			} else {
				t.Logf("caught: %v", err)
			}
		}
	})
}

// traceMessages runs the server under strace, sends some messages one after the other and says of each whether it was on
// disk before its ack and before it was shown.
func traceMessages(t *testing.T, srv *server, rec *seeded, strace string) map[string]error {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	srv.Wrap = []string{strace, "-f", "-y", "-ttt", "-s", "600", "-o", trace, "-e", "trace=read,write,writev,sendto,pwrite64,fsync,fdatasync"}
	srv.start()
	caseID := rec.world.Cases[0]
	author, reader := dialRaw(t, srv, rec.world.Seats["plaintiff"].Token, 0), dialRaw(t, srv, rec.world.Seats["judge"].Token, 0)
	author.hello(t, caseID)
	reader.hello(t, caseID)
	var ids []string
	for k := range 5 {
		id := store.NewID()
		ids = append(ids, id)
		rid := "fsync-" + strconv.Itoa(k)
		if err := author.send(opText, `{"t":"send","id":"`+rid+`","case":"`+caseID+`","thread":"room","event":"`+id+`","kind":"text","body":{"text":"`+saidMarker+`"}}`); err != nil {
			t.Fatal(err)
		}
		reader.await(t, id)
		author.await(t, `"t":"ack"`, `"`+rid+`"`)
	}
	endTraced(t, srv, trace)
	calls := readTrace(t, trace)
	verdicts := map[string]error{}
	for k, id := range ids {
		verdicts[id] = syncedBefore(calls, id, `\"id\":\"fsync-`+strconv.Itoa(k)+`\"`)
	}
	return verdicts
}

// endTraced asks the traced process to end: its id is the first in the trace.
func endTraced(t *testing.T, srv *server, trace string) {
	t.Helper()
	f, err := os.Open(trace)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var pid int
	if _, err := fmt.Fscan(f, &pid); err != nil || pid <= 1 {
		t.Fatalf("no process id in the trace: %v", err)
	}
	syscall.Kill(pid, syscall.SIGTERM)
	select {
	case <-srv.Exited:
	case <-time.After(40 * time.Second):
		t.Fatal("the traced server does not end")
	}
}

// call is a traced system call. Times are seconds.
type call struct {
	name       string
	text       string // arguments and result as strace writes them
	start, end float64
}

var traceLine = regexp.MustCompile(`^(\d+) +(\d+\.\d+) (?:(\w+)\((.*)|<\.\.\. (\w+) resumed>(.*))$`)

// readTrace puts the halves of calls together that other threads interrupted.
func readTrace(t *testing.T, path string) []call {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var calls []call
	open := map[string]int{} // by thread
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		m := traceLine.FindStringSubmatch(lines.Text())
		if m == nil {
			continue // signals and ends of threads
		}
		at, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		if m[5] != "" {
			if i, ok := open[m[1]]; ok {
				calls[i].end, calls[i].text = at, calls[i].text+m[6]
				delete(open, m[1])
			}
			continue
		}
		text, unfinished := strings.CutSuffix(m[4], " <unfinished ...>")
		if unfinished {
			open[m[1]] = len(calls)
		}
		calls = append(calls, call{name: m[3], text: text, start: at, end: at})
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return calls
}

// syncedBefore sees that after the frame with the event came in, the log was written, then synced without failure, and only
// then the ack and the event went out. A call's end is known only where another thread interrupted its line; else the call
// was over before the next line, so order of lines and of times agree.
func syncedBefore(calls []call, eventID, requestID string) error {
	came, wrote, synced := -1, -1, -1
	acked, shown := false, false
	for i, c := range calls {
		socket := strings.Contains(strings.SplitN(c.text, ",", 2)[0], "<socket:")
		file := strings.Contains(strings.SplitN(c.text, ",", 2)[0], "-wal>")
		switch {
		case c.name == "read" && socket && strings.Contains(c.text, eventID):
			came = i
		case came < 0:
		case file && (c.name == "pwrite64" || c.name == "write"):
			wrote, synced = i, -1
		case file && (c.name == "fsync" || c.name == "fdatasync") && wrote >= 0 && strings.HasSuffix(c.text, "= 0"):
			if c.start >= calls[wrote].end {
				synced = i
			}
		case socket && strings.HasPrefix(c.name, "write") && (strings.Contains(c.text, eventID) || strings.Contains(c.text, requestID)):
			what := "shown"
			if strings.Contains(c.text, requestID) {
				what, acked = "acknowledged", true
			} else {
				shown = true
			}
			if wrote < 0 {
				return fmt.Errorf("%s before the log was written", what)
			}
			if synced < 0 || calls[synced].end > c.start {
				return fmt.Errorf("%s before the log was synced", what)
			}
		}
		if acked && shown {
			return nil
		}
	}
	return fmt.Errorf("the trace doesn't show it whole: came %v, acknowledged %v, shown %v", came >= 0, acked, shown)
}

package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

// A part is a process of the measurement: a server or the phones. It is this program once more, told what to do by
// lines of JSON on its standard input, each answered by one on its standard output. When its input ends, it ends.
type part struct {
	cmd     *exec.Cmd
	in      io.WriteCloser
	answers *json.Decoder
}

// task is what a part is told: first which part it is, then what to do.
type task struct {
	Do string

	// of a server
	Database string
	Alone    bool // nothing is written: the room without its record
	Path     string

	// of the phones
	Address                           string
	Rooms, Rate, Seconds, Sends       int
	InFlight, Missing, PhonesPerRound int
}

// result is a part's answer.
type result struct {
	Err     string
	Address string

	Seconds              float64
	Sent, Acked, Refused int64
	Delivered, Faults    int64
	P50, P99             float64 // microseconds from sending to delivery
	Heap, Stacks         uint64  // bytes
	Goroutines           int
}

// answerTimeout bounds what a part may be told to do.
const answerTimeout = 2 * time.Minute

// startPart starts a process and gives its first answer.
func startPart(ctx context.Context, first task) (*part, result, error) {
	program, err := os.Executable()
	if err != nil {
		return nil, result{}, err
	}
	cmd := exec.CommandContext(ctx, program, "bench", "part")
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, result{}, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, result{}, err
	}
	if err := cmd.Start(); err != nil {
		return nil, result{}, err
	}
	p := &part{cmd: cmd, in: in, answers: json.NewDecoder(out)}
	r, err := p.tell(first)
	if err != nil {
		p.end()
	}
	return p, r, err
}

// tell has the part do something and waits for its answer.
func (p *part) tell(t task) (result, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return result{}, err
	}
	if _, err := p.in.Write(append(text, '\n')); err != nil {
		return result{}, err
	}
	late := time.AfterFunc(answerTimeout, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	var r result
	if err := p.answers.Decode(&r); err != nil {
		return r, fmt.Errorf("no answer to %s: %w", t.Do, err)
	}
	if r.Err != "" {
		return r, fmt.Errorf("%s: %s", t.Do, r.Err)
	}
	return r, nil
}

// end lets the part come to its end and waits for it.
func (p *part) end() error {
	p.in.Close()
	late := time.AfterFunc(20*time.Second, func() { p.cmd.Process.Kill() })
	defer late.Stop()
	return p.cmd.Wait()
}

// memory is what a process holds, in bytes.
type memory struct{ rss, heap, stacks float64 }

// memory has the process collect its garbage and give free memory back, and gives what it then holds.
func (p *part) memory() (m memory, err error) {
	r, err := p.tell(task{Do: "collect"})
	if err != nil {
		return m, err
	}
	m.heap, m.stacks = float64(r.Heap), float64(r.Stacks)
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", p.cmd.Process.Pid))
	if err != nil {
		return m, err
	}
	_, rest, _ := strings.Cut(string(text), "VmRSS:")
	fields := strings.Fields(rest)
	if len(fields) == 0 {
		return m, errors.New("/proc/PID/status has no VmRSS")
	}
	kb, err := strconv.ParseFloat(fields[0], 64)
	m.rss = kb * 1024
	return m, err
}

type partCmd struct{}

// Run is the part's side: it does what it is told until its input ends.
func (partCmd) Run(ctx context.Context) error {
	tasks, answers := json.NewDecoder(os.Stdin), json.NewEncoder(os.Stdout)
	var first task
	if err := tasks.Decode(&first); err != nil {
		return err
	}
	do, end, r := begin(ctx, first)
	defer end()
	for {
		if err := answers.Encode(r); err != nil {
			return err
		}
		var t task
		if err := tasks.Decode(&t); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var err error
		if r, err = do(t); err != nil {
			r.Err = err.Error()
		}
	}
}

// begin makes the process what its first task says.
func begin(ctx context.Context, first task) (do func(task) (result, error), end func(), r result) {
	var err error
	switch first.Do {
	case "hub":
		do, end, r, err = beginHub(ctx, first)
	case "floor":
		do, end, r, err = beginFloor()
	case "phones":
		do, end = beginPhones(first)
	case "media":
		do, end, r, err = beginMedia()
	case "media-floor":
		do, end, r, err = beginMediaFloor()
	case "callers":
		do, end, err = beginCallers(first)
	default:
		err = fmt.Errorf("unknown part %q", first.Do)
	}
	if err != nil {
		r.Err = err.Error()
	}
	if end == nil {
		end = func() {}
	}
	return do, end, r
}

package store

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"microcourt/store/court"
)

// job is one act of a group: either run, inside a savepoint of its own, or draft, which is refused before it writes
// anything and so needs none.
type job struct {
	run   func(ctx context.Context, tx *Tx) error
	draft *Draft

	keepsAccess bool // run changes nothing that the rules look at
	appended    Appended
	err         error
	then        func(Appended, error) // told the outcome, or nil
	done        chan struct{}         // closed when the outcome is known; nil where then is told
	claimed     atomic.Bool           // by the group that runs it, or by a caller who left before
}

// claim is true once: for the group that is about to run the job, or for the caller who no longer waits for it.
func (j *job) claim() bool { return j.claimed.CompareAndSwap(false, true) }

// tell tells the outcome to a job's then; it comes after the commit.
func (j *job) tell() {
	switch {
	case j.then == nil:
	case j.err != nil:
		j.then(Appended{}, j.err)
	default:
		j.then(j.appended, nil)
	}
}

// release lets go on who waits for the job.
func (j *job) release() {
	if j.then == nil {
		close(j.done)
	}
}

// maxGroup bounds how long the first of a group waits for the last.
const maxGroup = 256

// groups collects jobs for one goroutine that commits whatever is waiting as one group. close stops and awaits it.
type groups struct {
	jobs    chan *job
	waiting atomic.Int64  // jobs that were not taken yet
	enough  chan struct{} // told when enoughJobs are waiting
	quit    chan struct{}
	done    chan struct{}
	once    sync.Once
}

func newGroups() *groups {
	return &groups{jobs: make(chan *job, 4*maxGroup), enough: make(chan struct{}, 1), quit: make(chan struct{}), done: make(chan struct{})}
}

func (g *groups) close() {
	g.once.Do(func() { close(g.quit) })
	<-g.done
}

// do queues a job and waits until it is durable or refused. A job whose ctx ends before its group begins doesn't happen.
// Later a draft may still be appended, and a retry with the same id finds it; run is awaited, for what it sets is the caller's.
func (g *groups) do(ctx context.Context, j *job) error {
	j.done = make(chan struct{})
	if err := g.queue(ctx, j); err != nil {
		return err
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		if j.claim() || j.run == nil {
			return ctx.Err()
		}
		<-j.done
		return j.err
	case <-g.done:
	}
	select {
	case <-j.done: // it was in the last group
		return j.err
	default:
		return court.ErrUnavailable
	}
}

// begin queues a job whose then is told the outcome. A job that is queued while the record closes may stay without one.
func (g *groups) begin(ctx context.Context, j *job) {
	if err := g.queue(ctx, j); err != nil {
		j.then(Appended{}, err)
	}
}

func (g *groups) queue(ctx context.Context, j *job) error {
	select {
	case <-g.quit:
		return court.ErrUnavailable
	default:
	}
	select {
	case g.jobs <- j:
		if g.waiting.Add(1) == enoughJobs {
			select {
			case g.enough <- struct{}{}:
			default: // told already
			}
		}
		return nil
	case <-g.quit:
		return court.ErrUnavailable
	case <-ctx.Done():
		return ctx.Err()
	}
}

// A commit costs nearly the same for one act and for ten, and so do the writes to sockets that follow it. Under load one
// therefore begins at the earliest commitPause after the one before, unless enoughJobs are waiting. Where such a wait
// brings nothing, because everybody waits for the act that is waiting, it is tried again ever more seldom, at last once
// in maxUnpaused commits.
const (
	commitPause = 20 * time.Millisecond
	enoughJobs  = 30
	maxUnpaused = 1024
)

// each is the goroutine: it waits for a job, takes whatever else is waiting, up to maxGroup, and commits that. After close
// it commits what is still queued.
func (g *groups) each(commit func(group []*job)) {
	group := make([]*job, 0, maxGroup)
	var began time.Time
	unpaused := 1
	for skip := 0; ; skip-- {
		select {
		case j := <-g.jobs:
			group = append(group[:0], j)
		case <-g.quit:
			select {
			case j := <-g.jobs:
				group = append(group[:0], j)
			default:
				return
			}
		}
		g.waiting.Add(-1)
		group = g.fill(group)
		if pause := commitPause - time.Since(began); pause > 0 && skip <= 0 && len(group) < maxGroup {
			waiting := len(group)
			g.pause(pause, len(group))
			if group = g.fill(group); len(group) == waiting {
				unpaused = min(2*unpaused, maxUnpaused)
				skip = unpaused
			} else {
				unpaused = 1
			}
		}
		group = slices.DeleteFunc(group, func(j *job) bool { return !j.claim() })
		if len(group) == 0 {
			continue
		}
		began = time.Now()
		commit(group)
	}
}

// pause waits until enough jobs are there or the time is over. taken of them are in hand already.
func (g *groups) pause(d time.Duration, taken int) {
	if taken >= enoughJobs {
		return
	}
	select {
	case <-g.enough: // of an earlier group
	default:
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-g.enough:
	case <-timer.C:
	case <-g.quit:
	}
}

func (g *groups) fill(group []*job) []*job {
	before := len(group)
	for len(group) < maxGroup {
		select {
		case j := <-g.jobs:
			group = append(group, j)
			continue
		default:
		}
		break
	}
	g.waiting.Add(int64(before - len(group)))
	return group
}

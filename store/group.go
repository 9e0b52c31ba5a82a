package store

import (
	"context"

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
	done        chan struct{}
}

// maxGroup bounds how long the first of a group waits for the last.
const maxGroup = 256

// submit queues a job and waits until it is durable or refused. If ctx ends while the job waits, the act may still
// happen; a retry with the same id finds it.
func submit(ctx context.Context, j *job, jobs chan<- *job, quit, done <-chan struct{}) error {
	j.done = make(chan struct{})
	select {
	case <-quit:
		return court.ErrUnavailable
	default:
	}
	select {
	case jobs <- j:
	case <-quit:
		return court.ErrUnavailable
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		return ctx.Err()
	case <-done:
	}
	select {
	case <-j.done: // it was in the last group
		return j.err
	default:
		return court.ErrUnavailable
	}
}

// nextGroup waits for a job and takes whatever else is waiting, up to maxGroup. After quit it hands out what is
// still queued, then reports false.
func nextGroup(group []*job, jobs <-chan *job, quit <-chan struct{}) ([]*job, bool) {
	select {
	case j := <-jobs:
		group = append(group, j)
	case <-quit:
		select {
		case j := <-jobs:
			group = append(group, j)
		default:
			return group, false
		}
	}
	for len(group) < maxGroup {
		select {
		case j := <-jobs:
			group = append(group, j)
		default:
			return group, true
		}
	}
	return group, true
}

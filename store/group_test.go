package store

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// commitAll runs groups of jobs whose commits take a millisecond, gives them work, and reports the sizes of the groups.
func commitAll(t *testing.T, work func(g *groups)) (sizes []int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		g := newGroups()
		go func() {
			defer close(g.done)
			g.each(func(group []*job) {
				sizes = append(sizes, len(group))
				time.Sleep(time.Millisecond)
				for _, j := range group {
					j.tell()
					j.release()
				}
			})
		}()
		began := time.Now()
		work(g)
		took = time.Since(began)
		g.close()
	})
	return sizes, took
}

func TestActsThatComeCloseTogetherShareACommit(t *testing.T) {
	const acts = 200
	sizes, _ := commitAll(t, func(g *groups) {
		told := make(chan struct{}, acts)
		for range acts {
			g.begin(context.Background(), &job{then: func(Appended, error) { told <- struct{}{} }})
			time.Sleep(time.Millisecond)
		}
		for range acts {
			<-told
		}
	})
	if len(sizes) > acts/2 {
		t.Errorf("%d acts, one each millisecond, took %d commits", acts, len(sizes))
	}
}

func TestOneCallerAfterTheOtherIsNotMadeToWait(t *testing.T) {
	const acts = 320
	sizes, took := commitAll(t, func(g *groups) {
		for range acts {
			if err := g.do(context.Background(), &job{}); err != nil {
				t.Error(err)
			}
		}
	})
	if most := acts*time.Millisecond + 10*commitPause; len(sizes) != acts || took > most {
		t.Errorf("%d acts took %d commits and %v, want %d and at most %v", acts, len(sizes), took, acts, most)
	}
}

// TestP1WhatWaitsAtTheEndIsCommitted: closing commits what was queued before it.
func TestP1WhatWaitsAtTheEndIsCommitted(t *testing.T) {
	told := 0
	commitAll(t, func(g *groups) {
		for range 10 {
			g.begin(context.Background(), &job{then: func(Appended, error) { told++ }})
		}
	})
	if told != 10 {
		t.Errorf("%d of 10 acts were committed", told)
	}
}

// TestACallerWhoLeavesFindsNothingStillRunning: what an act sets in its caller's variables is never set after do returned, and an
// act whose caller left before its turn doesn't happen.
func TestACallerWhoLeavesFindsNothingStillRunning(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGroups()
		go func() {
			defer close(g.done)
			g.each(func(group []*job) {
				for _, j := range group {
					j.err = j.run(context.Background(), nil)
					j.release()
				}
			})
		}()
		set := make([]int, 40) // written by the acts, read here after each do
		run := func(i int, patience time.Duration) error {
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			return g.do(ctx, &job{run: func(context.Context, *Tx) error {
				time.Sleep(30 * time.Millisecond)
				set[i]++
				return nil
			}})
		}
		var callers sync.WaitGroup
		for i := range set {
			callers.Go(func() {
				err := run(i, time.Duration(10+40*i)*time.Millisecond)
				before := set[i]
				if time.Sleep(time.Minute); (err == nil) != (before == 1) || set[i] != before {
					t.Errorf("act %d: do gave %v, set %d at its return and %d later", i, err, before, set[i])
				}
			})
		}
		callers.Wait()
		g.close()
	})
}

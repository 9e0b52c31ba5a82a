package bench

import (
	"context"
	"sync"
	"time"

	"microcourt/store"
	"microcourt/store/court"
)

// numbering stands for the record where the room alone is measured: like the record it collects messages for a moment and
// hands them out together, but it only gives each its number and keeps nothing.
type numbering struct {
	mu       sync.Mutex
	seqs     map[string]int64 // by case
	waiting  []numbered
	onCommit func([]court.Event)
}

type numbered struct {
	draft *store.Draft
	then  func(store.Appended, error)
}

// numberingPause is the record's own pause between commits, numberingEnough what it doesn't wait beyond.
const (
	numberingPause  = 20 * time.Millisecond
	numberingEnough = 30
)

func (n *numbering) OnCommit(f func([]court.Event)) { n.onCommit = f }

func (n *numbering) AppendThen(_ context.Context, d *store.Draft, then func(store.Appended, error)) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waiting = append(n.waiting, numbered{d, then})
	switch len(n.waiting) {
	case 1:
		time.AfterFunc(numberingPause, n.commit)
	case numberingEnough:
		n.commitLocked()
	}
}

func (n *numbering) commit() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.commitLocked()
}

func (n *numbering) commitLocked() {
	events := make([]court.Event, 0, len(n.waiting))
	at := time.Now().UnixMilli()
	for _, w := range n.waiting {
		n.seqs[w.draft.CaseID]++
		seq := n.seqs[w.draft.CaseID]
		w.then(store.Appended{Seq: seq, At: at}, nil)
		events = append(events, court.Event{CaseID: w.draft.CaseID, Thread: w.draft.Thread, Seq: seq, ID: w.draft.ID, At: at,
			By: w.draft.PersonID, Kind: w.draft.Kind, Body: w.draft.Body.JSON})
	}
	n.waiting = nil
	if len(events) > 0 {
		n.onCommit(events)
	}
}

package store

import (
	"context"
	"strings"
	"sync"
	"time"
)

// together lets many who ask the same kind of question at the same moment ask the record once: after an interruption
// thousands of phones come back at once. Who asks first asks alone; who comes while a question is under way waits for
// the next one, which is asked for all of them by the first who waits. Each answer is of a moment after it was asked for.
type together[V any] struct {
	s     *Store
	texts [len(togetherSizes)]string // of the query, one for each size
	args  func() []any               // the parameters before the keys
	scan  func(scanner) (V, error)   // reads the columns behind the key
	param func(key string) any

	mu      sync.Mutex
	waiting []*question[V]
	asking  bool
}

// togetherSizes are the numbers of keys for which there is a prepared query; what lies between is filled up.
var togetherSizes = [...]int{1, 4, 16, 64}

const togetherTimeout = 10 * time.Second

type question[V any] struct {
	key    string
	answer []V
	err    error
	leads  bool          // is to ask for all who are waiting
	wake   chan struct{} // answered, or leads
}

// newTogether makes a question of a query that has KEYS where the keys belong, and whose first column is the key.
func newTogether[V any](s *Store, query string, args func() []any, scan func(scanner) (V, error)) *together[V] {
	t := &together[V]{s: s, args: args, scan: scan, param: func(key string) any { return key }}
	first := len(args()) + 1
	for i, size := range togetherSizes {
		keys := make([]string, size)
		for k := range keys {
			keys[k] = param(first + k)
		}
		t.texts[i] = strings.Replace(query, "KEYS", strings.Join(keys, ", "), 1)
	}
	return t
}

// get gives the rows of a key.
func (t *together[V]) get(ctx context.Context, key string) ([]V, error) {
	q := &question[V]{key: key, wake: make(chan struct{}, 1)}
	t.mu.Lock()
	t.waiting = append(t.waiting, q)
	first := !t.asking
	q.leads, t.asking = first, true
	t.mu.Unlock()
	if !first {
		<-q.wake // the question under way is bounded in time
	}
	if q.leads {
		t.lead(ctx)
	}
	return q.answer, q.err
}

// lead asks for all who are waiting, as far as one query takes them, and leaves the lead to the first of the others.
func (t *together[V]) lead(ctx context.Context) {
	t.mu.Lock()
	n := min(len(t.waiting), togetherSizes[len(togetherSizes)-1])
	batch := t.waiting[:n:n]
	t.waiting = t.waiting[n:]
	t.mu.Unlock()

	t.ask(ctx, batch)

	t.mu.Lock()
	var next *question[V]
	if len(t.waiting) > 0 {
		next = t.waiting[0]
		next.leads = true
	} else {
		t.waiting, t.asking = nil, false
	}
	t.mu.Unlock()
	if next != nil {
		next.wake <- struct{}{}
	}
	for _, q := range batch {
		if !q.leads {
			q.wake <- struct{}{}
		}
	}
}

// ask answers a batch of questions, for the leader and on behalf of others, who may have more patience than the leader.
func (t *together[V]) ask(ctx context.Context, batch []*question[V]) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), togetherTimeout)
	defer cancel()
	err := t.answer(ctx, batch)
	for _, q := range batch {
		q.err = err
	}
}

func (t *together[V]) answer(ctx context.Context, batch []*question[V]) error {
	text, size := 0, 0
	for text, size = range togetherSizes {
		if len(batch) <= size {
			break
		}
	}
	args := t.args()
	byKey := make(map[string][]*question[V], len(batch))
	for i := range size {
		q := batch[min(i, len(batch)-1)]
		args = append(args, t.param(q.key))
		if i < len(batch) {
			byKey[q.key] = append(byKey[q.key], q)
		}
	}
	rows, err := t.s.query(ctx, t.texts[text], args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var key string
		v, err := t.scan(scanner(func(dest ...any) error { return withFirst(rows, &key).Scan(dest...) }))
		if err != nil {
			return err
		}
		for _, q := range byKey[key] {
			q.answer = append(q.answer, v)
		}
	}
	return rows.Err()
}

package store

import "time"

// Metrics are told of what the record does. Both are optional.
type Metrics struct {
	// Commits observes each group commit: how many acts, how long it took.
	Commits func(acts int, took time.Duration)
	// Queue is asked by nobody here; see Waiting.
}

// SetMetrics sets who observes the record. Call it before the first write.
func (s *Store) SetMetrics(m Metrics) { s.metrics = m }

func (m Metrics) group(acts int, took time.Duration) {
	if m.Commits != nil {
		m.Commits(acts, took)
	}
}

// Waiting is how many acts wait for a commit.
func (s *Store) Waiting() int {
	n := 0
	if s.writer != nil {
		n += len(s.writer.jobs)
	}
	for _, c := range s.committers {
		n += len(c.jobs)
	}
	return n
}

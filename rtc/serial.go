package rtc

import "sync"

// serial runs functions one after the other, in a goroutine that is there only while something is to be done.
type serial struct {
	mu      sync.Mutex
	queue   []func()
	running bool
	closed  bool
	done    *sync.WaitGroup // of whoever waits for the end
}

func (s *serial) do(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.queue = append(s.queue, f)
	if !s.running {
		s.running = true
		s.done.Go(s.run)
	}
}

func (s *serial) run() {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 {
			s.running = false
			s.mu.Unlock()
			return
		}
		f := s.queue[0]
		s.queue = s.queue[1:]
		s.mu.Unlock()
		f()
	}
}

// close drops what waits; what runs goes on to its end.
func (s *serial) close() {
	s.mu.Lock()
	s.closed, s.queue = true, nil
	s.mu.Unlock()
}

package hub

import "microcourt/store/court"

// recent are a room's newest events as they were sent, kept while somebody is in the room: after an interruption
// thousands come back at once who miss little, and the record needn't be asked for each of them. Guarded by the room's
// mutex.
type recent struct {
	threads map[string]*recentThread
	bytes   int
}

// recentThread holds the events first, first+1 ... without gaps.
type recentThread struct {
	first  int64
	frames []frame
}

// maxRecent bounds what a room keeps, in bytes.
const maxRecent = 16 << 10

// add keeps an event that was just delivered. A recall or hide takes content from view, so what was kept of its thread
// is no longer what the record would give.
func (k *recent) add(ev *court.Event, f frame) {
	t := k.threads[ev.Thread]
	if ev.Kind == court.KindRecall || ev.Kind == court.KindHide {
		k.drop(ev.Thread, t)
		return
	}
	if t == nil || t.first+int64(len(t.frames)) != ev.Seq {
		k.drop(ev.Thread, t)
		t = &recentThread{first: ev.Seq}
		if k.threads == nil {
			k.threads = map[string]*recentThread{}
		}
		k.threads[ev.Thread] = t
	}
	t.frames = append(t.frames, f)
	k.bytes += len(f)
	for k.bytes > maxRecent && len(t.frames) > 1 {
		k.bytes -= len(t.frames[0])
		t.frames[0] = nil
		t.frames = t.frames[1:]
		t.first++
	}
	if k.bytes > maxRecent { // it is other threads that hold so much
		*k = recent{}
	}
}

func (k *recent) drop(name string, t *recentThread) {
	if t == nil {
		return
	}
	for _, f := range t.frames {
		k.bytes -= len(f)
	}
	delete(k.threads, name)
}

// missing gives what somebody misses who holds a thread up to have, of which head is the newest. ok is false where only
// the record knows.
func (t *recentThread) missing(have, head int64) (frames []frame, ok bool) {
	if have == head {
		return nil, true
	}
	if t == nil || have+1 < t.first || have > head || have == 0 && head > newestSent {
		return nil, false
	}
	return t.frames[have+1-t.first:], true
}

// recentFor gives what a participant misses who holds so much of each thread, and how far all threads are that the
// participant reads. ok is false where only the record knows.
func (r *room) recentFor(st *court.Standing, have map[string]int64) (frames []frame, last map[string]int64, ok bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	last = map[string]int64{}
	for name, head := range r.heads {
		th, err := court.ParseThread(name)
		if err != nil || !th.Reads(st) {
			continue
		}
		if th.ReadsFrom(st) > 0 {
			return nil, nil, false // what of it is for this reader, only the record knows
		}
		missed, known := r.recent.threads[name].missing(have[name], head)
		if !known {
			return nil, nil, false
		}
		frames = append(frames, missed...)
		last[name] = head
	}
	for name, seq := range have {
		if _, known := last[name]; !known && seq > 0 {
			return nil, nil, false // more than this node has heard of
		}
	}
	return frames, last, true
}

package archive

import (
	"encoding/json"
	"maps"
	"slices"

	"microcourt/store/court"
	"microcourt/store/seal"
)

// expectation is a head that a thread must have had at a size.
type expectation struct {
	size          int64
	root          seal.Hash
	seal          int64
	events, noted bool // whether the events, and the hashes kept of them, give this head
}

// threadCheck walks one thread's events and compares two logs with the sealed heads: the one that the events give, and the one that the
// hashes give that were kept when they were sealed.
type threadCheck struct {
	v      *verifier
	thread string
	want   []*expectation // trusted, by size
	next   int            // of want

	events, noted       seal.Frontier
	eventsOK, notedOK   bool  // nothing was missing so far
	shown               bool  // an event that the reader reads; hidden ones come before
	hidden              int64 // last event that the reader doesn't read
	last                int64
	different           []Finding
	withdrawn, withdraw map[int64]string
	recorded            map[string][]string // hashes of the recordings' files that were named so far, by hearing
	later               int64
	changes             bool
}

// verifyThreads reports whether the room tells of a change of the case after the seal.
func (v *verifier) verifyThreads() (changes bool) {
	threads := v.expected()
	slices.Sort(threads)
	for _, thread := range threads {
		if v.ctx.Err() != nil {
			return
		}
		t := v.threadCheck(thread)
		name := threadName(thread)
		v.known[name] = true
		if _, there := v.sums[name]; !there {
			if held := v.chain.held; held != nil && held.heads[thread].size > 0 || thread == court.RoomThread {
				v.find(Finding{Code: ThreadAbsent, Thread: thread})
			}
			continue
		}
		v.report.Threads++
		v.index.Thread(thread, v.manifest.View)
		if err := v.src.lines(name, t.line); err != nil {
			v.find(Finding{Code: Unreadable, Name: name, Thread: thread})
		}
		v.index.EndThread()
		t.end()
		changes = changes || t.changes
	}
	return changes
}

func (v *verifier) threadCheck(thread string) *threadCheck {
	t := &threadCheck{v: v, thread: thread, eventsOK: true, notedOK: true, withdrawn: map[int64]string{}, withdraw: map[int64]string{}, recorded: map[string][]string{}}
	for _, e := range v.chain.seals {
		if !e.trusted || !e.opened {
			continue
		}
		h, ok := e.heads[thread]
		if !ok {
			if c, known := v.covers[e.seal.Cover]; known && slices.Contains(c.Threads(), thread) {
				v.find(Finding{Code: HeadForged, Seal: e.seal.Number, Thread: thread, Detail: notProven})
			}
			continue
		}
		t.want = append(t.want, &expectation{size: h.size, root: h.root, seal: e.seal.Number})
	}
	if !slices.IsSortedFunc(t.want, func(a, b *expectation) int { return int(a.size - b.size) }) {
		v.find(Finding{Code: SealForged, Thread: thread, Detail: shorter})
		slices.SortFunc(t.want, func(a, b *expectation) int { return int(a.size - b.size) })
	}
	t.reach()
	return t
}

// size is how far the thread is proven.
func (t *threadCheck) size() int64 {
	if len(t.want) == 0 {
		return 0
	}
	return t.want[len(t.want)-1].size
}

// reach compares the heads of the size that the walk has come to.
func (t *threadCheck) reach() {
	for t.next < len(t.want) && t.want[t.next].size <= t.last {
		w := t.want[t.next]
		w.events = t.eventsOK && t.events.Size == w.size && t.events.Root() == w.root
		w.noted = t.notedOK && t.noted.Size == w.size && t.noted.Root() == w.root
		t.next++
	}
}

func (t *threadCheck) line(text []byte) error {
	if err := t.v.ctx.Err(); err != nil {
		return err
	}
	var l Line
	if err := parse(text, &l); err != nil {
		return err
	}
	t.v.index.Line(l)
	switch {
	case l.Seq <= t.last:
		t.v.find(Finding{Code: EventUnexpected, Thread: t.thread, Seq: l.Seq})
		return nil
	case l.Seq > t.last+1:
		t.missing(t.last+1, l.Seq-1)
	}
	t.last = l.Seq
	if l.State != "" && l.State != Missing && l.State != Earlier {
		return errForm
	}
	t.files(&l)
	t.recording(&l)
	t.withdrawal(&l)
	if l.Seq > t.size() {
		t.later++
		t.changes = t.changes || t.thread == court.RoomThread && l.Kind == string(court.KindCaseChanged)
		if l.State == Missing || l.State == Earlier && !t.mayHide() {
			t.v.find(Finding{Code: EventMissing, Thread: t.thread, Seq: l.Seq})
		}
		if l.State == Earlier {
			t.hidden = l.Seq
		}
		t.shown = t.shown || l.State != Earlier
		return nil
	}
	t.sealed(&l)
	t.reach()
	return nil
}

// sealed takes an event that the seal covers.
func (t *threadCheck) sealed(l *Line) {
	t.v.report.Events++
	leaf, ok := l.leaf(t.v.manifest.CaseID, t.thread)
	noted, has := hashFrom(l.Leaf), len(l.Leaf) == len(seal.Hash{})
	switch {
	case l.State == Earlier && !t.mayHide():
		t.v.find(Finding{Code: EventMissing, Thread: t.thread, Seq: l.Seq})
	case l.State == Missing:
		t.different = append(t.different, Finding{Code: EventMissing, Thread: t.thread, Seq: l.Seq})
	case !ok || has && leaf != noted:
		if len(t.different) < maxFindings {
			t.different = append(t.different, Finding{Code: EventChanged, Thread: t.thread, Seq: l.Seq, Columns: l.changed(t.v.manifest.CaseID, t.thread)})
		}
	}
	if l.State == Earlier {
		t.v.report.Hidden++
		t.hidden = l.Seq
	}
	t.shown = t.shown || l.State != Earlier
	t.eventsOK, t.notedOK = t.eventsOK && ok, t.notedOK && has
	if t.eventsOK {
		t.events.Append(leaf)
	}
	if t.notedOK {
		t.noted.Append(noted)
	}
}

// mayHide reports whether the archive's reader doesn't read what comes next: only at the beginning of some threads.
func (t *threadCheck) mayHide() bool { return t.v.manifest.View.Hides(t.thread) && !t.shown }

// missing notes events that are not there at all.
func (t *threadCheck) missing(from, to int64) {
	if from > t.size() {
		t.v.find(Finding{Code: EventMissing, Thread: t.thread, Seq: from, Last: to})
		return
	}
	t.different = append(t.different, Finding{Code: EventMissing, Thread: t.thread, Seq: from, Last: min(to, t.size())})
	t.eventsOK, t.notedOK = false, false
	t.last = min(to, t.size())
	t.reach()
	t.last = to
}

// end says what the walk has shown.
func (t *threadCheck) end() {
	t.v.report.Later += t.later
	if t.last < t.size() {
		t.missing(t.last+1, t.size())
	}
	t.withdrawals()
	for _, f := range t.different {
		t.v.find(f)
	}
	if i := slices.IndexFunc(t.want, func(w *expectation) bool { return !w.events }); i >= 0 {
		t.narrow(i)
	} else if slices.ContainsFunc(t.want, func(w *expectation) bool { return !w.noted }) {
		t.v.find(Finding{Code: HashesChanged, Thread: t.thread, Detail: tableOfTiles})
	}
}

// narrow says between which seals the events were changed, where no single event tells.
func (t *threadCheck) narrow(i int) {
	w, from := t.want[i], int64(1)
	if i > 0 {
		from = t.want[i-1].size + 1
	}
	told := slices.ContainsFunc(t.different, func(f Finding) bool { return f.Seq <= w.size && max(f.Seq, f.Last) >= from })
	if !told || slices.ContainsFunc(t.want, func(w *expectation) bool { return !w.noted }) && !t.onlyMissing() {
		t.v.find(Finding{Code: ThreadChanged, Thread: t.thread, Seq: from, Last: w.size, Seal: w.seal})
	}
}

func (t *threadCheck) onlyMissing() bool {
	return !slices.ContainsFunc(t.different, func(f Finding) bool { return f.Code != EventMissing })
}

// files sees that the content of an event's files is what the event says.
func (t *threadCheck) files(l *Line) {
	for _, f := range l.Files {
		t.file(l, f.ID, FileName(f.ID), f.SHA256)
	}
	for _, r := range t.v.manifest.View.Recordings(t.thread, l) {
		t.file(l, r.ID, r.Name(), r.SHA256)
	}
}

func (t *threadCheck) file(l *Line, id, name, want string) {
	if !court.ValidID(id) {
		t.v.find(Finding{Code: Unreadable, Thread: t.thread, Seq: l.Seq, Name: name})
		return
	}
	t.v.report.Files++
	t.v.known[name] = true
	sum, there := t.v.sums[name]
	switch {
	case !there:
		t.v.find(Finding{Code: AttachmentAbsent, Thread: t.thread, Seq: l.Seq, Name: name})
	case sum != want:
		t.v.find(Finding{Code: AttachmentChange, Thread: t.thread, Seq: l.Seq, Name: name})
	}
}

// withdrawal notes what an event says of withdrawing, and what is withdrawn.
func (t *threadCheck) withdrawal(l *Line) {
	if l.Withdrawn != "" {
		t.withdrawn[l.Seq] = l.Withdrawn
	}
	if l.Kind == string(court.KindRecall) || l.Kind == string(court.KindHide) {
		var target struct{ Seq int64 }
		if json.Unmarshal([]byte(l.Body), &target) == nil {
			t.withdraw[target.Seq] = l.Kind
		}
	}
}

// withdrawals compares the two: the mark itself is not sealed, the event of the same kind that made it is.
func (t *threadCheck) withdrawals() {
	forged := map[int64]bool{}
	for seq, kind := range t.withdraw {
		forged[seq] = t.withdrawn[seq] != kind
	}
	for seq, kind := range t.withdrawn {
		forged[seq] = forged[seq] || t.withdraw[seq] != kind
	}
	for _, seq := range slices.Sorted(maps.Keys(forged)) {
		if forged[seq] && seq > t.hidden {
			t.v.find(Finding{Code: WithdrawalForged, Thread: t.thread, Seq: seq, Columns: []string{"withdrawn_by"}})
		}
	}
}

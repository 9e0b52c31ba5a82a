package hub

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
)

const (
	// recordAgain is how long after a failure recording is tried again, recordAgainMost how long after many in a row.
	recordAgain     = 10 * time.Second
	recordAgainMost = 5 * time.Minute
	// recordsWell is how long a part has to last for what failed before it to be over.
	recordsWell = time.Minute
	// takeAgain is how long after a failure it is tried again to take a part into the record.
	takeAgain = 5 * time.Minute
)

// storageFailed is the reason of a part that couldn't be written.
const storageFailed = "storage"

// errDiskFull: there may be room for some more, but not for recordings.
var errDiskFull = errors.New("the disk is full")

// hallRecording is the recording of a hall's hearing. It belongs to the hall's goroutine, but for failure.
type hallRecording struct {
	part    int // that is being recorded; 0 for none
	began   time.Time
	wait    time.Duration // after the newest failure
	again   time.Time
	failure chan error // why the part that is being recorded can't go on
}

// failed says when to try again: later and later, while nothing goes well, but as soon as there is room on a disk that was full.
func (r *hallRecording) failed(now time.Time, err error) {
	if errors.Is(err, errDiskFull) {
		r.again = now.Add(time.Second) // when the record is read again, and what it says of this is known
		return
	}
	if now.Sub(r.began) > recordsWell {
		r.wait = 0
	}
	r.wait = min(max(2*r.wait, recordAgain), recordAgainMost)
	r.again = now.Add(r.wait)
}

// stopsFor says why a hearing in this state isn't recorded: only what the law lets out is (庭审录音录像规定 第三条): adjournments, pauses and the bench's consultations. "" where it is recorded.
func stopsFor(st *hearing.State) string {
	switch {
	case st.Status == hearing.Adjourned:
		return "adjourned"
	case st.Status != hearing.InSession:
		return "closed"
	case st.Paused:
		return "paused"
	case st.Consults:
		return "consultation"
	}
	return ""
}

// stopRecording ends the part that is being recorded where the state wants it. It comes before anybody gets the rights of the new state, so that nothing of a consultation is recorded.
func (x *hall) stopRecording(ctx context.Context, st *hearing.State) {
	if x.recording.part == 0 {
		return
	}
	why, failed := stopsFor(st), error(nil)
	select {
	case failed = <-x.recording.failure:
	default:
		if why == "" && x.hub.disk.now() == diskFull {
			failed = errDiskFull
		}
	}
	if why == "" && failed == nil {
		return
	}
	if failed != nil { // noted at once: its files are taken when there is room for that
		x.hub.metrics.Unrecorded.Add(1)
		x.hub.log.Error("a recording broke off", "err", failed)
		x.note(ctx, x.recording.part, hearing.RecordingFailed, storageFailed)
	}
	x.endPart(why, failed)
}

// note has the room told what becomes of a part.
func (x *hall) note(ctx context.Context, part int, state hearing.RecordingState, reason string) {
	if _, err := Do(ctx, x.hub, Server(), NoteRecording{hearing.RecordingBody{Hearing: x.id, Part: part, State: state, Reason: reason}}); err != nil {
		x.hub.log.Warn("note a recording", "err", err)
	}
}

// startRecording begins a part where the state wants one.
func (x *hall) startRecording(ctx context.Context, st *hearing.State) {
	h := x.hub
	if h.recordings == "" || x.recording.part != 0 || stopsFor(st) != "" || h.now().Before(x.recording.again) {
		return
	}
	part := 1
	for _, r := range st.Recording {
		part = max(part, r.Part+1)
		if r.EndedAt == 0 { // by a node that died; what it wrote is added when it comes back
			x.note(ctx, r.Part, hearing.RecordingFailed, "interrupted")
		}
	}
	err := errDiskFull
	if h.disk.now() != diskFull {
		x.recording.failure = make(chan error, 1)
		failure := x.recording.failure
		err = h.media.Record(x.id, h.partFolder(x.id, part), func(err error) {
			failure <- err
			x.stir()
		})
		if err != nil {
			x.recording.failed(h.now(), err)
		}
	}
	if err == nil {
		x.recording.part, x.recording.began = part, h.now()
		x.note(ctx, part, hearing.RecordingStarted, "")
		return
	}
	// The room is told once, not at each try.
	if n := len(st.Recording); n > 0 && st.Recording[n-1].Failed && st.Recording[n-1].Reason == storageFailed {
		return
	}
	h.metrics.Unrecorded.Add(1)
	h.log.Error("a hearing can't be recorded", "err", err)
	x.note(ctx, part, hearing.RecordingFailed, storageFailed)
}

// endPart stops the recording and has its files taken into the record.
func (x *hall) endPart(why string, failed error) {
	part := x.recording.part
	x.recording.part = 0
	left := x.hub.media.StopRecording(x.id)
	p := store.RecordingPart{Hearing: x.id, Part: part, State: hearing.RecordingEnded, Reason: why}
	if failed != nil {
		p.State, p.Reason = hearing.RecordingFailed, storageFailed
		x.recording.failed(x.hub.now(), failed)
	}
	x.hub.background.Go(func() { x.hub.takePart(withFiles(p, left)) })
}

func (h *Hub) partFolder(hearing string, part int) string {
	return filepath.Join(h.recordings, hearing, strconv.Itoa(part))
}

// withFiles adds to a part what was left of it.
func withFiles(p store.RecordingPart, left *rtc.Recorded) store.RecordingPart {
	if left == nil {
		return p
	}
	for _, f := range left.Files {
		p.Files = append(p.Files, store.LocalRecording{Path: f.Path, RecordedFile: hearing.RecordedFile{Seat: f.Peer, Media: hearing.Medium(f.Media), At: f.At, Duration: f.Duration, Width: f.Width, Height: f.Height}})
	}
	for _, s := range left.Spoke {
		p.Spoke = append(p.Spoke, hearing.Spoke{At: s.At, Seats: append([]string{}, s.Peers...)})
	}
	return p
}

// takePart brings a part's files into the record. What can't be taken now stays where it is, and is tried again: until the program stops, and when it starts.
func (h *Hub) takePart(p store.RecordingPart) {
	for !h.tryPart(p) {
		select {
		case <-h.stop:
			return
		case <-time.After(takeAgain):
		}
	}
}

func (h *Hub) tryPart(p store.RecordingPart) (done bool) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := h.files.TakeRecording(ctx, p); err != nil {
		h.log.Error("take a recording into the record", "hearing", p.Hearing, "part", p.Part, "err", err)
		return errors.Is(err, court.ErrNotFound) // and never will be there
	}
	_ = os.RemoveAll(h.partFolder(p.Hearing, p.Part))
	_ = os.Remove(filepath.Join(h.recordings, p.Hearing)) // when it is empty
	return true
}

// takeLeftRecordings takes what this machine recorded when the program was ended by force.
func (h *Hub) takeLeftRecordings() {
	if h.recordings == "" || h.files == nil {
		return
	}
	found, err := filepath.Glob(filepath.Join(h.recordings, "*", "*"))
	if err != nil {
		return
	}
	for _, dir := range found {
		part, err := strconv.Atoi(filepath.Base(dir))
		if err != nil {
			continue
		}
		left, err := rtc.LeftRecording(dir)
		if err != nil && !os.IsNotExist(err) {
			h.log.Error("a recording that was left can't be read", "folder", dir, "err", err)
			continue
		}
		h.log.Warn("a recording was interrupted by the end of the program; it is taken as it is", "hearing", filepath.Base(filepath.Dir(dir)), "part", part)
		p := withFiles(store.RecordingPart{Hearing: filepath.Base(filepath.Dir(dir)), Part: part, State: hearing.RecordingFailed, Reason: "interrupted"}, left)
		if !h.tryPart(p) {
			h.background.Go(func() { h.takePart(p) })
		}
	}
}

package hub

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"microcourt/rtc"
	"microcourt/store"
	"microcourt/store/court/hearing"
)

// recordAgain is how long after a failure recording is tried again.
const recordAgain = 10 * time.Second

// hallRecording is the recording of a hall's hearing. It belongs to the hall's goroutine, but for failure.
type hallRecording struct {
	part    int // that is being recorded; 0 for none
	again   time.Time
	failure chan error // why the part that is being recorded can't go on
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
	}
	if why == "" && failed == nil {
		return
	}
	x.endPart(why, failed)
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
			if _, err := Do(ctx, h, Server(), NoteRecording{hearing.RecordingBody{Hearing: x.id, Part: r.Part, State: hearing.RecordingFailed, Reason: "interrupted"}}); err != nil {
				h.log.Warn("note a recording", "err", err)
			}
		}
	}
	x.recording.failure = make(chan error, 1)
	failure := x.recording.failure
	err := h.media.Record(x.id, h.partFolder(x.id, part), func(err error) {
		failure <- err
		x.stir()
	})
	state, reason := hearing.RecordingStarted, ""
	if err != nil {
		h.log.Error("a hearing can't be recorded", "err", err)
		state, reason = hearing.RecordingFailed, "storage"
		x.recording.again = h.now().Add(recordAgain)
	} else {
		x.recording.part = part
	}
	if _, err := Do(ctx, h, Server(), NoteRecording{hearing.RecordingBody{Hearing: x.id, Part: part, State: state, Reason: reason}}); err != nil {
		h.log.Warn("note a recording", "err", err)
	}
}

// endPart stops the recording and has its files taken into the record.
func (x *hall) endPart(why string, failed error) {
	part := x.recording.part
	x.recording.part = 0
	left := x.hub.media.StopRecording(x.id)
	p := store.RecordingPart{Hearing: x.id, Part: part, State: hearing.RecordingEnded, Reason: why}
	if failed != nil {
		x.hub.log.Error("a recording broke off", "err", failed)
		p.State, p.Reason = hearing.RecordingFailed, "storage"
		x.recording.again = x.hub.now().Add(recordAgain)
	}
	x.hub.background.Go(func() { x.hub.takePart(p, left) })
}

func (h *Hub) partFolder(hearing string, part int) string {
	return filepath.Join(h.recordings, hearing, strconv.Itoa(part))
}

// takePart brings a part's files into the record. What can't be taken now stays where it is, and is tried again when the program starts.
func (h *Hub) takePart(p store.RecordingPart, left *rtc.Recorded) {
	if left == nil {
		left = &rtc.Recorded{}
	}
	for _, f := range left.Files {
		p.Files = append(p.Files, store.LocalRecording{Path: f.Path, RecordedFile: hearing.RecordedFile{Seat: f.Peer, Media: hearing.Medium(f.Media), At: f.At, Duration: f.Duration, Width: f.Width, Height: f.Height}})
	}
	for _, s := range left.Spoke {
		p.Spoke = append(p.Spoke, hearing.Spoke{At: s.At, Seats: append([]string{}, s.Peers...)})
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Hour)
	defer cancel()
	if err := h.files.TakeRecording(ctx, p); err != nil {
		h.log.Error("take a recording into the record", "hearing", p.Hearing, "part", p.Part, "err", err)
		return
	}
	_ = os.RemoveAll(h.partFolder(p.Hearing, p.Part))
	_ = os.Remove(filepath.Join(h.recordings, p.Hearing)) // when it is empty
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
		h.takePart(store.RecordingPart{Hearing: filepath.Base(filepath.Dir(dir)), Part: part, State: hearing.RecordingFailed, Reason: "interrupted"}, left)
	}
}

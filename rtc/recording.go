package rtc

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/pion/rtp"
)

const (
	// lateness is how long the recording waits for packets that come late.
	lateness = 500 * time.Millisecond
	// flushEvery is how much of a recording is lost at most when the program is killed; syncEvery, when the machine is.
	flushEvery = 500 * time.Millisecond
	syncEvery  = 5 * time.Second
	// seekEvery is how often a key frame is asked for, so that one can jump into the recording.
	seekEvery = 10 * time.Second
	// recordQueue is how many packets of one stream may wait for the disk.
	recordQueue = 1024
)

// RecordedFile is one file of a recording: one person's sound, camera or screen, as long as its size stays the same. It is a WebM file with one track.
type RecordedFile struct {
	Path     string `json:"path"`
	Peer     string `json:"peer"`
	Media    Media  `json:"media"`
	At       int64  `json:"at"`       // Unix milliseconds of its first frame, by this machine's clock
	Duration int64  `json:"duration"` // milliseconds
	Width    int    `json:"width"`    // pixels; 0 for sound
	Height   int    `json:"height"`
	Lost     int    `json:"lost"` // frames that are missing, because packets never came
}

// Spoke says who spoke from a moment on.
type Spoke struct {
	At    int64    `json:"at"` // Unix milliseconds
	Peers []string `json:"peers"`
}

// Recorded is what a recording left.
type Recorded struct {
	Files []RecordedFile `json:"files"`
	Spoke []Spoke        `json:"spoke"`
}

// manifestName is the file in the recording's folder that says what the others are, for whoever finds them after the program was killed.
const manifestName = "recording.json"

// ErrRecording is returned where a conference is being recorded already.
var ErrRecording = errors.New("rtc: is being recorded already")

// Recording writes what may be sent in a conference: files as the packets come.
type Recording struct {
	conference *Conference
	dir        string
	alarm      func(error)

	mu     sync.Mutex
	tracks map[*publication]*recordedTrack
	done   Recorded // files that are closed
	named  int      // files so far
	ended  bool
	failed sync.Once

	manifest sync.Mutex // held while it is written
	running  sync.WaitGroup
	stop     chan struct{}
}

// Record begins to record into a new folder. alarm is called, at most once, when something can't be written; it must not block. The conference goes on, and what is recorded ends with what could be written.
func (c *Conference) Record(dir string, alarm func(error)) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return ErrClosed
	}
	if c.recording != nil {
		return ErrRecording
	}
	r := &Recording{conference: c, dir: dir, alarm: alarm, tracks: map[*publication]*recordedTrack{}, stop: make(chan struct{})}
	if err := r.writeManifest(); err != nil {
		_ = os.Remove(filepath.Join(dir, manifestName+".new"))
		_ = os.Remove(dir)
		return err
	}
	c.recording = r
	r.running.Go(r.keep)
	for _, p := range c.peers {
		for _, pub := range p.publications {
			pub.each(r.add)
		}
	}
	return nil
}

// StopRecording ends the recording and gives what it left; nil if there was none.
func (c *Conference) StopRecording() *Recorded {
	c.mu.Lock()
	r := c.recording
	c.recording = nil
	if r != nil {
		for _, p := range c.peers {
			for _, pub := range p.publications {
				pub.each(func(l *layer) { l.sink.Store(nil) })
			}
		}
	}
	c.mu.Unlock()
	if r == nil {
		return nil
	}
	return r.end()
}

// add takes a stream in; it is called with each that begins.
func (r *Recording) add(l *layer) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ended {
		return
	}
	t := r.tracks[l.pub]
	if t == nil {
		t = &recordedTrack{recording: r, pub: l.pub, packets: make(chan recordedPacket, recordQueue)}
		r.tracks[l.pub] = t
		r.running.Go(t.run)
	}
	l.sink.Store(&sinkRef{t})
	if l.pub.media != Audio {
		l.askKey()
	}
}

// speaking notes who speaks.
func (r *Recording) speaking(peers []string, now time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.done.Spoke = append(r.done.Spoke, Spoke{At: now.UnixMilli(), Peers: peers})
}

// end closes all files.
func (r *Recording) end() *Recorded {
	r.mu.Lock()
	r.ended = true
	for _, t := range r.tracks {
		close(t.packets)
	}
	r.mu.Unlock()
	close(r.stop)
	r.running.Wait()
	if err := r.writeManifest(); err != nil {
		r.fail(err)
	}
	return &r.done
}

// keep brings what was written to the disk.
func (r *Recording) keep() {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	for n := 1; ; n++ {
		select {
		case <-r.stop:
			return
		case <-ticker.C:
		}
		r.mu.Lock()
		var files []*recordFile
		for _, t := range r.tracks {
			if f := t.file(); f != nil {
				files = append(files, f)
			}
		}
		r.mu.Unlock()
		for _, f := range files {
			if err := f.flush(n%int(syncEvery/flushEvery) == 0); err != nil {
				r.fail(err)
			}
		}
		if r.date(files) {
			if err := r.writeManifest(); err != nil {
				r.fail(err)
			}
		}
	}
}

// date corrects when files began, which becomes known better with each packet that the network doesn't hold up.
func (r *Recording) date(files []*recordFile) (changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range files {
		i := slices.IndexFunc(r.done.Files, func(d RecordedFile) bool { return d.Path == f.path })
		if at := f.start(); i >= 0 && at != 0 && at != r.done.Files[i].At {
			r.done.Files[i].At, changed = at, true
		}
	}
	return changed
}

func (r *Recording) fail(err error) {
	r.failed.Do(func() { r.alarm(fmt.Errorf("the recording can't be written: %w", err)) })
}

// open begins a file.
func (r *Recording) open(pub *publication) (*recordFile, string, error) {
	r.mu.Lock()
	r.named++
	path := filepath.Join(r.dir, fmt.Sprintf("%03d-%s.webm", r.named, pub.media))
	r.mu.Unlock()
	f, err := createRecordFile(path)
	return f, path, err
}

// began and closed keep the manifest true.
func (r *Recording) began(f RecordedFile) {
	r.mu.Lock()
	r.done.Files = append(r.done.Files, f)
	r.mu.Unlock()
	if err := r.writeManifest(); err != nil {
		r.fail(err)
	}
}

func (r *Recording) closed(f RecordedFile) {
	r.mu.Lock()
	for i := range r.done.Files {
		if r.done.Files[i].Path == f.Path {
			r.done.Files[i] = f
		}
	}
	r.mu.Unlock()
}

// dropped takes a file out again.
func (r *Recording) dropped(f RecordedFile) {
	r.mu.Lock()
	r.done.Files = slices.DeleteFunc(r.done.Files, func(x RecordedFile) bool { return x.Path == f.Path })
	r.mu.Unlock()
	if err := os.Remove(f.Path); err != nil {
		r.fail(err)
	}
}

func (r *Recording) writeManifest() error {
	r.manifest.Lock()
	defer r.manifest.Unlock()
	r.mu.Lock()
	text, err := json.Marshal(&r.done)
	r.mu.Unlock()
	if err != nil {
		return err
	}
	next := filepath.Join(r.dir, manifestName+".new")
	if err := os.WriteFile(next, text, 0o600); err != nil {
		return err
	}
	return os.Rename(next, filepath.Join(r.dir, manifestName))
}

// LeftRecording reads what a recording left in a folder whose program was killed: files that exist and hold a frame.
func LeftRecording(dir string) (*Recorded, error) {
	text, err := os.ReadFile(filepath.Join(dir, manifestName))
	if err != nil {
		return nil, err
	}
	var r Recorded
	if err := json.Unmarshal(text, &r); err != nil {
		return nil, err
	}
	kept := r.Files[:0]
	for _, f := range r.Files {
		f.Path = filepath.Join(dir, filepath.Base(f.Path))
		if info, err := os.Stat(f.Path); err != nil || info.Size() == 0 {
			continue
		}
		if f.Duration == 0 { // was being written
			var frames int
			if f.Duration, frames, err = webmLength(f.Path); err != nil {
				return nil, err
			}
			if frames == 0 { // killed between the head and the first frame: nothing that plays, and nothing lost
				continue
			}
		}
		kept = append(kept, f)
	}
	r.Files = kept
	return &r, nil
}

// recordedPacket is a copy of a packet for the recording.
type recordedPacket struct {
	layer   *layer
	header  rtp.Header
	payload []byte
	at      time.Time
}

// recordedTrack records one publication: of a picture's layers the largest that comes.
type recordedTrack struct {
	recording *Recording
	pub       *publication
	packets   chan recordedPacket

	mu      sync.Mutex
	open    *recordFile
	dropped int // packets that the disk was too slow for

	// For the track's goroutine alone:
	current *layer
	lastAt  time.Time
	order   reorder
	frames  assembler
	writer  *webmTrack
	info    RecordedFile
	asked   time.Time
}

// packet is called on the way of the packet; it waits for nothing.
func (t *recordedTrack) packet(l *layer, h *rtp.Header, payload []byte, at time.Time) {
	p := recordedPacket{layer: l, header: rtp.Header{SequenceNumber: h.SequenceNumber, Timestamp: h.Timestamp, Marker: h.Marker}, payload: append([]byte(nil), payload...), at: at}
	t.recording.mu.Lock() // so that nothing is sent to a channel that is closed
	defer t.recording.mu.Unlock()
	if t.recording.ended {
		return
	}
	select {
	case t.packets <- p:
	default:
		t.mu.Lock()
		t.dropped++
		t.mu.Unlock()
		t.recording.fail(errors.New("the disk is too slow"))
	}
}

func (t *recordedTrack) file() *recordFile {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.open
}

// run is the track's goroutine: it owns the file. It ends when the recording does.
func (t *recordedTrack) run() {
	for p := range t.packets {
		t.take(&p)
	}
	t.drain()
	t.closeFile()
}

func (t *recordedTrack) take(p *recordedPacket) {
	if p.layer != t.current && !t.change(p) {
		return
	}
	t.lastAt = p.at
	if t.pub.media != Audio && p.at.Sub(t.asked) > seekEvery {
		t.asked = p.at
		p.layer.askKey()
	}
	for _, next := range t.order.put(p) {
		t.frame(next)
	}
}

// change goes over to another layer, at its key frame: to a larger one, or to any when the one before has ceased.
func (t *recordedTrack) change(p *recordedPacket) bool {
	if t.current != nil && p.layer.size <= t.current.size && p.at.Sub(t.lastAt) < time.Second {
		return false
	}
	if t.pub.media != Audio {
		if d, ok := parseVP8(p.payload); !ok || !d.key {
			if p.at.Sub(t.asked) > time.Second {
				t.asked = p.at
				p.layer.askKey()
			}
			return false
		}
	}
	t.drain()
	t.replaceFile()
	t.current, t.order, t.frames = p.layer, reorder{}, assembler{video: t.pub.media != Audio}
	return true
}

// drain writes what waits for packets that won't come any more.
func (t *recordedTrack) drain() {
	for _, next := range t.order.rest() {
		t.frame(next)
	}
}

func (t *recordedTrack) frame(p *recordedPacket) {
	f, ok := t.frames.put(p)
	if t.frames.broken {
		t.frames.broken = false
		t.info.Lost++
		p.layer.askKey()
	}
	if !ok {
		return
	}
	if at, known := p.layer.captured(f.time, f.at); known {
		f.captured = at
	}
	if f.key && f.width > 0 && t.writer != nil && (f.width != t.info.Width || f.height != t.info.Height) {
		t.closeFile() // a new part at every change of resolution
	}
	if t.writer == nil {
		if t.frames.video && !f.key {
			return
		}
		if err := t.begin(f); err != nil {
			t.recording.fail(err)
			return
		}
	}
	if err := t.writer.write(f); err != nil {
		t.recording.fail(err)
	}
}

func (t *recordedTrack) begin(f frame) error {
	file, path, err := t.recording.open(t.pub)
	if err != nil {
		return err
	}
	t.info = RecordedFile{Path: path, Peer: t.pub.peer.ID, Media: t.pub.media, Width: f.width, Height: f.height, At: f.at.UnixMilli()}
	if t.writer, err = newWebM(file, t.pub.media, f, t.current.hertz); err != nil {
		return errors.Join(err, file.Close())
	}
	t.mu.Lock()
	t.open = file
	t.mu.Unlock()
	t.recording.began(t.info)
	return nil
}

// replaceFile closes the file where another layer's goes on at the same moment. One of a picture or two, as at the beginning while the largest layer is on its way, holds nothing that the next doesn't.
func (t *recordedTrack) replaceFile() {
	t.closeFile()
	if t.info.Path != "" && t.info.Duration < 200 {
		t.recording.dropped(t.info)
		t.info = RecordedFile{}
	}
}

func (t *recordedTrack) closeFile() {
	if t.writer == nil {
		return
	}
	t.mu.Lock()
	t.open = nil
	t.mu.Unlock()
	if err := t.writer.close(); err != nil {
		t.recording.fail(err)
	}
	t.info.At, t.info.Duration = t.writer.began(), t.writer.length()
	t.writer = nil
	t.recording.closed(t.info)
}

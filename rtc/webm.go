package rtc

import (
	"bufio"
	"cmp"
	"math"
	"os"
	"sync"

	"github.com/at-wat/ebml-go/mkvcore"
	"github.com/at-wat/ebml-go/webm"
)

// cuesBytes is the room at a file's beginning for the index by which a player jumps; it is written when the file is closed.
const cuesBytes = 16 << 10

// opusSilence is 20 ms of silence (RFC 6716: CELT, one frame). Where a phone sends nothing while nobody speaks, the recording holds silence, because players don't keep the time of gaps in sound.
var opusSilence = []byte{0xf8, 0xff, 0xfe}

// opusHead says how the sound is made (RFC 7845, section 5.1): version 1, two channels, 48,000 Hz.
var opusHead = []byte{'O', 'p', 'u', 's', 'H', 'e', 'a', 'd', 1, 2, 0, 0, 0x80, 0xbb, 0, 0, 0, 0, 0}

// recordFile is a file of a recording. Its buffer is flushed on a clock, and its beginning is written again when it is closed. After a failure nothing more is written, so that what is left is what a killed program leaves. The one who
// writes isn't told: the library's writer would stop reading what it is given, and whoever gives it would wait for ever.
type recordFile struct {
	path string

	mu      sync.Mutex
	file    *os.File
	buf     *bufio.Writer
	err     error
	closed  bool
	marked  int64 // RTP time up to which frames are in the buffer,
	flushed int64 // and in the file
	began   int64 // when the first frame was, Unix ms, as far as it is known by now
}

func createRecordFile(path string) (*recordFile, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	return &recordFile{path: path, file: f, buf: bufio.NewWriterSize(f, 64<<10)}, nil
}

// Write always takes all of b; failure tells what became of it.
func (f *recordFile) Write(b []byte) (int, error) {
	f.do(func() error {
		_, err := f.buf.Write(b)
		return err
	})
	return len(b), nil
}

// WriteAt is for what stands at the beginning.
func (f *recordFile) WriteAt(b []byte, at int64) (int, error) {
	f.do(f.buf.Flush)
	f.do(func() error {
		_, err := f.file.WriteAt(b, at)
		return err
	})
	return len(b), nil
}

func (f *recordFile) flush(sync bool) error {
	f.do(func() error {
		if err := f.buf.Flush(); err != nil {
			return err
		}
		f.flushed = f.marked
		if sync {
			return f.file.Sync()
		}
		return nil
	})
	return f.failure()
}

// Close is called by the writer when it is done.
func (f *recordFile) Close() error {
	_ = f.flush(true)
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	if err := f.file.Close(); f.err == nil {
		f.err = err
	}
	return f.err
}

// do does something unless something failed before, or the file is closed.
func (f *recordFile) do(what func() error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.err == nil && !f.closed {
		f.err = what()
	}
}

// failure is what couldn't be done; nil while all is well.
func (f *recordFile) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// mark says up to which RTP time frames have been written, and when the first was.
func (f *recordFile) mark(at, began int64) {
	f.mu.Lock()
	f.marked, f.began = at, began
	f.mu.Unlock()
}

// start is when the first frame was, Unix ms; 0 while there is none.
func (f *recordFile) start() int64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.began
}

// webmTrack writes one track into one file.
type webmTrack struct {
	file  *recordFile
	out   webm.BlockWriteCloser
	clock float64
	sound bool

	any    bool
	media  int64 // RTP time since the first frame, counted on beyond 32 bits
	newest uint32
	last   int64 // the same, as it was written
	shift  int64 // how much later than media frames are to stand
	// start is when the file begins, Unix ms: by when frames were captured, where that is known, else by the packet that took the shortest way: others were held up by the network.
	start    float64
	captured bool
	off      float64 // how much later frames were captured than they stand in the file, ms, smoothed

	mu  sync.Mutex
	err error
}

func newWebM(file *recordFile, media Media, f frame, clock uint32) (*webmTrack, error) {
	t := &webmTrack{file: file, clock: float64(clock), sound: media == Audio, newest: f.time, start: float64(f.at.UnixMicro()) / 1e3}
	entry := webm.TrackEntry{Name: string(media), TrackNumber: 1, TrackUID: 1}
	if t.sound {
		entry.CodecID, entry.TrackType, entry.CodecPrivate = "A_OPUS", 2, opusHead
		entry.Audio = &webm.Audio{SamplingFrequency: 48000, Channels: 2}
	} else {
		entry.CodecID, entry.TrackType = "V_VP8", 1
		entry.Video = &webm.Video{PixelWidth: uint64(f.width), PixelHeight: uint64(f.height)}
	}
	info := &webm.Info{TimecodeScale: 1_000_000, MuxingApp: "microcourt", WritingApp: "microcourt"}
	outs, err := webm.NewSimpleBlockWriter(file, []webm.TrackEntry{entry}, mkvcore.WithSegmentInfo(info), mkvcore.WithSeekHead(true), mkvcore.WithCues(cuesBytes),
		mkvcore.WithBlockInterceptor(nil), mkvcore.WithMinMaxClusterDuration(1, 4000, 0x7000),
		mkvcore.WithOnErrorHandler(t.failed), mkvcore.WithOnFatalHandler(t.failed))
	if err != nil {
		return nil, err
	}
	t.out = outs[0]
	return t, nil
}

func (t *webmTrack) failed(err error) {
	t.mu.Lock()
	if t.err == nil {
		t.err = err
	}
	t.mu.Unlock()
}

// write puts a frame at its time.
func (t *webmTrack) write(f frame) error {
	passed := int64(int32(f.time - t.newest))
	if passed < 0 {
		return nil // a clock that went back
	}
	t.media, t.newest = t.media+passed, f.time
	t.time(f)
	at := t.media + t.shift
	if t.any {
		at = max(at, t.last+passed-passed/20) // what is to stand earlier draws near little by little, so that nothing is left out
	}
	if t.sound {
		for gap := at - t.last; t.any && gap >= 2*960; gap -= 960 {
			t.last += 960
			if _, err := t.out.Write(true, t.ms(t.last), opusSilence); err != nil {
				return err
			}
		}
	}
	before := t.last
	t.any, t.last = true, at
	if _, err := t.out.Write(f.key, t.ms(at), f.data); err != nil {
		return err
	}
	t.file.mark(before, t.began()) // this frame may still be on its way into the buffer
	return t.failure()
}

const (
	// offMost is how far, ms, a track may be out of step with the clock before it is set right: clocks of sound cards run a little fast or slow, and stand still on a phone that is too busy.
	offMost = 40
	// offShare is how much a frame counts for that; reports aren't exact to the millisecond.
	offShare = 0.02
)

// time keeps the file's time with the clock.
func (t *webmTrack) time(f frame) {
	stands := float64(t.media+t.shift) / t.clock * 1e3
	if f.captured.IsZero() {
		if !t.captured {
			t.start = min(t.start, float64(f.at.UnixMicro())/1e3-stands)
		}
		return
	}
	start := float64(f.captured.UnixMicro())/1e3 - stands
	if !t.captured {
		t.captured, t.start = true, start
		return
	}
	t.off += (start - t.start - t.off) * offShare
	if math.Abs(t.off) > offMost {
		t.shift += int64(t.off / 1e3 * t.clock)
		t.off = 0
	}
}

func (t *webmTrack) failure() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return cmp.Or(t.err, t.file.failure())
}

func (t *webmTrack) ms(at int64) int64 { return int64(float64(at) / t.clock * 1e3) }

// began is when the first frame was, Unix ms; length how long the file is, ms.
func (t *webmTrack) began() int64 { return int64(t.start) }

func (t *webmTrack) length() int64 {
	if t.failure() == nil {
		return t.ms(t.last)
	}
	t.file.mu.Lock()
	defer t.file.mu.Unlock()
	return t.ms(t.file.flushed)
}

func (t *webmTrack) close() error { return cmp.Or(t.out.Close(), t.failure()) }

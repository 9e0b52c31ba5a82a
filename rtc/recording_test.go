package rtc

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/at-wat/ebml-go"
	"github.com/at-wat/ebml-go/webm"
	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"pgregory.net/rapid"
)

// blocks are what a recorded file holds.
type recordedBlocks struct {
	Segment struct {
		Info    webm.Info      `ebml:"Info"`
		Tracks  webm.Tracks    `ebml:"Tracks"`
		Cues    *webm.Cues     `ebml:"Cues"`
		Cluster []webm.Cluster `ebml:"Cluster"`
	} `ebml:"Segment"`
}

// times gives the times of all frames, ms.
func (b *recordedBlocks) times() (all []int64) {
	for _, c := range b.Segment.Cluster {
		for _, s := range c.SimpleBlock {
			all = append(all, int64(c.Timecode)+int64(s.Timecode))
		}
	}
	return all
}

func readRecorded(t *testing.T, path string) *recordedBlocks {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var b recordedBlocks
	if err := ebml.Unmarshal(bytes.NewReader(text), &b, ebml.WithIgnoreUnknown(true)); err != nil && len(b.Segment.Cluster) == 0 {
		t.Fatalf("%s: %v", path, err)
	}
	return &b
}

// TestARecordingHoldsWhatWasSentAndNothingElse: sound and pictures of who may send, in files whose frames have their times; nothing of who is muted.
func TestARecordingHoldsWhatWasSentAndNothingElse(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything, "party": everything, "muted": {Receive: true}, "waiting": {Audio: true, Video: true, Waits: true}})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 2}, 1)
	party := join(t, c, "party", Role{Sends: true, Pairs: 2}, 3)
	muted := join(t, c, "muted", Role{Sends: true, Pairs: 2}, 1)
	waiting := join(t, c, "waiting", Role{Sends: true, Pairs: 2}, 1)
	dir := filepath.Join(t.TempDir(), "part")
	if err := c.Record(dir, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	if err := c.Record(dir, nil); err != ErrRecording {
		t.Errorf("recording twice gives %v", err)
	}
	began := time.Now()
	for _, p := range []*phone{judge, party, muted, waiting} {
		p.say()
	}
	time.Sleep(1500 * time.Millisecond)
	left := c.StopRecording()
	if again := c.StopRecording(); again != nil {
		t.Error("a recording was stopped twice")
	}
	seen := map[string]int64{}
	for _, f := range left.Files {
		if f.Peer == "muted" || f.Peer == "waiting" {
			t.Errorf("%s of somebody who may not send was recorded", f.Media)
		}
		b := readRecorded(t, f.Path)
		times := b.times()
		if len(times) < 10 {
			t.Errorf("%s of %s holds %d frames", f.Media, f.Peer, len(times))
			continue
		}
		for i := 1; i < len(times); i++ {
			if times[i] < times[i-1] {
				t.Fatalf("%s of %s: frame at %d ms follows one at %d ms", f.Media, f.Peer, times[i], times[i-1])
			}
		}
		if b.Segment.Cues == nil || b.Segment.Info.Duration == 0 {
			t.Errorf("%s of %s can't be jumped in: cues %v, duration %v", f.Media, f.Peer, b.Segment.Cues != nil, b.Segment.Info.Duration)
		}
		if at := time.UnixMilli(f.At); at.Before(began.Add(-time.Second)) || at.After(time.Now()) {
			t.Errorf("%s of %s begins at %v, the recording at %v", f.Media, f.Peer, at, began)
		}
		seen[f.Peer+" "+string(f.Media)] += f.Duration
	}
	for _, want := range []string{"judge audio", "judge camera", "party audio", "party camera"} {
		if seen[want] < 500 {
			t.Errorf("%s: %d ms were recorded", want, seen[want])
		}
	}
}

// TestARecordingOutlivesTheProgram: what was written before the program was killed can be found and read.
func TestARecordingOutlivesTheProgram(t *testing.T) {
	c := newConferenceOf(t, newServer(t), "h")
	c.Permit(map[string]Permissions{"judge": everything})
	judge := join(t, c, "judge", Role{Sends: true, Pairs: 1}, 1)
	dir := filepath.Join(t.TempDir(), "part")
	if err := c.Record(dir, func(err error) { t.Error(err) }); err != nil {
		t.Fatal(err)
	}
	judge.say()
	copied := t.TempDir()
	eventually(t, "both files hold something", func() bool {
		left, err := LeftRecording(dir)
		return err == nil && len(left.Files) == 2
	})
	time.Sleep(2 * flushEvery)
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil { // as the disk is at that moment
		t.Fatal(err)
	}
	left, err := LeftRecording(copied)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range left.Files {
		times := readRecorded(t, f.Path).times()
		if len(times) < 10 || f.Duration != times[len(times)-1] {
			t.Errorf("%s lasts %d ms by the manifest, and holds frames at %v", f.Media, f.Duration, times)
		}
	}
	c.StopRecording()

	// Killed between the head of a file and its first frame: nothing that a player could open is handed on.
	whole, err := os.ReadFile(left.Files[0].Path)
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(whole, []byte{ebmlCluster >> 24, ebmlCluster >> 16 & 0xff, ebmlCluster >> 8 & 0xff, ebmlCluster & 0xff})
	if err := os.WriteFile(left.Files[0].Path, whole[:at], 0o600); err != nil {
		t.Fatal(err)
	}
	again, err := LeftRecording(copied)
	if err != nil || len(again.Files) != len(left.Files)-1 {
		t.Errorf("a file without a frame: %+v, %v", again, err)
	}
}

// TestAFileBeginsWhenItsQuickestPacketSays: what held up the first packet doesn't put a person out of step with the others, also where the program is killed.
func TestAFileBeginsWhenItsQuickestPacketSays(t *testing.T) {
	r := &Recording{dir: t.TempDir()}
	file, err := createRecordFile(filepath.Join(r.dir, "001-camera.webm"))
	if err != nil {
		t.Fatal(err)
	}
	began := time.UnixMilli(1_790_000_000_000)
	first := frame{data: make([]byte, 100), key: true, width: 320, height: 180, time: 9000, at: began.Add(200 * time.Millisecond)}
	w, err := newWebM(file, Camera, first, 90_000)
	if err != nil {
		t.Fatal(err)
	}
	r.began(RecordedFile{Path: file.path, Media: Camera, At: first.at.UnixMilli()})
	if err := w.write(first); err != nil {
		t.Fatal(err)
	}
	if err := w.write(frame{data: make([]byte, 100), time: 18_000, at: began.Add(100 * time.Millisecond)}); err != nil {
		t.Fatal(err)
	}
	if !r.date([]*recordFile{file}) || r.date([]*recordFile{file}) {
		t.Error("that the file began earlier was not noted once")
	}
	if err := r.writeManifest(); err != nil {
		t.Fatal(err)
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	left, err := LeftRecording(r.dir)
	if err != nil {
		t.Fatal(err)
	}
	if len(left.Files) != 1 || left.Files[0].At != began.UnixMilli() {
		t.Errorf("files left are %+v, want one that began at %d", left.Files, began.UnixMilli())
	}
}

// TestAFileKeepsStepWithTheClock: a sound card that runs slow or fast doesn't bring a person out of step with the others, and no sound is left out.
func TestAFileKeepsStepWithTheClock(t *testing.T) {
	for _, drift := range []float64{-2e-3, 2e-3} {
		path := filepath.Join(t.TempDir(), "001-audio.webm")
		file, err := createRecordFile(path)
		if err != nil {
			t.Fatal(err)
		}
		const frames = 6000 // two minutes
		began := time.UnixMilli(1_790_000_000_000)
		at := func(i int) time.Time {
			return began.Add(time.Duration(float64(i) * (1 + drift) * float64(20*time.Millisecond)))
		}
		piece := func(i int) frame {
			return frame{data: []byte{1}, key: true, time: uint32(i * 960), at: at(i).Add(150 * time.Millisecond), captured: at(i)}
		}
		w, err := newWebM(file, Audio, piece(0), 48_000)
		if err != nil {
			t.Fatal(err)
		}
		for i := range frames {
			if err := w.write(piece(i)); err != nil {
				t.Fatal(err)
			}
		}
		off := time.UnixMilli(w.began() + w.length()).Sub(at(frames - 1))
		if err := w.close(); err != nil {
			t.Fatal(err)
		}
		if off.Abs() > 60*time.Millisecond {
			t.Errorf("drift %v: the end is off by %v", drift, off)
		}
		if n := len(readRecorded(t, path).times()); n < frames {
			t.Errorf("drift %v: %d of %d pieces of sound are there", drift, n, frames)
		}
	}
}

// TestSenderClocksAreCompared: by the report that was held up least, or a frame that was held up less than that, and what can't be true is not believed.
func TestSenderClocksAreCompared(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	ntp := func(at time.Time) uint64 {
		return uint64(at.Unix()+2_208_988_800)<<32 | uint64(at.Nanosecond())<<32/1e9
	}
	l := &layer{hertz: 90_000, pub: &publication{peer: &Peer{}}}
	report := func(sent time.Time, delay time.Duration) {
		l.clock(&rtcp.SenderReport{NTPTime: ntp(sent.Add(-time.Hour)), RTPTime: uint32(sent.Sub(now).Seconds() * 90_000)}, sent.Add(delay)) // its clock is an hour slow
	}
	if _, ok := l.captured(0, now); ok {
		t.Error("something is known without a report")
	}
	report(now, 300*time.Millisecond)
	report(now.Add(time.Second), 20*time.Millisecond)
	report(now.Add(2*time.Second), 500*time.Millisecond)
	got, ok := l.captured(90_000*3, now.Add(3100*time.Millisecond))
	if off := got.Sub(now.Add(3020 * time.Millisecond)).Abs(); !ok || off > time.Millisecond {
		t.Errorf("captured %v, off by %v", got, off)
	}
	if _, ok := l.captured(90_000*60, now.Add(3100*time.Millisecond)); ok {
		t.Error("a frame of the future is believed")
	}
	if _, ok := l.captured(90_000*4, now.Add(4005*time.Millisecond)); !ok { // came by a shorter way than the reports
		t.Error("a quick frame is not believed")
	}
	got, _ = l.captured(90_000*5, now.Add(5100*time.Millisecond))
	if off := got.Sub(now.Add(5005 * time.Millisecond)).Abs(); off > time.Millisecond {
		t.Errorf("after it captured %v, off by %v", got, off)
	}
}

// TestSoundHasNoHoles: where a phone sent nothing, silence stands, so that sound keeps time with the pictures.
func TestSoundHasNoHoles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.webm")
	file, err := createRecordFile(path)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Now()
	w, err := newWebM(file, Audio, frame{time: 4_000_000_000, at: at}, 48000)
	if err != nil {
		t.Fatal(err)
	}
	for _, ms := range []uint32{0, 20, 40, 5000, 5020} { // and the clock of RTP begins anew in between
		if err := w.write(frame{data: []byte{1}, time: 4_000_000_000 + 48*ms*70, key: true, at: at.Add(time.Duration(ms) * 70 * time.Millisecond)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.close(); err != nil {
		t.Fatal(err)
	}
	times := readRecorded(t, path).times()
	for i := 1; i < len(times); i++ {
		if gap := times[i] - times[i-1]; gap < 0 || gap > 40 {
			t.Fatalf("%d ms between sounds %d and %d", gap, i-1, i)
		}
	}
	if got, want := times[len(times)-1], int64(5020*70); got != want {
		t.Errorf("the last sound is at %d ms, want %d", got, want)
	}
}

// TestReorderGivesEachPacketOnceAndInOrder whatever the order in which they come, unless they come too late.
func TestReorderGivesEachPacketOnceAndInOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		first := rapid.Uint16().Draw(t, "first")
		n := rapid.IntRange(1, 200).Draw(t, "n")
		var o reorder
		var got []uint16
		take := func(list []*recordedPacket) {
			for _, p := range list {
				got = append(got, p.header.SequenceNumber)
			}
		}
		at := time.Now()
		put := func(i int) {
			take(o.put(&recordedPacket{header: rtp.Header{SequenceNumber: first + uint16(i)}, at: at}))
		}
		put(0)
		order := rapid.Permutation(indices(1, n)).Draw(t, "order")
		for _, i := range order {
			put(i)
			if rapid.Bool().Draw(t, "again") {
				put(i)
			}
		}
		take(o.rest())
		if len(got) != n {
			t.Fatalf("%d packets came out of %d", len(got), n)
		}
		for i, seq := range got {
			if seq != first+uint16(i) {
				t.Fatalf("packet %d is number %d, want %d", i, seq, first+uint16(i))
			}
		}
	})
}

func indices(from, to int) (all []int) {
	for i := from; i < to; i++ {
		all = append(all, i)
	}
	return all
}

// FuzzWebMLength: whatever a crash left of a file can be read.
func FuzzWebMLength(f *testing.F) {
	f.Add([]byte{0x1a, 0x45, 0xdf, 0xa3, 0x80, 0x18, 0x53, 0x80, 0x67, 0xff, 0x1f, 0x43, 0xb6, 0x75, 0xff, 0xe7, 0x81, 0x07, 0xa3, 0x85, 0x81, 0x00, 0x03, 0x80, 0x00})
	f.Fuzz(func(t *testing.T, content []byte) {
		path := filepath.Join(t.TempDir(), "left.webm")
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
		if ms, frames, err := webmLength(path); err != nil || ms < 0 || frames < 0 {
			t.Errorf("%d ms, %v", ms, err)
		}
	})
}

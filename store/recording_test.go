package store_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/court/hearing"
	"microcourt/store/seal/archive"
)

// recordedPart is the end of a part with a file of each medium of a seat's on this machine.
func recordedPart(t *testing.T, hearingID, seat string, part int, at int64) store.RecordingPart {
	t.Helper()
	dir := t.TempDir()
	p := store.RecordingPart{Hearing: hearingID, Part: part, State: hearing.RecordingEnded, Reason: "closed",
		Spoke: []hearing.Spoke{{At: at, Seats: []string{seat}}, {At: at + 2000, Seats: []string{}}}}
	for i, m := range []hearing.Medium{hearing.MediumAudio, hearing.MediumCamera, hearing.MediumScreen} {
		path := filepath.Join(dir, string(m))
		if err := os.WriteFile(path, fmt.Appendf(nil, "\x1a\x45\xdf\xa3 %s of part %d of %s", m, part, hearingID), 0o600); err != nil {
			t.Fatal(err)
		}
		p.Files = append(p.Files, store.LocalRecording{Path: path, RecordedFile: hearing.RecordedFile{Seat: seat, Media: m, At: at + int64(i), Duration: 2000, Width: 640 * min(i, 1), Height: 480 * min(i, 1)}})
	}
	return p
}

// recordingEvents gives what the room says of a hearing's recording.
func (w *evidenceWorld) recordingEvents(t *testing.T) (all []hearing.RecordingBody) {
	t.Helper()
	events, _, err := w.Store.Events(t.Context(), w.Cases[0], court.RoomThread, 0, store.Page{Limit: store.MaxPage})
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == court.KindHearingRecording {
			var b hearing.RecordingBody
			if err := json.Unmarshal(e.Body, &b); err != nil {
				t.Fatal(err)
			}
			all = append(all, b)
		}
	}
	return all
}

// watchedBlobs looks at the record while content is being stored, and may fail.
type watchedBlobs struct {
	blob.Store
	put func(store func() error) error
}

func (b *watchedBlobs) Put(ctx context.Context, name blob.Name, src io.ReadSeeker) error {
	return b.put(func() error { return b.Store.Put(ctx, name, src) })
}

// TestP1ARecordingIsDurableBeforeTheRecordNamesIt, stays where it was recorded until then, and is taken once however often it is handed over.
func TestP1ARecordingIsDurableBeforeTheRecordNamesIt(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		ctx := t.Context()
		h := w.schedule(t, w.newHearing("judge"))
		part := recordedPart(t, h.ID, w.party("judge"), 1, w.clock.Load())
		left := func() (n int) {
			for _, f := range part.Files {
				if _, err := os.Stat(f.Path); err == nil {
					n++
				}
			}
			return n
		}
		broken := errors.New("the disk is full")
		blobs := &watchedBlobs{Store: w.blobs, put: func(func() error) error { return broken }}
		files := openFiles(t, w.Store, blobs)
		if err := files.TakeRecording(ctx, part); !errors.Is(err, broken) || len(w.recordingEvents(t)) != 0 || left() != 3 {
			t.Fatalf("content that can't be stored: %v, %d events, %d files left", err, len(w.recordingEvents(t)), left())
		}
		blobs.put = func(store func() error) error { // what a crash between storing and noting leaves
			if err := store(); err != nil {
				return err
			}
			return broken
		}
		if err := files.TakeRecording(ctx, part); !errors.Is(err, broken) || len(w.recordingEvents(t)) != 0 || left() != 3 {
			t.Fatalf("stored and not noted: %v, %d events, %d files left", err, len(w.recordingEvents(t)), left())
		}
		blobs.put = func(store func() error) error {
			if n := len(w.recordingEvents(t)); n != 0 || left() != 3 {
				t.Errorf("while content is stored there are %d events and %d files", n, left())
			}
			return store()
		}
		if err := files.TakeRecording(ctx, part); err != nil || left() != 0 {
			t.Fatalf("%v, %d files left", err, left())
		}
		blobs.put = func(store func() error) error { return store() }
		said := w.recordingEvents(t)
		if len(said) != 1 || len(said[0].Files) != 4 || said[0].State != hearing.RecordingEnded {
			t.Fatalf("the room says %+v", said)
		}
		for _, f := range said[0].Files {
			content, err := w.files.ContentOf(ctx, f.SHA256)
			if err != nil {
				t.Fatal(err)
			}
			text, err := io.ReadAll(content)
			content.Close()
			if err != nil || int64(len(text)) != f.Size || f.ID == "" {
				t.Errorf("%+v holds %q, %v", f, text, err)
			}
			var spoke []hearing.Spoke
			if f.Media == hearing.MediumSpeaking && (json.Unmarshal(text, &spoke) != nil || len(spoke) != 2 || spoke[0].Seats[0] != w.party("judge")) {
				t.Errorf("who spoke is %s", text)
			}
		}
		again := recordedPart(t, h.ID, w.party("judge"), 1, part.Files[0].At)
		for range 2 { // also when nothing is left of it here
			if err := files.TakeRecording(ctx, again); err != nil || len(w.recordingEvents(t)) != 1 {
				t.Fatalf("again: %v, %d events", err, len(w.recordingEvents(t)))
			}
		}
		// Another node had given the part up; what was recorded is kept all the same.
		if err := w.Store.NoteRecording(ctx, hearing.RecordingBody{Hearing: h.ID, Part: 2, State: hearing.RecordingFailed, Reason: "node_lost"}); err != nil {
			t.Fatal(err)
		}
		late := recordedPart(t, h.ID, w.party("judge"), 2, w.clock.Load())
		if err := files.TakeRecording(ctx, late); err != nil {
			t.Fatal(err)
		}
		said = w.recordingEvents(t)
		if last := said[len(said)-1]; len(said) != 3 || last.State != hearing.RecordingAdded || len(last.Files) != 4 {
			t.Errorf("the room says %+v", said)
		}
		if r := w.hearing(t, h.ID).Recording; len(r) != 2 || !r[1].Failed || r[1].Reason != "node_lost" {
			t.Errorf("the parts are %+v", r)
		}
		many := store.RecordingPart{Hearing: h.ID, Part: 3, State: hearing.RecordingFailed, Reason: "crashed"}
		dir := t.TempDir()
		for i := range 160 {
			path := filepath.Join(dir, fmt.Sprint(i))
			if err := os.WriteFile(path, fmt.Appendf(nil, "file %d", i%5), 0o600); err != nil {
				t.Fatal(err)
			}
			many.Files = append(many.Files, store.LocalRecording{Path: path, RecordedFile: hearing.RecordedFile{Seat: "S", Media: hearing.MediumAudio, At: int64(i + 1)}})
		}
		if err := files.TakeRecording(ctx, many); err != nil {
			t.Fatal(err)
		}
		said = w.recordingEvents(t)[3:]
		if len(said) != 2 || len(said[0].Files)+len(said[1].Files) != 160 || said[0].State != hearing.RecordingAdded || said[1].State != hearing.RecordingFailed {
			t.Errorf("of 160 files the room says %d events", len(said))
		}
		for _, bad := range []func(p *store.RecordingPart){
			func(p *store.RecordingPart) { p.State = hearing.RecordingStarted }, func(p *store.RecordingPart) { p.Part = 0 },
			func(p *store.RecordingPart) { p.Files[0].Media = hearing.MediumSpeaking }, func(p *store.RecordingPart) { p.Hearing = "another" },
		} {
			p := recordedPart(t, h.ID, "S", 9, 1)
			bad(&p)
			if err := files.TakeRecording(ctx, p); err == nil {
				t.Errorf("%+v is taken", p)
			}
			if _, err := os.Stat(p.Files[0].Path); err != nil {
				t.Error("what was refused is removed")
			}
		}
	})
}

// TestTheSweeperNeverTakesARecording, also after the lists were made anew.
func TestTheSweeperNeverTakesARecording(t *testing.T) {
	eachEvidenceWorld(t, func(t *testing.T, w *evidenceWorld) {
		h := w.schedule(t, w.newHearing("judge"))
		if err := w.files.TakeRecording(t.Context(), recordedPart(t, h.ID, w.party("judge"), 1, w.clock.Load())); err != nil {
			t.Fatal(err)
		}
		if _, err := w.files.Keep(t.Context(), w.Seats["judge"].PersonID, "a.pdf", "application/pdf", pdf(500, 1)); err != nil {
			t.Fatal(err)
		}
		if wrong, err := w.Store.Rebuild(t.Context(), w.Cases[0], store.By{}); err != nil || len(wrong) != 0 {
			t.Fatalf("%v, %v", wrong, err)
		}
		w.clock.Add(30 * dayMS)
		if swept, err := store.NewSweeper(w.files).Sweep(t.Context()); err != nil || swept != (store.Swept{Attachments: 1, Contents: 1}) {
			t.Errorf("swept %+v, %v", swept, err)
		}
		for _, f := range w.recordingEvents(t)[0].Files {
			content, err := w.files.ContentOf(t.Context(), f.SHA256)
			if err != nil {
				t.Fatalf("%s is gone: %v", f.Media, err)
			}
			content.Close()
		}
	})
}

// TestP7ARecordingOfWhichAByteChangedIsNamed in the court's archive, which carries it; a participant's carries its hashes alone, and verifies.
func TestP7ARecordingOfWhichAByteChangedIsNamed(t *testing.T) {
	w := newSealed(t, store.SQLite)
	judge := w.Seats["judge"]
	h, err := w.Store.ScheduleHearing(t.Context(), store.NewHearing{RoomAct: store.RoomAct{CaseID: w.Cases[0], ID: store.NewID(), PersonID: judge.PersonID, SessionID: judge.SessionID},
		Type: hearing.Trial, Mode: hearing.Synchronous, At: w.cfg.Now().Add(120 * time.Hour).UnixMilli(), Minutes: 90, Public: true, Checklist: noQuestion(), Discipline: "v1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.files.TakeRecording(t.Context(), recordedPart(t, h.ID, judge.Participant[w.Cases[0]], 1, w.cfg.Now().UnixMilli())); err != nil {
		t.Fatal(err)
	}
	published := w.seal()
	a := attack(w)
	whole := a.verdict(published)
	if !whole.OK() || whole.Files != 4 {
		t.Fatal(whole.Text("en"))
	}
	theirs := w.export(w.part("plaintiff"))
	if r := verifyZip(t, theirs, archive.Trust{Published: published}); !r.OK() || r.Files != 0 || strings.Contains(string(theirs), "recordings/") {
		t.Errorf("a party's own part: %s", r.Text("en"))
	}
	var id, name string
	if err := a.db.QueryRow("SELECT r.id, b.name FROM recording_file r JOIN blob b ON b.sha256 = r.sha256 WHERE media = 'camera'").Scan(&id, &name); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(w.place, "content", name[:2], name[2:4], name)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	named := func(what string, code archive.Code, state string) {
		t.Helper()
		if v, err := w.files.VerifyRecorded(t.Context(), w.Cases[0], h.ID, id); err != nil || v.State != state {
			t.Errorf("%s: verified it is %+v, %v", what, v, err)
		}
		if r := a.verdict(published); len(r.Findings) != 1 || r.Findings[0].Code != code || r.Findings[0].Name != "recordings/"+id+".webm" {
			t.Errorf("%s: %s", what, r.Text("en"))
		}
	}
	changed := slices.Clone(content)
	changed[rand.IntN(len(changed))] ^= 1
	if err := os.WriteFile(path, changed, 0o600); err != nil {
		t.Fatal(err)
	}
	named("a byte", archive.AttachmentChange, store.PageDifferent)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	named("the file", archive.AttachmentAbsent, store.PageMissing)
}

package store_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/storetest"
	"microcourt/store/storetest/servers"
)

// filesWorld is a world with files, and a clock that a test can put forward.
type filesWorld struct {
	*storetest.World
	files *store.Files
	blobs blob.Store
	later *atomic.Int64 // nanoseconds
}

func (w *filesWorld) putForward(d time.Duration) { w.later.Add(int64(d)) }

// eachFileStore runs a test on both engines and both places for content.
func eachFileStore(t *testing.T, test func(t *testing.T, w *filesWorld)) {
	for _, engine := range []store.Engine{store.SQLite, store.PostgreSQL} {
		for _, place := range []string{"folder", "s3"} {
			t.Run(fmt.Sprintf("%s/%s", engine, place), func(t *testing.T) {
				test(t, newFilesWorld(t, engine, openBlobs(t, place)))
			})
		}
	}
}

func openBlobs(t *testing.T, place string) blob.Store {
	t.Helper()
	cfg := blob.Config{Place: t.TempDir()}
	if place == "s3" {
		server := servers.S3(t)
		cfg = blob.Config{Place: server.Bucket(t), AccessKey: server.AccessKey, Secret: server.Secret, Temp: t.TempDir()}
	}
	blobs, err := blob.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return blobs
}

func newFilesWorld(t *testing.T, engine store.Engine, blobs blob.Store) *filesWorld {
	t.Helper()
	w := &filesWorld{blobs: blobs, later: new(atomic.Int64)}
	cfg := storetest.Config(t, engine)
	cfg.Now = func() time.Time { return time.Now().Add(time.Duration(w.later.Load())) }
	s := storetest.OpenConfig(t, cfg)
	w.World = storetest.NewWorld(t, s, 1)
	w.files = openFiles(t, s, blobs)
	return w
}

func openFiles(t *testing.T, s *store.Store, blobs blob.Store) *store.Files {
	t.Helper()
	f := store.NewFiles(s, blobs, store.FilesConfig{})
	t.Cleanup(f.Close)
	return f
}

// begin creates an upload of somebody's.
func (w *filesWorld) begin(t *testing.T, who *storetest.Seat, kind court.Kind, name string, size int) *store.Upload {
	t.Helper()
	up, err := w.files.Create(t.Context(), store.NewUpload{PersonID: who.PersonID, SessionID: who.SessionID, Kind: kind, Name: name, Size: int64(size)})
	if err != nil {
		t.Fatal(err)
	}
	return up
}

// write sends bytes to an upload as the protocol's handler does.
func (w *filesWorld) write(t *testing.T, up *store.Upload, offset int, data []byte) {
	t.Helper()
	transfer, err := w.files.Transfers().GetUpload(t.Context(), up.Transfer)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := transfer.WriteChunk(t.Context(), int64(offset), bytes.NewReader(data)); err != nil || n != int64(len(data)) {
		t.Fatalf("wrote %d of %d bytes: %v", n, len(data), err)
	}
}

// upload sends a file whole and gives its attachment.
func (w *filesWorld) upload(t *testing.T, who *storetest.Seat, kind court.Kind, name string, data []byte) *store.Attachment {
	t.Helper()
	up := w.begin(t, who, kind, name, len(data))
	w.write(t, up, 0, data)
	done, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if done.Attachment == nil {
		t.Fatal("still processing after a minute")
	}
	return done.Attachment
}

// send puts a message with a file into a thread.
func (w *filesWorld) send(who *storetest.Seat, thread string, kind court.Kind, attachment string) (store.Appended, error) {
	body, err := court.ParseBody(kind, fmt.Appendf(nil, `{"attachment":%q}`, attachment))
	if err != nil {
		return store.Appended{}, err
	}
	return w.Store.Append(context.Background(), store.Draft{CaseID: w.Cases[0], Thread: thread, ID: store.NewID(),
		PersonID: who.PersonID, SessionID: who.SessionID, Kind: kind, Body: body})
}

// read gives a file as somebody reads it.
func (w *filesWorld) read(who *storetest.Seat, attachment string, thumbnail bool) ([]byte, error) {
	open, err := w.files.Open(context.Background(), who.PersonID, attachment, thumbnail)
	if err != nil {
		return nil, err
	}
	defer open.Close()
	return io.ReadAll(open)
}

func photo(t testing.TB, w, h int, seed byte) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, color.RGBA{byte(x), byte(y), seed, 255})
		}
	}
	var buf bytes.Buffer
	if err := jpeg.Encode(&buf, img, nil); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// pdf is something that looks like a PDF of so many bytes.
func pdf(size int, seed byte) []byte {
	data := make([]byte, size)
	rand.NewChaCha8([32]byte{seed}).Read(data)
	copy(data, "%PDF-1.7\n")
	return data
}

func TestAFileSentInPiecesArrivesAsItWas(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		who, data := w.Seats["plaintiff"], pdf(6<<20, 1)
		up := w.begin(t, who, court.KindFile, `C:\证据\合同.pdf`, len(data))
		w.write(t, up, 0, data[:100])
		if _, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute); !errors.Is(err, court.ErrUploadUnfinished) {
			t.Errorf("half an upload: %v", err)
		}
		w.write(t, up, 100, data[100:5<<20+7])
		w.write(t, up, 5<<20+7, data[5<<20+7:])
		done, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		a := done.Attachment
		if a.Name != "合同.pdf" || a.Type != "application/pdf" || a.Size != int64(len(data)) || a.Thumbnail || len(a.SHA256) != 64 {
			t.Errorf("attachment %+v", a)
		}
		again, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute)
		if err != nil || *again.Attachment != *a {
			t.Errorf("asked again: %+v, %v", again.Attachment, err)
		}
		if got, err := w.read(who, a.ID, false); err != nil || !bytes.Equal(got, data) {
			t.Errorf("read %d bytes: %v", len(got), err)
		}
	})
}

func TestPicturesGetSizeAndThumbnail(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		who := w.Seats["plaintiff"]
		a := w.upload(t, who, court.KindImage, "照片.jpg", photo(t, 1200, 900, 0))
		if a.Width != 1200 || a.Height != 900 || !a.Thumbnail || a.Type != "image/jpeg" {
			t.Errorf("attachment %+v", a)
		}
		thumb, err := w.read(who, a.ID, true)
		if err != nil {
			t.Fatal(err)
		}
		if cfg, err := jpeg.DecodeConfig(bytes.NewReader(thumb)); err != nil || cfg.Width != 480 || cfg.Height != 360 {
			t.Errorf("thumbnail %d x %d, %v", cfg.Width, cfg.Height, err)
		}
		torn := photo(t, 300, 300, 0)
		torn = torn[:len(torn)/2]
		if a := w.upload(t, who, court.KindImage, "残.jpg", torn); a.Thumbnail || a.Width != 300 {
			t.Errorf("a torn picture: %+v", a)
		} else if _, err := w.read(who, a.ID, true); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("its thumbnail: %v", err)
		}
	})
}

func TestTypesAreSniffedAndActiveContentIsRefused(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		who := w.Seats["plaintiff"]
		for name, c := range map[string]struct {
			kind court.Kind
			data string
		}{
			"a.jpg":  {court.KindImage, "<!DOCTYPE html><html><script>alert(1)</script></html>"},
			"b.png":  {court.KindImage, `<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`},
			"c.pdf":  {court.KindFile, "\x7fELF\x02\x01\x01\x00 and so on"},
			"d.txt":  {court.KindFile, "#!/bin/sh\nrm -rf /\n"},
			"e.webm": {court.KindVideo, "%PDF-1.7 is no video"},
		} {
			up := w.begin(t, who, c.kind, name, len(c.data))
			w.write(t, up, 0, []byte(c.data))
			for range 2 {
				if _, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute); !errors.Is(err, court.ErrFileType) {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
		if _, err := w.files.Create(t.Context(), store.NewUpload{PersonID: who.PersonID, SessionID: who.SessionID, Kind: court.KindFile, Name: "证据.exe", Size: 10}); !errors.Is(err, court.ErrFileType) {
			t.Errorf("a program by name: %v", err)
		}
		err := w.blobs.List(t.Context(), func(e blob.Entry) error { return fmt.Errorf("refused content is kept: %s", e.Name) })
		if err != nil {
			t.Error(err)
		}
		text := w.upload(t, who, court.KindFile, "说明.txt", []byte("这是一份说明。\n"))
		if _, err := w.send(who, court.RoomThread, court.KindImage, text.ID); !errors.Is(err, court.ErrFileType) {
			t.Errorf("a text sent as a picture: %v", err)
		}
	})
}

func TestUploadsHaveLimits(t *testing.T) {
	w := newFilesWorld(t, store.SQLite, openBlobs(t, "folder"))
	who := w.Seats["plaintiff"]
	create := func(kind court.Kind, size int64) error {
		_, err := w.files.Create(t.Context(), store.NewUpload{PersonID: who.PersonID, SessionID: who.SessionID, Kind: kind, Name: "a", Size: size})
		return err
	}
	for kind, limit := range map[court.Kind]int64{court.KindImage: 30 << 20, court.KindVoice: 20 << 20, court.KindVideo: 500 << 20, court.KindFile: 100 << 20} {
		if err := create(kind, limit+1); !errors.Is(err, court.ErrTooLarge) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	if err := create(court.KindFile, 0); !errors.Is(err, court.ErrInvalid) {
		t.Errorf("empty: %v", err)
	}
	if err := create(court.KindText, 5); !errors.Is(err, court.ErrInvalid) {
		t.Errorf("text: %v", err)
	}
	for range 8 {
		if err := create(court.KindVideo, 500<<20); err != nil {
			t.Fatal(err)
		}
	}
	if err := create(court.KindVideo, 500<<20); !errors.Is(err, court.ErrUploads) {
		t.Errorf("more bytes than one person may have waiting: %v", err)
	}
	for range 12 {
		if err := create(court.KindFile, 5); err != nil {
			t.Fatal(err)
		}
	}
	if err := create(court.KindFile, 5); !errors.Is(err, court.ErrUploads) {
		t.Errorf("more uploads than one person may have unfinished: %v", err)
	}
	who = w.Seats["defendant"]
	if err := create(court.KindFile, 5); err != nil {
		t.Errorf("somebody else: %v", err)
	}
}

func TestUploadsOfOthersAreUnreachable(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		mine, other := w.Seats["plaintiff"], w.Seats["defendant"]
		data := pdf(2000, 2)
		up := w.begin(t, mine, court.KindFile, "a.pdf", len(data))
		done := w.upload(t, mine, court.KindFile, "b.pdf", data)
		for _, id := range []string{up.ID, store.NewID(), "../x", ""} {
			if _, err := w.files.Own(t.Context(), other.PersonID, id); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("Own(%q): %v", id, err)
			}
			if _, err := w.files.Result(t.Context(), other.PersonID, id, time.Second); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("Result(%q): %v", id, err)
			}
			if err := w.files.Cancel(t.Context(), other.PersonID, id); !errors.Is(err, court.ErrNotFound) {
				t.Errorf("Cancel(%q): %v", id, err)
			}
		}
		if _, err := w.files.Own(t.Context(), mine.PersonID, up.ID); err != nil {
			t.Errorf("my own after that: %v", err)
		}
		if _, err := w.read(other, done.ID, false); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("reading it: %v", err)
		}
		named, madeUp := func(id string) error { _, err := w.send(other, court.RoomThread, court.KindFile, id); return err }(done.ID),
			func(id string) error { _, err := w.send(other, court.RoomThread, court.KindFile, id); return err }(store.NewID())
		if !errors.Is(named, court.ErrNotFound) || *court.AsError(named) != *court.AsError(madeUp) {
			t.Errorf("naming another's file: %v; a made-up one: %v", named, madeUp)
		}
		if _, err := w.send(mine, court.RoomThread, court.KindFile, done.ID); err != nil {
			t.Errorf("naming my own: %v", err)
		}
		if _, err := w.send(mine, court.RoomThread, court.KindFile, done.ID); !errors.Is(err, court.ErrInvalid) {
			t.Errorf("naming it twice: %v", err)
		}
		if err := w.files.Cancel(t.Context(), mine.PersonID, done.ID); err == nil {
			t.Error("a file that an event names was cancelled")
		}
	})
}

// TestP3FilesOfPrivateThreadsAreInvisibleToOthers: the answer is the same as for a file that never was.
func TestP3FilesOfPrivateThreadsAreInvisibleToOthers(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		caseID := w.Cases[0]
		from := w.Seats["plaintiff"]
		picture := func(seed byte) *store.Attachment {
			return w.upload(t, from, court.KindImage, "a.jpg", photo(t, 600, 600, seed))
		}
		_, madeUp := w.read(w.Seats["defendant"], store.NewID(), false)
		readers := func(when, id string, who ...string) {
			t.Helper()
			may := map[string]bool{}
			for _, name := range who {
				may[name] = true
			}
			for name, seat := range w.Seats {
				for _, thumbnail := range []bool{false, true} {
					_, err := w.read(seat, id, thumbnail)
					switch {
					case may[name] && err != nil:
						t.Errorf("%s: %s can't read it: %v", when, name, err)
					case !may[name] && (err == nil || *court.AsError(err) != *court.AsError(madeUp)):
						t.Errorf("%s: %s gets %v, for a made-up file %v", when, name, err, madeUp)
					}
				}
			}
		}
		mustSend := func(thread, id string) int64 {
			t.Helper()
			a, err := w.send(from, thread, court.KindImage, id)
			if err != nil {
				t.Fatal(err)
			}
			return a.Seq
		}
		unsent := picture(1)
		readers("before it is sent", unsent.ID, "plaintiff")
		pair := picture(2)
		mustSend(storetest.Pair(caseID, from, w.Seats["clerk"]), pair.ID)
		readers("in a pair", pair.ID, "plaintiff", "clerk")
		bench := picture(3)
		mustSend(storetest.Bench(caseID, from), bench.ID)
		readers("to the bench", bench.ID, "plaintiff", "judge")
		room := picture(4)
		seq := mustSend(court.RoomThread, room.ID)
		readers("in the room", room.ID, "plaintiff", "defendant", "lawyer", "judge", "clerk")

		w.putForward(time.Minute)
		w.Import(t, w.CaseFile(0, "open", "judge2"))
		readers("to the bench, after another judge was appointed", bench.ID, "plaintiff")
		readers("in the room, after another judge was appointed", room.ID, "plaintiff", "defendant", "lawyer", "judge2", "clerk")

		body, err := court.ParseBody(court.KindRecall, fmt.Appendf(nil, `{"seq":%d}`, seq))
		if err != nil {
			t.Fatal(err)
		}
		_, err = w.Store.Append(t.Context(), store.Draft{CaseID: caseID, Thread: court.RoomThread, ID: store.NewID(),
			PersonID: from.PersonID, SessionID: from.SessionID, Kind: court.KindRecall, Body: body})
		if err != nil {
			t.Fatal(err)
		}
		readers("recalled", room.ID)
	})
}

// heldBlobs is a store in which storing waits until it is let go.
type heldBlobs struct {
	blob.Store
	reached chan struct{} // closed when storing begins
	let     chan struct{}
	once    sync.Once
}

func hold(b blob.Store) *heldBlobs {
	return &heldBlobs{Store: b, reached: make(chan struct{}), let: make(chan struct{})}
}

func (h *heldBlobs) Adopt(ctx context.Context, name blob.Name, transfer string) error {
	h.once.Do(func() { close(h.reached) })
	select {
	case <-h.let:
		return h.Store.Adopt(ctx, name, transfer)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// TestP1AFileIsDurableBeforeAnEventCanNameIt: while the content is being stored no message can name it, and after a
// crash at that moment it is stored when asked for again.
func TestP1AFileIsDurableBeforeAnEventCanNameIt(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		who, data := w.Seats["plaintiff"], photo(t, 100, 100, 5)
		held := hold(w.blobs)
		crashing := store.NewFiles(w.Store, held, store.FilesConfig{})
		up := w.begin(t, who, court.KindImage, "a.jpg", len(data))
		w.write(t, up, 0, data)
		id, err := store.AttachmentOf(t.Context(), w.Store, up.ID)
		if err != nil {
			t.Fatal(err)
		}
		crashing.Arrived(up)
		<-held.reached
		if _, err := w.send(who, court.RoomThread, court.KindImage, id); !errors.Is(err, court.ErrUploadUnfinished) {
			t.Errorf("naming it while it is stored: %v", err)
		}
		if waiting, err := crashing.Result(t.Context(), who.PersonID, up.ID, time.Millisecond); err != nil || waiting.Attachment != nil {
			t.Errorf("asking for it while it is stored: %+v, %v", waiting, err)
		}
		crashing.Close() // what was begun stays as it is
		done, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute)
		if err != nil || done.Attachment == nil || done.Attachment.ID != id {
			t.Fatalf("asked again: %+v, %v", done, err)
		}
		if _, err := w.send(who, court.RoomThread, court.KindImage, id); err != nil {
			t.Errorf("naming it afterwards: %v", err)
		}
		if got, err := w.read(w.Seats["defendant"], id, false); err != nil || !bytes.Equal(got, data) {
			t.Errorf("reading it: %v", err)
		}
	})
}

func TestContentThatWasLostComesBackWithTheSameFile(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		data := pdf(400, 7)
		first := w.upload(t, w.Seats["plaintiff"], court.KindFile, "a.pdf", data)
		var lost blob.Name
		if err := w.blobs.List(t.Context(), func(e blob.Entry) error { lost = e.Name; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := w.blobs.Remove(t.Context(), lost); err != nil {
			t.Fatal(err)
		}
		if _, err := w.read(w.Seats["plaintiff"], first.ID, false); !errors.Is(err, court.ErrInternal) {
			t.Errorf("while it is lost: %v", err)
		}
		second := w.upload(t, w.Seats["defendant"], court.KindFile, "b.pdf", data)
		for name, id := range map[string]string{"plaintiff": first.ID, "defendant": second.ID} {
			if got, err := w.read(w.Seats[name], id, false); err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

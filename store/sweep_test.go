package store_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
)

func (w *filesWorld) contents(t *testing.T) int {
	t.Helper()
	n := 0
	if err := w.blobs.List(t.Context(), func(blob.Entry) error { n++; return nil }); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestOnlyWhatNobodyNeedsIsSwept(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		who, sweeper := w.Seats["plaintiff"], store.NewSweeper(w.files)
		sweep := func(want store.Swept) {
			t.Helper()
			if got, err := sweeper.Sweep(t.Context()); err != nil || got != want {
				t.Errorf("swept %+v, want %+v, err %v", got, want, err)
			}
		}
		sent := w.upload(t, who, court.KindImage, "a.jpg", photo(t, 600, 400, 1))
		if _, err := w.send(who, court.RoomThread, court.KindImage, sent.ID); err != nil {
			t.Fatal(err)
		}
		unsent := w.upload(t, who, court.KindFile, "b.pdf", pdf(3000, 1))
		again := w.upload(t, w.Seats["defendant"], court.KindFile, "c.pdf", pdf(3000, 1))
		if unsent.SHA256 != again.SHA256 || unsent.ID == again.ID || w.contents(t) != 3 {
			t.Errorf("the same content twice takes %d places", w.contents(t)-2)
		}
		half := w.begin(t, who, court.KindFile, "d.pdf", 2000)
		w.write(t, half, 0, pdf(1000, 2))
		cancelled := w.begin(t, who, court.KindFile, "e.pdf", 2000)
		for want, times := error(nil), 0; times < 2; times++ {
			if err := w.files.Cancel(t.Context(), who.PersonID, cancelled.ID); !errors.Is(err, want) {
				t.Errorf("cancelled: %v, want %v", err, want)
			}
			want = court.ErrNotFound
		}
		sweep(store.Swept{})

		w.putForward(25 * time.Hour)
		sweep(store.Swept{})
		if err := w.files.Cancel(t.Context(), who.PersonID, uploadOf(t, w, unsent)); err != nil {
			t.Fatal(err)
		}
		sweep(store.Swept{}) // the other one still needs the content
		if got, err := w.read(w.Seats["defendant"], again.ID, false); err != nil || !bytes.Equal(got, pdf(3000, 1)) {
			t.Errorf("the other one's content: %v", err)
		}

		w.putForward(7 * 24 * time.Hour)
		sweep(store.Swept{Attachments: 2, Contents: 1})
		if _, err := w.files.Own(t.Context(), who.PersonID, half.ID); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("the upload that was given up: %v", err)
		}
		if _, err := w.read(w.Seats["defendant"], again.ID, false); !errors.Is(err, court.ErrNotFound) {
			t.Errorf("the attachment that was never sent: %v", err)
		}
		for _, thumbnail := range []bool{false, true} {
			if _, err := w.read(w.Seats["judge"], sent.ID, thumbnail); err != nil {
				t.Errorf("what was sent: %v", err)
			}
		}
		if n := w.contents(t); n != 2 {
			t.Errorf("%d contents are left, want 2", n)
		}
	})
}

func uploadOf(t *testing.T, w *filesWorld, a *store.Attachment) string {
	t.Helper()
	id, err := store.UploadOf(t.Context(), w.Store, a.ID)
	if err != nil {
		t.Fatal(err)
	}
	return id
}

func TestWhatACrashLeftIsSweptAfterADay(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		data := pdf(100, 3)
		if err := w.blobs.Put(t.Context(), blob.NewName(sha256.Sum256(data)), bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		kept := w.upload(t, w.Seats["plaintiff"], court.KindFile, "a.pdf", data)
		sweeper := store.NewSweeper(w.files)
		if got, err := sweeper.Sweep(t.Context()); err != nil || got != (store.Swept{}) {
			t.Errorf("at once: %+v, %v", got, err)
		}
		w.putForward(25 * time.Hour)
		if got, err := sweeper.Sweep(t.Context()); err != nil || got != (store.Swept{Strays: 1}) {
			t.Errorf("after a day: %+v, %v", got, err)
		}
		if _, err := w.read(w.Seats["plaintiff"], kept.ID, false); err != nil {
			t.Errorf("the other copy of the same: %v", err)
		}
	})
}

// TestP1SweepingNeverTakesTheContentOfAnAttachment: people upload and cancel the same two files over and over while
// the sweeper removes whatever nobody needs at that moment.
func TestP1SweepingNeverTakesTheContentOfAnAttachment(t *testing.T) {
	eachFileStore(t, func(t *testing.T, w *filesWorld) {
		// The S3 server of the tests keeps objects in folders, removes a folder with its last object, and then trips over an
		// object that comes at that moment. No bucket has folders; one object that stays keeps this away from the test.
		stays := pdf(10, 9)
		if err := w.blobs.Put(t.Context(), blob.NewName(sha256.Sum256(stays)), bytes.NewReader(stays)); err != nil {
			t.Fatal(err)
		}
		contents := [][]byte{photo(t, 20, 20, 1), pdf(500, 1)}
		kinds := []court.Kind{court.KindImage, court.KindFile}
		ctx, stop := context.WithCancel(t.Context())
		var sweeper, people sync.WaitGroup
		var swept atomic.Int64
		sweeper.Go(func() {
			for ctx.Err() == nil {
				n, err := store.SweepUnneeded(context.WithoutCancel(ctx), w.files, 25*time.Hour)
				if err != nil {
					t.Errorf("sweep: %v", err)
				}
				swept.Add(int64(n))
			}
		})
		for _, name := range []string{"plaintiff", "defendant", "lawyer", "clerk"} {
			people.Go(func() {
				who := w.Seats[name]
				// On, until there was a moment in which nobody needed one of the two. What comes last stays.
				last := 0
				for i := 0; last < 2 && !t.Failed(); i++ {
					if i >= 10 && (swept.Load() > 0 || i >= 500) {
						last++
					}
					data := contents[i%2]
					a := w.upload(t, who, kinds[i%2], "a", data)
					if got, err := w.read(who, a.ID, false); err != nil || !bytes.Equal(got, data) {
						t.Errorf("%s, upload %d: the content is gone: %v", name, i, err)
					}
					if n, err := store.Dangling(t.Context(), w.Store); err != nil || n != 0 {
						t.Errorf("%d attachments without content, %v", n, err)
					}
					if last == 0 {
						if err := w.files.Cancel(t.Context(), who.PersonID, uploadOf(t, w, a)); err != nil {
							t.Errorf("cancel: %v", err)
						}
					}
				}
			})
		}
		people.Wait()
		stop()
		sweeper.Wait()
		if swept.Load() == 0 {
			t.Error("nothing was swept: the test says nothing")
		}
		if n := w.contents(t) - 1; n != 3 {
			t.Errorf("%d contents are left, want the picture, its thumbnail and the file", n)
		}
	})
}

package store_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"microcourt/store"
	"microcourt/store/blob"
	"microcourt/store/court"
	"microcourt/store/storetest"
)

// Where the process that TestP1AKilledServerLosesNoFile kills finds its record, and where it stops.
const (
	crashDir    = "MICROCOURT_TEST_CRASH_DIR"
	crashPerson = "MICROCOURT_TEST_CRASH_PERSON"
	crashUpload = "MICROCOURT_TEST_CRASH_UPLOAD"
	crashPoint  = "MICROCOURT_TEST_CRASH_POINT"
)

// stoppingBlobs says on standard output that a point is reached and waits there to be killed.
type stoppingBlobs struct {
	blob.Store
	point string
}

func (b stoppingBlobs) Adopt(ctx context.Context, name blob.Name, transfer string) error {
	if b.point == "before storing" {
		stopHere()
	}
	err := b.Store.Adopt(ctx, name, transfer)
	if b.point == "after storing" {
		stopHere()
	}
	return err
}

func (b stoppingBlobs) Transfers() blob.Transfers {
	return stoppingTransfers{b.Store.Transfers(), b.point}
}

type stoppingTransfers struct {
	blob.Transfers
	point string
}

func (t stoppingTransfers) End(ctx context.Context, id string) error {
	if t.point == "before cleaning up" {
		stopHere()
	}
	return t.Transfers.End(ctx, id)
}

func stopHere() {
	fmt.Println("reached")
	select {}
}

// TestMortalServer is the process that is killed; by itself it tests nothing and passes.
func TestMortalServer(t *testing.T) {
	dir := os.Getenv(crashDir)
	if dir == "" {
		return
	}
	s, blobs := openAt(t, dir)
	f := store.NewFiles(s, stoppingBlobs{blobs, os.Getenv(crashPoint)}, store.FilesConfig{})
	_, err := f.Result(t.Context(), os.Getenv(crashPerson), os.Getenv(crashUpload), time.Minute)
	t.Fatalf("the point was not reached: %v", err)
}

func openAt(t *testing.T, dir string) (*store.Store, blob.Store) {
	t.Helper()
	cfg := storetest.Config(t, store.SQLite)
	cfg.Database = filepath.Join(dir, "record.db")
	blobs, err := blob.Open(t.Context(), blob.Config{Place: filepath.Join(dir, "files")})
	if err != nil {
		t.Fatal(err)
	}
	return storetest.OpenConfig(t, cfg), blobs
}

// TestP1AKilledServerLosesNoFile: a server is killed with SIGKILL while it makes an attachment of a complete upload; the next one
// finishes the work when somebody asks.
func TestP1AKilledServerLosesNoFile(t *testing.T) {
	for _, point := range []string{"before storing", "after storing", "before cleaning up"} {
		t.Run(point, func(t *testing.T) {
			dir := t.TempDir()
			s, blobs := openAt(t, dir)
			w := &filesWorld{World: storetest.NewWorld(t, s, 1), blobs: blobs, files: openFiles(t, s, blobs)}
			who, data := w.Seats["plaintiff"], photo(t, 700, 500, 3)
			up := w.begin(t, who, court.KindImage, "a.jpg", len(data))
			w.write(t, up, 0, data)

			mortal := exec.Command(os.Args[0], "-test.run=^TestMortalServer$")
			mortal.Env = append(os.Environ(), crashDir+"="+dir, crashPerson+"="+who.PersonID, crashUpload+"="+up.ID, crashPoint+"="+point)
			out, err := mortal.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := mortal.Start(); err != nil {
				t.Fatal(err)
			}
			line, err := bufio.NewReader(out).ReadString('\n')
			if line != "reached\n" {
				t.Errorf("the server said %q, %v", line, err)
			}
			mortal.Process.Kill()
			mortal.Wait()

			done, err := w.files.Result(t.Context(), who.PersonID, up.ID, time.Minute)
			if err != nil || done.Attachment == nil || !done.Attachment.Thumbnail {
				t.Fatalf("asked again: %+v, %v", done, err)
			}
			if _, err := w.send(who, court.RoomThread, court.KindImage, done.Attachment.ID); err != nil {
				t.Fatal(err)
			}
			if got, err := w.read(w.Seats["judge"], done.Attachment.ID, false); err != nil || !bytes.Equal(got, data) {
				t.Errorf("read %d bytes: %v", len(got), err)
			}
		})
	}
}

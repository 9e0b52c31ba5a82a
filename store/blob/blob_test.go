package blob_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"microcourt/store/blob"
	"microcourt/store/storetest/servers"
)

// backends runs a test of the conformance suite on an empty store of each kind.
func backends(t *testing.T, test func(t *testing.T, s blob.Store)) {
	t.Run("folder", func(t *testing.T) { test(t, open(t, blob.Config{Place: t.TempDir()})) })
	t.Run("s3", func(t *testing.T) {
		server := servers.S3(t)
		place := strings.Replace(server.Bucket(t), "?", "/some/prefix?", 1)
		test(t, open(t, blob.Config{Place: place, AccessKey: server.AccessKey, Secret: server.Secret, Temp: t.TempDir()}))
	})
}

func open(t *testing.T, cfg blob.Config) blob.Store {
	t.Helper()
	s, err := blob.Open(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func content(size int) []byte {
	data := make([]byte, size)
	random := rand.NewChaCha8([32]byte{byte(size)})
	random.Read(data)
	return data
}

func read(t *testing.T, s blob.Store, name blob.Name) []byte {
	t.Helper()
	c, err := s.Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	got, err := io.ReadAll(c)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestContentComesBackAsItWasPut(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		for _, size := range []int{1, 1000, 1 << 20} {
			data := content(size)
			name := blob.NewName(sha256.Sum256(data))
			for range 2 { // again is the same
				if err := s.Put(t.Context(), name, bytes.NewReader(data)); err != nil {
					t.Fatal(err)
				}
			}
			if !bytes.Equal(read(t, s, name), data) {
				t.Fatalf("%d bytes came back changed", size)
			}
			c, err := s.Open(t.Context(), name)
			if err != nil {
				t.Fatal(err)
			}
			if c.Size() != int64(size) {
				t.Errorf("size is %d, want %d", c.Size(), size)
			}
			if err := iotest.TestReader(c, data); err != nil {
				t.Error(err)
			}
			c.Close()
		}
	})
}

func TestContentIsReadFromTheMiddle(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		data := content(3 << 20)
		name := blob.NewName(sha256.Sum256(data))
		if err := s.Put(t.Context(), name, bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
		c, err := s.Open(t.Context(), name)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		for _, at := range []int64{2<<20 + 17, 5, 256<<10 - 1, 3<<20 - 1} {
			if _, err := c.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, min(300<<10, int64(len(data))-at))
			if _, err := io.ReadFull(c, got); err != nil || !bytes.Equal(got, data[at:at+int64(len(got))]) {
				t.Fatalf("reading from %d: %v", at, err)
			}
		}
		if _, err := c.Read(make([]byte, 1)); err != io.EOF {
			t.Errorf("at the end: %v", err)
		}
	})
}

func TestContentThatIsNotWhatItsNameSaysIsRefused(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		name := blob.NewName(sha256.Sum256([]byte("one")))
		if err := s.Put(t.Context(), name, strings.NewReader("two")); !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("Put: %v", err)
		}
		transfer := send(t, s, "u1", []byte("two"), 3)
		r, err := blob.Complete(t.Context(), s.Transfers(), transfer)
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		if err := s.Adopt(t.Context(), name, transfer); s.Shared() && !errors.Is(err, blob.ErrCorrupt) {
			t.Errorf("Adopt: %v", err)
		}
		if _, err := s.Open(t.Context(), name); s.Shared() && !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("it is there all the same: %v", err)
		}
	})
}

func TestRemovedContentIsGoneAndItsOtherCopyIsNot(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		data := content(100)
		one, two := blob.NewName(sha256.Sum256(data)), blob.NewName(sha256.Sum256(data))
		if one == two || one.Sum() != two.Sum() {
			t.Fatal("two copies of the same content need two names with the same sum")
		}
		for _, name := range []blob.Name{one, two} {
			if err := s.Put(t.Context(), name, bytes.NewReader(data)); err != nil {
				t.Fatal(err)
			}
		}
		if got := list(t, s); len(got) != 2 || got[one] != 100 || got[two] != 100 {
			t.Errorf("listed %v", got)
		}
		for range 2 { // again is no error
			if err := s.Remove(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Open(t.Context(), one); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("removed content: %v", err)
		}
		if !bytes.Equal(read(t, s, two), data) {
			t.Error("the other copy changed")
		}
		if got := list(t, s); len(got) != 1 {
			t.Errorf("listed %v", got)
		}
	})
}

func list(t *testing.T, s blob.Store) map[blob.Name]int64 {
	t.Helper()
	got := map[blob.Name]int64{}
	err := s.List(t.Context(), func(e blob.Entry) error {
		if age := time.Since(e.At); age < -time.Minute || age > time.Hour {
			t.Errorf("%s was stored at %s", e.Name, e.At)
		}
		got[e.Name] = e.Size
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestNamesThatAreNotOursLeadNowhere(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		for _, name := range []blob.Name{"", "../../etc/passwd", blob.Name(strings.Repeat("a", 64)), blob.Name(strings.Repeat("/", 64) + "-0000000000000000")} {
			if _, err := s.Open(t.Context(), name); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("Open(%q): %v", name, err)
			}
			if err := s.Put(t.Context(), name, strings.NewReader("x")); err == nil {
				t.Errorf("Put(%q) succeeded", name)
			}
			s.Remove(t.Context(), name)
		}
	})
}

// send begins an upload of the given size and sends data in chunks.
func send(t *testing.T, s blob.Store, id string, data []byte, size int64, chunks ...int) string {
	t.Helper()
	transfer, err := blob.Begin(t.Context(), s.Transfers(), id, size)
	if err != nil {
		t.Fatal(err)
	}
	offset := 0
	for _, n := range append(chunks, len(data)) {
		n = min(n, len(data)-offset)
		up, err := s.Transfers().GetUpload(t.Context(), transfer)
		if err != nil {
			t.Fatal(err)
		}
		info, err := up.GetInfo(t.Context())
		if err != nil || info.Offset != int64(offset) {
			t.Fatalf("the upload is at %d, want %d, err %v", info.Offset, offset, err)
		}
		if n == 0 {
			break
		}
		wrote, err := up.WriteChunk(t.Context(), int64(offset), bytes.NewReader(data[offset:offset+n]))
		if err != nil || wrote != int64(n) {
			t.Fatalf("wrote %d of %d: %v", wrote, n, err)
		}
		offset += n
	}
	return transfer
}

func TestUploadsBecomeContent(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		data := content(12 << 20)
		transfer := send(t, s, "u1", data, int64(len(data)), 100, 6<<20, 1)
		var first []byte
		for range 2 { // asked again after a crash it is the same
			r, err := blob.Complete(t.Context(), s.Transfers(), transfer)
			if err != nil {
				t.Fatal(err)
			}
			first, err = io.ReadAll(r)
			r.Close()
			if err != nil || !bytes.Equal(first, data) {
				t.Fatalf("the upload has %d bytes, want %d: %v", len(first), len(data), err)
			}
		}
		name := blob.NewName(sha256.Sum256(data))
		if err := s.Adopt(t.Context(), name, transfer); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if err := s.Transfers().End(t.Context(), transfer); err != nil {
				t.Fatal(err)
			}
		}
		if !bytes.Equal(read(t, s, name), data) {
			t.Fatal("the content changed")
		}
		if _, err := blob.Complete(t.Context(), s.Transfers(), transfer); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("the ended upload: %v", err)
		}
	})
}

func TestUnfinishedUploadsAreNoContent(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		transfer := send(t, s, "u1", content(500), 1000)
		if _, err := blob.Complete(t.Context(), s.Transfers(), transfer); !errors.Is(err, blob.ErrUnfinished) {
			t.Errorf("half an upload: %v", err)
		}
		if err := s.Transfers().End(t.Context(), transfer); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.Complete(t.Context(), s.Transfers(), transfer); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("an ended upload: %v", err)
		}
		if _, err := blob.Complete(t.Context(), s.Transfers(), "u9+nothing"); !errors.Is(err, blob.ErrNotFound) {
			t.Errorf("an upload that never was: %v", err)
		}
	})
}

func TestForgottenUploadsAreEndedByAge(t *testing.T) {
	backends(t, func(t *testing.T, s blob.Store) {
		begun := send(t, s, "u1", nil, 1000)
		half := send(t, s, "u2", content(500), 1000)
		whole := send(t, s, "u3", content(500), 500)
		if r, err := blob.Complete(t.Context(), s.Transfers(), whole); err != nil {
			t.Fatal(err)
		} else {
			r.Close()
		}
		if err := s.Transfers().EndOlder(t.Context(), time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
		if _, err := blob.Complete(t.Context(), s.Transfers(), half); !errors.Is(err, blob.ErrUnfinished) {
			t.Errorf("a young upload was ended: %v", err)
		}
		if err := s.Transfers().EndOlder(t.Context(), time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		for _, id := range []string{begun, half, whole} {
			if _, err := blob.Complete(t.Context(), s.Transfers(), id); !errors.Is(err, blob.ErrNotFound) {
				t.Errorf("upload %s is still there: %v", id, err)
			}
		}
	})
}

func TestTheFolderIsForItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	s := open(t, blob.Config{Place: dir})
	data := content(10)
	if err := s.Put(t.Context(), blob.NewName(sha256.Sum256(data)), bytes.NewReader(data)); err != nil {
		t.Fatal(err)
	}
	adopted := blob.NewName(sha256.Sum256(data))
	if err := s.Adopt(t.Context(), adopted, send(t, s, "u1", data, 10)); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || path == dir {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %s", path, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestABucketThatCannotBeUsedIsRefusedAtTheStart(t *testing.T) {
	server := servers.S3(t)
	place := server.Bucket(t)
	for reason, cfg := range map[string]blob.Config{
		"no keys":      {Place: place},
		"wrong secret": {Place: place, AccessKey: server.AccessKey, Secret: "wrong"},
		"no bucket":    {Place: strings.Replace(place, "s3://", "s3://no-", 1), AccessKey: server.AccessKey, Secret: server.Secret},
		"unknown part": {Place: place + "&pathstyle=1", AccessKey: server.AccessKey, Secret: server.Secret},
		"no name":      {Place: "s3://?endpoint=x", AccessKey: server.AccessKey, Secret: server.Secret},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		_, err := blob.Open(ctx, cfg)
		cancel()
		if err == nil {
			t.Errorf("%s: accepted", reason)
		} else if strings.Contains(err.Error(), server.Secret) {
			t.Errorf("%s: the error tells the secret", reason)
		}
	}
}

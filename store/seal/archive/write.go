package archive

import (
	"archive/zip"
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// Writer writes an archive, file by file, into a folder or a zip file. Nothing is compressed: what is read back is never larger
// than what was sent.
type Writer struct {
	create func(name string) (io.WriteCloser, error)
	finish func() error
	files  []ManifestFile
}

// NewZip writes an archive as a zip file, as a stream.
func NewZip(w io.Writer) *Writer {
	z := zip.NewWriter(w)
	return &Writer{finish: z.Close, create: func(name string) (io.WriteCloser, error) {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Store, Modified: zipEpoch})
		return nopCloser{f}, err
	}}
}

// zipEpoch is the earliest time that a zip file knows. An archive bears no time of its own: the same record gives the same bytes.
var zipEpoch = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// NewFolder writes an archive into a folder that it makes, or finds empty.
func NewFolder(path string) (*Writer, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(path)
	if err == nil && len(entries) > 0 {
		err = fmt.Errorf("%s is not empty: an export never overwrites", path)
	}
	return &Writer{finish: func() error { return nil }, create: func(name string) (io.WriteCloser, error) {
		to := filepath.Join(path, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
			return nil, err
		}
		f, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return nil, err
		}
		return &syncedFile{f}, nil
	}}, err
}

// syncedFile is on disk when it is closed.
type syncedFile struct{ *os.File }

func (f *syncedFile) Close() error { return errors.Join(f.Sync(), f.File.Close()) }

// File writes one file.
func (w *Writer) File(name string, write func(io.Writer) error) error {
	out, err := w.create(name)
	if err != nil {
		return err
	}
	f := &counted{to: out, hash: sha256.New()}
	buffered := bufio.NewWriterSize(f, 64<<10)
	err = errors.Join(write(buffered), buffered.Flush(), out.Close())
	w.files = append(w.files, ManifestFile{name, f.size, hex.EncodeToString(f.hash.Sum(nil))})
	return err
}

// Text writes a file that is at hand.
func (w *Writer) Text(name string, text []byte) error {
	return w.File(name, func(to io.Writer) error { _, err := to.Write(text); return err })
}

// Thread writes the file of a thread; each calls line for all of its lines.
func (w *Writer) Thread(thread string, each func(line func(Line) error) error) error {
	return w.File(threadName(thread), func(to io.Writer) error {
		return each(func(l Line) error { return writeLine(to, l) })
	})
}

func writeLine(to io.Writer, v any) error {
	_, err := to.Write(append(Canonical(v), '\n'))
	return err
}

// Lines writes a file of one value a line.
func Lines[T any](w *Writer, name string, each func(line func(T) error) error) error {
	return w.File(name, func(to io.Writer) error {
		return each(func(v T) error { return writeLine(to, v) })
	})
}

// Close writes the manifest, the last file.
func (w *Writer) Close(m Manifest) error {
	m.Format = Format
	m.Files = slices.Clone(w.files)
	slices.SortFunc(m.Files, func(a, b ManifestFile) int {
		if a.Name < b.Name {
			return -1
		}
		return 1
	})
	return errors.Join(w.Text(ManifestName, append(Canonical(m), '\n')), w.finish())
}

// counted counts and hashes what is written through it.
type counted struct {
	to   io.Writer
	hash hash.Hash
	size int64
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.to.Write(p)
	c.hash.Write(p[:n])
	c.size += int64(n)
	return n, err
}

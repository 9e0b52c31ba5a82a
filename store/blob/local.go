package blob

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/tus/tusd/v2/pkg/filestore"
	"github.com/tus/tusd/v2/pkg/handler"
)

// local keeps content in a folder of one machine: `content/ab/cd/NAME`, uploads beside it in `uploads`, and files that are
// being written in `writing`, on the same file system, so that what has a name is always complete.
type local struct {
	content, uploads, writing string
	transfers                 localTransfers
}

func openLocal(dir string) (*local, error) {
	if dir == "" {
		return nil, errors.New("blob: no folder given")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	l := &local{content: filepath.Join(dir, "content"), uploads: filepath.Join(dir, "uploads"), writing: filepath.Join(dir, "writing")}
	for _, d := range []string{l.content, l.uploads, l.writing} {
		if err := makeDirs(d); err != nil {
			return nil, fmt.Errorf("blob: %w", err)
		}
	}
	if err := removeOlder(l.writing, time.Now().Add(-24*time.Hour)); err != nil { // what a crash left
		return nil, fmt.Errorf("blob: %w", err)
	}
	l.transfers = localTransfers{filestore.FileStore{Path: l.uploads, DirModePerm: 0o700, FileModePerm: 0o600}}
	return l, nil
}

// path spreads content over folders.
func (l *local) path(name Name) string {
	return filepath.Join(l.content, string(name[:2]), string(name[2:4]), string(name))
}

func (l *local) Shared() bool { return false }

func (l *local) Transfers() Transfers { return l.transfers }

func (l *local) Put(ctx context.Context, name Name, src io.ReadSeeker) error {
	if !name.Valid() {
		return ErrNotFound
	}
	tmp, err := l.write(name, src)
	if err != nil {
		return err
	}
	defer os.Remove(tmp)
	return l.place(name, tmp, os.Rename)
}

// write makes a synced temporary file with what src gives, if that is what the name says.
func (l *local) write(name Name, src io.Reader) (path string, err error) {
	f, err := os.CreateTemp(l.writing, "put-") // made with mode 0600
	if err != nil {
		return "", err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	h := sha256.New()
	_, err = io.Copy(io.MultiWriter(f, h), src)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return "", err
	}
	if hex.EncodeToString(h.Sum(nil)) != name.Sum() {
		return "", ErrCorrupt
	}
	return f.Name(), nil
}

// place gives a synced file its name, durably.
func (l *local) place(name Name, from string, move func(from, to string) error) error {
	to := l.path(name)
	if err := makeDirs(filepath.Dir(to)); err != nil {
		return err
	}
	if err := move(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

// Adopt links the upload's file, so that a crash before its end leaves both names; where the file system knows no
// links it copies.
func (l *local) Adopt(ctx context.Context, name Name, transfer string) error {
	if !name.Valid() || !validTransfer(transfer) {
		return ErrNotFound
	}
	path := filepath.Join(l.uploads, transfer)
	f, err := os.Open(path)
	if err != nil {
		return notExist(err)
	}
	defer f.Close()
	now := time.Now()
	if err := errors.Join(os.Chtimes(path, now, now), f.Sync()); err != nil { // content is as old as its name
		return err
	}
	err = l.place(name, path, os.Link)
	var linkErr *os.LinkError
	switch {
	case errors.Is(err, fs.ErrExist): // the same name is the same content
		return syncDir(filepath.Dir(l.path(name)))
	case errors.As(err, &linkErr):
		return l.Put(ctx, name, f)
	}
	return err
}

func (l *local) Open(ctx context.Context, name Name) (Content, error) {
	if !name.Valid() {
		return nil, ErrNotFound
	}
	f, err := os.Open(l.path(name))
	if err != nil {
		return nil, notExist(err)
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	return &localContent{f, info.Size()}, nil
}

type localContent struct {
	*os.File
	size int64
}

func (c *localContent) Size() int64 { return c.size }

func (l *local) Remove(ctx context.Context, name Name) error {
	if !name.Valid() {
		return ErrNotFound
	}
	if err := os.Remove(l.path(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func (l *local) List(ctx context.Context, f func(Entry) error) error {
	return filepath.WalkDir(l.content, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		name := Name(d.Name())
		if d.IsDir() || !name.Valid() {
			return nil
		}
		info, err := d.Info()
		if errors.Is(err, fs.ErrNotExist) {
			return nil // removed meanwhile
		}
		if err != nil {
			return err
		}
		return f(Entry{Name: name, Size: info.Size(), At: info.ModTime()})
	})
}

// localTransfers is tusd's store for a folder, with what is missing there.
type localTransfers struct{ filestore.FileStore }

// validTransfer keeps ids from being paths.
func validTransfer(id string) bool { return id != "" && id[0] != '.' && filepath.Base(id) == id }

// GetUpload takes an upload whose description was torn by a power cut for one that isn't there: its sender begins anew.
func (t localTransfers) GetUpload(ctx context.Context, id string) (handler.Upload, error) {
	if !validTransfer(id) {
		return nil, handler.ErrNotFound
	}
	up, err := t.FileStore.GetUpload(ctx, id)
	var torn *json.SyntaxError
	if errors.As(err, &torn) {
		err = handler.ErrNotFound
	}
	return up, err
}

func (t localTransfers) End(ctx context.Context, id string) error {
	if !validTransfer(id) {
		return nil
	}
	var errs []error
	for _, name := range []string{id, id + ".info"} {
		if err := os.Remove(filepath.Join(t.Path, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func (t localTransfers) EndOlder(ctx context.Context, before time.Time) error {
	return removeOlder(t.Path, before)
}

// removeOlder removes the files of a folder that were last written before a time.
func removeOlder(dir string, before time.Time) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	var errs []error
	for _, e := range entries {
		info, err := e.Info()
		if err != nil || !info.Mode().IsRegular() || !info.ModTime().Before(before) {
			continue
		}
		if err := os.Remove(filepath.Join(dir, e.Name())); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func notExist(err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return ErrNotFound
	}
	return err
}

// makeDirs makes a folder and those above it, each durable in the one above.
func makeDirs(dir string) error {
	if _, err := os.Stat(dir); err == nil {
		return nil
	}
	parent := filepath.Dir(dir)
	if err := makeDirs(parent); err != nil {
		return err
	}
	if err := os.Mkdir(dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncDir(parent)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

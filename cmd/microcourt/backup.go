package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"microcourt/store"
)

// backupCmd copies a record that is kept in a folder. The database comes first: a file is written before the message
// that names it, so a later copy of the files holds all that the copied database names.
type backupCmd struct {
	recordFlags
	Blobs string `help:"Folder for files (default DATA/files)." type:"path"`
	To    string `arg:"" help:"Folder to be made, which then serves as --data." type:"path"`
}

// Run makes the copy. It never writes over anything.
func (c backupCmd) Run(ctx context.Context, s streams) error {
	if store.IsPostgreSQL(c.database()) {
		return errors.New("PostgreSQL is backed up with its own tools (pg_dump), then the bucket is copied")
	}
	if err := os.MkdirAll(c.To, 0o700); err != nil {
		return err
	}
	if err := store.BackUpSQLite(ctx, c.database(), filepath.Join(c.To, "microcourt.db")); err != nil {
		return err
	}
	files := c.Blobs
	if files == "" {
		files = filepath.Join(c.Data, "files")
	}
	if err := copyFile(c.keyFile(), filepath.Join(c.To, "key")); err != nil {
		return fmt.Errorf("copy the key: %w", err)
	}
	if err := copyFile(c.sealKeyFile(), filepath.Join(c.To, "seal-key")); err != nil && !errors.Is(err, fs.ErrNotExist) { // none before the first start
		return fmt.Errorf("copy the key of the seals: %w", err)
	}
	if err := copyFile(c.pushKeyFile(), filepath.Join(c.To, "push-key")); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("copy the key of push messages: %w", err)
	}
	n, err := copyTree(ctx, files, filepath.Join(c.To, "files"))
	if err != nil {
		return fmt.Errorf("copy the files: %w", err)
	}
	fmt.Fprintf(s.out, "The database, the keys and %d files are in %s. Keep a copy of the keys apart from the rest.\n", n, c.To)
	return nil
}

// copyTree copies every file below a folder; what is removed while it runs was named by nobody.
func copyTree(ctx context.Context, from, to string) (n int, err error) {
	err = filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		rel, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		if entry.IsDir() {
			return os.MkdirAll(filepath.Join(to, rel), 0o700)
		}
		err = copyFile(path, filepath.Join(to, rel))
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		n++
		return err
	})
	return n, err
}

func copyFile(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}

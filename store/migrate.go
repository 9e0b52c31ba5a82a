package store

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/database"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Schema says which version the database's schema had when it was opened, and which it has since.
type Schema struct{ Was, Is int64 }

// Schema gives the versions that opening this record found and left.
func (s *Store) Schema() Schema { return s.schema }

// migrate brings the schema up to the program's version, forward only, under a lock. A schema newer than the
// program is refused: an old program would not know what the new columns promise.
func migrate(ctx context.Context, db *sql.DB, engine Engine) (Schema, error) {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return Schema{}, err
	}
	dialect := database.DialectSQLite3
	options := []goose.ProviderOption{goose.WithDisableGlobalRegistry(true)}
	if engine == PostgreSQL {
		dialect = database.DialectPostgres
		sub = byteaFS{sub}
		locker, err := lock.NewPostgresSessionLocker(lock.WithLockTimeout(1, 60))
		if err != nil {
			return Schema{}, err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db, sub, options...)
	if err != nil {
		return Schema{}, err
	}
	has, wants, err := provider.GetVersions(ctx)
	if err != nil {
		return Schema{}, fmt.Errorf("read the schema's version: %w", err)
	}
	if has > wants {
		return Schema{}, fmt.Errorf("the database's schema (version %d) is newer than this program's (%d): use a newer program", has, wants)
	}
	if _, err := provider.Up(ctx); err != nil {
		return Schema{}, fmt.Errorf("migrate: %w", err)
	}
	return Schema{Was: has, Is: wants}, nil
}

// byteaFS reads the migrations in PostgreSQL's words.
type byteaFS struct{ fs.FS }

func (f byteaFS) Open(name string) (fs.File, error) {
	file, err := f.FS.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := file.Stat()
	if err != nil || info.IsDir() {
		return file, err
	}
	text, err := io.ReadAll(file)
	file.Close()
	if err != nil {
		return nil, err
	}
	text = bytes.ReplaceAll(text, []byte(" BLOB"), []byte(" BYTEA"))
	text = bytes.ReplaceAll(text, []byte(") WITHOUT ROWID;"), []byte(");"))
	return &memFile{Reader: bytes.NewReader(text), info: memInfo{info, int64(len(text))}}, nil
}

func (f byteaFS) ReadDir(name string) ([]fs.DirEntry, error) { return fs.ReadDir(f.FS, name) }

func (f byteaFS) Glob(pattern string) ([]string, error) { return fs.Glob(f.FS, pattern) }

type memFile struct {
	*bytes.Reader
	info memInfo
}

func (f *memFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *memFile) Close() error               { return nil }

type memInfo struct {
	fs.FileInfo
	size int64
}

func (i memInfo) Size() int64        { return i.size }
func (i memInfo) ModTime() time.Time { return time.Time{} }

package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
)

// BackUpSQLite writes a consistent copy of an SQLite record to a new file, also while another process serves it.
// PostgreSQL has tools of its own for this.
func BackUpSQLite(ctx context.Context, database, to string) error {
	if _, err := os.Stat(database); err != nil {
		return err
	}
	if _, err := os.Stat(to); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("%s is there already: a backup never overwrites", to)
	}
	db, err := sql.Open("sqlite", sqliteDSN(database, false, false))
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.ExecContext(ctx, "VACUUM INTO $1", to); err != nil {
		return fmt.Errorf("copy the database: %w", err)
	}
	return syncFile(to)
}

func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

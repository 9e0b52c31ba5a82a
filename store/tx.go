package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5/pgconn"

	"microcourt/store/court"
)

// Tx is a write transaction. Events that it appends are published after its commit.
type Tx struct {
	s      *Store
	db     execer
	now    int64
	events []court.Event
	access []AccessChange
	lock   string // " FOR UPDATE" where the engine has row locks
}

// execer is the part of database/sql that a transaction works on.
type execer interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// Now is the transaction's time in Unix milliseconds.
func (tx *Tx) Now() int64 { return tx.now }

func (tx *Tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	return tx.db.QueryContext(ctx, query, args...)
}

func (tx *Tx) row(ctx context.Context, query string, args ...any) *sql.Row {
	return tx.db.QueryRowContext(ctx, query, args...)
}

// exec runs a statement and gives the number of rows that it changed.
func (tx *Tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	res, err := tx.db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// write runs fn in a transaction and publishes what it appended. On SQLite it joins the group that is being
// committed; on PostgreSQL it is a transaction of its own, tried again after a serialization failure or deadlock,
// so fn may run more than once. fn must not touch anything but tx.
func (s *Store) write(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	if s.engine == SQLite {
		return s.writer.do(ctx, &job{run: fn})
	}
	for try := 0; ; try++ {
		err := s.writePostgres(ctx, fn)
		if err == nil || try == 4 || !retryable(err) {
			return err
		}
	}
}

func (s *Store) writePostgres(ctx context.Context, fn func(ctx context.Context, tx *Tx) error) error {
	sqlTx, err := s.read.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("begin: %w", err)
	}
	defer sqlTx.Rollback()
	tx := &Tx{s: s, db: sqlTx, now: s.nowMS(), lock: " FOR UPDATE"}
	if err := fn(ctx, tx); err != nil {
		return err
	}
	if err := sqlTx.Commit(); err != nil {
		return fmt.Errorf("commit: %w", err)
	}
	s.published(tx.events)
	s.accessPublished(tx.access)
	return nil
}

// retryableCodes: serialization failure, deadlock, and a unique key that another transaction has taken meanwhile; the
// next try sees it.
var retryableCodes = []string{"40001", "40P01", "23505"}

func retryable(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && slices.Contains(retryableCodes, pg.Code)
}

package store

import (
	"context"
	"database/sql"
	"fmt"
)

// sqliteWriter owns the only connection that writes. One goroutine takes whatever is waiting and commits it as one
// group: the disk is asked once for many acts.
type sqliteWriter struct {
	*groups
	s    *Store
	db   *sql.DB
	conn *writerConn

	known known
}

func startSQLiteWriter(s *Store, db *sql.DB, conn *sql.Conn) *sqliteWriter {
	w := &sqliteWriter{groups: newGroups(), s: s, db: db, conn: &writerConn{conn: conn, statements: map[string]*sql.Stmt{}}}
	w.known.standings, w.known.heads = map[standingKey]knownStanding{}, map[threadKey]head{}
	go w.loop()
	return w
}

func (w *sqliteWriter) loop() {
	defer close(w.done)
	defer w.db.Close()
	defer w.conn.close()
	w.each(w.commit)
}

// commit runs a group in one transaction, then answers and publishes.
func (w *sqliteWriter) commit(group []*job) {
	started := w.s.now()
	tx := &Tx{s: w.s, db: w.conn, now: started.UnixMilli()}
	err := w.runGroup(tx, group)
	if err != nil {
		w.known.clear()
		w.s.commitFailed(group, err)
		return
	}
	w.s.metrics.group(len(group), w.s.now().Sub(started))
	w.s.committed(group, tx.events, tx.access)
}

func (w *sqliteWriter) runGroup(tx *Tx, group []*job) (err error) {
	ctx := context.Background() // what was begun is finished; a caller who went away finds it by its id
	if _, err := tx.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	defer func() {
		if err != nil {
			tx.exec(ctx, "ROLLBACK")
		}
	}()
	if err := w.known.validate(ctx, tx); err != nil {
		return err
	}
	for _, j := range group {
		if j.draft != nil {
			j.appended, j.err = w.append(ctx, tx, j.draft)
		} else {
			j.err = w.runJob(ctx, tx, j)
		}
		if broken(j.err) {
			return j.err
		}
	}
	_, err = tx.exec(ctx, "COMMIT")
	return err
}

// runJob runs one act inside a savepoint, so that its failure takes back only itself.
func (w *sqliteWriter) runJob(ctx context.Context, tx *Tx, j *job) error {
	if !j.keepsAccess {
		w.known.clear()
	}
	if _, err := tx.exec(ctx, "SAVEPOINT act"); err != nil {
		return &brokenError{err}
	}
	events, access := len(tx.events), len(tx.access)
	if err := j.run(ctx, tx); err != nil {
		tx.events, tx.access = tx.events[:events], tx.access[:access]
		if _, rollbackErr := tx.exec(ctx, "ROLLBACK TO act"); rollbackErr != nil {
			return &brokenError{rollbackErr}
		}
		if _, releaseErr := tx.exec(ctx, "RELEASE act"); releaseErr != nil {
			return &brokenError{releaseErr}
		}
		return err
	}
	if _, err := tx.exec(ctx, "RELEASE act"); err != nil {
		return &brokenError{err}
	}
	return nil
}

// brokenError marks an error after which the whole transaction can't go on.
type brokenError struct{ err error }

func (e *brokenError) Error() string { return fmt.Sprintf("transaction broken: %v", e.err) }
func (e *brokenError) Unwrap() error { return e.err }

func broken(err error) bool {
	_, is := err.(*brokenError)
	return is
}

// writerConn runs statements on the writing connection and keeps them prepared. Only the writer goroutine uses it.
type writerConn struct {
	conn       *sql.Conn
	statements map[string]*sql.Stmt
}

func (c *writerConn) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if st, ok := c.statements[query]; ok {
		return st, nil
	}
	st, err := c.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	c.statements[query] = st
	return st, nil
}

func (c *writerConn) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.ExecContext(ctx, args...)
}

func (c *writerConn) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return st.QueryContext(ctx, args...)
}

func (c *writerConn) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	st, err := c.prepared(ctx, query)
	if err != nil {
		return c.conn.QueryRowContext(ctx, query, args...) // gives the same error with its Row
	}
	return st.QueryRowContext(ctx, args...)
}

func (c *writerConn) close() {
	for _, st := range c.statements {
		st.Close()
	}
	c.conn.Close()
}
